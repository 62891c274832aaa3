//! Deposits by the size of their holders, with names and units.

use super::names::{Names, Times};
use engine::gather::DepositRecord;
use results::rows::DepositRow;

/// As [`engine::tick::state::Taken::classes`] has them.
pub const SIZES: [&str; 4] =
    ["largest hundredth", "rest of the largest tenth", "rest of the larger half", "smaller half"];

pub fn rows(names: Names<'_>, records: &[DepositRecord]) -> Vec<DepositRow> {
    let mut times = Times::new(names);
    let mut row = |record: &DepositRecord| {
        let lender = &names.0.lenders[record.lender.index()];
        let terms = lender.deposits.as_ref().expect("a lender with records takes deposits");
        let about = &names.0.instruments[terms.instrument.index()];
        let at_par = terms.worth(record.begun).to_minor() as f64;
        DepositRow {
            tick: record.tick.index(),
            time: times.of(record.tick),
            lender: lender.name.clone(),
            instrument: about.name.clone(),
            size: SIZES[record.class].into(),
            holders: record.holders,
            start_units: about.units_of(record.begun),
            units: about.units_of(record.kept),
            paid_out_units: about.units_of(record.paid_out),
            worth_ratio: if at_par > 0.0 { record.worth.to_minor() as f64 / at_par } else { 0.0 },
            rate: record.seen.rate,
            wait_seconds: record.seen.wait.as_seconds() as f64,
        }
    };
    records.iter().map(&mut row).collect()
}
