//! What a sweep came to: a curve with its band for one path, a heat map with the line at which it tips for two, small
//! multiples beyond, and rule against rule.
//!
//! A curve is the median, its band is where ninety in a hundred runs lie. A map tips where its median crosses the middle
//! between the least and the most that it has.

use super::grid::{Grid, columns};
use super::panel::{Panel, padded, ticks};
use super::probe::log_axes_across;
use super::scene::Scene;
use super::theme::{self, Ink, MARGIN, Sign, WIDTH};
use super::view::Figure;
use super::words;
use ground::ops::ln;
use results::sweep::{Band, Difference, Shape, Swept, SweptPath};

/// Nothing where nothing was varied, or no run has the figure.
pub fn draw(of: &Swept) -> Option<Figure> {
    if of.runs == 0 {
        return None;
    }
    match &of.shape {
        Shape::Curve(bands) => curve(of, bands),
        Shape::Map(columns) => map(of, columns),
        Shape::Panels(panels) if !panels.is_empty() => multiples(of, panels),
        Shape::Panels(_) => None,
        Shape::Rules(differences) => rules(of, differences),
    }
}

fn name(of: &Swept) -> String {
    words::stem(&of.figure.replace('.', "-"))
}

fn number(value: f64, of: &Swept) -> String {
    words::in_unit(value, if of.unit == "true or false" { "number" } else { &of.unit }, &of.currency)
}

