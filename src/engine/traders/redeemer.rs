//! A redeemer: burns a coin that trades under its peg for its sister and sells that; above the peg the other way round.
//!
//! - Each `every` it looks at both ways. Buying the coin at its ask, burning it and selling the sister at its bid brings so
//!   much for each unit of money, after the venues' fees and the spread that the module would charge for its next trade.
//! - What it mints it cannot sell before `delay` is over: units are on their way from the chain to the venue. So of what a
//!   way would bring it takes off `risk` times the standard deviation of the price of what it will hold over that time. With
//!   `trend` it also counts with a fall: what has fallen over a time as long as its delay it expects to fall by that
//!   share of it again (in the logarithm) before it can sell. On a rise it does not count.
//! - It bids, until its next look, the price that would leave `edge` on average: for `clip` or, where it is offered cheaper
//!   than that, for as much as the last unit still leaves `edge` after the spread of the module.
//! - At each look it burns what it has bought, as far as that brings what selling it would, and sells at the market what
//!   has arrived. What it held at the start it keeps.
//! - While the chain stands still it burns nothing and nothing arrives; what has arrived it sells.
//!
//! How fast it closes a discount comes of its money, the delay, the spread and how deep the book of the sister is; nothing says
//! so. What it keeps of one comes of the delay, the spread and that depth, and of its money hardly: each bids what leaves `edge` and
//! pay for the risk, as if there were always others with money to outbid it. Known to be missing: that who alone still has money
//! bids less.
//!
//! Source: the arbitrage that the market module of Terra was built for (Kereiakes, Kwon, Di Maggio and Platias, "Terra
//! money: stability and adoption", 2019, section 3); its limits are those of Shleifer and Vishny, "The limits of
//! arbitrage", Journal of Finance 52 (1997) 35-55. That only who has capital and bears the delay redeems is in
//! Lyons and Viswanath-Natraj, "What keeps stablecoins stable?", Journal of International Money and Finance 131 (2023).

use super::desk::{Balance, LegFile, Role, desk_fields};
use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Leg, Spread, Wake, check_count};
use bevy_ecs::prelude::Component;
use ground::ops::powf;
use ground::rng::{Stream, uniform};
use ground::units::{Lots, Price, Side, Span, Tick};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use mechanics::mint_burn::Offered;
use std::collections::VecDeque;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub count: u32,
    /// Which peg.
    pub peg: String,
    /// Where it trades the coin.
    pub coin: LegFile,
    /// Where it trades the sister.
    pub sister: LegFile,
    /// Of each member, by lender. Both legs go through the same account.
    pub accounts: Named<Balance>,
    /// What must be left of a way after all costs, as a share of the money it takes.
    #[read(within = 0.0..=1.0)]
    pub edge: f64,
    /// Standard deviations of the price over the delay that it wants to be paid for.
    #[read(within = 0.0..=100.0)]
    pub risk: f64,
    /// The part of the fall of what it will hold, over a time as long as the delay, that it expects to come again until it
    /// can sell: 0 for none, 1 for as much.
    #[read(default, within = 0.0..=10.0)]
    pub trend: f64,
    /// Largest single order, as a share of the coin's ordinary daily volume, or of as much in money of the sister.
    #[read(positive)]
    pub clip: f64,
    /// Mean time from minting to selling: each takes from half to one and a half times as long.
    pub delay: Span,
    /// Time between two looks.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.coin.lender != self.sister.lender {
            let remedy = "name the same lender for both, or none";
            let reason = "what is burnt in one account would be minted in another";
            findings.add(format_args!("{path}.sister.lender"), reason, remedy);
        }
    }

    fn legs(&self) -> Vec<Role<'_>> {
        vec![self.coin.role("coin"), self.sister.role("sister")]
    }

    fn peg(&self) -> Option<(&'static str, &str)> {
        Some(("peg", &self.peg))
    }

    /// As far back as it would wait.
    fn lookback(&self) -> Span {
        if self.trend > 0.0 { self.delay } else { Span::ZERO }
    }

    desk_fields!();
}

/// What it does with one of the two.
#[derive(Clone, Debug)]
struct Stock {
    leg: Leg,
    /// All that it held, and all that it had burnt and been minted, when it last looked.
    held: Lots,
    burnt: Lots,
    minted: Lots,
    /// Bought, and not burnt yet.
    bought: Lots,
    /// Minted, on its way to where it can be sold: from when on, and how much.
    arriving: VecDeque<(Tick, Lots)>,
    /// Arrived, and not sold yet.
    arrived: Lots,
}

impl Stock {
    fn new(leg: Leg, held: Lots) -> Self {
        let none = Lots::ZERO;
        Self { leg, held, burnt: none, minted: none, bought: none, arriving: VecDeque::new(), arrived: none }
    }

