//! What several charts need of a run, worked out once: trading time, tracks, names, the origin line.

use super::fates::{self, Fate};
use super::frame::Frame;
use super::scene::Scene;
use super::series::{self, Track, Whole};
use super::{Named, Picture, Window, words};
use results::rows::LiquidationRow;
use results::way::Way;
use std::collections::{BTreeMap, BTreeSet};

/// A chart before it is rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub name: String,
    pub title: String,
    pub caption: String,
    pub scene: Scene,
}

/// Which way orders go, filled or not.
pub fn way_of<'r>(rows: impl Iterator<Item = &'r LiquidationRow>) -> Option<Way> {
    let sides: BTreeSet<&str> = rows.map(|row| &*row.side).collect();
    Way::of(sides.contains("sell"), sides.contains("buy"))
}

#[derive(Debug)]
pub struct View<'a> {
    pub picture: &'a Picture<'a>,
    pub frame: Frame,
    /// In the world's order.
    pub tracks: Vec<Track>,
    /// The same instruments without forced selling, by id.
    pub without: BTreeMap<String, Track>,
    /// What became of each account that broke.
    pub fates: BTreeMap<&'a str, Fate<'a>>,
}

/// More charts of single firms nobody reads; each has two.
const MOST_FIRMS: usize = 3;

impl<'a> View<'a> {
    pub fn of(picture: &'a Picture<'a>) -> Self {
        let frame = Frame::of(picture.tables);
        let mut tracks = series::tracks(&picture.tables.prices, &frame);
        let places =
            picture.order.instruments.iter().enumerate().rev().map(|(place, named)| (named.id.as_str(), place));
        let places: BTreeMap<&str, usize> = places.collect();
        tracks.sort_by_key(|track| places.get(track.instrument.as_str()).copied().unwrap_or(usize::MAX));
        let without = picture.without.map(|tables| series::tracks(&tables.prices, &frame)).unwrap_or_default();
        let mut without: BTreeMap<_, _> = without.into_iter().map(|track| (track.instrument.clone(), track)).collect();
        // A stretch that leaves the beginning out is counted from its own first mark.
        let summary = picture.summary;
        if words::seconds(&summary.start).is_some_and(|start| picture.window.holds(start)) {
            for track in tracks.iter_mut().chain(without.values_mut()) {
                let start = summary.instruments.get(&track.instrument).map(|instrument| instrument.start);
                track.start = start.filter(|start| start.is_finite());
            }
        }
        // Of a stretch of the run its summary says nothing.
        if picture.window == Window::ALL {
            for track in &mut tracks {
                let own = summary.instruments.get(&track.instrument);
                track.whole = own.map(|own| Whole { fall: own.drawdown, rise: own.rise, low: own.min });
            }
        }
        let fates = fates::fates(picture.tables, &frame);
        Self { picture, frame, tracks, without, fates }
    }

    pub fn currency(&self) -> &str {
        &self.picture.summary.currency
    }

    pub fn money(&self, value: f64) -> String {
        words::money(value, self.currency())
    }

    /// A price of an instrument, with the decimals of its step.
    pub fn price(&self, instrument: &str, value: f64) -> String {
        words::price(value, self.picture.order.decimals.get(instrument).copied())
    }

    /// What money is counted in, for a heading.
    pub fn unit(&self) -> &str {
        if self.currency().is_empty() { "money" } else { self.currency() }
    }

    /// Index of the tick from whose end the runs with and without forced selling are compared.
    pub fn compared_from(&self) -> usize {
        let from = self.picture.compare_from.unwrap_or(0);
        (0..self.frame.len()).find(|index| self.frame.tick(*index) >= from).unwrap_or(0)
    }

    pub fn instrument<'n>(&'n self, id: &'n str) -> &'n str {
        label(&self.picture.order.instruments, id)
    }

    pub fn lender<'n>(&'n self, id: &'n str) -> &'n str {
        label(&self.picture.order.lenders, id)
    }

    pub fn firm<'n>(&'n self, id: &'n str) -> &'n str {
        label(&self.picture.order.firms, id)
    }

    /// Of a run that did not get to its end: how far it got.
    pub fn stopped(&self) -> Option<String> {
        let summary = self.picture.summary;
        let all = words::counted(self.picture.ticks as usize, "tick", "ticks");
        summary.stopped.then(|| format!("stopped after {} of {all}", words::count(summary.ticks.into())))
    }

