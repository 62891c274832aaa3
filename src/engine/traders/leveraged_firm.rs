//! A firm that carries more than it owns, at several lenders who each see only their own slice.
//!
//! - It starts with `equity` and a portfolio worth `leverage` times that, split over instruments by
//!   `portfolio` and over lenders by `lenders`.
//! - With each lender it posts the initial requirement of its slice times `posted`; what is left of its
//!   equity is its treasury: the cash from which calls are paid.
//! - It holds its positions and pays calls in the order of their deadlines while the treasury lasts.
//!   When it runs out, it has failed, whatever its equity says.
//!
//! Facts of the kind are in Credit Suisse Group Special Committee, "Report on Archegos Capital
//! Management" (Paul, Weiss, 29 July 2021).

use language::findings::Findings;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// What it owns at the start, all told.
    #[read(positive)]
    pub equity: f64,
    /// Value of its positions over its equity.
    #[read(within = 0.0..=1000.0)]
    pub leverage: f64,
    /// Each instrument's weight in the portfolio; they sum to 1. Negative is short.
    pub portfolio: Named<f64>,
    /// Each lender's part of the portfolio; they sum to 1.
    #[read(within = 0.0..=1.0)]
    pub lenders: Named<f64>,
    /// Margin posted at the start, as a multiple of the initial requirement.
    #[read(within = 0.0..=1000.0)]
    pub posted: f64,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        for (field, weights) in [("portfolio", &self.portfolio), ("lenders", &self.lenders)] {
            let sum: f64 = weights.iter().map(|(_, weight)| weight.abs()).sum();
            if (sum - 1.0).abs() > 1e-6 || !sum.is_finite() {
                findings.add(
                    format_args!("{path}.{field}"),
                    format!("the weights sum to {sum}, not 1"),
                    "divide each by their sum",
                );
            }
        }
    }
}
