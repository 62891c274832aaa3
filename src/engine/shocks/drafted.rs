//! What is known of a world while its shocks become whole numbers and ids: what they act on has been made by then.

use crate::correlations::CorrelationFile;
use crate::plan::{AccountPlan, Calendar, InstrumentPlan, LenderPlan, MarketPlan, TraderPlan, VenuePlan};
use ground::moments::Moment;
use ground::numbers::cash;
use ground::units::{Cash, InstrumentId, LenderId, Price, Span, Tick, VenueId};
use language::findings::Findings;
use mechanics::margin::models::Context;
use mechanics::mint_burn::PegPlan;
use std::collections::BTreeMap;
use std::ops::Range;

pub struct Drafted<'a> {
    /// `None` for a clock that was refused.
    pub calendar: Option<&'a Calendar>,
    /// Decimals of the currency.
    pub decimals: u8,
    pub venues: &'a [VenuePlan],
    pub instruments: &'a [InstrumentPlan],
    /// By instrument: whether its numbers could not be read, so that nothing may be concluded from them.
    pub unusable: &'a [bool],
    pub markets: &'a [MarketPlan],
    pub lenders: &'a [LenderPlan],
    pub traders: &'a [TraderPlan],
    pub accounts: &'a [AccountPlan],
    pub pegs: &'a [PegPlan],
    /// By the name in the file: which of the traders it became.
    pub populations: &'a BTreeMap<&'a str, Range<usize>>,
    /// As the world states them.
    pub correlations: &'a [CorrelationFile],
    pub margin: &'a Context<'a>,
}

impl Drafted<'_> {
    /// An instrument that can be computed with.
    pub fn instrument(&self, name: &str) -> Option<InstrumentId> {
        let index = self.instruments.iter().position(|own| own.name == name)?;
        (!self.unusable[index]).then(|| InstrumentId::from_index(index))
    }

    pub fn about(&self, instrument: InstrumentId) -> &InstrumentPlan {
        &self.instruments[instrument.index()]
    }

    pub fn venue(&self, name: &str) -> Option<VenueId> {
        self.venues.iter().position(|own| own.name == name).map(VenueId::from_index)
    }

    pub fn lender(&self, name: &str) -> Option<LenderId> {
        self.lenders.iter().position(|own| own.name == name).map(LenderId::from_index)
    }

    /// A peg that can be computed with, and its place.
    pub fn peg(&self, name: &str) -> Option<(usize, &PegPlan)> {
        self.pegs.iter().enumerate().find(|(_, own)| own.name == name)
    }

    /// The traders that a name in the file became. `None` when it became none.
    pub fn population(&self, name: &str) -> Option<Range<usize>> {
        self.populations.get(name).cloned().filter(|range| !range.is_empty())
    }

    /// An amount of money as it is stated.
    pub fn money(&self, path: &str, amount: f64, findings: &mut Findings) -> Option<Cash> {
        if !amount.is_finite() {
            return None;
        }
        cash(amount, self.decimals).map_err(|reason| findings.add(path, reason, "give a smaller amount")).ok()
    }

    /// A stated price, to the nearest step.
    pub fn price(&self, path: &str, of: InstrumentId, price: f64, findings: &mut Findings) -> Option<Price> {
        if !price.is_finite() {
            return None;
        }
        let about = self.about(of);
        let steps = about.nearest_price(price);
        if (about.price_of(steps) - price).abs() > about.step_size {
            let reason = format!("{price:e} is more steps of {} than this build counts", about.step_size);
            findings.add(path, reason, "give a smaller price");
        }
        Some(steps)
    }

    /// Whatever lasts longer than all of the run is a slip of the pen, or hides one.
    pub fn lasts(&self, path: &str, length: Span, findings: &mut Findings) {
        let Some(calendar) = self.calendar else { return };
        let (first, last) = (&calendar.sessions[0], &calendar.sessions[calendar.sessions.len() - 1]);
        let all = last.close - first.open;
        if length > all {
            findings.add(
                path,
                format!("{length} is longer than the whole run, from {} to {}", first.open, last.close),
                format!("give a length up to {all}"),
            );
        }
    }

    /// A shock is applied in the first tick that begins at or after it, so there must be one.
    pub(super) fn is_in_time(&self, path: &str, at: Moment, findings: &mut Findings) {
        let Some(calendar) = self.calendar else { return };
        let (begin, last) = (calendar.sessions[0].open, calendar.time_of(Tick::new(calendar.ticks - 1)));
        if at.time() < begin || at.time() > last {
            findings.add(
                path,
                format!("{at} lies outside the run"),
                format!("give a moment from {begin} to the last tick's beginning, {last}"),
            );
        }
    }
}
