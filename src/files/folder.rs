//! Output that appears whole or not at all.
//!
//! A run's files are written into a hidden folder beside the place they are meant for, and that
//! folder is renamed into place when the last file is on disk; a run that fails or is killed before
//! leaves nothing at its place (after a kill the hidden `.firesale-…` folder stays behind and may be
//! deleted). Single files go the same way. What exists is never overwritten, with one exception: a
//! default location that already holds a run of the same identity gets the new, equal content by
//! an exchange of names.

use super::manifest::{FileEntry, sha256};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};
use thiserror::Error;

/// Why output could not be placed.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The user's to mend: nothing was touched.
    #[error("{} exists; name another place with --out, or move it away", .0.display())]
    Exists(PathBuf),
    /// The user's to mend: nothing was touched.
    #[error("{} exists and is not a run of this program; move it away, or name another place with --out", .0.display())]
    NotARun(PathBuf),
    /// The environment's: disk, permissions.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
}

/// Wraps an error of the system in what was being done to which path.
pub(super) fn doing(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    move |source| FolderError::Io { doing, path: path.to_owned(), source }
}

/// What to do with a folder that stands where the output is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    /// It may be exchanged if it holds a run (a `manifest.json`).
    ReplaceRun,
}

/// A folder in the making. Dropped without [`Staging::place`], it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    folder: TempDir,
    target: PathBuf,
    existing: Existing,
    entries: Vec<FileEntry>,
    /// Parents that were made for it, outermost first: removed again if it comes to nothing.
    made: Vec<PathBuf>,
    placed: bool,
}

impl Staging {
    /// Opens a hidden folder beside `target`, making the parents that are missing.
    ///
    /// # Errors
    /// When something stands at `target` that may not be replaced, or the place cannot be written.
    pub fn open(target: &Path, existing: Existing) -> Result<Self, FolderError> {
        check_free(target, existing)?;
        let parent = parent_of(target);
        let made = make_parents(&parent)?;
        match hidden(FOLDER_MODE).tempdir_in(&parent) {
            Ok(folder) => {
                Ok(Self { folder, target: target.to_owned(), existing, entries: Vec::new(), made, placed: false })
            }
            Err(source) => {
                remove_empty(&made);
                Err(FolderError::Io { doing: "write into", path: parent, source })
            }
        }
    }

    /// Writes one file; `name` is relative, with `/`. `rows` for tables.
    ///
    /// # Errors
    /// When the disk is full or the folder has gone.
    pub fn write(&mut self, name: &str, bytes: &[u8], rows: Option<usize>) -> Result<(), FolderError> {
        self.write_unlisted(name, bytes)?;
        let rows = rows.map(|rows| rows as u64);
        self.entries.push(FileEntry { path: name.to_owned(), rows, sha256: Some(sha256(bytes)) });
        Ok(())
    }

    /// Writes a file whose bytes may differ between equal runs, and lists it without a hash.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn write_volatile(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.write_unlisted(name, bytes)?;
        self.entries.push(FileEntry { path: name.to_owned(), rows: None, sha256: None });
        Ok(())
    }

    /// Another name for the folder, in the same parent.
    pub fn rename(&mut self, name: &str) {
        self.target.set_file_name(name);
    }

    /// Writes a file that is not listed: the list itself.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn write_unlisted(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let inside = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\\'));
        assert!(inside, "{name} is not a plain name inside the folder");
        let path = self.folder.path().join(name);
        let final_path = self.target.join(name);
        fs::create_dir_all(parent_of(&path)).map_err(doing("create a folder for", &final_path))?;
        let write = || -> io::Result<()> {
            let mut file = File::create_new(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(doing("write", &final_path))
    }

    /// What was written so far, in that order.
    pub fn entries(&self) -> &[FileEntry] {
        &self.entries
    }

    /// Moves the folder to its place and says where that is.
    ///
    /// # Errors
    /// When the place was taken meanwhile, or the system refuses; then nothing has changed there.
    pub fn place(mut self) -> Result<PathBuf, FolderError> {
        check_free(&self.target, self.existing)?;
        if self.target.symlink_metadata().is_ok() {
            self.exchange()?;
        } else {
            fs::rename(self.folder.path(), &self.target).map_err(doing("move the output to", &self.target))?;
        }
        self.placed = true;
        self.folder.disable_cleanup(true);
        Ok(self.target.clone())
    }

    /// Old away, new in, old deleted; the old comes back when the new cannot come in.
    fn exchange(&self) -> Result<(), FolderError> {
        let parent = parent_of(&self.target);
        let aside = hidden(FOLDER_MODE).tempdir_in(&parent).map_err(doing("write into", &parent))?;
        let old = aside.path().join("old");
        fs::rename(&self.target, &old).map_err(doing("move away", &self.target))?;
        if let Err(source) = fs::rename(self.folder.path(), &self.target) {
            // Should this fail too, the old run is kept in the hidden folder rather than deleted.
            if fs::rename(&old, &self.target).is_err() {
                let _ = aside.keep();
            }
            return Err(FolderError::Io { doing: "move the output to", path: self.target.clone(), source });
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_dir_all(self.folder.path());
            remove_empty(&self.made);
        }
    }
}

