//! Lenders: capital, margin, liquidation, waterfall.

use super::{Look, Names};
use crate::liquidation::How;
use crate::margin::MarginFile;
use crate::margin::models::Checker;
use crate::world::findings::Findings;

pub fn check(look: &mut Look<'_>) {
    let findings = &mut *look.findings;
    for (name, lender) in look.file.lenders.iter() {
        let path = format!("lenders.{name}");
        findings.positive(format_args!("{path}.capital"), lender.capital);
        margin(&format!("{path}.margin"), &lender.margin, &look.instruments, findings);
        match lender.liquidation.how {
            How::Market => {}
            How::ShareOfVolume { share } => {
                findings.within(format_args!("{path}.liquidation.how.share_of_volume.share"), share, 1e-6, 0.95);
            }
            How::Slices { over_hours } => {
                findings.within(format_args!("{path}.liquidation.how.slices.over_hours"), over_hours, 1e-3, 1e5);
            }
        }
        findings.within(format_args!("{path}.liquidation.collar"), lender.liquidation.collar, 1e-6, 1.0);
        if lender.waterfall.is_empty() {
            findings.add(
                format_args!("{path}.waterfall"),
                "nobody pays a shortfall",
                "write at least [LenderCapital]: somebody always pays",
            );
        }
        for (index, layer) in lender.waterfall.iter().enumerate() {
            if lender.waterfall[..index].contains(layer) {
                findings.add(
                    format_args!("{path}.waterfall[{index}]"),
                    format!("{layer:?} stands twice; it can pay only once"),
                    "remove one of them",
                );
            }
        }
    }
}

/// A margin model, of a lender or of a shock.
pub fn margin(path: &str, margin: &MarginFile, instruments: &Names<'_>, findings: &mut Findings) {
    let known = |name: &str, path: &str, findings: &mut Findings| instruments.has(name, path, findings);
    margin.check(Checker { path: path.to_string(), findings, known: &known });
}
