//! The reader: what a place in the text is, and what is said when it is something else.
//!
//! It follows what RON accepts: variants with and without fields, `Some` left out, the parentheses of a struct inside a
//! variant left out.

use super::{At, Bounds, Read, Reading};
use crate::findings::Finding;
use crate::text::{NodeId, Number, Scan, Shape, line_and_column, near, parse_number};
use ground::units::Span;
use std::collections::{BTreeMap, BTreeSet};

/// More misfits than a person corrects in one go: what is found beyond is only counted, so that a text in which nothing
/// fits costs no more than its length.
const MOST_MISFITS: usize = 10_000;

/// More names than anyone misspells in one struct: only these are held against the names of fields that are missing.
const MOST_MISSPELT: usize = 100;

/// Two readings with different stand-ins tell what rests on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    First,
    Second,
}

/// Where a value is made up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeUp {
    /// Values that stand in for what the text says.
    pub values: BTreeSet<NodeId>,
    /// Fields that the text lacks.
    pub fields: BTreeSet<(NodeId, &'static str)>,
}

impl MadeUp {
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.fields.is_empty()
    }
}

pub struct Reader<'t> {
    scan: &'t Scan<'t>,
    taste: Taste,
    /// Entries whose name stands in the same struct or map before: as if they were not there.
    twice: BTreeSet<NodeId>,
    made_up: MadeUp,
    findings: Vec<(Option<NodeId>, Finding)>,
    /// Of what could be read, and is no number for its field.
    out_of_bounds: Vec<(NodeId, Finding)>,
    uncounted: usize,
}

/// The fields of a struct that its type knows, as far as they are there.
pub struct Fields {
    node: NodeId,
    names: &'static [&'static str],
    /// Of those that have one, by place among the names.
    bounds: &'static [(usize, Bounds)],
    /// By place among the names.
    found: Vec<Option<NodeId>>,
    /// Names that no field has.
    unknown: Vec<NodeId>,
}

impl<'t> Reader<'t> {
    pub fn new(scan: &'t Scan<'t>, taste: Taste) -> Self {
        let mut reader = Self {
            scan,
            taste,
            twice: BTreeSet::new(),
            made_up: MadeUp::default(),
            findings: vec![],
            out_of_bounds: vec![],
            uncounted: 0,
        };
        reader.leave_out_what_is_twice();
        reader.stand_in_for_what_is_endless();
        reader
    }

    pub fn taste(&self) -> Taste {
        self.taste
    }

    pub(super) fn into_reading<T>(mut self, file: T) -> Reading<T> {
        if self.uncounted > 0 {
            let reason = format!("{} more do not fit", self.uncounted);
            self.findings.push((None, Finding::whole(reason, "correct the others first")));
        }
        let Self { made_up, findings, out_of_bounds, .. } = self;
        Reading { file: Some(file), other: None, made_up, findings, out_of_bounds }
    }

    fn leave_out_what_is_twice(&mut self) {
        let scan = self.scan;
        for node in scan.nodes.iter().filter(|node| matches!(node.shape, Shape::Struct | Shape::Map)) {
            let mut seen = BTreeMap::new();
            for child in &node.children {
                let Some(key) = &scan.node(*child).key else { continue };
                let before = *seen.entry(key.text.as_str()).or_insert(key.range.start);
                if before != key.range.start {
                    self.twice.insert(*child);
                    self.note(*child, || {
                        let (line, _) = line_and_column(scan.text, before);
                        let reason = format!("the name {} is written twice, first on line {line}", key.text);
                        Finding::at(scan.path_of(*child), reason, "rename or remove one of them")
                    });
                }
            }
        }
    }

    /// Numbers that are none: `NaN`, `inf`, and what is too large for any number.
    fn stand_in_for_what_is_endless(&mut self) {
        let scan = self.scan;
        for node in (0..scan.nodes.len()).filter(|node| scan.node(*node).shape == Shape::Number) {
            if parse_number(scan.slice(node)).is_some_and(|number| !number.as_f64().is_finite()) {
                self.made_up.values.insert(node);
                self.note(node, || {
                    let reason = format!("{} is not a finite number", shortened(scan.slice(node)));
                    Finding::at(scan.path_of(node), reason, "write a finite number")
                });
            }
        }
    }

    /// Whether nothing more is kept. A second reading is made for its value, and says nothing.
    fn is_full(&self) -> bool {
        self.taste == Taste::Second || self.findings.len() + self.out_of_bounds.len() >= MOST_MISFITS
    }

