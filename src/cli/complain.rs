//! Every error a person or a script reads.
//!
//! On a terminal the findings of a world are drawn into its text; elsewhere each is one line,
//! `name:line:column: path: reason; remedy`. With `--json` stdout carries `{"findings": [...]}`, each
//! with path, line, column, reason and remedy, and stderr the lines.

use super::status::{Failure, Status};
use super::terminal::Terminal;
use ground::shown::{of_one_length, shown, within_a_line};
use language::findings::Finding;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use serde::Serialize;
use std::fmt;
use std::iter;

/// Says what went wrong and answers with the exit status.
pub fn about(failure: &Failure, terminal: &Terminal) -> Status {
    if terminal.json {
        terminal.result(&as_json(failure));
    }
    match failure {
        Failure::World { name, text, findings } => {
            let drawn = terminal.watched && !text.is_empty();
            if drawn {
                terminal.drawn(&draw(name, text, findings, terminal.colour_err));
            } else {
                terminal.complain(&plain(name, findings));
            }
            terminal.complain(&format!("firesale: {}\n", counted(name, text, findings.len())));
            Status::BadInput
        }
        Failure::Input { what, reason, remedy } => {
            terminal.complain(&format!("firesale: {what}: {reason}; {remedy}\n"));
            Status::BadInput
        }
        Failure::Environment { reason, kept } => {
            terminal.complain(&format!("firesale: {reason}; {kept}\n"));
            Status::Environment
        }
        Failure::Fault { fault, during } => {
            terminal.complain(&format!(
                "firesale: a fault of the program, not of your world: {fault}\n\
                 while doing: {during}\n\
                 Nothing half-written was left. Please report these lines together with the world file.\n",
            ));
            Status::Fault
        }
    }
}

/// What may be meant, a line each, and no failure.
pub fn remark(name: &str, remarks: &[Finding], terminal: &Terminal) {
    if !terminal.quiet {
        let lines = plain(name, remarks);
        terminal.complain(&lines.lines().map(|line| format!("remark: {line}\n")).collect::<String>());
    }
}

/// Findings as JSON has them.
pub fn listed(findings: &[Finding]) -> serde_json::Value {
    serde_json::to_value(findings.iter().map(finding_json).collect::<Vec<_>>()).expect("plain data")
}

fn counted(name: &str, text: &str, findings: usize) -> String {
    // What has a text is a world.
    let what = if text.is_empty() { "" } else { "world " };
    let plural = if findings == 1 { "finding" } else { "findings" };
    format!("{what}{name}: {findings} {plural}; nothing was written")
}

fn plain(name: &str, findings: &[Finding]) -> String {
    let line = |finding: &Finding| match finding.place {
        Some(_) => format!("{name}:{finding}"),
        None => format!("{name}: {finding}"),
    };
    // A line each, whatever a name or a cell holds.
    findings.iter().map(|finding| within_a_line(&line(finding)).into_owned() + "\n").collect()
}

#[derive(Serialize)]
struct FindingJson<'a> {
    path: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    reason: &'a str,
    remedy: &'a str,
}

fn as_json(failure: &Failure) -> String {
    let fault;
    let whole = |path, reason, remedy| vec![FindingJson { path, line: None, column: None, reason, remedy }];
    let findings = match failure {
        Failure::World { findings, .. } => findings.iter().map(finding_json).collect(),
        Failure::Input { what, reason, remedy } => whole(what, reason, remedy),
        Failure::Environment { reason, kept } => whole("", reason, kept),
        Failure::Fault { fault: text, during } => {
            fault = format!("a fault of the program: {text}");
            whole(during, &fault, "report it")
        }
    };
    let text = serde_json::to_string_pretty(&serde_json::json!({ "findings": findings })).expect("plain data");
    text + "\n"
}

fn finding_json(finding: &Finding) -> FindingJson<'_> {
    FindingJson {
        path: &finding.path,
        line: finding.place.map(|(line, _)| line),
        column: finding.place.map(|(_, column)| column),
        reason: &finding.reason,
        remedy: &finding.remedy,
    }
}

