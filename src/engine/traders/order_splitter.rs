//! Those who have much to trade and do it little by little.
//!
//! - A member has one order at a time, a purchase or a sale with equal chance, of a number of pieces drawn from a Pareto
//!   distribution: more than `n` with chance `n^-exponent`, at most `most_pieces`. When it is done the next begins.
//! - It trades a piece at a time, a market order of exponential size, at random moments.
//! - All members together trade `volume` a day while the price moves as it ordinarily does. A member is drawn in by moves: it
//!   compares the last move over a time of its own, between `shortest` and `longest`, with the ordinary one, and a share
//!   `attention` of its pace is in proportion to that, up to `most_hurried`.
//!
//! So the signs of trades are remembered for long (with the power `exponent − 1`), and large moves bring trades that
//! bring large moves, on many scales of time.
//!
//! Source: Lillo, Mike and Farmer, "Theory for long memory in supply and demand", Physical Review E 71 (2005) 066122; the
//! reaction to moves over times of one's own after Mueller, Dacorogna, Dave, Olsen, Pictet and von Weizsaecker,
//! "Volatilities of different time resolutions", Journal of Empirical Finance 4 (1997) 213-239.

use super::eyes::{lots_of_day, ordinary_tick_volatility, ticks_in, ticks_in_day};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::ops::{exp, ln, powf};
use ground::rng::{Stream, exponential, uniform};
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// What all members trade in a day while the price moves as it ordinarily does, as a share of the ordinary daily
    /// volume.
    #[read(positive)]
    pub volume: f64,
    /// Mean size of a piece, as a share of the ordinary daily volume.
    #[read(positive)]
    pub piece: f64,
    /// Of the distribution of pieces in an order.
    #[read(within = 0.1..=100.0)]
    pub exponent: f64,
    #[read(within = 1.0..=1e9)]
    pub most_pieces: f64,
    /// Share of a member's pace that follows recent moves; 0 for a constant pace.
    #[read(within = 0.0..=1.0)]
    pub attention: f64,
    /// Times over which a member compares moves: uniform in the logarithm between the two.
    #[read(some_time)]
    pub shortest: Span,
    #[read(some_time)]
    pub longest: Span,
    /// The largest multiple of its ordinary pace.
    #[read(within = 1.0..=1e3)]
    pub most_hurried: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
    }

    usual_fields!(Stake);

    fn lookback(&self) -> Span {
        self.longest.max(self.shortest)
    }
}

/// No more pieces in one tick.
const MOST_A_TICK: u32 = 100;
/// It looks at the market at least every so many ticks.
const LONGEST_REST: u32 = 60;
/// Mean size of a standard normal variable: √(2/π).
const MEAN_SIZE: f64 = 0.797_884_560_802_865_4;

#[derive(Clone, Copy, Debug, Component)]
pub struct OrderSplitter {
    side: Side,
    /// Pieces to go.
    left: f64,
    exponent: f64,
    most_pieces: f64,
    /// In lots.
    piece: f64,
    /// Ticks between two pieces at the ordinary pace.
    mean_wait: f64,
    attention: f64,
    most_hurried: f64,
    /// Over which it compares moves, in ticks, and the ordinary size of such a move.
    lookback: u32,
    ordinary_move: f64,
    /// Ordinary time that has to pass until the next piece, in ticks: it passes faster when the price moves.
    due: f64,
    /// Ticks since it last looked.
    slept: u32,
}

impl OrderSplitter {
    fn begin(&mut self, draws: &mut Stream) {
        self.side = if uniform(draws) < 0.5 { Side::Buy } else { Side::Sell };
        self.left = powf(1.0 - uniform(draws), -1.0 / self.exponent).min(self.most_pieces).round().max(1.0);
    }

    /// How many times its ordinary pace it goes after a move of this size.
    fn hurry(&self, size: f64) -> f64 {
        let drawn_in = size / (self.ordinary_move * MEAN_SIZE).max(1e-12);
        (1.0 - self.attention + self.attention * drawn_in).min(self.most_hurried)
    }

