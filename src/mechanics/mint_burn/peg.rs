//! One peg as it runs: the module, its blocks, and the oracle that says what the sister is worth.

use super::{Change, MintFault, Minted, Module, Offered};
use ground::units::{Cash, InstrumentId, Lots, Price, StepValue, Time};
use std::collections::VecDeque;

const SECONDS_A_DAY: i64 = 86_400;

/// A peg in whole numbers and ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PegPlan {
    pub name: String,
    pub coin: InstrumentId,
    pub sister: InstrumentId,
    /// What a lot of the coin is worth to the module.
    pub par: Cash,
    /// At rest; its unit of account is the smallest amount of money.
    pub module: Module,
    pub blocks_a_day: u32,
    /// In ticks.
    pub oracle_every: u32,
    pub oracle_lag: u32,
}

impl PegPlan {
    /// Whether the module can reckon with all coins there are, so many lots.
    #[must_use]
    pub fn can_take(&self, module: &Module, lots: f64) -> bool {
        module.can_take(lots * self.par.to_minor() as f64)
    }
}

/// What everybody can know of a peg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PegView {
    pub module: Module,
    /// What the module takes a lot of the coin to be worth.
    pub par: Cash,
    /// Price of the sister by the oracle.
    pub oracle: Price,
    /// Nothing is burnt or minted: the chain stands still.
    pub halted: bool,
    /// All that was burnt and minted so far. The spread is among what was minted, and goes to who never trades: the
    /// oracle's reward account.
    pub all: Redeemed,
    /// On what terms the coins among them were burnt.
    pub terms: Terms,
}

/// What the coins that were burnt were worth when they were, in the smallest amounts of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    pub at_par: i128,
    /// At the mark: what who burns them could have bought them for, or sold them.
    pub at_mark: i128,
    /// What was minted for who burnt them, by the oracle: at par, less the spread.
    pub minted: i128,
}

/// Lots of either side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both {
    pub coin: Lots,
    pub sister: Lots,
}

/// All that somebody, or everybody, has burnt and been minted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redeemed {
    pub burnt: Both,
    pub minted: Both,
}

impl Redeemed {
    pub fn add(&mut self, offered: Offered, done: Exchanged) {
        *self.burnt.of(offered) += done.burnt;
        *self.minted.of(offered.opposite()) += done.minted;
    }
}

impl Both {
    fn of(&mut self, offered: Offered) -> &mut Lots {
        match offered {
            Offered::Coin => &mut self.coin,
            Offered::Sister => &mut self.sister,
        }
    }
}

/// What became of an offer: lots of what was offered that are gone, lots of the other that came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanged {
    pub burnt: Lots,
    /// For who offered.
    pub minted: Lots,
    /// Of the spread, for nobody who trades.
    pub kept: Lots,
    /// What that was worth to the module, in the smallest amounts of money.
    pub paid: u128,
}

#[derive(Clone, Debug)]
pub struct Peg {
    pub view: PegView,
    /// Until when the chain stands still, where it does.
    halted_until: Option<Time>,
    step_value: StepValue,
    blocks_a_day: u32,
    oracle_every: u32,
    /// Blocks since the start.
    blocks: i64,
    /// Marks of the last ticks, the latest last: as many as the oracle lags behind, and one.
    marks: VecDeque<Price>,
}

impl Peg {
    /// A peg at rest, with the sister at `start`.
    pub fn new(plan: &PegPlan, start: Price, step_value: StepValue) -> Self {
        Self {
            view: PegView {
                module: plan.module,
                par: plan.par,
                oracle: start,
                halted: false,
                all: Redeemed::default(),
                terms: Terms::default(),
            },
            halted_until: None,
            step_value,
            blocks_a_day: plan.blocks_a_day,
            oracle_every: plan.oracle_every,
            blocks: 0,
            marks: std::iter::repeat_n(start, plan.oracle_lag as usize + 1).collect(),
        }
    }

    /// What governance has decided. A plan has been checked: it fits.
    pub fn govern(&mut self, change: Change) -> Result<(), MintFault> {
        self.view.module.govern(change)
    }

    /// The chain stands still up to this moment, or for longer still.
    pub fn halt(&mut self, until: Time) {
        self.halted_until = self.halted_until.max(Some(until));
        self.view.halted = true;
    }

    /// The chain goes on if it is time.
    pub fn go_on(&mut self, now: Time) {
        if self.halted_until.is_some_and(|until| until <= now) {
            self.halted_until = None;
            self.view.halted = false;
        }
    }

