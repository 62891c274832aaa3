//! Shocks: what they name exists and can be shocked in that way.

use super::{Look, lenders};
use crate::traders::TraderFile;
use crate::world::file::{InstrumentFile, ShockKindFile};

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    let findings = &mut *look.findings;
    for (index, shock) in file.shocks.iter().enumerate() {
        let path = format!("shocks[{index}]");
        if shock.reason.trim().is_empty() {
            findings.add(
                format_args!("{path}.reason"),
                "no reason is given",
                "say in one line why this is taken as given",
            );
        }
        let path = format!("{path}.what");
        match &shock.what {
            ShockKindFile::Value(ratios) => {
                if ratios.is_empty() {
                    findings.add(&path, "the news is about nothing", "name at least one instrument");
                }
                for (name, ratio) in ratios.iter() {
                    let path = format!("{path}.value.{name}");
                    if !(*ratio > -1.0 && *ratio <= 1e3) {
                        findings.add(
                            &path,
                            format!("a change of {ratio} leaves no value, or too much"),
                            "give a ratio above -1: -0.1 is a tenth less",
                        );
                    }
                    if look.instruments.has(name, &path, findings)
                        && let Some(InstrumentFile::Swap { of }) = file.instruments.get(name)
                    {
                        findings.add(&path, format!("\"{name}\" is a swap"), format!("news is about \"{of}\""));
                    }
                }
            }
            ShockKindFile::Issue { instrument, units, to } => {
                findings.positive(format_args!("{path}.issue.units"), *units);
                look.traders.has(to, format_args!("{path}.issue.to"), findings);
                let at = format!("{path}.issue.instrument");
                if look.instruments.has(instrument, &at, findings)
                    && let Some(InstrumentFile::Swap { of }) = file.instruments.get(instrument)
                {
                    findings.add(at, format!("\"{instrument}\" is a swap"), format!("issue units of \"{of}\""));
                }
            }
            ShockKindFile::Margin { lender, margin } => {
                look.lenders.has(lender, format_args!("{path}.margin.lender"), findings);
                lenders::margin(&format!("{path}.margin.margin"), margin, findings);
            }
            ShockKindFile::Cash { firm, .. } => {
                let at = format!("{path}.cash.firm");
                if look.traders.has(firm, &at, findings)
                    && !matches!(file.traders.get(firm), Some(TraderFile::LeveragedFirm(_) | TraderFile::Firm(_)))
                {
                    findings.add(at, format!("\"{firm}\" has no treasury"), "name a LeveragedFirm or a Firm");
                }
            }
        }
    }
}
