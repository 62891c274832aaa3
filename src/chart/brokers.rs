//! Several lenders and one borrower: what each held for it, when it sold that out, at what price, and what it lost.
//!
//! Where the world says from when it is compared, as with the close of a day, prices stand against the marks of that moment: the
//! same for all lenders, and what history is told against. Else each stands against the marks when its lender gave up.

use super::frame::Closed;
use super::panel::Panel;
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::LiquidationRow;
use std::collections::{BTreeMap, BTreeSet};

/// More lanes than this cannot be told apart, and more borrowers nobody reads.
const MOST: usize = 14;
const MOST_BORROWERS: usize = 2;
const LANE: f64 = 36.0;
const NAMES: f64 = 130.0;
/// Room of a column's bars, and of the number beyond the longest of them.
const BARS: f64 = 62.0;
const NUMBER: f64 = 56.0;

/// One lender of the borrower.
#[derive(Clone, Debug, PartialEq)]
struct Broker<'a> {
    lender: &'a str,
    /// Long and short, at mark, when it gave up on the borrower; none where no row of its account tells.
    held: Option<f64>,
    /// First fill and last.
    sold: (&'a str, &'a str),
    half: Option<&'a str>,
    /// Off the book, each moment once.
    blocks: BTreeSet<&'a str>,
    /// How much worse than the marks it is set against its fills were, as a share of them.
    worse: f64,
    loss: f64,
}

pub fn draw(view: &View) -> Vec<Figure> {
    // Most borrowers have one lender, and there may be very many of them.
    let mut lenders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut several: Vec<&str> = Vec::new();
    for row in &view.picture.tables.liquidations {
        let own = lenders.entry(&row.trader).or_default();
        if own.insert(&row.lender) && own.len() == 2 {
            several.push(&row.trader);
        }
    }
    several.into_iter().filter_map(|borrower| one(view, borrower)).take(MOST_BORROWERS).collect()
}

/// What its lenders did most of, by what it was worth at breach.
fn main_side<'a>(rows: &[&'a LiquidationRow]) -> &'a str {
    let worth = |side: &str| rows.iter().filter(|row| row.side == side).map(|row| at_breach(row)).sum::<f64>();
    if worth("buy") > worth("sell") { "buy" } else { "sell" }
}

/// What the fills would have been worth at the mark at breach.
fn at_breach(row: &LiquidationRow) -> f64 {
    if row.side == "buy" { row.notional - row.slippage } else { row.notional + row.slippage }
}

/// The marks of one moment, by instrument.
struct Yardstick<'a> {
    marks: BTreeMap<&'a str, f64>,
    /// Civil seconds.
    at: i64,
}

impl<'a> Yardstick<'a> {
    /// Of the moment from which the run is compared; nothing where there is none, or not all that was sold had a price then.
    fn of(view: &View<'a>, rows: &[&'a LiquidationRow]) -> Option<Self> {
        view.picture.compare_from?;
        let from = view.compared_from();
        let mark = |row: &&'a LiquidationRow| {
            let priced =
                view.picture.order.swaps.get(row.instrument.as_str()).map_or(row.instrument.as_str(), String::as_str);
            let track = view.tracks.iter().find(|track| track.instrument == *priced)?;
            let mark = track.marks.get(..=from)?.iter().rev().find_map(|mark| *mark)?;
            (mark > 0.0 && row.breach_price > 0.0).then_some((row.instrument.as_str(), mark))
        };
        let marks: BTreeMap<&str, f64> = rows.iter().map(mark).collect::<Option<_>>()?;
        Some(Self { marks, at: view.frame.second(from) })
    }
}

/// What the fills would have been worth at the marks they are set against.
fn worth(row: &LiquidationRow, yardstick: Option<&Yardstick>) -> f64 {
    let moved = yardstick.map_or(1.0, |yardstick| yardstick.marks[row.instrument.as_str()] / row.breach_price);
    at_breach(row) * moved
}

