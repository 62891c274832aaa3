//! Bad worlds: everything that is wrong is said at once, with place, reason and remedy.

use firesale::findings::Finding;
use firesale::world::{Loaded, Origin, Override, Source, WorldError, builtin, load, load_source};

const SMALL: &str = include_str!("world_fixtures/small.ron");

fn read_with(text: &str, overrides: &[&str]) -> Result<Loaded, WorldError> {
    let overrides: Vec<Override> = overrides.iter().map(|set| set.parse().expect("a path and a value")).collect();
    let source = Source { name: "test".to_string(), text: text.to_string(), origin: Origin::BuiltIn };
    load_source(source, &overrides)
}

fn findings_with(text: &str, overrides: &[&str]) -> Vec<Finding> {
    match read_with(text, overrides) {
        Ok(_) => panic!("this world should not load"),
        Err(error) => {
            let findings = error.findings().to_vec();
            assert!(!findings.is_empty());
            for finding in &findings {
                assert!(!finding.reason.is_empty() && !finding.remedy.is_empty(), "{finding}");
            }
            findings
        }
    }
}

fn findings(text: &str) -> Vec<Finding> {
    findings_with(text, &[])
}

/// The small world with some text replaced; each must be there.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(SMALL.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "the small world has no {from:?}");
        text.replacen(from, to, 1)
    })
}

/// The only finding.
fn one(text: &str) -> Finding {
    let findings = findings(text);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.into_iter().next().expect("there is one")
}

fn says(finding: &Finding, path: &str, words: &str) {
    assert_eq!(finding.path, path, "{finding}");
    assert!(finding.to_string().contains(words), "{finding} does not say {words:?}");
}

fn line_of(text: &str, part: &str) -> usize {
    text[..text.find(part).expect("it is there")].matches('\n').count() + 1
}

