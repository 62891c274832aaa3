//! Shocks: what they name exists and can be shocked in that way.

use super::{Look, Names, contracts, failures, lenders};
use crate::file::{InstrumentFile, ShockKindFile, WorldFile};
use engine::correlations::{self, CorrelationFile};
use engine::plan::VolatilityChange;
use engine::traders::TraderFile;
use ground::units::Span;
use language::findings::{Findings, LARGEST};
use language::named::Named;
use mechanics::impact::Formation;
use mechanics::treasury::SourceFile;
use mechanics::treasury::strain::Funding;

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
                    |path, ratio, findings| jump(file, path, ratio, findings),
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
            ShockKindFile::Correlation(list) => {
                together(file, &look.instruments, &format!("{path}.correlation"), list, findings)
            }
            ShockKindFile::Funding { firms, sources, change, lasts } => {
                let path = format!("{path}.funding");
                change.check(&format!("{path}.change"), findings);
                if *lasts == Some(Span::ZERO) {
                    let remedy = "give a length such as \"2d\", or leave it out for the rest of the run";
                    findings.add(format_args!("{path}.lasts"), "it lasts no time", remedy);
                }
                funding(file, &look.traders, &path, (firms, sources), findings);
            }
            ShockKindFile::Intervention { by, instrument, amount, over } => {
                let path = format!("{path}.intervention");
                if !(amount.abs() > 0.0 && amount.abs() <= LARGEST) {
                    findings.add(
                        format_args!("{path}.amount"),
                        format!("{amount} is no amount to buy or sell for"),
                        "give what is bought for, or negative what is sold for",
                    );
                }
                if *over == Span::ZERO {
                    findings.add(format_args!("{path}.over"), "no time at all", "give a length such as \"1h\"");
                }
                intervention(file, [&look.traders, &look.instruments], &path, (by, instrument), findings);
            }
            ShockKindFile::Cash { firm, .. } => {
                let at = format!("{path}.cash.firm");
                if look.traders.has(firm, &at, findings)
                    && !matches!(file.traders.get(firm), Some(TraderFile::LeveragedFirm(_) | TraderFile::Firm(_)))
                {
                    findings.add(at, format!("\"{firm}\" has no treasury"), "name a LeveragedFirm or a Firm");
                }
            }
            ShockKindFile::Dividend { instrument, amount } => {
                findings.positive(format_args!("{path}.dividend.amount"), *amount);
                let at = format!("{path}.dividend.instrument");
                if look.instruments.has(instrument, &at, findings)
                    && file.instruments.get(instrument).is_some_and(|own| !own.owned())
                {
                    findings.add(at, format!("\"{instrument}\" pays no dividend"), "name a spot instrument");
                }
            }
            ShockKindFile::StaleFeed { .. }
            | ShockKindFile::Oracle { .. }
            | ShockKindFile::Outage { .. }
            | ShockKindFile::CancelTrades { .. }
            | ShockKindFile::WithdrawalHalt { .. } => {
                let names = (&look.instruments, &look.venues, &look.lenders);
                failures::check(file, names, (&path, shock.at), &shock.what, findings);
            }
        }
    }
}

/// Correlations that draws can have, between instruments with news of their own.
pub fn together(
    file: &WorldFile,
    instruments: &Names<'_>,
    path: &str,
    list: &[CorrelationFile],
    findings: &mut Findings,
) {
    let before = findings.list().len();
    correlations::check(path, list, findings, |name, path, findings| {
        if !instruments.has(name, path, findings) {
            return;
        }
        let instrument = file.instruments.get(name);
        if let Some((what, of)) = contracts::no_news_of_its_own(instrument) {
            findings.add(path, format!("\"{name}\" is {what}"), format!("name \"{of}\""));
        } else if instrument.and_then(|own| own.booked()).is_some_and(|own| own.ordinary.value_volatility == 0.0) {
            let remedy = "give it a `value_volatility`, or leave it out";
            findings.add(path, format!("the value of \"{name}\" does not move by itself"), remedy);
        }
    });
    let position = |name: &str| file.instruments.position(name);
    let is_stated = std::ptr::eq(list, file.correlations.as_slice());
    let stated: &[CorrelationFile] = if is_stated { &[] } else { &file.correlations };
    if findings.list().len() == before && correlations::mixing(&[stated, list], position).is_none() {
        findings.add(
            path,
            format!("no values can move together like this (or more than {} would)", correlations::MOST),
            "bring the numbers nearer to zero, or state those between all that share one",
        );
    }
}

