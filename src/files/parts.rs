//! Series of many runs: a folder of tables, each a folder with a file a run, which grows while the runs are made.
//!
//! ```text
//! sweep.parts/of.json            whose it is, in the words of whoever opened it
//! sweep.parts/prices/0000012.parquet
//! ```
//!
//! A file is there whole or not at all, and its bytes depend on its run alone: whoever goes on after a kill writes the last one
//! again. A folder that is not one's own is never written into. Files are not forced to the disk one by one: a kill loses
//! nothing, a power cut may.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const MARK: &str = "of.json";
/// What a file is called until it is whole.
const UNFINISHED: &str = "unfinished";

/// A folder of one's own.
#[derive(Clone, Debug)]
pub struct Parts {
    folder: PathBuf,
}

/// Why there is none.
#[derive(Debug)]
pub enum PartsError {
    /// Something stands there that is not one's own.
    Foreign,
    Io(io::Error),
}

impl From<io::Error> for PartsError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// `sweep.parts` of `sweep.parquet`.
pub fn beside(table: &Path) -> PathBuf {
    table.with_extension("parts")
}

impl Parts {
    /// The folder, made where there is none, with one's mark and a folder for each table.
    ///
    /// # Errors
    /// When it bears another mark or none, or cannot be written.
    pub fn open(folder: &Path, mark: &str, tables: &[String]) -> Result<Self, PartsError> {
        match folder.symlink_metadata() {
            Ok(_) => {
                Self::of(folder, mark)?;
            }
            Err(_) => {
                fs::create_dir_all(folder)?;
                let own = Self { folder: folder.to_owned() };
                own.whole(&folder.join(MARK), mark.as_bytes())?;
            }
        }
        for table in tables {
            fs::create_dir_all(folder.join(table))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The folder as it is.
    ///
    /// # Errors
    /// When there is none, or it bears another mark.
    pub fn of(folder: &Path, mark: &str) -> Result<Self, PartsError> {
        // One that was just made by a sweep that was killed is empty.
        let empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        match fs::read(folder.join(MARK)) {
            Ok(own) if own == mark.as_bytes() => Ok(Self { folder: folder.to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() && empty() => {
                let own = Self { folder: folder.to_owned() };
                own.whole(&folder.join(MARK), mark.as_bytes())?;
                Ok(own)
            }
            _ => Err(PartsError::Foreign),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self, table: &str, run: usize) -> PathBuf {
        self.folder.join(table).join(format!("{run:07}.parquet"))
    }

    fn whole(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let unfinished = path.with_extension(UNFINISHED);
        fs::write(&unfinished, bytes)?;
        fs::rename(unfinished, path)
    }

    /// Writes the file of a run, over what a kill left of it.
    ///
    /// # Errors
    /// When the disk is full or the folder has gone.
    pub fn put(&self, table: &str, run: usize, bytes: &[u8]) -> io::Result<()> {
        let path = self.file(table, run);
        self.whole(&path, bytes).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }

    /// How many files a table has.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn count(&self, table: &str) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(self.folder.join(table))? {
            count += usize::from(entry?.path().extension().is_some_and(|ending| ending == "parquet"));
        }
        Ok(count)
    }

    /// Takes over all files of another's table: the same file under two names where the system can, else a copy.
    ///
    /// # Errors
    /// When one cannot be read or written.
    pub fn take(&self, other: &Self, table: &str) -> io::Result<()> {
        for entry in fs::read_dir(other.folder.join(table))? {
            let from = entry?.path();
            let Some(name) = from.file_name().filter(|_| from.extension().is_some_and(|ending| ending == "parquet"))
            else {
                continue;
            };
            let to = self.folder.join(table).join(name);
            let unfinished = to.with_extension(UNFINISHED);
            let _ = fs::remove_file(&unfinished);
            if fs::hard_link(&from, &unfinished).is_err() {
                fs::copy(&from, &unfinished)?;
            }
            fs::rename(&unfinished, to)?;
            // Of two names of one file the first stays: it was there already.
            let _ = fs::remove_file(unfinished);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_opened_again_by_its_mark_and_never_by_anothers() {
        let home = tempfile::tempdir().unwrap();
        let place = beside(&home.path().join("s.parquet"));
        assert_eq!(place, home.path().join("s.parts"));
        let tables = ["prices".to_owned()];
        let parts = Parts::open(&place, "mine", &tables).unwrap();
        parts.put("prices", 3, b"one").unwrap();
        let again = Parts::open(&place, "mine", &tables).unwrap();
        again.put("prices", 3, b"two").unwrap();
        assert_eq!(fs::read(place.join("prices/0000003.parquet")).unwrap(), b"two");
        assert_eq!(again.count("prices").unwrap(), 1);
        assert!(matches!(Parts::open(&place, "yours", &tables), Err(PartsError::Foreign)));
        let notes = home.path().join("notes.parts");
        fs::create_dir(&notes).unwrap();
        fs::write(notes.join("diary.txt"), "x").unwrap();
        assert!(matches!(Parts::open(&notes, "mine", &tables), Err(PartsError::Foreign)));
        assert_eq!(fs::read_dir(&notes).unwrap().count(), 1, "nothing was put there");
    }

    #[test]
    fn parts_of_several_folders_come_together_under_their_own_names() {
        let home = tempfile::tempdir().unwrap();
        let tables = ["prices".to_owned()];
        let open = |name: &str| Parts::open(&home.path().join(name), name, &tables).unwrap();
        let (one, two, whole) = (open("one"), open("two"), open("whole"));
        one.put("prices", 0, b"a").unwrap();
        two.put("prices", 1, b"b").unwrap();
        for part in [&one, &two, &two] {
            whole.take(part, "prices").unwrap();
        }
        assert_eq!(whole.count("prices").unwrap(), 2);
        let names = fs::read_dir(home.path().join("whole/prices")).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["0000000.parquet", "0000001.parquet"], "nothing unfinished is left, though one came twice");
        assert_eq!(fs::read(home.path().join("whole/prices/0000001.parquet")).unwrap(), b"b");
    }
}
