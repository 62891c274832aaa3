//! Files that keep what the program did, so that a change in what it does shows as a change in a file.

#![allow(dead_code, reason = "each test uses its own part of it")]

use std::env;
use std::path::{Path, PathBuf};

/// Whether the golden files are to be written anew: `FIRESALE_GOLDEN=write`, after a change that is meant.
pub fn anew() -> bool {
    env::var("FIRESALE_GOLDEN").is_ok_and(|word| word == "write")
}

/// The program of another build, which is to do the work in place of this one: `FIRESALE_BINARY=target/release/firesale`.
pub fn other_binary() -> Option<PathBuf> {
    let given = PathBuf::from(env::var_os("FIRESALE_BINARY")?);
    Some(given.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", given.display())))
}

/// Where the golden file of this name lies.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}
