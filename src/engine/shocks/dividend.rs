//! A cash dividend: the issuer, who is outside the world, pays who holds, and who is short pays it: whoever has bought the
//! borrowed units gets the dividend from the issuer, and their lender from the short.
//!
//! A lender holds what its clients' swaps are on. What it gets for that it passes on to them, as a swap on the total
//! return does.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use crate::tick::state::{Lying, MarketBook};
use ground::moments::Moment;
use ground::numbers::Decimal;
use ground::units::{Cash, InstrumentId};
use language::findings::Findings;
use language::read::Read;
use mechanics::ledger::Why;

/// In minor units: no dividend for one lot is larger, so that no account's overflows.
const MOST_A_LOT: u128 = 1 << 60;

/// A cash dividend: who holds units gets so much for each from their issuer, and who is short of them owes it; what a lender
/// gets for the units behind a swap it passes on, and what lies in a pool is its providers', by their shares. The price does not fall by itself: a `Jump` or `Value` at the same
/// moment says by how much.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// One that is owned outright.
    pub instrument: String,
    /// For one unit. What is paid for a lot must be a whole number of the smallest amounts of money.
    #[read(positive)]
    pub amount: f64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub instrument: InstrumentId,
    pub a_lot: Cash,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let at = format!("{path}.instrument");
        if let Some(about) = stated.instrument(&self.instrument, &at, findings).filter(|about| !about.owned()) {
            let reason = format!("\"{}\" is {} and pays no dividend", self.instrument, about.what());
            findings.add(at, reason, "name a spot instrument");
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        let instrument = drafted.instrument(&self.instrument)?;
        if !(self.amount > 0.0 && self.amount.is_finite()) {
            return None;
        }
        let minor = Decimal::of(self.amount)
            .and_then(|amount| amount.times(Decimal::of(drafted.about(instrument).lot_units)?))
            .and_then(|a_lot| a_lot.shifted(drafted.decimals).whole())
            .filter(|minor| minor.unsigned_abs() <= MOST_A_LOT);
        let Some(minor) = minor else {
            findings.add(
                format_args!("{path}.amount"),
                format!("a lot's {} are no whole number of the smallest amounts of money, or too many", self.amount),
                "give `currency.decimals` more decimals, or round the dividend",
            );
            return None;
        };
        Some(Plan { instrument, a_lot: Cash::minor(minor) })
    }

    fn instruments(plan: &Plan) -> Vec<InstrumentId> {
        vec![plan.instrument]
    }

    fn scale(plan: &mut Plan, by: f64) {
        plan.a_lot = Cash::minor((plan.a_lot.to_minor() as f64 * by) as i128);
    }

    fn strike(&Plan { instrument, a_lot }: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let plan = &field.scene.plan;
        let ledger = &mut field.ledger;
        let outside = ledger.purses.outside();
        let pays =
            |of: InstrumentId| of == instrument || plan.instruments[of.index()].kind.swap_of() == Some(instrument);
        for of in (0..plan.instruments.len()).map(InstrumentId::from_index).filter(|of| pays(*of)) {
            field.marks.pay_out(of, a_lot);
        }
        let pools: Vec<&Lying> = field.markets.iter().filter_map(MarketBook::lying).collect();
        let mut moves = Vec::new();
        for account in ledger.accounts.ids() {
            let own = ledger.purses.account(account);
            for slot in ledger.accounts.slots(account) {
                let of = ledger.accounts.instrument(slot);
                let due = Cash::minor(a_lot.to_minor() * i128::from(ledger.accounts.lots(slot).get()));
                if of == instrument {
                    // What lies in a pool is its providers'. Left in the pool the money would raise its price.
                    match pools.iter().find(|lying| lying.account == account) {
                        Some(lying) => moves.extend(
                            lying
                                .shares
                                .parts(due)
                                .map(|(provider, part)| (outside, ledger.purses.account(provider), part)),
                        ),
                        None => moves.push((outside, own, due)),
                    }
                } else if ledger.accounts.kind(slot).is_swap()
                    && plan.instruments[of.index()].kind.underlying() == Some(instrument)
                {
                    let house = plan.lenders[ledger.accounts.lender(account).index()].house;
                    moves.push((ledger.purses.account(house), own, due));
                }
            }
        }
        for (from, to, amount) in moves {
            ledger.transfer(from, to, amount, Why::Dividend);
        }
    }
}
