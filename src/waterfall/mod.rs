//! Who pays what an account still owes once it is flat. One file a layer.

mod lender_capital;

use crate::units::Cash;
use crate::world::plan::LayerPlan;
use serde::{Deserialize, Serialize};

/// A layer as a world states it. One line a layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum LayerFile {
    /// The lender's own capital. It takes whatever is left, and may fail of it.
    LenderCapital,
}

impl LayerPlan {
    pub const fn word(self) -> &'static str {
        match self {
            Self::LenderCapital => "lender_capital",
        }
    }
}

/// Hands a shortfall down the layers, in order. What each takes sums to the shortfall, to the unit: a
/// lender whose layers leave a rest pays it from its capital whether it named that layer or not.
pub fn distribute(shortfall: Cash, layers: &[LayerPlan], mut pays: impl FnMut(LayerPlan, Cash)) {
    let mut left = shortfall;
    for layer in layers.iter().copied().chain([LayerPlan::LenderCapital]) {
        let taken = match layer {
            LayerPlan::LenderCapital => lender_capital::takes(left),
        };
        if taken.is_positive() {
            pays(layer, taken);
            left -= taken;
        }
    }
    assert!(left == Cash::ZERO, "the waterfall dropped {left}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_together_take_the_shortfall_to_the_unit() {
        let mut taken = Vec::new();
        distribute(Cash::minor(12_345), &[], |layer, cash| taken.push((layer, cash)));
        assert_eq!(taken, [(LayerPlan::LenderCapital, Cash::minor(12_345))]);
    }
}
