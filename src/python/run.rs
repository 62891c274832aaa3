//! One run.

use crate::patience::Patience;
use crate::table::Table;
use crate::taught::object;
use crate::{given, refused};
use chart::Chart;
use firesale::ask::{self, Answer, Asked};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyByteArray, PyBytes, PyDict};
use results::figures::Scalar;
use results::keep::Keep;
use results::meanings;
use std::sync::OnceLock;

/// A run that is over: its figures, its tables, its picture.
#[pyclass(frozen, module = "firesale", name = "Run")]
pub struct Run {
    answer: Answer,
    figures: PyOnceLock<Py<PyDict>>,
    chart: OnceLock<Option<Chart>>,
}

impl Run {
    fn drawn(&self, py: Python<'_>) -> Option<&Chart> {
        py.detach(|| self.chart.get_or_init(|| self.answer.chart()).as_ref())
    }
}

/// Runs a world once.
///
/// `world` is the name of a built-in world (`firesale.worlds()`), the path of a file, or the text
/// of a world. `seed` is the seed of all random draws, the world's own when left out. `set` changes
/// values by path: `{"traders.fund-a.leverage": 3.0}` (`firesale.params(world)` lists the paths).
/// `keep` names the larger tables to keep; all when left out, `[]` for none, which is fastest.
/// `without_liquidation` suppresses forced orders; `counterfactual` runs both and fills the figures
/// `counterfactual.*`.
///
/// The same arguments give the same run, to the last byte, on any thread or process. Other Python
/// threads go on meanwhile.
///
/// Raises `WorldError` with everything that is wrong with the world.
#[pyfunction]
#[pyo3(signature = (world, seed=None, set=None, without_liquidation=false, keep=None, *, counterfactual=false))]
pub fn run(
    py: Python<'_>,
    world: &Bound<'_, PyAny>,
    seed: Option<u64>,
    set: Option<&Bound<'_, PyDict>>,
    without_liquidation: bool,
    keep: Option<Vec<String>>,
    counterfactual: bool,
) -> PyResult<Run> {
    let (source, set, keep) = (given::world(world)?, given::set(set)?, given::keep(keep)?);
    let asked = Asked { source, set, seed, keep, liquidation: !without_liquidation, counterfactual };
    let answer = ask(py, asked, &ask::Memory::default())?;
    Ok(Run { answer, figures: PyOnceLock::new(), chart: OnceLock::new() })
}

/// The world that was run last: run again with other numbers, it is read sooner. No answer depends on it.
#[pyclass(frozen, module = "firesale._native")]
pub struct Memory(ask::Memory);

#[pymethods]
impl Memory {
    #[new]
    fn new() -> Self {
        Self(ask::Memory::default())
    }
}

fn ask(py: Python<'_>, asked: Asked, memory: &ask::Memory) -> PyResult<Answer> {
    let patience = Patience::new();
    let answered = py.detach(|| memory.run_while(&asked, &|| patience.step()));
    answered.map_err(|error| refused::any(py, &error, patience.error()))
}

/// Prices of a run as numbers: the bytes of a matrix of float64, row by row, and of its flags.
#[pyfunction]
#[pyo3(signature = (world, columns, rows, seed, set, memory=None))]
pub fn series<'py>(
    py: Python<'py>,
    world: &Bound<'py, PyAny>,
    columns: Vec<String>,
    rows: usize,
    seed: Option<u64>,
    set: Option<&Bound<'py, PyDict>>,
    memory: Option<&Memory>,
) -> PyResult<(Bound<'py, PyByteArray>, Bound<'py, PyByteArray>)> {
    let (source, set) = (given::world(world)?, given::set(set)?);
    let keep = Keep { prices: true, ..Keep::NOTHING };
    let asked = Asked { source, set, seed, keep, liquidation: true, counterfactual: false };
    let own = ask::Memory::default();
    let answer = ask(py, asked, memory.map_or(&own, |memory| &memory.0))?;
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let matrix = answer.matrix(&columns, rows).map_err(|wrong| {
        let lines: Vec<String> =
            wrong.iter().map(|wrong| format!("{}: {}; {}", wrong.column, wrong.reason, wrong.remedy)).collect();
        PyValueError::new_err(lines.join("\n"))
    })?;
    let cells: Vec<u8> = matrix.cells.iter().flat_map(|cell| cell.to_ne_bytes()).collect();
    let flags: Vec<u8> = matrix.flags.iter().map(|flag| u8::from(*flag)).collect();
    Ok((PyByteArray::new(py, &cells), PyByteArray::new(py, &flags)))
}

