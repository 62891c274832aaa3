//! Whatever happens to the text of a world, it loads or it is refused with findings: no panic, no hang.

use firesale::world::WorldError;
use fixtures::{FIXTURES, load};
use proptest::prelude::*;
use spoilt::{Entry, Pieces};

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/spoilt.rs"]
mod spoilt;

#[derive(Clone, Debug)]
enum Mutation {
    Flip { at: usize, bit: u8 },
    Insert { at: usize, text: String },
    Delete { at: usize, length: usize },
    Duplicate { from: usize, length: usize, to: usize },
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let token = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "//",
        "/*",
        "*/",
        "-",
        "1e999",
        "NaN",
        "inf",
        "0",
        "-1",
        "None",
        "Some(",
        "r#\"",
        "'",
        "\u{0}",
        "é",
        "\u{feff}",
        "1_000_000_000_000",
        "\"acme\"",
        "count: 3000000,",
        "\"broker\": ",
        "Swap(of: \"acme\")",
        "()",
        "1e-300",
        "99999999999999999999999999999999999999999999",
    ]);
    prop_oneof![
        (any::<usize>(), 0u8..8).prop_map(|(at, bit)| Mutation::Flip { at, bit }),
        (any::<usize>(), token).prop_map(|(at, text)| Mutation::Insert { at, text: text.to_string() }),
        (any::<usize>(), 1usize..200).prop_map(|(at, length)| Mutation::Delete { at, length }),
        (any::<usize>(), 1usize..400, any::<usize>()).prop_map(|(from, length, to)| Mutation::Duplicate {
            from,
            length,
            to
        }),
    ]
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        let length = bytes.len().max(1);
        match mutation {
            Mutation::Flip { at, bit } => {
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= 1 << bit;
                }
            }
            Mutation::Insert { at, text } => {
                let at = (at % length).min(bytes.len());
                bytes.splice(at..at, text.bytes());
            }
            Mutation::Delete { at, length: wanted } => {
                let at = (at % length).min(bytes.len());
                bytes.drain(at..(at + wanted).min(bytes.len()));
            }
            Mutation::Duplicate { from, length: wanted, to } => {
                let (from, to) = ((from % length).min(bytes.len()), (to % length).min(bytes.len()));
                let copy = bytes[from..(from + wanted).min(bytes.len())].to_vec();
                bytes.splice(to..to, copy);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn loads_or_says_why(text: String) -> Result<bool, TestCaseError> {
    match load(text) {
        Ok(_) => Ok(true),
        Err(WorldError::Findings { text, findings, .. }) => {
            prop_assert!(!findings.is_empty());
            for finding in &findings {
                let range = finding.range.clone().unwrap_or(0..0);
                prop_assert!(text.get(range.clone()).is_some(), "{finding}: {range:?} is no part of the text");
                prop_assert!(finding.place.is_some(), "{finding} has no place");
            }
            Ok(false)
        }
        Err(other) => Err(TestCaseError::fail(other.to_string())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_world_loads_or_is_refused(
        which in 0..FIXTURES.len(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        loads_or_says_why(mutate(FIXTURES[which].1, &mutations))?;
    }

    #[test]
    fn any_text_at_all_is_refused(text in "[()\\[\\]{}a-zA-Z\"',:0-9 .\n/*-]{0,200}") {
        prop_assert!(!loads_or_says_why(text)?);
    }
}

/// One value of a good world after the other gives way to something of no kind: each is refused, and for that.
#[test]
fn a_wrong_value_anywhere_is_found() {
    for (_, text) in FIXTURES {
        let pieces = Pieces::of(text);
        assert!(pieces.entries().len() > 100, "only {} values were tried", pieces.entries().len());
        for Entry { name, value } in pieces.entries() {
            let mut wrong = text.to_owned();
            wrong.replace_range(value.clone(), OF_NO_KIND);
            // The finding points to the name or into the value.
            let spot = name.start..value.start + OF_NO_KIND.len();
            let said = match load(wrong) {
                Err(WorldError::Findings { findings, .. }) => findings,
                other => panic!("{} is {OF_NO_KIND} and {:?}", &text[name.clone()], other.map(|_| "loads")),
            };
            let mut places = said.iter().filter_map(|finding| finding.range.as_ref());
            let found = places.any(|range| spot.start <= range.start && range.end <= spot.end);
            assert!(found, "{} at {spot:?}: {said:#?}", &text[name.clone()]);
        }
    }
}

const OF_NO_KIND: &str = "[[()]]";