    /// Ticks until it looks again: when the next piece is due if the market stays as it is, but not so late that it
    /// misses what it watches.
    fn rest(&self, hurry: f64) -> u32 {
        let soonest = (self.due / hurry.max(0.01)).ceil() as u32;
        soonest.clamp(1, (self.lookback / 2).clamp(1, LONGEST_REST))
    }
}

impl Behaviour for OrderSplitter {
    type Params = Params;
    const KIND: Kind = Kind::OrderSplitter;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let (short, long) =
            (f64::from(ticks_in(birth.plan, params.shortest)), f64::from(ticks_in(birth.plan, params.longest)));
        let lookback = (short * exp(uniform(birth.traits) * ln((long / short).max(1.0)))) as u32;
        let day = ticks_in_day(birth.plan);
        let mut own = Self {
            side: Side::Buy,
            left: 0.0,
            exponent: params.exponent,
            most_pieces: params.most_pieces,
            piece: lots_of_day(birth.about, params.piece),
            mean_wait: (f64::from(params.count) * params.piece * day / params.volume).max(1.0 / f64::from(MOST_A_TICK)),
            attention: params.attention,
            most_hurried: params.most_hurried,
            lookback,
            ordinary_move: ordinary_tick_volatility(birth.plan, birth.about) * f64::from(lookback).sqrt(),
            due: 0.0,
            slept: 0,
        };
        own.begin(birth.draws);
        // In the middle of an order, as everyone is.
        own.left = (own.left * uniform(birth.draws)).ceil();
        own.due = exponential(birth.draws, own.mean_wait);
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let (now, before) = (eyes.mark(), eyes.mark_before(self.lookback).steps() as f64);
        let hurry = self.hurry((now - before).abs() / before.abs().max(1.0));
        self.due -= hurry * f64::from(self.slept);
        let mut pieces = 0;
        while self.due <= 0.0 && pieces < MOST_A_TICK {
            if !eyes.is_auction() {
                hands.market(self.side, Lots::new(exponential(draws, self.piece).round().max(1.0) as i64));
                self.left -= 1.0;
                if self.left < 1.0 {
                    self.begin(draws);
                }
            }
            self.due += exponential(draws, self.mean_wait);
            pieces += 1;
        }
        self.slept = self.rest(hurry);
        Wake::After(self.slept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, stream};

    const OWN: OrderSplitter = OrderSplitter {
        side: Side::Buy,
        left: 0.0,
        exponent: 1.5,
        most_pieces: 1_000.0,
        piece: 10.0,
        mean_wait: 20.0,
        attention: 0.5,
        most_hurried: 4.0,
        lookback: 30,
        ordinary_move: 0.01,
        due: 0.0,
        slept: 0,
    };

    #[test]
    fn orders_have_a_pareto_number_of_pieces_and_either_sign() {
        let (mut own, mut draws) = (OWN, stream(1, "splitter", Purpose::Decide));
        let mut lengths = Vec::new();
        let mut buys = 0;
        for _ in 0..20_000 {
            own.begin(&mut draws);
            lengths.push(own.left);
            buys += u32::from(own.side == Side::Buy);
        }
        // More than 100 with chance 100.5^-1.5, about one in a thousand: 20 of 20 000.
        let long = lengths.iter().filter(|length| **length > 100.0).count();
        assert!((8..36).contains(&long), "{long}");
        assert!(lengths.iter().all(|length| (1.0..=1_000.0).contains(length)));
        assert!((9_700..10_300).contains(&buys), "{buys}");
    }

    #[test]
    fn large_moves_draw_it_in_and_still_ones_leave_half_of_its_pace() {
        assert!((OWN.hurry(0.0) - 0.5).abs() < 1e-12);
        // A move of the mean size: its ordinary pace.
        assert!((OWN.hurry(0.01 * MEAN_SIZE) - 1.0).abs() < 1e-12);
        assert!((OWN.hurry(1.0) - 4.0).abs() < 1e-12);
    }
}
