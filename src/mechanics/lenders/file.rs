//! A lender's failure as a world states it, and as a plan.

use super::CapitalRule;
use ground::units::{Cash, LenderId, Rate};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// Beyond this a limit on pledging is none.
const LARGEST_LIMIT: f64 = 1_000.0;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct FailureFile {
    /// Capital at the mark below which it is closed. Left out: 0.
    #[read(default, not_negative)]
    pub least_capital: f64,
    /// The same as a share of what its clients owe it; the larger of the two counts. Left out: 0.
    #[read(default, within = 0.0..=1.0)]
    pub capital_of_debits: f64,
    /// Whether an administrator goes on calling clients and selling out those in default. Left out: it does. False:
    /// nothing more is sold, and what a client lacks is lost at the marks of the failure, and at the end of the run what
    /// it has come to lack since.
    #[read(default = "sells")]
    pub administrator_sells: bool,
    /// Whose its clients' assets are. Left out: all are kept apart for them.
    #[read(default)]
    pub segregation: SegregationFile,
    /// Other lenders that lent it money without security, and how much. Left out: none.
    #[read(default, positive)]
    pub creditors: Named<f64>,
}

/// As remembered of 17 CFR 190, a commodity broker's trustee operates the estate: it goes on asking customers for margin
/// and liquidates accounts in deficit.
const fn sells() -> bool {
    true
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct SegregationFile {
    /// What it pledges on of what its clients own. Left out: nothing.
    #[read(default = "nothing")]
    pub rehypothecation: RehypothecationFile,
    /// Whether its clients' cash is kept apart from its own. Left out: it is.
    #[read(default = "apart")]
    pub cash_apart: bool,
}

const fn nothing() -> RehypothecationFile {
    RehypothecationFile::None
}

const fn apart() -> bool {
    true
}

impl Default for SegregationFile {
    fn default() -> Self {
        Self { rehypothecation: nothing(), cash_apart: apart() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum RehypothecationFile {
    None,
    /// As much as this many times the client's debit balance: 1.4 under SEC 15c3-3.
    Limit {
        #[read(within = 0.0..=LARGEST_LIMIT)]
        of_debit: f64,
    },
    /// Whatever clients own, as a contract under English law may allow.
    Unlimited,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rehypothecation {
    #[default]
    None,
    Limit(Rate),
    Unlimited,
}

impl Rehypothecation {
    /// What of the securities may have been pledged on.
    pub fn of(self, debit: Cash, owned: Cash) -> Cash {
        match self {
            Self::None => Cash::ZERO,
            Self::Limit(rate) => rate.of_rounded_down(debit).min(owned),
            Self::Unlimited => owned,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailurePlan {
    pub capital: CapitalRule,
    pub administrator_sells: bool,
    pub rehypothecation: Rehypothecation,
    pub cash_is_mixed: bool,
    /// In lender order.
    pub creditors: Vec<(LenderId, Cash)>,
}

impl Default for FailurePlan {
    fn default() -> Self {
        Self {
            capital: CapitalRule::default(),
            administrator_sells: sells(),
            rehypothecation: Rehypothecation::default(),
            cash_is_mixed: false,
            creditors: Vec::new(),
        }
    }
}

pub fn check(path: &str, name: &str, failure: &FailureFile, is_lender: &dyn Fn(&str) -> bool, findings: &mut Findings) {
    for creditor in failure.creditors.names() {
        let at = format!("{path}.creditors.{creditor}");
        if creditor == name {
            findings.add(at, format!("\"{name}\" is its own creditor"), "name another lender, or remove the line");
        } else if !is_lender(creditor) {
            findings.add(at, format!("there is no lender \"{creditor}\""), "name one of `lenders`");
        }
    }
}
