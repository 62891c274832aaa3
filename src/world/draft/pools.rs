//! Margin modes: an account at a lender that pools positions apart becomes one account a pool.
//!
//! Runs over the finished list of accounts, before anything else takes down their numbers. `fund@exchange` at a lender in isolated
//! mode becomes `fund@exchange/btc` and `fund@exchange/eth`; an account whose positions all fall into one pool stays as
//! it is. See [`mechanics::margin::ModeFile`] for what a pool gets of the account's equity.

use crate::file::WorldFile;
use engine::plan::{AccountPlan, InstrumentPlan, LenderPlan, TraderPlan, opening_marks};
use ground::units::{AccountId, Cash, InstrumentId, Lots};
use mechanics::margin::{Marks, ModeFile, Position, Terms, requirement, to_open};

/// Where each account of the undivided list went.
#[derive(Clone, Debug)]
pub struct Division {
    /// By old account: its pools, and what each holds.
    pools: Vec<Vec<(AccountId, Vec<InstrumentId>)>>,
}

impl Division {
    /// The account that has a place for this instrument, once they are divided. One that could not be made, for want of
    /// its lender, stays what it is called: that is a finding, and the plan is never run.
    pub fn of(&self, undivided: AccountId, instrument: InstrumentId) -> AccountId {
        let pools = self.pools_of(undivided);
        let holds = |(_, held): &&(AccountId, Vec<InstrumentId>)| held.contains(&instrument);
        pools.iter().find(holds).or(pools.first()).map_or(undivided, |(account, _)| *account)
    }

    fn pools_of(&self, undivided: AccountId) -> &[(AccountId, Vec<InstrumentId>)] {
        self.pools.get(undivided.index()).map_or(&[], Vec::as_slice)
    }

    fn all(&self, undivided: AccountId) -> impl Iterator<Item = AccountId> {
        self.pools_of(undivided).iter().map(|(account, _)| *account)
    }
}

/// Divides the accounts at lenders that do not pool everything, and tells the traders.
pub fn divide(
    file: &WorldFile,
    instruments: &[InstrumentPlan],
    lenders: &[LenderPlan],
    traders: &mut [TraderPlan],
    accounts: &mut Vec<AccountPlan>,
) -> Division {
    let marks = opening_marks(instruments, super::clock::start(&file.clock));
    let modes: Vec<&ModeFile> = file.lenders.iter().map(|(_, lender)| &lender.mode).collect();
    let mut division = Division { pools: Vec::with_capacity(accounts.len()) };
    let mut divided = Vec::with_capacity(accounts.len());
    for account in std::mem::take(accounts) {
        let lender = account.lender.index();
        let mode = if account.trader.is_some() { modes[lender] } else { &ModeFile::Cross };
        let first = divided.len();
        divided.extend(parts(account, mode, instruments, &lenders[lender].terms(), &marks));
        let pools = divided[first..].iter().enumerate().map(|(nth, pool)| {
            (AccountId::from_index(first + nth), pool.slots.iter().map(|(instrument, _)| *instrument).collect())
        });
        division.pools.push(pools.collect());
    }
    *accounts = divided;
    for trader in traders {
        trader.accounts = trader.accounts.iter().flat_map(|account| division.all(*account)).collect();
    }
    division
}

fn parts(
    account: AccountPlan,
    mode: &ModeFile,
    instruments: &[InstrumentPlan],
    terms: &Terms,
    marks: &Marks,
) -> Vec<AccountPlan> {
    let pools = mode.pools(account.slots.iter().map(|(id, _)| instruments[id.index()].name.as_str()));
    if pools.len() < 2 {
        return vec![account];
    }
    let slots: Vec<Vec<_>> =
        pools.iter().map(|(_, places)| places.iter().map(|place| account.slots[*place]).collect()).collect();
    let cost = |slots: &[(InstrumentId, Lots)]| -> Cash {
        let paid = slots.iter().filter(|(id, _)| instruments[id.index()].kind.is_paid_for());
        paid.map(|(id, lots)| marks.value(*id, *lots)).sum()
    };
    let mut weights: Vec<Cash> = slots.iter().map(|slots| to_open(terms, marks, opening(marks, slots))).collect();
    if weights.iter().all(|own| !own.is_positive()) {
        weights =
            slots.iter().map(|slots| slots.iter().map(|(id, lots)| marks.value(*id, *lots).abs()).sum()).collect();
    }
    let (equity, all) = (account.cash + cost(&account.slots), weights.iter().copied().sum::<Cash>());
    let mut shares: Vec<Cash> = weights.iter().map(|own| part(equity, *own, all)).collect();
    let rest = equity - shares.iter().copied().sum();
    let first = (0..pools.len()).min_by_key(|place| &pools[*place].0).expect("there are two pools at least");
    shares[first] += rest;
    let named = pools.into_iter().map(|(name, _)| name).zip(slots.into_iter().zip(shares));
    let pool = named.map(|(name, (slots, share))| AccountPlan {
        name: format!("{}/{name}", account.name),
        cash: share - cost(&slots),
        slots,
        ..account.clone()
    });
    pool.collect()
}

/// The initial margin that a client's positions at a lender need at the starting prices, pool by pool.
pub fn opening_margin(
    mode: &ModeFile,
    terms: &Terms,
    marks: &Marks,
    instruments: &[InstrumentPlan],
    slots: &[(InstrumentId, Lots)],
) -> Cash {
    let pools = mode.pools(slots.iter().map(|(id, _)| instruments[id.index()].name.as_str()));
    let of_pool = |(_, places): &(String, Vec<usize>)| {
        let slots: Vec<_> = places.iter().map(|place| slots[*place]).collect();
        requirement(terms, marks, opening(marks, &slots)).im
    };
    pools.iter().map(of_pool).sum()
}

fn opening<'a>(marks: &'a Marks, slots: &'a [(InstrumentId, Lots)]) -> impl Iterator<Item = Position> + Clone + 'a {
    slots.iter().map(|&(instrument, lots)| {
        let value = marks.value(instrument, lots);
        Position { instrument, lots, mark: marks.price(instrument), value, worth: value }
    })
}

/// `amount × of ÷ whole`, rounded down; nothing of nothing.
fn part(amount: Cash, of: Cash, whole: Cash) -> Cash {
    let (mut of, mut whole) = (of.to_minor(), whole.to_minor());
    if whole <= 0 {
        return Cash::ZERO;
    }
    // So that nothing overflows: of margins in the billions of billions the last digits do not matter.
    while whole > i128::from(i64::MAX) {
        (of, whole) = (of >> 1, whole >> 1);
    }
    let (wholes, rest) = (amount.to_minor().div_euclid(whole), amount.to_minor().rem_euclid(whole));
    Cash::minor(wholes * of + rest * of / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_round_down_and_wide_ones_do_not_overflow() {
        let part = |amount, of, whole| part(Cash::minor(amount), Cash::minor(of), Cash::minor(whole)).to_minor();
        assert_eq!((part(100, 1, 3), part(-100, 1, 3), part(7, 0, 0), part(7, 3, 3)), (33, -34, 0, 7));
        let wide = 1 << 100;
        assert_eq!(part(1 << 40, wide / 4, wide), 1 << 38);
    }
}
