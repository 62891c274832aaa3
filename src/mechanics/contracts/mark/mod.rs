//! By which rule an instrument's mark is set.
//!
//! A mark is what everybody's positions are carried at, wherever they were traded, so who can move it can break
//! others. Rules differ in what moves them:
//!
//! | rule | follows | moved by |
//! |---|---|---|
//! | [`MarkRule`] | the book of the instrument's first venue | its last trade, its quotes, or only both together |
//! | `BookMedian` | the middle one of index and funding, index and average basis, and last trade | two of the three at once |
//! | `Index` | the books of several venues | half of them by weight (`Median`), or each by its weight (`Mean`) |
//! | `TimeWeighted` | one of the first two over a while | whoever can hold the price there for as long |
//!
//! What a world says is in `file.rs` ([`MarkFile`]), the rules themselves in `rule.rs`, `index.rs` and `window.rs`. They
//! are given quotes and answer with a price in whole steps; every division is rounded down, once. Which market those
//! quotes are of, whether a feed works, and what happens while it does not is the mark stage's affair.

mod bend;
mod file;
mod index;
mod plan;
mod rule;
mod window;

pub use bend::Bend;
pub use file::{Averaged, MarkFile, Marked};
pub use index::{Fresh, index_of};
pub use plan::{IndexPlan, MarkPlan, Momentary, SourcePlan};
pub use rule::{MarkRule, Quotes, book_median};
pub use window::Window;
