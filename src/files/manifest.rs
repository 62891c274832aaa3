//! `manifest.json`: where a run's folder came from, enough to run it again, and what it holds.
//!
//! Nothing in it depends on the clock, the machine or the build profile: the same command gives the
//! same manifest. The one file it lists without a hash is `summary.json`, because that holds how
//! long the run took.

use super::parquet::Origin;
use results::keep::Keep;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a manifest calls the program that wrote it, and by which a run is known.
pub const PROGRAM: &str = "firesale";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`PROGRAM`].
    pub program: String,
    /// Version of the program that ran.
    pub build: String,
    /// See [`super::tables::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What to type to get this run again.
    pub command: String,
    pub seed: u64,
    /// `path=value`, as given and in that order.
    pub overrides: Vec<String>,
    /// By path, what stood in for what the world left out where the practice of a field decides.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    pub options: Options,
    /// Interrupted before its last tick.
    pub stopped: bool,
    /// Of all money and prices in the tables.
    pub currency: String,
    /// Whose clock its moments are by, where the world says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zone: Option<String>,
    pub files: Vec<FileEntry>,
    pub world: WorldSource,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    pub liquidation: bool,
    /// A second run without forced selling stands beside the first.
    pub counterfactual: bool,
    /// The larger tables that were kept.
    pub record: Vec<String>,
    pub charts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldSource {
    pub name: String,
    /// One of the worlds that are part of the program.
    pub built_in: bool,
    pub sha256: String,
    /// The world file as it was read, before overrides.
    pub text: String,
    /// Data files beside the world, with their hashes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub data: Vec<FileEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Relative to the folder, with `/`.
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<String>,
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same of what can be read, without holding all of it.
///
/// # Errors
/// What the system says.
pub fn sha256_of(mut from: impl std::io::Read) -> std::io::Result<String> {
    let mut sum = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match from.read(&mut part)? {
            0 => return Ok(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            read => sum.update(&part[..read]),
        }
    }
}

impl Manifest {
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        text.push('\n');
        text
    }

    /// As the files of its tables say it.
    pub fn origin(&self) -> Origin {
        Origin {
            version: self.build.clone(),
            world: self.world.name.clone(),
            sha256: self.world.sha256.clone(),
            seed: Some(self.seed),
            overrides: self.overrides.clone(),
            liquidation: self.options.liquidation,
            currency: self.currency.clone(),
            zone: self.zone.clone(),
        }
    }

    /// The folder name of this run under `output/<world>/`: `seed-1`, with eight digits of a hash
    /// behind it when anything besides the seed differs from a plain run of a built-in world. The
    /// text of a world that is not built in counts: an edited world gets a new folder.
    pub fn run_name(&self) -> String {
        let options = &self.options;
        let plain = Options { liquidation: true, counterfactual: false, record: Keep::ALL.names(), charts: true };
        if self.overrides.is_empty() && *options == plain && self.world.built_in {
            return format!("seed-{}", self.seed);
        }
        let world = if self.world.built_in { "" } else { self.world.sha256.as_str() };
        let data: Vec<&str> = match self.world.built_in {
            true => vec![],
            false => self.world.data.iter().filter_map(|file| file.sha256.as_deref()).collect(),
        };
        let identity = match data.is_empty() {
            true => serde_json::to_string(&(&self.overrides, options, world)),
            false => serde_json::to_string(&(&self.overrides, options, world, data)),
        };
        let identity = identity.expect("plain data");
        format!("seed-{}-{}", self.seed, &sha256(identity.as_bytes())[..8])
    }
}

/// A world's name as a folder name: whatever a stranger called the file, it stays one plain path
/// component. ASCII letters, digits, `.`, `_` and `-` stay; all else becomes `-`.
pub fn folder_name(world: &str) -> String {
    const LONGEST: usize = 64;
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    let name: String = world.chars().map(plain).take(LONGEST).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "world".into() } else { name.into() }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn plain() -> Manifest {
        Manifest {
            program: PROGRAM.into(),
            build: "0.1.0".into(),
            schema_version: crate::tables::SCHEMA_VERSION,
            command: "firesale run two-funds --seed 7".into(),
            seed: 7,
            overrides: Vec::new(),
            defaults: BTreeMap::new(),
            options: Options { liquidation: true, counterfactual: false, record: Keep::ALL.names(), charts: true },
            stopped: false,
            currency: "USD".into(),
            zone: None,
            files: vec![FileEntry { path: "summary.json".into(), rows: None, sha256: None }],
            world: WorldSource {
                name: "two-funds".into(),
                built_in: true,
                sha256: sha256(b"x"),
                text: "x".into(),
                data: vec![],
            },
        }
    }

    #[test]
    fn sha256_of_abc_is_the_published_one() {
        assert_eq!(sha256_of(&b"abc"[..]).unwrap(), sha256(b"abc"));
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_plain_run_is_named_by_its_seed_alone() {
        assert_eq!(plain().run_name(), "seed-7");
    }

    #[test]
    fn whatever_changes_the_content_changes_the_name() {
        let named = |change: fn(&mut Manifest)| {
            let mut manifest = plain();
            change(&mut manifest);
            manifest.run_name()
        };
        let names = [
            named(|_| ()),
            named(|m| m.overrides.push("traders.archegos.leverage=3".into())),
            named(|m| m.overrides.push("traders.archegos.leverage=4".into())),
            named(|m| m.options.liquidation = false),
            named(|m| m.options.counterfactual = true),
            named(|m| m.options.record.clear()),
            named(|m| m.options.charts = false),
            named(|m| m.world.built_in = false),
            named(|m| m.world = WorldSource { built_in: false, sha256: sha256(b"y"), ..m.world.clone() }),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name} is given twice");
            assert!(name.starts_with("seed-7"), "{name}");
        }
    }

    #[test]
    fn a_strangers_world_name_is_one_plain_path_component() {
        for (name, folder) in [
            ("archegos-2021", "archegos-2021"),
            ("..", "world"),
            ("../../etc/passwd", "-..-etc-passwd"),
            (".hidden", "hidden"),
            ("a b\\c\u{0}d", "a-b-c-d"),
            ("", "world"),
            ("Grüße", "Gr--e"),
        ] {
            assert_eq!(folder_name(name), folder);
        }
        assert_eq!(folder_name(&"x".repeat(300)).len(), 64);
    }

    #[test]
    fn a_manifest_comes_back_from_its_text() {
        let manifest = plain();
        assert_eq!(serde_json::from_str::<Manifest>(&manifest.to_json()).unwrap(), manifest);
    }
}
