//! Words are outputs: what a title states is what its picture shows, what the summary has, and what the terminal says.
//!
//! Real runs, through the binary. What a title is made of inside one chart is tested beside the chart.

use assert_cmd::cargo::cargo_bin_cmd;
use chart::words;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A run with its counterfactual: what the terminal said, the summary, and the titles of the charts in the report's order.
struct Told {
    said: String,
    summary: Value,
    report: String,
    titles: Vec<(String, String)>,
    _folder: TempDir,
}

fn run(world: &str, sets: &[&str]) -> Told {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("run");
    let mut command = cargo_bin_cmd!("firesale");
    command.args(["run", world, "--counterfactual", "--out"]).arg(&out);
    sets.iter().for_each(|set| {
        command.args(["--set", set]);
    });
    let output = command.output().unwrap();
    // Sentences may break at the end of a line.
    let said = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.is_dir(), "{world}: {}", String::from_utf8_lossy(&output.stderr));
    let summary = serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    let order = report.split("<figure id=\"chart-").skip(1).map(|rest| rest.split('"').next().unwrap());
    let titles = order.map(|name| (name.to_owned(), title(&out.join("charts").join(format!("{name}.svg"))))).collect();
    Told { said, summary, report, titles, _folder: folder }
}

fn title(svg: &Path) -> String {
    let text = fs::read_to_string(svg).unwrap();
    assert_eq!(text.matches("@font-face").count(), 2, "{} carries its font", svg.display());
    let title = text.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    title.replace("&#39;", "'").replace("&amp;", "&")
}

impl Told {
    fn title(&self, name: &str) -> &str {
        let found = self.titles.iter().find(|(own, _)| own == name);
        &found.unwrap_or_else(|| panic!("no {name} among {:?}", self.titles)).1
    }

    fn number(&self, path: &str) -> f64 {
        self.summary.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {path}"))
    }

    fn instruments(&self) -> Vec<&String> {
        self.summary["instruments"].as_object().unwrap().keys().collect()
    }

    /// What holds of every report.
    fn hold_together(&self) {
        for (name, title) in &self.titles {
            for false_word in ["stayed good", "ran out", "all 2 ", "1 runs", "n/a", "NaN"] {
                assert!(!title.contains(false_word), "{name}: {title}");
            }
        }
        let single =
            self.titles.iter().filter(|(name, _)| name.starts_with("margin_") || name.starts_with("two_ledgers_"));
        let single: Vec<_> = single.map(|(name, _)| name).collect();
        assert!(single.len() <= 6, "{single:?}");
        let from = self.titles.iter().position(|(name, _)| single.contains(&name)).unwrap_or(self.titles.len());
        let last = self.titles[from..].iter().all(|(name, _)| single.contains(&name) || name == "accounts");
        assert!(last, "charts of single accounts come last: {:?}", self.titles);
        for id in self.instruments() {
            let Some((_, title)) = self.titles.iter().find(|(name, _)| *name == format!("price_{id}")) else {
                continue;
            };
            let (fall, rise) =
                (self.number(&format!("/instruments/{id}/drawdown")), self.number(&format!("/instruments/{id}/rise")));
            if (fall, rise) == (0.0, 0.0) {
                assert!(title.contains("did not move"), "{title}");
                continue;
            }
            // One fall, or one rise, of each instrument: in the title, in the table of the page, in the terminal.
            let told = if title.contains(" rose ") { rise } else { fall };
            assert!(title.contains(&words::percent(told)), "{title}: {told}");
            assert!(self.report.contains(&format!(">{}<", words::percent(told))), "{id}: {told}");
            assert!(self.said.contains(&format!("{:.1} %", told * 100.0)), "{id}: {told} in {}", self.said);
        }
        if let Some((_, title)) = self.titles.iter().find(|(name, _)| name == "cascade") {
            let accounts = self.number("/accounts/breached") as usize;
            let times = self.number("/cascade/size") as usize;
            if accounts > 1 {
                assert!(title.contains(&words::counted(accounts, "account", "accounts")), "{title}");
            }
            let again = format!("{} in all", words::counted(times, "time", "times"));
            assert_eq!(title.contains(&again), times > accounts, "{title}");
            assert!(self.said.contains(&format!("and {accounts} broke")), "{}", self.said);
        }
        if let Some((_, title)) = self.titles.iter().find(|(name, _)| name == "with_and_without") {
            let known = self.instruments().into_iter().find(|id| title.contains(&format!("made the fall of {id} ")));
            if let Some(id) = known {
                let of = |what: &str| self.number(&format!("/counterfactual/{id}/{what}"));
                for number in
                    [words::percent(of("with")), words::percent(of("without")), words::times(of("amplification"))]
                {
                    assert!(title.contains(&number), "{title}: {number}");
                    assert!(self.report.contains(&number));
                }
            }
        }
    }
}

/// A pool, a perpetual, coins on several venues; populations of every kind; lenders and firms of every kind.
#[test]
fn a_title_its_picture_and_the_tables_say_one_thing_in_every_fixture() {
    for (name, instrument, tick) in [("coins", "token", "1m"), ("crowds", "acme", "1m"), ("houses", "oil", "5m")] {
        let every = format!("prices_every=\"{tick}\"");
        // A chart sees the rows of the table `prices`, the summary each tick.
        let told = run(&format!("tests/world_fixtures/{name}.ron"), &[&every]);
        told.hold_together();
        let title = told.title(&format!("price_{instrument}"));
        assert!(title.contains(instrument), "{title}");
        // Where rows are kept of some ticks only, the words are still those of all.
        let told = run(&format!("tests/world_fixtures/{name}.ron"), &["prices_every=\"10m\""]);
        told.hold_together();
    }
}

