//! Runs that are made somewhere else: what is sent there, and what comes back.
//!
//! Both are plain bytes that hold all that they are about, so that any machinery that carries bytes (a pool of processes, a cluster)
//! can carry them, do a part twice, or do it again on another machine: what comes back is the same. A build takes nothing from
//! another: their runs may differ.

use super::design::{Design, Job};
use super::identity::Identity;
use super::journal::Tally;
use super::table::Rows;
use super::work::{Manner, Ran, Row, batch};
use files::tables::SCHEMA_VERSION;
use ground::fault::Fault;
use language::text::Override;
use results::figures::Scalar;
use results::keep::Keep;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use world::{Origin, Source};

/// Which program made it: its version, and that of its tables.
fn build() -> String {
    format!("{}, schema {SCHEMA_VERSION}", env!("CARGO_PKG_VERSION"))
}

/// Some runs to be made.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    build: String,
    name: String,
    text: String,
    /// Of a world that is not built in.
    path: Option<PathBuf>,
    liquidation: bool,
    counterfactual: bool,
    runs: Vec<OrderedRun>,
}

#[derive(Debug, Serialize, Deserialize)]
struct OrderedRun {
    run: usize,
    seed: u64,
    /// Changes, when they are others than those of the run before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    set: Option<Vec<(String, String)>>,
}

/// Runs that were made.
#[derive(Debug, Serialize, Deserialize)]
struct Parcel {
    build: String,
    /// Names of figures, and a letter for the kind of each; of runs that have the same, once.
    shapes: Vec<(Vec<String>, String)>,
    runs: Vec<(usize, Told)>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Told {
    Row { shape: usize, cells: Vec<serde_json::Value>, missed: usize, balances: bool },
    Infeasible(String),
    Broke(String),
}

/// The order for some runs of a design.
pub fn order(design: &Design, manner: Manner, runs: impl IntoIterator<Item = usize>) -> Vec<u8> {
    let source = &design.request().source;
    let path = match &source.origin {
        Origin::BuiltIn => None,
        // Wherever it is made: there the folder may be another.
        Origin::File(path) => Some(std::path::absolute(path).unwrap_or_else(|_| path.clone())),
    };
    let mut point = None;
    let runs = runs.into_iter().map(|run| {
        let Job { point: own, seed } = design.job(run);
        let set = (point != Some(own)).then(|| {
            point = Some(own);
            design.overrides(own).into_iter().map(|set| (set.path, set.value)).collect()
        });
        OrderedRun { run, seed, set }
    });
    let order = Order {
        build: build(),
        name: source.name.clone(),
        text: source.text.clone(),
        path,
        liquidation: manner.liquidation,
        counterfactual: manner.counterfactual,
        runs: runs.collect(),
    };
    serde_json::to_vec(&order).expect("plain data")
}

/// Makes the runs of an order, on this thread. Nothing when it was stopped.
///
/// # Errors
/// When the order is none, or of another build.
pub fn make(order: &[u8], stopped: &(dyn Fn() -> bool + Sync)) -> Result<Option<Vec<u8>>, String> {
    let order: Order = serde_json::from_slice(order).map_err(|error| format!("this is no order of runs ({error})"))?;
    fits(&order.build)?;
    let origin = order.path.map_or(Origin::BuiltIn, Origin::File);
    let source = Source { name: order.name, text: order.text, origin };
    let mut set: Vec<Override> = Vec::new();
    let mut runs = Vec::new();
    let mut jobs = Vec::new();
    for OrderedRun { run, seed, set: changed } in order.runs {
        if let Some(changed) = changed {
            set = changed.into_iter().map(|(path, value)| Override { path, value }).collect();
        }
        runs.push(run);
        jobs.push((set.clone(), seed));
    }
    let Order { liquidation, counterfactual, .. } = order;
    let manner = Manner { liquidation, counterfactual, record: Keep::NOTHING, jobs: 1 };
    let made = batch(&source, &jobs, manner, stopped);
    if made.contains(&Ran::Stopped) {
        return Ok(None);
    }
    Ok(Some(packed(runs.into_iter().zip(made))))
}

/// Runs by their numbers, as one parcel. Those that were stopped are left out.
pub fn packed(runs: impl IntoIterator<Item = (usize, Ran)>) -> Vec<u8> {
    let mut parcel = Parcel { build: build(), shapes: Vec::new(), runs: Vec::new() };
    for (run, ran) in runs {
        let told = match ran {
            Ran::Stopped => continue,
            Ran::Infeasible(reason) => Told::Infeasible(reason),
            Ran::Broke(Fault(fault)) => Told::Broke(fault),
            Ran::Row(Row { figures, missed, balances, series: _ }) => {
                let kinds: String = figures.iter().map(|(_, cell)| super::journal::letter(cell)).collect();
                let cells = figures.iter().map(|(_, cell)| super::journal::written(cell)).collect();
                let names: Vec<String> = figures.into_iter().map(|(name, _)| name).collect();
                let known = parcel.shapes.iter().position(|shape| shape.0 == names && shape.1 == kinds);
                let shape = known.unwrap_or_else(|| {
                    parcel.shapes.push((names, kinds));
                    parcel.shapes.len() - 1
                });
                Told::Row { shape, cells, missed, balances }
            }
        };
        parcel.runs.push((run, told));
    }
    serde_json::to_vec(&parcel).expect("plain data")
}

fn fits(other: &str) -> Result<(), String> {
    let own = build();
    if other == own { Ok(()) } else { Err(format!("it is of another build of the program ({other} and not {own})")) }
}

impl Parcel {
    fn open(bytes: &[u8]) -> Result<Self, String> {
        let parcel: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("this is no parcel of runs ({error})"))?;
        fits(&parcel.build)?;
        Ok(parcel)
    }

