//! What holds of the liquidation policy's parts, the cascade and rates, whatever goes in.

use firesale::gather::Gather;
use firesale::ledger::{Accounts, Ledger, Purses, SlotKind};
use firesale::liquidation::{
    Breach, BreachCause, Candidate, Found, Held, How, HowMuch, Pace, Sizing, Small, WhatFirst, candidates,
};
use firesale::margin::CallLevel;
use firesale::margin::{Marks, Terms};
use firesale::plan::{Calendar, MarginPlan, MarketPlan};
use firesale::record::analysis::cascade::{Source, summarise, trace};
use firesale::results::keep::Keep;
use firesale::tick::trays::Push;
use firesale::units::{
    AccountId, BreachId, Cash, Cause, InstrumentId, LenderId, Lots, MarketId, Price, Rate, Side, Span, StepValue, Tick,
    Time, TraderId, VenueId,
};
use firesale::waterfall::entries::Entries;
use mechanics::formation::FormationPlan;
use proptest::prelude::*;

const ONE: i128 = 1_000_000_000;

/// Smallest number of lots whose sale leaves no more requirement than there is equity, in whole numbers.
fn fewest(lots: i128, price: i128, equity: i128, rate: i128) -> i128 {
    if equity < 0 {
        return lots;
    }
    // Lots that the equity carries.
    let carried = (equity * ONE).checked_div(price * rate).unwrap_or(lots);
    (lots - carried).clamp(0, lots)
}

/// An account with so much cash, in whose positions one lot and step is a minor unit.
fn account(cash: i128, held: &[(i64, i64)]) -> (Ledger, Marks) {
    let mut accounts = Accounts::default();
    let slot = |(index, &(lots, mark)): (usize, &(i64, i64))| {
        (InstrumentId::from_index(index), SlotKind::Spot, Lots::new(lots), Price::new(mark))
    };
    accounts.add(LenderId::new(0), Some(TraderId::new(0)), held.iter().enumerate().map(slot));
    let marks = Marks::new(held.iter().map(|&(_, mark)| (StepValue::new(1), Price::new(mark))));
    (Ledger::new(accounts, Purses::new(vec![Cash::minor(cash)], 0, vec![])), marks)
}

fn terms(im: i64, mm: i64) -> Terms {
    let rate = Rate::from_billionths;
    Terms::plain(MarginPlan::Rate { im: rate(im), mm: rate(mm) }, CallLevel::Maintenance)
}

fn sold(ledger: &Ledger, marks: &Marks, terms: &Terms, much: HowMuch, first: WhatFirst) -> Vec<i64> {
    let account = AccountId::new(0);
    let all = candidates(first, (ledger, marks, &Entries::default()), terms, account);
    Sizing { ledger, marks, terms, account, small: Small::default() }
        .lots(much, first, &all)
        .into_iter()
        .map(Lots::get)
        .collect()
}

