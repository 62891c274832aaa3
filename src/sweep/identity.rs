//! What a sweep is of: enough to do it again, and to tell whether two are the same.
//!
//! It stands in the head of a journal, in the metadata of the table and beside it. Nothing in it depends on the clock, the
//! machine or the number of jobs.

use super::design::{Design, Seeds};
use super::request::words_of_rule;
use super::spread::{Range, Spread};
use super::work::Manner;
use files::contents::SERIES_WITHOUT;
use files::manifest::{FileEntry, PROGRAM, WorldSource, sha256};
use files::parquet::Origin as FileOrigin;
use files::tables::SCHEMA_VERSION;
use serde::{Deserialize, Serialize};
use world::Origin;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Always [`PROGRAM`].
    pub program: String,
    pub build: String,
    pub schema_version: u32,
    pub currency: String,
    /// `path=value`, shared by all runs.
    pub overrides: Vec<String>,
    pub liquidation: bool,
    pub counterfactual: bool,
    /// Series that are kept of each run, beside the table.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub record: Vec<String>,
    pub design: DesignText,
    /// `2/4`; absent for the whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<Shard>,
    pub world: WorldSource,
}

/// A design as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DesignText {
    /// Paths of one entry move together.
    pub vary: Vec<Vec<VariedText>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sample: Option<SampleText>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub against: Vec<String>,
    /// What the rules change, where their names do not say it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<String>,
    pub seeds: SeedsText,
    pub runs: usize,
    /// What to show first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub figures: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariedText {
    pub path: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub values: Vec<String>,
    /// `2..6`, `log 1..10`: what a sample drew from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub range: Option<String>,
    /// What a reader is told of it; empty: its path.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub label: String,
    /// And of its values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub value_labels: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleText {
    pub method: String,
    pub points: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SeedsText {
    From { first: u64, count: u32 },
    Listed(Vec<u64>),
}

/// The k-th of n parts of a design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub part: u32,
    pub of: u32,
}

