//! A market that thins: the price, what waits within a hundredth of it, and who sold.
//!
//! Of the instrument whose book thinned most while its price fell. The seller is whoever sold most, less what it bought,
//! from the high of the fall to its low, where trades are recorded.

use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes, Track};
use super::swing::{self, Swing};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use std::collections::BTreeMap;

const STRETCHES: usize = 700;
/// Drawn where the bids left are less than this share of the ordinary ones.
const THIN: f64 = 0.5;
/// And where the price fell at least so far,
const FELL: f64 = 0.02;
/// most of it at once: this share of the fall within this share of the run.
const SUDDEN: (f64, f64) = (0.7, 0.05);

/// An instrument with its depth, tick by tick over all venues.
struct Market<'a> {
    track: &'a Track,
    fall: Swing,
    bids: Vec<Option<f64>>,
    asks: Vec<Option<f64>>,
    /// Median of the bids before the fall, and the fewest while it fell: index and units.
    ordinary: f64,
    fewest: (usize, f64),
}

pub fn draw(view: &View) -> Option<Figure> {
    let markets = view.tracks.iter().filter_map(|track| market(view, track));
    let market = markets.min_by(|a, b| (a.fewest.1 / a.ordinary).total_cmp(&(b.fewest.1 / b.ordinary)))?;
    let id = &market.track.instrument;
    let name = view.instrument(id);
    let seller = seller(view, &market);
    let mut title = format!(
        "While {name} {}, bids within 1\u{a0}% of its price thinned from {} to {} units",
        market.fall.verb(|price| view.price(id, price)),
        words::short(market.ordinary),
        words::short(market.fewest.1)
    );
    if let Some(seller) = &seller {
        title += &format!("; {} sold {}", seller.name, words::short(seller.net));
    }
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle =
        format!("{name}, {}. From top to bottom: price, units that wait near it, units sold.", view.frame.dates());
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![
        (Sign::Line(theme::WITHOUT), "bids within 1 %"),
        (Sign::Line(theme::NEWS), "asks within 1 %"),
        (Sign::Disc(theme::WITHOUT), "fewest bids of the fall"),
    ];
    let sold = seller.as_ref().map(|seller| format!("sold by {}, net", seller.name));
    if let Some(sold) = &sold {
        entries.push((Sign::Block(theme::FORCED), sold.as_str()));
        entries.push((Sign::Block(theme::OTHERS), "all that was traded"));
    }
    let halts = market.track.halts(&view.frame);
    if !halts.is_empty() {
        entries.push((Sign::Block(theme::EDGE), "trading halted"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let frame = &view.frame;
    let thin = |line: Strokes| series::thin(&line, frame.span(), STRETCHES);
    let price = thin(market.track.line(frame));
    let (bids, asks) = (
        thin(series::strokes(frame, |index| market.bids[index])),
        thin(series::strokes(frame, |index| market.asks[index])),
    );
    let up = padded(series::extent([&price]).unwrap_or((0.0, 1.0)), 0.06, 0.06);
    let left = MARGIN + 14.0 + Panel::price_axis_width(up, 5).max(40.0);
    let top = y + 22.0;
    let above = Panel { left, top, right: WIDTH - MARGIN - 70.0, bottom: top + 190.0, across: frame.span(), up };
    for (from, to, _) in &halts {
        scene.rect(
            (above.x(*from), above.top),
            (above.x(*to).max(above.x(*from) + 1.5), above.bottom),
            theme::EDGE,
            0.9,
        );
    }
    scene.text((left, top - 8.0), "Price", theme::PANEL);
    above.price_axis(&mut scene, 5);
    above.session_lines(&mut scene, frame);
    above.plot(&mut scene, &price, theme::RUN, 1.75, None);
    above.edge(&mut scene);
    let top = above.bottom + 36.0;
    let most = series::extent([&bids, &asks]).map_or(1.0, |extent| extent.1);
    let middle = Panel { top, bottom: top + 130.0, up: (0.0, most * 1.06), ..above };
    scene.text((left, top - 8.0), "Units that wait within 1\u{a0}% of the price", theme::PANEL);
    middle.value_axis(&mut scene, 3, words::short);
    middle.session_lines(&mut scene, frame);
    middle.plot(&mut scene, &asks, theme::NEWS, 1.25, None);
    middle.plot(&mut scene, &bids, theme::WITHOUT, 1.5, None);
    let at = middle.at(frame.place(market.fewest.0), market.fewest.1);
    scene.disc(at, 5.0, theme::PAPER);
    scene.disc(at, 3.75, theme::WITHOUT);
    middle.edge(&mut scene);
    let mut last = middle;
    if let Some(seller) = &seller {
        let top = middle.bottom + 36.0;
        last = Panel { top, bottom: top + 110.0, ..middle };
        scene.text((left, top - 8.0), "Units traded", theme::PANEL);
        bars(view, &mut scene, last, market.track, seller);
    }
    last.time_axis(&mut scene, frame, 64.0);
    theme::footing(&mut scene, &view.origin(), last.bottom + 26.0);
    let mut caption = String::from(
        "The same order moves a price the farther, the less waits near it. Look at the bids when the fall steepens: they do not \
         thin because the price falls, but because those who quote have lost, are full, or wait.",
    );
    if let Some(seller) = &seller {
        caption += &format!(
            " From the high to the low {} sold {} units more than it bought, {} of all that was traded then.",
            seller.name,
            words::short(seller.net),
            words::percent(seller.net / seller.traded.max(f64::MIN_POSITIVE))
        );
    }
    Some(Figure { name: format!("depth_{}", words::stem(id)), title, caption, scene })
}

fn market<'v>(view: &'v View, track: &'v Track) -> Option<Market<'v>> {
    let fall = swing::largest(track, false).filter(|fall| fall.share().is_some_and(|share| share >= FELL))?;
    if !is_sudden(track, &fall) {
        return None;
    }
    let mut bids = vec![None; view.frame.len()];
    let mut asks = vec![None; view.frame.len()];
    for row in view.picture.tables.prices.iter().filter(|row| row.instrument == track.instrument) {
        if let Some(index) = view.frame.index_of(row.tick) {
            *bids[index].get_or_insert(0.0) += row.bid_depth_1pct_units;
            *asks[index].get_or_insert(0.0) += row.ask_depth_1pct_units;
        }
    }
    // What is ordinary: before the fall, and at least over a tenth of the run.
    let until = fall.from.max(view.frame.len() / 10);
    let mut before: Vec<f64> = bids[..until].iter().copied().flatten().filter(|units| units.is_finite()).collect();
    before.sort_by(f64::total_cmp);
    let ordinary = before.get(before.len() / 2).copied().filter(|units| *units > 0.0)?;
    let falling = bids.iter().enumerate().take(fall.to + 1).skip(fall.from);
    let falling = falling.filter_map(|(index, units)| Some((index, (*units)?))).filter(|(_, units)| units.is_finite());
    let fewest = falling.min_by(|a, b| a.1.total_cmp(&b.1))?;
    (fewest.1 < THIN * ordinary).then_some(Market { track, fall, bids, asks, ordinary, fewest })
}

/// Whether most of a fall came within few ticks: only then can a thin book have to do with it.
fn is_sudden(track: &Track, fall: &Swing) -> bool {
    let (share, part) = SUDDEN;
    let ticks = ((track.marks.len() as f64 * part).ceil() as usize).max(1);
    let marks: Vec<f64> = track.marks[fall.from..=fall.to].iter().copied().flatten().collect();
    let dropped = |index: usize| marks[index] - marks[(index + ticks).min(marks.len() - 1)];
    (0..marks.len()).any(|index| dropped(index) >= share * (fall.start - fall.end))
}

/// Who sold most on balance while the price fell.
struct Seller<'a> {
    name: &'a str,
    net: f64,
    /// All that was traded then.
    traded: f64,
    /// Net sales at each index of the frame.
    sales: Vec<f64>,
}

/// The trader of an account: `maker` of `maker[es,3]@clearing`.
fn trader(account: &str) -> &str {
    account.split(['@', '[']).next().unwrap_or(account)
}

fn seller<'v>(view: &'v View, market: &Market) -> Option<Seller<'v>> {
    let frame = &view.frame;
    let own = || view.picture.tables.trades.iter().filter(|row| row.instrument == market.track.instrument);
    let (first, last) = (frame.tick(market.fall.from), frame.tick(market.fall.to));
    let mut net: BTreeMap<&str, f64> = BTreeMap::new();
    let mut traded = 0.0;
    for row in own().filter(|row| row.tick > first && row.tick <= last && row.quantity_units.is_finite()) {
        *net.entry(trader(&row.seller)).or_default() += row.quantity_units;
        *net.entry(trader(&row.buyer)).or_default() -= row.quantity_units;
        traded += row.quantity_units;
    }
    let (name, sold) = net.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, sold)| *sold > 0.0)?;
    let mut sales = vec![0.0; frame.len()];
    for row in own() {
        let Some(index) = frame.index_of(row.tick) else { continue };
        let side = |account: &str| f64::from(u8::from(trader(account) == name));
        sales[index] += row.quantity_units * (side(&row.seller) - side(&row.buyer));
    }
    Some(Seller { name, net: sold, traded, sales })
}

