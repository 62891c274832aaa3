//! How each instrument's mark came about, and by what feed: what [`super::mark`] remembers from tick to tick.
//!
//! Between the books and everything that is carried at a mark lies a feed. It can stand still while the books go on
//! (a shock of `StaleFeed`), and it can say something else than the books do (`Oracle`). Both change the mark and what
//! follows it: margin, variation margin, funding, options, what is priced against the instrument as an index. Neither
//! changes a book, nor what traders see of a market. While both are in force the price that stands still is the one that
//! is bent. A rule that falls back on the mark before falls back on what it last said itself.

use crate::plan::{InstrumentPlan, Plan};
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Breaches, MarketBook, Markets};
use ground::units::{InstrumentId, Lots, MarketId, Price, Rate, Side, Span, Time};
use mechanics::book::OrderKind;
use mechanics::contracts::mark::{Bend, Fresh, IndexPlan, Momentary, Window, book_median, index_of};
use mechanics::contracts::{MarkPlan, MarkRule, Quotes};

/// By instrument: its feed; by market: its own price.
#[derive(Debug)]
pub struct Marking {
    feeds: Vec<Feed>,
    /// Instruments with books that are not priced by rule; what a mark rests on comes before it.
    order: Vec<InstrumentId>,
    /// What each market's own book said last: what its traders see.
    pub local: Vec<Price>,
    scratch: Vec<Fresh>,
}

#[derive(Clone, Debug)]
struct Feed {
    /// What the rule last said, and what it last took from the books where it averages that.
    said: Price,
    now: Price,
    window: Window,
    sources: Vec<Heard>,
    stale_until: Option<Time>,
    /// The latest last.
    bent: Vec<(Time, Bend)>,
}

/// What a venue of an index last said, and when.
#[derive(Clone, Copy, Debug)]
struct Heard {
    price: Price,
    at: Time,
}

/// What a book median needs to know beside its own book.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// In the steps of the instrument.
    pub index: Price,
    /// Last rate, time to the next payment, interval.
    pub funding: Option<(Rate, Span, Span)>,
}

impl Marking {
    pub fn new(plan: &Plan) -> Self {
        let start = plan.clock.sessions[0].open;
        let tick = plan.clock.tick.as_seconds().max(1);
        // No run has more samples than ticks.
        let samples = |span: Span| (span.as_seconds() / tick).min(i64::from(plan.clock.ticks)).max(1) as usize;
        let feed = |about: &InstrumentPlan| Feed {
            said: about.start,
            now: about.start,
            window: match &about.mark {
                MarkPlan::Now(_) => Window::default(),
                MarkPlan::BookMedian { basis: over } | MarkPlan::TimeWeighted { over, .. } => {
                    Window::new(samples(*over))
                }
            },
            sources: about
                .mark
                .index()
                .map_or_else(Vec::new, |own| vec![Heard { price: about.start, at: start }; own.sources.len()]),
            stale_until: None,
            bent: Vec::new(),
        };
        let rests_on_a_mark =
            |id: &InstrumentId| matches!(plan.instruments[id.index()].mark, MarkPlan::BookMedian { .. });
        let booked = plan
            .instruments
            .iter()
            .enumerate()
            .filter(|(_, about)| about.kind.primary().is_some() && !about.kind.is_priced_by_rule());
        let mut order: Vec<_> = booked.map(|(index, _)| InstrumentId::from_index(index)).collect();
        order.sort_by_key(rests_on_a_mark);
        let sources = plan.instruments.iter().filter_map(|about| about.mark.index()).map(|own| own.sources.len());
        Self {
            feeds: plan.instruments.iter().map(feed).collect(),
            order,
            local: plan.markets.iter().map(|market| plan.instruments[market.instrument.index()].start).collect(),
            scratch: Vec::with_capacity(sources.max().unwrap_or(0)),
        }
    }

    /// In which marks are set.
    pub fn order(&self, place: usize) -> Option<InstrumentId> {
        self.order.get(place).copied()
    }

    /// The feed stands still up to this moment, or goes on to.
    pub fn goes_stale(&mut self, instrument: InstrumentId, until: Time) {
        let stale = &mut self.feeds[instrument.index()].stale_until;
        *stale = (*stale).max(Some(until));
    }

    /// The feed says something else up to this moment, whatever it said before; then what it said before, as far as that lasts.
    pub fn is_bent(&mut self, instrument: InstrumentId, until: Time, bend: Bend) {
        self.feeds[instrument.index()].bent.push((until, bend));
    }

