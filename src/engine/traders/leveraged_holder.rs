//! A crowd that holds a contract with borrowed money, long or short, as clients of a derivatives exchange do.
//!
//! - Members begin with money of their own and a position a multiple of it, and differ in both: `sizes` in the money,
//!   `leverages` in the multiple.
//! - At random moments, `pace` apart on average, a member looks at what it has gained over what it began with. At `take` or
//!   more it closes all of its position at the market, and so it does at a loss of `stop`. What neither closes its lender
//!   may.
//! - It neither adds to its position nor cuts it, and pays in no more money.
//!
//! Source: exchanges allow up to 125 times on perpetual contracts (the brackets of Binance); how clients spread over that a world
//! says. What a gain makes people do is the disposition effect: Odean, "Are investors reluctant to
//! realize their losses?", Journal of Finance 53 (1998) 1775-1798.

use super::eyes::ticks_in;
use super::{
    Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Levered, Sizes, Spread, Wake, check_count, contracts_alone,
    listed,
};
use crate::stated::Stated;
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, wait_ticks};
use ground::units::{Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    /// Contracts.
    pub instruments: Vec<String>,
    pub stake: Levered,
    pub side: Holds,
    /// How large members' leverage is beside each other; its mean is what `stake` says. Left out: all alike.
    #[read(default)]
    pub leverages: Option<Sizes>,
    /// The gain at which it closes, as a share of what it began with.
    #[read(positive)]
    pub take: f64,
    /// The loss at which it closes, likewise; 1 for never.
    #[read(within = 0.0..=1.0)]
    pub stop: f64,
    /// Mean time between two looks.
    #[read(some_time)]
    pub pace: Span,
    /// How members differ beyond their stakes. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

/// Which side of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Holds {
    /// It gains when the price rises.
    Long,
    /// It gains when the price falls.
    Short,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.stake.leverage == 0.0 {
            findings.add(format_args!("{path}.stake.leverage"), "it would hold nothing", "give a leverage above 0");
        }
    }

    fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        let remedy = "name a perpetual or a future, or use a LeveragedLong";
        contracts_alone(path, &self.instruments, remedy, stated, findings);
    }

    fn count(&self) -> u32 {
        self.count
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Exposed { stake: &self.stake, short: self.side == Holds::Short, leverages: self.leverages }
    }

    fn spread(&self) -> Option<&Spread> {
        Some(&self.spread).filter(|spread| !spread.is_empty())
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct LeveragedHolder {
    /// In minor units.
    began: f64,
    take: f64,
    stop: f64,
    /// In ticks.
    mean_wait: f64,
}

impl LeveragedHolder {
    /// Whether it closes, with so much of its own.
    fn closes(&self, equity: f64) -> bool {
        let gain = equity / self.began.max(1.0) - 1.0;
        gain >= self.take || (self.stop < 1.0 && gain <= -self.stop)
    }
}

impl Behaviour for LeveragedHolder {
    type Params = Params;
    const KIND: Kind = Kind::LeveragedHolder;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let mean_wait = f64::from(ticks_in(birth.plan, params.pace));
        // A contract is entered at the mark, so at the start what it owns is its money.
        let began = birth.plan.accounts[birth.account.index()].cash.to_minor() as f64;
        let first_wake = wait_ticks(birth.draws, mean_wait) - 1;
        (Self { began, take: params.take, stop: params.stop, mean_wait }, first_wake)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let held = eyes.holding();
        if held.is_zero() {
            return Wake::Never;
        }
        if !eyes.is_auction() && self.closes(eyes.equity()) {
            let side = if held.is_positive() { Side::Sell } else { Side::Buy };
            hands.market(side, held.abs());
        }
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_or_a_loss_of_so_much_closes_it_and_a_stop_of_one_never_does() {
        let holder = |stop| LeveragedHolder { began: 1_000.0, take: 0.5, stop, mean_wait: 1.0 };
        assert_eq!(
            [1_499.0, 1_500.0, 701.0, 700.0].map(|equity| holder(0.3).closes(equity)),
            [false, true, false, true]
        );
        assert!(!holder(1.0).closes(-5_000.0));
    }
}
