//! Depositors: holders who leave their coins where they are while they trust them, and run when they do not.
//!
//! - A member looks at random moments, `pace` apart on average; with `watchful` the large look more often, as they have more to
//!   lose by looking late. It leaves for good when the coin stands further under
//!   `par` than it can bear, when more than `herd` of its neighbours have left, when what a deposit earns falls below
//!   `least_rate`, or when who asks for one would wait longer than `patience`.
//! - With `backing` it also leaves when the sister of its coin is worth less than that share of all coins that there are: what
//!   stands behind a coin cannot redeem the last of them, so it is better not to be among those.
//! - How far under par it can bear is `bears`, varied by the spread, times its size over the mean to the power of minus
//!   `wary`: the large look harder, so they go first.
//! - Who leaves sells all it has at the market, over `exit`, in an order at each look meanwhile, `every` apart.
//! - Neighbours are the `neighbours` next members on either side of a ring. They are seen to have left when less than half of
//!   what they began with is there.
//! - While its lender pays nothing out it cannot sell. Where the lender takes deposits it asks for all of its own, and sells
//!   no more than has been paid out.
//!
//! Source: Diamond and Dybvig, "Bank runs, deposit insurance, and liquidity", Journal of Political Economy 91 (1983)
//! 401-419: who leaves first is paid in full. That large depositors of Anchor ran first and lost least is measured by Liu,
//! Makarov and Schoar, "Anatomy of a run: the Terra Luna crash", NBER Working Paper 31160 (2023); that neighbours matter
//! by Kelly and O Grada, "Market contagion: evidence from the panics of 1854 and 1857", American Economic Review 90 (2000)
//! 1110-1124.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::ops::powf;
use ground::rng::{Stream, wait_ticks};
use ground::units::{AccountId, Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;
use mechanics::deposits::DepositsView;

/// No member has more neighbours on one side: what a look costs is bounded.
const MOST_NEIGHBOURS: u32 = 50;

/// In ticks: who looks less often than this does not look at all in any run.
const LONGEST_WAIT: f64 = 1e9;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// What a coin is meant to be worth.
    #[read(positive)]
    pub par: f64,
    /// How far under par the mean member bears it, as a share of par. Who bears 1 or more never leaves on account of the
    /// price.
    #[read(not_negative)]
    pub bears: f64,
    /// How much sooner the large leave: 0 for not at all; at 0.2 a member of a hundred times the mean bears 0.4 of it.
    #[read(within = 0.0..=5.0)]
    pub wary: f64,
    /// How much more often the large look: 0 for not at all; at 0.5 a member of a hundred times the mean looks ten times
    /// as often, and one of a hundredth of it a tenth as often.
    #[read(default, within = 0.0..=5.0)]
    pub watchful: f64,
    /// On either side.
    pub neighbours: u32,
    /// It leaves when more than this share of them has; 1 for never on their account.
    #[read(within = 0.0..=1.0)]
    pub herd: f64,
    /// The peg of the coin, where it looks at what stands behind it.
    #[read(default)]
    pub peg: Option<String>,
    /// It leaves when the sister's capitalisation is a smaller share of all coins at par. Left out: never on that account.
    #[read(default, within = 0.0..=1e6)]
    pub backing: Option<f64>,
    /// It leaves when its deposit earns less a year; 0 for never on that account. Of one that earns nothing, 0.
    #[read(default, within = 0.0..=10.0)]
    pub least_rate: f64,
    /// It leaves when who asks for a deposit would wait longer. Left out: never on that account.
    #[read(default, some_time)]
    pub patience: Option<Span>,
    /// Mean time between two looks of who stays, of a member of the mean size.
    #[read(some_time)]
    pub pace: Span,
    /// The time over which it sells.
    #[read(some_time)]
    pub exit: Span,
    /// Time between two orders meanwhile.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: in size alone.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.neighbours > MOST_NEIGHBOURS {
            let reason = format!("{} neighbours on either side", self.neighbours);
            findings.add(format_args!("{path}.neighbours"), reason, format!("give 0 to {MOST_NEIGHBOURS}"));
        }
        if self.stake.units_days <= 0.0 {
            findings.add(format_args!("{path}.stake.units_days"), "there is nothing to run with", "give it units");
        }
        if self.peg.is_some() != self.backing.is_some() {
            let reason = "a peg to look at, and what it is to stand for, belong together";
            findings.add(format_args!("{path}.backing"), reason, "give both `peg` and `backing`, or neither");
        }
    }

    fn asks_for_deposits(&self) -> bool {
        true
    }

    fn watches(&self) -> Option<(&'static str, &str)> {
        self.peg.as_deref().map(|peg| ("peg", peg))
    }

    usual_fields!(Stake);
}

#[derive(Clone, Debug, Component)]
pub struct Depositor {
    /// Each with what it began with.
    neighbours: Box<[(AccountId, Lots)]>,
    /// In steps: it leaves below this price.
    floor: f64,
    herd: f64,
    /// At which peg, and below which share.
    backing: Option<(usize, f64)>,
    least_rate: f64,
    patience: Option<Span>,
    /// What it began with.
    began: Lots,
    /// In ticks.
    mean_wait: f64,
    exit: u32,
    every: u32,
    /// Since it has decided to leave: lots of an order.
    leaving: Option<Lots>,
}

