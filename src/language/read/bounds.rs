//! What a number may be, said beside its field: from there the reader checks it, and the reference tells it.

use crate::findings::{Finding, Findings, LARGEST, plain};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// Both included.
    Within(f64, f64),
    Positive,
    NotNegative,
    /// A share of a position's value, above 0 and up to 1.
    Rate,
    /// A length of time that is one.
    SomeTime,
}

impl Bounds {
    /// What is wrong with a number at a place; a length of time counts in seconds.
    pub fn refusal(self, path: impl fmt::Display, number: f64) -> Option<Finding> {
        let mut findings = Findings::default();
        match self {
            Self::Within(low, high) => findings.within(path, number, low, high),
            Self::Positive => findings.positive(path, number),
            Self::NotNegative => findings.not_negative(path, number),
            Self::Rate if number > 0.0 && number <= 1.0 => {}
            Self::Rate => findings.add(
                path,
                format!("{number} is not a rate above 0 and up to 1"),
                "give a share of the position's value: 0.1 is 10 %",
            ),
            Self::SomeTime if number > 0.0 => {}
            Self::SomeTime => findings.add(path, "no time at all", "give a length such as \"30m\""),
        }
        findings.into_list().pop()
    }

    pub fn admits(self, number: f64) -> bool {
        self.refusal("", number).is_none()
    }

    /// As the reference says it.
    pub fn words(self) -> String {
        match self {
            Self::Within(low, high) => format!("from {} to {}", plain(low), plain(high)),
            Self::Positive => format!("above 0 and up to {LARGEST:e}"),
            Self::NotNegative => format!("from 0 to {LARGEST:e}"),
            Self::Rate => "above 0 and up to 1".to_owned(),
            Self::SomeTime => "not zero".to_owned(),
        }
    }
}
