//! How the members of populations on margin fared: a band of their equities, and how many had broken by when.
//!
//! The accounts of a population are too many for charts of their own. The band holds the middle four fifths of all
//! members, broken ones among them.

use super::grid::{Grid, columns};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::PopulationRow;

const MOST: usize = 12;

/// One population with its rows in order.
struct Told<'a> {
    name: &'a str,
    rows: Vec<&'a PopulationRow>,
}

impl Told<'_> {
    fn members(&self) -> u32 {
        self.rows.last().map_or(0, |row| row.members)
    }

    fn broken(&self) -> u32 {
        self.rows.iter().map(|row| row.broken).max().unwrap_or(0)
    }

    /// Whether they have the same in the first row, before anything could part them.
    fn begin_alike(&self) -> bool {
        self.rows.first().is_some_and(|row| row.equity_high - row.equity_low <= 0.01 * row.equity_median.abs())
    }

    /// When the first of them had broken.
    fn first(&self) -> Option<&str> {
        self.rows.iter().find(|row| row.broken > 0).map(|row| &*row.time)
    }
}

pub fn draw(view: &View) -> Option<Figure> {
    let mut told = told(view);
    if told.is_empty() {
        return None;
    }
    let (members, broken) = told.iter().fold((0, 0), |sum, of| (sum.0 + of.members(), sum.1 + of.broken()));
    let kinds = words::counted(told.len(), "population", "populations");
    let whom = words::of_all(broken as usize, members as usize, "member", "members");
    let first = told.iter().filter(|of| of.first().is_some()).min_by_key(|of| of.first());
    let title = match first {
        None => format!("None of the {} of {kinds} broke", words::counted(members as usize, "member", "members")),
        Some(first) if told.len() > 1 => {
            format!("{} of {kinds} broke, the first in {}", words::upper(&whom), first.name)
        }
        Some(first) => format!("{} of {} broke", words::upper(&whom), first.name),
    };
    // Those that broke first stand first; who did not break comes last.
    told.sort_by_key(|of| (of.first().is_none(), of.first().map(str::to_owned)));
    let left_out = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut subtitle = format!(
        "Equity of the members of each population on margin, {}, {}. Each panel has its own scale.",
        view.unit(),
        view.frame.dates()
    );
    if left_out > 0 {
        subtitle += &format!(" {left_out} more are not shown.");
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let entries = [
        (Sign::Line(theme::RUN), "median member"),
        (Sign::Block(theme::RUN.tint(0.2)), "four fifths of all members"),
        (Sign::Upright(theme::FORCED), "the first of them has broken"),
    ];
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let columns = columns(told.len(), 3);
    let plot_height = [230.0, 170.0, 120.0][columns - 1];
    let grid = Grid { columns, top: y + 4.0, axis: 48.0, head: 30.0, plot_height, foot: 34.0 };
    for (index, of) in told.iter().enumerate() {
        panel(view, &mut scene, grid.cell(index), of);
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(told.len()));
    let begin = if told.iter().all(Told::begin_alike) {
        "All members of a population begin alike, and what parts them is when each is called, sold out or holds on."
    } else {
        "Members differ in their money from the beginning, so the band has a width before anything happens."
    };
    let caption = format!(
        "{begin} Where the band falls in steps they break together. A band at zero is a population that is gone. Rows come every \
         few ticks: a population that breaks between two of them is seen to have broken at the second."
    );
    Some(Figure { name: "populations".into(), title, caption, scene })
}

fn panel(view: &View, scene: &mut Scene, cell: super::grid::Cell, of: &Told) {
    let line = |pick: fn(&PopulationRow) -> f64| -> Strokes {
        let points = of.rows.iter().filter_map(|row| Some((view.frame.index_of(row.tick)?, pick(row))));
        let points = points.filter(|(_, value)| value.is_finite()).collect::<Vec<_>>();
        // Rows are few ticks apart: a stroke holds those of one session.
        let within = |session: &super::frame::Session| {
            let own = points.iter().filter(|(index, _)| (session.first..=session.last).contains(index));
            own.map(|(index, value)| (view.frame.place(*index), *value)).collect::<Vec<_>>()
        };
        view.frame.sessions().iter().map(within).filter(|stroke| !stroke.is_empty()).collect()
    };
    let (low, median, high) = (line(|row| row.equity_low), line(|row| row.equity_median), line(|row| row.equity_high));
    let extent = series::extent([&low, &high]).unwrap_or((0.0, 1.0));
    let up = padded((extent.0.min(0.0), extent.1), 0.04, 0.1);
    let (left, top, right, bottom) = (cell.left, cell.top, cell.right, cell.bottom);
    let plot = Panel { left, top, right, bottom, across: view.frame.span(), up };
    plot.value_axis(scene, 4, words::short);
    plot.session_lines(scene, &view.frame);
    for (low, high) in low.iter().zip(&high) {
        let mut outline: Vec<_> = high.iter().map(|(place, value)| plot.at(*place, *value)).collect();
        outline.extend(low.iter().rev().map(|(place, value)| plot.at(*place, *value)));
        scene.area(outline, theme::RUN, 0.2);
    }
    plot.plot(scene, &median, theme::RUN, 1.75, None);
    let first = of.rows.iter().find(|row| row.broken > 0).and_then(|row| view.frame.index_of(row.tick));
    if let Some(index) = first {
        let x = plot.x(view.frame.place(index));
        scene.stroke(vec![(x, plot.top), (x, plot.bottom)], theme::FORCED, 1.0, Some(theme::DOTTED));
    }
    plot.time_axis(scene, &view.frame, 62.0);
    let told = format!("{} of {} broke", words::count(of.broken().into()), words::count(of.members().into()));
    let room = theme::width_of(&told, theme::AXIS) + 10.0;
    let name = theme::fit(of.name, theme::PANEL, plot.right - plot.left - room);
    scene.text((plot.left, plot.top - 9.0), name, theme::PANEL);
    scene.text((plot.right, plot.top - 9.0), told, theme::AXIS.end());
}

/// Populations in the order of the table, which is the world's.
fn told<'a>(view: &View<'a>) -> Vec<Told<'a>> {
    let mut told: Vec<Told> = Vec::new();
    for row in &view.picture.tables.populations {
        match told.iter_mut().find(|of| of.name == row.population) {
            Some(of) => of.rows.push(row),
            None => told.push(Told { name: &row.population, rows: vec![row] }),
        }
    }
    told.retain(|of| of.rows.len() > 1);
    told
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::stamp::Stamp;

    #[test]
    fn the_title_counts_the_members_that_the_panels_count() {
        let mut sample = sample::crash();
        assert_eq!(draw(&View::of(&sample.picture())), None);
        let ticks: Vec<(u32, Stamp)> = sample.tables.firms.iter().step_by(5).map(|row| (row.tick, row.time)).collect();
        for (index, (tick, time)) in ticks.iter().enumerate() {
            for (name, members, from) in [("three", 40, 300), ("thirty", 20, 90), ("steady", 10, usize::MAX)] {
                let broken = if index >= from { members - 5 } else { 0 };
                let equity = 1e6 - index as f64 * 1e3;
                sample.tables.populations.push(PopulationRow {
                    tick: *tick,
                    time: *time,
                    population: name.into(),
                    members,
                    broken,
                    equity_low: equity * 0.5,
                    equity_median: equity,
                    equity_high: equity * 1.5,
                });
            }
        }
        let picture = sample.picture();
        let figure = draw(&View::of(&picture)).unwrap();
        assert!(figure.caption.starts_with("Members differ in their money"), "{}", figure.caption);
        assert_eq!(figure.title, "50 of 70\u{a0}members of 3\u{a0}populations broke, the first in thirty");
        let says = |text: &str| {
            let own = |mark: &super::super::scene::Mark| matches!(mark, super::super::scene::Mark::Text { text: own, .. } if own == text);
            figure.scene.marks.iter().position(own)
        };
        let places: Vec<_> = ["15 of 20 broke", "35 of 40 broke", "0 of 10 broke"].map(says).to_vec();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
        let bands =
            figure.scene.marks.iter().filter(|mark| matches!(mark, super::super::scene::Mark::Area { .. })).count();
        assert_eq!(bands, 15, "three populations, five sessions");
    }
}
