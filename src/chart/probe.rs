//! Charts of a probe: the impact curve, depth, the tail of returns, memories, kurtosis by horizon.
//!
//! What has a power law is drawn on logarithms, with the law beside it.

use super::logs::{decades, log_axes, log_range, plain};
use super::panel::Panel;
use super::scene::Scene;
use super::theme::{self, Ink, MARGIN, Sign, WIDTH};
use super::view::Figure;
use super::words;
use ground::ops::{exp, ln, powf};
use results::probe::Probed;

pub fn draw(picture: &Probed) -> Vec<Figure> {
    [impact(picture), depth(picture), tail(picture), memory(picture), kurtosis(picture)].into_iter().flatten().collect()
}

const HEIGHT: f64 = 340.0;

fn origin(picture: &Probed) -> String {
    let seeds = words::counted(picture.seeds as usize, "seed", "seeds");
    format!("Firesale, {}, {}, {seeds}", picture.world, picture.instrument)
}

/// Heading and key, and a panel beneath them.
fn page(title: &str, subtitle: &str, key: &[(Sign, &str)], across: (f64, f64), up: (f64, f64)) -> (Scene, Panel) {
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, title, subtitle);
    y += theme::key(&mut scene, (MARGIN, y), key);
    let (top, bottom) = (y + 14.0, y + HEIGHT);
    (scene, Panel { left: MARGIN + 58.0, top, right: WIDTH - MARGIN, bottom, across, up })
}

fn finish(mut scene: Scene, panel: Panel, unit: &str, picture: &Probed) -> Scene {
    panel.edge(&mut scene);
    scene.text((panel.right, panel.bottom + 36.0), unit, theme::AXIS.end());
    theme::footing(&mut scene, &origin(picture), panel.bottom + 44.0);
    scene
}

fn impact(picture: &Probed) -> Option<Figure> {
    let curve = &picture.impact;
    let shown: Vec<_> = curve.sizes.iter().filter(|size| size.peak > 0.0 && size.share > 0.0).collect();
    let across = log_range(shown.iter().map(|size| size.share))?;
    let up = log_range(shown.iter().flat_map(|size| [size.peak, size.after, size.peak - 2.0 * size.peak_error]))?;
    let title = match (curve.exponent, curve.coefficient) {
        (Some(exponent), Some(coefficient)) => format!(
            "Impact grows with size to the power of {:.2}: an order of a day's volume moves the price by {:.2} days' volatility",
            exponent, coefficient
        ),
        _ => "Impact against the size of an order".to_owned(),
    };
    let subtitle = "Parent orders, each bought and sold at every seed. Both axes are logarithmic.";
    let key = [
        (Sign::Line(theme::RUN), "peak impact with two standard errors"),
        (Sign::Block(theme::MUTED), "after its rest"),
        (Sign::Line(theme::CASH), "fitted"),
        (Sign::Dashed(theme::WITHOUT), "square-root law, 0.5 to 1"),
    ];
    let (mut scene, panel) = page(&title, subtitle, &key, across, up);
    log_axes(&mut scene, &panel, words::percent, plain);
    let law = |scene: &mut Scene, level: f64, slope: f64, ink: Ink, dash| {
        let points =
            steps(across).into_iter().map(|x| (x, level + slope * x)).filter(|(_, y)| (up.0..=up.1).contains(y));
        scene.stroke(points.map(|(x, y)| panel.at(x, y)).collect(), ink, 1.5, dash);
    };
    law(&mut scene, 0.0, 0.5, theme::WITHOUT, Some(theme::DASHED));
    law(&mut scene, ln(0.5), 0.5, theme::WITHOUT, Some(theme::DASHED));
    if let (Some(exponent), Some(coefficient)) = (curve.exponent, curve.coefficient)
        && coefficient > 0.0
    {
        law(&mut scene, ln(coefficient), exponent, theme::CASH, None);
    }
    for size in shown {
        let x = ln(size.share);
        let low = ln((size.peak - 2.0 * size.peak_error).max(exp(up.0)));
        let high = ln((size.peak + 2.0 * size.peak_error).min(exp(up.1)));
        scene.segment(panel.at(x, low), panel.at(x, high), theme::RUN, 1.5);
        scene.disc(panel.at(x, ln(size.peak)), 4.5, theme::RUN);
        if size.after > exp(up.0) {
            scene.disc(panel.at(x, ln(size.after)), 3.5, theme::MUTED);
        }
    }
    let scene = finish(scene, panel, "order as a share of a day's volume", picture);
    let caption =
        "Up: the price's move in the direction of the order, in units of daily volatility, averaged over seeds. \
                   The dashed lines are the square-root law with the coefficients found in real markets."
            .into();
    Some(Figure { name: "impact".into(), title, caption, scene })
}

