//! What a funding shock does to sources: for a time they give nothing, or less and dearer.
//!
//! A strain is on one kind of source of a firm. What was ordered before it still comes; what is owed already is owed on
//! the old terms. The latest strain on a kind counts.

use super::plan::SourceKind;
use ground::units::{Rate, Time};
use language::findings::Findings;
use language::read::Read;

/// Whose money it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum FundingKind {
    Repo,
    CreditLine,
    MoneyMarketFund,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum StrainFile {
    /// It gives nothing.
    Frozen,
    /// On top of the terms that the firm has.
    Dearer {
        /// Repo: so much more of the value is not lent against. Left out: 0.
        #[read(default, within = 0.0..=1.0)]
        haircut: f64,
        /// Repo and credit lines: so much more interest a year. Left out: 0.
        #[read(default, within = 0.0..=10.0)]
        rate: f64,
        /// Credit lines and funds: so much more of what is drawn. Left out: 0.
        #[read(default, within = 0.0..=1.0)]
        fee: f64,
    },
}

impl StrainFile {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        if let Self::Dearer { haircut: 0.0, rate: 0.0, fee: 0.0 } = self {
            findings.add(format_args!("{path}.dearer"), "nothing becomes dearer", "give a haircut, rate or fee");
        }
    }

    pub fn plan(&self) -> Change {
        let rate = |rate: f64| Rate::from_f64(rate).unwrap_or_default();
        match *self {
            Self::Frozen => Change::Frozen,
            Self::Dearer { haircut, rate: more, fee } => {
                Change::Dearer { haircut: rate(haircut), rate: rate(more), fee: rate(fee) }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Frozen,
    Dearer { haircut: Rate, rate: Rate, fee: Rate },
}

/// A change until a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strain {
    pub on: FundingKind,
    pub change: Change,
    pub until: Time,
}

/// What is strained at a moment.
fn in_force(strains: &[Strain], kind: &SourceKind, now: Time) -> Option<Change> {
    let own = match kind {
        SourceKind::Repo { .. } => FundingKind::Repo,
        SourceKind::Line { .. } => FundingKind::CreditLine,
        SourceKind::Fund { .. } => FundingKind::MoneyMarketFund,
        SourceKind::Cash | SourceKind::Sale { .. } | SourceKind::FireSale { .. } => return None,
    };
    // One that is over leaves what was there before it, as far as that still lasts.
    strains.iter().rev().find(|strain| strain.on == own && now < strain.until).map(|strain| strain.change)
}

pub fn is_frozen(strains: &[Strain], kind: &SourceKind, now: Time) -> bool {
    in_force(strains, kind, now) == Some(Change::Frozen)
}

/// The source on the terms of the moment.
pub fn terms(strains: &[Strain], kind: SourceKind, now: Time) -> SourceKind {
    let Some(Change::Dearer { haircut: cut, rate: more, fee: dues }) = in_force(strains, &kind, now) else {
        return kind;
    };
    let sum = |one: Rate, other: Rate| Rate::from_billionths(one.billionths().saturating_add(other.billionths()));
    let share = |one: Rate, other: Rate| sum(one, other).min(Rate::ONE);
    match kind {
        SourceKind::Repo { value, haircut, rate } => {
            SourceKind::Repo { value, haircut: share(haircut, cut), rate: sum(rate, more) }
        }
        SourceKind::Line { limit, fee, rate, withdrawn_below } => {
            SourceKind::Line { limit, fee: share(fee, dues), rate: sum(rate, more), withdrawn_below }
        }
        SourceKind::Fund { fund, amount, fee } => SourceKind::Fund { fund, amount, fee: share(fee, dues) },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{Cash, Span};

    #[test]
    fn a_freeze_ends_and_a_dearer_repo_lends_less() {
        let percent = |percent: i64| Rate::from_billionths(percent * 10_000_000);
        let repo = SourceKind::Repo { value: Cash::minor(10_000), haircut: percent(2), rate: percent(1) };
        let start = Time::default();
        let until = start + Span::seconds(60);
        let frozen = [Strain { on: FundingKind::Repo, change: Change::Frozen, until }];
        assert!(is_frozen(&frozen, &repo, start) && !is_frozen(&frozen, &repo, until));
        assert!(!is_frozen(&frozen, &SourceKind::Cash, start));
        let change = Change::Dearer { haircut: percent(10), rate: percent(4), fee: Rate::ZERO };
        let dearer = [Strain { on: FundingKind::Repo, change, until }];
        // 2 % and 10 % of 100.00 are not lent against: 88.00 are left, at 5 %.
        let now = terms(&dearer, repo, start);
        assert_eq!(now.left(Cash::ZERO, Cash::ZERO, None), Cash::minor(8_800));
        assert_eq!(now, SourceKind::Repo { value: Cash::minor(10_000), haircut: percent(12), rate: percent(5) });
        assert_eq!(terms(&dearer, repo, until), repo);
        // The latest counts while it lasts, and what lasts longer after it.
        assert!(!is_frozen(&[frozen[0], dearer[0]], &repo, start));
        let for_good = Strain { until: Time::NEVER, ..frozen[0] };
        assert!(is_frozen(&[for_good, dearer[0]], &repo, until));
    }
}
