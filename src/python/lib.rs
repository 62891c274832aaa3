//! Firesale from Python: what [`firesale::ask`] answers and [`firesale::sweep`] gathers, as objects of Python.
//!
//! Nothing is decided here. What Python hands over becomes a question of the library ([`given`]), the answer becomes what Python
//! reads ([`run`], [`table`], [`sweep`], [`taught`]), and a refusal an exception that holds every finding ([`refused`]). The interpreter's
//! lock is let go of while anything is computed; a Ctrl-C is heard a few times a second ([`patience`]). What is plain Python
//! stands in `package/firesale`.

mod given;
mod patience;
mod refused;
mod run;
mod sweep;
mod table;
mod taught;

use pyo3::prelude::*;

/// What is compiled of the package `firesale`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::run::{Memory, Run, run, series};
    #[pymodule_export]
    use super::sweep::{Sweep, make};
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    use super::taught::{check, params, show, tables, worlds};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        // Of what is compiled here alone: a fault becomes an exception, and nothing is printed.
        ground::fault::install_hook();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
