//! Every path of a world that may be varied: what stands there, what may stand there, and what its author says of it.
//!
//! Types, bounds and defaults come from the reference of the language, which the derive makes from the types themselves: the
//! text of the world is walked beside it. What a world leaves out is listed too, where it is a plain value. The unit of a
//! number is told by the name of its field, and is not known for all: the language states none.

use crate::file::WorldFile;
use language::findings::{Finding, Findings, LARGEST};
use language::read::{Bounds, Content, Described, Field, Kind, KindContent, Read};
use language::text::{Found, NodeId, Override, Scan, Shape, apply};

/// What a parameter is to whoever studies the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Role {
    /// Nobody knows it: a study looks at all that it may be.
    Uncertainty,
    /// A rule that somebody may choose.
    Lever,
    /// It is what it is, and a study leaves it alone.
    Constant,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Self::Uncertainty => "uncertainty",
            Self::Lever => "lever",
            Self::Constant => "constant",
        }
    }
}

/// What a world declares of one of its paths.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct ParameterFile {
    pub role: Role,
    /// The least and the most that a study should try. Left out: what the language allows.
    #[read(default)]
    pub range: Option<(f64, f64)>,
    /// What role and range rest on.
    #[read(default)]
    pub why: Option<String>,
}

/// What may stand at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Number,
    Whole,
    Flag,
    Text,
    /// One of these kinds.
    Choice(Vec<&'static str>),
}

/// A path that may be varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// As `--set` and `--vary` take it.
    pub path: String,
    pub kind: Type,
    /// In words.
    pub words: String,
    /// Empty when it is not known.
    pub unit: String,
    /// As the world has it; absent when the world leaves it out.
    pub value: Option<String>,
    /// What it is when left out; absent when it must be there.
    pub left_out: Option<String>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The bounds in words; empty when there are none.
    pub bounds: String,
    pub doc: String,
    pub role: Option<Role>,
    pub range: Option<(f64, f64)>,
    pub why: Option<String>,
}

/// Every path of a text, with overrides made, in its order.
pub fn of_text(text: &str, overrides: &[Override], file: Option<&WorldFile>) -> Vec<Param> {
    let (text, _, _) = apply(text, overrides);
    let scan = Scan::of(&text);
    let mut params = within(&scan, None);
    for (path, declared) in file.into_iter().flat_map(|file| file.parameters.iter()) {
        let node = found(&scan, path);
        let own = params.iter_mut().find(|param| param.path == path || node.is_some_and(|node| at(&scan, param, node)));
        if let Some(param) = own {
            param.role = Some(declared.role);
            param.range = declared.range;
            param.why.clone_from(&declared.why);
        }
    }
    params
}

fn found(scan: &Scan<'_>, path: &str) -> Option<NodeId> {
    match scan.find(path) {
        Found::Node(node) => Some(node),
        _ => None,
    }
}

/// Whether a parameter stands at a node, however its path is written.
fn at(scan: &Scan<'_>, param: &Param, node: NodeId) -> bool {
    found(scan, &param.path) == Some(node)
}

/// The one at a path, however the path is written.
pub fn find<'p>(params: &'p [Param], text: &str, overrides: &[Override], path: &str) -> Option<&'p Param> {
    let named = params.iter().find(|param| param.path == path);
    named.or_else(|| {
        let (text, _, _) = apply(text, overrides);
        one(params, &Scan::of(&text), path)
    })
}

fn one<'p>(params: &'p [Param], scan: &Scan<'_>, path: &str) -> Option<&'p Param> {
    let named = params.iter().find(|param| param.path == path);
    named.or_else(|| {
        let node = found(scan, path)?;
        params.iter().find(|param| at(scan, param, node))
    })
}

/// The parameters of a scanned text: all, or those that are named.
fn within(scan: &Scan<'_>, named: Option<Named>) -> Vec<Param> {
    let currency = match scan.find("currency.code") {
        Found::Node(node) => scan.slice(node).trim_matches('"').to_owned(),
        _ => String::new(),
    };
    let mut walk = Walk { scan, currency, named, params: Vec::new() };
    if let Some(root) = scan.root {
        walk.kind(root, crate::language(), None);
    }
    // What is said of other paths is not itself a thing to vary.
    walk.params.into_iter().filter(|param| param.path.split('.').next() != Some("parameters")).collect()
}

