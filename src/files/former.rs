//! The run that stands where a new one is to go, and which of the files there are its own.
//!
//! What its manifest lists was written by a run and may be replaced. Whatever else lies there is the user's: it is
//! neither moved nor deleted, and a run that would need its name goes elsewhere. While files are replaced the folder
//! has no `manifest.json`, so what a killed program leaves does not look like a result; a hidden list says what may be
//! cleared away by the next run.

use super::folder::is_plain;
use super::manifest::{FileEntry, PROGRAM};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file that makes a folder a run's.
pub(super) const MANIFEST: &str = "manifest.json";

/// Stands in for the manifest while files are replaced.
const LEAVING: &str = ".manifest.json";

/// What must be known of a manifest of any version.
#[derive(Serialize, Deserialize)]
struct Listed {
    program: String,
    files: Vec<FileEntry>,
}

/// A run of this program in a folder.
#[derive(Debug)]
pub(super) struct Former {
    folder: PathBuf,
    /// Its own files, by name inside the folder.
    own: BTreeSet<String>,
}

impl Former {
    /// The run in a folder; `None` when no manifest of this program is there.
    pub fn find(folder: &Path) -> Option<Self> {
        let text = [LEAVING, MANIFEST].iter().find_map(|name| fs::read(folder.join(name)).ok())?;
        let listed: Listed = serde_json::from_slice(&text).ok()?;
        // A list that was tampered with must not lead out of the folder.
        let own = listed.files.into_iter().map(|file| file.path).filter(|path| is_plain(path));
        let own = own.chain([MANIFEST.to_owned()]).collect();
        (listed.program == PROGRAM).then(|| Self { folder: folder.to_owned(), own })
    }

    /// Whether files of these names would replace nothing but the run's own.
    pub fn gives_way_to(&self, names: &[String]) -> bool {
        let free = |name: &String| match self.folder.join(name).symlink_metadata() {
            Ok(about) => self.own.contains(name) && !about.is_dir(),
            Err(_) => true,
        };
        names.iter().all(|name| free(name) && self.is_reached(name))
    }

    /// Whether the folders on the way to a file are folders, or nothing: a link would lead elsewhere.
    fn is_reached(&self, name: &str) -> bool {
        folders_of(name).all(|part| self.folder.join(part).symlink_metadata().map_or(true, |about| about.is_dir()))
    }

    /// Replaces the run's own files by those of these names in another folder, in this order, the manifest last.
    ///
    /// # Errors
    /// When the system refuses; then the folder is no run's, and the next run may use it.
    pub fn replace(&self, by: &Path, names: &[String]) -> io::Result<()> {
        self.announce(by, names)?;
        for name in self.own.iter().filter(|name| self.is_reached(name)) {
            forgiving(fs::remove_file(self.folder.join(name)))?;
        }
        for part in self.own.iter().rev().flat_map(|name| folders_of(name)) {
            // Stays if anything of the user's is in it.
            let _ = fs::remove_dir(self.folder.join(part));
        }
        for name in names {
            for part in folders_of(name).collect::<Vec<_>>().into_iter().rev() {
                fs::create_dir_all(self.folder.join(part))?;
            }
            fs::rename(by.join(name), self.folder.join(name))?;
        }
        forgiving(fs::remove_file(self.folder.join(LEAVING)))
    }

    /// Puts the hidden list of all files, old and new, in the place of the manifest.
    fn announce(&self, by: &Path, names: &[String]) -> io::Result<()> {
        let all: BTreeSet<&String> = self.own.iter().chain(names).collect();
        let file = |path: &&String| FileEntry { path: (*path).clone(), rows: None, sha256: None };
        let listed = Listed { program: PROGRAM.into(), files: all.iter().map(file).collect() };
        fs::write(by.join(LEAVING), serde_json::to_vec(&listed)?)?;
        fs::rename(by.join(LEAVING), self.folder.join(LEAVING))?;
        forgiving(fs::remove_file(self.folder.join(MANIFEST)))
    }
}

/// The folders that a name inside a folder goes through, innermost first.
fn folders_of(name: &str) -> impl Iterator<Item = &Path> {
    Path::new(name).ancestors().skip(1).filter(|part| !part.as_os_str().is_empty())
}

/// What is gone already need not be removed.
fn forgiving(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}
