//! A holder who cannot take a loss: it sells what has gained too early and buys more of what has lost.
//!
//! - It starts long with what it has, at the starting price as its reference.
//! - When the price stands `step` below the reference, it buys as much again as it holds, and the average of what it
//!   paid becomes its reference; it does so at most `doublings` times.
//! - When the price stands `gain` above the reference, it sells all and begins anew at the next `step` below that price.
//! - Orders are market orders no larger than `clip` each `every`. What its lender refuses it does not get.
//!
//! Source: losses weigh about twice as much as gains (Kahneman and Tversky, "Prospect theory", Econometrica 47 (1979)
//! 263-291), so winners are sold and losers kept (Shefrin and Statman, Journal of Finance 40 (1985) 777-790); doubling
//! is how it ended at Barings.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Levered, Spread, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::Span;
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Levered,
    /// Fall below the reference that makes it double, as a share.
    #[read(within = 1e-6..=0.999)]
    pub step: f64,
    /// Rise above the reference at which it sells, as a share.
    #[read(within = 1e-6..=1e3)]
    pub gain: f64,
    /// How often it doubles at most.
    pub doublings: u32,
    /// Time between two looks at the market.
    #[read(some_time)]
    pub every: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.doublings > 30 {
            findings.add(format_args!("{path}.doublings"), "no account doubles so often", "give at most 30");
        }
    }

    usual_fields!(Levered);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct LossAverse {
    step: f64,
    gain: f64,
    doublings: u32,
    /// In ticks.
    every: u32,
    /// In lots.
    clip: f64,
    /// What it begins with each time.
    unit: f64,
    /// In price steps.
    reference: f64,
    /// Lots it wants, and how often it has doubled.
    wanted: f64,
    doubled: u32,
}

impl LossAverse {
    /// Makes up its mind at this price.
    fn look(&mut self, price: f64) {
        if price <= self.reference * (1.0 - self.step) && self.wanted == 0.0 {
            self.wanted = self.unit;
            self.reference = price;
        } else if price <= self.reference * (1.0 - self.step) && self.doubled < self.doublings {
            self.wanted *= 2.0;
            self.doubled += 1;
            self.reference = (self.reference + price) / 2.0;
        } else if price >= self.reference * (1.0 + self.gain) {
            self.wanted = 0.0;
            self.doubled = 0;
            self.reference = price;
        }
    }
}

impl Behaviour for LossAverse {
    type Params = Params;
    const KIND: Kind = Kind::LossAverse;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let own = Self {
            step: params.step,
            gain: params.gain,
            doublings: params.doublings,
            every,
            clip: lots_of_day(birth.about, params.clip),
            unit: birth.held.get() as f64,
            reference: birth.about.start.steps() as f64,
            wanted: birth.held.get() as f64,
            doubled: 0,
        };
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if !eyes.is_auction() {
            self.look(eyes.mark());
            let missing = self.wanted - eyes.holding().get() as f64;
            hands.trade_towards(missing, self.clip);
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_into_a_fall_and_sells_at_the_first_small_gain() {
        let mut holder = LossAverse {
            step: 0.1,
            gain: 0.02,
            doublings: 2,
            every: 1,
            clip: 1e9,
            unit: 100.0,
            reference: 1_000.0,
            wanted: 100.0,
            doubled: 0,
        };
        holder.look(910.0);
        assert_eq!(holder.wanted, 100.0);
        // Half paid 1 000 and half 900: it is even at 950.
        holder.look(900.0);
        assert_eq!((holder.wanted, holder.reference), (200.0, 950.0));
        holder.look(850.0);
        assert_eq!((holder.wanted, holder.reference), (400.0, 900.0));
        // No more than twice.
        holder.look(700.0);
        assert_eq!(holder.wanted, 400.0);
        holder.look(918.0);
        assert_eq!((holder.wanted, holder.doubled), (0.0, 0));
    }
}
