//! Deposits by the size of their holders: who took them out first, and what each kept of them.

use super::scene::Scene;
use super::series::{Strokes, strokes_of};
use super::strips::{self, Scale, Strip};
use super::theme::{self, MARGIN, PEERS, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::DepositRow;

const SECONDS_AN_HOUR: f64 = 3_600.0;

pub fn draw(view: &View) -> Vec<Figure> {
    let mut lenders: Vec<&str> = Vec::new();
    for row in &view.picture.tables.deposits {
        if !lenders.contains(&row.lender.as_str()) {
            lenders.push(&row.lender);
        }
    }
    lenders.into_iter().filter_map(|lender| one(view, lender)).collect()
}

/// Holders of one size, the largest first as in the table.
struct Class<'a> {
    size: &'a str,
    rows: Vec<&'a DepositRow>,
}

impl Class<'_> {
    fn last(&self) -> &DepositRow {
        self.rows[self.rows.len() - 1]
    }

    fn line(&self, view: &View, value: impl Fn(&DepositRow) -> f64) -> Strokes {
        strokes_of(&view.frame, self.rows.iter().map(|row| (row.tick, value(row))))
    }
}

fn one(view: &View, lender: &str) -> Option<Figure> {
    let mut classes: Vec<Class> = Vec::new();
    for row in view.picture.tables.deposits.iter().filter(|row| row.lender == lender) {
        match classes.iter_mut().find(|class| class.size == &*row.size) {
            Some(class) => class.rows.push(row),
            None => classes.push(Class { size: &row.size, rows: vec![row] }),
        }
    }
    classes.retain(|class| class.rows.len() > 1);
    let (largest, smallest) = (classes.first()?.last(), classes.last()?.last());
    let all = |value: fn(&DepositRow) -> f64| classes.iter().map(|class| value(class.last())).sum::<f64>();
    let left = 1.0 - all(|row| row.units) / all(|row| row.start_units).max(f64::MIN_POSITIVE);
    let title = if left < 0.005 {
        format!("Nobody took a deposit out of {}", view.lender(lender))
    } else {
        format!(
            "{} of all deposits were taken out and sold: the {} of holders has {} left of what it had, the {} {}",
            words::percent(left),
            &*largest.size,
            words::percent(largest.worth_ratio),
            &*smallest.size,
            words::percent(smallest.worth_ratio),
        )
    };
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = format!("Deposits of {} with {}, {}.", largest.instrument, view.lender(lender), view.frame.dates());
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let named: Vec<String> =
        classes.iter().map(|class| format!("{} ({})", class.size, words::count(class.last().holders.into()))).collect();
    let entries: Vec<_> = named.iter().zip(PEERS).map(|(name, ink)| (Sign::Line(ink), name.as_str())).collect();
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let kept: Vec<Strokes> = classes
        .iter()
        .map(|class| class.line(view, |row| row.units / row.start_units.max(f64::MIN_POSITIVE)))
        .collect();
    let worth: Vec<Strokes> = classes.iter().map(|class| class.line(view, |row| row.worth_ratio)).collect();
    let wait = classes[0].line(view, |row| row.wait_seconds / SECONDS_AN_HOUR);
    let rate = classes[0].line(view, |row| row.rate);
    fn lines(all: &[Strokes]) -> Vec<(&Strokes, theme::Ink, Option<super::scene::Dash>)> {
        all.iter().zip(PEERS).map(|(line, ink)| (line, ink, None)).collect()
    }
    let strip =
        |head: &str, lines, scale, height| Strip { head: head.to_owned(), lines, history: Vec::new(), scale, height };
    let mut strips = vec![
        strip("Share of their deposits that they have not sold", lines(&kept), Scale::Share, 160.0),
        strip(
            "What they have, coins at their price and money, over what they had at par",
            lines(&worth),
            Scale::Share,
            160.0,
        ),
    ];
    // What never moved tells nothing.
    if moved(&wait) {
        let head = "Hours that who asks now waits for the first coin";
        strips.push(strip(head, vec![(&wait, theme::RUN, None)], Scale::FromZero, 80.0));
    }
    if moved(&rate) {
        strips.push(strip("Paid a year on a deposit", vec![(&rate, theme::RUN, None)], Scale::Rate, 60.0));
    }
    let bottom = strips::draw(view, &mut scene, y, &strips);
    theme::footing(&mut scene, &view.origin(), bottom);
    let caption = caption(&classes);
    Some(Figure { name: format!("deposits_{}", words::stem(lender)), title, caption, scene })
}

