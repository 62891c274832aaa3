//! What is to be ordered now for one breached account: its policy's axes put together, target by target.
//!
//! In come the account's targets, what their order is decided by, and what is to be seen where each trades; out come lots
//! for each. Where the market stands still, or another position goes first, that is nothing.

use super::{Breach, Candidate, Found, Held, How, HowMuch, Pace, PolicyPlan, Programme, Sizing, Target, candidates};
use crate::ledger::Ledger;
use crate::margin::{Marks, Terms, positions};
use crate::waterfall::entries::Entries;
use ground::units::{AccountId, Cash, InstrumentId, Lots, MarketId};

/// Where a target trades, as it is to be seen now.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// None of its markets is open.
    pub closed: bool,
    pub pace: Pace,
}

/// What a breached account has to close under a policy, at the marks of now. `market` is where an instrument trades.
pub fn targets(
    account: AccountId,
    policy: &PolicyPlan,
    terms: &Terms,
    (ledger, marks, entries): (&Ledger, &Marks, &Entries),
    market: impl Fn(InstrumentId) -> MarketId,
) -> Vec<Target> {
    let close = |lots: Vec<Lots>| {
        let targets = positions(ledger, marks, account).zip(lots).map(|(position, lots)| {
            Target::new(position.instrument, market(position.instrument), position.lots, lots, position.mark)
        });
        let mut all: Vec<_> = targets.filter(|target| target.total.is_positive()).collect();
        // Kept to the end of the run, and few take on more.
        all.shrink_to_fit();
        all
    };
    if policy.much == HowMuch::All {
        return close(positions(ledger, marks, account).map(|position| position.lots.abs()).collect());
    }
    let sizing = Sizing { ledger, marks, terms, account, small: policy.small };
    let all = candidates(policy.first, (ledger, marks, entries), terms, account);
    close(sizing.lots(policy.much, policy.first, &all))
}

/// What an account holds as it breaks, of which so much is to be closed, and this.
pub fn found(
    account: AccountId,
    (much, targets): (HowMuch, &[Target]),
    (ledger, marks): (&Ledger, &Marks),
    market: impl Fn(InstrumentId) -> MarketId,
) -> Found {
    let part = much != HowMuch::All;
    let held = positions(ledger, marks, account).filter(|position| part && !position.lots.is_zero());
    let held = held.map(|it| {
        let market = market(it.instrument);
        Held { instrument: it.instrument, market, lots: it.lots, mark: it.mark }
    });
    let to_close = targets.iter().map(|target| marks.value(target.instrument, target.total).abs()).sum();
    Found { positions: held.collect(), to_close, hike: Cash::ZERO }
}

/// What the order of a breach's targets is decided by, target by target.
pub fn open_candidates(
    breach: &Breach,
    policy: &PolicyPlan,
    programme: &Programme,
    terms: &Terms,
    (ledger, marks, entries): (&Ledger, &Marks, &Entries),
) -> Vec<Candidate> {
    let all = candidates(policy.first, (ledger, marks, entries), terms, breach.account);
    let place = |target: &Target| {
        let slot = ledger.accounts.slot_of(breach.account, target.instrument).expect("a target has a slot");
        let first = ledger.accounts.slots(breach.account).next().expect("it has one slot at least");
        slot.index() - first.index()
    };
    let is_open = |target: &Target| target.way(programme).is_some() && target.free().is_positive();
    let candidate = |target: &Target| Candidate { open: is_open(target), ..all[place(target)] };
    breach.targets.iter().map(candidate).collect()
}

impl Target {
    /// How it is sold, given how its lender sells: what no auction sold goes through the book.
    pub fn how(&self, own: How) -> How {
        if self.to_book { How::Market } else { own }
    }
}

/// Lots to order for each target, by how all of it is sold. `sees` is what is to be seen of where a target trades, `allow` how many of so many lots
/// the throttle lets pass, asked where the policy has one.
pub fn wanted(
    targets: &[Target],
    candidates: &[Candidate],
    policy: &PolicyPlan,
    programme: &Programme,
    sees: impl Fn(&Target) -> Sight,
    mut allow: impl FnMut(&Target, Lots) -> Lots,
) -> Vec<Lots> {
    let mut wanted = Vec::with_capacity(targets.len());
    for (index, target) in targets.iter().enumerate() {
        let Some(way) = target.way(programme) else {
            wanted.push(Lots::ZERO);
            continue;
        };
        let Sight { closed, pace } = sees(target);
        let how = target.how(way.how);
        // What is sold off the book needs none.
        let waits = closed && !matches!(how, How::Auction(_));
        let mut lots = Lots::ZERO;
        if !waits && policy.first.may_go(index, candidates) {
            // What is working now lapses at the beginning of the next tick, before the order that is left here
            // comes to the book.
            lots = how.lots_now(target.free(), target.due(), pace).min(Lots::LARGEST).max(Lots::ZERO);
        }
        let naked = candidates[index].unhedged;
        if policy.first.in_step() && naked.is_positive() {
            lots = lots.min(naked);
        }
        if policy.throttle.is_some() && lots.is_positive() {
            lots = allow(target, lots);
        }
        wanted.push(lots);
    }
    if policy.first.in_step() && candidates.iter().all(|it| !it.open || !it.unhedged.is_positive()) {
        keep_in_step(&mut wanted, targets);
    }
    wanted
}

