//! Each price beside what it really was: one page of small panels, with the volume beneath each.

use super::grid::{Grid, columns};
use super::panel::{Panel, padded};
use super::price::{self, Height, Past};
use super::scene::Scene;
use super::series::{self, Track};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;

/// More panels than this cannot be read on one page.
const MOST: usize = 15;
const PRICE: f64 = 104.0;
const BETWEEN: f64 = 8.0;
const VOLUME: f64 = 34.0;
const STRETCHES: usize = 200;
const BARS: usize = 60;

/// One instrument and its history.
struct Beside<'v> {
    track: &'v Track,
    past: Vec<Past<'v>>,
}

pub fn draw(view: &View) -> Option<Figure> {
    let told: Vec<Beside> = view.tracks.iter().filter_map(|track| beside(view, track)).collect();
    // One price with its history has a page of its own.
    if told.len() < 2 {
        return None;
    }
    let (title, caption) = words_for(view, &told);
    let left_out = told.len().saturating_sub(MOST);
    let shown = &told[..told.len().min(MOST)];
    let mut scene = Scene::new(WIDTH, 0.0);
    let unit = if view.currency().is_empty() { "per unit".into() } else { format!("{} per unit", view.currency()) };
    let traded = shown.iter().any(|one| one.track.volume_units() > 0.0);
    let mut subtitle = format!("Prices, {unit}, {}, each on its own scale", view.frame.dates());
    subtitle += if traded { "; beneath each, the units traded." } else { "." };
    let log: Vec<String> = shown
        .iter()
        .filter(|one| Height::of(one.track) == Height::Log)
        .map(|one| view.instrument(&one.track.instrument).to_owned())
        .collect();
    if !log.is_empty() {
        subtitle += &format!(" Logarithmic: {}.", words::listed(&log));
    }
    if left_out > 0 {
        subtitle +=
            &format!(" {} with history not shown.", words::counted(left_out, "further price", "further prices"));
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Line(theme::RUN), "simulated price")];
    entries.extend(price::history_signs(shown.iter().flat_map(|one| &one.past)));
    if shown.iter().any(|one| one.track.forced_units() > 0.0) {
        entries.push((Sign::Block(theme::FORCED), view.forced_word(None)));
    }
    if traded {
        entries.push((Sign::Block(theme::OTHERS), "other volume"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let plot_height = PRICE + BETWEEN + VOLUME;
    let grid = Grid { columns: columns(shown.len(), 3), top: y + 4.0, axis: 40.0, head: 28.0, plot_height, foot: 32.0 };
    for (index, one) in shown.iter().enumerate() {
        let cell = grid.cell(index);
        let across = view.frame.span();
        let (left, top, right) = (cell.left, cell.top, cell.right);
        let plot = Panel { left, top, right, bottom: top + PRICE, across, up: (0.0, 1.0) };
        panel(view, &mut scene, plot, cell.bottom, one);
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(shown.len()));
    Some(Figure { name: "history_all".into(), title, caption, scene })
}

fn beside<'v>(view: &View<'v>, track: &'v Track) -> Option<Beside<'v>> {
    let height = Height::of(track);
    let mut past = price::history_of(view, &track.instrument);
    past.retain(|past| height.shows(past.price.price));
    let drawn = track.marks.iter().flatten().count() > 1 && !past.is_empty();
    drawn.then_some(Beside { track, past })
}

fn panel(view: &View, scene: &mut Scene, mut plot: Panel, foot: f64, one: &Beside) {
    let (track, frame) = (one.track, &view.frame);
    let height = Height::of(track);
    let line = height.line(&series::thin(&track.line(frame), frame.span(), STRETCHES));
    let mut extent = series::extent([&line]).unwrap_or((0.0, 1.0));
    for past in &one.past {
        let at = height.at(past.price.price);
        extent = (extent.0.min(at), extent.1.max(at));
    }
    plot.up = padded(if height == Height::Log { extent } else { price::at_least(extent) }, 0.1, 0.1);
    height.axis(&plot, scene, 4);
    plot.session_lines(scene, frame);
    plot.edge(scene);
    let name = theme::fit(view.instrument(&track.instrument), theme::PANEL, plot.width());
    scene.text((plot.left, plot.top - 8.0), name, theme::PANEL);
    let volume = Panel { top: plot.bottom + BETWEEN, bottom: foot, ..plot };
    bars(view, scene, volume, track);
    plot.plot(scene, &line, theme::RUN, 1.75, None);
    for past in &one.past {
        price::draw_past(scene, &plot, past, plot.y(height.at(past.price.price)));
    }
}

fn bars(view: &View, scene: &mut Scene, mut volume: Panel, track: &Track) {
    let (bars, _) = series::bars(track, &view.frame, BARS);
    let most = bars.iter().map(|bar| bar.forced + bar.other).fold(0.0, f64::max);
    if most > 0.0 {
        volume.up = (0.0, most * 1.06);
        volume.value_axis(scene, 1, words::short);
        for bar in bars {
            let (x0, x1) = (volume.x(bar.from), volume.x(bar.to.min(volume.across.1)));
            let x1 = (x1 - 0.5).max(x0 + 0.5);
            scene.rect((x0, volume.y(bar.forced)), (x1, volume.y(bar.forced + bar.other)), theme::OTHERS, 1.0);
            scene.rect((x0, volume.y(0.0)), (x1, volume.y(bar.forced)), theme::FORCED, 1.0);
        }
    }
    volume.time_axis(scene, &view.frame, 58.0);
}

/// How far the simulated price was from one of history, as a share of history.
fn miss(view: &View, track: &Track, past: &Past) -> Option<f64> {
    let marks = |from: f64, to: f64| {
        let inside = (0..view.frame.len()).filter(move |index| (from..=to).contains(&view.frame.place(*index)));
        inside.filter_map(|index| track.marks[index])
    };
    let simulated = match (past.at, past.price.kind.as_str()) {
        (Some(place), _) => marks(f64::NEG_INFINITY, place).next_back()?,
        (None, "high") => marks(past.span.0, past.span.1).reduce(f64::max)?,
        (None, _) => marks(past.span.0, past.span.1).reduce(f64::min)?,
    };
    (past.price.price > 0.0).then(|| simulated / past.price.price - 1.0)
}

/// The middle one; of an even number the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        even if even.is_multiple_of(2) => Some((values[half - 1] + values[half]) / 2.0),
        _ => Some(values[half]),
    }
}