/// Whether it paid to leave first, as the lines have it: who had half of its deposits out first against who had them out last.
fn caption(classes: &[Class]) -> String {
    let half_out = |class: &Class| class.rows.iter().find(|row| row.units <= row.start_units / 2.0).map(|row| row.tick);
    let mut left: Vec<(u32, &DepositRow)> =
        classes.iter().filter_map(|class| Some((half_out(class)?, class.last()))).collect();
    left.sort_by_key(|(tick, _)| *tick);
    let (Some((begun, first)), Some((ended, last))) = (left.first(), left.last()) else {
        return "How much each size of holder took out and sold, and what all that it has is worth: no size sold half of its \
                deposits."
            .to_owned();
    };
    let has = |row: &DepositRow| format!("the {} has {}", &*row.size, words::percent(row.worth_ratio));
    let (ahead, before) = (has(first), "of what it had");
    if begun == ended {
        format!(
            "All that sold half of their deposits had done so at once, so nobody was ahead of others: {ahead} {before}."
        )
    } else if first.worth_ratio > last.worth_ratio + 0.01 {
        format!(
            "Those who ask first are paid out first and sell while the price is high: of the sizes that sold half, the first to do \
             so was the better off. At the end {ahead} {before}, {}. So it is right to run when others run, whatever one thinks \
             of the coin.",
            has(last)
        )
    } else {
        format!(
            "Those who ask first are paid out first, but here that was no help: of the sizes that sold half, the first to do so was \
             no better off than the last. At the end {ahead} {before}, {}.",
            has(last)
        )
    }
}

/// Whether a line is anything but level.
fn moved(line: &Strokes) -> bool {
    let mut values = line.iter().flatten().map(|(_, value)| *value);
    let first = values.next();
    values.any(|value| Some(value) != first)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::stamp::Stamp;

    #[test]
    fn the_title_says_who_lost_how_much_and_there_is_none_without_deposits() {
        let mut sample = sample::crash();
        assert!(draw(&View::of(&sample.picture())).is_empty());
        let ticks: Vec<(u32, Stamp)> = sample.tables.firms.iter().take(9).map(|row| (row.tick, row.time)).collect();
        for (index, (tick, time)) in ticks.iter().enumerate() {
            for (size, holders, sold, lost) in [("largest hundredth", 10, 0.1, 0.05), ("smaller half", 500, 0.02, 0.07)]
            {
                let n = index as f64;
                sample.tables.deposits.push(DepositRow {
                    tick: *tick,
                    time: *time,
                    lender: "protocol".into(),
                    instrument: "coin".into(),
                    size: size.into(),
                    holders,
                    start_units: 100.0,
                    units: 100.0 * (1.0 - sold * n),
                    paid_out_units: 0.0,
                    worth_ratio: 1.0 - lost * n,
                    rate: 0.195,
                    wait_seconds: 60.0 * n,
                });
            }
        }
        let title = |sample: &sample::Sample| draw(&View::of(&sample.picture()))[0].title.replace('\u{a0}', " ");
        // 80 and 16 of 200 are gone.
        assert_eq!(
            title(&sample),
            "48 % of all deposits were taken out and sold: the largest hundredth of holders has 60 % left of what it had, the \
             smaller half 44 %"
        );
        sample.tables.deposits.iter_mut().for_each(|row| row.units = row.start_units);
        assert_eq!(title(&sample), "Nobody took a deposit out of protocol");
    }

    #[test]
    fn the_caption_says_that_it_paid_to_be_first_only_where_it_did() {
        let mut sample = sample::crash();
        let ticks: Vec<(u32, Stamp)> = sample.tables.firms.iter().take(9).map(|row| (row.tick, row.time)).collect();
        let row = |size: &'static str, index: usize, units: f64, worth_ratio: f64| DepositRow {
            tick: ticks[index].0,
            time: ticks[index].1,
            lender: "protocol".into(),
            instrument: "coin".into(),
            size: size.into(),
            holders: 10,
            start_units: 100.0,
            units,
            paid_out_units: 0.0,
            worth_ratio,
            rate: 0.195,
            wait_seconds: 0.0,
        };
        // The large have sold half at the second look, the small at the fourth.
        let mut told = |large: f64, small: f64| {
            let rows = |size, from: usize, worth| {
                let look = move |index| (size, index, if index < from { 100.0 } else { 40.0 }, worth);
                (0..6).map(look)
            };
            let rows = rows("largest hundredth", 1, large).chain(rows("smaller half", 3, small));
            sample.tables.deposits = rows.map(|(size, index, units, worth)| row(size, index, units, worth)).collect();
            draw(&View::of(&sample.picture()))[0].caption.replace('\u{a0}', " ")
        };
        let paid = told(0.9, 0.6);
        assert!(
            paid.contains("right to run")
                && paid.contains("the largest hundredth has 90 % of what it had, the smaller half has 60 %"),
            "{paid}"
        );
        assert!(told(0.74, 0.76).contains("no better off than the last. At the end the largest hundredth has 74 %"));
        sample.tables.deposits.iter_mut().for_each(|row| row.units = 90.0);
        assert!(draw(&View::of(&sample.picture()))[0].caption.contains("no size sold half"));
    }
}
