//! The price of one instrument, with the volume that was forced beneath it and history above it.

use super::flags::{flags, list};
use super::frame::Closed;
use super::labels::{Labels, Room};
use super::panel::{Panel, padded};
use super::scene::{Point, Scene};
use super::series::{self, Strokes, Track};
use super::strips::{log_axis, log_ticks, logged, of_ten, written};
use super::swing;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::{HistoryPrice, Window, words};

/// More price charts than this nobody reads.
const MOST: usize = 12;
const PRICE_HEIGHT: f64 = 300.0;
const VOLUME_HEIGHT: f64 = 92.0;
/// Parts of a line's width within each of which its extremes are kept.
const STRETCHES: usize = 800;
/// Height of what stands above the axis.
const UNIT_ROOM: f64 = 18.0;
const UNITS: &str = "units traded";

pub fn draw(view: &View) -> Vec<Figure> {
    let mut chosen: Vec<&Track> = view.tracks.iter().filter(|track| track.marks.iter().flatten().count() > 1).collect();
    if chosen.len() > MOST {
        // The most affected, in the world's order.
        let mut by_forced = chosen.clone();
        by_forced.sort_by(|a, b| forced_value(b).total_cmp(&forced_value(a)));
        let kept: Vec<&str> = by_forced[..MOST].iter().map(|track| track.instrument.as_str()).collect();
        chosen.retain(|track| kept.contains(&track.instrument.as_str()));
    }
    chosen.into_iter().map(|track| one(view, track)).collect()
}

fn forced_value(track: &Track) -> f64 {
    track.forced_units() * track.first_price().unwrap_or(0.0).abs()
}

