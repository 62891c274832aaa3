//! Books that balance, and every kind of book that does not.

use super::*;
use crate::ledger::Purses;
use ground::units::{Cash, LenderId, Price, StepValue, TraderId};

const STOCK: InstrumentId = InstrumentId::new(0);
const SWAP: InstrumentId = InstrumentId::new(1);
const HOUSE: AccountId = AccountId::new(0);
const FUND: AccountId = AccountId::new(1);
const MAKER: AccountId = AccountId::new(2);
const OTHER_HOUSE: AccountId = AccountId::new(3);
const STEP_VALUES: [StepValue; 2] = [StepValue::new(10); 2];

fn books() -> (Ledger, Auditor) {
    let mut accounts = Accounts::default();
    let slot = |instrument, kind, lots| (instrument, kind, Lots::new(lots), Price::new(2_000));
    let both = |lots| [slot(STOCK, SlotKind::Spot, lots), slot(SWAP, SlotKind::Swap, 0)];
    accounts.add(LenderId::new(0), None, both(0));
    accounts.add(LenderId::new(0), Some(TraderId::new(0)), both(50));
    accounts.add(LenderId::new(0), Some(TraderId::new(1)), both(30));
    accounts.add(LenderId::new(1), None, both(0));
    let cash = [500_000, 100_000, 200_000, 0].map(Cash::minor).to_vec();
    let ledger = Ledger::new(accounts, Purses::new(cash, 1, vec![Cash::ZERO, Cash::minor(7_000)]));
    let auditor = Auditor::new(&ledger, &Marks::new(STEP_VALUES.map(|step_value| (step_value, Price::new(2_000)))));
    (ledger, auditor)
}

/// A tick in which something of everything happens: a fill with its fee, two swaps, a mint, a shock.
fn busy_tick(ledger: &mut Ledger) {
    let value = STEP_VALUES[0];
    ledger.deliver(STOCK, value, FUND, MAKER, Lots::new(4), Price::new(2_050));
    let fee = (ledger.purses.account(FUND), ledger.purses.venue(ground::units::VenueId::new(0)));
    ledger.transfer(fee.0, fee.1, Cash::minor(82), Why::Fee);
    ledger.change_swap(SWAP, value, FUND, HOUSE, Lots::new(20), Price::new(2_000));
    ledger.change_swap(SWAP, value, MAKER, HOUSE, Lots::new(-7), Price::new(2_010));
    ledger.settle_swap(SWAP, value, FUND, HOUSE, Price::new(1_970));
    ledger.settle_swap(SWAP, value, MAKER, HOUSE, Price::new(1_970));
    ledger.change_swap(SWAP, value, FUND, HOUSE, Lots::new(-5), Price::new(1_975));
    ledger.mint(STOCK, MAKER, Lots::new(20));
    ledger.transfer(ledger.purses.outside(), ledger.purses.account(FUND), Cash::minor(123), Why::Shock);
}

/// What the auditor says of the tick, once the ledger has been tampered with.
fn fault_after(tamper: impl FnOnce(&mut Ledger)) -> Option<Fault> {
    let (mut ledger, mut auditor) = books();
    busy_tick(&mut ledger);
    tamper(&mut ledger);
    auditor.work_in(&ledger).and_then(|()| auditor.compare_named(&ledger)).err()
}

fn slot_of(ledger: &Ledger, account: AccountId, instrument: InstrumentId) -> Slot {
    ledger.accounts.slot_of(account, instrument).expect("the account has the slot")
}

#[test]
fn honest_books_balance_tick_by_tick_and_in_all() {
    let (mut ledger, mut auditor) = books();
    for _ in 0..3 {
        busy_tick(&mut ledger);
        auditor.check_tick(&ledger);
        assert_eq!(auditor.check_all(&ledger), Residuals::default());
        ledger.journal.clear();
        ledger.clear_touched();
    }
    auditor.check_tick(&ledger);
}

#[test]
fn a_changed_balance_is_found_and_named() {
    let tamper = |ledger: &mut Ledger| ledger.tamper_with_cash(ledger.purses.account(FUND), Cash::minor(1));
    // $1,000.00 less $820.00 less $0.82; no gain yet at $20.00; −$60.00 to $19.70, +$10.00 to $19.75; +$1.23.
    let expected = 100_000 - 82_000 - 82 - 6_000 + 1_000 + 123;
    let fault = Fault::Balance { holder: "account 1".to_owned(), expected, found: expected + 1 };
    assert_eq!(fault_after(tamper), Some(fault.clone()));
    assert_eq!(fault.to_string(), "account 1 holds 13042 minor units where the journal makes it 13041");
}

#[test]
fn a_balance_changed_behind_the_journal_is_found_at_the_end() {
    let (mut ledger, mut auditor) = books();
    auditor.check_tick(&ledger);
    ledger.tamper_with_cash(ledger.purses.treasury(TraderId::new(1)), Cash::minor(-30));
    auditor.check_tick(&ledger);
    let left = auditor.check_all(&ledger);
    assert_eq!((left.cash, left.lots), (60, 0), "the treasury is 30 off and so is the sum");
    let holder = "purse 6, a venue or a treasury,".to_owned();
    assert_eq!(left.fault, Some(Fault::Balance { holder, expected: 7_000, found: 6_970 }));
}

