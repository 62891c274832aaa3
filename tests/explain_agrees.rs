//! What `explain` says of an account at a tick is what the run wrote down of it, in every world.

mod support;

use bevy_ecs::prelude::World;
use firesale::explain::explain;
use firesale::options::RunOptions;
use firesale::plan::Plan;
use firesale::results::keep::Keep;
use firesale::rng::{Purpose, Stream, stream, uniform};
use firesale::rows::AccountRow;
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::tick::state::state;
use firesale::units::{AccountId, Tick};
use std::collections::{BTreeMap, BTreeSet};

/// Two coins, their perpetuals, who carries the basis, and an exchange that deleverages.
const TWO_COINS: &str = include_str!("world_fixtures/two_coins.ron");

type Rows = BTreeMap<(u32, String), AccountRow>;

fn rows(plan: &Plan) -> Rows {
    let keep = Keep { accounts: true, ..Keep::NOTHING };
    let options = RunOptions { record: keep, audit_every_tick: false, ..support::options(plan.seed) };
    let outcome = support::run(plan, &options);
    // Of the rest of the market nothing is asked, and `explain` is asked about clients.
    let clients = plan.accounts.iter().filter(|account| account.trader.is_some());
    let clients: BTreeSet<&str> = clients.map(|account| account.name.as_str()).collect();
    let rows = outcome.tables.accounts.into_iter().filter(|row| clients.contains(row.account.as_str()));
    rows.map(|row| ((row.tick, row.account.to_string()), row)).collect()
}

/// As `explain` itself runs it: nothing is recorded.
fn replay(plan: &Plan, mut at: impl FnMut(&World, Tick) -> bool) {
    let options = RunOptions { record: Keep::NOTHING, audit_every_tick: false, ..support::options(plan.seed) };
    let mut world = spawn(plan, &options);
    let mut schedule = tick::schedule(&mut world);
    for index in 0..plan.clock.ticks {
        schedule.run(&mut world);
        if !at(&world, Tick::new(index)) {
            return;
        }
    }
}

/// How many rows were found again.
fn compare(plan: &Plan, rows: &Rows, last: u32, asks: &mut dyn FnMut(Tick, AccountId) -> bool) -> usize {
    let mut compared = 0;
    replay(plan, |world, tick| {
        for (index, account) in plan.accounts.iter().enumerate() {
            let id = AccountId::from_index(index);
            if let Some(row) = rows.get(&(tick.index(), account.name.clone()))
                && asks(tick, id)
            {
                let now = explain(world, id, tick);
                let then = [row.equity, row.equity_counted, row.im, row.mm, row.cash];
                assert_eq!(then, [now.equity, now.equity_counted, now.im, now.mm, now.cash], "{} {row:?}", plan.name);
                assert_eq!(*row.state, *now.state, "{} {row:?}", plan.name);
                compared += 1;
            }
        }
        tick.index() < last
    });
    compared
}

#[test]
fn explain_agrees_with_the_table_in_a_world_of_perpetuals_arbitrage_and_deleveraging() {
    let plan = support::plan(TWO_COINS, &[]);
    let rows = rows(&plan);
    assert!(rows.len() > 1_000, "few enough that all have rows");
    assert_eq!(compare(&plan, &rows, plan.clock.ticks, &mut |_, _| true), rows.len());
}

/// `explain` knew nothing of frozen accounts, and so refused every run from the tick on in which a lender failed.
#[test]
fn explain_agrees_with_the_table_after_the_lender_failed() {
    let fails = ["lenders.exchange.capital=1000", "lenders.exchange.waterfall=[InsuranceFund, LenderCapital]"];
    let plan = support::plan(TWO_COINS, &fails);
    let rows = rows(&plan);
    assert!(rows.values().any(|row| row.state == "frozen"), "somebody is frozen");
    assert_eq!(compare(&plan, &rows, plan.clock.ticks, &mut |_, _| true), rows.len());
}

/// Every account's money and lots after every tick.
#[test]
fn what_is_recorded_and_audited_changes_nothing_of_what_is_simulated() {
    let plan = support::plan(TWO_COINS, &[]);
    let states = |keep: Keep, audit: bool| {
        let options = RunOptions { record: keep, audit_every_tick: audit, ..support::options(plan.seed) };
        let mut world = spawn(&plan, &options);
        let mut schedule = tick::schedule(&mut world);
        let after = |_| {
            schedule.run(&mut world);
            let ledger = &state(&world).ledger;
            let accounts = (0..plan.accounts.len()).map(AccountId::from_index);
            let lots = |id| ledger.accounts.slots(id).map(|slot| ledger.accounts.lots(slot)).collect::<Vec<_>>();
            accounts.map(|id| (ledger.cash(id), lots(id))).collect::<Vec<_>>()
        };
        (0..plan.clock.ticks).map(after).collect::<Vec<_>>()
    };
    let (all, nothing) = (states(Keep::ALL, true), states(Keep::NOTHING, false));
    let differs = all.iter().zip(&nothing).position(|(one, other)| one != other);
    assert_eq!(differs, None);
}

fn chance(dice: &mut Stream, one_in: f64) -> bool {
    uniform(dice) * one_in < 1.0
}

/// Long worlds are asked about in their first ticks only.
#[test]
fn explain_agrees_with_the_table_of_every_built_in_world() {
    const TICKS: u32 = 600;
    let mut compared = BTreeMap::new();
    for (name, text) in firesale::world::builtin() {
        let mut plan = support::plan(text, &[]);
        if plan.clock.ticks > 4_000 || plan.accounts.len() > 2_000 {
            continue;
        }
        plan.clock.ticks = plan.clock.ticks.min(TICKS);
        let rows = rows(&plan);
        let mut dice = stream(7, name, Purpose::Decide);
        let mut ticks = BTreeMap::new();
        let found =
            compare(&plan, &rows, TICKS, &mut |tick, _| *ticks.entry(tick).or_insert_with(|| chance(&mut dice, 10.0)));
        compared.insert(name, found);
    }
    assert!(compared.values().filter(|found| **found > 0).count() > 5, "{compared:?}");
    println!("{compared:?}");
}
