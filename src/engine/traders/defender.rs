//! A defender: stands in the book of a coin with a bid and pays for it by selling a reserve of other coins.
//!
//! - Its rule is a list of stages. In a stage, between `from` and `until`, it stands at the price `at` with as much money as
//!   the stage allows in all (`spend`), no more than `clip` at a time. The bid stays; each `every` what was taken of it is
//!   added again.
//! - It needs money before it can buy. What its next bid lacks it raises by selling what it has in reserve, in the order of
//!   the list, at the market and no more in one order than `clip` is worth.
//! - Of several stages at once the first that has money left counts. What it has bought it keeps.
//!
//! Such a wall shows as a price that is pinned, with all of the flow on one side, and then a gap. What its selling does
//! to the reserve's own price is in that book.
//!
//! Source: the Luna Foundation Guard's statement of what it spent (16 May 2022), which is a rule of this kind; the theory is
//! the reserve that runs out of Krugman, "A model of balance-of-payments crises", Journal of Money, Credit and Banking 11
//! (1979) 311-325.

use super::desk::{Balance, LegFile, Role, desk_fields};
use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Wake, check_count};
use bevy_ecs::prelude::Component;
use ground::moments::Moment;
use ground::ops::powf;
use ground::rng::Stream;
use ground::units::{Lots, Price, Side, Span, Time};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    /// What it defends.
    pub coin: LegFile,
    /// What it sells to pay for it, in this order. Left out: it has only its money.
    #[read(default)]
    pub reserve: Vec<LegFile>,
    /// Of each member, by lender.
    pub accounts: Named<Balance>,
    /// What it does, and until when.
    pub stages: Vec<BidFile>,
    /// Largest single bid or sale, in the currency of the world.
    #[read(positive)]
    pub clip: f64,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

/// A bid, and how long and with how much money it stands.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct BidFile {
    pub from: Moment,
    pub until: Moment,
    /// The price of the bid.
    #[read(positive)]
    pub at: f64,
    /// Money for all of the stage.
    #[read(positive)]
    pub spend: f64,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.stages.is_empty() {
            findings.add(format_args!("{path}.stages"), "it would do nothing", "say when it bids, and at which price");
        }
        for (index, stage) in self.stages.iter().enumerate() {
            if stage.until.time() <= stage.from.time() {
                let remedy = "let the stage end after it begins";
                findings.add(
                    format_args!("{path}.stages[{index}].until"),
                    "the stage is over before it begins",
                    remedy,
                );
            }
        }
        // Money lies in one account: what is sold in another would not pay for the bid.
        if let Some(index) = self.reserve.iter().position(|leg| leg.lender != self.coin.lender) {
            let reason = "its money would lie in another account than that of the coin";
            let remedy = "name the same lender as for the coin, or none";
            findings.add(format_args!("{path}.reserve[{index}].lender"), reason, remedy);
        }
    }

    fn legs(&self) -> Vec<Role<'_>> {
        let reserve = self.reserve.iter().enumerate();
        let reserve = reserve.map(|(index, leg)| leg.role(format!("reserve[{index}]")));
        std::iter::once(self.coin.role("coin")).chain(reserve).collect()
    }

    desk_fields!();
}

#[derive(Clone, Debug)]
struct Stage {
    from: Time,
    until: Time,
    at: Price,
    /// In minor units, still to be spent.
    left: f64,
}

#[derive(Clone, Debug, Component)]
pub struct Defender {
    coin: Leg,
    reserve: Box<[Leg]>,
    stages: Vec<Stage>,
    /// In minor units.
    clip: f64,
    /// In ticks.
    every: u32,
    /// Of the coin, when it last looked.
    held: Lots,
    /// The stage of its last bid.
    bidding: Option<usize>,
}

impl Defender {
    /// Takes what was bought since the last look off the stage it was bought in, at the price of the bid: it may have been
    /// had for less, never for more.
    fn account(&mut self, held: Lots, lot: impl Fn(Price) -> f64) {
        let bought = held - std::mem::replace(&mut self.held, held);
        if let Some(stage) = self.bidding.take().map(|index| &mut self.stages[index]) {
            stage.left -= bought.get().max(0) as f64 * lot(stage.at);
        }
    }

