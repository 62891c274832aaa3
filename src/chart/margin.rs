//! Equity against the maintenance requirement, account by account, with calls and breaches.

use super::fates::{self, Fate};
use super::frame::Closed;
use super::grid::{Grid, columns};
use super::panel::{Panel, padded};
use super::pools::pool_of;
use super::scene::Scene;
use super::series::{self, Strokes};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::AccountRow;
use std::collections::BTreeMap;

/// Panels a chart holds at most.
const MOST: usize = 12;
const STRETCHES: usize = 200;

/// One watched account.
#[derive(Clone, Debug, PartialEq)]
struct Watched<'a> {
    account: &'a str,
    trader: &'a str,
    lender: &'a str,
    equity: Strokes,
    requirement: Strokes,
    /// (place, equity then) of each call.
    calls: Vec<(f64, f64)>,
    breach: Option<(f64, f64)>,
    /// The first forced sale, where it is apart from the breach.
    sale: Option<(f64, f64)>,
    fate: Option<Fate<'a>>,
    /// Least of equity less requirement.
    worst: f64,
}

impl Watched<'_> {
    fn broke(&self) -> bool {
        self.fate.is_some()
    }

    fn fell_short(&self) -> bool {
        self.worst < 0.0
    }
}

pub fn draw(view: &View) -> Vec<Figure> {
    let watched = watched(view);
    let firms = view.firms();
    let mut figures = Vec::new();
    for firm in view.told_firms() {
        let own: Vec<&Watched> = watched.iter().filter(|account| account.trader == firm).collect();
        let name = format!("margin_{}", words::stem(firm));
        figures.extend(one(view, name, Some(view.firm(firm)), own));
    }
    let others: Vec<&Watched> = watched.iter().filter(|account| !firms.contains(&account.trader)).collect();
    if others.iter().any(|account| account.broke() || !account.calls.is_empty()) {
        figures.extend(one(view, "accounts".into(), None, others));
    }
    figures
}

fn watched<'a>(view: &View<'a>) -> Vec<Watched<'a>> {
    let tables = view.picture.tables;
    let mut rows: BTreeMap<&str, Vec<&AccountRow>> = BTreeMap::new();
    for row in &tables.accounts {
        rows.entry(&row.account).or_default().push(row);
    }
    let mut watched = Vec::new();
    for (account, rows) in rows {
        let frame = &view.frame;
        let equity = series::strokes_of(frame, rows.iter().map(|row| (row.tick, row.equity_counted)));
        let requirement = series::strokes_of(frame, rows.iter().map(|row| (row.tick, row.mm)));
        // Who must keep nothing has no line to stay above.
        let demands = requirement.iter().flatten().any(|point| point.1 > 0.0);
        if equity.iter().map(Vec::len).sum::<usize>() < 2 || !demands {
            continue;
        }
        let calls = tables.calls.iter().filter(|call| call.account == account);
        let calls = calls.filter_map(|call| marker(view, &equity, &call.time)).collect();
        let fate = view.fates.get(account).copied();
        let breach = fate.and_then(|fate| marker(view, &equity, fate.breach.time));
        let sale = fate.filter(|fate| fate.waited).and_then(|fate| marker(view, &equity, fate.sold_from?));
        // Once it broke it is its lender's matter.
        let own = rows.iter().filter(|row| fate.is_none_or(|fate| row.tick <= fate.breach.tick));
        let slack = own.map(|row| row.equity_counted - row.mm).filter(|slack| slack.is_finite());
        let worst = slack.fold(f64::INFINITY, f64::min);
        let (trader, lender) = (rows[0].trader.as_str(), rows[0].lender.as_str());
        let thin = |line: &Strokes| series::thin(line, frame.span(), STRETCHES);
        let (equity, requirement) = (thin(&equity), thin(&requirement));
        watched.push(Watched { account, trader, lender, equity, requirement, calls, breach, sale, fate, worst });
    }
    watched
}

