//! Tails of returns, market beside market: how often a return is at least so large, on two logarithmic axes.
//!
//! Drawn where a world asks for the tail exponents of several instruments, of the returns that it asks for: those of
//! ticks that end below a price, where it names one. The exponent is Hill's (1975), as everywhere in the program.

use super::logs::{log_axes, log_range, plain};
use super::panel::Panel;
use super::scene::Scene;
use super::series::Track;
use super::theme::{self, Ink, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use ground::ops::{exp, ln};
use ground::stats::tails::Tail;

const LEAST: usize = 2;

/// One market's returns.
struct Told<'a> {
    track: &'a Track,
    tail: Tail,
    exponent: f64,
    /// How many of the largest count as the tail.
    counted: usize,
}

pub fn draw(view: &View) -> Option<Figure> {
    let told = told(view);
    if told.len() < LEAST || told.len() > theme::PEERS.len() {
        return None;
    }
    let name = |of: &Told| view.instrument(&of.track.instrument).to_owned();
    let (thin, fat) = (
        told.iter().max_by(|a, b| a.exponent.total_cmp(&b.exponent))?,
        told.iter().min_by(|a, b| a.exponent.total_cmp(&b.exponent))?,
    );
    let falling = told.windows(2).all(|pair| pair[0].exponent > pair[1].exponent);
    let title = format!(
        "{} {:.1} for {}, {:.1} for {}",
        if falling {
            "From market to market extremes grow likelier: the tail exponent is"
        } else {
            "The tail exponent is"
        },
        thin.exponent,
        name(thin),
        fat.exponent,
        name(fat)
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = "Share of returns of a tick at least as large, against their size, both axes logarithmic. The lower the \
                    exponent, the fatter the tail.";
    let mut y = theme::heading(&mut scene, &title, subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &[(Sign::Disc(theme::TEXT), "from here on the tail is fitted (Hill)")]);
    let points: Vec<Vec<(f64, f64)>> = told.iter().map(|of| survival(&of.tail)).collect();
    let across = log_range(points.iter().flatten().map(|point| exp(point.0)))?;
    let up = log_range(points.iter().flatten().map(|point| exp(point.1)))?;
    let plot =
        Panel { left: MARGIN + 56.0, top: y + 14.0, right: WIDTH - MARGIN - 150.0, bottom: y + 380.0, across, up };
    log_axes(&mut scene, &plot, words::percent, plain);
    let mut ends = Vec::new();
    for (index, (of, line)) in told.iter().zip(&points).enumerate() {
        let ink: Ink = theme::PEERS[index];
        scene.stroke(line.iter().map(|(x, y)| plot.at(*x, *y)).collect(), ink, 2.0, None);
        let from = (ln(of.tail.largest[of.counted.min(of.tail.largest.len() - 1)]), chance(of.counted, of.tail.n));
        scene.disc(plot.at(from.0, ln(from.1)), 4.0, ink);
        ends.push((plot.at(line[0].0, line[0].1), ink, format!("{}: {:.2}", name(of), of.exponent)));
    }
    // All end at about one height: labelled from the right to the left, so that no leader crosses another.
    ends.sort_by(|a, b| b.0.0.total_cmp(&a.0.0));
    let middle = ends.iter().map(|end| end.0.1).sum::<f64>() / ends.len() as f64;
    let heights: Vec<f64> =
        (0..ends.len()).map(|place| middle + 15.0 * (place as f64 - (ends.len() - 1) as f64)).collect();
    for ((at, ink, text), height) in ends.into_iter().zip(heights) {
        scene.segment(at, (plot.right + 4.0, height), theme::GRID, 1.0);
        scene.text((plot.right + 8.0, height + 4.0), text, theme::LABEL.ink(ink).bold());
    }
    scene.text((plot.right, plot.bottom + 36.0), "size of the return", theme::AXIS.end());
    theme::footing(&mut scene, &view.origin(), plot.bottom + 44.0);
    let caption = "A normal distribution would bend down steeply; a straight line is a power law, and the flatter it is, the more \
                   often the extreme comes. Each market's exponent stands beside its line; discs mark where the fit begins."
        .to_string();
    Some(Figure { name: "tails".into(), title, caption, scene })
}

/// The markets whose tails the world asks for, in its order.
fn told<'v>(view: &'v View) -> Vec<Told<'v>> {
    let mut told = Vec::new();
    for track in &view.tracks {
        let key = format!("{}: tail exponent", track.instrument);
        let asked = view.picture.summary.returns.keys().find_map(|words| words.strip_prefix(&key));
        let Some(below) = asked.map(|rest| rest.trim_start_matches(" below ").parse::<f64>().ok()) else { continue };
        let tail = Tail::of(&returns(view, track, below));
        if let Some(hill) = tail.hill() {
            told.push(Told { track, exponent: hill.exponent, counted: hill.k, tail });
        }
    }
    told
}