#[test]
fn a_dozen_mistakes_are_a_dozen_findings_with_path_line_and_column() {
    let text = with(&[
        ("decimals: 2)", "decimals: two)"),
        ("tick: \"1m\"", "tick: \"7m\""),
        ("taker_fee_bps: 0.0", "taker_fee_bsp: 0.0"),
        ("lot: 1.0", "lot: -1.0"),
        ("price: 100.0", "price: 100.005"),
        ("mm: 0.10", "mm: 0.20"),
        ("grace: \"10m\"", "grace: \"soon\""),
        ("waterfall: [LenderCapital]", "waterfall: []"),
        ("leverage: 6.0", "leverage: NaN"),
        ("portfolio: {\"acme\": 1.0}", "portfolio: {\"amce\": 1.0}"),
        ("posted: 1.5,", ""),
        ("market_orders: 0.4", "market_orders: -0.4"),
        ("lender: \"custodian\", cash_days: 10.0", "lender: \"custodain\", cash_days: 10.0"),
        ("what: Value({\"acme\": -0.06})", "what: News({\"acme\": -0.06})"),
        ("compare_from: \"2024-03-04 10:30\"", "compare_from: \"2025-03-04 10:30\""),
    ]);
    let found = findings(&text);
    let expected = [
        ("currency.decimals", "decimals: two", "two stands where a whole number should"),
        ("clock.tick", "tick: \"7m\"", "not a whole number of ticks"),
        ("venues.exchange.taker_fee_bsp", "taker_fee_bsp", "did you mean \"taker_fee_bps\"?"),
        ("instruments.acme.lot", "lot: -1.0", "-1 is not a number above 0"),
        ("lenders.broker.margin.rate.mm", "margin: Rate", "0.2 is above the initial rate 0.15"),
        ("lenders.broker.calls.grace", "grace: \"soon\"", "\"soon\" is not a length of time"),
        ("lenders.broker.waterfall", "waterfall: []", "nobody pays"),
        ("traders.fund-a.leverage", "leverage: NaN", "NaN is not a finite number"),
        ("traders.fund-a.portfolio.amce", "\"amce\"", "did you mean \"acme\"?"),
        ("traders.fund-b.posted", "\"fund-b\": LeveragedFirm", "lacks the field posted"),
        ("traders.noise.market_orders", "market_orders: -0.4", "-0.4 is not a number from 0"),
        ("traders.value.stake.lender", "\"custodain\"", "did you mean \"custodian\"?"),
        ("shocks[0].what", "what: News", "write one of \"Value\""),
        ("compare_from", "compare_from: \"2025", "lies outside the run"),
    ];
    for (path, part, words) in expected {
        let finding = found.iter().find(|finding| finding.path == path);
        let finding = finding.unwrap_or_else(|| panic!("nothing about {path} in {found:#?}"));
        says(finding, path, words);
        let (line, column) = finding.place.expect("it has a place");
        assert_eq!(line, line_of(&text, part), "{finding}");
        let range = finding.range.clone().expect("it has a range");
        let line_start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        assert_eq!(column, text[line_start..range.start].chars().count() + 1, "{finding}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(found.is_sorted_by_key(|finding| finding.place));
}

#[test]
fn a_version_is_refused_by_its_number_before_anything_else() {
    says(&one(&with(&[("version: 1", "version: 7"), ("lot: 1.0", "lot: -1.0")])), "version", "version 7");
    says(&one(&with(&[("version: 1", "version: 0")])), "version", "version 0");
    says(&one(&with(&[("version: 1", "version: \"new\"")])), "version", "\"new\"");
    says(&one(&with(&[("version: 1,", "")])), "version", "add `version: 1,`");
    says(&one("World(version: 9, something: <entirely different>"), "version", "version 9");
}

#[test]
fn an_unknown_field_is_an_error_wherever_it_stands() {
    for (from, to, path) in [
        ("seed: 1,", "seed: 1, speed: 2,", "speed"),
        ("price: 100.0", "prise: 3.0, price: 100.0", "instruments.acme.prise"),
        ("cash_days: 2.0", "mood: 1, cash_days: 2.0", "traders.noise.stake.mood"),
        ("share: 0.5", "share: 0.5, x: (1, [2])", "lenders.broker.liquidation.how.share_of_volume.x"),
        ("open: \"09:30\"", "opens: 1, open: \"09:30\"", "clock.calendar.sessions.opens"),
    ] {
        says(&one(&with(&[(from, to)])), path, "there is no field");
    }
}

#[test]
fn numbers_that_are_none_are_refused_everywhere() {
    for (from, to, path) in [
        ("equity: 10_000_000.0", "equity: NaN", "traders.fund-a.equity"),
        ("equity: 10_000_000.0", "equity: 1e999", "traders.fund-a.equity"),
        ("price: 100.0", "price: -inf", "instruments.acme.price"),
        ("capital: 20_000_000.0", "capital: inf", "lenders.broker.capital"),
        ("{\"acme\": -0.06}", "{\"acme\": NaN}", "shocks[0].what.value.acme"),
    ] {
        says(&one(&with(&[(from, to)])), path, "is not a finite number");
    }
}

#[test]
fn absurd_sizes_are_refused_and_not_attempted() {
    for (from, to, path) in [
        ("equity: 10_000_000.0", "equity: 1e300", "traders.fund-a.equity"),
        ("capital: 20_000_000.0", "capital: 1e18", ""),
        ("leverage: 6.0", "leverage: 1e18", "traders.fund-a.leverage"),
        ("count: 20", "count: 1_000_000_000_000_000_000", "traders.noise.count"),
        ("count: 20", "count: 4_000_000_000", "traders.noise.count"),
        ("days: 2", "days: 4_000_000_000", "clock.calendar.sessions.days"),
        ("lot: 1.0", "lot: 1e300", "instruments.acme.lot"),
        ("lot: 1.0", "lot: 1e-300", "instruments.acme.step"),
        ("price: 100.0", "price: 1e17", "instruments.acme.price"),
        ("float: 5_000_000.0", "float: 1e300", "instruments.acme.float"),
        ("daily_volume: 500_000.0", "daily_volume: 1e17", "instruments.acme.ordinary.daily_volume"),
        ("cash_days: 10.0", "cash_days: 1e300", "traders.value.stake.cash_days"),
        ("units_days: 2.0", "units_days: 1e17", "traders.noise.stake.units_days"),
        ("\"1m\"", "\"99999999999999999999s\"", "clock.tick"),
    ] {
        let result = read_with(&with(&[(from, to)]), &[]);
        if path.is_empty() {
            // Large, but countable.
            assert!(result.is_ok(), "{to}");
            continue;
        }
        let error = result.expect_err(to);
        assert!(error.findings().iter().any(|finding| finding.path == path), "{to}: {error}");
    }
}

#[test]
fn populations_that_only_together_are_too_many_are_refused() {
    let text = SMALL.replace("count: 20", "count: 2_000_000");
    says(&one(&text), "traders.value", "4000005 accounts or more");
}

#[test]
fn nobody_lends_to_themselves() {
    let found = findings(&with(&[("\"fund-a\": LeveragedFirm", "\"broker\": LeveragedFirm")]));
    says(&found[0], "traders.broker", "it would lend to itself");
    let firm_at_itself = with(&[("lenders: {\"broker\": 1.0}", "lenders: {\"fund-a\": 1.0}")]);
    says(&one(&firm_at_itself), "traders.fund-a.lenders.fund-a", "there is no lender \"fund-a\"");
    let twice = with(&[("lenders: {\"broker\": 1.0}", "lenders: {\"broker\": 0.5, \"broker\": 0.5}")]);
    assert!(findings(&twice).iter().any(|finding| finding.reason.contains("written twice")));
    let custodian = with(&[("lenders: {\"broker\": 1.0}", "lenders: {\"custodian\": 1.0}")]);
    says(&one(&custodian), "traders.fund-a.lenders.custodian", "it lends nothing");
}

#[test]
fn a_swap_is_written_on_a_spot_and_on_nothing_else() {
    let swap = |of: &str| {
        with(&[(
            "\"acme\": Spot(",
            &format!("\"one\": Swap(of: \"{of}\"), \"two\": Swap(of: \"one\"), \"acme\": Spot("),
        )])
    };
    let found = findings(&swap("one"));
    says(&found[0], "instruments.one.of", "a swap on itself");
    let found = findings(&swap("two"));
    assert_eq!(found.len(), 2, "a circle: {found:#?}");
    assert!(found.iter().all(|finding| finding.reason.contains("is itself a swap")));
    let noise = with(&[
        ("\"acme\": Spot(", "\"acme-swap\": Swap(of: \"acme\"), \"acme\": Spot("),
        ("instruments: [\"acme\"]", "instruments: [\"acme-swap\"]"),
    ]);
    says(&one(&noise), "traders.noise.instruments[0]", "has no book");
}

#[test]
fn duplicate_names_are_refused() {
    let twice = with(&[("\"custodian\": (", "\"broker\": (")]);
    let found = findings(&twice);
    assert!(found.iter().any(|finding| finding.path == "lenders.broker" && finding.reason.contains("written twice")));
    let field = with(&[("seed: 1,", "seed: 1, seed: 2,")]);
    says(&one(&field), "seed", "written twice");
    let case = with(&[("\"fund-b\"", "\"Fund-A\"")]);
    says(&one(&case), "traders.Fund-A", "differ only in case");
    for name in ["fund.a", "", "fund a", "../a", "-a", "fünd"] {
        let found = findings(&with(&[("\"fund-a\"", &format!("\"{name}\""))]));
        assert!(found.iter().any(|finding| finding.reason.contains("will not do as a name")), "{name}: {found:?}");
    }
}

#[test]
fn missing_and_wrong_values_are_reported_together_and_nothing_is_blamed_on_them() {
    let text = with(&[
        ("seed: 1,", ""),
        ("capital: 20_000_000.0,", ""),
        ("below: Maintenance, checked: EveryTick,", ""),
        ("step: 0.01,", ""),
        ("float: 5_000_000.0", "float: \"many\""),
        ("equity: 10_000_000.0,", ""),
        ("instruments: [\"acme\"]", "instruments: \"acme\""),
    ]);
    let paths: Vec<String> = findings(&text).into_iter().map(|finding| finding.path).collect();
    assert_eq!(
        paths,
        [
            "seed",
            "instruments.acme.step",
            "instruments.acme.float",
            "lenders.broker.capital",
            "lenders.broker.calls.below",
            "lenders.broker.calls.checked",
            "traders.fund-a.equity",
            "traders.noise.instruments",
        ]
    );
}

#[test]
fn a_whole_section_that_is_missing_is_one_finding() {
    let text = with(&[("venues: {", "venue: {")]);
    says(&one(&text), "venue", "did you mean \"venues\"?");
    let start = SMALL.find("    lenders: {").unwrap();
    let end = SMALL.find("    traders: {").unwrap();
    let text = format!("{}{}", &SMALL[..start], &SMALL[end..]);
    says(&one(&text), "lenders", "the world lacks the field lenders");
}

#[test]
fn what_is_no_ron_is_refused_with_its_place() {
    let finding = one(&with(&[("seed: 1,", "seed: 1")]));
    assert!(finding.reason.contains("a comma is missing"), "{finding}");
    assert_eq!(finding.place.unwrap().0, line_of(SMALL, "seed: 1"));
    // A forgotten comma hides nothing else.
    let found = findings(&with(&[("seed: 1,", "seed: 1"), ("lot: 1.0", "lot: 0.0")]));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(one(&with(&[("tick: \"1m\"", "tick: 1m")])).reason.contains("1m, which is neither a number nor"));
    assert!(one(&with(&[("open: \"09:30\"", "open: 09:30")])).remedy.contains("in quotes"));
    assert!(one("").reason.contains("nothing in it"));
    assert!(one("// a world to come\n").reason.contains("nothing in it"));
    assert!(one("\u{0}\u{1}\u{2}").reason.contains("stands where a value should"));
    let half = &SMALL[..SMALL.find("    traders: {").unwrap()];
    assert!(one(half).reason.contains("never closed"));
}

#[test]
fn a_thousand_deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("(", ")"), ("Some(", ")"), ("(version: 1, a: ", ")")] {
        let text = format!("{}1{}", open.repeat(1_000), close.repeat(1_000));
        let finding = one(&text);
        assert!(finding.reason.contains("nested deeper") || finding.path == "version", "{finding}");
        let inside = with(&[("seed: 1,", &format!("seed: {text},"))]);
        assert!(one(&inside).reason.contains("nested deeper"));
    }
}

