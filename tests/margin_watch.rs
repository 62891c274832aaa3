//! The ladder of registrations finds what a look at every account finds, account by account, tick by tick.

use firesale::ledger::{Accounts, Ledger, Purses, SlotKind, Why};
use firesale::margin::CallLevel;
use firesale::margin::addons::AddOns;
use firesale::margin::addons::buffer::Buffer;
use firesale::margin::addons::concentration::Steps;
use firesale::margin::addons::scaling::{Scaling, Stressed};
use firesale::margin::collateral::{Collateral, Item, Tier};
use firesale::margin::{Every, Facts, Marks, Terms, Watch, equity, positions, standing};
use firesale::plan::MarginPlan;
use firesale::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Rate, StepValue, TraderId};
use proptest::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use std::sync::Arc;

#[path = "support/models.rs"]
mod models;

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

fn any_share(rng: &mut impl Rng) -> Rate {
    Rate::from_billionths(rng.random_range(0..=1_000_000_000))
}

fn any_model(rng: &mut impl Rng) -> MarginPlan {
    // Now and then more than the whole value, where even a long can lose by a rise.
    let most = if rng.random_bool(0.1) { 2_000_000_000 } else { 600_000_000 };
    let im = rng.random_range(0..most);
    let mm = rng.random_range(0..=im);
    match rng.random_range(0..10) {
        0 => MarginPlan::Unmargined,
        1..=5 => {
            let underlying: Vec<_> = (0..INSTRUMENTS).map(|i| (i >= SPOTS).then(|| instrument(i % SPOTS))).collect();
            let names = models::names(INSTRUMENTS);
            let nth = rng.random_range(0..models::MODELS);
            models::planned(&models::any_file(nth, &names[..SPOTS], &names, rng), &underlying)
        }
        _ => MarginPlan::Rate { im: Rate::from_billionths(im), mm: Rate::from_billionths(mm) },
    }
}

fn any_collateral(rng: &mut impl Rng) -> Collateral {
    let limited = rng.random_bool(0.5);
    let item = |spot: bool, rng: &mut ChaCha8Rng| {
        (spot && rng.random_bool(0.7)).then(|| Item {
            haircut: any_share(rng),
            cap: if limited { any_share(rng) } else { Rate::ONE },
            tier: match rng.random_range(0..4) {
                0 if limited => Tier::Nth(0),
                1 if limited => Tier::Nth(1),
                2 if limited => Tier::OwnToken,
                _ => Tier::None,
            },
            margined: rng.random_bool(0.3),
        })
    };
    let mut own = ChaCha8Rng::seed_from_u64(rng.random());
    Collateral {
        items: (0..INSTRUMENTS).map(|index| item(index < SPOTS, &mut own)).collect(),
        tier_limits: if limited { [any_share(&mut own), any_share(&mut own)].into() } else { [].into() },
        own_limit: any_share(&mut own),
    }
}

fn any_add_ons(rng: &mut impl Rng) -> AddOns {
    let mut steps = |widest: f64| match rng.random_bool(0.5) {
        true => {
            let mut step = || (rng.random_range(0.0..widest), any_share(rng));
            let mut steps = vec![step(), step()];
            steps.sort_by(|one, other| one.0.total_cmp(&other.0));
            steps[1].1 = steps[1].1.max(steps[0].1);
            Steps::new(steps)
        }
        false => Steps::default(),
    };
    let (days_to_exit, share_of_float) = (steps(10.0), steps(0.5));
    let stressed = rng.random_bool(0.5).then_some(Stressed { weight: 0.25, ratio: 3.0 });
    let (power, floor, cap) = (rng.random_range(0.0..2.0), rng.random_range(0.0..1.0), rng.random_range(1.0..5.0));
    AddOns {
        days_to_exit,
        share_of_float,
        scaling: rng.random_bool(0.2).then_some(Scaling { power, floor, cap, stressed }),
        buffer: rng.random_bool(0.2).then_some(Buffer { share: 0.25 }),
    }
}

