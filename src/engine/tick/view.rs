//! What everybody can see: published at the end of a tick, read in the next.

use ground::units::{AccountId, InstrumentId, Lots, MarketId, Price};
use mechanics::deposits::DepositsView;
use mechanics::mint_burn::{PegView, Redeemed};
use std::collections::BTreeMap;

/// One market as it stood at the end of the last tick.
#[derive(Clone, Copy, Debug)]
pub struct MarketView {
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    /// The market's own price, by its book alone. What positions are carried at is the instrument's, and may differ:
    /// there are other venues, averages, and feeds that fail.
    pub mark: Price,
    /// Traded in the last tick.
    pub volume: Lots,
    /// The part of it that no lender forced.
    pub voluntary_volume: Lots,
    /// Standard deviation of a tick's return beyond what public news explains, exponentially weighted over
    /// the last half hour of ticks or so: what makers watch. A jump that everybody understands makes a
    /// market no more dangerous to quote in; one that nobody can explain does.
    pub volatility: f64,
    /// Orders are collected, not matched.
    pub auction: bool,
    pub halted: bool,
}

/// How a market stands before anything happened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    pub instrument: InstrumentId,
    pub start: Price,
    /// Ordinary standard deviation of a tick's return.
    pub volatility: f64,
}

/// The last published view of all markets.
#[derive(Clone, Debug)]
pub struct View {
    pub markets: Vec<MarketView>,
    /// By instrument: what informed traders think its worth has become, as a multiple of the start.
    pub values: Vec<f64>,
    /// By instrument: how deep makers quote, as a multiple of the ordinary.
    pub liquidity: Vec<f64>,
    /// By market: the highest price below at which a rule of the venue would stop trading, or let nothing pass.
    pub stop_below: Vec<Option<Price>>,
    /// By lender: whether it pays nothing out.
    pub payouts_stopped: Vec<bool>,
    /// By lender: what it pays on deposits, and how long they wait. `None` for those that take none.
    pub deposits: Vec<Option<DepositsView>>,
    /// By account: what of its deposit has been paid out. Each looks at its own.
    pub paid_out: BTreeMap<AccountId, Lots>,
    /// By peg: how its module and its oracle stand.
    pub pegs: Vec<PegView>,
    /// By account and peg: what it has redeemed. Each looks at its own.
    pub redeemed: BTreeMap<(AccountId, usize), Redeemed>,
    /// Marks of the last ticks, market by market, `kept` each, as a ring.
    history: Vec<Price>,
    kept: usize,
    /// Marks published so far.
    published: usize,
    news: Vec<News>,
}

/// Public news about one market's instrument that its price may still follow.
#[derive(Clone, Copy, Debug)]
struct News {
    instrument: InstrumentId,
    /// The value when last looked at, as a multiple of the start.
    value: f64,
    /// The part of past changes in value that the price has not made yet.
    pending: f64,
}

impl News {
    /// What of a return the news does not explain.
    fn unexplained(&mut self, value: f64, step: f64) -> f64 {
        let news = if self.value == 0.0 { 0.0 } else { value / self.value - 1.0 };
        self.pending = self.pending * NEWS_MEMORY + news;
        self.value = value;
        let same_way = step.signum() == self.pending.signum();
        let explained = if same_way { step.abs().min(self.pending.abs()).copysign(step) } else { 0.0 };
        self.pending -= explained;
        step - explained
    }
}

/// Weight of the latest squared return in the volatility estimate: a memory of about 30 ticks, in the
/// manner of RiskMetrics (J.P. Morgan, 1996; there 0.06 for days).
const VOLATILITY_WEIGHT: f64 = 0.03;
/// What news the price has not followed is forgotten at the same pace.
const NEWS_MEMORY: f64 = 1.0 - VOLATILITY_WEIGHT;

