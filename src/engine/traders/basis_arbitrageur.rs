//! A basis arbitrageur: cash and carry between a future (or perpetual) and what it is on.
//!
//! - The *basis* is the price of a unit of the future over what its basket costs, less one. The basket is the
//!   underlying, one unit for one, or several instruments with so many units each: an index and its members.
//! - Each `every`, when it could sell the future and buy the basket at a basis of `enter` or more, it builds up the
//!   carry: short the future, long the basket. When it could do the reverse at `leave` or less it takes it down. With
//!   `reverse` it also buys a future that is as far below its basket, selling that short.
//! - It trades `clip` of the future at a time and the basket in step; a side that lagged catches up at the next look.
//! - It builds up to `leverage`: the value of both sides over the equity of the account that holds them, whichever of its
//!   accounts allows least. When a loss has brought it above `limit` it cuts back to `leverage` at once, at any
//!   price and whatever the basis: so a basis that widens far enough drives out those who would narrow it.
//! - What it holds at the start is part of the trade.
//!
//! Source: Shleifer and Vishny, "The limits of arbitrage", Journal of Finance 52 (1997) 35-55 (arbitrageurs bail out
//! when prices are furthest from values); Brunnermeier and Pedersen, "Market liquidity and funding liquidity", Review
//! of Financial Studies 22 (2009) 2201-2238 (the basis as a function of arbitrageurs' margins).

use super::desk::{Balance, LegFile, Role, desk_fields};
use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Wake, check_count};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    pub future: LegFile,
    /// What a unit of the future stands for.
    pub basket: Vec<PartFile>,
    /// Of each member, by lender.
    pub accounts: Named<Balance>,
    /// Basis, as a ratio less one, from which it enters.
    #[read(within = -1.0..=1e3)]
    pub enter: f64,
    /// Basis at which it leaves.
    #[read(within = -1.0..=1e3)]
    pub leave: f64,
    /// Whether it also carries the other way round. Left out: no.
    #[read(default)]
    pub reverse: bool,
    /// Value of both sides over equity, up to which it enters.
    #[read(positive)]
    pub leverage: f64,
    /// The same, above which it must cut back.
    #[read(within = 0.0..=1e6)]
    pub limit: f64,
    /// Futures in one step, as a share of their ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

/// A part of the basket.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct PartFile {
    pub instrument: String,
    /// Units of it in a unit of the future.
    #[read(positive)]
    pub units: f64,
    /// Left out: the first venue of the instrument.
    #[read(default)]
    pub venue: Option<String>,
    /// Left out: the only lender with which it has an account.
    #[read(default)]
    pub lender: Option<String>,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.basket.is_empty() {
            findings.add(format_args!("{path}.basket"), "the basket is empty", "name at least what the future is on");
        }
        if self.leave > self.enter {
            findings.add(format_args!("{path}.leave"), "it leaves before it enters", "give no more than `enter`");
        }
        if self.limit < self.leverage {
            findings.add(
                format_args!("{path}.limit"),
                "it must cut back before it has built up",
                "give no less than `leverage`",
            );
        }
    }

    fn legs(&self) -> Vec<Role<'_>> {
        let mut roles = vec![self.future.role("future")];
        for (index, part) in self.basket.iter().enumerate() {
            let path = format!("basket[{index}]");
            roles.push(Role {
                named_at: format!("{path}.instrument"),
                path,
                instrument: &part.instrument,
                venue: part.venue.as_deref(),
                lender: part.lender.as_deref(),
            });
        }
        roles
    }

    desk_fields!();
}

/// One side of the trade.
#[derive(Clone, Copy, Debug)]
struct Part {
    leg: Leg,
    /// Lots that go with a lot of the future that is sold; of the future itself −1.
    ratio: f64,
    /// Value of a lot at a price of one step, in units of one future lot: what prices are compared in.
    worth: f64,
}

#[derive(Clone, Debug, Component)]
pub struct BasisArbitrageur {
    /// The future first.
    parts: Box<[Part]>,
    terms: Terms,
    /// In ticks.
    every: u32,
}

#[derive(Clone, Copy, Debug)]
struct Terms {
    enter: f64,
    leave: f64,
    reverse: bool,
    leverage: f64,
    limit: f64,
    /// In lots of the future.
    clip: f64,
}

/// What there is to see, sizes in lots of the future.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Basis at which the future can be sold and the basket bought, and the other way round; `None` where a side is
    /// missing.
    sell: Option<f64>,
    buy: Option<f64>,
    /// Futures sold against baskets.
    carried: f64,
    /// How many could be at a leverage of one.
    at_par: f64,
}

impl Terms {
    /// How many futures to be short of after this look, and whether at any price.
    fn next(&self, seen: Seen) -> (f64, bool) {
        let Seen { sell, buy, carried, at_par } = seen;
        let (full, most) = (self.leverage * at_par, self.limit * at_par);
        if carried.abs() > most {
            return (carried.signum() * full, true);
        }
        let is_rich = sell.is_some_and(|basis| basis >= self.enter);
        let is_cheap = self.reverse && buy.is_some_and(|basis| -basis >= self.enter);
        let is_over = if carried > 0.0 {
            buy.is_some_and(|basis| basis <= self.leave)
        } else {
            sell.is_some_and(|basis| -basis <= self.leave)
        };
        // What it has it keeps, though it would not build it up again at today's equity.
        let goal = match (is_rich, is_cheap) {
            (true, _) => full.max(carried),
            (_, true) => -full.max(-carried),
            _ if is_over => 0.0,
            _ => carried,
        };
        (carried + (goal - carried).clamp(-self.clip, self.clip), false)
    }
}

