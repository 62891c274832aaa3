//! What lenders have on offer off the book.

use crate::plan::InstrumentPlan;
use crate::tick::clock::Clock;
use bevy_ecs::prelude::{Entity, Resource};
use ground::units::{BreachId, InstrumentId, LenderId, Lots, MarketId, Price, Side, Tick, Time};
use mechanics::liquidation::{Auction, Target};

/// Lots of one position that are auctioned side by side.
const MOST_AT_ONCE: usize = 1_000;

/// One offer.
#[derive(Clone, Copy, Debug)]
pub struct Lot {
    /// Tells it from others in the draw of turns.
    pub(crate) number: u32,
    pub(crate) breach: BreachId,
    pub(crate) lender: LenderId,
    pub(crate) instrument: InstrumentId,
    pub(crate) market: MarketId,
    /// The side of the account that is sold out.
    pub(crate) side: Side,
    pub(crate) lots: Lots,
    pub(crate) auction: Auction,
    pub(crate) opened: Tick,
    pub(crate) opened_at: Time,
    pub(crate) mark: Price,
    /// Where bids rise: the best, and by which bidder.
    pub(crate) best: Option<(Price, Entity)>,
    pub(crate) bids: u32,
}

/// What is on offer, oldest first.
#[derive(Debug, Default, Resource)]
pub struct AuctionHouse {
    pub(crate) lots: Vec<Lot>,
    pub(crate) opened: u32,
}

impl AuctionHouse {
    /// Puts lots of a target up: as one, or, where bids rise, in pieces.
    #[allow(clippy::too_many_arguments, reason = "an offer is that many things")]
    pub fn put_up(
        &mut self,
        breach: BreachId,
        lender: LenderId,
        target: &mut Target,
        lots: Lots,
        auction: Auction,
        mark: Price,
        about: &InstrumentPlan,
        clock: &Clock,
    ) {
        let piece = match auction {
            Auction::English { lot_units, .. } => about.lots_of(lot_units).max(Lots::new(1)),
            Auction::Block { .. } | Auction::Backstop { .. } | Auction::Dutch { .. } => lots,
        };
        let own = |lot: &&Lot| (lot.breach, lot.instrument) == (breach, target.instrument);
        let room = MOST_AT_ONCE.saturating_sub(self.lots.iter().filter(own).count());
        let mut left = lots;
        for _ in 0..room {
            let lots = left.min(piece);
            if !lots.is_positive() {
                break;
            }
            left -= lots;
            target.offer(lots);
            self.opened = self.opened.wrapping_add(1);
            self.lots.push(Lot {
                number: self.opened,
                breach,
                lender,
                instrument: target.instrument,
                market: target.market,
                side: target.side,
                lots,
                auction,
                opened: clock.tick(),
                opened_at: clock.end(),
                mark,
                best: None,
                bids: 0,
            });
        }
    }

    /// All that a lender has on offer of one side of one market.
    pub fn on_offer(&self, lender: LenderId, market: MarketId, side: Side) -> Lots {
        let own = self.lots.iter().filter(|lot| (lot.lender, lot.market, lot.side) == (lender, market, side));
        own.map(|lot| lot.lots).sum()
    }
}
