//! Price formation as a world states it.

use super::Law;
use crate::contracts::Ordinary;
use ground::ops::ln;
use ground::units::Span;
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct ImpactFile {
    pub law: LawFile,
    /// Where on the way from the price before to the price after all of a tick's orders trade. Left out: in the
    /// middle.
    #[read(default)]
    pub fills_at: FillsAt,
    /// Trading time in which half of the impact fades and the price goes half of its way back. Left out: impact stays.
    #[read(default)]
    pub decay: Option<Span>,
}

/// See [`Law`] for formulas and sources.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum LawFile {
    /// Each further unit moves the price as far: a net sale of `units` lowers it by `fall` (0.01 is 1 %) of the
    /// undisturbed price, one of twice as many by twice as much.
    Linear {
        #[read(positive)]
        units: f64,
        fall: f64,
    },
    /// A net sale of a share `q` of the instrument's ordinary daily volume lowers the price by
    /// `coefficient × daily volatility × √q`. Measured coefficients lie around 0.5 to 1.
    SquareRoot {
        #[read(within = 1e-6..=100.0)]
        coefficient: f64,
    },
    /// Each further unit moves the price by the same share of what it is above the floor. A net sale of `units` from
    /// the undisturbed price lowers it by `fall`.
    Exponential {
        #[read(positive)]
        units: f64,
        fall: f64,
        /// Share of the undisturbed price at which buyers take whatever comes. Left out: 0, there are none.
        #[read(default, within = 0.0..=0.99)]
        floor: f64,
    },
    /// Each unit moves the price by the same, and that fades: slowly, and never by the same share, as the time since to
    /// the power `−exponent`. A net sale of `units` at an even pace over `over` lowers the price by `fall` at its end; one
    /// twice as fast by more. Measured exponents lie around 0.2 to 0.5.
    Propagator {
        #[read(positive)]
        units: f64,
        fall: f64,
        /// Trading time.
        over: Span,
        #[read(within = 0.01..=0.95)]
        exponent: f64,
        /// The part of that fall which stays: what must be given to those who have to be persuaded to own it. Left out: 0.
        #[read(default, within = 0.0..=1.0)]
        lasting: f64,
    },
}

/// At which price the orders of one tick trade. `Middle` is what network stress tests assume: each order trades
/// halfway on average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum FillsAt {
    Start,
    #[default]
    Middle,
    End,
}

impl ImpactFile {
    pub fn check(&self, path: &str, ordinary: &Ordinary, findings: &mut Findings) {
        let fall = |path: String, fall: f64, floor: f64, findings: &mut Findings| {
            if !(fall > 0.0 && fall < 1.0 - floor) {
                findings.add(
                    path,
                    format!("a fall of {fall} is not one above 0 and below {}", 1.0 - floor),
                    "give a share of the price that the sale takes off: 0.01 is 1 %",
                );
            }
        };
        match self.law {
            LawFile::Linear { fall: by, .. } => fall(format!("{path}.law.linear.fall"), by, 0.0, findings),
            LawFile::SquareRoot { .. } => {
                if ordinary.daily_volatility == 0.0 {
                    findings.add(
                        format_args!("{path}.law.square_root"),
                        "the square-root law scales with daily volatility, which is 0 here",
                        "give the instrument an `ordinary.daily_volatility`, or name another law",
                    );
                }
            }
            LawFile::Propagator { fall: by, over, .. } => {
                fall(format!("{path}.law.propagator.fall"), by, 0.0, findings);
                if over == Span::ZERO {
                    findings.add(
                        format_args!("{path}.law.propagator.over"),
                        "who sells in no time has no pace",
                        "give a length such as \"1h\"",
                    );
                }
                if self.decay.is_some() {
                    findings.add(
                        format_args!("{path}.decay"),
                        "the impact of a propagator fades by its own exponent",
                        "leave it out, or name another law",
                    );
                }
            }
            LawFile::Exponential { fall: by, floor, .. } => {
                if (0.0..=0.99).contains(&floor) {
                    fall(format!("{path}.law.exponential.fall"), by, floor, findings);
                }
            }
        }
        if self.decay == Some(Span::ZERO) {
            findings.add(
                format_args!("{path}.decay"),
                "impact that fades in no time is none",
                "give a length such as \"1h\", or leave it out for impact that stays",
            );
        }
    }
}

impl LawFile {
    /// In lots.
    pub fn law(self, ordinary: &Ordinary, lot_units: f64) -> Law {
        match self {
            Self::Linear { units, fall } => Law::Linear { per_lot: fall / (units / lot_units) },
            Self::Propagator { units, fall, over, exponent, lasting } => Law::Propagator {
                per_lot: fall / (units / lot_units),
                over: over.as_seconds() as f64,
                exponent,
                lasting,
            },
            Self::SquareRoot { coefficient } => Law::SquareRoot {
                day_move: coefficient * ordinary.daily_volatility,
                day_lots: ordinary.daily_volume_units / lot_units,
            },
            Self::Exponential { units, fall, floor } => {
                // What of the way down to the floor is left after the sale.
                let left = (1.0 - fall - floor) / (1.0 - floor);
                Law::Exponential { per_lot: -ln(left) / (units / lot_units), floor }
            }
        }
    }
}
