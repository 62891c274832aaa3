//! The plot that stands over the values of one path: its axes, and medians with their bands in it.

use super::super::logs::{decades, log_axes_across, log_axis_up};
use super::super::panel::{Panel, padded, ticks};
use super::super::scene::Scene;
use super::super::theme::{self, MARGIN, Sign, WIDTH};
use super::said::{label, number, varied};
use ground::ops::{exp, ln};
use results::sweep::{Band, Swept, SweptPath};

/// From its least to its most a figure of one sign grows by so much before its axis is one of factors: on a plain one all
/// but the largest would lie at nothing.
const ORDERS: f64 = 1_000.0;

/// How a figure is measured upright.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub up: (f64, f64),
    pub log: bool,
}

impl Scale {
    pub fn of(bands: &[&Band], of: &Swept) -> Self {
        let there = || bands.iter().filter(|band| band.n > 0);
        let low = there().map(|band| band.low).fold(f64::INFINITY, f64::min);
        let high = there().map(|band| band.high).fold(f64::NEG_INFINITY, f64::max);
        if spans_orders(low, high) {
            return Self { up: padded((ln(low), ln(high)), 0.04, 0.06), log: true };
        }
        Self { up: plain((low, high), of), log: false }
    }

    /// Where a value lies.
    pub fn place(self, value: f64) -> f64 {
        if self.log { ln(value) } else { value }
    }

    /// The axis, about so many numbers on it where it is a plain one.
    pub fn axis(self, scene: &mut Scene, plot: &Panel, wanted: usize, of: &Swept) {
        if self.log {
            log_axis_up(scene, plot, |value| number(value, of));
        } else {
            plot.value_axis(scene, wanted, |value| number(value, of));
        }
    }

    /// Room that the numbers of the axis take.
    pub fn width(self, of: &Swept, wanted: usize) -> f64 {
        let values = if self.log { decades(self.up).into_iter().map(exp).collect() } else { ticks(self.up, wanted) };
        values.into_iter().map(|value| theme::width_of(&number(value, of), theme::AXIS)).fold(0.0, f64::max)
    }

    /// What a subtitle says of it.
    pub fn said(self) -> &'static str {
        if self.log { " The upright scale is logarithmic: each step up is as many times more." } else { "" }
    }
}

/// Whether a figure that is never nothing spans several orders of magnitude.
pub fn spans_orders(low: f64, high: f64) -> bool {
    low > 0.0 && high.is_finite() && high / low >= ORDERS
}

/// One plot across the page below `y`, with its axes and what varies named.
pub fn page(scene: &mut Scene, y: f64, of: &Swept, path: &SweptPath, scale: Scale) -> Panel {
    let plot = Panel {
        left: MARGIN + scale.width(of, 5) + 10.0,
        top: y + 14.0,
        right: WIDTH - MARGIN,
        bottom: y + 354.0,
        across: across(path),
        up: scale.up,
    };
    scale.axis(scene, &plot, 5, of);
    value_names(scene, &plot, path, 10);
    scene.text((plot.right, plot.bottom + 38.0), label(path).to_owned(), theme::AXIS.end());
    plot
}

/// Where values lie on an axis.
pub fn place(path: &SweptPath, at: f64) -> f64 {
    if path.log && at > 0.0 { ln(at) } else { at }
}

pub fn across(path: &SweptPath) -> (f64, f64) {
    let places = path.at.iter().map(|at| place(path, *at));
    let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    if path.numeric { padded((low, high), 0.03, 0.03) } else { (-0.5, path.at.len() as f64 - 0.5) }
}

fn plain((low, high): (f64, f64), of: &Swept) -> (f64, f64) {
    // What is counted or lost begins at nothing, so that heights can be compared.
    let from = if low >= 0.0 && (of.unit != "number" || low < 0.5 * high) { 0.0 } else { low };
    let (padded_low, high) = padded((from, high), 0.04, 0.06);
    (if padded_low < 0.0 && low >= 0.0 { 0.0 } else { padded_low }, high)
}

/// The values beneath.
pub fn value_names(scene: &mut Scene, plot: &Panel, path: &SweptPath, wanted: usize) {
    plot.edge(scene);
    if path.numeric && path.log {
        log_axes_across(scene, plot, varied);
        return;
    }
    let marks: Vec<(f64, String)> = if path.numeric && path.at.len() > wanted {
        ticks(plot.across, wanted).into_iter().map(|tick| (tick, varied(tick))).collect()
    } else if path.numeric {
        path.at.iter().map(|at| (*at, varied(*at))).collect()
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
pub fn banded(scene: &mut Scene, plot: &Panel, path: &SweptPath, bands: &[Band], scale: Scale) {
    let measured = |band: &Band| {
        let [median, low, high] = [band.median, band.low, band.high].map(|value| scale.place(value));
        Band { n: band.n, median, low, high }
    };
    let there: Vec<(f64, Band)> = path
        .at
        .iter()
        .zip(bands)
        .filter(|(_, band)| band.n > 0)
        .map(|(at, band)| (place(path, *at), measured(band)))
        .collect();
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

pub fn key<'b>(of: &Swept, bands: impl IntoIterator<Item = &'b Band>) -> Vec<(Sign, &'static str)> {
    if !bands.into_iter().any(|band| band.n > 1) {
        return vec![(Sign::Line(theme::RUN), "one run each")];
    }
    let middle = if of.sampled { "median of the points there" } else { "median" };
    vec![(Sign::Line(theme::RUN), middle), (Sign::Block(theme::RUN.tint(0.18)), "where 90 % of the runs lie")]
}
