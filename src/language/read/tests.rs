//! What is read, what is said of what does not fit, and what stands in for it.

use super::*;
use crate::named::Named;
use ground::moments::Day;
use ground::units::Span;

/// A market, as short as can be.
#[derive(Clone, Debug, PartialEq, Read)]
#[read(rename = "Market")]
struct MarketFile {
    price: f64,
    lots: u32,
    /// How it is marked. Left out: `Last`.
    #[read(default = "last")]
    mark: MarkFile,
    #[read(default)]
    fees: Named<f64>,
    #[read(rename = "for")]
    how_long: Span,
    #[read(default)]
    until: Option<Day>,
    floor: Option<f64>,
    #[read(skip)]
    seen: u8,
}

/// What a market charges, and when.
#[derive(Clone, Debug, PartialEq, Read)]
struct Terms {
    #[read(within = -0.1..=MOST)]
    rate: f64,
    #[read(default, positive)]
    cap: Option<f64>,
    #[read(default = "one", not_negative)]
    lots: i32,
    #[read(default, some_time)]
    every: Option<Span>,
    #[read(default)]
    mark: Option<Around>,
}

/// The most that a market charges.
const MOST: f64 = 0.5;

fn one() -> i32 {
    1
}

#[derive(Clone, Debug, PartialEq, Read)]
enum Around {
    Near {
        #[read(within = 0.0..=1.0)]
        share: f64,
    },
}

/// Two types of which neither can be made up without the other; only the reference of them is asked for.
#[derive(Clone, Debug, PartialEq, Read)]
enum Hen {
    Laid(Egg),
}

#[derive(Clone, Debug, PartialEq, Read)]
struct Egg {
    by: Box<Hen>,
}

#[derive(Clone, Debug, PartialEq, Read)]
enum MarkFile {
    Averaged { of: Box<MarkFile>, over: Span },
    Last,
    Of(String),
    Between(f64, f64),
    Twice(Box<MarkFile>),
}

fn last() -> MarkFile {
    MarkFile::Last
}

const GOOD: &str =
    r#"Market(price: 2.5, lots: 7, mark: Averaged(of: Between(1, 2), over: "5m"), fees: {"a": 0.1}, for: "90s")"#;

