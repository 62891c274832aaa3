//! A coin that is kept at its peg by a sister, in three pictures: the peg and what is burnt for it; price and supply of the
//! sister; and the loop: what the sister is worth in all against what is outstanding of the coin.

use super::labels::{Labels, Room};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes, strokes_of};
use super::strips::{self, Scale, Strip};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use ground::ops::powf;
use results::rows::PegRow;
use std::collections::BTreeMap;

/// A break of the peg: a coin this far under where it started.
const BROKEN: f64 = 0.05;

pub fn draw(view: &View) -> Vec<Figure> {
    let mut pegs: BTreeMap<&str, Vec<&PegRow>> = BTreeMap::new();
    for row in &view.picture.tables.pegs {
        pegs.entry(&row.peg).or_default().push(row);
    }
    let told = pegs.into_iter().filter(|(_, rows)| rows.len() > 1).map(|(name, rows)| Told { name, rows });
    told.flat_map(|own| [own.redemptions(view), own.looped(view), own.supply(view)]).flatten().collect()
}

struct Told<'a> {
    name: &'a str,
    rows: Vec<&'a PegRow>,
}

impl Told<'_> {
    fn line(&self, view: &View, value: impl Fn(&PegRow) -> f64) -> Strokes {
        strokes_of(&view.frame, self.rows.iter().map(|row| (row.tick, value(row))))
    }

    fn first(&self) -> &PegRow {
        self.rows[0]
    }

    fn last(&self) -> &PegRow {
        self.rows[self.rows.len() - 1]
    }

    /// Of each pool in which the coin trades, what share of it the coin is, taking a coin for one of what it is pegged to.
    fn pools(&self, view: &View) -> Vec<(String, Strokes)> {
        let coin = self.first().coin.as_str();
        let mut pools: BTreeMap<&str, Vec<(u32, f64)>> = BTreeMap::new();
        for row in &view.picture.tables.pools {
            let inside = row.units + row.money;
            if row.pool.split_once('@').is_some_and(|(own, _)| own == coin) && inside > 0.0 {
                pools.entry(&row.pool).or_default().push((row.tick, row.units / inside));
            }
        }
        let told = pools.into_iter().filter(|(_, rows)| rows.len() > 1);
        told.map(|(pool, rows)| (pool.to_owned(), strokes_of(&view.frame, rows.into_iter()))).collect()
    }

    /// What all of the sister is worth by the oracle, and all coins at par.
    fn worth(row: &PegRow) -> Option<(f64, f64)> {
        let sister = row.oracle_price * row.sister_supply_units;
        row.backing.filter(|backing| *backing > 0.0).map(|backing| (sister, sister / backing))
    }

    /// Since when the sister is worth less than the coin that it stands for, and has been to the end.
    fn cannot_close(&self) -> Option<&PegRow> {
        self.rows.iter().rev().take_while(|row| below(row)).last().copied()
    }

    fn redemptions(&self, view: &View) -> Option<Figure> {
        let (first, last) = (self.first(), self.last());
        // Between two rows that are kept it may have stood lower.
        let whole =
            view.tracks.iter().find(|track| track.instrument == first.coin.as_str()).and_then(|track| track.whole);
        let lowest = self.rows.iter().map(|row| row.coin_price).chain(whole.map(|whole| whole.low));
        let lowest = lowest.fold(f64::INFINITY, f64::min);
        let burnt = last.coin_burnt_units;
        let held = 1.0 - lowest / first.coin_price;
        let what = match (burnt > 0.0, held < BROKEN) {
            (true, true) => "The peg held",
            (true, false) => "The peg broke",
            (false, true) => "Nothing held the coin, and it stood",
            (false, false) => "Nothing held the coin",
        };
        let burning = if burnt > 0.0 {
            format!("{} coins were burnt for its sister", words::short(burnt))
        } else {
            "nobody burnt any".to_owned()
        };
        let price = |value: f64| words::price(value, Some(4));
        let title = format!(
            "{what}: {} {} and ended at {}, while {burning}",
            if held < BROKEN { "the coin was never below" } else { "the coin fell to" },
            price(lowest),
            price(last.coin_price)
        );
        let coin = self.line(view, |row| row.coin_price);
        let spread = self.line(view, |row| row.spread);
        let so_far = self.line(view, |row| row.coin_burnt_units);
        let mut scene = Scene::new(WIDTH, 0.0);
        let subtitle = format!("{}, {}. The axes begin where the values do.", self.name, view.frame.dates());
        let y = theme::heading(&mut scene, &title, &subtitle);
        let strip = |head: &str, line, scale, height| Strip {
            head: head.to_owned(),
            lines: vec![(line, theme::RUN, None)],
            history: Vec::new(),
            scale,
            height,
        };
        let pools = self.pools(view);
        let mut stack = vec![strip(&format!("Price of the coin, {}", view.unit()), &coin, Scale::Plain, 170.0)];
        // Beneath the peg, what shows first that nobody wants the coin.
        for (pool, share) in &pools {
            stack.push(strip(&format!("Share of the pool {pool} that is the coin"), share, Scale::Share, 100.0));
        }
        stack.push(strip("Coins burnt so far", &so_far, Scale::FromZero, 100.0));
        stack.push(strip("Share of a coin's worth that the next one burnt would lose", &spread, Scale::Rate, 100.0));
        let bottom = strips::draw(view, &mut scene, y, &stack);
        theme::footing(&mut scene, &view.origin(), bottom);
        let mut caption = "Whoever holds a coin can burn it and is given as much of the sister as the coin is meant to be worth, less a \
                       share that grows with how many were burnt lately. While the coin stands further under its peg than that \
                       share, burning pays, and those who do it buy the coin. A steep line of what was burnt is a flood through \
                       that door; a high lowest line is a door that is nearly shut."
            .to_owned();
        for (pool, share) in &pools {
            let ends = (share.iter().flatten().next(), share.iter().flatten().next_back());
            if let (Some((_, from)), Some((_, to))) = ends {
                caption += &format!(
                    " Of the pool {pool} the coin was {} at the start and {} in the end",
                    words::percent(*from),
                    words::percent(*to)
                );
                caption +=
                    if to > from { ": the fuller of it, the less of the other side is left to sell for." } else { "." };
            }
        }
        Some(Figure { name: format!("peg_{}", words::stem(self.name)), title, caption, scene })
    }

    fn supply(&self, view: &View) -> Option<Figure> {
        let (first, last) = (self.first(), self.last());
        let more = last.sister_supply_units / first.sister_supply_units;
        if !(more.is_finite() && last.sister_minted_units + last.sister_burnt_units > 0.0) {
            return None;
        }
        let fell = last.sister_price / first.sister_price - 1.0;
        let supply = if more >= 1.5 {
            format!("{} times the sister there was", words::times(more))
        } else {
            format!("{} more of the sister", words::percent(more - 1.0))
        };
        let way = if fell < 0.0 { "less" } else { "more" };
        let title =
            format!("In the end there was {supply}, and one of it was worth {} {way}", words::percent(fell.abs()));
        let price = self.line(view, |row| row.sister_price);
        let units = self.line(view, |row| row.sister_supply_units);
        let history = self.history(view);
        let mut scene = Scene::new(WIDTH, 0.0);
        let subtitle =
            format!("{}, {}. On these axes equal distances are equal ratios.", self.name, view.frame.dates());
        let mut y = theme::heading(&mut scene, &title, &subtitle);
        if !history.is_empty() {
            y += theme::key(
                &mut scene,
                (MARGIN, y),
                &[(Sign::Line(theme::RUN), "this run"), (Sign::Diamond(theme::HISTORY), "history")],
            );
        }
        let strip = |head: String, line, history| Strip {
            head,
            lines: vec![(line, theme::RUN, None)],
            history,
            scale: Scale::Log,
            height: 170.0,
        };
        let bottom = strips::draw(
            view,
            &mut scene,
            y,
            &[
                strip(format!("Price of the sister, {}", view.unit()), &price, history),
                strip("Units of the sister that there are".to_owned(), &units, Vec::new()),
            ],
        );
        theme::footing(&mut scene, &view.origin(), bottom);
        let caption = "What is burnt of the coin is minted as the sister, at the sister's price of the moment: the lower that is, the \
                       more of it. Where both lines are straight, price and supply run away at a steady rate; where they bend \
                       apart, each part of the one makes more of the other."
            .to_owned();
        Some(Figure { name: format!("supply_{}", words::stem(self.name)), title, caption, scene })
    }

    /// Prices of the sister.
    fn history(&self, view: &View) -> Vec<(f64, f64)> {
        let own = view.picture.history.prices.iter().filter(|point| point.instrument == self.first().sister);
        own.filter_map(|point| {
            let second = words::seconds(&point.time)?;
            Some((view.frame.place_at(second, super::frame::Closed::SessionBefore)?, point.price))
        })
        .collect()
    }

    fn looped(&self, view: &View) -> Option<Figure> {
        let points: Vec<(f64, f64)> = self
            .rows
            .iter()
            .filter_map(|row| Self::worth(row))
            .filter(|(sister, coin)| *sister > 0.0 && *coin > 0.0)
            .map(|(sister, coin)| (strips::of_ten(coin), strips::of_ten(sister)))
            .collect();
        if points.len() < 2 {
            return None;
        }
        let end = points[points.len() - 1];
        let [coin_end, sister_end] = [end.0, end.1].map(|of_ten| view.money(powf(10.0, of_ten)));
        let (coin, sister) = (view.instrument(&self.first().coin), view.instrument(&self.first().sister));
        let title = match self.cannot_close() {
            Some(row) if row.tick == self.first().tick => {
                format!("All {sister} was worth less than all {coin} at par, from the first to the last")
            }
            Some(row) => format!(
                "From {} on all {sister} was worth less than all {coin} at par: it could not have paid for them",
                words::moment_of(&row.time)
            ),
            None => format!(
                "All {sister} was {} worth more than all {coin} at par: {sister_end} against {coin_end} in the end",
                if self.rows.iter().any(|row| below(row)) { "not always" } else { "always" }
            ),
        };
        let line: Strokes = vec![thinned(&points)];
        let extent = |pick: fn(&(f64, f64)) -> f64| {
            points.iter().map(pick).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
        };
        let (across, up) = (extent(|point| point.0), extent(|point| point.1));
        // Both axes hold both, so that the line at which they are equal is a diagonal.
        let both = padded((across.0.min(up.0), across.1.max(up.1)), 0.06, 0.06);
        let mut scene = Scene::new(WIDTH, 0.0);
        let subtitle = format!(
            "{}, {}, {}. On these axes equal distances are equal ratios.",
            self.name,
            view.unit(),
            view.frame.dates()
        );
        let mut y = theme::heading(&mut scene, &title, &subtitle);
        y += theme::key(
            &mut scene,
            (MARGIN, y),
            &[
                (Sign::Line(theme::RUN), "the run, from the disc to the cross"),
                (Sign::Dashed(theme::FORCED), "all of the sister is worth just what is outstanding of the coin"),
            ],
        );
        let side = 420.0;
        let plot = Panel {
            left: MARGIN + 62.0,
            top: y + 26.0,
            right: MARGIN + 62.0 + 1.9 * side,
            bottom: y + 26.0 + side,
            across: both,
            up: both,
        };
        scene.text((MARGIN, y + 17.0), "All of the sister at its price", theme::PANEL);
        strips::log_axis(&plot, &mut scene);
        for value in strips::log_ticks(both) {
            let x = plot.x(strips::of_ten(value));
            scene.segment((x, plot.top), (x, plot.bottom), theme::GRID, 1.0);
            scene.text((x, plot.bottom + 18.0), strips::written(value), theme::AXIS.middle());
        }
        scene.text((plot.right, plot.bottom + 38.0), "All of the coin at par", theme::PANEL.end());
        plot.edge(&mut scene);
        // Where the loop cannot close.
        scene.area(
            vec![plot.at(both.0, both.0), plot.at(both.1, both.1), plot.at(both.1, both.0)],
            theme::FORCED,
            0.07,
        );
        scene.stroke(vec![plot.at(both.0, both.0), plot.at(both.1, both.1)], theme::FORCED, 1.5, Some(theme::DASHED));
        plot.plot(&mut scene, &line, theme::RUN, 2.0, None);
        let (from, to) = (points[0], points[points.len() - 1]);
        let (from, to) = (plot.at(from.0, from.1), plot.at(to.0, to.1));
        scene.disc(from, 4.5, theme::RUN);
        theme::cross(&mut scene, to, theme::RUN);
        let mut labels = Labels::new(Room { x0: plot.left, y0: plot.top, x1: plot.right, y1: plot.bottom });
        labels.avoid_line(plot.points(&line));
        labels.take(Room { x0: to.0 - 6.0, y0: to.1 - 6.0, x1: to.0 + 6.0, y1: to.1 + 6.0 });
        labels.put(&mut scene, from, "start", theme::LABEL);
        labels.put(&mut scene, to, "end", theme::LABEL);
        let below = (f64::midpoint(plot.x(both.0), plot.x(both.1)), plot.y(both.0) - 30.0);
        labels.put(&mut scene, below, "here the loop cannot close", theme::LABEL.ink(theme::FORCED));
        theme::footing(&mut scene, &view.origin(), plot.bottom + 42.0);
        let caption = "Each coin that is burnt is given its worth in the sister, and that has to be sold to somebody. Above the dashed \
                       line all of the sister is worth more than all coins, so that all could still be paid. Below it they \
                       cannot: each that is burnt makes more of a sister that is worth less in all. A run that goes down steeply \
                       loses the sister's worth faster than it takes coins out of the world."
            .to_owned();
        Some(Figure { name: format!("loop_{}", words::stem(self.name)), title, caption, scene })
    }
}

