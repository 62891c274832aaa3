//! A hedger with basis risk: it holds one thing and hedges it in another that only resembles it.
//!
//! - Its exposure is a position that it holds (`Held`), or a stated number of units of something outside the market
//!   (`Outside`): stocks of fuel, a pension promise. An exposure outside is valued at the instrument's mark but is no part
//!   of its accounts: gains on it pay no margin call.
//! - Each `every` it works out the hedge it wants: `ratio` of the exposure's value at mark, on the other side, in lots of
//!   the hedge at mark.
//! - When what it has differs by more than `band` of what it wants, it trades the difference with market orders no
//!   larger than `clip`.
//! - It looks at nothing else. When the two prices part, the hedge loses what the exposure does not gain.
//!
//! Source: Ederington, "The hedging performance of the new futures markets", Journal of Finance 34 (1979) 157-170 (the
//! ratio, and what it leaves open); Mello and Parsons, "Maturity structure of a hedge matters: lessons from the
//! Metallgesellschaft debacle", Journal of Applied Corporate Finance 8 (1995) 106-121 (a hedge that must be funded before
//! the exposure pays).

use super::desk::{Balance, LegFile, Role, desk_fields};
use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Wake, check_count};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::Span;
use language::findings::{Findings, LARGEST};
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    /// What it hedges with.
    pub hedge: LegFile,
    pub exposure: ExposureFile,
    /// Of each member, by lender.
    pub accounts: Named<Balance>,
    /// Value of the hedge for each unit of value of the exposure: 1 where both move alike.
    #[read(within = 0.0..=1e6)]
    pub ratio: f64,
    /// How far the hedge may be from what is wanted, as a share of that. 0: it always trades.
    #[read(within = 0.0..=1e6)]
    pub band: f64,
    /// Largest single order, as a share of the hedge's ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

/// What is hedged.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum ExposureFile {
    /// Whatever it holds of this; what it starts with stands under its account.
    Held(LegFile),
    /// So many units that are not in the market; negative for a promise to deliver.
    Outside {
        instrument: String,
        #[read(within = -LARGEST..=LARGEST)]
        units: f64,
    },
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
    }

    fn legs(&self) -> Vec<Role<'_>> {
        let exposure = match &self.exposure {
            ExposureFile::Held(leg) => leg.role("exposure.held"),
            // It is only looked at; its place is in the account of the hedge.
            ExposureFile::Outside { instrument, .. } => Role {
                path: "exposure.outside".to_owned(),
                named_at: "exposure.outside.instrument".to_owned(),
                instrument,
                venue: None,
                lender: self.hedge.lender.as_deref(),
            },
        };
        vec![self.hedge.role("hedge"), exposure]
    }

    desk_fields!();
}

#[derive(Clone, Copy, Debug, Component)]
pub struct Hedger {
    exposure: Leg,
    /// Lots outside the market; `None` for what it holds.
    outside: Option<f64>,
    ratio: f64,
    band: f64,
    /// In lots.
    clip: f64,
    /// In ticks.
    every: u32,
}

impl Hedger {
    /// Lots to trade, for an exposure's value and a hedge of so many lots of so much value each.
    fn missing(&self, exposure: f64, hedge: f64, lot: f64) -> f64 {
        let wanted = -self.ratio * exposure / lot;
        let missing = wanted - hedge;
        if missing.abs() <= self.band * wanted.abs() { 0.0 } else { missing }
    }
}

impl Behaviour for Hedger {
    type Params = Params;
    const KIND: Kind = Kind::Hedger;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let exposure = birth.legs[1].leg;
        let lot = birth.plan.instruments[exposure.instrument.index()].lot_units;
        let outside = match params.exposure {
            ExposureFile::Held(_) => None,
            ExposureFile::Outside { units, .. } => Some(units / lot),
        };
        let clip = lots_of_day(birth.about, params.clip);
        let own = Self { exposure, outside, ratio: params.ratio, band: params.band, clip, every };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let lot = eyes.lot_value(eyes.mark());
        if lot > 0.0 && !eyes.is_auction() && !eyes.market().halted {
            let exposed = eyes.at(self.exposure);
            let lots = self.outside.unwrap_or_else(|| exposed.holding().get() as f64);
            let value = lots * exposed.lot_value(exposed.mark());
            hands.trade_towards(self.missing(value, eyes.holding().get() as f64, lot), self.clip);
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{AccountId, InstrumentId, MarketId};

    #[test]
    fn it_sells_the_ratio_of_what_it_is_exposed_to_and_lets_small_differences_be() {
        let leg = Leg { account: AccountId::new(0), instrument: InstrumentId::new(1), market: MarketId::new(1) };
        let hedger = Hedger { exposure: leg, outside: None, ratio: 0.8, band: 0.1, clip: 1e9, every: 1 };
        // 1 000 of value, hedged at 0.8 with lots worth 4: 200 lots short.
        assert_eq!(hedger.missing(1_000.0, 0.0, 4.0), -200.0);
        assert_eq!(hedger.missing(1_000.0, -185.0, 4.0), 0.0);
        // The hedge has risen to 5 a lot and the exposure has not moved: 160 lots are enough.
        assert_eq!(hedger.missing(1_000.0, -200.0, 5.0), 40.0);
        // A promise to deliver is hedged by buying.
        assert_eq!(hedger.missing(-1_000.0, 0.0, 4.0), 200.0);
    }
}