fn origin(of: &Swept) -> String {
    let lacking = match of.lacking {
        0 => String::new(),
        lacking => format!(", of which {} have no such figure", words::counted(lacking, "run", "runs")),
    };
    format!("Firesale, {}, {}{lacking}", of.world, words::counted(of.runs + of.lacking, "run", "runs"))
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// The figure as a sentence has it.
fn what(of: &Swept) -> String {
    let figure = of.figure.as_str();
    let named = figure.strip_prefix("instruments.").and_then(|rest| rest.rsplit_once('.'));
    match (figure, named) {
        ("lenders.total_loss", _) => "loss of all lenders".to_owned(),
        ("cascade.size" | "accounts.breached", _) => "number of accounts that broke".to_owned(),
        ("liquidations.notional", _) => "value of forced orders".to_owned(),
        (_, Some((name, "fall_compared"))) => format!("fall of {name}"),
        (_, Some((name, last @ ("drawdown" | "rise")))) => format!("{last} of {name}"),
        (layer, _) if layer.starts_with("waterfall.") => {
            format!("payment by {}", layer["waterfall.".len()..].replace('_', " "))
        }
        (loss, _) if loss.starts_with("lenders.") && loss.ends_with(".loss") => {
            format!("loss of {}", &loss["lenders.".len()..loss.len() - ".loss".len()])
        }
        _ => words::quantity(figure),
    }
}

/// What is drawn, by the one list of meanings.
fn meaning(of: &Swept) -> String {
    match results::meanings::meaning(&of.figure) {
        "" => format!("{}.", upper(&what(of))),
        meaning => meaning.to_owned(),
    }
}

/// Medians along a path in words: from the first value to the last.
fn course(of: &Swept, path: &SweptPath, bands: &[Band]) -> Option<String> {
    let there: Vec<usize> = (0..bands.len()).filter(|place| bands[*place].n > 0).collect();
    let (first, last) = (*there.first()?, *there.last()?);
    let (from, to) = (bands[first].median, bands[last].median);
    let (from_text, to_text) = (number(from, of), number(to, of));
    let (least, most) = (path.names[first].as_str(), path.names[last].as_str());
    if !path.numeric {
        let high = there.iter().copied().max_by(|a, b| bands[*a].median.total_cmp(&bands[*b].median))?;
        let low = there.iter().copied().min_by(|a, b| bands[*a].median.total_cmp(&bands[*b].median))?;
        return Some(format!(
            "{} is {} with {} and {} with {}",
            upper(&what(of)),
            number(bands[high].median, of),
            path.names[high],
            number(bands[low].median, of),
            path.names[low]
        ));
    }
    // On the way it may be higher or lower than at either end.
    let beyond = |place: &&usize| {
        let (median, spread) = (bands[**place].median, (to - from).abs());
        let past = (median - from.max(to)).max(from.min(to) - median);
        past > 0.1 * spread && number(median, of) != from_text && number(median, of) != to_text
    };
    let far = |place: &usize| (bands[*place].median - f64::midpoint(from, to)).abs();
    let turn = there.iter().filter(beyond).max_by(|one, other| far(one).total_cmp(&far(other)));
    let by_way = turn.map_or_else(String::new, |place| {
        format!(", by way of {} at {}", number(bands[*place].median, of), path.names[*place])
    });
    // Where half of the way and more is made in one step, the step is what there is to see.
    let steps = there.windows(2).map(|pair| (pair[0], pair[1], bands[pair[1]].median - bands[pair[0]].median));
    let steepest = steps.max_by(|one, other| one.2.abs().total_cmp(&other.2.abs()));
    let cliff =
        steepest.filter(|(_, _, step)| there.len() > 3 && turn.is_none() && step.abs() > 0.5 * (to - from).abs());
    let by_way = cliff.map_or(by_way, |(before, after, _)| {
        format!(", most of it between {} and {}", path.names[before], path.names[after])
    });
    Some(if from_text == to_text {
        format!("{} is {from_text} at {} of {least} and of {most}{by_way}", upper(&what(of)), spoken(path))
    } else {
        let verb = if to > from { "rises" } else { "falls" };
        format!(
            "{} {verb} from {from_text} to {to_text} as {} goes from {least} to {most}{by_way}",
            upper(&what(of)),
            spoken(path)
        )
    })
}

/// Where values lie on an axis.
fn place(path: &SweptPath, at: f64) -> f64 {
    if path.log && at > 0.0 { ln(at) } else { at }
}

fn across(path: &SweptPath) -> (f64, f64) {
    let places = path.at.iter().map(|at| place(path, *at));
    let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    if path.numeric { padded((low, high), 0.03, 0.03) } else { (-0.5, path.at.len() as f64 - 0.5) }
}

fn up(bands: &[&Band], of: &Swept) -> (f64, f64) {
    let there = bands.iter().filter(|band| band.n > 0);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for band in there {
        low = low.min(band.low);
        high = high.max(band.high);
    }
    // What is counted or lost begins at nothing, so that heights can be compared.
    if low >= 0.0 && (of.unit != "number" || low < 0.5 * high) {
        low = 0.0;
    }
    let (low, high) = padded((low, high), 0.04, 0.06);
    (if low < 0.0 && bands.iter().all(|band| band.low >= 0.0) { 0.0 } else { low }, high)
}

/// The values beneath.
fn value_names(scene: &mut Scene, plot: &Panel, path: &SweptPath, wanted: usize) {
    plot.edge(scene);
    if path.numeric && path.log {
        log_axes_across(scene, plot, words::short);
        return;
    }
    let marks: Vec<(f64, String)> = if path.numeric && path.at.len() > wanted {
        ticks(plot.across, wanted).into_iter().map(|tick| (tick, words::short(tick))).collect()
    } else if path.numeric {
        path.at.iter().map(|at| (*at, words::short(*at))).collect()
    } else {
        let room = plot.width() / path.at.len().max(1) as f64 - 8.0;
        path.at.iter().zip(&path.names).map(|(at, name)| (*at, theme::fit(name, theme::AXIS, room))).collect()
    };
    let mut free = f64::NEG_INFINITY;
    for (at, text) in marks {
        let x = plot.x(at);
        scene.segment((x, plot.bottom), (x, plot.bottom + 4.0), theme::EDGE, 1.0);
        let half = theme::width_of(&text, theme::AXIS) / 2.0;
        if x - half > free {
            scene.text((x, plot.bottom + 18.0), text, theme::AXIS.middle());
            free = x + half + 6.0;
        }
    }
}

/// Median and band in a plot; each value apart where they are words.
fn banded(scene: &mut Scene, plot: &Panel, path: &SweptPath, bands: &[Band]) {
    let there: Vec<(f64, &Band)> =
        path.at.iter().zip(bands).filter(|(_, band)| band.n > 0).map(|(at, band)| (place(path, *at), band)).collect();
    if path.numeric {
        let mut outline: Vec<_> = there.iter().map(|(x, band)| plot.at(*x, band.high)).collect();
        outline.extend(there.iter().rev().map(|(x, band)| plot.at(*x, band.low)));
        scene.area(outline, theme::RUN, 0.18);
        scene.stroke(there.iter().map(|(x, band)| plot.at(*x, band.median)).collect(), theme::RUN, 2.0, None);
    } else {
        for (x, band) in &there {
            let (middle, half) = (plot.x(*x), 14.0);
            scene.rect((middle - half, plot.y(band.low)), (middle + half, plot.y(band.high)), theme::RUN, 0.18);
        }
    }
    for (x, band) in there {
        scene.disc(plot.at(x, band.median), 4.0, theme::RUN);
    }
}

fn key(of: &Swept) -> Vec<(Sign, &'static str)> {
    let middle = if of.sampled { "median of the points there" } else { "median" };
    vec![(Sign::Line(theme::RUN), middle), (Sign::Block(theme::RUN.tint(0.18)), "where 90 % of the runs lie")]
}

fn curve(of: &Swept, bands: &[Band]) -> Option<Figure> {
    let path = of.paths.first()?;
    let title = course(of, path, bands)?;
    let seeds = if of.seeds > 1 {
        format!(", {} to a value", words::counted(of.seeds, "seed", "seeds"))
    } else {
        String::new()
    };
    let subtitle = format!("{} Against {}{seeds}.", meaning(of), label(path));
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &key(of));
    let up = up(&bands.iter().collect::<Vec<_>>(), of);
    let wide = axis_width(of, up, 5);
    let plot = Panel {
        left: MARGIN + wide + 10.0,
        top: y + 14.0,
        right: WIDTH - MARGIN,
        bottom: y + 354.0,
        across: across(path),
        up,
    };
    plot.value_axis(&mut scene, 5, |value| number(value, of));
    value_names(&mut scene, &plot, path, 10);
    banded(&mut scene, &plot, path, bands);
    scene.text((plot.right, plot.bottom + 38.0), label(path).to_owned(), theme::AXIS.end());
    theme::footing(&mut scene, &origin(of), plot.bottom + 46.0);
    let caption =
        "Each disc is the median of the runs with one value; the band holds all but the lowest and the highest \
                   twentieth of them. Where the band is wide, chance decides."
            .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}

