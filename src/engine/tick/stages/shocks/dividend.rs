//! A cash dividend: the issuer, who is outside the world, pays who holds, and who is short pays it: whoever has bought the
//! borrowed units gets the dividend from the issuer, and their lender from the short.
//!
//! A lender holds what its clients' swaps are on. What it gets for that it passes on to them, as a swap on the total
//! return does.

use super::Field;
use ground::units::{Cash, InstrumentId};
use mechanics::ledger::{SlotKind, Why};

pub(super) fn strike(field: &mut Field<'_, '_>, instrument: InstrumentId, a_lot: Cash) {
    let plan = &field.scene.plan;
    let ledger = &mut field.ledger.0;
    let outside = ledger.purses.outside();
    let mut moves = Vec::new();
    for account in ledger.accounts.ids() {
        for slot in ledger.accounts.slots(account) {
            let (held, of) = (ledger.accounts.lots(slot).get(), ledger.accounts.instrument(slot));
            let own = ledger.purses.account(account);
            let due = Cash::minor(a_lot.to_minor() * i128::from(held));
            if of == instrument && ledger.accounts.kind(slot) != SlotKind::Swap {
                moves.push((outside, own, due));
            } else if plan.instruments[of.index()].kind.underlying() == Some(instrument)
                && ledger.accounts.kind(slot) == SlotKind::Swap
            {
                let lender = ledger.accounts.lender(account);
                let house = plan.lenders[lender.index()].house;
                moves.push((ledger.purses.account(house), own, due));
            }
        }
    }
    for (from, to, amount) in moves {
        ledger.transfer(from, to, amount, Why::Dividend);
    }
}