/// Refuses a target that is taken, before any work is spent.
///
/// # Errors
/// [`FolderError::Exists`] and [`FolderError::NotARun`].
pub fn check_free(target: &Path, existing: Existing) -> Result<(), FolderError> {
    // A link that leads nowhere exists too.
    if target.symlink_metadata().is_err() {
        return Ok(());
    }
    match existing {
        Existing::Refuse => Err(FolderError::Exists(target.to_owned())),
        Existing::ReplaceRun if target.join("manifest.json").is_file() => Ok(()),
        Existing::ReplaceRun => Err(FolderError::NotARun(target.to_owned())),
    }
}

/// A file in the making, for output that is a single file.
#[derive(Debug)]
pub struct StagedFile {
    file: tempfile::NamedTempFile,
    target: PathBuf,
}

impl StagedFile {
    /// Opens a hidden file beside `target`, making the parents that are missing.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub fn open(target: &Path) -> Result<Self, FolderError> {
        let parent = parent_of(target);
        make_parents(&parent)?;
        let file = hidden(FILE_MODE).tempfile_in(&parent).map_err(doing("write into", &parent))?;
        Ok(Self { file, target: target.to_owned() })
    }

    /// Writes the bytes and moves the file to its place, over an older one if `replace`.
    ///
    /// # Errors
    /// When the disk is full, or the place was taken meanwhile.
    pub fn place(mut self, bytes: &[u8], replace: bool) -> Result<(), FolderError> {
        let file = self.file.as_file_mut();
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(doing("write", &self.target))?;
        let moved = if replace { self.file.persist(&self.target) } else { self.file.persist_noclobber(&self.target) };
        match moved {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(FolderError::Exists(self.target)),
            Err(error) => Err(FolderError::Io { doing: "write", path: self.target, source: error.error }),
        }
    }
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes a folder and its parents; says which were new, outermost first.
fn make_parents(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let missing = folder.ancestors().take_while(|part| !part.as_os_str().is_empty() && !part.exists());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    if folder.exists() && !folder.is_dir() {
        let source = io::ErrorKind::NotADirectory.into();
        return Err(FolderError::Io { doing: "write into", path: folder.to_owned(), source });
    }
    if let Err(source) = fs::create_dir_all(folder) {
        remove_empty(&missing);
        return Err(FolderError::Io { doing: "create", path: folder.to_owned(), source });
    }
    Ok(missing)
}

/// Removes folders that are empty, innermost first; the others stay.
fn remove_empty(folders: &[PathBuf]) {
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// What the system grants a new folder or file before the user's mask.
const FOLDER_MODE: u32 = 0o777;
const FILE_MODE: u32 = 0o666;

fn hidden(mode: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".firesale-");
    open_to_umask(&mut builder, mode);
    builder
}

