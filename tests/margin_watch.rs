//! The ladder of registrations finds what a look at every account finds, account by account, tick by tick.

use firesale::ledger::{Accounts, Ledger, Purses, SlotKind, Why};
use firesale::margin::{Marks, Terms, Watch, standing};
use firesale::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Rate, StepValue, TraderId};
use firesale::world::file::CallLevel;
use firesale::world::plan::MarginPlan;
use proptest::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// The first half are spot, the others swaps on them.
/// Each stock, then a swap on each, then a future on each.
const INSTRUMENTS: usize = 3 * SPOTS;
const SPOTS: usize = 4;
const LENDERS: usize = 4;
const CLIENTS: usize = 60;

/// How prices go in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weather {
    Still,
    Calm,
    Jumpy,
    /// Down through zero and beyond.
    Sinking,
    /// Up, tenfold and more.
    Soaring,
    /// To any price there is.
    Anywhere,
}

const WEATHERS: [Weather; 6] =
    [Weather::Still, Weather::Calm, Weather::Jumpy, Weather::Sinking, Weather::Soaring, Weather::Anywhere];

struct Market {
    rng: ChaCha8Rng,
    ledger: Ledger,
    marks: Marks,
    terms: Vec<Terms>,
    watch: Watch,
    below: BTreeSet<AccountId>,
    looks: usize,
}

fn instrument(index: usize) -> InstrumentId {
    InstrumentId::from_index(index)
}

fn any_terms(rng: &mut impl Rng) -> Terms {
    // Now and then more than the whole value, where even a long can lose by a rise.
    let most = if rng.random_bool(0.1) { 2_000_000_000 } else { 600_000_000 };
    let im = rng.random_range(0..most);
    let mm = rng.random_range(0..=im);
    let below = if rng.random_bool(0.5) { CallLevel::Maintenance } else { CallLevel::Initial };
    let rate = MarginPlan::Rate { im: Rate::from_billionths(im), mm: Rate::from_billionths(mm) };
    Terms { margin: if rng.random_bool(0.1) { MarginPlan::Unmargined } else { rate }, below }
}

fn any_lots(rng: &mut impl Rng) -> Lots {
    let size = 10i64.pow(rng.random_range(0..5));
    Lots::new(rng.random_range(-size..=size))
}

