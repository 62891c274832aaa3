//! The shapes that demand can have.

use ground::units::{Lots, Price, StepValue};

/// Lots wanted at a price. Money is in minor units, prices are in steps, both as real numbers: a trader's view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Curve {
    /// So many lots at any price.
    Fixed { lots: f64 },
    /// What a sum of money buys, `money / p`: the noise traders of Poledna, Thurner, Farmer and Geanakoplos.
    Cash { money: f64 },
    /// A value fund with borrowed money (Thurner, Farmer and Geanakoplos 2012): below `value` it wants to hold
    /// `min(aggressiveness × (value − p) / value, cap)` times its wealth, and nothing above. Its wealth is `cash`,
    /// which is negative when it owes, and the `held` lots at the price itself; one that has none left wants
    /// nothing.
    Fund { value: f64, aggressiveness: f64, cap: f64, cash: f64, held: f64 },
}

impl Curve {
    /// Whole lots, by one rounding to the nearest, which favours nobody.
    pub fn lots(&self, price: Price, step_value: StepValue) -> Lots {
        let wanted = self.demand(price.steps() as f64, step_value.get() as f64);
        let largest = Lots::LARGEST.get() as f64;
        Lots::new(if wanted.is_nan() { 0 } else { wanted.round().clamp(-largest, largest) as i64 })
    }

    /// At a price above zero; a step of a lot is worth so many minor units.
    fn demand(&self, price: f64, step_value: f64) -> f64 {
        match *self {
            Self::Fixed { lots } => lots,
            Self::Cash { money } => money / (price * step_value),
            Self::Fund { value, aggressiveness, cap, cash, held } => {
                if price >= value {
                    return 0.0;
                }
                let leverage = (aggressiveness * (1.0 - price / value)).min(cap);
                leverage * (cash / (price * step_value) + held).max(0.0)
            }
        }
    }
}
