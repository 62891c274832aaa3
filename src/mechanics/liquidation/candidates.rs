//! What the order of liquidation is decided by, position by position: losses, days of volume, margin freed for
//! expected slippage, and what of a position is a hedge.
//!
//! *Expected slippage* of closing a position is its value times `Y σ √(Q/V)`: the square-root law of impact with
//! the day's volatility and volume (Tóth et al., Physical Review X 1 (2011) 021006; `Y` of order one).
//!
//! *Hedged* is what offsets another position: longs against shorts on the same thing, each in units of it; then, where
//! the lender's model asks less for two positions together than for each alone, the lesser value of the two.
//!
//! Limits: an option counts as so many units of what it is on, long for a call bought or a put sold; the model's
//! offsets are found pair by pair, largest saving first, and only among an account's first 32 positions.

use super::{Candidate, WhatFirst};
use crate::ledger::Ledger;
use crate::margin::{Marks, Payoff, Position, Right, Terms, positions, requirement, standing_if_cut};
use crate::waterfall::entries::Entries;
use ground::units::{AccountId, Cash, Lots, Side};

/// `Y` of the square-root law. Measured values lie between one half and one.
pub const SQUARE_ROOT_FACTOR: f64 = 0.7;

/// Pairs are looked for among no more positions than these.
const MOST_PAIRED: usize = 32;

/// A saving of so little, in minor units, is rounding.
const ROUNDING: i128 = 4;

/// One candidate for each of the account's positions in the order of its slots, empty ones among them. What only some
/// orders ask for is worked out for those alone.
pub fn candidates(
    first: WhatFirst,
    (ledger, marks, entries): (&Ledger, &Marks, &Entries),
    terms: &Terms,
    account: AccountId,
) -> Vec<Candidate> {
    let held: Vec<Position> = positions(ledger, marks, account).collect();
    let unhedged = if first == WhatFirst::KeepHedges { unhedged(marks, terms, &held) } else { vec![] };
    let slack = |place, left| standing_if_cut(ledger, marks, terms, account, &held, (place, left)).slack(terms.below);
    let slots = ledger.accounts.slots(account);
    let cost = |slot| match entries.is_kept() && ledger.accounts.kind(slot).is_owned() {
        true => entries.cost(slot),
        false => ledger.accounts.cost(slot),
    };
    let candidate = |(place, (slot, position)): (usize, (_, &Position))| Candidate {
        loss: marks.step_value(position.instrument).of_steps(cost(slot)) - position.value,
        days: position.lots.abs().get() as f64 / marks.facts(position.instrument).daily_volume_lots,
        freed: if first == WhatFirst::MarginFreed { freed(marks, held[place], |left| slack(place, left)) } else { 0.0 },
        unhedged: unhedged.get(place).copied().unwrap_or_default(),
        turn: marks.facts(position.instrument).luck,
        open: !position.lots.is_zero(),
    };
    slots.zip(&held).enumerate().map(candidate).collect()
}

/// Share of its value that trading so many lots is expected to cost.
pub fn expected_slippage(marks: &Marks, position: &Position, lots: Lots) -> f64 {
    let volume = marks.facts(position.instrument).daily_volume_lots;
    let days = lots.abs().get() as f64 / volume;
    let share = SQUARE_ROOT_FACTOR * marks.volatility(position.instrument) * days.max(0.0).sqrt();
    if share.is_finite() { share } else { 0.0 }
}

fn required(terms: &Terms, marks: &Marks, held: &[Position]) -> Cash {
    requirement(terms, marks, held.iter().copied()).at(terms.below)
}

/// Margin freed by closing the position, for each unit of money that it is expected to cost. What is freed is what slack
/// gains, given what is left of the position: the haircut of what lies there as collateral is its margin.
fn freed(marks: &Marks, position: Position, slack: impl Fn(Lots) -> Cash) -> f64 {
    if position.lots.is_zero() {
        return 0.0;
    }
    let freed = (slack(Lots::ZERO) - slack(position.lots)).to_minor() as f64;
    let cost = expected_slippage(marks, &position, position.lots) * position.value.to_minor().abs() as f64;
    // What costs nothing still costs a minor unit, so that of two such the one that frees more goes first.
    freed / cost.max(1.0)
}

/// Lots without sign, position by position, that hedge nothing and that nothing hedges.
fn unhedged(marks: &Marks, terms: &Terms, held: &[Position]) -> Vec<Lots> {
    let mut naked = offset_by_underlying(marks, held);
    let limit = held.len().min(MOST_PAIRED);
    let alone: Vec<Cash> = held.iter().take(limit).map(|position| required(terms, marks, &[*position])).collect();
    let mut pairs = Vec::new();
    for one in 0..limit {
        for other in one + 1..limit {
            let both = [held[one], held[other]];
            if both.iter().any(|position| position.lots.is_zero()) || same_thing(marks, &both) {
                continue;
            }
            let saved = alone[one] + alone[other] - required(terms, marks, &both);
            if saved.to_minor() > ROUNDING && direction(marks, &both[0]) != direction(marks, &both[1]) {
                let mut names = both.map(|position| marks.facts(position.instrument).luck);
                names.sort_unstable();
                pairs.push((std::cmp::Reverse(saved), names, one, other));
            }
        }
    }
    pairs.sort_unstable();
    for (.., one, other) in pairs {
        let value = |place: usize| marks.value(held[place].instrument, naked[place]).abs();
        let lesser = value(one).min(value(other));
        for place in [one, other] {
            let all = value_of_one(marks, &held[place]);
            if all > 0 {
                let hedged = Lots::new(i64::try_from(lesser.to_minor() / all).unwrap_or(i64::MAX));
                naked[place] = (naked[place] - hedged.min(naked[place])).max(Lots::ZERO);
            }
        }
    }
    naked
}