impl Shard {
    /// Whether a run of the whole belongs to it: runs are dealt out in turn, so that all parts take about as long.
    pub fn has(self, run: usize) -> bool {
        run % self.of as usize == self.part as usize - 1
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let both = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        both.filter(|(part, of)| (1..=*of).contains(part))
            .map(|(part, of)| Self { part, of })
            .ok_or_else(|| format!("`{text}` is no part of a whole; write 1/4 for the first of four"))
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl Identity {
    pub fn of(design: &Design, manner: Manner, shard: Option<Shard>) -> Self {
        let Manner { liquidation, counterfactual, record, jobs: _ } = manner;
        let request = design.request();
        let source = &request.source;
        let data = design.like.data.iter().map(|(path, sha256)| FileEntry {
            path: path.clone(),
            rows: None,
            sha256: Some(sha256.clone()),
        });
        let varied = |lane: &super::spread::Lane| {
            let label = request.labels.iter().find(|label| label.path == lane.path);
            let (values, range) = match &lane.spread {
                Spread::Values(values) => (values.clone(), None),
                Spread::Range(range) => (Vec::new(), Some(range_words(range))),
            };
            VariedText {
                path: lane.path.clone(),
                values,
                range,
                label: label.map(|label| label.says.clone()).unwrap_or_default(),
                value_labels: label.map(|label| label.values.clone()).unwrap_or_default(),
            }
        };
        let changes: Vec<String> = request.against.iter().map(|rule| words_of_rule(&rule.changes)).collect();
        let against: Vec<String> = request.against.iter().map(|rule| rule.name.clone()).collect();
        Self {
            program: PROGRAM.into(),
            build: env!("CARGO_PKG_VERSION").into(),
            schema_version: SCHEMA_VERSION,
            currency: design.like.currency.clone(),
            overrides: request.set.iter().map(|set| format!("{}={}", set.path, set.value)).collect(),
            liquidation,
            counterfactual,
            record: record.names(),
            design: DesignText {
                vary: request.vary.iter().map(|axis| axis.lanes.iter().map(varied).collect()).collect(),
                sample: request
                    .sample
                    .map(|sample| SampleText { method: sample.method.word().into(), points: sample.points }),
                changes: if changes == against { Vec::new() } else { changes },
                against,
                seeds: match design.seeds() {
                    Seeds::From { first, count } => SeedsText::From { first: *first, count: *count },
                    Seeds::Listed(seeds) => SeedsText::Listed(seeds.clone()),
                },
                runs: design.len(),
                figures: request.figures.clone(),
            },
            shard,
            world: WorldSource {
                name: source.name.clone(),
                built_in: source.origin == Origin::BuiltIn,
                sha256: sha256(source.text.as_bytes()),
                text: source.text.clone(),
                data: data.collect(),
            },
        }
    }

    /// In what another differs, in words; nothing when they are the same sweep. What is shown of it first does not count.
    pub fn differs_from(&self, other: &Self) -> Option<String> {
        let bare = |design: &DesignText| {
            let mut own = DesignText { figures: Vec::new(), ..design.clone() };
            for varied in own.vary.iter_mut().flatten() {
                (varied.label, varied.value_labels) = (String::new(), Vec::new());
            }
            own
        };
        let (mine, theirs) = (bare(&self.design), bare(&other.design));
        let says = if self.build != other.build || self.schema_version != other.schema_version {
            format!("of another build ({} and not {})", other.build, self.build)
        } else if self.world.name != other.world.name {
            format!("of another world ({} and not {})", other.world.name, self.world.name)
        } else if self.world != other.world || self.currency != other.currency {
            format!("of another text of the world {}", self.world.name)
        } else if self.overrides != other.overrides {
            format!("with other overrides ({} and not {})", list(&other.overrides), list(&self.overrides))
        } else if mine.vary != theirs.vary || mine.sample != theirs.sample {
            format!("over other values ({} and not {})", paths(&theirs), paths(&mine))
        } else if mine.against != theirs.against || mine.changes != theirs.changes {
            format!("against other rules ({} and not {})", list(&theirs.against), list(&mine.against))
        } else if mine.seeds != theirs.seeds {
            "over other seeds".to_owned()
        } else if (self.liquidation, self.counterfactual) != (other.liquidation, other.counterfactual) {
            "with or without liquidation where this is not".to_owned()
        } else if self.record != other.record {
            format!("with other series ({} and not {})", list(&other.record), list(&self.record))
        } else if self.shard != other.shard {
            let words = |shard: Option<Shard>| shard.map_or("the whole".to_owned(), |shard| format!("part {shard}"));
            format!("{} and not {}", words(other.shard), words(self.shard))
        } else {
            return None;
        };
        Some(says)
    }

    /// The tables that each run leaves beside the table.
    pub fn series(&self) -> Vec<String> {
        let mut all = self.record.clone();
        if self.counterfactual && self.record.iter().any(|table| table == "prices") {
            all.push(SERIES_WITHOUT.into());
        }
        all
    }

    /// Whose series of a run are, as their files say. What was varied stands in their columns.
    pub fn origin(&self, design: &Design, run: usize) -> FileOrigin {
        FileOrigin {
            version: self.build.clone(),
            world: self.world.name.clone(),
            sha256: self.world.sha256.clone(),
            seed: Some(design.job(run).seed),
            overrides: self.overrides.clone(),
            liquidation: self.liquidation,
            currency: self.currency.clone(),
            zone: design.like.zone.clone(),
        }
    }

    /// How many rows its table has.
    pub fn rows(&self) -> usize {
        let runs = self.design.runs;
        self.shard.map_or(runs, |shard| (0..runs).filter(|run| shard.has(*run)).count())
    }

    /// All varied paths, in the order of their columns.
    pub fn paths(&self) -> impl Iterator<Item = &VariedText> {
        self.design.vary.iter().flatten()
    }
}

fn list(words: &[String]) -> String {
    if words.is_empty() { "none".into() } else { words.join(", ") }
}

fn paths(design: &DesignText) -> String {
    let all = design.vary.iter().flatten().map(|varied| {
        let range = varied.range.clone();
        format!("{}={}", varied.path, range.unwrap_or_else(|| short(&varied.values)))
    });
    let mut all: Vec<String> = all.collect();
    all.extend(design.sample.iter().map(|sample| format!("{} points of {}", sample.points, sample.method)));
    list(&all)
}

/// Not more than a line of them.
fn short(values: &[String]) -> String {
    match values {
        [first, .., last] if values.len() > 6 => format!("{first},...,{last}"),
        _ => values.join(","),
    }
}

fn range_words(range: &Range) -> String {
    let log = if range.log { "log " } else { "" };
    format!("{log}{}..{}", range.at(0.0), range.at(1.0))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::sweep::design::tests::{LEVERAGE, request};
    use results::keep::Keep;

    pub fn identity(vary: &[&str], seeds: u32) -> Identity {
        let manner = Manner { liquidation: true, counterfactual: false, record: Keep::NOTHING, jobs: 1 };
        Identity::of(&request(vary, seeds).check().unwrap(), manner, None)
    }

    #[test]
    fn two_sweeps_are_the_same_or_it_is_said_in_what_they_differ() {
        let vary = format!("{LEVERAGE}=3,5");
        let own = identity(&[&vary], 2);
        assert_eq!(own.differs_from(&identity(&[&vary], 2)), None);
        let changed = |change: fn(&mut Identity)| {
            let mut other = own.clone();
            change(&mut other);
            own.differs_from(&other).unwrap()
        };
        assert!(own.differs_from(&identity(&[&vary], 3)).unwrap().contains("seeds"));
        assert!(own.differs_from(&identity(&[], 2)).unwrap().contains("other values (none and not"));
        assert!(changed(|other| other.build = "9".into()).contains("another build (9"));
        assert!(changed(|other| other.world.name = "x".into()).contains("another world (x"));
        assert!(changed(|other| other.world.text.push(' ')).contains("another text"));
        assert!(changed(|other| other.overrides.push("a=1".into())).contains("overrides (a=1 and not none)"));
        assert!(changed(|other| other.counterfactual = true).contains("liquidation"));
        assert!(changed(|other| other.record.push("prices".into())).contains("other series (prices and not none)"));
        assert!(changed(|other| other.shard = Some("1/2".parse().unwrap())).contains("part 1/2 and not the whole"));
        let json = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<Identity>(&json).unwrap(), own);
    }

    #[test]
    fn parts_make_up_the_whole() {
        let shards: Vec<Shard> = ["1/3", "2/3", "3/3"].iter().map(|text| text.parse().unwrap()).collect();
        assert!((0..20).all(|run| shards.iter().filter(|shard| shard.has(run)).count() == 1));
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
