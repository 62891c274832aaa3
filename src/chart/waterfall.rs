//! Who paid for what accounts owed: above, what each layer has paid so far, one on the other; below, what the
//! funds still hold.

use super::panel::{Panel, stepped};
use super::scene::Scene;
use super::series::Strokes;
use super::theme::{self, Ink, MARGIN, WIDTH};
use super::view::{Figure, View};
use super::words;
use std::collections::BTreeMap;

/// Colours of the layers, in the order in which they first paid. More layers than colours begin again.
pub const INKS: [Ink; 6] = [theme::CASH, theme::CALL, theme::WITHOUT, theme::FORCED, theme::SHOCK, theme::RUN];
/// Funds beyond this many are added up.
const MOST_FUNDS: usize = 6;

/// What one layer paid: in all at each time it paid, the last value last.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<'a> {
    pub word: &'a str,
    pub ink: Ink,
    pub total: f64,
    /// Place in trading time and what it had paid by then.
    pub steps: Vec<(f64, f64)>,
}

pub fn draw(view: &View) -> Option<Figure> {
    let layers = layers(view);
    let funds = funds(view);
    // That the lender's capital paid is what the chart of losses says.
    if layers.len() < 2 && funds.is_empty() || layers.is_empty() {
        return None;
    }
    let total: f64 = layers.iter().map(|layer| layer.total).sum();
    let title = title(view, &layers, total);
    let mut scene = Scene::new(WIDTH, 0.0);
    let unit = if view.currency().is_empty() { "money" } else { view.currency() };
    let subtitle =
        format!("What accounts owed when they were closed, and who paid it, {unit}, {}.", view.frame.dates());
    let y = theme::heading(&mut scene, &title, &subtitle);
    let labels: Vec<String> = layers.iter().map(|layer| label(layer, total)).collect();
    let widest =
        labels.iter().chain(funds.iter().map(|(name, _)| name)).map(|text| theme::width_of(text, theme::LABEL));
    let right = WIDTH - MARGIN - widest.fold(0.0, f64::max).clamp(60.0, 300.0) - 14.0;
    let top = y + 26.0;
    let left = MARGIN + 52.0;
    let across = window(&layers, view.frame.span());
    let above = Panel { left, top, right, bottom: top + 230.0, across, up: (0.0, total * 1.05) };
    scene.text((left, top - 8.0), "Paid so far, layer on layer", theme::PANEL);
    above.value_axis(&mut scene, 5, words::short);
    above.session_lines(&mut scene, &view.frame);
    stack(&mut scene, &above, &layers, &labels);
    above.edge(&mut scene);
    let mut last = above;
    if !funds.is_empty() {
        let top = above.bottom + 52.0;
        let most = funds.iter().flat_map(|(_, line)| line.iter().flatten()).map(|point| point.1).fold(0.0, f64::max);
        let up = (0.0, if most > 0.0 { most * 1.08 } else { 1.0 });
        last = Panel { top, bottom: top + 150.0, up, ..above };
        scene.text((left, top - 8.0), "What the funds hold", theme::PANEL);
        last.value_axis(&mut scene, 4, words::short);
        last.session_lines(&mut scene, &view.frame);
        let mut ends = Vec::new();
        for (index, (name, line)) in funds.iter().enumerate() {
            let ink = INKS[index % INKS.len()];
            last.plot_steps(&mut scene, &clipped(line, across), ink, 2.0);
            let end = line.iter().flatten().last().map_or(0.0, |point| point.1);
            ends.push((last.y(end), name, ink));
        }
        let heights: Vec<f64> = ends.iter().map(|(y, ..)| *y).collect();
        let heights = super::labels::spread(&heights, 15.0, (last.top + 4.0, last.bottom));
        for ((_, name, ink), y) in ends.into_iter().zip(heights) {
            let name = theme::fit(name, theme::LABEL, WIDTH - MARGIN - right - 10.0);
            scene.text((right + 8.0, y + 4.0), name, theme::LABEL.ink(ink).bold());
        }
        last.edge(&mut scene);
    }
    last.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), last.bottom + 26.0);
    Some(Figure { name: "waterfall".into(), title, caption: caption(view, &layers), scene })
}

