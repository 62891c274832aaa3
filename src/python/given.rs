//! What Python hands over, as the library takes it.

use crate::refused;
use language::text::Override;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};
use results::keep::Keep;
use serde_json::Number;
use std::path::PathBuf;
use world::Source;

/// A world: a built-in name or a path, as text; the text of a world itself; or a path as an object.
pub fn world(given: &Bound<'_, PyAny>) -> PyResult<Source> {
    if let Ok(text) = given.cast::<PyString>() {
        let text = text.to_string();
        // No name and no path of a person's has lines, or begins as a world does.
        if text.contains('\n') || ["(", "World("].iter().any(|begins| text.trim_start().starts_with(begins)) {
            return Ok(Source::written(text));
        }
        return Source::find(&text).map_err(|error| refused::world(given.py(), &error));
    }
    let path: PathBuf = given.extract().map_err(|_| {
        PyTypeError::new_err("a world is a name, a path, or the text of a world; `firesale.worlds()` lists the names")
    })?;
    Source::read(&path).map_err(|error| refused::world(given.py(), &error))
}

/// A value as the language of worlds writes it: text as it is, numbers as JSON writes them.
pub fn value(path: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_string());
    }
    if given.is_instance_of::<PyBool>() {
        return Ok(given.extract::<bool>()?.to_string());
    }
    if given.is_instance_of::<PyInt>() {
        return Ok(given.str()?.to_string());
    }
    // An object of numpy counts as what it stands for: a whole number only if it says so.
    let whole = (!given.is_instance_of::<PyFloat>()).then(|| given.extract::<i64>().ok()).flatten();
    if let Some(whole) = whole {
        return Ok(whole.to_string());
    }
    let number: f64 = given.extract().map_err(|_| {
        let kind = given.get_type();
        PyTypeError::new_err(format!("{path}: a value is a number, a text, True or False, and not of {kind}"))
    })?;
    let number = Number::from_f64(number)
        .ok_or_else(|| PyValueError::new_err(format!("{path}: {number} is no number that a world can hold")))?;
    Ok(number.to_string())
}

/// Values by path.
pub fn set(given: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<Override>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let one = |(path, of): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let path: String = path.extract().map_err(|_| PyTypeError::new_err("the paths of `set` are texts"))?;
        let value = value(&path, &of)?;
        Ok(Override { path, value })
    };
    given.iter().map(one).collect()
}

/// Names of tables; all of them when nothing is said, as `firesale run` keeps them.
pub fn keep(given: Option<Vec<String>>) -> PyResult<Keep> {
    match given {
        None => Ok(Keep::ALL),
        Some(names) => Keep::named(names.iter().map(String::as_str)).map_err(PyValueError::new_err),
    }
}
