//! Hand-computed cents.

use super::*;
use ground::units::{LenderId, TraderId};

const STOCK: InstrumentId = InstrumentId::new(0);
const SWAP: InstrumentId = InstrumentId::new(1);
const HOUSE: AccountId = AccountId::new(0);
const FUND: AccountId = AccountId::new(1);
const MAKER: AccountId = AccountId::new(2);
/// A lot is ten shares, a step is a cent.
const TEN_CENTS: StepValue = StepValue::new(10);

/// The house with $5,000.00, the fund with $1,000.00, a market maker with $2,000.00 and 30 lots of the stock.
fn ledger() -> Ledger {
    let mut accounts = Accounts::default();
    let slot = |instrument, kind, lots| (instrument, kind, Lots::new(lots), Price::new(2_000));
    let lender = LenderId::new(0);
    accounts.add(lender, None, [slot(STOCK, SlotKind::Spot, 0), slot(SWAP, SlotKind::Swap, 0)]);
    accounts.add(lender, Some(TraderId::new(0)), [slot(STOCK, SlotKind::Spot, 0), slot(SWAP, SlotKind::Swap, 0)]);
    accounts.add(lender, Some(TraderId::new(1)), [slot(STOCK, SlotKind::Spot, 30), slot(SWAP, SlotKind::Swap, 0)]);
    let cash = [500_000, 100_000, 200_000].map(Cash::minor).to_vec();
    Ledger::new(accounts, Purses::new(cash, 1, vec![Cash::ZERO, Cash::minor(7_000)]))
}

fn cents(ledger: &Ledger) -> [i128; 3] {
    [HOUSE, FUND, MAKER].map(|account| ledger.cash(account).to_minor())
}

fn lots(ledger: &Ledger, account: AccountId, instrument: InstrumentId) -> i64 {
    ledger.accounts.lots(ledger.accounts.slot_of(account, instrument).expect("the account has the slot")).get()
}

fn sum_of_purses(ledger: &Ledger) -> Cash {
    Cash::minor(ledger.purses.balances().sum())
}

#[test]
fn shares_are_delivered_against_payment() {
    let mut ledger = ledger();
    // 4 lots of ten at $20.50 are $820.00.
    ledger.deliver(STOCK, TEN_CENTS, FUND, MAKER, Lots::new(4), Price::new(2_050));
    assert_eq!(cents(&ledger), [500_000, 18_000, 282_000]);
    assert_eq!((lots(&ledger, FUND, STOCK), lots(&ledger, MAKER, STOCK)), (4, 26));
    assert!(ledger.touched().eq([FUND, MAKER]));
    assert_eq!(sum_of_purses(&ledger), Cash::ZERO);
}

#[test]
fn at_a_negative_price_the_seller_pays() {
    let mut ledger = ledger();
    ledger.deliver(STOCK, TEN_CENTS, FUND, MAKER, Lots::new(2), Price::new(-3_763));
    assert_eq!(cents(&ledger), [500_000, 175_260, 124_740]);
}

#[test]
fn more_can_be_sold_than_is_held_and_is_then_owed() {
    let mut ledger = ledger();
    ledger.deliver(STOCK, TEN_CENTS, MAKER, FUND, Lots::new(3), Price::new(2_000));
    assert_eq!((lots(&ledger, FUND, STOCK), lots(&ledger, MAKER, STOCK)), (-3, 33));
    assert_eq!(cents(&ledger), [500_000, 160_000, 140_000]);
}

#[test]
fn a_swap_moves_no_cash_until_its_price_moves() {
    let mut ledger = ledger();
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(20), Price::new(2_000));
    assert_eq!(cents(&ledger), [500_000, 100_000, 200_000]);
    assert_eq!((lots(&ledger, FUND, SWAP), lots(&ledger, HOUSE, SWAP)), (20, -20));
    // Down 30 cents on 200 shares: the fund pays $60.00. Then up 5 cents: it gets $10.00 back.
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(1_970));
    assert_eq!(cents(&ledger), [506_000, 94_000, 200_000]);
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(1_975));
    assert_eq!(cents(&ledger), [505_000, 95_000, 200_000]);
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(1_975));
    assert_eq!(cents(&ledger), [505_000, 95_000, 200_000]);
}

#[test]
fn a_partial_close_at_another_price_settles_the_whole_contract_there() {
    let mut ledger = ledger();
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(20), Price::new(2_000));
    // 15 of 20 lots are closed at $18.00: all 200 shares lose $2.00 each, $400.00.
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(-15), Price::new(1_800));
    assert_eq!(cents(&ledger), [540_000, 60_000, 200_000]);
    assert_eq!((lots(&ledger, FUND, SWAP), lots(&ledger, HOUSE, SWAP)), (5, -5));
    // The mark is $18.50: the 50 shares that are left gain $0.50 each, $25.00.
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(1_850));
    assert_eq!(cents(&ledger), [537_500, 62_500, 200_000]);
    let slot = ledger.accounts.slot_of(FUND, SWAP).expect("the fund has the slot");
    assert_eq!(ledger.accounts.settled(slot), Price::new(1_850));
    assert_eq!(sum_of_purses(&ledger), Cash::ZERO);
}