/// Those who sold something for it, the best price first.
fn brokers<'a>(view: &View<'a>, borrower: &str) -> (Vec<Broker<'a>>, &'a str, Option<Yardstick<'a>>) {
    let rows = view.picture.tables.liquidations.iter().filter(|row| row.trader == borrower);
    let rows: Vec<&LiquidationRow> = rows.filter(|row| row.notional.is_finite() && row.slippage.is_finite()).collect();
    let side = main_side(&rows);
    let filled: Vec<&LiquidationRow> =
        rows.iter().copied().filter(|row| row.side == side && row.filled_units > 0.0).collect();
    let yardstick = Yardstick::of(view, &filled);
    let mut all = Vec::new();
    for lender in view.lenders() {
        let own = || filled.iter().filter(|row| row.lender == lender);
        let worth: f64 = own().map(|row| worth(row, yardstick.as_ref())).sum();
        let got: f64 = own().map(|row| row.notional).sum();
        let first = own().filter_map(|row| row.first_fill_time.as_deref()).min();
        let last = own().filter_map(|row| row.last_fill_time.as_deref()).max();
        let (Some(first), Some(last)) = (first, last) else { continue };
        if worth <= 0.0 {
            continue;
        }
        let breach = own().map(|row| row.tick).min().unwrap_or(0);
        let stood = view.picture.tables.accounts.iter();
        let stood = stood.filter(|row| row.trader == borrower && row.lender == lender && row.tick <= breach);
        let held =
            stood.filter_map(|row| Some(row.equity * row.leverage_ratio?)).next_back().filter(|held| held.is_finite());
        let known = view.picture.summary.lenders.get(lender);
        let accounts: BTreeSet<&str> = own().map(|row| row.account.as_str()).collect();
        let blocks = view.picture.tables.auctions.iter().filter(|row| row.way == "block" && row.bidder.is_some());
        let blocks = blocks.filter(|row| row.side == side && accounts.contains(row.account.as_str()));
        all.push(Broker {
            lender,
            held,
            sold: (first, last),
            half: known.and_then(|known| known.half_sold.as_deref()).filter(|half| drawn(view, half)),
            blocks: blocks.map(|row| &*row.time).collect(),
            worse: if side == "buy" { got - worth } else { worth - got } / worth,
            loss: known.map_or(0.0, |known| known.loss).max(0.0),
        });
    }
    all.sort_by(|a, b| a.worse.total_cmp(&b.worse));
    (all, side, yardstick)
}

fn one(view: &View, borrower: &str) -> Option<Figure> {
    let (mut brokers, side, yardstick) = brokers(view, borrower);
    let moment = yardstick.map(|yardstick| words::moment(yardstick.at));
    if brokers.len() < 2 {
        return None;
    }
    let (title, caption) = words_for(view, borrower, &brokers, side, moment.as_deref());
    let left_out = brokers.len().saturating_sub(MOST);
    brokers.truncate(MOST);
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut subtitle = format!("Held and lost in {}; price against the mark ", view.unit());
    subtitle += &match &moment {
        Some(moment) => format!("of {moment}."),
        None => format!("when the lender gave up on {}.", view.firm(borrower)),
    };
    if left_out > 0 {
        subtitle += &format!(" {left_out} more are not shown.");
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Block(theme::FORCED.tint(0.5)), "first fill to last")];
    if brokers.iter().any(|broker| broker.half.is_some()) {
        entries.push((Sign::Diamond(theme::TEXT), "half done"));
    }
    if brokers.iter().any(|broker| !broker.blocks.is_empty()) {
        entries.push((Sign::Disc(theme::RUN), "a block, off the book"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let top = y + 26.0;
    let bottom = top + LANE * brokers.len() as f64;
    let names = MARGIN + NAMES;
    let right = WIDTH - MARGIN;
    let lost = right - BARS - NUMBER;
    let price = lost - BARS - NUMBER - 14.0;
    let (left, across) = (names + BARS + NUMBER + 14.0, across(view, &brokers));
    let time = Panel { left, top, right: price - 24.0, bottom, across, up: (0.0, 1.0) };
    for (x, head) in [(names, "held"), (left, "when"), (price, "price"), (lost, "lost")] {
        scene.text((x, top - 8.0), head, theme::PANEL);
    }
    time.session_lines(&mut scene, &view.frame);
    let most = |of: fn(&Broker) -> f64| brokers.iter().map(of).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let (held, worse, loss) =
        (most(|broker| broker.held.unwrap_or(0.0)), most(|broker| broker.worse), most(|broker| broker.loss));
    for (index, broker) in brokers.iter().enumerate() {
        let base = top + LANE * (index + 1) as f64;
        let middle = base - LANE / 2.0;
        scene.segment((MARGIN, base), (right, base), theme::GRID, 1.0);
        let name = theme::fit(view.lender(broker.lender), theme::PANEL, NAMES - 10.0);
        scene.text((MARGIN, middle + 4.0), name, theme::PANEL);
        if let Some(value) = broker.held {
            bar(&mut scene, (names, middle), value / held, theme::RUN, words::short(value));
        }
        sales(view, &mut scene, &time, middle, broker);
        let told = against(broker.worse, side);
        bar(&mut scene, (price, middle), broker.worse.max(0.0) / worse, theme::FORCED, told);
        bar(&mut scene, (lost, middle), broker.loss / loss, theme::FORCED, words::short(broker.loss));
    }
    time.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), bottom + 26.0);
    Some(Figure { name: format!("brokers_{}", words::stem(borrower)), title, caption, scene })
}

