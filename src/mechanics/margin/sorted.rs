//! An account's positions as its lender looks at them: what the model is asked about, and what stands beside that as
//! collateral.
//!
//! What collateral rules name counts at a haircut, and the haircut is its margin. But naming a stock must not take it from
//! what it covers or hedges, as if it were not there:
//! - a model that adds positions up sees collateral *beside* what it is asked about: a short call is covered by stock
//!   that is pledged, and the stock needs its haircut and nothing else;
//! - a model that offsets gains against losses is asked about as much of the collateral as hedges something (the value
//!   of what is short on the same thing, less what is long on it without being collateral); that much counts in full, and
//!   only the rest has a haircut. A short call that is worth something hedges what it is on as if it were exercised;
//! - where what it offsets is on another thing (a group, a credit; in a common history anything), is worth nothing, or
//!   the collateral is not accepted, the haircut stays whole, and what it hedges is the model's to judge: what all need
//!   together less than the collateral by itself and the rest by itself is taken off ([`Sorted::apart`]). Else one unit of
//!   something else would lift a haircut off a whole portfolio.
//!
//! So declaring a stock as collateral never makes the model ask for more. For to cover a call the stock need only lie in the
//! account (Cboe, Margin Manual, "Short Call and Long Underlying"), and the Options Clearing Corporation takes stock that
//! is deposited as margin into its scan (73 FR 8098, 2008). Both are remembered; their wording was not at hand.

use super::collateral::Collateral;
use super::models::{Few, MarginPlan, NOTHING, Offsets, root};
use super::{Marks, Payoff, Position, Right};
use ground::units::{Cash, Lots};

/// A position that hedges in part is in both.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// What the model is asked about, and add-ons.
    pub margined: Few<Position>,
    /// What the model only sees: collateral whose haircut is its margin.
    pub beside: Few<Position>,
    /// Of that, what may hedge what is margined, and keeps its haircut all the same.
    pub apart: Few<Position>,
    /// What haircuts, caps and limits are taken of: that, and collateral that is margined as well.
    pub pledged: Few<Position>,
}

impl Sorted {
    pub fn of(
        margin: &MarginPlan,
        collateral: &Collateral,
        marks: &Marks,
        positions: impl Iterator<Item = Position> + Clone,
    ) -> Self {
        let none = || Few::new(NOTHING);
        let mut sorted = Self { margined: none(), beside: none(), apart: none(), pledged: none() };
        for position in positions.clone() {
            if !collateral.replaces_margin(position.instrument, position.lots) {
                sorted.margined.push(position);
                if collateral.is_counted(position.instrument) {
                    sorted.pledged.push(position);
                }
                continue;
            }
            let Hedges { lots: hedges, apart } = if margin.offsets() != Offsets::Nothing {
                hedging(margin, collateral, marks, &position, positions.clone())
            } else {
                Hedges::NOTHING
            };
            if !hedges.is_zero() {
                sorted.margined.push(part(marks, &position, hedges));
            }
            let left = Lots::new(position.lots.get() - hedges.get());
            if !left.is_zero() {
                let left = part(marks, &position, left);
                sorted.beside.push(left);
                sorted.pledged.push(left);
                if apart {
                    sorted.apart.push(left);
                }
            }
        }
        sorted
    }
}

/// So many of its lots. What is owned outright is worth what it would be sold for.
fn part(marks: &Marks, position: &Position, lots: Lots) -> Position {
    if lots == position.lots {
        return *position;
    }
    let value = marks.value(position.instrument, lots);
    Position { lots, value, worth: value, ..*position }
}

/// What an item of collateral hedges.
struct Hedges {
    /// So many of its lots are margined, and count in full.
    lots: Lots,
    /// Whether the rest may hedge something too.
    apart: bool,
}

impl Hedges {
    const NOTHING: Self = Self { lots: Lots::ZERO, apart: false };
}

fn hedging(
    margin: &MarginPlan,
    collateral: &Collateral,
    marks: &Marks,
    item: &Position,
    positions: impl Iterator<Item = Position>,
) -> Hedges {
    let (place, mut short) = (margin.offsets_in(marks, item.instrument), Cash::ZERO);
    let (accepted, mut apart) = (collateral.lends_on(item.instrument), false);
    for other in positions {
        let taken_out = collateral.replaces_margin(other.instrument, other.lots);
        if taken_out || other.lots.is_zero() || margin.offsets_in(marks, other.instrument) != place {
            continue;
        }
        let gains_by_a_fall = gains_by_a_fall(marks, &other);
        let on_the_same = root(marks, other.instrument) == item.instrument;
        if on_the_same && accepted && other.value != Cash::ZERO {
            match gains_by_a_fall {
                true => short += exposed(marks, &other),
                // An option that is long by a little may be so by nothing when it comes to it.
                false if marks.facts(other.instrument).payoff == Payoff::Linear => short -= exposed(marks, &other),
                false => {}
            }
        } else {
            apart |= gains_by_a_fall || margin.offsets() == Offsets::Anything;
        }
    }
    Hedges { lots: in_lots(item, short), apart }
}

/// How many lots of this are worth so much.
fn in_lots(item: &Position, short: Cash) -> Lots {
    let (value, short) = (item.value.to_minor(), short.at_least_zero().to_minor());
    if value <= 0 || short >= value {
        return if short > 0 { item.lots } else { Lots::ZERO };
    }
    // Of a lot that hedges in part the hedge has the whole.
    let lots = (short * i128::from(item.lots.get()) + value - 1) / value;
    Lots::new(lots as i64)
}

fn gains_by_a_fall(marks: &Marks, position: &Position) -> bool {
    match marks.facts(position.instrument).payoff {
        Payoff::Linear | Payoff::Option { right: Right::Call, .. } => position.lots.is_negative(),
        Payoff::Option { right: Right::Put, .. } => position.lots.is_positive(),
    }
}

/// The value of what it is on, an option's as if it were exercised.
fn exposed(marks: &Marks, position: &Position) -> Cash {
    let facts = marks.facts(position.instrument);
    match facts.payoff {
        Payoff::Linear => position.value.abs(),
        Payoff::Option { .. } => {
            marks.step_value(position.instrument).value(position.lots, marks.price(facts.underlying)).abs()
        }
    }
}
