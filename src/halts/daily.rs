//! A daily limit: nothing trades further than `width` from the last close, all session long.
//!
//! Trading goes on at the limit. Who wants to trade beyond waits there, or goes without.

use super::around;
use crate::units::{Price, Rate};

/// The lowest and the highest price at which anybody may trade in a session after that close.
pub fn limits(close: Price, width: Rate) -> (Price, Price) {
    around(close, width)
}
