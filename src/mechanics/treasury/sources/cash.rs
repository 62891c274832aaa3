//! Cash: there at once, at no cost.

use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// At the start, in major units.
    pub amount: f64,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        findings.not_negative(format_args!("{path}.cash.amount"), self.amount);
    }
}