/// Figures of one unit along one path, in one frame; nothing where there are fewer than two of them.
pub fn together(all: &[Swept]) -> Option<Figure> {
    let first = all.first()?;
    let of_one = |of: &&Swept| of.paths == first.paths && of.unit == first.unit && of.runs > 0;
    let lines: Vec<(&Swept, &Vec<Band>)> = all
        .iter()
        .filter(of_one)
        .filter_map(|of| match &of.shape {
            Shape::Curve(bands) => Some((of, bands)),
            _ => None,
        })
        .take(theme::PEERS.len())
        .collect();
    let path = first.paths.first()?;
    if lines.len() < 2 {
        return None;
    }
    let largest = |place: usize| {
        let there = lines.iter().filter(|(_, bands)| bands[place].n > 0);
        there.max_by(|(_, one), (_, other)| one[place].median.total_cmp(&other[place].median)).copied()
    };
    let mut ends = (0..path.at.len()).filter_map(|place| Some((place, largest(place)?)));
    let (from, at_first) = ends.next()?;
    let (to, at_last) = ends.next_back()?;
    let told = |place: usize, (of, bands): (&Swept, &Vec<Band>)| {
        format!("at {} {} ({})", value_of(path, place), what(of), number(bands[place].median, of))
    };
    let title = format!("The largest is {} and {}", told(from, at_first), told(to, at_last));
    let seeds = if first.seeds > 1 {
        format!("Medians of {}", words::counted(first.seeds, "seed", "seeds"))
    } else {
        "One run a value".into()
    };
    let subtitle = format!("{seeds}, against {}.", label(path));
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let names: Vec<String> = lines.iter().map(|(of, _)| what(of)).collect();
    let signs = |place: usize| match place % 3 {
        0 => Sign::Line(theme::PEERS[place]),
        1 => Sign::Dashed(theme::PEERS[place]),
        _ => Sign::Dotted(theme::PEERS[place]),
    };
    let key: Vec<(Sign, &str)> = names.iter().enumerate().map(|(place, name)| (signs(place), name.as_str())).collect();
    y += theme::key(&mut scene, (MARGIN, y), &key);
    let medians: Vec<Band> = lines
        .iter()
        .flat_map(|(_, bands)| bands.iter())
        .map(|band| Band { low: band.median, high: band.median, ..*band })
        .collect();
    let up = up(&medians.iter().collect::<Vec<_>>(), first);
    let wide = axis_width(first, up, 5);
    let plot = Panel {
        left: MARGIN + wide + 10.0,
        top: y + 14.0,
        right: WIDTH - MARGIN,
        bottom: y + 354.0,
        across: across(path),
        up,
    };
    plot.value_axis(&mut scene, 5, |value| number(value, first));
    value_names(&mut scene, &plot, path, 10);
    for (index, (_, bands)) in lines.iter().enumerate() {
        let there = path.at.iter().zip(*bands).filter(|(_, band)| band.n > 0);
        let points: Vec<_> = there.map(|(at, band)| plot.at(place(path, *at), band.median)).collect();
        let dash = [None, Some(theme::DASHED), Some(theme::DOTTED)][index % 3];
        for point in &points {
            scene.disc(*point, 4.0, theme::PEERS[index]);
        }
        scene.stroke(points, theme::PEERS[index], 2.25, dash);
    }
    scene.text((plot.right, plot.bottom + 38.0), label(path).to_owned(), theme::AXIS.end());
    theme::footing(&mut scene, &origin(first), plot.bottom + 46.0);
    let caption = "One line for each figure, all on one scale: where lines cross, another takes the lead. Each disc is the median of the \
                   runs with one value."
        .to_owned();
    Some(Figure { name: "together".into(), title, caption, scene })
}

