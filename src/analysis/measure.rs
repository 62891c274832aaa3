//! Numbers that a finished run has, by name: what expectations and history are stated in.

use super::fit::Line;
use crate::record::summary::{Close, Summary};
use crate::record::treasury::{FirmClose, TreasurySummary};
use crate::world::measures::{FitFigure, Measure};
use crate::world::moments::{Day, Moment};

/// The number; `None` where the run has none (a day it did not reach, a lender without a loss to share).
pub fn measure(what: &Measure, summary: &Summary) -> Option<f64> {
    match what {
        Measure::CloseToClose { instrument, from, to } => {
            Some(day(summary, instrument, *to)?.close / day(summary, instrument, *from)?.close - 1.0)
        }
        Measure::LowAgainstClose { instrument, low, close } => {
            Some(day(summary, instrument, *low)?.low / day(summary, instrument, *close)?.close - 1.0)
        }
        Measure::Volume { instrument, day: date } => Some(day(summary, instrument, *date)?.volume_units),
        Measure::Loss { lender } => Some(summary.lenders.get(lender)?.loss),
        Measure::TotalLoss => Some(total_loss(summary)),
        Measure::LossShare { lenders } => {
            let total = total_loss(summary);
            let these: f64 = lenders.iter().filter_map(|lender| summary.lenders.get(lender)).map(|it| it.loss).sum();
            (total > 0.0).then(|| these / total)
        }
        Measure::ClosingPrice { instrument, day: date } => Some(day(summary, instrument, *date)?.close),
        Measure::ForcedVolume { instrument, day: date } => Some(day(summary, instrument, *date)?.forced_volume_units),
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
        | Measure::Reached { .. } => summary.measured.get(&words_of(what)).copied(),
        Measure::Summary(path) => number_at(summary, path),
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

fn number_at(summary: &Summary, path: &str) -> Option<f64> {
    let all = serde_json::to_value(summary).ok()?;
    let found = path.split('.').try_fold(&all, |place, step| match step.parse::<usize>() {
        Ok(index) if place.is_array() => place.get(index),
        _ => place.get(step),
    })?;
    found.as_f64().or_else(|| found.as_bool().map(f64::from))
}

/// `2010-05-06 14:32 to 15:00`: the second day is named when it is another.
fn stretch(from: Moment, until: Moment) -> String {
    let until = if from.0.date() == until.0.date() { clock_time(until) } else { moment(until) };
    format!("{} to {until}", moment(from))
}

fn moment(at: Moment) -> String {
    format!("{} {}", at.0.date(), clock_time(at))
}

fn clock_time(at: Moment) -> String {
    let format = if at.0.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    at.0.strftime(format).to_string()
}

/// The unit that a measure is printed in: a ratio, money, units, or a plain number.
pub fn unit_of(what: &Measure, currency: &str) -> String {
    match what {
        Measure::CloseToClose { .. }
        | Measure::LowAgainstClose { .. }
        | Measure::LossShare { .. }
        | Measure::Fall { .. }
        | Measure::Recovery { .. } => "ratio".to_owned(),
        Measure::Volume { .. } | Measure::ForcedVolume { .. } | Measure::Traded { .. } | Measure::Held { .. } => {
            "units".to_owned()
        }
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
        | Measure::Reached { .. }
        | Measure::Summary(_) => "number".to_owned(),
    }
}

/// A measure in a reader's words.
pub fn words_of(what: &Measure) -> String {
    match what {
        Measure::CloseToClose { instrument, from, to } => format!("{instrument}: close {from} to close {to}"),
        Measure::LowAgainstClose { instrument, low, close } => {
            format!("{instrument}: low of {low} against close {close}")
        }
        Measure::Volume { instrument, day } => format!("{instrument}: volume on {day}"),
        Measure::Loss { lender } => format!("loss of {lender}"),
        Measure::TotalLoss => "loss of all lenders".to_owned(),
        Measure::LossShare { lenders } => format!("share of losses: {}", lenders.join(", ")),
        Measure::ClosingPrice { instrument, day } => format!("{instrument}: close of {day}"),
        Measure::ForcedVolume { instrument, day } => format!("{instrument}: forced volume on {day}"),
        Measure::Called { firm, day } => format!("{firm}: called on {day}"),
        Measure::Shortfall { firm, day } => format!("{firm}: shortfall on {day}"),
        Measure::Drawn { firm, source } => format!("{firm}: drawn on {source}"),
        Measure::FirmValue { firm, day } => format!("{firm}: value at the close of {day}"),
        Measure::PaperProfit { firm, day } => format!("{firm}: paper profit at the close of {day}"),
        Measure::Deliverable { firm, day } => format!("{firm}: cash it can deliver at the close of {day}"),
        Measure::TailExponent { instrument, below } => format!("{instrument}: tail exponent{}", below_words(*below)),
        Measure::Kurtosis { instrument, below } => format!("{instrument}: kurtosis{}", below_words(*below)),
        Measure::Fit { of, points } => {
            let first =
                points.first().map_or_else(String::new, |point| format!(" ({} ...)", words_of(&point.measured)));
            let of = match of {
                FitFigure::Slope => "slope",
                FitFigure::Factor => "factor",
                FitFigure::RSquared => "R squared",
            };
            format!("{of} of measured on predicted, {} points{first}", points.len())
        }
        Measure::Fall { instrument, from, until } => format!("{instrument}: fall {}", stretch(*from, *until)),
        Measure::Recovery { instrument, from, until, within } => {
            format!("{instrument}: recovery {within} after the low of {}", stretch(*from, *until))
        }
        Measure::Traded { instrument, from, until } => format!("{instrument}: traded {}", stretch(*from, *until)),
        Measure::Held { trader, instrument, at } => format!("{trader}: {instrument} held at {}", moment(*at)),
        Measure::Reached { instrument, from, fall } => {
            format!("{instrument}: seconds from {} until {:.1} % down", moment(*from), fall * 100.0)
        }
        Measure::Summary(path) => path.clone(),
    }
}

fn below_words(below: Option<f64>) -> String {
    below.map_or_else(String::new, |price| format!(" below {price}"))
}
