//! What a firm can still do with what lies in its accounts, and what of it is done in time.
//!
//! An account at a lender that failed, or that is being sold out, gives nothing. What is sold in the market trades from the
//! next tick on, one order a tick: what cannot trade by a deadline covers nothing that is due then, and neither does what is
//! halted, for nobody knows for how long.

use crate::tick::clock::Clock;
use crate::tick::state::{Firm, Lenders, Payouts, Scene, Status, Statuses};
use crate::tick::view::View;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price, Rate, Time};
use mechanics::ledger::Ledger;
use mechanics::margin::{Marks, Position, positions, standing_if_cut};
use mechanics::treasury::SourceKind;
use mechanics::treasury::book::{Pledge, Selling};
use mechanics::treasury::plan::Wares;
use mechanics::treasury::sources::fire_sale;

/// What is sold for money.
#[derive(Clone, Copy, Debug)]
pub struct Goods {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub price: Price,
    /// That are sold by all draws together.
    most: Lots,
    /// Lots of it that are sold besides.
    besides: Lots,
}

#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub scene: &'a Scene,
    pub clock: &'a Clock,
    pub view: &'a View,
    pub ledger: &'a Ledger,
    pub marks: &'a Marks,
    pub lenders: &'a Lenders,
    pub statuses: &'a Statuses,
    pub payouts: &'a Payouts,
}

