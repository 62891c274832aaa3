//! Firms side by side where a lender pools margin apart: what each pool has above its requirement, until it breaks.
//!
//! One panel a firm, in the world's order, all on one scale, so that the same firm at lenders of different modes
//! can be compared by looking along a row. Drawn only where some account is a pool.

use super::fates::{self, End, Fate};
use super::frame::Closed;
use super::grid::{Grid, columns};
use super::labels::{Labels, Room};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::AccountRow;
use std::collections::BTreeMap;

/// Panels the chart holds at most.
const MOST: usize = 12;
const STRETCHES: usize = 200;

/// One pool, or the whole account where everything is in one.
#[derive(Clone, Debug, PartialEq)]
struct Pool<'a> {
    name: &'a str,
    firm: &'a str,
    /// Counted equity less maintenance requirement, up to the breach.
    slack: Strokes,
    breach: Option<f64>,
    fate: Option<Fate<'a>>,
}

impl Pool<'_> {
    /// Whether any of its positions was taken from it.
    fn lost(&self) -> bool {
        self.fate.is_some_and(|fate| fate.end != End::Unsold)
    }
}

/// `alpha` of `fund@exchange/alpha`; `None` for an account that is not divided.
pub fn pool_of(account: &str) -> Option<&str> {
    account.split_once('@')?.1.split_once('/').map(|(_, pool)| pool)
}

pub fn draw(view: &View) -> Option<Figure> {
    let pools = pools(view);
    if !view.picture.tables.accounts.iter().any(|row| pool_of(&row.account).is_some()) {
        return None;
    }
    let firms: Vec<&str> =
        view.firms().into_iter().filter(|firm| pools.iter().any(|pool| pool.firm == *firm)).collect();
    let shown = &firms[..firms.len().min(MOST)];
    let title = title(&pools, shown);
    let subtitle = format!(
        "Counted equity less maintenance requirement of each pool, {}, {}. One scale for all.",
        if view.currency().is_empty() { "money" } else { view.currency() },
        view.frame.dates()
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Line(theme::RUN), "what a pool has above its requirement")];
    let cross = fates::cross_says(pools.iter().filter_map(|pool| pool.fate.as_ref()));
    if pools.iter().any(|pool| pool.breach.is_some()) {
        entries.push((Sign::Cross(theme::FORCED), &cross));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let extent = series::extent(pools.iter().map(|pool| &pool.slack)).unwrap_or((0.0, 1.0));
    let up = padded((extent.0.min(0.0), extent.1.max(0.0)), 0.08, 0.12);
    let grid =
        Grid { columns: columns(shown.len(), 3), top: y + 4.0, axis: 44.0, head: 30.0, plot_height: 170.0, foot: 34.0 };
    for (index, firm) in shown.iter().enumerate() {
        let cell = grid.cell(index);
        let plot = Panel {
            left: cell.left,
            top: cell.top,
            right: cell.right,
            bottom: cell.bottom,
            across: view.frame.span(),
            up,
        };
        panel(view, &mut scene, &plot, view.firm(firm), pools.iter().filter(|pool| pool.firm == *firm));
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(shown.len()));
    let caption = "Where all positions share one pool a gain carries a loss, and what breaks puts all of them at stake. Where \
                   each has its own pool a loss stops there, and a gain elsewhere is no help. A line ends where its pool \
                   is broken; above zero a pool has what its lender demands."
        .to_string();
    Some(Figure { name: "pools".to_string(), title, caption, scene })
}

fn title(pools: &[Pool], shown: &[&str]) -> String {
    let broke = pools.iter().filter(|pool| pool.breach.is_some()).count();
    let pools_broke = format!("{} broke", words::counted(broke, "pool", "pools"));
    if broke > 0 && !pools.iter().any(Pool::lost) {
        return format!("{pools_broke}, and no position was lost");
    }
    let lost = |firm: &&&str| pools.iter().any(|pool| pool.firm == **firm && pool.lost());
    let whole = shown.len() - shown.iter().filter(lost).count();
    format!("{pools_broke}, {whole} of {} lost no position", words::counted(shown.len(), "firm", "firms"))
}

