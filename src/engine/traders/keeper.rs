//! A keeper: buys what lenders auction off, and sells it on.
//!
//! - It knows an auction from `delay` after it opened, and sees the mark of `delay` ago.
//! - What a lot is worth to it is that mark, less what selling the lot on is expected to cost (the square-root law of
//!   impact, with an ordinary day's volume and volatility), less `profit`, less `cost` for the transaction. It never
//!   bids more, and never for more than it has money for, or, when a short is bought back, units.
//! - Where bids rise it opens at `opening` of that and outbids others by the least that is allowed. It bids for
//!   nothing it already leads.
//! - What it has won it sells into the book, each tick `resale` of what others traded in the last one, until it
//!   holds what it started with; with `stop` no lower than so far below what it paid. `cost` goes to the venue, once for
//!   each lot won.
//! - With `risk` it bids as who must carry a block for a while. Volatility and volume of a day are then the largest of an
//!   ordinary day's, the last day's and the present one's so far, the volatility from its highest to its lowest mark,
//!   the close before it among them (Parkinson: their logarithm over 2√(ln 2)). Its impact is that of all that comes to the
//!   market: the lot, what it holds unsold, and what else is on offer of the same thing. And it wants `risk` standard
//!   deviations of what it makes while it sells on, at an even pace: σ √(days ÷ 3), where days are lot and unsold over
//!   `resale` of a day's volume. In a block auction it bids in ten parts, each at what the block is worth with it less what
//!   it is worth without: a block finds more buyers, at a better price, than one.
//!
//! Source: the keepers of Maker's auctions as described after 12 March 2020, when many could not get a transaction
//! through and the few who could opened at nothing. For `risk`: M. Parkinson, "The extreme value method for estimating the
//! variance of the rate of return", Journal of Business 53 (1980) 61-65; that a dealer's discount pays for the variance of
//! what it carries is H. Stoll, "The supply of dealer services in securities markets", Journal of Finance 33 (1978)
//! 1133-1151 (both remembered). That an even sale over a time T leaves a standard deviation of σ √(T ÷ 3) is arithmetic.
//!
//! Not here: members share no capital across instruments, and none sees what others hold unsold.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Stake, Wake, check_count, listed};
use bevy_ecs::prelude::Component;
use ground::ops::ln;
use ground::rng::Stream;
use ground::units::{Cash, Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;
use mechanics::liquidation::SQUARE_ROOT_FACTOR;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    /// Its capital: money for what is sold, units for what is bought back.
    pub stake: Stake,
    /// Profit it wants, as a share of the mark.
    #[read(within = 0.0..=1.0)]
    pub profit: f64,
    /// What a transaction costs it (gas, people), in money.
    #[read(not_negative)]
    pub cost: f64,
    /// Until it has noticed an auction, and how old its prices are.
    pub delay: Span,
    /// Its first bid where bids rise, as a share of what the lot is worth to it. Left out: 0.9.
    #[read(default, within = 0.0..=1.0)]
    pub opening: Option<f64>,
    /// Its sales as a share of what others traded in the last tick.
    #[read(within = 0.0..=100.0)]
    pub resale: f64,
    /// Standard deviations of what it makes that it wants to be paid for, by what it sees and has unsold. Left out: it
    /// asks for none, and goes by ordinary days and the lot alone.
    #[read(default, within = 0.0..=100.0)]
    pub risk: Option<f64>,
    /// How far below what it paid on average it still sells on, as a share of that. Left out: at any price.
    #[read(default, within = 0.0..=1.0)]
    pub stop: Option<f64>,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.delay > Span::seconds(86_400 * 366) {
            findings.add(format_args!("{path}.delay"), "more than a year", "give a length such as \"1m\"");
        }
        if self.risk.is_some_and(|risk| risk > 0.0) && self.resale == 0.0 {
            findings.add(
                format_args!("{path}.resale"),
                "it wants to be paid for the time until it has sold on, and never sells on",
                "give it a pace, or leave `risk` out",
            );
        }
    }

    fn bids(&self) -> bool {
        true
    }

    fn count(&self) -> u32 {
        self.count
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Stake(&self.stake)
    }

    fn lookback(&self) -> Span {
        self.delay
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct Keeper {
    profit: f64,
    /// Of one transaction.
    pub cost: Cash,
    /// In ticks.
    pub delay: u32,
    opening: f64,
    resale: f64,
    /// Lots it holds when it has nothing to sell on.
    neutral: Lots,
    /// Minor units that a step on one lot is worth, lots of an ordinary day, and its volatility.
    step_value: f64,
    volume: f64,
    volatility: f64,
    risk: Option<f64>,
    stop: Option<f64>,
    /// The last day and the present one as it sees them.
    days: [Day; 2],
    stock: Stock,
}

/// What a keeper has to sell on (or, below zero, to buy back), as it last looked.
#[derive(Clone, Copy, Debug, Default)]
struct Stock {
    lots: Lots,
    /// In minor units, for arithmetic.
    cash: f64,
    /// Steps that a lot of it cost on average.
    paid: f64,
}

impl Stock {
    /// As it has now so many lots and so much cash, with a step on a lot worth `step_value`. What it sold on in the very
    /// tick in which it took over more is lost in that.
    fn look(self, lots: Lots, cash: f64, step_value: f64) -> Self {
        let (before, after) = (self.lots.get() as f64, lots.get() as f64);
        let grew = after.abs() > before.abs() || after * before < 0.0;
        let kept = if after * before > 0.0 { before } else { 0.0 };
        let price = (self.cash - cash) / (after - before) / step_value;
        let paid = if grew { (kept * self.paid + (after - kept) * price) / after } else { self.paid };
        Self { lots, cash, paid }
    }
}

/// A day's highest and lowest mark and volume so far, in steps and lots.
#[derive(Clone, Copy, Debug, Default)]
struct Day {
    date: i64,
    high: f64,
    low: f64,
    volume: f64,
}

impl Day {
    /// The standard deviation of a day's return that such a range speaks of.
    fn volatility(&self) -> f64 {
        if self.low > 0.0 { ln(self.high / self.low) / PARKINSON } else { 0.0 }
    }
}

/// 2√(ln 2).
const PARKINSON: f64 = 1.665_109_222_315_395_4;

/// What a bidder has, or will see, beside a lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// All that it holds.
    pub held: Lots,
    /// On offer of the same thing.
    pub others: Lots,
}