/// Temporary files are private by default; what is renamed into place should have the permissions
/// that any new file of the user has.
#[cfg(unix)]
fn open_to_umask(builder: &mut Builder<'static, 'static>, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn open_to_umask(_: &mut Builder<'static, 'static>, _: u32) {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn names(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_stands_at_the_place_before_all_of_it_does() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("a/b/run");
        let mut staging = Staging::open(&target, Existing::Refuse).unwrap();
        staging.write("prices.parquet", b"rows", Some(2)).unwrap();
        staging.write("charts/price.svg", b"<svg/>", None).unwrap();
        staging.write_volatile("summary.json", b"{}").unwrap();
        assert!(!target.exists());
        assert_eq!(staging.entries().len(), 3);
        assert_eq!(staging.entries()[0].rows, Some(2));
        assert_eq!(staging.entries()[2].sha256, None);
        assert_eq!(staging.place().unwrap(), target);
        assert_eq!(names(&target), ["charts", "prices.parquet", "summary.json"]);
        assert_eq!(names(&home.path().join("a/b")), ["run"]);
    }

    #[test]
    fn what_comes_to_nothing_leaves_nothing_not_even_the_parents_made_for_it() {
        let home = TempDir::new().unwrap();
        let mut staging = Staging::open(&home.path().join("a/b/run"), Existing::Refuse).unwrap();
        staging.write("prices.parquet", b"rows", Some(2)).unwrap();
        drop(staging);
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn a_place_that_is_taken_is_refused_and_untouched() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("run");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("notes.txt"), "mine").unwrap();
        assert!(matches!(Staging::open(&target, Existing::Refuse), Err(FolderError::Exists(_))));
        assert!(matches!(Staging::open(&target, Existing::ReplaceRun), Err(FolderError::NotARun(_))));
        assert_eq!(names(home.path()), ["run"]);
        assert_eq!(names(&target), ["notes.txt"]);
    }

    #[test]
    fn a_place_that_was_taken_meanwhile_is_refused_too() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("run");
        let staging = Staging::open(&target, Existing::Refuse).unwrap();
        fs::create_dir(&target).unwrap();
        assert!(matches!(staging.place(), Err(FolderError::Exists(_))));
        assert_eq!(names(home.path()), ["run"]);
    }

    #[test]
    fn a_run_in_the_default_place_is_exchanged_for_the_new_one() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("seed-1");
        for text in ["old", "new"] {
            let mut staging = Staging::open(&target, Existing::ReplaceRun).unwrap();
            staging.write_unlisted("manifest.json", text.as_bytes()).unwrap();
            staging.place().unwrap();
        }
        assert_eq!(fs::read_to_string(target.join("manifest.json")).unwrap(), "new");
        assert_eq!(names(home.path()), ["seed-1"]);
    }

    #[test]
    fn a_folder_under_a_file_is_an_error_of_the_environment() {
        let home = TempDir::new().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        let error = Staging::open(&file.join("x/y"), Existing::Refuse).unwrap_err();
        assert!(matches!(error, FolderError::Io { .. }), "{error}");
        assert_eq!(names(home.path()), ["file"]);
    }

    #[test]
    #[should_panic(expected = "not a plain name inside the folder")]
    fn no_file_is_written_outside_the_folder() {
        let home = TempDir::new().unwrap();
        let mut staging = Staging::open(&home.path().join("run"), Existing::Refuse).unwrap();
        let _ = staging.write("../stolen", b"", None);
    }

    #[test]
    fn a_single_file_is_placed_whole_and_never_over_another_unless_told() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("sweep.parquet");
        StagedFile::open(&target).unwrap().place(b"one", false).unwrap();
        let again = StagedFile::open(&target).unwrap().place(b"two", false);
        assert!(matches!(again, Err(FolderError::Exists(_))));
        assert_eq!(fs::read(&target).unwrap(), b"one");
        StagedFile::open(&target).unwrap().place(b"two", true).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"two");
        assert_eq!(names(home.path()), ["sweep.parquet"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_placed_has_the_permissions_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let home = TempDir::new().unwrap();
        let plain = home.path().join("plain");
        fs::create_dir(&plain).unwrap();
        let staged = Staging::open(&home.path().join("run"), Existing::Refuse).unwrap().place().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&staged), mode(&plain));
    }
}