/// Firms with such a source, each named once.
fn funding(
    file: &WorldFile,
    traders: &Names<'_>,
    path: &str,
    (firms, sources): (&[String], &[Funding]),
    findings: &mut Findings,
) {
    if sources.is_empty() {
        let remedy = "name at least one of Repo, CreditLine, MoneyMarketFund";
        findings.add(format_args!("{path}.sources"), "no source is meant", remedy);
    }
    for (index, firm) in firms.iter().enumerate() {
        let at = format!("{path}.firms[{index}]");
        if firms[..index].contains(firm) {
            findings.add(&at, format!("\"{firm}\" is named twice"), "name it once");
        }
        if traders.has(firm, &at, findings) && !matches!(file.traders.get(firm), Some(TraderFile::Firm(_))) {
            findings.add(at, format!("\"{firm}\" has no sources of money"), "name a Firm");
        }
    }
    let has = |source: &SourceFile| match source {
        SourceFile::Repo(_) => sources.contains(&Funding::Repo),
        SourceFile::CreditLine(_) => sources.contains(&Funding::CreditLine),
        SourceFile::MoneyMarketFund(_) => sources.contains(&Funding::MoneyMarketFund),
        _ => false,
    };
    let is_meant = |name: &str| firms.is_empty() || firms.iter().any(|own| own == name);
    let strained = file.traders.iter().any(|(name, trader)| match trader {
        TraderFile::Firm(own) => is_meant(name) && own.sources.iter().any(|(_, source)| has(source)),
        _ => false,
    });
    if !strained && !sources.is_empty() && !traders.gap {
        findings.add(path, "no firm that is meant has such a source", "name sources that some firm has");
    }
}

/// Who intervenes can, in that instrument.
fn intervention(
    file: &WorldFile,
    [traders, instruments]: [&Names<'_>; 2],
    path: &str,
    (by, instrument): (&str, &str),
    findings: &mut Findings,
) {
    let at = format!("{path}.by");
    let known = traders.has(by, &at, findings);
    if !instruments.has(instrument, format_args!("{path}.instrument"), findings) || !known {
        return;
    }
    match file.traders.get(by) {
        Some(TraderFile::OfficialDesk(own)) if !own.instruments.iter().any(|name| name == instrument) => {
            let remedy = "add it to the desk's `instruments`, or name one of them";
            findings.add(
                format_args!("{path}.instrument"),
                format!("\"{by}\" does not trade \"{instrument}\""),
                remedy,
            );
        }
        None | Some(TraderFile::OfficialDesk(_)) => {}
        Some(_) => findings.add(at, format!("\"{by}\" trades by a rule of its own"), "name an OfficialDesk"),
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

/// What forms by impact and is owed rather than owned may jump through zero, as oil did.
fn jump(file: &WorldFile, path: &str, ratio: f64, findings: &mut Findings) {
    let name = path.rsplit_once(".jump.").map_or("", |(_, name)| name);
    let through_zero = file.instruments.get(name).is_some_and(InstrumentFile::may_be_below_zero);
    if through_zero && ratio != -1.0 && ratio.abs() <= 1e3 {
        return;
    }
    price_change(path, ratio, findings);
}

fn price_change(path: &str, ratio: f64, findings: &mut Findings) {
    if !(ratio > -1.0 && ratio <= 1e3) {
        findings.add(
            path,
            format!("a change of {ratio} leaves no value, or too much"),
            "give a ratio above -1: -0.1 is a tenth less (a future on nothing else whose price forms by impact may \
             jump below zero)",
        );
    }
}

fn regime(path: &str, change: VolatilityChange, findings: &mut Findings) {
    match change {
        VolatilityChange::Times(times) => findings.within(path, times, 0.0, 1e3),
        VolatilityChange::Plus(more) => findings.within(path, more, 0.0, 10.0),
    }
}
