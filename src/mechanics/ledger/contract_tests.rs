//! Contracts by hand: cents, and what the clearing purse holds.

use super::*;
use ground::units::{Cash, LenderId, TraderId};

const FUTURE: InstrumentId = InstrumentId::new(0);
const LONG: AccountId = AccountId::new(0);
const SHORT: AccountId = AccountId::new(1);
const THIRD: AccountId = AccountId::new(2);
/// A step on a lot is a dime.
const DIME: StepValue = StepValue::new(10);

fn ledger() -> Ledger {
    let mut accounts = Accounts::default();
    for trader in 0..3 {
        let slot = (FUTURE, SlotKind::Contract, Lots::ZERO, Price::new(0));
        accounts.add(LenderId::new(0), Some(TraderId::new(trader)), [slot]);
    }
    Ledger::new(accounts, Purses::new(vec![Cash::minor(100_000); 3], 0, vec![]).with_clearing(1))
}

fn trade(ledger: &mut Ledger, buyer: AccountId, seller: AccountId, lots: i64, price: i64) {
    ledger.trade_contract(FUTURE, DIME, buyer, seller, Lots::new(lots), Price::new(price));
}

/// Cash over what it began with, lots, basis and entry of an account.
fn stands(ledger: &Ledger, account: AccountId) -> (i128, i64, i128, i128) {
    let slot = ledger.accounts.slot_of(account, FUTURE).expect("everyone has one");
    let accounts = &ledger.accounts;
    let cash = ledger.cash(account).to_minor() - 100_000;
    (cash, accounts.lots(slot).get(), accounts.basis(slot), accounts.entry(slot))
}

/// What the purse holds, and minus what all positions were last settled at.
fn clearing(ledger: &Ledger) -> (i128, i128) {
    let basis: i128 = [LONG, SHORT, THIRD].iter().map(|&account| stands(ledger, account).2).sum();
    (ledger.purses.balance(ledger.purses.clearing(FUTURE)).to_minor(), -10 * basis)
}

#[test]
fn a_fill_moves_exposure_and_no_cash() {
    let mut ledger = ledger();
    trade(&mut ledger, LONG, SHORT, 3, 200);
    assert_eq!(stands(&ledger, LONG), (0, 3, 600, 600));
    assert_eq!(stands(&ledger, SHORT), (0, -3, -600, -600));
    assert_eq!(clearing(&ledger), (0, 0));
}

#[test]
fn settling_pays_the_gain_and_leaves_the_entry() {
    let mut ledger = ledger();
    trade(&mut ledger, LONG, SHORT, 3, 200);
    ledger.settle_contract(FUTURE, DIME, LONG, Price::new(190));
    // Ten steps down on three lots; the short has not been paid yet.
    assert_eq!(stands(&ledger, LONG), (-300, 3, 570, 600));
    assert_eq!(clearing(&ledger), (300, 300));
    ledger.settle_contract(FUTURE, DIME, SHORT, Price::new(190));
    assert_eq!(stands(&ledger, SHORT), (300, -3, -570, -600));
    assert_eq!(clearing(&ledger), (0, 0));
    ledger.settle_contract(FUTURE, DIME, SHORT, Price::new(190));
    assert_eq!(ledger.journal.entries().len(), 3, "nothing to pay is no entry");
}

#[test]
fn a_part_that_is_closed_takes_its_part_of_the_basis_rounded_down() {
    let mut ledger = ledger();
    trade(&mut ledger, LONG, SHORT, 2, 100);
    trade(&mut ledger, LONG, SHORT, 1, 101);
    // 301 for three: 100 goes with one, and 6 steps are gained on it.
    trade(&mut ledger, THIRD, LONG, 1, 106);
    assert_eq!(stands(&ledger, LONG), (60, 2, 201, 201));
    assert_eq!(clearing(&ledger), (-60, -60));
    // The short's −301: −101 goes with one, rounded down; 4 steps are lost.
    trade(&mut ledger, SHORT, THIRD, 1, 105);
    assert_eq!(stands(&ledger, SHORT), (-40, -2, -200, -200));
    assert_eq!(stands(&ledger, THIRD), (-10, 0, 0, 0));
    assert_eq!(clearing(&ledger), (-10, -10));
    trade(&mut ledger, SHORT, LONG, 2, 100);
    assert_eq!((stands(&ledger, LONG).0, stands(&ledger, SHORT).0, clearing(&ledger)), (50, -40, (0, 0)));
}

