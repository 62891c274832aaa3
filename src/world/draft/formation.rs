//! Markets without a book, and who trades there with everybody.
//!
//! The rest of the market is an account of no trader, called "rest of" the instrument. It starts with nothing, owes
//! as much money and as many units as it takes, and nobody margins it. A pool is an account too, called "pool of" the
//! instrument "at" its venue, and starts with what lies in it. Either is kept where nothing is lent, if there is such a
//! lender.

use super::markets::Markets;
use crate::file::{InstrumentFile, WorldFile};
use engine::plan::{AccountPlan, InstrumentPlan, LenderPlan, MarginPlan};
use ground::numbers::{cash, lots};
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Rate};
use language::findings::Findings;
use mechanics::formation::{Formation, FormationPlan};
use mechanics::impact::ImpactPlan;
use mechanics::pool::{Curve, CurveFile, PoolFile, PoolPlan, Stable};

/// Completes the markets whose prices form without a book, and adds the accounts that trade against all others.
pub fn add_rest(
    file: &WorldFile,
    markets: &mut Markets,
    lenders: &[LenderPlan],
    accounts: &mut Vec<AccountPlan>,
    findings: &mut Findings,
) {
    let keeper = lenders.iter().position(|lender| lender.margin == MarginPlan::Unmargined).unwrap_or(0);
    for market in &mut markets.markets {
        let id = market.instrument;
        let Some((name, instrument)) = file.instruments.iter().nth(id.index()) else { continue };
        let plan = &markets.instruments[id.index()];
        let account = AccountId::from_index(accounts.len());
        let venue = &markets.venues[market.venue.index()].name;
        let (who, held, money) = match instrument.pool(venue) {
            Some(pool) => {
                let path = format!("instruments.{name}.pools.{venue}");
                let (held, money) = contents(pool, &path, (plan, file.currency.decimals), findings);
                let own = pool_plan(pool, account, plan);
                if !markets.unusable[id.index()] && own.starts(held, money, plan.step_value).is_none() {
                    let reason = "with so much in it the pool has no price that can be counted";
                    findings.add(
                        format_args!("{path}.units"),
                        reason,
                        "put in about as much of the one as of the other",
                    );
                }
                market.formation = FormationPlan::Pool(own);
                (format!("pool of {name} at {venue}"), held, money)
            }
            None => {
                market.formation = match instrument.formation() {
                    Formation::OrderBook => continue,
                    Formation::Clearing => FormationPlan::Demand { rest: account },
                    Formation::Impact(stated) => FormationPlan::Impact(ImpactPlan {
                        law: stated.law.law(&plan.ordinary, plan.lot_units),
                        fills_at: stated.fills_at,
                        half_life: stated.decay,
                        rest: account,
                        lowest: lowest(instrument),
                    }),
                };
                (format!("rest of {name}"), Lots::ZERO, Cash::ZERO)
            }
        };
        accounts.push(AccountPlan {
            name: who,
            trader: None,
            lender: LenderId::from_index(keeper),
            cash: money,
            slots: vec![(InstrumentId::from_index(id.index()), held)],
            watched: false,
        });
    }
}

fn lowest(instrument: &InstrumentFile) -> Price {
    if instrument.may_be_below_zero() { Price::new(-Price::FURTHEST.steps()) } else { Price::new(1) }
}

/// What lies in a pool at the start.
fn contents(
    pool: &PoolFile,
    path: &str,
    (plan, decimals): (&InstrumentPlan, u8),
    findings: &mut Findings,
) -> (Lots, Cash) {
    let held = lots(pool.units, plan.lot_units).unwrap_or_else(|reason| {
        findings.add(format_args!("{path}.units"), reason, "put in fewer, or take a larger lot");
        Lots::ZERO
    });
    let worth = plan.step_value.value(held, plan.start);
    // What is no amount at all is for `check` to report.
    let money = pool.money.filter(|money| money.is_finite() && *money > 0.0).map_or(worth, |money| {
        cash(money, decimals).unwrap_or_else(|reason| {
            findings.add(format_args!("{path}.money"), reason, "give a smaller amount");
            worth
        })
    });
    (held, money)
}

fn pool_plan(pool: &PoolFile, account: AccountId, plan: &InstrumentPlan) -> PoolPlan {
    let curve = match pool.curve {
        CurveFile::ConstantProduct => Curve::Product,
        CurveFile::StableSwap { amplification, par } => Curve::Stable(Stable {
            // None at all is for `check` to report.
            amplification: u64::from(amplification.max(1)),
            par: plan.step_value.value(Lots::new(1), plan.nearest_price(par)),
        }),
    };
    PoolPlan { account, fee: Rate::from_f64(pool.fee).unwrap_or_default(), curve }
}
