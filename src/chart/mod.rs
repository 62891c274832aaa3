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
mod price;
mod frame;
mod series;
mod panel;
mod labels;
mod words;
mod theme;
mod scene;
mod render;
mod page;
#[cfg(test)]
mod sample;

pub use page::page;

use crate::record::rows::Tables;
use crate::record::summary::Summary;
use rayon::prelude::*;
use view::{Figure, View};

/// Everything a chart may look at.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    pub summary: &'a Summary,
    pub tables: &'a Tables,
    /// The same seed with forced selling switched off, when it was run.
    pub without: Option<&'a Tables>,
    pub history: &'a History,
    /// One paragraph on the world, in plain text.
    pub about: &'a str,
    pub shocks: &'a [ShockNote],
    pub order: &'a Order,
}

/// What really happened, from the world's `reference`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub prices: Vec<HistoryPrice>,
    pub losses: Vec<HistoryLoss>,
}

/// One price of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryPrice {
    pub instrument: String,
    /// ISO 8601; a date alone stands for that whole day.
    pub time: String,
    /// In units of the instrument's quote.
    pub price: f64,
    /// `close`, `open`, `low`, `high`, or any other word.
    pub kind: String,
    pub source: String,
}

/// One lender's loss of the past, in major units of the world's currency.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLoss {
    pub lender: String,
    pub amount: f64,
    pub source: String,
}

/// A scheduled event and the reason it is in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockNote {
    /// ISO 8601.
    pub time: String,
    pub text: String,
}

/// Names in the order of the world file, so that charts list them as its author did. A name missing here
/// is still drawn, after these, under its own id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    pub instruments: Vec<Named>,
    pub firms: Vec<Named>,
    pub lenders: Vec<Named>,
}

/// An id as the tables write it and the words a person reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub id: String,
    pub label: String,
}

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
    let view = View::of(picture);
    let mut figures = Vec::new();
    figures.extend(price::draw(&view));
    figures.par_iter().map(render).collect()
}

fn render(figure: &Figure) -> Chart {
    Chart {
        name: figure.name.clone(),
        title: figure.title.clone(),
        caption: figure.caption.clone(),
        svg: render::svg(&figure.scene, &figure.title),
        png: render::png(&figure.scene),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the sample's charts where a person can look at them.
    #[test]
    #[ignore = "writes files, for looking at"]
    fn look() {
        let folder = std::env::temp_dir().join("chart-look");
        std::fs::create_dir_all(&folder).unwrap();
        let sample = sample::crash();
        let picture = sample.picture();
        let charts = draw_all(&picture);
        for chart in &charts {
            std::fs::write(folder.join(format!("{}.svg", chart.name)), &chart.svg).unwrap();
            std::fs::write(folder.join(format!("{}.png", chart.name)), &chart.png).unwrap();
            println!(
                "{}: {} kB svg, {} kB png\n  {}",
                chart.name,
                chart.svg.len() / 1000,
                chart.png.len() / 1000,
                chart.title
            );
        }
        std::fs::write(folder.join("report.html"), page(&picture, &charts)).unwrap();
    }
}
