//! Accounts that are being unwound.

use ground::units::{AccountId, BreachId, InstrumentId, LenderId, Lots, Price, Tick, Time};
use mechanics::liquidation::{Breach, BreachCause, Found, Target};
use std::collections::BTreeMap;

/// All breaches of the run, by id, and those that are not done.
#[derive(Clone, Debug, Default)]
pub struct Breaches {
    pub all: Vec<Breach>,
    pub active: Vec<BreachId>,
    /// The latest breach of each account whose lender lets time pass between two.
    pub(crate) latest: BTreeMap<AccountId, BreachId>,
}

/// Before when no order may come, and when what is sold apart begins.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    pub start: Time,
    pub moments: Vec<Vec<Option<Time>>>,
}

impl Breaches {
    pub fn get_mut(&mut self, id: BreachId) -> &mut Breach {
        &mut self.all[id.index()]
    }

    /// A new one, of an account at a lender. The times are the tick it is declared in, the last in which the account
    /// was sound, and before when no order may come, with the moments of what is sold apart.
    pub fn declare(
        &mut self,
        (account, lender): (AccountId, LenderId),
        cause: BreachCause,
        (tick, last_sound, start): (Tick, Tick, Starts),
        (found, targets): (Found, Vec<Target>),
    ) -> BreachId {
        let id = BreachId::from_index(self.all.len());
        let Starts { start, moments } = start;
        let (ticks_worked, agreed) = (0, None);
        self.all.push(Breach {
            id,
            account,
            lender,
            cause,
            tick,
            last_sound,
            start,
            moments,
            agreed,
            ticks_worked,
            found,
            targets,
        });
        self.active.push(id);
        id
    }

    /// A forced order got on by so many lots: a fill at a price, or an end without one.
    pub fn progress(&mut self, id: BreachId, instrument: InstrumentId, lots: Lots, fill: Option<Price>, now: Time) {
        let target = self.get_mut(id).target_mut(instrument).expect("forced orders come from targets");
        match fill {
            Some(price) => target.fill(lots, price, now),
            None => target.unfilled(lots),
        }
    }
}
