//! Worlds that nobody calibrates: together they say all that a world can say (`tests/every_kind.rs` sees to it).

#![allow(dead_code, reason = "each test uses its own part of it")]

use firesale::world::{Loaded, Origin, Source, WorldError, load_source};
use std::path::Path;

/// By name.
pub const FIXTURES: [(&str, &str); 5] = [
    ("small", include_str!("../world_fixtures/small.ron")),
    ("every_part", include_str!("../world_fixtures/every_part.ron")),
    ("crowds", include_str!("../world_fixtures/crowds.ron")),
    ("houses", include_str!("../world_fixtures/houses.ron")),
    ("coins", include_str!("../world_fixtures/coins.ron")),
];

/// Loads a text as if it stood where the fixtures are: one of them replays a file that lies there.
pub fn load(text: String) -> Result<Loaded, WorldError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/world_fixtures/fixture.ron");
    load_source(Source { name: "fixture".to_owned(), text, origin: Origin::File(path) }, &[])
}
