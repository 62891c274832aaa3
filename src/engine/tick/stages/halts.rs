//! Markets that stop and go on: the rules of [`mechanics::halts`] at work.
//!
//! In stage 4 limits hold orders back, and pauses that end with the tick are over; at the end of stage 6 every rule
//! looks at what the tick has left. While a market stands still its mark stays where it was and margin runs on that. Where
//! the price forms without a book nothing can collect: there orders are refused.

use crate::gather::Gather;
use crate::plan::Plan;
use crate::tick::clock::Clock;
use crate::tick::state::{MarketBook, Scene, TheMarks};
use crate::tick::trays::Happenings;
use crate::tick::view::View;
use bevy_ecs::prelude::{Query, Res, ResMut, Resource};
use ground::units::{InstrumentId, MarketId, Price, Side, Tick, Time, VenueId};
use mechanics::book::{BookEvent, NewOrder, OrderKind, TimeInForce};
use mechanics::halts::bands::Seen;
use mechanics::halts::{Bands, DailyPlan, Levels, Pause, RulePlan, Velocity, around};

/// All rules, and what stands still.
#[derive(Clone, Debug, Default, Resource)]
pub struct Halts {
    markets: Vec<MarketHalts>,
    levels: Vec<(VenueId, Vec<InstrumentId>, Levels)>,
    /// By instrument: the last mark of the last session.
    closes: Vec<Price>,
}

#[derive(Clone, Debug)]
struct MarketHalts {
    instrument: InstrumentId,
    bands: Option<Bands>,
    daily: Option<DailyPlan>,
    /// What the daily limit is now.
    daily_limits: Option<(Price, Price)>,
    velocity: Option<Velocity>,
    pause: Option<Pause>,
    /// Until when nobody can reach it.
    cut_off: Option<Time>,
    /// By side: whether a limit kept an order from trading further out in this tick.
    held_back: [bool; 2],
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
            let has_book = about.formation.has_book();
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
    fn next_below(&self, plan: &Plan, market: MarketId, end: Time) -> Option<Price> {
        let own = &self.markets[market.index()];
        let (venue, close) = (plan.markets[market.index()].venue, self.closes[own.instrument.index()]);
        let limit = self.limits(market, false).map(|(low, _)| low);
        let rush = own.velocity.as_ref().and_then(Velocity::next_below);
        let levels = self.levels.iter().filter(|(at, of, _)| *at == venue && of.contains(&own.instrument));
        let level = levels.filter_map(|(.., levels)| Some(around(close, levels.next_fall(end)?).0)).max();
        [limit, rush, level].into_iter().flatten().max()
    }

