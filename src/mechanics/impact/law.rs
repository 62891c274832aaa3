//! How far net volume moves a price.
//!
//! | law | price as a multiple of the undisturbed one, under the net volume `q` | source |
//! |---|---|---|
//! | linear | `1 + λ q` | Kyle, Econometrica 53 (1985) 1315-1335; as return on volume sold in Greenwood, Landier and Thesmar, Journal of Financial Economics 115 (2015) 471-485 |
//! | square root | `1 ± Y σ √(\|q\| / V)` | Tóth and others, Physical Review X 1 (2011) 021006; `Y` of order one, `σ` and `V` of an ordinary day |
//! | exponential | `f + (1 − f) exp(β q)` | Cont and Schaanning, "Fire sales, indirect contagion and systemic stress testing" (2017), with the floor `f`; without it Caccioli, Shrestha, Moore and Farmer, Journal of Banking and Finance 46 (2014) 233-245 |
//!
//! | propagator | `1 + λ q`, where `q` is what is left of all volume: a sale fades with time as `t^(−β)`, but for the part that lasts | Bouchaud, Gefen, Potters and Wyart, Quantitative Finance 4 (2004) 176-190; `β` a little below one half |
//!
//! Sales are negative. A purchase moves the price up by the same formula. No multiple is below zero: a linear law
//! ends there.

use ground::ops::{exp, ln};

/// One of the functions above, in lots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    Linear {
        per_lot: f64,
    },
    SquareRoot {
        /// `Y σ`: the move that a day's volume makes.
        day_move: f64,
        day_lots: f64,
    },
    Exponential {
        per_lot: f64,
        /// Share of the undisturbed price below which no sale can push it.
        floor: f64,
    },
    /// Linear in what `memory` has left of the volume.
    Propagator {
        per_lot: f64,
        /// Seconds of an even sale of which the price at its end feels all.
        over: f64,
        exponent: f64,
        /// The part of that which never fades.
        lasting: f64,
    },
}

impl Law {
    /// The price as a multiple of the undisturbed one.
    pub fn multiple(&self, lots: f64) -> f64 {
        let multiple = match *self {
            Self::Linear { per_lot } | Self::Propagator { per_lot, .. } => 1.0 + per_lot * lots,
            Self::SquareRoot { day_move, day_lots } => 1.0 + (day_move * (lots.abs() / day_lots).sqrt()).copysign(lots),
            Self::Exponential { per_lot, floor } => floor + (1.0 - floor) * exp(per_lot * lots),
        };
        multiple.max(0.0)
    }

    /// The lots under which the price is that multiple; infinitely many where none suffice.
    pub fn pressure_at(&self, multiple: f64) -> f64 {
        match *self {
            Self::Linear { per_lot } | Self::Propagator { per_lot, .. } => (multiple - 1.0) / per_lot,
            Self::SquareRoot { day_move, day_lots } => {
                let days = (multiple - 1.0) / day_move;
                (days * days * day_lots).copysign(multiple - 1.0)
            }
            Self::Exponential { per_lot, floor } => {
                let above = (multiple - floor) / (1.0 - floor);
                if above > 0.0 { ln(above) / per_lot } else { f64::NEG_INFINITY }
            }
        }
    }

    /// How much more a lot weighs at that multiple of ordinary volatility. Only the square-root law knows volatility,
    /// under its root.
    pub fn weight(&self, volatility: f64) -> f64 {
        match self {
            Self::SquareRoot { .. } => volatility * volatility,
            Self::Linear { .. } | Self::Exponential { .. } | Self::Propagator { .. } => 1.0,
        }
    }
}
