//! Where the text of a world comes from: the binary itself, or a file.
//!
//! All files in `worlds/` are built in, so that `firesale run archegos-2021` works from anywhere.
//! A name that is no built-in world is taken for a path. A file is never read beyond the largest size a
//! world may have, whatever its metadata say: a device can be endless.

use super::error::WorldError;
use include_dir::{Dir, include_dir};
use language::findings::Finding;
use language::text::near;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../worlds");

/// A world file larger than this, in bytes, is a mistake.
pub const LARGEST_FILE: u64 = 4 << 20;

/// The text of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Built-in name, or the file's name without its ending.
    pub name: String,
    pub text: String,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    File(PathBuf),
}

/// Names and texts of the built-in worlds, by name.
pub fn builtin() -> Vec<(&'static str, &'static str)> {
    let mut worlds: Vec<_> = BUILT_IN
        .files()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "ron"))
        .filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
        .collect();
    worlds.sort_unstable();
    worlds
}

/// A data file that lies beside the built-in worlds.
pub fn builtin_file(path: &Path) -> Option<&'static [u8]> {
    BUILT_IN.get_file(path).map(include_dir::File::contents)
}

impl Source {
    /// What to call it when something is wrong with it: the path that was given, or its built-in name.
    pub fn shown(&self) -> String {
        match &self.origin {
            Origin::BuiltIn => self.name.clone(),
            Origin::File(path) => path.display().to_string(),
        }
    }

    /// A built-in world by its name, otherwise the file at a path.
    ///
    /// # Errors
    /// When there is neither, or the file cannot be read, is too large or is no text.
    pub fn find(name_or_path: &str) -> Result<Self, WorldError> {
        let worlds = builtin();
        if let Some((name, text)) = worlds.iter().find(|(name, _)| *name == name_or_path) {
            return Ok(Self { name: (*name).to_string(), text: (*text).to_string(), origin: Origin::BuiltIn });
        }
        let path = Path::new(name_or_path);
        if path.is_file() || looks_like_a_path(name_or_path) || path.exists() {
            return Self::read(path);
        }
        let names: Vec<&str> = worlds.iter().map(|(name, _)| *name).collect();
        let near = near::near(name_or_path, &names);
        let remedy = match near.as_slice() {
            [] => format!("the built-in worlds are {}; or give the path of a file", names.join(", ")),
            near => {
                format!("did you mean {}? `firesale list` shows all; or give the path of a file", near.join(" or "))
            }
        };
        Err(WorldError::Unreadable { what: name_or_path.to_string(), reason: "no such world".to_string(), remedy })
    }

    /// A world that is at hand as text. Files that it names are looked for among those of the built-in worlds.
    pub fn written(text: impl Into<String>) -> Self {
        Self { name: "world".to_owned(), text: text.into(), origin: Origin::BuiltIn }
    }

    /// # Errors
    /// When the file cannot be read, is too large or is no text.
    pub fn read(path: &Path) -> Result<Self, WorldError> {
        let unreadable = |reason: String, remedy: &str| WorldError::Unreadable {
            what: path.display().to_string(),
            reason,
            remedy: remedy.to_string(),
        };
        let cannot = |error: std::io::Error| unreadable(error.to_string(), "check the path and its permissions");
        let metadata = std::fs::metadata(path).map_err(cannot)?;
        if metadata.is_dir() {
            return Err(unreadable("is a folder".to_string(), "give the path of a world file, such as my-world.ron"));
        }
        let too_large = || {
            unreadable(
                format!("is larger than {} MiB", LARGEST_FILE >> 20),
                "a world file is a few kilobytes of text; is this the right file?",
            )
        };
        if metadata.len() > LARGEST_FILE {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        File::open(path).map_err(cannot)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(too_large());
        }
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let text = text_of(bytes).map_err(|finding| WorldError::Findings {
            name: path.display().to_string(),
            text: String::new(),
            findings: vec![finding],
        })?;
        Ok(Self { name, text, origin: Origin::File(path.to_path_buf()) })
    }
}

fn looks_like_a_path(name: &str) -> bool {
    name.contains(['/', '\\']) || name.ends_with(".ron")
}

/// The bytes as text, without a byte order mark.
fn text_of(bytes: Vec<u8>) -> Result<String, Finding> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = String::from_utf8_lossy(before).lines().next_back().map_or(0, |line| line.chars().count()) + 1;
        Finding {
            place: Some((line, if before.ends_with(b"\n") { 1 } else { column })),
            ..Finding::whole("the file is not text in UTF-8", "give a world file, saved as plain text in UTF-8")
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_string))
}
