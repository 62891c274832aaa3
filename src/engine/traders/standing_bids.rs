//! Standing bids: money that waits in the book for lower prices, the same amount for each part of a fall.
//!
//! - Members' prices are spread evenly in the logarithm between `lowest` and `highest`, both multiples of the start.
//! - Each leaves one limit order at its price for all the money it has, and goes to sleep. What it buys it keeps.
//! - But of the coin of a peg a member can ask what stands behind it (`peg`, `backing`): then it looks at random moments,
//!   `pace` apart on average, and once the sister is worth a smaller share of all coins at par than that, it takes its bid
//!   back and sells at the market what it has bought. It does not come again: who bought a fallen coin as one that
//!   would stand up is a seller when nothing is left to lift it.
//!
//! So whoever sells for an amount `x` in all takes the price down by the factor `exp(−x / k)`, with `k` the money that waits
//! for each fall by a factor of `e`: a demand that is stated in money, as that of people who put a sum into something that
//! has become cheap, and not in units. It has no floor but `lowest`: a coin of which ever more are made can fall by any
//! number of orders of magnitude, and the money that waits says how much selling each of them takes.
//!
//! A flat demand in money for each relative change of price is the unit elasticity of Gabaix and Koijen, "In search of the
//! origins of financial fluctuations: the inelastic markets hypothesis", NBER Working Paper 28967 (2021), section 2, for an
//! investor with a fixed sum.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::ops::{exp, ln};
use ground::rng::{Stream, wait_ticks};
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members, each with one order, for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    /// Its money is what an order is for.
    pub stake: Stake,
    /// The lowest price, as a multiple of the start.
    #[read(within = 1e-12..=1e6)]
    pub lowest: f64,
    /// The highest.
    #[read(within = 1e-12..=1e6)]
    pub highest: f64,
    /// The peg of the coin, where it looks at what stands behind it.
    #[read(default)]
    pub peg: Option<String>,
    /// It gives up when the sister is worth a smaller share of all coins at par.
    #[read(default, within = 1e-6..=1e6)]
    pub backing: Option<f64>,
    /// Mean time between two looks at that.
    #[read(default, some_time)]
    pub pace: Option<Span>,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.lowest > self.highest {
            let reason = format!("{} is above the highest, {}", self.lowest, self.highest);
            findings.add(format_args!("{path}.lowest"), reason, "exchange the two");
        }
        let stated = [self.peg.is_some(), self.backing.is_some(), self.pace.is_some()];
        if stated.contains(&true) && stated.contains(&false) {
            let reason = "a peg to look at, what it is to stand for, and how often, belong together";
            findings.add(format_args!("{path}.backing"), reason, "give `peg`, `backing` and `pace`, or none of them");
        }
        if self.stake.cash_days <= 0.0 {
            let remedy = "give its members money to bid with";
            findings.add(format_args!("{path}.stake.cash_days"), "they would bid for nothing", remedy);
        }
    }

    fn watches(&self) -> Option<(&'static str, &str)> {
        self.peg.as_deref().map(|peg| ("peg", peg))
    }

    usual_fields!(Stake);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct StandingBids {
    price: Price,
    /// What it began with.
    began: Lots,
    stage: Stage,
    heart: Option<Heart>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Comes,
    Bids,
    /// It has given up, and sells.
    Sells,
}

/// What it looks at while it waits.
#[derive(Clone, Copy, Debug)]
struct Heart {
    peg: usize,
    backing: f64,
    /// In ticks.
    mean_wait: f64,
}

impl Behaviour for StandingBids {
    type Params = Params;
    const KIND: Kind = Kind::StandingBids;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let multiple = place(params.lowest, params.highest, birth.place);
        let steps = birth.about.start.steps() as f64 * multiple;
        let heart = || {
            let (peg, backing, pace) = (params.peg.as_ref()?, params.backing?, params.pace?);
            let mean_wait = f64::from(ticks_in(birth.plan, pace));
            Some(Heart { peg: birth.plan.peg_named(peg)?, backing, mean_wait })
        };
        // Down to a whole step, and no lower than one.
        let price = Price::new((steps.floor() as i64).max(1)).clamped();
        (Self { price, began: birth.held, stage: Stage::Comes, heart: heart() }, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let bare = |own: Heart| eyes.backing(own.peg).is_some_and(|backing| backing < own.backing);
        if self.stage == Stage::Comes {
            self.stage = Stage::Bids;
            let lot = eyes.lot_value(self.price.steps() as f64) * (1.0 + eyes.taker_fee().max(0.0));
            hands.limit(Side::Buy, Lots::new((eyes.cash().to_minor() as f64 / lot) as i64), self.price, 0);
        } else if self.stage == Stage::Sells || self.heart.is_some_and(bare) {
            self.stage = Stage::Sells;
            hands.withdraw_all();
            let bought = eyes.holding() - self.began;
            if !bought.is_positive() {
                return Wake::Never;
            }
            // What the book has no bids for it tries again.
            hands.market(Side::Sell, bought);
        }
        self.heart.map_or(Wake::Never, |own| Wake::After(wait_ticks(draws, own.mean_wait)))
    }
}

/// The middle of a member's part of the range, evenly in the logarithm.
fn place(lowest: f64, highest: f64, (member, of): (u32, u32)) -> f64 {
    let part = (f64::from(member) + 0.5) / f64::from(of.max(1));
    exp(ln(highest) + part * (ln(lowest) - ln(highest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_evenly_in_the_logarithm() {
        let places: Vec<_> = (0..3).map(|member| place(1e-3, 1.0, (member, 3))).collect();
        for (place, decades) in places.iter().zip([0.5, 1.5, 2.5]) {
            assert!((place - ground::ops::powf(10.0, -decades)).abs() < 1e-12, "{places:?}");
        }
    }
}