fn any_terms(rng: &mut impl Rng) -> Terms {
    let below = if rng.random_bool(0.5) { CallLevel::Maintenance } else { CallLevel::Initial };
    let plain = Terms::plain(any_model(rng), below);
    Terms {
        collateral: rng.random_bool(0.4).then(|| Arc::new(any_collateral(rng))),
        add_ons: rng.random_bool(0.4).then(|| Arc::new(any_add_ons(rng))),
        ..plain
    }
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
        let facts = (0..INSTRUMENTS).map(|i| Facts {
            underlying: instrument(i % SPOTS),
            daily_volume_lots: rng.random_range(1.0..10_000.0),
            float_lots: rng.random_range(1_000.0..100_000.0),
            daily_volatility: 0.02,
            ..Facts::unknown(instrument(i))
        });
        let mut marks = marks.with_facts(facts.collect::<Vec<_>>());
        marks.remember(Every::Tick, 40);
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
                false => (instrument(i), SlotKind::Contract, any_lots(&mut rng), starts[i % SPOTS]),
            };
            let slots: Vec<_> = held.into_iter().map(&mut slot).collect();
            let values = || slots.iter().map(|slot| marks.value(slot.0, slot.2).to_minor());
            let gross: i128 = values().map(i128::abs).sum();
            // Contracts were entered at the mark, and are worth nothing yet.
            let paid_for = slots.iter().filter(|slot| slot.1 == SlotKind::Spot);
            let net: i128 = paid_for.map(|slot| marks.value(slot.0, slot.2).to_minor()).sum();
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
            if weather != Weather::Still && self.rng.random_bool(0.1) {
                let daily = self.rng.random_range(0.0..0.1);
                for on_it in (spot..self.marks.len()).step_by(SPOTS) {
                    self.marks.set_volatility(instrument(on_it), daily);
                    self.marks.estimate_volatility(instrument(on_it), daily);
                }
            }
        }
        self.marks.end_row(Every::Tick);
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
        for account in self.ledger.touched() {
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

    /// What holds of every standing, whatever the terms.
    fn check_standings(&self) {
        let Self { ledger, marks, .. } = self;
        for account in ledger.accounts.ids() {
            let stands = standing(ledger, marks, &self.terms[ledger.accounts.lender(account).index()], account);
            let worth: Cash = positions(ledger, marks, account).map(|position| position.worth).sum();
            assert_eq!(stands.equity, ledger.cash(account) + worth, "equity is cash and what is held");
            assert_eq!(stands.equity, equity(ledger, marks, account));
            assert!(stands.counted <= stands.equity, "no more counts than is there");
            let gains = positions(ledger, marks, account).map(|position| position.worth.at_least_zero());
            assert!(stands.counted <= ledger.cash(account).at_least_zero() + gains.sum());
            assert!(!stands.mm.is_negative() && stands.mm <= stands.im, "{stands:?}");
        }
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
    drive_from(Market::new(seed), seed, ticks, only)
}

fn drive_from(mut market: Market, seed: u64, ticks: usize, only: Option<Weather>) -> (usize, usize) {
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
        if tick % 16 == 0 {
            market.check_standings();
        }
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
        // What must be scanned is looked at in any weather.
        let mut market = Market::new(seed);
        for terms in &mut market.terms {
            terms.add_ons = None;
        }
        let (run_looks, run_crossings) = drive_from(market, seed, ticks, Some(Weather::Calm));
        looks += run_looks;
        crossings += run_crossings;
    }
    let all = seeds as usize * ticks * (CLIENTS + LENDERS);
    println!("{looks} looks where looking at everything takes {all}, {crossings} crossings");
    // Shorts that a house asks more for jump at the price of low-priced shares, and are looked at too.
    assert!(looks * 8 < all, "{looks} looks where looking at everything takes {all}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ladder_equals_the_full_scan(seed in any::<u64>(), weather in prop::sample::select(&WEATHERS[..])) {
        drive(seed, 60, Some(weather));
        drive(seed, 60, None);
    }
}