/// The part of the run in which anybody paid, and some of what is before and after.
pub fn window(layers: &[Layer], span: (f64, f64)) -> (f64, f64) {
    let places = || layers.iter().flat_map(|layer| &layer.steps).map(|step| step.0);
    let (first, last) = (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
    let wide = (last - first).max((span.1 - span.0) * 0.1);
    ((first - 0.4 * wide).max(span.0), (last + 0.4 * wide).min(span.1))
}

/// A line that keeps its value until the next point, within a window.
fn clipped(line: &Strokes, window: (f64, f64)) -> Strokes {
    let at = |place: f64| line.iter().flatten().rev().find(|point| point.0 <= place).map(|point| point.1);
    let edge = |place: f64| at(place).map(|value| (place, value));
    let within = line.iter().flatten().copied().filter(|point| point.0 > window.0 && point.0 < window.1);
    vec![edge(window.0).into_iter().chain(within).chain(edge(window.1)).collect()]
}

/// The areas from the bottom up in the order in which the layers first paid, each with its words at the right.
pub fn stack(scene: &mut Scene, panel: &Panel, layers: &[Layer], labels: &[String]) {
    let mut places: Vec<f64> = layers.iter().flat_map(|layer| &layer.steps).map(|step| step.0).collect();
    places.extend([panel.across.0, panel.across.1]);
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut below = vec![0.0; places.len()];
    let mut heights = Vec::new();
    for layer in layers {
        let paid = |place: f64| layer.steps.iter().rev().find(|step| step.0 <= place).map_or(0.0, |step| step.1);
        let line: Vec<f64> = places.iter().zip(&below).map(|(place, below)| below + paid(*place)).collect();
        let corners = |values: &[f64]| -> Vec<(f64, f64)> {
            let line: Strokes = vec![places.iter().copied().zip(values.iter().copied()).collect()];
            stepped(&line).remove(0)
        };
        let mut points: Vec<_> = corners(&line).into_iter().map(|(place, value)| panel.at(place, value)).collect();
        points.extend(corners(&below).into_iter().rev().map(|(place, value)| panel.at(place, value)));
        scene.area(points, layer.ink, 0.8);
        let (low, high) = (below.last().copied().unwrap_or(0.0), line.last().copied().unwrap_or(0.0));
        heights.push(panel.y((low + high) / 2.0));
        below = line;
    }
    let spread = super::labels::spread(&heights, 15.0, (panel.top + 4.0, panel.bottom));
    for ((label, layer), y) in labels.iter().zip(layers).zip(spread) {
        scene.text((panel.right + 8.0, y + 4.0), label.as_str(), theme::LABEL.ink(layer.ink).bold());
    }
}

/// Layers that paid anything, in the order in which they first did.
fn layers<'a>(view: &View<'a>) -> Vec<Layer<'a>> {
    let mut layers: Vec<Layer> = Vec::new();
    for row in view.picture.tables.waterfall.iter().filter(|row| row.amount > 0.0 && row.amount.is_finite()) {
        let Some(place) = view.frame.index_of(row.tick).map(|index| view.frame.place(index)) else { continue };
        let index = layers.iter().position(|layer| layer.word == row.layer).unwrap_or_else(|| {
            let ink = INKS[layers.len() % INKS.len()];
            layers.push(Layer { word: &row.layer, ink, total: 0.0, steps: vec![] });
            layers.len() - 1
        });
        let layer = &mut layers[index];
        layer.total += row.amount;
        match layer.steps.last_mut() {
            Some(last) if last.0 == place => last.1 = layer.total,
            _ => layer.steps.push((place, layer.total)),
        }
    }
    layers
}

