//! Many runs: the design, orders for those who make a part of it, and the table of what comes back.

use crate::patience::EVERY;
use crate::table::Table;
use crate::{given, refused};
use files::arrow::ArrowTable;
use firesale::sweep::design::Design;
use firesale::sweep::parcel::{self, Gathered};
use firesale::sweep::request::{Request, Rule};
use firesale::sweep::sample::{Method, Sample};
use firesale::sweep::spread::{Axis, Lane, Spread};
use firesale::sweep::work::{Manner, Ran, work};
use language::text::near;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use results::keep::Keep;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Runs of a thread that are packed together.
const PACK: usize = 256;

/// A checked design: which runs there are.
#[pyclass(frozen, module = "firesale", name = "Sweep")]
pub struct Sweep {
    design: Design,
    manner: Manner,
}

/// Paths that move together, each with its values: a list, or text as behind `--vary PATH=`.
fn axis(given: &[(String, Bound<'_, PyAny>)]) -> PyResult<Axis> {
    let lane = |(path, values): &(String, Bound<'_, PyAny>)| {
        let spread = if let Ok(text) = values.cast::<PyString>() {
            let text = text.to_string();
            Spread::read(&text).map_err(|error| PyValueError::new_err(format!("{path}: {error}")))?
        } else {
            let items = values.try_iter().map_err(|_| {
                PyTypeError::new_err(format!("{path}: give a list of values, or a text such as \"2..6:5\""))
            })?;
            let values: Vec<String> = items.map(|item| given::value(path, &item?)).collect::<PyResult<_>>()?;
            if values.is_empty() {
                return Err(PyValueError::new_err(format!("{path}: there is no value")));
            }
            Spread::Values(values)
        };
        Ok(Lane { path: path.clone(), spread })
    };
    Ok(Axis { lanes: given.iter().map(lane).collect::<PyResult<_>>()? })
}

fn sample(method: &str, points: u32) -> PyResult<Sample> {
    let words = Method::ALL.map(Method::word);
    let method = Method::ALL.into_iter().find(|own| own.word() == method).ok_or_else(|| {
        PyValueError::new_err(format!("there is no way `{method}` to sample; {}", near::remedy(method, &words)))
    })?;
    if points == 0 {
        return Err(PyValueError::new_err("a sample has at least one point"));
    }
    Ok(Sample { method, points })
}

#[pymethods]
impl Sweep {
    #[new]
    #[pyo3(signature = (world, vary, *, set=None, first_seed=None, seeds=None, sampled=None, against=Vec::new(),
        without_liquidation=false, counterfactual=false))]
    #[expect(clippy::too_many_arguments, reason = "by name, from Python")]
    fn new(
        py: Python<'_>,
        world: &Bound<'_, PyAny>,
        vary: Vec<Vec<(String, Bound<'_, PyAny>)>>,
        set: Option<&Bound<'_, PyDict>>,
        first_seed: Option<u64>,
        seeds: Option<u32>,
        sampled: Option<(String, u32)>,
        against: Vec<Bound<'_, PyDict>>,
        without_liquidation: bool,
        counterfactual: bool,
    ) -> PyResult<Self> {
        let request = Request {
            set: given::set(set)?,
            vary: vary.iter().map(|axis_given| axis(axis_given)).collect::<PyResult<_>>()?,
            sample: sampled.map(|(method, points)| sample(&method, points)).transpose()?,
            against: against.iter().map(|rule| given::set(Some(rule)).map(Rule::plain)).collect::<PyResult<_>>()?,
            first_seed,
            seeds,
            ..Request::plain(given::world(world)?)
        };
        let design = py.detach(|| request.check()).map_err(|error| refused::world(py, &error))?;
        Ok(Self {
            design,
            manner: Manner { liquidation: !without_liquidation, counterfactual, record: Keep::NOTHING, jobs: 0 },
        })
    }

    /// How many runs there are.
    fn __len__(&self) -> usize {
        self.design.len()
    }

    /// What it takes to make the runs from `start` up to `stop` anywhere, for `make`.
    fn order<'py>(&self, py: Python<'py>, start: usize, stop: usize) -> PyResult<Bound<'py, PyBytes>> {
        if start > stop || stop > self.design.len() {
            return Err(PyValueError::new_err(format!("there are {} runs", self.design.len())));
        }
        Ok(PyBytes::new(py, &parcel::order(&self.design, self.manner, start..stop)))
    }

    /// Makes all runs on threads of this process (0: as many as there are cores). `progress(done,
    /// all)` hears of them a few times a second.
    #[pyo3(signature = (jobs=0, progress=None))]
    fn work(&self, py: Python<'_>, jobs: usize, progress: Option<Bound<'_, PyAny>>) -> PyResult<Table> {
        let (stop, done) = (AtomicBool::new(false), AtomicUsize::new(0));
        let gathered = Mutex::new((Gathered::of(&self.design), Vec::new()));
        let keep = |run: usize, ran: Ran| {
            if ran == Ran::Stopped {
                return Ok(());
            }
            let mut own = gathered.lock().unwrap_or_else(PoisonError::into_inner);
            own.1.push((run, ran));
            done.fetch_add(1, Ordering::Relaxed);
            if own.1.len() < PACK { Ok(()) } else { pack(&mut own) }
        };
        let manner = Manner { jobs, ..self.manner };
        let stopped = || stop.load(Ordering::Relaxed);
        let progress = progress.map(Bound::unbind);
        let mut heard = None;
        let worked = py.detach(|| {
            thread::scope(|scope| {
                let (tell, over) = mpsc::channel();
                scope.spawn(|| {
                    // Held for as long as there is work.
                    let tell = tell;
                    let worked = work(&self.design, manner, &|_| true, &stopped, &keep);
                    let _ = tell.send(worked);
                });
                loop {
                    match over.recv_timeout(EVERY) {
                        Ok(worked) => break worked,
                        Err(mpsc::RecvTimeoutError::Disconnected) => {
                            break Err(std::io::Error::other("a thread broke off"));
                        }
                        Err(mpsc::RecvTimeoutError::Timeout) if heard.is_none() => {
                            let told = Python::attach(|py| {
                                py.check_signals()?;
                                let Some(progress) = &progress else { return Ok(()) };
                                progress.call1(py, (done.load(Ordering::Relaxed), self.design.len())).map(drop)
                            });
                            if let Err(error) = told {
                                heard = Some(error);
                                stop.store(true, Ordering::Relaxed);
                            }
                        }
                        Err(mpsc::RecvTimeoutError::Timeout) => {}
                    }
                }
            })
        });
        if let Some(error) = heard {
            return Err(error);
        }
        worked.map_err(broken)?;
        let mut own = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
        pack(&mut own).map_err(broken)?;
        if let Some(progress) = progress {
            progress.call1(py, (self.design.len(), self.design.len()))?;
        }
        self.table_of(py, &own.0)
    }

    /// The table of what `make` made, in any order.
    fn table(&self, py: Python<'_>, parcels: Vec<Bound<'_, PyBytes>>) -> PyResult<Table> {
        let mut gathered = Gathered::of(&self.design);
        for parcel in parcels {
            gathered.take(parcel.as_bytes().to_vec()).map_err(PyValueError::new_err)?;
        }
        self.table_of(py, &gathered)
    }
}

