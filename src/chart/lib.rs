//! Pictures of a run: every chart and the page that holds them.
//!
//! In come the rows and the summary of a finished run, what history says, and the names in the order
//! of the world file; out come charts as SVG and PNG, and one self-contained HTML page. Nothing here
//! touches the disk, draws a random number or reads a clock, so the same rows give the same bytes, and a chart
//! drawn later from a run's folder is the chart that the run drew.
//!
//! A chart is a function from a [`Picture`] to a `Figure`: its words and its marks, both
//! computed from the numbers. A chart that has nothing to show is left out, never drawn empty.
//!
//! Who reads what: `frame` turns ticks into trading time, `series` turns rows into lines, `words` writes
//! numbers and dates, `theme` holds colours and sizes, `scene` the marks, `render` the two formats.

mod view;
mod window;
mod price;
mod prices_all;
mod history_all;
mod fates;
mod margin;
mod pools;
mod populations;
mod two_ledgers;
mod buffer;
mod probe;
mod sweep;
mod losses;
mod unsold;
mod brokers;
mod waterfall;
mod cascade;
pub mod compare;
mod causes;
mod with_and_without;
mod flags;
mod fonts;
mod tails;
mod sources;
mod deleveraged;
mod depth;
mod deposits;
mod health;
mod pegs;
mod reserve;
mod sellers;
mod two_sides;
mod at_mark;
mod strips;
mod side_by_side;
mod rounds;
mod frame;
mod series;
mod swing;
mod panel;
mod logs;
mod labels;
mod grid;
pub mod words;
mod dates;
mod theme;
mod scene;
mod render;
mod page;
mod picture;
#[cfg(test)]
mod sample;

pub use buffer::BufferPicture;
pub use page::page;
pub use picture::{History, HistoryLoss, HistoryPrice, Listing, Named, Picture, ShockNote};
pub use window::Window;

use rayon::prelude::*;
use results::compare::Compared;
use results::probe::Probed;
use results::rows::PriceRow;
use results::sweep::Swept;
use std::collections::BTreeSet;
use view::{Figure, View};

/// A finished chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// File stem: lower-case ASCII letters, digits, `_` and `-`.
    pub name: String,
    /// States the finding, from the numbers.
    pub title: String,
    /// Two or three sentences on what to look for.
    pub caption: String,
    pub svg: String,
    pub png: Vec<u8>,
}

/// Draws every chart that has something to show, in reading order.
pub fn draw_all(picture: &Picture) -> Vec<Chart> {
    draw_while(picture, &|| true).unwrap_or_default()
}

/// The same as long as somebody wants them, who is asked before each. `None` where nobody did in the end: some of the
/// charts of a run would look like all of them.
pub fn draw_while(picture: &Picture, wanted: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Chart>> {
    stemmed(picture).par_iter().map(|figure| wanted().then(|| render(figure))).collect()
}

/// Draws those of the names given; on pages of a size in pixels, where one is given.
///
/// # Errors
///
/// Where any of them is no chart of this run: those that are none, and those that it has.
pub fn draw_only(picture: &Picture, only: &[String], size: Option<(u32, u32)>) -> Result<Vec<Chart>, NoSuchChart> {
    let figures = stemmed(picture);
    let unknown = only.iter().filter(|name| figures.iter().all(|figure| figure.name != **name));
    let unknown: Vec<String> = unknown.cloned().collect();
    if !unknown.is_empty() {
        return Err(NoSuchChart { unknown, known: figures.into_iter().map(|figure| figure.name).collect() });
    }
    let sized = |figure: &Figure| match size {
        // A picture has two pixels for each of its page.
        Some((width, height)) => {
            let scene = figure.scene.fitted(f64::from(width) / 2.0, f64::from(height) / 2.0);
            render(&Figure { scene, ..figure.clone() })
        }
        None => render(figure),
    };
    Ok(figures.par_iter().filter(|figure| only.contains(&figure.name)).map(sized).collect())
}

/// Names asked for that are no charts of a run, and the names of those it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchChart {
    pub unknown: Vec<String>,
    pub known: Vec<String>,
}

/// What there is to draw, each under a name of its own.
fn stemmed(picture: &Picture) -> Vec<Figure> {
    let mut figures = figures(&View::of(picture));
    let mut taken = BTreeSet::new();
    for figure in &mut figures {
        let stem = figure.name.clone();
        let mut number = 2;
        while !taken.insert(figure.name.clone()) {
            figure.name = format!("{stem}_{number}");
            number += 1;
        }
    }
    figures
}

/// The first of them.
pub fn draw_first(picture: &Picture) -> Option<Chart> {
    figures(&View::of(picture)).first().map(render)
}

/// The chart of a buffer's size, which is of many runs and not of one.
pub fn buffer_chart(picture: &BufferPicture<'_>) -> Chart {
    render(&buffer::draw(picture))
}

/// The chart of runs held against one another; nothing where no price differs.
pub fn compare_chart(of: &Compared, prices: &[&[PriceRow]]) -> Option<Chart> {
    compare::draw(of, prices).as_ref().map(render)
}

/// The charts of a probe, which is of many runs too.
pub fn probe_charts(probed: &Probed) -> Vec<Chart> {
    probe::draw(probed).iter().map(render).collect()
}

/// The charts of a sweep: one for each figure in which there is something to see, and first one of all that share a scale.
pub fn sweep_charts(told: &[Swept]) -> Vec<Chart> {
    sweep::together(told).into_iter().chain(told.iter().filter_map(sweep::draw)).map(|figure| render(&figure)).collect()
}

fn figures(view: &View) -> Vec<Figure> {
    let mut figures = Vec::new();
    // What a world is about comes first.
    figures.extend(tails::draw(view));
    figures.extend(two_sides::draw(view));
    figures.extend(at_mark::draw(view));
    figures.extend(sources::draw(view));
    figures.extend(deleveraged::draw(view));
    figures.extend(deposits::draw(view));
    figures.extend(health::draw(view));
    figures.extend(pegs::draw(view));
    figures.extend(reserve::draw(view));
    figures.extend(sellers::draw(view));
    let forced = view.tracks.iter().any(|track| track.forced_units() > 0.0);
    // Where a world asks for tails its markets are told by them.
    let tails = !view.picture.summary.returns.is_empty();
    if !forced && !tails {
        figures.extend(depth::draw(view));
    }
    figures.extend(rounds::draw(view));
    if !tails && view.picture.tables.rounds.is_empty() && view.picture.tables.study.is_empty() {
        figures.extend(side_by_side::draw(view));
    }
    figures.extend(with_and_without::draw(view));
    figures.extend(prices_all::draw(view));
    figures.extend(history_all::draw(view));
    figures.extend(price::draw(view));
    if forced && !tails {
        figures.extend(depth::draw(view));
    }
    figures.extend(cascade::draw(view));
    figures.extend(brokers::draw(view));
    figures.extend(unsold::draw(view));
    figures.extend(losses::draw(view));
    figures.extend(waterfall::draw(view));
    figures.extend(populations::draw(view));
    figures.extend(pools::draw(view));
    // Those of single accounts last.
    figures.extend(margin::draw(view));
    figures.extend(two_ledgers::draw(view));
    figures
}

fn render(figure: &Figure) -> Chart {
    Chart {
        name: figure.name.clone(),
        title: figure.title.clone(),
        caption: figure.caption.clone(),
        svg: render::with_fonts(&render::svg(&figure.scene, &figure.title)),
        png: render::png(&figure.scene),
    }
}

#[cfg(test)]
mod tests;
