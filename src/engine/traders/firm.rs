//! A firm with an explicit balance sheet, sources of liquidity and a playbook.
//!
//! - It starts with an account at each lender it names, with so much cash and these positions there.
//! - It holds its positions until its playbook, or a lender, cuts them.
//! - When a lender calls, it draws on its sources in the order of its playbook, each of which takes its time and
//!   costs what it costs, and pays when the money is there. A call that is not met by its deadline is a failure,
//!   whatever the firm is worth.
//!
//! - It may hold prices up: as long as it has money beyond what it keeps back, it buys more of what it holds whenever the
//!   price is below that of the last close.
//!
//! How the treasury works is told in [`mechanics::treasury`].

use language::findings::{Findings, LARGEST};
use language::named::Named;
use language::read::Read;
use mechanics::treasury::{Pay, SourceFile, StageFile, SupportFile};

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// By lender.
    pub accounts: Named<FirmBalanceFile>,
    /// What it holds, long and short, over what it is worth, at the start: all positions and the money in its accounts are
    /// made larger or smaller so, and what that leaves of its worth is the `Cash` among its sources. Left out: as stated.
    #[read(default, within = 1e-6..=1000.0)]
    pub leverage: Option<f64>,
    /// Where it finds cash, by names of its own.
    pub sources: Named<SourceFile>,
    /// What it does when it is called, stage by stage. Empty: it pays from its cash the calls that it can pay in
    /// full, by deadline.
    pub playbook: Vec<StageFile>,
    /// When money goes to the lender. Left out: once a call can be paid in full.
    #[read(default)]
    pub pay: Pay,
    /// What it holds up by buying. Left out: nothing.
    #[read(default)]
    pub supports: Vec<SupportFile>,
    /// What else it owns, in major units: nothing that this run could turn into money. Left out: nothing.
    #[read(default, not_negative)]
    pub other_assets: f64,
    /// What it owes from before the run, in major units, not due within it. Left out: nothing.
    #[read(default, not_negative)]
    pub owed: f64,
}

/// One account at the start.
#[derive(Clone, Debug, Read)]
pub struct FirmBalanceFile {
    /// Money in it, beside the positions. Negative is borrowed.
    #[read(within = -LARGEST..=LARGEST)]
    pub cash: f64,
    /// Units by instrument; negative is short. Left out: none.
    #[read(default, within = -LARGEST..=LARGEST)]
    pub positions: Named<f64>,
    /// At what price a position was opened, by instrument: what its paper profit is counted from. Left out: at the
    /// price of the start.
    #[read(default, within = -LARGEST..=LARGEST)]
    pub entry: Named<f64>,
}

impl Params {
    /// The same without its buying.
    pub fn calmed(&self) -> Self {
        Self { supports: vec![], ..self.clone() }
    }

    /// What names another part of the world is looked at in `world/check/firms.rs`.
    pub fn check(&self, path: &str, findings: &mut Findings) {
        for (index, stage) in self.playbook.iter().enumerate() {
            stage.check(&format!("{path}.playbook[{index}]"), findings);
        }
    }
}
