//! Output that appears whole or not at all.
//!
//! A run's files are written into a hidden folder beside the place they are meant for, and that
//! folder is renamed into place when the last file is on disk; a run that fails or is killed before
//! leaves nothing at its place (after a kill the hidden `.firesale-…` folder stays behind and may be
//! deleted). Single files go the same way. What exists is never overwritten, with one exception: in a
//! default location that already holds a run of the same identity, the files that its manifest lists
//! are replaced. Whatever else the user put there stays untouched.

use super::former::Former;
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
    #[error("{} names no file or folder that could be made; end it in a name", .0.display())]
    NoName(PathBuf),
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
    /// If it holds a run of this program, the run's own files may be replaced.
    ReplaceRun,
}

/// A folder in the making. Dropped without [`Staging::place`], it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    folder: TempDir,
    target: PathBuf,
    existing: Existing,
    entries: Vec<FileEntry>,
    /// All files written, listed or not, in that order.
    names: Vec<String>,
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
        let target = &named(target)?;
        check_free(target, existing)?;
        let parent = parent_of(target);
        let made = make_parents(&parent)?;
        match hidden(FOLDER_MODE).tempdir_in(&parent) {
            Ok(folder) => {
                let (target, entries, names) = (target.to_owned(), Vec::new(), Vec::new());
                Ok(Self { folder, target, existing, entries, names, made, placed: false })
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
        assert!(is_plain(name), "{name} is not a plain name inside the folder");
        let path = self.folder.path().join(name);
        let final_path = self.target.join(name);
        make_folders_below(self.folder.path(), name).map_err(doing("create a folder for", &final_path))?;
        let write = || -> io::Result<()> {
            let mut file = File::create_new(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(doing("write", &final_path))?;
        self.names.push(name.to_owned());
        Ok(())
    }

    /// What was written so far, in that order.
    pub fn entries(&self) -> &[FileEntry] {
        &self.entries
    }

    /// Moves the folder to its place and says where that is: beside it, if a file of the user's is in the way.
    ///
    /// # Errors
    /// When the place was taken meanwhile, a file that was written has gone, or the system refuses.
    pub fn place(mut self) -> Result<PathBuf, FolderError> {
        check_free(&self.target, self.existing)?;
        for name in &self.names {
            let written = self.folder.path().join(name).symlink_metadata();
            written.map_err(doing("find again what was written of", &self.target.join(name)))?;
        }
        let (target, former) = self.room();
        match former {
            Some(former) => {
                former.replace(self.folder.path(), &self.names).map_err(doing("replace the run in", &target))?;
            }
            None => {
                fs::rename(self.folder.path(), &target).map_err(doing("move the output to", &target))?;
                self.folder.disable_cleanup(true);
            }
        }
        self.placed = true;
        Ok(target)
    }

    /// The target, or the first place beside it (`-2`, `-3`, ...) where no file of the user's is in the way; and the
    /// run that stands there.
    fn room(&self) -> (PathBuf, Option<Former>) {
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        let beside = (2_u32..).map(|n| self.target.with_file_name(format!("{name}-{n}")));
        let mut places = std::iter::once(self.target.clone()).chain(beside);
        let free = places.find_map(|place| match place.symlink_metadata() {
            Err(_) => Some((place, None)),
            Ok(_) => Former::find(&place).filter(|run| run.gives_way_to(&self.names)).map(|run| (place, Some(run))),
        });
        free.expect("no disk holds four thousand million folders")
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
    // A link that leads nowhere exists too; a name that is too long never can.
    match target.symlink_metadata() {
        Ok(_) => {}
        // What leads through a file is found when the folders on the way are made.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        Err(source) => return Err(FolderError::Io { doing: "write", path: target.to_owned(), source }),
    }
    match existing {
        Existing::Refuse => Err(FolderError::Exists(target.to_owned())),
        Existing::ReplaceRun if Former::find(target).is_some() => Ok(()),
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
        could_be_a_file(target)?;
        let target = &named_file(target)?;
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
        self.fill(|file| file.write_all(bytes))?;
        self.place_filled(replace)
    }

    /// Lets somebody write into the file: for what is written bit by bit.
    ///
    /// # Errors
    /// What they could not write.
    pub fn fill(&mut self, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), FolderError> {
        write(self.file.as_file_mut()).map_err(doing("write", &self.target))
    }

    /// Moves what was written to its place.
    ///
    /// # Errors
    /// As [`StagedFile::place`].
    pub fn place_filled(self, replace: bool) -> Result<(), FolderError> {
        self.file.as_file().sync_all().map_err(doing("write", &self.target))?;
        let moved = if replace { self.file.persist(&self.target) } else { self.file.persist_noclobber(&self.target) };
        match moved {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(FolderError::Exists(self.target)),
            Err(error) => Err(FolderError::Io { doing: "write", path: self.target, source: error.error }),
        }
    }
}

/// The path with its last part as a name and nothing behind it, so that it can be renamed to: `x/.` is `x`.
fn named(target: &Path) -> Result<PathBuf, FolderError> {
    match target.file_name() {
        Some(name) => Ok(target.with_file_name(name)),
        None => Err(FolderError::NoName(target.to_owned())),
    }
}

/// Whether a single file could ever stand under this name, before anything is made for it.
///
/// # Errors
/// When it names a folder, or the system allows no such name.
pub fn could_be_a_file(target: &Path) -> Result<(), FolderError> {
    match check_free(&named_file(target)?, Existing::Refuse) {
        Err(FolderError::Exists(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Of a single file: `res/` means a folder.
fn named_file(target: &Path) -> Result<PathBuf, FolderError> {
    let typed = target.as_os_str().as_encoded_bytes();
    if typed.ends_with(b"/") || typed.ends_with(b"/.") || typed.ends_with(std::path::MAIN_SEPARATOR_STR.as_bytes()) {
        return Err(FolderError::NoName(target.to_owned()));
    }
    named(target)
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

/// Makes the folders on the way to a file inside a folder, but never that folder: should it have gone, so have the files
/// in it, and a new one would look whole.
fn make_folders_below(folder: &Path, name: &str) -> io::Result<()> {
    let ways = name.match_indices('/').map(|(end, _)| folder.join(&name[..end]));
    for way in ways {
        match fs::create_dir(way) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
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

/// Whether a path names one file inside a folder, the same on every system, and is not hidden. What a world names is kept
/// in the folder of its run under the same name, so both ask this.
pub fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;
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

    /// A run of these files, by name and text.
    fn run_of(target: &Path, files: &[(&str, &str)]) -> PathBuf {
        let mut staging = Staging::open(target, Existing::ReplaceRun).unwrap();
        for (name, text) in files {
            staging.write(name, text.as_bytes(), None).unwrap();
        }
        let manifest = manifest::Manifest { files: staging.entries().to_vec(), ..manifest::tests::plain() };
        staging.write_unlisted("manifest.json", manifest.to_json().as_bytes()).unwrap();
        staging.place().unwrap()
    }

    #[test]
    fn a_second_run_in_the_default_place_replaces_what_the_first_one_wrote() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("seed-1");
        run_of(&target, &[("a.parquet", "old"), ("charts/old.svg", "old"), ("data/x/y.csv", "old")]);
        assert_eq!(run_of(&target, &[("a.parquet", "new"), ("charts/new.svg", "new")]), target);
        assert_eq!(names(home.path()), ["seed-1"]);
        assert_eq!(names(&target), ["a.parquet", "charts", "manifest.json"]);
        assert_eq!(names(&target.join("charts")), ["new.svg"]);
        assert_eq!(fs::read_to_string(target.join("a.parquet")).unwrap(), "new");
    }

    #[test]
    fn a_second_run_leaves_alone_what_the_user_put_into_the_folder_of_the_first() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("seed-1");
        run_of(&target, &[("a.parquet", "old"), ("charts/price.svg", "old")]);
        fs::write(target.join("note.txt"), "mine").unwrap();
        fs::write(target.join("charts/mine.svg"), "mine").unwrap();
        fs::create_dir(target.join("empty")).unwrap();
        assert_eq!(run_of(&target, &[("a.parquet", "new")]), target);
        assert_eq!(names(&target), ["a.parquet", "charts", "empty", "manifest.json", "note.txt"]);
        assert_eq!(names(&target.join("charts")), ["mine.svg"]);
        assert_eq!(fs::read_to_string(target.join("note.txt")).unwrap(), "mine");
    }

    #[test]
    fn a_run_that_needs_the_name_of_a_users_file_goes_into_a_folder_beside_it() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("seed-1");
        run_of(&target, &[("a.parquet", "old")]);
        fs::write(target.join("report.html"), "mine").unwrap();
        for text in ["new", "newer"] {
            assert_eq!(run_of(&target, &[("report.html", text)]), home.path().join("seed-1-2"));
        }
        assert_eq!(fs::read_to_string(target.join("report.html")).unwrap(), "mine");
        assert_eq!(fs::read_to_string(target.join("a.parquet")).unwrap(), "old");
        assert_eq!(fs::read_to_string(home.path().join("seed-1-2/report.html")).unwrap(), "newer");
        assert_eq!(names(home.path()), ["seed-1", "seed-1-2"]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_deleted_through_a_link_or_by_a_list_that_leads_out_of_the_folder() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("seed-1");
        let elsewhere = home.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("price.svg"), "mine").unwrap();
        fs::write(home.path().join("note.txt"), "mine").unwrap();
        run_of(&target, &[("charts/price.svg", "old"), ("a.parquet", "old")]);
        fs::remove_dir_all(target.join("charts")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, target.join("charts")).unwrap();
        let list = fs::read_to_string(target.join("manifest.json")).unwrap().replace("a.parquet", "../note.txt");
        fs::write(target.join("manifest.json"), list).unwrap();
        assert_eq!(run_of(&target, &[("b.parquet", "new")]), target);
        assert_eq!(names(&elsewhere), ["price.svg"]);
        assert_eq!(fs::read_to_string(home.path().join("note.txt")).unwrap(), "mine");
    }

    #[test]
    fn a_run_killed_while_it_replaced_another_is_no_result_and_the_next_one_clears_up() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("seed-1");
        run_of(&target, &[("a.parquet", "old"), ("b.parquet", "old")]);
        fs::write(target.join("note.txt"), "mine").unwrap();
        // `c.parquet` cannot come in because it is not there: all before it is replaced.
        let new = home.path().join("new");
        fs::create_dir(&new).unwrap();
        fs::write(new.join("a.parquet"), "new").unwrap();
        let order = ["a.parquet", "c.parquet", "manifest.json"].map(str::to_owned);
        assert!(Former::find(&target).unwrap().replace(&new, &order).is_err());
        assert_eq!(names(&target), [".manifest.json", "a.parquet", "note.txt"]);
        assert_eq!(run_of(&target, &[("d.parquet", "newest")]), target);
        assert_eq!(names(&target), ["d.parquet", "manifest.json", "note.txt"]);
    }

    #[test]
    fn a_folder_with_a_strangers_manifest_is_refused() {
        let home = TempDir::new().unwrap();
        for text in ["{}", "mine", r#"{"program": "other", "files": []}"#] {
            fs::write(home.path().join("manifest.json"), text).unwrap();
            let refused = Staging::open(home.path(), Existing::ReplaceRun);
            assert!(matches!(refused, Err(FolderError::NotARun(_))), "{text}");
        }
    }

    #[test]
    fn a_staging_folder_that_was_deleted_is_an_error_and_never_made_again() {
        let home = TempDir::new().unwrap();
        let target = home.path().join("run");
        let mut staging = Staging::open(&target, Existing::Refuse).unwrap();
        staging.write("a.parquet", b"rows", None).unwrap();
        fs::remove_dir_all(staging.folder.path()).unwrap();
        for name in ["b.parquet", "charts/price.svg"] {
            assert!(matches!(staging.write(name, b"", None), Err(FolderError::Io { .. })));
        }
        assert!(staging.place().is_err());
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn a_file_that_was_deleted_before_the_folder_is_in_place_is_an_error() {
        let home = TempDir::new().unwrap();
        let mut staging = Staging::open(&home.path().join("run"), Existing::Refuse).unwrap();
        staging.write("a.parquet", b"rows", None).unwrap();
        fs::remove_file(staging.folder.path().join("a.parquet")).unwrap();
        assert!(staging.place().unwrap_err().to_string().contains("a.parquet"));
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn a_place_that_can_never_be_is_refused_before_anything_is_made() {
        let home = TempDir::new().unwrap();
        let long = home.path().join("a".repeat(300));
        assert!(matches!(Staging::open(&long, Existing::Refuse), Err(FolderError::Io { .. })));
        assert!(matches!(StagedFile::open(&long), Err(FolderError::Io { .. })));
        for place in ["..", "x/.."] {
            let place = home.path().join(place);
            assert!(matches!(Staging::open(&place, Existing::Refuse), Err(FolderError::NoName(_))), "{place:?}");
        }
        for place in ["res/", "res/."] {
            let place = home.path().join(place);
            assert!(matches!(StagedFile::open(&place), Err(FolderError::NoName(_))), "{place:?}");
        }
        assert!(names(home.path()).is_empty());
        let placed = Staging::open(&home.path().join("x/."), Existing::Refuse).unwrap().place().unwrap();
        assert!(placed.is_dir());
        assert_eq!(names(home.path()), ["x"]);
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
