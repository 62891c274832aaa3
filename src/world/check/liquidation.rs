//! Liquidation policies and agreements: numbers in range, names that exist, and nothing that contradicts itself.

use super::{Look, each_once};
use crate::file::LenderFile;
use engine::traders::{Joins, TraderFile};
use ground::units::{Deadline, Span};
use language::findings::Findings;
use mechanics::liquidation::{HowFile, HowMuch, KindFile, PolicyFile, Unsold};
use mechanics::margin::CallLevel;
use mechanics::margin::MarginFile;
use std::collections::BTreeSet;

/// Longer than any run.
const LONGEST: Span = Span::seconds(100 * 366 * 86_400);

pub fn check(look: &mut Look<'_>) {
    for (name, lender) in look.file.lenders.iter() {
        let path = format!("lenders.{name}.liquidation");
        let policy = &lender.liquidation;
        how(&format!("{path}.how"), &policy.how, look.findings);
        much(&path, lender, look.findings);
        fast(&path, policy, look.findings);
        if lender.margin != MarginFile::Unmargined {
            bidders(&path, policy, look);
        }
    }
    agreements(look);
}

fn span(path: impl std::fmt::Display, span: Span, findings: &mut Findings) {
    if span == Span::ZERO || span > LONGEST {
        findings.add(path, format!("{span} is no time, or more than a century"), "give a length such as \"10m\"");
    }
}

fn how(path: &str, how: &HowFile, findings: &mut Findings) {
    match how {
        HowFile::Market
        | HowFile::ShareOfVolume { .. }
        | HowFile::Slices { .. }
        | HowFile::Chase { .. }
        | HowFile::Backstop { .. } => {}
        HowFile::BlockAuction { after, .. } => span(format_args!("{path}.block_auction.after"), *after, findings),
        HowFile::Dutch { start, cut, every, tail, .. } => {
            let path = format!("{path}.dutch");
            span(format_args!("{path}.every"), *every, findings);
            span(format_args!("{path}.tail"), *tail, findings);
            let cuts = tail.as_seconds() as f64 / every.as_seconds().max(1) as f64;
            let last = ground::ops::ln(*start) + cuts.floor() * ground::ops::ln(1.0 - cut.clamp(0.0, 0.999));
            if *every != Span::ZERO && last >= 0.0 {
                findings.add(
                    format_args!("{path}.tail"),
                    "the price never falls below the mark, and nobody buys at a loss",
                    "give it a longer `tail`, a larger `cut`, or cut more often",
                );
            }
        }
        HowFile::English { length, .. } => span(format_args!("{path}.english.length"), *length, findings),
    }
}

fn much(path: &str, lender: &LenderFile, findings: &mut Findings) {
    let path = format!("{path}.much");
    if let HowMuch::CloseFactor { full_below: Some(1.0), .. } = lender.liquidation.much {
        findings.add(
            format_args!("{path}.close_factor.full_below"),
            "an account in breach is always below 1, so the share is never used",
            "give a number below 1, or write `All`",
        );
    }
    if lender.calls.below == CallLevel::Initial && lender.calls.restores == Some(CallLevel::Maintenance) {
        findings.add(
            path.replace(".liquidation", ".calls.restores"),
            "accounts are called below initial margin, and the call asks only for maintenance: it is met and raised again",
            "write `Initial`, or call below maintenance",
        );
    }
    let no_grace = lender.calls.grace == Deadline::After(Span::ZERO);
    let restored_too_little =
        lender.calls.below == CallLevel::Initial && lender.liquidation.much == HowMuch::RestoreMaintenance;
    if no_grace && restored_too_little {
        findings.add(
            &path,
            "accounts below initial margin are liquidated at once, but only up to maintenance margin: they are in \
             breach again in the next tick, and the next",
            "restore initial margin, or call below maintenance",
        );
    }
}