#[pymethods]
impl Run {
    /// Name of the world.
    #[getter]
    fn world(&self) -> &str {
        &self.answer.plan().name
    }

    /// What the world calls itself.
    #[getter]
    fn title(&self) -> &str {
        &self.answer.plan().title
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.answer.seed
    }

    /// In which all money is, such as `USD`.
    #[getter]
    fn currency(&self) -> &str {
        self.answer.currency()
    }

    /// Whether every balance and position adds up to the last cent and lot, as the audit found.
    /// False is a fault of the program.
    #[getter]
    fn balances(&self) -> bool {
        self.answer.balances
    }

    /// How many bands that the world enforces were missed.
    #[getter]
    fn missed(&self) -> usize {
        self.answer.missed
    }

    /// All numbers that the run came to, by name, such as `lenders.total_loss` or
    /// `instruments.acme.drawdown`.
    ///
    /// Money is in the currency of the world, ratios are shares of one, moments ISO 8601; what did
    /// not happen is None. `unit(name)` and `meaning(name)` tell more.
    #[getter]
    fn figures(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let made = self.figures.get_or_try_init(py, || {
            let dict = PyDict::new(py);
            for (name, figure) in &self.answer.figures {
                match figure {
                    Scalar::Count(count) => dict.set_item(name, count)?,
                    // As JSON has it: what is infinite or no number is none.
                    Scalar::Number(number) => dict.set_item(name, number.filter(|number| number.is_finite()))?,
                    Scalar::Flag(flag) => dict.set_item(name, flag)?,
                    Scalar::Text(text) => dict.set_item(name, text)?,
                }
            }
            Ok::<_, PyErr>(dict.unbind())
        })?;
        Ok(made.clone_ref(py))
    }

    /// The unit of a figure: the currency, `units`, `ratio`, `number`, `true or false`, `local time
    /// of the world`.
    fn unit(&self, figure: &str) -> String {
        meanings::unit(figure, self.answer.currency())
    }

    /// What a figure means, in a sentence.
    fn meaning(&self, figure: &str) -> &'static str {
        meanings::meaning(figure)
    }

    /// The summary as `firesale run --json` prints it, but for how long the run took and where it
    /// lies.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut value = serde_json::to_value(&self.answer.summary).unwrap_or_default();
        if let Some(map) = value.as_object_mut() {
            map.remove("wall_seconds");
        }
        object(py, &value)
    }

    /// Names of the tables that there are.
    #[getter]
    fn tables(&self) -> Vec<String> {
        self.answer.tables()
    }

    /// A table by its name, such as `prices` or `calls`. `firesale.tables()` tells what their
    /// columns mean.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        match py.detach(|| self.answer.table(name)) {
            Some(inner) => Ok(Table { inner }),
            None if Keep::NAMES.contains(&name) => {
                Err(PyKeyError::new_err(format!("`{name}` was not kept; run again with keep=[\"{name}\"]")))
            }
            None => {
                let names = self.answer.tables().join(", ");
                Err(PyKeyError::new_err(format!("this run has no table `{name}`; it has {names}")))
            }
        }
    }

    /// The line that `firesale worker` answers to the same question.
    fn to_json(&self) -> String {
        self.answer.to_json().to_string()
    }

    fn __repr__(&self) -> String {
        let Answer { seed, summary, .. } = &self.answer;
        let plan = self.answer.plan();
        let loss: f64 = summary.lenders.values().map(|lender| lender.loss).sum();
        let lost = chart::words::money(loss, self.answer.currency()).replace('\u{a0}', " ").replace('−', "-");
        let broke = summary.accounts.breached;
        format!("<firesale.Run of {}, seed {seed}: {broke} accounts broke, lenders lost {lost}>", plan.name)
    }

    /// The chart that tells what the world is about, as SVG; None when what was kept cannot be
    /// drawn.
    fn _repr_svg_(&self, py: Python<'_>) -> Option<String> {
        self.drawn(py).map(|chart| chart.svg.clone())
    }

    /// The same as PNG.
    fn _repr_png_<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.drawn(py).map(|chart| PyBytes::new(py, &chart.png))
    }

    /// The same with its caption, as Jupyter shows it.
    fn _repr_html_(&self, py: Python<'_>) -> Option<String> {
        self.drawn(py).map(|chart| {
            let (svg, caption) = (&chart.svg, escaped(&chart.caption));
            format!("<figure style=\"margin:0;max-width:60em\">{svg}<figcaption>{caption}</figcaption></figure>")
        })
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