fn bar(scene: &mut Scene, (x, middle): (f64, f64), share: f64, ink: theme::Ink, told: String) {
    let end = x + BARS * share.clamp(0.0, 1.0);
    if share > 0.0 {
        scene.rect((x, middle - 8.0), (end.max(x + 1.0), middle + 8.0), ink, 0.8);
    }
    scene.text((end.max(x + 1.0) + 5.0, middle + 4.0), told, theme::LABEL);
}

/// `−31 %`, `+4 %`: how far the price was from the mark at breach.
fn against(worse: f64, side: &str) -> String {
    let change = if side == "buy" { worse } else { -worse };
    format!("{}{}", if change > 0.0 { "+" } else { "" }, words::percent(change))
}

/// Whether a moment lies in the stretch that is drawn.
fn drawn(view: &View, moment: &str) -> bool {
    words::seconds(moment).is_some_and(|second| view.picture.window.holds(second))
}

/// Where a moment lies: what is sold in the night stands at the open that follows.
fn place(view: &View, time: &str) -> Option<f64> {
    view.frame.place_within(words::seconds(time)?, Closed::SessionAfter)
}

/// The stretch in which anybody sold, and a little on both sides.
fn across(view: &View, brokers: &[Broker]) -> (f64, f64) {
    let (start, end) = view.frame.span();
    let first = brokers.iter().filter_map(|broker| place(view, broker.sold.0)).fold(end, f64::min);
    let last = brokers.iter().filter_map(|broker| place(view, broker.sold.1)).fold(start, f64::max);
    let room = ((last - first) * 0.04).max(1.0);
    ((first - room).max(start), (last + room).min(end).max(first + 1.0))
}

fn sales(view: &View, scene: &mut Scene, time: &Panel, middle: f64, broker: &Broker) {
    let at = |moment: &str| Some(time.x(place(view, moment)?));
    if let (Some(from), Some(to)) = (at(broker.sold.0), at(broker.sold.1)) {
        scene.rect((from, middle - 7.0), (to.max(from + 2.0), middle + 7.0), theme::FORCED, 0.5);
    }
    let mut free = f64::NEG_INFINITY;
    for x in broker.blocks.iter().filter_map(|moment| at(moment)) {
        if x >= free {
            scene.disc((x, middle), 3.75, theme::RUN);
            free = x + 6.0;
        }
    }
    if let Some(x) = broker.half.and_then(at) {
        theme::diamond(scene, (x, middle), theme::TEXT);
    }
}