/// In how many parts who asks for its risk bids for a block.
const PARTS: i64 = 10;

impl Keeper {
    /// What it would pay for a lot of this size (or, with the account on the buy side, ask), in steps, when the mark it
    /// sees is this. `None` when there is no price at which it would.
    pub fn worth(&self, side: Side, mark: Price, lots: Lots, beside: Beside) -> Option<Price> {
        if !lots.is_positive() {
            return None;
        }
        let margin = self.margin(side, mark, lots.get() as f64, beside);
        Self::off(side, mark, margin)
    }

    /// So many steps worse than the mark for the account. Nobody is paid to take what is worth something.
    fn off(side: Side, mark: Price, margin: f64) -> Option<Price> {
        let mark = mark.steps() as f64;
        let steps = match side {
            Side::Sell => (mark - margin).floor(),
            Side::Buy => (mark + margin).ceil(),
        };
        (steps.is_finite() && (mark < 0.0 || steps >= 0.0)).then(|| Price::new(steps as i64).clamped())
    }

    /// What it wants to make on each lot of so many, in steps.
    fn margin(&self, side: Side, mark: Price, size: f64, beside: Beside) -> f64 {
        let mark = (mark.steps() as f64).abs();
        let cost = self.cost.to_minor() as f64 / (size * self.step_value);
        let Some(risk) = self.risk else {
            let impact = SQUARE_ROOT_FACTOR * self.volatility * (size / self.volume).sqrt();
            return mark * (impact + self.profit) + cost;
        };
        let volume = self.days.iter().map(|day| day.volume).fold(self.volume, f64::max);
        let volatility = self.days.iter().map(Day::volatility).fold(self.volatility, f64::max);
        // What it has unsold of a purchase, or has still to buy back of a sale.
        let unsold = match side {
            Side::Sell => beside.held - self.neutral,
            Side::Buy => self.neutral - beside.held,
        };
        let own = size + unsold.max(Lots::ZERO).get() as f64;
        let impact = SQUARE_ROOT_FACTOR * ((own + beside.others.get() as f64) / volume).sqrt();
        let days = own / volume / self.resale;
        let carried = if risk > 0.0 { risk * (days / 3.0).sqrt() } else { 0.0 };
        mark * (volatility * (impact + carried) + self.profit) + cost
    }

