//! Files beside a world: where they may lie, how large they may be, and their bytes.

use crate::file::WorldFile;
use crate::source::{Origin, builtin_file};
use files::folder::is_plain;
use files::manifest::sha256;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};
use std::sync::Arc;

/// In bytes: of one file, and of all of a world together.
pub const LARGEST_FILE: u64 = 64 << 20;
pub const LARGEST_TOTAL: u64 = 256 << 20;

/// In the folder of a run: where the data of its world are kept.
pub const DATA_FOLDER: &str = "data";

/// By path, as the world names it.
pub type DataFiles = BTreeMap<String, Data>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    Bytes { bytes: Arc<Vec<u8>>, sha256: String },
    Unreadable { reason: String, remedy: String },
}

/// Reads the files that a world names, each once.
pub fn attach(file: &mut WorldFile, origin: &Origin) {
    let mut total = 0;
    let mut data = DataFiles::new();
    for replay in &file.replay {
        if !data.contains_key(&replay.path) {
            let read = read(&replay.path, origin, LARGEST_TOTAL - total);
            total += read.as_ref().map_or(0, |bytes| bytes.len() as u64);
            let entry = match read {
                Ok(bytes) => Data::Bytes { sha256: sha256(&bytes), bytes: Arc::new(bytes) },
                Err((reason, remedy)) => Data::Unreadable { reason, remedy },
            };
            data.insert(replay.path.clone(), entry);
        }
    }
    file.data = data;
}

type Trouble = (String, String);

fn read(path: &str, origin: &Origin, room: u64) -> Result<Vec<u8>, Trouble> {
    let trouble = |reason: String, remedy: &str| Err((reason, remedy.to_owned()));
    let own = Path::new(path);
    let inside = own.components().all(|part| matches!(part, Component::Normal(_)));
    if path.is_empty() || !inside || path.contains('\\') {
        return trouble(
            format!("\"{path}\" does not stay in the folder of its world"),
            "name a file beside the world's or in a folder below, such as \"prices.csv\"",
        );
    }
    if !is_plain(path) {
        return trouble(
            format!("\"{path}\" has a hidden or empty part, and a run keeps its data under the names that they have"),
            "name a file such as \"prices.csv\" or \"prices/acme.csv\"",
        );
    }
    let most = LARGEST_FILE.min(room);
    match origin {
        Origin::BuiltIn => match builtin_file(own) {
            Some(bytes) if bytes.len() as u64 <= most => Ok(bytes.to_vec()),
            Some(_) => trouble(format!("\"{path}\" is too large"), "take a shorter path"),
            None => trouble(format!("there is no file \"{path}\" among the built-in worlds"), "name one that is there"),
        },
        Origin::File(world) => {
            let folder = world.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let cannot = |error: std::io::Error| {
                (format!("\"{path}\" cannot be read ({error})"), "put the file beside the world's".to_owned())
            };
            // A link may lead anywhere, too.
            let (inside, target) =
                (folder.canonicalize().map_err(cannot)?, folder.join(own).canonicalize().map_err(cannot)?);
            if !target.starts_with(&inside) {
                return trouble(
                    format!("\"{path}\" is a link that leaves the folder of its world"),
                    "put the file itself beside the world's",
                );
            }
            let about = std::fs::metadata(&target).map_err(cannot)?;
            if !about.is_file() {
                return trouble(format!("\"{path}\" is no file"), "name a CSV or Parquet file");
            }
            let mut bytes = Vec::new();
            File::open(&target).map_err(cannot)?.take(most + 1).read_to_end(&mut bytes).map_err(cannot)?;
            if bytes.len() as u64 > most {
                return trouble(
                    format!(
                        "\"{path}\" is larger than {} MiB, or all data of the world than {}",
                        LARGEST_FILE >> 20,
                        LARGEST_TOTAL >> 20
                    ),
                    "take a shorter path, or one price a minute",
                );
            }
            Ok(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_run_could_keep_under_its_own_name_is_refused_before_the_run() {
        for path in ["p.csv", "prices/acme.csv", "2024-03-04T10:00.csv", "..a"] {
            assert_eq!(is_plain(path), path != "..a", "{path}");
        }
        for path in [".p.csv", "d/.p.csv", "d//p.csv", "d/./p.csv", "./p.csv", "p.csv/", "d\\p.csv", ""] {
            assert!(!is_plain(path), "{path}");
            assert!(read(path, &Origin::BuiltIn, LARGEST_TOTAL).is_err(), "{path}");
        }
        let (reason, _) = read("d/.p.csv", &Origin::BuiltIn, LARGEST_TOTAL).unwrap_err();
        assert!(reason.contains("hidden or empty part"), "{reason}");
    }
}
