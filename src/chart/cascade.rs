//! Who broke whom: breaches on a time axis, with what moved the price against each.
//!
//! Up to [`LANES`] breaches get a lane each, with arrows from the breaches whose forced orders pushed; above that,
//! breaches are counted over time and by lender.

use super::causes::{FORCED, KINDS, UNTOLD, kinds, words_for};
use super::frame::{Closed, Frame};
use super::panel::{Panel, padded, ticks};
use super::scene::{Point, Scene};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use std::collections::BTreeMap;

/// Breaches beyond this are counted instead of drawn one by one.
const LANES: usize = 24;
const LENDERS: usize = 12;
const LANE: f64 = 30.0;
const SHARES: f64 = 150.0;

/// How breaches are laid out: one by one in time, side by side where there is but one moment, or counted where they are too
/// many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Counted,
    Lanes,
    AtOnce,
}

/// One account that broke.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach<'a> {
    id: u32,
    pub account: &'a str,
    lender: &'a str,
    trader: Option<&'a str>,
    pub time: &'a str,
    pub second: i64,
    /// Weights by [`KINDS`].
    pub shares: [f64; KINDS.len()],
    /// (breach, weight) of those whose forced orders pushed.
    pushed_by: Vec<(u32, f64)>,
}

impl<'a> Breach<'a> {
    /// A breach of which nothing is known yet but who, where and when; `None` when its time cannot be read.
    fn new(id: u32, account: &'a str, lender: &'a str, time: &'a str) -> Option<Self> {
        let second = words::seconds(time)?;
        Some(Self {
            id,
            account,
            lender,
            trader: None,
            time,
            second,
            shares: [0.0; KINDS.len()],
            pushed_by: Vec::new(),
        })
    }
}

pub fn draw(view: &View) -> Option<Figure> {
    let breaches = breaches(view);
    if breaches.is_empty() || view.frame.is_empty() {
        return None;
    }
    let (title, mut caption) = words_for(view, &breaches);
    let mut scene = Scene::new(WIDTH, 0.0);
    let apart = breaches.iter().any(|breach| breach.second != breaches[0].second);
    let form = match (breaches.len() > LANES, apart) {
        (true, _) => Form::Counted,
        (false, true) => Form::Lanes,
        (false, false) => Form::AtOnce,
    };
    let subtitle = format!(
        "{}{}, {}.",
        match form {
            Form::Counted => "Breaches counted over time and by lender".into(),
            Form::Lanes => "Breaches in the order of time".into(),
            Form::AtOnce => format!("Broken at {}", words::moment_of(breaches[0].time)),
        },
        if breaches.iter().any(|breach| breach.shares.iter().any(|share| *share > 0.0)) {
            ", and what broke each account"
        } else {
            ""
        },
        view.frame.dates()
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let helped = form == Form::Lanes && breaches.iter().any(|breach| !breach.pushed_by.is_empty());
    let mut entries = vec![];
    if form == Form::Lanes {
        entries.push((Sign::Cross(theme::FORCED), "breach"));
        if helped {
            entries.push((Sign::Line(theme::FORCED.tint(0.6)), "helped to break the next"));
        }
    }
    for (kind, told) in kinds(view).iter().enumerate() {
        if breaches.iter().any(|breach| breach.shares[kind] > 0.0) {
            entries.push((Sign::Block(told.ink), told.words));
        }
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let draw = match form {
        Form::Counted => counted,
        Form::Lanes => lanes,
        Form::AtOnce => at_once,
    };
    let bottom = draw(view, &mut scene, y, &breaches);
    caption += if form == Form::Counted {
        " Each column counts the breaches of its stretch of time, split by what pushed their prices; the discs below show \
         at which lenders."
    } else if !helped {
        ""
    } else {
        " Follow the arrows: each runs from an account that was being sold out to one that this helped to break, the \
         thicker the larger its part."
    };
    theme::footing(&mut scene, &view.origin(), bottom);
    Some(Figure { name: "cascade".into(), title, caption, scene })
}

/// Breaches with their edges, in the order of time; those with no edge recorded come from the liquidations.
fn breaches<'a>(view: &View<'a>) -> Vec<Breach<'a>> {
    let tables = view.picture.tables;
    let mut found: BTreeMap<u32, Breach> = BTreeMap::new();
    for row in &tables.cascade {
        let Some(fresh) = Breach::new(row.breach, &row.account, &row.lender, &row.time) else { continue };
        let breach = found.entry(row.breach).or_insert(fresh);
        let weight = if row.weight.is_finite() { row.weight.clamp(0.0, 1.0) } else { 0.0 };
        let kind = KINDS.iter().position(|kind| kind.source == row.source).unwrap_or(UNTOLD);
        breach.shares[kind] += weight;
        if let Some(from) = row.from_breach.filter(|from| kind == FORCED && weight > 0.0 && *from != row.breach) {
            breach.pushed_by.push((from, weight));
        }
    }
    for row in &tables.liquidations {
        let Some(fresh) = Breach::new(row.breach, &row.account, &row.lender, &row.time) else { continue };
        let breach = found.entry(row.breach).or_insert(fresh);
        breach.trader = Some(&row.trader);
    }
    let mut found: Vec<Breach> = found.into_values().collect();
    found.sort_by_key(|breach| (breach.second, breach.id));
    found
}