    /// Its bids for a block: prices and lots, the best first. `able`: how much of all of it it has money for at a price.
    pub fn bids(
        &self,
        side: Side,
        mark: Price,
        all: Lots,
        beside: Beside,
        able: impl Fn(Price) -> Lots,
    ) -> Vec<(Price, Lots)> {
        if self.risk.is_none() {
            let Some(price) = self.worth(side, mark, all, beside) else { return Vec::new() };
            let lots = able(price);
            // What it can pay for is smaller, and so worth more a lot.
            return self.worth(side, mark, lots, beside).map(|price| (price, lots)).into_iter().collect();
        }
        let mut bids = Vec::new();
        let (mut taken, mut asked) = (0.0, 0.0);
        let mut left = all;
        for part in (1..=PARTS).rev() {
            let lots = Lots::new((left.get() + part - 1) / part);
            left -= lots;
            if !lots.is_positive() {
                continue;
            }
            let upto = taken + lots.get() as f64;
            let more = self.margin(side, mark, upto, beside) * upto - asked;
            let Some(price) = Self::off(side, mark, more / lots.get() as f64) else { break };
            // Its money is reckoned at the best it bids, so that it has enough for what it gets.
            let room = able(bids.first().map_or(price, |(best, _)| *best)) - Lots::new(taken as i64);
            let lots = lots.min(room);
            if !lots.is_positive() {
                break;
            }
            bids.push((price, lots));
            (taken, asked) = (taken + lots.get() as f64, asked + more);
        }
        bids
    }

    /// Its first bid where bids rise.
    pub fn first_bid(&self, side: Side, worth: Price) -> Price {
        let steps = worth.steps() as f64;
        match side {
            Side::Sell => Price::new((steps * self.opening).floor() as i64).min(worth),
            // Asking for more than it is worth to it, by as much as a buyer would bid less.
            Side::Buy => Price::new((steps + steps.abs() * (1.0 - self.opening)).ceil() as i64).clamped(),
        }
    }
}

impl Keeper {
    /// The mark that was published at the end of the last tick and what traded in it, looked at on this day.
    fn look(&mut self, date: i64, mark: f64, volume: Lots) {
        let [before, today] = self.days;
        // The last tick's mark is the close before when a new day begins, and the day before's volume is complete.
        let took_in = |day: Day, volume: Lots| Day {
            high: day.high.max(mark),
            low: if day.low > 0.0 { day.low.min(mark) } else { mark },
            volume: day.volume + volume.get() as f64,
            ..day
        };
        self.days = if today.date == date {
            [before, took_in(today, volume)]
        } else {
            [took_in(today, volume), took_in(Day { date, ..Day::default() }, Lots::ZERO)]
        };
    }
}

/// The worst price at which it still sells on (or buys back) what it took over at this one.
fn worst(side: Side, paid: f64, stop: f64) -> Price {
    let steps = match side {
        Side::Sell => (paid - paid.abs() * stop).ceil(),
        Side::Buy => (paid + paid.abs() * stop).floor(),
    };
    Price::new(steps as i64).clamped()
}

/// What its first bid is when its world does not say.
const OPENING: f64 = 0.9;

