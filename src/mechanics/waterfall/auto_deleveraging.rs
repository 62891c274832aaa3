//! Auto-deleveraging: what is left of a bankrupt account's positions is closed against those who hold the
//! opposite, the most profitable and most leveraged first, at the price at which the bankrupt account owes
//! nothing. Nobody pays a shortfall; the winners lose the gain beyond that price, and their position with it.
//!
//! Who goes first is a lender's choice ([`Ranking`]); where it makes none, rank is (BitMEX, "Auto-deleveraging") profit in per cent of the entry value times effective leverage; for a losing
//! position, divided by it. Effective leverage is the value at the mark over what backs it; in a cross-margined
//! account that is the account's whole equity. All accounts at the lender are looked at, whoever owns them.
//!
//! It closes no account that still has equity at the mark: such a one has no bankruptcy behind it, and the winners
//! would gain on it. Known limit: an account with positions in several instruments shares out what it lacks over
//! them in proportion to their values.

use super::share::pro_rata;
use ground::units::{AccountId, Cash, Lots, Price, Span};
use language::findings::Findings;
use language::read::Read;
use ordered_float::OrderedFloat;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// When a bankrupt account's positions go to its winners instead of to the book. Whatever is named here, they also
/// go when the layers before this one cannot pay what the account lacks at the mark besides what those lack that are
/// still being sold.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum Trigger {
    /// Only then.
    FundSpent,
    /// When nothing of the position could be sold for so many ticks, too.
    Stuck { ticks: u32 },
    /// When the insurance fund has lost this share of the most it held within a length of time, and until the share
    /// is down to another. Bybit: 0.30, until 0.25, over "8h" (Bybit, rules of its insurance fund).
    Drawdown {
        #[read(within = 0.0..=1.0)]
        from: f64,
        #[read(within = 0.0..=1.0)]
        until: f64,
        over: Span,
    },
}

impl Trigger {
    pub fn check(self, path: &str, findings: &mut Findings) {
        match self {
            Self::FundSpent => {}
            Self::Stuck { ticks } => {
                if ticks == 0 {
                    findings.add(format_args!("{path}.stuck.ticks"), "0 ticks pass at once", "give 1 or more");
                }
            }
            Self::Drawdown { from, until, over } => {
                if until > from {
                    findings.add(
                        format_args!("{path}.drawdown.until"),
                        format!("it would end at a drawdown of {until}, deeper than the {from} at which it begins"),
                        "give `until` no more than `from`",
                    );
                }
                if over <= Span::ZERO {
                    findings.add(format_args!("{path}.drawdown.over"), "the window has no length", "give \"8h\"");
                }
            }
        }
    }
}

/// Which of those who hold the opposite go first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum Ranking {
    /// Profit in per cent of the entry value times effective leverage, as BitMEX, Bybit and Binance rank.
    #[default]
    ProfitTimesLeverage,
    /// Profit in per cent of the entry value.
    Profit,
    /// Effective leverage, whether the position gained or lost.
    Leverage,
    /// The largest position.
    Size,
    /// Nobody: each closes in proportion to what it holds.
    ProRata,
}

/// The price at which closing all that a bankrupt account holds leaves it owing nothing: the mark, moved against
/// whoever takes the other side by the share of its positions' gross value that the account lacks. Rounded so that
/// nothing is left owing. `None` when the account lacks nothing, or its positions are worth nothing at the mark.
pub fn bankruptcy_price(lots: Lots, mark: Price, lacking: Cash, gross: Cash) -> Option<Price> {
    if !lacking.is_positive() || !gross.is_positive() || lots.is_zero() {
        return None;
    }
    let product = i128::from(mark.steps()).abs().checked_mul(lacking.to_minor())?;
    let away = i64::try_from((product + gross.to_minor() - 1) / gross.to_minor()).ok()?;
    let steps = if lots.is_negative() { mark.steps().checked_sub(away)? } else { mark.steps().checked_add(away)? };
    Some(Price::new(steps).clamped())
}

/// One account with a position opposite to the bankrupt one's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opposite {
    pub account: AccountId,
    /// Who comes first where ranks tie.
    pub turn: u32,
    /// How much it holds, without the sign.
    pub lots: Lots,
    /// The position at the mark and at its entry, both with their signs: negative for a short.
    pub value: Cash,
    pub entry: Cash,
    /// Of the whole account, at the mark.
    pub equity: Cash,
}

