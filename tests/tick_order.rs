//! The order of a tick: as its doc has it, as built, and as felt.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use bevy_ecs::prelude::{IntoSystem, ResMut, Resource, Schedule, World};
use bevy_ecs::schedule::{ScheduleBuildError, ScheduleBuildWarning};
use bevy_ecs::system::{System, SystemAccess};
use firesale::shocks;
use firesale::tick::needs::Needs;
use firesale::tick::spawn::spawn;
use firesale::tick::stages::{
    accrue, auctions, contracts, demand, deposits, events, halts, impact, liquidate, margin, mark, matching, payouts,
    pegs, pool, populations, record, screen, settle, standstill, study, treasury, waterfall,
};
use firesale::tick::state::{Status, TheLedger};
use firesale::tick::trays::{Defaulting, Demands, Due, Flow, Forced, Happenings, Intents, Orders};
use firesale::tick::{Stage, deciding, schedule, schedule_of};
use firesale::units::Side::{Buy, Sell};
use std::any::TypeId;
use support::Play;

fn id<M>(system: impl IntoSystem<(), (), M>) -> TypeId {
    bevy_ecs::system::System::system_type(&IntoSystem::into_system(system))
}

/// The stages in their order, system by system. The last of the tick only moves the clock on and is nobody's stage.
fn expected() -> Vec<(Stage, &'static str, TypeId)> {
    let mut all = vec![
        (Stage::Events, "resume payouts", id(payouts::resume)),
        (Stage::Events, "chains go on", id(pegs::go_on)),
        (Stage::Events, "blocks over night", id(auctions::sell_before_the_open)),
        (Stage::Events, "strike shocks", id(shocks::strike_shocks)),
        (Stage::Events, "walk values", id(events::walk_values)),
        (Stage::Events, "hear news", id(impact::hear_news)),
        (Stage::Events, "open books", id(events::open_books)),
        (Stage::Events, "lapse orders", id(events::lapse_orders)),
        (Stage::Events, "wake traders", id(events::wake_traders)),
        // The behaviours decide here, in the order of their list.
        (Stage::Screen, "investors' money", id(demand::move_money)),
        (Stage::Screen, "withdraw", id(screen::withdraw)),
        (Stage::Screen, "screen", id(screen::screen)),
        (Stage::Screen, "demands", id(demand::take_demands)),
        (Stage::Screen, "reduce only", id(screen::shrink_reduce_only)),
        (Stage::Match, "match", id(matching::match_orders)),
        (Stage::Match, "form prices", id(impact::form_prices)),
        (Stage::Match, "clear markets", id(demand::clear_markets)),
        (Stage::Match, "pools", id(pool::swap)),
        (Stage::Match, "uncross", id(matching::uncross)),
        (Stage::Match, "reopen", id(halts::reopen)),
        (Stage::Match, "note trades", id(halts::note_trades)),
        (Stage::Settle, "settle", id(settle::settle)),
        (Stage::Settle, "what lies in pools", id(pool::look_again)),
        (Stage::Settle, "who provides pools", id(pool::provide)),
        (Stage::Settle, "mint and burn", id(pegs::mint_and_burn)),
        (Stage::Settle, "deposits", id(deposits::pay_out)),
        (Stage::Mark, "marks", id(mark::set_marks)),
        (Stage::Mark, "marks that follow", id(mark::follow_marks)),
        (Stage::Mark, "view", id(mark::publish)),
        (Stage::Mark, "halts", id(halts::look)),
        (Stage::Mark, "expiry", id(contracts::expire)),
        (Stage::Mark, "variation margin", id(contracts::pay_variation_margin)),
        (Stage::Mark, "funding", id(accrue::pay_funding)),
        (Stage::Mark, "interest", id(accrue::pay_interest)),
        (Stage::Margin, "margin", id(margin::check_margin)),
        (Stage::Treasury, "treasury", id(treasury::pay_calls)),
        (Stage::Liquidate, "breaches", id(liquidate::declare_breaches)),
        (Stage::Liquidate, "agreements", id(standstill::keep_agreements)),
        (Stage::Liquidate, "auctions", id(auctions::hold_auctions)),
        (Stage::Liquidate, "deleverage", id(waterfall::deleverage)),
        (Stage::Liquidate, "forced orders", id(liquidate::queue_forced_orders)),
        (Stage::Waterfall, "close", id(waterfall::close_accounts)),
        (Stage::Waterfall, "lenders fail", id(waterfall::fail_lenders)),
        (Stage::Record, "markets", id(record::gather_markets)),
        (Stage::Record, "pegs", id(record::gather_pegs)),
        (Stage::Record, "pools", id(record::gather_pools)),
        (Stage::Record, "deposits", id(deposits::gather)),
        (Stage::Record, "study", id(study::count)),
        (Stage::Record, "holdings", id(record::gather_holdings)),
        (Stage::Record, "funds", id(waterfall::gather_funds)),
        (Stage::Record, "accounts", id(record::gather_accounts)),
        (Stage::Record, "populations", id(populations::gather_populations)),
        (Stage::Record, "lenders", id(record::gather_lenders)),
        (Stage::Record, "audit", id(record::audit)),
    ];
    let events = all.iter().filter(|(stage, ..)| *stage == Stage::Events).count();
    let deciding = deciding().into_iter().map(|(name, system)| (Stage::Decide, name, system));
    all.splice(events..events, deciding);
    all
}

