//! The scanned tree as something that serde can read a type from.
//!
//! It follows what RON accepts: variants with and without fields, `Some` left out, the parentheses of a struct
//! inside a variant left out. Every refusal knows the node it is about.

use super::misfit::Misfit;
use super::stand_in::{StandIn, Supply, Taste};
use super::{MadeUp, shortened};
use language::text::{Node, NodeId, Number, Scan, Shape, parse_number};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The tree, with what has been learnt about it in earlier passes.
pub struct Tree<'t> {
    scan: &'t Scan<'t>,
    pub left_out: BTreeSet<NodeId>,
    values: BTreeMap<NodeId, Supply>,
    fields: BTreeMap<(NodeId, &'static str), Supply>,
    taste: Taste,
    /// The stand-in that was last asked for something, and whether it is still being read.
    in_use: RefCell<Option<Slot>>,
    /// What ended the last pass. Here, because serde's errors lose their place on the way out of an erased reader.
    misfit: RefCell<Option<Misfit>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Value(NodeId),
    Field(NodeId, &'static str),
}

impl<'t> Tree<'t> {
    pub fn new(scan: &'t Scan<'t>) -> Self {
        Self {
            scan,
            left_out: BTreeSet::new(),
            values: BTreeMap::new(),
            fields: BTreeMap::new(),
            taste: Taste::First,
            in_use: RefCell::new(None),
            misfit: RefCell::new(None),
        }
    }

    /// Before each pass.
    pub fn begin(&mut self, taste: Taste) {
        self.taste = taste;
        *self.in_use.borrow_mut() = None;
        *self.misfit.borrow_mut() = None;
    }

    /// What ended the last pass, if it did not come to its end.
    pub fn misfit(&self) -> Option<Misfit> {
        self.misfit.borrow().clone()
    }

    /// Keeps a misfit with its place, unless it is one from further inside that is on its way out.
    fn place(&self, misfit: Misfit, node: NodeId) -> Misfit {
        self.misfit.borrow_mut().get_or_insert_with(|| misfit.at(node)).clone()
    }

    /// All stand-ins begin again with what they offer first.
    pub fn restock(&mut self) {
        self.values.values_mut().for_each(|supply| *supply = Supply::default());
        self.fields.values_mut().for_each(|supply| *supply = Supply::default());
    }

    pub fn at(&self, node: NodeId) -> At<'_, 't> {
        At { tree: self, node, bare: false }
    }

    pub fn made_up(&self) -> MadeUp {
        MadeUp { values: self.values.keys().copied().collect(), fields: self.fields.keys().copied().collect() }
    }

    /// False when there is one already, which means that it does not help.
    pub fn stand_in_for(&mut self, node: NodeId) -> bool {
        self.values.insert(node, Supply::default()).is_none()
    }

    pub fn stand_in_for_field(&mut self, node: NodeId, field: &'static str) -> bool {
        self.fields.insert((node, field), Supply::default()).is_none()
    }

    /// Whether the last pass ended inside a stand-in.
    pub fn stand_in_refused(&self) -> bool {
        self.in_use.borrow().is_some()
    }

    /// Lets the stand-in that was refused offer something else. False when it has nothing left.
    pub fn try_another(&mut self) -> bool {
        match *self.in_use.borrow() {
            Some(Slot::Value(node)) => self.values.get_mut(&node).is_some_and(Supply::next),
            Some(Slot::Field(node, field)) => self.fields.get_mut(&(node, field)).is_some_and(Supply::next),
            None => false,
        }
    }

    fn supply(&self, slot: Slot) -> Option<&Supply> {
        match slot {
            Slot::Value(node) => self.values.get(&node),
            Slot::Field(node, field) => self.fields.get(&(node, field)),
        }
    }

    /// Reads from the stand-in at a slot, when there is one.
    fn stand_in<T>(
        &self,
        slot: Slot,
        read: impl FnOnce(StandIn<'_>) -> Result<T, Misfit>,
    ) -> Option<Result<T, Misfit>> {
        let supply = self.supply(slot)?;
        supply.begin();
        *self.in_use.borrow_mut() = Some(slot);
        let result = read(StandIn { supply, taste: self.taste });
        if result.is_ok() {
            *self.in_use.borrow_mut() = None;
        }
        Some(result)
    }
}

/// One node, to be read as some type.
#[derive(Clone, Copy)]
pub struct At<'a, 't> {
    tree: &'a Tree<'t>,
    node: NodeId,
    /// Its name has been used up as a variant.
    bare: bool,
}

impl<'a, 't> At<'a, 't> {
    fn own(&self) -> &'a Node {
        self.tree.scan.node(self.node)
    }

    fn name(&self) -> Option<&'t str> {
        if self.bare { None } else { self.tree.scan.name(self.node) }
    }

    fn children(&self) -> impl Iterator<Item = NodeId> + use<'a, 't> {
        let tree = self.tree;
        self.own().children.iter().copied().filter(|child| !tree.left_out.contains(child))
    }

    fn child(&self, node: NodeId) -> Self {
        Self { node, bare: false, ..*self }
    }

    /// What stands here, in plain words.
    fn found(&self) -> String {
        let slice = self.tree.scan.slice(self.node);
        let short = shortened(slice);
        match &self.own().shape {
            Shape::Struct | Shape::Tuple if self.name().is_some() => {
                format!("{}(...)", self.name().unwrap_or_default())
            }
            Shape::Struct => "a struct in parentheses".to_string(),
            Shape::Tuple => format!("a parenthesis with {} in it", self.own().children.len()),
            Shape::Map => "a map in braces".to_string(),
            Shape::List => "a list in brackets".to_string(),
            Shape::Number if parse_number(slice).is_none() => {
                format!("{short}, which is neither a number nor a text in quotes,")
            }
            Shape::Text(_) => format!("the text {short}"),
            Shape::Word | Shape::Number | Shape::Other => short,
        }
    }

    fn wrong<T>(&self, expected: &str, remedy: &str) -> Result<T, Misfit> {
        let misfit = Misfit::wrong(format!("{} stands where {expected} should", self.found()), remedy);
        Err(self.tree.place(misfit, self.node))
    }

    fn number<T>(self, whole: bool, visit: impl FnOnce(Number) -> Result<T, Misfit>) -> Result<T, Misfit> {
        let number =
            (self.own().shape == Shape::Number).then(|| parse_number(self.tree.scan.slice(self.node))).flatten();
        match number {
            Some(Number::Real(_)) if whole => self.wrong("a whole number", "write a whole number, without a point"),
            Some(number) => visit(number),
            None if whole => self.wrong("a whole number", "write a whole number"),
            None => self.wrong("a number", "write a number"),
        }
    }

    fn entries(self) -> Entries<'a, 't> {
        Entries { at: self, children: self.children().collect(), next: 0, made_up: vec![], value: None }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            // A visitor is used once, so it goes to the stand-in or to the text.
            let slot = Slot::Value(self.node);
            if self.tree.supply(slot).is_some() {
                return self.tree.stand_in(slot, |made_up| made_up.$method(visitor)).expect("there is one");
            }
            self.number(true, |number| match number {
                Number::Whole(whole) => match <$type>::try_from(whole) {
                    Ok(whole) => visitor.$visit(whole),
                    Err(_) => self.wrong(
                        &format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX),
                        "write a number in that range",
                    ),
                },
                Number::Real(_) => self.wrong("a whole number", "write a whole number"),
            })
            .map_err(|misfit| self.tree.place(misfit, self.node))
        }
    )*};
}

