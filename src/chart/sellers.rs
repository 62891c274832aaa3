//! Who sold through time: of each thing that fell, the sales less purchases of each kind of trader, stretch by stretch.
//!
//! Drawn where a coin is pegged or deposited: there who sells is the story. What a lender forces is told apart,
//! whoever's account it is.

use super::panel::Panel;
use super::scene::Scene;
use super::theme::{self, Ink, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use std::collections::BTreeMap;

/// A fall of less is none.
const FALL: f64 = 0.02;
/// Kinds with a colour of their own.
const MOST: usize = 6;
const STRETCHES: usize = 96;
const FORCED: &str = "forced by lenders";
const INKS: [Ink; MOST] = [theme::WITHOUT, theme::CASH, theme::NEWS, theme::CALL, theme::SHOCK, theme::RUN];

pub fn draw(view: &View) -> Vec<Figure> {
    let tables = view.picture.tables;
    if tables.pegs.is_empty() && tables.deposits.is_empty() {
        return Vec::new();
    }
    let fell = |track: &&super::series::Track| {
        let marks = || track.marks.iter().flatten();
        marks()
            .next()
            .is_some_and(|first| marks().fold(f64::INFINITY, |low, mark| low.min(*mark)) < (1.0 - FALL) * first)
    };
    view.tracks.iter().filter(fell).filter_map(|track| one(view, &track.instrument)).collect()
}

/// Money by kind of trader and stretch, of what it sold less what it bought.
fn sales(view: &View, instrument: &str) -> BTreeMap<String, Vec<f64>> {
    let stretch = |tick: u32| {
        let index = view.frame.index_of(tick)?;
        Some(index * STRETCHES / view.frame.len().max(1))
    };
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in view.picture.tables.trades.iter().filter(|row| row.instrument == instrument) {
        let Some(at) = stretch(row.tick) else { continue };
        let sells = row.aggressor == "sell";
        for (account, sign, aggressor) in [(&row.seller, 1.0, sells), (&row.buyer, -1.0, !sells)] {
            let forced = if aggressor { row.cause == "forced" } else { row.resting_cause == "forced" };
            let kind = if forced { FORCED } else { kind_of(account) };
            let list = all.entry(kind.to_owned()).or_insert_with(|| vec![0.0; STRETCHES]);
            list[at] += sign * row.price * row.quantity_units;
        }
    }
    all
}

/// `noise` of `noise[coin,3]@exchange`.
fn kind_of(account: &str) -> &str {
    account.split(['[', '@']).next().unwrap_or(account)
}

fn one(view: &View, instrument: &str) -> Option<Figure> {
    let mut kinds: Vec<(String, Vec<f64>, f64)> = sales(view, instrument)
        .into_iter()
        .map(|(kind, list)| {
            let net = list.iter().sum();
            (kind, list, net)
        })
        .collect();
    kinds.sort_by(|one, other| other.2.total_cmp(&one.2).then(one.0.cmp(&other.0)));
    let sellers: Vec<&(String, Vec<f64>, f64)> = kinds.iter().filter(|(.., net)| *net > 0.0).collect();
    let buyer = kinds.last().filter(|(.., net)| *net < 0.0)?;
    let sold: f64 = sellers.iter().map(|(.., net)| net).sum();
    let (first, second) = (sellers.first()?, sellers.get(1));
    let name = view.instrument(instrument);
    let mut title = format!(
        "{} sold {} of {name} net, {} of all that was",
        first.0,
        view.money(first.2),
        words::percent(first.2 / sold)
    );
    if let Some(second) = second.filter(|second| second.2 > 0.05 * sold) {
        title += &format!("; {} {}", second.0, view.money(second.2));
    }
    title += &format!("; most was bought by {}", buyer.0);
    let shown = &sellers[..sellers.len().min(MOST)];
    let mut scene = Scene::new(WIDTH, 0.0);
    let small = match sellers.len() - shown.len() {
        0 => String::new(),
        small => format!(", and so are {small} who sold least"),
    };
    let subtitle = format!(
        "Sales less purchases of each kind of trader, {}, in {STRETCHES} stretches, {}. Those who bought more are left out{small}.",
        view.unit(),
        view.frame.dates()
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let ink = |place: usize| if shown[place].0 == FORCED { theme::FORCED } else { INKS[place] };
    let entries: Vec<_> = (0..shown.len()).map(|place| (Sign::Block(ink(place)), shown[place].0.as_str())).collect();
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let stacked = |at: usize| shown.iter().map(|(_, list, _)| list[at].max(0.0)).sum::<f64>();
    let most = (0..STRETCHES).map(stacked).fold(0.0, f64::max);
    let span = view.frame.span();
    let plot = Panel {
        left: MARGIN + 52.0,
        top: y + 10.0,
        right: WIDTH - MARGIN,
        bottom: y + 310.0,
        across: span,
        up: (0.0, most.max(f64::MIN_POSITIVE) * 1.08),
    };
    plot.value_axis(&mut scene, 4, words::short);
    plot.session_lines(&mut scene, &view.frame);
    let wide = plot.width() / STRETCHES as f64;
    for at in 0..STRETCHES {
        let left = plot.left + wide * at as f64;
        let mut base = 0.0;
        for (place, (_, list, _)) in shown.iter().enumerate() {
            let top = base + list[at].max(0.0);
            scene.rect((left + 0.5, plot.y(base)), (left + wide - 0.5, plot.y(top)), ink(place), 1.0);
            base = top;
        }
    }
    plot.time_axis(&mut scene, &view.frame, 62.0);
    theme::footing(&mut scene, &view.origin(), plot.bottom + 26.0);
    let caption = "Every sale is somebody's purchase, so what is told here is who wanted to be rid of it: in each stretch of time, \
                   who sold more than it bought, and for how much money. Dealers who buy and sell on appear where they were left \
                   with less. Where one colour gives way to another, it is others who sell."
        .to_owned();
    Some(Figure { name: format!("sellers_{}", words::stem(instrument)), title, caption, scene })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::TradeRow;

    #[test]
    fn a_kind_is_what_stands_before_the_member_and_the_lender() {
        assert_eq!(["noise[coin,3]@exchange", "seller@bank", "alone"].map(kind_of), ["noise", "seller", "alone"]);
    }

    #[test]
    fn purchases_are_taken_off_sales_and_forced_ones_told_apart() {
        let mut sample = sample::crash();
        let first = sample.tables.prices[0].clone();
        let trade = |buyer: &str, seller: &str, quantity_units, cause: &str| TradeRow {
            tick: first.tick,
            time: first.time,
            instrument: first.instrument.clone(),
            venue: "exchange".into(),
            price: 2.0,
            quantity_units,
            buyer: buyer.into(),
            seller: seller.into(),
            aggressor: "sell".into(),
            cause: match cause {
                "forced" => "forced".into(),
                _ => "voluntary".into(),
            },
            resting_cause: "voluntary".into(),
        };
        sample.tables.trades = vec![
            trade("bids[a,1]@bank", "holder[a,1]@bank", 30.0, "voluntary"),
            trade("holder[a,2]@bank", "bids[a,1]@bank", 10.0, "voluntary"),
            trade("bids[a,1]@bank", "fund@broker", 5.0, "forced"),
        ];
        let picture = sample.picture();
        let view = View::of(&picture);
        let net: BTreeMap<String, f64> =
            sales(&view, &first.instrument).into_iter().map(|(kind, list)| (kind, list.iter().sum())).collect();
        assert_eq!(
            net,
            BTreeMap::from([("bids".to_owned(), -50.0), ("holder".to_owned(), 40.0), (FORCED.to_owned(), 10.0)])
        );
        // Neither a peg nor a deposit: not drawn.
        assert!(draw(&view).is_empty());
        let told = one(&view, &first.instrument).unwrap().title.replace('\u{a0}', " ");
        assert!(
            told.starts_with("holder sold $40 of ")
                && told.contains("80 % of all that was; forced by lenders $10; most was bought by bids"),
            "{told}"
        );
    }
}