fn words_for(view: &View, borrower: &str, brokers: &[Broker], side: &str, moment: Option<&str>) -> (String, String) {
    // Beside the best price stands the largest loss, or, where nobody else lost, the worst price.
    let (best, others) = (&brokers[0], &brokers[1..]);
    let most = others.iter().filter(|broker| broker.loss > 0.0).max_by(|a, b| a.loss.total_cmp(&b.loss));
    let worst = most.unwrap_or(&others[others.len() - 1]);
    let did = if side == "buy" { "bought" } else { "sold" };
    let price = |broker: &Broker, mark: &str| {
        let size = words::percent(broker.worse.abs());
        match broker.worse {
            even if even.abs() < 0.000_5 => format!("at {mark}"),
            worse if (worse > 0.0) == (side == "sell") => format!("{size} below {mark}"),
            _ => format!("{size} above {mark}"),
        }
    };
    let (mark, again) = match moment {
        Some(moment) => (format!("the mark of {moment}"), "it"),
        None => ("the mark".to_owned(), "the mark"),
    };
    let lost = |broker: &Broker| if broker.loss > 0.0 { view.money(broker.loss) } else { "nothing".into() };
    let title = format!(
        "{} {did} {} and lost {}; {} {} and lost {}",
        view.lender(best.lender),
        price(best, &mark),
        lost(best),
        view.lender(worst.lender),
        price(worst, again),
        lost(worst)
    );
    let rows = view.picture.tables.liquidations.iter().filter(|row| row.trader == borrower);
    let moments: BTreeSet<&str> = rows.map(|row| &*row.time).collect();
    let mark = match (moments.first(), moments.last()) {
        _ if moment.is_some() => format!("of {}, the same for all", moment.unwrap_or_default()),
        (Some(first), Some(last)) if first != last => format!(
            "between {} and {}, when each gave up on {}",
            words::moment_of(first),
            words::moment_of(last),
            view.firm(borrower)
        ),
        (Some(only), _) => format!("on {}, when all gave up on {}", words::moment_of(only), view.firm(borrower)),
        _ => "at breach".into(),
    };
    let caption = format!(
        "One lane a lender, the best price first. What it held is long and short together. The price is that of all it \
         {did}, weighted by value, against the mark {mark}. All lenders together lost {}; what one lost is what neither \
         that price nor the client's collateral covered.",
        view.money(brokers.iter().map(|broker| broker.loss).sum())
    );
    (title, caption + &still_open(view, brokers))
}