#[test]
fn a_flip_closes_all_and_opens_the_rest_at_the_price() {
    let mut ledger = ledger();
    trade(&mut ledger, LONG, SHORT, 5, 200);
    trade(&mut ledger, THIRD, LONG, 8, 210);
    // Ten steps on five lots.
    assert_eq!(stands(&ledger, LONG), (500, -3, -630, -630));
    // At a price below zero the three are bought back: 211 steps are gained on each.
    trade(&mut ledger, LONG, THIRD, 3, -1);
    assert_eq!(stands(&ledger, LONG), (500 + 6_330, 0, 0, 0));
}

#[test]
fn what_expires_pays_what_has_not_been_paid() {
    let mut ledger = ledger();
    trade(&mut ledger, LONG, SHORT, 5, 200);
    for account in [LONG, SHORT] {
        ledger.settle_contract(FUTURE, DIME, account, Price::new(220));
    }
    for account in [LONG, SHORT, THIRD] {
        ledger.expire(FUTURE, DIME, account, Price::new(190));
    }
    assert_eq!(stands(&ledger, LONG), (-500, 0, 0, 0));
    assert_eq!(stands(&ledger, SHORT), (500, 0, 0, 0));
    assert_eq!(clearing(&ledger), (0, 0));
}

#[test]
fn an_option_that_expires_pays_its_worth_to_who_holds_it() {
    let mut accounts = Accounts::default();
    for (trader, lots) in [(0, 4), (1, -4)] {
        let slot = (FUTURE, SlotKind::Spot, Lots::new(lots), Price::new(7));
        accounts.add(LenderId::new(0), Some(TraderId::new(trader)), [slot]);
    }
    let mut ledger = Ledger::new(accounts, Purses::new(vec![Cash::ZERO; 2], 0, vec![]).with_clearing(1));
    ledger.expire(FUTURE, DIME, LONG, Price::new(30));
    ledger.expire(FUTURE, DIME, SHORT, Price::new(30));
    assert_eq!((ledger.cash(LONG), ledger.cash(SHORT)), (Cash::minor(1_200), Cash::minor(-1_200)));
    assert_eq!(ledger.purses.balance(ledger.purses.clearing(FUTURE)), Cash::ZERO);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]

    /// Whatever is traded at whatever price, and settled in between: nothing is created, and what the purse holds is
    /// what all open positions have to come.
    #[test]
    fn nothing_is_created_however_contracts_are_traded(
        deeds in proptest::collection::vec((0_usize..3, 0_usize..3, 1_i64..1 << 40, -(1_i64 << 40)..1 << 40, 0..4), 1..40),
    ) {
        let mut ledger = ledger();
        let all = [LONG, SHORT, THIRD];
        for (one, other, lots, price, deed) in deeds {
            // Small numbers among them, and no position larger than one may be.
            let (lots, price) = if deed == 1 { (lots % 7 + 1, price % 100) } else { (lots, price) };
            let held = |account| stands(&ledger, account).1;
            let fits = (held(all[one]) + lots).abs().max((held(all[other]) - lots).abs()) <= Lots::LARGEST.get();
            match deed {
                0 => all.iter().for_each(|&account| ledger.settle_contract(FUTURE, DIME, account, Price::new(price))),
                _ if one != other && fits => trade(&mut ledger, all[one], all[other], lots, price),
                _ => {}
            }
            let (found, expected) = clearing(&ledger);
            proptest::prop_assert_eq!(found, expected);
            proptest::prop_assert_eq!(ledger.purses.balances().sum::<i128>(), 0);
            proptest::prop_assert_eq!(all.iter().map(|&account| stands(&ledger, account).1).sum::<i64>(), 0);
            for account in all {
                let (_, lots, basis, entry) = stands(&ledger, account);
                proptest::prop_assert!(lots != 0 || (basis, entry) == (0, 0), "flat, and nothing to come");
            }
        }
    }
}
