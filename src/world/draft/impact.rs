//! Markets without a book, and who trades there with everybody.
//!
//! The rest of the market is an account of no trader, called "rest of" the instrument. It starts with nothing, owes
//! as much money and as many units as it takes, and nobody margins it. It is kept where nothing is lent, if there is
//! such a lender.

use crate::file::WorldFile;
use engine::plan::{AccountPlan, InstrumentPlan, LenderPlan, MarginPlan};
use ground::units::{AccountId, Cash, LenderId, Lots, Price};
use mechanics::impact::{Formation, ImpactPlan};

/// Completes the instruments whose prices form by impact, and adds the accounts that trade against all others.
pub fn add_rest(
    file: &WorldFile,
    instruments: &mut [InstrumentPlan],
    lenders: &[LenderPlan],
    accounts: &mut Vec<AccountPlan>,
) {
    let keeper = lenders.iter().position(|lender| lender.margin == MarginPlan::Unmargined).unwrap_or(0);
    for (index, (name, instrument)) in file.instruments.iter().enumerate() {
        let plan = &mut instruments[index];
        let rest = AccountId::from_index(accounts.len());
        match instrument.formation() {
            Formation::OrderBook => continue,
            Formation::Clearing => plan.clearing = Some(rest),
            Formation::Impact(stated) => {
                plan.impact = Some(ImpactPlan {
                    law: stated.law.law(&plan.ordinary, plan.lot_units),
                    fills_at: stated.fills_at,
                    half_life: stated.decay,
                    rest,
                    lowest: if plan.kind.is_contract() { Price::new(-Price::FURTHEST.steps()) } else { Price::new(1) },
                });
            }
        }
        accounts.push(AccountPlan {
            name: format!("rest of {name}"),
            trader: None,
            lender: LenderId::from_index(keeper),
            cash: Cash::ZERO,
            slots: vec![(ground::units::InstrumentId::from_index(index), Lots::ZERO)],
            watched: false,
        });
    }
}
