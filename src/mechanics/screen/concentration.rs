//! Fifth check: how much of all there is of a thing one account would hold.
//!
//! Positions in the thing and in what is written on it count together, by units of the underlying and with their
//! sign, each with its orders on that side filled: a swap on a tenth of a company is a tenth of the company. An
//! option counts as what it is written on, at full size: a put with the other sign, for who has sold one may have to
//! take the thing, and a short in the thing hedges it.

use super::Refusal;
use crate::ledger::Ledger;
use crate::margin::models::root;
use crate::margin::{Marks, Payoff, Right};
use ground::units::{AccountId, InstrumentId, Lots, Rate, Side};

/// Units of the order's underlying that the account would be long, were all its orders that lead where this one leads
/// filled: to buy a put leads where to sell the thing does.
pub fn units_after(
    ledger: &Ledger,
    marks: &Marks,
    account: AccountId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
) -> f64 {
    let (accounts, underlying) = (&ledger.accounts, root(marks, instrument));
    let is_put = |own| matches!(marks.facts(own).payoff, Payoff::Option { right: Right::Put, .. });
    let turned = is_put(instrument);
    let of_slot = |slot| {
        let own = accounts.instrument(slot);
        if root(marks, own) != underlying {
            return 0.0;
        }
        let joining = if own == instrument { lots } else { Lots::ZERO };
        let own_side = if is_put(own) == turned { side } else { side.opposite() };
        let filled = accounts.lots(slot) + own_side.signed(accounts.open_orders(slot, own_side) + joining);
        let units = filled.get() as f64 * marks.facts(own).lot_units;
        if is_put(own) { -units } else { units }
    };
    accounts.slots(account).map(of_slot).sum()
}

/// What leaves less of it than there would be without is no concentration.
pub fn check([without, with]: [f64; 2], float_units: f64, share: Rate) -> Result<(), Refusal> {
    let more = with.abs() > without.abs();
    if more && with.abs() > share.to_f64() * float_units { Err(Refusal::Concentration) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twentieth_of_a_million_shares_is_fifty_thousand() {
        let twentieth = Rate::from_billionths(50_000_000);
        assert_eq!(check([0.0, 50_000.0], 1e6, twentieth), Ok(()));
        assert_eq!(check([0.0, 50_001.0], 1e6, twentieth), Err(Refusal::Concentration));
        assert_eq!(check([50_000.0, -50_001.0], 1e6, twentieth), Err(Refusal::Concentration));
        assert_eq!(check([60_000.0, 54_000.0], 1e6, twentieth), Ok(()), "less than before");
        assert_eq!(check([0.0, 1e12], f64::INFINITY, twentieth), Ok(()), "of what there is no end to, nobody has much");
    }
}
