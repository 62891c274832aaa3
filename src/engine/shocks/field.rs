//! What a shock may touch, and when it strikes.

use crate::gather::Gather;
use crate::tick::clock::Clock;
use crate::tick::state::{
    Firms, Halts, Hiked, Holders, Lenders, MarketBook, Markets, Marking, Payouts, Pegs, Scene, State, Statuses, Struck,
    Undoing, Values, Wakes,
};
use crate::tick::trays::Push;
use crate::tick::view::View;
use crate::traders::official_desk::OfficialDesk;
use bevy_ecs::prelude::Query;
use ground::units::{Cause, InstrumentId, Lots, MarketId, Side, VenueId};
use mechanics::contracts::MarkPlan;
use mechanics::halts::Pause;
use mechanics::ledger::Ledger;
use mechanics::margin::Marks;
use mechanics::waterfall::entries::Entries;

/// The desks of officials, by their entities.
pub type Officials<'w, 's> = Query<'w, 's, &'static mut OfficialDesk>;

/// All that a shock may touch.
pub struct Field<'a, 'w, 's> {
    pub(super) scene: &'a Scene,
    pub(super) clock: &'a Clock,
    pub(super) statuses: &'a Statuses,
    pub(super) hiked: &'a mut Hiked,
    pub(super) view: &'a mut View,
    pub(super) values: &'a mut Values,
    pub(super) marks: &'a mut Marks,
    pub(super) ledger: &'a mut Ledger,
    pub(super) lenders: &'a mut Lenders,
    pub(super) firms: Firms<'w, 's>,
    pub(super) markets: &'a mut Markets,
    pub(super) halts: &'a mut Halts,
    pub(super) marking: &'a mut Marking,
    pub(super) payouts: &'a mut Payouts,
    pub(super) pegs: &'a mut Pegs,
    pub(super) undoing: &'a mut Undoing,
    pub(super) holders: &'a Holders,
    pub(super) entries: &'a mut Entries,
    pub(super) officials: Officials<'w, 's>,
    pub(super) wakes: &'a mut Wakes,
    pub(super) gather: &'a mut Gather,
}

pub fn strike_shocks<'w, 's>(state: &mut State, firms: Firms<'w, 's>, officials: Officials<'w, 's>) {
    let State {
        ref scene,
        ref clock,
        ref statuses,
        ref holders,
        ref mut struck,
        ref mut hiked,
        ref mut view,
        ref mut values,
        ref mut marks,
        ref mut ledger,
        ref mut lenders,
        ref mut markets,
        ref mut halts,
        ref mut marking,
        ref mut payouts,
        ref mut pegs,
        ref mut undoing,
        ref mut entries,
        ref mut wakes,
        ref mut gather,
        ..
    } = *state;
    hiked.now.clear();
    let due = |struck: &Struck| scene.plan.shocks.get(struck.0).filter(|shock| shock.at <= clock.now());
    if due(struck).is_none() {
        return;
    }
    let mut field = Field {
        scene,
        clock,
        statuses,
        hiked,
        view,
        values,
        marks,
        ledger,
        lenders,
        firms,
        markets,
        halts,
        marking,
        payouts,
        pegs,
        undoing,
        holders,
        entries,
        officials,
        wakes,
        gather,
    };
    while let Some(shock) = due(struck) {
        let nth = struck.0;
        field.gather.shock(clock.tick(), nth);
        struck.0 += 1;
        shock.kind.strike(nth, &mut field);
    }
}

impl Field<'_, '_, '_> {
    /// Stops all markets of a venue from now on, and says which.
    pub(super) fn pause(&mut self, venue: VenueId, pause: Pause) -> Vec<MarketId> {
        let since = self.clock.now();
        let here = self.scene.plan.markets.iter().enumerate().filter(|(_, market)| market.venue == venue);
        let here: Vec<MarketId> = here.map(|(index, _)| MarketId::from_index(index)).collect();
        for id in &here {
            let market = &mut self.markets[*id];
            self.halts.pause(market, pause, self.clock, since, self.view, self.gather);
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
        let mark = self.marks.price(instrument);
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