#[test]
fn a_dropped_transfer_is_found() {
    let is_fee = |entry: &Entry| matches!(entry, Entry::Transfer { why: Why::Fee, .. });
    let fault = fault_after(|ledger| ledger.tamper_with_journal(|entry| !is_fee(entry)));
    assert_eq!(fault, Some(Fault::Balance { holder: "account 1".to_owned(), expected: 13_123, found: 13_041 }));
}

#[test]
fn a_dropped_fill_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_journal(|entry| !matches!(entry, Entry::Delivery { .. })));
    assert_eq!(fault, Some(Fault::Balance { holder: "account 1".to_owned(), expected: 95_041, found: 13_041 }));
}

#[test]
fn a_one_sided_fill_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_lots(slot_of(ledger, MAKER, STOCK), Lots::new(4)));
    assert_eq!(fault, Some(Fault::UnitsFromNowhere { instrument: 0, lots: 4 }));
}

#[test]
fn a_mint_unannounced_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_journal(|entry| !matches!(entry, Entry::Mint { .. })));
    assert_eq!(fault, Some(Fault::UnitsFromNowhere { instrument: 0, lots: 20 }));
}

#[test]
fn a_mint_behind_the_journal_is_found_at_the_end() {
    let (mut ledger, auditor) = books();
    ledger.tamper_with_lots(slot_of(&ledger, MAKER, STOCK), Lots::new(5));
    let left = auditor.check_all(&ledger);
    assert_eq!((left.cash, left.lots), (0, 10), "the position is 5 off and so is the float");
    assert_eq!(left.fault, Some(Fault::Position { account: 2, instrument: 0, expected: 30, found: 35 }));
}

#[test]
fn lots_handed_to_the_wrong_account_are_found() {
    let fault = fault_after(|ledger| {
        ledger.tamper_with_lots(slot_of(ledger, MAKER, STOCK), Lots::new(-4));
        ledger.tamper_with_lots(slot_of(ledger, FUND, STOCK), Lots::new(4));
    });
    assert_eq!(fault, Some(Fault::Position { account: 1, instrument: 0, expected: 54, found: 58 }));
}

#[test]
fn a_swap_that_its_house_does_not_mirror_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_lots(slot_of(ledger, HOUSE, SWAP), Lots::new(5)));
    assert_eq!(fault, Some(Fault::UnitsFromNowhere { instrument: 1, lots: 5 }));
}

#[test]
fn a_swap_with_anothers_house_is_found() {
    let fault = fault_after(|ledger| {
        ledger.change_swap(SWAP, STEP_VALUES[1], FUND, OTHER_HOUSE, Lots::new(1), Price::new(1_975));
    });
    assert_eq!(fault, Some(Fault::NotTheHouse { client: 1, instrument: 1, house: 3 }));
}

#[test]
fn a_settlement_without_its_payment_is_found() {
    let is_margin = |entry: &Entry| matches!(entry, Entry::Transfer { why: Why::VariationMargin, .. });
    let fault = fault_after(|ledger| ledger.tamper_with_journal(|entry| !is_margin(entry)));
    // The first settlement that owes anything: the fund's 200 shares are 30 cents down.
    assert_eq!(fault, Some(Fault::VariationMargin { client: 1, instrument: 1, due: -6_000, paid: 0 }));
}

#[test]
fn a_payment_without_its_settlement_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_journal(|entry| !matches!(entry, Entry::Settled { .. })));
    let price = 2_010;
    assert_eq!(fault, Some(Fault::Unsettled { client: 2, instrument: 1, price }));
    let fault = fault_after(|ledger| {
        let (from, to) = (ledger.purses.account(HOUSE), ledger.purses.account(FUND));
        ledger.transfer(from, to, Cash::minor(99), Why::VariationMargin);
    });
    assert_eq!(fault, Some(Fault::UnaskedMargin { holder: "account 1".to_owned(), paid: 99 }));
}

#[test]
fn a_swap_settled_at_a_price_of_its_own_is_found() {
    let fault = fault_after(|ledger| ledger.tamper_with_settled(slot_of(ledger, FUND, SWAP), Price::new(1_900)));
    assert_eq!(fault, Some(Fault::SettledAt { account: 1, instrument: 1, expected: 1_975, found: 1_900 }));
}

#[test]
fn a_house_that_forgets_what_it_owes_is_found() {
    // 15 lots at $19.75 to one client, 7 lots short at $19.70 to the other.
    let expected = -15 * 1_975 + 7 * 1_970;
    let fault = fault_after(|ledger| ledger.tamper_with_basis(slot_of(ledger, HOUSE, SWAP), 1));
    assert_eq!(fault, Some(Fault::Basis { account: 0, instrument: 1, expected, found: expected + 1 }));
}

#[test]
#[should_panic(expected = "the books do not balance: account 0 holds")]
fn a_run_stops_on_the_tick_in_which_the_books_fail() {
    let (mut ledger, mut auditor) = books();
    busy_tick(&mut ledger);
    ledger.tamper_with_cash(ledger.purses.account(HOUSE), Cash::minor(-1));
    auditor.check_tick(&ledger);
}