/// The findings one by one, each with the lines of the text that it is about.
fn draw(name: &str, text: &str, findings: &[Finding], colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(super::table::WIDTH).without_syntax_highlighting();
    let source = NamedSource::new(shown(name), of_one_length(text).into_owned());
    let mut drawing = String::new();
    for finding in findings {
        let drawn = Drawn { finding, span: span(text, finding), source: &source };
        if handler.render_report(&mut drawing, &drawn).is_err() {
            drawing += &plain(name, std::slice::from_ref(finding));
        }
    }
    drawing
}

/// Start and length in bytes.
fn span(text: &str, finding: &Finding) -> Option<(usize, usize)> {
    if let Some(range) = &finding.range
        && text.get(range.clone()).is_some()
    {
        return Some((range.start, range.len()));
    }
    let (line, column) = finding.place?;
    let start = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    let within = text.get(start..)?.char_indices().nth(column.saturating_sub(1)).map_or(0, |(offset, _)| offset);
    Some((start + within, usize::from(start + within < text.len())))
}

#[derive(Debug)]
struct Drawn<'a> {
    finding: &'a Finding,
    span: Option<(usize, usize)>,
    source: &'a NamedSource<String>,
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.finding.path.is_empty() {
            write!(f, "{}: ", shown(&self.finding.path))?;
        }
        f.write_str(&shown(&self.finding.reason))
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(shown(&self.finding.remedy)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.span.is_some().then_some(self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (start, length) = self.span?;
        Some(Box::new(iter::once(LabeledSpan::new(Some("here".into()), start, length))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Finding {
        Finding {
            place: Some((2, 11)),
            ..Finding::at("lenders.nomura.capital", "-3 is not above 0", "give a positive number")
        }
    }

    #[test]
    fn a_finding_is_one_line_with_place_path_reason_and_remedy() {
        let line = plain("mine", &[finding()]);
        assert_eq!(line, "mine:2:11: lenders.nomura.capital: -3 is not above 0; give a positive number\n");
    }

    #[test]
    fn a_drawn_finding_shows_the_line_it_is_about() {
        let text = "World(\n  capital: -3,\n  über: 1,\n)\n";
        assert_eq!(span(text, &finding()), Some((17, 1)));
        let drawing = draw("mine", text, &[finding()], false);
        assert!(drawing.contains("capital: -3") && drawing.contains("give a positive number"), "{drawing}");
        assert!(!drawing.contains('\u{1b}'), "no colour where none is asked for");
    }

    #[test]
    fn no_findings_text_reaches_a_terminal_as_an_order_or_begins_a_line_of_its_own() {
        let wild = "a\u{1b}]0;x\u{7}\u{202e}\nmine:1:1: b";
        let finding = Finding { place: Some((1, 2)), ..Finding::at(wild, wild, wild) };
        let line = plain(wild, std::slice::from_ref(&finding));
        assert_eq!((line.matches('\n').count(), line.contains(ground::shown::obeyed)), (1, false));
        assert!(!draw(wild, wild, &[finding], false).contains(ground::shown::obeyed));
    }

    #[test]
    fn a_place_outside_the_text_draws_no_snippet_and_does_not_panic() {
        for place in [(0, 0), (99, 1), (1, 99)] {
            let finding = Finding { place: Some(place), ..finding() };
            let _ = draw("mine", "World(\n)", &[finding], false);
        }
    }

    #[test]
    fn findings_as_json_carry_line_and_column() {
        let failure = Failure::World { name: "mine".into(), text: String::new(), findings: vec![finding()] };
        let json: serde_json::Value = serde_json::from_str(&as_json(&failure)).unwrap();
        assert_eq!(json["findings"][0]["line"], 2);
        assert_eq!(json["findings"][0]["column"], 11);
        assert_eq!(json["findings"][0]["path"], "lenders.nomura.capital");
    }
}