impl Behaviour for Keeper {
    type Params = Params;
    const KIND: Kind = Kind::Keeper;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let Birth { plan, about, held, .. } = birth;
        // A step's worth of money, times so many of them, is the cost as the world states it.
        let minor = params.cost * 10f64.powi(i32::from(plan.currency.decimals));
        let own = Self {
            profit: params.profit,
            cost: Cash::minor(minor.round() as i128),
            delay: if params.delay == Span::ZERO { 0 } else { ticks_in(plan, params.delay) },
            opening: params.opening.unwrap_or(OPENING),
            resale: params.resale,
            neutral: *held,
            step_value: about.step_value.get() as f64,
            volume: about.ordinary.daily_volume_units / about.lot_units,
            volatility: about.ordinary.daily_volatility,
            risk: params.risk,
            stop: params.stop,
            days: [Day::default(); 2],
            stock: Stock::default(),
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if self.risk.is_some() {
            self.look(eyes.now().seconds().div_euclid(86_400), eyes.mark(), eyes.market().volume);
        }
        let excess = eyes.holding() - self.neutral;
        if self.stop.is_some() {
            self.stock = self.stock.look(excess, eyes.cash().to_minor() as f64, self.step_value);
        }
        if !excess.is_zero() && !eyes.is_auction() {
            let pace = (eyes.market().voluntary_volume.get() as f64 * self.resale).ceil();
            let lots = excess.abs().min(Lots::new(pace as i64));
            let side = Side::closing(excess);
            match self.stop {
                Some(stop) => hands.take(side, lots, worst(side, self.stock.paid, stop)),
                None => hands.market(side, lots),
            }
        }
        Wake::After(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeper() -> Keeper {
        Keeper {
            profit: 0.02,
            cost: Cash::minor(5_000),
            delay: 1,
            opening: 0.5,
            resale: 0.1,
            neutral: Lots::ZERO,
            step_value: 1.0,
            volume: 10_000.0,
            volatility: 0.02,
            risk: None,
            stop: None,
            days: [Day::default(); 2],
            stock: Stock::default(),
        }
    }

    const ALONE: Beside = Beside { held: Lots::ZERO, others: Lots::ZERO };

    #[test]
    fn a_lot_is_worth_the_mark_less_impact_profit_and_cost() {
        // 100 lots of 10,000 a day at 2 %: 0.7 × 2 % × √0.01 = 0.14 %. $100.00 − $0.14 − $2.00, and $50.00 over 100
        // lots are $0.50 each.
        assert_eq!(keeper().worth(Side::Sell, Price::new(10_000), Lots::new(100), ALONE), Some(Price::new(9_736)));
        assert_eq!(keeper().worth(Side::Buy, Price::new(10_000), Lots::new(100), ALONE), Some(Price::new(10_264)));
    }

    #[test]
    fn a_lot_smaller_than_its_cost_is_worth_no_bid() {
        // One lot at $40.00 does not pay for a transaction of $50.00.
        assert_eq!(keeper().worth(Side::Sell, Price::new(4_000), Lots::new(1), ALONE), None);
        assert_eq!(keeper().worth(Side::Sell, Price::new(4_000), Lots::ZERO, ALONE), None);
    }

    #[test]
    fn who_opens_at_nothing_bids_nothing() {
        let greedy = Keeper { opening: 0.0, ..keeper() };
        assert_eq!(greedy.first_bid(Side::Sell, Price::new(9_736)), Price::new(0));
        assert_eq!(keeper().first_bid(Side::Sell, Price::new(9_736)), Price::new(4_868));
        assert_eq!(keeper().first_bid(Side::Buy, Price::new(10_264)), Price::new(15_396));
    }

    /// Without cost and profit, so that what is left is risk.
    fn wary() -> Keeper {
        Keeper { profit: 0.0, cost: Cash::ZERO, resale: 0.3, risk: Some(1.0), ..keeper() }
    }

    #[test]
    fn a_block_is_worth_less_for_what_is_held_and_what_else_is_on_offer() {
        // A day's volume at 2 %: 0.7 × 2 % × √1 = 1.40 %. Sold on at 0.3 of volume it lasts 10/3 days: 2 % × √(10/9)
        // = 2.108 %. $100.00 − $3.508.
        let worth = |lots: i64, beside: Beside| wary().worth(Side::Sell, Price::new(10_000), Lots::new(lots), beside);
        assert_eq!(worth(10_000, ALONE), Some(Price::new(9_649)));
        // As much again unsold: √2 of both.
        assert_eq!(worth(10_000, Beside { held: Lots::new(10_000), ..ALONE }), Some(Price::new(9_503)));
        // As much again on offer of others: √2 of the impact alone, 1.980 % + 2.108 %.
        assert_eq!(worth(10_000, Beside { others: Lots::new(10_000), ..ALONE }), Some(Price::new(9_591)));
        // What it holds of itself counts for nothing.
        let endowed = Keeper { neutral: Lots::new(5_000), ..wary() };
        let beside = Beside { held: Lots::new(5_000), ..ALONE };
        assert_eq!(endowed.worth(Side::Sell, Price::new(10_000), Lots::new(10_000), beside), Some(Price::new(9_649)));
    }

    #[test]
    fn volatility_and_volume_are_the_largest_of_ordinary_and_lately() {
        let mut keeper = wary();
        // A day from 100.00 to 90.00 with 15,000 lots, the last of them seen when the next begins.
        for (date, mark, volume) in [(1, 10_000.0, 0), (1, 9_500.0, 5_000), (2, 9_000.0, 10_000), (2, 9_100.0, 400)] {
            keeper.look(date, mark, Lots::new(volume));
        }
        let [before, today] = keeper.days;
        assert_eq!((before.high, before.low, before.volume), (10_000.0, 9_000.0, 15_000.0));
        assert_eq!((today.high, today.low, today.volume), (9_100.0, 9_000.0, 400.0), "the close before is among them");
        // ln(100 ÷ 90) ÷ 1.6651 = 6.3276 %. A block of 15,000 is a day's volume: 6.3276 % × (0.7 + 1.0541) = 11.099 %.
        let worth = keeper.worth(Side::Sell, Price::new(10_000), Lots::new(15_000), ALONE);
        assert_eq!(worth, Some(Price::new(8_890)));
    }

    #[test]
    fn a_block_is_bid_for_in_parts_that_come_to_what_all_of_it_is_worth() {
        let bids = wary().bids(Side::Sell, Price::new(10_000), Lots::new(10_000), ALONE, |_| Lots::new(10_000));
        assert_eq!(bids.len(), 10);
        assert!(bids.is_sorted_by(|(a, _), (b, _)| a > b), "the more it takes the less it bids");
        let paid: i64 = bids.iter().map(|(price, lots)| price.steps() * lots.get()).sum();
        // $96.492 a lot, less at most a step by rounding each part.
        assert!((96_482_000..=96_492_000).contains(&paid), "{paid}");
        // The first tenth alone: 3.508 % × √0.1 = 1.109 %.
        assert_eq!(bids[0], (Price::new(9_889), Lots::new(1_000)));
    }

    #[test]
    fn who_has_money_for_less_bids_for_less() {
        let bids = wary().bids(Side::Sell, Price::new(10_000), Lots::new(10_000), ALONE, |_| Lots::new(2_500));
        assert_eq!(bids.iter().map(|(_, lots)| lots.get()).collect::<Vec<_>>(), [1_000, 1_000, 500]);
    }

    #[test]
    fn what_it_paid_is_the_average_over_what_it_has_not_sold_on() {
        let looks = [(0, 1_000_000.0), (100, 100_000.0), (50, 150_000.0), (150, -650_000.0), (0, 0.0), (10, -50_000.0)];
        let mut stock = Stock::default();
        let paid = looks.map(|(lots, cash)| {
            stock = stock.look(Lots::new(lots), cash, 1.0);
            stock.paid
        });
        // 100 at 9,000; half of it sold on; 100 more at 8,000: (50 × 9,000 + 100 × 8,000) ÷ 150. All sold on; 10 at 5,000.
        let average = 1_250_000.0 / 150.0;
        assert_eq!(paid, [0.0, 9_000.0, 9_000.0, average, average, 5_000.0]);
    }

    #[test]
    fn a_stop_is_below_what_was_paid_and_above_what_was_received() {
        assert_eq!(worst(Side::Sell, 9_000.0, 0.1), Price::new(8_100));
        assert_eq!(worst(Side::Buy, 9_000.0, 0.1), Price::new(9_900));
    }
}
