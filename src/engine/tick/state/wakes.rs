//! Who wakes when.

use crate::tick::wheel::Wheel;
use ground::index_set::IndexSet;
use ground::units::TraderId;

/// Who wakes when.
#[derive(Debug, Default)]
pub struct Wakes {
    pub wheel: Wheel<TraderId>,
    /// Who wakes now; empty between ticks. By id, so that the decide stage walks through its traders' state as it
    /// lies in memory; who decides first makes no difference.
    pub(crate) awake: IndexSet,
}

impl Wakes {
    pub fn new(traders: usize) -> Self {
        Self { wheel: Wheel::default(), awake: IndexSet::new(traders) }
    }
}
