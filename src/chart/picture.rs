//! What a chart may look at: the rows of a run, history, and the order and names of things.

use super::Window;
use results::rows::Tables;
use results::summary::Summary;
use std::collections::BTreeMap;

/// Everything a chart may look at.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    pub summary: &'a Summary,
    pub tables: &'a Tables,
    /// The same seed with forced selling switched off, when it was run.
    pub without: Option<&'a Tables>,
    pub history: &'a History,
    /// One paragraph on the world, in plain text.
    pub about: &'a str,
    pub shocks: &'a [ShockNote],
    pub order: &'a Listing,
    /// Tick from whose end the runs with and without forced selling are compared; absent: from the start.
    pub compare_from: Option<u32>,
    /// Of the whole run, whether it got there or not.
    pub ticks: u32,
    /// The stretch of the run that the rows are of.
    pub window: Window,
    /// What the world's file is called, where it is no built-in one: who runs it again must have it.
    pub file: Option<&'a str>,
}

/// What really happened, from the world's `reference`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub prices: Vec<HistoryPrice>,
    pub losses: Vec<HistoryLoss>,
    /// What each source stands for whose name alone is beside a figure.
    pub sources: BTreeMap<String, String>,
}

impl History {
    /// Where figures are from, each source once, in the order in which it is met; nothing where none is named.
    pub(crate) fn cited<'s>(&self, sources: impl Iterator<Item = &'s str>) -> String {
        let mut named: Vec<&str> = Vec::new();
        for source in sources.filter(|source| !source.is_empty()) {
            if !named.contains(&source) {
                named.push(source);
            }
        }
        let texts: Vec<&str> = named.iter().map(|name| self.sources.get(*name).map_or(*name, String::as_str)).collect();
        // Some authors end a source with a full stop.
        if texts.is_empty() { String::new() } else { format!(" History: {}.", texts.join("; ").trim_end_matches('.')) }
    }
}

/// One price of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryPrice {
    pub instrument: String,
    /// ISO 8601; a date alone stands for that whole day.
    pub time: String,
    /// In units of the instrument's quote.
    pub price: f64,
    /// `close`, `open`, `low`, `high`, or any other word.
    pub kind: String,
    pub source: String,
    /// The world was fitted to it: it shows the fit, and tests nothing.
    pub fitted: bool,
}

/// One lender's loss of the past, in major units of the world's currency.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLoss {
    pub lender: String,
    pub amount: f64,
    pub source: String,
}

/// A scheduled event and the reason it is in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockNote {
    /// ISO 8601.
    pub time: String,
    pub text: String,
    /// Instruments that it strikes; none: it strikes no instrument alone.
    pub instruments: Vec<String>,
}

/// Names in the order of the world file, so that charts list them as its author did. A name missing here
/// is still drawn, after these, under its own id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub instruments: Vec<Named>,
    pub firms: Vec<Named>,
    pub lenders: Vec<Named>,
    /// Of a price, by instrument: those of its step.
    pub decimals: BTreeMap<String, usize>,
    /// By swap: what it is written on, whose price is its own.
    pub swaps: BTreeMap<String, String>,
}

/// An id as the tables write it and the words a person reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub id: String,
    pub label: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_is_cited_once_in_full_in_the_order_in_which_it_is_met() {
        let sources = [("file".to_owned(), "The exchange's daily file.".to_owned())].into();
        let history = History { sources, ..History::default() };
        assert_eq!(
            history.cited(["a memoir", "file", "a memoir", ""].into_iter()),
            " History: a memoir; The exchange's daily file."
        );
        assert_eq!(history.cited([""].into_iter()), "");
    }
}
