//! One lender, one fund, positions as a test states them.

use super::{Marks, Terms};
use crate::ledger::{Accounts, Ledger, Purses, SlotKind};
use crate::margin::CallLevel;
use crate::margin::MarginPlan;
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Rate, StepValue, TraderId};

pub const HOUSE: AccountId = AccountId::new(0);
pub const FUND: AccountId = AccountId::new(1);

pub struct World {
    pub ledger: Ledger,
    pub marks: Marks,
}

impl World {
    /// The fund's cash in cents, then its spot positions and its swaps as lots, mark and settled price,
    /// each in an instrument of its own, one cent a step and lot. The house has the other side of the swaps.
    pub fn new(cash: i128, spots: &[(i64, i64, i64)], swaps: &[(i64, i64, i64)]) -> Self {
        let with_kind = |kind| move |&position: &(i64, i64, i64)| (kind, position);
        let all: Vec<_> =
            spots.iter().map(with_kind(SlotKind::Spot)).chain(swaps.iter().map(with_kind(SlotKind::Swap))).collect();
        let slot = |(index, &(kind, (lots, _, settled))): (usize, &(SlotKind, (i64, i64, i64)))| {
            (InstrumentId::from_index(index), kind, Lots::new(lots), Price::new(settled))
        };
        let mut accounts = Accounts::default();
        let mirrored = all.iter().enumerate().map(slot).filter(|slot| slot.1 == SlotKind::Swap);
        accounts.add(LenderId::new(0), None, mirrored.map(|(id, kind, lots, settled)| (id, kind, -lots, settled)));
        accounts.add(LenderId::new(0), Some(TraderId::new(0)), all.iter().enumerate().map(slot));
        let purses = Purses::new(vec![Cash::ZERO, Cash::minor(cash)], 1, vec![Cash::ZERO]);
        let marks = Marks::new(all.iter().map(|&(_, (_, mark, _))| (StepValue::new(1), Price::new(mark))));
        Self { ledger: Ledger::new(accounts, purses), marks }
    }

    pub const UNMARGINED: Terms = Terms::plain(MarginPlan::Unmargined, CallLevel::Maintenance);

    /// Rates in billionths; the lender calls below maintenance margin.
    pub const fn rate(im: i64, mm: i64) -> Terms {
        let margin = MarginPlan::Rate { im: Rate::from_billionths(im), mm: Rate::from_billionths(mm) };
        Terms::plain(margin, CallLevel::Maintenance)
    }
}
