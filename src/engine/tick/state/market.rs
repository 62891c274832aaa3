//! Markets as they stand, however their prices come about.

use crate::tick::trays::Happenings;
use ground::units::{AccountId, InstrumentId, Lots, MarketId, Price, Side};
use mechanics::book::{Book, OrderKey};
use mechanics::demand::Clearing;
use mechanics::impact::Impact;
use mechanics::pool::{Pool, Shares};
use std::ops::{Index, IndexMut};

/// One instrument's market on one venue.
#[derive(Debug)]
pub struct MarketBook {
    pub id: MarketId,
    pub instrument: InstrumentId,
    pub forming: Forming,
}

/// Where its price comes from, as it stands.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "nearly every market has a book, and it is looked at all the time")]
pub enum Forming {
    Book(Book),
    Impact(Impact),
    Demand(Clearing),
    Pool(Lying),
}

/// A pool as it lies somewhere.
#[derive(Debug)]
pub struct Lying {
    pub pool: Pool,
    /// In which it lies, and which trades with everybody.
    pub account: AccountId,
    /// Whose it is.
    pub shares: Shares,
}

impl MarketBook {
    /// The book in which orders meet. Where there is none nothing rests, and all that trades in a tick does so at once.
    pub fn book(&self) -> Option<&Book> {
        if let Forming::Book(book) = &self.forming { Some(book) } else { None }
    }

    pub fn book_mut(&mut self) -> Option<&mut Book> {
        if let Forming::Book(book) = &mut self.forming { Some(book) } else { None }
    }

    pub fn has_book(&self) -> bool {
        self.book().is_some()
    }

    pub fn impact(&self) -> Option<&Impact> {
        if let Forming::Impact(impact) = &self.forming { Some(impact) } else { None }
    }

    pub fn impact_mut(&mut self) -> Option<&mut Impact> {
        if let Forming::Impact(impact) = &mut self.forming { Some(impact) } else { None }
    }

    /// The price where there is no book. A pool of which one side is empty has none.
    pub fn formed(&self) -> Option<Price> {
        match &self.forming {
            Forming::Book(_) => None,
            Forming::Impact(impact) => Some(impact.mark()),
            Forming::Demand(clearing) => Some(clearing.price),
            Forming::Pool(lying) => lying.pool.price(),
        }
    }

    pub fn bid(&self) -> Option<Price> {
        match &self.forming {
            Forming::Book(book) => book.best_bid(),
            Forming::Pool(lying) => lying.pool.best(Side::Buy),
            Forming::Impact(_) | Forming::Demand(_) => self.formed(),
        }
    }

    pub fn ask(&self) -> Option<Price> {
        match &self.forming {
            Forming::Book(book) => book.best_ask(),
            Forming::Pool(lying) => lying.pool.best(Side::Sell),
            Forming::Impact(_) | Forming::Demand(_) => self.formed(),
        }
    }

    /// What lies there, where the price forms in a pool.
    pub fn lying(&self) -> Option<&Lying> {
        if let Forming::Pool(lying) = &self.forming { Some(lying) } else { None }
    }

    pub fn lying_mut(&mut self) -> Option<&mut Lying> {
        if let Forming::Pool(lying) = &mut self.forming { Some(lying) } else { None }
    }

    /// The last price at which orders met in the book.
    pub fn last_price(&self) -> Option<Price> {
        self.book().and_then(Book::last_price)
    }

    /// Whether orders wait on both sides of a book.
    pub fn is_two_sided(&self) -> bool {
        self.book().is_some_and(|book| book.best_bid().is_some() && book.best_ask().is_some())
    }

    /// Lots that can be sold (or bought) before the price is a share `band` of the mark away from it. What
    /// waits on the side named.
    pub fn depth(&self, side: Side, mark: Price, band: f64) -> Lots {
        match &self.forming {
            Forming::Impact(impact) => {
                let ratio = if side == Side::Buy { -band } else { band };
                impact.volume_to_move(ratio).abs()
            }
            Forming::Demand(clearing) => clearing.depth(side, band),
            Forming::Pool(lying) => lying.pool.depth(side, band),
            Forming::Book(book) => {
                let away = (mark.steps() as f64 * band).abs().round() as i64;
                let edge = match side {
                    Side::Buy => mark - away,
                    Side::Sell => mark + away,
                };
                book.depth(side, edge.clamped())
            }
        }
    }
}

/// All markets, by id.
#[derive(Debug)]
pub struct Markets(Vec<MarketBook>);

impl Markets {
    pub fn new(markets: Vec<MarketBook>) -> Self {
        Self(markets)
    }

    pub fn iter(&self) -> impl Iterator<Item = &MarketBook> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut MarketBook> {
        self.0.iter_mut()
    }

    /// Takes an order back, if it rests there; what became of it is among the happenings.
    pub fn cancel(&mut self, id: MarketId, key: OrderKey, happenings: &mut Happenings) {
        if let Some(book) = self[id].book_mut() {
            book.cancel(key, &mut happenings.events);
            happenings.note(id);
        }
    }

    /// Cuts an order down to what is to remain of it.
    pub fn reduce(&mut self, id: MarketId, key: OrderKey, remaining: Lots, happenings: &mut Happenings) {
        if let Some(book) = self[id].book_mut() {
            book.reduce(key, remaining, &mut happenings.events);
            happenings.note(id);
        }
    }
}

impl Index<MarketId> for Markets {
    type Output = MarketBook;

    fn index(&self, id: MarketId) -> &MarketBook {
        &self.0[id.index()]
    }
}

impl IndexMut<MarketId> for Markets {
    fn index_mut(&mut self, id: MarketId) -> &mut MarketBook {
        &mut self.0[id.index()]
    }
}