/// A moment on a line: its place and the line's last value up to it.
fn marker(view: &View, line: &Strokes, time: &str) -> Option<(f64, f64)> {
    let place = view.frame.place_within(words::seconds(time)?, Closed::SessionAfter)?;
    let before = line.iter().flatten().take_while(|point| point.0 <= place).last();
    before.or_else(|| line.iter().flatten().next()).map(|point| (place, point.1))
}

fn one(view: &View, name: String, firm: Option<&str>, mut accounts: Vec<&Watched>) -> Option<Figure> {
    if accounts.is_empty() {
        return None;
    }
    let lenders = &view.picture.order.lenders;
    let place = |id: &str| lenders.iter().position(|named| named.id == id).unwrap_or(usize::MAX);
    if firm.is_some() {
        accounts.sort_by_key(|account| (place(account.lender), account.account));
    } else {
        // Nobody's list names these: those in the worst state first.
        accounts.sort_by(|a, b| {
            let broke = |account: &Watched| {
                account.fate.map_or((u32::MAX, u32::MAX), |fate| (fate.breach.tick, fate.breach.breach))
            };
            broke(a).cmp(&broke(b)).then(a.worst.total_cmp(&b.worst))
        });
    }
    let (title, caption) = words_for(view, firm, &accounts);
    let shown = &accounts[..accounts.len().min(MOST)];
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut subtitle = format!(
        "Equity counted for margin and the maintenance requirement of each account, {}, {}. Each panel has its own scale.",
        if view.currency().is_empty() { "money" } else { view.currency() },
        view.frame.dates()
    );
    if accounts.len() > MOST {
        subtitle += &format!(" {} of {} watched accounts are shown.", MOST, accounts.len());
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Line(theme::RUN), "equity"), (Sign::Dashed(theme::CALL), "maintenance requirement")];
    if shown.iter().any(|account| !account.calls.is_empty()) {
        entries.push((Sign::Drop(theme::CALL), "margin call"));
    }
    let fates = shown.iter().filter_map(|account| account.fate.as_ref());
    let cross = fates::cross_says(fates.clone());
    let first = format!("first forced {}", fates::way(fates).noun());
    if shown.iter().any(|account| account.breach.is_some()) {
        entries.push((Sign::Cross(theme::FORCED), &cross));
    }
    if shown.iter().any(|account| account.sale.is_some()) {
        entries.push((Sign::Disc(theme::FORCED), &first));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let columns = columns(shown.len(), 3);
    let plot_height = [230.0, 170.0, 120.0][columns - 1];
    let grid = Grid { columns, top: y + 4.0, axis: 44.0, head: 30.0, plot_height, foot: 34.0 };
    for (index, account) in shown.iter().enumerate() {
        let cell = grid.cell(index);
        panel(view, &mut scene, cell, account, firm.is_some());
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(shown.len()));
    Some(Figure { name, title, caption, scene })
}

fn panel(view: &View, scene: &mut Scene, cell: super::grid::Cell, account: &Watched, by_lender: bool) {
    let extent = series::extent([&account.equity, &account.requirement]).unwrap_or((0.0, 1.0));
    let up = padded((extent.0.min(0.0), extent.1), 0.04, 0.1);
    let plot =
        Panel { left: cell.left, top: cell.top, right: cell.right, bottom: cell.bottom, across: view.frame.span(), up };
    plot.value_axis(scene, 4, words::short);
    plot.session_lines(scene, &view.frame);
    plot.time_axis(scene, &view.frame, 62.0);
    shortfall(scene, &plot, account);
    plot.plot(scene, &account.requirement, theme::CALL, 1.75, Some(theme::DASHED));
    plot.plot(scene, &account.equity, theme::RUN, 1.75, None);
    for call in account.calls.iter().take(40) {
        let at = plot.at(call.0, call.1);
        theme::drop_mark(scene, (at.0, (at.1 - 9.0).max(plot.top)), theme::CALL);
    }
    if let Some(breach) = account.breach {
        theme::cross(scene, plot.at(breach.0, breach.1), theme::FORCED);
    }
    if let Some(sale) = account.sale {
        scene.disc(plot.at(sale.0, sale.1), 4.0, theme::FORCED);
    }
    let name = if by_lender {
        place_of(view, account)
    } else {
        format!("{} at {}", view.firm(account.trader), view.lender(account.lender))
    };
    let when = account.fate.map(|fate| fate.moment()).unwrap_or_default();
    let right = theme::width_of(&when, theme::AXIS) + 10.0;
    let name = theme::fit(&name, theme::PANEL, plot.right - plot.left - right);
    scene.text((plot.left, plot.top - 9.0), name, theme::PANEL);
    if !when.is_empty() {
        scene.text((plot.right, plot.top - 9.0), when, theme::AXIS.ink(theme::FORCED).end());
    }
}