impl Market {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let scale = 10i64.pow(rng.random_range(1..8));
        let starts: Vec<Price> = (0..SPOTS).map(|_| Price::new(rng.random_range(1..=scale) + scale / 10)).collect();
        let step_values: Vec<StepValue> =
            (0..SPOTS).map(|_| StepValue::new(10i64.pow(rng.random_range(0..4)))).collect();
        let marks = Marks::new((0..INSTRUMENTS).map(|i| (step_values[i % SPOTS], starts[i % SPOTS])));
        let mut accounts = Accounts::default();
        let mut cash = vec![Cash::ZERO; LENDERS];
        for lender in 0..LENDERS {
            let swap = |i| (instrument(i), SlotKind::Swap, Lots::ZERO, starts[i % SPOTS]);
            accounts.add(LenderId::from_index(lender), None, (SPOTS..2 * SPOTS).map(swap));
        }
        for client in 0..CLIENTS {
            let held: BTreeSet<usize> =
                (0..rng.random_range(1..=4)).map(|_| rng.random_range(0..INSTRUMENTS)).collect();
            let mut slot = |i: usize| match i < SPOTS {
                true => (instrument(i), SlotKind::Spot, any_lots(&mut rng), starts[i]),
                false if i < 2 * SPOTS => (instrument(i), SlotKind::Swap, Lots::ZERO, starts[i % SPOTS]),
                false => (instrument(i), SlotKind::Contract, Lots::ZERO, starts[i % SPOTS]),
            };
            let slots: Vec<_> = held.into_iter().map(&mut slot).collect();
            let values = || slots.iter().map(|slot| marks.value(slot.0, slot.2).to_minor());
            let (net, gross): (i128, i128) = (values().sum(), values().map(i128::abs).sum());
            let leverage = rng.random_range(1..20);
            cash.push(Cash::minor(gross / leverage - net + rng.random_range(-2..100)));
            let lender = LenderId::from_index(rng.random_range(0..LENDERS));
            accounts.add(lender, Some(TraderId::from_index(client)), slots);
        }
        let terms = (0..LENDERS).map(|_| any_terms(&mut rng)).collect();
        let ledger = Ledger::new(accounts, Purses::new(cash, 1, vec![]).with_clearing(INSTRUMENTS));
        let watch = Watch::new(&ledger.accounts, &marks);
        Self { rng, ledger, marks, terms, watch, below: BTreeSet::new(), looks: 0 }
    }

    fn move_prices(&mut self, weather: Weather) {
        for spot in 0..SPOTS {
            let old = self.marks.price(instrument(spot)).steps();
            let size = old.abs().max(50);
            let rng = &mut self.rng;
            let new = match weather {
                Weather::Calm => old + rng.random_range(-1..=1) * (size / rng.random_range(300..3_000)).max(1),
                Weather::Jumpy if rng.random_bool(0.3) => old + rng.random_range(-size / 3..=size / 3),
                Weather::Sinking => old - rng.random_range(0..=size / 8),
                Weather::Soaring => old + rng.random_range(0..=size / 4),
                Weather::Anywhere if rng.random_bool(0.2) => {
                    let furthest = Price::FURTHEST.steps() >> rng.random_range(0..40);
                    rng.random_range(-furthest..=furthest)
                }
                Weather::Still | Weather::Jumpy | Weather::Anywhere => old,
            };
            let new = Price::new(new).clamped();
            self.marks.set(instrument(spot), new);
            self.marks.set(instrument(spot + SPOTS), new);
            self.marks.set(instrument(spot + 2 * SPOTS), new);
        }
    }

    /// Fills, swaps, cash and new terms, as a tick brings them before margin runs.
    fn change_something(&mut self) {
        for _ in 0..self.rng.random_range(0..4) {
            let client = AccountId::from_index(LENDERS + self.rng.random_range(0..CLIENTS));
            let accounts = &self.ledger.accounts;
            let held: Vec<_> = accounts.slots(client).collect();
            let slot = held[self.rng.random_range(0..held.len())];
            let (instrument, kind) = (accounts.instrument(slot), accounts.kind(slot));
            let house = AccountId::new(accounts.lender(client).get());
            let (mark, step_value) = (self.marks.price(instrument), self.marks.step_value(instrument));
            let price = mark + self.rng.random_range(-3..=3);
            let lots = if self.rng.random_bool(0.2) { -accounts.lots(slot) } else { any_lots(&mut self.rng) };
            match (kind, self.rng.random_range(0..3)) {
                (_, 0) => {
                    let (from, to) = (self.ledger.purses.outside(), self.ledger.purses.account(client));
                    let amount = Cash::minor(self.rng.random_range(-10_000..10_000));
                    self.ledger.transfer(from, to, amount, Why::Shock);
                }
                (SlotKind::Swap, 1) => self.ledger.settle_swap(instrument, step_value, client, house, mark),
                (SlotKind::Swap, _) => {
                    self.ledger.change_swap(instrument, step_value, client, house, lots, price);
                }
                (SlotKind::Contract, 1) => self.ledger.settle_contract(instrument, step_value, client, mark),
                (SlotKind::Spot | SlotKind::Contract, _) => {
                    let holds = |&other: &AccountId| other != client && accounts.slot_of(other, instrument).is_some();
                    if let Some(seller) = accounts.ids().find(holds) {
                        match kind {
                            SlotKind::Contract => {
                                self.ledger.trade_contract(instrument, step_value, client, seller, lots, price);
                            }
                            _ => self.ledger.deliver(instrument, step_value, client, seller, lots, price),
                        }
                    }
                }
            }
        }
        if self.rng.random_bool(0.02) {
            let lender = self.rng.random_range(0..LENDERS);
            self.terms[lender] = any_terms(&mut self.rng);
            self.watch.note_lender(&self.ledger.accounts, LenderId::from_index(lender));
        }
    }

    fn look(&mut self) {
        for &account in self.ledger.touched() {
            self.watch.note_changed(account);
        }
        self.ledger.clear_touched();
        self.ledger.journal.clear();
        let (below, looks, terms, accounts) = (&mut self.below, &mut self.looks, &self.terms, &self.ledger.accounts);
        let mut last = None;
        self.watch.look(&self.ledger, &self.marks, terms, |account, stands| {
            assert!(last.replace(account) < Some(account), "accounts come by id, each once");
            *looks += 1;
            if stands.slack(terms[accounts.lender(account).index()].below).is_negative() {
                below.insert(account);
            } else {
                below.remove(&account);
            }
        });
    }

    fn below_by_full_scan(&self) -> BTreeSet<AccountId> {
        let is_below = |&account: &AccountId| {
            let terms = &self.terms[self.ledger.accounts.lender(account).index()];
            standing(&self.ledger, &self.marks, terms, account).slack(terms.below).is_negative()
        };
        self.ledger.accounts.ids().filter(is_below).collect()
    }
}

/// What a run took and what it proved: looks, and crossings of a level.
fn drive(seed: u64, ticks: usize, only: Option<Weather>) -> (usize, usize) {
    let mut market = Market::new(seed);
    let (mut weather, mut crossings) = (only.unwrap_or(Weather::Calm), 0);
    for tick in 0..ticks {
        if only.is_none() && market.rng.random_bool(0.1) {
            weather = WEATHERS[market.rng.random_range(0..WEATHERS.len())];
        }
        market.move_prices(weather);
        if only.is_none() {
            market.change_something();
        }
        let before = market.below.clone();
        market.look();
        crossings += before.symmetric_difference(&market.below).count();
        assert_eq!(market.below, market.below_by_full_scan(), "seed {seed}, tick {tick}, {weather:?}");
    }
    (market.looks, crossings)
}

#[test]
fn the_ladder_finds_what_the_full_scan_finds_in_any_weather() {
    let first = 20_210_326;
    println!("seeds from {first}");
    let crossings: usize = (first..first + 60).map(|seed| drive(seed, 300, None).1).sum();
    assert!(crossings > 20_000, "{crossings} crossings of a level are too few to mean anything");
}

#[test]
fn in_calm_weather_few_accounts_are_looked_at() {
    let (ticks, seeds) = (300, 20);
    let (mut looks, mut crossings) = (0, 0);
    for seed in 0..seeds {
        let (run_looks, run_crossings) = drive(seed, ticks, Some(Weather::Calm));
        looks += run_looks;
        crossings += run_crossings;
    }
    let all = seeds as usize * ticks * (CLIENTS + LENDERS);
    println!("{looks} looks where looking at everything takes {all}, {crossings} crossings");
    assert!(looks * 10 < all, "{looks} looks where looking at everything takes {all}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ladder_equals_the_full_scan(seed in any::<u64>(), weather in prop::sample::select(&WEATHERS[..])) {
        drive(seed, 60, Some(weather));
        drive(seed, 60, None);
    }
}
