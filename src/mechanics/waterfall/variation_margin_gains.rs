//! The haircut of variation-margin gains: those who gained since the last close are paid less than they gained, pro
//! rata to the gain and up to a share of it. Losers pay in full, as always.
//!
//! A gain is what the positions an account holds now gained since the last close; what it made on positions it
//! closed since is its own.

use super::{Source, share};
use ground::units::{Cash, Rate};

pub fn takes(left: Cash, cut: Rate, sources: &[Source]) -> Vec<Cash> {
    let payer = |source: &Source| (source.weight, cut.of_rounded_down(source.weight.at_least_zero()).min(source.room));
    share::pro_rata(left, &sources.iter().map(payer).collect::<Vec<_>>())
}
