//! Liquidation policies and agreements between lenders in whole numbers.

use super::positions;
use crate::file::WorldFile;
use engine::plan::PolicyPlan;
use ground::numbers::cash;
use ground::units::{Cash, LenderId, Span};
use language::findings::{Findings, LARGEST};
use mechanics::liquidation::{AgreementPlan, Betrayal, DefectFile, HowFile, HowMuch, KindFile, PolicyFile, Small};

pub fn policy(file: &PolicyFile, decimals: u8) -> PolicyPlan {
    PolicyPlan {
        first: file.first,
        much: file.much,
        small: small(file.much, decimals),
        how: file.how.plan(),
        bidders: file.how.bidders().into(),
        unsold: file.how.unsold(),
        collar: file.collar,
        delay: file.delay,
        route: file.route,
        cooldown: file.cooldown.unwrap_or(Span::ZERO),
        throttle: file.throttle.map(|throttle| throttle.share_of_depth),
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
    let lenders = positions(file.lenders.names());
    let mut plans = Vec::with_capacity(file.agreements.len());
    for (index, agreement) in file.agreements.iter().enumerate() {
        let KindFile::Standstill { length, notice, then } = &agreement.kind;
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
            length: *length,
            notice: notice.unwrap_or(Span::ZERO),
            then: then.as_ref().map(HowFile::plan),
            defect: known.iter().map(|(_, name)| betrayal(name)).collect(),
        });
    }
    plans
}
