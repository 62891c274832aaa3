//! Zero-intelligence flow: orders that come and go at constant rates, whatever the price has done.
//!
//! - Each member acts at random moments (a Poisson process).
//! - An action is a market order, buy or sell with equal chance, or a limit order at a random distance
//!   behind the opposite best price.
//! - A limit order lives for an exponentially distributed time and is then cancelled.
//!
//! Source: Smith, Farmer, Gillemot and Krishnamurthy, "Statistical theory of the continuous double
//! auction", Quantitative Finance 3 (2003) 481-514; rates by distance after Cont, Stoikov and Talreja,
//! "A stochastic model for order book dynamics", Operations Research 58 (2010) 549-563. Here rates
//! are stated in shares of the instrument's ordinary daily volume, so that one line serves
//! instruments of every size.

use super::eyes::{lots_of_day, ticks_in, ticks_in_day};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, exponential, uniform};
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Market orders of all members together in a day, as a share of the ordinary daily volume.
    #[read(not_negative)]
    pub market_orders: f64,
    /// Limit orders for each market order, by volume.
    #[read(not_negative)]
    pub limit_ratio: f64,
    /// Mean size of an order, as a share of the ordinary daily volume. Sizes are exponential.
    #[read(positive)]
    pub mean_size: f64,
    /// Mean distance of a limit order from the opposite best price, as a share of the price.
    /// Distances are exponential.
    #[read(within = 1e-9..=10.0)]
    pub mean_distance: f64,
    /// Mean life of a limit order.
    pub mean_life: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.mean_life == Span::ZERO {
            findings.add(format_args!("{path}.mean_life"), "orders that live no time", "give a length such as \"10m\"");
        }
    }

    usual_fields!(Stake);
}

/// A member acts no more often than this on average, however small its orders are said to be: a tick must end.
const MOST_ACTIONS_A_TICK: f64 = 1_000.0;

#[derive(Clone, Copy, Debug, Component)]
pub struct ZeroIntelligence {
    /// Mean time between two actions, in ticks.
    mean_wait: f64,
    market_chance: f64,
    /// In lots.
    mean_size: f64,
    mean_distance: f64,
    /// In ticks.
    mean_life: f64,
    /// When it acts next, in ticks from the start. Several actions may fall into one tick.
    next: f64,
}

impl ZeroIntelligence {
    fn act(&self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) {
        let side = if uniform(draws) < 0.5 { Side::Buy } else { Side::Sell };
        let lots = Lots::new(exponential(draws, self.mean_size).round().max(1.0) as i64);
        if uniform(draws) < self.market_chance {
            hands.market(side, lots);
            return;
        }
        let market = eyes.market();
        let opposite = match side {
            Side::Buy => market.ask,
            Side::Sell => market.bid,
        };
        let reference = opposite.unwrap_or(market.mark).steps() as f64;
        let distance = (exponential(draws, self.mean_distance) * reference.abs()).ceil().max(1.0);
        let price = match side {
            Side::Buy => reference - distance,
            Side::Sell => reference + distance,
        };
        let life = exponential(draws, self.mean_life).ceil().max(1.0) as u32;
        hands.limit(side, lots, Price::new(price as i64).clamped(), life);
    }
}

impl Behaviour for ZeroIntelligence {
    type Params = Params;
    const KIND: Kind = Kind::ZeroIntelligence;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let market_orders_a_day = params.market_orders / params.mean_size;
        let actions_a_day = market_orders_a_day * (1.0 + params.limit_ratio) / f64::from(params.count);
        let mean_wait = (ticks_in_day(birth.plan) / actions_a_day.max(1e-12)).max(1.0 / MOST_ACTIONS_A_TICK);
        let own = Self {
            mean_wait,
            market_chance: 1.0 / (1.0 + params.limit_ratio),
            mean_size: lots_of_day(birth.about, params.mean_size),
            mean_distance: params.mean_distance,
            mean_life: f64::from(ticks_in(birth.plan, params.mean_life)),
            next: exponential(birth.draws, mean_wait),
        };
        (own, own.next as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let now = f64::from(eyes.tick().index());
        while self.next < now + 1.0 {
            self.act(eyes, draws, hands);
            self.next += exponential(draws, self.mean_wait);
        }
        Wake::After((self.next - now) as u32)
    }
}
