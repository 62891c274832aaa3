//! The pots of lenders' funds, and who pays what into them.

use crate::file::WorldFile;
use engine::plan::{AccountPlan, FundPlan, LenderPlan, TraderPlan};
use ground::numbers::cash;
use ground::units::{AccountId, Cash, FundId, TraderId};
use language::findings::{Findings, LARGEST};
use mechanics::waterfall::funds::{Contribution, FundsPlan};
use std::sync::Arc;

/// Lays out every lender's funds behind those that are there, and takes what is in them from who gives it.
pub fn build(
    file: &WorldFile,
    ranges: &[(usize, usize)],
    (lenders, traders, accounts): (&mut [LenderPlan], &mut [TraderPlan], &mut [AccountPlan]),
    plans: &mut Vec<FundPlan>,
    findings: &mut Findings,
) {
    let mut desk = Pots { decimals: file.currency.decimals, plans, findings };
    for (lender, (name, stated)) in lenders.iter_mut().zip(file.lenders.iter()) {
        let Some(funds) = &stated.funds else { continue };
        let path = format!("lenders.{name}.funds");
        let mut pot = |field: &str, what: &str, amount: Option<f64>| {
            let cash = desk.money(format!("{path}.{field}"), amount?);
            Some((desk.add(format!("{name}: {what}"), cash), cash))
        };
        let insurance = pot("insurance", "insurance fund", funds.insurance);
        let backstop = pot("backstop", "backstop vault", funds.backstop);
        let skin = pot("skin_in_the_game", "skin in the game", funds.skin_in_the_game);
        if let Some((_, cash)) = skin {
            accounts[lender.house.index()].cash -= cash;
        }
        let id = |pot: Option<(FundId, Cash)>| pot.map(|(id, _)| id);
        let mut members: Vec<_> = funds.default_fund.iter().collect();
        members.sort_unstable_by_key(|(member, _)| *member);
        let mut contributions = Vec::new();
        for (member, amount) in members {
            let Some(position) = file.traders.position(member) else { continue };
            let at = format!("{path}.default_fund.{member}");
            let (first, count) = ranges[position];
            let here = |account: &AccountId| accounts[account.index()].lender.index() == lender.house.index();
            let [trader] = &mut traders[first..first + count] else {
                desk.no_member(at, member, name);
                continue;
            };
            if trader.instrument.is_some() || !trader.accounts.iter().any(here) {
                desk.no_member(at, member, name);
                continue;
            }
            let amount = desk.money(at.clone(), *amount);
            let owned = trader.treasury;
            trader.treasury -= amount;
            if trader.treasury.is_negative() && !owned.is_negative() {
                let (due, owned) = (amount.to_major(desk.decimals), owned.to_major(desk.decimals));
                desk.findings.add(
                    at,
                    format!("{member} is to contribute {due} and has {owned} beside the margin it posts"),
                    "lower the contribution or what the member posts, or give it more equity",
                );
            }
            let fund = desk.add(format!("{name}: contribution of {member}"), amount);
            if let Some(firm) = trader.firm.as_mut() {
                Arc::make_mut(firm).contributions.push(fund);
            }
            contributions.push(Contribution { member: TraderId::from_index(first), fund, amount });
        }
        lender.funds = FundsPlan {
            insurance: id(insurance),
            feeds: funds.feeds,
            backstop: id(backstop),
            skin: id(skin),
            contributions,
        };
    }
}

struct Pots<'a> {
    decimals: u8,
    plans: &'a mut Vec<FundPlan>,
    findings: &'a mut Findings,
}

impl Pots<'_> {
    /// What is out of all range has its finding from `check`.
    fn money(&mut self, path: String, amount: f64) -> Cash {
        if !(0.0..=LARGEST).contains(&amount) {
            return Cash::ZERO;
        }
        cash(amount, self.decimals).unwrap_or_else(|reason| {
            self.findings.add(path, reason, "give a smaller amount");
            Cash::ZERO
        })
    }

    fn add(&mut self, name: String, cash: Cash) -> FundId {
        self.plans.push(FundPlan { name, cash });
        FundId::from_index(self.plans.len() - 1)
    }

    fn no_member(&mut self, path: String, member: &str, lender: &str) {
        self.findings.add(
            path,
            format!("\"{member}\" is no firm with an account at \"{lender}\""),
            "name a firm that has one: it pays its contribution from its treasury",
        );
    }
}
