//! What is stated and cannot act, whatever happens: a shock of nothing, a source that is never drawn, a lender that agrees to
//! nothing or has failed before it begins.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::shocks::{ShockKind, ShockKindFile};
use engine::traders::{TraderFile, firm};
use language::findings::Findings;
use mechanics::treasury::{SourceFile, StageFile};

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    shocks(file, plan, remarks);
    for (name, trader) in file.traders.iter() {
        if let TraderFile::Firm(own) = trader {
            of_firm(&format!("traders.{name}"), own, remarks);
        }
    }
    let follows = plan.lenders.iter().any(|own| own.add_ons.as_ref().is_some_and(|own| own.follow_volatility()));
    if file.volatility.is_some() && !follows {
        remarks.add(
            "volatility",
            "no lender's margin follows volatility: nobody asks how it is judged",
            "give a lender an add-on that follows it, or leave it out",
        );
    }
    for (name, lender) in file.lenders.iter() {
        let least = lender.failure.as_ref().map_or(0.0, |failure| failure.least_capital);
        if least > lender.capital {
            remarks.add(
                format_args!("lenders.{name}.failure.least_capital"),
                format!("it has a capital of {}: it fails in the first tick, before anything happens", lender.capital),
                "give it more capital, or ask for less",
            );
        }
    }
}

fn shocks(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    const REMEDY: &str = "give another number, or leave it out";
    for shock in &plan.shocks {
        let what = &file.shocks[shock.stated].what;
        let path = what.path(shock.stated);
        match (&shock.kind, what) {
            (ShockKind::Jump(changes) | ShockKind::Value(changes), _) => {
                for (id, _) in changes.iter().filter(|(_, change)| *change == 0.0) {
                    let name = &plan.instruments[id.index()].name;
                    remarks.add(format_args!("{path}.{name}"), format!("\"{name}\" does not change by it"), REMEDY);
                }
            }
            (ShockKind::Cash(_), ShockKindFile::Cash(own)) if own.amount == 0.0 => {
                remarks.add(format_args!("{path}.amount"), "no money comes, and none goes", REMEDY);
            }
            _ => {}
        }
    }
}

fn of_firm(path: &str, own: &firm::Params, remarks: &mut Findings) {
    for (name, source) in own.sources.iter() {
        // Where there are stages, `check/firms.rs` asks for one that draws on it.
        if own.playbook.is_empty() && !matches!(source, SourceFile::Cash(_)) {
            remarks.add(
                format_args!("{path}.sources.{name}"),
                "without a playbook a firm pays from its cash alone: it is never drawn on",
                "name it in a Draw of the playbook, or remove it",
            );
        }
    }
    for (index, stage) in own.playbook.iter().enumerate() {
        if matches!(stage, StageFile::Talk { probability: 0.0, .. }) {
            remarks.add(
                format_args!("{path}.playbook[{index}].talk.probability"),
                "no lender ever agrees: no deadline moves",
                "give a probability above 0, or leave the stage out",
            );
        }
    }
}
