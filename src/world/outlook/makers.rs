//! Makers whose own numbers put a bid below nothing on an ordinary day: no share is offered money for being taken.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::traders::TraderFile;
use engine::traders::eyes::{ordinary_tick_volatility, ticks_in};
use language::findings::Findings;

pub fn look(file: &WorldFile, plan: &Plan, findings: &mut Findings) {
    for (name, trader) in file.traders.iter() {
        let TraderFile::MarketMaker(own) = trader else { continue };
        for instrument in &own.instruments {
            let Some(about) = plan.instruments.iter().find(|about| about.name == *instrument) else { continue };
            if file.instruments.get(instrument).is_some_and(|stated| stated.may_be_below_zero()) {
                continue;
            }
            let horizon = f64::from(ticks_in(plan, own.every)).sqrt();
            let by_volatility = own.spread_per_volatility * ordinary_tick_volatility(plan, about) * horizon;
            let half = own.half_spread.max(by_volatility);
            let (leaning, behind) = (own.skew * half, f64::from(own.levels.saturating_sub(1)) * own.level_gap);
            if half + leaning + behind < 1.0 {
                continue;
            }
            let field = if leaning >= half.max(behind) && half < 1.0 {
                "skew"
            } else if behind > half {
                "level_gap"
            } else if by_volatility > own.half_spread {
                "spread_per_volatility"
            } else {
                "half_spread"
            };
            findings.add(
                format_args!("traders.{name}.{field}"),
                format!(
                    "on an ordinary day and with a full inventory it would bid {:.0} % below the price of \"{instrument}\": less than nothing",
                    (half + leaning + behind) * 100.0
                ),
                "lower it: half a spread, how far a full inventory moves both quotes and the levels behind them come to less than the price together",
            );
            break;
        }
    }
}
