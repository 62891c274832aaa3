//! The text of a world: where each thing stands in it, how `--set` changes it, and what is wrong with it.
//!
//! A text becomes a tree with places ([`text`]); whoever reads it leaves [`findings`], each with place, reason and
//! remedy. [`read`] makes a value of it, once, whatever is wrong. Which fields there are is said by the types of the
//! layers above.
//!
//! It may know [`ground`], and never opens a file.

// What the derive writes names this crate as others do.
extern crate self as language;

pub mod findings;
pub mod named;
pub mod names;
pub mod read;
pub mod text;
