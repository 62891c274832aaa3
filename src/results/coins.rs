//! Rows about coins: pegs, pools and deposits.

use crate::rows::Word;
use crate::stamp::Stamp;
use derive::Row;

/// A coin and its sister at the end of a tick.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "pegs", money)]
pub struct PegRow {
    pub tick: u32,
    pub time: Stamp,
    /// Name of the peg.
    pub peg: String,
    /// The instrument that is to stay at its peg.
    pub coin: String,
    /// What is minted for the coin and burnt for it.
    pub sister: String,
    /// Mark of the coin.
    pub coin_price: f64,
    /// Mark of its sister.
    pub sister_price: f64,
    /// What the module takes the sister to be worth.
    pub oracle_price: f64,
    /// The share of a coin's worth that the next one burnt would lose.
    #[row(unit = Ratio)]
    pub spread: f64,
    /// Net coin offered lately, at par, less what the pools have recovered.
    pub pool_delta: f64,
    /// Units outstanding: those that the world states as the float, with what was minted and without what was burnt.
    pub coin_supply_units: f64,
    pub sister_supply_units: f64,
    /// All of the sister by the oracle over all coins at par; empty where there is no coin.
    #[row(unit = Ratio)]
    pub backing: Option<f64>,
    /// Since the start.
    pub coin_burnt_units: f64,
    pub coin_minted_units: f64,
    pub sister_burnt_units: f64,
    pub sister_minted_units: f64,
    /// The chain stands still.
    pub halted: bool,
}

/// What lies in a pool at the end of a tick.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "pools", money)]
pub struct PoolRow {
    pub tick: u32,
    pub time: Stamp,
    /// The instrument and the venue: `coin@curve`.
    pub pool: String,
    /// Of the next small trade, without the fee; empty where one side has run out.
    pub price: Option<f64>,
    /// Of the instrument in the pool.
    #[row(unit = Units)]
    pub units: f64,
    /// Money in the pool.
    pub money: f64,
    /// Shares that providers have, over those they had at the start: 1 until somebody leaves or adds.
    #[row(unit = Ratio)]
    pub liquidity_left: f64,
}

/// Deposits at one lender, of holders of one size, every few ticks.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "deposits")]
pub struct DepositRow {
    pub tick: u32,
    pub time: Stamp,
    pub lender: String,
    /// What is deposited.
    pub instrument: String,
    /// By what they had at the start: `largest hundredth`, `rest of the largest tenth`, `rest of the larger half`, or
    /// `smaller half`.
    pub size: Word,
    /// How many there are of that size.
    pub holders: u32,
    /// At the start.
    pub start_units: f64,
    /// Not sold, whether asked for or not.
    #[row(unit = Units)]
    pub units: f64,
    /// Paid out so far.
    pub paid_out_units: f64,
    /// What they have, units at the mark and money that came, over what they had at par.
    pub worth_ratio: f64,
    /// Paid a year on a deposit.
    #[row(unit = Ratio)]
    pub rate: f64,
    /// How long who asks now would wait for the first unit.
    pub wait_seconds: f64,
}