fn one(view: &View, track: &Track) -> Figure {
    let title = title(view, track);
    let mut scene = Scene::new(WIDTH, 0.0);
    let (_, length) = series::bars(track, &view.frame, 170);
    let (name, unit, dates) = (view.instrument(&track.instrument), unit(view), view.frame.dates());
    let height = Height::of(track);
    let price = if height == Height::Log { "Price on a logarithmic axis" } else { "Price" };
    let subtitle = if track.volume_units() > 0.0 {
        format!("{name}, {unit}, {dates}. {price}, and units traded in {}.", words::length(length))
    } else if swing::either(track).is_some() {
        format!("{name}, {unit}, {dates}. Nothing was traded: prices moved without it.")
    } else {
        format!("{name}, {unit}, {dates}. Nothing was traded.")
    };
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut history = history_of(view, &track.instrument);
    history.retain(|past| height.shows(past.price.price));
    let without = view.without.get(&track.instrument).filter(|_| track.forced_units() > 0.0);
    y += key(view, &mut scene, y, track, &history, without.is_some());

    let flags = flags(view, &track.instrument);
    let strip = 20.0 * flags.iter().map(|flag| flag.row + 1).max().unwrap_or(0) as f64;
    let drawn = |track: &Track| height.line(&series::thin(&track.line(&view.frame), view.frame.span(), STRETCHES));
    let line = drawn(track);
    let other = without.map(drawn);
    let mut extent = series::extent([&line].into_iter().chain(&other)).unwrap_or((0.0, 1.0));
    for point in &history {
        let at = height.at(point.price.price);
        extent = (extent.0.min(at), extent.1.max(at));
    }
    let up = padded(if height == Height::Log { extent } else { at_least(extent) }, 0.08, 0.08);
    let left = MARGIN + 10.0 + height.axis_width(up).max(28.0);
    // What prices are counted in stands above the axis, clear of the legend and of the uppermost price.
    let top = y + strip.max(UNIT_ROOM) + 6.0;
    let ends = [track.last_mark(), without.and_then(Track::last_mark)].into_iter().flatten();
    let ends = ends.map(|end| theme::width_of(&view.price(&track.instrument, end), theme::LABEL.bold()));
    let right = WIDTH - MARGIN - ends.fold(36.0, f64::max) - 8.0;
    let plot = Panel { left, top, right, bottom: top + PRICE_HEIGHT, across: view.frame.span(), up };
    let told = halts(view, &mut scene, &plot, track);
    height.axis(&plot, &mut scene, 6);
    // Clear of a flag that stands at the edge.
    let beside = flags.iter().any(|flag| flag.row == 0 && plot.x(flag.place) < plot.left + 9.0);
    let aside = if beside { 14.0 } else { 7.0 };
    scene.text((plot.left - aside, plot.top - 9.0), view.currency(), theme::AXIS.end());
    plot.session_lines(&mut scene, &view.frame);
    plot.edge(&mut scene);

    // Where nothing was traded there are no volumes to show.
    let traded = track.volume_units() > 0.0;
    let foot = if traded { plot.bottom + 16.0 + VOLUME_HEIGHT } else { plot.bottom };
    let volume = Panel { top: plot.bottom + 16.0, bottom: foot, ..plot };
    if traded {
        draw_volume(view, &mut scene, volume, track);
    } else {
        plot.time_axis(&mut scene, &view.frame, 64.0);
    }
    for flag in &flags {
        let x = plot.x(flag.place);
        let at = (x, plot.top - 16.0 - 20.0 * flag.row as f64);
        scene.stroke(vec![at, (x, plot.bottom)], theme::EDGE, 1.0, Some(theme::DOTTED));
        theme::flag(&mut scene, at, flag.number);
    }
    if let Some(other) = &other {
        plot.plot(&mut scene, other, theme::WITHOUT, 1.75, Some(theme::DASHED));
    }
    plot.plot(&mut scene, &line, theme::RUN, 1.75, None);
    let mut labels = Labels::new(Room { x0: plot.left, y0: plot.top - 4.0, x1: plot.right + 40.0, y1: plot.bottom });
    for line in [&line].into_iter().chain(&other) {
        labels.avoid_line(plot.points(line));
    }
    if let Some(index) = track.first_forced() {
        let x = plot.x(view.frame.place(index));
        labels.avoid_line([vec![(x, plot.top), (x, plot.bottom)]].into_iter());
    }
    told.into_iter().for_each(|room| labels.take(room));
    draw_history(view, &mut scene, (&plot, height), &mut labels, &history);
    mark_first_forced(view, &mut scene, &plot, volume.bottom, track, &mut labels);
    end_labels(view, &mut scene, (&plot, height), track, without);
    y = foot + 26.0;
    y = list(&mut scene, y, &flags);
    theme::footing(&mut scene, &view.origin(), y);
    let caption = caption(view, track, &history, without.is_some());
    Figure { name: format!("price_{}", words::stem(&track.instrument)), title, caption, scene }
}

/// How high a price stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Height {
    Plain,
    /// By its logarithm: equal distances are equal ratios.
    Log,
}

/// A price that changes by more than this many times cannot be read off an axis of equal steps.
const ORDERS: f64 = 20.0;
/// More points of history than this are told by the axis and not each by a number.
const MOST_NUMBERED: usize = 12;

impl Height {
    pub fn of(track: &Track) -> Self {
        let marks = || track.marks.iter().copied().flatten();
        let (low, high) = (marks().fold(f64::INFINITY, f64::min), marks().fold(0.0, f64::max));
        if low > 0.0 && high > ORDERS * low { Self::Log } else { Self::Plain }
    }

    /// Whether a price has a place on it: what is not above nothing has no logarithm.
    pub fn shows(self, price: f64) -> bool {
        self == Self::Plain || price > 0.0
    }

    pub fn at(self, price: f64) -> f64 {
        if self == Self::Log { of_ten(price) } else { price }
    }

    pub fn line(self, line: &Strokes) -> Strokes {
        if self == Self::Log { logged(line) } else { line.clone() }
    }

    pub fn axis(self, plot: &Panel, scene: &mut Scene, wanted: usize) {
        if self == Self::Log { log_axis(plot, scene) } else { plot.price_axis(scene, wanted) }
    }

    fn axis_width(self, up: (f64, f64)) -> f64 {
        match self {
            Self::Plain => Panel::price_axis_width(up, 6),
            Self::Log => {
                let wide = |tick: &f64| theme::width_of(&written(*tick), theme::AXIS);
                log_ticks(up).iter().map(wide).fold(0.0, f64::max)
            }
        }
    }
}

