//! Limits in whole numbers, and the accounts for which checks are switched off.

use super::accounts::People;
use super::markets::Markets;
use crate::file::WorldFile;
use ground::numbers::{cash, lots};
use ground::units::{AccountId, InstrumentId, Lots, Rate};
use language::findings::Findings;
use language::named::Named;
use mechanics::screen::{Check, LimitsFile, LimitsPlan, Off};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Gives each lender its limits, now that there are accounts.
pub fn build(file: &WorldFile, markets: &Markets, people: &mut People, findings: &mut Findings) {
    for (index, (name, lender)) in file.lenders.iter().enumerate() {
        if let Some(limits) = &lender.limits {
            let mut hand = Hand { path: format!("lenders.{name}.limits"), file, markets, people, findings };
            let plan = hand.plan(limits, index);
            people.lenders[index].limits = Some(Arc::new(plan));
        }
    }
}

struct Hand<'a> {
    path: String,
    file: &'a WorldFile,
    markets: &'a Markets,
    people: &'a People,
    findings: &'a mut Findings,
}

impl Hand<'_> {
    fn plan(&mut self, limits: &LimitsFile, lender: usize) -> LimitsPlan {
        let fat_finger = limits.fat_finger.clone().unwrap_or_default();
        let days = fat_finger.days_of_volume.filter(|days| days.is_finite() && *days > 0.0);
        let mut order = self.by_instrument("fat_finger.units", &fat_finger.units, true);
        if let Some(days) = days {
            for (most, plan) in order.iter_mut().zip(&self.markets.instruments) {
                // More than can be counted is no limit.
                *most =
                    lots(days * plan.ordinary.daily_volume_units, plan.lot_units).map_or(*most, |own| own.min(*most));
            }
        }
        let credit = limits.credit.filter(|credit| credit.is_finite() && *credit >= 0.0);
        LimitsPlan {
            order,
            position: self.by_instrument("position", &limits.position, false),
            collar: fat_finger.price.and_then(Rate::from_f64),
            share_of_float: limits.concentration.as_ref().and_then(|own| Rate::from_f64(own.share_of_float)),
            leverage: limits.leverage,
            credit: credit.and_then(|credit| match cash(credit, self.file.currency.decimals) {
                Ok(credit) => Some(credit),
                Err(reason) => {
                    self.findings.add(format_args!("{}.credit", self.path), reason, "leave it out: it limits nothing");
                    None
                }
            }),
            off: self.off(limits, lender),
        }
    }

    /// The largest number of lots, by instrument id.
    fn by_instrument(&mut self, field: &str, units: &Named<f64>, at_least_one: bool) -> Vec<Lots> {
        let mut most = vec![Lots::LARGEST; self.markets.instruments.len()];
        for (name, units) in units.iter().filter(|(_, units)| units.is_finite() && **units >= 0.0) {
            let known = self.file.instruments.position(name).filter(|index| !self.markets.unusable[*index]);
            let Some(index) = known else { continue };
            let id = InstrumentId::from_index(index);
            match lots(*units, self.markets.instruments[id.index()].lot_units) {
                Ok(lots) if at_least_one && lots.is_zero() && *units > 0.0 => self.findings.add(
                    format_args!("{}.{field}.{name}", self.path),
                    format!("{units} units are less than one lot: no order could pass"),
                    "allow at least one lot",
                ),
                Ok(lots) => most[index] = lots,
                Err(reason) => self.findings.add(
                    format_args!("{}.{field}.{name}", self.path),
                    reason,
                    "leave it out: it limits nothing",
                ),
            }
        }
        most
    }

    fn off(&mut self, limits: &LimitsFile, lender: usize) -> BTreeMap<AccountId, Off> {
        let mut off: BTreeMap<AccountId, Off> = BTreeMap::new();
        let all = limits
            .off_for
            .iter()
            .enumerate()
            .map(|(index, name)| (name.as_str(), &Check::ALL[..], format!("off_for[{index}]")));
        let some = limits.off.iter().map(|(name, checks)| (name, checks.as_slice(), format!("off.{name}")));
        for (name, checks, field) in all.chain(some) {
            let accounts = self.accounts(name, lender);
            let begins = name.split(['@', '[']).next().unwrap_or(name);
            let known = self.file.traders.position(begins).is_some_and(|index| self.people.ranges[index].1 > 0);
            if accounts.is_empty() && known {
                self.findings.add(
                    format_args!("{}.{field}", self.path),
                    format!("\"{name}\" has no account at this lender"),
                    "name a trader who has, or one of its accounts as \"trader@lender\"",
                );
            }
            for account in accounts {
                checks.iter().for_each(|check| off.entry(account).or_default().add(*check));
            }
        }
        off
    }

    /// The accounts at a lender that go by a name: all of a trader or of a population, or the one itself.
    fn accounts(&self, name: &str, lender: usize) -> Vec<AccountId> {
        let here = |account: &AccountId| self.people.accounts[account.index()].lender.index() == lender;
        if let Some(index) = self.file.traders.position(name) {
            let (first, count) = self.people.ranges[index];
            let members = &self.people.traders[first..first + count];
            return members.iter().flat_map(|trader| trader.accounts.iter().copied()).filter(here).collect();
        }
        let all = self.people.accounts.iter().enumerate();
        let named = all.filter(|(_, account)| {
            let own = account.trader.map(|trader| self.people.traders[trader.index()].name.as_str());
            account.name == name || own == Some(name)
        });
        named
            .map(|(index, _)| AccountId::from_index(index))
            .filter(|account| self.people.accounts[account.index()].trader.is_some() && here(account))
            .collect()
    }
}
