//! What a shell asks of the program: completions, and a manual page.

use assert_cmd::cargo::cargo_bin_cmd;

/// Exit status and both streams.
fn said(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = cargo_bin_cmd!("firesale").args(arguments).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

const COMMANDS: [&str; 15] = [
    "run",
    "sweep",
    "check",
    "list",
    "show",
    "init",
    "language",
    "tables",
    "chart",
    "compare",
    "explain",
    "buffer",
    "probe",
    "completions",
    "man",
];

#[test]
fn each_shell_completes_every_command_and_its_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, script, complaint) = said(&["completions", shell]);
        assert_eq!((status, complaint.as_str()), (Some(0), ""), "{shell}");
        for word in COMMANDS.into_iter().chain(["counterfactual", "quiet"]) {
            assert!(script.contains(word), "{word} is not completed by {shell}");
        }
    }
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let (status, script, complaint) = said(&["completions", "csh"]);
    assert_eq!((status, script.as_str()), (Some(2), ""));
    assert!(complaint.contains("bash") && complaint.contains("fish"), "{complaint}");
}

#[test]
fn the_manual_page_names_every_command_and_each_command_has_a_page_of_its_own() {
    let (status, page, _) = said(&["man"]);
    assert_eq!(status, Some(0));
    assert!(page.contains(".TH firesale 1"), "{page}");
    for command in COMMANDS {
        assert!(page.contains(&format!("firesale\\-{command}(1)")), "{command} is not in {page}");
        let (status, own, _) = said(&["man", command]);
        assert_eq!(status, Some(0), "{command}");
        assert!(own.contains(&format!(".TH firesale-{command} 1")), "{command}: {own}");
        assert!(own.contains("quiet"), "{command} has the options of all: {own}");
    }
}

#[test]
fn a_page_of_no_command_is_refused_with_what_is_near() {
    let (status, page, complaint) = said(&["man", "sweeep"]);
    assert_eq!((status, page.as_str()), (Some(2), ""));
    assert!(complaint.contains("sweep"), "{complaint}");
}
