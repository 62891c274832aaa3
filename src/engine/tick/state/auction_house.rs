//! What lenders have on offer off the book.

use crate::plan::InstrumentPlan;
use crate::tick::clock::Clock;
use bevy_ecs::prelude::Entity;
use ground::units::{BreachId, InstrumentId, LenderId, Lots, MarketId, Price, Side, Tick, Time, TraderId};
use mechanics::liquidation::{Auction, Target, Way};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Lots of one position that are auctioned side by side.
const MOST_AT_ONCE: usize = 1_000;

/// Who offers, and how.
#[derive(Clone, Debug)]
pub struct Offer {
    pub breach: BreachId,
    pub lender: LenderId,
    pub auction: Auction,
    pub way: Arc<Way>,
    /// The client and the agreement under which it is sold together with what other lenders put up.
    pub common: Option<(TraderId, usize)>,
}

/// One offer.
#[derive(Clone, Debug)]
pub struct Lot {
    /// Tells it from others in the draw of turns.
    pub(crate) number: u32,
    pub(crate) breach: BreachId,
    pub(crate) lender: LenderId,
    pub(crate) way: Arc<Way>,
    pub(crate) common: Option<(TraderId, usize)>,
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

impl Lot {
    /// When its time is over.
    pub fn due(&self) -> Time {
        self.opened_at + self.auction.length()
    }
}

/// What is on offer, oldest first.
#[derive(Debug, Default)]
pub struct AuctionHouse {
    pub(crate) lots: Vec<Lot>,
    pub(crate) opened: u32,
    /// Lots sold off the book of each market since the last row.
    pub(crate) sold: BTreeMap<MarketId, Lots>,
}

impl AuctionHouse {
    /// Puts lots of a target up: as one, or, where bids rise, in pieces.
    pub fn put_up(
        &mut self,
        offer: Offer,
        target: &mut Target,
        lots: Lots,
        mark: Price,
        about: &InstrumentPlan,
        clock: &Clock,
    ) {
        let Offer { breach, lender, auction, way, common } = offer;
        let opened_at = target.put_up_at(clock.end());
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
                way: Arc::clone(&way),
                common,
                instrument: target.instrument,
                market: target.market,
                side: target.side,
                lots,
                auction,
                opened: clock.tick(),
                opened_at,
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
