//! A type that is compiled to be read once, whoever reads it.
//!
//! serde compiles the reading of a type anew for each reader, and a world has some three hundred types and three
//! readers (RON, the scanned tree, stand-ins): that was nearly half of the whole program. Behind an
//! erased reader it is compiled for that one.

use serde::de::{Deserialize, Deserializer, Error};

pub struct Once<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Once<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut erased = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
        erased_serde::deserialize(&mut erased).map(Self).map_err(D::Error::custom)
    }
}
