//! A firm at the leverage that it states: what it holds and owes made larger or smaller in proportion, and the money that
//! this leaves of its worth kept as cash. What it is worth stays what its parts say.

use super::accounts::Hand;
use engine::traders::firm::{FirmBalanceFile, Params};
use language::named::Named;
use mechanics::treasury::SourceFile;
use mechanics::treasury::sources::cash;

/// A firm's balance as stated, in major units.
#[derive(Default)]
struct Balance {
    /// All positions, long and short.
    gross: f64,
    /// Money in its accounts, and what was bought with such money.
    accounts: f64,
    /// What else it is worth, its cash left out.
    elsewhere: f64,
    cash: f64,
}

impl Hand<'_> {
    /// The same firm at the leverage that it states; `None` where it states none.
    pub(super) fn sized(&mut self, path: &str, own: &Params) -> Option<Params> {
        let leverage = own.leverage?;
        let balance = self.balance(own);
        let tills = own.sources.iter().filter(|(_, file)| matches!(file, SourceFile::Cash(_)));
        let tills: Vec<&str> = tills.map(|(name, _)| name).collect();
        let worth = balance.accounts + balance.elsewhere + balance.cash;
        let reason = match tills[..] {
            [] => "there is no source `Cash` for what a leverage leaves of its worth".to_owned(),
            [_, _, ..] => {
                format!("it cannot be told which of {} is what a leverage leaves of its worth", tills.join(", "))
            }
            [_] if balance.gross == 0.0 => "it holds nothing that could be more or less".to_owned(),
            [_] if worth <= 0.0 => format!("it is worth {worth:.0}, and nothing is a multiple of that"),
            [till] => {
                let scale = leverage * worth / balance.gross;
                let (sized, held) = self.resized(own, scale);
                let left = self.whole(worth - balance.elsewhere - held);
                if left >= 0.0 {
                    let file = SourceFile::Cash(cash::Params { amount: left });
                    let sources = own.sources.iter();
                    let replaced = sources
                        .map(|(name, old)| (name.to_owned(), if name == till { file.clone() } else { old.clone() }));
                    return Some(Params { sources: replaced.collect(), ..sized });
                }
                // Its cash is used up at this leverage; beyond or below it, as its accounts hold its money or owe more.
                let bound = balance.gross * (balance.accounts + balance.cash) / (balance.accounts * worth);
                let short = -left;
                if balance.accounts > 0.0 {
                    format!(
                        "it would have {short:.0} less in cash than nothing: {:.3} is the most",
                        (bound * 1e3).floor() / 1e3
                    )
                } else {
                    format!(
                        "it would have {short:.0} less in cash than nothing: {:.3} is the least",
                        (bound * 1e3).ceil() / 1e3
                    )
                }
            }
        };
        self.findings.add(
            format_args!("{path}.leverage"),
            reason,
            "state one source `Cash`, positions, and a leverage that its worth can carry; or leave `leverage` out",
        );
        None
    }

    fn balance(&self, own: &Params) -> Balance {
        let mut balance = Balance { elsewhere: own.other_assets - own.owed, ..Balance::default() };
        for (_, account) in own.accounts.iter() {
            balance.accounts += account.cash;
            for (name, units) in account.positions.iter() {
                balance.gross += self.value(name, *units).abs();
                balance.accounts += self.paid_for(name, *units);
            }
        }
        for (_, source) in own.sources.iter() {
            match source {
                SourceFile::Cash(own) => balance.cash += own.amount,
                SourceFile::MoneyMarketFund(own) => balance.elsewhere += own.amount,
                SourceFile::Repo(own) => balance.elsewhere += own.value,
                // What nobody has lent yet is no worth, and what is for sale stands in an account.
                SourceFile::CreditLine(_) | SourceFile::Sale(_) | SourceFile::FireSale(_) => {}
            }
        }
        balance
    }

    /// Its accounts times `scale` in whole lots and money, and what is in them then.
    fn resized(&self, own: &Params, scale: f64) -> (Params, f64) {
        let mut held = 0.0;
        let account = |(lender, balance): (&str, &FirmBalanceFile)| {
            let cash = self.whole(balance.cash * scale);
            let positions =
                balance.positions.iter().map(|(name, units)| (name.to_owned(), self.lots_of(name, units * scale)));
            let positions: Named<f64> = positions.collect();
            held += cash + positions.iter().map(|(name, units)| self.paid_for(name, *units)).sum::<f64>();
            (lender.to_owned(), FirmBalanceFile { cash, positions, ..balance.clone() })
        };
        let accounts = own.accounts.iter().map(account).collect();
        (Params { accounts, ..own.clone() }, held)
    }

    /// At the price of the start.
    fn value(&self, name: &str, units: f64) -> f64 {
        let id = self.instrument(name);
        let plan = id.map(|id| &self.markets.instruments[id.index()]);
        plan.map_or(0.0, |plan| units * plan.start.steps() as f64 * plan.step_size)
    }

    /// What of it stands in the account's equity beside its cash.
    fn paid_for(&self, name: &str, units: f64) -> f64 {
        let paid = self.instrument(name).is_some_and(|id| self.markets.instruments[id.index()].kind.is_paid_for());
        if paid { self.value(name, units) } else { 0.0 }
    }

    fn lots_of(&self, name: &str, units: f64) -> f64 {
        let lot = self.instrument(name).map_or(1.0, |id| self.markets.instruments[id.index()].lot_units);
        (units / lot).round() * lot
    }

    /// To the smallest money.
    fn whole(&self, amount: f64) -> f64 {
        let minor = 10_f64.powi(self.file.currency.decimals.into());
        (amount * minor).round() / minor
    }
}
