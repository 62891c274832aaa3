//! A credit line: a bank's promise to lend up to a limit.
//!
//! A committed line is paid whatever happens. One that is not is withdrawn when it is needed most: here when the
//! firm's value has fallen below `withdrawn_below` of what it was at the start.

use ground::units::Deadline;
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// Most that is lent, in major units. 0: the line is not there.
    #[read(not_negative)]
    pub limit: f64,
    /// Share of each drawing, owed from the drawing on.
    #[read(within = 0.0..=1.0)]
    pub fee: f64,
    /// Interest a year, simple, on 365 days.
    #[read(within = 0.0..=10.0)]
    pub rate: f64,
    /// From the order to the money.
    pub ready: Deadline,
    /// Share of the firm's value at the start below which nothing more is lent. Left out: the line is committed.
    #[read(default, within = 0.0..=1.0)]
    pub withdrawn_below: Option<f64>,
}
