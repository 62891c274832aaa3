//! What varies in a sweep, as it is written on the command line and in a sweep file.
//!
//! - `PATH=3,4,5`: these values.
//! - `PATH=2..6:5`: five values from 2 to 6, evenly.
//! - `PATH=2:6:0.5`: from 2 up to 6 in steps of a half.
//! - `PATH=log 1e6..1e9:4`: four values, each as many times the one before.
//! - `PATH=2..6` and `PATH=log 1e6..1e9`: anything between, for a sample.
//! - `PATH=...; PATH=...`: two paths that move together; `PATH; PATH=...`: two that have the same values.
//!
//! Both ends of a range are part of it, and may have a unit of time: `5m..30m:6`.

use super::split::{outside, split_values};
use ground::ops::{exp, ln};
use language::text::Override;

/// More values of one path than anyone waits for.
const MOST_VALUES: u32 = 1_000_000;

/// Paths that move together.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub lanes: Vec<Lane>,
}

/// One path and what it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    pub path: String,
    pub spread: Spread,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    Values(Vec<String>),
    /// Anything between: only a sample can draw from it.
    Range(Range),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub low: f64,
    pub high: f64,
    pub log: bool,
    /// `m` of `5m`, or nothing.
    pub unit: String,
    /// Only whole numbers may stand there.
    pub whole: bool,
}

impl Axis {
    /// Reads the argument of `--vary`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut lanes: Vec<Lane> = Vec::new();
        let mut waiting: Vec<&str> = Vec::new();
        for part in outside(text, ';')? {
            let Some((path, spread)) = part.split_once('=') else {
                waiting.push(part.trim());
                continue;
            };
            let (path, spread) = (path.trim(), spread.trim());
            if path.is_empty() || spread.is_empty() {
                return Err(format!("\"{part}\" lacks a path or values; {HOW}"));
            }
            let spread = Spread::read(spread)?;
            let lane = |path: &str| Lane { path: path.to_owned(), spread: spread.clone() };
            lanes.extend(waiting.drain(..).map(lane));
            lanes.push(lane(path));
        }
        if !waiting.is_empty() || lanes.is_empty() || lanes.iter().any(|lane| lane.path.is_empty()) {
            return Err(format!("\"{text}\" has a path without values; {HOW}"));
        }
        Ok(Self { lanes })
    }

    /// Whether its paths have as many values each.
    pub(super) fn is_even(&self) -> bool {
        let count = |lane: &Lane| lane.spread.count();
        self.lanes.iter().all(|lane| count(lane) == count(&self.lanes[0]))
    }

    /// How many values its paths have; nothing for a range without a number of steps.
    pub fn count(&self) -> Option<usize> {
        self.lanes.iter().find_map(|lane| match &lane.spread {
            Spread::Values(values) => Some(values.len()),
            Spread::Range(_) => None,
        })
    }
}

const HOW: &str = "write PATH=A,B,C, PATH=LOW..HIGH:N or PATH=LOW:HIGH:STEP";

impl Spread {
    /// Reads what stands behind the path.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let (log, rest) = match text.strip_prefix("log ") {
            Some(rest) => (true, rest.trim()),
            None => (false, text.trim()),
        };
        if let Some((low, beyond)) = rest.split_once("..")
            && let Some(low) = Quantity::read(low)
        {
            let (high, count) = match beyond.split_once(':') {
                Some((high, count)) => (high, Some(count)),
                None => (beyond, None),
            };
            return range(text, low, high, count, log);
        }
        if log {
            return Err(format!("`{text}` is no range; write log LOW..HIGH:N"));
        }
        if let [low, high, step] = rest.split(':').collect::<Vec<_>>()[..]
            && let (Some(low), Some(high), Some(step)) =
                (Quantity::read(low), Quantity::read(high), Quantity::read(step))
        {
            return steps(text, &low, &high, &step);
        }
        Ok(Self::Values(split_values(rest)?))
    }
}

/// A number and its unit of time.
struct Quantity {
    number: f64,
    unit: String,
}

impl Quantity {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.trim_end_matches(['s', 'm', 'h', 'd']);
        let unit = &text[digits.len()..];
        let number = number(digits).filter(|_| unit.len() < 2)?;
        Some(Self { number, unit: unit.to_owned() })
    }
}