#[test]
fn shocks_and_days_outside_the_run_are_refused() {
    says(&one(&with(&[("at: \"2024-03-04 10:30\"", "at: \"2024-03-05 16:00\"")])), "shocks[0].at", "outside the run");
    says(&one(&with(&[("at: \"2024-03-04 10:30\"", "at: \"2024-03-04 09:29\"")])), "shocks[0].at", "outside the run");
    let seller = "\"late\": BlockSeller(lender: \"custodian\", instrument: \"acme\", units: 1, \
                  from: \"2024-03-06 09:30\", share: 0.1, every: \"1m\"), \"noise\": Zero";
    says(&one(&with(&[("\"noise\": Zero", seller)])), "traders.late.from", "lies after the run");
    let bank = "\"late\": CentralBank(count: 1, instruments: [\"acme\"], stake: (lender: \"custodian\", cash_days: 1, \
                units_days: 0), from: \"2024-03-06 09:30\", until: \"2024-03-07 09:30\", trigger: 0.1, pace: 0.1, \
                at_most: 1, every: \"1m\"), \"noise\": Zero";
    says(&one(&with(&[("\"noise\": Zero", bank)])), "traders.late.from", "lies after the run");
    let band = "expect: [(what: Volume(instrument: \"acme\", day: \"2024-03-09\"), min: 0.0, max: 1.0, why: \"x\")]";
    says(&one(&with(&[("expect: []", band)])), "expect[0].what.volume.day", "2024-03-04 to 2024-03-05");
}