/// Each fund's balance over time; the members' contributions of one lender together, and all beyond the most.
fn funds(view: &View) -> Vec<(String, Strokes)> {
    let lenders: std::collections::BTreeSet<&str> =
        view.picture.tables.funds.iter().map(|row| row.lender.as_str()).collect();
    let mut names: Vec<String> = Vec::new();
    // By line and place: the sum of what stood last in each of its funds.
    let mut now: BTreeMap<(usize, &str, &str), f64> = BTreeMap::new();
    let mut lines: Vec<Vec<(f64, f64)>> = Vec::new();
    for row in view.picture.tables.funds.iter().filter(|row| row.balance.is_finite()) {
        let Some(place) = view.frame.index_of(row.tick).map(|index| view.frame.place(index)) else { continue };
        let fund = if row.fund.starts_with("contribution of ") { "members' contributions" } else { &row.fund };
        let name = if lenders.len() > 1 { format!("{}, {fund}", view.lender(&row.lender)) } else { fund.to_string() };
        let index = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            if names.len() < MOST_FUNDS {
                names.push(name);
                lines.push(vec![]);
            } else {
                names[MOST_FUNDS - 1] = "other funds".to_string();
            }
            names.len() - 1
        });
        now.insert((index, row.lender.as_str(), row.fund.as_str()), row.balance);
        let sum = now.range((index, "", "")..(index + 1, "", "")).map(|(_, balance)| balance).sum();
        match lines[index].last_mut() {
            Some(last) if last.0 == place => last.1 = sum,
            _ => lines[index].push((place, sum)),
        }
    }
    names.into_iter().zip(lines.into_iter().map(|line| vec![line])).collect()
}

fn words_of(layer: &str) -> String {
    match layer {
        "account_remaining" => "what the defaulter had left".into(),
        "auto_deleveraging" => "winners deleveraged".into(),
        "defaulters_contribution" => "defaulters' contributions".into(),
        "skin_in_the_game" => "the house's stake".into(),
        "survivors_fund" => "survivors' contributions".into(),
        "variation_margin_gains" => "winners' gains".into(),
        "lender_capital" => "the lender's capital".into(),
        other => other.replace('_', " "),
    }
}

fn label(layer: &Layer, total: f64) -> String {
    format!("{}: {} ({})", words_of(layer.word), words::short(layer.total), words::percent(layer.total / total))
}

fn title(view: &View, layers: &[Layer], total: f64) -> String {
    let most = layers.iter().max_by(|a, b| a.total.total_cmp(&b.total)).expect("a layer paid");
    let fund = |layer: &&Layer| layer.word == "insurance_fund";
    if layers.iter().any(|layer| layer.word == "auto_deleveraging")
        && let Some(fund) = layers.iter().find(fund)
    {
        let (paid, others) = (view.money(fund.total), view.money(total - fund.total));
        // They stand in the order in which they first paid; who did came first only if it was done before others began.
        return match (done_first(view, layers[0].word), layers[0].word == fund.word) {
            (true, true) => format!("The fund paid {paid}; then others paid {others}"),
            (true, false) => format!(
                "{} paid first: of {} in all the fund paid {paid} and others {others}",
                words::upper(&words_of(layers[0].word)),
                view.money(total)
            ),
            (false, _) => format!("Of {} in all the fund paid {paid} and others {others}", view.money(total)),
        };
    }
    let share = words::percent(most.total / total);
    format!("Accounts ended {} below zero; {} paid {share} of it", view.money(total), words_of(most.word))
}

/// Whether a layer had paid all that it paid before another paid anything.
fn done_first(view: &View, layer: &str) -> bool {
    let mut paid = view.picture.tables.waterfall.iter().filter(|row| row.amount > 0.0 && row.amount.is_finite());
    // Once another has, it never pays again.
    paid.by_ref().any(|row| row.layer != layer) && paid.all(|row| row.layer != layer)
}

