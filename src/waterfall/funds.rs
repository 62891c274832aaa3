//! A lender's funds: the pots that its waterfall draws on.
//!
//! The insurance fund and the backstop vault are there from the start, given by the outside. The skin in the game is
//! a part of the lender's own capital, set aside. Contributions to the default fund come out of their members' own
//! money, each kept apart, so that a defaulter's can go first and the survivors' pro rata.

use super::auto_deleveraging::Trigger;
use crate::world::build::numbers::cash;
use crate::world::file::WorldFile;
use crate::world::plan::{AccountPlan, FundPlan, LayerPlan, LenderPlan, TraderPlan};
use ground::units::{AccountId, Cash, FundId, Rate, Span, TraderId};
use language::findings::{Findings, LARGEST};
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Default, PartialEq, Read)]
pub struct FundsFile {
    /// In the insurance fund at the start. Left out: there is none.
    #[read(default)]
    pub insurance: Option<f64>,
    /// Whether what is left in an account that was closed out goes to the insurance fund instead of back to
    /// the client: it is what was got beyond the bankruptcy price. Left out: no.
    #[read(default)]
    pub feeds: bool,
    /// In the backstop vault at the start. Left out: there is none.
    #[read(default)]
    pub backstop: Option<f64>,
    /// The part of `capital` that stands before the survivors' contributions. Left out: none.
    #[read(default)]
    pub skin_in_the_game: Option<f64>,
    /// The members, and what each paid into the default fund, out of its own money. Left out: there are none.
    #[read(default)]
    pub default_fund: Named<f64>,
}

/// A lender's funds by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FundsPlan {
    pub insurance: Option<FundId>,
    pub feeds: bool,
    pub backstop: Option<FundId>,
    pub skin: Option<FundId>,
    /// In member order.
    pub contributions: Vec<Contribution>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub member: TraderId,
    pub fund: FundId,
    /// At the start.
    pub amount: Cash,
}

impl FundsPlan {
    /// All of them, in order of ids.
    pub fn ids(&self) -> impl Iterator<Item = FundId> {
        let pots = [self.insurance, self.backstop, self.skin].into_iter().flatten();
        pots.chain(self.contributions.iter().map(|contribution| contribution.fund))
    }

    pub fn contribution(&self, member: TraderId) -> Option<&Contribution> {
        self.contributions.iter().find(|contribution| contribution.member == member)
    }
}

/// The share and window of a drawdown that switches deleveraging on, where a lender has one.
pub fn drawdown_of(layers: &[LayerPlan]) -> Option<(Rate, Rate, Span)> {
    layers.iter().find_map(|layer| match *layer {
        LayerPlan::AutoDeleveraging { when: Trigger::Drawdown { from, until, over } } => {
            Some((Rate::from_f64(from).unwrap_or_default(), Rate::from_f64(until).unwrap_or_default(), over))
        }
        _ => None,
    })
}

/// Amounts in range, members that are there.
pub fn check(path: &str, funds: &FundsFile, capital: f64, file: &WorldFile, gap: bool, findings: &mut Findings) {
    for (field, amount) in
        [("insurance", funds.insurance), ("backstop", funds.backstop), ("skin_in_the_game", funds.skin_in_the_game)]
    {
        if let Some(amount) = amount {
            findings.not_negative(format_args!("{path}.{field}"), amount);
        }
    }
    if let Some(skin) = funds.skin_in_the_game
        && skin > capital
    {
        findings.add(
            format_args!("{path}.skin_in_the_game"),
            format!("{skin} of its own at stake is more than its capital of {capital}"),
            "give no more than `capital`, of which it is a part",
        );
    }
    if funds.feeds && funds.insurance.is_none() {
        findings.add(
            format_args!("{path}.feeds"),
            "there is no insurance fund to feed",
            "state `insurance`, 0.0 for one that begins empty",
        );
    }
    for (member, amount) in funds.default_fund.iter() {
        let at = format!("{path}.default_fund.{member}");
        findings.positive(&at, *amount);
        if file.traders.get(member).is_none() && !gap {
            findings.add(at, format!("there is no trader \"{member}\""), "name a trader that has an account here");
        }
    }
}

/// Lays out every lender's funds behind those that are there, and takes what is in them from who gives it.
pub fn build(
    file: &WorldFile,
    ranges: &[(usize, usize)],
    (lenders, traders, accounts): (&mut [LenderPlan], &mut [TraderPlan], &mut [AccountPlan]),
    plans: &mut Vec<FundPlan>,
    findings: &mut Findings,
) {
    let mut desk = Desk { decimals: file.currency.decimals, plans, findings };
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
        members.sort_by_key(|(member, _)| file.traders.position(member));
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

struct Desk<'a> {
    decimals: u8,
    plans: &'a mut Vec<FundPlan>,
    findings: &'a mut Findings,
}

impl Desk<'_> {
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
