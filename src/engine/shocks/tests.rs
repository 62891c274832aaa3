//! What holds for every shock, whichever there are.

use super::*;
use language::named::Named;
use language::names::Names;
use language::read::{Choice, Described, KindContent, read};
use language::text::Scan;
use mechanics::margin::models::Context;
use std::collections::BTreeMap;

/// One of each with plausible numbers and names that are made up, at noon.
fn one_of_each() -> Vec<ShockFile> {
    let Described::Kind(kind) = ShockKindFile::described() else { panic!("a kind") };
    let KindContent::Choices(choices) = kind.content else { panic!("choices") };
    let one = |choice: &Choice| {
        let text = format!("{}()", choice.name);
        let what = read::<ShockKindFile>(&Scan::of(&text)).file.expect("something stands in");
        assert_eq!(what.variant(), choice.name);
        ShockFile { at: "2024-03-04 12:00".parse().expect("a moment"), reason: "A test.".to_owned(), what }
    };
    choices.iter().map(one).collect()
}

fn found(list: &[ShockFile]) -> Findings {
    let none = |kind| Names::of(kind, kind, std::iter::empty(), false);
    let (venues, instruments, lenders) = (none("venue"), none("instrument"), none("lender"));
    let (traders, pegs) = (none("trader"), none("peg"));
    let stated = Stated {
        venues: &venues,
        instruments: &instruments,
        lenders: &lenders,
        traders: &traders,
        pegs: &pegs,
        terms: &Named::default(),
        populations: &Named::default(),
        correlations: &[],
    };
    let mut findings = Findings::default();
    check(list, &stated, &mut findings);
    findings
}

#[test]
fn what_names_nothing_that_exists_is_found_where_it_stands() {
    for shock in one_of_each() {
        let name = shock.what.variant();
        let found = found(&[shock]);
        // Correlations that are empty are those that the world states.
        assert_eq!(found.is_empty(), name == "Correlation", "{name}");
        for finding in found.list() {
            assert!(finding.path.starts_with("shocks[0].what"), "{name}: {finding}");
        }
    }
}

#[test]
fn a_shock_without_a_reason_is_found_whatever_it_is() {
    for mut shock in one_of_each() {
        shock.reason = "  ".to_owned();
        assert!(found(&[shock]).list().iter().any(|finding| finding.path == "shocks[0].reason"));
    }
}

/// A plan is made of what was refused as well, for what else is wrong: of names that are none nothing becomes of a shock,
/// and never a panic.
#[test]
fn what_was_refused_has_a_plan_or_none() {
    let drafted = Drafted {
        calendar: None,
        decimals: 2,
        venues: &[],
        instruments: &[],
        unusable: &[],
        markets: &[],
        lenders: &[],
        traders: &[],
        accounts: &[],
        pegs: &[],
        populations: &BTreeMap::new(),
        correlations: &[],
        margin: &Context::new([], 2, 390.0),
    };
    let mut findings = Findings::default();
    let made = plans(&one_of_each(), &drafted, &mut findings);
    assert!(findings.is_empty(), "{:?}", findings.list());
    for ShockPlan { kind, .. } in made {
        let names_nobody = match &kind {
            ShockKind::Value(of) | ShockKind::Jump(of) | ShockKind::Liquidity(of) => of.is_empty(),
            ShockKind::Volatility(of) => of.is_empty(),
            ShockKind::Correlation(mixing) => mixing.is_empty(),
            ShockKind::Funding(own) => own.firms.is_empty(),
            _ => false,
        };
        assert!(names_nobody, "{kind:?}");
    }
}

#[test]
fn a_shock_is_made_so_many_times_as_large_if_it_has_a_size() {
    let one = |kind: &ShockKind, by| {
        let mut kind = kind.clone();
        kind.scale(by);
        kind
    };
    let fall = ShockKind::Jump(vec![(ground::units::InstrumentId::new(0), -0.1)]);
    let ShockKind::Jump(scaled) = one(&fall, 2.0) else { panic!("a jump") };
    assert_eq!(scaled[0].1, -0.2);
    // Nothing falls by more than all of it.
    let ShockKind::Jump(scaled) = one(&fall, 20.0) else { panic!("a jump") };
    assert_eq!(scaled[0].1, -0.999);
    let outage = ShockKind::Outage(outage::Plan {
        venue: ground::units::VenueId::new(0),
        lasts: ground::units::Span::seconds(60),
    });
    assert_eq!(one(&outage, 2.0), outage);
}