    /// The mark of a tick that began at `now` and ends at `end`. `books` shows a market, or nothing while it is closed;
    /// `primary` is the instrument's first one.
    pub fn mark<'a>(
        &mut self,
        (instrument, rule): (InstrumentId, &MarkPlan),
        (now, end): (Time, Time),
        primary: MarketId,
        books: impl Fn(MarketId) -> Option<Shown<'a>>,
        around: impl FnOnce() -> Around,
    ) -> Price {
        let feed = &mut self.feeds[instrument.index()];
        if feed.stale_until.is_some_and(|until| now >= until) {
            feed.stale_until = None;
        }
        if feed.stale_until.is_none() {
            match rule {
                MarkPlan::Now(of) => {
                    if feed.hear(of, end, primary, &books, &mut self.scratch) {
                        feed.said = feed.now;
                    }
                }
                MarkPlan::TimeWeighted { of, .. } => {
                    if feed.hear(of, end, primary, &books, &mut self.scratch) {
                        feed.window.push(feed.now.steps());
                        feed.said = feed.window.mean(1).map_or(feed.now, Price::new);
                    }
                }
                MarkPlan::BookMedian { .. } => {
                    if let Some(shown) = books(primary) {
                        feed.book_median(&shown, around());
                    }
                }
            }
        }
        feed.bent.retain(|(until, _)| now < *until);
        feed.bent.last().map_or(feed.said, |(_, bend)| bend.of(feed.said))
    }
}

impl Feed {
    /// Takes in what there is in this tick; says whether there is anything.
    fn hear<'a>(
        &mut self,
        of: &Momentary,
        end: Time,
        primary: MarketId,
        books: &impl Fn(MarketId) -> Option<Shown<'a>>,
        scratch: &mut Vec<Fresh>,
    ) -> bool {
        let heard = match of {
            Momentary::Book(rule) => books(primary).map(|shown| read(&shown, *rule, self.now)),
            Momentary::Index(index) => self.index(index, end, books, scratch),
        };
        self.now = heard.unwrap_or(self.now);
        heard.is_some()
    }

    fn index<'a>(
        &mut self,
        index: &IndexPlan,
        end: Time,
        books: &impl Fn(MarketId) -> Option<Shown<'a>>,
        scratch: &mut Vec<Fresh>,
    ) -> Option<Price> {
        scratch.clear();
        for (heard, source) in self.sources.iter_mut().zip(&index.sources) {
            if let Some(shown) = books(source.market).filter(|shown| shown.brings_news(index.of)) {
                *heard = Heard { price: read(&shown, index.of, heard.price), at: end };
            }
            if index.stale.is_none_or(|stale| end - heard.at <= stale) {
                scratch.push(Fresh { price: heard.price, weight: source.weight });
            }
        }
        index_of(scratch, index.how, index.stray)
    }

    fn book_median(&mut self, shown: &Shown<'_>, around: Around) {
        let Around { index, funding } = around;
        if let (Some(bid), Some(ask)) = (shown.bid, shown.ask) {
            // Twice the basis, so that half steps are not lost.
            self.window.push((bid - index) + (ask - index));
        }
        let basis = self.window.mean(2).unwrap_or(0);
        let last = shown.market.last_price().unwrap_or(self.said);
        self.said = book_median(index, funding, basis, last);
    }
}

/// A market that is open, its best quotes that no lender forces, and whether anything traded there in this tick.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub market: &'a MarketBook,
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    pub traded: bool,
}

impl Shown<'_> {
    fn brings_news(&self, rule: MarkRule) -> bool {
        self.market.formed().is_some()
            || match rule {
                MarkRule::Last => self.traded,
                MarkRule::MiddleOfThree | MarkRule::Mid => self.bid.is_some() && self.ask.is_some(),
            }
    }
}

/// What a market says its price is, given what it said before.
pub fn read(shown: &Shown<'_>, rule: MarkRule, before: Price) -> Price {
    let Shown { market, bid, ask, traded } = *shown;
    // A pool of which one side is empty has no quotes either: its mark stays where it was.
    market.formed().unwrap_or_else(|| rule.mark(Quotes { bid, ask, last: market.last_price(), traded }, before))
}

/// What lenders' orders wait for in the books: where, on which side, at what price, and how much.
#[derive(Debug, Default)]
pub struct ForcedQuotes(Vec<(MarketId, Side, Price, Lots)>);

impl ForcedQuotes {
    pub fn of(breaches: &Breaches, orders: &OpenOrders, markets: &Markets) -> Self {
        let mut own = Self::default();
        for breach in breaches.active.iter().map(|id| &breaches.all[id.index()]) {
            for (id, key) in orders.of_account(breach.account) {
                if let Some(order) = markets[id].book().and_then(|book| book.order(key))
                    && let OrderKind::Limit { price } = order.kind
                {
                    own.0.push((id, order.side, price, order.remaining));
                }
            }
        }
        own
    }

    /// A market as it looks to whoever marks it.
    pub fn shown<'a>(&self, market: &'a MarketBook, traded: bool) -> Shown<'a> {
        Shown { market, bid: self.best(market, Side::Buy), ask: self.best(market, Side::Sell), traded }
    }

    /// The best price at which somebody waits whom nobody forces to.
    fn best(&self, market: &MarketBook, side: Side) -> Option<Price> {
        let own = || self.0.iter().filter(|(id, own, ..)| (*id, *own) == (market.id, side));
        let book = market.book()?;
        if own().next().is_none() {
            return book.best(side);
        }
        let forced = |at: Price| -> Lots { own().filter(|(.., price, _)| *price == at).map(|(.., lots)| *lots).sum() };
        book.levels(side).find(|level| level.quantity > forced(level.price)).map(|level| level.price)
    }
}
