//! What one account's position was worth at the mark when its lender gave up on it, and what its sale brought: where the sale
//! itself took the price down, the second is a small part of the first.
//!
//! Money is of the fills, to the cent; the line between is the mark after each tick, which is not the price of every fill.

use super::panel::{Panel, padded};
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::LiquidationRow;
use std::collections::BTreeMap;

/// The sale brought no more of its worth at the mark.
const LITTLE: f64 = 0.5;
/// So much of all that was forced in the instrument was this sale: the line is then its own.
const ALONE: f64 = 0.8;
const HEIGHT: f64 = 320.0;

/// The largest sale of one account that brought little and was alone.
fn told<'a>(view: &View<'a>) -> Option<&'a LiquidationRow> {
    let rows = &view.picture.tables.liquidations;
    let mut forced: BTreeMap<&str, f64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.side == "sell") {
        *forced.entry(&row.instrument).or_default() += row.filled_units;
    }
    let worth = |row: &LiquidationRow| row.filled_units * row.breach_price;
    let fits = |row: &&LiquidationRow| {
        row.side == "sell"
            && row.average_price.is_some_and(|price| price > 0.0 && price <= LITTLE * row.breach_price)
            && row.filled_units >= ALONE * forced[row.instrument.as_str()]
    };
    rows.iter().filter(fits).max_by(|one, other| worth(one).total_cmp(&worth(other)))
}

/// Marks against the units that were sold by then.
fn path(view: &View, row: &LiquidationRow) -> Vec<(f64, f64)> {
    let Some(track) = view.tracks.iter().find(|track| track.instrument == row.instrument) else { return Vec::new() };
    let mut sold = 0.0;
    let mut points = vec![(0.0, row.breach_price)];
    for (forced, mark) in track.forced.iter().zip(&track.marks) {
        if let Some(mark) = mark.filter(|_| *forced > 0.0) {
            sold += forced;
            points.push((sold, mark));
        }
    }
    points
}

pub fn draw(view: &View) -> Option<Figure> {
    let row = told(view)?;
    let (average, units) = (row.average_price?, row.filled_units);
    let path = path(view, row);
    if path.len() < 3 {
        return None;
    }
    let (at_mark, brought) = (row.notional + row.slippage, row.notional);
    let (borrower, instrument) = (view.firm(&row.trader), view.instrument(&row.instrument));
    let title = format!(
        "What {borrower} had in {instrument} was worth {} at the mark and brought {}",
        view.money(at_mark),
        view.money(brought)
    );
    let subtitle = format!(
        "{instrument}, {} per unit, against the units that {} has sold of it since {}.",
        view.unit(),
        view.lender(&row.lender),
        words::moment_of(&row.time)
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let worth = format!("worth at the mark, {}", view.money(at_mark));
    let got = format!("what it brought, {}", view.money(brought));
    y += theme::key(
        &mut scene,
        (MARGIN, y),
        &[
            (Sign::Block(theme::RUN.tint(0.18)), &worth),
            (Sign::Block(theme::FORCED.tint(0.6)), &got),
            (Sign::Line(theme::RUN), "mark after each sale"),
        ],
    );
    let most = path.iter().map(|(_, mark)| *mark).fold(row.breach_price, f64::max);
    let up = (0.0, padded((0.0, most), 0.0, 0.08).1);
    let plot = Panel {
        left: MARGIN + Panel::price_axis_width(up, 5) + 10.0,
        top: y + 14.0,
        right: WIDTH - MARGIN,
        bottom: y + 14.0 + HEIGHT,
        across: (0.0, path.last().map_or(units, |last| last.0).max(units)),
        up,
    };
    // Each area is money: units times a price.
    scene.rect(plot.at(0.0, row.breach_price), plot.at(units, 0.0), theme::RUN, 0.18);
    scene.rect(plot.at(0.0, average), plot.at(units, 0.0), theme::FORCED, 0.6);
    plot.price_axis(&mut scene, 5);
    plot.edge(&mut scene);
    for tick in super::panel::ticks(plot.across, 6) {
        let x = plot.x(tick);
        scene.segment((x, plot.bottom), (x, plot.bottom + 4.0), theme::EDGE, 1.0);
        scene.text((x, plot.bottom + 18.0), words::short(tick), theme::AXIS.middle());
    }
    scene.stroke(path.iter().map(|(sold, mark)| plot.at(*sold, *mark)).collect(), theme::RUN, 2.0, None);
    scene.text((plot.right, plot.bottom + 38.0), "units sold", theme::AXIS.end());
    theme::footing(&mut scene, &view.origin(), plot.bottom + 46.0);
    let caption = format!(
        "Both areas are money: the units that were sold times a price, that of the mark when {} gave up on {borrower}, {}, and the \
         average of all fills, {}. The line is the mark as the sale goes on. What a book gives for all of a position is not what \
         it gives for the next unit, and the mark is the price of that.",
        view.lender(&row.lender),
        view.price(&row.instrument, row.breach_price),
        view.price(&row.instrument, average)
    );
    Some(Figure { name: format!("at_mark_{}", words::stem(&row.instrument)), title, caption, scene })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// One lender alone sells MEDIA at a quarter of the mark at breach, 80.
    fn alone(price: f64) -> sample::Sample {
        let mut sample = sample::crash();
        sample.tables.liquidations.retain(|row| row.instrument == "MEDIA" && row.lender == "delta");
        sample.tables.liquidations.truncate(1);
        let row = &mut sample.tables.liquidations[0];
        (row.filled_units, row.breach_price, row.average_price) = (1e6, 80.0, Some(price));
        (row.notional, row.slippage) = (1e6 * price, 1e6 * (80.0 - price));
        sample
    }

    #[test]
    fn worth_at_the_mark_stands_beside_what_the_sale_brought() {
        let sample = alone(20.0);
        let picture = sample.picture();
        let figure = draw(&View::of(&picture)).unwrap();
        assert!(figure.title.ends_with("Media Corp was worth $80m at the mark and brought $20m"), "{}", figure.title);
        assert_eq!(figure.name, "at_mark_media");
        assert!(figure.caption.contains("80.00, and the average of all fills, 20.00"), "{}", figure.caption);
    }

    #[test]
    fn a_sale_at_more_than_half_or_one_among_others_is_another_story() {
        let sample = alone(41.0);
        assert_eq!(draw(&View::of(&sample.picture())), None);
        let mut sample = alone(20.0);
        let mut other = sample.tables.liquidations[0].clone();
        (other.lender, other.filled_units) = ("alpha".into(), 0.3e6);
        sample.tables.liquidations.push(other);
        assert_eq!(draw(&View::of(&sample.picture())), None, "1.0 of 1.3 million is less than four fifths");
    }
}
