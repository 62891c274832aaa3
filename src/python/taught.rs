//! What there is: worlds, parameters, tables. The same as the commands print with `--json`.

use crate::{given, refused};
use firesale::ask;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use results::rows::every_table;
use serde_json::Value;

/// JSON as objects of Python.
pub fn object<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => flag.into_pyobject(py)?.to_owned().into_any(),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => whole.into_pyobject(py)?.into_any(),
            (None, Some(whole)) => whole.into_pyobject(py)?.into_any(),
            (None, None) => number.as_f64().into_pyobject(py)?.into_any(),
        },
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Array(list) => {
            let list: Vec<_> = list.iter().map(|one| object(py, one)).collect::<PyResult<_>>()?;
            PyList::new(py, list)?.into_any()
        }
        Value::Object(map) => {
            let dict = PyDict::new(py);
            for (key, one) in map {
                dict.set_item(key, object(py, one)?)?;
            }
            dict.into_any()
        }
    })
}

/// The worlds that are built in: a list of dicts with `name`, `title` and `about`, a sentence on
/// what it shows.
#[pyfunction]
pub fn worlds(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let worlds = py.detach(ask::worlds).map_err(|error| refused::world(py, &error))?;
    object(py, &serde_json::to_value(worlds).unwrap_or_default())
}

/// The tables that a run can leave: a list of dicts with `table`, `row` (what a row is of) and
/// `columns`, each with its `name`, what it `holds` and its `meaning`.
#[pyfunction]
pub fn tables(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    object(py, &ask::tables_json(&every_table()))
}

/// Every path of a world that may be varied: a list of dicts with `path`, `type`, `unit`, `value`
/// as the world has it, the bounds `low` and `high` that the language sets, and the `role`
/// (`uncertainty`, `lever` or `constant`) and `range` that the world declares, if it does.
#[pyfunction]
#[pyo3(signature = (world, *, set=None))]
pub fn params<'py>(
    py: Python<'py>,
    world: &Bound<'py, PyAny>,
    set: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (source, set) = (given::world(world)?, given::set(set)?);
    let params = py.detach(|| ask::params(source, &set)).map_err(|error| refused::world(py, &error))?;
    object(py, &ask::params_json(&params))
}

/// Checks a world without running it. Returns remarks, a list of `Finding`: what may be meant but
/// does nothing.
///
/// Raises `WorldError` with everything that is wrong.
#[pyfunction]
#[pyo3(signature = (world, *, set=None))]
pub fn check<'py>(
    py: Python<'py>,
    world: &Bound<'py, PyAny>,
    set: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (source, set) = (given::world(world)?, given::set(set)?);
    let remarks = py.detach(|| ask::check(source, &set)).map_err(|error| refused::world(py, &error))?;
    refused::findings(py, &remarks)
}

/// The text of a world, as it is written: to read, to change, and to run again.
#[pyfunction]
pub fn show(world: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(given::world(world)?.text)
}
