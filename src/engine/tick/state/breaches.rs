//! Accounts that are being unwound.

use bevy_ecs::prelude::Resource;
use ground::units::{AccountId, BreachId, InstrumentId, LenderId, Lots, Price, Tick, Time};
use mechanics::liquidation::{Breach, BreachCause, Target};

/// All breaches of the run, by id, and those that are not done.
#[derive(Clone, Debug, Default, Resource)]
pub struct Breaches {
    pub all: Vec<Breach>,
    pub active: Vec<BreachId>,
}

impl Breaches {
    pub fn get_mut(&mut self, id: BreachId) -> &mut Breach {
        &mut self.all[id.index()]
    }

    /// A new one, of an account at a lender. The moments are the tick it is declared in, the last in which the account
    /// was sound, and before when no order may come.
    pub fn declare(
        &mut self,
        (account, lender): (AccountId, LenderId),
        cause: BreachCause,
        (tick, last_sound, start): (Tick, Tick, Time),
        targets: Vec<Target>,
    ) -> BreachId {
        let id = BreachId::from_index(self.all.len());
        self.all.push(Breach { id, account, lender, cause, tick, last_sound, ticks_worked: 0, start, targets });
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