    fn note(&mut self, node: NodeId, finding: impl FnOnce() -> Finding) {
        if !self.is_full() {
            self.findings.push((Some(node), finding()));
        } else {
            self.uncounted += 1;
        }
    }

    /// Notes that a value does not fit, unless something stands in for it already.
    pub(super) fn misfit(&mut self, at: At, reason: &str, remedy: &str) {
        if self.made_up.values.insert(at.node) {
            let scan = self.scan;
            self.note(at.node, || Finding::at(scan.path_of(at.node), reason, remedy));
        }
    }

    pub(super) fn wrong(&mut self, at: At, expected: &str, remedy: &str) {
        let reason = format!("{} stands where {expected} should", self.found(at));
        self.misfit(at, &reason, remedy);
    }

    /// What stands here, in plain words.
    fn found(&self, at: At) -> String {
        let slice = self.scan.slice(at.node);
        let short = shortened(slice);
        let own = self.scan.node(at.node);
        match (&own.shape, self.name(at)) {
            (Shape::Struct | Shape::Tuple, Some(name)) => format!("{name}(...)"),
            (Shape::Struct, None) => "a struct in parentheses".to_string(),
            (Shape::Tuple, None) => format!("a parenthesis with {} in it", own.children.len()),
            (Shape::Map, _) => "a map in braces".to_string(),
            (Shape::List, _) => "a list in brackets".to_string(),
            (Shape::Number, _) if parse_number(slice).is_none() => {
                format!("{short}, which is neither a number nor a text in quotes,")
            }
            (Shape::Text(_), _) => format!("the text {short}"),
            (Shape::Word | Shape::Number | Shape::Other, _) => short,
        }
    }