fn pools<'a>(view: &View<'a>) -> Vec<Pool<'a>> {
    let mut rows: BTreeMap<&str, Vec<&AccountRow>> = BTreeMap::new();
    for row in &view.picture.tables.accounts {
        rows.entry(&row.account).or_default().push(row);
    }
    let mut pools = Vec::new();
    for (account, rows) in rows {
        let fate = view.fates.get(account).copied();
        let breach = fate
            .map(|fate| fate.breach.time)
            .and_then(words::seconds)
            .and_then(|at| view.frame.place_within(at, Closed::SessionAfter));
        let line = series::strokes_of(&view.frame, rows.iter().map(|row| (row.tick, row.equity_counted - row.mm)));
        let before = |stroke: Vec<(f64, f64)>| -> Vec<(f64, f64)> {
            stroke.into_iter().take_while(|point| breach.is_none_or(|breach| point.0 <= breach)).collect()
        };
        let line: Strokes = line.into_iter().map(before).filter(|stroke| !stroke.is_empty()).collect();
        let slack = series::thin(&line, view.frame.span(), STRETCHES);
        if slack.iter().map(Vec::len).sum::<usize>() > 1 {
            let name = pool_of(account).unwrap_or("one pool");
            pools.push(Pool { name, firm: &rows[0].trader, slack, breach, fate });
        }
    }
    pools
}

fn panel<'p>(
    view: &View,
    scene: &mut Scene,
    plot: &Panel,
    firm: &str,
    pools: impl Iterator<Item = &'p Pool<'p>> + Clone,
) {
    plot.value_axis(scene, 4, words::short);
    plot.session_lines(scene, &view.frame);
    plot.time_axis(scene, &view.frame, 62.0);
    scene.text((plot.left, plot.top - 9.0), theme::fit(firm, theme::PANEL, plot.right - plot.left), theme::PANEL);
    let zero = plot.y(0.0);
    scene.stroke(vec![(plot.left, zero), (plot.right, zero)], theme::EDGE, 1.5, None);
    let mut labels = Labels::new(Room { x0: plot.left, y0: plot.top, x1: plot.right, y1: plot.bottom });
    for pool in pools.clone() {
        plot.plot(scene, &pool.slack, theme::RUN, 1.75, None);
        for pair in pool.slack.iter().flat_map(|stroke| stroke.windows(2)) {
            let (from, to) = (plot.at(pair[0].0, pair[0].1), plot.at(pair[1].0, pair[1].1));
            // A steep stretch has few points of its own.
            let between = |part: f64| (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
            labels.avoid((0..8).map(|step| between(f64::from(step) / 8.0)));
        }
    }
    for pool in pools {
        let Some(last) = pool.slack.last().and_then(|stroke| stroke.last()) else { continue };
        let at = plot.at(last.0, last.1);
        if pool.breach.is_some() {
            theme::cross(scene, at, theme::FORCED);
            labels.take(Room { x0: at.0 - 5.0, y0: at.1 - 5.0, x1: at.0 + 5.0, y1: at.1 + 5.0 });
        }
        labels.put(scene, at, pool.name, theme::LABEL);
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_pool_is_what_stands_after_the_lender() {
        assert_eq!(pool_of("fund@exchange/btc"), Some("btc"));
        assert_eq!((pool_of("fund@exchange"), pool_of("a/b@exchange"), pool_of("exchange")), (None, None, None));
    }

    #[test]
    fn pools_are_drawn_where_there_are_any_and_end_at_their_breach() {
        let mut sample = sample::crash();
        assert!(draw(&View::of(&sample.picture())).is_none());
        for row in &mut sample.tables.accounts {
            row.account += "/one";
        }
        for row in &mut sample.tables.liquidations {
            row.account += "/one";
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        // One firm, of which all four were sold.
        let title = draw(&view).unwrap().title;
        assert_eq!(title, "4\u{a0}pools broke, 0 of 1\u{a0}firm lost no position");
        let pools = pools(&view);
        assert!(pools.iter().all(|pool| pool.name == "one" && pool.breach.is_some()));
        let ends = |pool: &Pool| pool.slack.iter().flatten().all(|point| point.0 <= pool.breach.expect("it broke"));
        assert!(pools.iter().all(ends));
    }
    #[test]
    fn pools_that_broke_and_were_not_sold_lost_no_position() {
        let mut sample = sample::crash();
        sample.tables.accounts.iter_mut().for_each(|row| row.account += "/one");
        sample.unsold();
        let figure = draw(&View::of(&sample.picture())).unwrap();
        assert_eq!(figure.title, "4\u{a0}pools broke, and no position was lost");
        assert!(sample::says(&figure, "breach: nothing is sold"));
    }
}