/// A price that hardly moves is shown on a scale of a tenth of its level, lest noise look like a crash.
pub fn at_least((low, high): (f64, f64)) -> (f64, f64) {
    let middle = (low + high) / 2.0;
    let half = ((high - low) / 2.0).max(middle.abs() * 0.05);
    (middle - half, middle + half)
}

/// What prices are counted in.
fn unit(view: &View) -> String {
    if view.currency().is_empty() { "price per unit".into() } else { format!("{} per unit", view.currency()) }
}

fn key(view: &View, scene: &mut Scene, y: f64, track: &Track, history: &[Past], without: bool) -> f64 {
    let forced = view.forced_word(Some(&track.instrument));
    let mut entries = vec![(Sign::Line(theme::RUN), "simulated price")];
    if without {
        entries.push((Sign::Dashed(theme::WITHOUT), "the same without forced orders"));
    }
    entries.extend(history_signs(history.iter()));
    if track.forced_units() > 0.0 {
        entries.push((Sign::Block(theme::FORCED), forced));
    }
    let other = if track.forced_units() > 0.0 { "other volume" } else { "volume" };
    if track.volume_units() > 0.0 {
        entries.push((Sign::Block(theme::OTHERS), other));
    }
    let rules = rules_of(view, track);
    let halted = if rules.is_empty() { "trading halted".to_owned() } else { format!("halted: {}", rules.join(", ")) };
    if track.halted.contains(&true) {
        entries.push((Sign::Block(theme::GRID), &halted));
    }
    theme::key(scene, (MARGIN, y), &entries)
}

/// The signs of what of history is drawn: what the world was fitted to has another than what tests it.
pub fn history_signs<'p, 'a: 'p>(history: impl Iterator<Item = &'p Past<'a>> + Clone) -> Vec<(Sign, &'static str)> {
    let any =
        |fitted: bool, day: bool| history.clone().any(|past| past.price.fitted == fitted && past.at.is_none() == day);
    let fits = any(true, false) || any(true, true);
    let mut signs = Vec::new();
    if any(false, false) {
        signs.push((Sign::Diamond(theme::HISTORY), if fits { "history, not fitted to" } else { "history" }));
    }
    if any(true, false) {
        signs.push((Sign::Hollow(theme::HISTORY), "history that the world was fitted to"));
    }
    if any(false, true) {
        signs.push((Sign::Bar(theme::HISTORY), "history, low or high of the day"));
    }
    if any(true, true) {
        signs.push((Sign::Dotted(theme::HISTORY), "low or high that the world was fitted to"));
    }
    signs
}

/// Draws one of them; where it lies.
pub fn draw_past(scene: &mut Scene, plot: &Panel, past: &Past, y: f64) -> Room {
    match past.at {
        Some(place) => {
            let at = (plot.x(place), y);
            let mark = if past.price.fitted { theme::hollow } else { theme::diamond };
            mark(scene, at, theme::HISTORY);
            Room { x0: at.0 - 5.0, y0: y - 5.0, x1: at.0 + 5.0, y1: y + 5.0 }
        }
        None => {
            let (from, to) = (plot.x(past.span.0), plot.x(past.span.1).max(plot.x(past.span.0) + 8.0));
            let dash = past.price.fitted.then_some(theme::DOTTED);
            scene.stroke(vec![(from, y), (to, y)], theme::HISTORY, 2.5, dash);
            Room { x0: from, y0: y - 2.0, x1: to, y1: y + 2.0 }
        }
    }
}

/// A price of the past in trading time: at a moment, or over a whole day.
pub struct Past<'a> {
    pub price: &'a HistoryPrice,
    pub at: Option<f64>,
    pub span: (f64, f64),
}