/// Where some paths lead: a walk need not look elsewhere.
struct Named {
    /// By node: it is named, or something within.
    on_the_way: Vec<bool>,
    /// By node: a field is named that it leaves out.
    lacking: Vec<bool>,
}

impl Named {
    fn of<'p>(scan: &Scan<'_>, paths: impl Iterator<Item = &'p str>) -> Self {
        let none = || vec![false; scan.nodes.len()];
        let mut named = Self { on_the_way: none(), lacking: none() };
        for path in paths {
            let mut at = match scan.find(path) {
                // What stands in parentheses of its own is named with them.
                Found::Node(node) => Some(scan.content(node)),
                Found::Absent { parent, .. } => {
                    named.lacking[parent] = true;
                    Some(parent)
                }
                Found::Malformed => None,
            };
            while let Some(node) = at {
                named.on_the_way[node] = true;
                at = scan.node(node).parent;
            }
        }
        named
    }
}

/// What is wrong with what a world declares of its parameters.
pub fn check(scan: &Scan<'_>, file: &WorldFile, findings: &mut Findings) {
    if file.parameters.is_empty() {
        return;
    }
    let named = within(scan, Some(Named::of(scan, file.parameters.iter().map(|(path, _)| path))));
    // What is written in another way than its place has it is looked for among all.
    let mut all = None;
    for (path, declared) in file.parameters.iter() {
        let place = format!("parameters.{path}");
        let own = one(&named, scan, path);
        let Some(param) = own.or_else(|| one(all.get_or_insert_with(|| within(scan, None)), scan, path)) else {
            let remedy = "name a path of this world; `firesale params` lists them";
            findings.push(Finding::at(place, format!("there is nothing to vary at {path}"), remedy));
            continue;
        };
        let Some((low, high)) = declared.range else { continue };
        if !matches!(param.kind, Type::Number | Type::Whole) {
            let remedy = "leave the range out";
            findings.push(Finding::at(place, format!("{path} is no number and has no range"), remedy));
        } else if low >= high {
            findings.push(Finding::at(place, "the range ends before it begins", "give the lower end first"));
        } else if param.low.is_some_and(|least| low < least) || param.high.is_some_and(|most| high > most) {
            let reason = format!("the range goes beyond what may stand there, {}", param.bounds);
            findings.push(Finding::at(place, reason, "give a range within"));
        }
    }
}

struct Walk<'a> {
    scan: &'a Scan<'a>,
    currency: String,
    /// Absent: all are looked at.
    named: Option<Named>,
    params: Vec<Param>,
}

