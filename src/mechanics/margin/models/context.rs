//! What turns the names and amounts of a margin model in a world file into ids and whole numbers, and what says
//! which of them are wrong.

use ground::numbers::cash;
use ground::units::{Cash, InstrumentId, Rate};
use language::findings::Findings;
use language::named::Named;
use language::names::Names;
use language::read::Bounds;
use std::collections::BTreeMap;

/// What a model needs to know of one instrument.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub name: &'a str,
    /// What it is written on.
    pub underlying: Option<InstrumentId>,
    /// Units in a lot of a future; `None` for what is none.
    pub contract: Option<f64>,
}

/// What a model needs to know of the world around it.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    ids: BTreeMap<&'a str, InstrumentId>,
    /// By instrument.
    about: Vec<About<'a>>,
    decimals: u8,
    /// Ticks in a day, for models that sample by the tick.
    pub ticks_in_day: f64,
}

impl<'a> Context<'a> {
    /// From the instruments in order of their ids.
    pub fn new(instruments: impl IntoIterator<Item = About<'a>>, decimals: u8, ticks_in_day: f64) -> Self {
        let about: Vec<_> = instruments.into_iter().collect();
        let ids = about.iter().enumerate().map(|(index, about)| (about.name, InstrumentId::from_index(index)));
        Self { ids: ids.collect(), about, decimals, ticks_in_day }
    }

    /// `None` for a name that `check` has complained about.
    pub fn id(&self, name: &str) -> Option<InstrumentId> {
        self.ids.get(name).copied()
    }

    /// What an instrument is on in the end; itself when it is on nothing.
    pub fn root(&self, instrument: InstrumentId) -> InstrumentId {
        self.chain(instrument).last().unwrap_or(instrument)
    }

    /// The instrument, what it is written on, what that is written on, and so on.
    fn chain(&self, instrument: InstrumentId) -> impl Iterator<Item = InstrumentId> {
        let next = |at: &InstrumentId| self.about[at.index()].underlying;
        // No contract is on a contract on a contract on a contract.
        std::iter::successors(Some(instrument), next).take(4)
    }

    /// Units in the largest contract among the futures that are this or on it; `None` where there is none.
    pub fn contract_on(&self, instrument: InstrumentId) -> Option<f64> {
        let ids = (0..self.about.len()).map(InstrumentId::from_index);
        let futures = ids.filter_map(|id| Some((id, self.about[id.index()].contract?)));
        let on_it = futures.filter(|(id, _)| self.chain(*id).any(|on| on == instrument));
        on_it.map(|(_, units)| units).reduce(f64::max)
    }

    /// An amount in major units, to the nearest minor one; nothing for what `check` has complained about.
    pub fn money(&self, amount: f64) -> Cash {
        cash(amount, self.decimals).unwrap_or_default()
    }

    /// An amount in major units as minor ones, not rounded.
    #[allow(clippy::float_arithmetic, reason = "the edge where a world file is read")]
    pub fn minor(&self, amount: f64) -> f64 {
        amount * 10f64.powi(i32::from(self.decimals))
    }
}

/// Nothing for what `check` has complained about.
pub fn rate(rate: f64) -> Rate {
    Rate::from_f64(rate).unwrap_or_default()
}

/// Something for each instrument: what is stated for it, or what goes for all others.
#[derive(Clone, Debug, PartialEq)]
pub struct ByInstrument<T> {
    /// By id.
    stated: Vec<(InstrumentId, T)>,
    other: T,
}

impl<T> ByInstrument<T> {
    pub fn new<F>(stated: &Named<F>, other: T, context: &Context<'_>, mut convert: impl FnMut(&F) -> T) -> Self {
        let mut stated: Vec<_> =
            stated.iter().filter_map(|(name, own)| Some((context.id(name)?, convert(own)))).collect();
        stated.sort_by_key(|(id, _)| *id);
        Self { stated, other }
    }

    /// The same for all.
    pub fn everywhere(other: T) -> Self {
        Self { stated: vec![], other }
    }

    #[cfg(test)]
    pub fn from_parts(stated: Vec<(InstrumentId, T)>, other: T) -> Self {
        assert!(stated.is_sorted_by_key(|(id, _)| *id));
        Self { stated, other }
    }

    /// States it for one instrument, in place of what may be stated already.
    pub fn state(&mut self, instrument: InstrumentId, value: T) {
        match self.stated.binary_search_by_key(&instrument, |(id, _)| *id) {
            Ok(place) => self.stated[place].1 = value,
            Err(place) => self.stated.insert(place, (instrument, value)),
        }
    }

    pub fn of(&self, instrument: InstrumentId) -> &T {
        if self.stated.is_empty() { &self.other } else { self.stated(instrument).unwrap_or(&self.other) }
    }

    /// All that is stated for single instruments.
    pub fn each(&mut self) -> impl Iterator<Item = (InstrumentId, &mut T)> {
        self.stated.iter_mut().map(|(id, own)| (*id, own))
    }

    /// The first instrument of which something like this is stated.
    pub fn find(&self, mut like: impl FnMut(&T) -> bool) -> Option<InstrumentId> {
        self.stated.iter().find(|(_, stated)| like(stated)).map(|(id, _)| *id)
    }

    /// What is stated for this very instrument.
    pub fn stated(&self, instrument: InstrumentId) -> Option<&T> {
        let place = self.stated.binary_search_by_key(&instrument, |(id, _)| *id).ok()?;
        Some(&self.stated[place].1)
    }
}

/// What the bound `rate` admits: what follows from a number that is none is not worth telling.
pub fn is_rate(number: f64) -> bool {
    Bounds::Rate.admits(number)
}

/// Notes what is wrong with one model.
pub struct Checker<'a> {
    /// Where the model stands, its name included: `lenders.nomura.margin.rate`.
    pub path: String,
    pub findings: &'a mut Findings,
    /// Those that the world has.
    pub instruments: &'a Names<'a>,
}

impl Checker<'_> {
    pub fn add(&mut self, field: &str, reason: impl Into<String>, remedy: impl Into<String>) {
        self.findings.add(format_args!("{}.{field}", self.path), reason, remedy);
    }

    pub fn within(&mut self, field: &str, value: f64, low: f64, high: f64) {
        self.findings.within(format_args!("{}.{field}", self.path), value, low, high);
    }

    /// A rate that stands in no field of its own, where its bounds would stand beside it.
    pub fn rate(&mut self, field: &str, rate: f64) {
        let at = format!("{}.{field}", self.path);
        Bounds::Rate.refusal(at, rate).into_iter().for_each(|finding| self.findings.push(finding));
    }

    /// An amount of money, or nothing.
    pub fn amount(&mut self, field: &str, amount: f64) {
        self.findings.not_negative(format_args!("{}.{field}", self.path), amount);
    }

    pub fn instrument(&mut self, field: &str, name: &str) -> bool {
        self.instruments.has(name, format_args!("{}.{field}", self.path), self.findings)
    }
}
