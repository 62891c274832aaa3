//! What the charts need to know of a world besides the rows of a run: history, shocks, and the order
//! of names.

use chart::{self, Chart, History, HistoryLoss, HistoryPrice, Listing, Named, NoSuchChart, Picture, ShockNote, Window};
use engine::plan::{Plan, PointKind};
use engine::shocks::ShockPlan;
use files::manifest::WorldSource;
use ground::units::InstrumentId;
use results::rows::Tables;
use results::summary::Summary;

/// Every chart and the page that holds them, for one finished run. `None` where that was no longer `wanted`, which is
/// asked before each chart.
pub fn draw(
    plan: &Plan,
    summary: &Summary,
    tables: &Tables,
    without: Option<&Tables>,
    world: &WorldSource,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<(Vec<Chart>, String)> {
    // Where somebody keeps it is no part of a run: the page is the same in every folder.
    let file = (!world.built_in).then(|| format!("{}.ron", world.name));
    with_picture(plan, summary, tables, without, Window::ALL, |picture| {
        let picture = &Picture { file: file.as_deref(), ..*picture };
        let charts = chart::draw_while(picture, wanted)?;
        let page = chart::page(picture, &charts);
        Some((charts, page))
    })
}

/// What is drawn of a run, and on how large a page in pixels.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub names: &'a [String],
    /// Of which the tables are.
    pub window: Window,
    pub size: Option<(u32, u32)>,
}

/// Those of its charts that are named, or which of the names are none.
pub fn only(
    plan: &Plan,
    summary: &Summary,
    tables: &Tables,
    without: Option<&Tables>,
    wanted: &Wanted<'_>,
) -> Result<Vec<Chart>, NoSuchChart> {
    with_picture(plan, summary, tables, without, wanted.window, |picture| {
        chart::draw_only(picture, wanted.names, wanted.size)
    })
}

/// The chart that comes first in the page of a run: what its world is about. Nothing where there is nothing to draw.
pub fn first(plan: &Plan, summary: &Summary, tables: &Tables, without: Option<&Tables>) -> Option<Chart> {
    with_picture(plan, summary, tables, without, Window::ALL, chart::draw_first)
}

fn with_picture<T>(
    plan: &Plan,
    summary: &Summary,
    tables: &Tables,
    without: Option<&Tables>,
    window: Window,
    look: impl FnOnce(&Picture<'_>) -> T,
) -> T {
    let (history, shocks, order) = (window.of_history(history(plan)), window.of_shocks(shocks(plan)), order(plan));
    look(&Picture {
        summary,
        tables,
        without,
        history: &history,
        about: &plan.about,
        shocks: &shocks,
        order: &order,
        compare_from: plan.compare_from.map(|tick| tick.index()),
        window,
        ticks: plan.clock.ticks,
        file: None,
    })
}

fn history(plan: &Plan) -> History {
    let price = |point: &engine::plan::ReferencePrice| {
        let moment = point.at.to_string();
        // A day's low or high has no moment of its own.
        let (kind, time) = match point.kind {
            PointKind::Close => ("close", moment),
            PointKind::Low => ("low", moment[..10].to_owned()),
            PointKind::High => ("high", moment[..10].to_owned()),
            PointKind::Moment => ("price", moment),
        };
        HistoryPrice {
            instrument: plan.instruments[point.instrument.index()].name.clone(),
            time,
            price: point.price,
            kind: kind.into(),
            source: point.source.clone(),
            fitted: point.fitted,
        }
    };
    let loss = |loss: &engine::plan::ReferenceLoss| HistoryLoss {
        lender: plan.lenders[loss.lender.index()].name.clone(),
        amount: loss.amount,
        source: loss.source.clone(),
    };
    History {
        prices: plan.reference.prices.iter().map(price).collect(),
        losses: plan.reference.losses.iter().map(loss).collect(),
        sources: plan.reference.sources.clone(),
    }
}

fn shocks(plan: &Plan) -> Vec<ShockNote> {
    let note = |shock: &ShockPlan| ShockNote {
        time: shock.at.to_string(),
        text: spelt_out(&shock.reason),
        instruments: shock.kind.instruments().iter().map(|id| plan.instruments[id.index()].name.clone()).collect(),
    };
    plan.shocks.iter().map(note).collect()
}

fn order(plan: &Plan) -> Listing {
    let called = |name: &String| plan.called.get(name).unwrap_or(name).clone();
    let named = |name: &String| Named { id: name.clone(), label: called(name) };
    let name = |id: InstrumentId| plan.instruments[id.index()].name.clone();
    let swap = |one: &engine::plan::InstrumentPlan| Some((one.name.clone(), name(one.kind.swap_of()?)));
    let firms = plan.traders.iter().filter(|trader| trader.params.is_firm());
    Listing {
        instruments: plan.instruments.iter().map(|instrument| named(&instrument.name)).collect(),
        firms: firms.map(|trader| named(&trader.name)).collect(),
        lenders: plan.lenders.iter().map(|lender| named(&lender.name)).collect(),
        swaps: plan.instruments.iter().filter_map(swap).collect(),
        decimals: plan.instruments.iter().map(|one| (one.name.clone(), one.price_decimals())).collect(),
    }
}

/// The marks by which a world's file says what a line rests on, for a reader who has not seen its legend: `[A]` is an
/// assumption, `[D]` is from the data, `[S name]` a source by its name under `reference.sources`.
fn spelt_out(reason: &str) -> String {
    let mut text = reason.replace("[A]", "(an assumption)").replace("[D]", "(from the data)");
    while let Some(start) = text.find("[S ")
        && let Some(length) = text[start..].find(']')
    {
        let source = text[start + 3..start + length].trim().to_owned();
        text.replace_range(start..=start + length, &format!("(source: {source})"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_called_as_their_world_says_and_sources_are_told_in_full() {
        let source = world::Source::find("archegos-2021").unwrap();
        let plan = world::load_source(source, &[]).unwrap().plan;
        let order = order(&plan);
        let label = |all: &[Named], id: &str| all.iter().find(|one| one.id == id).unwrap().label.clone();
        assert_eq!(label(&order.lenders, "credit-suisse"), "Credit Suisse");
        assert_eq!(label(&order.instruments, "viac"), "ViacomCBS");
        assert_eq!(label(&order.instruments, "viac-swap"), "viac-swap", "what is called nothing keeps its name");
        let history = history(&plan);
        assert!(history.prices.iter().all(|price| history.sources.contains_key(&price.source)));
    }

    #[test]
    fn marks_of_sources_and_assumptions_are_spelt_out() {
        assert_eq!(spelt_out("An offering of 3 bn [S yahoo]"), "An offering of 3 bn (source: yahoo)");
        assert_eq!(spelt_out("Down [A], and up [S a] [S b]"), "Down (an assumption), and up (source: a) (source: b)");
        assert_eq!(spelt_out("[S without an end"), "[S without an end");
        assert_eq!(spelt_out("plain [B]"), "plain [B]");
    }
}