/// Reads through `$read` unless a stand-in takes its place.
macro_rules! either {
    ($self:ident, $visitor:ident, $method:ident($($argument:expr),*), $read:expr) => {{
        let slot = Slot::Value($self.node);
        if $self.tree.supply(slot).is_some() {
            return $self.tree.stand_in(slot, |made_up| made_up.$method($($argument,)* $visitor)).expect("there is one");
        }
        let read: Result<V::Value, Misfit> = $read;
        read.map_err(|misfit| $self.tree.place(misfit, $self.node))
    }};
}

impl<'de> Deserializer<'de> for At<'_, '_> {
    type Error = Misfit;

    whole_numbers! {
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        self.wrong("something that a world has", "remove it")
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        either!(self, visitor, deserialize_f64(), self.number(false, |number| visitor.visit_f64(number.as_f64())))
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_bool(),
            match (&self.own().shape, self.name()) {
                (Shape::Word, Some("true")) => visitor.visit_bool(true),
                (Shape::Word, Some("false")) => visitor.visit_bool(false),
                _ => self.wrong("true or false", "write true or false"),
            }
        )
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_str(),
            match &self.own().shape {
                Shape::Text(text) => visitor.visit_str(text),
                Shape::Word | Shape::Number => {
                    let remedy = format!("write it in quotes: \"{}\"", self.tree.scan.slice(self.node));
                    self.wrong("a text in quotes", &remedy)
                }
                _ => self.wrong("a text in quotes", "write a text in quotes"),
            }
        )
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_option(),
            match (&self.own().shape, self.name(), &self.own().children[..]) {
                (Shape::Word, Some("None"), _) => visitor.visit_none(),
                (Shape::Tuple, Some("Some"), [only]) => visitor.visit_some(self.child(*only)),
                _ => visitor.visit_some(self),
            }
        )
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_seq(),
            match &self.own().shape {
                Shape::List => visitor.visit_seq(self.entries()),
                _ => self.wrong("a list", "write it as [a, b]"),
            }
        )
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_tuple(length),
            match &self.own().shape {
                Shape::Tuple if self.children().count() == length => visitor.visit_seq(self.entries()),
                _ => self.wrong(&format!("{length} values in parentheses"), "write it as (a, b)"),
            }
        )
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_map(),
            match &self.own().shape {
                Shape::Map => visitor.visit_map(self.entries()),
                _ => self.wrong("a map from names in quotes", "write it as {\"name\": value}"),
            }
        )
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        either!(self, visitor, deserialize_struct(name, fields), {
            let named_well = self.name().is_none_or(|own| own == name);
            let empty = self.own().shape == Shape::Tuple && self.own().children.is_empty();
            if named_well && (self.own().shape == Shape::Struct || empty) {
                let mut entries = self.entries();
                let made_up = self.tree.fields.keys().filter(|(node, _)| *node == self.node);
                entries.made_up = made_up.map(|(_, field)| *field).collect();
                visitor.visit_map(entries)
            } else {
                let first = fields.first().unwrap_or(&"field");
                self.wrong("a struct", &format!("write it as ({first}: ..., ...)"))
            }
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        either!(
            self,
            visitor,
            deserialize_enum(name, variants),
            match self.name() {
                Some(variant) if self.own().shape != Shape::Number => visitor.visit_enum(Choice { at: self, variant }),
                _ => self.wrong("a choice", &format!("write one of {}", variants.join(", "))),
            }
        )
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit unit_struct tuple_struct }
}

