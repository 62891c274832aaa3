//! What is said of two thousand spoilt worlds, kept as text: a message that changes shows as a change in a file.
//!
//! Each world is told by what was done to it; below stands what was found, as a person is told it. After a change
//! that is meant, `FIRESALE_GOLDEN=write cargo test --test golden_findings` writes the file anew; each difference is
//! then looked at, and belongs into the same commit.

use firesale::world::{Origin, Source, WorldError, load_source};
use spoilt::{Draws, slipped, torn};
use std::fs;
use std::iter;
use std::mem;
use std::thread;

#[path = "support/golden.rs"]
mod golden;
#[path = "support/spoilt.rs"]
mod spoilt;

/// The name of each, its text, and the seed of what is done to it.
const WORLDS: [(&str, &str, u8); 2] = [
    ("small", include_str!("world_fixtures/small.ron"), 1),
    ("every_part", include_str!("world_fixtures/every_part.ron"), 2),
];

/// Of each world.
const SPOILT: usize = 1_000;

type Way = fn(&str, &mut Draws) -> (String, String);

/// What was done to a world and what was found: a line each, those of findings indented.
fn told(name: &str, number: usize, world: &str, draws: &mut Draws) -> String {
    let mut text = world.to_owned();
    let mut told = format!("{name} {number}");
    // Mostly one thing is wrong, often two or three, at times a dozen; every sixth text is torn as well.
    let slips = [1, 2, 1, 3, 1, 2, 1, 12][number % 8];
    let ways = iter::repeat_n(slipped as Way, slips).chain((number % 6 == 5).then_some(torn as Way));
    for way in ways {
        let (new, done) = way(&text, draws);
        told.push_str(&format!(" | {done}"));
        text = new;
    }
    let source = Source { name: "spoilt".to_owned(), text, origin: Origin::BuiltIn };
    match load_source(source, &[]) {
        Ok(_) => told.push_str("\n  loads"),
        Err(WorldError::Findings { findings, .. }) => {
            for finding in findings {
                told.push_str(&format!("\n  {}", finding.to_string().replace('\n', "\\n")));
            }
        }
        Err(other) => panic!("{told}: {other}"),
    }
    told.push('\n');
    told
}

fn all_told() -> String {
    thread::scope(|scope| {
        let each = WORLDS.map(|(name, world, seed)| {
            scope.spawn(move || {
                let mut draws = Draws::seeded(seed);
                (0..SPOILT).map(|number| told(name, number, world, &mut draws)).collect::<String>()
            })
        });
        each.map(|thread| thread.join().expect("no text makes a panic")).concat()
    })
}

/// The spoilt worlds of the file, each with what was found.
fn each(text: &str) -> Vec<&str> {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1).filter(|&at| !text[at..].starts_with(' '));
    let mut begun = 0;
    starts.map(|at| &text[mem::replace(&mut begun, at)..at]).collect()
}

#[test]
fn what_is_said_of_a_spoilt_world_is_what_was_said_before() {
    let file = golden::file("findings.txt");
    let now = all_told();
    if golden::anew() {
        fs::write(&file, now).expect("the golden file can be written");
        return;
    }
    let before = fs::read_to_string(&file).expect("there is a golden file; see above");
    let (before, now) = (each(&before), each(&now));
    assert_eq!(before.len(), now.len());
    let pairs = before.into_iter().zip(now);
    let differing: Vec<_> = pairs.filter(|(before, now)| before != now).collect();
    let shown: String = differing.iter().take(8).map(|(one, other)| format!("\nbefore {one}now {other}")).collect();
    assert!(differing.is_empty(), "{} worlds differ, of which the first:{shown}", differing.len());
}
