//! Stage 10: an account that is flat and below zero hands its shortfall down the layers; one that was
//! to be restored, and is, lives on.

use super::liquidate::Breaches;
use crate::ledger::Why;
use crate::liquidation::HowMuch;
use crate::margin::{equity, positions};
use crate::record::gather::Gather;
use crate::tick::clock::Clock;
use crate::tick::state::{Firm, Lender, Scene, Status, Statuses, TheLedger, TheMarks, TheWatch};
use crate::units::Cash;
use crate::waterfall::distribute;
use crate::world::plan::LayerPlan;
use bevy_ecs::prelude::{Query, Res, ResMut};

pub fn close_accounts(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    firms: Query<&Firm>,
    mut lenders: Query<&mut Lender>,
    mut ledger: ResMut<TheLedger>,
    mut statuses: ResMut<Statuses>,
    mut watch: ResMut<TheWatch>,
    mut breaches: ResMut<Breaches>,
    mut gather: ResMut<Gather>,
) {
    let Breaches { all, active } = &mut *breaches;
    let ledger = &mut ledger.0;
    active.retain(|id| {
        let breach = &mut all[id.index()];
        if !breach.is_done() {
            return true;
        }
        let account = breach.account;
        let mut lender = lenders.get_mut(scene.lenders[breach.lender.index()]).expect("every lender is an entity");
        let flat = ledger.accounts.slots(account).all(|slot| ledger.accounts.lots(slot).is_zero());
        if !flat && lender.plan.policy.much == HowMuch::All {
            // An event handed it more while it was being unwound.
            for left in positions(ledger, &marks.0, account).filter(|position| !position.lots.is_zero()) {
                breach.take_on(left.instrument, scene.market_of(left.instrument), left.lots, left.mark);
            }
            return true;
        }
        if !flat {
            // Sold what was to be sold. If that was not enough, the next check calls again: it must look, for
            // the watch last saw the account below its level and waits for a rise.
            statuses.set(account, Status::Healthy);
            watch.watch.note_changed(account);
            return false;
        }
        let own = ledger.purses.account(account);
        let left = ledger.cash(account);
        lender.changed = true;
        if left.is_negative() {
            let house = ledger.purses.account(lender.plan.house);
            let layers = lender.plan.waterfall.clone();
            distribute(-left, &layers, |layer, amount| {
                match layer {
                    LayerPlan::LenderCapital => {
                        ledger.transfer(house, own, amount, Why::Waterfall);
                        lender.loss += amount;
                    }
                }
                gather.waterfall(clock.tick(), *id, layer, amount);
            });
            gather.bankrupt += 1;
        } else if let Some(firm) = ledger.accounts.trader(account).map(|trader| scene.traders[trader.index()].1)
            && let Ok(firm) = firms.get(firm)
        {
            let treasury = ledger.purses.treasury(firm.id);
            ledger.transfer(own, treasury, left, Why::Returned);
        }
        statuses.set(account, Status::Closed);
        if !lender.failed && equity(ledger, &marks.0, lender.plan.house) < Cash::ZERO {
            lender.failed = true;
            gather.lender_failed(clock.tick(), lender.id);
        }
        false
    });
}