#[test]
fn a_firm_is_no_bidder_whichever_way_its_balance_sheet_is_stated() {
    let market = "much: All, how: ShareOfVolume(share: 0.5)";
    let stated = "\"bank\": Firm(accounts: {\"custodian\": (cash: 1e6)}), \"noise\": Zero";
    for (firm, how) in [
        ("fund-a", "Backstop(buyers: [\"fund-a\"], discount: 0.1)"),
        ("bank", "Backstop(buyers: [\"bank\"], discount: 0.1)"),
        ("bank", "BlockAuction(after: \"1m\", reserve: 0.5, bidders: [\"bank\"])"),
    ] {
        let how = format!("much: All, how: {how}");
        let found = findings(&with(&[(market, &how), ("\"noise\": Zero", stated)]));
        let told = found.iter().filter(|finding| finding.reason.contains("is a firm, which takes over nothing"));
        assert_eq!(told.count(), 1, "{firm}: {found:#?}");
    }
}

#[test]
fn an_expectation_must_name_a_number_of_the_summary() {
    let band = |key: &str, min: f64| {
        with(&[("expect: []", &format!("expect: [(what: Summary(\"{key}\"), min: {min:?}, max: 1.0, why: \"x\")]"))])
    };
    for key in ["accounts.breached", "instruments.acme.drawdown", "lenders.broker.loss", "firms.fund-a.value_end"] {
        assert!(read_with(&band(key, 0.0), &[]).is_ok(), "{key}");
    }
    for key in ["accounts.braeched", "accounts", "", "instruments.amce.drawdown", "lenders.broker.failed", "title"] {
        one(&band(key, 0.0));
    }
    says(&one(&band("accounts.breached", 2.0)), "expect[0].min", "is empty");
}

