//! Margin modes: which of an account's positions stand in for each other.
//!
//! - `Cross`: one pool. A gain carries a loss; a loss may take everything.
//! - `Isolated`: a pool for each instrument, with its own cash. A loss takes that pool and no more; a gain
//!   elsewhere does not help.
//! - `Segmented`: a pool for each group of instruments that the lender names, and one called `other`
//!   for the rest.
//!
//! A pool *is* an account. A client's account at a lender is divided when the world is built, so that everything
//! downstream (calls, liquidation, waterfall) knows only accounts and works alike in every mode.
//! The account's equity goes to the pools in proportion to the initial margin of what is in them (of collateral, its
//! haircut), or where none asks for any to the value of their positions, rounded down, and the rest to the first by name. A
//! pool without positions gets nothing. After that nothing flows between pools but through
//! the client: a firm may pay any pool's call from its treasury, and what a closed pool leaves returns there.

use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use std::collections::BTreeMap;

/// How a lender pools the positions of a client.
#[derive(Clone, Debug, Default, PartialEq, Read)]
pub enum ModeFile {
    #[default]
    Cross,
    Isolated,
    /// Groups of instruments by name, each a pool.
    Segmented {
        groups: Named<Vec<String>>,
    },
}

/// The pool of what no group names.
const REST: &str = "other";

/// How a client's instruments fall into pools. By name, in order of their first instrument.
pub type Pools = Vec<(String, Vec<usize>)>;

impl ModeFile {
    /// The pools of these instruments, by their places in the list. One pool in cross mode, whatever is held.
    pub fn pools<'a>(&'a self, instruments: impl Iterator<Item = &'a str>) -> Pools {
        let mut of_instrument = BTreeMap::new();
        if let Self::Segmented { groups } = self {
            of_instrument
                .extend(groups.iter().flat_map(|(group, named)| named.iter().map(move |name| (name.as_str(), group))));
        }
        let mut pools: Pools = Vec::new();
        for (place, instrument) in instruments.enumerate() {
            let pool = match self {
                Self::Cross => "",
                Self::Isolated => instrument,
                Self::Segmented { .. } => of_instrument.get(instrument).copied().unwrap_or(REST),
            };
            match pools.iter_mut().find(|(name, _)| name == pool) {
                Some((_, places)) => places.push(place),
                None => pools.push((pool.to_string(), vec![place])),
            }
        }
        pools
    }

    /// Groups that contradict each other. That what they name exists is for the caller to check.
    pub fn check(&self, path: &str, findings: &mut Findings) {
        let Self::Segmented { groups } = self else { return };
        let mut grouped: BTreeMap<&str, &str> = BTreeMap::new();
        for (group, instruments) in groups.iter() {
            if group == REST {
                findings.add(
                    format_args!("{path}.segmented.groups.{group}"),
                    format!("\"{REST}\" is the pool of what no group names"),
                    "give the group another name",
                );
            }
            for (index, instrument) in instruments.iter().enumerate() {
                if let Some(before) = grouped.insert(instrument, group) {
                    findings.add(
                        format_args!("{path}.segmented.groups.{group}[{index}]"),
                        format!("\"{instrument}\" already stands in group \"{before}\""),
                        "name each instrument in one group, once",
                    );
                }
            }
        }
    }

    /// Every instrument named, with the place where it stands.
    pub fn instruments<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (String, &'a str)> {
        let groups = match self {
            Self::Segmented { groups } => Some(groups),
            Self::Cross | Self::Isolated => None,
        };
        groups.into_iter().flat_map(Named::iter).flat_map(move |(group, named)| {
            let place = move |index| format!("{path}.segmented.groups.{group}[{index}]");
            named.iter().enumerate().map(move |(index, name)| (place(index), name.as_str()))
        })
    }
}
