//! Every file of some twenty runs, held as a hash: tables, charts, the report and what is printed. A change that should
//! not show in any of them has to leave this test in peace.
//!
//! After a change that is meant, `FIRESALE_GOLDEN=write cargo test --test golden_files` writes the hashes anew; the
//! difference then belongs into the same commit. `FIRESALE_BINARY=target/release/firesale` lets that program do the
//! runs. `FIRESALE_KEEP=folder` (which must not exist) keeps the files there: kept once by the program of before and once
//! by that of now, `diff -r` says what a hash cannot.
//!
//! Left out is only what a clock has a hand in: how long a run took, and how far a slow one has come. The version of
//! the program is in manifests, charts and reports, so a new version writes the hashes anew. The last number in the
//! name of what a command printed is its exit status.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

#[path = "support/golden.rs"]
mod golden;

/// Commands typed one after the other in a folder of their own.
struct Session {
    name: &'static str,
    /// Files of `tests/` or `worlds/` that lie in the folder beforehand.
    given: &'static [&'static str],
    commands: &'static [&'static [&'static str]],
}

const fn session(name: &'static str, commands: &'static [&'static [&'static str]]) -> Session {
    Session { name, given: &[], commands }
}

/// The longest first, so that two at a time end together.
const SESSIONS: &[Session] = &[
    // Two lists of tables, history beside the prices, losses by lender.
    session("archegos", &[&["run", "archegos-2021", "--counterfactual", "--out", "out"]]),
    // Pools that stand apart.
    session("isolated-or-cross", &[&["run", "isolated-or-cross", "--out", "out"]]),
    // Standstills and who breaks them.
    session("brokers-race", &[&["run", "brokers-race", "--out", "out"]]),
    // Each rule that stops a market.
    session("circuit-breakers", &[&["run", "circuit-breakers", "--out", "out"]]),
    // Demand curves that clear; the other way to form a price, and many small accounts.
    session(
        "leverage-and-tails",
        &[&["run", "leverage-and-tails", "--set", "clock.calendar.length=\"4000m\"", "--out", "out"]],
    ),
    // Everything at once where there is nothing special; then each way to ask after it.
    session(
        "two-funds",
        &[
            &["run", "two-funds", "--counterfactual", "--out", "out"],
            &["explain", "out", "--account", "fund-a", "--tick", "breach"],
            &["explain", "out", "--account", "fund-b@broker", "--tick", "2024-03-04 11:00", "--json"],
            &["explain", "two-funds", "--account", "fund-a", "--set", "traders.fund-a.leverage=3"],
            &["run", "two-funds", "--seed", "7", "--no-charts", "--json", "--quiet", "--out", "seven"],
            &["run", "two-funds", "--without-liquidation", "--record", "prices,firms", "--out", "kept"],
        ],
    ),
    // An insurance fund runs dry and winners are closed out.
    session("insurance-fund", &[&["run", "insurance-fund", "--out", "out"]]),
    // Margin of portfolios, a hedge over two ledgers.
    session("arb-capital", &[&["run", "arb-capital", "--out", "out"]]),
    // A future, a halt by velocity, an algorithm that sells by volume.
    session("flash-crash", &[&["run", "flash-crash-2010", "--out", "out"]]),
    // A treasury: sources, a playbook, cash in time.
    session(
        "helios",
        &[
            &["run", "helios", "--out", "out"],
            &["explain", "helios", "--account", "helios", "--tick", "end", "--json"],
            &[
                "buffer",
                "helios",
                "--firm",
                "helios",
                "--survive",
                "0.8",
                "--seeds",
                "6",
                "--scale-shocks",
                "0.5:1.5",
                "--out",
                "buffer",
            ],
        ],
    ),
    // Perpetuals and their funding.
    session("perpetual", &[&["run", "crypto-perpetual", "--out", "out"]]),
    session(
        "probe",
        &[
            &["probe", "two-funds", "--seeds", "2", "--out", "out"],
            &["probe", "mid-cap", "--seeds", "2", "--no-impact", "--json", "--quiet", "--out", "plain"],
        ],
    ),
    // The tables of what theory foretells.
    session(
        "study",
        &[
            &[
                "run",
                "zero-intelligence",
                "--set",
                "clock.calendar.length=\"2h\"",
                "--set",
                "study.from=\"2024-01-01 01:00\"",
                "--record",
                "prices",
                "--no-charts",
                "--out",
                "queues",
            ],
            &[
                "run",
                "inventory-maker",
                "--set",
                "clock.calendar.length=\"2000s\"",
                "--record",
                "prices",
                "--no-charts",
                "--out",
                "rounds",
            ],
        ],
    ),
    // A default fund, assessments and gains given back; its fifty charts are of kinds that others draw.
    session("clearing-house", &[&["run", "clearing-house", "--no-charts", "--out", "out"]]),
    // Blocks that are auctioned, and a lender that fails.
    session(
        "blocks-and-claims",
        &[
            &[
                "run",
                "two-funds",
                "--set",
                "traders.fund-a.leverage=6.5",
                "--set",
                "lenders.broker.liquidation.how=BlockAuction(after: \"2m\", reserve: 0.1, unsold: ToTheBook)",
                "--no-charts",
                "--out",
                "blocks",
            ],
            &[
                "run",
                "two-funds",
                "--set",
                "lenders.broker.capital=100_000",
                "--set",
                "shocks=[(at: \"2024-03-04 10:30\", reason: \"A gap.\", what: Jump({\"acme\": -0.3}))]",
                "--set",
                "lenders.broker.failure=(segregation: (rehypothecation: Limit(of_debit: 1.4)), \
                 creditors: {\"custodian\": 200_000})",
                "--no-charts",
                "--out",
                "claims",
            ],
        ],
    ),
    Session {
        name: "sweep",
        given: &["worlds/sweeps/leverage-depth.ron"],
        commands: &[
            &[
                "sweep",
                "two-funds",
                "--vary",
                "traders.fund-a.leverage=3,6",
                "--vary",
                "lenders.broker.calls.grace=\"5m\",\"9m\"",
                "--seeds",
                "2",
                "--counterfactual",
                "--out",
                "out.parquet",
            ],
            &["check", "leverage-depth.ron"],
        ],
    },
    session(
        "compare",
        &[
            &["run", "two-funds", "--no-charts", "--record", "prices", "--out", "plain"],
            &[
                "run",
                "two-funds",
                "--set",
                "traders.fund-a.leverage=3",
                "--no-charts",
                "--record",
                "prices",
                "--out",
                "three",
            ],
            &["compare", "plain", "three", "--out", "both"],
        ],
    ),
    // Worlds made for tests: contracts of every sort, desks, venues, and one of everything.
    Session {
        name: "for-tests",
        given: &[
            "tests/support/contracts.ron",
            "tests/support/desks.ron",
            "tests/support/venues.ron",
            "tests/world_fixtures/every_part.ron",
        ],
        commands: &[
            &["run", "contracts.ron", "--no-charts", "--out", "contracts"],
            &["run", "desks.ron", "--no-charts", "--out", "desks"],
            &["run", "venues.ron", "--no-charts", "--out", "venues"],
            &["run", "every_part.ron", "--no-charts", "--out", "every-part"],
        ],
    },
    // What is said and nothing run.
    session(
        "words",
        &[
            &["list"],
            &["check", "archegos-2021"],
            &["check", "two-funds", "--set", "traders.fund-a.leverage=0", "--set", "lenders.broker.capitol=1"],
            &["check", "two-funds", "--set", "clock.tick=\"soon\"", "--json"],
        ],
    ),
];