/// Who broke, for a person: the trader and the lender where both are known.
pub fn name(view: &View, breach: &Breach) -> String {
    match breach.trader {
        Some(trader) => format!("{} at {}", view.firm(trader), view.lender(breach.lender)),
        None => breach.account.to_string(),
    }
}

fn lanes(view: &View, scene: &mut Scene, y: f64, breaches: &[Breach]) -> f64 {
    let labels: Vec<String> = breaches.iter().map(|breach| name(view, breach)).collect();
    let wide = labels.iter().map(|label| theme::width_of(label, theme::LABEL)).fold(0.0, f64::max).min(260.0);
    let left = MARGIN + wide + 14.0;
    let top = y + 26.0;
    let bottom = top + LANE * breaches.len() as f64;
    let right = WIDTH - MARGIN - SHARES - 62.0;
    let places: Vec<f64> = breaches.iter().map(|breach| place(&view.frame, breach)).collect();
    let plot = Panel { left, top, right, bottom, across: zoom(&view.frame, &places), up: (0.0, 1.0) };
    let at: Vec<Point> =
        places.iter().enumerate().map(|(lane, place)| (plot.x(*place), top + LANE * (lane as f64 + 0.5))).collect();
    for (lane, label) in labels.iter().enumerate() {
        let y = at[lane].1;
        scene.segment((left, y), (right, y), theme::GRID, 1.0);
        scene.text((left - 10.0, y + 4.0), theme::fit(label, theme::LABEL, 260.0), theme::LABEL.end());
    }
    plot.session_lines(scene, &view.frame);
    plot.time_axis(scene, &view.frame, 74.0);
    let index: BTreeMap<u32, usize> = breaches.iter().enumerate().map(|(lane, breach)| (breach.id, lane)).collect();
    for (lane, breach) in breaches.iter().enumerate() {
        for (from, weight) in &breach.pushed_by {
            if let Some(from) = index.get(from) {
                arrow(scene, at[*from], at[lane], *weight);
            }
        }
    }
    let bar_left = WIDTH - MARGIN - SHARES;
    scene.text((WIDTH - MARGIN, top - 10.0), "what broke it", theme::AXIS.end());
    for (lane, breach) in breaches.iter().enumerate() {
        theme::cross(scene, at[lane], theme::FORCED);
        let clock = words::clock(breach.second);
        scene.text((bar_left - 12.0, at[lane].1 + 4.0), clock, theme::AXIS.end());
        share_bar(scene, (bar_left, at[lane].1), SHARES, &breach.shares);
    }
    bottom + 28.0
}

/// Breaches of one moment need no axis of time: a bar each.
fn at_once(view: &View, scene: &mut Scene, y: f64, breaches: &[Breach]) -> f64 {
    let labels: Vec<String> = breaches.iter().map(|breach| name(view, breach)).collect();
    let wide = labels.iter().map(|label| theme::width_of(label, theme::LABEL)).fold(0.0, f64::max).min(320.0);
    let left = MARGIN + wide + 14.0;
    for (lane, (breach, label)) in breaches.iter().zip(&labels).enumerate() {
        let y = y + LANE * (lane as f64 + 0.5);
        scene.text((left - 10.0, y + 4.0), theme::fit(label, theme::LABEL, 320.0), theme::LABEL.end());
        share_bar(scene, (left, y), WIDTH - MARGIN - left, &breach.shares);
    }
    y + LANE * breaches.len() as f64
}

