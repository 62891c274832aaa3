//! Latent liquidity: investors who each have a price at which they would trade, and show it only when the market comes
//! near.
//!
//! - A member intends to buy below the market or to sell above it, with equal chance, at a distance uniform up to `reach`.
//!   Who `carries` no more than so much is the likelier to sell the more it has bought, and the other way round: what it
//!   takes it passes on within some of its lives, to whoever wants to own the thing.
//!   The intention lasts an exponential time of mean `mean_life`; then, or when it has been carried out, another takes
//!   its place around the price of that moment.
//! - News moves all intended prices by the same ratio.
//! - While the market is further away than `reveal` nobody sees anything of it. Nearer, it stands in the book as a limit
//!   order of no more than `clip`, and of no more than it has money for, or units, renewed at each look until the whole
//!   `size` is done.
//! - It looks at random moments, `pace` apart on average; further away the less often, by the square of the distance, as
//!   long as a price that diffuses takes to come.
//!
//! Around a price that wanders the intentions nearest to it have been carried out and not yet replaced, so what waits
//! grows with the distance: that is why a large order moves the price by the square root of its size and not in
//! proportion.
//!
//! Source: Toth, Lemperiere, Deremble, de Lataillade, Kockelkoren and Bouchaud, "Anomalous price impact and the critical
//! nature of liquidity in financial markets", Physical Review X 1 (2011) 021006; Donier, Bonart, Mastromatteo and Bouchaud,
//! "A fully consistent, minimal model for non-linear market impact", Quantitative Finance 15 (2015) 1109-1121.

use super::eyes::{lots_of_day, ticks_in};
use super::{
    Behaviour, Birth, DistanceUnit, Eyes, Hands, Joins, Kind, Outside, Spread, Stake, Wake, check_count, usual_fields,
};
use bevy_ecs::prelude::Component;
use ground::ops::exp;
use ground::rng::{Stream, exponential, uniform, wait_ticks};
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// The furthest that an intended price lies from the market when it is formed, in `distances`; never as far as nothing.
    #[read(within = 1e-9..=1000.0)]
    pub reach: f64,
    /// Mean time that an intention lasts when it is not carried out.
    #[read(some_time)]
    pub mean_life: Span,
    /// All that a member intends to trade at its price, as a share of the ordinary daily volume.
    #[read(positive)]
    pub size: f64,
    /// The most it shows at once, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// Distance from the market within which it shows its order, in `distances`.
    #[read(within = 1e-9..=1000.0)]
    pub reveal: f64,
    /// What `reach` and `reveal` are shares of. Left out: the price.
    #[read(default)]
    pub distances: DistanceUnit,
    /// Mean time between two looks while the market is that near.
    #[read(some_time)]
    pub pace: Span,
    /// The most that a member would have bought or sold in all, as a share of the ordinary daily volume: with that it only
    /// intends to give it back. Left out: it never minds.
    #[read(default, positive)]
    pub carries: Option<f64>,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.distances == DistanceUnit::Price && self.reach > FURTHEST {
            findings.add(
                format_args!("{path}.reach"),
                format!("{} of the price and more would be intentions at nothing and below", self.reach),
                format!("reach no further than {FURTHEST}, or state `distances: Volatility`"),
            );
        }
    }

    usual_fields!(Stake);
}

/// No intended price is nearer to nothing than a hundredth of the market's.
const FURTHEST: f64 = 0.99;
/// However far away, it looks after this many times its pace.
const SLEEPIEST: f64 = 100.0;
const MOST_TRIES: u32 = 50;

#[derive(Clone, Copy, Debug, Component)]
pub struct LatentLiquidity {
    reach: f64,
    reveal: f64,
    /// In ticks.
    mean_life: f64,
    mean_wait: f64,
    /// In lots.
    size: f64,
    clip: f64,
    /// In lots; infinite for who never minds.
    carries: f64,
    /// Lots it started with.
    neutral: Lots,
    intends: Option<Intention>,
}

#[derive(Clone, Copy, Debug)]
struct Intention {
    side: Side,
    /// In price steps, before any news.
    price: f64,
    /// Lots still to trade.
    left: f64,
    /// Lots held when it last looked.
    held: Lots,
    /// Last tick.
    until: f64,
}

impl LatentLiquidity {
    fn intend(&self, mark: f64, news: f64, (now, held): (f64, Lots), draws: &mut Stream) -> Intention {
        let full = ((held - self.neutral).get() as f64 / self.carries).clamp(-1.0, 1.0);
        let buys = uniform(draws) < 0.5 * (1.0 - full);
        let (side, away) = if buys { (Side::Buy, -1.0) } else { (Side::Sell, 1.0) };
        let price = (mark + away * uniform(draws) * self.reach * mark.abs()) / news;
        // No further than full on the other side.
        let room = self.carries * (1.0 + away * full);
        Intention {
            side,
            price,
            left: self.size.min(room).max(1.0),
            held,
            until: now + exponential(draws, self.mean_life),
        }
    }
}

impl LatentLiquidity {
    /// What it intends if it has all been going on for a while: near the market little is left. A price that diffuses by
    /// `σ` a day through intentions that last `T` days leaves a share `1 − exp(−x / σ√(T/2))` of them at a distance `x`.
    fn long_since(&self, start: f64, thinned: f64, birth: &mut Birth<'_>) -> Intention {
        let mut own = self.intend(start, 1.0, (0.0, birth.held), birth.draws);
        // Where next to nothing is left there is no waiting for one that is.
        for _ in 0..MOST_TRIES {
            let distance = (own.price / start - 1.0).abs();
            if uniform(birth.draws) < 1.0 - exp(-distance / thinned.max(1e-12)) {
                break;
            }
            own = self.intend(start, 1.0, (0.0, birth.held), birth.draws);
        }
        own
    }
}

