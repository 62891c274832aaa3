//! Books with contracts in them that balance, and that do not.

use super::*;
use crate::ledger::Purses;
use ground::units::{Cash, LenderId, Price, StepValue, TraderId};

const FUTURE: InstrumentId = InstrumentId::new(0);
const DIME: StepValue = StepValue::new(10);
const ANN: AccountId = AccountId::new(0);
const BOB: AccountId = AccountId::new(1);

fn books() -> (Ledger, Auditor) {
    let mut accounts = Accounts::default();
    for (trader, lots) in [(0, 6), (1, 0), (2, -6)] {
        let slot = (FUTURE, SlotKind::Contract, Lots::new(lots), Price::new(200));
        accounts.add(LenderId::new(0), Some(TraderId::new(trader)), [slot]);
    }
    let ledger = Ledger::new(accounts, Purses::new(vec![Cash::minor(100_000); 3], 0, vec![]).with_clearing(1));
    let auditor = Auditor::new(&ledger, &Marks::new([(DIME, Price::new(200))]));
    (ledger, auditor)
}

/// Bob buys at 205 and sells more at 199, and all are settled at 203.
fn busy_tick(ledger: &mut Ledger) {
    ledger.trade_contract(FUTURE, DIME, BOB, ANN, Lots::new(4), Price::new(205));
    ledger.trade_contract(FUTURE, DIME, ANN, BOB, Lots::new(7), Price::new(199));
    for account in ledger.accounts.ids() {
        ledger.settle_contract(FUTURE, DIME, account, Price::new(203));
    }
}

fn fault_after(tamper: impl FnOnce(&mut Ledger)) -> Option<Fault> {
    let (mut ledger, mut auditor) = books();
    busy_tick(&mut ledger);
    tamper(&mut ledger);
    auditor.work_in(&ledger).and_then(|()| auditor.compare_named(&ledger)).err()
}

fn slot_of(ledger: &Ledger, account: AccountId) -> Slot {
    ledger.accounts.slot_of(account, FUTURE).expect("the account has the slot")
}

#[test]
fn honest_contracts_balance_and_end() {
    let (mut ledger, mut auditor) = books();
    busy_tick(&mut ledger);
    auditor.check_tick(&ledger);
    assert_eq!(auditor.check_all(&ledger), Residuals::default());
    // Ann +5 on 4 of 6, +4 a lot to 203 on the 7 bought at 199 and +3 on the 2 kept; 10 cents each.
    assert_eq!(ledger.cash(ANN), Cash::minor(100_000 + 10 * (20 + 28 + 6)));
    ledger.journal.clear();
    ledger.clear_touched();
    for account in ledger.accounts.ids() {
        ledger.expire(FUTURE, DIME, account, Price::new(150));
    }
    auditor.check_tick(&ledger);
    assert_eq!(auditor.check_all(&ledger), Residuals::default());
}

#[test]
fn a_forgotten_fill_settlement_or_end_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_journal(|entry| !matches!(entry, Entry::Contract { .. })));
    assert!(matches!(fault, Some(Fault::Balance { .. })), "{fault:?}");
    let fault =
        fault_after(|ledger| ledger.tamper_with_journal(|entry| !matches!(entry, Entry::ContractSettled { .. })));
    assert!(matches!(fault, Some(Fault::Balance { .. })), "{fault:?}");
}

#[test]
fn exposure_without_another_side_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_lots(slot_of(ledger, BOB), Lots::new(1)));
    assert_eq!(fault, Some(Fault::UnitsFromNowhere { instrument: 0, lots: 1 }));
    // One side of it ends and the other does not.
    let fault = fault_after(|ledger| ledger.expire(FUTURE, DIME, BOB, Price::new(203)));
    assert_eq!(fault, Some(Fault::UnitsFromNowhere { instrument: 0, lots: 3 }));
}

#[test]
fn a_basis_or_an_entry_of_its_own_is_found() {
    // Three short, settled at 203 and entered at 199.
    let fault = fault_after(|ledger| ledger.tamper_with_basis(slot_of(ledger, BOB), 1));
    assert_eq!(fault, Some(Fault::Basis { account: 1, instrument: 0, expected: -609, found: -608 }));
    let fault = fault_after(|ledger| ledger.tamper_with_entry(slot_of(ledger, BOB), -1));
    assert_eq!(fault, Some(Fault::EnteredAt { account: 1, instrument: 0, expected: -597, found: -598 }));
}

#[test]
fn a_clearing_that_was_robbed_is_found() {
    let (mut ledger, mut auditor) = books();
    busy_tick(&mut ledger);
    let (from, to) = (ledger.purses.clearing(FUTURE), ledger.purses.account(BOB));
    // The journal tells of the transfer, so each balance is what it says; but nobody was owed it.
    ledger.transfer(from, to, Cash::minor(5), Why::Funding);
    auditor.check_tick(&ledger);
    let left = auditor.check_all(&ledger);
    assert_eq!(left.fault, Some(Fault::Clearing { instrument: 0, expected: 0, found: -5 }));
}