/// A lane ends with the last fill, which need not have closed all.
fn still_open(view: &View, brokers: &[Broker]) -> String {
    let unsold = |broker: &Broker| view.picture.summary.lenders.get(broker.lender).map_or(0.0, |known| known.unsold);
    let mut open: Vec<&Broker> = brokers.iter().filter(|broker| unsold(broker) > 0.0).collect();
    open.sort_by(|a, b| unsold(b).total_cmp(&unsold(a)));
    let told: Vec<String> =
        open.iter().map(|broker| format!("{} {}", view.lender(broker.lender), view.money(unsold(broker)))).collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(" Not closed by the end of the run: {}.", words::listed(&told))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::super::scene::Mark;
    use super::*;

    #[test]
    fn what_is_not_closed_after_the_last_fill_is_told() {
        let mut sample = sample::crash();
        assert!(!draw(&View::of(&sample.picture()))[0].caption.contains("Not closed"));
        sample.summary.lenders.get_mut("delta").unwrap().unsold = 3e9;
        sample.summary.lenders.get_mut("alpha").unwrap().unsold = 4e9;
        let caption = draw(&View::of(&sample.picture()))[0].caption.clone();
        assert!(
            caption.ends_with("Not closed by the end of the run: Alpha Bank $4bn and Delta Holdings $3bn."),
            "{caption}"
        );
    }

    #[test]
    fn the_price_is_set_against_the_mark_at_breach_and_the_title_says_what_the_lanes_do() {
        let mut sample = sample::crash();
        sample.compare_from = None;
        // Per unit 88 at breach; alpha gets 66 for all, a quarter less, and delta 44, half.
        for row in &mut sample.tables.liquidations {
            let price = match row.lender.as_str() {
                "alpha" => 66.0,
                "delta" => 44.0,
                _ => 55.0,
            };
            row.notional = row.filled_units * price;
            row.slippage = row.filled_units * (88.0 - price);
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let (all, side, _) = brokers(&view, "tiger");
        assert_eq!(side, "sell");
        let told: Vec<(&str, f64)> = all.iter().map(|broker| (broker.lender, broker.worse)).collect();
        assert_eq!(told, [("alpha", 0.25), ("bravo", 0.375), ("carlo", 0.375), ("delta", 0.5)]);
        let figures = draw(&view);
        assert_eq!(figures.len(), 1);
        assert_eq!(
            figures[0].title,
            "Alpha Bank sold 25\u{a0}% below the mark and lost $50m; Delta Holdings 50\u{a0}% below the mark and lost $4.6bn"
        );
        // 0.05 + 0.3 + 3.4 + 4.6.
        assert!(figures[0].caption.contains("together lost $8.35bn"), "{}", figures[0].caption);
        let texts: Vec<&String> = figures[0]
            .scene
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(text) } else { None })
            .collect();
        assert!(texts.iter().any(|text| *text == "4.6bn"), "{texts:?}");
    }

    #[test]
    fn where_a_world_says_from_when_it_is_compared_prices_stand_against_the_marks_of_that_moment() {
        let mut sample = sample::crash();
        // Worth 110 then, 88 when the lenders gave up: alpha gets 66 for all, which is 40 % less than 110, and delta 44, 60 % less.
        for row in &mut sample.tables.liquidations {
            // A swap has the price of what it is written on.
            row.instrument = "MEDIA-swap".into();
            let price = if row.lender == "alpha" { 66.0 } else { 44.0 };
            row.breach_price = 88.0;
            row.notional = row.filled_units * price;
            row.slippage = row.filled_units * (88.0 - price);
        }
        let from = sample.compare_from.unwrap();
        sample.tables.prices.iter_mut().for_each(|row| row.mark = if row.tick <= from { 110.0 } else { 50.0 });
        let picture = sample.picture();
        let view = View::of(&picture);
        let (all, ..) = brokers(&view, "tiger");
        assert_eq!((all[0].lender, all.last().unwrap().lender), ("alpha", "delta"));
        assert!((all[0].worse - 0.4).abs() < 1e-12 && (all[3].worse - 0.6).abs() < 1e-12, "{all:?}");
        let moment = words::moment(view.frame.second(view.compared_from()));
        let figure = draw(&view).remove(0);
        let title = format!(
            "Alpha Bank sold 40\u{a0}% below the mark of {moment} and lost $50m; Delta Holdings 60\u{a0}% below it and lost $4.6bn"
        );
        assert_eq!(figure.title, title);
        let told = format!("price against the mark of {moment}.");
        let said = |mark: &Mark| matches!(mark, Mark::Text { text, .. } if text.contains(&told));
        assert!(figure.scene.marks.iter().any(said), "{told}");
        // What was not traded by then has no mark to stand against.
        sample.tables.prices.retain(|row| row.tick > from);
        let picture = sample.picture();
        let (all, ..) = brokers(&View::of(&picture), "tiger");
        assert!((all[0].worse - 0.25).abs() < 1e-12, "{all:?}");
    }

    #[test]
    fn who_buys_back_dearer_than_the_mark_did_worse() {
        let mut sample = sample::crash();
        sample.compare_from = None;
        for row in &mut sample.tables.liquidations {
            let price = if row.lender == "alpha" { 88.0 } else { 110.0 };
            row.side = "buy".into();
            row.notional = row.filled_units * price;
            row.slippage = row.filled_units * (price - 88.0);
        }
        let picture = sample.picture();
        let figures = draw(&View::of(&picture));
        assert!(
            figures[0].title.starts_with("Alpha Bank bought at the mark and lost $50m; Delta Holdings 25\u{a0}% above"),
            "{}",
            figures[0].title
        );
    }

    #[test]
    fn what_was_held_is_what_stood_when_the_lender_gave_up() {
        let sample = sample::crash();
        let picture = sample.picture();
        let view = View::of(&picture);
        let (all, ..) = brokers(&view, "tiger");
        let alpha = all.iter().find(|broker| broker.lender == "alpha").unwrap();
        let breach = sample.tables.liquidations.iter().find(|row| row.lender == "alpha").unwrap().tick;
        let row = sample.tables.accounts.iter().find(|row| row.lender == "alpha" && row.tick == breach).unwrap();
        assert_eq!(alpha.held, row.leverage_ratio.map(|ratio| ratio * row.equity));
    }

    #[test]
    fn beside_the_best_price_stands_the_largest_loss() {
        let mut sample = sample::crash();
        sample.summary.lenders.get_mut("carlo").unwrap().loss = 9e9;
        let picture = sample.picture();
        let figures = draw(&View::of(&picture));
        assert!(
            figures[0].title.contains("; Carlo & Cie ") && figures[0].title.ends_with("lost $9bn"),
            "{}",
            figures[0].title
        );
        sample.summary.lenders.values_mut().for_each(|lender| lender.loss = 0.0);
        let picture = sample.picture();
        let figures = draw(&View::of(&picture));
        assert!(figures[0].title.ends_with("and lost nothing"), "{}", figures[0].title);
    }

    #[test]
    fn one_lender_is_no_comparison() {
        let mut sample = sample::crash();
        sample.tables.liquidations.retain(|row| row.lender == "delta");
        assert!(draw(&View::of(&sample.picture())).is_empty());
    }
}
