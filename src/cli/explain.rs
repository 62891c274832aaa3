//! `firesale explain RUN --account A --tick T`: why an account stood where it stood.
//!
//! A run's folder holds no sums, only what it takes to make them again: the world, the overrides, the seed. The run
//! is simulated up to the tick; where the folder has the account's row of that tick, the two must agree.

use super::args::ExplainArgs;
use super::explain_text;
use super::progress::Progress;
use super::source;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use super::{chart, stop};
use crate::explain::{Explanation, Replayed, Until, explain, replay};
use engine::crowd::CrowdPlan;
use engine::options::RunOptions;
use engine::plan::Plan;
use files::finished::Finished;
use files::manifest::Manifest;
use ground::fault::guarded;
use ground::units::AccountId;
use language::text::near;
use results::keep::Keep;
use results::rows::AccountRow;
use serde::Serialize;
use std::path::Path;
use world::{self, Loaded};

/// What is explained: a plan, how it was run, and what is known of that run.
struct Subject {
    loaded: Loaded,
    options: RunOptions,
    manifest: Option<Manifest>,
}

pub fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let subject = subject(args)?;
    let plan = &subject.loaded.plan;
    let account = account(args, plan)?;
    let until = Until::of(args.tick, plan).map_err(|(reason, remedy)| input("--tick", reason, remedy))?;
    let label = format!("{}, seed {}", plan.name, subject.options.seed);
    let progress = Progress::new(terminal, &label, "ticks at most", u64::from(plan.clock.ticks));
    let explained = guarded(|| {
        let mut step = |_| {
            progress.step(1);
            stop::flow()
        };
        match replay(plan, &subject.options, account, until, &mut step) {
            Replayed::At(world, tick) => Ok(explain(&world, account, tick)),
            Replayed::NoBreach => Err(Status::BadInput),
            Replayed::Stopped => Err(Status::Stopped),
        }
    });
    progress.finish();
    let explained = match explained.map_err(|fault| Failure::Fault { fault, during: label })? {
        Ok(explained) => explained,
        Err(Status::Stopped) => return Ok(Status::Stopped),
        Err(_) => {
            let reason = format!("{} never broke in this run", plan.account_name(account));
            return Err(input("--tick", reason, "give a tick, a moment, or `end`".to_owned()));
        }
    };
    if let Some(manifest) = &subject.manifest {
        agrees(Path::new(&args.run), manifest, &explained)?;
    }
    print(&subject, &explained, terminal);
    Ok(Status::Done)
}

fn input(what: &str, reason: String, remedy: String) -> Failure {
    Failure::Input { what: what.to_owned(), reason, remedy }
}

/// A run's folder, or a world to be run.
fn subject(args: &ExplainArgs) -> Result<Subject, Failure> {
    let folder = Path::new(&args.run);
    if folder.is_dir() {
        return finished(args, folder);
    }
    let loaded = source::loaded(&args.run, &args.set, args.seed)?;
    let options = options(args.seed.unwrap_or(loaded.plan.seed), !args.without_liquidation);
    Ok(Subject { loaded, options, manifest: None })
}

fn finished(args: &ExplainArgs, folder: &Path) -> Result<Subject, Failure> {
    let manifest = Finished::manifest(folder).map_err(|error| Failure::Input {
        what: error.path.display().to_string(),
        reason: error.reason,
        remedy: error.remedy,
    })?;
    if args.seed.is_some() || !args.set.is_empty() || args.without_liquidation {
        let reason = "a finished run has its own seed, overrides and mode".to_owned();
        return Err(input(&args.run, reason, "name the world instead of the run's folder to change them".to_owned()));
    }
    let build = env!("CARGO_PKG_VERSION");
    if manifest.build != build {
        let reason = format!(
            "it was made by version {} and this is version {build}, which may run it otherwise",
            manifest.build
        );
        let remedy = format!("explain it with version {}, or run it again: {}", manifest.build, manifest.command);
        return Err(input(&args.run, reason, remedy));
    }
    let loaded = chart::world_of(&manifest, folder)?;
    let options = options(manifest.seed, manifest.options.liquidation);
    Ok(Subject { loaded, options, manifest: Some(manifest) })
}