/// A value in a sentence.
fn value_of(path: &SweptPath, place: usize) -> String {
    shown(path, &path.names[place])
}

/// Room that the numbers of an axis take.
fn axis_width(of: &Swept, up: (f64, f64), wanted: usize) -> f64 {
    ticks(up, wanted).into_iter().map(|tick| theme::width_of(&number(tick, of), theme::AXIS)).fold(0.0, f64::max)
}

/// From paper to vermilion; a light and a dark end that everybody tells apart.
fn shade(share: f64) -> Ink {
    theme::FORCED.tint(0.06 + 0.94 * share.clamp(0.0, 1.0))
}

fn map(of: &Swept, columns: &[Vec<Band>]) -> Option<Figure> {
    let (first, second) = (of.paths.first()?, of.paths.get(1)?);
    let there = || columns.iter().flatten().filter(|band| band.n > 0);
    let least = there().map(|band| band.median).fold(f64::INFINITY, f64::min);
    let most = there().map(|band| band.median).fold(f64::NEG_INFINITY, f64::max);
    if !(least.is_finite() && most.is_finite()) {
        return None;
    }
    let middle = least + (most - least) / 2.0;
    let flat = number(least, of) == number(most, of);
    let title = if flat {
        format!("{} is {} wherever one looks", upper(&what(of)), number(least, of))
    } else {
        let at = |wanted: f64| {
            let cells = columns.iter().enumerate().flat_map(|(x, column)| (0..column.len()).map(move |y| (x, y)));
            let (x, y) = cells
                .into_iter()
                .find(|(x, y)| columns[*x][*y].n > 0 && columns[*x][*y].median == wanted)
                .unwrap_or((0, 0));
            format!("{} at {} and {}", number(wanted, of), named(first, x), named(second, y))
        };
        format!("{} runs from {} to {}", upper(&what(of)), at(least), at(most))
    };
    let seeds = if of.seeds > 1 {
        format!("Median of {}", words::counted(of.seeds, "seed", "seeds"))
    } else {
        "One run".into()
    };
    let subtitle = format!("{} {seeds} in each cell.", meaning(of));
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let tips = format!("it tips: above {} on one side, below on the other", number(middle, of));
    if !flat {
        y += theme::key(
            &mut scene,
            (MARGIN, y),
            &[
                (Sign::Block(shade(0.0)), "least"),
                (Sign::Block(shade(1.0)), "most"),
                (Sign::Line(theme::HISTORY), &tips),
            ],
        );
    }
    let (wide, high) = (first.at.len(), second.at.len());
    let names = second.names.iter().map(|name| theme::width_of(&shown(second, name), theme::AXIS)).fold(0.0, f64::max);
    let left = MARGIN + names.min(220.0) + 12.0;
    let cell_high = (360.0 / high as f64).clamp(18.0, 64.0);
    scene.text((MARGIN, y + 20.0), format!("up: {}", label(second)), theme::AXIS);
    y += 32.0;
    let plot = Panel {
        left,
        top: y,
        right: WIDTH - MARGIN,
        bottom: y + cell_high * high as f64,
        across: (0.0, wide as f64),
        up: (0.0, high as f64),
    };
    let cell_wide = plot.width() / wide as f64;
    for (x, column) in columns.iter().enumerate() {
        for (y, band) in column.iter().enumerate() {
            let (from, to) = (plot.at(x as f64, y as f64), plot.at(x as f64 + 1.0, y as f64 + 1.0));
            if band.n == 0 {
                scene.segment((from.0 + 3.0, from.1 - 3.0), (to.0 - 3.0, to.1 + 3.0), theme::EDGE, 1.0);
                continue;
            }
            let share = if flat { 0.0 } else { (band.median - least) / (most - least) };
            let ink = shade(share);
            scene.rect((from.0 + 0.75, from.1 - 0.75), (to.0 - 0.75, to.1 + 0.75), ink, 1.0);
            let text = number(band.median, of);
            if theme::width_of(&text, theme::LABEL) < cell_wide - 8.0 && cell_high >= 18.0 {
                let at = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0 + 4.0);
                scene.text(at, text, theme::LABEL.ink(theme::ink_on(ink)).middle());
            }
        }
    }
    if !flat {
        tipping(&mut scene, &plot, columns, middle);
    }
    let every = (70.0 / cell_wide).ceil().max(1.0) as usize;
    for (x, name) in first.names.iter().enumerate().step_by(every) {
        let at = plot.x(x as f64 + 0.5);
        let text = theme::fit(&shown(first, name), theme::AXIS, cell_wide * every as f64 - 6.0);
        scene.text((at, plot.bottom + 18.0), text, theme::AXIS.middle());
    }
    let every = (16.0 / cell_high).ceil().max(1.0) as usize;
    for (y, name) in second.names.iter().enumerate().step_by(every) {
        let at = plot.y(y as f64 + 0.5) + 4.0;
        scene.text((plot.left - 8.0, at), theme::fit(&shown(second, name), theme::AXIS, 220.0), theme::AXIS.end());
    }
    scene.text((plot.right, plot.bottom + 38.0), format!("across: {}", label(first)), theme::AXIS.end());
    theme::footing(&mut scene, &origin(of), plot.bottom + 46.0);
    let caption = format!(
        "Each cell is a pair of values: {} across, {} up. The black line parts the cells whose median is above the middle \
         between the least and the most from those below; crossed cells have no run that came to an end.",
        label(first),
        label(second)
    );
    Some(Figure { name: name(of), title, caption, scene })
}

