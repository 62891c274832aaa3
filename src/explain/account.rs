//! One account of a running world, taken apart.

use super::{
    Adjustment, BreachExplained, CallExplained, Cut, Explanation, PositionExplained, PricesExplained, ScanExplained,
    TogetherExplained, Turn, words,
};
use bevy_ecs::prelude::World;
use engine::plan::Plan;
use engine::tick::state::{State, Status, state};
use ground::units::{AccountId, Cash, InstrumentId, Price, Rate, Tick};
use mechanics::ledger::Ledger;
use mechanics::margin::CallSchedule;
use mechanics::margin::addons::Concentrated;
use mechanics::margin::collateral::{Collateral, Tier};
use mechanics::margin::models::Breakdown;
use mechanics::margin::{
    Crossings, Marks, Move, Position, Requirement, Sorted, Terms, bankruptcy_price, hedged_by_collateral, models::root,
    of_one, positions, requirement, standing,
};
use record::names::{Names, tidy};

/// The account as it stands at the end of this tick.
pub fn explain(world: &World, account: AccountId, tick: Tick) -> Explanation {
    let State { scene, ledger, marks, lenders, statuses, calls, breaches, .. } = state(world);
    let lender = &lenders[ledger.accounts.lender(account)];
    let terms = &lender.terms;
    let subject = Subject { plan: &scene.plan, names: Names(&scene.plan), ledger, marks, terms, account };
    let stands = standing(ledger, marks, terms, account);
    let positions = subject.positions();
    let sorted = subject.sorted();
    let model = terms.margin.breakdown_beside(marks, sorted.margined.iter().copied(), &sorted.beside);
    let money = |cash| subject.names.money(cash);
    let status = statuses.of(account);
    let call = match status {
        Status::Called(call) => Some(calls.0[call as usize]),
        _ => None,
    };
    let breach = match status {
        Status::Breached(breach) => Some(&breaches.all[breach.index()]),
        _ => None,
    };
    Explanation {
        account: subject.names.account(account),
        trader: subject.names.trader_of(account),
        lender: subject.names.lender_of(account),
        tick: tick.index(),
        time: subject.names.time(tick).to_string(),
        currency: scene.plan.currency.code.clone(),
        state: lender.word(status).to_owned(),
        margined: terms.margin.lends(),
        called_below: terms.below.word().to_owned(),
        call_restores: lender.plan.restores.word().to_owned(),
        checked: match lender.plan.call_schedule {
            CallSchedule::EveryTick => "every tick",
            CallSchedule::AtClose => "at the close",
        }
        .to_owned(),
        cash: money(ledger.cash(account)),
        limits: subject.limits(&sorted),
        equity: money(stands.equity),
        equity_counted: money(stands.counted),
        adjustments: subject.adjustments(&model, &sorted),
        scans: model
            .scans
            .iter()
            .map(|scan| ScanExplained { what: words::scan(scan, subject.names), loss: money(scan.loss) })
            .collect(),
        im: money(stands.im),
        mm: money(stands.mm),
        excess: money(stands.excess()),
        slack: money(stands.slack(terms.below)),
        treasury: ledger.accounts.trader(account).map_or(0.0, |trader| money(ledger.purses.in_treasury(trader))),
        call: call.map(|call| CallExplained {
            raised_time: subject.names.time(call.raised).to_string(),
            reason: call.reason.word().to_owned(),
            amount: money(call.missing),
            deadline: subject.names.to_come(call.deadline).map(|deadline| deadline.to_string()),
        }),
        breach: breach.map(|breach| BreachExplained {
            time: subject.names.time(breach.tick).to_string(),
            cause: breach.cause.word().to_owned(),
            to_close: money(breach.targets.iter().map(|it| marks.value(it.instrument, it.remaining).abs()).sum()),
        }),
        prices: subject.prices(&positions),
        together: subject.together(&positions),
        positions: positions.iter().map(|position| subject.position(position, &model, &sorted)).collect(),
    }
}

/// The account that is explained, and what is known of it.
struct Subject<'a> {
    plan: &'a Plan,
    names: Names<'a>,
    ledger: &'a Ledger,
    marks: &'a Marks,
    terms: &'a Terms,
    account: AccountId,
}

