//! Accounts that are being unwound.

use bevy_ecs::prelude::Resource;
use ground::units::{BreachId, InstrumentId, Lots, Price, Time};
use mechanics::liquidation::Breach;

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

    /// A forced order got on by so many lots: a fill at a price, or an end without one.
    pub fn progress(&mut self, id: BreachId, instrument: InstrumentId, lots: Lots, fill: Option<Price>, now: Time) {
        let target = self.get_mut(id).target_mut(instrument).expect("forced orders come from targets");
        match fill {
            Some(price) => target.fill(lots, price, now),
            None => target.unfilled(lots),
        }
    }
}