fn bars(view: &View, scene: &mut Scene, mut panel: Panel, track: &Track, seller: &Seller) {
    let own = Track { forced: vec![0.0; track.volume.len()], ..track.clone() };
    let (all, _) = series::bars(&own, &view.frame, 170);
    let sold = Track { volume: seller.sales.iter().map(|sale| sale.max(0.0)).collect(), ..own.clone() };
    let (sold, _) = series::bars(&sold, &view.frame, 170);
    let most = all.iter().map(|bar| bar.other).fold(0.0, f64::max);
    panel.up = (0.0, if most > 0.0 { most * 1.06 } else { 1.0 });
    panel.value_axis(scene, 3, words::short);
    for (bars, ink) in [(all, theme::OTHERS), (sold, theme::FORCED)] {
        for bar in bars {
            let (x0, x1) = (panel.x(bar.from), panel.x(bar.to.min(panel.across.1)));
            scene.rect((x0, panel.y(0.0)), ((x1 - 0.75).max(x0 + 0.75), panel.y(bar.other)), ink, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::TradeRow;
    use results::stamp::Stamp;

    #[test]
    fn the_book_that_thinned_and_the_seller_are_those_of_the_rows() {
        let mut sample = sample::crash();
        assert_eq!(draw(&View::of(&sample.picture())), None, "a book that stays full is no story");
        let low = {
            let picture = sample.picture();
            let view = View::of(&picture);
            let track = view.tracks.iter().find(|track| track.instrument == "MEDIA").unwrap();
            view.frame.tick(swing::largest(track, false).unwrap().to)
        };
        // The sample falls over two days: the same fall, at once, for what is sudden.
        for row in sample.tables.prices.iter_mut().filter(|row| row.instrument == "MEDIA") {
            if row.tick < low {
                row.mark = if row.tick < low - 40 { 100.0 } else { 90.0 };
            }
            row.bid_depth_1pct_units = if (low - 30..low - 20).contains(&row.tick) { 4_000.0 } else { 50_000.0 };
        }
        for (tick, seller, units) in
            [(low - 25, "block@bank", 700.0), (low - 24, "maker[MEDIA,3]", 90.0), (low + 9, "late", 5e6)]
        {
            sample.tables.trades.push(TradeRow {
                tick,
                time: Stamp::of(0),
                instrument: "MEDIA".into(),
                venue: "exchange".into(),
                price: 50.0,
                quantity_units: units,
                buyer: "fund".into(),
                seller: seller.into(),
                aggressor: "sell".into(),
                cause: "voluntary".into(),
                resting_cause: "voluntary".into(),
            });
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let track = view.tracks.iter().find(|track| track.instrument == "MEDIA").unwrap();
        let fell = words::percent(swing::largest(track, false).unwrap().share().unwrap());
        assert_eq!(
            draw(&view).unwrap().title,
            format!(
                "While Media Corp fell {fell}, bids within 1\u{a0}% of its price thinned from 50k to 4k units; block sold 700"
            )
        );
        assert_eq!([trader("maker[MEDIA,3]"), trader("block@bank"), trader("x")], ["maker", "block", "x"]);
    }
}