    /// Works out what became of it since the last look. It never buys and sells the same thing in one tick, so what
    /// burning and minting do not explain was bought if there is more, and sold if there is less.
    /// Nothing arrives from a chain that stands still.
    fn account(&mut self, holding: Lots, (burnt, minted): (Lots, Lots), (now, arrives): (Tick, Tick), stands: bool) {
        let fewer = burnt - std::mem::replace(&mut self.burnt, burnt);
        let more = minted - std::mem::replace(&mut self.minted, minted);
        let traded = holding - std::mem::replace(&mut self.held, holding) + fewer - more;
        let sold = (-traded).max(Lots::ZERO);
        let of_arrived = sold.min(self.arrived);
        self.arrived -= of_arrived;
        self.bought = (self.bought + traded.max(Lots::ZERO) - fewer - (sold - of_arrived)).max(Lots::ZERO);
        if more.is_positive() {
            self.arriving.push_back((arrives, more));
        }
        while let Some((_, lots)) = self.arriving.front().copied().filter(|(from, _)| *from <= now && !stands) {
            self.arrived += lots;
            self.arriving.pop_front();
        }
    }
}

/// What can be done with one of the two. Amounts are in the smallest amounts of money, at the module's prices.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Way {
    /// What a lot is worth to the module.
    lot: f64,
    /// What one of what is minted comes to when it is sold on, less the risk until then.
    sold_on: f64,
    /// What one costs to buy, and brings to sell as it is.
    ask: f64,
    bid: f64,
}

#[derive(Clone, Debug, Component)]
pub struct Redeemer {
    peg: usize,
    /// The coin, and the sister.
    stocks: [Stock; 2],
    edge: f64,
    risk: f64,
    trend: f64,
    /// In minor units.
    clip: f64,
    /// In ticks.
    delay: u32,
    every: u32,
}

/// The coin first, as in `stocks`.
const SIDES: [Offered; 2] = [Offered::Coin, Offered::Sister];

impl Redeemer {
    /// What can be done with one of the two, if both can be traded.
    fn way(&self, eyes: &Eyes<'_>, which: usize) -> Option<Way> {
        let [own, other] = [which, 1 - which].map(|side| eyes.at(self.stocks[side].leg));
        if [own, other].iter().any(|eyes| eyes.is_auction() || eyes.market().halted) {
            return None;
        }
        let peg = eyes.peg(self.peg);
        let sister = eyes.at(self.stocks[1].leg).lot_value(peg.oracle.steps() as f64);
        let by_module = [peg.par.to_minor() as f64, sister];
        let (lot, other_lot) = (by_module[which], by_module[1 - which]);
        if peg.halted || lot <= 0.0 || other_lot <= 0.0 {
            return None;
        }
        let at = |eyes: &Eyes<'_>, lot: f64, side: Side| Some(eyes.lot_value(eyes.far(side)?.steps() as f64) / lot);
        let deviation = self.risk * other.market().volatility * f64::from(self.delay).sqrt();
        let sold_on = at(&other, other_lot, Side::Sell)? * (1.0 - other.taker_fee()) * (1.0 - deviation).max(0.0);
        let before = other.mark_before(self.delay).steps() as f64;
        let sold_on = sold_on * expected(other.mark(), before, self.trend);
        Some(Way {
            lot,
            sold_on,
            ask: at(&own, lot, Side::Buy).unwrap_or(f64::INFINITY) * (1.0 + own.taker_fee()),
            bid: at(&own, lot, Side::Sell).unwrap_or(0.0) * (1.0 - own.taker_fee()),
        })
    }

    /// Burns what was bought, sells what has arrived, buys more if that pays.
    fn work(&self, eyes: &Eyes<'_>, hands: &mut Hands<'_>, which: usize) {
        let (stock, offered) = (&self.stocks[which], SIDES[which]);
        let way = self.way(eyes, which);
        let (module, own, mut hands) = (eyes.peg(self.peg).module, eyes.at(stock.leg), hands.at(stock.leg));
        if let Some(way) = way {
            // No more than brings at least what selling it as it is would.
            let burnt = module.room(offered, way.bid / way.sold_on) / way.lot;
            hands.redeem(self.peg, offered, stock.bought.min(Lots::new(burnt as i64)));
        }
        // What is there can be sold while the chain stands still.
        if stock.arrived.is_positive() && !own.is_auction() && !own.market().halted {
            hands.market(Side::Sell, stock.arrived.min(own.holding()));
            return;
        }
        let Some(way) = way else { return };
        let money = own.cash().to_minor() as f64 / way.ask.min(1.0);
        let cheap = module.room(offered, way.ask * (1.0 + self.edge) / way.sold_on);
        let wanted = if cheap > 0.0 { cheap.min(self.clip) } else { self.clip };
        let amount = wanted.min(money) - stock.bought.get() as f64 * way.lot;
        if amount >= way.lot {
            // At the dearest it would leave `edge` on average.
            let paid = eyes.peg(self.peg).paid_share(offered, amount as u128).unwrap_or(0.0);
            let dearest = paid * way.sold_on / (1.0 + self.edge) / (1.0 + own.taker_fee().max(0.0));
            let limit = Price::new((dearest * way.lot / own.lot_value(1.0)) as i64);
            if limit.steps() > 0 {
                hands.limit(Side::Buy, Lots::new((amount / way.lot) as i64), limit, self.every);
            }
        }
    }
}