#[test]
fn a_firm_cannot_post_more_than_it_owns() {
    let finding = one(&with(&[("posted: 1.0", "posted: 1.2")]));
    says(&finding, "traders.fund-a.posted", "it posts 10800000 of margin, more than the 10000000 it owns");
}

#[test]
fn what_follows_from_a_mistake_is_not_blamed_again() {
    says(&one(&with(&[("im: 0.15", "im: 15")])), "lenders.broker.margin.rate.im", "not a rate");
    says(&one(&with(&[("equity: 10_000_000.0", "equity: 1e30")])), "traders.fund-a.equity", "1e30 is not a number");
    says(
        &one(&with(&[("portfolio: {\"acme\": 1.0}", "portfolio: {\"acme\": 7.0}")])),
        "traders.fund-a.portfolio",
        "sum to 7",
    );
    says(&one(&with(&[("lot: 1.0", "lot: 0.0")])), "instruments.acme.lot", "above 0");
    says(&one(&with(&[("open: \"09:30\"", "open: \"16:30\"")])), "clock.calendar.sessions.close", "not after it opens");
}

#[test]
fn set_changes_one_value_and_says_so_when_it_is_wrong() {
    let loaded = read_with(SMALL, &["traders.fund-a.leverage=3", "clock.calendar.days=1"]).unwrap();
    assert_eq!(loaded.plan.clock.ticks, 390);
    assert_eq!(loaded.plan.accounts[2].slots[0].1.get(), 300_000);
    assert_eq!(loaded.text, SMALL);
    assert!(loaded.effective_text.contains("leverage: 3,"));

    let found = findings_with(SMALL, &["traders.fund-a.leverage=-3", "lenders.broker.margin.rate.im=x"]);
    assert_eq!(found.len(), 2, "{found:#?}");
    says(&found[0], "lenders.broker.margin.rate.im", "(as lenders.broker.margin.rate.im was changed)");
    says(&found[1], "traders.fund-a.leverage", "(as traders.fund-a.leverage was changed)");
    assert_eq!(found[1].place.unwrap().0, line_of(SMALL, "leverage: 6.0"));

    let found = findings_with(SMALL, &["traders.fund-a.levrage=3", "traders.fund-c.leverage=3", "version=2"]);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().any(|finding| finding.remedy.contains("leverage")));

    // A place behind an override that made the text longer is still a place in the file.
    let text = with(&[("posted: 1.5", "posted: -1.5")]);
    let found = findings_with(&text, &["title=\"A much longer title\nover two lines\""]);
    assert_eq!(found[0].place.unwrap().0, line_of(&text, "posted: -1.5"));
}

#[test]
fn set_adds_a_field_that_may_be_left_out_and_no_other() {
    let text = with(&[("compare_from: \"2024-03-04 10:30\",", "")]);
    let loaded = read_with(&text, &["compare_from=2024-03-04"]).unwrap();
    assert_eq!(loaded.plan.compare_from.unwrap().index(), 389);
    let found = findings_with(SMALL, &["instruments.acme.colour=\"red\""]);
    assert!(found[0].reason.contains("there is no field colour (as"), "{found:#?}");
}

