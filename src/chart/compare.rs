//! Runs over one another: one panel for each instrument whose price is not the same in all, and the page that holds it.
//!
//! Runs may differ in their clocks: the time across is that of all of them together, and a line goes as far as its run.

use super::frame::Frame;
use super::grid::{Grid, columns};
use super::page::{Table, document, figure, shell_line};
use super::panel::{Panel, padded};
use super::render::escape;
use super::scene::Scene;
use super::series::{self, Strokes, Track};
use super::swing;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::Figure;
use super::with_and_without::distance;
use super::{Chart, words};
use results::compare::{Compared, ORDER, Outcome};
use results::figures::Scalar;
use results::rows::PriceRow;
use std::collections::BTreeSet;

const MOST: usize = 9;
const STRETCHES: usize = 200;
/// As many as can be told apart.
pub const MOST_RUNS: usize = 6;

/// An instrument in every run that has it.
struct Apart {
    instrument: String,
    /// One for each run; nothing where a run lacks it.
    tracks: Vec<Option<Track>>,
    distance: f64,
}

/// Nothing where no price differs, or none was recorded.
pub fn draw(of: &Compared, prices: &[&[PriceRow]]) -> Option<Figure> {
    let frame = together(prices);
    let mut all = instruments(prices, &frame);
    let known = all.len();
    all.retain(|one| one.distance > 0.0);
    all.sort_by(|one, other| other.distance.total_cmp(&one.distance));
    if all.is_empty() {
        return None;
    }
    let differ = all.len();
    all.truncate(MOST);
    let (title, caption) = words_for(of, &all, differ, known);
    let mut scene = Scene::new(WIDTH, 0.0);
    let unit = if of.currency.is_empty() { "per unit".into() } else { format!("{} per unit", of.currency) };
    let mut subtitle = format!("Marks, {unit}, {}. Each panel has its own scale.", frame.dates());
    if differ > MOST {
        subtitle += &format!(" The {MOST} that differ most of {differ}.");
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let labels: Vec<String> =
        of.runs.iter().map(|run| theme::fit(&run.label, theme::LABEL, WIDTH / 2.0 - 2.0 * MARGIN)).collect();
    let key: Vec<(Sign, &str)> =
        labels.iter().enumerate().map(|(run, label)| (theme::peer(run).2, label.as_str())).collect();
    y += theme::key(&mut scene, (MARGIN, y), &key);
    let columns = columns(all.len(), 3);
    let plot_height = [300.0, 220.0, 160.0][columns - 1];
    let grid = Grid { columns, top: y + 4.0, axis: 44.0, head: 46.0, plot_height, foot: 34.0 };
    for (index, one) in all.iter().enumerate() {
        panel(of, &mut scene, &frame, grid.cell(index), one);
    }
    theme::footing(&mut scene, &origin(of), grid.bottom(all.len()));
    Some(Figure { name: "compared".into(), title, caption, scene })
}

fn origin(of: &Compared) -> String {
    let mut worlds: Vec<&str> = of.runs.iter().map(|run| run.world.as_str()).collect();
    worlds.dedup();
    format!("Firesale, {}, {}", worlds.join(" and "), words::counted(of.runs.len(), "run", "runs"))
}

/// The moments of all runs.
fn together(prices: &[&[PriceRow]]) -> Frame {
    let moments: BTreeSet<i64> = prices.iter().flat_map(|rows| rows.iter()).map(|row| row.time.seconds()).collect();
    Frame::from_times(moments.into_iter().enumerate().map(|(place, second)| (place as u32, second)))
}

fn instruments(prices: &[&[PriceRow]], frame: &Frame) -> Vec<Apart> {
    let seconds: Vec<i64> = (0..frame.len()).map(|index| frame.second(index)).collect();
    // Rows by the ticks of the common frame.
    let placed = |rows: &[PriceRow]| -> Vec<PriceRow> {
        let place = |row: &PriceRow| seconds.binary_search(&row.time.seconds()).ok();
        rows.iter().filter_map(|row| Some(PriceRow { tick: place(row)? as u32, ..row.clone() })).collect()
    };
    let mut runs: Vec<Vec<Track>> = prices.iter().map(|rows| series::tracks(&placed(rows), frame)).collect();
    let mut names: Vec<String> = Vec::new();
    for track in runs.iter().flatten() {
        if !names.contains(&track.instrument) {
            names.push(track.instrument.clone());
        }
    }
    let mut taken = |instrument: &str| -> Vec<Option<Track>> {
        let take = |tracks: &mut Vec<Track>| {
            let place = tracks.iter().position(|track| track.instrument == instrument)?;
            Some(tracks.swap_remove(place))
        };
        runs.iter_mut().map(take).collect()
    };
    let apart = |instrument: String| {
        let tracks = taken(&instrument);
        let there: Vec<&Track> = tracks.iter().flatten().collect();
        let distances = there.iter().skip(1).map(|other| distance(there[0], other));
        let distance = distances.fold(0.0, f64::max);
        Apart { instrument, tracks, distance }
    };
    names.into_iter().map(apart).collect()
}

fn panel(of: &Compared, scene: &mut Scene, frame: &Frame, cell: super::grid::Cell, one: &Apart) {
    let thin = |track: &Track| series::thin(&track.line(frame), frame.span(), STRETCHES);
    let lines: Vec<Option<Strokes>> = one.tracks.iter().map(|track| track.as_ref().map(thin)).collect();
    let up = padded(series::extent(lines.iter().flatten()).unwrap_or((0.0, 1.0)), 0.06, 0.08);
    let plot =
        Panel { left: cell.left, top: cell.top, right: cell.right, bottom: cell.bottom, across: frame.span(), up };
    plot.price_axis(scene, 4);
    plot.session_lines(scene, frame);
    plot.time_axis(scene, frame, 62.0);
    for (run, line) in lines.iter().enumerate() {
        if let Some(line) = line {
            let (ink, dash, _) = theme::peer(run);
            plot.plot(scene, line, ink, if run == 0 { 2.25 } else { 1.75 }, dash);
        }
    }
    let room = plot.width();
    scene.text((plot.left, plot.top - 26.0), theme::fit(&one.instrument, theme::PANEL, room), theme::PANEL);
    let note = theme::fit(&falls(of, one), theme::LABEL, room);
    scene.text((plot.left, plot.top - 9.0), note, theme::LABEL);
}

/// Which way the largest swing of all went, and how far each run went that way.
fn swings(of: &Compared, one: &Apart) -> (bool, Vec<Option<f64>>) {
    let size = |swing: &swing::Swing| swing.share().unwrap_or(0.0);
    let largest = one.tracks.iter().flatten().filter_map(swing::either);
    let upwards = largest.max_by(|a, b| size(a).total_cmp(&size(b))).is_some_and(|swing| swing.upwards);
    let own = |track: &Option<Track>| {
        let track = track.as_ref()?;
        // One that never went that way went nowhere.
        Some(swing::largest(track, upwards).map_or(Some(0.0), |swing| swing.share()))?
    };
    // Where rows are kept of some ticks only, the run's own figure goes further than what is drawn.
    let figure = format!("instruments.{}.{}", one.instrument, if upwards { "rise" } else { "drawdown" });
    let known = of.outcomes.iter().find(|outcome| outcome.figure == figure);
    let all = |run: usize| match known.and_then(|known| known.values.get(run)) {
        Some(Scalar::Number(Some(share))) => Some(*share),
        _ => None,
    };
    let shares = one.tracks.iter().enumerate().map(|(run, track)| {
        let drawn = own(track)?;
        Some(all(run).map_or(drawn, |all| all.max(drawn)))
    });
    (upwards, shares.collect())
}

/// `fell 12 %, 55 %`, in the order of the runs.
fn falls(of: &Compared, one: &Apart) -> String {
    let (upwards, shares) = swings(of, one);
    let shares: Vec<String> =
        shares.into_iter().map(|share| share.map_or_else(|| "n/a".to_owned(), words::percent)).collect();
    format!("{} {}", if upwards { "rose" } else { "fell" }, shares.join(", "))
}

fn words_for(of: &Compared, all: &[Apart], differ: usize, known: usize) -> (String, String) {
    // The title tells the one whose swings lie farthest apart.
    let told = |one: &Apart| {
        let (upwards, shares) = swings(of, one);
        let there: Vec<(usize, f64)> =
            shares.iter().enumerate().filter_map(|(run, share)| Some((run, (*share)?))).collect();
        let most = there.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
        let least = there.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
        (words::percent(most.1) != words::percent(least.1)).then_some((upwards, most, least))
    };
    let farthest = all
        .iter()
        .filter_map(|one| Some((one, told(one)?)))
        .max_by(|(_, (_, a, b)), (_, (_, c, d))| (a.1 - b.1).total_cmp(&(c.1 - d.1)));
    let title = match farthest {
        Some((one, (upwards, most, least))) => format!(
            "{} {} {} with {} and {} with {}",
            one.instrument,
            if upwards { "rose" } else { "fell" },
            words::percent(most.1),
            of.runs[most.0].label,
            words::percent(least.1),
            of.runs[least.0].label
        ),
        None => format!("{} took another course, and went as far", all[0].instrument),
    };
    let instruments = words::upper(&words::of_all(differ, known, "instrument", "instruments"));
    let caption = format!(
        "One line for each run. {instruments} took another course; those that differ most stand first. Where lines lie on \
         one another the runs are alike, so the moment at which they part is the first at which the difference was felt. \
         Above each panel stands how far each run went from its turn, in the order of the runs."
    );
    (title, caption)
}

/// A value of an outcome.
pub fn value(of: &Outcome, value: &Scalar, currency: &str) -> String {
    match value {
        Scalar::Count(count) => words::in_unit(*count as f64, &of.unit, currency),
        Scalar::Number(number) => {
            number.map_or_else(|| "none".to_owned(), |number| words::in_unit(number, &of.unit, currency))
        }
        Scalar::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Scalar::Text(text) => text.as_deref().map_or_else(|| "never".to_owned(), words::moment_of),
    }
}

/// How far apart its values are.
pub fn difference(of: &Outcome, currency: &str) -> String {
    match (of.difference, &of.values[..]) {
        (None, _) | (_, [Scalar::Flag(_), ..]) => String::new(),
        (Some(difference), [_, _]) => words::error_in_unit(difference, &of.unit, currency),
        (Some(difference), _) if of.unit == "ratio" => words::points(difference).trim_start_matches('+').to_owned(),
        (Some(difference), _) => words::in_unit(difference, &of.unit, currency),
    }
}

/// The whole of `compare.html`.
pub fn page(of: &Compared, charts: &[Chart]) -> String {
    let mut worlds: Vec<&str> = of.runs.iter().map(|run| run.world.as_str()).collect();
    worlds.sort_unstable();
    worlds.dedup();
    let runs = words::counted(of.runs.len(), "run", "runs");
    let title = format!("{runs} of {} compared", worlds.join(" and "));
    let labels: Vec<&str> = of.runs.iter().map(|run| run.label.as_str()).collect();
    let mut header = format!("<h1>{}</h1>\n<ol>\n", escape(&title));
    for run in &of.runs {
        header +=
            &format!("<li><b>{}</b> <span class=\"soft\">{}</span></li>\n", escape(&run.label), escape(&run.folder));
    }
    header += "</ol>\n";
    let again = of.runs.iter().map(|run| shell_line(&run.command)).collect::<String>();
    let charts = charts.iter().map(figure).collect::<String>();
    let sections = [
        ("input", "What went in", inputs(of, &labels)),
        ("charts", "Prices over one another", charts),
        ("outcome", "What came out", outcomes(of, &labels)),
        ("again", "Run them again", again),
    ];
    document(&title, &header, &sections, &origin(of))
}

fn inputs(of: &Compared, labels: &[&str]) -> String {
    if of.inputs.is_empty() {
        return "<p>Nothing: world, overrides, seed and version are the same.</p>\n".to_owned();
    }
    let columns: Vec<(&str, bool)> =
        [("Path", false)].into_iter().chain(labels.iter().map(|label| (*label, false))).collect();
    let mut table = Table::new("Each place at which not all runs had the same.", &columns);
    for input in &of.inputs {
        let cells = input.values.iter().map(|value| value.clone().unwrap_or_else(|| "not there".to_owned()));
        table.row(&[input.path.clone()].into_iter().chain(cells).collect::<Vec<_>>());
    }
    table.end()
}

fn outcomes(of: &Compared, labels: &[&str]) -> String {
    let mut counted = format!("<p>{} the same in all", words::counted(of.equal, "figure is", "figures are"));
    if of.lacking > 0 {
        counted += &format!("; {} not in every run", words::counted(of.lacking, "is", "are"));
    }
    counted += ".</p>\n";
    if of.outcomes.is_empty() {
        return counted;
    }
    let last = if labels.len() == 2 { "Difference" } else { "Apart" };
    let columns: Vec<(&str, bool)> = [("Figure", false)]
        .into_iter()
        .chain(labels.iter().map(|label| (*label, true)))
        .chain([(last, true)])
        .collect();
    let mut table = Table::new(&format!("Figures that are not the same: differences, {ORDER}."), &columns);
    for outcome in &of.outcomes {
        let values = outcome.values.iter().map(|own| value(outcome, own, &of.currency));
        let cells = [words::quantity(&outcome.figure)].into_iter().chain(values);
        table.row(&cells.chain([difference(outcome, &of.currency)]).collect::<Vec<_>>());
    }
    table.end() + &counted
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::compare::{ComparedRun, Input};

    fn compared(labels: &[&str]) -> Compared {
        let run =
            |label: &&str| ComparedRun { label: (*label).to_owned(), world: "crash".into(), ..Default::default() };
        let weight = 0.5;
        let values = vec![Scalar::Number(Some(0.2)), Scalar::Number(Some(0.4))];
        Compared {
            runs: labels.iter().map(run).collect(),
            inputs: vec![Input { path: "traders.<b>".into(), values: vec![Some("1".into()), None] }],
            outcomes: vec![Outcome {
                figure: "instruments.MEDIA.drawdown".into(),
                unit: "ratio".into(),
                values,
                difference: Some(0.2),
                weight,
            }],
            equal: 3,
            lacking: 0,
            currency: "USD".into(),
        }
    }

    #[test]
    fn only_instruments_that_differ_are_drawn_and_the_title_tells_the_farthest() {
        let one = sample::crash().tables.prices;
        let mut other = one.clone();
        for row in other.iter_mut().filter(|row| row.instrument == "MEDIA") {
            row.mark = row.mark.max(80.0);
        }
        let of = compared(&["leverage 6", "leverage 3"]);
        assert_eq!(draw(&of, &[&one, &one]), None, "equal runs have no chart");
        let figure = draw(&of, &[&one, &other]).unwrap();
        assert!(
            figure.title.starts_with("MEDIA fell ") && figure.title.contains(" with leverage 6 and "),
            "{}",
            figure.title
        );
        assert!(figure.caption.contains("1 of 3\u{a0}instruments took"), "{}", figure.caption);
    }

    #[test]
    fn a_run_that_is_shorter_is_drawn_as_far_as_it_goes() {
        let one = sample::crash().tables.prices;
        let mut other: Vec<PriceRow> = one.iter().filter(|row| row.tick < 500).cloned().collect();
        other.iter_mut().for_each(|row| row.mark += 1.0);
        assert!(draw(&compared(&["a", "b"]), &[&one, &other]).is_some());
        assert_eq!(draw(&compared(&["a", "b"]), &[&one, &[]]), None, "there is nothing to hold it against");
    }

    #[test]
    fn the_page_escapes_and_tells_all_that_differs() {
        let html = page(&compared(&["a<b>", "b"]), &[]);
        assert!(!html.contains("a<b>") && !html.contains("traders.<b>"));
        for part in ["traders.&lt;b&gt;", "not there", "+20", "3\u{a0}figures are the same in all"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
