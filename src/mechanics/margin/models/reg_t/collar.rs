//! Stock between two options: what a long one protects, and a short one of the other right gives away.
//!
//! - **A collar**, long stock, a long put and a short call that ends no later and whose strike is not below the put's: the stock
//!   is kept with a tenth of the put's strike and what the put is out of the money, or with the stock's rate on the call's strike,
//!   whichever is less (tastyworks, "Collar").
//! - **A conversion**, both strikes being one, and its reverse, short stock, a long call and a short put: nothing is left that
//!   could be lost, and a tenth of the strike is asked for (OptionsHouse, "Conversion", "Reverse Conversion"). Its page
//!   adds what a short put is in the money, which here equity has paid already.
//!
//! The short option needs nothing, as beside any stock. These are found best first, and pairs are made of what is left: as
//! many of them as ask least in all.

use super::ONE;
use super::paired::{Leg, Terms, Under, What};
use crate::margin::Right;

/// How many kinds of three are looked for on one thing: time is bounded whatever an account holds.
const MOST: usize = 8;

/// So many units of the stock, and which two of the other side stand around it.
#[derive(Clone, Copy, Debug)]
pub struct Collar {
    pub long: usize,
    pub short: usize,
    pub units: i128,
    /// What a unit of the stock is kept with less.
    pub less: i128,
}

/// Best first, nothing used twice. `stock` on one side, `options` on the other.
pub fn collars(under: &Under<'_>, stock: &Leg, options: &[Leg]) -> Vec<Collar> {
    let mut found: Vec<(i128, Collar)> = vec![];
    for (long, protecting) in options.iter().enumerate() {
        let What::Long(protects) = protecting.what else { continue };
        for (short, covered) in options.iter().enumerate() {
            let What::Short(gives, alone) = covered.what else { continue };
            if let Some(less) = less(under, protects, gives) {
                found.push((less + alone.need(), Collar { long, short, units: 0, less }));
            }
        }
    }
    found.sort_by_key(|(gain, _)| std::cmp::Reverse(*gain));
    let mut left: Vec<i128> = options.iter().map(|leg| leg.units).collect();
    let mut stock_left = stock.units;
    let mut taken = vec![];
    for (_, collar) in found {
        let legs = [stock.quantum, options[collar.long].quantum, options[collar.short].quantum];
        let quantum = legs.into_iter().max().unwrap_or(1).max(1);
        if taken.len() == MOST || legs.iter().any(|own| quantum % (*own).max(1) != 0) {
            continue;
        }
        let units = stock_left.min(left[collar.long]).min(left[collar.short]) / quantum * quantum;
        if units > 0 {
            stock_left -= units;
            left[collar.long] -= units;
            left[collar.short] -= units;
            taken.push(Collar { units, ..collar });
        }
    }
    taken
}

/// What a unit of stock between these two is kept with less than alone, where that is less.
fn less(under: &Under<'_>, long: Terms, short: Terms) -> Option<i128> {
    if !under.lends() || long.right == short.right || long.expiry < short.expiry {
        return None;
    }
    let (protects, gives) = (i128::from(long.strike.steps()), i128::from(short.strike.steps()));
    let need = if protects == gives {
        protects.abs() * ONE / 10
    } else if long.right == Right::Put && protects < gives {
        under.protected(long).min(gives * under.rate_of_a_long())
    } else {
        return None;
    };
    (need < under.kept).then(|| under.kept - need)
}
