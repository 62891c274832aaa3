//! What a world states, as far as the check of a part may ask about what stands around it.
//!
//! A part of a world names others: instruments, venues, lenders, traders. Whoever checks a whole world makes a
//! [`Stated`] of it; a part asks that, and knows no file.

use crate::correlations::CorrelationFile;
use crate::traders::TraderFile;
use language::findings::Findings;
use language::named::Named;
use language::names::Names;
use mechanics::formation::Formation;

pub struct Stated<'a> {
    pub venues: &'a Names<'a>,
    pub instruments: &'a Names<'a>,
    pub lenders: &'a Names<'a>,
    pub traders: &'a Names<'a>,
    pub populations: &'a Named<TraderFile>,
    pub correlations: &'a [CorrelationFile],
    /// What is stated of an instrument, by name.
    pub about: &'a dyn Fn(&str) -> Option<About<'a>>,
}

/// What is stated of an instrument.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Whether whoever holds it owns it outright.
    pub owned: bool,
    /// What it is, and on what, if it is worth what that makes it: it has no news of its own.
    pub follows: Option<(&'static str, &'a str)>,
    /// What a swap is on.
    pub swap_on: Option<&'a str>,
    /// What an option is on.
    pub option_on: Option<&'a str>,
    /// Those on which it has markets.
    pub venues: &'a [String],
    pub formation: Formation,
    /// How far its value walks in a day by itself; `None` for what has no price of its own in the world.
    pub value_volatility: Option<f64>,
}

impl<'a> Stated<'a> {
    /// What is stated of an instrument. `None` for a name that does not exist, which is a finding.
    pub fn instrument(&self, name: &str, path: &str, findings: &mut Findings) -> Option<About<'a>> {
        if self.instruments.has(name, path, findings) { (self.about)(name) } else { None }
    }

    /// What is stated of a trader, likewise.
    pub fn trader(&self, name: &str, path: &str, findings: &mut Findings) -> Option<&'a TraderFile> {
        if self.traders.has(name, path, findings) { self.populations.get(name) } else { None }
    }
}
