//! What the charts need to know of a world besides the rows of a run: history, shocks, and the order
//! of names.

use crate::chart::{self, Chart, History, HistoryLoss, HistoryPrice, Named, Order, Picture, ShockNote};
use crate::record::rows::Tables;
use crate::record::summary::Summary;
use crate::traders::TraderFile;
use crate::world::plan::{Plan, PointKind};

/// Every chart and the page that holds them, for one finished run.
pub fn draw(plan: &Plan, summary: &Summary, tables: &Tables, without: Option<&Tables>) -> (Vec<Chart>, String) {
    let (history, shocks, order) = (history(plan), shocks(plan), order(plan));
    let picture =
        Picture { summary, tables, without, history: &history, about: &plan.about, shocks: &shocks, order: &order };
    let charts = chart::draw_all(&picture);
    let page = chart::page(&picture, &charts);
    (charts, page)
}

fn history(plan: &Plan) -> History {
    let price = |point: &crate::world::plan::ReferencePrice| {
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
        }
    };
    let loss = |loss: &crate::world::plan::ReferenceLoss| HistoryLoss {
        lender: plan.lenders[loss.lender.index()].name.clone(),
        amount: loss.amount,
        source: loss.source.clone(),
    };
    History {
        prices: plan.reference.prices.iter().map(price).collect(),
        losses: plan.reference.losses.iter().map(loss).collect(),
    }
}

fn shocks(plan: &Plan) -> Vec<ShockNote> {
    plan.shocks.iter().map(|shock| ShockNote { time: shock.at.to_string(), text: shock.reason.clone() }).collect()
}

fn order(plan: &Plan) -> Order {
    let named = |name: &String| Named { id: name.clone(), label: name.clone() };
    let firm = |params: &TraderFile| matches!(params, TraderFile::LeveragedFirm(_) | TraderFile::Firm(_));
    let firms = plan.traders.iter().filter(|trader| firm(&trader.params));
    Order {
        instruments: plan.instruments.iter().map(|instrument| named(&instrument.name)).collect(),
        firms: firms.map(|trader| named(&trader.name)).collect(),
        lenders: plan.lenders.iter().map(|lender| named(&lender.name)).collect(),
    }
}
