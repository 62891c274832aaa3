//! Lenders: capital, margin, liquidation, waterfall.

use super::Look;
use crate::liquidation::How;
use crate::margin::MarginFile;
use crate::waterfall::{funds, layers};
use crate::world::findings::Findings;

pub fn check(look: &mut Look<'_>) {
    let findings = &mut *look.findings;
    for (name, lender) in look.file.lenders.iter() {
        let path = format!("lenders.{name}");
        findings.positive(format_args!("{path}.capital"), lender.capital);
        margin(&format!("{path}.margin"), &lender.margin, findings);
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
        layers::check(&format!("{path}.waterfall"), &lender.waterfall, lender.funds.as_ref(), findings);
        if let Some(stated) = &lender.funds {
            let gap = look.traders.gap;
            funds::check(&format!("{path}.funds"), stated, lender.capital, look.file, gap, findings);
        }
        if let Some(failure) = &lender.failure {
            let gap = look.lenders.gap;
            crate::lenders::check(&format!("{path}.failure"), name, failure, look.file, gap, findings);
        }
    }
}

/// Rates of a margin model, of a lender or of a shock.
pub fn margin(path: &str, margin: &MarginFile, findings: &mut Findings) {
    let MarginFile::Rate { im, mm } = margin else { return };
    let sound = |rate: f64| rate > 0.0 && rate <= 1.0;
    for (field, rate) in [("im", *im), ("mm", *mm)] {
        if !sound(rate) {
            findings.add(
                format_args!("{path}.rate.{field}"),
                format!("{rate} is not a rate above 0 and up to 1"),
                "give a share of the position's value: 0.1 is 10 %",
            );
        }
    }
    if sound(*im) && sound(*mm) && mm > im {
        findings.add(
            format_args!("{path}.rate.mm"),
            format!("the maintenance rate {mm} is above the initial rate {im}"),
            "swap them: who may open a position must be able to keep it",
        );
    }
}