fn place(frame: &Frame, breach: &Breach) -> f64 {
    frame.place_within(breach.second, Closed::SessionAfter).unwrap_or(0.0)
}

/// The stretch of the run in which breaches happened, with some room around it.
fn zoom(frame: &Frame, places: &[f64]) -> (f64, f64) {
    let span = frame.span();
    let (low, high) = places
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), place| (low.min(*place), high.max(*place)));
    // Never closer than a fiftieth of the run: beyond that an axis shows seconds nobody asked for.
    let room = (high - low).max(span.1 / 50.0) * 0.1;
    ((low - room).max(span.0), (high + room).min(span.1).max(low + room))
}

/// A curve that bulges to the right where it must climb or fall straight, ending in a head.
fn arrow(scene: &mut Scene, from: Point, to: Point, weight: f64) {
    let width = 0.8 + 5.2 * weight;
    let ink = theme::FORCED.tint(0.25 + 0.4 * weight.min(1.0));
    let (start, end) = ((from.0, from.1 + 6.0), (to.0 - 7.0, to.1 - 4.0));
    let bend = ((to.0 - from.0).abs() * 0.35).max(18.0);
    // A cubic Bézier: leaves downwards, arrives from the left.
    let (a, b) = (
        (start.0 + if to.0 - from.0 < 30.0 { -bend } else { 0.0 }, start.1 + (end.1 - start.1) * 0.7),
        (end.0 - bend, end.1),
    );
    let curve: Vec<Point> = (0..=24)
        .map(|step| {
            let t = f64::from(step) / 24.0;
            let u = 1.0 - t;
            let (p, q, r, s) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
            (p * start.0 + q * a.0 + r * b.0 + s * end.0, p * start.1 + q * a.1 + r * b.1 + s * end.1)
        })
        .collect();
    scene.line(curve, ink, width);
    let head = 4.0 + width * 0.6;
    scene.area(
        vec![(end.0 + 2.0, end.1), (end.0 - head, end.1 - head * 0.7), (end.0 - head, end.1 + head * 0.7)],
        ink,
        1.0,
    );
}

fn share_bar(scene: &mut Scene, at: Point, width: f64, shares: &[f64]) {
    let total: f64 = shares.iter().sum();
    if total <= 0.0 {
        scene.text((at.0, at.1 + 4.0), "not attributed", theme::NOTE);
        return;
    }
    let mut x = at.0;
    for (kind, share) in shares.iter().enumerate() {
        let wide = share / total * width;
        scene.rect((x, at.1 - 8.0), (x + wide, at.1 + 8.0), KINDS[kind].ink, 1.0);
        if wide > 34.0 {
            let words = words::percent(share / total);
            let style = theme::NOTE.ink(theme::ink_on(KINDS[kind].ink)).bold().middle();
            scene.text((x + wide / 2.0, at.1 + 4.0), words, style);
        }
        x += wide;
    }
}