const EVERY_ORDER: [WhatFirst; 5] =
    [WhatFirst::ProRata, WhatFirst::LargestLoss, WhatFirst::MostLiquid, WhatFirst::MarginFreed, WhatFirst::KeepHedges];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sold_restores_the_requirement_and_a_lot_less_would_not(
        lots in 1_i64..1 << 30, price in 1_i64..1 << 20, short in any::<bool>(),
        im in 1_i64..=1_000_000_000, part in 1_i64..=1_000_000_000, cover in -0.5..1.5,
    ) {
        let mm = (i128::from(im) * i128::from(part) / ONE).max(1) as i64;
        let gross = i128::from(lots) * i128::from(price);
        let equity = (gross as f64 * im as f64 / 1e9 * cover) as i128;
        let (ledger, marks) = account(
            if short { equity + gross } else { equity - gross }, &[(if short { -lots } else { lots }, price)]);
        for (much, rate) in [(HowMuch::RestoreInitial, im), (HowMuch::RestoreMaintenance, mm)] {
            let exact = fewest(lots.into(), price.into(), equity, rate.into());
            let sold = sold(&ledger, &marks, &terms(im, mm), much, WhatFirst::ProRata);
            prop_assert_eq!(i128::from(sold[0]), exact);
        }
    }

    /// Whatever the order: enough, or everything; never more than there is; maintenance no more than initial.
    #[test]
    fn every_order_sells_enough_or_everything(
        held in prop::collection::vec((-1_000_i64..1_000, 1_i64..10_000), 1..6), cover in -0.2..1.2,
    ) {
        let value: i128 = held.iter().map(|(lots, price)| i128::from(*lots) * i128::from(*price)).sum();
        let gross: i128 = held.iter().map(|(lots, price)| i128::from(lots.abs()) * i128::from(*price)).sum();
        let (im, mm) = (100_000_000, 60_000_000);
        let equity = (gross as f64 * 0.1 * cover) as i128;
        let (ledger, marks) = account(equity - value, &held);
        for first in EVERY_ORDER {
            let mut values = Vec::new();
            for (much, rate) in [(HowMuch::RestoreInitial, im), (HowMuch::RestoreMaintenance, mm)] {
                let sold = sold(&ledger, &marks, &terms(im, mm), much, first);
                prop_assert!(sold.iter().zip(&held).all(|(sold, (lots, _))| (0..=lots.abs()).contains(sold)));
                let left: i128 = held.iter().zip(&sold)
                    .map(|((lots, price), sold)| i128::from(lots.abs() - sold) * i128::from(*price)).sum();
                prop_assert!(left == 0 || left * i128::from(rate) <= equity * ONE, "{:?} {:?}", first, much);
                values.push(gross - left);
            }
            prop_assert!(values[1] <= values[0], "{:?}", first);
        }
    }

    #[test]
    fn one_at_a_time_or_all_and_never_what_is_done(
        all in prop::collection::vec((-1_000_i128..1_000, 0.0..100.0, -9.0..9.0, 0_i64..3, any::<bool>()), 1..12),
    ) {
        let candidate = |(loss, days, freed, naked, open)| {
            Candidate { loss: Cash::minor(loss), days, freed, unhedged: Lots::new(naked), turn: 0, open }
        };
        let all: Vec<_> = all.into_iter().map(candidate).collect();
        let open = all.iter().filter(|candidate| candidate.open).count();
        let naked = all.iter().filter(|it| it.open && it.unhedged.is_positive()).count();
        for first in EVERY_ORDER {
            let goes: Vec<_> = (0..all.len()).filter(|index| first.may_go(*index, &all)).collect();
            prop_assert!(goes.iter().all(|index| all[*index].open));
            let wanted = match first {
                WhatFirst::ProRata => open,
                WhatFirst::KeepHedges if naked > 0 => naked,
                WhatFirst::KeepHedges => open,
                _ => open.min(1),
            };
            prop_assert_eq!(goes.len(), wanted, "{:?} lets somebody go while there is somebody", first);
            for (goes, other) in goes.iter().flat_map(|goes| all.iter().filter(|c| c.open).map(|other| (all[*goes], other))) {
                prop_assert!(first != WhatFirst::LargestLoss || goes.loss >= other.loss);
                prop_assert!(first != WhatFirst::MostLiquid || goes.days <= other.days);
                prop_assert!(first != WhatFirst::MarginFreed || goes.freed >= other.freed);
            }
        }
    }

    #[test]
    fn an_order_is_never_negative_and_never_more_than_is_to_go(
        total in 1_i64..1 << 40, gone in 0.0..=1.0, volume in 0_i64..1 << 40, worked in 0_u32..100_000,
        share in 1e-6..0.95, hours in 1e-3..1e5, per_hour in 0.01..3_600.0, auction in any::<bool>(),
    ) {
        let free = Lots::new(total - ((total as f64 * gone) as i64).min(total));
        let pace = Pace { voluntary_volume: Lots::new(volume), ticks_per_hour: per_hour, ticks_worked: worked, auction, part: 1.0 };
        for how in [How::Market, How::ShareOfVolume { share }, How::Slices { over_hours: hours }, How::Chase { step: share }] {
            let now = how.lots_now(free, Lots::new(total), pace);
            prop_assert!(Lots::ZERO <= now && now <= free, "{:?} orders {:?} of {:?}", how, now, free);
        }
    }

    /// Whatever of it fills, slices are through when their time is.
    #[test]
    fn slices_are_done_in_their_time(total in 1_i64..1_000_000, ticks in 1_u32..200, fills in prop::collection::vec(any::<bool>(), 200)) {
        let how = How::Slices { over_hours: f64::from(ticks) / 60.0 };
        let mut left = total;
        for worked in 0..ticks {
            let pace = Pace { voluntary_volume: Lots::ZERO, ticks_per_hour: 60.0, ticks_worked: worked, auction: false, part: 1.0 };
            let lots = how.lots_now(Lots::new(left), Lots::new(total), pace).get();
            if fills[worked as usize] || worked + 1 == ticks {
                left -= lots;
            }
        }
        prop_assert_eq!(left, 0);
    }

    #[test]
    fn rounding_up_and_down_enclose_the_exact_share(rate in -(1_i64 << 40)..1 << 40, amount in -(1_i128 << 80)..1 << 80) {
        let exact = amount * i128::from(rate);
        let rate = Rate::from_billionths(rate);
        let (up, down) = (rate.of_rounded_up(Cash::minor(amount)).to_minor(), rate.of_rounded_down(Cash::minor(amount)).to_minor());
        prop_assert!(down * ONE <= exact && exact < (down + 1) * ONE);
        prop_assert!((up - 1) * ONE < exact && exact <= up * ONE);
        prop_assert!(up - down == i128::from(exact % ONE != 0));
    }

    #[test]
    fn a_rate_survives_the_way_through_a_file(billionths in -(1_i64 << 50)..1 << 50) {
        let rate = Rate::from_billionths(billionths);
        prop_assert_eq!(Rate::from_f64(rate.to_f64()), Some(rate));
    }

    /// Breaches in order of their ticks, some by cross default, in two markets; pushes by anybody who broke before.
    #[test]
    fn the_edges_into_a_breach_sum_to_one_and_come_from_before_it(
        breaks in prop::collection::vec((0_u32..40, 0_u32..30, 0_u32..4, any::<bool>(), 0_usize..2), 1..10),
        pushes in prop::collection::vec((0_u32..40, any::<bool>(), 0_usize..12, 1_i64..1_000, 0_u32..2), 0..60),
    ) {
        let mut breaks = breaks;
        breaks.sort_unstable();
        let breaches: Vec<_> = breaks.iter().enumerate().map(|(id, &(tick, back, cross, short, empty))| {
            let id = id as u32;
            let cause = if cross == 0 && id > 0 { BreachCause::CrossDefault(BreachId::new(id - 1)) } else { BreachCause::CallUnmet };
            let position = Lots::new(if short { -10 } else { 10 });
            let held = |market| Held {
                instrument: InstrumentId::new(market), market: MarketId::new(market), lots: position, mark: Price::new(100),
            };
            let positions = if empty == 1 && id == 0 { vec![] } else { vec![held(0), held(1)] };
            Breach {
                id: BreachId::new(id), account: AccountId::new(id), lender: LenderId::new(0), cause, tick: Tick::new(tick),
                last_sound: Tick::new(tick.saturating_sub(back)), start: Time::default(), moments: vec![], agreed: None, ticks_worked: 0,
                found: Found { positions: positions.into(), to_close: Cash::ZERO, hike: Cash::ZERO }, targets: vec![],
            }
        }).collect();
        let clock = Calendar { tick: Span::seconds(60), sessions: Vec::new(), ticks: 100, continuous: true, later: Vec::new() };
        let mut gather = Gather::new(Keep::NOTHING, None, &[Price::new(100), Price::new(100)], &clock);
        let mut pushes = pushes;
        pushes.sort_unstable();
        for (tick, buy, cause, lots, market) in pushes {
            // Forced orders come in the ticks after their breach.
            let cause = match breaches.get(cause) {
                Some(breach) if breach.tick.index() < tick => Cause::Forced(breach.id),
                Some(_) => Cause::Shock,
                None => Cause::Voluntary,
            };
            let side = if buy { Side::Buy } else { Side::Sell };
            gather.pushes(Tick::new(tick), &[Push { market: MarketId::new(market), side, cause, lots: Lots::new(lots) }]);
        }
        let market = |id: u32| MarketPlan { instrument: InstrumentId::new(id), venue: VenueId::new(0), formation: FormationPlan::Book };
        let edges = trace(&[market(0), market(1)], |instrument| f64::from(1 + instrument.get()), &breaches, &gather);
        for breach in &breaches {
            let into: Vec<_> = edges.iter().filter(|edge| edge.into == breach.id).collect();
            let sum: f64 = into.iter().map(|edge| edge.weight).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9, "the edges into {:?} sum to {}", breach.id, sum);
            for edge in into {
                prop_assert!(edge.weight > 0.0);
                if let Source::Push(Cause::Forced(parent)) = edge.source {
                    prop_assert!(parent < breach.id);
                }
            }
        }
        let summary = summarise(&breaches, &edges);
        prop_assert_eq!(summary.size as usize, breaches.len());
        prop_assert!((1..=summary.size).contains(&summary.depth));
        // Each breach is the offspring of others by at most one, and the first of nobody.
        prop_assert!((0.0..1.0).contains(&summary.branching_ratio), "{}", summary.branching_ratio);
    }
}
