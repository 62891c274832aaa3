//! What a world says of a peg.

use ground::units::Span;
use language::findings::Findings;
use language::read::Read;

/// A coin that whoever likes may burn for as much of its sister as the oracle says it is worth, and the other way round.
///
/// ```ron
/// pegs: {
///     "terra": (coin: "ust", sister: "luna", par: 1.0, base_pool: 72_000_000.0, recovery: 36,
///         blocks_a_day: 12_762, least_spread: 0.005, oracle_every: "30s"),
/// },
/// ```
#[derive(Clone, Debug, PartialEq, Read)]
pub struct PegFile {
    /// The coin that is to stay at its peg.
    pub coin: String,
    /// What is minted for it and burnt for it.
    pub sister: String,
    /// What the module takes a coin to be worth, whatever it trades at, in the currency of the world.
    #[read(positive)]
    pub par: f64,
    /// What each of the two virtual pools holds at rest, in the currency of the world.
    #[read(positive)]
    pub base_pool: f64,
    /// Blocks in which the pools would be at rest again, if they went back evenly.
    pub recovery: u32,
    pub blocks_a_day: u32,
    /// The spread that is charged at least, as a share of what is offered.
    #[read(within = 0.0..=0.99)]
    pub least_spread: f64,
    /// Time between two looks of the oracle at the mark of the sister.
    #[read(some_time)]
    pub oracle_every: Span,
    /// How old the mark is that it sees. Left out: that of the last tick.
    #[read(default = "no_lag")]
    pub oracle_lag: Span,
}

fn no_lag() -> Span {
    Span::ZERO
}

impl PegFile {
    /// What is wrong with its numbers, beyond the bounds that stand beside their fields.
    pub fn check(&self, path: &str, findings: &mut Findings) {
        for (field, blocks) in [("recovery", self.recovery), ("blocks_a_day", self.blocks_a_day)] {
            if blocks == 0 {
                findings.add(format_args!("{path}.{field}"), "no blocks at all", "give one or more");
            }
        }
        if self.coin == self.sister {
            let reason = format!("\"{}\" would be burnt for itself", self.coin);
            findings.add(format_args!("{path}.sister"), reason, "name another instrument");
        }
    }
}
