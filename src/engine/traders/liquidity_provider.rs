//! A liquidity provider: has a share of what lies in a pool, and takes it out or adds to it.
//!
//! - At the start `share` of the pool is each member's. What no member has belongs to providers who never come or go.
//! - Its rule is a list of moves. Each is made once, at the first look at which its condition holds: from a moment on, or
//!   once the pool's own price stands below or above one.
//! - It leaves with a part of its shares in both of what lies there, in the instrument alone or in money alone; it adds no
//!   more than it has. What it has taken out it keeps in its account.
//! - While the pool's venue is halted nothing is taken out or added; it is done when it opens again.
//!
//! So a pool can lose its liquidity while books trade the same thing: the price of the pool then gives way to a sale that
//! it would have taken before. What it has in the pool is not in its account, and not in its equity; so its account is with a
//! lender that lends nothing.
//!
//! Source: the providers' side of the contracts named in [`mechanics::pool`].

use super::desk::{Balance, LegFile, Role};
use super::eyes::ticks_in;
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Wake, check_count};
use crate::stated::Stated;
use bevy_ecs::prelude::Component;
use ground::moments::Moment;
use ground::rng::{Stream, uniform};
use ground::units::{Cash, Lots, Price, Span, Time};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use mechanics::pool::{Provision, START, Takes};

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    /// The instrument, and the venue on which its pool lies.
    pub pool: LegFile,
    /// Each member's part of the pool at the start.
    #[read(within = 0.0..=1.0)]
    pub share: f64,
    /// Of each member, by lender.
    pub accounts: Named<Balance>,
    /// What it does, and when.
    pub moves: Vec<MoveFile>,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
}

/// Something that it does once.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct MoveFile {
    pub when: WhenFile,
    pub does: DoesFile,
}

/// When it is done.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum WhenFile {
    /// From this moment on.
    From(Moment),
    /// Once the pool's price stands lower than this.
    Below(f64),
    /// Once it stands higher.
    Above(f64),
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum DoesFile {
    /// Takes a part of what it has in the pool out of it.
    Leaves {
        #[read(within = 1e-9..=1.0)]
        part: f64,
        /// Left out: both.
        #[read(default)]
        takes: Takes,
    },
    /// Adds units, and money in the currency of the world.
    Adds {
        #[read(not_negative)]
        units: f64,
        #[read(not_negative)]
        money: f64,
    },
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.moves.is_empty() {
            findings.add(format_args!("{path}.moves"), "it would do nothing", "say when it leaves, or what it adds");
        }
        for (index, own) in self.moves.iter().enumerate() {
            let path = format!("{path}.moves[{index}]");
            if let WhenFile::Below(price) | WhenFile::Above(price) = own.when {
                findings.positive(format_args!("{path}.when"), price);
            }
            match own.does {
                DoesFile::Leaves { .. } => {
                    if self.share <= 0.0 && !self.adds_before(index) {
                        let reason = "it has nothing in the pool by then";
                        findings.add(
                            format_args!("{path}.does.leaves"),
                            reason,
                            "give it a `share`, or let it add first",
                        );
                    }
                }
                DoesFile::Adds { units, money } => {
                    if units <= 0.0 && money <= 0.0 {
                        findings.add(
                            format_args!("{path}.does.adds"),
                            "nothing is added",
                            "give units, money, or both",
                        );
                    }
                }
            }
        }
    }

    fn check_among(&self, path: &str, stated: &Stated<'_>, findings: &mut Findings) {
        let Some(instrument) = stated.terms.get(&self.pool.instrument) else { return };
        let venue_of = |leg: &'_ LegFile| leg.venue.clone().or_else(|| instrument.venues().first().cloned());
        let Some(venue) = venue_of(&self.pool) else { return };
        if instrument.pool(&venue).is_none() {
            let reason = format!("\"{}\" has no pool on \"{venue}\"", self.pool.instrument);
            let remedy = "name the venue of a pool, or state one in `pools` of the instrument";
            findings.add(format_args!("{path}.pool.venue"), reason, remedy);
            return;
        }
        let at = |own: &(&LegFile, f64)| {
            own.0.instrument == self.pool.instrument && venue_of(own.0).as_ref() == Some(&venue)
        };
        let shares = stated.populations.iter().filter_map(|(_, trader)| trader.joins()?.provides());
        let all: f64 = shares.filter(at).map(|(_, share)| share).sum();
        if all > 1.0 + 1e-9 {
            let reason = format!("providers of \"{}\" have {all} of the pool in all", self.pool.instrument);
            findings.add(format_args!("{path}.share"), reason, "let the shares of all members add up to 1 or less");
        }
    }

    fn legs(&self) -> Vec<Role<'_>> {
        vec![self.pool.role("pool")]
    }

    fn provides(&self) -> Option<(&LegFile, f64)> {
        Some((&self.pool, self.share * f64::from(self.count)))
    }

    fn count(&self) -> u32 {
        self.count
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        Vec::new()
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Accounts(&self.accounts)
    }
}

impl Params {
    fn adds_before(&self, index: usize) -> bool {
        self.moves[..index].iter().any(|earlier| matches!(earlier.does, DoesFile::Adds { .. }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    From(Time),
    Below(Price),
    Above(Price),
}

impl When {
    fn holds(self, now: Time, price: Price) -> bool {
        match self {
            Self::From(moment) => now >= moment,
            Self::Below(edge) => price < edge,
            Self::Above(edge) => price > edge,
        }
    }
}

#[derive(Clone, Debug, Component)]
pub struct LiquidityProvider {
    /// Those that it has not made yet.
    moves: Vec<(When, Provision)>,
    /// In ticks.
    every: u32,
}

impl Behaviour for LiquidityProvider {
    type Params = Params;
    const KIND: Kind = Kind::LiquidityProvider;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let (about, plan) = (birth.about, birth.plan);
        let minor = ground::ops::powf(10.0, f64::from(plan.currency.decimals));
        let own = |own: &MoveFile| {
            let when = match &own.when {
                WhenFile::From(moment) => When::From(moment.time()),
                WhenFile::Below(price) => When::Below(about.nearest_price(*price)),
                WhenFile::Above(price) => When::Above(about.nearest_price(*price)),
            };
            let does = match own.does {
                DoesFile::Leaves { part, takes } => Provision::Leave { part: (part * START as f64) as u128, takes },
                DoesFile::Adds { units, money } => Provision::Add {
                    lots: Lots::new((units / about.lot_units).round() as i64),
                    money: Cash::minor((money * minor).round() as i128),
                },
            };
            (when, does)
        };
        let every = ticks_in(plan, params.every);
        let own = Self { moves: params.moves.iter().map(own).collect(), every };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let (now, price) = (eyes.now(), eyes.market().mark);
        self.moves.retain(|(when, provision)| {
            let holds = when.holds(now, price);
            if holds {
                hands.provide(*provision);
            }
            !holds
        });
        if self.moves.is_empty() { Wake::Never } else { Wake::After(self.every) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_is_made_from_its_moment_on_or_beyond_its_price() {
        let (now, price) = (Time::from_seconds(100), Price::new(97));
        assert!(When::From(Time::from_seconds(100)).holds(now, price));
        assert!(!When::From(Time::from_seconds(101)).holds(now, price));
        assert!(When::Below(Price::new(98)).holds(now, price) && !When::Below(Price::new(97)).holds(now, price));
        assert!(When::Above(Price::new(96)).holds(now, price) && !When::Above(Price::new(97)).holds(now, price));
    }
}
