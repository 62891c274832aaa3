//! From a world file to the plan: whole numbers, ids, accounts.
//!
//! Takes a file that has passed through `check`, whether or not that found something, and says what
//! else is wrong once numbers are put to it: an amount too large to count, a price between two steps, a firm
//! that posts more than it owns. What `check` has already reported (a name that does not exist, a
//! weight that is no number) is passed over here without a word, so that each mistake is reported
//! once. A plan comes out only when nothing was found by either.

mod accounts;
mod contracts;
mod crowds;
mod deposits;
mod desks;
pub mod clock;
mod firms;
mod formation;
mod funds;
mod halts;
mod history;
mod insolvency;
mod limits;
mod markets;
mod pegs;
mod pools;
mod policy;
mod sized;
mod stretches;
mod study;

use super::file::WorldFile;
use super::replay;
use engine::correlations;
use engine::plan::{Calendar, Currency, LenderPlan, Plan, Session};
use engine::traders::eyes::ticks_in;
use ground::units::{Span, Tick, Time};
use language::findings::Findings;
use mechanics::margin::volatility::{USUAL, VolatilityPlan};
use std::collections::BTreeMap;

/// The plan that a file stands for. What is wrong is added to `findings`; when there is anything
/// among them, by whomever, the plan returned is not fit to run and must be dropped.
pub fn build(name: &str, file: &WorldFile, findings: &mut Findings) -> Plan {
    let calendar = clock::calendar(&file.clock, findings);
    let mut markets = markets::build(file, findings);
    let mut people = accounts::build(file, &markets, findings);
    formation::add_rest(file, &mut markets, &people.lenders, &mut people.accounts, findings);
    limits::build(file, &markets, &mut people, findings);
    let agreements = policy::agreements(file, findings);
    policy::timely(file, calendar.as_ref(), &people.accounts, findings);
    let pegs = pegs::build(file, calendar.as_ref(), &markets, findings);
    let shocks = history::shocks(file, calendar.as_ref(), &markets, &people, &pegs, findings);
    let replay = replay::plans(file, calendar.as_ref(), &markets.instruments, &markets.unusable, findings);
    let compare_from = history::compare_from(file, calendar.as_ref(), findings);
    let reference = history::reference(file, calendar.as_ref(), findings);
    let expect = history::expect(file, calendar.as_ref(), findings);
    let volatility = volatility(file, calendar.as_ref(), &people.lenders);
    let probe = crate::probe::plan(file, calendar.as_ref(), findings);
    let crowds = crowds::build(file, &markets, &people, findings);
    let mut plan = Plan {
        name: name.to_string(),
        title: file.title.clone(),
        about: file.about.clone(),
        called: file.called.iter().map(|(name, words)| (name.to_owned(), words.clone())).collect(),
        seed: file.seed,
        currency: Currency { code: file.currency.code.clone(), decimals: file.currency.decimals },
        clock: calendar.unwrap_or_else(no_calendar),
        venues: markets.venues,
        instruments: markets.instruments,
        markets: markets.markets,
        lenders: people.lenders,
        traders: people.traders,
        crowds,
        accounts: people.accounts,
        agreements,
        funds: people.funds,
        pegs,
        volatility,
        mixing: correlations::mixing(&[&file.correlations], |name| file.instruments.position(name)).unwrap_or_default(),
        shocks,
        replay,
        compare_from,
        study: None,
        prices_every: 1,
        lucks: file.instruments.iter().map(|(name, own)| own.twin_of().unwrap_or(name).to_owned()).collect(),
        reference,
        expect,
        probe,
    };
    plan.prices_every = file.prices_every.map_or(1, |every| ticks_in(&plan, every));
    plan.study = file.study.as_ref().map(|own| study::study(own, file, &plan));
    plan
}

/// As the world says; as usual when only a lender needs it.
fn volatility(file: &WorldFile, calendar: Option<&Calendar>, lenders: &[LenderPlan]) -> Option<VolatilityPlan> {
    let followed = || lenders.iter().any(|lender| lender.add_ons.as_ref().is_some_and(|own| own.follow_volatility()));
    let judged = file.volatility.or_else(|| followed().then_some(USUAL))?;
    let calendar = calendar?;
    Some(judged.plan(calendar.tick, calendar.ticks_in_day()))
}

/// Stands in for a clock that was refused.
fn no_calendar() -> Calendar {
    let session =
        Session { open: Time::default(), close: Time::default(), first: Tick::new(0), ticks: 0, auction_ticks: 0 };
    Calendar { tick: Span::seconds(1), sessions: vec![session], ticks: 0, continuous: false, later: vec![] }
}

/// Names to positions, which are ids.
pub(crate) fn positions<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    names.enumerate().map(|(index, name)| (name, index)).collect()
}