/// `leverage 6`.
fn named(path: &SweptPath, place: usize) -> String {
    let shown = shown(path, &path.names[place]);
    match (path.label.as_str(), path.numeric) {
        ("", _) => format!("{} {shown}", path.path.rsplit('.').next().unwrap_or(&path.path).replace('_', " ")),
        (_, false) => shown,
        (label, true) => format!("{label} {shown}"),
    }
}

/// What varies, beside an axis.
fn label(path: &SweptPath) -> &str {
    if path.label.is_empty() { &path.path } else { &path.label }
}

/// The same in a sentence.
fn spoken(path: &SweptPath) -> String {
    if path.label.is_empty() { words::spoken(&path.path) } else { path.label.clone() }
}

/// A value as an axis writes it.
fn shown(path: &SweptPath, name: &str) -> String {
    if path.numeric { name.parse().map_or_else(|_| name.to_owned(), words::short) } else { name.to_owned() }
}

/// Edges between cells of which one is above the middle and the other is not.
fn tipping(scene: &mut Scene, plot: &Panel, columns: &[Vec<Band>], middle: f64) {
    let above = |x: usize, y: usize| {
        let band = columns.get(x)?.get(y)?;
        (band.n > 0).then_some(band.median > middle)
    };
    let mut edge = |from: (f64, f64), to: (f64, f64)| {
        scene.segment(plot.at(from.0, from.1), plot.at(to.0, to.1), theme::HISTORY, 3.0);
    };
    for (x, column) in columns.iter().enumerate() {
        for y in 0..column.len() {
            let own = above(x, y);
            let (left, low) = (x as f64, y as f64);
            if own.is_some() && above(x + 1, y).is_some_and(|other| Some(other) != own) {
                edge((left + 1.0, low), (left + 1.0, low + 1.0));
            }
            if own.is_some() && above(x, y + 1).is_some_and(|other| Some(other) != own) {
                edge((left, low + 1.0), (left + 1.0, low + 1.0));
            }
        }
    }
}

