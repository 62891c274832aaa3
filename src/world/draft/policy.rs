//! Liquidation policies and agreements between lenders in whole numbers.

use super::positions;
use crate::file::WorldFile;
use engine::plan::{AccountPlan, Calendar, PolicyPlan};
use ground::moments::{Moment, Start};
use ground::numbers::cash;
use ground::units::{Cash, InstrumentId, LenderId, Span};
use language::findings::{Findings, LARGEST};
use mechanics::liquidation::{
    AgreementPlan, ApartFile, ApartPlan, Betrayal, DefectFile, HowMuch, KindFile, PolicyFile, Programme, SaleStepFile,
    Small, StepPlan, Way,
};
use std::sync::Arc;

pub fn policy(file: &PolicyFile, decimals: u8, id: impl Fn(&str) -> Option<InstrumentId>) -> PolicyPlan {
    PolicyPlan {
        first: file.first,
        much: file.much,
        small: small(file.much, decimals),
        programme: programme(Way::of(&file.how, None), &file.apart, id),
        collar: file.collar,
        delay: file.delay,
        route: file.route,
        cooldown: file.cooldown.unwrap_or(Span::ZERO),
        throttle: file.throttle.map(|throttle| throttle.share_of_depth),
    }
}

/// Instruments that do not exist are for `check` to report.
fn programme(own: Way, apart: &[ApartFile], id: impl Fn(&str) -> Option<InstrumentId>) -> Programme {
    let own = Arc::new(own);
    let step = |step: &SaleStepFile| {
        let way = match &step.how {
            Some(how) => Way::of(how, step.collar.or(own.collar)),
            None => Way { collar: step.collar.or(own.collar), ..(*own).clone() },
        };
        StepPlan { from: step.from, share: step.share.unwrap_or(1.0), way: Arc::new(way) }
    };
    let entry = |entry: &ApartFile| ApartPlan {
        of: entry.of.iter().filter_map(|name| id(name)).collect(),
        steps: entry.steps.iter().map(step).collect(),
    };
    // One that names only what does not exist would speak of all the rest.
    let apart = apart.iter().map(|file| (file, entry(file)));
    let apart = apart.filter(|(file, plan)| file.of.is_empty() == plan.of.is_empty()).map(|(_, plan)| plan).collect();
    Programme { own, apart }
}

/// Things that nobody holds where they are to be sold apart, and moments that never come.
pub fn timely(file: &WorldFile, calendar: Option<&Calendar>, accounts: &[AccountPlan], findings: &mut Findings) {
    let own = file.lenders.iter().map(|(name, lender)| {
        let members = vec![name.to_string()];
        (format!("lenders.{name}.liquidation"), members, Some(lender.liquidation.delay), &lender.liquidation.apart[..])
    });
    let agreed = file.agreements.iter().enumerate().map(|(index, agreement)| {
        let apart = match &agreement.kind {
            KindFile::Together { apart, .. } => &apart[..],
            KindFile::Standstill { .. } => &[],
        };
        (format!("agreements[{index}].kind.together"), agreement.lenders.clone(), None, apart)
    });
    // What else is wrong can be why nobody holds it.
    let all_else_is_well = findings.is_empty();
    let lenders = positions(file.lenders.names());
    for (path, members, delay, apart) in own.chain(agreed) {
        comes(format_args!("{path}.delay"), delay, calendar, findings);
        let members: Vec<_> = members.iter().filter_map(|name| lenders.get(name.as_str())).collect();
        for (index, entry) in apart.iter().enumerate() {
            for (place, step) in entry.steps.iter().enumerate() {
                comes(format_args!("{path}.apart[{index}].steps[{place}].from"), step.from, calendar, findings);
            }
            for (place, name) in entry.of.iter().enumerate().filter(|_| all_else_is_well) {
                let Some(id) = file.instruments.position(name).map(InstrumentId::from_index) else { continue };
                let holds = |account: &AccountPlan| {
                    let here = members.iter().any(|member| account.lender.index() == **member);
                    here && account.trader.is_some() && account.slots.iter().any(|(instrument, _)| *instrument == id)
                };
                if !accounts.iter().any(holds) {
                    findings.add(
                        format_args!("{path}.apart[{index}].of[{place}]"),
                        format!("no client here ever holds \"{name}\""),
                        "name what clients hold: of a swap its own name, not its share's",
                    );
                }
            }
        }
    }
    for (index, agreement) in file.agreements.iter().enumerate() {
        comes(format_args!("agreements[{index}].from"), agreement.from.map(Start::At), calendar, findings);
    }
}

fn comes(path: impl std::fmt::Display, start: Option<Start>, calendar: Option<&Calendar>, findings: &mut Findings) {
    let Some((Start::At(moment), calendar)) = start.zip(calendar) else { return };
    let Some(end) = calendar.sessions.last().map(|session| session.close) else { return };
    if moment.time() >= end {
        findings.add(path, format!("{moment} never comes: the run ends at {end}"), "give a moment before that");
    }
}

/// Amounts that are out of all range have their finding from `check`.
fn small(much: HowMuch, decimals: u8) -> Small {
    let HowMuch::CloseFactor { whole_below, least_left, .. } = much else { return Small::default() };
    let money = |amount: Option<f64>| {
        let amount = amount.filter(|amount| (0.0..=LARGEST).contains(amount));
        amount.and_then(|amount| cash(amount, decimals).ok()).unwrap_or(Cash::ZERO)
    };
    Small { whole_below: money(whole_below), least_left: money(least_left) }
}

/// Lenders that do not exist are for `check` to report.
pub fn agreements(file: &WorldFile, findings: &mut Findings) -> Vec<AgreementPlan> {
    let instruments = positions(file.instruments.names());
    let id = |name: &str| instruments.get(name).copied().map(InstrumentId::from_index);
    let lenders = positions(file.lenders.names());
    let mut plans = Vec::with_capacity(file.agreements.len());
    for (index, agreement) in file.agreements.iter().enumerate() {
        let (length, notice) = match &agreement.kind {
            KindFile::Standstill { length, notice, .. } => (Some(*length), *notice),
            KindFile::Together { length, notice, .. } => (*length, *notice),
        };
        let (meanwhile, then) = match &agreement.kind {
            KindFile::Standstill { then, .. } => {
                (None, then.as_ref().map(|how| programme(Way::of(how, None), &[], id)))
            }
            KindFile::Together { how, collar, apart, .. } => (Some(programme(Way::of(how, *collar), apart, id)), None),
        };
        let mut betrayal = |name: &String| match *agreement.defect.get(name)? {
            DefectFile::LossAbove { amount } if amount.abs() <= LARGEST => {
                let amount = cash(amount, file.currency.decimals).unwrap_or_else(|reason| {
                    let path = format_args!("agreements[{index}].defect.{name}.loss_above.amount").to_string();
                    findings.add(path, reason, "give a smaller amount");
                    Cash::ZERO
                });
                Some(Betrayal::LossAbove(amount))
            }
            DefectFile::LossAbove { .. } => None,
            DefectFile::Chance { probability } => Some(Betrayal::Chance(probability)),
        };
        let known: Vec<_> =
            agreement.lenders.iter().filter_map(|name| Some((*lenders.get(name.as_str())?, name))).collect();
        plans.push(AgreementPlan {
            lenders: known.iter().map(|(index, _)| LenderId::from_index(*index)).collect(),
            from: agreement.from.map(Moment::time),
            length,
            notice: notice.unwrap_or(Span::ZERO),
            meanwhile,
            then,
            defect: known.iter().map(|(_, name)| betrayal(name)).collect(),
        });
    }
    plans
}
