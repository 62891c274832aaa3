//! The market as margin sees it: the current marks by instrument, and what is known about each.

use super::Facts;
use super::history::{Every, History};
use ground::units::{Cash, InstrumentId, Lots, Price, StepValue, Time};
use std::sync::Arc;

/// The price each instrument is carried at, and what a step of it is worth. A swap's mark is its
/// underlying's; whoever sets the marks sets both.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    price: Vec<Price>,
    step_value: Vec<StepValue>,
    facts: Arc<[Facts]>,
    /// Standard deviation of a day's return: of an ordinary day, until a shock says otherwise. Of an option, the one that it
    /// is valued with, by whoever values it.
    volatility: Vec<f64>,
    /// The same as it is estimated from the marks, for margin that follows it. Nothing is valued with it, so that whether
    /// somebody asks for an estimate changes no price.
    estimated: Vec<f64>,
    /// Lots that there are more of each than at the start: what has been issued and minted since, without what was burnt.
    issued: Vec<Lots>,
    /// The moment the marks are of.
    now: Time,
    /// Whether any was set to another price since then.
    moved: bool,
    /// What has been paid out on each since the start, in steps of its price; empty until something is.
    paid: Vec<f64>,
    /// How they moved, as far back as somebody looks.
    history: History,
}

impl Marks {
    /// From the step value and first mark of each instrument, in order of their ids. Nothing more is known of them.
    pub fn new(instruments: impl IntoIterator<Item = (StepValue, Price)>) -> Self {
        let (step_value, price): (Vec<_>, Vec<_>) = instruments.into_iter().unzip();
        let facts = (0..price.len()).map(|index| Facts::unknown(InstrumentId::from_index(index))).collect();
        Self {
            volatility: vec![0.0; price.len()],
            estimated: vec![0.0; price.len()],
            issued: vec![Lots::ZERO; price.len()],
            price,
            step_value,
            facts,
            now: Time::default(),
            moved: false,
            paid: vec![],
            history: History::default(),
        }
    }

    /// The same marks with what is known about the instruments, in order of their ids.
    ///
    /// # Panics
    /// When there are not as many facts as instruments.
    #[must_use]
    pub fn with_facts(self, facts: impl IntoIterator<Item = Facts>) -> Self {
        let facts: Arc<[Facts]> = facts.into_iter().collect();
        assert!(facts.len() == self.price.len(), "facts about {} of {} instruments", facts.len(), self.price.len());
        let volatility: Vec<f64> = facts.iter().map(|facts| facts.daily_volatility).collect();
        Self { facts, estimated: volatility.clone(), volatility, ..self }
    }

    /// The number of instruments.
    pub fn len(&self) -> usize {
        self.price.len()
    }

    pub fn is_empty(&self) -> bool {
        self.price.is_empty()
    }

    pub fn price(&self, instrument: InstrumentId) -> Price {
        self.price[instrument.index()]
    }

    pub fn step_value(&self, instrument: InstrumentId) -> StepValue {
        self.step_value[instrument.index()]
    }

    pub fn facts(&self, instrument: InstrumentId) -> &Facts {
        &self.facts[instrument.index()]
    }

    /// Of a day's return: what the world says of it. What an option is valued with, for marks, scans and hedges alike.
    pub fn volatility(&self, instrument: InstrumentId) -> f64 {
        self.volatility[instrument.index()]
    }

    pub fn set_volatility(&mut self, instrument: InstrumentId, daily: f64) {
        self.volatility[instrument.index()] = daily;
    }

    /// Of a day's return, as it is judged from how the mark moved.
    pub fn estimated_volatility(&self, instrument: InstrumentId) -> f64 {
        self.estimated[instrument.index()]
    }

    pub fn estimate_volatility(&mut self, instrument: InstrumentId, daily: f64) {
        self.estimated[instrument.index()] = daily;
    }

    /// How many lots of it there are now: what a position's share is counted against.
    #[allow(clippy::float_arithmetic, reason = "what a share is counted against: it decides, and settles nothing")]
    pub fn afloat(&self, instrument: InstrumentId) -> f64 {
        self.facts(instrument).float_lots + self.issued_since(instrument).get() as f64
    }

    /// How many more there are than at the start; fewer, below zero.
    pub fn issued_since(&self, instrument: InstrumentId) -> Lots {
        self.issued[instrument.index()]
    }

    /// There are so many more of it, or fewer where lots were burnt.
    pub fn issued(&mut self, instrument: InstrumentId, lots: Lots) {
        self.issued[instrument.index()] += lots;
    }

    pub fn now(&self) -> Time {
        self.now
    }

    /// A tick ends then; its marks are yet to be set.
    pub fn set_now(&mut self, now: Time) {
        self.now = now;
        self.moved = false;
    }

    /// Whether any mark has moved since the clock last did.
    pub fn have_moved(&self) -> bool {
        self.moved
    }

    /// How prices moved, as far back as [`remember`](Self::remember) was asked for.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Keeps the returns of at least so many rows, beginning with the marks of now.
    pub fn remember(&mut self, every: Every, rows: usize) {
        self.history.remember(every, rows, &self.price);
    }

    /// The marks of now end a row.
    pub fn end_row(&mut self, every: Every) {
        self.history.end_row(every, &self.price, &self.paid);
    }

    /// A lot pays so much to who holds it: its price may fall by that, and nobody loses.
    #[allow(clippy::float_arithmetic, reason = "what a history is corrected by: a statistic")]
    pub fn pay_out(&mut self, instrument: InstrumentId, a_lot: Cash) {
        self.paid.resize(self.price.len(), 0.0);
        self.paid[instrument.index()] += a_lot.to_minor() as f64 / self.step_value(instrument).get() as f64;
    }

    /// What has been paid out on it since the start, in steps of its price.
    pub fn paid_out(&self, instrument: InstrumentId) -> f64 {
        self.paid.get(instrument.index()).copied().unwrap_or(0.0)
    }

    /// Keeps so many rows and has had these returns of a single instrument, the latest last.
    #[cfg(test)]
    pub fn remember_returns(&mut self, every: Every, rows: usize, returns: impl Iterator<Item = f64>) {
        self.remember(every, rows);
        returns.for_each(|by| self.history.push(every, by));
    }

    /// `lots × mark`, exactly.
    pub fn value(&self, instrument: InstrumentId, lots: Lots) -> Cash {
        self.step_value(instrument).value(lots, self.price(instrument))
    }

    /// # Panics
    /// When the price is outside the range a book accepts.
    pub fn set(&mut self, instrument: InstrumentId, price: Price) {
        assert!(price.is_in_range(), "a mark of {price:?} is further from zero than any price may be");
        let mark = &mut self.price[instrument.index()];
        self.moved |= *mark != price;
        *mark = price;
    }
}
