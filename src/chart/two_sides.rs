//! Two populations on either side of a contract: what the median member of each has left, and the interest that stays open.

use super::scene::Scene;
use super::series::{Strokes, strokes_of};
use super::strips::{self, Scale, Strip};
use super::theme::{self, MARGIN, PEERS, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::PopulationRow;
use std::collections::BTreeMap;

/// By so much of its own the one lost and the other gained.
const LEAST: f64 = 0.2;

/// What the median member of a population had at first and at last.
struct Side<'a> {
    name: &'a str,
    first: f64,
    rows: Vec<&'a PopulationRow>,
}

impl Side<'_> {
    fn change(&self) -> f64 {
        self.rows.last().map_or(0.0, |row| row.equity_median / self.first - 1.0)
    }
}

/// The population that lost most of its own, and that which gained most.
fn sides<'a>(view: &View<'a>) -> Option<(Side<'a>, Side<'a>)> {
    let mut all: BTreeMap<&str, Vec<&PopulationRow>> = BTreeMap::new();
    for row in &view.picture.tables.populations {
        all.entry(&row.population).or_default().push(row);
    }
    let side = |(name, rows): (&'a str, Vec<&'a PopulationRow>)| {
        let first = rows.first().map(|row| row.equity_median).filter(|median| *median > 0.0)?;
        Some(Side { name, first, rows })
    };
    let mut all: Vec<Side> = all.into_iter().filter_map(side).collect();
    all.sort_by(|one, other| one.change().total_cmp(&other.change()));
    if all.len() < 2 {
        return None;
    }
    let (gained, lost) = (all.pop()?, all.swap_remove(0));
    (lost.change() <= -LEAST && gained.change() >= LEAST).then_some((lost, gained))
}

/// Open interest by tick, of the contract that has most.
fn open_interest(view: &View) -> Option<(String, Vec<(u32, f64)>)> {
    let mut all: BTreeMap<&str, BTreeMap<u32, f64>> = BTreeMap::new();
    for row in &view.picture.tables.prices {
        if let Some(units) = row.open_interest_units.filter(|units| units.is_finite()) {
            all.entry(&row.instrument).or_default().insert(row.tick, units);
        }
    }
    let most = |units: &BTreeMap<u32, f64>| units.values().copied().fold(0.0, f64::max);
    let (name, units) = all.into_iter().max_by(|one, other| most(&one.1).total_cmp(&most(&other.1)))?;
    (most(&units) > 0.0).then(|| (name.to_owned(), units.into_iter().collect()))
}

pub fn draw(view: &View) -> Option<Figure> {
    let (lost, gained) = sides(view)?;
    let (contract, open) = open_interest(view)?;
    // From its highest to its lowest after that.
    let highest = (0..open.len()).max_by(|a, b| open[*a].1.total_cmp(&open[*b].1))?;
    let lowest = open[highest..].iter().map(|(_, units)| *units).fold(f64::INFINITY, f64::min);
    let fell = 1.0 - lowest / open[highest].1;
    let closed = if fell < 0.005 { "did not fall".to_owned() } else { format!("fell by {}", words::percent(fell)) };
    let title = format!(
        "The median of {} lost {} of its money, that of {} gained {}; open interest in {} {closed}",
        lost.name,
        words::percent(-lost.change()),
        gained.name,
        words::percent(gained.change()),
        view.instrument(&contract),
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y =
        theme::heading(&mut scene, &title, &format!("Equity over what there was at first, {}.", view.frame.dates()));
    let both = [&lost, &gained];
    let names: Vec<String> = both
        .iter()
        .map(|side| {
            let last = side.rows.last().map_or((0, 0), |row| (row.broken, row.members));
            format!("{} ({} of {} broke)", side.name, words::count(last.0.into()), words::count(last.1.into()))
        })
        .collect();
    let key: Vec<_> = names.iter().zip(PEERS).map(|(name, ink)| (Sign::Line(ink), name.as_str())).collect();
    y += theme::key(&mut scene, (MARGIN, y), &key);
    let line = |side: &&Side| -> Strokes {
        strokes_of(&view.frame, side.rows.iter().map(|row| (row.tick, row.equity_median / side.first)))
    };
    let equity: Vec<Strokes> = both.iter().map(line).collect();
    let open = strokes_of(&view.frame, open.into_iter());
    let strip =
        |head: String, lines, height| Strip { head, lines, history: Vec::new(), scale: Scale::FromZero, height };
    let strips = [
        strip(
            "Equity of the median member, over its first".into(),
            equity.iter().zip(PEERS).map(|(line, ink)| (line, ink, None)).collect(),
            190.0,
        ),
        strip(
            format!("Open interest in {}, units long and as many short", view.instrument(&contract)),
            vec![(&open, theme::RUN, None)],
            110.0,
        ),
    ];
    let bottom = strips::draw(view, &mut scene, y, &strips);
    theme::footing(&mut scene, &view.origin(), bottom);
    let caption = format!(
        "A contract has as many units long as short, so what one side of it loses the other gains. Half of the members of {} have less \
         than its line says. Where a position is closed against one of the other side, as a forced sale against a winner who takes \
         his gain or is deleveraged, open interest falls by it; where somebody takes it over, it stays.",
        lost.name
    );
    Some(Figure { name: "two_sides".into(), title, caption, scene })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// Two populations and a contract: the medians go from 100 to `ends`, open interest from 50 to 80 and down to 60.
    fn contract(ends: [f64; 2]) -> sample::Sample {
        let mut sample = sample::full();
        sample.tables.populations.retain(|row| row.population == "three" || row.population == "ten");
        let last = sample.tables.populations.iter().map(|row| row.tick).max().unwrap();
        for row in &mut sample.tables.populations {
            let end = ends[usize::from(row.population == "ten")];
            row.equity_median = if row.tick < last / 2 { 100.0 } else { end };
        }
        for row in sample.tables.prices.iter_mut().filter(|row| row.instrument == "MEDIA") {
            row.open_interest_units = Some(if row.tick == 0 {
                50.0
            } else if row.tick < last / 2 {
                80.0
            } else {
                60.0
            });
        }
        sample
    }

    #[test]
    fn the_title_says_what_each_side_made_of_its_own_and_what_was_closed_on_both() {
        let sample = contract([25.0, 170.0]);
        let figure = draw(&View::of(&sample.picture())).unwrap();
        // 80 to 60 is a quarter.
        assert_eq!(
            figure.title,
            "The median of three lost 75\u{a0}% of its money, that of ten gained 70\u{a0}%; open interest in Media Corp fell by 25\u{a0}%"
        );
    }

    #[test]
    fn two_that_fare_alike_or_no_contract_is_another_story() {
        assert_eq!(draw(&View::of(&contract([25.0, 90.0]).picture())), None);
        assert_eq!(draw(&View::of(&contract([85.0, 170.0]).picture())), None);
        let mut sample = contract([25.0, 170.0]);
        sample.tables.prices.iter_mut().for_each(|row| row.open_interest_units = None);
        assert_eq!(draw(&View::of(&sample.picture())), None);
    }
}
