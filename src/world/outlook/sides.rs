//! Contracts of which the traders hold more on one side than on the other. What is missing is the rest of the market's, which
//! has no margin to lose.

use engine::plan::Plan;
use ground::units::Lots;
use language::findings::Findings;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    let mut held = vec![(0_i64, 0_i64); plan.instruments.len()];
    let traders = plan.accounts.iter().filter(|account| account.trader.is_some());
    for (id, lots) in traders.flat_map(|account| &account.slots) {
        let (long, short) = &mut held[id.index()];
        *long = long.saturating_add(lots.get().max(0));
        *short = short.saturating_sub(lots.get().min(0));
    }
    for (about, (long, short)) in plan.instruments.iter().zip(held) {
        if !about.kind.is_contract() || long == short {
            continue;
        }
        let side = if long > short { "long" } else { "short" };
        let units = about.units_of(Lots::new(long.abs_diff(short).try_into().unwrap_or(i64::MAX)));
        let who = if long == 0 || short == 0 {
            format!("every trader who holds it at the start is {side}, {units} units in all")
        } else {
            format!("traders are {units} units more {side} than the other way at the start")
        };
        remarks.add(
            format_args!("instruments.{}", about.name),
            format!("{who}: the rest of the market has the other side, and is never called"),
            "give some trader the other side, if its losses are to be anybody's",
        );
    }
}