fn value_of_one(marks: &Marks, position: &Position) -> i128 {
    marks.value(position.instrument, Lots::new(1)).abs().to_minor()
}

fn same_thing(marks: &Marks, both: &[Position; 2]) -> bool {
    let underlying = |position: &Position| marks.facts(position.instrument).underlying;
    underlying(&both[0]) == underlying(&both[1])
}

/// Whether it gains when what it is on rises.
fn direction(marks: &Marks, position: &Position) -> Side {
    let long = !position.lots.is_negative();
    let with = !matches!(marks.facts(position.instrument).payoff, Payoff::Option { right: Right::Put, .. });
    if long == with { Side::Buy } else { Side::Sell }
}

/// Longs against shorts on the same thing. What is on the larger side is hedged by the same share throughout.
fn offset_by_underlying(marks: &Marks, held: &[Position]) -> Vec<Lots> {
    let mut naked = Vec::with_capacity(held.len());
    let units = |position: &Position| position.lots.abs().get() as f64 * marks.facts(position.instrument).lot_units;
    for position in held {
        let underlying = marks.facts(position.instrument).underlying;
        let (mut with, mut against) = (0.0, 0.0);
        for other in held.iter().filter(|other| marks.facts(other.instrument).underlying == underlying) {
            let side = if direction(marks, other) == direction(marks, position) { &mut with } else { &mut against };
            *side += units(other);
        }
        let share = if with > against { (with - against) / with } else { 0.0 };
        // To the nearest lot: a fraction of one is neither hedged nor not.
        naked.push(Lots::new((position.lots.abs().get() as f64 * share).round() as i64));
    }
    naked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::margin::CallLevel;
    use crate::margin::Facts;
    use crate::margin::MarginPlan;
    use ground::units::{InstrumentId, Price, Rate, StepValue};

    fn terms() -> Terms {
        let rate = Rate::from_billionths(100_000_000);
        Terms::plain(MarginPlan::Rate { im: rate, mm: rate }, CallLevel::Maintenance)
    }

    /// Instruments by underlying, volume a day and volatility; all at $100.00.
    fn marks(facts: &[(u32, f64, f64)]) -> Marks {
        let about = |(index, &(underlying, volume, volatility)): (usize, &(u32, f64, f64))| Facts {
            underlying: InstrumentId::new(underlying),
            daily_volume_lots: volume,
            daily_volatility: volatility,
            ..Facts::unknown(InstrumentId::from_index(index))
        };
        Marks::new(facts.iter().map(|_| (StepValue::new(1), Price::new(10_000))))
            .with_facts(facts.iter().enumerate().map(about))
    }

    fn held(marks: &Marks, lots: &[i64]) -> Vec<Position> {
        let position = |(index, &lots): (usize, &i64)| {
            let (instrument, lots) = (InstrumentId::from_index(index), Lots::new(lots));
            let value = marks.value(instrument, lots);
            Position { instrument, lots, mark: marks.price(instrument), value, worth: value }
        };
        lots.iter().enumerate().map(position).collect()
    }

    #[test]
    fn a_hundred_shares_against_a_short_of_sixty_on_them_leave_forty_unhedged() {
        let marks = marks(&[(0, 1e6, 0.02), (0, 1e6, 0.02), (2, 1e6, 0.02)]);
        let held = held(&marks, &[100, -60, 70]);
        let naked: Vec<_> = unhedged(&marks, &terms(), &held).into_iter().map(Lots::get).collect();
        assert_eq!(naked, [40, 0, 70]);
    }

    #[test]
    fn margin_freed_is_set_against_the_square_root_law() {
        // 100 lots at $100.00 are 1,000,000 cents and need a tenth. In a market of 10,000 lots a day at 2 %
        // they cost 0.7 × 2 % × √0.01 = 0.14 %: 1,400 cents.
        let marks = marks(&[(0, 1e4, 0.02), (1, 1e6, 0.02)]);
        let held = held(&marks, &[100, 100]);
        let slack = |place: usize, left: Lots| {
            let mut left_of = held.clone();
            left_of[place] = Position { lots: left, value: marks.value(held[place].instrument, left), ..held[place] };
            -required(&terms(), &marks, &left_of)
        };
        let freed = |place: usize| freed(&marks, held[place], |left| slack(place, left));
        assert!((freed(0) - 100_000.0 / 1_400.0).abs() < 1e-9, "{}", freed(0));
        // A hundred times the volume costs a tenth.
        assert!((freed(1) - 100_000.0 / 140.0).abs() < 1e-9, "{}", freed(1));
    }
}
