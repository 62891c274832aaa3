//! What an account lacks goes down its lender's layers: the money moves, and what is noted of it is the same whether the
//! account is flat, its lender has failed, or the run ends.

use super::assess;
use super::reach::{Reach, purse};
use crate::gather::Gather;
use crate::plan::LayerPlan;
use crate::tick::stages::treasury;
use crate::tick::state::{Calls, Firms, LastClose, Lender, Scene, Statuses};
use crate::tick::trays::Defaulting;
use bevy_ecs::prelude::Entity;
use ground::units::{AccountId, BreachId, Cash, Tick, Time};
use mechanics::ledger::{Ledger, Why};
use mechanics::margin::{Marks, equity};
use mechanics::waterfall::entries::Entries;
use mechanics::waterfall::{Payer, distribute};

/// The hands through which it goes.
pub struct Till<'a> {
    pub scene: &'a Scene,
    pub tick: Tick,
    pub now: Time,
    pub marks: &'a Marks,
    pub entries: &'a Entries,
    pub statuses: &'a Statuses,
    pub last_close: &'a mut LastClose,
    pub ledger: &'a mut Ledger,
    pub calls: &'a mut Calls,
    pub defaulting: &'a mut Defaulting,
    pub gather: &'a mut Gather,
}

impl Till<'_> {
    /// Brings an account that is below zero at the marks to zero. Who paid for it is owed that by its firm, but for the
    /// firm's own contribution. `breach` is the one in which it was unwound, where it was in breach.
    pub fn make_whole(
        &mut self,
        account: AccountId,
        breach: Option<BreachId>,
        lender: &mut Lender,
        firms: &mut Firms<'_, '_>,
    ) {
        let lacking = -equity(self.ledger, self.marks, account);
        if !lacking.is_positive() {
            return;
        }
        let reach = Reach {
            scene: self.scene,
            ledger: self.ledger,
            marks: self.marks,
            statuses: self.statuses,
            last_close: self.last_close,
        };
        let taken = distribute(lacking, &reach.layers(lender, account), lender.id);
        let payers: Vec<_> = taken.iter().map(|part| reach.payers(lender, part)).collect();
        let mut advanced = Cash::ZERO;
        for (part, payers) in taken.iter().zip(payers) {
            if payers.is_empty() {
                self.gather.waterfall(self.tick, (account, breach), (part.layer, None), Cash::ZERO);
            }
            for (payer, amount) in payers {
                let (from, own) = (purse(self.ledger, self.scene, payer), self.ledger.purses.account(account));
                self.ledger.transfer(from, own, amount, Why::Waterfall);
                self.gather.waterfall(self.tick, (account, breach), (part.layer, Some(payer)), amount);
                if let (LayerPlan::VariationMarginGains { .. }, Payer::Account(winner)) = (part.layer, payer) {
                    *self.last_close.cut.entry(winner).or_default() += amount;
                }
            }
            if part.layer.is_own_money() {
                lender.loss += part.amount;
            }
            if matches!(part.layer, LayerPlan::Assessments { .. }) {
                assess(part, lender, breach, self, firms);
            }
            if !matches!(part.layer, LayerPlan::DefaultersContribution) {
                advanced += part.amount;
            }
        }
        lender.changed = true;
        if let Some(mut firm) = self.owner(account).and_then(|owner| firms.get_mut(owner).ok()) {
            treasury::owe_for_shortfall(&mut firm, advanced, self.now);
        }
        self.gather.bankrupt.insert(account);
    }

    fn owner(&self, account: AccountId) -> Option<Entity> {
        self.ledger.accounts.trader(account).map(|trader| self.scene.entity(trader))
    }
}