    /// A tick begins, so many seconds after the start: the pools recover by the blocks that have passed, and the oracle
    /// looks if it is time. A chain that stands still makes no blocks, and nobody votes on a price.
    pub fn pass(&mut self, tick: u32, seconds: i64, mark: Price) {
        self.marks.pop_front();
        self.marks.push_back(mark);
        let blocks = seconds * i64::from(self.blocks_a_day) / SECONDS_A_DAY;
        let passed = blocks - std::mem::replace(&mut self.blocks, blocks);
        if self.view.halted {
            return;
        }
        for _ in 0..passed {
            let before = self.view.module.d();
            self.view.module.recover();
            if self.view.module.d() == before {
                break;
            }
        }
        if tick.is_multiple_of(self.oracle_every) {
            self.view.oracle = self.marks[0];
        }
    }

    /// Burns lots of one and mints no more than `room` of the other for them. `None`, and nothing changes, where the chain
    /// stands still, what is offered is worth less than one lot of the other or more than there is room for, or the numbers
    /// are too large.
    pub fn exchange(&mut self, offered: Offered, lots: Lots, room: Lots) -> Option<Exchanged> {
        if self.view.halted || !lots.is_positive() {
            return None;
        }
        let mut module = self.view.module;
        let Minted { paid, spread } = module.swap(offered, self.view.worth(offered, lots, self.step_value)?).ok()?;
        let other = offered.opposite();
        let minted = self
            .view
            .lots_worth(other, paid, self.step_value)
            .filter(|minted| minted.is_positive() && *minted <= room)?;
        // What is worth less than a lot is minted for nobody.
        let kept = self.view.lots_worth(other, spread, self.step_value)?;
        let done = Exchanged { burnt: lots, minted, kept, paid };
        self.view.all.add(offered, done);
        *self.view.all.minted.of(other) += kept;
        self.view.module = module;
        Some(done)
    }
}

impl PegView {
    /// Coins were burnt that stood at so much at the mark.
    pub fn burnt_at(&mut self, done: Exchanged, mark: Cash) {
        self.terms.at_par += i128::from(done.burnt.get()) * self.par.to_minor();
        self.terms.at_mark += mark.to_minor();
        self.terms.minted += i128::try_from(done.paid).unwrap_or(i128::MAX);
    }

    /// What lots are worth to the module, in the smallest amounts of money. `None` when the oracle has no price for them.
    pub fn worth(&self, offered: Offered, lots: Lots, step_value: StepValue) -> Option<u128> {
        let worth = i128::from(lots.get()).checked_mul(self.lot(offered, step_value))?;
        u128::try_from(worth).ok()
    }

    /// Whole lots for an amount, rounded down; `None` for more than there may be.
    fn lots_worth(&self, of: Offered, amount: u128, step_value: StepValue) -> Option<Lots> {
        let lot = u128::try_from(self.lot(of, step_value)).ok().filter(|lot| *lot > 0)?;
        let lots = i64::try_from(amount / lot).ok().map(Lots::new)?;
        (lots <= Lots::LARGEST).then_some(lots)
    }

    /// What a lot is worth to the module.
    fn lot(&self, of: Offered, step_value: StepValue) -> i128 {
        match of {
            Offered::Coin => self.par.to_minor(),
            Offered::Sister => step_value.value(Lots::new(1), self.oracle).to_minor(),
        }
    }

    /// What stands behind the coin: all of the sister at the oracle's price over all coins at par, of so many lots of each.
    /// `None` where there is no coin left.
    pub fn backing(&self, (coins, sisters): (f64, f64), step_value: StepValue) -> Option<f64> {
        let worth = |offered, lots: f64| lots * self.lot(offered, step_value) as f64;
        let owed = worth(Offered::Coin, coins);
        (owed > 0.0).then(|| worth(Offered::Sister, sisters) / owed)
    }