/// The typical distance of each instrument's price from history, of what the world was fitted to or of what tests it.
fn typical<'t>(view: &View, told: &[Beside<'t>], fitted: bool) -> (Vec<f64>, Vec<(&'t str, f64)>) {
    let mut all = Vec::new();
    let mut each = Vec::new();
    for one in told {
        let past = one.past.iter().filter(|past| past.price.fitted == fitted);
        let misses: Vec<f64> = past.filter_map(|past| miss(view, one.track, past)).map(f64::abs).collect();
        all.extend(&misses);
        each.extend(median(misses).map(|middle| (one.track.instrument.as_str(), middle)));
    }
    (all, each)
}

fn words_for(view: &View, told: &[Beside]) -> (String, String) {
    let (tests, each) = typical(view, told, false);
    let (fits, _) = typical(view, told, true);
    let prices = |count: usize| words::counted(count, "price", "prices");
    let best = each.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let worst = each.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let (count, fitted) = (tests.len(), fits.len());
    let mut caption = String::from(
        "Each panel is one price on its own scale, with the run's line and what really happened as black markers. ",
    );
    let title = match (median(tests), median(fits)) {
        (Some(middle), _) => {
            if let (Some(best), Some(worst)) = (best, worst)
                && best.0 != worst.0
            {
                caption += &format!(
                    "Nearest to history is {} (off by {} in the middle), farthest is {} ({}). ",
                    view.instrument(best.0),
                    words::percent(best.1),
                    view.instrument(worst.0),
                    words::percent(worst.1)
                );
            }
            format!("Half of {} of history are met within {}", prices(count), words::percent(middle))
                + if fitted > 0 { ", none of them fitted to" } else { "" }
        }
        (None, Some(middle)) => {
            format!(
                "The world was fitted to all {} of history and meets half within {}",
                prices(fitted),
                words::percent(middle)
            )
        }
        (None, None) => format!("{} beside history", words::counted(told.len(), "price", "prices")),
    };
    if count > 0 && fitted > 0 {
        caption +=
            &format!("The world was fitted to {} more, drawn hollow or dotted: they test nothing. ", prices(fitted));
    }
    caption += "Where a line passes its markers the model has the price right; beneath it, whether it was right in who traded.";
    let sources = told.iter().flat_map(|one| &one.past).map(|past| past.price.source.as_str());
    caption += &view.picture.history.cited(sources);
    (title, caption)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_title_counts_what_tests_and_not_what_was_fitted_to() {
        let mut sample = sample::crash();
        // Marks that can be reckoned by hand: 50 throughout; history at 40 is missed by a quarter, at 50 by nothing.
        sample.tables.prices.iter_mut().for_each(|row| row.mark = 50.0);
        for price in &mut sample.history.prices {
            price.price = if price.instrument == "CABLE" { 40.0 } else { 50.0 };
            price.fitted = price.time.as_str() < "2021-03-26";
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let figure = draw(&view).unwrap();
        // Left to test: MEDIA's close and low of the 26th and close of the 29th, CABLE's close of the 26th.
        assert_eq!(figure.title, "Half of 4\u{a0}prices of history are met within 0\u{a0}%, none of them fitted to");
        assert!(
            figure.caption.contains(
                "Nearest to history is Media Corp (off by 0\u{a0}% in the middle), farthest is Cable Inc (25\u{a0}%)"
            ),
            "{}",
            figure.caption
        );
        assert!(figure.caption.contains("fitted to 3\u{a0}prices more"), "{}", figure.caption);
    }

    #[test]
    fn what_was_fitted_to_has_its_own_sign_and_the_key_says_so() {
        let mut sample = sample::crash();
        let said = |sample: &sample::Sample| -> Vec<String> {
            let picture = sample.picture();
            let figure = draw(&View::of(&picture)).unwrap();
            let texts = figure.scene.marks.into_iter().filter_map(|mark| match mark {
                super::super::scene::Mark::Text { text, .. } => Some(text),
                _ => None,
            });
            texts.filter(|text| text.contains("histor")).collect()
        };
        let plain = said(&sample);
        assert!(plain.contains(&"history".to_owned()) && !plain.iter().any(|text| text.contains("that the world")));
        sample.history.prices[0].fitted = true;
        let both = said(&sample);
        assert!(both.contains(&"history, not fitted to".to_owned()), "{both:?}");
        assert!(both.contains(&"history that the world was fitted to".to_owned()), "{both:?}");
    }

    #[test]
    fn a_low_is_set_against_the_lowest_price_of_its_day() {
        let mut sample = sample::crash();
        sample.tables.prices.iter_mut().for_each(|row| row.mark = 80.0);
        let dip =
            sample.tables.prices.iter_mut().find(|row| row.instrument == "MEDIA" && row.time.starts_with("2021-03-26"));
        dip.unwrap().mark = 40.0;
        let picture = sample.picture();
        let view = View::of(&picture);
        let track = view.tracks.iter().find(|track| track.instrument == "MEDIA").unwrap();
        let past = price::history_of(&view, "MEDIA");
        let low = past.iter().find(|past| past.price.kind == "low").unwrap();
        assert!((miss(&view, track, low).unwrap() - (40.0 / 39.8 - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn an_axis_that_is_logarithmic_is_said_to_be() {
        let mut sample = sample::crash();
        let said = |sample: &sample::Sample| {
            let picture = sample.picture();
            draw(&View::of(&picture)).unwrap().scene.marks.iter().any(
                |mark| matches!(mark, super::super::scene::Mark::Text { text, .. } if text.contains("Logarithmic: Cable Inc.")),
            )
        };
        assert!(!said(&sample));
        // From 60 to 2: thirty times.
        sample.tables.prices.iter_mut().rfind(|row| row.instrument == "CABLE").unwrap().mark = 2.0;
        assert!(said(&sample));
    }

    #[test]
    fn one_price_with_history_or_none_has_no_such_page() {
        let mut sample = sample::crash();
        sample.history.prices.retain(|price| price.instrument == "MEDIA");
        assert!(draw(&View::of(&sample.picture())).is_none());
    }
}
