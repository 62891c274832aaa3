//! A cross-venue arbitrageur: buys where an instrument is cheap and sells where it is dear.
//!
//! - Each `every` it finds the place with the lowest ask and the one with the highest bid. If what it would sell for
//!   there, less that venue's fee, is more than `edge` (a share of the mark) above what it would pay here, fee
//!   included, it takes `clip` from each, as far into either as the middle of the gap, their geometric mean: in a book all
//!   that stands there beyond the best price, in a pool until the next lot would bring nothing (at a constant product the
//!   average price of such a trade).
//! - Both orders may not fill alike. What it holds in all its accounts beyond what it began with is its inventory:
//!   it makes the lagging side of the next trade so much larger, and with more than `inventory` it does nothing but
//!   trade the surplus away at the best price there is.
//! - In each account it holds, long or short, no more than `leverage` times that account's equity. With an account at
//!   each venue's own lender it becomes long where the instrument is cheap and short where it is dear; if the gap does
//!   not close it runs out of margin at one of them, and the venues come apart.
//!
//! Source: Shleifer and Vishny, "The limits of arbitrage", Journal of Finance 52 (1997) 35-55; Gromb and Vayanos,
//! "Equilibrium and welfare in markets with financially constrained arbitrageurs", Journal of Financial Economics 66
//! (2002) 361-407: the arbitrageur is margined at each market apart, and trades less when it has lost.

use super::desk::{Balance, Role, desk_fields};
use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Wake, check_count};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    pub instrument: String,
    /// Where it trades it: at least two.
    pub places: Vec<PlaceFile>,
    /// Of each member, by lender.
    pub accounts: Named<Balance>,
    /// What must be left of the gap after fees, as a share of the mark.
    #[read(within = 0.0..=1.0)]
    pub edge: f64,
    /// Largest single order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// Most that it holds beyond what it began with, over all its accounts, as a share of the ordinary daily volume.
    #[read(not_negative)]
    pub inventory: f64,
    /// Most that it holds in one account, as a multiple of the account's equity.
    #[read(within = 0.0..=1000.0)]
    pub leverage: f64,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

/// A venue, and the account through which it trades there.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
pub struct PlaceFile {
    pub venue: String,
    /// Left out: the only lender with which it has an account.
    #[read(default)]
    pub lender: Option<String>,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.places.len() < 2 {
            let remedy = "name at least two venues of the instrument";
            findings.add(format_args!("{path}.places"), "there is nothing to trade between", remedy);
        }
    }

    fn legs(&self) -> Vec<Role<'_>> {
        let places = self.places.iter().enumerate();
        let roles = places.map(|(index, place)| Role {
            path: format!("places[{index}]"),
            named_at: "instrument".to_owned(),
            instrument: &self.instrument,
            venue: Some(&place.venue),
            lender: place.lender.as_deref(),
        });
        roles.collect()
    }

    desk_fields!();
}

#[derive(Clone, Debug, Component)]
pub struct CrossVenueArbitrageur {
    places: Box<[Leg]>,
    edge: f64,
    /// In lots.
    clip: f64,
    inventory: f64,
    leverage: f64,
    /// In ticks.
    every: u32,
    /// Lots in all its accounts at the start.
    neutral: Lots,
}

/// What can be done at one place, prices in steps.
#[derive(Clone, Copy, Debug)]
struct Quote {
    place: usize,
    price: Price,
    /// With the fee: paid for a lot that is bought, got for one that is sold.
    net: f64,
}

impl CrossVenueArbitrageur {
    /// The best place for an order, by its price with the fee.
    fn best(&self, eyes: &Eyes<'_>, side: Side) -> Option<Quote> {
        let mut best: Option<Quote> = None;
        for (place, leg) in self.places.iter().enumerate() {
            let eyes = eyes.at(*leg);
            if eyes.is_auction() || eyes.market().halted {
                continue;
            }
            let Some(price) = eyes.far(side) else { continue };
            let steps = price.steps() as f64;
            let fee = eyes.taker_fee() * steps.abs();
            let net = if side == Side::Buy { steps + fee } else { steps - fee };
            let better = |old: Quote| if side == Side::Buy { net < old.net } else { net > old.net };
            if best.is_none_or(better) {
                best = Some(Quote { place, price, net });
            }
        }
        best
    }

