//! Rules that stop markets, and what stands still.

use crate::gather::Gather;
use crate::plan::Plan;
use crate::tick::clock::Clock;
use crate::tick::state::MarketBook;
use crate::tick::view::View;
use ground::units::{InstrumentId, MarketId, Price, Tick, Time, VenueId};
use mechanics::book::{BookEvent, NewOrder};
use mechanics::halts::{Bands, DailyPlan, Levels, Pause, RulePlan, Velocity, around};
use mechanics::margin::Marks;

/// All rules, and what stands still.
#[derive(Clone, Debug, Default)]
pub struct Halts {
    pub(crate) markets: Vec<MarketHalts>,
    pub(crate) levels: Vec<(VenueId, Vec<InstrumentId>, Levels)>,
    /// By instrument: the last mark of the last session.
    pub(crate) closes: Vec<Price>,
}

#[derive(Clone, Debug)]
pub struct MarketHalts {
    pub(crate) instrument: InstrumentId,
    pub(crate) bands: Option<Bands>,
    pub(crate) daily: Option<DailyPlan>,
    /// What the daily limit is now.
    pub(crate) daily_limits: Option<(Price, Price)>,
    pub(crate) velocity: Option<Velocity>,
    pub(crate) pause: Option<Pause>,
    /// Until when nobody can reach it.
    pub(crate) cut_off: Option<Time>,
    /// By side: whether a limit kept an order from trading further out in this tick.
    pub(crate) held_back: [bool; 2],
}

impl Halts {
    pub fn new(plan: &Plan) -> Self {
        let closes: Vec<Price> = plan.instruments.iter().map(|about| about.start).collect();
        let mut halts = Self { markets: Vec::new(), levels: Vec::new(), closes };
        for market in &plan.markets {
            let mut own = MarketHalts {
                instrument: market.instrument,
                bands: None,
                daily: None,
                daily_limits: None,
                velocity: None,
                pause: None,
                cut_off: None,
                held_back: [false; 2],
            };
            let rules = plan.venues[market.venue.index()].halts.iter();
            let about = &plan.instruments[market.instrument.index()];
            let has_book = market.formation.has_book();
            for halt in rules.filter(|halt| halt.instruments.contains(&market.instrument)) {
                match &halt.rule {
                    RulePlan::Bands(plan) if has_book => {
                        let close = halts.closes[market.instrument.index()];
                        own.bands = Some(Bands::new(*plan, close, dollar(about.step_size)));
                    }
                    RulePlan::DailyLimit(daily) if has_book => own.daily = Some(daily.clone()),
                    RulePlan::Velocity(plan) => own.velocity = Some(Velocity::new(*plan)),
                    RulePlan::Bands(_) | RulePlan::DailyLimit(_) | RulePlan::Levels(_) => {}
                }
            }
            halts.markets.push(own);
        }
        halts.set_daily_limits(plan.clock.time_of(Tick::new(0)));
        for (venue, about) in plan.venues.iter().enumerate() {
            for halt in &about.halts {
                if let RulePlan::Levels(levels) = &halt.rule {
                    let own = (VenueId::from_index(venue), halt.instruments.clone(), Levels::new(levels.clone()));
                    halts.levels.push(own);
                }
            }
        }
        halts
    }

    pub fn is_paused(&self, market: MarketId) -> bool {
        self.markets[market.index()].pause.is_some()
    }

    /// Until when nobody can reach a market, where that is so: nothing gets in, and nothing can be withdrawn.
    pub fn cut_off_until(&self, market: MarketId) -> Option<Time> {
        self.markets[market.index()].cut_off
    }

    pub fn is_cut_off(&self, market: MarketId) -> bool {
        self.cut_off_until(market).is_some()
    }

    /// Nobody can reach a market up to this moment, or for longer still.
    pub fn cut_off(&mut self, market: MarketId, until: Time, view: &mut View) {
        let own = &mut self.markets[market.index()].cut_off;
        *own = (*own).max(Some(until));
        view.markets[market.index()].halted = true;
    }