impl Sight<'_> {
    /// Whether a firm's orders and instructions are heard there.
    pub fn is_usable(&self, account: AccountId) -> bool {
        let failed = self.lenders[self.ledger.accounts.lender(account)].failed;
        !failed && matches!(self.statuses.of(account), Status::Healthy | Status::Called(_))
    }

    /// Until when what a source sells cannot be had, because the lender where it lies pays nothing out.
    pub fn held_up(&self, kind: &SourceKind) -> Option<Time> {
        self.payouts.stopped_until(self.ledger.accounts.lender(kind.account()?))
    }

    /// Whether what a source has been asked for can still come: nothing does out of an account that is of no use.
    pub fn still_comes(&self, kind: &SourceKind) -> bool {
        kind.account().is_none_or(|account| self.is_usable(account))
    }

    /// What is arranged for a call: there, there by `by`, or sold by then in the market.
    pub fn arranged(&self, firm: &Firm, call: u32, by: Time) -> Cash {
        let comes = |source: usize| self.still_comes(&firm.treasury.plan.sources[source].kind);
        firm.treasury.cover(call, by, comes) + self.being_sold(firm, call, by)
    }

    /// When what is drawn now can be used, at the earliest: what the market has to take first trades in the next tick.
    pub fn arrives(&self, firm: &Firm, source: usize) -> Time {
        let source = &firm.treasury.plan.sources[source];
        let at = match source.kind {
            SourceKind::Sale { .. } => self.clock.deadline_after(1, source.ready),
            _ => self.clock.deadline(source.ready),
        };
        at.max(self.held_up(&source.kind).unwrap_or_default())
    }

    /// What a source could still sell for money by a moment: held, not promised, within what it may sell, and, in the market,
    /// within what its orders come to by then. What it has begun to sell is promised, or counts as well.
    pub fn wares(&self, firm: &Firm, source: usize, by: Time, with_begun: bool) -> Option<Wares> {
        let treasury = &firm.treasury;
        let goods = self.goods(firm, source)?;
        let slot = self.ledger.accounts.slot_of(goods.account, goods.instrument);
        let held = slot.filter(|_| self.is_usable(goods.account)).map(|slot| self.ledger.accounts.lots(slot))?;
        let begun: Lots = treasury.selling.iter().filter(|it| it.source == source).map(|it| it.lots).sum();
        let (promised, sold) = (goods.besides, treasury.sold[source]);
        let in_time = self.in_time(firm, source, by);
        let again = if with_begun { begun } else { Lots::ZERO };
        let left =
            (held - promised + again).min(goods.most - sold + again).min(in_time - begun + again).max(Lots::ZERO);
        let goods = Goods { besides: promised - again, ..goods };
        Some(Wares { lots: left, fetch: self.comes_free(firm, &goods, left) })
    }

    /// The fewest of these lots that bring an amount, or all of them.
    pub fn lots_for(&self, firm: &Firm, source: usize, amount: Cash, wares: Wares) -> Lots {
        let Some(goods) = self.goods(firm, source) else { return Lots::ZERO };
        let step_value = self.marks.step_value(goods.instrument);
        let mut few = fire_sale::lots_for(amount, goods.price, step_value, wares.lots);
        let mut enough = few;
        if self.comes_free(firm, &goods, few) < amount {
            // A part of what they fetch pays back what was lent on them.
            enough = wares.lots;
            while (enough - few).get() > 1 {
                let middle = Lots::new(few.get() + (enough - few).get() / 2);
                if self.comes_free(firm, &goods, middle) < amount { few = middle } else { enough = middle }
            }
        }
        enough
    }

    /// What comes free where so many more lots are sold: what they fetch, and no more than the account has and its lender lets go.
    pub fn comes_free(&self, firm: &Firm, goods: &Goods, lots: Lots) -> Cash {
        let Goods { account, instrument, price, besides, .. } = *goods;
        let fetched = self.marks.step_value(instrument).value(lots, price);
        let from_here = |pledge: &&Pledge| {
            let kind = firm.treasury.plan.sources[pledge.source].kind;
            !pledge.arrived && pledge.block.is_none() && kind.account() == Some(account)
        };
        let spoken_for: Cash = firm.treasury.pledges.iter().filter(from_here).map(|pledge| pledge.amount).sum();
        let mut most = fetched.min(self.ledger.cash(account) - spoken_for + fetched);
        let terms = &self.lenders[self.ledger.accounts.lender(account)].terms;
        if terms.margin.lends() {
            let held: Vec<Position> = positions(self.ledger, self.marks, account).collect();
            let place =
                held.iter().position(|position| position.instrument == instrument).expect("what is sold has a slot");
            let left = held[place].lots - besides - lots;
            let stands = standing_if_cut(self.ledger, self.marks, terms, account, &held, (place, left));
            let lost = self.marks.value(instrument, lots) - fetched;
            most = most.min(stands.excess() - spoken_for - self.marks.value(instrument, besides) - lost);
        }
        most.at_least_zero()
    }

    /// What a source sells, and at what price.
    pub fn goods(&self, firm: &Firm, source: usize) -> Option<Goods> {
        let (account, instrument, most, discount) = match firm.treasury.plan.sources[source].kind {
            SourceKind::Sale { account, instrument, lots, .. } => (account, instrument, lots, Rate::ZERO),
            SourceKind::FireSale { account, instrument, lots, discount } => (account, instrument, lots, discount),
            _ => return None,
        };
        let price = fire_sale::price(self.marks.price(instrument), discount);
        let besides = firm.treasury.promised(account, instrument);
        Some(Goods { account, instrument, price, most, besides })
    }

    /// What open sales for a call will have fetched by a moment, at the mark. Of what a source sells the sales that were begun
    /// first come first.
    fn being_sold(&self, firm: &Firm, call: u32, by: Time) -> Cash {
        let sales = &firm.treasury.selling;
        let fetches = |(place, sale): (usize, &Selling)| {
            let before: Lots = sales[..place].iter().filter(|it| it.source == sale.source).map(|it| it.lots).sum();
            let lots = sale.lots.min(self.in_time(firm, sale.source, by) - before).max(Lots::ZERO);
            self.marks.value(sale.instrument, lots).at_least_zero()
        };
        sales.iter().enumerate().filter(|(_, sale)| sale.call == call).map(fetches).sum()
    }

    /// Lots that a source's orders can come to, so that their money is there by a moment.
    fn in_time(&self, firm: &Firm, source: usize, by: Time) -> Lots {
        let source = &firm.treasury.plan.sources[source];
        let SourceKind::Sale { account, instrument, clip, .. } = source.kind else { return Lots::LARGEST };
        let kept = self.held_up(&source.kind).is_some_and(|until| until > by);
        let halted = self.view.market(self.scene.market_of(instrument)).halted;
        if kept || halted || !self.is_usable(account) {
            return Lots::ZERO;
        }
        let ticks = self.clock.ticks_in_time(source.ready, by);
        let lots = i128::from(clip_of(self.scene, instrument, clip).get()) * i128::from(ticks);
        Lots::new(i64::try_from(lots).unwrap_or(i64::MAX)).min(Lots::LARGEST)
    }
}

/// The largest order a tick of who sells no more than this share of an ordinary day's volume: a lot at least.
pub fn clip_of(scene: &Scene, instrument: InstrumentId, clip: f64) -> Lots {
    let about = &scene.plan.instruments[instrument.index()];
    let day = about.ordinary.daily_volume_units / about.lot_units;
    Lots::new(((day * clip).floor().max(1.0) as i64).min(Lots::LARGEST.get()))
}