    /// Daily limits as they are from a moment on.
    fn set_daily_limits(&mut self, now: Time) {
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

/// What everybody sees of a market that stands still, or does no more.
fn show(view: &mut View, market: MarketId, pause: Option<Pause>) {
    let seen = &mut view.markets[market.index()];
    seen.halted |= pause.is_some_and(|pause| !pause.collects);
    seen.auction |= pause.is_some_and(|pause| pause.collects);
}

/// Bounds an order by limits; says whether that changed it. A market order becomes one at the limit: in an auction
/// it waits there, otherwise it goes once it has taken what there is.
pub fn bound(order: &mut NewOrder, (low, high): (Price, Price), collecting: bool) -> bool {
    let edge = if order.side == Side::Buy { high } else { low };
    let bounded = |price: Price| if order.side == Side::Buy { price.min(edge) } else { price.max(edge) };
    let before = order.kind;
    order.kind = match before {
        OrderKind::Limit { price } => OrderKind::Limit { price: bounded(price) },
        OrderKind::StopLimit { trigger, price } => OrderKind::StopLimit { trigger, price: bounded(price) },
        OrderKind::Stop { trigger } => OrderKind::StopLimit { trigger, price: edge },
        OrderKind::Market => {
            order.time_in_force = match order.time_in_force {
                TimeInForce::FillOrKill => TimeInForce::FillOrKill,
                _ if collecting => TimeInForce::GoodTillCancel,
                _ => TimeInForce::ImmediateOrCancel,
            };
            OrderKind::Limit { price: edge }
        }
    };
    order.kind != before
}

/// Pauses that end with this tick are over: with an auction of what has collected. What has collected by the close waits
/// for the next session.
pub fn reopen(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    mut halts: ResMut<Halts>,
    mut books: Query<&mut MarketBook>,
    mut happenings: ResMut<Happenings>,
    mut gather: ResMut<Gather>,
) {
    let happenings = &mut *happenings;
    let over_night = clock.is_last_of_session() && !clock.calendar().continuous;
    for (own, &entity) in halts.markets.iter_mut().zip(&scene.markets) {
        own.cut_off = own.cut_off.filter(|until| *until > clock.end());
        let Some(pause) = own.pause.filter(|pause| pause.until <= clock.end()) else { continue };
        if pause.collects && over_night {
            continue;
        }
        own.pause = None;
        let mut market = books.get_mut(entity).expect("every market is an entity");
        gather.reopened(clock.end(), market.id);
        let mark = marks.0.price(own.instrument);
        let mut price = mark;
        let id = market.id;
        if let Some(book) = market.book_mut() {
            if clock.is_auction() && !clock.is_uncross() {
                book.start_auction();
            } else {
                price = book.uncross(mark, &mut happenings.events).map_or(mark, |clearing| clearing.price);
                happenings.until.push((id, happenings.events.len()));
            }
        }
        own.bands.iter_mut().for_each(|bands| bands.restart(price));
        own.velocity.iter_mut().for_each(Velocity::restart);
    }
}

/// What traded, for the bands' means.
pub fn note_trades(clock: Res<Clock>, happenings: Res<Happenings>, mut halts: ResMut<Halts>) {
    let mut from = 0;
    for &(market, until) in &happenings.until {
        if let Some(bands) = &mut halts.markets[market.index()].bands {
            for event in &happenings.events[from..until] {
                if let BookEvent::Fill(fill) = event {
                    bands.trade(clock.end(), fill.price, fill.quantity);
                }
            }
        }
        from = until;
    }
}

/// Every rule looks at what the tick has left.
pub fn look(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    mut halts: ResMut<Halts>,
    mut books: Query<&mut MarketBook>,
    mut view: ResMut<View>,
    mut gather: ResMut<Gather>,
) {
    let halts = &mut *halts;
    let calendar = clock.calendar();
    let close = calendar.sessions[clock.session()].close;
    let closing = clock.is_last_of_session();
    let collecting = clock.is_auction() && !clock.is_uncross();
    // What stops at the close stops nothing.
    if !(collecting || closing && !calendar.continuous) {
        for (index, &entity) in scene.markets.iter().enumerate() {
            let mut market = books.get_mut(entity).expect("every market is an entity");
            let own = &mut halts.markets[index];
            if own.pause.is_some() {
                continue;
            }
            let [held_back_buyers, held_back_sellers] = own.held_back;
            let seen = Seen {
                end: clock.end(),
                to_close: close - clock.end(),
                bid: market.bid(),
                ask: market.ask(),
                held_back_buyers,
                held_back_sellers,
            };
            let pressed = own.bands.as_mut().and_then(|bands| bands.look(&seen));
            let price = view.markets[index].mark;
            let rushed = own.velocity.as_mut().and_then(|rule| rule.look(clock.end(), price));
            for pause in pressed.into_iter().chain(rushed) {
                halts.pause(&mut market, pause, &clock, clock.end(), &mut view, &mut gather);
            }
        }
        for index in 0..halts.levels.len() {
            let (venue, instruments, levels) = &mut halts.levels[index];
            let of = instruments.iter().map(|id| (marks.0.price(*id), halts.closes[id.index()]));
            let Some(pause) = levels.look(clock.end(), close, of) else { continue };
            let venue = *venue;
            for (market, &entity) in scene.plan.markets.iter().zip(&scene.markets) {
                if market.venue == venue {
                    let mut market = books.get_mut(entity).expect("every market is an entity");
                    halts.pause(&mut market, pause, &clock, clock.end(), &mut view, &mut gather);
                }
            }
        }
    }
    for (index, own) in halts.markets.iter_mut().enumerate() {
        own.held_back = [false; 2];
        show(&mut view, MarketId::from_index(index), own.pause);
        view.markets[index].halted |= own.cut_off.is_some();
    }
    for index in 0..halts.markets.len() {
        view.stop_below[index] = halts.next_below(&scene.plan, MarketId::from_index(index), clock.end());
    }
    if closing {
        halts.end_session(&marks, calendar.continuous);
    }
    halts.set_daily_limits(calendar.time_of(clock.tick().after(1)));
}

impl Halts {
    fn end_session(&mut self, marks: &TheMarks, continuous: bool) {
        for (index, close) in self.closes.iter_mut().enumerate() {
            *close = marks.0.price(InstrumentId::from_index(index));
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