impl Behaviour for LatentLiquidity {
    type Params = Params;
    const KIND: Kind = Kind::LatentLiquidity;
    const HEEDS: &'static [Outside] = &[Outside::Value];

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let unit = params.distances.of_price(birth.about);
        let mut own = Self {
            reach: (params.reach * unit).min(FURTHEST),
            reveal: params.reveal * unit,
            mean_life: f64::from(ticks_in(birth.plan, params.mean_life)),
            mean_wait: f64::from(ticks_in(birth.plan, params.pace)),
            size: lots_of_day(birth.about, params.size),
            clip: lots_of_day(birth.about, params.clip),
            carries: params.carries.map_or(f64::INFINITY, |share| lots_of_day(birth.about, share)),
            neutral: birth.held,
            intends: None,
        };
        let start = birth.about.start.steps() as f64;
        let day = birth.plan.clock.ticks_in_day();
        let thinned = birth.about.ordinary.daily_volatility * (own.mean_life / day / 2.0).sqrt();
        own.intends = Some(own.long_since(start, thinned, birth));
        (own, wait_ticks(birth.draws, own.mean_wait) - 1)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let (mark, news, held) = (eyes.mark(), eyes.value_ratio(), eyes.holding());
        let now = f64::from(eyes.tick().index());
        let current = self.intends.map(|own| Intention {
            left: own.left - (held - own.held).get().unsigned_abs() as f64,
            held,
            ..own
        });
        let fresh = current.filter(|own| own.left >= 1.0 && now < own.until);
        let own = fresh.unwrap_or_else(|| self.intend(mark, news, (now, held), draws));
        self.intends = Some(own);
        let price = own.price * news;
        // Above zero while the market is still on its way.
        let distance = match own.side {
            Side::Buy => mark - price,
            Side::Sell => price - mark,
        } / mark.abs().max(1.0);
        let far = (distance / self.reveal).max(1.0);
        let wait = wait_ticks(draws, self.mean_wait * (far * far).min(SLEEPIEST));
        if distance <= self.reveal {
            let price = if own.side == Side::Buy { price.floor() } else { price.ceil() };
            let lots = own.left.min(self.clip).min(within_means(eyes, own.side, held, price)).max(1.0);
            hands.limit(own.side, Lots::new(lots as i64), Price::new(price as i64).clamped(), wait);
        }
        Wake::After(wait)
    }
}

/// Lots that it can pay for at this price, in steps, or has.
fn within_means(eyes: &Eyes<'_>, side: Side, held: Lots, price: f64) -> f64 {
    match side {
        Side::Buy => eyes.cash().to_minor() as f64 / eyes.lot_value(price).max(1e-9),
        Side::Sell => held.get() as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, stream};

    fn own(carries: f64) -> LatentLiquidity {
        LatentLiquidity {
            reach: 0.1,
            reveal: 0.01,
            mean_life: 100.0,
            mean_wait: 5.0,
            size: 10.0,
            clip: 2.0,
            carries,
            neutral: Lots::new(5),
            intends: None,
        }
    }

    #[test]
    fn who_carries_half_of_what_it_would_sells_three_times_in_four_and_full_always() {
        let mut draws = stream(1, "latent", Purpose::Decide);
        let mut sells = |carries: f64, held: i64| {
            let all = (0..2_000).map(|_| own(carries).intend(1_000.0, 1.0, (0.0, Lots::new(held)), &mut draws));
            all.filter(|it| it.side == Side::Sell).count()
        };
        assert!((1_420..1_580).contains(&sells(20.0, 15)));
        assert!((420..580).contains(&sells(20.0, -5)));
        assert_eq!((sells(20.0, 25), sells(20.0, -40)), (2_000, 0));
        assert!((900..1_100).contains(&sells(f64::INFINITY, 1_000_000)));
        // Three units too many where four are the most: it sells seven at the most, to be four short, or buys one.
        let all = (0..100).map(|_| own(4.0).intend(1_000.0, 1.0, (0.0, Lots::new(8)), &mut draws));
        assert!(all.into_iter().all(|it| it.left == if it.side == Side::Sell { 7.0 } else { 1.0 }));
    }

    #[test]
    fn intentions_lie_on_their_own_side_within_reach_and_follow_the_news() {
        let own = own(f64::INFINITY);
        let mut draws = stream(1, "latent", Purpose::Decide);
        let all: Vec<Intention> = (0..2_000).map(|_| own.intend(1_000.0, 2.0, (0.0, Lots::ZERO), &mut draws)).collect();
        for it in &all {
            // At twice the starting value the market stands at 500 before news.
            let (low, high) = if it.side == Side::Buy { (450.0, 500.0) } else { (500.0, 550.0) };
            assert!((low..=high).contains(&it.price), "{it:?}");
        }
        let buys = all.iter().filter(|it| it.side == Side::Buy).count();
        assert!((900..1_100).contains(&buys), "{buys}");
        let life = all.iter().map(|it| it.until).sum::<f64>() / 2_000.0;
        assert!((life - 100.0).abs() < 10.0, "{life}");
    }
}