impl Opposite {
    /// The highest goes first. A loss is divided by the leverage where a profit is multiplied by it.
    #[expect(clippy::float_arithmetic, reason = "it decides who, never how much")]
    pub fn rank(&self, ranking: Ranking) -> f64 {
        let major = |cash: Cash| cash.to_minor() as f64;
        let profit = major(self.value - self.entry) / major(self.entry.abs()).max(1.0);
        // Nothing behind a position is leverage without end.
        let leverage = major(self.value.abs()) / major(self.equity).max(1.0);
        match ranking {
            Ranking::ProfitTimesLeverage if profit > 0.0 => profit * leverage,
            Ranking::ProfitTimesLeverage => profit / leverage.max(f64::MIN_POSITIVE),
            Ranking::Profit => profit,
            Ranking::Leverage => leverage,
            Ranking::Size => self.lots.abs().get() as f64,
            Ranking::ProRata => 0.0,
        }
    }
}

/// Those on one side of one instrument at one lender, by rank: the highest goes first, and where ranks tie the first in turn.
/// As many are put in order as are asked, however many wait.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    waiting: BinaryHeap<Waiting>,
    ranking: Ranking,
}

/// The greatest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    rank: OrderedFloat<f64>,
    turn: Reverse<u32>,
    account: AccountId,
    /// That it still holds, without the sign.
    held: Lots,
}

/// What one of them closes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Close {
    pub account: AccountId,
    pub lots: Lots,
    /// By which it stood where it did.
    pub rank: f64,
}

impl Queue {
    pub fn new(opposites: impl Iterator<Item = Opposite>, ranking: Ranking) -> Self {
        let waiting = opposites.map(|one| Waiting {
            rank: OrderedFloat(one.rank(ranking)),
            turn: Reverse(one.turn),
            account: one.account,
            held: one.lots.abs(),
        });
        Self { waiting: waiting.collect(), ranking }
    }

    /// Who closes how much of so many lots. What nobody holds the opposite of stays.
    pub fn take(&mut self, lots: Lots) -> Vec<Close> {
        match self.ranking {
            Ranking::ProRata => self.in_proportion(lots.abs()),
            _ => self.in_turn(lots.abs()),
        }
    }

    /// Of each what is left to be closed, the first whole before the next; as many as are needed.
    fn in_turn(&mut self, lots: Lots) -> Vec<Close> {
        let mut left = lots;
        let mut closes = Vec::new();
        while left.is_positive()
            && let Some(mut first) = self.waiting.peek_mut()
        {
            let part = left.min(first.held);
            left -= part;
            // Less held changes nobody's place.
            first.held -= part;
            closes.push(first.close(part));
            if first.held.is_zero() {
                PeekMut::pop(first);
            }
        }
        closes
    }

    /// Of each the same share. The lots that do not divide are the first ones'.
    fn in_proportion(&mut self, lots: Lots) -> Vec<Close> {
        let count = |lots: Lots| Cash::minor(i128::from(lots.get()));
        let mut all = std::mem::take(&mut self.waiting).into_sorted_vec();
        all.reverse();
        let held: Vec<_> = all.iter().map(|one| (count(one.held), count(one.held))).collect();
        let mut closes = Vec::with_capacity(all.len());
        for (part, one) in pro_rata(count(lots), &held).into_iter().zip(&mut all) {
            // None is more than what is held, which is in lots.
            let part = Lots::new(part.to_minor() as i64);
            one.held -= part;
            if part.is_positive() {
                closes.push(one.close(part));
            }
        }
        self.waiting = all.into_iter().filter(|one| one.held.is_positive()).collect();
        closes
    }
}

