//! Momentum traders: they buy what has risen and sell what has fallen.
//!
//! - At random moments, `pace` apart on average, a member compares the price with the one `lookback`
//!   ago.
//! - With `signal` it compares the price of another instrument, whose move it takes to come before that of its own: who
//!   knows that a stablecoin under par will be burnt for its sister sells the sister when the coin falls.
//! - A move beyond `threshold` sets its wanted position: the full `limit` in the direction of a move
//!   of `threshold` times two or more, in proportion below that; a smaller move wants none.
//! - It trades towards that with market orders no larger than `clip`.
//!
//! Source: the chartists of Chiarella and Iori (2002); positive feedback after De Long, Shleifer,
//! Summers and Waldmann, Journal of Finance 45 (1990) 379-395.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Stake, Wake, check_count, usual_fields};
use crate::stated::Stated;
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, wait_ticks};
use ground::units::{InstrumentId, Lots, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// The instrument whose move it looks at, on the first of its venues. Left out: what it trades.
    #[read(default)]
    pub signal: Option<String>,
    /// Trading time over which the move is measured.
    #[read(some_time)]
    pub lookback: Span,
    /// Smallest move that counts, as a share of the price.
    #[read(within = 1e-6..=10.0)]
    pub threshold: f64,
    /// Largest position of a member either way, as a share of the ordinary daily volume.
    #[read(positive)]
    pub limit: f64,
    /// Mean time between two looks at the market.
    #[read(some_time)]
    pub pace: Span,
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
    }

    fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        let Some(signal) = &self.signal else { return };
        let path = format!("{path}.signal");
        let Some(about) = stated.instrument(signal, &path, findings) else { return };
        if self.instruments.contains(signal) {
            let remedy = "leave it out, or name what moves before that";
            findings.add(&path, format!("it trades \"{signal}\" itself"), remedy);
        }
        if let Some(of) = about.swap_of() {
            let remedy = format!("name what it is written on, \"{of}\"");
            findings.add(path, format!("\"{signal}\" is a swap, which has no book to look at"), remedy);
        }
    }

    usual_fields!(Stake);

    fn lookback(&self) -> Span {
        self.lookback
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct Momentum {
    /// What it looks at, where that is not what it trades.
    signal: Option<Leg>,
    /// In ticks.
    lookback: u32,
    threshold: f64,
    /// In lots.
    limit: f64,
    clip: f64,
    mean_wait: f64,
    /// Lots held when it has no opinion.
    neutral: Lots,
}

impl Momentum {
    /// Wanted position as a share of the limit.
    fn opinion(&self, before: f64, now: f64) -> f64 {
        let move_ = (now - before) / before.abs().max(1.0);
        if move_.abs() < self.threshold { 0.0 } else { (move_ / (2.0 * self.threshold)).clamp(-1.0, 1.0) }
    }
}

/// The first market of an instrument, for an account that looks at it.
fn seen_at(name: &str, birth: &Birth<'_>) -> Leg {
    let plan = birth.plan;
    let index = plan.instruments.iter().position(|about| about.name == name).expect("it was checked that there is one");
    let market = plan.instruments[index].kind.primary().expect("it was checked that it has a book");
    Leg { account: birth.account, instrument: InstrumentId::new(index as u32), market }
}

impl Behaviour for Momentum {
    type Params = Params;
    const KIND: Kind = Kind::Momentum;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            signal: params.signal.as_ref().map(|name| seen_at(name, birth)),
            lookback: ticks_in(birth.plan, params.lookback),
            threshold: params.threshold,
            limit: lots_of_day(birth.about, params.limit),
            clip: lots_of_day(birth.about, params.clip),
            mean_wait: f64::from(ticks_in(birth.plan, params.pace)),
            neutral: birth.held,
        };
        (own, wait_ticks(birth.draws, own.mean_wait) - 1)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let seen = self.signal.map_or(*eyes, |leg| eyes.at(leg));
        let before = seen.mark_before(self.lookback).steps() as f64;
        let position = (eyes.holding() - self.neutral).get() as f64;
        let missing = self.limit * self.opinion(before, seen.mark()) - position;
        if !eyes.is_auction() {
            hands.trade_towards(missing, self.clip);
        }
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}