/// Hedges and hedged go at the pace of the slowest, as a share of what is left of each.
fn keep_in_step(wanted: &mut [Lots], targets: &[Target]) {
    let left = |target: &Target| i128::from(target.free().get());
    let open = || targets.iter().zip(wanted.iter()).filter(|(target, _)| target.free().is_positive());
    // The least of wanted over left, as a fraction.
    let slowest = open().map(|(target, lots)| (i128::from(lots.get()), left(target))).min_by(|a, b| {
        // a.0 / a.1 against b.0 / b.1, in whole numbers.
        (a.0 * b.1).cmp(&(b.0 * a.1))
    });
    let Some((lots, of)) = slowest else { return };
    for (wanted, target) in wanted.iter_mut().zip(targets) {
        let share = (left(target) * lots + of - 1) / of;
        *wanted = (*wanted).min(Lots::new(share as i64));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Route, Unsold, Way, WhatFirst};
    use super::*;
    use ground::moments::Start;
    use ground::units::{Cash, Deadline, Price, Span};
    use std::sync::Arc;

    fn by(how: How) -> Programme {
        Programme::all(Way { how, bidders: Arc::default(), unsold: Unsold::ToTheBook, collar: None })
    }

    fn policy(first: WhatFirst) -> PolicyPlan {
        PolicyPlan {
            first,
            much: HowMuch::All,
            small: super::super::Small::default(),
            programme: by(How::Market),
            collar: 1.0,
            delay: Start::Later(Deadline::After(Span::ZERO)),
            route: Route::Primary,
            cooldown: Span::ZERO,
            throttle: None,
        }
    }

    fn target(instrument: u32, position: i64) -> Target {
        let (id, market) = (InstrumentId::new(instrument), MarketId::new(instrument));
        Target::new(id, market, Lots::new(position), Lots::new(position.abs()), Price::new(100))
    }

    fn candidate(loss: i128, unhedged: i64) -> Candidate {
        Candidate { loss: Cash::minor(loss), days: 1.0, freed: 0.0, unhedged: Lots::new(unhedged), turn: 0, open: true }
    }

    const OPEN: Sight = Sight {
        closed: false,
        pace: Pace {
            voluntary_volume: Lots::new(900),
            ticks_per_hour: 60.0,
            ticks_worked: 0,
            auction: false,
            part: 1.0,
        },
    };

    fn lots(wanted: Vec<Lots>) -> Vec<i64> {
        wanted.into_iter().map(Lots::get).collect()
    }

    #[test]
    fn all_at_once_unless_the_market_stands_still() {
        let (targets, all) = ([target(0, 50), target(1, -30)], [candidate(1, 0), candidate(2, 0)]);
        let policy = policy(WhatFirst::ProRata);
        let wants = |closed: usize| {
            let sees = |target: &Target| Sight { closed: target.instrument.index() == closed, ..OPEN };
            lots(wanted(&targets, &all, &policy, &by(How::Market), sees, |_, lots| lots))
        };
        assert_eq!(wants(9), [50, 30]);
        assert_eq!(wants(0), [0, 30]);
    }

    #[test]
    fn the_largest_loss_goes_before_the_other() {
        let (targets, all) = ([target(0, 50), target(1, 30)], [candidate(1, 0), candidate(2, 0)]);
        let policy = policy(WhatFirst::LargestLoss);
        assert_eq!(lots(wanted(&targets, &all, &policy, &by(How::Market), |_| OPEN, |_, lots| lots)), [0, 30]);
    }

    #[test]
    fn a_throttle_is_asked_for_what_would_go_and_only_where_there_is_one() {
        let (targets, all) = ([target(0, 500)], [candidate(1, 0)]);
        let mut policy = policy(WhatFirst::ProRata);
        let how = How::ShareOfVolume { share: 0.1 };
        let a_third = |_: &Target, lots: Lots| Lots::new(lots.get() / 3);
        assert_eq!(lots(wanted(&targets, &all, &policy, &by(how), |_| OPEN, a_third)), [100]);
        policy.throttle = Some(0.2);
        assert_eq!(lots(wanted(&targets, &all, &policy, &by(how), |_| OPEN, a_third)), [33]);
    }

    #[test]
    fn hedges_go_in_step_once_nothing_naked_is_left() {
        // 100 against 60: forty of the hundred are naked and go first, alone.
        let targets = [target(0, 100), target(1, -60)];
        let policy = policy(WhatFirst::KeepHedges);
        let wants =
            |all: [Candidate; 2], how: How| lots(wanted(&targets, &all, &policy, &by(how), |_| OPEN, |_, lots| lots));
        assert_eq!(wants([candidate(0, 40), candidate(0, 0)], How::Market), [40, 0]);
        // Ten in the hundred of volume, a ninth of 900, is all that is left of one and so of the other.
        let slow = How::ShareOfVolume { share: 0.02 };
        let after = wants([candidate(0, 0), candidate(0, 0)], slow);
        assert_eq!(after, [19, 12], "19 of 100 and 12 of 60: rounded up so that neither lags");
    }

    #[test]
    fn what_an_auction_did_not_sell_goes_through_the_book() {
        let unsold = Target { to_book: true, ..target(0, 100) };
        assert_eq!(unsold.how(How::Slices { over_hours: 1.0 }), How::Market);
        assert_eq!(target(0, 100).how(How::Market), How::Market);
    }
}
