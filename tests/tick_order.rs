//! The order of a tick: as its doc has it, as built, and as felt.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use bevy_ecs::prelude::{ResMut, Schedule, World};
use bevy_ecs::schedule::{ScheduleBuildError, ScheduleBuildWarning};
use firesale::tick::needs::Needs;
use firesale::tick::spawn::spawn;
use firesale::tick::state::{State, Status, state_mut};
use firesale::tick::{schedule, systems};
use firesale::units::Side::{Buy, Sell};
use std::any::TypeId;
use std::fs;
use std::path::Path;
use support::Play;

fn built() -> (World, Schedule) {
    let plan = support::plan(support::BY_HAND, &[]);
    let mut world = spawn(&plan, &support::options(1));
    let needs = &mut state_mut(&mut world).needs;
    needs.behaviours = Needs::ALL.behaviours;
    let mut schedule = schedule(&mut world);
    schedule.initialize(&mut world).expect("the schedule has one order");
    (world, schedule)
}

fn types_of(schedule: &Schedule) -> Vec<TypeId> {
    schedule.systems().unwrap().map(|(_, system)| bevy_ecs::system::System::system_type(&**system)).collect()
}

#[test]
fn the_schedule_runs_the_systems_in_their_order() {
    assert!(types_of(&built().1) == systems(), "the systems are in another order");
}

/// The list in the doc of a tick has the stages in the order in which they are called.
#[test]
fn the_doc_of_a_tick_is_what_it_does() {
    let text = source("tick/mod.rs");
    let told = text.lines().filter_map(|line| line.strip_prefix("//! ")?.split_once(". *")?.1.split('*').next());
    let (_, after) = text.split_once("\nfn after_deciding(").expect("what comes after the decisions");
    let calls = after.lines().take_while(|line| *line != "}").filter_map(|line| line.trim().split_once("(state"));
    let called: Vec<_> = ["events", "decide"].into_iter().chain(calls.map(|(stage, _)| stage)).collect();
    let told: Vec<_> = told.map(|stage| if stage == "match" { "match_orders" } else { stage }).collect();
    assert_eq!(told, called);
    assert_eq!(called.len(), 11);
}

#[test]
fn behaviours_that_nobody_has_are_left_out_and_the_rest_keeps_its_order() {
    let plan = support::plan(support::BY_HAND, &[]);
    let mut world = spawn(&plan, &support::options(1));
    let mut schedule = schedule(&mut world);
    schedule.initialize(&mut world).expect("the schedule has one order");
    let (found, whole) = (types_of(&schedule), types_of(&built().1));
    assert!(found.len() < whole.len());
    let mut rest = whole.iter();
    assert!(found.iter().all(|system| rest.any(|other| other == system)));
}

/// What a plan is found not to need does nothing when it is there.
#[test]
fn a_world_runs_the_same_with_all_that_it_does_not_need() {
    for name in ["two-funds", "insurance-fund", "clearing-house", "leverage-and-tails", "peg"] {
        let plan = firesale::world::load(name, &[]).unwrap_or_else(|error| panic!("{error}")).plan;
        let run = |all: bool| {
            let mut world = spawn(&plan, &support::options(3));
            let own = &mut state_mut(&mut world).needs;
            let behaviours = own.behaviours;
            assert_ne!(*own, Needs { behaviours, ..Needs::ALL }, "{name} needs everything");
            if all {
                *own = Needs { behaviours, ..Needs::ALL };
            }
            let mut schedule = schedule(&mut world);
            (0..plan.clock.ticks.min(300)).for_each(|_| schedule.run(&mut world));
            firesale::run::finish(&plan, world, true)
        };
        assert!(run(false) == run(true), "{name}");
    }
}

