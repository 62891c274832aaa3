//! What a world states, as far as the check of a part may ask about what stands around it.
//!
//! A part of a world names others: instruments, venues, lenders, traders. Whoever checks a whole world makes a
//! [`Stated`] of it; a part asks that, and knows no file.

use crate::correlations::CorrelationFile;
use crate::traders::TraderFile;
use language::findings::Findings;
use language::named::Named;
use language::names::Names;
use mechanics::contracts::InstrumentFile;

/// A world under examination: what it names, and what it says of those.
pub struct Stated<'a> {
    pub venues: &'a Names<'a>,
    pub instruments: &'a Names<'a>,
    pub lenders: &'a Names<'a>,
    pub traders: &'a Names<'a>,
    pub pegs: &'a Names<'a>,
    /// Of instruments.
    pub terms: &'a Named<InstrumentFile>,
    /// Of traders.
    pub populations: &'a Named<TraderFile>,
    pub correlations: &'a [CorrelationFile],
}

impl<'a> Stated<'a> {
    /// What is stated of an instrument. `None` for a name that does not exist, which is a finding.
    pub fn instrument(&self, name: &str, path: &str, findings: &mut Findings) -> Option<&'a InstrumentFile> {
        if self.instruments.has(name, path, findings) { self.terms.get(name) } else { None }
    }

    /// See [`InstrumentFile::may_be_below_zero`]. Of a name that does not exist it is not so.
    pub fn may_be_below_zero(&self, name: &str) -> bool {
        self.terms.get(name).is_some_and(InstrumentFile::may_be_below_zero)
    }

    /// What is stated of a trader, likewise.
    pub fn trader(&self, name: &str, path: &str, findings: &mut Findings) -> Option<&'a TraderFile> {
        if self.traders.has(name, path, findings) { self.populations.get(name) } else { None }
    }
}