impl Depositor {
    fn leaves(&self, eyes: &Eyes<'_>) -> bool {
        let gone = |(account, began): &&(AccountId, Lots)| eyes.holding_of(*account).get() * 2 < began.get();
        let bare = |(peg, share): (usize, f64)| eyes.backing(peg).is_some_and(|backing| backing < share);
        let shaken =
            |own: DepositsView| own.rate < self.least_rate || self.patience.is_some_and(|most| own.wait > most);
        eyes.mark() < self.floor
            || self.backing.is_some_and(bare)
            || eyes.deposits().is_some_and(shaken)
            || runs(self.neighbours.iter().filter(gone).count(), self.neighbours.len(), self.herd)
    }
}

/// Whether so many of the neighbours are enough to run with.
fn runs(gone: usize, neighbours: usize, herd: f64) -> bool {
    gone as f64 > herd * neighbours as f64
}

/// The share of par under which a member leaves: what the mean one bears, the less the larger it is.
fn bears(mean: f64, size: f64, wary: f64) -> f64 {
    (mean * larger_less(size, wary)).min(1.0)
}

/// By what factor something is less, the larger a member is: its size over the mean to the power of minus `by`.
fn larger_less(size: f64, by: f64) -> f64 {
    powf(size.max(1e-6), -by)
}

impl Behaviour for Depositor {
    type Params = Params;
    const KIND: Kind = Kind::Depositor;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let (member, members) = birth.place;
        let (plan, about) = (birth.plan, birth.about);
        let reach = params.neighbours.min((members.max(1) - 1).div_ceil(2));
        let first = birth.account.get() - member;
        let neighbour = |step: u32| {
            let account = AccountId::new(first + (member + step) % members);
            let held = plan.accounts[account.index()].slots.first().map_or(Lots::ZERO, |(_, lots)| *lots);
            (account, held)
        };
        let size = birth.held.get() as f64 / lots_of_day(about, params.stake.units_days).max(1.0);
        let par = params.par / about.step_size;
        let peg = params.peg.as_ref().and_then(|name| plan.peg_named(name));
        let own = Self {
            neighbours: (1..=reach).flat_map(|step| [step, members - step]).map(neighbour).collect(),
            floor: par * (1.0 - bears(params.bears, size, params.wary)),
            herd: params.herd,
            backing: peg.zip(params.backing),
            least_rate: params.least_rate,
            patience: params.patience,
            began: birth.held,
            mean_wait: (f64::from(ticks_in(plan, params.pace)) * larger_less(size, params.watchful))
                .clamp(1.0, LONGEST_WAIT),
            exit: ticks_in(plan, params.exit),
            every: ticks_in(plan, params.every),
            leaving: None,
        };
        let first_wake = wait_ticks(birth.draws, own.mean_wait) - 1;
        (own, first_wake)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let held = eyes.holding();
        if !held.is_positive() {
            return Wake::Never;
        }
        if self.leaving.is_none() && self.leaves(eyes) {
            let orders = i64::from(self.exit.div_ceil(self.every).max(1));
            self.leaving = Some(Lots::new((held.get() + orders - 1) / orders));
            if eyes.deposits().is_some() {
                hands.ask_for(held);
            }
        }
        match self.leaving {
            Some(lots) => {
                let free = match eyes.deposits() {
                    Some(_) => (eyes.paid_out() - (self.began - held)).max(Lots::ZERO),
                    None if eyes.is_paid_out() => held,
                    None => Lots::ZERO,
                };
                hands.market(Side::Sell, lots.min(held).min(free));
                Wake::After(self.every)
            }
            None => Wake::After(wait_ticks(draws, self.mean_wait)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_bear_less() {
        assert_eq!(bears(0.05, 1.0, 0.2), 0.05);
        // A hundred times as large, and to the power of a fifth 2.51 times as wary.
        assert!((bears(0.05, 100.0, 0.2) - 0.0199).abs() < 5e-5);
        assert_eq!(bears(0.05, 100.0, 0.0), 0.05);
        assert_eq!(bears(0.5, 1e-9, 1.0), 1.0, "nobody leaves above nothing");
    }

    #[test]
    fn the_large_look_more_often_and_the_small_less() {
        assert_eq!(larger_less(100.0, 0.0), 1.0);
        // A hundred times the mean: a tenth of the time between two looks.
        assert!((larger_less(100.0, 0.5) - 0.1).abs() < 1e-12);
        assert!((larger_less(0.01, 0.5) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn more_than_the_share_has_to_be_gone() {
        assert!(!runs(2, 4, 0.5));
        assert!(runs(3, 4, 0.5));
        assert!(!runs(4, 4, 1.0));
        assert!(!runs(0, 0, 0.0), "who has no neighbours follows none");
    }
}
