//! What is said of 3,650 spoilt worlds, kept as text: a message that changes shows as a change in a file.
//!
//! Each world is told by what was done to it; below stands what was found, as a person is told it. After a change
//! that is meant, `FIRESALE_GOLDEN=write cargo test --test golden_findings` writes the file anew; each difference is
//! then looked at, and belongs into the same commit.

use firesale::world::WorldError;
use spoilt::{Draws, slipped, torn};
use std::fs;
use std::iter;
use std::mem;
use std::panic;
use std::thread;

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/spoilt.rs"]
mod spoilt;

/// How many spoilt ones, of what text. A world's draws hang on its place here and on its own text, so that a change in
/// one leaves the others as they are.
const WORLDS: [(usize, &str, &str); 20] = [
    (1_000, "small", include_str!("world_fixtures/small.ron")),
    (1_000, "every_part", include_str!("world_fixtures/every_part.ron")),
    // For parts of the language that are not in the two above.
    (50, "arb-capital", include_str!("../worlds/arb-capital.ron")),
    (50, "brokers-race", include_str!("../worlds/brokers-race.ron")),
    (50, "circuit-breakers", include_str!("../worlds/circuit-breakers.ron")),
    (50, "clearing-house", include_str!("../worlds/clearing-house.ron")),
    (50, "flash-crash-2010", include_str!("../worlds/flash-crash-2010.ron")),
    (50, "helios", include_str!("../worlds/helios.ron")),
    (50, "insurance-fund", include_str!("../worlds/insurance-fund.ron")),
    (50, "inventory-maker", include_str!("../worlds/inventory-maker.ron")),
    (50, "isolated-or-cross", include_str!("../worlds/isolated-or-cross.ron")),
    (50, "leverage-and-tails", include_str!("../worlds/leverage-and-tails.ron")),
    (50, "zero-intelligence", include_str!("../worlds/zero-intelligence.ron")),
    (50, "contracts", include_str!("support/contracts.ron")),
    (50, "crypto-perpetual", include_str!("../worlds/crypto-perpetual.ron")),
    (50, "venues", include_str!("support/venues.ron")),
    (50, "leverage-and-tails-book", include_str!("../worlds/leverage-and-tails-book.ron")),
    // What the first two leave of the language.
    (300, "crowds", include_str!("world_fixtures/crowds.ron")),
    (300, "houses", include_str!("world_fixtures/houses.ron")),
    (300, "coins", include_str!("world_fixtures/coins.ron")),
];

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
    match panic::catch_unwind(|| fixtures::load(text)) {
        Ok(Ok(_)) => told.push_str("\n  loads"),
        Ok(Err(WorldError::Findings { findings, .. })) => {
            for finding in findings {
                told.push_str(&format!("\n  {}", finding.to_string().replace('\n', "\\n")));
            }
        }
        Ok(Err(other)) => panic!("{told}: {other}"),
        // A fault of the program, kept so that it is known and the rest is told.
        Err(_) => told.push_str("\n  PANICS"),
    }
    told.push('\n');
    told
}

fn told_of(place: usize) -> String {
    let (count, name, world) = WORLDS[place];
    let mut draws = Draws::seeded(place as u8 + 1);
    (0..count).map(|number| told(name, number, world, &mut draws)).collect()
}

fn all_told() -> String {
    thread::scope(|scope| {
        let others = scope.spawn(|| (2..WORLDS.len()).map(told_of).collect::<String>());
        let first = told_of(0) + &told_of(1);
        first + &others.join().expect("no text makes a panic")
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