    /// The share of what an offer is worth that whoever makes it would be paid: for those who consider one.
    pub fn paid_share(&self, offered: Offered, worth: u128) -> Result<f64, MintFault> {
        let minted = self.module.quote(offered, worth.max(1))?;
        Ok(minted.paid as f64 / worth.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Lots = Lots::LARGEST;

    /// A lot of the coin is worth 100 cents, a step of a lot of the sister one cent.
    fn peg(base: u128, lag: u32) -> Peg {
        let plan = PegPlan {
            name: "peg".to_owned(),
            coin: InstrumentId::new(0),
            sister: InstrumentId::new(1),
            par: Cash::minor(100),
            module: Module::new(base, 10, 0).expect("a module"),
            blocks_a_day: 86_400,
            oracle_every: 2,
            oracle_lag: lag,
        };
        Peg::new(&plan, Price::new(8_000), StepValue::new(1))
    }

    #[test]
    fn a_coin_is_burnt_for_what_the_oracle_says() {
        // 1,000 coins are worth 100,000 cents; of pools of 900,000 that is paid 90,000, or 11 lots at 8,000 each.
        let mut peg = peg(900_000, 0);
        let done = peg.exchange(Offered::Coin, Lots::new(1_000), ROOM).expect("it is taken");
        assert_eq!((done.burnt, done.minted), (Lots::new(1_000), Lots::new(11)));
        // The spread of 10,000 cents is one lot more, which nobody trades.
        assert_eq!(peg.view.all.minted.sister, Lots::new(12));
        assert_eq!(peg.view.all.burnt.coin, Lots::new(1_000));
        assert_eq!(peg.view.module.d(), 100_000);
    }

    /// 100,000 cents at par that stood at 85 in the market bring 90,000: of the discount of 15 % the spread takes 10.
    #[test]
    fn what_coins_that_are_burnt_stood_at_and_what_they_brought_is_added_up() {
        let mut peg = peg(900_000, 0);
        let done = peg.exchange(Offered::Coin, Lots::new(1_000), ROOM).expect("it is taken");
        peg.view.burnt_at(done, Cash::minor(85_000));
        assert_eq!(peg.view.terms, Terms { at_par: 100_000, at_mark: 85_000, minted: 90_000 });
        // As many again, of pools of 1,000,000 and 810,000: 810,000 × 100,000 ÷ 1,100,000 = 73,636.
        let done = peg.exchange(Offered::Coin, Lots::new(1_000), ROOM).expect("it is taken");
        peg.view.burnt_at(done, Cash::minor(70_000));
        assert_eq!(peg.view.terms, Terms { at_par: 200_000, at_mark: 155_000, minted: 163_636 });
    }

    #[test]
    fn pools_recover_by_blocks_and_not_by_ticks() {
        let mut peg = peg(900_000, 0);
        peg.exchange(Offered::Coin, Lots::new(1_000), ROOM).expect("it is taken");
        peg.pass(1, 2, Price::new(8_000));
        assert_eq!(peg.view.module.d(), 81_000, "a tenth in each of two blocks");
    }

    #[test]
    fn the_oracle_looks_each_second_tick_at_what_was_three_ticks_ago() {
        let mut peg = peg(900_000, 3);
        let seen: Vec<i64> = (1..=8)
            .map(|tick| {
                peg.pass(tick, i64::from(tick), Price::new(8_000 - i64::from(tick)));
                peg.view.oracle.steps()
            })
            .collect();
        assert_eq!(seen, [8_000, 8_000, 8_000, 7_999, 7_999, 7_997, 7_997, 7_995]);
    }

    #[test]
    fn a_chain_that_stands_still_does_nothing() {
        let mut peg = peg(900_000, 0);
        peg.exchange(Offered::Coin, Lots::new(1_000), ROOM).expect("it is taken");
        peg.halt(Time::from_seconds(51));
        // One that is over sooner does not shorten it.
        peg.halt(Time::from_seconds(7));
        peg.go_on(Time::from_seconds(50));
        peg.pass(2, 50, Price::new(10));
        assert_eq!((peg.view.module.d(), peg.view.oracle), (100_000, Price::new(8_000)));
        assert_eq!(peg.exchange(Offered::Coin, Lots::new(1_000), ROOM), None);
        // What passed while it stood still is not made up for.
        peg.go_on(Time::from_seconds(51));
        peg.pass(4, 51, Price::new(10));
        assert_eq!(peg.view.module.d(), 90_000);
    }

    #[test]
    fn what_has_no_price_or_is_too_much_is_not_taken() {
        let mut peg = peg(1 << 80, 0);
        for price in [0, -5] {
            peg.view.oracle = Price::new(price);
            assert_eq!(peg.exchange(Offered::Coin, Lots::new(1_000), ROOM), None, "{price}");
            assert_eq!(peg.exchange(Offered::Sister, Lots::new(1_000), ROOM), None, "{price}");
        }
        // At one step each coin is a hundred lots: more than any position may be.
        peg.view.oracle = Price::new(1);
        assert_eq!(peg.exchange(Offered::Coin, Lots::new(1 << 39), ROOM), None);
        assert_eq!((peg.view.module.d(), peg.view.all.burnt.coin), (0, Lots::ZERO));
    }
}