    fn ran(&self, told: &Told) -> Result<Ran, String> {
        Ok(match told {
            Told::Infeasible(reason) => Ran::Infeasible(reason.clone()),
            Told::Broke(fault) => Ran::Broke(Fault(fault.clone())),
            Told::Row { shape, cells, missed, balances } => {
                let (names, kinds) = self.shapes.get(*shape).ok_or("a row is of no shape")?;
                if names.len() != cells.len() || kinds.chars().count() != cells.len() {
                    return Err("a row has not as many cells as its shape has figures".to_owned());
                }
                let cells = names.iter().zip(kinds.chars()).zip(cells);
                let figures = cells.map(|((name, kind), cell)| (name.clone(), super::journal::read(kind, cell)));
                Ran::Row(Row {
                    figures: figures.collect::<Vec<(String, Scalar)>>(),
                    missed: *missed,
                    balances: *balances,
                    series: None,
                })
            }
        })
    }
}

/// Parcels that came back, in any order.
#[derive(Debug)]
pub struct Gathered {
    parcels: Vec<Vec<u8>>,
    /// By run: in which parcel it lies.
    places: Vec<Option<usize>>,
    figures: BTreeMap<String, char>,
    tally: Tally,
}

impl Gathered {
    pub fn of(design: &Design) -> Self {
        let places = vec![None; design.len()];
        Self { parcels: Vec::new(), places, figures: BTreeMap::new(), tally: Tally::default() }
    }

    /// Takes a parcel. A run that is there already stays: it is the same.
    ///
    /// # Errors
    /// When it is none, of another build, or of another design.
    pub fn take(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let parcel = Parcel::open(&bytes)?;
        // All of it is right before any of it is taken.
        let mut tallies = Vec::with_capacity(parcel.runs.len());
        for (run, told) in &parcel.runs {
            self.places.get(*run).ok_or_else(|| format!("there is no run {run}"))?;
            tallies.push(tally(&parcel.ran(told)?));
        }
        let mut is_new = false;
        for ((run, told), own) in parcel.runs.iter().zip(tallies) {
            let place = &mut self.places[*run];
            if place.is_none() {
                is_new = true;
                *place = Some(self.parcels.len());
                self.tally = self.tally.with(own);
                if let Told::Row { shape, .. } = told {
                    let (names, kinds) = &parcel.shapes[*shape];
                    self.figures.extend(names.iter().cloned().zip(kinds.chars()));
                }
            }
        }
        if is_new {
            self.parcels.push(bytes);
        }
        Ok(())
    }

    /// Runs that have not come.
    pub fn missing(&self) -> usize {
        self.places.iter().filter(|place| place.is_none()).count()
    }

    /// The table of all runs, as the file that a sweep leaves.
    ///
    /// # Errors
    /// When a run is missing, or a parcel damaged.
    pub fn table(&self, design: &Design, manner: Manner) -> std::io::Result<Vec<u8>> {
        let identity = Identity::of(design, manner, None);
        let mut bytes = Vec::new();
        super::table::write(&mut InOrder { gathered: self, open: None }, design, &identity, &mut bytes)?;
        Ok(bytes)
    }
}

fn tally(ran: &Ran) -> Tally {
    match ran {
        Ran::Row(row) => Tally {
            done: 1,
            missed: usize::from(row.missed > 0),
            unbalanced: usize::from(!row.balances),
            ..Tally::default()
        },
        Ran::Infeasible(_) => Tally { infeasible: 1, ..Tally::default() },
        Ran::Broke(_) => Tally { failed: 1, ..Tally::default() },
        Ran::Stopped => Tally::default(),
    }
}

/// Reads a parcel at a time.
struct InOrder<'g> {
    gathered: &'g Gathered,
    open: Option<(usize, Parcel)>,
}