fn caption(view: &View, layers: &[Layer]) -> String {
    let mut caption = String::from(
        "Each colour is one layer of the waterfall, in the order in which they first paid; the height of the whole is \
         all that accounts owed beyond what they had. ",
    );
    let deleverages = layers.iter().any(|layer| layer.word == "auto_deleveraging");
    let paid = view.picture.tables.waterfall.iter().filter(|row| row.amount > 0.0);
    let lenders: std::collections::BTreeSet<&str> = paid.map(|row| row.lender.as_str()).collect();
    // Winners may be deleveraged before a fund is spent, and each lender has layers of its own.
    if !deleverages && lenders.len() == 1 {
        caption += "A layer pays when those below it are spent. ";
    }
    if deleverages {
        caption += "What winners pay is the gain they lose because their position is closed at the price at which the \
                    bankrupt account owes nothing, and not at the market's. ";
    }
    if layers.iter().any(|layer| layer.word == "assessments") {
        caption += "Assessments are cash calls on members that had done nothing wrong: who cannot pay fails too. ";
    }
    caption.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use results::rows::{FundRow, Name, WaterfallRow};
    use results::stamp::Stamp;

    fn crash() -> sample::Sample {
        let mut sample = sample::crash();
        let ticks: Vec<(u32, Stamp)> = sample.tables.prices.iter().map(|row| (row.tick, row.time)).collect();
        let at = |share: f64| ticks[(ticks.len() as f64 * share) as usize];
        let mut paid = |share: f64, layer: &str, amount: f64| {
            let (tick, time) = at(share);
            let [account, lender, payer] = ["tiger@alpha", "alpha", "x"].map(Name::from);
            let layer = layer.to_owned().into();
            sample.tables.waterfall.push(WaterfallRow {
                breach: Some(0),
                tick,
                time,
                account,
                lender,
                layer,
                payer,
                amount,
                rank: None,
            });
        };
        paid(0.5, "insurance_fund", 3e6);
        paid(0.6, "insurance_fund", 1e6);
        paid(0.6, "auto_deleveraging", 6e6);
        paid(0.6, "backstop_vault", 0.0);
        let mut held = |share: f64, fund: &str, balance: f64| {
            let (tick, time) = at(share);
            let [lender, fund] = ["alpha", fund].map(str::to_string);
            sample.tables.funds.push(FundRow { tick, time, lender, fund, balance });
        };
        held(0.0, "insurance fund", 4e6);
        held(0.0, "contribution of a", 1e6);
        held(0.0, "contribution of b", 2e6);
        held(0.5, "insurance fund", 1e6);
        held(0.6, "insurance fund", 0.0);
        held(0.6, "contribution of a", 0.0);
        sample
    }

    #[test]
    fn layers_add_up_in_the_order_in_which_they_first_paid() {
        let sample = crash();
        let picture = sample.picture();
        let view = View::of(&picture);
        let found = layers(&view);
        let told: Vec<_> = found.iter().map(|layer| (layer.word, layer.total, layer.steps.len())).collect();
        assert_eq!(told, [("insurance_fund", 4e6, 2), ("auto_deleveraging", 6e6, 1)]);
        let figure = draw(&view).unwrap();
        assert_eq!(figure.title, "The fund paid $4m; then others paid $6m");
        assert!(!figure.caption.contains("are spent"), "winners are deleveraged before a fund is spent, or after");
    }

    #[test]
    fn who_paid_first_is_told_first() {
        let mut sample = crash();
        // The fund pays nothing before winners are deleveraged, and a million after it.
        sample.tables.waterfall.retain(|row| row.amount != 3e6);
        sample.tables.waterfall.sort_by_key(|row| row.layer != "auto_deleveraging");
        let title = draw(&View::of(&sample.picture())).unwrap().title;
        assert_eq!(title, "Winners deleveraged paid first: of $7m in all the fund paid $1m and others $6m");
    }

    #[test]
    fn who_began_and_paid_nearly_all_of_it_later_did_not_pay_first() {
        let mut sample = crash();
        // The fund pays three millions, winners six, and then the fund one more.
        let rows = &mut sample.tables.waterfall;
        let place = rows.iter().position(|row| row.amount == 1e6).unwrap();
        let last = rows.remove(place);
        rows.push(last);
        let title = draw(&View::of(&sample.picture())).unwrap().title;
        assert_eq!(title, "Of $10m in all the fund paid $4m and others $6m");
    }

    #[test]
    fn contributions_are_one_line() {
        let sample = crash();
        let picture = sample.picture();
        let found = funds(&View::of(&picture));
        assert_eq!(
            found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["insurance fund", "members' contributions"]
        );
        let values: Vec<f64> = found[1].1[0].iter().map(|point| point.1).collect();
        assert_eq!(values, [3e6, 2e6]);
    }

    #[test]
    fn where_only_capital_paid_there_is_no_chart() {
        let mut sample = crash();
        sample.tables.funds.clear();
        sample.tables.waterfall.truncate(2);
        assert_eq!(draw(&View::of(&sample.picture())), None);
    }
}
