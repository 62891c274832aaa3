//! What a world says of a lender's collateral, and what is wrong with it.

#![expect(clippy::float_arithmetic, reason = "the edge where a world file is read")]

use super::{Collateral, Item, MOST_TIERS, Tier};
use ground::units::Rate;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// How a lender counts what its clients own.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct CollateralFile {
    /// By spot instrument. What stands here is collateral; its haircut is its margin.
    pub items: Named<ItemFile>,
    /// For every spot instrument that `items` does not name. Left out: those are positions, which count in full and need
    /// margin by the model.
    #[read(default)]
    pub other: Option<ItemFile>,
    /// Tier 1, tier 2, and so on: the share of the pool that a tier's items together may be. Left out: no tiers.
    #[read(default, within = 0.0..=1.0)]
    pub tiers: Vec<f64>,
    /// On top of the haircut of what is `foreign`. Left out: 0.
    #[read(default, within = 0.0..=1.0)]
    pub foreign_haircut: f64,
    /// The share of the pool that the lender's own tokens together may be. Left out: 0, they count for nothing.
    #[read(default, within = 0.0..=1.0)]
    pub own_tokens: f64,
}

#[derive(Clone, Debug, PartialEq, Read)]
pub struct ItemFile {
    /// The share of the value that does not count. Left out: 0.
    #[read(default, within = 0.0..=1.0)]
    pub haircut: f64,
    /// Number of the tier in `tiers`, from 1. Left out: it is in none.
    #[read(default)]
    pub tier: Option<u8>,
    /// The share of the pool that this item may be. Left out: all of it.
    #[read(default = "whole", within = 0.0..=1.0)]
    pub cap: f64,
    /// Whether it counts at all. Left out: it does.
    #[read(default = "yes")]
    pub accepted: bool,
    /// Another currency, or something denominated in one. Left out: it is not.
    #[read(default)]
    pub foreign: bool,
    /// Issued by the lender or its group: limited by `own_tokens`. Left out: it is not.
    #[read(default)]
    pub own_token: bool,
    /// Whether the model asks for margin on it as well, as on a position. Left out: its haircut is its margin.
    #[read(default)]
    pub margined: bool,
}

fn whole() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

impl CollateralFile {
    /// In whole numbers, for instruments by name, each with whether it is owned outright. What is out of range is for
    /// `check` to report.
    pub fn plan<'a>(&self, instruments: impl Iterator<Item = (&'a str, bool)>) -> Collateral {
        let item = |(name, owned): (&str, bool)| {
            let item = self.items.get(name).or(self.other.as_ref()).filter(|_| owned)?;
            Some(item.plan(self.foreign_haircut))
        };
        Collateral {
            items: instruments.map(item).collect(),
            tier_limits: self.tiers.iter().take(MOST_TIERS).map(|limit| share(*limit)).collect(),
            own_limit: share(self.own_tokens),
        }
    }

    /// The numbers, and that what is named is owned outright. That it exists is for the caller to check.
    pub fn check(&self, path: &str, is_contract: &dyn Fn(&str) -> bool, findings: &mut Findings) {
        if self.tiers.len() > MOST_TIERS {
            findings.add(
                format_args!("{path}.tiers"),
                format!("there are {} tiers, and a lender may have {MOST_TIERS}", self.tiers.len()),
                "put items of like limits into one tier",
            );
        }
        for (name, item) in self.items.iter() {
            let path = format!("{path}.items.{name}");
            item.check(&path, self.tiers.len(), findings);
            if is_contract(name) {
                findings.add(
                    path,
                    format!("{name} is a contract, and only what is owned outright can be collateral"),
                    "name a spot instrument; what contracts gain counts in full",
                );
            }
        }
        if let Some(item) = &self.other {
            item.check(&format!("{path}.other"), self.tiers.len(), findings);
        }
    }
}

impl ItemFile {
    fn plan(&self, foreign_haircut: f64) -> Item {
        let haircut = self.haircut + if self.foreign { foreign_haircut } else { 0.0 };
        Item {
            haircut: if self.accepted { share(haircut) } else { Rate::ONE },
            cap: share(self.cap),
            tier: match self.tier {
                _ if self.own_token => Tier::OwnToken,
                Some(number @ 1..) if usize::from(number) <= MOST_TIERS => Tier::Nth(number - 1),
                _ => Tier::None,
            },
            margined: self.margined,
        }
    }

    fn check(&self, path: &str, tiers: usize, findings: &mut Findings) {
        if let Some(tier) = self.tier {
            let (reason, remedy) = if tier == 0 || usize::from(tier) > tiers {
                (format!("there is no tier {tier} among {tiers}"), "give its limit in `tiers`, or leave `tier` out")
            } else if self.own_token {
                ("own tokens are a tier of their own".to_string(), "leave `tier` out; `own_tokens` is their limit")
            } else {
                return;
            };
            findings.add(format_args!("{path}.tier"), reason, remedy);
        }
    }
}

/// Between nothing and all.
fn share(number: f64) -> Rate {
    Rate::from_f64(number).unwrap_or_default().clamp(Rate::ZERO, Rate::ONE)
}