/// A firm's account by its lender, and by its pool where it has several there.
fn place_of(view: &View, account: &Watched) -> String {
    let lender = view.lender(account.lender);
    pool_of(account.account).map_or(lender.to_string(), |pool| format!("{lender}: {pool}"))
}

/// Shades where equity lies below the requirement.
fn shortfall(scene: &mut Scene, plot: &Panel, account: &Watched) {
    for equity in &account.equity {
        let mut below: Vec<((f64, f64), f64)> = Vec::new();
        for point in equity {
            let need = value_at(&account.requirement, point.0);
            match need.filter(|need| point.1 < *need) {
                Some(need) => below.push((*point, need)),
                None => close_area(scene, plot, &mut below),
            }
        }
        close_area(scene, plot, &mut below);
    }
}

fn close_area(scene: &mut Scene, plot: &Panel, below: &mut Vec<((f64, f64), f64)>) {
    if below.len() > 1 {
        let mut points: Vec<_> = below.iter().map(|(point, _)| plot.at(point.0, point.1)).collect();
        points.extend(below.iter().rev().map(|(point, need)| plot.at(point.0, *need)));
        scene.area(points, theme::FORCED, 0.14);
    }
    below.clear();
}

/// The line's value at a place, between its points; nothing outside its strokes.
fn value_at(line: &Strokes, place: f64) -> Option<f64> {
    let stroke = line.iter().find(|stroke| stroke[0].0 <= place && place <= stroke[stroke.len() - 1].0)?;
    let after = stroke.partition_point(|point| point.0 < place);
    let (to, from) = (stroke[after], stroke[after.saturating_sub(1)]);
    let width = to.0 - from.0;
    Some(if width > 0.0 { from.1 + (place - from.0) / width * (to.1 - from.1) } else { to.1 })
}

