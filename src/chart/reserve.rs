//! Somebody who buys one thing with what it sells of others: a defender and its reserve. Told of traders that stand alone.

use super::scene::Scene;
use super::series::{Strokes, strokes_of};
use super::strips::{self, Scale, Strip};
use super::theme::{self, MARGIN, PEERS, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use foldhash::fast::FixedState;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// By name.
type Known<'a, T> = IndexMap<&'a str, T, FixedState>;

/// What it bought must be this share of all that was traded of it.
const LARGE: f64 = 0.1;
const MOST: usize = 2;

/// What one trader did in one instrument: by tick units bought less sold, and money paid less received.
#[derive(Default)]
struct Dealt {
    by_tick: BTreeMap<u32, (f64, f64)>,
    units: f64,
    money: f64,
}

pub fn draw(view: &View) -> Vec<Figure> {
    // There are a few names, and a great many trades.
    let mut dealt: Known<Known<Dealt>> = Known::default();
    let mut traded: Known<f64> = Known::default();
    for row in &view.picture.tables.trades {
        *traded.entry(&row.instrument).or_default() += row.quantity_units;
        for (account, sign) in [(&row.buyer, 1.0), (&row.seller, -1.0)] {
            // Members of populations have brackets.
            if account.contains('[') || !account.contains('@') {
                continue;
            }
            let own = dealt.entry(account).or_default().entry(&row.instrument).or_default();
            let (units, money) = (sign * row.quantity_units, sign * row.quantity_units * row.price);
            let tick = own.by_tick.entry(row.tick).or_default();
            (tick.0, tick.1) = (tick.0 + units, tick.1 + money);
            (own.units, own.money) = (own.units + units, own.money + money);
        }
    }
    dealt.sort_unstable_keys();
    dealt.values_mut().for_each(Known::sort_unstable_keys);
    let mut figures: Vec<Figure> = Vec::new();
    for (account, all) in &dealt {
        let large = |(id, own): &(&&str, &Dealt)| own.units > LARGE * traded[**id];
        let bought = all.iter().filter(large).max_by(|one, other| one.1.money.total_cmp(&other.1.money));
        if let Some((bought, _)) = bought.filter(|_| all.values().any(|own| own.units < 0.0)) {
            figures.push(one(view, account, bought, all));
        }
    }
    figures.truncate(MOST);
    figures
}

fn one(view: &View, account: &str, bought: &str, all: &Known<Dealt>) -> Figure {
    let trader = account.split('@').next().unwrap_or(account);
    let who = view.firm(trader);
    let own = &all[bought];
    let sold: Vec<(&str, &Dealt)> = all.iter().filter(|(_, own)| own.units < 0.0).map(|(id, own)| (*id, own)).collect();
    let price = own.money / own.units;
    let track = view.tracks.iter().find(|track| track.instrument == bought);
    let end = track.and_then(super::series::Track::last_mark).unwrap_or(price);
    let parts: Vec<String> =
        sold.iter().map(|(id, own)| format!("{} of {}", view.money(-own.money), view.instrument(id))).collect();
    let title = format!(
        "{who} sold {} and bought {} {} at {} on average; it ended at {}",
        words::listed(&parts),
        words::short(own.units),
        view.instrument(bought),
        view.price(bought, price),
        view.price(bought, end)
    );
    let mark = track.map(|track| track.line(&view.frame)).unwrap_or_default();
    let spent = running(view, own, |(_, money)| *money);
    let reserve: Vec<Strokes> = sold.iter().map(|(_, own)| running(view, own, |(_, money)| -*money)).collect();
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = format!("What {who} did for the price of {}, {}.", view.instrument(bought), view.frame.dates());
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let names: Vec<String> = sold.iter().map(|(id, _)| format!("{} sold so far", view.instrument(id))).collect();
    let mut entries = vec![(Sign::Line(theme::CASH), "spent so far")];
    entries.extend(names.iter().zip(&PEERS[1..]).map(|(name, ink)| (Sign::Dashed(*ink), name.as_str())));
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let mut lines = vec![(&spent, theme::CASH, None)];
    lines.extend(reserve.iter().zip(&PEERS[1..]).map(|(line, ink)| (line, *ink, Some(theme::DASHED))));
    let bottom = strips::draw(
        view,
        &mut scene,
        y,
        &[
            Strip {
                head: format!("Price of {}, {}", view.instrument(bought), view.unit()),
                lines: vec![(&mark, theme::RUN, None)],
                history: Vec::new(),
                scale: Scale::Plain,
                height: 190.0,
            },
            Strip {
                head: format!("Its purchases and sales, {}", view.unit()),
                lines,
                history: Vec::new(),
                scale: Scale::FromZero,
                height: 150.0,
            },
        ],
    );
    theme::footing(&mut scene, &view.origin(), bottom);
    let caption = "Where somebody stands in the book with enough money, the price is a flat line: all that is sold is sold to it. It says \
                   nothing of how much more will be sold, and nothing of how long the money lasts. When that is used up the \
                   price falls at once to whoever bids next."
        .to_owned();
    Figure { name: format!("reserve_{}", words::stem(trader)), title, caption, scene }
}

/// The sum up to each tick.
fn running(view: &View, own: &Dealt, of: fn(&(f64, f64)) -> f64) -> Strokes {
    let mut sum = 0.0;
    let mut days = own.by_tick.iter().peekable();
    let ticks = (0..view.frame.len()).map(|index| view.frame.tick(index));
    let line: Vec<(u32, f64)> = ticks
        .map(|tick| {
            while let Some((_, dealt)) = days.next_if(|(at, _)| **at <= tick) {
                sum += of(dealt);
            }
            (tick, sum)
        })
        .collect();
    strokes_of(&view.frame, line.into_iter())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::TradeRow;

    #[test]
    fn who_buys_one_thing_with_what_it_sells_of_another_is_told_with_what_it_paid() {
        let mut sample = sample::crash();
        assert!(draw(&View::of(&sample.picture())).is_empty());
        let ids: Vec<_> = sample.tables.prices.iter().take(3).map(|row| row.instrument.clone()).collect();
        let first = sample.tables.prices[0].clone();
        let trade = |instrument: &str, buyer: &str, seller: &str, price, quantity_units| TradeRow {
            tick: first.tick,
            time: first.time,
            instrument: instrument.into(),
            venue: "exchange".into(),
            price,
            quantity_units,
            buyer: buyer.into(),
            seller: seller.into(),
            aggressor: "sell".into(),
            cause: "voluntary".into(),
            resting_cause: "voluntary".into(),
        };
        sample.tables.trades = vec![
            trade(&ids[0], "wall@bank", "noise[a,1]@bank", 2.0, 30.0),
            trade(&ids[0], "wall@bank", "noise[a,1]@bank", 1.0, 10.0),
            trade(&ids[1], "noise[b,1]@bank", "wall@bank", 50.0, 1.0),
        ];
        let told = draw(&View::of(&sample.picture()));
        assert_eq!(told.len(), 1);
        // 70 for 40.
        assert!(
            told[0].title.contains("and bought 40 ") && told[0].title.contains(" at 1.75 on average"),
            "{}",
            told[0].title
        );
        assert!(told[0].title.starts_with("wall sold $50 of "), "{}", told[0].title);
        // A population that does the same is no defender.
        sample.tables.trades.iter_mut().for_each(|row| {
            row.buyer = row.buyer.replace("wall@", "wall[a,0]@");
            row.seller = row.seller.replace("wall@", "wall[a,0]@");
        });
        assert!(draw(&View::of(&sample.picture())).is_empty());
    }
}
