//! Desks: one trader a member, with its accounts as stated and its legs by ids.

use super::accounts::{AccountSketch, Hand};
use crate::file::WorldFile;
use engine::traders::desk::{Balance, LegPlan, Role};
use engine::traders::{Joins, TraderFile};
use ground::units::{Cash, InstrumentId, LenderId, Lots, MarketId};
use language::findings::LARGEST;
use language::named::Named;
use std::sync::Arc;

impl Hand<'_> {
    /// A leg that names something that does not exist, or an account that the desk does not have, is for `check` to
    /// report: no such desk is built.
    pub(super) fn desk(&mut self, name: &str, params: &Arc<TraderFile>, own: &dyn Joins, accounts: &Named<Balance>) {
        let legs: Option<Vec<LegPlan>> = own.legs().iter().map(|role| self.leg(role, accounts)).collect();
        let Some(legs) = legs.filter(|legs| !legs.is_empty()) else { return };
        if accounts.iter().any(|(_, balance)| balance.cash.is_nan() || balance.cash.abs() > LARGEST) {
            return;
        }
        let mut sketches = Vec::with_capacity(accounts.len());
        for (lender, balance) in accounts.iter() {
            let Some(index) = self.lenders.get(lender).copied() else { return };
            let path = format!("traders.{name}.accounts.{lender}");
            let cash = self.stated(format_args!("{path}.cash"), balance.cash);
            let mut slots = self.held(&path, index, &balance.positions);
            for leg in legs.iter().filter(|leg| leg.lender.index() == index) {
                if let Err(place) = slots.binary_search_by_key(&leg.instrument, |(id, _)| *id) {
                    slots.insert(place, (leg.instrument, Lots::ZERO));
                }
            }
            sketches.push(AccountSketch { lender: index, cash, slots, watched: false });
        }
        let (home, legs): (_, Arc<[LegPlan]>) = (legs[0].instrument, legs.into());
        for member in 0..own.count() {
            let own_name = if own.count() == 1 { name.to_string() } else { format!("{name}[{member}]") };
            self.add(own_name, params, (member, own.count()), Some(home), sketches.clone(), Cash::ZERO);
            self.traders.last_mut().expect("it was just added").legs = Arc::clone(&legs);
        }
    }

    /// The one leg of who trades on a venue that is not the instrument's first. None where there is no such market,
    /// which is for `check` to report.
    pub(super) fn elsewhere(&self, instrument: InstrumentId, venue: &str, lender: usize) -> Arc<[LegPlan]> {
        let market = self.market(self.file, instrument, Some(venue));
        market.map(|market| LegPlan { lender: LenderId::from_index(lender), instrument, market }).into_iter().collect()
    }

    fn leg(&self, role: &Role<'_>, accounts: &Named<Balance>) -> Option<LegPlan> {
        let instrument = self.instrument(role.instrument)?;
        let lender = LenderId::from_index(*self.lenders.get(role.at(accounts)?)?);
        Some(LegPlan { lender, instrument, market: self.market(self.file, instrument, role.venue)? })
    }

    /// The instrument's market on a venue, or its first.
    fn market(&self, file: &WorldFile, instrument: InstrumentId, venue: Option<&str>) -> Option<MarketId> {
        let venue = venue.map(|venue| file.venues.position(venue));
        let fits = |market: &engine::plan::MarketPlan| {
            market.instrument == instrument && venue.is_none_or(|venue| venue == Some(market.venue.index()))
        };
        self.markets.markets.iter().position(fits).map(MarketId::from_index)
    }
}
