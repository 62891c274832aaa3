//! Order flow as a queueing model: orders arrive, and resting ones are cancelled, at stated rates by distance.
//!
//! - Market orders, buys and sells alike, come at the rate `market`.
//! - Limit orders come to each side at a rate that depends on their distance, in price steps, from the best price of the
//!   *other* side: one step is the nearest that does not trade. Where the other side is empty, from the mark.
//! - Each resting order is cancelled at a rate that depends on its distance now from the best price of the other side.
//! - All orders are of one size.
//!
//! All this is one crowd and one account. (Poisson processes added up are one Poisson process.) Its purchases meet its
//! own sales: the venue must let them, with `self_trades: Allow`.
//!
//! **Time.** A trader sees the book as it was at the end of the last tick, so two orders of one tick would be blind to each
//! other. Therefore at most one thing happens in a tick, with the probability `rate × tick`, where the rate is that of
//! all that can happen as the book stands. Every chance of what happens next, and every mean time until then, is exactly
//! that of the model in continuous time, however long the tick (the chain is *uniformised*: Jensen, "Markoff chains as an
//! aid in the study of Markoff processes", Skandinavisk Aktuarietidskrift 36 (1953) 87-91); times between events are
//! geometric in place of exponential. This holds while `rate × tick` is below one. Beyond, several things happen in a
//! tick, on average as many as they should, blind to one another.
//!
//! Sources: Smith, Farmer, Gillemot and Krishnamurthy, "Statistical theory of the continuous double auction",
//! Quantitative Finance 3 (2003) 481-514: arrivals `Uniform`, one rate of cancellation. Cont, Stoikov and Talreja, "A
//! stochastic model for order book dynamics", Operations Research 58 (2010) 549-563: rates `ByDistance` or a
//! `PowerLaw`, orders of one unit. The first states one rate of market orders for both sides together: give half of it here.

use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Stake, Wake, listed};
use bevy_ecs::prelude::Component;
use ground::ops::powf;
use ground::rng::{Stream, uniform};
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// The time that rates are for: `"1m"`.
    #[read(some_time)]
    pub per: Span,
    /// Units of every order.
    #[read(positive)]
    pub size: f64,
    /// Market orders of each side, in a time `per`.
    #[read(not_negative)]
    pub market: f64,
    /// Limit orders of each side, in a time `per`.
    pub limit: Arrivals,
    /// How often an order is cancelled, in a time `per`: at a distance of one step, of two, and so on. The last holds
    /// beyond.
    pub cancel: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Read)]
pub enum Arrivals {
    /// At a distance of one step, of two, and so on; none beyond.
    ByDistance(Vec<f64>),
    /// At each of the first `steps` distances.
    Uniform {
        #[read(not_negative)]
        rate: f64,
        steps: u32,
    },
    /// `at_one / distance ^ exponent` at each of the first `steps` distances.
    PowerLaw {
        #[read(not_negative)]
        at_one: f64,
        #[read(within = -10.0..=10.0)]
        exponent: f64,
        steps: u32,
    },
}

impl Arrivals {
    /// More distances than any book is looked at.
    const MOST_STEPS: usize = 10_000;

    fn check(&self, path: &str, findings: &mut Findings) {
        let steps = match self {
            Self::ByDistance(rates) => {
                check_rates(path, rates, findings);
                return;
            }
            Self::Uniform { steps, .. } | Self::PowerLaw { steps, .. } => steps,
        };
        if !(1..=Self::MOST_STEPS).contains(&(*steps as usize)) {
            let remedy = format!("give a number from 1 to {}", Self::MOST_STEPS);
            findings.add(path, format!("orders at {steps} distances"), remedy);
        }
    }

    /// By distance, from one step on.
    fn rates(&self) -> Vec<f64> {
        match self {
            Self::ByDistance(rates) => rates.clone(),
            Self::Uniform { rate, steps } => vec![*rate; *steps as usize],
            Self::PowerLaw { at_one, exponent, steps } => {
                (1..=*steps).map(|distance| at_one * powf(f64::from(distance), -exponent)).collect()
            }
        }
    }
}

fn check_rates(path: &str, rates: &[f64], findings: &mut Findings) {
    if rates.is_empty() || rates.len() > Arrivals::MOST_STEPS {
        let remedy = format!("give from 1 to {} rates, nearest first; [0.0] for none", Arrivals::MOST_STEPS);
        findings.add(path, format!("a list of {} rates", rates.len()), remedy);
    }
    for (index, rate) in rates.iter().enumerate() {
        findings.not_negative(format_args!("{path}[{index}]"), *rate);
    }
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        self.limit.check(&format!("{path}.limit"), findings);
        check_rates(&format!("{path}.cancel"), &self.cancel, findings);
    }

    /// The whole crowd.
    fn count(&self) -> u32 {
        1
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Stake(&self.stake)
    }
}

/// No more happens in a tick than this, whatever the rates: a tick must end.
const MOST_EVENTS_A_TICK: f64 = 1_000.0;

/// Rates are in events a tick.
#[derive(Clone, Debug, Component)]
pub struct QueueFlow {
    size: Lots,
    market: f64,
    /// Of one side: by distance, the rate up to and including it.
    limit: Vec<f64>,
    cancel: Vec<f64>,
    /// The highest of `cancel`.
    most_cancel: f64,
}