fn said(text: &str) -> Vec<String> {
    match whole::<MarketFile>(text) {
        Ok(_) => vec![],
        Err(findings) => findings.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_good_text_is_read_field_by_field() {
    let market: MarketFile = own(GOOD);
    let over = Span::seconds(300);
    assert_eq!(market.mark, MarkFile::Averaged { of: Box::new(MarkFile::Between(1.0, 2.0)), over });
    assert_eq!((market.price, market.lots, market.how_long, market.seen), (2.5, 7, Span::seconds(90), 0));
    assert_eq!(market.fees.get("a"), Some(&0.1));
    assert_eq!((market.until, market.floor), (None, None));
    let short: MarketFile = own(r#"(price: 1, lots: 1, for: "1m", floor: Some(2), mark: Of("x"))"#);
    assert_eq!((short.floor, short.mark), (Some(2.0), MarkFile::Of("x".to_owned())));
}

#[test]
fn each_misfit_is_said_at_its_place_and_all_of_them_at_once() {
    assert_eq!(
        said(
            "Market(prise: 2.5,\n lots: -1,\n mark: Zork,\n fees: [1],\n for: \"5 minutes\",\n until: 3,\n floor: \"x\")"
        ),
        [
            "1:15: prise: there is no field prise; did you mean \"price\"?",
            "2:8: lots: -1 stands where a whole number from 0 to 4294967295 should; write a number in that range",
            "3:8: mark: there is no Zork to choose; write one of \"Averaged\", \"Last\", \"Of\", \"Between\", \"Twice\"",
            "4:2: fees: a list in brackets stands where a map from names in quotes should; write it as {\"name\": value}",
            "5:7: for: \"5 minutes\" is not a length of time; write one as \"90s\", \"15m\", \"4h\" or \"2d\"",
            "6:9: until: 3 stands where a text in quotes should; write it in quotes: \"3\"",
            "7:9: floor: the text \"x\" stands where a number should; write a number",
        ]
    );
    assert_eq!(
        said("(lots: 1.5, lots: 2, mark: Last(1), for: 1d, price: inf)"),
        [
            "1:8: lots: 1.5 stands where a whole number should; write a whole number, without a point",
            "1:19: lots: the name lots is written twice, first on line 1; rename or remove one of them",
            "1:22: mark: Last takes nothing; write it as Last",
            "1:42: for: 1d, which is neither a number nor a text in quotes, stands where a text in quotes should; write it in quotes: \"1d\"",
            "1:53: price: inf is not a finite number; write a finite number",
        ]
    );
}

#[test]
fn a_field_that_is_not_there_is_missed_unless_it_is_only_misspelt() {
    let lacks = |field: &str| {
        format!("1:1: {field}: the world lacks the field {field}; add `{field}: ...`; nothing is assumed for it")
    };
    assert_eq!(said("Market(lots: 1, for: \"1m\")"), [lacks("price")]);
    assert_eq!(said("Market()"), ["price", "lots", "for"].map(lacks));
    assert_eq!(said("Market(prise: 1, lots: 1, for: \"1m\")").len(), 1);
}

#[test]
fn what_stands_in_is_made_up_and_of_its_kind() {
    let scan = Scan::of("Market(price: \"x\", lots: 1, mark: Zork)");
    let reading = read::<MarketFile>(&scan);
    let (file, other) = (reading.file.unwrap(), reading.other.unwrap());
    // The first and the last kind that hold no other of their own kind.
    assert_eq!((file.mark, other.mark), (MarkFile::Last, MarkFile::Between(0.5, 0.5)));
    assert_eq!((file.price, other.price, file.how_long), (1.0, 0.5, Span::seconds(60)));
    assert_eq!(reading.made_up.values.len(), 2);
    assert_eq!(reading.made_up.fields.iter().map(|(_, field)| *field).collect::<Vec<_>>(), ["for"]);
}

#[test]
fn three_hundred_misspelt_words_behind_a_megabyte_of_comment_are_all_found() {
    let fees: String = (0..300).map(|fee| format!("\"f{fee}\": word{fee},\n")).collect();
    let text = format!("/* {} */ Market(price: 1, lots: -1, for: \"1m\", fees: {{{fees}}})", "x".repeat(1 << 20));
    assert_eq!(said(&text).len(), 301);
}

#[test]
fn what_is_no_ron_at_all_is_said_by_the_scanner_or_by_ron() {
    for text in ["", "Market(", "Market(price: 1", "\u{0}", "[]", "3"] {
        assert!(!said(text).is_empty(), "{text:?}");
    }
}

#[test]
fn more_than_a_person_corrects_is_counted() {
    let fees: String = (0..20_000).map(|fee| format!("\"f{fee}\": x,")).collect();
    let said = said(&format!("Market(price: 1, lots: 1, for: \"1m\", fees: {{{fees}}})"));
    assert_eq!(said.len(), 10_001);
    assert!(said.iter().any(|line| line.contains("10000 more do not fit")), "{}", said[0]);
}

#[test]
fn plain_numbers_are_visited_by_name() {
    let mut market: MarketFile = own(r#"(price: 1, lots: 1, for: "1m", floor: 2)"#);
    let mut seen = vec![];
    market.numbers(&mut |name, number| {
        seen.push((name.to_owned(), *number));
        *number *= 10.0;
    });
    assert_eq!(seen, [("price".to_owned(), 1.0), ("floor".to_owned(), 2.0)]);
    assert_eq!((market.price, market.floor), (10.0, Some(20.0)));
}

#[test]
fn the_reference_says_what_the_reader_does() {
    let Described::Kind(market) = MarketFile::described() else { panic!("a kind") };
    let KindContent::Fields(fields) = market.content else { panic!("fields") };
    assert_eq!((market.name, market.doc), ("Market", "A market, as short as can be."));
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["price", "lots", "mark", "fees", "for", "until", "floor"]);
    let mark = &fields[2];
    assert_eq!(mark.doc, "How it is marked. Left out: `Last`.");
    assert_eq!(
        ((mark.described)().words(), mark.absent.map(|said| said())),
        ("Mark".to_owned(), Some("Last".to_owned()))
    );
    assert_eq!((fields[3].described)().words(), "a map from names to number");
    let all: Vec<&str> = reference::all(market).iter().map(|kind| kind.name).collect();
    assert_eq!(all, ["Market", "MarkFile"]);
}

#[test]
fn the_reference_is_found_by_path_by_kind_and_by_variant() {
    let Described::Kind(market) = MarketFile::described() else { panic!("a kind") };
    let found = |asked: &str| look_up(market, asked).map(|found| format!("{found:?}"));
    assert!(found("mark").unwrap().contains("MarkFile") && found("mark.averaged.over").unwrap().contains("\"over\""));
    assert!(found("MarkFile").is_ok() && found("averaged").is_ok() && found("fees").is_ok());
    assert!(found("averagd").unwrap_err().contains("Averaged"));
    let page = page::section(market);
    assert!(page.contains("- `mark`: Mark; may be left out. How it is marked. Left out: `Last`."), "{page}");
    assert!(page.contains("- `until`: a day: \"2021-03-26\", or None; left out: `None`."), "{page}");
}

fn said_of_terms(text: &str) -> Vec<String> {
    whole::<Terms>(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_number_out_of_its_bounds_is_said_as_the_checks_say_it() {
    assert_eq!(
        said_of_terms(r#"(rate: 0.6, cap: 0, lots: -1, every: "0s", mark: Near(share: 2))"#),
        [
            "1:8: rate: 0.6 is outside -0.1 to 0.5; give a number from -0.1 to 0.5",
            "1:18: cap: 0 is not a number above 0 and up to 1e18; give a number in that range",
            "1:27: lots: -1 is not a number from 0 to 1e18; give a number in that range",
            "1:38: every: no time at all; give a length such as \"30m\"",
            "1:62: mark.near.share: 2 is outside 0 to 1; give a number from 0 to 1",
        ]
    );
    // In bounds, at both ends, left out, none.
    for good in
        ["(rate: 0.5)", "(rate: -0.1, cap: None, every: None)", r#"(rate: 0, cap: Some(1e18), every: Some("1s"))"#]
    {
        assert_eq!(said_of_terms(good), Vec::<String>::new(), "{good}");
    }
    assert_eq!(said_of_terms("(rate: 0, cap: Some(-1))").len(), 1);
}

#[test]
fn what_stands_in_is_in_nobodys_bounds_and_what_does_not_stays_as_it_is_written() {
    assert_eq!(
        said_of_terms("(rate: x, lots: 1.5, every: 3)"),
        [
            "1:8: rate: x stands where a number should; write a number",
            "1:17: lots: 1.5 stands where a whole number should; write a whole number, without a point",
            "1:29: every: 3 stands where a text in quotes should; write it in quotes: \"3\"",
        ]
    );
    let scan = Scan::of("(rate: 0.6)");
    let reading = read::<Terms>(&scan);
    assert_eq!((reading.file.unwrap().rate, reading.made_up, reading.other), (0.6, MadeUp::default(), None));
}

#[test]
fn the_reference_says_the_bounds() {
    let Described::Kind(terms) = Terms::described() else { panic!("a kind") };
    let page = page::section(terms);
    for line in [
        "- `rate`: a number from -0.1 to 0.5.",
        "- `cap`: a number above 0 and up to 1e18, or None;",
        "- `lots`: a whole number from 0 to 1e18; left out: `1`.",
        "\"1w\" (not zero), or None; left out: `None`.",
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
}

/// What many pay.
#[derive(Clone, Debug, PartialEq, Read)]
struct Dues {
    #[read(default, rate)]
    shares: Vec<f64>,
    #[read(default, positive)]
    each: Named<f64>,
    #[read(default, some_time)]
    every: Vec<Span>,
}

#[test]
fn the_bounds_of_a_list_and_of_a_map_are_those_of_each_number_in_it() {
    let said = |text: &str| -> Vec<String> {
        whole::<Dues>(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        said(r#"(shares: [0.5, 2, x], each: {"a": 1, "b": 0}, every: ["1m", "0s"])"#),
        [
            "1:16: shares[1]: 2 is not a rate above 0 and up to 1; give a share of the position's value: 0.1 is 10 %",
            "1:19: shares[2]: x stands where a number should; write a number",
            "1:43: each.b: 0 is not a number above 0 and up to 1e18; give a number in that range",
            "1:61: every[1]: no time at all; give a length such as \"30m\"",
        ]
    );
    assert_eq!(said(r#"(shares: [], each: {"a": 1e18}, every: ["1s"])"#), Vec::<String>::new());
    let Described::Kind(dues) = Dues::described() else { panic!("a kind") };
    let page = page::section(dues);
    for line in [
        "- `shares`: a list of number above 0 and up to 1;",
        "- `each`: a map from names to number above 0 and up to 1e18;",
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
}

#[test]
fn a_circle_through_two_types_is_seen_before_anything_stands_in() {
    let names = |described: Described| {
        let Described::Kind(kind) = described else { panic!("a kind") };
        reference::endless(kind).iter().map(|kind| kind.name).collect::<Vec<_>>()
    };
    assert_eq!(names(Hen::described()), ["Hen", "Egg"]);
    assert_eq!(names(MarketFile::described()), Vec::<&str>::new());
}

/// What each costs.
#[derive(Clone, Debug, PartialEq, Read)]
struct Costs(Named<f64>);

#[derive(Clone, Debug, PartialEq, Read)]
enum Charge {
    /// Nothing is charged.
    Nothing,
    PerUnit(Costs),
    #[read(rename = "AtOnce")]
    Whole {
        fee: f64,
    },
}

#[test]
fn what_wraps_a_value_is_written_as_that_value_and_says_what_it_is() {
    let costs = Costs([("a".to_owned(), 1.5)].into_iter().collect());
    assert_eq!(whole::<Charge>("PerUnit({\"a\": 1.5})"), Ok(Charge::PerUnit(costs)));
    let refused = whole::<Charge>("PerUnit({\"a\": true})").unwrap_err();
    assert_eq!((refused.len(), refused[0].reason.as_str()), (1, "true stands where a number should"));
    let Described::Kind(charge) = Charge::described() else { panic!("a kind") };
    let page: String = reference::all(charge).into_iter().map(page::section).collect();
    assert!(page.contains("- `PerUnit`(Costs): What each costs."), "{page}");
    assert!(page.contains("## Costs\n\nWhat each costs.\n\nWritten as a map from names to number."), "{page}");
}

#[test]
fn a_variant_knows_its_name_and_its_word_in_a_path() {
    let all = ["Nothing", "PerUnit({})", "AtOnce(fee: 1.0)"].map(|text| whole::<Charge>(text).unwrap());
    assert_eq!(all.each_ref().map(Read::variant), ["Nothing", "PerUnit", "AtOnce"]);
    assert_eq!(all.map(|charge| charge.word()), ["nothing", "per_unit", "at_once"]);
    assert_eq!((Costs(Named::default()).variant(), 1.0_f64.variant()), ("", ""));
}
