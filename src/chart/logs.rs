//! Axes on which equal distances are equal factors: for power laws, and for what spans several orders of magnitude.

use super::panel::Panel;
use super::scene::Scene;
use super::theme;
use ground::ops::{exp, ln};

/// Whole decades, and the ones between by 2 and 5 when there are few.
pub fn decades((low, high): (f64, f64)) -> Vec<f64> {
    let ten = ln(10.0);
    let (first, last) = ((low / ten).floor() as i64 - 1, (high / ten).ceil() as i64 + 1);
    let few = high - low < 2.0 * ten;
    let steps: &[f64] = if few { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let all = (first..=last.min(first + 40)).flat_map(|n| steps.iter().map(move |step| ln(*step) + n as f64 * ten));
    all.filter(|place| (low..=high).contains(place)).collect()
}

pub fn log_axes(scene: &mut Scene, panel: &Panel, across: impl Fn(f64) -> String, up: impl Fn(f64) -> String) {
    log_axis_up(scene, panel, up);
    log_axes_across(scene, panel, across);
}

/// The upright one: its numbers and lines across the plot. Numbers that would stand on one another are left out.
pub fn log_axis_up(scene: &mut Scene, panel: &Panel, write: impl Fn(f64) -> String) {
    let mut free = f64::INFINITY;
    for place in decades(panel.up) {
        let y = panel.y(place);
        scene.segment((panel.left, y), (panel.right, y), theme::GRID, 1.0);
        if y < free {
            scene.text((panel.left - 7.0, y + 4.0), write(exp(place)), theme::AXIS.end());
            free = y - 14.0;
        }
    }
}

/// The one beneath.
pub fn log_axes_across(scene: &mut Scene, panel: &Panel, across: impl Fn(f64) -> String) {
    for place in decades(panel.across) {
        let x = panel.x(place);
        scene.segment((x, panel.bottom), (x, panel.bottom + 4.0), theme::EDGE, 1.0);
        scene.text((x, panel.bottom + 18.0), across(exp(place)), theme::AXIS.middle());
    }
}

/// Room around the logarithms of values above zero.
pub fn log_range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let range = values.filter(|value| *value > 0.0 && value.is_finite()).map(ln).fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((f64::min(low, value), f64::max(high, value)))
    });
    range.map(|(low, high)| (low - 0.3, high + 0.3))
}

/// A number of any size in few letters.
pub fn plain(value: f64) -> String {
    if (0.99e-4..1e5).contains(&value) {
        let digits = if value >= 1.0 { 0 } else { (-(ln(value) / ln(10.0))).ceil() as usize };
        format!("{value:.digits$}")
    } else {
        format!("{value:.0e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_marked_inside_a_range() {
        let marks: Vec<f64> = decades((ln(0.0009), ln(1.1))).into_iter().map(exp).collect();
        assert_eq!(marks.len(), 4);
        assert!((marks[0] - 0.001).abs() < 1e-9 && (marks[3] - 1.0).abs() < 1e-9);
        assert_eq!(decades((ln(0.9), ln(6.0))).len(), 3);
    }
}
