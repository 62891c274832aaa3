//! A file of Parquet is read by the schema of Parquet itself, and heeds nobody's note about it: in such a note words are
//! dictionaries, and a stranger's may say anything. Columns are read one by one, and of a file on disk nothing else.

use super::frame::{Frame, Series};
use super::pages::unpacked;
use ground::fault::guarded;
use polars_arrow::array::{Array, new_empty_array};
use polars_arrow::compute::concatenate::concatenate;
use polars_arrow::datatypes::{ArrowSchema, Field};
use polars_buffer::Buffer;
use polars_error::{PolarsResult, polars_ensure, polars_err};
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, Filter, PageReader, column_iter_to_arrays, infer_schema,
    read_metadata,
};
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

pub(super) fn unreadable(error: impl std::fmt::Display) -> String {
    format!("it cannot be read as Parquet ({error})")
}

/// A damaged file may break the reader itself: that is a fault of the file, and said so.
pub(super) fn survived<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    guarded(read).unwrap_or_else(|_| Err(unreadable("its reader broke off")))
}

/// What a column may come to in a row group, in bytes: two thousand for each of its rows, if there are as many as we write.
const MOST_OF_A_CHUNK: u64 = 512 << 20;

/// Where a file's bytes are.
#[derive(Debug)]
enum Source {
    Memory(Buffer<u8>),
    /// Opened for each look: a whole may have more parts than a process may have open files.
    Disk {
        path: PathBuf,
        length: u64,
    },
}

impl Source {
    fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { length, .. } => *length,
        }
    }

    /// # Errors
    /// When there are no such bytes.
    fn bytes(&self, range: Range<u64>) -> PolarsResult<Buffer<u8>> {
        // A stranger's file may say anything of where its columns are.
        polars_ensure!(range.start <= range.end && range.end <= self.length(), ComputeError: "a column lies outside the file");
        match self {
            Self::Memory(bytes) => Ok(bytes.clone().sliced(range.start as usize..range.end as usize)),
            Self::Disk { path, .. } => {
                let (mut file, mut bytes) = (File::open(path)?, vec![0; (range.end - range.start) as usize]);
                file.seek(SeekFrom::Start(range.start))?;
                file.read_exact(&mut bytes)?;
                Ok(Buffer::from_vec(bytes))
            }
        }
    }
}

/// A file whose footer was read.
#[derive(Debug)]
pub(super) struct Reading {
    source: Source,
    pub metadata: FileMetadata,
    /// What the columns are by themselves.
    pub schema: ArrowSchema,
    /// What a note of the file says that they are, by which other readers go.
    pub told: ArrowSchema,
    pub notes: Vec<(String, String)>,
}

impl Reading {
    /// # Errors
    /// When the bytes are no such file.
    pub fn of(bytes: Vec<u8>) -> PolarsResult<Self> {
        let bytes = Buffer::from_vec(bytes);
        let metadata = read_metadata(&mut Cursor::new(&bytes[..]))?;
        Self::with(Source::Memory(bytes), metadata)
    }

    /// # Errors
    /// When the file is none, or cannot be read.
    pub fn on_disk(path: &Path) -> PolarsResult<Self> {
        let mut file = File::open(path)?;
        let metadata = read_metadata(&mut file)?;
        let length = file.metadata()?.len();
        Self::with(Source::Disk { path: path.to_owned(), length }, metadata)
    }

    fn with(source: Source, mut metadata: FileMetadata) -> PolarsResult<Self> {
        let told = infer_schema(&metadata);
        let pairs = metadata.key_value_metadata.take().unwrap_or_default().into_iter();
        let notes = pairs.map(|pair| (pair.key, pair.value.unwrap_or_default())).collect();
        let schema = infer_schema(&metadata)?;
        let told = told.unwrap_or_else(|_| schema.clone());
        Ok(Self { source, metadata, schema, told, notes })
    }

    pub fn rows(&self) -> usize {
        self.metadata.num_rows
    }

    /// # Errors
    /// When the file is damaged.
    pub fn all(&self) -> PolarsResult<Frame> {
        let columns =
            self.schema.iter_names().map(|name| Ok(Series { name: name.to_string(), cells: self.column(name)? }));
        Ok(Frame::new(self.rows(), columns.collect::<PolarsResult<Vec<_>>>()?))
    }

    /// All cells of a column.
    ///
    /// # Errors
    /// When there is none of the name, or the file is damaged.
    pub fn column(&self, name: &str) -> PolarsResult<Box<dyn Array>> {
        self.cells(name, 0..self.rows())
    }

    /// The cells of a column in these rows of it, no fewer and no more.
    ///
    /// # Errors
    /// As [`Reading::column`].
    pub fn cells(&self, name: &str, rows: Range<usize>) -> PolarsResult<Box<dyn Array>> {
        let field = self.schema.get(name).ok_or_else(|| polars_err!(ColumnNotFound: "it has no column `{name}`"))?;
        let mut found: Vec<Box<dyn Array>> = Vec::new();
        let mut before = 0_usize;
        for group in &self.metadata.row_groups {
            let own = before..before.saturating_add(group.num_rows());
            before = own.end;
            let (from, to) = (rows.start.max(own.start), rows.end.min(own.end));
            if from >= to {
                continue;
            }
            let chunks = group.columns_under_root_iter(name).into_iter().flatten().collect::<Vec<_>>();
            let filter = ((from..to) != own).then(|| Filter::new_ranged(from - own.start, to - own.start));
            found.extend(self.chunks(&chunks, field.clone(), filter)?);
        }
        let cells = match found.len() {
            0 => new_empty_array(field.dtype.clone()),
            1 => found.remove(0),
            _ => concatenate(&found.iter().map(|cells| &**cells).collect::<Vec<_>>())?,
        };
        // Of a damaged file: a footer may count other rows than its groups have.
        polars_ensure!(cells.len() == rows.len(), ComputeError: "`{name}` has {} cells of {}", cells.len(), rows.len());
        Ok(cells)
    }

    fn chunks(
        &self,
        chunks: &[&ColumnChunkMetadata],
        field: Field,
        filter: Option<Filter>,
    ) -> PolarsResult<Vec<Box<dyn Array>>> {
        let (mut pages, mut types) = (Vec::new(), Vec::new());
        for chunk in chunks {
            // Before anything is asked for by what a page says of itself.
            let size = unpacked(self, chunk, MOST_OF_A_CHUNK)?;
            polars_ensure!(size <= MOST_OF_A_CHUNK, ComputeError: "a column is too large when it is unpacked");
            pages.push(BasicDecompressor::new(self.pages(chunk, usize::MAX)?, vec![]));
            types.push(&chunk.descriptor().descriptor.primitive_type);
        }
        Ok(column_iter_to_arrays(pages, types, field, filter)?.0)
    }

    /// The pages of a chunk of a column, packed as they are, none of which may say that it is larger than this.
    ///
    /// # Errors
    /// When it lies outside the file.
    pub fn pages(&self, chunk: &ColumnChunkMetadata, most: usize) -> PolarsResult<PageReader> {
        let bytes = Cursor::new(self.source.bytes(chunk.byte_range())?);
        Ok(PageReader::new(bytes, chunk, vec![], most))
    }
}