/// The parts of the stages in the order in which a tick comes to them: module and function, as the tick calls them.
fn parts() -> Vec<(String, String)> {
    let text = source("tick/mod.rs");
    let mut parts = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let Some(at) = line.find("(state").or_else(|| line.find("(&mut state")) else { continue };
        let Some((module, function)) = line[..at].trim().rsplit_once("::") else { continue };
        let module = module.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        if !["work", "state"].contains(&module) {
            parts.push((module.to_owned(), function.to_owned()));
        }
    }
    assert!(parts.len() > 40, "the tick calls its parts otherwise than this test reads them");
    // Nobody's part: when the run is over.
    parts.retain(|(_, function)| function != "settle_what_is_lacking");
    // The behaviours decide once all have woken.
    let woken = parts.iter().position(|(_, function)| function == "wake_traders").expect("traders wake");
    parts.insert(woken + 1, ("decide".to_owned(), "decide".to_owned()));
    parts
}

fn source(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of a module of the stages, with its folder's.
fn module(name: &str) -> String {
    if name == "shocks" {
        return source("shocks/field.rs");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/tick/stages").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder).into_iter().flatten().map(|file| file.unwrap().path()).collect();
    files.extend([folder.with_extension("rs")].into_iter().filter(|file| file.exists()));
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// What a part takes out of the state, as its first statement has it: the compiler holds it to that. One without such a
/// statement hands the state on to a function of its own file.
fn taken(text: &str, function: &str) -> Vec<String> {
    let start = ["(", "<"].iter().find_map(|end| text.find(&format!("fn {function}{end}")));
    let start = start.unwrap_or_else(|| panic!("there is no function {function}"));
    let body = &text[start..];
    let body = &body[..body.find("\n}").expect("a function ends")];
    if let Some((_, names)) = body.split_once("let State {") {
        let (names, from) = names.split_once("} =").expect("a pattern ends");
        assert!(from.trim_start().starts_with("*state;"), "{function} takes the state apart in one statement");
        return names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    }
    let handed = body.lines().filter(|line| !line.contains("fn ")).find_map(|line| line.split_once("(state,"));
    let (before, _) = handed.unwrap_or_else(|| panic!("{function} takes nothing out of the state"));
    taken(text, before.trim())
}

const TRAYS: [&str; 8] = ["Due", "Intents", "Forced", "Defaulting", "Orders", "Demands", "Happenings", "Flow"];

/// Who may change a tray and who only looks at it, as a row of the table in the doc of the trays. All behaviours are one.
fn row(tray: &str) -> String {
    let field = tray.to_lowercase();
    let (mut changed_by, mut looked_at_by) = (Vec::new(), Vec::new());
    for (place, function) in parts() {
        let name = if place == "decide" { "the behaviours".to_owned() } else { format!("{place}::{function}") };
        for own in taken(&module(&place), &function) {
            // What is taken under another name stands behind its own.
            let taken = own.strip_prefix(&format!("{field}: ")).unwrap_or(&own);
            if taken == format!("ref mut {field}") || taken != own && taken.starts_with("ref mut ") {
                changed_by.push(name.clone());
            } else if taken == format!("ref {field}") || taken != own {
                looked_at_by.push(name.clone());
            }
        }
    }
    format!("//! | [`{tray}`] | {} | {} |", changed_by.join(", "), looked_at_by.join(", "))
}

#[test]
fn the_doc_of_the_trays_names_all_who_may_change_one_and_all_who_look_at_it() {
    let rows = TRAYS.map(row);
    let text = source("tick/trays.rs");
    let told: Vec<_> = text.lines().filter(|line| line.starts_with("//! | [`")).collect();
    assert_eq!(told, rows, "the table should be\n{}", rows.join("\n"));
}

#[test]
fn every_tray_is_in_that_table() {
    let text = source("tick/state/mod.rs");
    let (_, trays) = text.split_once("use super::trays::{").expect("the state has trays");
    let (trays, _) = trays.split_once('}').expect("a list of imports ends");
    let mut named: Vec<_> = trays.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    named.sort_unstable();
    let mut listed = TRAYS;
    listed.sort_unstable();
    assert_eq!(named, listed);
}

#[test]
fn a_system_whose_order_is_left_to_chance_is_refused() {
    fn meddle(mut state: ResMut<State>) {
        state.ledger.clear_touched();
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
    assert_eq!((call.tick, call.amount, &*call.outcome), (1, 2_250.0, "met"));
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