fn built() -> (World, Schedule) {
    let plan = support::plan(support::BY_HAND, &[]);
    let mut world = spawn(&plan, &support::options(1));
    let mut schedule = schedule_of(&Needs::ALL);
    schedule.initialize(&mut world).expect("the schedule has one order");
    (world, schedule)
}

fn names_of(schedule: &Schedule) -> Vec<&'static str> {
    let names = expected();
    let name_of = |system: TypeId| names.iter().find(|(.., id)| *id == system).map_or("?", |(_, name, _)| *name);
    schedule.systems().unwrap().map(|(_, system)| name_of(bevy_ecs::system::System::system_type(&**system))).collect()
}

#[test]
fn what_a_plan_cannot_need_is_left_out_and_the_rest_keeps_its_order() {
    let plan = support::plan(support::BY_HAND, &[]);
    let mut world = spawn(&plan, &support::options(1));
    let mut schedule = schedule(&mut world);
    schedule.initialize(&mut world).expect("the schedule has one order");
    let found = names_of(&schedule);
    for idle in ["funding", "interest", "deleverage", "agreements"] {
        assert!(!found.contains(&idle), "{idle}");
    }
    for needed in ["screen", "margin", "breaches", "forced orders", "close", "audit"] {
        assert!(found.contains(&needed), "{needed}");
    }
    let whole = names_of(&built().1);
    let mut rest = whole.iter();
    assert!(found.iter().all(|name| rest.any(|other| other == name)), "{found:?}");
}

#[test]
fn the_schedule_runs_the_stages_in_their_order() {
    let (_, schedule) = built();
    let names = expected();
    let found = names_of(&schedule);
    let mut wanted: Vec<_> = names.iter().map(|(_, name, _)| *name).collect();
    wanted.push("?");
    assert_eq!(found, wanted);
}

#[test]
fn the_list_of_stages_is_the_order_of_the_systems() {
    let mut stages: Vec<_> = expected().into_iter().map(|(stage, ..)| stage).collect();
    stages.dedup();
    assert_eq!(stages, Stage::ORDER);
}

/// Who may change a tray and who only looks at it, as a row of the table in the doc of the trays. All behaviours are one.
fn row<T: Resource>(tray: &str, world: &World, schedule: &Schedule) -> String {
    let names = expected();
    let tray_id = world.component_id::<T>().expect("a world that has been spawned has all trays");
    let (mut changed_by, mut looked_at_by) = (Vec::new(), Vec::new());
    for (_, system) in schedule.systems_with_access().unwrap() {
        let Some((stage, name, _)) = names.iter().find(|(.., id)| *id == system.system_type()) else { continue };
        let SystemAccess::Shared(access) = system.access() else { continue };
        let access = access.combined_access();
        let name = if *stage == Stage::Decide { "the behaviours" } else { name };
        let list = match (access.has_write(tray_id), access.has_read(tray_id)) {
            (true, _) => &mut changed_by,
            (false, true) => &mut looked_at_by,
            (false, false) => continue,
        };
        if list.last() != Some(&name) {
            list.push(name);
        }
    }
    format!("//! | [`{tray}`] | {} | {} |", changed_by.join(", "), looked_at_by.join(", "))
}

#[test]
fn the_doc_of_the_trays_names_all_who_may_change_one_and_all_who_look_at_it() {
    let (world, schedule) = built();
    let rows = [
        row::<Due>("Due", &world, &schedule),
        row::<Intents>("Intents", &world, &schedule),
        row::<Forced>("Forced", &world, &schedule),
        row::<Defaulting>("Defaulting", &world, &schedule),
        row::<Orders>("Orders", &world, &schedule),
        row::<Demands>("Demands", &world, &schedule),
        row::<Happenings>("Happenings", &world, &schedule),
        row::<Flow>("Flow", &world, &schedule),
    ];
    let text = include_str!("../src/engine/tick/trays.rs");
    let told: Vec<_> = text.lines().filter(|line| line.starts_with("//! | [`")).collect();
    assert_eq!(told, rows, "the table should be\n{}", rows.join("\n"));
}

#[test]
fn every_tray_is_in_that_table() {
    let text = include_str!("../src/engine/tick/trays.rs");
    let trays = text.split("Resource)]\npub struct ").skip(1);
    let told = text.lines().filter(|line| line.starts_with("//! | [`")).collect::<Vec<_>>();
    for tray in trays {
        let name = tray.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        assert!(told.iter().any(|line| line.contains(&format!("[`{name}`]"))), "{name}");
    }
    assert_eq!(told.len(), text.matches("Resource)]\npub struct ").count());
}

