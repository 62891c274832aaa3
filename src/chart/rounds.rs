//! What a trader earned in each of many rounds: a histogram of profits a trader, all on one scale.

use super::grid::{Grid, columns};
use super::panel::{Panel, ticks};
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;

const MOST: usize = 12;
const BINS: usize = 40;
const FEWEST: usize = 20;

/// One trader's rounds.
struct Told<'a> {
    name: &'a str,
    profits: Vec<f64>,
    mean: f64,
    /// Standard deviation.
    spread: f64,
}

pub fn draw(view: &View) -> Option<Figure> {
    let mut told = told(view);
    let riskiest = told.iter().max_by(|a, b| a.spread.total_cmp(&b.spread))?;
    let calmest = told.iter().min_by(|a, b| a.spread.total_cmp(&b.spread))?;
    let cents = |value: f64| words::in_unit(value, view.currency(), view.currency());
    let each = |of: &Told| format!("{} {} ± {}", of.name, cents(of.mean), words::price(of.spread, Some(2)));
    let title = if told.len() == 1 {
        format!("Profit a round: {}", each(riskiest))
    } else {
        format!("Profit a round, and its risk: from {} to {}", each(riskiest), each(calmest))
    };
    let rounds = told.iter().map(|of| of.profits.len()).max().unwrap_or(0);
    let left_out = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut subtitle = format!(
        "Rounds by profit, {}, {}. One scale for all; mean and standard deviation beside each name.",
        view.unit(),
        words::counted(rounds, "round", "rounds")
    );
    if left_out > 0 {
        subtitle += &format!(" {left_out} traders are not shown.");
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let key = [(Sign::Block(theme::OTHERS), "rounds"), (Sign::Upright(theme::TEXT), "mean")];
    y += theme::key(&mut scene, (MARGIN, y), &key);
    let all = || told.iter().flat_map(|of| of.profits.iter().copied());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let across = if high > low { (low, high) } else { (low - 1.0, high + 1.0) };
    let bins: Vec<[usize; BINS]> = told.iter().map(|of| histogram(&of.profits, across)).collect();
    let most = bins.iter().flatten().copied().max().unwrap_or(1) as f64;
    let columns = columns(told.len(), 3);
    let plot_height = [230.0, 150.0, 110.0][columns - 1];
    let grid = Grid { columns, top: y + 4.0, axis: 40.0, head: 46.0, plot_height, foot: 34.0 };
    for (index, (of, bins)) in told.iter().zip(&bins).enumerate() {
        let cell = grid.cell(index);
        let (left, top, right, bottom) = (cell.left, cell.top, cell.right, cell.bottom);
        let plot = Panel { left, top, right, bottom, across, up: (0.0, most * 1.06) };
        plot.value_axis(&mut scene, 3, words::short);
        let width = (across.1 - across.0) / BINS as f64;
        for (bin, count) in bins.iter().enumerate() {
            let from = across.0 + width * bin as f64;
            let (x0, x1) = (plot.x(from), plot.x(from + width) - 0.5);
            scene.rect((x0, plot.y(0.0)), (x1, plot.y(*count as f64)), theme::OTHERS, 1.0);
        }
        let mean = plot.x(of.mean);
        scene.stroke(vec![(mean, plot.top), (mean, plot.bottom)], theme::TEXT, 1.0, Some(theme::DOTTED));
        plot.edge(&mut scene);
        for tick in ticks(across, 4) {
            let x = plot.x(tick);
            scene.segment((x, plot.bottom), (x, plot.bottom + 4.0), theme::EDGE, 1.0);
            scene.text((x, plot.bottom + 18.0), words::short(tick), theme::AXIS.middle());
        }
        let room = plot.right - plot.left;
        scene.text((plot.left, plot.top - 26.0), theme::fit(of.name, theme::PANEL, room), theme::PANEL);
        let figures = format!("{} ± {}", cents(of.mean), words::price(of.spread, Some(2)));
        scene.text((plot.left, plot.top - 9.0), figures, theme::LABEL);
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(told.len()));
    let caption =
        "The farther right a hill lies, the more its trader earns; the narrower it is, the surer. Compare hills of \
                   traders that differ in one thing only: what is given up on average against what is spared in risk."
            .to_string();
    Some(Figure { name: "rounds".into(), title, caption, scene })
}

fn histogram(values: &[f64], (low, high): (f64, f64)) -> [usize; BINS] {
    let mut bins = [0; BINS];
    for value in values {
        let place = ((value - low) / (high - low) * BINS as f64) as usize;
        bins[place.min(BINS - 1)] += 1;
    }
    bins
}

/// Traders in the order of the table.
fn told<'a>(view: &View<'a>) -> Vec<Told<'a>> {
    let mut told: Vec<Told> = Vec::new();
    for row in view.picture.tables.rounds.iter().filter(|row| row.profit.is_finite()) {
        let index = told.iter().position(|of| of.name == row.trader).unwrap_or_else(|| {
            told.push(Told { name: &row.trader, profits: Vec::new(), mean: 0.0, spread: 0.0 });
            told.len() - 1
        });
        told[index].profits.push(row.profit);
    }
    told.retain(|of| of.profits.len() >= FEWEST);
    for of in &mut told {
        let count = of.profits.len() as f64;
        of.mean = of.profits.iter().sum::<f64>() / count;
        of.spread = (of.profits.iter().map(|profit| (profit - of.mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::RoundRow;

    #[test]
    fn the_title_has_mean_and_risk_of_the_hills_that_are_drawn() {
        let mut sample = sample::crash();
        assert_eq!(draw(&View::of(&sample.picture())), None);
        for round in 0..100 {
            for (trader, mean, reach) in [("bold", 60.0, 10.0), ("calm", 50.0, 5.0)] {
                let profit = if round % 2 == 0 { mean + reach } else { mean - reach };
                let trader = trader.to_string();
                sample.tables.rounds.push(RoundRow { trader, round, profit, inventory_units: 0.0 });
            }
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        // A hundred values at ten on either side: 10 × √(100 ÷ 99).
        assert_eq!(
            draw(&view).unwrap().title,
            "Profit a round, and its risk: from bold $60.00 ± 10.05 to calm $50.00 ± 5.03"
        );
        let told = told(&view);
        let bins = histogram(&told[0].profits, (45.0, 70.0));
        assert_eq!((bins.iter().sum::<usize>(), bins[BINS - 1], bins[8]), (100, 50, 50));
    }
}
