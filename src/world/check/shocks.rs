//! Shocks: what they name exists and can be shocked in that way.

use super::{Look, Names, contracts, lenders};
use crate::impact::Formation;
use crate::traders::TraderFile;
use crate::units::Span;
use crate::world::file::{InstrumentFile, ShockKindFile, VolatilityChange, WorldFile};
use crate::world::findings::Findings;
use crate::world::named::Named;

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
                each_instrument(
                    file,
                    &look.instruments,
                    &format!("{path}.value"),
                    ratios,
                    findings,
                    price_change,
                    |_| false,
                );
            }
            ShockKindFile::Jump(ratios) => {
                each_instrument(
                    file,
                    &look.instruments,
                    &format!("{path}.jump"),
                    ratios,
                    findings,
                    price_change,
                    without_book,
                );
            }
            ShockKindFile::Volatility(changes) => {
                each_instrument(
                    file,
                    &look.instruments,
                    &format!("{path}.volatility"),
                    changes,
                    findings,
                    regime,
                    |_| false,
                );
            }
            ShockKindFile::Liquidity(shares) => {
                let share = |path: &str, share: f64, findings: &mut Findings| findings.within(path, share, 1e-6, 1e6);
                each_instrument(file, &look.instruments, &format!("{path}.liquidity"), shares, findings, share, quoted);
            }
            ShockKindFile::Halt { venue, pause, .. } => {
                look.venues.has(venue, format_args!("{path}.halt.venue"), findings);
                if *pause == Some(Span::ZERO) {
                    let remedy = "give a length such as \"15m\", or leave it out to stop until the close";
                    findings.add(format_args!("{path}.halt.pause"), "a pause of no time", remedy);
                }
            }
            ShockKindFile::Issue { instrument, units, to } => {
                findings.positive(format_args!("{path}.issue.units"), *units);
                look.traders.has(to, format_args!("{path}.issue.to"), findings);
                let at = format!("{path}.issue.instrument");
                if look.instruments.has(instrument, &at, findings)
                    && let Some(about) = file.instruments.get(instrument)
                    && !matches!(about, InstrumentFile::Spot { .. })
                {
                    let (what, remedy) = match about {
                        InstrumentFile::Swap { of } => ("a swap", format!("issue units of \"{of}\"")),
                        _ => ("a contract: nobody issues it", "issue units of a spot instrument".to_owned()),
                    };
                    findings.add(at, format!("\"{instrument}\" is {what}"), remedy);
                }
            }
            ShockKindFile::Margin { lender, margin } => {
                look.lenders.has(lender, format_args!("{path}.margin.lender"), findings);
                lenders::margin(&format!("{path}.margin.margin"), margin, &look.instruments, findings);
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

/// A shock that names instruments: at least one, each with its number. What is worth what something else is worth has
/// no news of its own, unless it can move alone.
fn each_instrument<T: Copy>(
    file: &WorldFile,
    instruments: &Names<'_>,
    path: &str,
    named: &Named<T>,
    findings: &mut Findings,
    number: impl Fn(&str, T, &mut Findings),
    moves_alone: impl Fn(&InstrumentFile) -> bool,
) {
    if named.is_empty() {
        let at = path.rsplit_once('.').map_or(path, |(shock, _)| shock);
        findings.add(at, "the news is about nothing", "name at least one instrument");
    }
    for (name, what) in named.iter() {
        let path = format!("{path}.{name}");
        number(&path, *what, findings);
        if instruments.has(name, &path, findings)
            && !file.instruments.get(name).is_some_and(&moves_alone)
            && let Some((what, of)) = contracts::no_news_of_its_own(file.instruments.get(name))
        {
            findings.add(&path, format!("\"{name}\" is {what}"), format!("news is about \"{of}\""));
        }
    }
}

/// A jump moves the price itself where that forms by impact.
fn without_book(instrument: &InstrumentFile) -> bool {
    matches!(instrument.formation(), Formation::Impact(_))
}

/// Each market has its own depth.
fn quoted(instrument: &InstrumentFile) -> bool {
    !instrument.venues().is_empty()
}

fn price_change(path: &str, ratio: f64, findings: &mut Findings) {
    if !(ratio > -1.0 && ratio <= 1e3) {
        findings.add(
            path,
            format!("a change of {ratio} leaves no value, or too much"),
            "give a ratio above -1: -0.1 is a tenth less",
        );
    }
}

fn regime(path: &str, change: VolatilityChange, findings: &mut Findings) {
    match change {
        VolatilityChange::Times(times) => findings.within(path, times, 0.0, 1e3),
        VolatilityChange::Plus(more) => findings.within(path, more, 0.0, 10.0),
    }
}
