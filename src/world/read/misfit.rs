//! Why a node does not fit its type, in plain words.
//!
//! serde states its complaints through this type; each becomes a reason and a remedy, or, where there is
//! a way to read on, what must be known to take it.

use language::text::{NodeId, near};
use serde::de::{Error, Expected, Unexpected};
use std::fmt;

/// Why a node does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub node: Option<NodeId>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    UnknownField { field: String, known: &'static [&'static str] },
    MissingField(&'static str),
    Wrong { reason: String, remedy: String },
}

impl Misfit {
    pub fn wrong(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { node: None, what: What::Wrong { reason: reason.into(), remedy: remedy.into() } }
    }

    /// Says where, unless something further inside has said so.
    pub fn at(self, node: NodeId) -> Self {
        Self { node: self.node.or(Some(node)), ..self }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.what)
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        match message.split_once("; ") {
            Some((reason, remedy)) => Self::wrong(reason, remedy),
            None => Self::wrong(message, "correct it"),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(format!("{found} stands where {expected} should"), format!("write {expected}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(format!("{found} does not fit: this is {expected}"), format!("write {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::wrong(format!("{length} values stand where {expected} should"), format!("write {expected}"))
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::wrong(format!("there is no {variant} to choose"), near::remedy(variant, known))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self { node: None, what: What::UnknownField { field: field.to_string(), known } }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { node: None, what: What::MissingField(field) }
    }
}
