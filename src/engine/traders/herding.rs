//! Herding: each watches its neighbours on a graph and copies whoever was paid best.
//!
//! - A member is long, flat or short: its stance, `limit` lots either way of what it holds at the start.
//! - At random moments, `pace` apart on average, it looks back over `lookback`: with chance `imitation` it takes the
//!   stance of the neighbour whose stance would have earned most over that time, its own included; else, with chance
//!   `whim`, it takes a stance at random.
//! - Neighbours are the `neighbours` next members on either side of a ring; each such tie is, with chance
//!   `shortcuts`, to a member anywhere instead (a small world).
//! - It trades towards its stance with market orders no larger than `clip`.
//!
//! Source: the imitation of Kirman, "Ants, rationality, and recruitment", Quarterly Journal of Economics 108 (1993)
//! 137-156, on the graph of Watts and Strogatz, Nature 393 (1998) 440-442. It sees its neighbours' holdings, as
//! nobody else here does.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform, wait_ticks};
use ground::units::{AccountId, Lots, Span};
use language::findings::Findings;
use language::read::Read;

/// No member has more neighbours on one side: what a look costs is bounded.
const MOST_NEIGHBOURS: u32 = 100;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Neighbours on either side.
    pub neighbours: u32,
    /// Chance that a tie is to a member anywhere.
    #[read(within = 0.0..=1.0)]
    pub shortcuts: f64,
    /// Chance at each look to copy the best paid neighbour.
    #[read(within = 0.0..=1.0)]
    pub imitation: f64,
    /// Chance, when it does not copy, to change its mind at random.
    #[read(within = 0.0..=1.0)]
    pub whim: f64,
    /// Trading time over which neighbours' gains are compared.
    #[read(some_time)]
    pub lookback: Span,
    /// Position of a stance, as a share of the ordinary daily volume.
    #[read(positive)]
    pub limit: f64,
    /// Mean time between two looks.
    #[read(some_time)]
    pub pace: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.neighbours == 0 || self.neighbours > MOST_NEIGHBOURS {
            findings.add(
                format_args!("{path}.neighbours"),
                format!("{} neighbours on either side", self.neighbours),
                format!("give 1 to {MOST_NEIGHBOURS}"),
            );
        }
    }

    usual_fields!(Stake);

    fn lookback(&self) -> Span {
        self.lookback
    }
}

#[derive(Clone, Debug, Component)]
pub struct Herding {
    neighbours: Vec<AccountId>,
    imitation: f64,
    whim: f64,
    /// In ticks.
    lookback: u32,
    /// In lots.
    limit: f64,
    clip: f64,
    mean_wait: f64,
    neutral: Lots,
    /// −1, 0 or 1.
    stance: f64,
}

impl Herding {
    /// The stance it takes next, given what the price did and the positions around it, in limits.
    fn next_stance(&self, rise: f64, around: impl Iterator<Item = f64>, draws: &mut Stream) -> f64 {
        let (copies, has_whim, whim) = (uniform(draws), uniform(draws), uniform(draws));
        if copies < self.imitation {
            let paid = |stance: f64| stance * rise;
            around.fold(self.stance, |best, stance| if paid(stance) > paid(best) { stance } else { best }).round()
        } else if has_whim < self.whim {
            (whim * 3.0).floor().min(2.0) - 1.0
        } else {
            self.stance
        }
    }
}

impl Behaviour for Herding {
    type Params = Params;
    const KIND: Kind = Kind::Herding;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let (member, members) = birth.place;
        let first = birth.account.get() - member;
        let reach = params.neighbours.min((members.max(1) - 1).div_ceil(2));
        let mut neighbours = Vec::with_capacity(2 * reach as usize);
        for step in (1..=reach).flat_map(|step| [step, members - step]) {
            let tie = (member + step) % members;
            let anywhere = (uniform(birth.traits) * f64::from(members)) as u32 % members;
            let tie = if uniform(birth.traits) < params.shortcuts { anywhere } else { tie };
            neighbours.push(AccountId::new(first + tie));
        }
        let own = Self {
            neighbours,
            imitation: params.imitation,
            whim: params.whim,
            lookback: ticks_in(birth.plan, params.lookback),
            limit: lots_of_day(birth.about, params.limit).max(1.0),
            clip: lots_of_day(birth.about, params.clip),
            mean_wait: f64::from(ticks_in(birth.plan, params.pace)),
            neutral: birth.held,
            stance: 0.0,
        };
        let first_wake = wait_ticks(birth.draws, own.mean_wait) - 1;
        (own, first_wake)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let rise = eyes.mark() - eyes.mark_before(self.lookback).steps() as f64;
        let stance_of =
            |account| ((eyes.holding_of(account) - self.neutral).get() as f64 / self.limit).clamp(-1.0, 1.0);
        let around = self.neighbours.iter().map(|&account| stance_of(account));
        self.stance = self.next_stance(rise, around, draws);
        let missing = self.stance * self.limit - (eyes.holding() - self.neutral).get() as f64;
        if !eyes.is_auction() {
            hands.trade_towards(missing, self.clip);
        }
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, stream};

    fn member(imitation: f64, whim: f64) -> Herding {
        Herding {
            neighbours: vec![],
            imitation,
            whim,
            lookback: 10,
            limit: 100.0,
            clip: 10.0,
            mean_wait: 5.0,
            neutral: Lots::ZERO,
            stance: 0.0,
        }
    }

    #[test]
    fn it_copies_whoever_the_last_move_paid() {
        let mut draws = stream(1, "herd", Purpose::Decide);
        let sheep = member(1.0, 0.0);
        assert_eq!(sheep.next_stance(5.0, [-1.0, 1.0, 0.0].into_iter(), &mut draws), 1.0);
        assert_eq!(sheep.next_stance(-5.0, [-1.0, 1.0, 0.0].into_iter(), &mut draws), -1.0);
        // Everyone around was hurt: it stays flat.
        assert_eq!(sheep.next_stance(-5.0, [1.0, 1.0].into_iter(), &mut draws), 0.0);
    }

    #[test]
    fn without_imitation_whims_are_spread_over_all_stances() {
        let mut draws = stream(2, "herd", Purpose::Decide);
        let loner = member(0.0, 1.0);
        let mut seen = [0; 3];
        for _ in 0..3_000 {
            seen[(loner.next_stance(5.0, [1.0].into_iter(), &mut draws) + 1.0) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (900..1_100).contains(count)), "{seen:?}");
    }
}
