//! Closed-form price formation: the price moves by a stated function of net volume over depth.
//!
//! The alternative to an order book, for network stress tests and for toys whose answer can be
//! worked out on paper. The price of such a market is
//!
//! `undisturbed × law(pressure)`
//!
//! - *undisturbed* is what the rest of the market agrees on: the start, times what public news made of
//!   the instrument's worth, times the jumps that a world schedules. News moves the price at once and whole.
//! - *pressure* is the net volume, bought less sold, that still weighs on the price. It stays for good, or fades
//!   by half in each `decay`. A [`Law`] turns it into a multiple of the undisturbed price.
//!
//! All that comes in one tick trades at one price (`clearing`). What buyers and sellers do not settle among
//! themselves the *rest of the market* takes, an account without limits that belongs to nobody.
//!
//! In come orders as [`Wish`]es, out goes what each of them gets and the price. Nothing here knows
//! accounts, the ECS, the clock or random numbers. Prices are decided in floating point and become
//! whole steps by one rounding, to the nearest, which favours nobody; what is paid is counted in whole numbers
//! elsewhere.
//!
//! Under the propagator law pressure is what `memory` has left of the volume, which fades by a power of time and so
//! never quite, but for a part that stays.
//!
//! Because the price hangs on the sum of all pressure and not on how it came about, a block costs as much in ten
//! parts as at once, and what is bought and sold back leaves the price where it was: but for the propagator, which
//! remembers when.
//!
//! Known limits: orders do not rest, what cannot trade in its tick lapses; stops and fill-or-kill orders find no
//! place here; no price of what can be owned is below one step. Below zero the price is `undisturbed × (2 − law(pressure))`.

mod clearing;
mod file;
mod law;
mod memory;
#[cfg(test)]
mod stories;

pub use clearing::{Wish, clear};
pub use file::{FillsAt, ImpactFile, LawFile};
pub use law::Law;

use ground::ops::powf;
use ground::units::{Lots, Price, Span};
use memory::Memory;

/// How one market's price forms, in lots and steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpactPlan {
    pub law: Law,
    pub fills_at: FillsAt,
    /// Trading time in which half of the pressure fades; `None`: it stays.
    pub half_life: Option<Span>,
    /// Who trades with everybody: "rest of acme".
    pub rest: ground::units::AccountId,
    /// No price is below it: one step, but for a future on nothing else, which may go as far as prices do.
    pub lowest: Price,
}

/// One market's price as it forms.
#[derive(Clone, Copy, Debug)]
pub struct Impact {
    law: Law,
    fills_at: FillsAt,
    /// What is left of the pressure after a tick.
    kept_a_tick: f64,
    /// The price at the start, in steps.
    start: f64,
    /// Worth as a multiple of the start, as public news has it.
    value: f64,
    /// Product of all jumps.
    jumped: f64,
    /// Bought less sold, in lots at ordinary depth.
    pressure: f64,
    /// When it was, where that counts.
    memory: Option<Memory>,
    /// Depth and volatility as multiples of the ordinary.
    liquidity: f64,
    volatility: f64,
    lowest: Price,
}

impl Impact {
    pub fn new(plan: &ImpactPlan, start: Price, tick: Span) -> Self {
        let halves = |half_life: Span| tick.as_seconds() as f64 / half_life.as_seconds().max(1) as f64;
        Self {
            law: plan.law,
            fills_at: plan.fills_at,
            kept_a_tick: plan.half_life.map_or(1.0, |half_life| powf(0.5, halves(half_life))),
            start: start.steps() as f64,
            value: 1.0,
            jumped: 1.0,
            pressure: 0.0,
            memory: match plan.law {
                Law::Propagator { over, exponent, lasting, .. } => {
                    Some(Memory::new(exponent, over / tick.as_seconds().max(1) as f64, lasting))
                }
                Law::Linear { .. } | Law::SquareRoot { .. } | Law::Exponential { .. } => None,
            },
            liquidity: 1.0,
            volatility: 1.0,
            lowest: plan.lowest,
        }
    }

    /// A tick begins: pressure fades, and the rest of the market knows the news.
    pub fn begin_tick(&mut self, value: f64) {
        self.pressure = match &mut self.memory {
            Some(memory) => memory.fade(),
            None => self.pressure * self.kept_a_tick,
        };
        self.value = value;
    }

    /// Moves the undisturbed price by a ratio, for good: −0.2 takes a fifth off. One below −1 carries what may be worth
    /// less than nothing through zero.
    pub fn jump(&mut self, ratio: f64) {
        let jumped = self.jumped * (1.0 + ratio);
        let size = jumped.abs().clamp(1e-12, 1e12);
        self.jumped = if jumped < 0.0 && self.lowest.steps() < 0 { -size } else { size };
    }

    /// Depth from now on, as a multiple of the ordinary. The price does not move.
    pub fn set_liquidity(&mut self, share: f64) {
        self.liquidity = share;
    }

    /// Volatility from now on, as a multiple of the ordinary. The price does not move.
    pub fn set_volatility(&mut self, multiple: f64) {
        self.volatility = multiple;
    }

    /// What the instrument is carried at.
    pub fn mark(&self) -> Price {
        self.whole_steps(self.price_under(self.pressure))
    }

    /// No price is below it.
    pub fn lowest(&self) -> Price {
        self.lowest
    }

    /// The price at which a net volume trades that comes now.
    pub fn fill_price(&self, net: Lots) -> Price {
        let before = self.price_under(self.pressure);
        let after = self.price_under(self.pressure + self.pressure_of(net.get() as f64));
        self.whole_steps(match self.fills_at {
            FillsAt::Start => before,
            FillsAt::Middle => before.midpoint(after),
            FillsAt::End => after,
        })
    }

    /// A net volume has traded.
    pub fn push(&mut self, net: Lots) {
        let weighed = self.weighed(net.get() as f64);
        self.pressure = match &mut self.memory {
            Some(memory) => memory.push(weighed),
            None => self.pressure + weighed,
        };
    }

    /// The net volume that would move the price by a ratio now; the largest that an order may have where the price
    /// cannot be moved so far.
    pub fn volume_to_move(&self, ratio: f64) -> Lots {
        let now = self.law.multiple(self.pressure);
        let way = self.law.pressure_at(now * (1.0 + ratio)) - self.pressure;
        let lots = way / self.pressure_of(1.0);
        let largest = Lots::LARGEST.get() as f64;
        Lots::new(if lots.is_nan() { 0 } else { lots.clamp(-largest, largest) as i64 })
    }

    fn price_under(&self, pressure: f64) -> f64 {
        let undisturbed = self.start * self.value * self.jumped;
        let multiple = self.law.multiple(pressure);
        // Who buys raises a price below zero as well.
        if undisturbed < 0.0 { undisturbed * (2.0 - multiple) } else { undisturbed * multiple }
    }

    /// The nearest price inside the range of marks and orders, and no lower than the lowest.
    fn whole_steps(&self, price: f64) -> Price {
        let (lowest, furthest) = (self.lowest.steps() as f64, Price::FURTHEST.steps() as f64);
        if price.is_nan() { self.lowest } else { Price::new(price.round().clamp(lowest, furthest) as i64) }
    }

    /// What so many lots add to the pressure now.
    fn pressure_of(&self, lots: f64) -> f64 {
        self.weighed(lots) * self.memory.as_ref().map_or(1.0, Memory::fresh_weight)
    }

    /// Lots at ordinary depth that weigh as much as so many lots now.
    fn weighed(&self, lots: f64) -> f64 {
        lots * self.law.weight(self.volatility) / self.liquidity
    }
}
