//! Lenders that take deposits, as they stand.

use crate::plan::Plan;
use ground::units::{AccountId, Cash, Lots, Time};
use mechanics::contracts::interest::Rest;
use mechanics::deposits::Queue;
use std::collections::BTreeMap;

/// By lender; `None` for those that take none.
#[derive(Clone, Debug)]
pub struct Deposits(pub Vec<Option<Taken>>);

#[derive(Clone, Debug)]
pub struct Taken {
    pub queue: Queue,
    /// The capital has paid what is not earned until now.
    pub promised: bool,
    /// Until when interest is paid.
    pub(crate) since: Time,
    /// Those who have deposits, the largest at the start first.
    pub holders: Vec<Holder>,
    /// What rounding left of a holder's interest.
    pub(crate) rests: BTreeMap<AccountId, Rest>,
    /// The same of what the lender earns on all of them.
    pub(crate) rest_of_all: Rest,
}

#[derive(Clone, Copy, Debug)]
pub struct Holder {
    pub account: AccountId,
    /// At the start.
    pub lots: Lots,
    pub cash: Cash,
}

impl Deposits {
    pub fn new(plan: &Plan) -> Self {
        let since = plan.clock.sessions.first().map_or_else(Time::default, |session| session.open);
        let taken = |(index, lender): (usize, &crate::plan::LenderPlan)| {
            let terms = lender.deposits.as_ref()?;
            let own = plan.accounts.iter().enumerate();
            let own = own.filter(|(_, account)| account.lender.index() == index && account.trader.is_some());
            let mut holders: Vec<Holder> = own
                .filter_map(|(place, account)| {
                    let (_, lots) = account.slots.iter().find(|(slot, _)| *slot == terms.instrument)?;
                    let account_id = AccountId::from_index(place);
                    lots.is_positive().then_some(Holder { account: account_id, lots: *lots, cash: account.cash })
                })
                .collect();
            holders.sort_by_key(|holder| (std::cmp::Reverse(holder.lots), holder.account));
            let (rests, rest_of_all) = (BTreeMap::new(), Rest::default());
            Some(Taken { queue: Queue::default(), promised: true, since, holders, rests, rest_of_all })
        };
        Self(plan.lenders.iter().enumerate().map(taken).collect())
    }
}

impl Taken {
    /// The holders by size: the largest hundredth, the rest of the largest tenth, the rest of the larger half, and the
    /// smaller half. Where there are few, some are empty.
    pub fn classes(&self) -> [&[Holder]; 4] {
        let count = self.holders.len();
        let cuts = [0, count.div_ceil(100), count.div_ceil(10), count.div_ceil(2), count];
        [0, 1, 2, 3].map(|class| &self.holders[cuts[class].min(cuts[class + 1])..cuts[class + 1]])
    }
}