impl Waiting {
    fn close(&self, lots: Lots) -> Close {
        Close { account: self.account, lots, rank: self.rank.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cash(minor: i128) -> Cash {
        Cash::minor(minor)
    }

    fn short(account: u32, lots: i64, value: i128, entry: i128, equity: i128) -> Opposite {
        let (turn, account) = (account, AccountId::new(account));
        Opposite {
            account,
            turn,
            lots: Lots::new(lots),
            value: cash(-value),
            entry: cash(-entry),
            equity: cash(equity),
        }
    }

    #[test]
    fn closing_at_the_bankruptcy_price_leaves_nothing_owing() {
        // 10 coins bought at $100.00 with $900.00 borrowed; the mark is $80.00, so it lacks $100.00 of 800.00.
        let price = bankruptcy_price(Lots::new(10), Price::new(8_000), cash(10_000), cash(80_000));
        // That is the closed form of B5 for ten times leverage: 100 × (1 − 1/10).
        assert_eq!(price, Some(Price::new(9_000)));
        // A short sold at $100.00 on ten times leverage: bankrupt at 110.00; the mark is 120.00.
        let price = bankruptcy_price(Lots::new(-10), Price::new(12_000), cash(10_000), cash(120_000));
        assert_eq!(price, Some(Price::new(11_000)));
        // What does not divide is rounded in favour of the one that owes: 1 cent over 3 lots is one cent each.
        assert_eq!(bankruptcy_price(Lots::new(3), Price::new(100), cash(1), cash(300)), Some(Price::new(101)));
    }

    #[test]
    fn who_owes_nothing_has_no_bankruptcy_price() {
        assert_eq!(bankruptcy_price(Lots::new(10), Price::new(8_000), cash(0), cash(80_000)), None);
        assert_eq!(bankruptcy_price(Lots::new(10), Price::new(0), cash(500), cash(0)), None);
    }

    #[test]
    fn profit_times_leverage_decides_who_goes_first() {
        // All short at a mark of $80.00 that they sold at $100.00: 20 %. Value $800.00 each.
        // Equity of $400.00, 100.00 and 200.00: leverage 2, 8 and 4; ranks 0.4, 1.6, 0.8.
        let all = [
            short(7, 10, 80_000, 100_000, 40_000),
            short(8, 10, 80_000, 100_000, 10_000),
            short(9, 10, 80_000, 100_000, 20_000),
        ];
        assert_eq!(all.map(|one| one.rank(Ranking::ProfitTimesLeverage)), [0.4, 1.6, 0.8]);
        let mut queue = Queue::new(all.into_iter(), Ranking::ProfitTimesLeverage);
        let closes = |closes: Vec<Close>| -> Vec<_> {
            closes.into_iter().map(|one| (one.account.get(), one.lots.get(), one.rank)).collect()
        };
        assert_eq!(closes(queue.take(Lots::new(25))), [(8, 10, 1.6), (9, 10, 0.8), (7, 5, 0.4)]);
        // The next to come finds what they left.
        assert_eq!(closes(queue.take(Lots::new(-9))), [(7, 5, 0.4)]);
        assert!(queue.take(Lots::new(1)).is_empty());
    }

    #[test]
    fn a_loser_goes_after_every_winner_and_the_least_leveraged_loser_last() {
        // Sold at $75.00: a loss of 6.67 %, by leverage 8 and by leverage 2.
        let all =
            [short(1, 1, 8_000, 7_500, 4_000), short(2, 1, 8_000, 7_500, 1_000), short(3, 1, 8_000, 8_001, 400_000)];
        let order: Vec<_> = Queue::new(all.into_iter(), Ranking::ProfitTimesLeverage)
            .take(Lots::new(3))
            .into_iter()
            .map(|one| one.account.get())
            .collect();
        assert_eq!(order, [3, 2, 1]);
    }

    #[test]
    fn a_lender_may_rank_by_profit_by_leverage_or_by_size_or_close_all_in_proportion() {
        // All short at $80.00. The first sold at 160.00 on leverage 1, the second at 100.00 on leverage 8, the third at
        // 90.00 on leverage 2 and holds the most.
        let all = [
            short(1, 10, 80_000, 160_000, 80_000),
            short(2, 10, 80_000, 100_000, 10_000),
            short(3, 20, 160_000, 180_000, 80_000),
        ];
        let first = |ranking| Queue::new(all.into_iter(), ranking).take(Lots::new(1))[0].account.get();
        let order = [Ranking::ProfitTimesLeverage, Ranking::Profit, Ranking::Leverage, Ranking::Size].map(first);
        assert_eq!(order, [2, 1, 2, 3]);
        let mut queue = Queue::new(all.into_iter(), Ranking::ProRata);
        let parts = |closes: Vec<Close>| -> Vec<_> {
            closes.into_iter().map(|one| (one.account.get(), one.lots.get())).collect()
        };
        assert_eq!(parts(queue.take(Lots::new(21))), [(1, 6), (2, 5), (3, 10)]);
        // 4, 5 and 10 are left; of forty more they close what they have.
        assert_eq!(parts(queue.take(Lots::new(40))), [(1, 4), (2, 5), (3, 10)]);
        assert!(queue.take(Lots::new(1)).is_empty());
    }

    #[test]
    fn a_drawdown_that_ends_before_it_begins_is_found() {
        let mut findings = Findings::default();
        let trigger = Trigger::Drawdown { from: 0.25, until: 0.30, over: Span::ZERO };
        trigger.check("w[0]", &mut findings);
        Trigger::Stuck { ticks: 0 }.check("w[1]", &mut findings);
        let paths: Vec<_> = findings.list().iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["w[0].drawdown.until", "w[0].drawdown.over", "w[1].stuck.ticks"]);
    }
}