#[test]
fn a_system_whose_order_is_left_to_chance_is_refused() {
    fn meddle(mut ledger: ResMut<TheLedger>) {
        ledger.0.clear_touched();
    }
    let (mut world, mut schedule) = built();
    schedule.add_systems(meddle);
    let error = schedule.initialize(&mut world).err().expect("it could run before or after settle");
    assert!(matches!(error, ScheduleBuildError::Elevated(ScheduleBuildWarning::Ambiguity(_))), "{error:?}");
}

#[test]
fn a_forced_order_trades_in_the_tick_after_the_breach() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\""]);
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, 9_600);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    // Called and breached at the end of tick 1: no grace. The book has a bid for every share.
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    assert_eq!(play.lots("fund-a@broker"), 1_000);
    play.ticks(1);
    assert_eq!(play.lots("fund-a@broker"), 0);
    let outcome = play.stop();
    let breach = outcome.tables.liquidations[0].tick;
    let forced: Vec<_> = outcome.tables.trades.iter().filter(|trade| trade.cause == "forced").map(|t| t.tick).collect();
    assert_eq!((breach, forced), (1, vec![2]));
}

/// At the end of tick 2 the forced order fills, the account is flat, closed, and its lender has paid, all before the
/// tick is recorded.
#[test]
fn an_account_that_is_flat_this_tick_is_closed_this_tick() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\""]);
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, 8_900);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(2);
    let outcome = play.stop();
    let rows: Vec<_> =
        outcome.tables.accounts.iter().filter(|row| row.account == "fund-a@broker").map(|r| &*r.state).collect();
    assert_eq!(rows, ["healthy", "breached", "closed"]);
    let paid: Vec<_> = outcome.tables.waterfall.iter().map(|row| (row.tick, row.amount)).collect();
    assert_eq!(paid, [(2, 1_000.0)]);
}

/// 2 500 are in the treasury. At 97.50 equity is 7 500 where 7 800 are the least, and 9 750 restore the margin: 2 250.
#[test]
fn a_call_is_raised_and_met_in_the_same_tick() {
    let mut play = Play::by_hand(&[]);
    play.limit("buyer@custodian", Buy, 100, 9_750);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    assert_eq!(play.status("fund-a@broker"), Status::Healthy);
    assert_eq!(play.cash("fund-a@broker"), -90_000_00 + 2_250_00);
    let outcome = play.stop();
    let call = &outcome.tables.calls[0];
    assert_eq!((call.tick, call.amount, call.outcome.as_str()), (1, 2_250.0, "met"));
    assert_eq!(call.settled_time.as_deref(), Some(&*call.time));
    let row = outcome.tables.accounts.iter().rfind(|row| row.account == "fund-a@broker").unwrap();
    assert_eq!((row.tick, &*row.state), (1, "healthy"));
}

/// A block seller sells half of what traded in the last tick. 40 shares change hands in tick 1, 100 in tick 2: it
/// sells nothing in tick 1, 20 in tick 2 and half of 120 in tick 3.
#[test]
fn a_trader_sees_what_was_published_at_the_end_of_the_last_tick_and_no_more() {
    let text = support::BY_HAND.replace(
        "\"fund-b\": LeveragedFirm(",
        "\"block\": BlockSeller(lender: \"custodian\", instrument: \"acme\", units: 1000.0, from: \"2024-03-04 09:30\", \
         share: 0.5, every: \"1m\"),\n        \"fund-b\": LeveragedFirm(",
    );
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.limit("buyer@custodian", Buy, 5_000, 9_950);
    play.ticks(1);
    for lots in [40, 100, 0] {
        if lots > 0 {
            play.market("seller@custodian", Sell, lots);
        }
        play.ticks(1);
    }
    let outcome = play.stop();
    let sold: Vec<_> = outcome
        .tables
        .trades
        .iter()
        .filter(|trade| trade.seller == "block@custodian")
        .map(|trade| (trade.tick, trade.quantity_units))
        .collect();
    assert_eq!(sold, [(2, 20.0), (3, 60.0)]);
}

/// Calls come before the treasury and breaches after it: with the money there, the last minute is soon enough.
#[test]
fn the_treasury_pays_in_the_tick_of_the_deadline_before_the_breach() {
    let text = support::BY_HAND.replace(
        "shocks: []",
        "shocks: [(at: \"2024-03-04 09:33\", reason: \"help\", what: Cash(firm: \"fund-a\", amount: 1000.0))]",
    );
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.limit("buyer@custodian", Buy, 100, 9_700);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(2);
    assert!(matches!(play.status("fund-a@broker"), Status::Called(_)));
    play.ticks(1);
    assert_eq!(play.status("fund-a@broker"), Status::Healthy);
    assert_eq!(play.cash("fund-a@broker"), -90_000_00 + 2_700_00);
}