    /// The lowest and highest price at which anybody may trade in a market now, if there are any. Bands do not bind
    /// while orders collect.
    pub fn limits(&self, market: MarketId, collecting: bool) -> Option<(Price, Price)> {
        let own = &self.markets[market.index()];
        let daily = own.daily_limits;
        let bands = own.bands.as_ref().filter(|_| !collecting).map(Bands::limits);
        match (daily, bands) {
            (Some((low, high)), Some((band_low, band_high))) => Some((low.max(band_low), high.min(band_high))),
            (limits, None) | (None, limits) => limits,
        }
    }

    /// The highest price below at which a rule would stop a market, or let nothing pass. Of an index the market's own
    /// part counts: as if all that it is made of fell alike.
    pub(crate) fn next_below(&self, plan: &Plan, market: MarketId, end: Time) -> Option<Price> {
        let own = &self.markets[market.index()];
        let (venue, close) = (plan.markets[market.index()].venue, self.closes[own.instrument.index()]);
        let limit = self.limits(market, false).map(|(low, _)| low);
        let rush = own.velocity.as_ref().and_then(Velocity::next_below);
        let levels = self.levels.iter().filter(|(at, of, _)| *at == venue && of.contains(&own.instrument));
        let level = levels.filter_map(|(.., levels)| Some(around(close, levels.next_fall(end)?).0)).max();
        [limit, rush, level].into_iter().flatten().max()
    }

    /// Daily limits as they are from a moment on.
    pub(crate) fn set_daily_limits(&mut self, now: Time) {
        for own in &mut self.markets {
            let close = self.closes[own.instrument.index()];
            own.daily_limits = own.daily.as_ref().map(|daily| daily.limits(close, now));
        }
    }

    /// Notes that a limit kept what is left of an order from trading, if anything is.
    pub fn note_held_back(&mut self, market: MarketId, order: &NewOrder, answer: &[BookEvent]) {
        let left = answer.iter().any(|event| match event {
            BookEvent::Cancelled { tag, .. } | BookEvent::Rested { tag, .. } => *tag == order.tag,
            _ => false,
        });
        self.markets[market.index()].held_back[order.side as usize] |= left;
    }

    /// A market stops, or goes on to stand still for longer.
    pub fn pause(
        &mut self,
        market: &mut MarketBook,
        pause: Pause,
        clock: &Clock,
        since: Time,
        view: &mut View,
        gather: &mut Gather,
    ) {
        let own = &mut self.markets[market.id.index()];
        let pause = Pause { collects: pause.collects && market.has_book(), ..pause };
        if own.pause.is_some_and(|before| before.or_longer(pause) == before) {
            return;
        }
        own.pause = Some(pause);
        if let Some(book) = market.book_mut() {
            if pause.collects { book.start_auction() } else { book.halt() }
        }
        show(view, market.id, Some(pause));
        gather.paused(clock.tick(), since, market.id, pause);
    }
}

/// Price steps in a unit of the currency.
fn dollar(step_size: f64) -> i64 {
    (1.0 / step_size).round().clamp(1.0, 1e12) as i64
}

impl Halts {
    pub(crate) fn end_session(&mut self, marks: &Marks, continuous: bool) {
        for (index, close) in self.closes.iter_mut().enumerate() {
            *close = marks.price(InstrumentId::from_index(index));
        }
        self.levels.iter_mut().for_each(|(.., levels)| levels.begin_session());
        if !continuous {
            for own in &mut self.markets {
                let close = self.closes[own.instrument.index()];
                own.bands.iter_mut().for_each(|bands| bands.begin_session(close));
                own.velocity.iter_mut().for_each(Velocity::restart);
            }
        }
    }
}

/// What everybody sees of a market that stands still, or does no more.
pub fn show(view: &mut View, market: MarketId, pause: Option<Pause>) {
    let seen = &mut view.markets[market.index()];
    seen.halted |= pause.is_some_and(|pause| !pause.collects);
    seen.auction |= pause.is_some_and(|pause| pause.collects);
}
