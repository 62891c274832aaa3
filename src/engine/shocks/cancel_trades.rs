//! A venue cancels trades of a while ago, see [`crate::tick::stages::undo`].

use super::{Drafted, Field, Shock};
use crate::plan::MarketPlan;
use crate::stated::Stated;
use crate::tick::stages::undo::{Cancelling, cancel};
use ground::moments::Moment;
use ground::units::{InstrumentId, MarketId, Price, Rate, Time};
use language::findings::Findings;
use language::read::Read;

/// A venue cancels trades after the fact: all from `from` up to `to` (not included) at prices further from the reference
/// than `beyond`, a share of it. What was delivered, paid and charged goes back. Trades with accounts that were closed
/// out since stand.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// What was traded.
    pub instrument: String,
    /// Where. Left out: on all its venues.
    #[read(default)]
    pub venue: Option<String>,
    /// The first moment of the window.
    pub from: Moment,
    /// The first moment after it, no later than that of the shock.
    pub to: Moment,
    /// Prices within this share of the reference stand.
    #[read(within = 0.0..=1e3)]
    pub beyond: f64,
    /// Price for one unit. Left out: the mark before `from`.
    #[read(default, positive)]
    pub reference: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub instrument: InstrumentId,
    pub markets: Vec<MarketId>,
    pub from: Time,
    pub to: Time,
    /// `None`: the mark before the window.
    pub reference: Option<Price>,
    pub beyond: Rate,
}

impl Plan {
    /// Whether a trade at this price is to be cancelled.
    pub fn is_beyond(&self, price: Price, reference: Price) -> bool {
        let away = i128::from((price - reference).unsigned_abs()) * 1_000_000_000;
        away > i128::from(reference.steps().unsigned_abs()) * i128::from(self.beyond.billionths())
    }
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let Self { instrument, to, .. } = self;
        if to <= &self.from {
            findings.add(format_args!("{path}.to"), "the window ends before it begins", "give a later moment");
        } else if at < *to {
            findings.add(
                format_args!("{path}.to"),
                format!("trades up to {to} cannot be cancelled at {at}"),
                "end the window when the shock strikes, or earlier",
            );
        }
        if let Some(venue) = &self.venue {
            stated.venues.has(venue, format_args!("{path}.venue"), findings);
        }
        let at = format!("{path}.instrument");
        let Some(about) = stated.instrument(instrument, &at, findings) else { return };
        if let Some(of) = about.swap_of() {
            findings.add(at, format!("\"{instrument}\" is a swap, and has no trades"), format!("name \"{of}\""));
        } else if let Some(venue) = &self.venue
            && !about.venues().contains(venue)
        {
            findings.add(
                format_args!("{path}.venue"),
                format!("\"{instrument}\" does not trade at \"{venue}\""),
                format!("name one of its venues: {}", about.venues().join(", ")),
            );
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        if let Some(calendar) = drafted.calendar
            && self.from < self.to
            && self.to.time() <= calendar.sessions[0].open
        {
            let begin = calendar.sessions[0].open;
            findings.add(
                format_args!("{path}.to"),
                format!("there are no trades before {begin}, when the run begins"),
                "let the window reach into the run",
            );
        }
        let instrument = drafted.instrument(&self.instrument)?;
        let venue = match &self.venue {
            Some(venue) => Some(drafted.venue(venue)?),
            None => None,
        };
        let here =
            |market: &MarketPlan| market.instrument == instrument && venue.is_none_or(|venue| market.venue == venue);
        let all = drafted.markets.iter().enumerate().filter(|(_, market)| here(market));
        let reference = match self.reference {
            Some(price) => Some(drafted.price(&format!("{path}.reference"), instrument, price, findings)?),
            None => None,
        };
        Some(Plan {
            instrument,
            markets: all.map(|(index, _)| MarketId::from_index(index)).collect(),
            from: self.from.time(),
            to: self.to.time(),
            reference,
            beyond: Rate::from_f64(self.beyond)?,
        })
    }

    fn instruments(plan: &Plan) -> Vec<InstrumentId> {
        vec![plan.instrument]
    }

    fn strike(_plan: &Plan, nth: usize, field: &mut Field<'_, '_, '_>) {
        let mut desk = Cancelling {
            scene: field.scene,
            clock: field.clock,
            statuses: field.statuses,
            holders: field.holders,
            lenders: field.lenders,
            ledger: field.ledger,
            entries: field.entries,
            gather: field.gather,
        };
        cancel(nth, field.undoing, &mut desk);
    }

    fn cancels(plan: &Plan) -> Option<&Plan> {
        Some(plan)
    }
}