#[test]
fn files_that_are_no_worlds_are_refused_whatever_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let refused = |path: &str| load(path, &[]).expect_err("no world").to_string();

    assert!(refused(&at("")).contains("is a folder"));
    assert!(refused(&at("nothing.ron")).contains("nothing.ron"));

    let large = std::fs::File::create(at("large.ron")).unwrap();
    large.set_len(100 << 20).unwrap();
    assert!(refused(&at("large.ron")).contains("larger than 4 MiB"));

    let garbage: Vec<u8> = (0..100_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    std::fs::write(at("garbage.ron"), garbage).unwrap();
    assert!(refused(&at("garbage.ron")).contains("not text in UTF-8"));

    std::fs::write(at("latin1.ron"), b"World(\n  title: \"caf\xe9\")").unwrap();
    assert!(refused(&at("latin1.ron")).contains("2:14"), "{}", refused(&at("latin1.ron")));

    std::fs::write(at("empty.ron"), "").unwrap();
    assert!(refused(&at("empty.ron")).contains("nothing in it"));

    std::fs::write(at("mine.ron"), format!("\u{feff}{}", SMALL)).unwrap();
    assert_eq!(load(&at("mine.ron"), &[]).unwrap().plan.name, "mine");

    let endless = std::path::Path::new("/dev/zero");
    if endless.exists() {
        assert!(refused("/dev/zero").contains("larger than 4 MiB"));
    }
}

#[test]
fn a_name_that_is_no_world_suggests_one() {
    let error = load("two-fund", &[]).expect_err("no world").to_string();
    assert!(error.contains("did you mean two-funds?"), "{error}");
    assert!(error.contains("two-fund: no such world"), "{error}");
}

#[test]
fn a_list_of_built_in_worlds_is_what_the_folder_holds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("worlds");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
        .collect();
    names.sort_unstable();
    let built_in: Vec<&str> = builtin().into_iter().map(|(name, _)| name).collect();
    assert_eq!(built_in, names, "touch src/world/source.rs after adding or removing a world");
}

/// A kind that there is not, in a place whose kinds hold others of their own: nothing may go round in circles.
#[test]
fn an_unknown_kind_of_mark_is_found_with_all_kinds_there_are() {
    let text = with(&[("float:", "mark: Zork, float:")]);
    let finding = one(&text);
    says(&finding, "instruments.acme.mark", "there is no Zork to choose");
    for kind in ["MiddleOfThree", "Last", "Mid", "BookMedian", "Index", "TimeWeighted"] {
        assert!(finding.remedy.contains(kind), "{finding}");
    }
}

/// Three hundred misspelt words behind a megabyte of comment hide nothing.
#[test]
fn a_large_text_with_many_mistakes_is_judged_whole() {
    let lots: String =
        (0..300).map(|number| format!("\"v{number}\": (maker_fee_bps: x, taker_fee_bps: 1.0),")).collect();
    let comment = format!("/* {} */", "nothing to see here ".repeat(60_000));
    let text = with(&[("venues: {", &format!("{comment} venues: {{ {lots}")), ("lot: 1.0", "lot: -1.0")]);
    let findings = findings(&text);
    assert_eq!(findings.len(), 301, "{findings:#?}");
    assert!(findings.iter().any(|finding| finding.path == "instruments.acme.lot"));
}

/// A firm whose accounts cannot be made, for want of lenders, is a finding and no panic.
#[test]
fn a_firm_in_a_world_without_lenders_is_found() {
    let world = include_str!("../worlds/arb-capital.ron");
    for lenders in ["4000.0", "{}"] {
        let findings = findings_with(world, &[&format!("lenders={lenders}")]);
        assert!(
            findings.iter().any(|finding| finding.path.starts_with("lenders") || finding.path.starts_with("traders"))
        );
    }
}

/// Each of the five is called something that will not do, and for a reason of its own.
#[test]
fn what_charts_call_things_is_of_this_world_short_plain_and_apart() {
    let long = "x".repeat(41);
    let called = format!(
        "called: {{\"acme\": \"Acme\", \"amce\": \"Amce\", \"broker\": \"Acme\", \"custodian\": \" \", \"exchange\": \"{long}\"}},"
    );
    let found = findings(&with(&[("    lenders: {", &format!("    {called}\n    lenders: {{"))]));
    let of = |path: &str| {
        found.iter().filter(|one| one.path == path).map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(of("called.amce").contains("there is no instrument, lender or trader"), "{found:#?}");
    assert!(of("called.broker").contains("are called alike"), "{found:#?}");
    assert!(of("called.custodian").contains("will not do for a chart"), "{found:#?}");
    // A venue is drawn nowhere by itself.
    assert!(of("called.exchange").contains("there is no instrument") && of("called.exchange").contains("will not do"));
    assert_eq!(of("called.acme"), "");
    let taken = one(&with(&[("    lenders: {", "    called: {\"acme\": \"broker\"},\n    lenders: {")]));
    says(&taken, "called.acme", "is the name of another");
}
