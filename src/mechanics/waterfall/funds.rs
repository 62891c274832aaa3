//! A lender's funds: the pots that its waterfall draws on.
//!
//! The insurance fund and the backstop vault are there from the start, given by the outside. The skin in the game is
//! a part of the lender's own capital, set aside. Contributions to the default fund come out of their members' own
//! money, each kept apart, so that a defaulter's can go first and the survivors' pro rata.

use super::LayerPlan;
use super::auto_deleveraging::Trigger;
use ground::units::{Cash, FundId, Rate, Span, TraderId};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Default, PartialEq, Read)]
pub struct FundsFile {
    /// In the insurance fund at the start. Left out: there is none.
    #[read(default, not_negative)]
    pub insurance: Option<f64>,
    /// Whether what is left in an account that was closed out goes to the insurance fund instead of back to
    /// the client: it is what was got beyond the bankruptcy price. Left out: no.
    #[read(default)]
    pub feeds: bool,
    /// In the backstop vault at the start. Left out: there is none.
    #[read(default, not_negative)]
    pub backstop: Option<f64>,
    /// The part of `capital` that stands before the survivors' contributions. Left out: none.
    #[read(default, not_negative)]
    pub skin_in_the_game: Option<f64>,
    /// The members, and what each paid into the default fund, out of its own money. Left out: there are none.
    #[read(default, positive)]
    pub default_fund: Named<f64>,
}

/// A lender's funds by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FundsPlan {
    pub insurance: Option<FundId>,
    pub feeds: bool,
    pub backstop: Option<FundId>,
    pub skin: Option<FundId>,
    /// By the member's name, so that an odd unit falls on the same one wherever it is declared.
    pub contributions: Vec<Contribution>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub member: TraderId,
    pub fund: FundId,
    /// At the start.
    pub amount: Cash,
}

impl FundsPlan {
    /// All of them, in order of ids.
    pub fn ids(&self) -> impl Iterator<Item = FundId> {
        let pots = [self.insurance, self.backstop, self.skin].into_iter().flatten();
        pots.chain(self.contributions.iter().map(|contribution| contribution.fund))
    }

    pub fn contribution(&self, member: TraderId) -> Option<&Contribution> {
        self.contributions.iter().find(|contribution| contribution.member == member)
    }
}

/// The share and window of a drawdown that switches deleveraging on, where a lender has one.
pub fn drawdown_of(layers: &[LayerPlan]) -> Option<(Rate, Rate, Span)> {
    layers.iter().find_map(|layer| match *layer {
        LayerPlan::AutoDeleveraging { when: Trigger::Drawdown { from, until, over }, .. } => {
            Some((Rate::from_f64(from).unwrap_or_default(), Rate::from_f64(until).unwrap_or_default(), over))
        }
        _ => None,
    })
}

/// Members that are there, and amounts that go together.
pub fn check(path: &str, funds: &FundsFile, capital: f64, is_trader: &dyn Fn(&str) -> bool, findings: &mut Findings) {
    if let Some(skin) = funds.skin_in_the_game
        && skin > capital
    {
        findings.add(
            format_args!("{path}.skin_in_the_game"),
            format!("{skin} of its own at stake is more than its capital of {capital}"),
            "give no more than `capital`, of which it is a part",
        );
    }
    if funds.feeds && funds.insurance.is_none() {
        findings.add(
            format_args!("{path}.feeds"),
            "there is no insurance fund to feed",
            "state `insurance`, 0.0 for one that begins empty",
        );
    }
    for member in funds.default_fund.names() {
        if !is_trader(member) {
            let at = format!("{path}.default_fund.{member}");
            findings.add(at, format!("there is no trader \"{member}\""), "name a trader that has an account here");
        }
    }
}
