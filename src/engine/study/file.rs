//! What a world asks to be studied.
//!
//! ```ron
//! study: (
//!     from: "2024-03-04 12:00",
//!     quotes: ["share"],
//!     queues: [(instrument: "share", order: 1.0, deepest: 5, widest: 2, waits: "patient")],
//!     rounds: [(trader: "maker", length: "200s")],
//! )
//! ```

use ground::moments::Moment;
use ground::units::{AccountId, InstrumentId, Lots, Span, Tick};
use language::read::Read;

#[derive(Clone, Debug, Default, Read)]
pub struct StudyFile {
    /// Counting begins here, once the market has found its ordinary state. Rounds always begin with the first tick.
    /// Left out: at the start.
    #[read(default)]
    pub from: Option<Moment>,
    /// Instruments of which the spread and the moves are measured. Left out: none.
    #[read(default)]
    pub quotes: Vec<String>,
    /// Left out: none.
    #[read(default)]
    pub queues: Vec<QueuesFile>,
    /// Left out: none.
    #[read(default)]
    pub rounds: Vec<RoundsFile>,
}

#[derive(Clone, Debug, Read)]
pub struct QueuesFile {
    pub instrument: String,
    /// Units of an order: queues are counted in orders.
    #[read(positive)]
    pub order: f64,
    /// Longest queue and widest spread (in price steps) that are told apart.
    #[read(within = 1.0..=DEEPEST as f64)]
    pub deepest: u32,
    #[read(within = 1.0..=WIDEST as f64)]
    pub widest: u32,
    /// Trader, with one member for this instrument, whose orders are followed. Left out: nobody's.
    #[read(default)]
    pub waits: Option<String>,
}

#[derive(Clone, Debug, Read)]
pub struct RoundsFile {
    /// A trader with one member in all.
    pub trader: String,
    pub length: Span,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyPlan {
    pub from: Tick,
    pub quotes: Vec<InstrumentId>,
    pub queues: Vec<QueuesPlan>,
    pub rounds: Vec<RoundsPlan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuesPlan {
    pub instrument: InstrumentId,
    pub order: Lots,
    pub deepest: u32,
    pub widest: u32,
    pub waits: Option<AccountId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundsPlan {
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// In ticks.
    pub length: u32,
}

/// Rows of the table at most, for one instrument: a hundred to each side.
pub const DEEPEST: u32 = 100;
pub const WIDEST: u32 = 20;
