//! Contracts that only one side of the traders holds. The other is the rest of the market's, which has no margin to lose.

use engine::plan::Plan;
use language::findings::Findings;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    let mut held = vec![(0_i128, 0_i128); plan.instruments.len()];
    let traders = plan.accounts.iter().filter(|account| account.trader.is_some());
    for (id, lots) in traders.flat_map(|account| &account.slots) {
        let (long, short) = &mut held[id.index()];
        *long += i128::from(lots.get().max(0));
        *short += i128::from(lots.get().min(0));
    }
    for (index, about) in plan.instruments.iter().enumerate() {
        let (long, short) = held[index];
        if !about.kind.is_contract() || (long == 0) == (short == 0) {
            continue;
        }
        let side = if long == 0 { "short" } else { "long" };
        remarks.add(
            format_args!("instruments.{}", about.name),
            format!("every trader who holds it at the start is {side}: the rest of the market has the other side, and is never called"),
            "give some trader the other side, if its losses are to be anybody's",
        );
    }
}