/// Does what a session says, and what its commands print becomes files beside those that they write.
fn hold(session: &Session, binary: &Path, home: &Path) {
    fs::create_dir_all(home).expect("a folder can be made");
    for given in session.given {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(given);
        fs::copy(&from, home.join(from.file_name().expect("a file"))).expect("a world can be copied");
    }
    for (number, arguments) in session.commands.iter().enumerate() {
        let mut command = Command::new(binary);
        // One thread each: the bytes are the same for any number, which other tests hold.
        command.current_dir(home).args(*arguments).args(["--threads", "1"]);
        let output = command.output().unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        let exit = output.status.code().map_or("none".to_owned(), |code| code.to_string());
        let stem = format!("{}-{}-{exit}", number + 1, arguments[0]);
        for (kind, said) in [("out", output.stdout), ("err", output.stderr)] {
            if !said.is_empty() {
                fs::write(home.join(format!("{stem}.{kind}")), said).expect("a file can be written");
            }
        }
    }
}

/// Every file below a folder, by its path from there.
fn files_below(folder: &Path, path: &str, found: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let entry = entry.expect("an entry can be read");
        let name = entry.file_name().into_string().expect("names are plain");
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        if entry.path().is_dir() {
            files_below(&entry.path(), &path, found);
        } else {
            found.insert(path, entry.path());
        }
    }
}

