//! Ids and whole numbers as a reader sees them.

use engine::plan::{InstrumentPlan, Plan};
use ground::units::{AccountId, Cash, FundId, InstrumentId, LenderId, Lots, MarketId, Price, Tick, Time, TraderId};
use mechanics::waterfall::Payer;
use results::rows::Name;
use results::stamp::Stamp;
use std::cell::RefCell;
use std::ops::Deref;

/// Speaks for a plan.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a>(pub &'a Plan);

impl<'a> Names<'a> {
    /// When a tick ends.
    pub fn time(self, tick: Tick) -> Stamp {
        stamp(self.0.clock.time_of(tick) + self.0.clock.tick)
    }

    /// A moment that is to come; `None` for one that does not come before the run ends.
    pub fn to_come(self, time: Time) -> Option<Stamp> {
        let last = self.0.clock.sessions.last().map_or(Time::NEVER, |session| session.close);
        (time <= last).then(|| stamp(time))
    }

    pub fn money(self, cash: Cash) -> f64 {
        cash.to_major(self.0.currency.decimals)
    }

    pub fn instrument_of(self, market: MarketId) -> &'a InstrumentPlan {
        &self.0.instruments[self.0.markets[market.index()].instrument.index()]
    }

    pub fn venue_of(self, market: MarketId) -> String {
        self.0.venues[self.0.markets[market.index()].venue.index()].name.clone()
    }

    pub fn price(self, market: MarketId, price: Price) -> f64 {
        halves_of_steps(self.instrument_of(market).step_size, 2 * price.steps())
    }

    pub fn mid(self, market: MarketId, bid: Price, ask: Price) -> f64 {
        halves_of_steps(self.instrument_of(market).step_size, bid.steps() + ask.steps())
    }

    pub fn units(self, market: MarketId, lots: Lots) -> f64 {
        self.instrument_of(market).units_of(lots)
    }

    pub fn account(self, account: AccountId) -> String {
        self.0.account_name(account).into_owned()
    }

    pub fn lender(self, lender: LenderId) -> String {
        self.0.lenders[lender.index()].name.clone()
    }

    /// The rest of the market has none, and stands for itself.
    pub fn lender_of(self, account: AccountId) -> String {
        if self.0.is_rest(account) {
            return self.account(account);
        }
        self.lender(self.0.lender_of(account))
    }

    /// The name of a fund without its lender's.
    pub fn fund_of(self, fund: FundId) -> &'a str {
        let name = &self.0.funds[fund.index()].name;
        name.split_once(": ").map_or(name, |(_, fund)| fund)
    }

    pub fn payer(self, payer: Payer) -> String {
        match payer {
            Payer::Account(account) => self.account(account),
            Payer::Treasury(trader) => self.trader(trader),
            Payer::Fund(fund) => self.fund_of(fund).to_owned(),
            Payer::House(lender) => self.lender(lender),
        }
    }

    pub fn trader(self, trader: TraderId) -> String {
        self.0.trader_name(trader).into_owned()
    }

    /// The account's trader; its lender for a house account; itself for the rest of the market.
    pub fn trader_of(self, account: AccountId) -> String {
        match self.0.trader_of(account) {
            Some(trader) => self.trader(trader),
            // A house account has its lender's, the rest of the market stands for itself.
            None => self.lender_of(account),
        }
    }
}

/// [`Names`] that says each only once: its rows share the texts.
#[derive(Debug)]
pub struct Roster<'a> {
    names: Names<'a>,
    instruments: Vec<Name>,
    venues: Vec<Name>,
    lenders: Vec<Name>,
    accounts: RefCell<Vec<Option<Name>>>,
    traders: RefCell<Vec<Option<Name>>>,
}

impl<'a> Deref for Roster<'a> {
    type Target = Names<'a>;

    fn deref(&self) -> &Names<'a> {
        &self.names
    }
}

