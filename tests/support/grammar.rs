//! Worlds over the grammar: a world that is sound, in which values are replaced by others of the kind that belongs in
//! their place, as the language itself describes it.
//!
//! Every kind can come into every place that takes it; numbers lie at the edges of their bounds, inside and just outside
//! them; names are of every script, and mostly names that exist. Nothing here knows a single field, so what the language
//! learns is drawn as well.

#![allow(dead_code, reason = "each test uses its own part of it")]

use firesale::rng::{Stream, uniform};
use firesale::text::{NodeId, Scan, Shape};
use firesale::world;
use language::read::{Bounds, Choice, Content, Described, Field, Kind, KindContent};
use std::fmt::Write;
use std::ops::Range;

/// Values within values: enough for all that the language nests but for trees of its own.
const DEEPEST: u32 = 6;

/// A place in a world, and what belongs there.
struct Place {
    at: Range<usize>,
    is: Described,
    bounds: Option<Bounds>,
    field: &'static str,
}

/// What could stand where nothing does.
struct Gap {
    /// Behind the parenthesis or bracket that opens.
    at: usize,
    fill: Fill,
}

enum Fill {
    Field(&'static Field),
    /// One more of a list.
    Item(fn() -> Described, &'static str),
    /// One more of a map.
    Entry(fn() -> Described, &'static str),
}

/// Names that a world has, by the section they stand in.
#[derive(Default)]
struct Known {
    venues: Vec<String>,
    instruments: Vec<String>,
    lenders: Vec<String>,
    traders: Vec<String>,
    moments: Vec<String>,
}

pub struct Drawn<'d> {
    dice: &'d mut Stream,
    known: Known,
}

/// The text with up to a few values replaced, added or taken out.
pub fn changed(text: &str, dice: &mut Stream) -> String {
    let mut walk = Walk { scan: Scan::of(text), places: Vec::new(), gaps: Vec::new() };
    let root = walk.scan.root.expect("a base says something");
    walk.kind(root, world::language(), "world");
    let known = walk.known();
    let (places, gaps) = (walk.places, walk.gaps);
    let mut draw = Drawn { dice, known };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for _ in 0..[1, 1, 1, 2, 2, 4][draw.below(6)] {
        let (at, with) = if draw.chance(0.4) {
            let gap = &gaps[draw.below(gaps.len())];
            (gap.at..gap.at, draw.fill(&gap.fill))
        } else {
            let place = &places[draw.below(places.len())];
            (place.at.clone(), draw.value(place.is, place.bounds, place.field, 0))
        };
        if edits.iter().all(|(other, _)| at.end < other.start || other.end < at.start) {
            edits.push((at, with));
        }
    }
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    let mut new = text.to_owned();
    edits.into_iter().for_each(|(at, with)| new.replace_range(at, &with));
    new
}

/// A world out of nothing but the grammar. Hardly one of them makes sense, and all are to be answered.
pub fn invented(dice: &mut Stream) -> String {
    let mut draw = Drawn { dice, known: Known::default() };
    let text = draw.kind(world::language(), "world", 0);
    let version = draw.chance(0.9);
    let body = text.trim_start_matches(|c| c != '(');
    match body.strip_prefix('(') {
        Some(rest) if version => {
            format!("World(version: 1, {rest}").replacen("version: 1, version", "version: 1, seed", 1)
        }
        _ => text,
    }
}

struct Walk<'t> {
    scan: Scan<'t>,
    places: Vec<Place>,
    gaps: Vec<Gap>,
}

impl Walk<'_> {
    fn at(&mut self, node: NodeId, is: Described, bounds: Option<Bounds>, field: &'static str) {
        self.places.push(Place { at: self.scan.node(node).value.clone(), is, bounds, field });
        self.inside(node, is, bounds, field);
    }

