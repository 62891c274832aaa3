//! The text of a world: where each thing stands in it, and how `--set` changes it.

pub mod near;
mod overrides;

pub use overrides::Override;
