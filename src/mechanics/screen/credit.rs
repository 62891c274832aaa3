//! Seventh check: what the account would owe its lender, in money and in units.
//!
//! Money owed is what its cash would lack with all its purchases of spot instruments paid; units owed are those it
//! would be short with all its sales filled, at mark. Purchases and sales may both fill, so both count. A sale's
//! proceeds count only once they are there. Contracts that settle in cash (swaps and their kin) borrow nothing:
//! the leverage limit is what bounds them.

use super::{ProposedOrder, Refusal};
use crate::ledger::Ledger;
use crate::margin::Marks;
use ground::units::{Cash, Lots, Side};

/// What the account would owe with its open orders filled at the mark and this one at its price.
pub fn owed_after(ledger: &Ledger, marks: &Marks, order: &ProposedOrder) -> Cash {
    let accounts = &ledger.accounts;
    let mut cash = ledger.cash(order.account);
    let mut units = Cash::ZERO;
    for slot in accounts.slots(order.account).filter(|slot| accounts.kind(*slot).is_owned()) {
        let instrument = accounts.instrument(slot);
        let joining = |side| order.instrument == instrument && order.side == side;
        cash -= marks.value(instrument, accounts.open_orders(slot, Side::Buy));
        if joining(Side::Buy) {
            cash -= marks.step_value(instrument).value(order.lots, order.price);
        }
        let selling = if joining(Side::Sell) { order.lots } else { Lots::ZERO };
        let sold = accounts.lots(slot) - accounts.open_orders(slot, Side::Sell) - selling;
        if sold.is_negative() {
            units += marks.value(instrument, sold).abs();
        }
    }
    (-cash).at_least_zero() + units
}

pub fn check(owed: Cash, most: Cash) -> Result<(), Refusal> {
    if owed > most { Err(Refusal::Credit) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::margin::test_world::{FUND, World};
    use ground::units::{InstrumentId, Price};

    #[test]
    fn money_and_units_owed_count_together() {
        // $50.00 of cash, 10 shares at $20.00.
        let mut world = World::new(5_000, &[(10, 2_000, 0)], &[]);
        let stock = InstrumentId::new(0);
        let owed = |world: &World, side, lots, price| {
            let order = ProposedOrder {
                account: FUND,
                instrument: stock,
                side,
                lots: Lots::new(lots),
                price: Price::new(price),
            };
            owed_after(&world.ledger, &world.marks, &order)
        };
        // Three shares at $21.00 cost $13.00 more than there is; twelve sold are two owed, $40.00.
        assert_eq!(owed(&world, Side::Buy, 3, 2_100), Cash::minor(1_300));
        assert_eq!(owed(&world, Side::Sell, 12, 2_000), Cash::minor(4_000));
        // With a sale of twelve waiting, both.
        let slot = world.ledger.accounts.slot_of(FUND, stock).expect("a slot");
        world.ledger.accounts.change_open_orders(slot, Side::Sell, Lots::new(12));
        assert_eq!(owed(&world, Side::Buy, 3, 2_100), Cash::minor(5_300));
        assert_eq!(check(Cash::minor(5_300), Cash::minor(5_300)), Ok(()));
        assert_eq!(check(Cash::minor(5_301), Cash::minor(5_300)), Err(Refusal::Credit));
    }
}
