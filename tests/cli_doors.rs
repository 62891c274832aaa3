//! `params` and `worker` through the binary, and the library call behind a worker.

use assert_cmd::cargo::cargo_bin_cmd;
use firesale::ask::{Asked, run};
use results::keep::Keep;
use serde_json::Value;
use world::Source;

fn worker(requests: &str) -> Vec<Value> {
    let output = cargo_bin_cmd!("firesale").arg("worker").write_stdin(requests).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_worker_and_a_library_call_say_the_same_bytes() {
    let request = r#"{"id": 7, "world": "two-funds", "seed": 3, "set": {"traders.fund-a.leverage": 3.5}, "keep": ["prices", "firms"]}"#;
    let output = cargo_bin_cmd!("firesale").arg("worker").write_stdin(format!("{request}\n")).output().unwrap();
    let set = vec!["traders.fund-a.leverage=3.5".parse().unwrap()];
    let keep = Keep { prices: true, firms: true, ..Keep::NOTHING };
    let asked = Asked { set, keep, seed: Some(3), ..Asked::of(Source::find("two-funds").unwrap()) };
    let mut told = run(&asked).unwrap().to_json();
    told["id"] = 7.into();
    assert!(String::from_utf8(output.stdout).unwrap() == format!("{told}\n"), "they differ");
}

#[test]
fn a_bad_request_is_answered_with_all_that_is_wrong_and_the_next_is_served() {
    let requests = [
        "no json",
        r#"{"id": "a"}"#,
        r#"{"id": "b", "world": "no-such-world"}"#,
        r#"{"id": "c", "world": "two-funds", "set": {"traders.fund-a.leverage": -1, "nowhere.at": 2}}"#,
        r#"{"id": "d", "world": "two-funds", "sede": 1, "seed": -2, "keep": ["price"]}"#,
        r#"{"id": "e", "text": "World("}"#,
        "",
        r#"{"id": "f", "world": "two-funds"}"#,
    ];
    let answers = worker(&(requests.join("\n") + "\n"));
    assert_eq!(answers.len(), 7);
    assert!(answers[..6].iter().all(|answer| answer["error"].is_object()), "{answers:?}");
    let findings = |answer: usize| answers[answer]["error"]["findings"].as_array().map(Vec::len);
    assert_eq!((findings(3), findings(4)), (Some(2), Some(3)));
    assert_eq!(answers[1]["id"], "a");
    assert!(answers[6]["figures"]["cascade.size"].is_number() && answers[6]["id"] == "f");
    // Two worlds, two modes and two seeds are no one run.
    let both = [
        r#"{"world": "two-funds", "text": "World()"}"#,
        r#"{"world": "two-funds", "without_liquidation": true, "counterfactual": true}"#,
        r#"{"world": "two-funds", "seed": 9, "set": {"seed": 5}}"#,
    ];
    for (answer, reason) in
        worker(&both.join("\n")).iter().zip(["names two worlds", "are both true", "set to 5 and given as 9"])
    {
        assert!(answer["error"]["reason"].as_str().is_some_and(|said| said.contains(reason)), "{answer}");
    }
    // The last line needs no end.
    assert_eq!(worker(r#"{"world": "two-funds", "seed": 1}"#).len(), 1);
}

#[test]
fn params_lists_what_may_be_varied_and_sweep_takes_each_of_its_paths() {
    let output = cargo_bin_cmd!("firesale").args(["params", "two-funds", "--json"]).output().unwrap();
    let params: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let find = |path: &str| params.iter().find(|param| param["path"] == path).unwrap_or_else(|| panic!("no {path}"));
    let leverage = find("traders.fund-a.leverage");
    assert_eq!((leverage["type"].as_str(), leverage["unit"].as_str()), (Some("number"), Some("times equity")));
    let under = cargo_bin_cmd!("firesale").args(["params", "two-funds", "traders.fund-a"]).output().unwrap();
    let under = String::from_utf8(under.stdout).unwrap();
    assert!(under.contains("traders.fund-a.leverage = ") && !under.contains("traders.fund-b"), "{under}");
    let wrong = cargo_bin_cmd!("firesale").args(["params", "two-funds", "traders.fund-z"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    // Setting each number to what it is changes nothing, so each path leads to its place.
    let text = Source::find("two-funds").unwrap();
    for param in params.iter().filter(|param| param["type"] == "number" && param["value"].is_string()) {
        let set = format!("{}={}", param["path"].as_str().unwrap(), param["value"].as_str().unwrap());
        let loaded =
            world::load_source(text.clone(), &[set.parse().unwrap()]).unwrap_or_else(|error| panic!("{set}: {error}"));
        assert_eq!(loaded.effective_text, text.text, "{set}");
    }
}
