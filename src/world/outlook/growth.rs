//! Interest that a run cannot count: cash that earns so much, for so long, that its interest is more than there are numbers for.
//!
//! Only what a lender pays on what is left with it grows without end: who owes more and more is closed out.

use engine::plan::{LenderPlan, Plan};
use engine::tick::spawn::opening_ledger;
use ground::ops::{exp, ln};
use ground::units::Cash;
use language::findings::Findings;

/// Interest of one payment is worked out as cash times billionths times seconds, and what is moved is added up.
const MOST: f64 = i128::MAX as f64 / 1e3;

pub fn look(plan: &Plan, findings: &mut Findings) {
    if !plan.lenders.iter().any(earns) {
        return;
    }
    let ledger = opening_ledger(plan);
    for (place, lender) in plan.lenders.iter().enumerate().filter(|(_, lender)| earns(lender)) {
        let own = ledger.accounts.ids().filter(|account| {
            ledger.accounts.lender(*account).index() == place && ledger.accounts.trader(*account).is_some()
        });
        let Some((most, account)) = own.map(|account| (ledger.cash(account), account)).max() else { continue };
        if !most.is_positive() {
            continue;
        }
        let (factor, longest) = growth(plan, lender);
        let Some(interest) = &lender.interest else { continue };
        let before = ln(most.to_minor() as f64) + ln(interest.on_credit.billionths() as f64) + ln(longest);
        if before + factor > ln(MOST) {
            let times = match exp(factor.min(700.0)) {
                times if factor < 700.0 => format!("{times:.3e} times"),
                _ => "more than 1e304 times".to_owned(),
            };
            findings.add(
                format_args!("lenders.{}.interest.on_credit", lender.name),
                format!(
                    "the {} of {} come to {times} as much within the run, whose interest is more than can be counted",
                    shown(most, plan),
                    plan.account_name(account)
                ),
                "give a lower rate, a shorter run, or less cash",
            );
        }
    }
}

fn earns(lender: &LenderPlan) -> bool {
    lender.interest.as_ref().is_some_and(|interest| interest.on_credit.billionths() > 0)
}

fn shown(cash: Cash, plan: &Plan) -> f64 {
    cash.to_major(plan.currency.decimals)
}

/// The logarithm of what one unit grows to up to the last payment, and the seconds of the longest time between two.
fn growth(plan: &Plan, lender: &LenderPlan) -> (f64, f64) {
    let Some(interest) = &lender.interest else { return (0.0, 1.0) };
    let year = f64::from(interest.day_count) * 86_400.0;
    let rate = interest.on_credit.billionths() as f64 / 1e9;
    let mut since = plan.clock.sessions[0].open;
    let (mut factor, mut longest) = (0.0, 1.0_f64);
    for session in &plan.clock.sessions {
        // At each close, or at so many ticks of the session in which a period ends.
        let payments = interest.settles.map_or(1, |period| {
            let of = |seconds: i64| seconds.div_euclid(period.as_seconds().max(1));
            (of(session.close.seconds()) - of(since.seconds())).min(i64::from(session.ticks))
        });
        if payments > 0 {
            let each = (session.close - since).as_seconds() as f64 / payments as f64;
            factor += payments as f64 * ln(1.0 + rate * each / year);
            longest = longest.max(each);
            since = session.close;
        }
    }
    (factor, longest)
}
