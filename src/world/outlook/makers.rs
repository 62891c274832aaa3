//! Makers whose own numbers put a bid below nothing on an ordinary day: no share is offered money for being taken.

use crate::file::WorldFile;
use engine::plan::Plan;
use language::findings::Findings;

pub fn look(file: &WorldFile, plan: &Plan, findings: &mut Findings) {
    for (name, trader) in file.traders.iter() {
        let Some(own) = trader.joins() else { continue };
        let quoted = own.instruments().into_iter().find_map(|(_, instrument)| {
            let about = plan.instruments.iter().find(|about| about.name == instrument)?;
            let below = file.instruments.get(instrument).is_some_and(|stated| stated.may_be_below_zero());
            let (depth, field) = own.deepest_bid(plan, about).filter(|(depth, _)| !below && *depth >= 1.0)?;
            Some((instrument, depth, field))
        });
        if let Some((instrument, depth, field)) = quoted {
            findings.add(
                format_args!("traders.{name}.{field}"),
                format!(
                    "on an ordinary day and with a full inventory it would bid {:.0} % below the price of \"{instrument}\": \
                     less than nothing",
                    depth * 100.0
                ),
                "lower it: half a spread, how far a full inventory moves both quotes and the levels behind them come to less \
                 than the price together",
            );
        }
    }
}