    pub(super) fn written(&self, at: At) -> &'t str {
        self.scan.slice(at.node)
    }

    fn shape(&self, at: At) -> &'t Shape {
        &self.scan.node(at.node).shape
    }

    fn name(&self, at: At) -> Option<&'t str> {
        if at.bare { None } else { self.scan.name(at.node) }
    }

    fn children(&self, at: At) -> Vec<NodeId> {
        let all = self.scan.node(at.node).children.iter().copied();
        all.filter(|child| !self.twice.contains(child)).collect()
    }

    fn stands_in(&self, at: At) -> bool {
        self.made_up.values.contains(&at.node)
    }

    pub(super) fn number(&mut self, at: At) -> Option<f64> {
        match self.plain_number(at) {
            Some(number) => Some(number.as_f64()),
            None => {
                self.wrong(at, "a number", "write a number");
                None
            }
        }
    }

    pub(super) fn whole(&mut self, at: At, low: i128, high: i128) -> Option<i128> {
        match self.plain_number(at) {
            Some(Number::Whole(whole)) if (low..=high).contains(&whole) => return Some(whole),
            Some(Number::Whole(_)) => {
                self.wrong(at, &format!("a whole number from {low} to {high}"), "write a number in that range");
            }
            Some(Number::Real(_)) => self.wrong(at, "a whole number", "write a whole number, without a point"),
            None => self.wrong(at, "a whole number", "write a whole number"),
        }
        None
    }

    fn plain_number(&self, at: At) -> Option<Number> {
        let number = *self.shape(at) == Shape::Number && !self.stands_in(at);
        number.then(|| parse_number(self.scan.slice(at.node))).flatten()
    }

    pub(super) fn flag(&mut self, at: At) -> Option<bool> {
        match (self.shape(at), self.name(at)) {
            (Shape::Word, Some("true")) => Some(true),
            (Shape::Word, Some("false")) => Some(false),
            _ => {
                self.wrong(at, "true or false", "write true or false");
                None
            }
        }
    }

    pub(super) fn text(&mut self, at: At) -> Option<&'t str> {
        match self.shape(at) {
            Shape::Text(text) => return Some(text),
            Shape::Word | Shape::Number => {
                let remedy = format!("write it in quotes: \"{}\"", self.scan.slice(at.node));
                self.wrong(at, "a text in quotes", &remedy);
            }
            _ => self.wrong(at, "a text in quotes", "write a text in quotes"),
        }
        None
    }

    /// A text that is parsed on; what the parser says is `reason; remedy`.
    pub(super) fn parsed<T: std::str::FromStr<Err = String>>(&mut self, at: At) -> Option<T> {
        let text = self.text(at)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(message) => {
                let (reason, remedy) = message.split_once("; ").unwrap_or((&message, "correct it"));
                self.misfit(at, reason, remedy);
                None
            }
        }
    }

    /// `None` for what the text says is none; otherwise where the value stands.
    pub(super) fn maybe(&self, at: At) -> Option<At> {
        let own = self.scan.node(at.node);
        match (&own.shape, self.name(at), &own.children[..]) {
            (Shape::Word, Some("None"), _) => None,
            (Shape::Tuple, Some("Some"), [only]) => Some(At::of(*only)),
            _ => Some(at),
        }
    }

    pub(super) fn list(&mut self, at: At) -> Option<Vec<NodeId>> {
        if *self.shape(at) == Shape::List {
            return Some(self.children(at));
        }
        self.wrong(at, "a list", "write it as [a, b]");
        None
    }

    /// So many values in parentheses.
    pub fn several(&mut self, at: At, count: usize) -> Option<Vec<At>> {
        let parts = self.children(at);
        if *self.shape(at) == Shape::Tuple && parts.len() == count {
            return Some(parts.into_iter().map(At::of).collect());
        }
        self.wrong(at, &format!("{count} values in parentheses"), "write it as (a, b)");
        None
    }

    /// The entries of a map, by name.
    pub(super) fn map(&mut self, at: At) -> Option<Vec<(String, NodeId)>> {
        if *self.shape(at) == Shape::Map {
            let name = |node: NodeId| self.scan.node(node).key.as_ref().map_or(String::new(), |key| key.text.clone());
            return Some(self.children(at).into_iter().map(|node| (name(node), node)).collect());
        }
        self.wrong(at, "a map from names in quotes", "write it as {\"name\": value}");
        None
    }

    /// Which of the variants is named here, by place.
    pub fn kind(&mut self, at: At, names: &'static [&'static str]) -> Option<usize> {
        match self.name(at) {
            _ if self.stands_in(at) => None,
            Some(name) if *self.shape(at) != Shape::Number => {
                let place = names.iter().position(|known| *known == name);
                if place.is_none() {
                    // What is near is dear to find.
                    let remedy = if self.is_full() { String::new() } else { near::remedy(name, names) };
                    self.misfit(at, &format!("there is no {name} to choose"), &remedy);
                }
                place
            }
            _ => {
                self.wrong(at, "a choice", &format!("write one of {}", names.join(", ")));
                None
            }
        }
    }

    /// Whether a variant that holds nothing is written so.
    pub fn nothing(&mut self, at: At) -> bool {
        let bare = *self.shape(at) == Shape::Word;
        if !bare {
            let name = self.scan.name(at.node).unwrap_or_default();
            self.misfit(at, &format!("{name} takes nothing"), &format!("write it as {name}"));
        }
        bare
    }

    /// Where the one thing that a variant holds stands.
    pub fn only(&mut self, at: At) -> Option<At> {
        let own = self.scan.node(at.node);
        match (&own.shape, &own.children[..]) {
            (Shape::Struct, _) | (Shape::Tuple, []) => Some(at.inside()),
            (Shape::Tuple, [only]) => Some(At::of(*only)),
            _ => {
                let name = self.scan.name(at.node).unwrap_or_default();
                let remedy = format!("write it as {name}(...), with its fields in the parentheses");
                self.misfit(at, &format!("{name} lacks what belongs to it"), &remedy);
                None
            }
        }
    }

    /// The fields of a struct of this name, or of a variant's content (whose name is used up).
    pub fn fields(
        &mut self,
        at: At,
        name: &str,
        names: &'static [&'static str],
        bounds: &'static [(usize, Bounds)],
    ) -> Option<Fields> {
        let named_well = self.name(at).is_none_or(|own| own == name);
        let children = self.children(at);
        let empty = *self.shape(at) == Shape::Tuple && self.scan.node(at.node).children.is_empty();
        if self.stands_in(at) {
            return None;
        }
        if !(named_well && (*self.shape(at) == Shape::Struct || empty)) {
            let first = names.first().unwrap_or(&"field");
            self.wrong(at, "a struct", &format!("write it as ({first}: ..., ...)"));
            return None;
        }
        let mut fields = Fields { node: at.node, names, bounds, found: vec![None; names.len()], unknown: vec![] };
        for child in children {
            match names.iter().position(|name| *name == self.key(child)) {
                Some(place) => fields.found[place] = Some(child),
                None => fields.unknown.push(child),
            }
        }
        self.refuse_unknown(&fields);
        Some(fields)
    }

    fn key(&self, node: NodeId) -> &'t str {
        self.scan.node(node).key.as_ref().map_or("", |key| key.text.as_str())
    }

    fn refuse_unknown(&mut self, fields: &Fields) {
        if fields.unknown.is_empty() {
            return;
        }
        let scan = self.scan;
        let present: BTreeSet<&str> = scan.keys_of(fields.node).into_iter().collect();
        let absent: Vec<&str> = fields.names.iter().copied().filter(|name| !present.contains(name)).collect();
        for child in &fields.unknown {
            let field = self.key(*child);
            self.note(*child, || {
                let remedy = match near::near(field, &absent).as_slice() {
                    [] => format!("remove it; the fields here are {}", fields.names.join(", ")),
                    _ => near::remedy(field, &absent),
                };
                Finding::at(scan.path_of(*child), format!("there is no field {field}"), remedy)
            });
        }
    }

    /// A field that must be there.
    pub fn required<T: Read>(&mut self, fields: &Fields, index: usize) -> T {
        match (fields.found[index], T::absent()) {
            (Some(node), _) => self.field(fields, index, node),
            (None, Some(absent)) => absent,
            (None, None) => {
                self.lacks(fields, index);
                T::stand_in(self)
            }
        }
    }

    /// A field that may be left out.
    pub fn or_default<T: Read + Default>(&mut self, fields: &Fields, index: usize) -> T {
        self.or_else(fields, index, T::default)
    }

    /// As [`Self::or_default`], with a default of its own.
    pub fn or_else<T: Read>(&mut self, fields: &Fields, index: usize, absent: fn() -> T) -> T {
        match fields.found[index] {
            Some(node) => self.field(fields, index, node),
            None => absent(),
        }
    }

    fn field<T: Read>(&mut self, fields: &Fields, index: usize, node: NodeId) -> T {
        let value = T::read(At::of(node), self);
        self.judge(fields, index, At::of(node));
        value
    }

    /// Whether what was read is within the bounds of its field. The value stays: it is what the text says.
    fn judge(&mut self, fields: &Fields, index: usize, at: At) {
        if let Some((_, bounds)) = fields.bounds.iter().find(|(place, _)| *place == index) {
            self.bound(*bounds, at);
        }
    }

    /// One number, or each of a list or a map.
    fn bound(&mut self, bounds: Bounds, at: At) {
        let Some(inner) = self.maybe(at).filter(|inner| !self.stands_in(at) && !self.stands_in(*inner)) else { return };
        if matches!(self.shape(inner), Shape::List | Shape::Map) {
            return self.children(inner).into_iter().for_each(|child| self.bound(bounds, At::of(child)));
        }
        let Some(number) = self.measured(inner) else { return };
        let scan = self.scan;
        if let Some(finding) = bounds.refusal(scan.path_of(at.node), number) {
            match self.is_full() {
                true => self.uncounted += 1,
                false => self.out_of_bounds.push((at.node, finding)),
            }
        }
    }

    /// A number, or a length of time in seconds.
    fn measured(&self, at: At) -> Option<f64> {
        match self.shape(at) {
            Shape::Text(text) => text.parse::<Span>().ok().map(|span| span.as_seconds() as f64),
            _ => self.plain_number(at).map(Number::as_f64),
        }
    }

    fn lacks(&mut self, fields: &Fields, index: usize) {
        let (scan, node, field) = (self.scan, fields.node, fields.names[index]);
        self.made_up.fields.insert((node, field));
        // A field that is only misspelt has been reported under the name it was given.
        let twice = scan.node(node).children.iter().filter(|child| self.twice.contains(child));
        let mut left_out = fields.unknown.iter().chain(twice).take(MOST_MISSPELT);
        if !left_out.any(|child| !near::near(self.key(*child), &[field]).is_empty()) {
            self.note(node, || {
                let path = scan.path_of(node);
                let whole = if path.is_empty() { "the world" } else { &path };
                Finding::at(
                    scan.path_into(node, field),
                    format!("{whole} lacks the field {field}"),
                    format!("add `{field}: ...`; nothing is assumed for it"),
                )
            });
        }
    }
}

/// As much of a text as a message can bear.
pub fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        text.to_string()
    } else {
        format!("{}...", text.chars().take(LONGEST - 3).collect::<String>())
    }
}