    /// World, seed and build: the last line of every chart.
    pub fn origin(&self) -> String {
        let summary = self.picture.summary;
        let mut line = format!("World {}, seed {}", summary.world, summary.seed);
        if !summary.overrides.is_empty() {
            line += &format!(", with {}", summary.overrides.join(", "));
        }
        if !summary.with_liquidation {
            line += ", forced selling switched off";
        }
        if let Some(stopped) = self.stopped() {
            line += &format!(", {stopped}");
        }
        if let Some(window) = self.picture.window.said() {
            line += &format!(". {window}");
        }
        line + &format!(". Firesale {}.", env!("CARGO_PKG_VERSION"))
    }

    /// `forced sales`, `forced purchases`, or `forced orders` where there were both or none is recorded.
    pub fn forced_word(&self, instrument: Option<&str>) -> &'static str {
        let rows = self.picture.tables.liquidations.iter();
        match way_of(rows.filter(|row| instrument.is_none_or(|id| row.instrument == id))) {
            Some(Way::Sold) => "forced sales",
            Some(Way::Bought) => "forced purchases",
            Some(Way::Both) | None => "forced orders",
        }
    }

    /// Which way the forced orders of these lenders go; as sales, which most are, where none is recorded.
    pub fn way(&self, lenders: &[&str]) -> Way {
        let rows = self.picture.tables.liquidations.iter();
        way_of(rows.filter(|row| lenders.contains(&row.lender.as_str()))).unwrap_or(Way::Sold)
    }

    /// Firms in the world's order, those it does not name after them.
    pub fn firms(&self) -> Vec<&'a str> {
        let ids: BTreeSet<&str> = self.picture.tables.firms.iter().map(|row| row.firm.as_str()).collect();
        in_order(ids, &self.picture.order.firms)
    }

    /// Firms whose own charts are drawn: those that a lender called, the first to fail first, and no more than [`MOST_FIRMS`]. Of
    /// a world of one or two firms, these.
    pub fn told_firms(&self) -> Vec<&'a str> {
        let mut firms = self.firms();
        let called = |firm: &str| {
            let calls = self.picture.tables.calls.iter().filter(|call| call.trader == firm);
            calls.map(|call| call.time).min()
        };
        let failed = |firm: &str| self.picture.summary.firms.get(firm).and_then(|firm| firm.failed.as_deref());
        if firms.len() > 2 {
            firms.retain(|firm| called(firm).is_some());
            firms.sort_by_key(|firm| (failed(firm).is_none(), failed(firm), called(firm)));
            // One of those that were called and failed together tells of the others: they come after all who differ.
            let mut told = BTreeSet::new();
            let (different, alike): (Vec<_>, Vec<_>) =
                firms.into_iter().partition(|firm| told.insert((failed(firm), called(firm))));
            firms = different.into_iter().chain(alike).collect();
            firms.truncate(MOST_FIRMS);
        }
        firms
    }

    /// Groups of lenders that sold the same instruments out, each in the world's order; who sold nothing is alone.
    pub fn rivals(&self) -> Vec<BTreeSet<&'a str>> {
        let mut groups: Vec<(BTreeSet<&str>, BTreeSet<&str>)> = Vec::new();
        for lender in self.lenders() {
            let rows = self.picture.tables.liquidations.iter().filter(|row| row.lender == lender);
            let mut group =
                (BTreeSet::from([lender]), rows.map(|row| row.instrument.as_str()).collect::<BTreeSet<_>>());
            let (met, mut apart): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|(_, instruments)| !instruments.is_disjoint(&group.1));
            for (lenders, instruments) in met {
                group.0.extend(lenders);
                group.1.extend(instruments);
            }
            apart.push(group);
            groups = apart;
        }
        groups.into_iter().map(|(lenders, _)| lenders).collect()
    }

    /// Lenders that any table or the summary names, in the world's order.
    pub fn lenders(&self) -> Vec<&'a str> {
        let picture = self.picture;
        let mut ids: BTreeSet<&str> = picture.summary.lenders.keys().map(String::as_str).collect();
        ids.extend(picture.tables.lenders.iter().map(|row| row.lender.as_str()));
        in_order(ids, &picture.order.lenders)
    }
}

fn label<'n>(names: &'n [Named], id: &'n str) -> &'n str {
    names.iter().find(|named| named.id == id).map_or(id, |named| named.label.as_str())
}

fn in_order<'a>(ids: BTreeSet<&'a str>, order: &[Named]) -> Vec<&'a str> {
    let mut ids: Vec<&str> = ids.into_iter().collect();
    ids.sort_by_key(|id| order.iter().position(|named| named.id == *id).unwrap_or(usize::MAX));
    ids
}
