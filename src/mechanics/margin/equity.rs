//! What an account is worth at the marks, and how that stands to what its lender wants.

use super::{Marks, Requirement, Sorted, Terms, of_model, of_sorted, requirement};
use crate::ledger::Ledger;
use crate::margin::CallLevel;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price};

/// One position as a margin model sees it. Spot and swap weigh alike: both gain and lose by the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub instrument: InstrumentId,
    pub lots: Lots,
    pub mark: Price,
    /// `lots × mark`; the sign is the product's.
    pub value: Cash,
    /// What it adds to equity: its value if spot, what it gained since it was last settled if a swap or contract.
    pub worth: Cash,
}

/// An account against its requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// All that is owned less all that is owed, at mark.
    pub equity: Cash,
    /// The part of equity that the lender counts: all but what haircuts, caps and limits cut off collateral.
    pub counted: Cash,
    pub im: Cash,
    pub mm: Cash,
}

impl Standing {
    /// Counted equity less initial margin. Below zero no new risk may be taken.
    pub fn excess(&self) -> Cash {
        self.counted - self.im
    }

    /// Counted equity less the requirement at the level below which the lender calls. Below zero is
    /// below the level; zero is not.
    pub fn slack(&self, level: CallLevel) -> Cash {
        self.counted - Requirement { im: self.im, mm: self.mm }.at(level)
    }

    /// What a call demands: the money that brings counted equity up to the requirement that it restores.
    pub fn call_amount(&self, restores: CallLevel) -> Cash {
        (-self.slack(restores)).at_least_zero()
    }
}

/// The account's positions at the marks, in the order of its slots; empty ones are among them.
pub fn positions(ledger: &Ledger, marks: &Marks, account: AccountId) -> impl Iterator<Item = Position> + Clone {
    let accounts = &ledger.accounts;
    accounts.slots(account).map(move |slot| {
        let (instrument, lots) = (accounts.instrument(slot), accounts.lots(slot));
        let (mark, step_value) = (marks.price(instrument), marks.step_value(instrument));
        let value = step_value.value(lots, mark);
        let is_owned = accounts.kind(slot).is_owned();
        let worth = if is_owned { value } else { value - step_value.of_steps(accounts.basis(slot)) };
        Position { instrument, lots, mark, value, worth }
    })
}

/// Cash, and the value of spot positions, and what swaps and contracts have gained since they were last settled.
pub fn equity(ledger: &Ledger, marks: &Marks, account: AccountId) -> Cash {
    ledger.cash(account) + positions(ledger, marks, account).map(|position| position.worth).sum()
}

/// Equity against the lender's requirement.
pub fn standing(ledger: &Ledger, marks: &Marks, terms: &Terms, account: AccountId) -> Standing {
    let cash = ledger.cash(account);
    let positions = positions(ledger, marks, account);
    if !terms.is_plain() {
        let equity = cash + positions.clone().map(|position| position.worth).sum();
        return against(terms, marks, equity, cash, positions);
    }
    // Both sums in one pass: this is what a margin run spends its time on.
    let mut equity = cash;
    let mut summed = positions.inspect(|position| equity += position.worth);
    let Requirement { im, mm } = of_model(terms, marks, &mut summed);
    // A model need not have asked for every position.
    summed.for_each(drop);
    Standing { equity, counted: equity, im, mm }
}

/// Where an account would stand with so many more lots of something that it has a place for, paid for by nobody: as
/// collateral that is handed over.
pub fn standing_with(
    ledger: &Ledger,
    marks: &Marks,
    terms: &Terms,
    account: AccountId,
    instrument: InstrumentId,
    more: Lots,
) -> Standing {
    let cash = ledger.cash(account);
    let handed = marks.value(instrument, more);
    let positions = positions(ledger, marks, account).map(|position| {
        let added = position.instrument == instrument;
        let (lots, value) = if added { (more, handed) } else { (Lots::ZERO, Cash::ZERO) };
        Position {
            lots: position.lots + lots,
            value: position.value + value,
            worth: position.worth + value,
            ..position
        }
    });
    let equity = cash + positions.clone().map(|position| position.worth).sum();
    against(terms, marks, equity, cash, positions)
}

/// Where an account that holds these, all in the order of its slots, would stand with only so many lots left of the one at
/// this place and the rest of it traded at its mark.
pub fn standing_if_cut(
    ledger: &Ledger,
    marks: &Marks,
    terms: &Terms,
    account: AccountId,
    held: &[Position],
    (place, left): (usize, Lots),
) -> Standing {
    let position = held[place];
    let value = marks.value(position.instrument, left);
    let slot = ledger.accounts.slots(account).nth(place).expect("each position has a slot");
    let received = if ledger.accounts.kind(slot).is_owned() { position.value - value } else { Cash::ZERO };
    let cash = ledger.cash(account);
    let equity = cash + held.iter().map(|position| position.worth).sum();
    let cut = Position { lots: left, value, worth: position.worth - received, ..position };
    let after = held.iter().enumerate().map(|(other, it)| if other == place { cut } else { *it });
    against(terms, marks, equity, cash + received, after)
}