impl Rows for InOrder<'_> {
    fn figures(&self) -> BTreeMap<String, char> {
        self.gathered.figures.clone()
    }

    fn tally(&self) -> Tally {
        self.gathered.tally
    }

    fn row(&mut self, run: usize) -> std::io::Result<Option<Ran>> {
        let Some(place) = self.gathered.places[run] else { return Ok(None) };
        if self.open.as_ref().is_none_or(|(open, _)| *open != place) {
            let parcel = Parcel::open(&self.gathered.parcels[place]).map_err(std::io::Error::other)?;
            self.open = Some((place, parcel));
        }
        let (_, parcel) = self.open.as_ref().expect("opened above");
        let told = parcel.runs.iter().find(|(own, _)| *own == run).map(|(_, told)| parcel.ran(told));
        told.transpose().map_err(std::io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::design::tests::{LEVERAGE, request};
    use crate::sweep::journal::Journal;
    use crate::sweep::table::from_journal;
    use crate::sweep::work::work;
    use std::sync::Mutex;
    use tempfile::TempDir;

    const MANNER: Manner = Manner { liquidation: true, counterfactual: false, record: Keep::NOTHING, jobs: 1 };

    fn never() -> bool {
        false
    }

    #[test]
    fn parcels_in_any_order_make_the_table_that_a_journal_makes() {
        let rate = "lenders.broker.margin=Rate(im: 0.15, mm: 0.1),Rate(im: 0.1, mm: 0.15)";
        let design = request(&[&format!("{LEVERAGE}=3,5"), rate], 2).check().unwrap();
        let mut gathered = Gathered::of(&design);
        for runs in [4..8, 0..3, 2..4] {
            let order = order(&design, MANNER, runs);
            let parcel = make(&order, &never).unwrap().unwrap();
            assert_eq!(Some(&parcel), make(&order, &never).unwrap().as_ref(), "again the same");
            gathered.take(parcel).unwrap();
        }
        assert_eq!(gathered.missing(), 0);
        assert_eq!((gathered.tally.done, gathered.tally.infeasible), (4, 4));
        let bytes = gathered.table(&design, MANNER).unwrap();

        let home = TempDir::new().unwrap();
        let identity = Identity::of(&design, MANNER, None);
        let journal = Journal::open(&home.path().join("t.journal"), &identity, "program").unwrap();
        let journal = Mutex::new(journal);
        work(&design, MANNER, &|_| true, &never, &|run, ran| journal.lock().unwrap().append(run, &ran)).unwrap();
        let path = home.path().join("t.parquet");
        let mut out = std::fs::File::create(&path).unwrap();
        from_journal(&journal.into_inner().unwrap(), &design, &identity, &mut out).unwrap();
        assert!(bytes == std::fs::read(&path).unwrap(), "they differ");
    }

    #[test]
    fn what_is_missing_stopped_or_foreign_is_told() {
        let design = request(&[], 2).check().unwrap();
        let mut gathered = Gathered::of(&design);
        assert!(gathered.table(&design, MANNER).is_err());
        let order = order(&design, MANNER, 0..2);
        assert_eq!(make(&order, &|| true), Ok(None));
        assert!(make(b"{}", &never).is_err() && gathered.take(b"[]".to_vec()).is_err());
        let other = String::from_utf8(order).unwrap().replace(&build(), "9, schema 1");
        assert!(make(other.as_bytes(), &never).unwrap_err().contains("another build"));
        let far = packed([(7, Ran::Infeasible("no".into()))]);
        assert!(gathered.take(far).unwrap_err().contains("no run 7"));
    }

    #[test]
    fn of_a_damaged_parcel_nothing_is_taken_and_one_that_came_twice_is_kept_once() {
        let design = request(&[], 2).check().unwrap();
        let mut gathered = Gathered::of(&design);
        let whole = make(&order(&design, MANNER, 0..2), &never).unwrap().unwrap();
        let spoil = |spoil: &dyn Fn(&mut serde_json::Value)| {
            let mut parcel: serde_json::Value = serde_json::from_slice(&whole).unwrap();
            spoil(&mut parcel);
            serde_json::to_vec(&parcel).unwrap()
        };
        let row = |run: usize| format!("/runs/{run}/1/Row");
        // The second of two runs lacks a cell, is of no shape, or is one too many.
        let lacking = spoil(&|parcel| {
            parcel.pointer_mut(&(row(1) + "/cells")).unwrap().as_array_mut().unwrap().pop();
        });
        let shapeless = spoil(&|parcel| *parcel.pointer_mut(&(row(1) + "/shape")).unwrap() = 9.into());
        let far = spoil(&|parcel| *parcel.pointer_mut("/runs/1/0").unwrap() = 7.into());
        for damaged in [lacking, shapeless, far] {
            assert!(gathered.take(damaged).is_err());
            assert_eq!((gathered.missing(), gathered.tally), (2, Tally::default()));
        }
        gathered.take(whole.clone()).unwrap();
        gathered.take(whole).unwrap();
        assert_eq!((gathered.missing(), gathered.tally.done, gathered.parcels.len()), (0, 2, 1));
        assert!(gathered.table(&design, MANNER).is_ok());
    }
}
