//! What is wrong, as exceptions of Python: `WorldError` with every finding, `Fault` for what is wrong with the program.

use firesale::ask::Refused;
use language::findings::Finding;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use world::WorldError;

/// One finding, as `firesale.Finding` holds it.
type Told = (String, Option<usize>, Option<usize>, String, String);

fn told(finding: &Finding) -> Told {
    let (line, column) = finding.place.unzip();
    (finding.path.clone(), line, column, finding.reason.clone(), finding.remedy.clone())
}

fn raise<'py>(py: Python<'py>, name: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let made = py.import("firesale._errors").and_then(|module| module.getattr(name)?.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Findings as Python has them.
pub fn findings<'py>(py: Python<'py>, findings: &[Finding]) -> PyResult<Bound<'py, PyAny>> {
    let told: Vec<Told> = findings.iter().map(told).collect();
    py.import("firesale._errors")?.getattr("findings")?.call1((told,))
}

pub fn world(py: Python<'_>, error: &WorldError) -> PyErr {
    match error {
        WorldError::Unreadable { what, reason, remedy } => {
            let only: Told = (String::new(), None, None, reason.clone(), remedy.clone());
            raise(py, "world_error", (what.clone(), vec![only]))
        }
        WorldError::Findings { name, findings, .. } => {
            let told: Vec<Told> = findings.iter().map(told).collect();
            raise(py, "world_error", (name.clone(), told))
        }
    }
}

pub fn fault(py: Python<'_>, words: impl ToString) -> PyErr {
    raise(py, "Fault", (words.to_string(),))
}

pub fn any(py: Python<'_>, refused: &Refused, heard: Option<PyErr>) -> PyErr {
    match refused {
        Refused::World(error) => world(py, error),
        Refused::Fault(broken) => fault(py, broken),
        Refused::Stopped => heard.unwrap_or_else(|| PyKeyboardInterrupt::new_err("stopped")),
    }
}
