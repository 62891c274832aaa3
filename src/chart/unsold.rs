//! What each lender still had to sell, or to buy back: one lane a lender, all on one scale.

use super::panel::{Panel, stepped};
use super::scene::Scene;
use super::series::{self, Strokes};
use super::theme::{self, MARGIN, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::LenderRow;
use results::way::Way;

const MOST: usize = 16;
const LANE: f64 = 46.0;
/// Lanes of which no more is filled have nothing to see.
const SEEN: f64 = 0.01;

/// One lender's unsold positions over time.
#[derive(Clone, Debug, PartialEq)]
struct Lane<'a> {
    lender: &'a str,
    line: Strokes,
    peak: f64,
    /// Of the run, during which it had something to sell.
    share: f64,
    half_sold: Option<&'a str>,
    /// Winners took over what the market did not take.
    taken_over: bool,
    /// Which way its orders went.
    way: Way,
}

pub fn draw(view: &View) -> Option<Figure> {
    let mut lanes = lanes(view);
    // What is gone as soon as it is there is no picture: the table of lenders tells it.
    if lanes.is_empty() || lanes.iter().all(|lane| lane.share < SEEN) {
        return None;
    }
    let title = title(view, &lanes);
    let left_out = lanes.len().saturating_sub(MOST);
    lanes.truncate(MOST);
    let mut scene = Scene::new(WIDTH, 0.0);
    let unit = view.unit();
    let way = all(&lanes);
    let mut subtitle = format!(
        "Client positions that lenders have given up on and not yet {}, at mark, {unit}, {}. One scale for all.",
        way.did(),
        view.frame.dates()
    );
    if left_out > 0 {
        subtitle += &format!(" {left_out} lenders are not shown.");
    }
    let y = theme::heading(&mut scene, &title, &subtitle);
    let names = lanes.iter().map(|lane| theme::width_of(view.lender(lane.lender), theme::PANEL)).fold(0.0, f64::max);
    let left = MARGIN + names.min(220.0) + 14.0;
    let most = lanes.iter().map(|lane| lane.peak).fold(0.0, f64::max);
    let top = y + 8.0;
    let bottom = top + LANE * lanes.len() as f64;
    let whole = Panel { left, top, right: WIDTH - MARGIN - 150.0, bottom, across: view.frame.span(), up: (0.0, 1.0) };
    whole.session_lines(&mut scene, &view.frame);
    for (index, lane) in lanes.iter().enumerate() {
        let bottom = top + LANE * (index + 1) as f64 - 6.0;
        let panel = Panel { top: bottom - LANE + 12.0, bottom, up: (0.0, most), ..whole };
        panel.fill(&mut scene, &lane.line, 0.0, theme::FORCED, 0.85);
        scene.segment((left, bottom), (whole.right, bottom), theme::GRID, 1.0);
        let name = theme::fit(view.lender(lane.lender), theme::PANEL, 220.0);
        scene.text((left - 10.0, bottom - 2.0), name, theme::PANEL.end());
        scene.text((whole.right + 10.0, bottom - 16.0), format!("most: {}", words::short(lane.peak)), theme::LABEL);
        let half = match lane.half_sold {
            Some(time) => format!("half by {}", words::moment_of(time)),
            None if lane.taken_over => "winners took the rest".into(),
            None => format!("half never {}", lane.way.did()),
        };
        scene.text((whole.right + 10.0, bottom - 1.0), half, theme::AXIS);
    }
    whole.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), bottom + 26.0);
    let mut caption = format!(
        "The height of each area is what the lender still had to {}, at the price of the moment: it shrinks as that is \
         done, and also when the price falls.",
        way.has_to()
    );
    if view.rivals().iter().any(|group| lanes.iter().filter(|lane| group.contains(lane.lender)).count() > 1) {
        caption +=
            " A lender whose area lasts longer than another's in the same market traded in what that one left behind.";
    }
    Some(Figure { name: "unsold".into(), title, caption, scene })
}

/// Lenders that ever had something to sell, the first to be half done first.
fn lanes<'a>(view: &View<'a>) -> Vec<Lane<'a>> {
    let mut lanes: Vec<Lane> = Vec::new();
    for lender in view.lenders() {
        let rows = view.picture.tables.lenders.iter().filter(|row| row.lender == lender);
        let rows: Vec<&LenderRow> = rows.filter(|row| row.unsold.is_finite()).collect();
        let peak = rows.iter().map(|row| row.unsold).fold(0.0, f64::max);
        if peak > 0.0 {
            let line = stepped(&held(view, &rows));
            let known = view.picture.summary.lenders.get(lender);
            let mut paid = view.picture.tables.waterfall.iter().filter(|row| row.lender == lender && row.amount > 0.0);
            let taken_over = paid.any(|row| row.layer == "auto_deleveraging");
            let half_sold = known.and_then(|known| known.half_sold.as_deref());
            let share = filled(&line) / (view.frame.span().1 - view.frame.span().0);
            lanes.push(Lane { lender, line, peak, share, half_sold, taken_over, way: view.way(&[lender]) });
        }
    }
    lanes.sort_by_key(|lane| (lane.half_sold.is_none(), lane.half_sold));
    lanes
}

