//! What each layer of a lender's waterfall can reach, read off the world as it stands.

use crate::plan::LayerPlan;
use crate::tick::state::{LastClose, Lender, Scene, Status, Statuses};
use ground::units::{AccountId, Cash, FundId, Rate, TraderId};
use mechanics::ledger::{Ledger, Purse};
use mechanics::margin::{Marks, equity, positions, standing};
use mechanics::waterfall::{Payer, Source, Taken};
use std::collections::BTreeMap;

/// The world, read only.
pub struct Reach<'a> {
    pub scene: &'a Scene,
    pub ledger: &'a Ledger,
    pub marks: &'a Marks,
    pub statuses: &'a Statuses,
    pub last_close: &'a LastClose,
}

/// Where a payer's money is.
pub fn purse(ledger: &Ledger, scene: &Scene, payer: Payer) -> Purse {
    match payer {
        Payer::Account(account) => ledger.purses.account(account),
        Payer::Treasury(trader) => ledger.purses.treasury(trader),
        Payer::Fund(fund) => ledger.purses.fund(fund),
        Payer::House(lender) => ledger.purses.account(scene.plan.lenders[lender.index()].house),
    }
}

impl Reach<'_> {
    /// Each layer with what it can draw on for this account.
    pub fn layers(&self, lender: &Lender, account: AccountId) -> Vec<(LayerPlan, Vec<Source>)> {
        lender.plan.waterfall.iter().map(|layer| (*layer, self.sources(*layer, lender, account))).collect()
    }

    /// What the layers for which this holds could pay for these accounts together.
    pub fn cover(&self, lender: &Lender, accounts: &[AccountId], counts: impl Fn(LayerPlan) -> bool) -> Cash {
        let mut rooms: BTreeMap<Payer, Cash> = BTreeMap::new();
        for layer in lender.plan.waterfall.iter().copied().filter(|layer| counts(*layer)) {
            for source in accounts.iter().flat_map(|account| self.sources(layer, lender, *account)) {
                let most = match layer {
                    LayerPlan::AccountRemaining { share, .. } => share.of_rounded_down(source.room),
                    _ => source.room.min(source.ready),
                };
                rooms.insert(source.payer, most.at_least_zero());
            }
        }
        rooms.into_values().sum()
    }

    fn sources(&self, layer: LayerPlan, lender: &Lender, account: AccountId) -> Vec<Source> {
        let funds = &lender.plan.funds;
        let pot = |fund: Option<FundId>| fund.map(|fund| self.fund(fund)).into_iter().collect();
        match layer {
            LayerPlan::AccountRemaining { other_pools, .. } => self.remaining(account, other_pools),
            LayerPlan::InsuranceFund => pot(funds.insurance),
            LayerPlan::BackstopVault => pot(funds.backstop),
            LayerPlan::SkinInTheGame => pot(funds.skin),
            LayerPlan::DefaultersContribution => {
                let own = self.ledger.accounts.trader(account).and_then(|trader| funds.contribution(trader));
                pot(own.map(|contribution| contribution.fund))
            }
            LayerPlan::SurvivorsFund => self
                .survivors(lender, account)
                .map(|(place, _)| {
                    let contribution = funds.contributions[place];
                    Source { weight: contribution.amount, ..self.fund(contribution.fund) }
                })
                .collect(),
            LayerPlan::Assessments { cap } => self
                .survivors(lender, account)
                .map(|(place, member)| {
                    let contribution = funds.contributions[place];
                    let held = self.surplus(member, lender).into_iter().map(|(_, free)| free).sum();
                    Source {
                        payer: Payer::Treasury(member),
                        weight: contribution.amount,
                        room: cap.of_rounded_down(contribution.amount) - lender.assessed[place],
                        ready: held + self.ledger.purses.in_treasury(member),
                        held,
                    }
                })
                .collect(),
            LayerPlan::VariationMarginGains { cut } => self.gains(lender, account, cut),
            LayerPlan::AutoDeleveraging { .. } | LayerPlan::LenderCapital => vec![],
        }
    }

    fn fund(&self, fund: FundId) -> Source {
        Source::pot(Payer::Fund(fund), self.ledger.purses.balance(self.ledger.purses.fund(fund)))
    }

    /// The treasury of the account's owner, and its other pools at this lender that are not being unwound.
    fn remaining(&self, account: AccountId, other_pools: bool) -> Vec<Source> {
        let Some(trader) = self.ledger.accounts.trader(account) else { return vec![] };
        let treasury = self.ledger.purses.in_treasury(trader);
        let mut sources = vec![Source::pot(Payer::Treasury(trader), treasury)];
        let lender = self.ledger.accounts.lender(account);
        // Pools bear the names of what is in them, and so their order is none of the file's.
        let mut pools: Vec<AccountId> = self.scene.plan.accounts_of(trader).collect();
        pools.sort_by(|one, other| self.scene.plan.by_name(*one, *other));
        for other in pools {
            let here = other_pools && other != account && self.ledger.accounts.lender(other) == lender;
            if here && !self.in_default(other) {
                let free = self.ledger.cash(other).min(equity(self.ledger, self.marks, other));
                sources.push(Source::pot(Payer::Account(other), free));
            }
        }
        sources
    }

    /// Members of the default fund that have not defaulted, by their place among the contributions.
    fn survivors<'b>(
        &'b self,
        lender: &'b Lender,
        account: AccountId,
    ) -> impl Iterator<Item = (usize, TraderId)> + use<'b> {
        let defaulter = self.ledger.accounts.trader(account);
        let members = lender.plan.funds.contributions.iter().enumerate();
        members.filter_map(move |(place, contribution)| {
            let member = contribution.member;
            let stands =
                Some(member) != defaulter && !self.accounts_at(member, lender).any(|account| self.in_default(account));
            stands.then_some((place, member))
        })
    }

    /// What a member has in cash at this lender beyond its initial margin, account by account.
    pub fn surplus(&self, member: TraderId, lender: &Lender) -> Vec<(AccountId, Cash)> {
        let free = |account: AccountId| {
            let stands = standing(self.ledger, self.marks, &lender.terms, account);
            (account, self.ledger.cash(account).min(stands.excess()).at_least_zero())
        };
        self.accounts_at(member, lender).filter(|account| !self.in_default(*account)).map(free).collect()
    }

    /// Whose money a part of the waterfall is, payer by payer: a member that is assessed pays first from what it has at the
    /// house.
    pub fn payers(&self, lender: &Lender, part: &Taken) -> Vec<(Payer, Cash)> {
        let Some(payer) = part.payer else { return vec![] };
        let (LayerPlan::Assessments { .. }, Payer::Treasury(member)) = (part.layer, payer) else {
            return vec![(payer, part.amount)];
        };
        let mut left = part.amount;
        let mut parts = Vec::new();
        for (account, free) in self.surplus(member, lender) {
            let taken = left.min(free);
            left -= taken;
            parts.push((Payer::Account(account), taken));
        }
        parts.push((payer, left));
        parts.retain(|(_, amount)| amount.is_positive());
        // That it was asked and paid nothing is told too.
        if parts.is_empty() { vec![(payer, Cash::ZERO)] } else { parts }
    }

    /// A member's account at this lender, or its pools there.
    fn accounts_at(&self, member: TraderId, lender: &Lender) -> impl Iterator<Item = AccountId> {
        self.scene.plan.accounts_of(member).filter(|account| self.ledger.accounts.lender(*account) == lender.id)
    }

    /// What the lender's other clients gained since the last close on contracts, swaps and shorts, as far as they still have
    /// it: what is owned outright pays no variation margin.
    fn gains(&self, lender: &Lender, account: AccountId, cut: Rate) -> Vec<Source> {
        let clients = self.scene.clients[lender.id.index()].iter();
        let mut sources = Vec::new();
        for client in clients.filter(|client| *client != account && !self.in_default(*client)) {
            let accounts = &self.ledger.accounts;
            let held = accounts.slots(client).zip(positions(self.ledger, self.marks, client));
            let gain: Cash = held
                .filter(|(slot, held)| !accounts.kind(*slot).is_owned() || held.lots.is_negative())
                .map(|(_, held)| {
                    let close = self.last_close.marks[held.instrument.index()];
                    held.value - self.marks.step_value(held.instrument).value(held.lots, close)
                })
                .sum();
            // Whoever fails after another finds what is left of the share that may be cut.
            let cut_already = self.last_close.cut.get(&client).copied().unwrap_or_default();
            let may_go = cut.of_rounded_down(gain.at_least_zero()) - cut_already;
            let room = may_go.min(equity(self.ledger, self.marks, client));
            if room.is_positive() {
                sources.push((client, Source { weight: gain, ..Source::pot(Payer::Account(client), room) }));
            }
        }
        // The odd unit is the first one's, and who is declared first is not first by that.
        sources.sort_by(|(one, _), (other, _)| self.scene.plan.by_name(*one, *other));
        sources.into_iter().map(|(_, source)| source).collect()
    }

    fn in_default(&self, account: AccountId) -> bool {
        matches!(self.statuses.of(account), Status::Breached(_) | Status::Closed)
    }
}
