//! What became of an account that broke: sold out, sold in part, or not sold at all.
//!
//! A breach is no sale: lenders may wait, agree to wait, be switched off, sell only what mends the account, or never get an
//! order filled. So the words come from the first forced fill, and from the state in which the account is left.

use super::frame::Frame;
use super::series::{self, First};
use super::view::way_of;
use super::words;
use results::rows::{AccountRow, Tables};
use results::stamp::Stamp;
use results::way::Way;
use std::collections::BTreeMap;

/// In the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Nothing is left, and what went was sold by force.
    Out,
    /// Its sale had begun and was not over.
    Selling,
    /// Its sale is over, and it kept what was not sold.
    Part,
    /// Nothing is left, and nothing was sold by force: its positions were handed over.
    HandedOver,
    /// It broke, and nothing was sold.
    Unsold,
}

/// Of an account that broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate<'a> {
    pub breach: First<'a>,
    /// First forced fill.
    pub sold_from: Option<&'a str>,
    /// Which way its forced orders go.
    pub way: Way,
    /// Whether that lies more than a tick after the breach: an order meets the market in the tick after it is given.
    pub waited: bool,
    pub end: End,
}

/// By account.
pub fn fates<'a>(tables: &'a Tables, frame: &Frame) -> BTreeMap<&'a str, Fate<'a>> {
    let mut last: BTreeMap<&str, &AccountRow> = BTreeMap::new();
    for row in &tables.accounts {
        let known = last.entry(&row.account).or_insert(row);
        if row.tick >= known.tick {
            *known = row;
        }
    }
    let mut fills: BTreeMap<&str, &Stamp> = BTreeMap::new();
    for row in tables.liquidations.iter().filter(|row| row.filled_units > 0.0) {
        let Some(fill) = &row.first_fill_time else { continue };
        let known = fills.entry(&row.account).or_insert(fill);
        *known = fill.min(*known);
    }
    let fate = |(account, breach): (_, First<'a>)| {
        let row = last.get(account);
        // Of a stretch of a run, what was sold after it was not sold in it.
        let fill = fills.get(account).copied().filter(|fill| row.is_none_or(|row| **fill <= row.time));
        let next = frame.index_of(breach.tick).map(|index| index + 1).filter(|next| *next < frame.len());
        let waited = fill.zip(next).is_some_and(|(fill, next)| fill.seconds() > frame.second(next));
        let sold_from = fill.map(|fill| &**fill);
        let end = match (row.map(|row| &*row.state), sold_from) {
            (Some("closed"), Some(_)) => End::Out,
            (Some("closed"), None) => End::HandedOver,
            (_, None) => End::Unsold,
            (Some("breached") | None, Some(_)) => End::Selling,
            (Some(_), Some(_)) => End::Part,
        };
        let way = way_of(tables.liquidations.iter().filter(|row| row.account == account)).unwrap_or(Way::Sold);
        (account, Fate { breach, sold_from, way, waited, end })
    };
    series::breaches(tables).into_iter().map(fate).collect()
}

impl Fate<'_> {
    pub fn is_sold(&self) -> bool {
        self.sold_from.is_some()
    }

    /// Beside its panel: when the sale began, else when it broke.
    pub fn moment(&self) -> String {
        match self.sold_from {
            Some(from) => format!("{} from {}", self.way.did(), words::moment_of(from)),
            None => format!("in breach {}", words::moment_of(self.breach.time)),
        }
    }

    /// Of one account alone, after its owner's name.
    fn alone(&self, at: &str) -> String {
        let from = words::moment_of(self.sold_from.unwrap_or(self.breach.time));
        let (did, out, noun) = (self.way.did(), self.way.did_out(), self.way.noun());
        match self.end {
            End::Out => format!("{out} at {at} from {from} on"),
            End::Selling => format!("{did} at {at} from {from} on, and not {out} by the end"),
            End::Part => format!("{did} in part at {at} from {from} on, and not {out}"),
            End::HandedOver => format!("in breach at {at} from {from} on, and closed without a forced {noun}"),
            End::Unsold => format!("in breach at {at} from {from} on, and nothing {did}"),
        }
    }
}

/// Which way the forced orders of all of them go.
pub fn way<'f>(fates: impl Iterator<Item = &'f Fate<'f>> + Clone) -> Way {
    let any = |not: Way| fates.clone().any(|fate| fate.way != not);
    Way::of(any(Way::Bought), any(Way::Sold)).unwrap_or(Way::Sold)
}

/// What became of those who broke of `total` accounts, each with the words for where it is: `sold out at both lenders, first
/// at north, 4 Mar 11:02`.
pub fn told<'f>(broken: &'f [(Fate<'f>, String)], total: usize, one: &str, many: &str) -> String {
    if let ([(fate, at)], 1) = (broken, total) {
        return fate.alone(at);
    }
    let mut ends: BTreeMap<End, usize> = BTreeMap::new();
    for (fate, _) in broken {
        *ends.entry(fate.end).or_default() += 1;
    }
    let way = way(broken.iter().map(|(fate, _)| fate));
    let (did, out, noun) = (way.did(), way.did_out(), way.noun());
    let verb = |end: &End| match end {
        End::Out => format!("{out} at"),
        End::Selling => format!("{did} but not {out} by the end at"),
        End::Part => format!("{did} in part at"),
        End::HandedOver => format!("closed without a forced {noun} at"),
        End::Unsold => format!("in breach and not {did} at"),
    };
    let parts: Vec<String> = (ends.iter().enumerate())
        .map(|(place, (end, count))| match place {
            0 => format!("{} {}", verb(end), words::of_all(*count, total, one, many)),
            _ => format!("{} {}", verb(end), words::count(*count as u64)),
        })
        .collect();
    words::listed(&parts) + &first(broken)
}

/// Who was sold first, or where nobody was, broke first; all who were in the same moment.
fn first<'f>(broken: &'f [(Fate<'f>, String)]) -> String {
    let anyone = broken.iter().any(|(fate, _)| fate.is_sold());
    let begun = |fate: &Fate<'f>| if anyone { fate.sold_from } else { Some(fate.breach.time) };
    let moments: Vec<(&str, &str)> = broken.iter().filter_map(|(fate, at)| Some((begun(fate)?, at.as_str()))).collect();
    let Some(earliest) = moments.iter().map(|(moment, _)| moment).min() else { return String::new() };
    let together: Vec<String> =
        moments.iter().filter(|(moment, _)| moment == earliest).map(|(_, at)| (*at).to_owned()).collect();
    let when = words::moment_of(earliest);
    match together.len() {
        _ if moments.len() == 1 => format!(", from {when} on"),
        1 | 2 if together.len() < moments.len() => format!(", first at {}, {when}", words::listed(&together)),
        some if some < moments.len() => format!(", first at {some} of them, {when}"),
        _ => format!(", all from {when} on"),
    }
}

/// What the cross at each breach says, of those that are drawn.
pub fn cross_says<'f>(fates: impl Iterator<Item = &'f Fate<'f>> + Clone) -> String {
    let way = way(fates.clone());
    match (fates.clone().all(|fate| fate.is_sold() && !fate.waited), fates.clone().any(Fate::is_sold)) {
        (true, _) => format!("breach: the lender starts to {}", way.has_to()),
        (_, false) => format!("breach: nothing is {}", way.did()),
        _ => "breach".to_owned(),
    }
}
