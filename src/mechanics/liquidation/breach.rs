//! One account's unwinding: what is to go, what is on its way, what went and at what price.

use super::steps::Progress;
use ground::units::{
    AccountId, BreachId, Cash, InstrumentId, LenderId, Lots, MarketId, Price, Side, StepValue, Tick, Time,
};

/// Why an account must be unwound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachCause {
    CallUnmet,
    /// The lender gives no time.
    NoGrace,
    /// The same client failed another lender, in this breach.
    CrossDefault(BreachId),
    /// It could not pay its part of what another member of the clearing house owed, in this breach.
    Assessment(BreachId),
    /// Its lender failed while it was below zero.
    LenderFailed,
}

impl BreachCause {
    pub const fn word(self) -> &'static str {
        match self {
            Self::CallUnmet => "call unmet",
            Self::NoGrace => "no grace",
            Self::CrossDefault(_) => "cross default",
            Self::Assessment(_) => "assessment unpaid",
            Self::LenderFailed => "lender failed",
        }
    }
}

/// One position to be closed, in full or in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The position's instrument, which may be a swap.
    pub instrument: InstrumentId,
    /// Where it is traded.
    pub market: MarketId,
    pub side: Side,
    /// Mark at the breach; of what was taken on later, the one of then.
    pub breach_price: Price,
    /// Still to be traded.
    pub remaining: Lots,
    /// Part of `remaining` that orders already in the book are for.
    pub working: Lots,
    /// Part of `remaining` that is on offer in auctions.
    pub offered: Lots,
    pub total: Lots,
    /// An auction did not sell it, and it goes through the book from now on.
    pub to_book: bool,
    /// Offers so far that ended without a sale of all they offered.
    pub rounds_unsold: u32,
    /// Where it is sold step by step.
    pub(super) progress: Progress,
    pub orders: u32,
    pub ordered: Lots,
    pub filled: Lots,
    /// Lots times price over all fills, in lot-steps: divide by `filled` for the average price.
    pub lot_steps: i128,
    pub first_fill: Option<Time>,
    pub last_fill: Option<Time>,
}

impl Target {
    pub fn new(instrument: InstrumentId, market: MarketId, position: Lots, lots: Lots, mark: Price) -> Self {
        Self {
            instrument,
            market,
            side: Side::closing(position),
            breach_price: mark,
            remaining: lots,
            working: Lots::ZERO,
            offered: Lots::ZERO,
            total: lots,
            to_book: false,
            rounds_unsold: 0,
            progress: Progress::default(),
            orders: 0,
            ordered: Lots::ZERO,
            filled: Lots::ZERO,
            lot_steps: 0,
            first_fill: None,
            last_fill: None,
        }
    }

    pub fn order(&mut self, lots: Lots) {
        self.orders += 1;
        self.ordered += lots;
        self.working += lots;
    }

    pub fn fill(&mut self, lots: Lots, price: Price, now: Time) {
        self.working -= lots;
        self.remaining -= lots;
        self.filled += lots;
        self.lot_steps += i128::from(lots.get()) * i128::from(price.steps());
        self.first_fill.get_or_insert(now);
        self.last_fill = Some(now);
    }

    /// An order was taken back before it came to the book.
    pub fn taken_back(&mut self, lots: Lots) {
        self.orders -= 1;
        self.ordered -= lots;
        self.working -= lots;
    }

    /// What its way may sell, and no offer is for. Orders in the book lapse before the next one comes, so they do not
    /// count.
    pub fn free(&self) -> Lots {
        (self.remaining - self.left_over() - self.offered).max(Lots::ZERO)
    }

    /// Put up in an auction.
    pub fn offer(&mut self, lots: Lots) {
        self.orders += 1;
        self.ordered += lots;
        self.offered += lots;
    }

    /// Sold in an auction.
    pub fn hand_over(&mut self, lots: Lots, price: Price, now: Time) {
        self.offered -= lots;
        self.working += lots;
        self.fill(lots, price, now);
    }

    /// An offer ended with this much of it unsold.
    pub fn take_back(&mut self, lots: Lots) {
        self.offered -= lots;
        self.rounds_unsold += 1;
    }

    /// So many lots were closed without an order: others took them over.
    pub fn taken_over(&mut self, lots: Lots) {
        self.remaining -= lots.min(self.remaining);
    }

    /// An order ended with this much of it unfilled.
    pub fn unfilled(&mut self, lots: Lots) {
        self.working -= lots;
    }

