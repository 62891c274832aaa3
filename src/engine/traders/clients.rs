//! Clients of an exchange, as many as there are: accounts on margin that hold what they hold and leave the rest to their
//! lender.
//!
//! - Members differ in their own money, in leverage, in what they hold and on which side: all of that is drawn once for the
//!   world, and is the same at every seed of a run.
//! - They come in pairs that hold the same, one the other way: of every contract as much is long as short.
//! - They neither trade nor pay in. What ends them is their lender, or that they are deleveraged.
//!
//! Who looks at its gains and closes is a `LeveragedHolder`; it costs the memory and the time of somebody who decides. A
//! client costs what its account does, so that a million of them fit on a laptop.
//!
//! Source: exchanges' published leverage tiers reach from 1 to 125 times (the brackets of Binance); money of clients is
//! heavy-tailed as wealth is. How much of either a world says.

use super::{Levered, Sizes};
use crate::crowd::MOST_POSITIONS;
use crate::stated::Stated;
use language::findings::Findings;
use language::read::Read;

/// No population of clients is larger than this.
pub const MOST_CLIENTS: u32 = 20_000_000;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// How many there are: an even number, for each has a twin that holds the same the other way.
    pub count: u32,
    /// Contracts that they hold.
    pub instruments: Vec<String>,
    /// How many of these each holds, in equal parts by value.
    pub positions: u32,
    /// What each starts with: `leverage` is the mean of what it holds, long and short, over its own money, before those who
    /// would have more than `most_leverage` are held to that.
    pub stake: Levered,
    /// How members' leverage is spread. Left out: all alike.
    #[read(default)]
    pub leverages: Option<Sizes>,
    /// Nobody has more leverage than this.
    #[read(within = 0.0..=1000.0)]
    pub most_leverage: f64,
    /// How far from the price at the start they opened their positions: the standard deviation of the logarithm. It decides
    /// who has a profit to be deleveraged for. Left out: all at the price of the start.
    #[read(default, within = 0.0..=3.0)]
    pub entries: f64,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        if self.count < 2 || !self.count.is_multiple_of(2) || self.count > MOST_CLIENTS {
            findings.add(
                format_args!("{path}.count"),
                format!("{} clients, who come in pairs", self.count),
                format!("give an even number from 2 to {MOST_CLIENTS}"),
            );
        }
        let all = self.instruments.len().min(MOST_POSITIONS) as u32;
        if !(1..=all).contains(&self.positions) && all > 0 {
            findings.add(
                format_args!("{path}.positions"),
                format!("each holds {} of {} contracts", self.positions, self.instruments.len()),
                format!("give a number from 1 to {all}"),
            );
        }
        if self.stake.leverage == 0.0 {
            findings.add(format_args!("{path}.stake.leverage"), "they would hold nothing", "give a leverage above 0");
        }
        if self.most_leverage < self.stake.leverage {
            findings.add(
                format_args!("{path}.most_leverage"),
                format!("nobody may have the {} that is the mean", self.stake.leverage),
                "let it be as much or more",
            );
        }
        if self.stake.venue.is_some() {
            findings.add(format_args!("{path}.stake.venue"), "they trade nowhere", "leave it out");
        }
        let drawn = [("stake.sizes", self.stake.sizes), ("leverages", self.leverages)];
        for (field, sizes) in drawn {
            if sizes.is_some_and(|sizes| !sizes.has_mean()) {
                findings.add(
                    format_args!("{path}.{field}"),
                    "drawn at this exponent they have no mean",
                    "give an exponent above 1",
                );
            }
        }
    }

    pub fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        super::contracts_alone(path, &self.instruments, "name a perpetual or a future", stated, findings);
    }
}
