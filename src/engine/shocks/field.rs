//! What a shock may touch, and when it strikes.

use crate::gather::Gather;
use crate::tick::clock::Clock;
use crate::tick::state::{
    Firm, Halts, Hiked, Holders, Lenders, MarketBook, Markets, Marking, Payouts, Pegs, Scene, Statuses, Struck,
    TheEntries, TheLedger, TheMarks, Undoing, Values, Wakes,
};
use crate::tick::trays::Push;
use crate::tick::view::View;
use crate::traders::official_desk::OfficialDesk;
use bevy_ecs::prelude::{Query, Res, ResMut};
use bevy_ecs::system::SystemParam;
use ground::units::{Cause, InstrumentId, Lots, MarketId, Side, VenueId};
use mechanics::contracts::MarkPlan;
use mechanics::halts::Pause;
use std::sync::Arc;

/// All that a shock may touch.
#[derive(SystemParam)]
pub struct Field<'w, 's> {
    pub(super) scene: Res<'w, Scene>,
    pub(super) clock: Res<'w, Clock>,
    pub(super) statuses: Res<'w, Statuses>,
    pub(super) hiked: ResMut<'w, Hiked>,
    pub(super) view: ResMut<'w, View>,
    pub(super) values: ResMut<'w, Values>,
    pub(super) marks: ResMut<'w, TheMarks>,
    pub(super) ledger: ResMut<'w, TheLedger>,
    pub(super) lenders: ResMut<'w, Lenders>,
    pub(super) firms: Query<'w, 's, &'static mut Firm>,
    pub(super) markets: ResMut<'w, Markets>,
    pub(super) halts: ResMut<'w, Halts>,
    pub(super) marking: ResMut<'w, Marking>,
    pub(super) payouts: ResMut<'w, Payouts>,
    pub(super) pegs: ResMut<'w, Pegs>,
    pub(super) undoing: ResMut<'w, Undoing>,
    pub(super) holders: Res<'w, Holders>,
    pub(super) entries: ResMut<'w, TheEntries>,
    pub(super) officials: Query<'w, 's, &'static mut OfficialDesk>,
    pub(super) wakes: ResMut<'w, Wakes>,
    pub(super) gather: ResMut<'w, Gather>,
}

pub fn strike_shocks(mut struck: ResMut<Struck>, mut field: Field<'_, '_>) {
    field.hiked.0.clear();
    let plan = Arc::clone(&field.scene.plan);
    while let Some(shock) = plan.shocks.get(struck.0).filter(|shock| shock.at <= field.clock.now()) {
        let (tick, nth) = (field.clock.tick(), struck.0);
        field.gather.shock(tick, nth);
        struck.0 += 1;
        shock.kind.strike(nth, &mut field);
    }
}

impl Field<'_, '_> {
    /// Stops all markets of a venue from now on, and says which.
    pub(super) fn pause(&mut self, venue: VenueId, pause: Pause) -> Vec<MarketId> {
        let since = self.clock.now();
        let here = self.scene.plan.markets.iter().enumerate().filter(|(_, market)| market.venue == venue);
        let here: Vec<MarketId> = here.map(|(index, _)| MarketId::from_index(index)).collect();
        for id in &here {
            let market = &mut self.markets[*id];
            self.halts.pause(market, pause, &self.clock, since, &mut self.view, &mut self.gather);
        }
        here
    }

    /// The market of an instrument, if its price forms by impact.
    pub(super) fn without_book(&mut self, instrument: InstrumentId) -> Option<&mut MarketBook> {
        let market = &mut self.markets[self.scene.market_of(instrument)];
        (market.impact().is_some() && market.instrument == instrument).then_some(market)
    }

    /// Notes, for the cascade, where news says that the price of an instrument should be: those who trade on it carry it
    /// there, on whichever of its venues.
    pub(super) fn note_news(&mut self, instrument: InstrumentId, ratio: f64) {
        if self.without_book(instrument).is_some() {
            return;
        }
        let mark = self.marks.0.price(instrument);
        for (id, market) in self.scene.plan.markets.iter().enumerate() {
            if market.instrument == instrument {
                self.gather.news(MarketId::from_index(id), mark, ratio);
            }
        }
    }

    /// Futures and perpetuals on an instrument.
    pub(super) fn contracts_on(&self, instrument: InstrumentId) -> Vec<InstrumentId> {
        let all = self.scene.plan.instruments.iter().enumerate();
        let on_it = all.filter(|(_, about)| about.kind.is_contract() && about.kind.underlying() == Some(instrument));
        on_it.map(|(index, _)| InstrumentId::from_index(index)).collect()
    }

    /// Notes that a shock moved the price of a market without a book, as the volume that would have moved it as far, so
    /// that the cascade can set it against volume that was traded. A contract with a book of its own whose mark follows that
    /// price is pushed by as much of what it is on.
    pub(super) fn note_push(&mut self, instrument: InstrumentId, ratio: f64) {
        let Some(market) = self.without_book(instrument) else { return };
        let (id, lots) = (market.id, market.impact().map(|impact| impact.volume_to_move(ratio)).unwrap_or_default());
        let side = if ratio > 0.0 { Side::Buy } else { Side::Sell };
        let tick = self.clock.tick();
        self.gather.pushes(tick, &[Push { market: id, side, cause: Cause::Shock, lots: lots.abs() }]);
        let instruments = &self.scene.plan.instruments;
        let units = instruments[instrument.index()].units_of(lots.abs());
        for contract in self.contracts_on(instrument) {
            let about = &instruments[contract.index()];
            if let (MarkPlan::BookMedian { .. }, Some(market)) = (&about.mark, about.kind.primary())
                && self.markets[market].has_book()
            {
                let lots = Lots::new((units / about.units_of(Lots::new(1))).round() as i64);
                self.gather.pushes(tick, &[Push { market, side, cause: Cause::Shock, lots }]);
            }
        }
    }
}