    fn inside(&mut self, node: NodeId, is: Described, bounds: Option<Bounds>, field: &'static str) {
        let children = self.scan.node(node).children.clone();
        match is {
            Described::Number | Described::Whole { .. } | Described::Flag | Described::Text(_) => {}
            Described::List(of) => {
                self.gaps.push(Gap { at: self.opening(node), fill: Fill::Item(of, field) });
                children.iter().for_each(|child| self.at(*child, of(), None, field));
            }
            Described::Map(of) => {
                self.gaps.push(Gap { at: self.opening(node), fill: Fill::Entry(of, field) });
                children.iter().for_each(|child| self.at(*child, of(), None, field));
            }
            Described::Several(parts) => self.side_by_side(&children, parts, field),
            Described::Maybe(of) => match (self.scan.name(node), &children[..]) {
                (Some("None"), _) => {}
                (Some("Some"), [only]) => self.at(*only, of(), bounds, field),
                _ => self.inside(node, of(), bounds, field),
            },
            Described::Kind(kind) => self.kind(node, kind, field),
        }
    }

    fn kind(&mut self, node: NodeId, kind: &'static Kind, field: &'static str) {
        match kind.content {
            KindContent::Fields(fields) => self.fields(node, fields),
            KindContent::Only(of) => self.inside(node, of(), None, field),
            KindContent::Choices(choices) => {
                let name = self.scan.name(node).unwrap_or_default();
                let Some(choice) = choices.iter().find(|choice| choice.name == name) else { return };
                self.choice(node, choice, field);
            }
        }
    }

    fn choice(&mut self, node: NodeId, choice: &'static Choice, field: &'static str) {
        match choice.content {
            Content::Nothing => {}
            Content::Fields(fields) => self.fields(node, fields),
            // The parentheses of a struct inside a variant are left out.
            Content::Several([only]) if self.scan.node(node).shape == Shape::Struct => {
                if let Described::Kind(Kind { content: KindContent::Fields(fields), .. }) = only() {
                    self.fields(node, fields);
                }
            }
            Content::Several(parts) => {
                let children = self.scan.node(node).children.clone();
                self.side_by_side(&children, parts, field);
            }
        }
    }

    fn side_by_side(&mut self, nodes: &[NodeId], parts: &'static [fn() -> Described], field: &'static str) {
        nodes.iter().zip(parts).for_each(|(node, part)| self.at(*node, part(), None, field));
    }

    fn fields(&mut self, node: NodeId, fields: &'static [Field]) {
        let children = self.scan.node(node).children.clone();
        let mut written = Vec::new();
        for child in children {
            let name = self.scan.node(child).key.as_ref().map(|key| key.text.clone()).unwrap_or_default();
            let Some(field) = fields.iter().find(|field| field.name == name) else { continue };
            written.push(field.name);
            // There is one version of the language.
            if name != "version" {
                self.at(child, (field.described)(), field.bounds, field.name);
            }
        }
        let at = self.opening(node);
        let missing = fields.iter().filter(|field| !written.contains(&field.name) && field.absent.is_some());
        self.gaps.extend(missing.map(|field| Gap { at, fill: Fill::Field(field) }));
    }

    fn opening(&self, node: NodeId) -> usize {
        let node = self.scan.node(node);
        let open = self.scan.text[node.value.clone()].find(['(', '[', '{']).unwrap_or(0);
        node.value.start + open + 1
    }

    fn known(&self) -> Known {
        let section = |name: &str| {
            let root = self.scan.node(self.scan.root.expect("it was walked"));
            let is = |child: &&NodeId| self.scan.node(**child).key.as_ref().is_some_and(|key| key.text == name);
            let Some(child) = root.children.iter().find(is) else { return Vec::new() };
            let names = self.scan.node(*child).children.iter();
            names.filter_map(|child| Some(self.scan.node(*child).key.as_ref()?.text.clone())).collect()
        };
        let moment = |node: &language::text::Node| match &node.shape {
            Shape::Text(text) if text.len() >= 10 && text[..4].parse::<u16>().is_ok() => Some(text.clone()),
            _ => None,
        };
        Known {
            venues: section("venues"),
            instruments: section("instruments"),
            lenders: section("lenders"),
            traders: section("traders"),
            moments: self.scan.nodes.iter().filter_map(moment).collect(),
        }
    }
}

