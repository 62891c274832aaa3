//! The fixtures say all that a world can say: each variant of each kind, and each field, occurs in one of them, and each
//! of them runs. So what goes over the fixtures (mutations, what is said of spoilt ones) goes over the whole language.
//!
//! A kind that is new is missing here until a fixture has it.

use firesale::options::RunOptions;
use firesale::record::run::simulate;
use firesale::results::keep::Keep;
use firesale::text::{NodeId, Scan, Shape};
use firesale::world::{self, Loaded};
use fixtures::{FIXTURES, load};
use language::read::reference::all;
use language::read::{Choice, Content, Described, Field, Kind, KindContent};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::ptr;

#[path = "support/fixtures.rs"]
mod fixtures;

/// A text, walked along the kinds that it is made of.
struct Walk<'t> {
    scan: Scan<'t>,
    /// Choices and fields that were met, by address: names are not unique.
    met: &'t mut BTreeSet<usize>,
}

fn address<T>(of: &'static T) -> usize {
    ptr::from_ref(of).addr()
}

impl Walk<'_> {
    fn at(&mut self, node: NodeId, is: Described) {
        let children = self.scan.node(node).children.clone();
        match is {
            Described::Number | Described::Whole { .. } | Described::Flag | Described::Text(_) => {}
            Described::List(of) | Described::Map(of) => children.iter().for_each(|child| self.at(*child, of())),
            Described::Several(parts) => self.side_by_side(&children, parts),
            Described::Maybe(of) => match (self.scan.name(node), &children[..]) {
                (Some("None"), _) => {}
                (Some("Some"), [only]) => self.at(*only, of()),
                _ => self.at(node, of()),
            },
            Described::Kind(kind) => match kind.content {
                KindContent::Fields(fields) => self.fields(node, fields),
                KindContent::Only(of) => self.at(node, of()),
                KindContent::Choices(choices) => self.choice(node, choices),
            },
        }
    }

    fn choice(&mut self, node: NodeId, choices: &'static [Choice]) {
        let name = self.scan.name(node).expect("a choice has a name");
        let choice = choices.iter().find(|choice| choice.name == name).expect("a fixture can be read");
        self.met.insert(address(choice));
        match choice.content {
            Content::Nothing => {}
            Content::Fields(fields) => self.fields(node, fields),
            // The parentheses of a struct inside a variant are left out.
            Content::Several([only]) if self.scan.node(node).shape == Shape::Struct => self.inside(node, only()),
            Content::Several(parts) => self.side_by_side(&self.scan.node(node).children.clone(), parts),
        }
    }

    /// What stands in the parentheses behind a name that has been used up.
    fn inside(&mut self, node: NodeId, is: Described) {
        match is {
            Described::Kind(Kind { content: KindContent::Fields(fields), .. }) => self.fields(node, fields),
            Described::Kind(Kind { content: KindContent::Only(of), .. }) => self.inside(node, of()),
            other => panic!("{other:?} has no fields"),
        }
    }

    fn side_by_side(&mut self, nodes: &[NodeId], parts: &'static [fn() -> Described]) {
        nodes.iter().zip(parts).for_each(|(node, part)| self.at(*node, part()));
    }

    fn fields(&mut self, node: NodeId, fields: &'static [Field]) {
        for child in self.scan.node(node).children.clone() {
            let name = self.scan.node(child).key.as_ref().expect("a field has a name").text.clone();
            let field = fields.iter().find(|field| field.name == name).expect("a fixture can be read");
            self.met.insert(address(field));
            self.at(child, (field.described)());
        }
    }
}

/// Whatever can be written, as `Kind::Variant.field`, with its address.
fn writable() -> Vec<(String, usize)> {
    let mut found = vec![];
    for kind in all(world::language()) {
        let mut add_fields = |of: &str, fields: &'static [Field]| {
            found.extend(fields.iter().map(|field| (format!("{of}.{}", field.name), address(field))));
        };
        match kind.content {
            KindContent::Only(_) => {}
            KindContent::Fields(fields) => add_fields(&kind.title(), fields),
            KindContent::Choices(choices) => {
                for choice in choices {
                    let name = format!("{}::{}", kind.title(), choice.name);
                    if let Content::Fields(fields) = choice.content {
                        add_fields(&name, fields);
                    }
                }
                found.extend(
                    choices.iter().map(|choice| (format!("{}::{}", kind.title(), choice.name), address(choice))),
                );
            }
        }
    }
    found
}

#[test]
fn every_variant_and_every_field_of_the_language_occurs_in_a_fixture() {
    let mut met = BTreeSet::new();
    for (_, text) in FIXTURES {
        let mut walk = Walk { scan: Scan::of(text), met: &mut met };
        walk.at(walk.scan.root.expect("a fixture says something"), Described::Kind(world::language()));
    }
    let writable = writable();
    assert!(writable.len() > 900, "{}", writable.len());
    let missing: Vec<&str> =
        writable.iter().filter(|(_, address)| !met.contains(address)).map(|(name, _)| name.as_str()).collect();
    assert!(missing.is_empty(), "{} of {} occur in no fixture: {missing:#?}", missing.len(), writable.len());
}

#[test]
fn every_fixture_runs_and_each_audit_is_clean() {
    const TICKS: usize = 240;
    for (name, text) in FIXTURES {
        let Loaded { plan, .. } = load(text.to_owned()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: true };
        let mut ticks = 0;
        let outcome = simulate(&plan, &options, &mut |_| {
            ticks += 1;
            if ticks < TICKS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert!(ticks > 30, "{name} has {ticks} ticks");
        let audit = &outcome.summary.audit;
        assert_eq!((audit.cash_residual, audit.position_residual), (0, 0), "{name}");
    }
}