#[test]
fn a_swap_through_zero_to_the_other_side_gains_the_other_way() {
    let mut ledger = ledger();
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(5), Price::new(2_000));
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(-8), Price::new(2_100));
    // Gained $1.00 on 50 shares, then 30 short: down $3.00 is $90.00 more.
    assert_eq!(cents(&ledger), [495_000, 105_000, 200_000]);
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(1_800));
    assert_eq!(cents(&ledger), [486_000, 114_000, 200_000]);
}

#[test]
fn a_house_owes_each_client_from_where_that_client_was_settled() {
    let mut ledger = ledger();
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(20), Price::new(2_000));
    ledger.change_swap(SWAP, TEN_CENTS, MAKER, HOUSE, Lots::new(10), Price::new(2_100));
    let owed = |ledger: &Ledger, mark: i64| {
        let slot = ledger.accounts.slot_of(HOUSE, SWAP).expect("the house has the slot");
        let steps = i128::from(ledger.accounts.lots(slot).get()) * i128::from(mark) - ledger.accounts.basis(slot);
        TEN_CENTS.of_steps(steps)
    };
    // At $21.50: $1.50 on the fund's 200 shares and $0.50 on the maker's 100.
    assert_eq!(owed(&ledger, 2_150), Cash::minor(-35_000));
    // The fund is settled there: $300.00 are paid, $50.00 are left.
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(2_150));
    assert_eq!((owed(&ledger, 2_150), ledger.cash(HOUSE)), (Cash::minor(-5_000), Cash::minor(470_000)));
    // Half of the maker's contract is closed at $21.00, where all of it was settled: $0.50 on 50 shares is left.
    ledger.change_swap(SWAP, TEN_CENTS, MAKER, HOUSE, Lots::new(-5), Price::new(2_100));
    assert_eq!((owed(&ledger, 2_150), ledger.cash(HOUSE)), (Cash::minor(-2_500), Cash::minor(470_000)));
}

#[test]
fn a_mint_hands_out_units_and_no_cash() {
    let mut ledger = ledger();
    ledger.mint(STOCK, MAKER, Lots::new(20));
    assert_eq!((lots(&ledger, MAKER, STOCK), cents(&ledger)), (50, [500_000, 100_000, 200_000]));
    assert_eq!(ledger.journal.entries(), [Entry::Mint { instrument: STOCK, to: MAKER, lots: Lots::new(20) }]);
}

#[test]
fn what_comes_from_outside_leaves_the_sum_at_zero() {
    let mut ledger = ledger();
    let (outside, fund) = (ledger.purses.outside(), ledger.purses.account(FUND));
    assert_eq!(ledger.purses.balance(outside), Cash::minor(-807_000));
    ledger.transfer(outside, fund, Cash::minor(123), Why::Shock);
    ledger.transfer(fund, ledger.purses.treasury(TraderId::new(1)), Cash::minor(-50), Why::CallPaid);
    assert_eq!(cents(&ledger), [500_000, 100_173, 200_000]);
    assert_eq!(ledger.purses.balance(ledger.purses.treasury(TraderId::new(1))), Cash::minor(6_950));
    assert_eq!(sum_of_purses(&ledger), Cash::ZERO);
}

#[test]
fn the_journal_tells_a_swap_in_full() {
    let mut ledger = ledger();
    let (from, to) = (ledger.purses.account(HOUSE), ledger.purses.account(FUND));
    let at = |price| Entry::Settled { instrument: SWAP, client: FUND, house: HOUSE, price: Price::new(price) };
    let change = |lots, price| {
        let (change, price) = (Lots::new(lots), Price::new(price));
        Entry::Swap { instrument: SWAP, client: FUND, house: HOUSE, change, price }
    };
    ledger.change_swap(SWAP, TEN_CENTS, FUND, HOUSE, Lots::new(20), Price::new(2_010));
    ledger.settle_swap(SWAP, TEN_CENTS, FUND, HOUSE, Price::new(2_000));
    let paid = Entry::Transfer { from, to, amount: Cash::minor(-2_000), why: Why::VariationMargin };
    assert_eq!(ledger.journal.entries(), [at(2_010), change(20, 2_010), paid, at(2_000)]);
    ledger.journal.clear();
    assert!(ledger.journal.entries().is_empty());
}