impl View {
    /// A view in which every market stands at its start and has always stood there.
    pub fn new(openings: &[Opening], instruments: usize, longest_lookback: u32) -> Self {
        let kept = longest_lookback as usize + 1;
        let market = |opening: &Opening| MarketView {
            bid: None,
            ask: None,
            mark: opening.start,
            volume: Lots::ZERO,
            voluntary_volume: Lots::ZERO,
            volatility: opening.volatility,
            auction: false,
            halted: false,
        };
        Self {
            markets: openings.iter().map(market).collect(),
            values: vec![1.0; instruments],
            liquidity: vec![1.0; instruments],
            stop_below: vec![None; openings.len()],
            payouts_stopped: Vec::new(),
            deposits: Vec::new(),
            paid_out: BTreeMap::new(),
            pegs: Vec::new(),
            redeemed: BTreeMap::new(),
            history: openings.iter().flat_map(|opening| std::iter::repeat_n(opening.start, kept)).collect(),
            kept,
            published: 0,
            news: openings.iter().map(|it| News { instrument: it.instrument, value: 1.0, pending: 0.0 }).collect(),
        }
    }

    pub fn market(&self, market: MarketId) -> &MarketView {
        &self.markets[market.index()]
    }

    pub fn value(&self, instrument: InstrumentId) -> f64 {
        self.values[instrument.index()]
    }

    /// The mark so many ticks before the last published one.
    pub fn mark_before(&self, market: MarketId, ticks: u32) -> Price {
        let ticks = (ticks as usize).min(self.kept - 1).min(self.published);
        let place = (self.published + self.kept - ticks) % self.kept;
        self.history[market.index() * self.kept + place]
    }

    /// Takes in the new marks. `moved_in_session` tells a return inside a session from one over night,
    /// which says nothing about how fast the market moves.
    pub fn publish(&mut self, moved_in_session: bool, latest: impl Iterator<Item = MarketView>) {
        self.published += 1;
        let place = self.published % self.kept;
        for (index, (market, latest)) in self.markets.iter_mut().zip(latest).enumerate() {
            let before = market.volatility;
            let start = market.mark.steps() as f64;
            let news = &mut self.news[index];
            let step = (latest.mark - market.mark) as f64 / start.abs().max(1.0);
            let step = news.unexplained(self.values[news.instrument.index()], step);
            let volatility = if moved_in_session {
                ((1.0 - VOLATILITY_WEIGHT) * before * before + VOLATILITY_WEIGHT * step * step).sqrt()
            } else {
                before
            };
            *market = MarketView { volatility, ..latest };
            self.history[index * self.kept + place] = latest.mark;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENING: Opening = Opening { instrument: InstrumentId::new(0), start: Price::new(100), volatility: 0.001 };

    #[test]
    fn a_jump_that_news_explains_makes_nobody_nervous() {
        let market = MarketId::new(0);
        let volatility_after = |value: f64| {
            let mut view = View::new(&[OPENING], 1, 3);
            view.values[0] = value;
            // The price follows in two steps.
            for steps in [96, 92] {
                let latest = MarketView { mark: Price::new(steps), ..*view.market(market) };
                view.publish(true, std::iter::once(latest));
            }
            view.market(market).volatility
        };
        assert!(volatility_after(0.92) < 0.0012, "{}", volatility_after(0.92));
        assert!(volatility_after(1.0) > 0.009, "{}", volatility_after(1.0));
    }

    #[test]
    fn a_look_back_finds_the_mark_of_that_many_ticks_ago() {
        let mut view = View::new(&[OPENING], 1, 3);
        let market = MarketId::new(0);
        for steps in 101..=110 {
            let latest = MarketView { mark: Price::new(steps), ..*view.market(market) };
            view.publish(true, std::iter::once(latest));
        }
        assert_eq!(view.mark_before(market, 0), Price::new(110));
        assert_eq!(view.mark_before(market, 3), Price::new(107));
        assert_eq!(view.mark_before(market, 99), Price::new(107), "no further than is kept");
    }

    #[test]
    fn before_anything_was_published_the_past_is_the_start() {
        let view = View::new(&[OPENING], 1, 3);
        assert_eq!(view.mark_before(MarketId::new(0), 2), Price::new(100));
    }
}