fn multiples(of: &Swept, panels: &[Vec<Band>]) -> Option<Figure> {
    // The path along which the medians move most.
    let reach = |bands: &[Band]| {
        let medians = || bands.iter().filter(|band| band.n > 0).map(|band| band.median);
        medians().fold(f64::NEG_INFINITY, f64::max) - medians().fold(f64::INFINITY, f64::min)
    };
    let most = (0..panels.len()).max_by(|a, b| reach(&panels[*a]).total_cmp(&reach(&panels[*b])))?;
    let course = course(of, &of.paths[most], &panels[most])?;
    let title = format!("What matters most is {}: {}", spoken(&of.paths[most]), lower(&course));
    let subtitle = format!(
        "{} Against each of what varied, over all values of the others{}.",
        meaning(of),
        if of.sampled { ", in ten stretches" } else { "" }
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &key(of));
    let all: Vec<&Band> = panels.iter().flatten().collect();
    let up = up(&all, of);
    let axis = axis_width(of, up, 4) + 10.0;
    let across_page = columns(panels.len(), 3);
    let grid = Grid { columns: across_page, top: y + 8.0, axis, head: 24.0, plot_height: 170.0, foot: 30.0 };
    for (index, (path, bands)) in of.paths.iter().zip(panels).enumerate() {
        let cell = grid.cell(index);
        let plot =
            Panel { left: cell.left, top: cell.top, right: cell.right, bottom: cell.bottom, across: across(path), up };
        let head = theme::fit(label(path), theme::PANEL, cell.right - cell.left + axis);
        scene.text((cell.left - axis + 4.0, cell.top - 8.0), head, theme::PANEL);
        plot.value_axis(&mut scene, 4, |value| number(value, of));
        value_names(&mut scene, &plot, path, 5);
        banded(&mut scene, &plot, path, bands);
    }
    theme::footing(&mut scene, &origin(of), grid.bottom(panels.len()));
    let caption = "All panels share their upright scale. A flat panel says that what varies there hardly matters; a band as wide \
                   as the page says that the others, or chance, do."
        .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

/// The widest column of names, and the most lines of one.
const MOST_NAME: f64 = 260.0;
const MOST_LINES: usize = 4;

fn rules(of: &Swept, differences: &[Difference]) -> Option<Figure> {
    let first = differences.first()?;
    let sure = |rule: &&Difference| rule.pairs > 1 && (rule.low > 0.0 || rule.high < 0.0);
    let largest = differences.iter().filter(sure).max_by(|a, b| a.mean.abs().total_cmp(&b.mean.abs()));
    let moved = |value: f64| {
        words::error_in_unit(value, if of.unit == "true or false" { "number" } else { &of.unit }, &of.currency)
    };
    let title = match largest {
        Some(rule) => {
            // A path is written as it is.
            let name = if rule.rule.contains('=') { rule.rule.clone() } else { upper(&rule.rule) };
            format!("{name}: {} changes by {}", what(of), moved(rule.mean))
        }
        None => format!("No rule changes {} for sure", what(of)),
    };
    let subtitle = format!(
        "{} Under the rule less as it is, run by run on the same draws, {}.",
        meaning(of),
        words::counted(first.pairs, "pair", "pairs")
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let signs = [(Sign::Disc(theme::RUN), "mean difference"), (Sign::Line(theme::RUN), "95 % interval")];
    y += theme::key(&mut scene, (MARGIN, y), &signs);
    let low = differences.iter().map(|rule| rule.low).fold(0.0, f64::min);
    let high = differences.iter().map(|rule| rule.high).fold(0.0, f64::max);
    // Names stand beside the plot, each in as many lines as it takes.
    let widest = differences.iter().map(|rule| theme::width_of(&rule.rule, theme::LABEL)).fold(0.0, f64::max);
    let room = widest.min(MOST_NAME) + 4.0;
    let names: Vec<Vec<String>> =
        differences.iter().map(|rule| theme::wrap(&rule.rule, theme::LABEL, room, MOST_LINES)).collect();
    let row = 18.0 + 16.0 * names.iter().map(Vec::len).max().unwrap_or(1) as f64;
    // What is said beside an interval stands on its far side from zero.
    let said = differences.iter().map(|rule| theme::width_of(&moved(rule.mean), theme::LABEL)).fold(0.0, f64::max);
    let (left, right) = (MARGIN + room + 14.0, WIDTH - MARGIN);
    let margin = (said + 18.0) / (right - left);
    let beyond = |there: bool| if there { margin } else { 0.04 };
    let plot = Panel {
        left,
        top: y + 10.0,
        right,
        bottom: y + 10.0 + row * differences.len() as f64,
        across: padded(
            (low, high),
            beyond(differences.iter().any(|rule| rule.mean < 0.0)),
            beyond(differences.iter().any(|rule| rule.mean >= 0.0)),
        ),
        up: (0.0, differences.len() as f64),
    };
    for tick in ticks(plot.across, 6) {
        let x = plot.x(tick);
        let ink = if tick == 0.0 { theme::TEXT } else { theme::GRID };
        scene.segment((x, plot.top), (x, plot.bottom), ink, 1.0);
        scene.text((x, plot.bottom + 18.0), moved(tick), theme::AXIS.middle());
    }
    plot.edge(&mut scene);
    for (index, rule) in differences.iter().enumerate() {
        let y = plot.top + row * (index as f64 + 0.5);
        let first = y + 4.0 - 8.0 * (names[index].len() as f64 - 1.0);
        for (line, name) in names[index].iter().enumerate() {
            scene.text((plot.left - 14.0, first + 16.0 * line as f64), name.clone(), theme::LABEL.end());
        }
        scene.segment((plot.x(rule.low), y), (plot.x(rule.high), y), theme::RUN, 2.0);
        scene.disc((plot.x(rule.mean), y), 4.5, theme::RUN);
        let text = moved(rule.mean);
        let wide = theme::width_of(&text, theme::LABEL);
        let left = if rule.mean < 0.0 { plot.x(rule.low) - 8.0 - wide } else { plot.x(rule.high) + 8.0 };
        // No line of the axis goes through it.
        scene.rect((left - 2.0, y - 8.0), (left + wide + 2.0, y + 8.0), theme::PAPER, 1.0);
        scene.text((left, y + 4.0), text, theme::LABEL);
    }
    scene.text((plot.right, plot.bottom + 38.0), format!("change of {}", what(of)), theme::AXIS.end());
    theme::footing(&mut scene, &origin(of), plot.bottom + 46.0);
    let caption = "Where the line does not cross zero the rule makes a difference that chance does not explain. Both runs of a pair have the \
                   same draws, so what is left between them is the rule."
        .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::scene::Mark;
    use super::*;

    fn band(median: f64) -> Band {
        Band { n: 10, median, low: median * 0.9, high: median * 1.1 }
    }

    fn path(path: &str, at: &[f64]) -> SweptPath {
        let names = at.iter().map(ToString::to_string).collect();
        SweptPath { path: path.into(), label: String::new(), names, at: at.to_vec(), numeric: true, log: false }
    }

    fn swept(paths: Vec<SweptPath>, shape: Shape) -> Swept {
        Swept {
            world: "two-funds".into(),
            currency: "USD".into(),
            figure: "instruments.acme.fall_compared".into(),
            unit: "ratio".into(),
            runs: 60,
            lacking: 0,
            seeds: 10,
            paths,
            sampled: false,
            shape,
        }
    }

    fn says(figure: &Figure, text: &str) -> bool {
        figure.scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text: own, .. } if own.contains(text)))
    }

    #[test]
    fn a_curve_says_from_where_to_where() {
        let of = swept(vec![path("traders.fund-a.leverage", &[2.0, 4.0])], Shape::Curve(vec![band(0.1), band(0.4)]));
        let figure = draw(&of).unwrap();
        assert_eq!(figure.title, "Fall of acme rises from 10\u{a0}% to 40\u{a0}% as fund-a leverage goes from 2 to 4");
        assert_eq!(figure.name, "instruments-acme-fall_compared");
        let bent = vec![path("traders.fund-a.leverage", &[2.0, 3.0, 4.0])];
        let figure = draw(&swept(bent, Shape::Curve(vec![band(0.1), band(0.9), band(0.4)]))).unwrap();
        assert!(figure.title.ends_with("goes from 2 to 4, by way of 90\u{a0}% at 3"), "{}", figure.title);
        assert!(says(&figure, "traders.fund-a.leverage"));
    }

    #[test]
    fn figures_of_one_unit_share_a_frame_and_the_title_tells_who_leads_at_either_end() {
        let one = |figure: &str, medians: [f64; 2]| {
            let paths = vec![path("traders.value.demand.coin.units", &[1.0, 2.0])];
            let shape = Shape::Curve(medians.map(band).to_vec());
            Swept { figure: figure.into(), unit: "USD".into(), ..swept(paths, shape) }
        };
        let fund = one("waterfall.insurance_fund", [1e6, 2e6]);
        let winners = one("waterfall.auto_deleveraging", [5e6, 0.0]);
        let figure = together(&[fund.clone(), winners]).unwrap();
        assert_eq!(
            figure.title,
            "The largest is at 1 payment by auto deleveraging ($5m) and at 2 payment by insurance fund ($2m)"
        );
        assert!(says(&figure, "payment by insurance fund"));
        let of_another_unit = Swept { unit: "ratio".into(), ..fund.clone() };
        assert_eq!(together(&[fund, of_another_unit]), None);
    }

    #[test]
    fn a_map_tips_where_its_median_crosses_the_middle_and_an_empty_cell_is_crossed_out() {
        let columns = vec![vec![band(0.1), band(0.1)], vec![band(0.5), Band::default()]];
        let of = swept(vec![path("a.b.c", &[1.0, 2.0]), path("d.e.f", &[1.0, 2.0])], Shape::Map(columns));
        let figure = draw(&of).unwrap();
        let thick =
            |mark: &&Mark| matches!(mark, Mark::Line { width, ink, .. } if *width == 3.0 && *ink == theme::HISTORY);
        // The one edge between a cell above and one below; none against the empty cell. One more in the key? It is thinner.
        assert_eq!(figure.scene.marks.iter().filter(thick).count(), 1);
        assert!(figure.title.contains("from 10\u{a0}% at c 1 and f 1 to 50\u{a0}% at c 2 and f 1"));
    }

    #[test]
    fn the_path_that_matters_most_is_named_among_many() {
        let of = swept(
            vec![path("a.b.c", &[1.0, 2.0]), path("d.e.f", &[1.0, 2.0]), path("g.h.i", &[1.0, 2.0])],
            Shape::Panels(vec![vec![band(0.2); 2], vec![band(0.1), band(0.5)], vec![band(0.2), band(0.3)]]),
        );
        assert!(draw(&of).unwrap().title.starts_with("What matters most is e f: fall of acme"));
    }

    #[test]
    fn a_rule_is_sure_only_where_its_interval_does_not_hold_zero() {
        let rule = |low, high| Difference {
            rule: "a=1".into(),
            pairs: 10,
            as_it_is: 0.3,
            under: 0.2,
            mean: (low + high) / 2.0,
            low,
            high,
            needed: Some(20),
            precision: 0.01,
        };
        let title = |low, high| draw(&swept(vec![], Shape::Rules(vec![rule(low, high)]))).unwrap().title;
        assert_eq!(title(-0.14, -0.06), "a=1: fall of acme changes by −10\u{a0}points");
        assert_eq!(title(-0.14, 0.06), "No rule changes fall of acme for sure");
        // A large difference that may be none does not hide a small one that is sure.
        let both = swept(vec![], Shape::Rules(vec![rule(-0.9, 0.1), rule(-0.03, -0.01)]));
        assert_eq!(draw(&both).unwrap().title, "a=1: fall of acme changes by −2\u{a0}points");
    }

    #[test]
    fn odd_numbers_reach_no_picture() {
        let odd = |median: f64| Band { n: 3, median, low: median, high: median };
        let curve = |bands| swept(vec![path("a.b.c", &[1.0, 2.0])], Shape::Curve(bands));
        let of = [
            curve(vec![odd(0.0), odd(0.0)]),
            curve(vec![Band::default(), Band::default()]),
            curve(vec![odd(1e18), odd(-1e18)]),
            swept(vec![path("a", &[1.0]), path("b", &[1.0])], Shape::Map(vec![vec![odd(0.0)]])),
        ];
        for figure in of.iter().filter_map(draw) {
            let svg = render::svg(&figure.scene, "sweep");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", figure.title);
        }
        assert_eq!(draw(&Swept { runs: 0, ..curve(vec![odd(0.0), odd(1.0)]) }), None);
    }
}