impl<'a> Roster<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            names: Names(plan),
            instruments: plan.instruments.iter().map(|one| Name::from(&one.name)).collect(),
            venues: plan.venues.iter().map(|one| Name::from(&one.name)).collect(),
            lenders: plan.lenders.iter().map(|one| Name::from(&one.name)).collect(),
            accounts: RefCell::default(),
            traders: RefCell::default(),
        }
    }

    pub fn instrument(&self, instrument: InstrumentId) -> Name {
        self.instruments[instrument.index()].clone()
    }

    pub fn traded(&self, market: MarketId) -> Name {
        self.instrument(self.names.0.markets[market.index()].instrument)
    }

    pub fn venue(&self, market: MarketId) -> Name {
        self.venues[self.names.0.markets[market.index()].venue.index()].clone()
    }

    pub fn account(&self, account: AccountId) -> Name {
        known(&self.accounts, account.index(), || self.names.0.account_name(account).into())
    }

    pub fn trader(&self, trader: TraderId) -> Name {
        known(&self.traders, trader.index(), || self.names.0.trader_name(trader).into())
    }

    pub fn lender(&self, lender: LenderId) -> Name {
        self.lenders[lender.index()].clone()
    }

    /// As [`Names::lender_of`].
    pub fn lender_of(&self, account: AccountId) -> Name {
        if self.names.0.is_rest(account) {
            return self.account(account);
        }
        self.lender(self.names.0.lender_of(account))
    }

    /// As [`Names::trader_of`].
    pub fn trader_of(&self, account: AccountId) -> Name {
        match self.names.0.trader_of(account) {
            Some(trader) => self.trader(trader),
            None => self.lender_of(account),
        }
    }

    pub fn payer(&self, payer: Payer) -> Name {
        match payer {
            Payer::Account(account) => self.account(account),
            Payer::Treasury(trader) => self.trader(trader),
            Payer::Fund(fund) => self.fund_of(fund).into(),
            Payer::House(lender) => self.lender(lender),
        }
    }
}

/// The name at a place, which is made when it is first asked for: most of a million accounts are in no row.
fn known(names: &RefCell<Vec<Option<Name>>>, place: usize, make: impl FnOnce() -> Name) -> Name {
    let mut names = names.borrow_mut();
    if place >= names.len() {
        names.resize(place + 1, None);
    }
    names[place].get_or_insert_with(make).clone()
}

/// As rows have it.
pub fn stamp(time: Time) -> Stamp {
    Stamp::of(time.seconds())
}

/// So many halves of a price step in currency, as [`tidy`] would have it. Where a whole number of halves makes one unit of
/// currency, and all their multiples end within the places that `tidy` keeps, one division gives the same without
/// writing digits: a run has millions of prices.
pub fn halves_of_steps(step: f64, halves: i64) -> f64 {
    /// Places that [`tidy`] keeps, and the largest whole number that a float holds with all its neighbours.
    const PLACES: u64 = 10_u64.pow(10);
    const EXACT: u64 = 1 << 53;
    let in_one = (2.0 / step).round();
    if 2.0 / in_one == step && PLACES.is_multiple_of(in_one as u64) && halves.unsigned_abs() < EXACT {
        halves as f64 / in_one
    } else {
        tidy(halves as f64 * step / 2.0)
    }
}

/// `steps × step` with the last bits of the product rounded away: 100.34, not 100.34000000000001.
pub fn tidy(price: f64) -> f64 {
    format!("{price:.10}").parse().unwrap_or(price)
}

/// The times at which ticks end, for rows that come tick by tick.
#[derive(Clone, Debug)]
pub struct Times<'a> {
    names: Names<'a>,
    last: Option<(Tick, Stamp)>,
}

impl<'a> Times<'a> {
    pub fn new(names: Names<'a>) -> Self {
        Self { names, last: None }
    }

    pub fn of(&mut self, tick: Tick) -> Stamp {
        match self.last {
            Some((known, time)) if known == tick => time,
            _ => {
                let time = self.names.time(tick);
                self.last = Some((tick, time));
                time
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_has_the_digits_that_its_steps_have() {
        // Steps, and how many halves of them go into one.
        for (step, in_one) in [(0.01, 200), (0.25, 8), (0.0001, 20_000), (1.0, 2), (0.05, 40), (0.125, 16)] {
            for halves in [0, 1, -1, 7, 2_002, 19_999, -225_001, 987_654_321, 123_456_789_012] {
                let places = i128::from(halves) * 10_000_000_000 / in_one;
                let (sign, places) = (if places < 0 { "-" } else { "" }, places.abs());
                let (whole, part) = (places / 10_000_000_000, places % 10_000_000_000);
                let exact: f64 = format!("{sign}{whole}.{part:010}").parse().unwrap();
                assert!(halves_of_steps(step, halves) == exact, "{halves} halves of {step}");
            }
        }
        assert!(halves_of_steps(0.3, 7) == 1.05, "where no whole number of steps goes into one, digits are written");
    }
}