#[test]
fn a_title_its_picture_and_the_tables_say_one_thing_in_small_worlds() {
    for world in ["two-funds", "helios", "isolated-or-cross", "arb-capital"] {
        run(world, &[]).hold_together();
    }
}

#[test]
fn brokers_are_compared_within_their_market_and_the_fast_one_is_drawn() {
    let told = run("brokers-race", &[]);
    told.hold_together();
    assert_eq!(told.titles[0].0, "side_by_side");
    assert!(
        told.title("unsold").starts_with("propped-first had sold half by 4\u{a0}Mar\u{a0}12:01"),
        "{:?}",
        told.titles
    );
    let loss = |id: &str| words::money(told.number(&format!("/lenders/{id}/loss")), "USD");
    assert_eq!(
        told.title("losses_by_lender"),
        format!(
            "Who sold faster lost less in all 4\u{a0}markets where one was faster: race-fast {}, race-slow {}",
            loss("race-fast"),
            loss("race-slow")
        )
    );
    // What broke the first is news, which moves a price by a law at once, and those who trade; no forced order came before.
    let cascade = told.title("cascade");
    assert!(cascade.contains("shocks") && !cascade.contains("forced"), "{cascade}");
}

#[test]
fn an_assessment_that_breaks_a_member_is_no_forced_order_and_a_squeeze_is_a_rise() {
    let told = run("clearing-house", &[]);
    told.hold_together();
    let cascade = told.title("cascade");
    assert!(cascade.contains("42\u{a0}% was assessments for others' defaults"), "five of twelve: {cascade}");
    let rise = told.number("/instruments/nickel/rise") * 100.0;
    assert!(told.title("price_nickel").contains(&format!("rose {rise:.0}\u{a0}%")), "{:?}", told.titles);
    assert!(told.said.contains(&format!("nickel rose {rise:.1} % from its low.")), "{}", told.said);
    assert!(told.titles.iter().all(|(name, _)| name != "losses_by_lender"), "one bar is no chart");
    // It fell from its high, and never below where the comparison begins: what forced purchases did is a rise.
    assert!(told.said.contains("No price stood below that of 7 Mar 09:00"), "{}", told.said);
    let [with, without] = ["with", "without"].map(|way| told.number(&format!("/counterfactual/nickel/rise_{way}")));
    let (high, low) = (told.number("/instruments/nickel/max"), told.number("/instruments/nickel/start"));
    assert!(with > without && with <= high / low - 1.0 + 0.01, "{with} {without}");
    assert!(told.said.contains(&format!("nickel {:.1} % {:.1} %", with * 100.0, without * 100.0)), "{}", told.said);
    assert!(told.title("with_and_without").contains(&words::percent(with)), "{}", told.title("with_and_without"));
}

#[test]
fn who_was_deleveraged_and_why_comes_first_and_nobody_is_said_to_have_been_slow() {
    let told = run("insurance-fund", &[]);
    told.hold_together();
    assert_eq!(told.titles[0].0, "deleveraged");
    assert!(told.titles[0].1.contains("bear-reckless@exchange came first (rank 0."), "{}", told.titles[0].1);
    assert!(told.title("unsold").contains("winners took over the rest"));
    assert!(told.title("populations").starts_with("120 of 140\u{a0}members"), "{}", told.title("populations"));
}

#[test]
fn a_shortfall_that_is_paid_for_in_time_is_told_with_its_sources() {
    let told = run("arb-capital", &[]);
    assert_eq!(
        told.titles[0],
        (
            "sources_arb-capital".into(),
            "arb-capital was asked for $10.5m and found $10.5m: cash $2m, fund $3m, repo $4m and line $1.5m".into()
        )
    );
    let margin = told.title("margin_arb-capital");
    assert!(margin.ends_with("fell short of the requirement at clearing-house; called once, not sold out"), "{margin}");
}

#[test]
fn the_worlds_about_halts_and_crashes_show_them_first() {
    let halts = run("circuit-breakers", &[]);
    halts.hold_together();
    assert_eq!(halts.titles[0].0, "side_by_side");
    assert!(halts.titles.iter().all(|(name, _)| name != "losses_by_lender"), "nobody lost anything");
    let crash = run("flash-crash-2010", &[]);
    crash.hold_together();
    assert_eq!(crash.titles[0].0, "depth_es");
    assert!(crash.titles[0].1.contains("; seller sold "), "{}", crash.titles[0].1);
    let [fall, rise] = ["drawdown", "rise"].map(|word| crash.number(&format!("/instruments/es/{word}")) * 100.0);
    // The rise may be no more than the recovery of the fall: the larger is not told without the other.
    let swing = match fall >= rise {
        true => format!("fell {fall:.1} % from its high, and "),
        false => format!("fell {fall:.1} % from a high and rose {rise:.1} % from a low. "),
    };
    assert!(crash.said.contains(&format!("es {swing}")), "{}", crash.said);
}
