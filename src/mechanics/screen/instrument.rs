//! Second check: the account can hold the instrument, its market is open, and the price is one that a book knows.

use super::Refusal;
use crate::ledger::{Ledger, Slot};
use ground::units::{AccountId, InstrumentId, Price};

pub fn check(
    ledger: &Ledger,
    account: AccountId,
    instrument: InstrumentId,
    halted: bool,
    limit: Option<Price>,
) -> Result<Slot, Refusal> {
    let slot = ledger.accounts.slot_of(account, instrument).ok_or(Refusal::UnknownInstrument)?;
    if halted {
        return Err(Refusal::Halted);
    }
    if limit.is_some_and(|price| !price.is_in_range()) {
        return Err(Refusal::PriceRange);
    }
    Ok(slot)
}
