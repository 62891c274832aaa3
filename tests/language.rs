//! The reference of the world language: the page is current, and whatever a person asks for is found in it.
//!
//! `FIRESALE_GOLDEN=write cargo test --test language` writes the page anew.

#[path = "support/golden.rs"]
mod golden;

use assert_cmd::cargo::cargo_bin_cmd;
use firesale::text::{Found, Scan};
use firesale::world::{Loaded, Origin, Source, builtin, load_source};
use std::fs;
use std::path::Path;

#[test]
fn the_page_says_what_the_program_reads() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language/REFERENCE.md");
    let head = "# The world language\n\nWhat a world file may say: every kind with its fields, what stands in them, and what \
                leaving them out means.\nWritten by `FIRESALE_GOLDEN=write cargo test --test language` from the types that \
                read a world;\n`firesale language PATH` prints a part of it.\n\n";
    let now = head.to_owned() + &firesale::world::reference();
    if golden::anew() {
        fs::write(&page, now).expect("the page can be written");
        return;
    }
    let before = fs::read_to_string(&page).expect("there is a page; see above");
    assert!(before == now, "src/language/REFERENCE.md is not what the program reads; write it anew, see above");
}

fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = cargo_bin_cmd!("firesale").arg("language").args(arguments).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_path_a_kind_and_a_variant_are_found() {
    for (asked, word) in [
        ("lenders.broker.margin", "`Rate`"),
        ("instruments.coin.mark", "`BookMedian`"),
        ("traders.crowd.momentum.clip", "`clip`"),
        ("Momentum", "`lookback`"),
        ("shocks[0].what", "`Volatility`"),
        ("World", "`instruments`"),
    ] {
        let (status, text) = said(&[asked]);
        assert_eq!(status, Some(0), "{asked}: {text}");
        assert!(text.contains(word), "{asked}: {text}");
    }
}

#[test]
fn what_is_not_in_the_language_is_refused_with_what_is_near() {
    let (status, text) = said(&["Momentun"]);
    assert_eq!(status, Some(2));
    assert!(text.contains("Momentum"), "{text}");
}

#[test]
fn no_two_kinds_have_one_name_and_what_is_left_out_is_written_as_in_a_world() {
    let page = firesale::world::reference();
    let mut titles: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
    let all = titles.len();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), all, "{titles:?}");
    assert!(!page.contains("entries:") && page.contains("left out: `{}`"), "a default is told in Rust's words");
}

#[test]
fn a_program_reads_the_same_as_json() {
    let (status, text) = said(&["lenders.broker.calls", "--json"]);
    assert_eq!(status, Some(0), "{text}");
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let names: Vec<&str> =
        read[0]["fields"].as_array().unwrap().iter().filter_map(|field| field["name"].as_str()).collect();
    assert_eq!(names, ["below", "restores", "checked", "grace"]);
}

#[test]
fn every_trader_and_every_shock_is_in_the_page() {
    let page = firesale::world::reference();
    for kind in [
        "ZeroIntelligence",
        "OfficialDesk",
        "LatentLiquidity",
        "OrderSplitter",
        "WithdrawalHalt",
        "Outage",
        "ShowNothing",
    ] {
        assert_eq!(page.contains(&format!("`{kind}`")), kind != "ShowNothing", "{kind}");
    }
}

#[test]
fn a_shock_stands_where_its_path_says() {
    let every_part = include_str!("world_fixtures/every_part.ron").to_owned();
    let mut worlds = vec![Source { name: "every_part".to_owned(), text: every_part, origin: Origin::BuiltIn }];
    worlds.extend(builtin().into_iter().map(|(name, _)| Source::find(name).expect("it is built in")));
    let mut seen = 0;
    for world in worlds {
        let Loaded { file, text, .. } = load_source(world, &[]).expect("it loads");
        let scan = Scan::of(&text);
        for (index, shock) in file.shocks.iter().enumerate() {
            let path = shock.what.path(index);
            assert!(matches!(scan.find(&path), Found::Node(_)), "{path}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}