pub fn history_of<'a>(view: &View<'a>, instrument: &str) -> Vec<Past<'a>> {
    let frame = &view.frame;
    let mut past = Vec::new();
    for price in view.picture.history.prices.iter().filter(|p| p.instrument == instrument && p.price.is_finite()) {
        let Some(second) = words::seconds(&price.time) else { continue };
        let Some(span) = frame.day(second.div_euclid(86_400) * 86_400) else { continue };
        let at = match price.kind.as_str() {
            "low" | "high" => None,
            "open" => Some(span.0),
            _ if words::is_date(&price.time) => Some(span.1),
            // A close stamped at four while the last tick begins a minute earlier belongs to that tick.
            _ => frame.place_within(second, Closed::SessionBefore),
        };
        past.push(Past { price, at, span });
    }
    past
}

fn draw_history(
    view: &View,
    scene: &mut Scene,
    (plot, height): (&Panel, Height),
    labels: &mut Labels,
    history: &[Past],
) {
    let mut wanted: Vec<(Point, String)> = Vec::new();
    for past in history {
        let y = plot.y(height.at(past.price.price));
        let price = view.price(&past.price.instrument, past.price.price);
        let room = draw_past(scene, plot, past, y);
        let at = ((room.x0 + room.x1) / 2.0, y);
        wanted.push((at, if past.at.is_some() { price } else { format!("{} {price}", past.price.kind) }));
        labels.take(room);
    }
    for (at, text) in wanted.into_iter().filter(|_| history.len() <= MOST_NUMBERED) {
        labels.put(scene, at, &text, theme::LABEL.ink(theme::HISTORY));
    }
}

/// The rules that stopped an instrument, each once, in the order in which they first did.
fn rules_of(view: &View, track: &Track) -> Vec<String> {
    let mut rules: Vec<String> = Vec::new();
    for halt in view.picture.tables.halts.iter().filter(|halt| halt.instrument == track.instrument) {
        if !rules.contains(&halt.rule) {
            rules.push(halt.rule.clone());
        }
    }
    rules
}

/// The rule behind a halt that covers some seconds of the clock.
fn rule_at(view: &View, track: &Track, (from, to): (i64, i64)) -> Option<String> {
    let begins = |time: &str| words::seconds(time).is_some_and(|second| (from..=to).contains(&second));
    let halts = view.picture.tables.halts.iter();
    halts
        .filter(|halt| halt.instrument == track.instrument)
        .find(|halt| begins(&halt.time))
        .map(|halt| halt.rule.clone())
}

/// Shades what was halted, and says by which rule: in the shade where it is wide enough, else to the left of it, where
/// the label before leaves room.
fn halts(view: &View, scene: &mut Scene, plot: &Panel, track: &Track) -> Vec<Room> {
    let mut told = Vec::new();
    let mut free_from = plot.left;
    for (from, to, clock) in track.halts(&view.frame) {
        let (x0, x1) = (plot.x(from), plot.x(to).max(plot.x(from) + 1.0));
        scene.rect((x0, plot.top), (x1, plot.bottom), theme::GRID, 0.8);
        let rule = rule_at(view, track, clock).unwrap_or_else(|| "halted".to_owned());
        let wide = theme::width_of(&rule, theme::NOTE) + 6.0;
        let (y0, y1) = (plot.bottom - 16.0, plot.bottom - 3.0);
        if x1 - x0 > wide {
            scene.text(((x0 + x1) / 2.0, plot.bottom - 6.0), rule, theme::NOTE.middle());
            told.push(Room { x0, y0, x1, y1 });
        } else if x0 - free_from > wide {
            scene.text((x0 - 3.0, plot.bottom - 6.0), rule, theme::NOTE.end());
            told.push(Room { x0: x0 - wide, y0, x1: x0, y1 });
        }
        free_from = x1;
    }
    told
}

