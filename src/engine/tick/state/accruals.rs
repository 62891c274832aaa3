//! What runs up between two payments: premiums of perpetuals, interest and borrow fees.

use crate::plan::{InterestPlan, LenderPlan, Plan};
use crate::runs::AccountRuns;
use ground::units::{AccountId, InstrumentId, Rate, Time};
use mechanics::contracts::funding;
use mechanics::contracts::interest::{Rest, Yearly};
use mechanics::ledger::Ledger;
use mechanics::lenders::netted;
use mechanics::margin::Marks;
use std::collections::BTreeMap;

/// The premiums of the running interval, by instrument: their sum and their number.
#[derive(Clone, Debug)]
pub struct Premiums {
    pub(crate) of: Vec<(i128, u32)>,
    /// By instrument: the rate of the last interval; nothing before the first has ended.
    pub(crate) last: Vec<Rate>,
    /// By instrument and holder, in the order of [`Holders`](super::Holders): what rounding left of its payments. Empty before
    /// the first.
    pub(crate) rests: Vec<Vec<funding::Rest>>,
    /// Where the last tick ended.
    pub(crate) until: Time,
}

impl Premiums {
    pub fn new(plan: &Plan) -> Self {
        let count = plan.instruments.len();
        let (of, last, rests) = (vec![(0, 0); count], vec![Rate::ZERO; count], vec![Vec::new(); count]);
        Self { of, last, rests, until: plan.clock.sessions[0].open }
    }

    /// What was last paid of a perpetual's value.
    pub fn last_rate(&self, instrument: InstrumentId) -> Rate {
        self.last[instrument.index()]
    }
}

/// What each client stands to pay in a year, and since when.
#[derive(Clone, Debug)]
pub struct Accruing {
    /// By lender; empty for those who charge and pay nothing.
    pub(crate) lenders: Vec<Running>,
}

#[derive(Clone, Debug)]
pub struct Running {
    pub(crate) since: Time,
    /// Interest (negative: to be paid to the client) and borrow fees.
    pub(crate) yearly: BTreeMap<AccountId, (Yearly, Yearly)>,
    /// What rounding left of either.
    pub(crate) rests: BTreeMap<AccountId, (Rest, Rest)>,
}

impl Accruing {
    pub fn new(plan: &Plan, clients: &[AccountRuns], ledger: &Ledger, marks: &Marks) -> Self {
        let since = plan.clock.sessions[0].open;
        let running = |(lender, clients): (&LenderPlan, &AccountRuns)| Running {
            since,
            rests: BTreeMap::new(),
            yearly: lender
                .interest
                .as_ref()
                .map_or_else(BTreeMap::new, |terms| owed((terms, false), clients, ledger, marks)),
        };
        Self { lenders: plan.lenders.iter().zip(clients).map(running).collect() }
    }
}

/// Who owes what in a year, as things stand. A lender that has failed pays no interest.
pub fn owed(
    (terms, failed): (&InterestPlan, bool),
    clients: &AccountRuns,
    ledger: &Ledger,
    marks: &Marks,
) -> BTreeMap<AccountId, (Yearly, Yearly)> {
    let netted = netted(ledger, clients.iter());
    let on_credit = if failed { terms.on_credit.min(Rate::ZERO) } else { terms.on_credit };
    let of = |account: AccountId| {
        let cash = netted.get(&account).copied().unwrap_or_else(|| ledger.cash(account));
        let rate = if cash.is_negative() { terms.on_debit } else { on_credit };
        let mut fees = Yearly::ZERO;
        if !terms.borrow.is_empty() {
            let accounts = &ledger.accounts;
            let short = accounts
                .slots(account)
                .filter(|slot| accounts.kind(*slot).is_owned() && accounts.lots(*slot).is_negative());
            for slot in short {
                let instrument = accounts.instrument(slot);
                if let Ok(place) = terms.borrow.binary_search_by_key(&instrument, |(borrowed, _)| *borrowed) {
                    let value = marks.value(instrument, -accounts.lots(slot)).at_least_zero();
                    fees = fees.plus(terms.borrow[place].1, value);
                }
            }
        }
        let yearly = (Yearly::ZERO.plus(rate, -cash), fees);
        (yearly != (Yearly::ZERO, Yearly::ZERO)).then_some((account, yearly))
    };
    clients.iter().filter_map(of).collect()
}
