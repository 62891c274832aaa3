//! Numbers that a finished run has, by name: what expectations and history are stated in.

use super::fit::Line;
use engine::measures::{Measure, words_of};
use ground::moments::Day;
use results::figures::number;
use results::summary::{Close, Summary};
use results::treasury::FirmClose;
use results::treasury::TreasurySummary;

/// The number; `None` where the run has none (a day it did not reach, a lender without a loss to share).
pub fn measure(what: &Measure, summary: &Summary) -> Option<f64> {
    match what {
        Measure::CloseToClose { instrument, from, to } => {
            Some(day(summary, instrument, *to)?.close / day(summary, instrument, *from)?.close - 1.0)
        }
        Measure::LowAgainstClose { instrument, low, close } => {
            Some(day(summary, instrument, *low)?.low / day(summary, instrument, *close)?.close - 1.0)
        }
        Measure::Volume { instrument, day: date } => {
            let day = day(summary, instrument, *date)?;
            Some(day.volume_units + day.block_volume_units)
        }
        Measure::Loss { lender } => Some(summary.lenders.get(lender)?.loss),
        Measure::TotalLoss => Some(total_loss(summary)),
        Measure::LossShare { lenders } => {
            let total = total_loss(summary);
            let these: f64 = lenders.iter().filter_map(|lender| summary.lenders.get(lender)).map(|it| it.loss).sum();
            (total > 0.0).then(|| these / total)
        }
        Measure::ClosingPrice { instrument, day: date } => Some(day(summary, instrument, *date)?.close),
        Measure::ForcedVolume { instrument, day: date } => {
            let day = day(summary, instrument, *date)?;
            Some(day.forced_volume_units + day.block_volume_units)
        }
        Measure::Called { firm, day } => Some(firm_close(summary, firm, *day)?.called),
        Measure::Shortfall { firm, day } => Some(firm_close(summary, firm, *day)?.shortfall),
        Measure::Drawn { firm, source } => treasury(summary, firm)?.drawn.get(source).copied(),
        Measure::FirmValue { firm, day } => Some(firm_close(summary, firm, *day)?.value),
        Measure::PaperProfit { firm, day } => Some(firm_close(summary, firm, *day)?.paper_profit),
        Measure::Deliverable { firm, day } => Some(firm_close(summary, firm, *day)?.cash_deliverable),
        Measure::TailExponent { .. } | Measure::Kurtosis { .. } => summary.returns.get(&words_of(what)).copied(),
        Measure::Fit { of, points } => {
            let points = points.iter().map(|point| Some((point.predicted, measure(&point.measured, summary)?)));
            Line::through(&points.collect::<Option<Vec<_>>>()?).map(|line| line.figure(*of))
        }
        Measure::Fall { .. }
        | Measure::Recovery { .. }
        | Measure::Traded { .. }
        | Measure::Held { .. }
        | Measure::Outstanding { .. }
        | Measure::Reached { .. } => summary.measured.get(&words_of(what)).copied(),
        Measure::Summary(path) => number(summary, path),
    }
}

fn total_loss(summary: &Summary) -> f64 {
    summary.lenders.values().map(|lender| lender.loss).sum()
}

fn day<'a>(summary: &'a Summary, instrument: &str, day: Day) -> Option<&'a Close> {
    let date = day.to_string();
    summary.instruments.get(instrument)?.closes.iter().find(|close| close.date == date)
}

fn treasury<'a>(summary: &'a Summary, firm: &str) -> Option<&'a TreasurySummary> {
    summary.firms.get(firm)?.treasury.as_ref()
}

fn firm_close<'a>(summary: &'a Summary, firm: &str, day: Day) -> Option<&'a FirmClose> {
    let date = day.to_string();
    treasury(summary, firm)?.closes.iter().find(|close| close.date == date)
}

/// The unit that a measure is printed in: a ratio, money, units, or a plain number.
pub fn unit_of(what: &Measure, currency: &str) -> String {
    match what {
        Measure::CloseToClose { .. }
        | Measure::LowAgainstClose { .. }
        | Measure::LossShare { .. }
        | Measure::Fall { .. }
        | Measure::Recovery { .. } => "ratio".to_owned(),
        Measure::Volume { .. }
        | Measure::ForcedVolume { .. }
        | Measure::Traded { .. }
        | Measure::Held { .. }
        | Measure::Outstanding { .. } => "units".to_owned(),
        Measure::Loss { .. }
        | Measure::TotalLoss
        | Measure::Called { .. }
        | Measure::Shortfall { .. }
        | Measure::Drawn { .. }
        | Measure::FirmValue { .. }
        | Measure::PaperProfit { .. }
        | Measure::Deliverable { .. } => currency.to_owned(),
        Measure::ClosingPrice { .. }
        | Measure::TailExponent { .. }
        | Measure::Kurtosis { .. }
        | Measure::Fit { .. }
        | Measure::Reached { .. } => "number".to_owned(),
        Measure::Summary(path) => unit_at(path, currency),
    }
}

/// The unit of a place of the summary, by the name of its field.
fn unit_at(path: &str, currency: &str) -> String {
    const RATIOS: [&str; 8] =
        ["drawdown", "rise", "fall_compared", "rise_compared", "with", "without", "rise_with", "rise_without"];
    const MONEY: [&str; 12] = [
        "value",
        "cash",
        "capital",
        "loss",
        "forced_notional",
        "forced_bought",
        "bought_notional",
        "unsold",
        "notional",
        "slippage",
        "paper_profit",
        "owed",
    ];
    let last = path.rsplit('.').next().unwrap_or(path);
    let of_money = |name: &str| last == name || last.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'));
    let table = |name: &str| path.starts_with(name) || path.contains(&format!(".{name}"));
    if RATIOS.contains(&last) {
        "ratio".to_owned()
    } else if MONEY.iter().any(|name| of_money(name)) || table("waterfall.") || table("drawn.") {
        currency.to_owned()
    } else {
        "number".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_the_summary_has_the_unit_of_its_field() {
        for (path, unit) in [
            ("firms.archegos.value_at_failure", "USD"),
            ("firms.archegos.cash_deliverable_min", "USD"),
            ("lenders.ubs.loss", "USD"),
            ("waterfall.insurance_fund", "USD"),
            ("instruments.es.drawdown", "ratio"),
            ("counterfactual.es.with", "ratio"),
            ("counterfactual.es.amplification", "number"),
            ("accounts.breached", "number"),
            ("lenders.ubs.failed", "number"),
        ] {
            assert_eq!(unit_of(&Measure::Summary(path.into()), "USD"), unit, "{path}");
        }
    }
}