/// Differences of logarithms from tick to tick of a session, of those that end below a price.
fn returns(view: &View, track: &Track, below: Option<f64>) -> Vec<f64> {
    let mut returns = Vec::new();
    for session in view.frame.sessions() {
        for index in session.first..session.last {
            if let (Some(from), Some(to)) = (track.marks[index], track.marks[index + 1])
                && from > 0.0
                && to > 0.0
                && below.is_none_or(|below| to < below)
            {
                returns.push(ln(to / from));
            }
        }
    }
    returns
}

fn chance(rank: usize, all: usize) -> f64 {
    (rank as f64 + 0.5) / all.max(1) as f64
}

/// Logarithms of sizes and of the shares that are at least as large, from the largest on; ranks grow by a twentieth.
fn survival(tail: &Tail) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let mut rank = 0;
    while rank < tail.largest.len() && tail.largest[rank] > 0.0 {
        points.push((ln(tail.largest[rank]), ln(chance(rank, tail.n))));
        rank += 1 + rank / 20;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// A walk whose moves are a Pareto sample of this exponent, in turn up and down.
    fn walk(exponent: f64, ticks: usize) -> Vec<f64> {
        let mut price = 100.0;
        let size = |rank: usize| 1e-4 * ground::ops::powf(1.0 - (rank as f64 + 0.5) / ticks as f64, -1.0 / exponent);
        // The same scramble of ranks for all.
        let sizes = (0..ticks).map(|tick| size(tick * 7_919 % ticks));
        let step = |(tick, size): (usize, f64)| {
            price *= exp(if tick % 2 == 0 { size } else { -size });
            price
        };
        sizes.enumerate().map(step).collect()
    }

    #[test]
    fn the_title_states_the_exponents_of_the_lines_that_are_drawn() {
        let mut sample = sample::crash();
        assert_eq!(draw(&View::of(&sample.picture())), None, "a world that asks for no tail has no such chart");
        for (id, exponent) in [("MEDIA", 5.0), ("CABLE", 2.5)] {
            let mut walk = walk(exponent, sample.tables.prices.len() / 3).into_iter();
            let own = sample.tables.prices.iter_mut().filter(|row| row.instrument == id);
            own.for_each(|row| row.mark = walk.next().unwrap());
            sample.summary.returns.insert(format!("{id}: tail exponent"), 0.0);
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let told = told(&view);
        for (of, exponent) in told.iter().zip([5.0, 2.5]) {
            assert!((of.exponent / exponent - 1.0).abs() < 0.1, "{} against {exponent}", of.exponent);
        }
        let title = draw(&view).unwrap().title;
        let (media, cable) = (told[0].exponent, told[1].exponent);
        assert_eq!(
            title,
            format!(
                "From market to market extremes grow likelier: the tail exponent is {media:.1} for Media Corp, {cable:.1} for \
                 Cable Inc"
            )
        );
    }
}