impl QueueFlow {
    /// Rate of limit orders of one side.
    fn limit_all(&self) -> f64 {
        *self.limit.last().expect("at least one distance")
    }

    /// The distance at which an order comes when this much of the rate of its side lies before it.
    fn distance(&self, before: f64) -> i64 {
        let place = self.limit.partition_point(|rate| *rate <= before).min(self.limit.len() - 1);
        place as i64 + 1
    }

    fn cancel_at(&self, distance: i64) -> f64 {
        let place = usize::try_from(distance - 1).unwrap_or(0).min(self.cancel.len() - 1);
        self.cancel[place]
    }

    /// One thing, or nothing: `draw` is uniform up to the rate of everything.
    fn happen(&self, draw: f64, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) {
        let fixed = 2.0 * (self.market + self.limit_all());
        let opposite = |side: Side| eyes.near(side.opposite());
        if draw < 2.0 * self.market {
            hands.market(if draw < self.market { Side::Buy } else { Side::Sell }, self.size);
        } else if draw < fixed {
            let within = draw - 2.0 * self.market;
            let (side, before) =
                if within < self.limit_all() { (Side::Buy, within) } else { (Side::Sell, within - self.limit_all()) };
            let away = self.distance(before);
            let price = match side {
                Side::Buy => opposite(side) - away,
                Side::Sell => opposite(side) + away,
            };
            hands.limit(side, self.size, price.clamped(), 0);
        } else if let Some(order) = self.one_of(eyes, draws)
            && let Some(price) = eyes.price_of(&order)
        {
            // Orders come up for cancellation at the highest rate, and are let off if theirs is lower.
            let distance = (opposite(order.side) - price).abs();
            if uniform(draws) * self.most_cancel < self.cancel_at(distance) {
                hands.cancel(&order);
            }
        }
    }

    /// Any of its resting orders, each lot as likely as any other.
    fn one_of(&self, eyes: &Eyes<'_>, draws: &mut Stream) -> Option<super::eyes::Waiting> {
        let mut left = (uniform(draws) * waiting(eyes)) as i64;
        eyes.waiting().find(|order| {
            left -= order.lots.get();
            left < 0
        })
    }
}

/// Lots that wait, on both sides.
fn waiting(eyes: &Eyes<'_>) -> f64 {
    (eyes.lots_waiting(Side::Buy) + eyes.lots_waiting(Side::Sell)).get() as f64
}

impl Behaviour for QueueFlow {
    type Params = Params;
    const KIND: Kind = Kind::QueueFlow;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let ticks = params.per.as_seconds() as f64 / birth.plan.clock.tick.as_seconds() as f64;
        let mut sum = 0.0;
        let limit = params.limit.rates().into_iter().map(|rate| {
            sum += rate / ticks;
            sum
        });
        let cancel: Vec<f64> = params.cancel.iter().map(|rate| rate / ticks).collect();
        let own = Self {
            size: Lots::new((params.size / birth.about.lot_units).round() as i64).clamp(Lots::new(1), Lots::LARGEST),
            market: params.market / ticks,
            limit: limit.collect(),
            most_cancel: cancel.iter().copied().fold(0.0, f64::max),
            cancel,
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let orders = waiting(eyes) / self.size.get() as f64;
        let rate = 2.0 * (self.market + self.limit_all()) + orders * self.most_cancel;
        let expected = rate.min(MOST_EVENTS_A_TICK);
        let events = expected.floor() + f64::from(uniform(draws) < expected.fract());
        for _ in 0..events as u32 {
            let draw = uniform(draws) * rate;
            self.happen(draw, eyes, draws, hands);
        }
        Wake::After(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> QueueFlow {
        QueueFlow {
            size: Lots::new(1),
            market: 0.1,
            limit: vec![0.3, 0.4, 0.4, 0.5],
            cancel: vec![0.07, 0.05],
            most_cancel: 0.07,
        }
    }

    #[test]
    fn an_order_comes_at_each_distance_as_often_as_its_rate_says() {
        let flow = flow();
        assert_eq!([0.0, 0.29, 0.31, 0.39, 0.41, 0.499].map(|before| flow.distance(before)), [1, 1, 2, 2, 4, 4]);
        assert_eq!(flow.distance(0.5), 4, "rounding at the far end leads to the last distance");
    }

    #[test]
    fn the_last_rate_of_cancellation_holds_beyond() {
        assert_eq!([1, 2, 3, 1_000].map(|distance| flow().cancel_at(distance)), [0.07, 0.05, 0.05, 0.05]);
    }

    #[test]
    fn arrivals_by_a_power_law_fall_with_distance() {
        let rates = Arrivals::PowerLaw { at_one: 1.92, exponent: 0.52, steps: 4 }.rates();
        // 1.92 / 4^0.52 = 1.92 / 2.0562 = 0.9338
        assert_eq!(rates.len(), 4);
        assert!((rates[0] - 1.92).abs() < 1e-12 && (rates[3] - 0.9338).abs() < 1e-4, "{rates:?}");
    }
}