impl Sweep {
    fn table_of(&self, py: Python<'_>, gathered: &Gathered) -> PyResult<Table> {
        let missing = gathered.missing();
        if missing > 0 {
            return Err(PyValueError::new_err(format!("{missing} of {} runs are missing", self.design.len())));
        }
        let table = py.detach(|| {
            let bytes = gathered.table(&self.design, self.manner).map_err(|error| error.to_string())?;
            ArrowTable::of_file(bytes)
        });
        Ok(Table { inner: table.map_err(PyRuntimeError::new_err)? })
    }
}

fn pack(own: &mut (Gathered, Vec<(usize, Ran)>)) -> std::io::Result<()> {
    let runs = std::mem::take(&mut own.1);
    own.0.take(parcel::packed(runs)).map_err(std::io::Error::other)
}

fn broken(error: std::io::Error) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

/// Makes the runs of an order, wherever it is called, and returns them as bytes.
#[pyfunction]
pub fn make<'py>(py: Python<'py>, order: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let patience = crate::patience::Patience::new();
    let made = py.detach(|| parcel::make(order, &|| patience.step().is_break()));
    match made {
        Ok(Some(parcel)) => Ok(PyBytes::new(py, &parcel)),
        Ok(None) => Err(patience.error().unwrap_or_else(|| PyKeyboardInterrupt::new_err("stopped"))),
        Err(reason) => Err(PyValueError::new_err(reason)),
    }
}