/// A number as a world file writes it.
pub fn number(text: &str) -> Option<f64> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let number: f64 = if plain { text.replace('_', "").parse().ok()? } else { return None };
    number.is_finite().then_some(number)
}

fn range(text: &str, low: Quantity, high: &str, count: Option<&str>, log: bool) -> Result<Spread, String> {
    let high = Quantity::read(high).ok_or_else(|| format!("`{text}` has no upper end; write LOW..HIGH:N"))?;
    same_unit(text, &[&low, &high])?;
    let (low, high, unit) = (low.number, high.number, low.unit);
    if low >= high {
        return Err(format!("`{text}` ends before it begins; write the lower end first"));
    }
    if log && low <= 0.0 {
        return Err(format!("`{text}` is logarithmic and begins at {low}; begin above 0"));
    }
    let range = Range { low, high, log, unit, whole: false };
    let Some(count) = count else { return Ok(Spread::Range(range)) };
    let count: u32 = count.trim().parse().ok().filter(|count| (2..=MOST_VALUES).contains(count)).ok_or_else(|| {
        format!("`{text}` has no number of values behind the colon; give a whole number from 2 to {MOST_VALUES}")
    })?;
    let value = |place: u32| range.at(f64::from(place) / f64::from(count - 1));
    distinct(text, (0..count).map(value).collect())
}

fn steps(text: &str, low: &Quantity, high: &Quantity, step: &Quantity) -> Result<Spread, String> {
    same_unit(text, &[low, high, step])?;
    if step.number <= 0.0 || low.number > high.number {
        return Err(format!("`{text}` has no step up from its lower end; write LOW:HIGH:STEP"));
    }
    // A step that meets the upper end but for a rounding error meets it.
    let count = ((high.number - low.number) / step.number + 1e-9).floor();
    if count >= f64::from(MOST_VALUES) {
        return Err(format!("`{text}` has more than {MOST_VALUES} steps; give a larger step"));
    }
    let value = |place: u32| written(rounded(low.number + f64::from(place) * step.number), &low.unit, false);
    distinct(text, (0..=count as u32).map(value).collect())
}

fn same_unit(text: &str, all: &[&Quantity]) -> Result<(), String> {
    if all.iter().all(|quantity| quantity.unit == all[0].unit) {
        return Ok(());
    }
    Err(format!("`{text}` has ends in different units; write both in one"))
}

fn distinct(text: &str, values: Vec<String>) -> Result<Spread, String> {
    match values.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("`{text}` has `{}` twice; give fewer values", pair[0])),
        None => Ok(Spread::Values(values)),
    }
}

impl Spread {
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Self::Values(values) => Some(values.len()),
            Self::Range(_) => None,
        }
    }

    /// So far along, from 0 to below 1.
    pub(super) fn at(&self, share: f64) -> String {
        match self {
            Self::Values(values) => values[((share * values.len() as f64) as usize).min(values.len() - 1)].clone(),
            Self::Range(range) => range.at(share),
        }
    }

    /// Whether all that it may be are numbers.
    pub(super) fn is_numeric(&self) -> bool {
        match self {
            Self::Values(values) => values.iter().all(|value| number(value).is_some()),
            Self::Range(range) => range.unit.is_empty(),
        }
    }
}

impl Axis {
    pub(super) fn at(&self, share: f64) -> Vec<Override> {
        let own = |lane: &Lane| Override { path: lane.path.clone(), value: lane.spread.at(share) };
        self.lanes.iter().map(own).collect()
    }

    /// The values at a place of its lists.
    pub(super) fn value(&self, place: usize) -> Vec<Override> {
        let own = |lane: &Lane| {
            let value = match &lane.spread {
                Spread::Values(values) => values[place].clone(),
                Spread::Range(range) => range.at(0.0),
            };
            Override { path: lane.path.clone(), value }
        };
        self.lanes.iter().map(own).collect()
    }
}

impl Range {
    /// What lies so far along: 0 is the lower end, 1 the upper.
    pub fn at(&self, share: f64) -> String {
        if self.whole && share > 0.0 && share < 1.0 {
            return written(self.whole_at(share), &self.unit, true);
        }
        let Self { low, high, log, .. } = *self;
        // The ends are what was written, to the digit.
        let number = if share <= 0.0 {
            low
        } else if share >= 1.0 {
            high
        } else if log {
            rounded(exp(ln(low) + share * (ln(high) - ln(low))))
        } else {
            rounded(low + share * (high - low))
        };
        written(number, &self.unit, self.whole)
    }
}