/// Units that wait on both sides by distance from the mid price.
fn depth(picture: &Probed) -> Option<Figure> {
    let best = picture.depth_best;
    let shown: Vec<_> = picture.depth.iter().filter(|(_, units)| *units > 0.0 && units.is_finite()).collect();
    let across = log_range(shown.iter().map(|(bps, _)| *bps))?;
    let up = log_range(shown.iter().map(|(_, units)| *units).chain([best]))?;
    let (far, most) = shown.last()?;
    let title = format!("{} units wait within {} of the mid price", words::short(*most), words::percent(far / 1e4));
    let subtitle = "Mean of what waits on both sides together, by distance. Both axes are logarithmic.";
    let mut key = vec![(Sign::Line(theme::RUN), "within that distance")];
    if best > 0.0 {
        key.push((Sign::Dashed(theme::WITHOUT), "at the best prices"));
    }
    let (mut scene, panel) = page(&title, subtitle, &key, across, up);
    log_axes(&mut scene, &panel, |bps| format!("{} bp", plain(bps)), words::short);
    if best > 0.0 {
        let level = panel.y(ln(best));
        scene.stroke(vec![(panel.left, level), (panel.right, level)], theme::WITHOUT, 1.5, Some(theme::DASHED));
    }
    let line: Vec<_> = shown.iter().map(|(bps, units)| panel.at(ln(*bps), ln(*units))).collect();
    line.iter().for_each(|place| scene.disc(*place, 4.0, theme::RUN));
    scene.stroke(line, theme::RUN, 2.0, None);
    let scene = finish(scene, panel, "distance from the mid price", picture);
    let caption =
        "What a market order meets on its way. Where the line is steeper than one to one, liquidity grows with \
                   the distance, and impact grows slower than the order."
            .into();
    Some(Figure { name: "depth".into(), title, caption, scene })
}

fn steps((low, high): (f64, f64)) -> Vec<f64> {
    (0..=40).map(|place| low + (high - low) * f64::from(place) / 40.0).collect()
}

fn tail(picture: &Probed) -> Option<Figure> {
    let tail = picture.tail.as_ref()?;
    let largest: Vec<f64> = tail.largest.iter().copied().filter(|size| *size > 0.0).collect();
    let reach = largest.len().min(5 * tail.counted);
    let chance = |rank: usize| (rank as f64 + 0.5) / tail.returns as f64;
    let across = log_range(largest[..reach].iter().copied())?;
    let up = (ln(chance(0)) - 0.2, ln(chance(reach.max(2) - 1)) + 0.2);
    let horizon = &tail.horizon;
    let title = format!("Returns over {horizon} have a tail with exponent {:.2}", tail.exponent);
    let subtitle = "Share of returns at least as large, against their size. Both axes are logarithmic.";
    let key = [
        (Sign::Line(theme::RUN), "measured"),
        (Sign::Line(theme::CASH), "fitted (Hill)"),
        (Sign::Dashed(theme::WITHOUT), "cubic law"),
    ];
    let (mut scene, panel) = page(&title, subtitle, &key, across, up);
    log_axes(&mut scene, &panel, |size| format!("{} bp", plain(size * 1e4)), plain);
    // Ranks grow by a fiftieth: thousands of points would lie on each other.
    let mut ranks: Vec<usize> = Vec::new();
    let mut rank = 0;
    while rank < reach {
        ranks.push(rank);
        rank += 1 + rank / 50;
    }
    let line = ranks.iter().map(|rank| panel.at(ln(largest[*rank]), ln(chance(*rank)))).collect();
    scene.stroke(line, theme::RUN, 2.0, None);
    let (start, level) = (ln(largest[tail.counted.min(reach - 1)]), ln(chance(tail.counted)));
    for (slope, ink, dash) in [(tail.exponent, theme::CASH, None), (3.0, theme::WITHOUT, Some(theme::DASHED))] {
        let points: Vec<_> = steps((start, across.1))
            .into_iter()
            .map(|x| (x, level - slope * (x - start)))
            .filter(|(_, y)| *y >= up.0)
            .map(|(x, y)| panel.at(x, y))
            .collect();
        scene.stroke(points, ink, 1.5, dash);
    }
    let scene = finish(scene, panel, "size of the return", picture);
    let caption = format!(
        "The largest {} of {} returns count as the tail: 95 % interval {:.2} to {:.2} were they independent. A normal \
         distribution would bend down; real markets follow the dashed line.",
        tail.counted, tail.returns, tail.low, tail.high
    );
    Some(Figure { name: "tail".into(), title, caption, scene })
}