impl Walk<'_> {
    fn any(&mut self, node: NodeId, described: Described, field: Option<&'static Field>) {
        if self.named.as_ref().is_some_and(|named| !named.on_the_way[node]) {
            return;
        }
        let scan = self.scan;
        let own = scan.node(node);
        match described {
            Described::Number => self.leaf(node, Type::Number, &described, field),
            Described::Whole { .. } => self.leaf(node, Type::Whole, &described, field),
            Described::Flag => self.leaf(node, Type::Flag, &described, field),
            Described::Text(_) => self.leaf(node, Type::Text, &described, field),
            Described::List(of) | Described::Map(of) => {
                for child in own.children.clone() {
                    self.any(child, of(), None);
                }
            }
            Described::Maybe(of) => match (&own.shape, scan.name(node), &own.children[..]) {
                (Shape::Tuple, Some("Some"), [only]) => self.any(*only, of(), field),
                (Shape::Word, Some("None"), _) => {
                    if let Some(kind) = plain(&of()) {
                        self.leaf(node, kind, &described, field);
                    }
                }
                _ => self.any(node, of(), field),
            },
            Described::Several(parts) => {
                for (child, part) in own.children.clone().into_iter().zip(parts) {
                    self.any(child, part(), None);
                }
            }
            Described::Kind(kind) => self.kind(node, kind, field),
        }
    }

    fn kind(&mut self, node: NodeId, kind: &'static Kind, field: Option<&'static Field>) {
        let scan = self.scan;
        match kind.content {
            KindContent::Fields(fields) => self.fields(node, fields),
            KindContent::Only(of) => self.any(node, of(), field),
            KindContent::Choices(choices) => {
                let names = choices.iter().map(|choice| choice.name).collect();
                let mut param = self.param(self.path_to(node), Type::Choice(names), kind.title(), field);
                param.value = scan.name(node).map(str::to_owned);
                self.params.push(param);
                let Some(choice) = choices.iter().find(|choice| Some(choice.name) == scan.name(node)) else { return };
                match choice.content {
                    Content::Nothing => {}
                    Content::Fields(fields) => self.fields(node, fields),
                    Content::Several(parts) => {
                        let own = scan.node(node);
                        match (parts, &own.children[..], &own.shape) {
                            // The parentheses of the struct inside are left out.
                            ([only], _, Shape::Struct) => self.any(node, only(), None),
                            _ => {
                                for (child, part) in own.children.clone().into_iter().zip(parts) {
                                    self.any(child, part(), None);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn fields(&mut self, node: NodeId, fields: &'static [Field]) {
        let scan = self.scan;
        let children = scan.node(node).children.clone();
        for field in fields {
            let named = |child: &&NodeId| scan.node(**child).key.as_ref().is_some_and(|key| key.text == field.name);
            match children.iter().find(named) {
                Some(child) => self.any(*child, (field.described)(), Some(field)),
                None => self.absent(node, field),
            }
        }
    }

    /// A field that the world leaves out, where it is a plain value.
    fn absent(&mut self, node: NodeId, field: &'static Field) {
        if self.named.as_ref().is_some_and(|named| !named.lacking[node]) {
            return;
        }
        let described = (field.described)();
        let inner = match described {
            Described::Maybe(of) => of(),
            other => other,
        };
        // What a version says is not the world's to vary; what is neither plain nor there has no single value.
        if let Some(kind) = plain(&inner) {
            let scan = self.scan;
            let written = scan.path_into(node, field.name);
            let leads = |path: &str| match scan.find(path) {
                Found::Absent { parent, last: true, .. } => parent == scan.content(node),
                _ => false,
            };
            let path = if leads(&written) { written } else { format!("{}.{}", self.path_to(node), field.name) };
            let param = self.param(path, kind, described.words(), Some(field));
            self.params.push(param);
        }
    }

    /// A path that leads to a node. Where a variant has a field of its own name, naming it leads into that field: then it is
    /// left out.
    fn path_to(&self, node: NodeId) -> String {
        let scan = self.scan;
        let written = scan.path_of(node);
        let own = scan.node(node);
        let Some(parent) = own.parent.filter(|_| found(scan, &written) != Some(node)) else { return written };
        let base = self.path_to(parent);
        let item = scan.node(parent).children.iter().position(|child| *child == node).unwrap_or_default();
        let shorter = match &own.key {
            Some(key) => format!("{base}.{}", key.text),
            None => format!("{base}[{item}]"),
        };
        if found(scan, &shorter) == Some(node) { shorter } else { written }
    }

    fn leaf(&mut self, node: NodeId, kind: Type, described: &Described, field: Option<&'static Field>) {
        let path = self.path_to(node);
        if path.is_empty() || path == "version" {
            return;
        }
        let mut param = self.param(path, kind, described.words(), field);
        param.value = Some(self.scan.slice(node).to_owned());
        self.params.push(param);
    }

    fn param(&self, path: String, kind: Type, words: String, field: Option<&'static Field>) -> Param {
        let bounds = field.and_then(|field| field.bounds);
        let number = matches!(kind, Type::Number | Type::Whole);
        let (low, high) = match bounds {
            Some(Bounds::Within(low, high)) => (Some(low), Some(high)),
            Some(Bounds::Positive | Bounds::NotNegative) if number => (Some(0.0), Some(LARGEST)),
            _ => (None, None),
        };
        let name = path.rsplit(['.', '[']).next().unwrap_or_default().trim_end_matches(']');
        Param {
            unit: if number { unit(field.map_or(name, |field| field.name), &self.currency) } else { String::new() },
            path,
            kind,
            words,
            value: None,
            left_out: field.and_then(|field| field.absent).map(|absent| absent()),
            low,
            high,
            bounds: bounds.map(Bounds::words).unwrap_or_default(),
            doc: field.map_or("", |field| field.doc).split_whitespace().collect::<Vec<_>>().join(" "),
            role: None,
            range: None,
            why: None,
        }
    }
}

fn plain(described: &Described) -> Option<Type> {
    match described {
        Described::Number => Some(Type::Number),
        Described::Whole { .. } => Some(Type::Whole),
        Described::Flag => Some(Type::Flag),
        Described::Text(_) => Some(Type::Text),
        _ => None,
    }
}

/// By how the field is called.
fn unit(name: &str, currency: &str) -> String {
    const MONEY: [&str; 8] = ["capital", "cash", "equity", "amount", "buffer", "balance", "price", "loss"];
    const RATIO: [&str; 12] = [
        "share",
        "rate",
        "im",
        "mm",
        "haircut",
        "volatility",
        "ratio",
        "collar",
        "spread",
        "correlation",
        "shift",
        "by",
    ];
    const UNITS: [&str; 6] = ["volume", "size", "position", "units", "quantity", "lot"];
    let any = |words: &[&str]| name.split('_').any(|part| words.contains(&part));
    if name.ends_with("_bps") {
        "ten-thousandths".to_owned()
    } else if name.ends_with("leverage") {
        "times equity".to_owned()
    } else if any(&RATIO) {
        "ratio".to_owned()
    } else if any(&MONEY) {
        currency.to_owned()
    } else if any(&UNITS) {
        "units".to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Source, load_source};

    fn params(world: &str) -> (Vec<Param>, String) {
        let loaded = load_source(Source::find(world).unwrap(), &[]).unwrap();
        (of_text(&loaded.text, &[], Some(&loaded.file)), loaded.text)
    }

    #[test]
    fn every_path_of_every_world_leads_back_to_its_place_and_is_listed_once() {
        for (name, text) in crate::builtin() {
            let (params, _) = params(name);
            let scan = Scan::of(text);
            let mut paths: Vec<&str> = params.iter().map(|param| param.path.as_str()).collect();
            for param in &params {
                let found = scan.find(&param.path);
                let there = matches!(found, Found::Node(_));
                let may_be = matches!(found, Found::Absent { last: true, .. });
                assert!(if param.value.is_some() { there } else { may_be || there }, "{name}: {}", param.path);
            }
            let all = paths.len();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), all, "{name}");
            assert!(all > 20, "{name}");
        }
    }

    #[test]
    fn a_parameter_has_its_type_its_bounds_and_its_value() {
        let (all, text) = params("two-funds");
        let leverage = find(&all, &text, &[], "traders.fund-a.leverage").unwrap();
        assert_eq!(leverage.kind, Type::Number);
        assert!(leverage.value.is_some() && leverage.unit == "times equity");
        let seed = find(&all, &text, &[], "seed").unwrap();
        assert_eq!(seed.kind, Type::Whole);
        // A variant may be named or left out.
        assert_eq!(
            find(&all, &text, &[], "traders.fund-a.leveraged_firm.leverage").map(|param| &param.path),
            find(&all, &text, &[], "traders.fund-a.leverage").map(|param| &param.path)
        );
        assert!(find(&all, &text, &[], "traders.fund-a.leveredge").is_none());
    }

    #[test]
    fn what_a_world_declares_is_held_against_the_language() {
        let text = crate::builtin().into_iter().find(|(name, _)| *name == "two-funds").unwrap().1;
        let with = |declared: &str| {
            let text = text.replacen("World(", &format!("World(\n    parameters: {{{declared}}},"), 1);
            let source = Source { name: "mine".into(), text, origin: crate::Origin::BuiltIn };
            load_source(source, &[]).map(|loaded| of_text(&loaded.text, &[], Some(&loaded.file)))
        };
        let good = with("\"traders.fund-a.leverage\": (role: Uncertainty, range: (2.0, 6.0))").unwrap();
        let leverage = good.iter().find(|param| param.path == "traders.fund-a.leverage").unwrap();
        assert_eq!((leverage.role, leverage.range), (Some(Role::Uncertainty), Some((2.0, 6.0))));
        for (declared, reason) in [
            ("\"traders.nobody.leverage\": (role: Lever)", "there is nothing to vary"),
            ("\"traders.fund-a.leverage\": (role: Lever, range: (6.0, 2.0))", "ends before it begins"),
            ("\"title\": (role: Constant, range: (1.0, 2.0))", "is no number"),
        ] {
            let error = with(declared).unwrap_err().to_string();
            assert!(error.contains(reason), "{reason} is not in {error}");
        }
    }
}