fn draw_volume(view: &View, scene: &mut Scene, mut volume: Panel, track: &Track) {
    let (bars, _) = series::bars(track, &view.frame, 170);
    let most = bars.iter().map(|bar| bar.forced + bar.other).fold(0.0, f64::max);
    volume.up = (0.0, if most > 0.0 { most * 1.06 } else { 1.0 });
    if most > 0.0 {
        volume.value_axis(scene, 2, words::short);
        let first = track.first_forced().map(|index| volume.x(view.frame.place(index)));
        let crossed = first.is_some_and(|x| x < volume.left + theme::width_of(UNITS, theme::NOTE) + 4.0);
        let (at, style) = if crossed { (volume.right, theme::NOTE.end()) } else { (volume.left, theme::NOTE) };
        scene.text((at, volume.top - 3.0), UNITS, style);
    }
    for bar in bars {
        let (x0, x1) = (volume.x(bar.from), volume.x(bar.to.min(volume.across.1)));
        let x1 = (x1 - 0.75).max(x0 + 0.75);
        scene.rect((x0, volume.y(bar.forced)), (x1, volume.y(bar.forced + bar.other)), theme::OTHERS, 1.0);
        scene.rect((x0, volume.y(0.0)), (x1, volume.y(bar.forced)), theme::FORCED, 1.0);
    }
    volume.time_axis(scene, &view.frame, 64.0);
}

/// The first forced order: a line, and its words at the height at which they hide least.
fn mark_first_forced(view: &View, scene: &mut Scene, plot: &Panel, bottom: f64, track: &Track, labels: &mut Labels) {
    let Some(index) = track.first_forced() else { return };
    let x = plot.x(view.frame.place(index));
    scene.segment((x, plot.top), (x, bottom), theme::FORCED, 1.25);
    let words = format!("first {}", view.forced_word(Some(&track.instrument)).trim_end_matches('s'));
    let style = theme::LABEL.ink(theme::FORCED);
    labels.put_beside(scene, x, &[(words, style.bold()), (words::moment(view.frame.second(index)), style)]);
}

fn end_labels(
    view: &View,
    scene: &mut Scene,
    (plot, height): (&Panel, Height),
    track: &Track,
    without: Option<&Track>,
) {
    let mut ends = vec![(track.last_mark(), theme::RUN)];
    ends.push((without.and_then(Track::last_mark), theme::WITHOUT));
    let ends: Vec<_> = ends.into_iter().filter_map(|(value, ink)| Some((value?, ink))).collect();
    let heights: Vec<f64> = ends.iter().map(|(value, _)| plot.y(height.at(*value))).collect();
    let heights = super::labels::spread(&heights, 15.0, (plot.top + 4.0, plot.bottom - 2.0));
    for ((value, ink), y) in ends.into_iter().zip(heights) {
        scene.text((plot.right + 7.0, y + 4.0), view.price(&track.instrument, value), theme::LABEL.ink(ink).bold());
    }
}

/// A swing below this share is a quiet market's.
const QUIET: f64 = 0.03;
/// From this share on, that a swing was undone is worth a word.
const UNDONE: f64 = 0.3;

fn title(view: &View, track: &Track) -> String {
    let name = view.instrument(&track.instrument);
    let forced = view.forced_word(Some(&track.instrument));
    let Some(swing) = swing::either(track) else {
        return match track.whole.map_or(0.0, |whole| whole.fall.max(whole.rise)) {
            0.0 => format!("{name} did not move"),
            most => format!("{name} moved {} at most, and not in the prices kept", words::percent(most)),
        };
    };
    let verb = swing.verb(|price| view.price(&track.instrument, price));
    let (volume, by_force) = swing.traded(track);
    let unforced = track.forced_units() <= 0.0;
    if unforced && swing.share().is_some_and(|share| share < QUIET) {
        return format!("{name} {verb} at most; nobody was forced to trade it");
    }
    // When it did is known of what is drawn alone.
    let drawn =
        swing.drawn().map(words::percent).filter(|drawn| swing.share().map(words::percent).as_ref() != Some(drawn));
    let mut title = match drawn {
        Some(drawn) => format!("{name} {verb} at most, and in the prices kept {drawn} {}", swing.when(&view.frame)),
        None => format!("{name} {verb} {}", swing.when(&view.frame)),
    };
    if let Some(undone) = swing.undone(track).filter(|undone| *undone >= UNDONE) {
        title += &format!(
            " and {} {} of that",
            if swing.upwards { "gave back" } else { "won back" },
            words::percent(undone)
        );
    }
    title
        + &match volume > 0.0 && by_force > 0.0 {
            _ if unforced => "; nobody was forced to trade it".to_owned(),
            true if by_force < 0.0005 * volume => {
                format!("; {forced} were less than 0.1\u{a0}% of what was traded between")
            }
            true => format!("; {forced} were {} of what was traded between", words::percent(by_force / volume)),
            false => format!("; no {forced} came between"),
        }
}