impl Drawn<'_> {
    fn unit(&mut self) -> f64 {
        uniform(self.dice)
    }

    fn chance(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.unit() * end as f64) as usize).min(end.saturating_sub(1))
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn fill(&mut self, fill: &Fill) -> String {
        match fill {
            Fill::Field(field) => {
                format!("{}: {}, ", field.name, self.value((field.described)(), field.bounds, field.name, 1))
            }
            Fill::Item(of, field) => format!("{}, ", self.value(of(), None, field, 1)),
            Fill::Entry(of, field) => format!("{}: {}, ", self.name(field), self.value(of(), None, field, 1)),
        }
    }

    fn value(&mut self, is: Described, bounds: Option<Bounds>, field: &'static str, depth: u32) -> String {
        match is {
            Described::Number => self.number(bounds),
            Described::Whole { low, high } => self.whole(low, high, bounds),
            Described::Flag => self.one(&["true", "false"]).to_owned(),
            Described::Text(said) => self.text(said, field),
            Described::Maybe(of) if depth > DEEPEST || self.chance(0.2) => {
                let _ = of;
                "None".to_owned()
            }
            Described::Maybe(of) => self.value(of(), bounds, field, depth),
            Described::List(of) => {
                let items: Vec<_> = (0..self.count(depth)).map(|_| self.value(of(), None, field, depth + 1)).collect();
                format!("[{}]", items.join(", "))
            }
            Described::Map(of) => {
                let entry = |_| format!("{}: {}", self.name(field), self.value(of(), None, field, depth + 1));
                let entries: Vec<_> = (0..3_usize).take(depth as usize % 3 + 1).map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Described::Several(parts) => format!("({})", self.parts(parts, field, depth)),
            Described::Kind(kind) => self.kind(kind, field, depth),
        }
    }

    fn parts(&mut self, parts: &'static [fn() -> Described], field: &'static str, depth: u32) -> String {
        parts.iter().map(|part| self.value(part(), None, field, depth + 1)).collect::<Vec<_>>().join(", ")
    }

    /// Few, sometimes none, now and then very many of what is small.
    fn count(&mut self, depth: u32) -> usize {
        if depth > DEEPEST { 0 } else { [0, 1, 1, 1, 2, 2, 3, 5][self.below(8)] }
    }

    fn kind(&mut self, kind: &'static Kind, field: &'static str, depth: u32) -> String {
        match kind.content {
            KindContent::Fields(fields) => format!("({})", self.fields(fields, depth)),
            KindContent::Only(of) => self.value(of(), None, field, depth),
            KindContent::Choices(choices) => {
                let small = choices.iter().filter(|choice| matches!(choice.content, Content::Nothing)).count();
                let choice = match (depth > DEEPEST && small > 0, choices.len()) {
                    (true, _) => {
                        let nth = self.below(small);
                        choices.iter().filter(|choice| matches!(choice.content, Content::Nothing)).nth(nth)
                    }
                    (false, all) => choices.get(self.below(all)),
                };
                choice.map_or_else(String::new, |choice| self.choice(choice, field, depth))
            }
        }
    }

    fn choice(&mut self, choice: &'static Choice, field: &'static str, depth: u32) -> String {
        match choice.content {
            Content::Nothing => choice.name.to_owned(),
            Content::Fields(fields) => format!("{}({})", choice.name, self.fields(fields, depth)),
            Content::Several([only]) => match only() {
                Described::Kind(Kind { content: KindContent::Fields(fields), .. }) => {
                    format!("{}({})", choice.name, self.fields(fields, depth))
                }
                is => format!("{}({})", choice.name, self.value(is, None, field, depth + 1)),
            },
            Content::Several(parts) => format!("{}({})", choice.name, self.parts(parts, field, depth)),
        }
    }

    fn fields(&mut self, fields: &'static [Field], depth: u32) -> String {
        let mut text = String::new();
        for field in fields {
            let needed = field.absent.is_none();
            if needed || (depth < DEEPEST && self.chance(0.3)) {
                let value = self.value((field.described)(), field.bounds, field.name, depth + 1);
                write!(text, "{}: {value}, ", field.name).expect("into memory");
            }
        }
        text
    }

    fn number(&mut self, bounds: Option<Bounds>) -> String {
        let number = match (bounds, self.below(10)) {
            (Some(Bounds::Within(low, _)), 0) => low,
            (Some(Bounds::Within(_, high)), 1) => high,
            (Some(Bounds::Within(low, _)), 2) => low.next_down(),
            (Some(Bounds::Within(_, high)), 3) => high.next_up(),
            (Some(Bounds::Within(low, high)), 4..9) => low + (high.min(low + 2.0) - low) * self.unit(),
            (_, 0) => 0.0,
            (_, 1) => [f64::MIN_POSITIVE, 1e-9, 1e18, 1e12, -1e-9, -1.0, 1e300, 1e6][self.below(8)],
            (_, 2) => return self.one(&["NaN", "inf", "-inf", "-0.0", "0x10", "1e400"]).to_owned(),
            (_, 3..6) => self.unit(),
            (_, 6..8) => (self.unit() * 100.0).round(),
            _ => firesale::ops::exp(self.unit() * 20.0 - 6.0),
        };
        // As numbers with and without a point are read.
        format!("{number:?}")
    }

    fn whole(&mut self, low: i128, high: i128, bounds: Option<Bounds>) -> String {
        let within = match bounds {
            Some(Bounds::Within(low, high)) => Some((low as i128, high as i128)),
            _ => None,
        };
        let (low, high) = within.unwrap_or((low, high));
        let whole = match self.below(12) {
            0 => low,
            1 => high,
            2 => low - 1,
            3 => high + 1,
            4 => 0,
            _ => low.max(0) + self.below(8) as i128,
        };
        whole.to_string()
    }

    fn text(&mut self, said: &str, field: &'static str) -> String {
        let text = if said.starts_with("a length") {
            self.one(&[
                "0s", "1s", "15s", "1m", "2m", "5m", "7m", "30m", "1h", "6h", "8h", "1d", "2d", "1w", "52w", "999999w",
                "T+0", "T+1", "T+3", "-1m",
            ])
            .to_owned()
        } else if said.starts_with("a time of day") {
            self.one(&["00:00", "09:30", "09:31", "12:00", "15:59", "16:00", "23:59", "24:00"]).to_owned()
        } else if said.starts_with("a day") || said.starts_with("a moment") {
            let known = self.known.moments.len();
            let moment = if known > 0 && self.chance(0.8) {
                let nth = self.below(known);
                self.known.moments[nth].clone()
            } else {
                self.one(&[
                    "0000-01-01 00:00",
                    "2024-02-29",
                    "2024-03-04 10:00",
                    "9999-12-31 23:59",
                    "2024-03-05 09:30",
                ])
                .to_owned()
            };
            match said.starts_with("a day:") {
                true => moment[..10].to_owned(),
                false if moment.len() == 10 => format!("{moment} {}", self.one(&["09:30", "10:15", "16:00", "23:30"])),
                false => moment,
            }
        } else {
            return self.name(field);
        };
        format!("\"{text}\"")
    }

    /// In quotes. Mostly a name that there is, of the section that a field of this name speaks of.
    fn name(&mut self, field: &str) -> String {
        let speaks_of = |words: &[&str]| words.iter().any(|word| field.contains(word));
        let sections = [&self.known.venues, &self.known.lenders, &self.known.traders, &self.known.instruments];
        let section = if speaks_of(&["venue"]) {
            0
        } else if speaks_of(&["lender", "accounts"]) {
            1
        } else if speaks_of(&["trader", "firm", "by", "to"]) {
            2
        } else {
            3
        };
        let count = sections[section].len();
        if count > 0 && self.chance(0.85) {
            let nth = self.below(count);
            let sections = [&self.known.venues, &self.known.lenders, &self.known.traders, &self.known.instruments];
            return format!("{:?}", sections[section][nth]);
        }
        let strange = [
            "x",
            "",
            "ümlaut",
            "金利",
            "ריבית",
            "e\u{301}",
            "\u{202e}abc",
            "a b",
            "a.b",
            "a[0]",
            "a@b",
            "None",
            "-",
            "_",
            "0",
            "\u{0}",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "USD",
            "mean",
            "instruments.s0.max",
        ];
        format!("{:?}", self.one(&strange))
    }
}
