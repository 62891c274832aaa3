//! Ids and whole numbers as a reader sees them.

use crate::units::{AccountId, Cash, FundId, LenderId, Lots, MarketId, Price, Tick, TraderId};
use crate::waterfall::Payer;
use crate::world::plan::{InstrumentPlan, Plan};

/// Speaks for a plan.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a>(pub &'a Plan);

impl<'a> Names<'a> {
    /// When a tick ends, in ISO 8601.
    pub fn time(self, tick: Tick) -> String {
        (self.0.clock.time_of(tick) + self.0.clock.tick).to_string()
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
        tidy(self.instrument_of(market).price_of(price))
    }

    pub fn units(self, market: MarketId, lots: Lots) -> f64 {
        self.instrument_of(market).units_of(lots)
    }

    pub fn account(self, account: AccountId) -> String {
        self.0.accounts[account.index()].name.clone()
    }

    pub fn lender(self, lender: LenderId) -> String {
        self.0.lenders[lender.index()].name.clone()
    }

    pub fn lender_of(self, account: AccountId) -> String {
        self.lender(self.0.accounts[account.index()].lender)
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
        self.0.traders[trader.index()].name.clone()
    }

    /// The account's trader; its lender for a house account; itself for the rest of the market.
    pub fn trader_of(self, account: AccountId) -> String {
        let about = &self.0.accounts[account.index()];
        match about.trader {
            Some(trader) => self.trader(trader),
            None if self.0.is_house(about) => self.lender_of(account),
            None => about.name.clone(),
        }
    }
}

/// `steps × step` with the last bits of the product rounded away: 100.34, not 100.34000000000001.
pub fn tidy(price: f64) -> f64 {
    format!("{price:.10}").parse().unwrap_or(price)
}
