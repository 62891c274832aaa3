//! Who has sold options, or bought them, and hedges them in what they are on.
//!
//! - Each `every` it adds up what its options gain when the underlying rises: lots times the Black-Scholes delta at the
//!   underlying's mark and the volatility that the options are carried at, times `volatility`.
//! - It wants the opposite in the underlying. When what it has differs by more than `band` of the units its options are
//!   on, it trades the difference with market orders no larger than `clip`.
//! - Who is short of options is short of gamma: it buys what has risen and sells what has fallen, and drives it further.
//!   Who is long does the reverse. The options themselves it keeps until they end.
//!
//! Source: Frey and Stremme, "Market volatility and feedback effects from dynamic hedging", Mathematical Finance 7 (1997)
//! 351-374; Leland, "Option pricing and replication with transactions costs", Journal of Finance 40 (1985) 1283-1301, for
//! a hedge that is adjusted at intervals.

use super::desk::{Balance, LegFile, Role, desk_fields};
use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Wake, check_count};
use crate::stated::Stated;
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::Span;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    pub underlying: LegFile,
    /// Options on it; how many it has sold or bought stands under its accounts.
    pub options: Vec<LegFile>,
    /// Of each member, by lender.
    pub accounts: Named<Balance>,
    /// Volatility it hedges with, as a multiple of that at which the options are carried. Left out: 1.
    #[read(default = "as_carried", within = 1e-3..=1e3)]
    pub volatility: f64,
    /// How far the hedge may be from what is wanted, as a share of the units its options are on. 0: it always trades.
    #[read(within = 0.0..=1.0)]
    pub band: f64,
    /// Largest single order, as a share of the underlying's ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

fn as_carried() -> f64 {
    1.0
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.options.is_empty() {
            findings.add(format_args!("{path}.options"), "there is nothing to hedge", "name at least one option");
        }
    }

    /// Each option is one, and on the underlying.
    fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        let underlying = &self.underlying.instrument;
        for (index, leg) in self.options.iter().enumerate() {
            let at = format!("{path}.options[{index}].instrument");
            let Some(about) = stated.terms.get(&leg.instrument) else { continue };
            match about.option_of() {
                Some(of) if of != underlying => {
                    let reason = format!("\"{}\" is on \"{of}\", not on \"{underlying}\"", leg.instrument);
                    findings.add(at, reason, "name options on one underlying, and another trader for the others");
                }
                Some(_) => {}
                None => findings.add(at, format!("\"{}\" is no option", leg.instrument), "name an option"),
            }
        }
    }

    fn legs(&self) -> Vec<Role<'_>> {
        let options = self.options.iter().enumerate().map(|(index, leg)| leg.role(format!("options[{index}]")));
        std::iter::once(self.underlying.role("underlying")).chain(options).collect()
    }

    desk_fields!();
}

#[derive(Clone, Debug, Component)]
pub struct OptionDeltaHedger {
    /// With the lots of the underlying that a lot of the option is on.
    options: Box<[(Leg, f64)]>,
    volatility: f64,
    band: f64,
    /// In lots.
    clip: f64,
    /// In ticks.
    every: u32,
}

impl OptionDeltaHedger {
    /// Lots to trade: what all options gain in lots of the underlying, the lots they are on, and what is held.
    fn missing(&self, delta: f64, size: f64, held: f64) -> f64 {
        let missing = -delta - held;
        if missing.abs() <= self.band * size { 0.0 } else { missing }
    }
}

impl Behaviour for OptionDeltaHedger {
    type Params = Params;
    const KIND: Kind = Kind::OptionDeltaHedger;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let units = |leg: Leg| birth.plan.instruments[leg.instrument.index()].lot_units;
        let of = units(birth.legs[0].leg);
        let own = Self {
            options: birth.legs[1..].iter().map(|own| (own.leg, units(own.leg) / of)).collect(),
            volatility: params.volatility,
            band: params.band,
            clip: lots_of_day(birth.about, params.clip),
            every,
        };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if !eyes.is_auction() && !eyes.market().halted {
            let (mut delta, mut size) = (0.0, 0.0);
            for (leg, lots) in &self.options {
                let eyes = eyes.at(*leg);
                let on = eyes.holding().get() as f64 * lots;
                // What has ended was paid out, and is held no more.
                if on != 0.0 {
                    delta += on * eyes.delta(self.volatility);
                    size += on.abs();
                }
            }
            hands.trade_towards(self.missing(delta, size, eyes.holding().get() as f64), self.clip);
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_options_make_it_buy_high_and_sell_low() {
        let hedger = OptionDeltaHedger { options: Box::new([]), volatility: 1.0, band: 0.05, clip: 1e9, every: 1 };
        // 1 000 calls sold at a delta of a half: 500 are held against them.
        assert_eq!(hedger.missing(-500.0, 1_000.0, 0.0), 500.0);
        // The price rises, delta is 0.7: 200 more are bought. It falls back, and they are sold.
        assert_eq!(hedger.missing(-700.0, 1_000.0, 500.0), 200.0);
        assert_eq!(hedger.missing(-500.0, 1_000.0, 700.0), -200.0);
        // A twentieth of a thousand is let be.
        assert_eq!(hedger.missing(-550.0, 1_000.0, 500.0), 0.0);
        // What was paid out leaves a hedge of nothing.
        assert_eq!(hedger.missing(0.0, 0.0, 700.0), -700.0);
    }
}