    /// What so many lots of it were worth at the mark of the breach.
    pub fn at_breach(&self, lots: Lots, step_value: StepValue) -> Cash {
        step_value.value(lots, self.breach_price).abs()
    }

    /// What was received for sales or paid for purchases.
    pub fn notional(&self, step_value: StepValue) -> Cash {
        Cash::minor(self.lot_steps * i128::from(step_value.get()))
    }

    /// How much worse than at the mark of the breach it went; negative when it went better.
    pub fn slippage(&self, step_value: StepValue) -> Cash {
        let at_breach = step_value.value(self.filled, self.breach_price);
        match self.side {
            Side::Sell => at_breach - self.notional(step_value),
            Side::Buy => self.notional(step_value) - at_breach,
        }
    }
}

/// What stood in an account when it broke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Where no more than a part may be to be closed. Empty where all of it is: then the targets say it, and of a million that break
    /// at once nothing is kept twice.
    pub positions: Box<[Held]>,
    /// What was to be closed, at the marks of then.
    pub to_close: Cash,
    /// How much more its lender asked than before, where it was called for that.
    pub hike: Cash,
}

/// A position as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub instrument: InstrumentId,
    pub market: MarketId,
    pub lots: Lots,
    pub mark: Price,
}

/// An account in breach, from the breach until it is closed or healthy again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub id: BreachId,
    pub account: AccountId,
    pub lender: LenderId,
    pub cause: BreachCause,
    pub tick: Tick,
    /// The last tick in which the account was known to have its initial requirement.
    pub last_sound: Tick,
    /// No order before this, but for what is sold at its own time.
    pub start: Time,
    /// When the steps begin by which its lender sells some things apart.
    pub moments: Vec<Vec<Option<Time>>>,
    /// Which agreement between lenders it is sold by.
    pub agreed: Option<usize>,
    /// Ticks in which orders could be placed so far.
    pub ticks_worked: u32,
    pub found: Found,
    pub targets: Vec<Target>,
}

impl Breach {
    pub fn target_mut(&mut self, instrument: InstrumentId) -> Option<&mut Target> {
        self.targets.iter_mut().find(|target| target.instrument == instrument)
    }

    /// What it held when it broke: where, and how much of it.
    pub fn held(&self) -> impl Iterator<Item = (InstrumentId, MarketId, Lots)> + '_ {
        let closing = |target: &Target| {
            let lots = if target.side == Side::Sell { target.total } else { -target.total };
            (target.instrument, target.market, lots)
        };
        let targets = self.targets.iter().filter(|_| self.found.positions.is_empty()).map(closing);
        self.found.positions.iter().map(|held| (held.instrument, held.market, held.lots)).chain(targets)
    }

    /// Nothing has been sold, and what is to be closed is chosen anew. It is still sold for less, or more, than it was worth at
    /// the breach.
    pub fn choose_anew(&mut self, targets: Vec<Target>) {
        self.targets = targets;
        for target in &mut self.targets {
            if let Some(held) = self.found.positions.iter().find(|held| held.instrument == target.instrument) {
                target.breach_price = held.mark;
            }
        }
    }

    /// More of a position is to be closed than was known at the breach.
    pub fn take_on(&mut self, instrument: InstrumentId, market: MarketId, position: Lots, mark: Price) {
        match self.target_mut(instrument) {
            Some(target) => {
                target.side = Side::closing(position);
                target.remaining += position.abs();
                target.total += position.abs();
            }
            None => self.targets.push(Target::new(instrument, market, position, position.abs(), mark)),
        }
    }

    /// When it last sold something, or, if it never did, when it could have.
    pub fn last_active(&self) -> Time {
        self.targets.iter().filter_map(|target| target.last_fill).max().unwrap_or(self.start)
    }

    /// Whether any order or offer has been made.
    pub fn has_begun(&self) -> bool {
        self.targets.iter().any(|target| target.orders > 0)
    }

    /// An instrument has ended: its positions are gone without having been traded.
    pub fn end(&mut self, instrument: InstrumentId) {
        if let Some(target) = self.target_mut(instrument) {
            target.total -= target.remaining;
            target.remaining = Lots::ZERO;
        }
    }

    /// No more is to go than orders and offers are out for.
    pub fn stop(&mut self) {
        for target in &mut self.targets {
            let out = target.working + target.offered;
            target.total -= target.remaining - out;
            target.remaining = out;
        }
    }

    /// Nothing is to go and no order is out.
    pub fn is_done(&self) -> bool {
        self.targets.iter().all(|target| target.remaining.is_zero() && target.working.is_zero())
    }
}