/// The name of a field or a variant, and the node that a complaint about it is about.
struct Name<'a, 't> {
    text: &'a str,
    tree: &'a Tree<'t>,
    node: NodeId,
}

impl<'de> Deserializer<'de> for Name<'_, '_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text).map_err(|misfit| self.tree.place(misfit, self.node))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The entries of a struct, a map or a list.
struct Entries<'a, 't> {
    at: At<'a, 't>,
    children: Vec<NodeId>,
    next: usize,
    made_up: Vec<&'static str>,
    value: Option<Value>,
}

enum Value {
    Node(NodeId),
    MadeUp(&'static str),
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        if let Some(child) = self.children.get(self.next).copied() {
            self.next += 1;
            self.value = Some(Value::Node(child));
            let key = self.at.tree.scan.node(child).key.as_ref().map_or("", |key| key.text.as_str());
            return seed.deserialize(Name { text: key, tree: self.at.tree, node: child }).map(Some);
        }
        let Some(field) = self.made_up.pop() else { return Ok(None) };
        self.value = Some(Value::MadeUp(field));
        seed.deserialize(Name { text: field, tree: self.at.tree, node: self.at.node }).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        match self.value.take() {
            Some(Value::Node(child)) => {
                seed.deserialize(self.at.child(child)).map_err(|misfit| self.at.tree.place(misfit, child))
            }
            Some(Value::MadeUp(field)) => {
                let slot = Slot::Field(self.at.node, field);
                self.at.tree.stand_in(slot, |made_up| seed.deserialize(made_up)).expect("there is one")
            }
            None => Err(Misfit::wrong("a value without a name", "remove it")),
        }
    }
}

impl<'de> SeqAccess<'de> for Entries<'_, '_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some(child) = self.children.get(self.next).copied() else { return Ok(None) };
        self.next += 1;
        seed.deserialize(self.at.child(child)).map(Some).map_err(|misfit| self.at.tree.place(misfit, child))
    }
}

/// A variant and what stands in it.
struct Choice<'a, 't> {
    at: At<'a, 't>,
    variant: &'t str,
}

impl<'de, 'a, 't> EnumAccess<'de> for Choice<'a, 't> {
    type Error = Misfit;
    type Variant = At<'a, 't>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, At<'a, 't>), Misfit> {
        let choice = seed.deserialize(Name { text: self.variant, tree: self.at.tree, node: self.at.node })?;
        Ok((choice, At { bare: true, ..self.at }))
    }
}

impl<'de> VariantAccess<'de> for At<'_, '_> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        if self.own().shape == Shape::Word {
            return Ok(());
        }
        let name = self.tree.scan.name(self.node).unwrap_or_default();
        let misfit = Misfit::wrong(format!("{name} takes nothing"), format!("write it as {name}"));
        Err(self.tree.place(misfit, self.node))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Misfit> {
        let name = self.tree.scan.name(self.node).unwrap_or_default();
        match (&self.own().shape, &self.own().children[..]) {
            (Shape::Struct, _) => seed.deserialize(self),
            (Shape::Tuple, []) => seed.deserialize(self),
            (Shape::Tuple, [only]) => seed.deserialize(self.child(*only)),
            _ => {
                let misfit = Misfit::wrong(
                    format!("{name} lacks what belongs to it"),
                    format!("write it as {name}(...), with its fields in the parentheses"),
                );
                Err(self.tree.place(misfit, self.node))
            }
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_struct("", fields, visitor)
    }
}