/// What is hashed of a file: all of it, but for lines that a clock has a hand in.
fn without_the_clock(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    let timed: fn(&&str) -> bool = if path.ends_with("/summary.json") || path.ends_with(".out") {
        // How long the run took.
        |line| line.starts_with("  \"wall_seconds\": ") || line.starts_with("Simulated in ")
    } else if path.ends_with(".err") {
        // How far a slow run has come: "two-funds, seed 1: 300 of 780 ticks".
        |line| line.rsplit_once(": ").is_some_and(|(_, end)| end.starts_with(char::is_numeric) && end.contains(" of "))
    } else {
        return bytes;
    };
    let text = String::from_utf8(bytes).expect("text");
    text.split_inclusive('\n').filter(|line| !timed(line)).collect::<String>().into_bytes()
}

fn hashes(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    files_below(folder, "", &mut files);
    let hash = |(path, file): (String, PathBuf)| {
        let bytes = without_the_clock(&path, fs::read(file).expect("a file can be read"));
        let hex = Sha256::digest(&bytes).iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("text can grow");
            hex
        });
        (path, hex)
    };
    files.into_iter().map(hash).collect()
}

/// What a person wants to know first: which files, and in what way.
fn differences(before: &BTreeMap<&str, &str>, now: &BTreeMap<String, String>) -> String {
    let mut said = String::new();
    for (path, hash) in now {
        match before.get(path.as_str()) {
            None => said.push_str(&format!("new      {path}\n")),
            Some(held) if held != hash => said.push_str(&format!("differs  {path}\n")),
            Some(_) => {}
        }
    }
    for path in before.keys().filter(|path| !now.contains_key(**path)) {
        said.push_str(&format!("gone     {path}\n"));
    }
    said
}

#[test]
fn every_file_of_every_run_has_the_bytes_that_it_had_before() {
    let binary = golden::other_binary().unwrap_or_else(|| env!("CARGO_BIN_EXE_firesale").into());
    let scratch = tempfile::tempdir().expect("a place to write");
    let kept = env::var_os("FIRESALE_KEEP").map(PathBuf::from);
    let home = kept.as_deref().unwrap_or(scratch.path());
    assert!(kept.is_none() || !home.exists(), "{} exists", home.display());
    let waiting = Mutex::new(SESSIONS.iter());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("nobody panics while choosing").next();
                    let Some(session) = next else { break };
                    hold(session, &binary, &home.join(session.name));
                }
            });
        }
    });
    let now = hashes(home);
    let file = golden::file("files.sha256");
    if golden::anew() {
        let lines: String = now.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect();
        fs::write(&file, lines).expect("the golden file can be written");
        return;
    }
    let text = fs::read_to_string(&file).expect("there is a golden file; see above");
    let before = text.lines().map(|line| line.split_once("  ").expect("a hash and a path"));
    let before: BTreeMap<&str, &str> = before.map(|(hash, path)| (path, hash)).collect();
    let said = differences(&before, &now);
    assert!(said.is_empty(), "{} files were held:\n{said}", before.len());
}
