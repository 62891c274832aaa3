//! The current marks, by instrument.

use crate::units::{Cash, InstrumentId, Lots, Price, StepValue};

/// The price each instrument is carried at, and what a step of it is worth. A swap's mark is its
/// underlying's; whoever sets the marks sets both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    price: Vec<Price>,
    step_value: Vec<StepValue>,
}

impl Marks {
    /// From the step value and first mark of each instrument, in order of their ids.
    pub fn new(instruments: impl IntoIterator<Item = (StepValue, Price)>) -> Self {
        let (step_value, price) = instruments.into_iter().unzip();
        Self { price, step_value }
    }

    /// The number of instruments.
    pub fn len(&self) -> usize {
        self.price.len()
    }

    pub fn is_empty(&self) -> bool {
        self.price.is_empty()
    }

    pub fn price(&self, instrument: InstrumentId) -> Price {
        self.price[instrument.index()]
    }

    pub fn step_value(&self, instrument: InstrumentId) -> StepValue {
        self.step_value[instrument.index()]
    }

    /// `lots × mark`, exactly.
    pub fn value(&self, instrument: InstrumentId, lots: Lots) -> Cash {
        self.step_value(instrument).value(lots, self.price(instrument))
    }

    /// # Panics
    /// When the price is outside the range a book accepts.
    pub fn set(&mut self, instrument: InstrumentId, price: Price) {
        assert!(price.is_in_range(), "a mark of {price:?} is further from zero than any price may be");
        self.price[instrument.index()] = price;
    }
}