impl Subject<'_> {
    fn positions(&self) -> Vec<Position> {
        positions(self.ledger, self.marks, self.account).filter(|position| !position.lots.is_zero()).collect()
    }

    /// What the model is asked about, and what is collateral. Without rules for that, all and nothing.
    fn sorted(&self) -> Sorted {
        let none = Collateral { items: [].into(), tier_limits: [].into(), own_limit: Rate::ZERO };
        let collateral = self.terms.collateral.as_deref().unwrap_or(&none);
        Sorted::of(&self.terms.margin, collateral, self.marks, self.positions().into_iter())
    }

    fn size_add_on(&self, instrument: InstrumentId, sorted: &Sorted) -> Cash {
        let margined = || sorted.margined.iter().copied();
        let add_ons = self.terms.add_ons.as_ref();
        let of_it = |added: &Concentrated| added.mostly == instrument;
        let found =
            add_ons.and_then(|add_ons| add_ons.concentrated(self.marks, margined()).iter().copied().find(of_it));
        found.map_or(Cash::ZERO, |added| added.for_days + added.for_share)
    }

    fn position(&self, position: &Position, model: &Breakdown, sorted: &Sorted) -> PositionExplained {
        let about = &self.plan.instruments[position.instrument.index()];
        let counted = self.terms.collateral.as_ref().and_then(|collateral| {
            let held = sorted.pledged.iter().copied();
            let items = collateral.breakdown(self.ledger.cash(self.account), held).items;
            items.into_iter().find(|item| item.instrument == position.instrument)
        });
        let (haircut, beyond_cap) = counted.map_or((Cash::ZERO, Cash::ZERO), |item| (item.haircut, item.over_cap));
        let line = model.lines.iter().find(|line| line.instrument == position.instrument);
        let (alone, part) = line.map_or((Requirement::ZERO, Requirement::ZERO), |line| (line.alone, line.part));
        let rule = line.map_or_else(
            || "its haircut is its margin".to_owned(),
            |line| words::rule(line.why, self.names, line.instrument),
        );
        let money = |cash| self.names.money(cash);
        PositionExplained {
            instrument: about.name.clone(),
            units: about.units_of(position.lots),
            mark: tidy(about.price_of(position.mark)),
            value: money(position.value),
            worth: money(position.worth),
            haircut: money(haircut),
            beyond_cap: money(beyond_cap),
            counted: money(position.worth - haircut - beyond_cap),
            rule,
            im: money(part.im),
            mm: money(part.mm),
            im_alone: money(alone.im),
            mm_alone: money(alone.mm),
            size_add_on: money(self.size_add_on(position.instrument, sorted)),
        }
    }

    /// What tiers of collateral hold beyond their limits.
    fn limits(&self, sorted: &Sorted) -> Vec<Cut> {
        let Some(collateral) = &self.terms.collateral else { return Vec::new() };
        let held = sorted.pledged.iter().copied();
        let over = collateral.breakdown(self.ledger.cash(self.account), held).over_limit;
        let word = |tier| match tier {
            Tier::None => "beyond the limit".to_owned(),
            Tier::Nth(tier) => format!("beyond the limit of tier {}", tier + 1),
            Tier::OwnToken => "beyond the limit of the lender's own tokens".to_owned(),
        };
        over.into_iter().map(|(tier, cash)| Cut { what: word(tier), amount: self.names.money(cash) }).collect()
    }

    /// From the positions' parts to what is asked, step by step; steps that change nothing are left out.
    fn adjustments(&self, model: &Breakdown, sorted: &Sorted) -> Vec<Adjustment> {
        let held = &sorted.margined;
        let hedged = hedged_by_collateral(self.terms, self.marks, sorted, model.total);
        let hedged = Requirement { im: -hedged.im, mm: -hedged.mm };
        let size: Cash = held.iter().map(|position| self.size_add_on(position.instrument, sorted)).sum();
        let all = requirement(self.terms, self.marks, positions(self.ledger, self.marks, self.account));
        let scaled = Requirement {
            im: all.im - model.total.im - hedged.im - size,
            mm: all.mm - model.total.mm - hedged.mm - size,
        };
        let alone = |position| of_one(self.terms, self.marks, position);
        let add_ons = self.terms.add_ons.as_ref();
        let times = add_ons.and_then(|add_ons| add_ons.multipliers(self.marks, held.iter().copied(), alone));
        let scaling = times.map_or("add-ons".to_owned(), |times| match (times.im.to_f64(), times.mm.to_f64()) {
            (_, mm) if times.im == times.mm => format!("volatility, {mm:.4} times"),
            (im, mm) => format!("volatility, {im:.4} times initial, {mm:.4} times maintenance"),
        });
        let step = |what: String, by: Requirement| Adjustment {
            what,
            im: self.names.money(by.im),
            mm: self.names.money(by.mm),
        };
        let own = model.adjustments.iter().map(|item| (words::adjustment(item.what, self.names), item.amount));
        let hedges = ("hedged by collateral that keeps its haircut".to_owned(), hedged);
        let changes = own.chain([hedges, (scaling, scaled)]).filter(|(_, by)| *by != Requirement::ZERO);
        changes.map(|(what, by)| step(what, by)).collect()
    }

    /// One row for each position: its price alone. Options on what has a row already, or on the same thing, share one.
    fn prices(&self, held: &[Position]) -> Vec<PricesExplained> {
        let mut rows: Vec<Move> = Vec::new();
        for position in held {
            let moved = Move::alone(self.marks, position.instrument);
            let leads = moved.leads();
            let elsewhere = leads != position.instrument && held.iter().any(|other| other.instrument == leads);
            if !elsewhere && rows.iter().all(|row| row.leads() != leads) {
                rows.push(moved);
            }
        }
        let row = |mut moved: Move| {
            let leads = moved.leads();
            let bankruptcy = match held.iter().any(|position| position.instrument == leads) {
                true => bankruptcy_price(self.ledger, self.marks, self.account, leads),
                false => moved.bankruptcy(self.ledger, self.account),
            };
            self.turns(moved, bankruptcy)
        };
        rows.into_iter().map(row).collect()
    }

    /// One row for each thing on which more than one held has a price of its own.
    fn together(&self, held: &[Position]) -> Vec<TogetherExplained> {
        let mut on: Vec<InstrumentId> = held.iter().map(|position| root(self.marks, position.instrument)).collect();
        on.sort_unstable();
        on.dedup();
        let row = |on: InstrumentId| {
            let all: Vec<InstrumentId> =
                held.iter().map(|position| position.instrument).filter(|it| root(self.marks, *it) == on).collect();
            let alone = Move::alone(self.marks, *all.first()?);
            if all.iter().all(|it| alone.takes_along(*it)) {
                return None;
            }
            let mut together = Move::together(self.marks, on);
            let bankruptcy = together.bankruptcy(self.ledger, self.account);
            let names = all.iter().map(|it| self.plan.instruments[it.index()].name.clone()).collect();
            Some(TogetherExplained { instruments: names, prices: self.turns(together, bankruptcy) })
        };
        on.into_iter().filter_map(row).collect()
    }

    fn turns(&self, mut moved: Move, bankruptcy: Option<Price>) -> PricesExplained {
        let about = &self.plan.instruments[moved.leads().index()];
        let from = moved.from();
        let turn = |price: Price| Turn {
            price: tidy(about.price_of(price)),
            distance: (price - from) as f64 / from.steps().abs().max(1) as f64,
        };
        let nowhere = Crossings { sound: true, below: None, above: None };
        let found = match self.terms.margin.lends() {
            true => moved.crossings(self.ledger, self.terms, self.account),
            false => nowhere,
        };
        PricesExplained {
            instrument: about.name.clone(),
            mark: tidy(about.price_of(from)),
            turns_below: found.below.map(turn),
            turns_above: found.above.map(turn),
            liquidation_price: found.liquidation_price(from).map(|price| tidy(about.price_of(price))),
            bankruptcy: bankruptcy.map(turn),
        }
    }
}