/// What is expected to be left of a price after a time in which it has come from `before`: as much less again, to the part
/// `trend`, if it has fallen.
fn expected(now: f64, before: f64, trend: f64) -> f64 {
    if trend > 0.0 && now > 0.0 && before > now { powf(now / before, trend) } else { 1.0 }
}

impl Behaviour for Redeemer {
    type Params = Params;
    const KIND: Kind = Kind::Redeemer;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let stock = |index: usize| Stock::new(birth.legs[index].leg, birth.legs[index].held);
        let peg = birth.plan.peg_named(&params.peg).expect("a peg was named that there is");
        let at_par = birth.plan.pegs[peg].par.to_minor() as f64;
        let own = Self {
            peg,
            stocks: [stock(0), stock(1)],
            edge: params.edge,
            risk: params.risk,
            trend: params.trend,
            clip: lots_of_day(birth.about, params.clip) * at_par,
            delay: if params.delay == Span::ZERO { 0 } else { ticks_in(birth.plan, params.delay) },
            every,
        };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let takes = (f64::from(self.delay) * (0.5 + uniform(draws))).round();
        let (now, arrives) = (eyes.tick(), eyes.tick().after(takes as u32));
        for (which, offered) in SIDES.into_iter().enumerate() {
            let stock = &mut self.stocks[which];
            let eyes = eyes.at(stock.leg);
            let stands = eyes.peg(self.peg).halted;
            stock.account(eyes.holding(), eyes.redeemed(self.peg, offered), (now, arrives), stands);
        }
        for which in 0..SIDES.len() {
            self.work(eyes, hands, which);
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{AccountId, InstrumentId, MarketId};

    #[test]
    fn what_is_bought_is_burnt_and_what_is_minted_is_sold_once_it_has_arrived() {
        let leg = Leg { account: AccountId::new(0), instrument: InstrumentId::new(0), market: MarketId::new(0) };
        let mut stock = Stock::new(leg, Lots::new(5));
        let mut look = |now: u32, holding: i64, burnt: i64, minted: i64| {
            let counts = (Lots::new(burnt), Lots::new(minted));
            stock.account(Lots::new(holding), counts, (Tick::new(now), Tick::new(now + 3)), false);
            (stock.bought.get(), stock.arrived.get())
        };
        assert_eq!(look(0, 5, 0, 0), (0, 0), "what it began with it keeps");
        assert_eq!(look(1, 25, 0, 0), (20, 0), "bought");
        // 12 of them were burnt, and 4 bought.
        assert_eq!(look(2, 17, 12, 0), (12, 0));
        assert_eq!(look(3, 24, 12, 7), (12, 0), "minted, and not there yet");
        assert_eq!(look(6, 24, 12, 7), (12, 7), "there");
        assert_eq!(look(7, 20, 12, 7), (12, 3), "sold");
        // What was to be burnt is sold after what was to be sold.
        assert_eq!(look(8, 15, 12, 7), (10, 0));
    }

    #[test]
    fn what_has_fallen_is_expected_to_fall_on_and_what_has_risen_to_stand() {
        assert_eq!(expected(50.0, 100.0, 1.0), 0.5);
        assert!((expected(25.0, 100.0, 0.5) - 0.5).abs() < 1e-12);
        assert_eq!(expected(50.0, 100.0, 0.0), 1.0);
        assert_eq!(expected(150.0, 100.0, 1.0), 1.0);
    }

    #[test]
    fn nothing_arrives_from_a_chain_that_stands_still() {
        let leg = Leg { account: AccountId::new(0), instrument: InstrumentId::new(0), market: MarketId::new(0) };
        let mut stock = Stock::new(leg, Lots::ZERO);
        let mut look = |now: u32, stands: bool| {
            stock.account(Lots::new(7), (Lots::ZERO, Lots::new(7)), (Tick::new(now), Tick::new(now + 3)), stands);
            stock.arrived.get()
        };
        assert_eq!([look(0, false), look(4, true), look(5, false)], [0, 0, 7]);
    }
}
