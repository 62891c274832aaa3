//! The screen: whether an order may go to the book, asked in a fixed order.
//!
//! In come an order, the account's place in the ledger, the market as it was last published, and the lender's
//! [`Terms`] and [`LimitsPlan`]; out comes how much of the order may go, or the first [`Refusal`]. One file a check,
//! each a pure function over plain numbers:
//!
//! 1. `account_state`: not while it is being unwound or after
//! 2. `instrument`: unknown or halted; a price that no book knows
//! 3. `fat_finger`: size of the order, price collar around the mark
//! 4. `reduce_only`: cut to what is left to close; then `position`
//! 5. `concentration`: share of the float
//! 6. `leverage`: gross exposure over equity
//! 7. `credit`: money and units owed
//! 8. `excess`: initial margin with the order filled; at a custodian, cash and units
//!
//! An order that only makes a position smaller, with all that waits on its side, takes no risk and is asked nothing after the
//! fourth; but where positions hedge each other, whether it leaves less above initial margin than there is, and less
//! than nothing. A lender's forced orders are asked the first two and are never larger than the position. Nothing here
//! places or cancels an order, moves money, or remembers anything.

mod account_state;
mod concentration;
mod credit;
mod excess;
mod fat_finger;
mod instrument;
mod leverage;
mod limits;
mod position;
mod reduce_only;
mod refusal;
#[cfg(test)]
mod tests;

pub use crate::margin::ProposedOrder;
pub use limits::{Check, ConcentrationFile, FatFingerFile, LimitsFile, LimitsPlan, Off};
pub use reduce_only::shrunk;
pub use refusal::Refusal;

use crate::book::OrderKind;
use crate::ledger::{Ledger, Slot};
use crate::margin::models::{exposed, root};
use crate::margin::{Marks, Terms, equity, loss_at_once, positions_with};
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price, Side};

/// What an account may do at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    Open,
    Unwinding,
    Closed,
}

/// An order on its way to the book.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub side: Side,
    /// Positive.
    pub lots: Lots,
    pub kind: OrderKind,
    pub reduce_only: bool,
    /// A lender placed it for an account in breach.
    pub forced: bool,
}

/// What is known when the order is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub ledger: &'a Ledger,
    pub marks: &'a Marks,
    pub terms: &'a Terms,
    pub limits: Option<&'a LimitsPlan>,
    pub state: AccountState,
    /// The market as last published.
    pub mark: Price,
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    pub halted: bool,
    /// What orders of the account that no book has matched yet would lose at once.
    pub held_back: Cash,
    /// What waits on the order's side, without orders that are being withdrawn. Asked of reduce-only orders.
    pub waiting: Lots,
}

/// Where the order's position lies, and how much of it may go to the book.
pub fn admit(known: &Known<'_>, asked: &Asked) -> Result<(Slot, Lots), Refusal> {
    let Asked { account, instrument, side, kind, forced, .. } = *asked;
    account_state::check(known.state, forced)?;
    let slot = instrument::check(known.ledger, account, instrument, known.halted, kind.limit())?;
    let held = known.ledger.accounts.lots(slot);
    if forced {
        return Ok((slot, reduce_only::room(held, side, asked.lots, Lots::ZERO)?));
    }
    let off = known.limits.map_or_else(Off::default, |limits| limits.off_for(account));
    let limits = |check| known.limits.filter(|_| !off.has(check));
    let price = expected_price(known, kind, side);
    if let Some(limits) = limits(Check::FatFinger) {
        fat_finger::size(asked.lots, limits.largest_order(instrument))?;
        if let Some(collar) = limits.collar {
            fat_finger::price(side, price, known.mark, collar)?;
        }
    }
    let lots = if asked.reduce_only { reduce_only::room(held, side, asked.lots, known.waiting)? } else { asked.lots };
    let open = known.ledger.accounts.open_orders(slot, side) + lots;
    position::check(held, side, open, Lots::LARGEST)?;
    let reduces = Side::closing(held) == side && open <= held.abs();
    if reduces || asked.reduce_only {
        if reduces && !asked.reduce_only && !off.has(Check::Excess) && known.terms.margin.hedges() {
            let order = ProposedOrder { account, instrument, side, lots, price };
            excess::keeps_hedges(known.ledger, known.marks, known.terms, &order)?;
        }
        return Ok((slot, lots));
    }
    if let Some(limits) = limits(Check::Position) {
        position::check(held, side, open, limits.largest_position(instrument))?;
    }
    let order = ProposedOrder { account, instrument, side, lots, price };
    if let Some(share) = limits(Check::Concentration).and_then(|limits| limits.share_of_float) {
        let stock = root(known.marks, instrument);
        let afloat = known.marks.afloat(stock) * known.marks.facts(stock).lot_units;
        let after = |lots| concentration::units_after(known.ledger, known.marks, account, instrument, side, lots);
        concentration::check([after(Lots::ZERO), after(lots)], afloat, share)?;
    }
    if let Some(most) = limits(Check::Leverage).and_then(|limits| limits.leverage) {
        let gross =
            positions_with(known.ledger, known.marks, account, Some(&order)).map(|it| exposed(known.marks, &it)).sum();
        let equity = equity(known.ledger, known.marks, account) - loss_at_once(known.marks, &order) - known.held_back;
        leverage::check(gross, equity, most)?;
    }
    if let Some(most) = limits(Check::Credit).and_then(|limits| limits.credit) {
        credit::check(credit::owed_after(known.ledger, known.marks, &order), most)?;
    }
    if !off.has(Check::Excess) {
        excess::check(known.ledger, known.marks, known.terms, &order, known.held_back)?;
    }
    Ok((slot, lots))
}

/// At what price an order will probably trade: its limit, or what stands opposite.
fn expected_price(known: &Known<'_>, kind: OrderKind, side: Side) -> Price {
    kind.limit().unwrap_or_else(|| match side {
        Side::Buy => known.ask.unwrap_or(known.mark),
        Side::Sell => known.bid.unwrap_or(known.mark),
    })
}
