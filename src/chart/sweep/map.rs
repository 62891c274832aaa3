//! Two paths: a cell for each pair of values, and the line at which the figure tips.

use super::super::panel::Panel;
use super::super::scene::Scene;
use super::super::theme::{self, Ink, MARGIN, Sign, WIDTH};
use super::super::view::Figure;
use super::super::words::{self, upper};
use super::frame::spans_orders;
use super::said::{label, meaning, name, named_apart, number, origin, shown, what};
use ground::ops::ln;
use results::sweep::{Band, Swept};

/// From paper to vermilion; a light and a dark end that everybody tells apart.
fn shade(share: f64) -> Ink {
    theme::FORCED.tint(0.06 + 0.94 * share.clamp(0.0, 1.0))
}

pub fn map(of: &Swept, columns: &[Vec<Band>]) -> Option<Figure> {
    let (first, second) = (of.paths.first()?, of.paths.get(1)?);
    let there = || columns.iter().flatten().filter(|band| band.n > 0);
    let least = there().map(|band| band.median).fold(f64::INFINITY, f64::min);
    let most = there().map(|band| band.median).fold(f64::NEG_INFINITY, f64::max);
    if !(least.is_finite() && most.is_finite()) {
        return None;
    }
    let log = spans_orders(least, most);
    let middle = if log { (least * most).sqrt() } else { least + (most - least) / 2.0 };
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
            let (one, other) = named_apart((first, x), (second, y));
            format!("{} at {one} and {other}", number(wanted, of))
        };
        format!("{} runs from {} to {}", upper(&what(of)), at(least), at(most))
    };
    let seeds = if of.seeds > 1 {
        format!("Median of {}", words::counted(of.seeds, "seed", "seeds"))
    } else {
        "One run".into()
    };
    let shades = if log { " Shades go by factors." } else { "" };
    let subtitle = format!("{} {seeds} in each cell.{shades}", meaning(of));
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let tips = format!("it tips: above {} on one side, below on the other", number(middle, of));
    let mut entries = Vec::new();
    if !flat {
        entries.push((Sign::Block(shade(0.0)), "least"));
        entries.push((Sign::Block(shade(1.0)), "most"));
        entries.push((Sign::Line(theme::HISTORY), tips.as_str()));
    }
    if columns.iter().flatten().any(|band| band.n == 0) {
        entries.push((Sign::Line(theme::EDGE), "no run came to an end"));
    }
    if !entries.is_empty() {
        y += theme::key(&mut scene, (MARGIN, y), &entries);
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
            let share = match (flat, log) {
                (true, _) => 0.0,
                (_, true) => ln(band.median / least) / ln(most / least),
                _ => (band.median - least) / (most - least),
            };
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
        "Each cell is a pair of values: {} across, {} up. The black line parts the cells whose median is above the {} \
         between the least and the most from those below; crossed cells have no run that came to an end.",
        label(first),
        label(second),
        if log { "geometric middle" } else { "middle" }
    );
    Some(Figure { name: name(of), title, caption, scene })
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
