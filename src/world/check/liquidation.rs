//! Liquidation policies and agreements: numbers in range, names that exist, and nothing that contradicts itself.

use super::{Look, each_once};
use crate::file::LenderFile;
use engine::traders::{Joins, TraderFile};
use ground::moments::Start;
use ground::units::{Deadline, Span};
use language::findings::Findings;
use mechanics::liquidation::{ApartFile, DefectFile, HowFile, HowMuch, KindFile, PolicyFile, Unsold};
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
        stays(&format!("{path}.how"), &policy.how, look.findings);
        apart(&path, &policy.apart, look);
        much(&path, lender, look.findings);
        fast(&path, policy, look.findings);
        if lender.margin != MarginFile::Unmargined {
            bidders(&path, &policy.how, look);
            for (path, how) in steps(&path, &policy.apart) {
                bidders(&path, how, look);
            }
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

/// The ways of its steps, with their places.
fn steps<'a>(path: &'a str, apart: &'a [ApartFile]) -> impl Iterator<Item = (String, &'a HowFile)> {
    apart.iter().enumerate().flat_map(move |(index, entry)| {
        let of = entry.steps.iter().enumerate();
        of.filter_map(move |(step, file)| Some((format!("{path}.apart[{index}].steps[{step}]"), file.how.as_ref()?)))
    })
}

/// What is left unsold is left to a step that follows.
fn stays(path: &str, how: &HowFile, findings: &mut Findings) {
    if how.unsold() == Unsold::LeaveIt {
        findings.add(
            path,
            "what is left unsold is left to nobody: `LeaveIt` ends a step, and this is none",
            "write `OfferAgain` or `ToTheBook`, or make it a step in `apart`",
        );
    }
}

/// Things that exist, each named once, in steps whose moments come one after the other.
fn apart(path: &str, apart: &[ApartFile], look: &mut Look<'_>) {
    for (path, way) in steps(path, apart) {
        how(&format!("{path}.how"), way, look.findings);
    }
    let mut named = BTreeSet::new();
    let mut rest = false;
    for (index, entry) in apart.iter().enumerate() {
        let path = format!("{path}.apart[{index}]");
        if !entry.of.is_empty() {
            each_once(&look.instruments, &entry.of, &format!("{path}.of"), look.findings);
        }
        let findings = &mut *look.findings;
        for (place, name) in entry.of.iter().enumerate() {
            if !named.insert(name) && !entry.of[..place].contains(name) {
                findings.add(
                    format_args!("{path}.of[{place}]"),
                    format!("\"{name}\" is in another list as well"),
                    "sell each thing by one list of steps",
                );
            }
        }
        if entry.of.is_empty() && std::mem::replace(&mut rest, true) {
            findings.add(&path, "there is another list for all that no list names", "name what this one is for");
        }
        if entry.steps.is_empty() {
            findings.add(format_args!("{path}.steps"), "there is no step", "give at least one, or leave it out");
        }
        let mut before = None;
        for (place, step) in entry.steps.iter().enumerate() {
            let Some(Start::At(moment)) = step.from else { continue };
            if before.is_some_and(|before| moment <= before) {
                findings.add(
                    format_args!("{path}.steps[{place}].from"),
                    format!("{moment} is no later than a step before it, which would never be"),
                    "put them in the order of their moments",
                );
            }
            before = Some(moment);
        }
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
            path.replace(".liquidation.much", ".calls.restores"),
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
fn bidders(path: &str, how: &HowFile, look: &mut Look<'_>) {
    let (variant, field) = match how {
        HowFile::Market | HowFile::ShareOfVolume { .. } | HowFile::Slices { .. } | HowFile::Chase { .. } => return,
        HowFile::Backstop { .. } => ("backstop", "buyers"),
        HowFile::BlockAuction { .. } => ("block_auction", "bidders"),
        HowFile::Dutch { .. } => ("dutch", "bidders"),
        HowFile::English { .. } => ("english", "bidders"),
    };
    let path = format!("{path}.how.{variant}.{field}");
    let named = how.bidders();
    if !named.is_empty() || variant == "backstop" {
        each_once(&look.traders, named, &path, look.findings);
    }
    for (index, name) in named.iter().enumerate() {
        let firm = look.file.traders.get(name).is_some_and(TraderFile::is_firm);
        match look.file.traders.get(name).map(TraderFile::joins) {
            Some(None) => look.findings.add(
                format_args!("{path}[{index}]"),
                format!(
                    "\"{name}\" {}, which takes over nothing",
                    if firm { "is a firm" } else { "is a crowd of clients" }
                ),
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
    if named.is_empty() && variant != "backstop" && !keepers && how.unsold() == Unsold::OfferAgain {
        look.findings.add(
            &path,
            "there is no keeper in this world: nobody bids, and what is unsold is offered again for ever",
            "add a `Keeper` among the traders, or write `unsold: ToTheBook`",
        );
    }
}

fn agreements(look: &mut Look<'_>) {
    let mut bound = BTreeSet::new();
    for (index, agreement) in look.file.agreements.iter().enumerate() {
        let path = format!("agreements[{index}]");
        if let KindFile::Together { how, apart: entries, .. } = &agreement.kind {
            let path = format!("{path}.kind.together");
            apart(&path, entries, look);
            bidders(&path, how, look);
            for (path, how) in steps(&path, entries) {
                bidders(&path, how, look);
            }
        }
        let findings = &mut *look.findings;
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
        let (kind, length, notice) = match &agreement.kind {
            KindFile::Standstill { length, notice, .. } => ("standstill", Some(*length), *notice),
            KindFile::Together { length, notice, .. } => ("together", *length, *notice),
        };
        for (field, length) in [("length", length), ("notice", notice)] {
            if let Some(length) = length {
                span(format_args!("{path}.kind.{kind}.{field}"), length, findings);
            }
        }
        if let KindFile::Together { how: own, .. } = &agreement.kind {
            how(&format!("{path}.kind.together.how"), own, findings);
            stays(&format!("{path}.kind.together.how"), own, findings);
        }
        if length.is_none() {
            for (lender, rule) in agreement.defect.iter() {
                if let DefectFile::Chance { .. } = rule {
                    findings.add(
                        format_args!("{path}.defect.{lender}"),
                        "its moment is drawn over the length of the agreement, which has none",
                        "give the agreement a `length`, or write LossAbove",
                    );
                }
            }
        }
        if let KindFile::Standstill { then: Some(then), .. } = &agreement.kind {
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
