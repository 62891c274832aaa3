//! Cash: there at once, at no cost.

use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// At the start, in major units.
    #[read(not_negative)]
    pub amount: f64,
}
