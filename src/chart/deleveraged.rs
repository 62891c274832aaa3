//! Who was deleveraged, and why: the winners whose positions closed what the bankrupt could not, in the order of the queue.

use super::panel::{Panel, ticks};
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use std::collections::BTreeMap;

const ROW: f64 = 30.0;
const MOST: usize = 16;

/// One winner.
#[derive(Clone, Debug, PartialEq)]
struct Winner<'a> {
    payer: &'a str,
    /// Gain forgone, in all.
    amount: f64,
    /// When it was first taken, and what then put it where it stood in the queue.
    second: i64,
    rank: Option<f64>,
    times: usize,
}

pub fn draw(view: &View) -> Option<Figure> {
    let winners = winners(view);
    let first = winners.first()?;
    let total: f64 = winners.iter().map(|winner| winner.amount).sum();
    let most = winners.iter().max_by(|a, b| a.amount.total_cmp(&b.amount))?;
    let rank = first.rank.map_or_else(String::new, |rank| format!(" (rank {})", words::figure(rounded(rank))));
    let title = if winners.len() == 1 {
        format!("{} was deleveraged and forwent {}{rank}", first.payer, view.money(total))
    } else {
        format!(
            "{} were deleveraged and forwent {}: {} came first{rank}, and {} gave most, {}",
            words::counted(winners.len(), "winner", "winners"),
            view.money(total),
            first.payer,
            most.payer,
            view.money(most.amount)
        )
    };
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = format!(
        "Gains forgone by winners whose positions were closed at the bankruptcy price of others, {}, in the order in which the \
         queue came to them.",
        view.unit()
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(&mut scene, (MARGIN, y), &[(Sign::Block(theme::RUN), "gain forgone")]);
    let shown = &winners[..winners.len().min(MOST)];
    let names = shown.iter().map(|winner| theme::width_of(winner.payer, theme::PANEL)).fold(0.0, f64::max).min(260.0);
    let (when, why) = (MARGIN + names + 16.0, MARGIN + names + 118.0);
    let top = y + 26.0;
    let bottom = top + ROW * shown.len() as f64;
    let across = (0.0, most.amount);
    let plot = Panel { left: why + 70.0, top, right: WIDTH - MARGIN - 150.0, bottom, across, up: (0.0, 1.0) };
    scene.text((when, top - 8.0), "first taken", theme::AXIS);
    scene.text((why, top - 8.0), "rank", theme::AXIS);
    for tick in ticks(across, 4) {
        let x = plot.x(tick);
        scene.segment((x, top), (x, bottom), theme::GRID, 1.0);
        scene.text((x, bottom + 16.0), words::short(tick), theme::AXIS.middle());
    }
    for (index, winner) in shown.iter().enumerate() {
        let y = top + ROW * (index as f64 + 0.5);
        scene.text((MARGIN, y + 4.5), theme::fit(winner.payer, theme::PANEL, 260.0), theme::PANEL);
        scene.text((when, y + 4.5), words::moment(winner.second), theme::AXIS);
        let rank = winner.rank.map_or_else(|| "n/a".into(), |rank| words::figure(rounded(rank)));
        scene.text((why, y + 4.5), rank, theme::LABEL);
        scene.rect((plot.x(0.0), y - 8.0), (plot.x(winner.amount), y + 8.0), theme::RUN, 1.0);
        let times = words::counted(winner.times, "time", "times");
        let label = format!("{}, {times}", view.money(winner.amount));
        scene.text((plot.x(winner.amount) + 10.0, y + 4.5), label, theme::LABEL);
    }
    theme::footing(&mut scene, &view.origin(), bottom + 26.0);
    let mut caption = String::from(
        "When what comes before them would not cover all that the bankrupt lack, the exchange closes what it cannot sell \
         against those on the other side. The rank decides \
         who is next: what a position has gained since it was opened, as a share, times the leverage of its account. Who \
         won most with least of its own goes first, however careful the others were.",
    );
    if winners.len() > MOST {
        caption += &format!(" {} more are not shown.", winners.len() - MOST);
    }
    Some(Figure { name: "deleveraged".into(), title, caption, scene })
}

/// Three digits say who is before whom.
fn rounded(rank: f64) -> f64 {
    (rank * 1_000.0).round() / 1_000.0
}

/// In the order of the first row of each: the table is in the order of the queue.
fn winners<'a>(view: &View<'a>) -> Vec<Winner<'a>> {
    let mut winners: Vec<Winner> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let rows = view.picture.tables.waterfall.iter().filter(|row| row.layer == "auto_deleveraging");
    for row in rows.filter(|row| row.amount > 0.0 && row.amount.is_finite() && !row.payer.is_empty()) {
        let Some(second) = words::seconds(&row.time) else { continue };
        let index = *places.entry(&row.payer).or_insert_with(|| {
            let rank = row.rank.filter(|rank| rank.is_finite());
            winners.push(Winner { payer: &row.payer, amount: 0.0, second, rank, times: 0 });
            winners.len() - 1
        });
        winners[index].amount += row.amount;
        winners[index].times += 1;
    }
    winners
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::WaterfallRow;

    #[test]
    fn winners_stand_in_the_order_of_the_queue_with_what_put_them_there() {
        let mut sample = sample::crash();
        assert_eq!(draw(&View::of(&sample.picture())), None);
        let row = sample.tables.liquidations[0].clone();
        for (payer, amount, rank) in [("bold", 3e6, 2.5), ("calm", 5e6, 0.31), ("bold", 1e6, 2.4)] {
            sample.tables.waterfall.push(WaterfallRow {
                breach: Some(0),
                tick: row.tick,
                time: row.time,
                account: row.account.clone(),
                lender: row.lender.clone(),
                layer: "auto_deleveraging".into(),
                payer: payer.into(),
                amount,
                rank: Some(rank),
            });
        }
        let picture = sample.picture();
        let view = View::of(&picture);
        let found = winners(&view);
        assert_eq!(
            found.iter().map(|winner| (winner.payer, winner.amount, winner.rank, winner.times)).collect::<Vec<_>>(),
            [("bold", 4e6, Some(2.5), 2), ("calm", 5e6, Some(0.31), 1)]
        );
        assert_eq!(
            draw(&view).unwrap().title,
            "2\u{a0}winners were deleveraged and forwent $9m: bold came first (rank 2.5), and calm gave most, $5m"
        );
    }
}