fn caption(view: &View, track: &Track, history: &[Past], without: bool) -> String {
    let forced = view.forced_word(Some(&track.instrument));
    let mut out = String::new();
    match track.first_forced() {
        Some(index) => {
            out += &format!(
                "Compare the price left and right of the vermilion line, where the first {} went to market ({}). ",
                forced.trim_end_matches('s'),
                words::moment(view.frame.second(index))
            );
            out += &format!(
                "The vermilion bars beneath are {forced}: {} units in all, {} of everything traded. ",
                words::short(track.forced_units()),
                words::percent(track.forced_units() / track.volume_units().max(f64::MIN_POSITIVE))
            );
        }
        None => {
            out += "Nobody was forced to trade this instrument: it shows what its market does over the same days by itself. ";
        }
    }
    if without {
        out += "The dashed blue line is the same run with forced orders switched off; the distance between the lines is \
                what they did. ";
    }
    if let Some(swing) = swing::either(track) {
        let share = |price: f64| view.price(&track.instrument, price);
        let noun = if swing.upwards { "rise" } else { "fall" };
        let part = if view.picture.window == Window::ALL { "of the run" } else { "of what is drawn" };
        match (swing.is_drawn(), track.step(&view.frame)) {
            (false, Some(step)) => {
                out += &format!(
                    "Prices are kept every {}: the largest {noun} of the run, {}, lies between two of them. That of those kept is: ",
                    words::length(step),
                    swing.share().map(words::percent).unwrap_or_default()
                );
            }
            _ => out += &format!("The {noun} of the title is the largest {part}: "),
        }
        out += &format!(
            "{} at {} to {} at {}. ",
            share(swing.start),
            if swing.from_start { "the start".into() } else { words::moment(view.frame.second(swing.from)) },
            share(swing.end),
            words::moment(view.frame.second(swing.to))
        );
    }
    if !history.is_empty() {
        out += "The black markers are what really happened";
        out += match history.iter().filter(|past| past.price.fitted).count() {
            0 => ".",
            all if all == history.len() => {
                ", and the world was fitted to all of it: it shows the fit, and tests nothing."
            }
            _ => "; the world was fitted to the hollow or dotted ones, and only the others test it.",
        };
        out += &view.picture.history.cited(history.iter().map(|past| past.price.source.as_str()));
    }
    out.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::summary::InstrumentSummary;

    fn drawn(sample: &sample::Sample) -> Figure {
        let picture = sample.picture();
        let view = View::of(&picture);
        one(&view, &view.tracks[0])
    }

    #[test]
    fn what_lies_between_two_rows_is_told_by_the_run_and_not_as_drawn() {
        let mut sample = sample::crash();
        let (title, caption) = (drawn(&sample).title, drawn(&sample).caption);
        assert!(
            title.starts_with("Media Corp fell 71\u{a0}% from ") && caption.contains("is the largest of the run"),
            "{title} {caption}"
        );
        // One row in ten, and a low between two of them: the run says 80 %.
        let whole = InstrumentSummary { start: 100.0, min: 20.0, drawdown: 0.8, rise: 0.3, ..Default::default() };
        sample.summary.instruments.insert("MEDIA".into(), whole);
        sample.tables.prices.retain(|row| row.tick % 10 == 0);
        let Figure { title, caption, .. } = drawn(&sample);
        assert!(title.starts_with("Media Corp fell 80\u{a0}% at most, and in the prices kept 7"), "{title}");
        assert!(
            caption.contains("Prices are kept every 10\u{a0}minutes: the largest fall of the run, 80\u{a0}%,"),
            "{caption}"
        );
        assert!(!caption.contains("is the largest of the run"), "{caption}");
    }
}
