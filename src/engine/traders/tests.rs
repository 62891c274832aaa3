//! What holds for every kind of trader, whichever there are.

use super::*;
use language::read::{Content, Described, KindContent, read};
use language::text::Scan;

/// One of each, with plausible parameters, and what the reference says of those.
fn one_of_each() -> Vec<(TraderFile, &'static [language::read::Field])> {
    let Described::Kind(kind) = TraderFile::described() else { panic!("a kind") };
    let KindContent::Choices(choices) = kind.content else { panic!("choices") };
    let one = |choice: &language::read::Choice| {
        let text = format!("{}()", choice.name);
        let file = read::<TraderFile>(&Scan::of(&text)).file.expect("something stands in");
        let Content::Several([params]) = choice.content else { panic!("parameters") };
        let Described::Kind(params) = params() else { panic!("a kind") };
        let KindContent::Fields(fields) = params.content else { panic!("fields") };
        assert_eq!(file.variant(), choice.name);
        (file, fields)
    };
    choices.iter().map(one).collect()
}

#[test]
fn who_waits_for_a_moment_says_which() {
    let mut waiting = 0;
    for (trader, fields) in one_of_each() {
        let from = fields.iter().find(|field| {
            field.absent.is_none() && field.name == "from" && (field.described)().words().starts_with("a moment")
        });
        let begins = trader.joins().and_then(Joins::begins).map(|(field, _)| field);
        assert_eq!(begins, from.map(|field| field.name), "{}", trader.variant());
        waiting += usize::from(from.is_some());
    }
    assert!(waiting > 2);
}

#[test]
fn firms_have_treasuries_and_everyone_else_decides() {
    for (trader, fields) in one_of_each() {
        let owns = |name: &str| fields.iter().any(|field| field.name == name);
        assert_eq!(trader.sources().is_some(), owns("sources"), "{}", trader.variant());
        assert_eq!(trader.is_firm(), owns("sources") || owns("portfolio"), "{}", trader.variant());
        assert!(!(trader.is_firm() && trader.is_scheduled()), "{}", trader.variant());
    }
}