fn memory(picture: &Probed) -> Option<Figure> {
    let memory = &picture.memory;
    let lags = memory.sizes.len();
    // Returns that are all nothing are like nothing.
    if lags < 3 || !memory.returns_mean.is_finite() || !memory.sizes_mean.is_finite() {
        return None;
    }
    let line = |by_lag: &[f64]| -> Vec<(f64, f64)> {
        (1..).map(|lag| ln(f64::from(lag))).zip(by_lag.iter().copied()).collect()
    };
    let (returns, sizes) = (line(&memory.returns), line(&memory.sizes));
    let values = || returns.iter().chain(&sizes).map(|(_, value)| *value).filter(|value| value.is_finite());
    let up = (values().fold(-0.05, f64::min) - 0.02, values().fold(0.1, f64::max) + 0.02);
    let spell = &memory.spell;
    let title = format!(
        "Autocorrelation over the next lags: {:.2} of returns, {:.2} of their sizes",
        memory.returns_mean, memory.sizes_mean
    );
    let subtitle = format!("Autocorrelation over {spell}, by lag. The lag's axis is logarithmic.");
    let key = [
        (Sign::Line(theme::RUN), "returns"),
        (Sign::Line(theme::FORCED), "their sizes"),
        (Sign::Dashed(theme::WITHOUT), "a decay with exponent 0.3"),
    ];
    let (mut scene, panel) = page(&title, &subtitle, &key, (0.0, ln(lags as f64)), up);
    panel.value_axis(&mut scene, 5, |value| format!("{value:.2}"));
    for place in decades(panel.across) {
        scene.text((panel.x(place), panel.bottom + 18.0), plain(exp(place)), theme::AXIS.middle());
    }
    let first = memory.sizes[0].max(0.0);
    let law = (1..=lags).map(|lag| panel.at(ln(lag as f64), first * powf(lag as f64, -0.3))).collect();
    scene.stroke(law, theme::WITHOUT, 1.5, Some(theme::DASHED));
    for (line, ink) in [(returns, theme::RUN), (sizes, theme::FORCED)] {
        let points = line.into_iter().filter(|(_, value)| value.is_finite()).map(|(x, y)| panel.at(x, y)).collect();
        scene.stroke(points, ink, 2.0, None);
    }
    let unit = format!("lag, in spells of {spell}");
    let scene = finish(scene, panel, &unit, picture);
    let caption =
        "Were the direction of returns to be remembered, one could trade on it. That large moves follow large moves, \
                   of either sign, for a long time, is the clustering of volatility."
            .into();
    Some(Figure { name: "memory".into(), title, caption, scene })
}

fn kurtosis(picture: &Probed) -> Option<Figure> {
    let all = picture.kurtosis.iter().map(|of| (ln(of.ticks as f64), of.value));
    let points: Vec<(f64, f64)> = all.filter(|(_, value)| value.is_finite()).collect();
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < 2 {
        return None;
    }
    let most = points.iter().map(|(_, value)| *value).fold(4.0, f64::max);
    let title = format!("Kurtosis from {:.1} at the shortest horizon to {:.1} over a day", first.1, last.1);
    let subtitle = "Over longer times returns look more normal. The horizon's axis is logarithmic.";
    let key = [(Sign::Line(theme::RUN), "measured"), (Sign::Dashed(theme::WITHOUT), "normal: 3")];
    let across = (first.0 - 0.2, last.0 + 0.2);
    let (mut scene, panel) = page(&title, subtitle, &key, across, (0.0, most * 1.05));
    panel.value_axis(&mut scene, 5, |value| format!("{value:.0}"));
    for (index, of) in picture.kurtosis.iter().enumerate() {
        let x = panel.x(ln(of.ticks as f64));
        scene.text((x, panel.bottom + 18.0), of.horizon.clone(), theme::AXIS.middle());
        if let Some((_, value)) = points.get(index) {
            scene.disc((x, panel.y(*value)), 4.0, theme::RUN);
        }
    }
    let normal = panel.y(3.0);
    scene.stroke(vec![(panel.left, normal), (panel.right, normal)], theme::WITHOUT, 1.5, Some(theme::DASHED));
    scene.stroke(points.iter().map(|(x, y)| panel.at(*x, *y)).collect(), theme::RUN, 2.0, None);
    let scene = finish(scene, panel, "horizon of the return", picture);
    let caption =
        "The fourth moment over the squared second, of all seeds together. At long horizons few returns decide it, \
                   so it is known but roughly there."
            .into();
    Some(Figure { name: "kurtosis".into(), title, caption, scene })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_that_stands_still_has_no_memory_and_no_best_price_in_its_legend() {
        let mut probed = Probed::default();
        probed.memory.returns = vec![f64::NAN; 4];
        probed.memory.sizes = vec![f64::NAN; 4];
        (probed.memory.returns_mean, probed.memory.sizes_mean) = (f64::NAN, f64::NAN);
        assert_eq!(memory(&probed), None);
        probed.depth = vec![(10.0, 1e3), (100.0, 1e4)];
        let says = |probed: &Probed| {
            let marks = depth(probed).unwrap().scene.marks;
            let best =
                |mark: &_| matches!(mark, super::super::scene::Mark::Text { text, .. } if text == "at the best prices");
            marks.iter().any(best)
        };
        assert!(!says(&probed));
        assert!(says(&Probed { depth_best: 500.0, ..probed }));
    }

    #[test]
    fn small_and_large_numbers_are_short() {
        assert_eq!([0.001, 0.5, 1.0, 20.0, 1e-7].map(plain), ["0.001", "0.5", "1", "20", "1e-7"]);
    }
}
