//! Giving collateral: what the firm keeps elsewhere goes to the accounts that are called, cheapest to deliver first.

use super::OpenCall;
use super::desk::{Rest, Treasurer};
use crate::tick::state::Status;
use ground::units::{Cash, Lots, Price, Rate};
use mechanics::margin::{CallOutcome, standing, standing_with};
use mechanics::treasury::allocate::{Asset, Demand, allocate};
use mechanics::treasury::plan::Pledgeable;
use mechanics::treasury::step::What;

impl Treasurer<'_> {
    /// Delivers free of payment, all calls considered together. What a lender counts of it is paid.
    pub(super) fn deliver(&mut self, open: &[OpenCall], assets: &[Pledgeable]) {
        let open: Vec<&OpenCall> = open.iter().filter(|it| self.lacks(it).is_positive()).collect();
        if open.is_empty() {
            return;
        }
        let held: Vec<Lots> = assets.iter().map(|asset| self.free_lots(asset)).collect();
        let offers: Vec<Asset> = assets
            .iter()
            .zip(&held)
            .map(|(asset, lots)| Asset {
                units: lots.get(),
                unit: self.marks.value(asset.instrument, Lots::new(1)),
                cost: asset.cost,
            })
            .collect();
        let demands: Vec<Demand> = open
            .iter()
            .map(|call| Demand {
                need: self.lacks(call),
                haircuts: assets.iter().zip(&held).map(|(asset, lots)| self.haircut(call, asset, *lots)).collect(),
            })
            .collect();
        let allocation = allocate(&offers, &demands);
        for (call, row) in open.iter().zip(&allocation.units) {
            let mut row: Vec<_> = assets.iter().zip(row).filter(|(_, units)| **units > 0).collect();
            // What turns out to be too much is left of what is dearest to part with.
            row.sort_by(|(one, _), (other, _)| one.cost.total_cmp(&other.cost));
            for (asset, units) in row {
                let lots = self.enough(call, asset, Lots::new(*units));
                if lots.is_positive() {
                    self.hand_over(call, asset, lots);
                }
            }
        }
    }

    /// No more of these lots than the call needs: where they free margin besides, each is counted for more than its value.
    fn enough(&self, open: &OpenCall, asset: &Pledgeable, lots: Lots) -> Lots {
        let need = self.lacks(open);
        if !need.is_positive() {
            return Lots::ZERO;
        }
        let (mut short, mut enough) = (0, lots.get());
        while enough - short > 1 && self.gain(open, asset, lots) >= need {
            let middle = short + (enough - short) / 2;
            if self.gain(open, asset, Lots::new(middle)) >= need { enough = middle } else { short = middle }
        }
        Lots::new(enough)
    }

    /// What a call needs that money does not cover.
    fn lacks(&self, open: &OpenCall) -> Cash {
        self.missing(open.call) - self.arranged(open.call, open.deadline)
    }

    fn free_lots(&self, asset: &Pledgeable) -> Lots {
        let slot = self.ledger.accounts.slot_of(asset.from, asset.instrument);
        let held = slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot));
        let paid_out = !self.payouts.are_stopped(self.ledger.accounts.lender(asset.from));
        let healthy = paid_out && self.statuses.of(asset.from) == Status::Healthy && self.sight().is_usable(asset.from);
        let free = held - self.firm.treasury.promised(asset.from, asset.instrument);
        if healthy { free.max(Lots::ZERO) } else { Lots::ZERO }
    }

    /// What the called account's lender would not count of these lots, as a share of their value: haircuts, caps,
    /// and margin on the position itself. Of no more lots than the call needs: what lies beyond a cap is not delivered, and
    /// makes nothing dearer that is. `None` where it counts nothing.
    fn haircut(&self, open: &OpenCall, asset: &Pledgeable, held: Lots) -> Option<Rate> {
        self.ledger.accounts.slot_of(open.account, asset.instrument)?;
        let lots = self.enough(open, asset, held);
        let value = self.marks.value(asset.instrument, lots);
        let gain = self.gain(open, asset, lots);
        if !value.is_positive() || !gain.is_positive() {
            return None;
        }
        let lost = (value - gain).at_least_zero().to_minor() as f64;
        Rate::from_f64(lost / value.to_minor() as f64)
    }

    /// How much nearer the called account would come with these lots to what the call restores.
    fn gain(&self, open: &OpenCall, asset: &Pledgeable, lots: Lots) -> Cash {
        let lender = self.lender(open.account);
        let (terms, level) = (&lender.terms, lender.plan.restores);
        let now = standing(self.ledger, self.marks, terms, open.account).slack(level);
        standing_with(self.ledger, self.marks, terms, open.account, asset.instrument, lots).slack(level) - now
    }

    fn hand_over(&mut self, open: &OpenCall, asset: &Pledgeable, lots: Lots) {
        let counted = self.gain(open, asset, lots).at_least_zero();
        let step_value = self.marks.step_value(asset.instrument);
        let slot = |account| self.ledger.accounts.slot_of(account, asset.instrument);
        if let (Some(from), Some(to)) = (slot(asset.from), slot(open.account)) {
            self.entries.carry(from, self.ledger.accounts.lots(from), to, lots);
        }
        self.ledger.deliver(asset.instrument, step_value, open.account, asset.from, lots, Price::new(0));
        let call = &mut self.calls.0[open.call as usize];
        call.pay(counted);
        if !call.missing.is_positive() {
            call.outcome = CallOutcome::Met(self.now);
            self.statuses.set(open.account, Status::Healthy);
        }
        let value = self.marks.value(asset.instrument, lots);
        let cost = Cash::minor((value.to_minor() as f64 * asset.cost) as i128);
        self.note(What::Delivery, None, Some(open.account), Rest { amount: value, cost, arrives: None });
    }
}