/// Whether all of the sister is worth less than all coins.
fn below(row: &PegRow) -> bool {
    row.backing.is_some_and(|backing| backing < 1.0)
}

/// Without points that nobody could tell from the one before.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let (across, up) = (series::extent([&vec![points.to_vec()]]), points.len());
    let near = across.map_or(0.0, |(low, high)| (high - low).max(1e-6)) / 400.0;
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(up.min(2_000));
    for (index, point) in points.iter().enumerate() {
        let far = kept.last().is_none_or(|last| (last.0 - point.0).abs().max((last.1 - point.1).abs()) > near);
        if far || index + 1 == points.len() {
            kept.push(*point);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::super::scene::Mark;
    use super::*;
    use results::rows::PoolRow;

    /// A sister worth 500 and 100 coins, of which ten are burnt in each step while its price halves.
    fn spiral(steps: u32) -> sample::Sample {
        let mut sample = sample::crash();
        let rows = sample.tables.firms.iter().take(steps as usize).enumerate();
        let rows = rows.map(|(index, firm)| {
            let n = index as f64;
            let price = 50.0 * 0.5_f64.powi(index as i32);
            PegRow {
                tick: firm.tick,
                time: firm.time,
                peg: "module".into(),
                coin: "coin".into(),
                sister: "sister".into(),
                coin_price: 1.0 - 0.04 * n,
                sister_price: price,
                oracle_price: price,
                spread: 0.01 * n,
                pool_delta: n,
                coin_supply_units: 100.0 - 10.0 * n,
                sister_supply_units: 10.0 + n,
                backing: Some(price * (10.0 + n) / (100.0 - 10.0 * n)),
                coin_burnt_units: 10.0 * n,
                coin_minted_units: 0.0,
                sister_burnt_units: 0.0,
                sister_minted_units: n,
                halted: false,
            }
        });
        sample.tables.pegs = rows.collect();
        sample
    }

    fn titles(sample: &sample::Sample) -> Vec<String> {
        let picture = sample.picture();
        draw(&View::of(&picture)).into_iter().map(|figure| figure.title.replace('\u{a0}', " ")).collect()
    }

    #[test]
    fn a_pool_of_the_coin_has_its_share_beneath_the_peg_and_a_pool_of_another_has_none() {
        let mut sample = spiral(2);
        let rows = |pool: &str, units: [f64; 2]| {
            let of = |(peg, units): (&PegRow, f64)| PoolRow {
                tick: peg.tick,
                time: peg.time,
                pool: pool.into(),
                price: Some(1.0),
                units,
                money: 100.0 - units,
                liquidity_left: 1.0,
            };
            sample.tables.pegs.iter().zip(units).map(of).collect::<Vec<_>>()
        };
        sample.tables.pools = [rows("coin@curve", [40.0, 90.0]), rows("coinage@curve", [50.0, 50.0])].concat();
        let picture = sample.picture();
        let figure = draw(&View::of(&picture)).remove(0);
        let heads: Vec<&str> = figure
            .scene
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text { text, .. } if text.starts_with("Share of the pool") => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(heads, ["Share of the pool coin@curve that is the coin"]);
        let said = figure.caption.replace('\u{a0}', " ");
        assert!(said.contains("Of the pool coin@curve the coin was 40 % at the start and 90 % in the end"), "{said}");
        sample.tables.pools.clear();
        let picture = sample.picture();
        assert!(!draw(&View::of(&picture))[0].caption.contains("Of the pool"));
    }

    #[test]
    fn a_world_without_a_peg_has_none_of_these() {
        assert!(titles(&sample::crash()).is_empty());
    }

    #[test]
    fn the_titles_say_what_the_rows_come_to() {
        let told = titles(&spiral(2));
        assert_eq!(
            told[0],
            "The peg held: the coin was never below 0.9600 and ended at 0.9600, while 10 coins were burnt for its sister"
        );
        // 25 × 11 against 90.
        assert!(told[1].starts_with("All sister was always worth more than all coin at par: "), "{}", told[1]);
        assert_eq!(told[2], "In the end there was 10 % more of the sister, and one of it was worth 50 % less");
        // After three steps 6.25 × 13 = 81 stand against 70, after four 3.1 × 14 = 44 against 60: that is the sixth row.
        let sample = spiral(6);
        let told = titles(&sample);
        assert!(told[0].starts_with("The peg broke: the coin fell to 0.8000"), "{}", told[0]);
        assert!(told[1].contains(&words::moment_of(&sample.tables.pegs[4].time).replace('\u{a0}', " ")), "{}", told[1]);
        assert_eq!(told[2], "In the end there was 1.5 times the sister there was, and one of it was worth 97 % less");
        // Whoever is paid in the end was not always safe, and a day of trouble is no end.
        let mut mended = spiral(6);
        let last = mended.tables.pegs.last_mut().expect("it has rows");
        (last.oracle_price, last.backing) = (50.0, Some(50.0 * last.sister_supply_units / last.coin_supply_units));
        assert!(titles(&mended)[1].starts_with("All sister was not always worth more"), "{}", titles(&mended)[1]);
    }
}