/// Columns of breaches over time, and discs by lender beneath.
fn counted(view: &View, scene: &mut Scene, y: f64, breaches: &[Breach]) -> f64 {
    const COLUMNS: usize = 72;
    let places: Vec<f64> = breaches.iter().map(|breach| place(&view.frame, breach)).collect();
    let across = zoom(&view.frame, &places);
    let width = (across.1 - across.0) / COLUMNS as f64;
    let column = |place: f64| (((place - across.0) / width) as usize).min(COLUMNS - 1);
    let mut columns = [[0.0_f64; KINDS.len()]; COLUMNS];
    let mut by_lender: BTreeMap<&str, [f64; COLUMNS]> = BTreeMap::new();
    for (breach, place) in breaches.iter().zip(&places) {
        let total: f64 = breach.shares.iter().sum();
        let column = column(*place);
        for (sum, share) in columns[column].iter_mut().zip(breach.shares) {
            *sum += if total > 0.0 { share / total } else { 0.0 };
        }
        columns[column][UNTOLD] += if total > 0.0 { 0.0 } else { 1.0 };
        by_lender.entry(breach.lender).or_insert([0.0; COLUMNS])[column] += 1.0;
    }
    let mut lenders: Vec<(&str, [f64; COLUMNS])> = by_lender.into_iter().collect();
    let sum = |counts: &[f64; COLUMNS]| counts.iter().sum::<f64>();
    lenders.sort_by(|a, b| sum(&b.1).total_cmp(&sum(&a.1)).then(a.0.cmp(b.0)));
    let left_out = lenders.len().saturating_sub(LENDERS);
    lenders.truncate(LENDERS);
    let names = lenders.iter().map(|(id, _)| theme::width_of(view.lender(id), theme::LABEL)).fold(0.0, f64::max);
    let left = MARGIN + names.clamp(40.0, 220.0) + 12.0;
    let top = y + 24.0;
    let most = columns.iter().map(|shares| shares.iter().sum::<f64>()).fold(0.0, f64::max);
    let up = padded((0.0, most), 0.0, 0.06);
    let plot = Panel { left, top, right: WIDTH - MARGIN - 44.0, bottom: top + 210.0, across, up };
    plot.session_lines(scene, &view.frame);
    for tick in ticks(up, 4).into_iter().filter(|tick| tick.fract() == 0.0) {
        let y = plot.y(tick);
        scene.segment((left, y), (plot.right, y), theme::GRID, 1.0);
        scene.text((left - 7.0, y + 4.0), words::short(tick), theme::AXIS.end());
    }
    scene.text((left, top - 8.0), "breaches", theme::AXIS);
    for (index, shares) in columns.iter().enumerate() {
        let x = plot.x(across.0 + width * index as f64);
        let x1 = plot.x(across.0 + width * (index + 1) as f64) - 0.75;
        let mut base = 0.0;
        // From the bottom up, beginning with what is a chain's doing.
        for (kind, share) in shares.iter().enumerate().rev() {
            scene.rect((x, plot.y(base)), (x1, plot.y(base + share)), KINDS[kind].ink, 1.0);
            base += share;
        }
    }
    let lanes_top = plot.bottom + 14.0;
    let lanes_bottom = lanes_top + 22.0 * lenders.len() as f64;
    let largest = lenders.iter().flat_map(|(_, counts)| counts.iter().copied()).fold(1.0, f64::max);
    for (lane, (lender, counts)) in lenders.iter().enumerate() {
        let y = lanes_top + 22.0 * (lane as f64 + 0.5);
        scene.segment((left, y), (plot.right, y), theme::GRID, 1.0);
        scene.text((left - 8.0, y + 4.0), theme::fit(view.lender(lender), theme::LABEL, 220.0), theme::LABEL.end());
        scene.text((plot.right + 8.0, y + 4.0), words::short(sum(counts)), theme::LABEL.bold());
        for (index, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            let x = plot.x(across.0 + width * (index as f64 + 0.5));
            scene.disc((x, y), 1.8 + 7.2 * (count / largest).sqrt(), theme::FORCED.tint(0.75));
        }
    }
    let axis = Panel { top: lanes_top, bottom: lanes_bottom + 4.0, ..plot };
    axis.time_axis(scene, &view.frame, 74.0);
    if left_out > 0 {
        scene.text(
            (left, lanes_bottom + 40.0),
            format!("{left_out} lenders with fewer breaches are not shown"),
            theme::NOTE,
        );
    }
    lanes_bottom + if left_out > 0 { 48.0 } else { 32.0 }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn where_no_shock_is_stated_none_is_told() {
        let mut sample = sample::crash();
        let told = |sample: &sample::Sample| super::draw(&View::of(&sample.picture())).unwrap();
        assert!(told(&sample).title.contains("was shocks"));
        assert!(sample::says(&told(&sample), "pushed by shocks"));
        sample.shocks.clear();
        let figure = told(&sample);
        assert!(
            figure.title.contains("was orders stated from outside") && !figure.title.contains("shocks"),
            "{}",
            figure.title
        );
        assert!(sample::says(&figure, "pushed by orders stated from outside"));
    }

    #[test]
    fn edges_become_breaches_with_shares_and_sources() {
        let sample = sample::crash();
        let picture = sample.picture();
        let found = breaches(&View::of(&picture));
        assert_eq!(found.iter().map(|breach| breach.id).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(found[0].pushed_by, []);
        assert_eq!(found[2].pushed_by.len(), 2);
        assert!((found[3].shares[FORCED] - 0.6).abs() < 1e-12);
        assert!(found.iter().all(|breach| (breach.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    }

    #[test]
    fn the_title_tells_the_means_of_the_bars_and_an_assessment_is_no_forced_order() {
        let mut sample = sample::crash();
        for row in sample.tables.cascade.iter_mut().filter(|row| row.source == "forced" && row.breach == 3) {
            row.source = "assessment".into();
        }
        for row in sample.tables.cascade.iter_mut().filter(|row| row.source == "voluntary") {
            row.source = "news".into();
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let figure = draw(&view).unwrap();
        let mean = |source: &str| {
            let rows = sample.tables.cascade.iter().filter(|row| row.source == source);
            words::percent(rows.map(|row| row.weight).sum::<f64>() / 4.0)
        };
        let (shock, news, forced) = (mean("shock"), mean("news"), mean("forced"));
        assert_eq!(
            figure.title,
            format!(
                "Of what broke 4\u{a0}accounts, {shock} was shocks, {news} was news that trading carried and {forced} was forced \
                 orders"
            )
        );
        let wide = |ink: theme::Ink| -> f64 {
            let boxes = figure.scene.marks.iter().filter_map(|mark| match mark {
                super::super::scene::Mark::Box { x0, x1, y0, y1, ink: own, .. } if *own == ink && y1 - y0 > 12.0 => {
                    Some(x1 - x0)
                }
                _ => None,
            });
            boxes.sum::<f64>() / SHARES / 4.0
        };
        assert_eq!([words::percent(wide(theme::SHOCK)), words::percent(wide(theme::FORCED))], [shock, forced]);
        assert_eq!(words::percent(wide(theme::ASSESSED)), mean("assessment"));
        // No arrow into the member that was assessed.
        let found = breaches(&view);
        assert!(found[3].pushed_by.is_empty() && !found[2].pushed_by.is_empty());
    }

    #[test]
    fn accounts_that_break_again_are_counted_once_and_their_breaches_too() {
        let mut sample = sample::crash();
        sample.breaches(10);
        sample.tables.cascade.iter_mut().for_each(|row| row.account = format!("fund-{}", row.breach % 3).into());
        let picture = sample.picture();
        let title = draw(&View::of(&picture)).unwrap().title;
        assert!(title.starts_with("Of what broke 3\u{a0}accounts (10\u{a0}times in all), "), "{title}");
    }

    /// What is not drawn is neither in the key nor in the caption.
    #[test]
    fn breaches_at_one_moment_have_no_arrows_to_follow() {
        let mut sample = sample::crash();
        let said = |sample: &sample::Sample| {
            let figure = draw(&View::of(&sample.picture())).unwrap();
            let told = |text: &str| {
                figure
                    .scene
                    .marks
                    .iter()
                    .any(|mark| matches!(mark, super::super::scene::Mark::Text { text: own, .. } if own == text))
            };
            [told("breach"), told("helped to break the next"), figure.caption.contains("Follow the arrows")]
        };
        assert_eq!(said(&sample), [true; 3]);
        let first = sample.tables.cascade[0].time;
        sample.tables.cascade.iter_mut().for_each(|row| row.time.clone_from(&first));
        sample.tables.liquidations.iter_mut().for_each(|row| row.time.clone_from(&first));
        assert_eq!(said(&sample), [false; 3]);
    }

    #[test]
    fn one_ten_and_five_hundred_breaches_are_drawn_and_none_is_not() {
        let mut sample = sample::crash();
        for count in [0, 1, 10, 500] {
            sample.breaches(count);
            let picture = sample.picture();
            let figure = draw(&View::of(&picture));
            assert_eq!(figure.is_some(), count > 0, "{count}");
            if let Some(figure) = figure {
                assert!(figure.scene.height < 1_000.0, "{count}: {}", figure.scene.height);
                assert!(figure.scene.marks.len() < 1_500, "{count}: {}", figure.scene.marks.len());
            }
        }
    }
}