fn options(seed: u64, liquidation: bool) -> RunOptions {
    RunOptions { seed, liquidation, record: Keep::NOTHING, audit_every_tick: false }
}

/// An account by its name, or by its trader's if that has only one.
fn account(args: &ExplainArgs, plan: &Plan) -> Result<AccountId, Failure> {
    // Those that have rows of their own come first: they are who a reader asks about.
    let mut clients: Vec<_> =
        plan.accounts.iter().enumerate().filter(|(_, account)| account.trader.is_some()).collect();
    clients.sort_by_key(|(_, account)| !account.watched);
    let names: Vec<&str> = clients.iter().map(|(_, account)| account.name.as_str()).collect();
    let Some(name) = &args.account else {
        let reason = "no account is named".to_owned();
        return Err(input("--account", reason, near::remedy("", &names)));
    };
    let of_trader = |trader: Option<ground::units::TraderId>| trader.map(|it| plan.traders[it.index()].name.as_str());
    if let Some(account) = plan.crowds.iter().find_map(|crowd| member_of(plan, crowd, name)) {
        return Ok(account);
    }
    let found: Vec<_> = match clients.iter().find(|(_, account)| account.name == *name) {
        Some((index, _)) => vec![*index],
        None => clients
            .iter()
            .filter(|(_, account)| of_trader(account.trader) == Some(name))
            .map(|(index, _)| *index)
            .collect(),
    };
    match found.as_slice() {
        [index] => Ok(AccountId::from_index(*index)),
        [] => {
            let reason = format!("there is no account \"{name}\"");
            // Who names no lender means a trader.
            let mut traders: Vec<&str> = clients.iter().filter_map(|(_, account)| of_trader(account.trader)).collect();
            traders.dedup();
            Err(input("--account", reason, near::remedy(name, if name.contains('@') { &names } else { &traders })))
        }
        several => {
            let own: Vec<&str> = several.iter().map(|index| plan.accounts[*index].name.as_str()).collect();
            let reason = format!("\"{name}\" has {} accounts", own.len());
            Err(input("--account", reason, near::remedy("", &own)))
        }
    }
}

/// The account of a member of a crowd, by either name.
fn member_of(plan: &Plan, crowd: &CrowdPlan, name: &str) -> Option<AccountId> {
    let (trader, lender) = name.split_once('@').map_or((name, None), |(trader, lender)| (trader, Some(lender)));
    let account = crowd.account(crowd.named(trader)?);
    lender.is_none_or(|lender| plan.lenders[crowd.lender.index()].name == lender).then_some(account)
}

/// What the run wrote down about this account at this tick, if it did.
fn agrees(folder: &Path, manifest: &Manifest, explained: &Explanation) -> Result<(), Failure> {
    let rows: Vec<AccountRow> = Finished::table(folder, manifest).map_err(|error| Failure::Input {
        what: error.path.display().to_string(),
        reason: error.reason,
        remedy: error.remedy,
    })?;
    let own = rows.iter().find(|row| row.tick == explained.tick && row.account == explained.account);
    let same = |row: &AccountRow| {
        let (then, now) =
            ([row.equity, row.im, row.mm, row.cash], [explained.equity, explained.im, explained.mm, explained.cash]);
        then == now && row.state == explained.state
    };
    if own.is_none_or(same) {
        return Ok(());
    }
    let reason = "this build runs it otherwise than the one that made it, though both have the same version".to_owned();
    Err(input(&folder.display().to_string(), reason, format!("run it again: {}", manifest.command)))
}

#[derive(Serialize)]
struct Printed<'a> {
    world: &'a str,
    seed: u64,
    sentence: String,
    #[serde(flatten)]
    explained: &'a Explanation,
}

fn print(subject: &Subject, explained: &Explanation, terminal: &Terminal) {
    let (plan, seed) = (&subject.loaded.plan, subject.options.seed);
    if terminal.json {
        let sentence = explain_text::sentence(explained);
        let printed = Printed { world: &plan.name, seed, sentence, explained };
        terminal.result(&(serde_json::to_string_pretty(&printed).expect("plain data") + "\n"));
    } else {
        terminal.result(&explain_text::page(plan, seed, explained, terminal.width));
    }
}