fn words_for(view: &View, firm: Option<&str>, accounts: &[&Watched]) -> (String, String) {
    let mut broken: Vec<(Fate, &Watched)> =
        accounts.iter().filter_map(|account| Some((account.fate?, *account))).collect();
    broken.sort_by_key(|(fate, _)| fate.breach);
    let total = accounts.len();
    let whose = firm.unwrap_or("Watched accounts");
    let pooled = accounts.iter().any(|account| pool_of(account.account).is_some());
    let (one, many) = if firm.is_some() && !pooled { ("lender", "lenders") } else { ("account", "accounts") };
    let at = |account: &Watched| match firm {
        Some(_) => place_of(view, account),
        None => format!("{} at {}", view.firm(account.trader), view.lender(account.lender)),
    };
    let short = accounts.iter().filter(|account| account.fell_short()).count();
    let calls: usize = accounts.iter().map(|account| account.calls.len()).sum();
    let called = accounts.iter().filter(|account| !account.calls.is_empty()).count();
    let title = match broken.as_slice() {
        // What the panels show: a line above the other all along, or shaded shortfalls. A call that was met within its tick, or
        // was for initial margin, leaves no shortfall to shade, and is a call.
        [] if short == 0 && calls > 0 => format!(
            "{whose}: called at {}, and above the maintenance requirement at the end of every tick",
            words::of_all(called, total, one, many)
        ),
        [] if short == 0 => format!("{whose}: equity stayed above the requirement at {}", words::all(total, one, many)),
        [] if total == 1 => {
            let times = match calls {
                0 => "never called".into(),
                1 => "called once".into(),
                calls => format!("called {calls} times"),
            };
            format!("{whose}: equity fell short of the requirement at {}; {times}, not sold out", at(accounts[0]))
        }
        [] => {
            let times = if called == 0 { "never called".into() } else { format!("called at {called}") };
            format!(
                "{whose}: equity fell short of the requirement at {}, {times}, sold out at none",
                words::of_all(short, total, one, many)
            )
        }
        broken => {
            let broken: Vec<_> = broken.iter().map(|(fate, account)| (*fate, at(account))).collect();
            format!("{whose}: {}", fates::told(&broken, total, one, many))
        }
    };
    let mut caption = String::from(
        "An account is in danger where its equity (dark line) comes down to the maintenance requirement (dashed); the \
         shaded area is what it is short of. ",
    );
    if calls > 0 {
        caption += &format!("A triangle is a demand for money ({} here)", words::counted(calls, "call", "calls"));
        caption += if broken.is_empty() { ". " } else { ", a cross the moment at which the lender gave up waiting. " };
    }
    let way = fates::way(broken.iter().map(|(fate, _)| fate));
    let (did, noun) = (way.did(), way.noun());
    if broken.iter().any(|(fate, _)| fate.waited) {
        caption += &format!("Where the lender began only later, a disc is the first forced {noun}. ");
    }
    if broken.iter().any(|(fate, _)| !fate.is_sold()) {
        let all = broken.iter().all(|(fate, _)| !fate.is_sold());
        caption += &match all {
            true => format!("Nothing was {did} by force. "),
            false => format!("Not all that broke was {did}. "),
        };
    }
    if let [(first, _), .., (last, _)] = broken[..]
        && let (Some(from), Some(to)) = (words::seconds(first.breach.time), words::seconds(last.breach.time))
    {
        caption += &match (to > from, broken.iter().any(|(fate, _)| fate.is_sold())) {
            (true, true) => format!(
                "{} lie between the first breach and the last, and each {noun} lowers the equity in the panels that are \
                 left.",
                words::length(to - from)
            ),
            (true, false) => format!("{} lie between the first breach and the last.", words::length(to - from)),
            (false, _) => "All were broken in the same tick.".into(),
        };
    }
    (title, caption.trim_end().to_string())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_account_of_the_firm_is_watched_with_its_call_and_breach() {
        let sample = sample::crash();
        let picture = sample.picture();
        let view = View::of(&picture);
        let watched = watched(&view);
        assert_eq!(watched.len(), 4);
        assert!(watched.iter().all(|account| account.calls.len() == 1 && account.breach.is_some()));
        assert!(watched.iter().all(|account| account.worst < 0.0));
        let names: Vec<String> = draw(&view).into_iter().map(|figure| figure.name).collect();
        assert_eq!(names, ["margin_tiger"]);
    }

    #[test]
    fn a_title_says_that_equity_stayed_above_only_where_no_shortfall_is_shaded() {
        let mut sample = sample::crash();
        sample.tables.liquidations.clear();
        sample.tables.cascade.clear();
        sample
            .tables
            .accounts
            .iter_mut()
            .filter(|row| row.state == "breached" || row.state == "closed")
            .for_each(|row| row.state = "called".into());
        let told = |sample: &sample::Sample| {
            let picture = sample.picture();
            let figure = draw(&View::of(&picture)).remove(0);
            let shaded = |mark: &super::super::scene::Mark| matches!(mark, super::super::scene::Mark::Area { ink, .. } if *ink == theme::FORCED);
            (figure.title, figure.scene.marks.iter().any(shaded))
        };
        let (title, shaded) = told(&sample);
        assert!(shaded);
        assert_eq!(
            title,
            "Tiger Family Office: equity fell short of the requirement at all 4\u{a0}lenders, called at 4, sold out at none"
        );
        sample.tables.accounts.iter_mut().for_each(|row| row.mm = row.mm.min(row.equity_counted));
        sample.tables.accounts.retain(|row| row.lender == "alpha" || row.lender == "bravo");
        let (title, shaded) = told(&sample);
        assert!(!shaded);
        // Each was called, and a mark stands over the line.
        assert_eq!(
            title,
            "Tiger Family Office: called at both lenders, and above the maintenance requirement at the end of every tick"
        );
        sample.tables.calls.clear();
        assert_eq!(told(&sample).0, "Tiger Family Office: equity stayed above the requirement at both lenders");
    }

    /// Title, key and caption of the firm's chart.
    fn told(sample: &sample::Sample) -> (String, Vec<&'static str>, String) {
        let picture = sample.picture();
        let figure = draw(&View::of(&picture)).remove(0);
        let keys = ["breach: the lender starts to sell", "breach: nothing is sold", "breach", "first forced sale"];
        let keys = keys.into_iter().filter(|key| sample::says(&figure, key)).collect();
        (figure.title.replace(words::TIED, " "), keys, figure.caption)
    }

    fn only(sample: &mut sample::Sample, lenders: &[&str]) {
        sample.tables.accounts.retain(|row| lenders.contains(&&*row.lender));
        sample.tables.liquidations.retain(|row| lenders.contains(&&*row.lender));
        sample.tables.cascade.retain(|row| lenders.contains(&&*row.lender));
    }

    #[test]
    fn who_is_sold_out_is_told_from_the_first_fill_on() {
        let mut sample = sample::crash();
        let (title, keys, caption) = told(&sample);
        assert_eq!(title, "Tiger Family Office: sold out at all 4 lenders, first at Alpha Bank, 26 Mar 10:12");
        assert_eq!(keys, ["breach: the lender starts to sell"]);
        assert!(caption.contains("each sale lowers the equity") && !caption.contains("disc"), "{caption}");
        only(&mut sample, &["alpha"]);
        assert_eq!(told(&sample).0, "Tiger Family Office: sold out at Alpha Bank from 26 Mar 10:12 on");
    }

    #[test]
    fn whose_short_position_is_bought_back_is_not_sold_out() {
        let mut sample = sample::crash();
        sample.tables.liquidations.iter_mut().for_each(|row| row.side = "buy".into());
        let picture = sample.picture();
        let figure = draw(&View::of(&picture)).remove(0);
        let title = figure.title.replace(words::TIED, " ");
        assert_eq!(title, "Tiger Family Office: bought in at all 4 lenders, first at Alpha Bank, 26 Mar 10:12");
        assert!(sample::says(&figure, "breach: the lender starts to buy back") && !sample::says(&figure, "sold from"));
        assert!(figure.caption.contains("each purchase lowers the equity"), "{}", figure.caption);
        // One of the four is sold: what is said of all is what both have in common.
        sample.sells_at("alpha");
        assert!(told(&sample).0.starts_with("Tiger Family Office: closed out at all 4 lenders"));
    }

    #[test]
    fn a_breach_without_a_sale_is_no_sale() {
        let mut sample = sample::crash();
        sample.unsold();
        let (title, keys, caption) = told(&sample);
        assert_eq!(
            title,
            "Tiger Family Office: in breach and not sold at all 4 lenders, first at Alpha Bank, 26 Mar 10:11"
        );
        assert_eq!(keys, ["breach: nothing is sold"]);
        assert!(caption.contains("Nothing was sold by force.") && !caption.contains("each sale"), "{caption}");
        only(&mut sample, &["alpha"]);
        assert_eq!(
            told(&sample).0,
            "Tiger Family Office: in breach at Alpha Bank from 26 Mar 10:11 on, and nothing sold"
        );
    }

    #[test]
    fn what_lives_on_was_sold_in_part_and_what_is_being_sold_is_not_out() {
        let mut sample = sample::crash();
        only(&mut sample, &["alpha"]);
        let state = |sample: &mut sample::Sample, state: &'static str| {
            sample.tables.accounts.last_mut().unwrap().state = state.into();
            told(sample).0
        };
        for alive in ["healthy", "called", "frozen"] {
            assert_eq!(
                state(&mut sample, alive),
                "Tiger Family Office: sold in part at Alpha Bank from 26 Mar 10:12 on, and not sold out"
            );
        }
        assert_eq!(
            state(&mut sample, "breached"),
            "Tiger Family Office: sold at Alpha Bank from 26 Mar 10:12 on, and not sold out by the end"
        );
        // Nothing left, and nobody forced a sale: its positions went to others.
        sample.tables.liquidations.iter_mut().for_each(|row| (row.filled_units, row.first_fill_time) = (0.0, None));
        assert_eq!(
            state(&mut sample, "closed"),
            "Tiger Family Office: in breach at Alpha Bank from 26 Mar 10:11 on, and closed without a forced sale"
        );
    }

    #[test]
    fn a_sale_that_begins_days_after_the_breach_has_its_own_mark_and_moment() {
        let mut sample = sample::crash();
        only(&mut sample, &["alpha", "bravo"]);
        let later =
            sample.tables.prices.iter().map(|row| row.time).find(|time| **time >= *"2021-03-29T11:00:00").unwrap();
        sample.tables.liquidations.iter_mut().for_each(|row| row.first_fill_time = Some(later));
        let (title, keys, caption) = told(&sample);
        // Both at once: neither is the first.
        assert_eq!(title, "Tiger Family Office: sold out at both lenders, all from 29 Mar 11:00 on");
        assert_eq!(keys, ["breach", "first forced sale"]);
        assert!(caption.contains("a disc is the first forced sale"), "{caption}");
        // Of a stretch that ends before, nothing was sold.
        sample.tables.accounts.retain(|row| *row.time < *"2021-03-29T10:00:00");
        sample
            .tables
            .accounts
            .iter_mut()
            .filter(|row| row.state == "closed")
            .for_each(|row| row.state = "breached".into());
        assert_eq!(told(&sample).1, ["breach: nothing is sold"]);
    }

    #[test]
    fn fates_that_differ_are_counted_apart() {
        let mut sample = sample::crash();
        let mut last: Vec<_> = sample.tables.accounts.iter_mut().rev().take(4).collect();
        assert_eq!(last[0].lender, "delta");
        last[0].state = "healthy".into();
        last[1].state = "breached".into();
        assert_eq!(
            told(&sample).0,
            "Tiger Family Office: sold out at 2 of 4 lenders, sold but not sold out by the end at 1 and sold in part at 1, \
             first at Alpha Bank, 26 Mar 10:12"
        );
    }

    #[test]
    fn breaches_of_one_tick_are_told_as_such_here_and_in_the_cascade() {
        let mut sample = sample::crash();
        let (tick, time) = (sample.tables.cascade[0].tick, sample.tables.cascade[0].time);
        // Number 0 is the third lender's, whatever the order of the file.
        let number =
            |lender: &str| ["carlo", "alpha", "delta", "bravo"].iter().position(|id| *id == lender).unwrap() as u32;
        sample.tables.cascade.iter_mut().for_each(|row| {
            (row.tick, row.time, row.breach) = (tick, time, number(&row.lender));
            (row.from_breach, row.source) = (None, "shock".into());
        });
        let fill = sample.tables.liquidations[0].first_fill_time;
        sample.tables.liquidations.iter_mut().for_each(|row| {
            (row.tick, row.time, row.breach) = (tick, time, number(&row.lender));
            row.first_fill_time = fill;
        });
        let (title, _, caption) = told(&sample);
        assert_eq!(title, "Tiger Family Office: sold out at all 4 lenders, all from 26 Mar 10:12 on");
        assert!(caption.ends_with("All were broken in the same tick."), "{caption}");
        let picture = sample.picture();
        let caption = super::super::cascade::draw(&View::of(&picture)).unwrap().caption;
        assert!(caption.starts_with("The first to break was Tiger Family Office at Carlo & Cie, "), "{caption}");
        assert!(caption.contains("and 3 more at the same moment"), "{caption}");
    }

    #[test]
    fn a_value_is_read_between_the_points_of_a_line() {
        let line = vec![vec![(0.0, 10.0), (10.0, 20.0)], vec![(30.0, 5.0)]];
        assert_eq!(value_at(&line, 5.0), Some(15.0));
        assert_eq!(value_at(&line, 30.0), Some(5.0));
        assert_eq!(value_at(&line, 20.0), None);
    }
}
