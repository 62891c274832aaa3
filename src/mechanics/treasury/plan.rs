//! A firm's treasury in whole numbers and ids.

use super::playbook::Pay;
use super::sources::{money_market_fund, repo};
use super::support::SupportPlan;
use ground::units::{AccountId, Cash, Deadline, FundId, InstrumentId, LenderId, Lots, Price, Rate, Span};

/// What a firm has and does beside its accounts. The default is a firm that pays from its cash and has nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirmPlan {
    /// In the order of the file.
    pub sources: Vec<SourcePlan>,
    pub playbook: Vec<StagePlan>,
    pub pay: Pay,
    pub supports: Vec<SupportPlan>,
    /// What it owns that the run cannot turn into money, less what it owes from before the run.
    pub other: Cash,
    /// What it paid into default funds: it owns that, as far as it is not used up.
    pub contributions: Vec<FundId>,
    /// Positions that were opened before the run, at this price: what their paper profit is counted from.
    pub entries: Vec<(AccountId, InstrumentId, Price)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SourcePlan {
    pub name: String,
    pub ready: Deadline,
    pub kind: SourceKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SourceKind {
    /// In the treasury's own purse.
    Cash,
    Fund {
        fund: FundId,
        amount: Cash,
        fee: Rate,
    },
    Repo {
        value: Cash,
        haircut: Rate,
        rate: Rate,
    },
    Line {
        limit: Cash,
        fee: Rate,
        rate: Rate,
        withdrawn_below: Option<Rate>,
    },
    Sale {
        account: AccountId,
        instrument: InstrumentId,
        lots: Lots,
        clip: f64,
    },
    FireSale {
        account: AccountId,
        instrument: InstrumentId,
        lots: Lots,
        discount: Rate,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum StagePlan {
    EarliestDeadline,
    SmallestFirst,
    LargestFirst,
    Lenders(Vec<LenderId>),
    /// Positions in `sources`.
    Draw {
        sources: Vec<usize>,
        late: bool,
    },
    Deliver {
        assets: Vec<Pledgeable>,
    },
    Derisk {
        clip: f64,
    },
    Talk {
        extension: Span,
        probability: f64,
    },
}

/// Something that can be handed over as collateral.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pledgeable {
    /// Where it is kept.
    pub from: AccountId,
    pub instrument: InstrumentId,
    /// Of parting with it, as a share of its value.
    pub cost: f64,
}

/// What can be sold for money.
#[derive(Clone, Copy, Debug)]
pub struct Wares {
    pub lots: Lots,
    /// What comes of all of them, at the market of now.
    pub fetch: Cash,
}

impl SourceKind {
    /// The most that it can still give, after `drawn`. `Cash`, funds and sales ask for what is there now: the balance that
    /// is free, in the treasury or the fund, and the wares at the market.
    pub fn left(&self, drawn: Cash, free: Cash, wares: Option<Wares>) -> Cash {
        let most = match *self {
            Self::Cash => return free.at_least_zero(),
            Self::Fund { fee, .. } => return money_market_fund::most(free, fee),
            Self::Repo { value, haircut, .. } => repo::most(value, haircut),
            Self::Line { limit, .. } => limit,
            Self::Sale { .. } | Self::FireSale { .. } => return wares.map_or(Cash::ZERO, |wares| wares.fetch),
        };
        (most - drawn).at_least_zero()
    }

    /// Where lies what is sold.
    pub fn account(&self) -> Option<AccountId> {
        match *self {
            Self::Sale { account, .. } | Self::FireSale { account, .. } => Some(account),
            _ => None,
        }
    }

    /// What drawing an amount costs at once, apart from interest: charged where the money is, or owed.
    pub fn fee(&self, amount: Cash) -> Cash {
        match *self {
            Self::Fund { fee, .. } | Self::Line { fee, .. } => fee.of_rounded_up(amount),
            _ => Cash::ZERO,
        }
    }

    /// What is owed a year on what it gives.
    pub fn rate(&self) -> Rate {
        match *self {
            Self::Repo { rate, .. } | Self::Line { rate, .. } => rate,
            _ => Rate::ZERO,
        }
    }

    /// What must be held for it.
    pub fn wares(&self) -> Option<(AccountId, InstrumentId)> {
        match *self {
            Self::Sale { account, instrument, .. } | Self::FireSale { account, instrument, .. } => {
                Some((account, instrument))
            }
            _ => None,
        }
    }
}

impl FirmPlan {
    /// Securities that stand behind repos.
    pub fn securities(&self) -> Cash {
        let value = |source: &SourcePlan| match source.kind {
            SourceKind::Repo { value, .. } => value,
            _ => Cash::ZERO,
        };
        self.sources.iter().map(value).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, stream, uniform};

    /// However a source is drawn on, it gives no more than it has, and what it has given never grows less dear.
    #[test]
    fn no_source_gives_more_than_its_cap_and_more_never_costs_less() {
        let mut luck = stream(3, "sources", Purpose::Traits);
        for _ in 0..500 {
            let amount = Cash::minor((uniform(&mut luck) * 1e6) as i128);
            let rate = Rate::from_f64(uniform(&mut luck)).expect("a rate");
            let limit = (amount, Rate::ZERO);
            let (value, haircut) = (amount, rate);
            for (kind, most) in [
                (SourceKind::Fund { fund: FundId::new(0), amount, fee: rate }, amount),
                (SourceKind::Repo { value, haircut, rate }, amount - rate.of_rounded_up(amount)),
                (SourceKind::Line { limit: limit.0, fee: rate, rate: limit.1, withdrawn_below: None }, amount),
            ] {
                let (mut drawn, mut dearest) = (Cash::ZERO, Cash::ZERO);
                loop {
                    let left = kind.left(drawn, amount - drawn - kind.fee(drawn), None);
                    if !left.is_positive() {
                        break;
                    }
                    drawn += left.min(Cash::minor(1 + (uniform(&mut luck) * 4e5) as i128));
                    assert!(drawn <= most, "{drawn} of {most}");
                    assert!(kind.fee(drawn) >= dearest);
                    dearest = kind.fee(drawn);
                }
            }
        }
    }

    #[test]
    fn cash_gives_what_is_free_and_a_sale_what_its_wares_fetch() {
        assert_eq!(SourceKind::Cash.left(Cash::minor(7), Cash::minor(50), None), Cash::minor(50));
        assert_eq!(SourceKind::Cash.left(Cash::ZERO, Cash::minor(-50), None), Cash::ZERO);
        let wares = Wares { lots: Lots::new(3), fetch: Cash::minor(4_500) };
        let (account, instrument) = (AccountId::new(0), InstrumentId::new(0));
        let lots = Lots::new(9);
        let sale = SourceKind::Sale { account, instrument, lots, clip: 0.1 };
        assert_eq!(sale.left(Cash::ZERO, Cash::ZERO, Some(wares)), Cash::minor(4_500));
        assert_eq!(sale.left(Cash::ZERO, Cash::ZERO, None), Cash::ZERO);
    }
}
