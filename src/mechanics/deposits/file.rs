//! What a world says of deposits.

use ground::units::{Cash, InstrumentId, Lots, Rate, Span};
use language::findings::Findings;
use language::read::Read;

/// A coin is left with the lender for a rate.
///
/// ```ron
/// deposits: (instrument: "coin", par: 1.0, rate: 0.195, earns: 0.08, pays_a_day: Some(2_000_000.0)),
/// ```
#[derive(Clone, Debug, PartialEq, Read)]
pub struct DepositsFile {
    /// What is deposited.
    pub instrument: String,
    /// What a unit counts for, whatever it trades at, in the currency of the world.
    #[read(positive)]
    pub par: f64,
    /// Paid a year, as a share of what the deposit counts for.
    #[read(within = 0.0..=10.0)]
    pub rate: f64,
    /// The part of the rate that the lender earns. The rest comes out of its capital, while that lasts.
    #[read(within = 0.0..=10.0)]
    pub earns: f64,
    /// Units that it pays out in a day, to who asked first. Left out: all that is asked for, at once.
    #[read(default)]
    pub pays_a_day: Option<f64>,
    /// From one payment of interest to the next, counted from midnight. Left out: an hour.
    #[read(default = "hourly")]
    pub settles: Span,
}

fn hourly() -> Span {
    Span::seconds(3_600)
}

impl DepositsFile {
    /// What is wrong with its numbers, beyond the bounds that stand beside their fields.
    pub fn check(&self, path: &str, findings: &mut Findings) {
        if self.earns > self.rate {
            let reason = format!("it earns {} and pays {}", self.earns, self.rate);
            findings.add(
                format_args!("{path}.earns"),
                reason,
                "give no more than the rate: only what is missing matters",
            );
        }
        if let Some(units) = self.pays_a_day {
            findings.positive(format_args!("{path}.pays_a_day"), units);
        }
        if self.settles == Span::ZERO || 86_400 % self.settles.as_seconds() != 0 {
            let reason = format!("a day is not a whole number of periods of {}", self.settles);
            findings.add(format_args!("{path}.settles"), reason, "give one that divides a day, such as \"1h\"");
        }
    }
}

/// The same in whole numbers and ids.
#[derive(Clone, Debug, PartialEq)]
pub struct DepositsPlan {
    pub instrument: InstrumentId,
    /// What a lot counts for.
    pub par: Cash,
    pub rate: Rate,
    pub earns: Rate,
    /// `None`: all that is asked for.
    pub pays_a_day: Option<Lots>,
    pub settles: Span,
}

impl DepositsPlan {
    /// What lots count for.
    #[must_use]
    pub fn worth(&self, lots: Lots) -> Cash {
        Cash::minor(self.par.to_minor() * i128::from(lots.get()))
    }
}
