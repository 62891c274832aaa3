//! The feed of an instrument's mark says something else than its books do. Nobody trades, and nothing is traded at what
//! it says; but everybody is carried at it.
//!
//! For the cascade it counts as the volume that would have moved the price as far by the square-root law, so that it can
//! be set against volume that was traded.

use super::stale_feed::has_feed;
use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use crate::tick::trays::Push;
use ground::moments::Moment;
use ground::units::{Cause, InstrumentId, Lots, Rate, Side, Span};
use language::findings::Findings;
use language::read::Read;
use mechanics::contracts::mark::Bend;
use mechanics::liquidation::SQUARE_ROOT_FACTOR;

/// The feed of an instrument's mark says something else than its books do, for so long. No book changes.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// One that is marked by its books.
    pub instrument: String,
    /// In place of what its books say.
    pub says: OracleSays,
    /// How long.
    #[read(rename = "for", some_time)]
    pub lasts: Span,
}

/// What a feed says that somebody has a hand in.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum OracleSays {
    /// So much more than it would: `Ratio(-0.3)` is 30 % less.
    Ratio(f64),
    /// This price, for one unit.
    Price(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub instrument: InstrumentId,
    pub bend: Bend,
    pub lasts: Span,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        has_feed(&format!("{path}.instrument"), &self.instrument, stated, findings);
        match self.says {
            OracleSays::Ratio(ratio) if !(ratio > -1.0 && ratio <= 1e3) => findings.add(
                format_args!("{path}.says.ratio"),
                format!("a ratio of {ratio} leaves no price, or too much of one"),
                "give one above -1: -0.3 is 30 % less",
            ),
            OracleSays::Price(price) if price.is_finite() && stated.may_be_below_zero(&self.instrument) => {}
            OracleSays::Price(price) => findings.positive(format_args!("{path}.says.price"), price),
            OracleSays::Ratio(_) => {}
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        drafted.lasts(&format!("{path}.for"), self.lasts, findings);
        let instrument = drafted.instrument(&self.instrument)?;
        let bend = match self.says {
            OracleSays::Ratio(ratio) => Bend::By(Rate::from_f64(ratio)?),
            OracleSays::Price(price) => {
                Bend::To(drafted.price(&format!("{path}.says.price"), instrument, price, findings)?)
            }
        };
        Some(Plan { instrument, bend, lasts: self.lasts })
    }

    fn instruments(plan: &Plan) -> Vec<InstrumentId> {
        vec![plan.instrument]
    }

    fn strike(&Plan { instrument, bend, lasts }: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = field.clock.now() + lasts;
        field.marking.is_bent(instrument, until, bend);
        let before = field.marks.price(instrument);
        let moved = (bend.of(before) - before) as f64 / before.steps().abs().max(1) as f64;
        let about = &field.scene.plan.instruments[instrument.index()];
        let day = about.ordinary.daily_volume_units / about.lot_units;
        let ordinary = SQUARE_ROOT_FACTOR * field.marks.volatility(instrument);
        let lots = if ordinary > 0.0 { (moved / ordinary) * (moved / ordinary) * day } else { day };
        let lots = Lots::new(lots.clamp(1.0, Lots::LARGEST.get() as f64) as i64);
        let side = if moved > 0.0 { Side::Buy } else { Side::Sell };
        let (tick, market) = (field.clock.tick(), field.scene.market_of(instrument));
        field.gather.pushes(tick, &[Push { market, side, cause: Cause::Shock, lots }]);
    }
}