fn fast(path: &str, policy: &PolicyFile, findings: &mut Findings) {
    if let Some(cooldown) = policy.cooldown {
        if cooldown > LONGEST {
            findings.add(format_args!("{path}.cooldown"), "more than a century", "give a length such as \"10m\"");
        }
        if policy.much == HowMuch::All && cooldown != Span::ZERO {
            findings.add(
                format_args!("{path}.cooldown"),
                "an account that is closed out in full has no next step to wait for",
                "leave it out, or liquidate in part, as `RestoreInitial` does",
            );
        }
    }
}

/// Whoever is named exists and could take part, and somebody can.
fn bidders(path: &str, policy: &PolicyFile, look: &mut Look<'_>) {
    let (variant, field) = match policy.how {
        HowFile::Market | HowFile::ShareOfVolume { .. } | HowFile::Slices { .. } | HowFile::Chase { .. } => return,
        HowFile::Backstop { .. } => ("backstop", "buyers"),
        HowFile::BlockAuction { .. } => ("block_auction", "bidders"),
        HowFile::Dutch { .. } => ("dutch", "bidders"),
        HowFile::English { .. } => ("english", "bidders"),
    };
    let path = format!("{path}.how.{variant}.{field}");
    let named = policy.how.bidders();
    if !named.is_empty() || variant == "backstop" {
        each_once(&look.traders, named, &path, look.findings);
    }
    for (index, name) in named.iter().enumerate() {
        match look.file.traders.get(name).map(TraderFile::joins) {
            Some(None) => look.findings.add(
                format_args!("{path}[{index}]"),
                format!("\"{name}\" is a firm, which takes over nothing"),
                "name a population that trades the instrument, such as a keeper",
            ),
            Some(Some(own)) if variant != "backstop" && !own.bids() => look.findings.add(
                format_args!("{path}[{index}]"),
                format!("\"{name}\" is no keeper: it has no idea what to bid"),
                "name a `Keeper`, or sell through `Backstop`, which asks nobody for a price",
            ),
            None | Some(Some(_)) => {}
        }
    }
    let keepers = look.file.traders.iter().any(|(_, trader)| trader.joins().is_some_and(Joins::bids));
    if named.is_empty() && variant != "backstop" && !keepers && policy.how.unsold() == Unsold::OfferAgain {
        look.findings.add(
            &path,
            "there is no keeper in this world: nobody bids, and what is unsold is offered again for ever",
            "add a `Keeper` among the traders, or write `unsold: ToTheBook`",
        );
    }
}

fn agreements(look: &mut Look<'_>) {
    let findings = &mut *look.findings;
    let mut bound = BTreeSet::new();
    for (index, agreement) in look.file.agreements.iter().enumerate() {
        let path = format!("agreements[{index}]");
        each_once(&look.lenders, &agreement.lenders, &format!("{path}.lenders"), findings);
        if agreement.lenders.len() == 1 {
            findings.add(format_args!("{path}.lenders"), "one lender agrees with nobody", "name at least two");
        }
        for (place, lender) in agreement.lenders.iter().enumerate() {
            if !bound.insert(lender) && !agreement.lenders[..place].contains(lender) {
                findings.add(
                    format_args!("{path}.lenders[{place}]"),
                    format!("\"{lender}\" is bound by another agreement already"),
                    "let each lender sign one",
                );
            }
        }
        let KindFile::Standstill { length, notice, then } = &agreement.kind;
        span(format_args!("{path}.kind.standstill.length"), *length, findings);
        if let Some(notice) = notice {
            span(format_args!("{path}.kind.standstill.notice"), *notice, findings);
        }
        if let Some(then) = then {
            let path = format!("{path}.kind.standstill.then");
            how(&path, then, findings);
            if matches!(then.plan(), mechanics::liquidation::How::Auction(_)) {
                findings.add(
                    path,
                    "members of an agreement sell through the book",
                    "write Market, ShareOfVolume, Slices or Chase",
                );
            }
        }
        for lender in agreement.defect.names() {
            if !agreement.lenders.iter().any(|member| member == lender) {
                findings.add(
                    format_args!("{path}.defect.{lender}"),
                    format!("\"{lender}\" has not signed"),
                    "add it to `lenders`, or remove this",
                );
            }
        }
    }
}
