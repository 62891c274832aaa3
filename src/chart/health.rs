//! Loans that were liquidated in parts, at a bonus for who repays: how healthy each part left them.
//!
//! A loan's health is what it may owe over what it owes. Its collateral is what the account is worth less its cash, what it
//! may owe is that less the maintenance requirement, and what it owes is its cash below zero, so all of it is in the
//! rows of accounts. The bonus is what those who took the collateral got beyond what they paid.

use super::labels::{Labels, Room};
use super::panel::Panel;
use super::scene::Scene;
use super::series::{self, Strokes, strokes_of};
use super::theme::{self, MARGIN, PEERS, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::AccountRow;
use std::collections::{BTreeMap, BTreeSet};

const MOST: usize = 6;
/// Above this health a loan is in no danger, and the plot ends.
const HIGHEST: f64 = 1.25;

struct Loan<'a> {
    name: &'a str,
    /// Health by tick.
    health: Vec<(u32, f64)>,
    parts: usize,
    lost: f64,
}

pub fn draw(view: &View) -> Option<Figure> {
    let tables = view.picture.tables;
    // What was handed over at a discount, and what it was worth.
    let handed: BTreeSet<u32> =
        tables.auctions.iter().filter(|row| row.way == "backstop").map(|row| row.breach).collect();
    let rows = || tables.liquidations.iter().filter(|row| handed.contains(&row.breach));
    let (paid, bonus) = rows().fold((0.0, 0.0), |sum, row| (sum.0 + row.notional, sum.1 + row.slippage));
    let mut parts: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for row in rows() {
        parts.entry(&row.account).or_default().insert(row.breach);
    }
    let owing: BTreeSet<&str> = parts.iter().filter(|(_, own)| own.len() > 1).map(|(account, _)| *account).collect();
    let mut accounts: BTreeMap<&str, Vec<&AccountRow>> = BTreeMap::new();
    for row in tables.accounts.iter().filter(|row| owing.contains(row.account.as_str())) {
        accounts.entry(&row.account).or_default().push(row);
    }
    let threshold = accounts.values().flatten().find_map(|row| threshold(row))?;
    let line = threshold * (1.0 + bonus / paid);
    let lost = |account: &str| tables.waterfall.iter().filter(|row| row.account == account).map(|row| row.amount).sum();
    let mut loans: Vec<Loan> = accounts
        .into_iter()
        .map(|(account, rows)| Loan {
            name: view.firm(&rows[0].trader),
            health: rows.iter().filter_map(|row| Some((row.tick, health(row)?))).collect(),
            parts: parts[account].len(),
            lost: lost(account),
        })
        .filter(|loan| !loan.health.is_empty())
        .collect();
    loans.sort_by(|one, other| one.lost.total_cmp(&other.lost).then(one.name.cmp(other.name)));
    loans.truncate(MOST);
    let worst = loans.last()?;
    let title = if worst.lost > 0.0 {
        format!(
            "Above a health of {} each liquidation helped, below it each did harm: {} left {} unpaid",
            words::price(line, Some(4)),
            worst.name,
            view.money(worst.lost)
        )
    } else {
        format!("All loans stayed above a health of {}, and each liquidation helped", words::price(line, Some(4)))
    };
    Some(picture(view, &loans, line, title))
}

fn picture(view: &View, loans: &[Loan], line: f64, title: String) -> Figure {
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = format!(
        "Health of each loan: what it may owe over what it owes, {}. Below 1 a part is repaid.",
        view.frame.dates()
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let named: Vec<String> = loans
        .iter()
        .map(|loan| format!("{}, repaid in {}", loan.name, words::counted(loan.parts, "part", "parts")))
        .collect();
    let mut entries: Vec<_> = named.iter().zip(PEERS).map(|(name, ink)| (Sign::Line(ink), name.as_str())).collect();
    entries.push((Sign::Dashed(theme::FORCED), "below this, what is sold for a part leaves less behind the rest"));
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let lines: Vec<Strokes> = loans
        .iter()
        .map(|loan| strokes_of(&view.frame, loan.health.iter().map(|(tick, health)| (*tick, health.min(HIGHEST)))))
        .collect();
    let low = series::extent(&lines).map_or(0.0, |(low, _)| low.min(line));
    let plot = Panel {
        left: MARGIN + 46.0,
        top: y + 10.0,
        right: WIDTH - MARGIN,
        bottom: y + 350.0,
        across: view.frame.span(),
        up: (low - 0.06 * (HIGHEST - low), HIGHEST),
    };
    scene.rect((plot.left, plot.y(line)), (plot.right, plot.bottom), theme::FORCED, 0.07);
    plot.price_axis(&mut scene, 5);
    plot.session_lines(&mut scene, &view.frame);
    scene.stroke(vec![(plot.left, plot.y(1.0)), (plot.right, plot.y(1.0))], theme::EDGE, 1.5, None);
    scene.stroke(vec![(plot.left, plot.y(line)), (plot.right, plot.y(line))], theme::FORCED, 1.5, Some(theme::DASHED));
    let mut labels = Labels::new(Room { x0: plot.left, y0: plot.top, x1: plot.right, y1: plot.bottom });
    for (strokes, ink) in lines.iter().zip(PEERS) {
        let stepped = super::panel::stepped(strokes);
        plot.plot(&mut scene, &stepped, ink, 2.0, None);
        labels.avoid_line(plot.points(&stepped));
    }
    for ((strokes, loan), ink) in lines.iter().zip(loans).zip(PEERS) {
        let Some(last) = strokes.last().and_then(|stroke| stroke.last()) else { continue };
        labels.put(&mut scene, plot.at(last.0, last.1), loan.name, theme::LABEL.ink(ink));
    }
    plot.time_axis(&mut scene, &view.frame, 62.0);
    theme::footing(&mut scene, &view.origin(), plot.bottom + 26.0);
    let caption = "Whoever repays a part of a loan takes collateral worth more than that. While what is behind a loan is worth enough \
                   more than the loan itself, what is left is healthier. Under the dashed line it is not: each part that is \
                   repaid leaves less behind the rest, so the next follows at once, until the collateral is gone and the debt \
                   is not. Whether a loan is found above the line or below it is a matter of how far the price falls at once."
        .to_owned();
    Figure { name: "health".into(), title, caption, scene }
}

/// The share of collateral that may be owed.
fn threshold(row: &AccountRow) -> Option<f64> {
    let collateral = row.equity - row.cash;
    (row.cash < 0.0 && collateral > 0.0 && row.mm > 0.0).then(|| 1.0 - row.mm / collateral)
}

fn health(row: &AccountRow) -> Option<f64> {
    let collateral = row.equity - row.cash;
    (row.cash < 0.0 && collateral > 0.0).then(|| (collateral - row.mm) / -row.cash)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn health_is_what_may_be_owed_over_what_is() {
        let mut row = sample::crash().tables.accounts[0].clone();
        // 1,000,000 of collateral at a threshold of 0.83, and 800,000 owed.
        (row.cash, row.equity, row.mm) = (-800_000.0, 200_000.0, 170_000.0);
        assert!((threshold(&row).unwrap() - 0.83).abs() < 1e-12);
        assert!((health(&row).unwrap() - 1.0375).abs() < 1e-12);
        (row.cash, row.equity, row.mm) = (0.0, 0.0, 0.0);
        assert_eq!((threshold(&row), health(&row)), (None, None));
    }

    #[test]
    fn without_parts_handed_over_at_a_discount_there_is_no_such_picture() {
        assert_eq!(draw(&View::of(&sample::crash().picture())), None);
    }
}