    /// The first stage of this moment with money for a lot.
    fn stage(&self, now: Time, lot: impl Fn(Price) -> f64) -> Option<usize> {
        let open = |stage: &Stage| (stage.from..stage.until).contains(&now) && stage.left >= lot(stage.at);
        self.stages.iter().position(open)
    }

    /// Sells of the reserve what so much money is worth.
    fn raise(&self, eyes: &Eyes<'_>, hands: &mut Hands<'_>, money: f64) {
        let mut money = money.min(self.clip);
        for leg in &self.reserve {
            let own = eyes.at(*leg);
            let lot = own.lot_value(own.mark());
            if money <= 0.0 || lot <= 0.0 || own.market().halted {
                continue;
            }
            let lots = Lots::new((money / lot).ceil() as i64).min(own.holding());
            if lots.is_positive() {
                hands.at(*leg).market(Side::Sell, lots);
                money -= lots.get() as f64 * lot;
            }
        }
    }
}

impl Behaviour for Defender {
    type Params = Params;
    const KIND: Kind = Kind::Defender;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let minor = powf(10.0, f64::from(birth.plan.currency.decimals));
        let stage = |stage: &BidFile| Stage {
            from: stage.from.time(),
            until: stage.until.time(),
            at: birth.about.nearest_price(stage.at),
            left: stage.spend * minor,
        };
        let own = Self {
            coin: birth.legs[0].leg,
            reserve: birth.legs[1..].iter().map(|own| own.leg).collect(),
            stages: params.stages.iter().map(stage).collect(),
            clip: params.clip * minor,
            every: ticks_in(birth.plan, params.every),
            held: birth.legs[0].held,
            bidding: None,
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let coin = eyes.at(self.coin);
        let lot = |price: Price| coin.lot_value(price.steps() as f64);
        self.account(coin.holding(), lot);
        let stage = self.stage(eyes.now(), lot);
        let at = stage.map(|index| self.stages[index].at);
        // What stands at another price belongs to a stage that is over.
        let mut standing = Lots::ZERO;
        for order in coin.waiting() {
            if coin.price_of(&order) == at {
                standing += order.lots;
            } else {
                hands.at(self.coin).cancel(&order);
            }
        }
        if let Some(index) = stage {
            let Stage { at, left, .. } = self.stages[index];
            let wanted = left.min(self.clip);
            let cash = coin.cash().to_minor() as f64 / (1.0 + coin.taker_fee().max(0.0));
            let lots = Lots::new((wanted.min(cash) / lot(at)) as i64) - standing;
            if lots.is_positive() && !coin.is_auction() {
                hands.at(self.coin).limit(Side::Buy, lots, at, 0);
            }
            self.bidding = Some(index);
            // For this bid, and for the one that will follow if all of it is taken.
            self.raise(eyes, hands, (2.0 * wanted).min(left) - cash);
        }
        if self.stages.iter().all(|stage| stage.until <= eyes.now()) { Wake::Never } else { Wake::After(self.every) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{AccountId, InstrumentId, MarketId};

    #[test]
    fn the_first_stage_with_money_left_counts_and_pays_for_what_it_bought() {
        let leg = Leg { account: AccountId::new(0), instrument: InstrumentId::new(0), market: MarketId::new(0) };
        let stage = |from, at, left| Stage {
            from: Time::from_seconds(from),
            until: Time::from_seconds(100),
            at: Price::new(at),
            left,
        };
        let mut defender = Defender {
            coin: leg,
            reserve: Box::new([]),
            stages: vec![stage(10, 98, 1_000.0), stage(20, 90, 5_000.0)],
            clip: 500.0,
            every: 1,
            held: Lots::new(7),
            bidding: None,
        };
        let lot = |price: Price| price.steps() as f64;
        assert_eq!(defender.stage(Time::from_seconds(9), lot), None);
        assert_eq!(defender.stage(Time::from_seconds(20), lot), Some(0));
        defender.bidding = Some(0);
        // Ten at 98 leave twenty of a thousand: less than another costs.
        defender.account(Lots::new(17), lot);
        assert_eq!(defender.stages[0].left, 20.0);
        assert_eq!(defender.stage(Time::from_seconds(20), lot), Some(1));
        assert_eq!(defender.stage(Time::from_seconds(15), lot), None);
        assert_eq!(defender.stage(Time::from_seconds(100), lot), None);
    }
}
