//! A table of a run or of a sweep, which goes to other libraries as Arrow without a copy through text.

use files::arrow::ArrowTable;
use pyo3::exceptions::{PyImportError, PyKeyError, PyOSError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use std::path::PathBuf;

/// A table: columns with names, units and meanings.
///
/// Any library that reads Arrow takes it as it is: `polars.DataFrame(table)`,
/// `pyarrow.table(table)`, `pandas.DataFrame.from_arrow(table)`. Moments are timestamps by the
/// clock of the world, without a zone.
#[pyclass(frozen, module = "firesale", name = "Table")]
pub struct Table {
    pub inner: ArrowTable,
}

impl Table {
    fn said(&self, column: &str, key: &str) -> PyResult<String> {
        self.inner.said(column, key).map(str::to_owned).ok_or_else(|| {
            let names: Vec<&str> = self.inner.columns().collect();
            PyKeyError::new_err(format!("there is no column `{column}`; there are {}", names.join(", ")))
        })
    }
}

#[pymethods]
impl Table {
    /// All of it, by the Arrow C stream interface (a capsule named `arrow_array_stream`). For
    /// libraries, not for people.
    ///
    /// A schema that is asked for is not looked at, as the interface allows: whoever asked casts.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let stream = py.detach(|| self.inner.stream());
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn __len__(&self) -> usize {
        self.inner.rows()
    }

    /// Names of the columns, in order.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.inner.columns().map(str::to_owned).collect()
    }

    /// What a column means, in a sentence; empty where its name says it all.
    fn meaning(&self, column: &str) -> PyResult<String> {
        self.said(column, "meaning")
    }

    /// The unit of a column, if it is known to have one: the currency of the world, `units`,
    /// `ratio`, ...
    fn unit(&self, column: &str) -> PyResult<String> {
        self.said(column, "unit")
    }

    /// What is said of the whole table, by key: `firesale` (JSON) says of which world, seed,
    /// overrides and version it is and whose clock its moments are by; `firesale.sweep` of which
    /// sweep.
    #[getter]
    fn notes(&self) -> std::collections::BTreeMap<String, String> {
        self.inner.notes().iter().cloned().collect()
    }

    /// The bytes of its Parquet file: those that `firesale run` or `firesale sweep` writes.
    fn parquet<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.inner.parquet());
        PyBytes::new(py, &bytes)
    }

    /// Writes its Parquet file. A file that is there is replaced.
    fn write_parquet(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let written = py.detach(|| std::fs::write(&path, self.inner.parquet()));
        written.map_err(|error| PyOSError::new_err(format!("{}: {error}", path.display())))
    }

    /// As a `polars.DataFrame`.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        library(slf.py(), "polars")?.getattr("DataFrame")?.call1((slf,))
    }

    /// As a `pyarrow.Table`.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        library(slf.py(), "pyarrow")?.getattr("table")?.call1((slf,))
    }

    /// As a `pandas.DataFrame`, by way of pyarrow.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        library(slf.py(), "pandas")?;
        Self::to_arrow(slf)?.call_method0("to_pandas")
    }

    fn __repr__(&self) -> String {
        let columns = self.columns();
        let shown = columns.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if columns.len() > 8 { format!(" and {} more", columns.len() - 8) } else { String::new() };
        format!("<firesale.Table: {} rows of {shown}{more}>", self.inner.rows())
    }
}

fn library<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(name).map_err(|error| {
        let told = PyImportError::new_err(format!("this needs {name}; install it with `pip install {name}`"));
        told.set_cause(py, Some(error));
        told
    })
}