/// What all of them did.
fn all(lanes: &[Lane]) -> Way {
    let any = |not: Way| lanes.iter().any(|lane| lane.way != not);
    Way::of(any(Way::Bought), any(Way::Sold)).unwrap_or(Way::Sold)
}

/// How much of a line's length lies above zero.
fn filled(line: &Strokes) -> f64 {
    let pairs = line.iter().flat_map(|stroke| stroke.windows(2));
    pairs.filter(|pair| pair[0].1 > 0.0 || pair[1].1 > 0.0).map(|pair| pair[1].0 - pair[0].0).sum()
}

/// Rows come when something happens: a value holds until the next, through the ends of sessions.
fn held(view: &View, rows: &[&LenderRow]) -> Strokes {
    let frame = &view.frame;
    let mut values: Vec<Option<f64>> = vec![None; frame.len()];
    for row in rows {
        if let Some(index) = frame.index_of(row.tick) {
            values[index] = Some(row.unsold.max(0.0));
        }
    }
    let mut last = 0.0;
    let mut kept: Vec<Option<f64>> = vec![None; frame.len()];
    for session in frame.sessions() {
        for index in session.first..=session.last {
            let ends = index == session.first || index == session.last;
            if let Some(value) = values[index] {
                last = value;
            }
            if values[index].is_some() || ends {
                kept[index] = Some(last);
            }
        }
    }
    series::thin(&series::strokes(frame, |index| kept[index]), frame.span(), 500)
}

fn title(view: &View, lanes: &[Lane]) -> String {
    let done: Vec<&Lane> = lanes.iter().filter(|lane| lane.half_sold.is_some()).collect();
    match done.as_slice() {
        [first, .., last] => {
            let seconds = |lane: &Lane| lane.half_sold.and_then(words::seconds);
            match (seconds(first), seconds(last)) {
                (Some(from), Some(to)) if to > from => format!(
                    "{} had {} half by {}, {} only by {}",
                    view.lender(first.lender),
                    all(&[(*first).clone(), (*last).clone()]).did(),
                    words::moment(from),
                    view.lender(last.lender),
                    words::moment(to)
                ),
                _ => format!(
                    "All had {} half by {}",
                    all(lanes).did(),
                    words::moment_of(first.half_sold.unwrap_or_default())
                ),
            }
        }
        [only] => format!(
            "{} had {} half by {}",
            view.lender(only.lender),
            only.way.did(),
            words::moment_of(only.half_sold.unwrap_or_default())
        ),
        [] if lanes.iter().any(|lane| lane.taken_over) => {
            let (did, has_to) = (all(lanes).did(), all(lanes).has_to());
            format!("No lender {did} half of what it had to {has_to} in the market: winners took over the rest")
        }
        [] => {
            let (did, has_to) = (all(lanes).did(), all(lanes).has_to());
            format!("No lender had {did} half of what it had to {has_to} when the run ended")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn where_winners_took_over_nobody_is_said_to_have_been_too_slow() {
        let mut sample = sample::crash();
        sample.summary.lenders.values_mut().for_each(|lender| lender.half_sold = None);
        let told = |sample: &sample::Sample| draw(&View::of(&sample.picture())).unwrap().title;
        assert_eq!(told(&sample), "No lender had sold half of what it had to sell when the run ended");
        let row = &sample.tables.liquidations[0];
        sample.tables.waterfall.push(results::rows::WaterfallRow {
            breach: Some(0),
            tick: row.tick,
            time: row.time,
            account: row.account.clone(),
            lender: row.lender.clone(),
            layer: "auto_deleveraging".into(),
            payer: "winner".into(),
            amount: 5.0,
            rank: None,
        });
        assert_eq!(
            told(&sample),
            "No lender sold half of what it had to sell in the market: winners took over the rest"
        );
    }

    #[test]
    fn who_buys_back_is_not_said_to_have_sold() {
        let mut sample = sample::crash();
        sample.tables.liquidations.iter_mut().for_each(|row| row.side = "buy".into());
        let drawn = |sample: &sample::Sample| draw(&View::of(&sample.picture())).unwrap();
        let figure = drawn(&sample);
        assert!(figure.title.contains("had bought back half by") && !figure.title.contains("sold"), "{}", figure.title);
        assert!(
            figure.caption.contains("still had to buy back") && !figure.caption.contains("sell"),
            "{}",
            figure.caption
        );
        assert!(!sample::says(&figure, "sold") && !sample::says(&figure, "sell"));
        // One lender of four sells: what is said of all of them is what both ways have in common.
        sample.sells_at("alpha");
        sample.summary.lenders.values_mut().for_each(|lender| lender.half_sold = None);
        assert_eq!(drawn(&sample).title, "No lender had closed half of what it had to close when the run ended");
    }

    #[test]
    fn a_lender_without_anything_to_sell_has_no_lane() {
        let mut sample = sample::crash();
        sample.tables.lenders.iter_mut().filter(|row| row.lender == "bravo").for_each(|row| row.unsold = 0.0);
        let picture = sample.picture();
        let view = View::of(&picture);
        let found = lanes(&view);
        assert_eq!(found.iter().map(|lane| lane.lender).collect::<Vec<_>>(), ["alpha", "carlo", "delta"]);
        assert!(found.iter().all(|lane| lane.peak > 0.0 && lane.line.len() == 5));
    }
}