impl BasisArbitrageur {
    fn seen(&self, eyes: &Eyes<'_>) -> Seen {
        let future = eyes.at(self.parts[0].leg);
        let basis = |side: Side| {
            let mut basket = 0.0;
            for part in &self.parts[1..] {
                basket += eyes.at(part.leg).far(side.opposite())?.steps() as f64 * part.ratio * part.worth;
            }
            let future = future.far(side)?.steps() as f64 * self.parts[0].worth;
            (basket > 0.0).then(|| future / basket - 1.0)
        };
        let (sell, buy) = (basis(Side::Sell), basis(Side::Buy));
        Seen { sell, buy, carried: -(future.holding().get() as f64), at_par: self.at_par(eyes) }
    }

    /// Futures that could be carried at a leverage of one, by the account that allows the fewest.
    fn at_par(&self, eyes: &Eyes<'_>) -> f64 {
        let mut least = f64::INFINITY;
        for (index, part) in self.parts.iter().enumerate() {
            let account = part.leg.account;
            if self.parts[..index].iter().any(|earlier| earlier.leg.account == account) {
                continue;
            }
            let own = self.parts[index..].iter().filter(|other| other.leg.account == account);
            let gross: f64 = own
                .map(|other| {
                    let eyes = eyes.at(other.leg);
                    eyes.lot_value(eyes.mark()).abs() * other.ratio.abs()
                })
                .sum();
            if gross > 0.0 {
                least = least.min(eyes.at(part.leg).equity().max(0.0) / gross);
            }
        }
        if least.is_finite() { least } else { 0.0 }
    }

    /// All of it can be traded now.
    fn is_open(&self, eyes: &Eyes<'_>) -> bool {
        self.parts.iter().all(|part| {
            let eyes = eyes.at(part.leg);
            !eyes.is_auction() && !eyes.market().halted
        })
    }
}

impl Behaviour for BasisArbitrageur {
    type Params = Params;
    const KIND: Kind = Kind::BasisArbitrageur;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let about = |leg: Leg| &birth.plan.instruments[leg.instrument.index()];
        let future = about(birth.legs[0].leg);
        let mut parts = Vec::with_capacity(birth.legs.len());
        parts.push(Part { leg: birth.legs[0].leg, ratio: -1.0, worth: future.lot_units * future.step_size });
        for (own, stated) in birth.legs[1..].iter().zip(&params.basket) {
            let part = about(own.leg);
            let ratio = stated.units * future.lot_units / part.lot_units;
            parts.push(Part { leg: own.leg, ratio, worth: part.lot_units * part.step_size });
        }
        let terms = Terms {
            enter: params.enter,
            leave: params.leave,
            reverse: params.reverse,
            leverage: params.leverage,
            limit: params.limit,
            clip: lots_of_day(future, params.clip).max(1.0),
        };
        let own = Self { parts: parts.into(), terms, every };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if self.is_open(eyes) {
            let (next, at_any_price) = self.terms.next(self.seen(eyes));
            for part in &self.parts {
                let eyes = eyes.at(part.leg);
                let missing = next * part.ratio - eyes.holding().get() as f64;
                let side = if missing > 0.0 { Side::Buy } else { Side::Sell };
                let lots = Lots::new(missing.abs() as i64);
                match eyes.far(side) {
                    Some(price) if !at_any_price => hands.at(part.leg).take(side, lots, price),
                    _ => hands.at(part.leg).market(side, lots),
                }
            }
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms { enter: 0.01, leave: 0.002, reverse: false, leverage: 5.0, limit: 8.0, clip: 100.0 }
    }

    fn seen(sell: f64, buy: f64, carried: f64, at_par: f64) -> Seen {
        Seen { sell: Some(sell), buy: Some(buy), carried, at_par }
    }

    #[test]
    fn it_builds_up_by_clips_to_its_leverage_and_takes_down_at_the_other_basis() {
        // 1 000 at a leverage of five.
        assert_eq!(terms().next(seen(0.012, 0.013, 0.0, 200.0)), (100.0, false));
        assert_eq!(terms().next(seen(0.012, 0.013, 950.0, 200.0)), (1_000.0, false));
        // Between the two it waits.
        assert_eq!(terms().next(seen(0.008, 0.009, 950.0, 200.0)), (950.0, false));
        assert_eq!(terms().next(seen(0.001, 0.002, 950.0, 200.0)), (850.0, false));
        assert_eq!(terms().next(seen(0.001, 0.002, 0.0, 200.0)), (0.0, false));
    }

    #[test]
    fn a_loss_drives_it_out_when_the_basis_is_widest() {
        // Equity halved: 1 000 futures are a leverage of ten, above eight, and 500 are five.
        assert_eq!(terms().next(seen(0.05, 0.051, 1_000.0, 100.0)), (500.0, true));
        // At seven and a half it keeps what it has, and adds nothing.
        assert_eq!(terms().next(seen(0.05, 0.051, 750.0, 100.0)), (750.0, false));
        // With nothing left all of it goes.
        assert_eq!(terms().next(seen(0.05, 0.051, 1_000.0, 0.0)), (0.0, true));
    }

    #[test]
    fn the_reverse_trade_is_the_mirror_image_where_it_is_allowed() {
        let both = Terms { reverse: true, ..terms() };
        assert_eq!(both.next(seen(-0.013, -0.012, 0.0, 200.0)), (-100.0, false));
        assert_eq!(terms().next(seen(-0.013, -0.012, 0.0, 200.0)), (0.0, false));
        assert_eq!(both.next(seen(-0.002, -0.001, -950.0, 200.0)), (-850.0, false));
    }
}