/// What an account must be worth to open these: its initial margin, and what haircuts and caps cut off it.
pub fn to_open(terms: &Terms, marks: &Marks, positions: impl Iterator<Item = Position> + Clone) -> Cash {
    -against(terms, marks, Cash::ZERO, Cash::ZERO, positions).excess()
}

/// These positions and this cash, worth so much together, against the lender's terms.
pub(super) fn against(
    terms: &Terms,
    marks: &Marks,
    equity: Cash,
    cash: Cash,
    positions: impl Iterator<Item = Position> + Clone,
) -> Standing {
    let Some(collateral) = &terms.collateral else {
        let Requirement { im, mm } = requirement(terms, marks, positions);
        return Standing { equity, counted: equity, im, mm };
    };
    let sorted = Sorted::of(&terms.margin, collateral, marks, positions);
    let cut = collateral.cut(cash, sorted.pledged.iter().copied());
    let Requirement { im, mm } = of_sorted(terms, marks, &sorted);
    Standing { equity, counted: equity - cut, im, mm }
}

#[cfg(test)]
mod tests {
    use super::super::test_world::{FUND, HOUSE, World};
    use super::*;

    const TENTH_AND_TWENTIETH: Terms = World::rate(100_000_000, 50_000_000);

    #[test]
    fn equity_is_cash_and_spot_and_the_unsettled_gain_of_swaps() {
        // $1,000.00 cash; 10 shares long at $20.00; swap on 5 short settled at $30.00, now $28.00.
        let world = World::new(100_000, &[(10, 2_000, 0)], &[(-5, 2_800, 3_000)]);
        assert_eq!(equity(&world.ledger, &world.marks, FUND), Cash::minor(100_000 + 20_000 + 1_000));
        // The lender's house has the other side of the swap only: 5 × ($28 − $30) = −$10.
        assert_eq!(equity(&world.ledger, &world.marks, HOUSE), Cash::minor(-1_000));
    }

    #[test]
    fn the_requirement_is_on_gross_value_and_rounds_up_once() {
        // Gross $200.00 + $140.00 = 34,000 cents; 10 % is 3,400, 5 % is 1,700.
        let world = World::new(100_000, &[(10, 2_000, 0)], &[(-5, 2_800, 3_000)]);
        let stands = standing(&world.ledger, &world.marks, &TENTH_AND_TWENTIETH, FUND);
        assert_eq!((stands.im, stands.mm), (Cash::minor(3_400), Cash::minor(1_700)));
        assert_eq!(stands.excess(), Cash::minor(121_000 - 3_400));
        assert_eq!(stands.slack(CallLevel::Maintenance), Cash::minor(121_000 - 1_700));
        // Two positions of one cent at 10 %: 0.2 of a cent together, one cent once rounded, not two.
        let small = World::new(0, &[(1, 1, 0), (1, 1, 0)], &[]);
        let stands = standing(&small.ledger, &small.marks, &TENTH_AND_TWENTIETH, FUND);
        assert_eq!((stands.im, stands.mm), (Cash::minor(1), Cash::minor(1)));
        assert_eq!(stands.slack(CallLevel::Initial), Cash::minor(1));
    }

    #[test]
    fn a_negative_price_makes_a_long_a_debt_and_still_needs_margin() {
        // 10 barrels at −$37.63.
        let world = World::new(50_000, &[(10, -3_763, 0)], &[]);
        let stands = standing(&world.ledger, &world.marks, &TENTH_AND_TWENTIETH, FUND);
        assert_eq!(stands.equity, Cash::minor(50_000 - 37_630));
        assert_eq!((stands.im, stands.mm), (Cash::minor(3_763), Cash::minor(1_882)));
    }

    #[test]
    fn a_call_asks_for_what_restores_the_margin_it_is_for() {
        // 100 shares at $10.00 on $60.00 of equity: initial margin is $100.00.
        let world = World::new(-94_000, &[(100, 1_000, 0)], &[]);
        let stands = standing(&world.ledger, &world.marks, &TENTH_AND_TWENTIETH, FUND);
        assert_eq!(stands.call_amount(CallLevel::Initial), Cash::minor(4_000));
        assert_eq!(stands.call_amount(CallLevel::Maintenance), Cash::ZERO);
        assert_eq!(stands.slack(CallLevel::Maintenance), Cash::minor(1_000));
        // With $45.00 of equity $5.00 are missing to maintenance, 55.00 to initial.
        let poorer = World::new(-95_500, &[(100, 1_000, 0)], &[]);
        let stands = standing(&poorer.ledger, &poorer.marks, &TENTH_AND_TWENTIETH, FUND);
        let asked = [CallLevel::Maintenance, CallLevel::Initial].map(|level| stands.call_amount(level).to_minor());
        assert_eq!(asked, [500, 5_500]);
    }

    #[test]
    fn a_custodian_asks_for_nothing() {
        let world = World::new(-500, &[(10, 2_000, 0)], &[]);
        let stands = standing(&world.ledger, &world.marks, &World::UNMARGINED, FUND);
        assert_eq!(
            (stands.im, stands.mm, stands.call_amount(CallLevel::Initial)),
            (Cash::ZERO, Cash::ZERO, Cash::ZERO)
        );
    }
}