impl Range {
    /// Each whole number has as long a stretch as any other, the two at the ends too.
    fn whole_at(&self, share: f64) -> f64 {
        let (low, high) = (self.low.round(), self.high.round());
        let along = match self.log {
            true => exp(ln(low) + share * (ln(high + 1.0) - ln(low))),
            false => low + share * (high + 1.0 - low),
        };
        along.floor().clamp(low, high)
    }
}

/// To twelve digits: a tenth is `0.3` and not `0.30000000000000004`.
fn rounded(number: f64) -> f64 {
    format!("{number:.11e}").parse().expect("a number as it is written")
}

/// Lengths of time are whole.
fn written(number: f64, unit: &str, whole: bool) -> String {
    let number = if whole || !unit.is_empty() { number.round() } else { number };
    let number = if number == 0.0 { 0.0 } else { number };
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e15).contains(&size) { format!("{number:e}{unit}") } else { format!("{number}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        match Spread::read(text) {
            Ok(Spread::Values(values)) => values,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn values_are_listed_or_spread_evenly_or_by_steps_or_by_factors() {
        assert_eq!(values("3, 5,8"), ["3", "5", "8"]);
        assert_eq!(values("2..6:5"), ["2", "3", "4", "5", "6"]);
        assert_eq!(values("0.1..0.4:4"), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(values("0:1:0.25"), ["0", "0.25", "0.5", "0.75", "1"]);
        assert_eq!(values("0:1:0.3"), ["0", "0.3", "0.6", "0.9"]);
        assert_eq!(values("log 1e6..1e9:4"), ["1000000", "10000000", "100000000", "1000000000"]);
        assert_eq!(values("-1..1:3"), ["-1", "0", "1"]);
        assert_eq!(values("5m..30m:6"), ["5m", "10m", "15m", "20m", "25m", "30m"]);
        assert_eq!(values("Rate(im: 0.1, mm: 0.05),Unmargined").len(), 2);
        assert_eq!(values("09:30,10:00"), ["09:30", "10:00"]);
    }

    #[test]
    fn a_range_without_a_number_is_left_to_a_sample() {
        let Ok(Spread::Range(range)) = Spread::read("log 1..100") else { panic!() };
        assert_eq!([range.at(0.0), range.at(0.5), range.at(1.0)], ["1", "10", "100"]);
        let whole = Range { whole: true, log: false, ..range };
        assert_eq!(whole.at(0.333), "34");
        // Of three whole numbers each has a third.
        let three = Range { low: 10.0, high: 12.0, ..whole };
        let drawn = |place: u32| three.at((f64::from(place) + 0.5) / 300.0);
        let times = |number: &str| (0..300).filter(|place| drawn(*place) == number).count();
        assert_eq!(["10", "11", "12"].map(times), [100; 3]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for wrong in ["6..2:3", "2..6:1", "2..6:x", "2..", "log 0..1:3", "log 3,4", "0:1:0", "1:0:0.1", "1m..2h:3"] {
            assert!(Spread::read(wrong).is_err(), "{wrong}");
        }
        assert!(Spread::read("1m..2m:9").unwrap_err().contains("twice"));
        assert!(Spread::read("0:1:1e-9").unwrap_err().contains("larger step"));
    }

    #[test]
    fn paths_move_together() {
        let axis = Axis::read("a.x=1,2; b.y=3,4").unwrap();
        let paths: Vec<&str> = axis.lanes.iter().map(|lane| lane.path.as_str()).collect();
        assert_eq!((paths, axis.count()), (vec!["a.x", "b.y"], Some(2)));
        let same = Axis::read("a.x; b.y=1..3:3").unwrap();
        assert_eq!(same.lanes[0].spread, same.lanes[1].spread);
        assert_eq!(Axis::read("a.x=\"p;q\",\"r\"").unwrap().count(), Some(2));
        for wrong in ["a.x", "a.x=1;b", ";a=1", "=1", "a=", ""] {
            assert!(Axis::read(wrong).is_err(), "{wrong}");
        }
    }
}
