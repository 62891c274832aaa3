//! `--set PATH=VALUE`: a change to the text of a world before it is read.

use std::str::FromStr;

/// One change: where, and the text that goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub path: String,
    pub value: String,
}

impl FromStr for Override {
    type Err = String;

    /// `"traders.archegos.leverage=3"`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| format!("\"{text}\" is not PATH=VALUE; write it as traders.archegos.leverage=3"))?;
        let (path, value) = (path.trim(), value.trim());
        if path.is_empty() || value.is_empty() {
            return Err(format!("\"{text}\" lacks a path or a value; write it as traders.archegos.leverage=3"));
        }
        Ok(Self { path: path.to_string(), value: value.to_string() })
    }
}
