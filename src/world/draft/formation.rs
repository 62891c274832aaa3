//! Markets without a book, and who trades there with everybody.
//!
//! The rest of the market is an account of no trader, called "rest of" the instrument. It starts with nothing, owes
//! as much money and as many units as it takes, and nobody margins it. A pool is an account too, called "pool of" the
//! instrument, and starts with what lies in it. Either is kept where nothing is lent, if there is such a lender.

use crate::file::WorldFile;
use engine::plan::{AccountPlan, InstrumentPlan, LenderPlan, MarginPlan};
use ground::numbers::lots;
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Rate};
use language::findings::Findings;
use mechanics::formation::{Formation, FormationPlan};
use mechanics::impact::ImpactPlan;
use mechanics::pool::PoolPlan;

/// Completes the instruments whose prices form without a book, and adds the accounts that trade against all others.
pub fn add_rest(
    file: &WorldFile,
    instruments: &mut [InstrumentPlan],
    lenders: &[LenderPlan],
    accounts: &mut Vec<AccountPlan>,
    findings: &mut Findings,
) {
    let keeper = lenders.iter().position(|lender| lender.margin == MarginPlan::Unmargined).unwrap_or(0);
    for (index, (name, instrument)) in file.instruments.iter().enumerate() {
        let plan = &mut instruments[index];
        let rest = AccountId::from_index(accounts.len());
        let (mut who, mut held, mut cash) = ("rest", Lots::ZERO, Cash::ZERO);
        plan.formation = match instrument.formation() {
            Formation::OrderBook => continue,
            Formation::Clearing => FormationPlan::Demand { rest },
            Formation::Impact(stated) => FormationPlan::Impact(ImpactPlan {
                law: stated.law.law(&plan.ordinary, plan.lot_units),
                fills_at: stated.fills_at,
                half_life: stated.decay,
                rest,
                lowest: if instrument.may_be_below_zero() {
                    Price::new(-Price::FURTHEST.steps())
                } else {
                    Price::new(1)
                },
            }),
            Formation::Pool(stated) => {
                who = "pool";
                held = lots(stated.units, plan.lot_units).unwrap_or_else(|reason| {
                    let path = format!("instruments.{name}.formation.pool.units");
                    findings.add(path, reason, "put in fewer, or take a larger lot");
                    Lots::ZERO
                });
                cash = plan.step_value.value(held, plan.start);
                FormationPlan::Pool(PoolPlan { account: rest, fee: Rate::from_f64(stated.fee).unwrap_or_default() })
            }
        };
        accounts.push(AccountPlan {
            name: format!("{who} of {name}"),
            trader: None,
            lender: LenderId::from_index(keeper),
            cash,
            slots: vec![(InstrumentId::from_index(index), held)],
            watched: false,
        });
    }
}