    /// Lots held beyond what there was at the start. Legs may share an account, which counts once.
    fn inventory(&self, eyes: &Eyes<'_>) -> f64 {
        let mut held = -self.neutral;
        for (index, leg) in self.places.iter().enumerate() {
            if self.places[..index].iter().all(|earlier| earlier.account != leg.account) {
                held += eyes.at(*leg).holding();
            }
        }
        held.get() as f64
    }

    /// Lots that it may still buy or sell at a place.
    fn room(&self, eyes: &Eyes<'_>, leg: Leg, side: Side) -> f64 {
        let eyes = eyes.at(leg);
        let lot = eyes.lot_value(eyes.mark()).abs();
        let most = if lot > 0.0 { self.leverage * eyes.equity().max(0.0) / lot } else { 0.0 };
        (most - side.signed(eyes.holding()).get() as f64).max(0.0)
    }
}

/// The worst price at which it trades at a place.
fn limit(quote: Quote, middle: f64) -> Price {
    quote.price + ((middle - quote.net).trunc() as i64)
}

/// Lots to buy and to sell of an opportunity for `lots`, with so much held beyond what there was.
fn sides(lots: f64, inventory: f64) -> (f64, f64) {
    ((lots - inventory.max(0.0)).max(0.0), (lots + inventory.min(0.0)).max(0.0))
}

impl Behaviour for CrossVenueArbitrageur {
    type Params = Params;
    const KIND: Kind = Kind::CrossVenueArbitrageur;
    /// It is among the fast.
    const LATENCY: u8 = 0;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let places: Box<[Leg]> = birth.legs.iter().map(|own| own.leg).collect();
        let first = |index: usize| places[..index].iter().all(|leg| leg.account != places[index].account);
        let held = birth.legs.iter().enumerate().filter(|(index, _)| first(*index));
        let neutral = held.map(|(_, own)| own.held).sum();
        let own = Self {
            edge: params.edge,
            clip: lots_of_day(birth.about, params.clip),
            inventory: lots_of_day(birth.about, params.inventory),
            leverage: params.leverage,
            every,
            neutral,
            places,
        };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let inventory = self.inventory(eyes);
        let (buy, sell) = (self.best(eyes, Side::Buy), self.best(eyes, Side::Sell));
        if inventory.abs() > self.inventory {
            let side = if inventory > 0.0 { Side::Sell } else { Side::Buy };
            if let Some(quote) = if side == Side::Buy { buy } else { sell } {
                let lots = Lots::new(inventory.abs().min(self.clip) as i64);
                hands.at(self.places[quote.place]).take(side, lots, quote.price);
            }
        } else if let (Some(buy), Some(sell)) = (buy, sell)
            && buy.place != sell.place
            && sell.net - buy.net > self.edge * eyes.mark().abs()
        {
            let (here, there) = (self.places[buy.place], self.places[sell.place]);
            let room = self.room(eyes, here, Side::Buy).min(self.room(eyes, there, Side::Sell));
            let middle = (buy.net.max(0.0) * sell.net.max(0.0)).sqrt();
            let (here, there) = (eyes.at(here), eyes.at(there));
            let (cost, gain) = (limit(buy, middle), limit(sell, middle));
            // A pool gives no more than that: it sells no more than it can buy.
            let clip = Lots::new(self.clip.min(room) as i64);
            let lots = [(&here, Side::Buy, cost), (&there, Side::Sell, gain)]
                .into_iter()
                .filter_map(|(eyes, side, limit)| eyes.lots_in_pool(side, clip, limit))
                .fold(clip, Lots::min);
            let (bought, sold) = sides(lots.get() as f64, inventory);
            hands.at(self.places[buy.place]).take(Side::Buy, Lots::new(bought as i64), cost);
            hands.at(self.places[sell.place]).take(Side::Sell, Lots::new(sold as i64), gain);
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_that_lagged_catches_up_in_the_next_trade() {
        assert_eq!(sides(100.0, 0.0), (100.0, 100.0));
        // 30 bought too many: 30 fewer are bought.
        assert_eq!(sides(100.0, 30.0), (70.0, 100.0));
        assert_eq!(sides(100.0, -30.0), (100.0, 70.0));
        assert_eq!(sides(20.0, 30.0), (0.0, 20.0));
    }
}
