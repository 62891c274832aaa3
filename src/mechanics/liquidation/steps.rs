//! What is sold apart from the rest, step by step, and each at its time.
//!
//! A lender sells in its own way, and some positions, or all, by a list of steps instead: each begins at its moment, takes
//! its share of what is then left, and sells that in its way. It is over when that is sold, or when the next one begins; what
//! the last one leaves goes in the lender's own way. So a block before the open, and slices after it, are two steps.
//! Who agrees with others sells by such a list as well.
//!
//! A moment in the night is kept by what is sold off the book: it is put up then, and its bids are opened before the
//! next session if their time is over by then. What goes through the book waits for the open.

use super::policy::{How, HowFile, Unsold};
use super::{Breach, Target};
use ground::moments::Start;
use ground::units::{InstrumentId, Lots, Time};
use language::read::Read;
use std::sync::Arc;

/// Positions that are sold apart.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct ApartFile {
    /// What the client holds: of a swap its own name, not its share's. Left out: all that no other entry names.
    #[read(default)]
    pub of: Vec<String>,
    /// One after the other.
    pub steps: Vec<SaleStepFile>,
}

#[derive(Clone, Debug, PartialEq, Read)]
pub struct SaleStepFile {
    /// When it begins: so long after the breach, at the opening after a close, or at a moment. It begins at once where
    /// that is past already. Left out: the first with the lender's `delay`, another when the one before it is done.
    #[read(default)]
    pub from: Option<Start>,
    /// Of what is left of the position when it begins. Left out: all.
    #[read(default, within = 1e-6..=1.0)]
    pub share: Option<f64>,
    /// Left out: as the lender sells the rest.
    #[read(default)]
    pub how: Option<HowFile>,
    /// How far from the last mark its orders may trade. Left out: as the lender's others.
    #[read(default, within = 1e-6..=1.0)]
    pub collar: Option<f64>,
}

/// How something is sold.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub how: How,
    /// Names of populations that may bid in its auctions, in their order; empty: all keepers of the instrument.
    pub bidders: Arc<[String]>,
    pub unsold: Unsold,
    /// `None`: the lender's.
    pub collar: Option<f64>,
}

impl Way {
    pub fn of(how: &HowFile, collar: Option<f64>) -> Self {
        Self { how: how.plan(), bidders: how.bidders().into(), unsold: how.unsold(), collar }
    }
}

/// How all that a lender has to sell is sold.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    pub own: Arc<Way>,
    pub apart: Vec<ApartPlan>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ApartPlan {
    /// Empty: all that no other names.
    pub of: Vec<InstrumentId>,
    pub steps: Vec<StepPlan>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StepPlan {
    pub from: Option<Start>,
    pub share: f64,
    pub way: Arc<Way>,
}

impl Programme {
    pub fn all(way: Way) -> Self {
        Self { own: Arc::new(way), apart: Vec::new() }
    }

    /// What is said of this position apart.
    pub fn apart_of(&self, instrument: InstrumentId) -> Option<usize> {
        let named = self.apart.iter().position(|apart| apart.of.contains(&instrument));
        named.or_else(|| self.apart.iter().position(|apart| apart.of.is_empty()))
    }

    /// When each of its steps begins, by what the clock says of a start. Those that wait for the one before them have none.
    pub fn moments(&self, mut at: impl FnMut(Start) -> Time) -> Vec<Vec<Option<Time>>> {
        let steps = |apart: &ApartPlan| apart.steps.iter().map(|step| step.from.map(&mut at)).collect();
        self.apart.iter().map(steps).collect()
    }
}

/// How far a position's steps have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// It is not sold apart, and the lender's delay is not over.
    waits: bool,
    /// Steps that have begun.
    begun: usize,
    /// When its way began, where that was stated.
    at: Option<Time>,
    /// All of them are done, and the rest goes in the lender's own way.
    rest: bool,
    /// Not for the way that it goes now.
    left_over: Lots,
    /// What that way began with. `None` while it is all there ever was.
    due: Option<Lots>,
    /// Ticks that the breach had been worked on by then.
    since: u32,
    /// Its offer ended, and what was not sold is left to others.
    given_up: bool,
}

impl Target {
    /// The way that it goes now; `None` while it waits for its first step.
    pub fn way<'a>(&self, programme: &'a Programme) -> Option<&'a Arc<Way>> {
        if self.progress.waits || self.progress.given_up {
            return None;
        }
        let Some(apart) = programme.apart_of(self.instrument) else { return Some(&programme.own) };
        match self.progress.begun {
            0 => None,
            _ if self.progress.rest => Some(&programme.own),
            begun => Some(&programme.apart[apart].steps[begun - 1].way),
        }
    }

    /// What its way began with.
    pub fn due(&self) -> Lots {
        self.progress.due.unwrap_or(self.total)
    }

    /// Ticks that its way has been worked on.
    pub fn worked(&self, breach: u32) -> u32 {
        breach.saturating_sub(self.progress.since)
    }

    /// When it is put up, at the end of a tick: then, or at the stated moment of the night that follows.
    pub fn put_up_at(&self, end: Time) -> Time {
        self.progress.at.map_or(end, |at| at.max(end))
    }

    /// What this way does not sell.
    pub(super) fn left_over(&self) -> Lots {
        self.progress.left_over
    }

    /// An offer ended, and its step with it.
    pub fn give_up(&mut self) {
        self.progress.given_up = true;
    }

    fn step_is_done(&self) -> bool {
        let unsold = self.remaining - self.progress.left_over;
        !unsold.is_positive() || self.progress.given_up && self.offered.is_zero()
    }

    fn begin(&mut self, share: f64, at: Option<Time>, worked: u32) {
        let left = (self.remaining - self.offered).max(Lots::ZERO);
        let lots = Lots::new((left.get() as f64 * share).ceil() as i64).min(left);
        // What is on offer when the step begins is sold as it was offered.
        self.progress.left_over = left - lots;
        self.progress.due = Some(lots);
        self.progress.at = at;
        self.progress.since = worked;
        self.progress.given_up = false;
        self.to_book = false;
    }

    /// Begins the steps whose time has come.
    fn follow(&mut self, steps: &[StepPlan], moments: &[Option<Time>], (start, now): (Time, Time), worked: u32) {
        while let Some(step) = steps.get(self.progress.begun) {
            let stated = moments[self.progress.begun].or_else(|| (self.progress.begun == 0).then_some(start));
            if !stated.map_or_else(|| self.step_is_done(), |at| at <= now) {
                return;
            }
            self.progress.begun += 1;
            self.begin(step.share, stated, worked);
        }
        if !self.progress.rest && self.step_is_done() {
            self.progress.rest = true;
            self.begin(1.0, None, worked);
        }
    }
}

impl Breach {
    /// Begins what has to begin by now. `begun`: the lender's own delay is over.
    pub fn follow(&mut self, programme: &Programme, now: Time, begun: bool) {
        let (start, worked) = (self.start, self.ticks_worked);
        for target in &mut self.targets {
            if let Some(apart) = programme.apart_of(target.instrument) {
                target.follow(&programme.apart[apart].steps, &self.moments[apart], (start, now), worked);
                continue;
            }
            let progress = &mut target.progress;
            if progress.waits && begun {
                (progress.since, progress.at) = (worked, Some(start));
            }
            progress.waits = !begun;
        }
    }

    /// From now on it goes by another programme, whose steps begin at these moments.
    pub fn go_over(&mut self, agreed: Option<usize>, moments: Vec<Vec<Option<Time>>>) {
        (self.agreed, self.moments) = (agreed, moments);
        for target in &mut self.targets {
            target.progress = Progress::default();
            target.begin(1.0, None, self.ticks_worked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::liquidation::{BreachCause, Found};
    use ground::units::{AccountId, BreachId, LenderId, MarketId, Price, Tick};

    const NAMED: InstrumentId = InstrumentId::new(0);
    const REST: InstrumentId = InstrumentId::new(1);

    fn way(share: f64) -> Arc<Way> {
        let how = How::ShareOfVolume { share };
        Arc::new(Way { how, bidders: Arc::default(), unsold: Unsold::LeaveIt, collar: None })
    }

    /// One instrument by steps of these shares, and all the rest in the lender's own way.
    fn programme(shares: &[f64]) -> Programme {
        let steps = shares.iter().map(|share| StepPlan { from: None, share: *share, way: way(*share) }).collect();
        Programme { own: way(0.01), apart: vec![ApartPlan { of: vec![NAMED], steps }] }
    }

    fn breach(moments: Vec<Option<i64>>) -> Breach {
        let target =
            |instrument| Target::new(instrument, MarketId::new(0), Lots::new(1_000), Lots::new(1_000), Price::new(100));
        Breach {
            id: BreachId::new(0),
            account: AccountId::new(0),
            lender: LenderId::new(0),
            cause: BreachCause::NoGrace,
            tick: Tick::new(0),
            last_sound: Tick::new(0),
            start: at(10),
            moments: vec![moments.into_iter().map(|moment| moment.map(at)).collect()],
            agreed: None,
            ticks_worked: 0,
            found: Found::default(),
            targets: vec![target(NAMED), target(REST)],
        }
    }

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    /// The share of volume by which each goes, and what it may sell.
    fn goes(breach: &Breach, programme: &Programme) -> [Option<(f64, i64)>; 2] {
        let of = |place: usize| {
            let target = &breach.targets[place];
            let How::ShareOfVolume { share } = target.way(programme)?.how else { unreachable!() };
            Some((share, target.free().get()))
        };
        [of(0), of(1)]
    }

    fn sell(breach: &mut Breach, lots: i64) {
        breach.targets[0].order(Lots::new(lots));
        breach.targets[0].fill(Lots::new(lots), Price::new(100), at(0));
    }

    #[test]
    fn each_step_takes_its_share_of_what_is_left_at_its_moment_and_the_rest_goes_its_own_way() {
        let (programme, mut breach) = (programme(&[0.5, 0.2]), breach(vec![None, Some(100)]));
        breach.follow(&programme, at(9), false);
        assert_eq!(goes(&breach, &programme), [None, None], "the delay is not over");
        breach.follow(&programme, at(10), true);
        assert_eq!(goes(&breach, &programme), [Some((0.5, 500)), Some((0.01, 1_000))]);
        // Before it is done the next one begins, with a fifth of the 700 that are left.
        sell(&mut breach, 300);
        breach.follow(&programme, at(100), true);
        assert_eq!(goes(&breach, &programme)[0], Some((0.2, 140)));
        sell(&mut breach, 140);
        breach.follow(&programme, at(101), true);
        assert_eq!(goes(&breach, &programme)[0], Some((0.01, 560)));
        assert_eq!((breach.targets[0].due(), breach.targets[1].due()), (Lots::new(560), Lots::new(1_000)));
    }

    #[test]
    fn what_is_done_waits_for_the_moment_of_the_next_and_what_names_none_goes_on() {
        let (programme, mut breach) = (programme(&[0.1, 0.5, 1.0]), breach(vec![Some(0), Some(50), None]));
        breach.follow(&programme, at(5), false);
        assert_eq!(goes(&breach, &programme), [Some((0.1, 100)), None], "its own moment, whatever the delay");
        sell(&mut breach, 100);
        breach.follow(&programme, at(49), true);
        assert_eq!(goes(&breach, &programme)[0], Some((0.1, 0)));
        breach.follow(&programme, at(50), true);
        assert_eq!(goes(&breach, &programme)[0], Some((0.5, 450)));
        sell(&mut breach, 450);
        breach.follow(&programme, at(51), true);
        assert_eq!(goes(&breach, &programme)[0], Some((1.0, 450)));
    }

    #[test]
    fn who_breaks_late_begins_with_the_step_of_the_day() {
        let (programme, mut breach) = (programme(&[0.5, 0.2]), breach(vec![Some(0), Some(5)]));
        breach.follow(&programme, at(60), true);
        assert_eq!(goes(&breach, &programme)[0], Some((0.2, 200)));
    }

    #[test]
    fn what_an_offer_leaves_is_left_to_the_next_step() {
        let (programme, mut breach) = (programme(&[1.0, 0.2]), breach(vec![Some(0), Some(100)]));
        breach.follow(&programme, at(0), true);
        breach.targets[0].offer(Lots::new(1_000));
        breach.targets[0].hand_over(Lots::new(400), Price::new(90), at(1));
        breach.targets[0].take_back(Lots::new(600));
        breach.targets[0].give_up();
        breach.follow(&programme, at(1), true);
        assert_eq!(goes(&breach, &programme)[0], None, "it is not offered again");
        breach.follow(&programme, at(100), true);
        assert_eq!(goes(&breach, &programme)[0], Some((0.2, 120)));
    }

    #[test]
    fn who_goes_over_to_an_agreement_begins_its_steps_with_what_is_left() {
        let (own, agreed) = (programme(&[0.5]), programme(&[0.1]));
        let mut breach = breach(vec![Some(0)]);
        breach.follow(&own, at(0), true);
        sell(&mut breach, 200);
        breach.go_over(Some(0), vec![vec![Some(at(30))]]);
        breach.follow(&agreed, at(29), true);
        assert_eq!(goes(&breach, &agreed), [None, Some((0.01, 1_000))]);
        breach.follow(&agreed, at(30), true);
        assert_eq!(goes(&breach, &agreed)[0], Some((0.1, 80)));
    }

    #[test]
    fn a_list_without_names_is_for_all_that_no_list_names() {
        let mut programme = programme(&[0.5]);
        assert_eq!((programme.apart_of(NAMED), programme.apart_of(REST)), (Some(0), None));
        programme.apart.insert(0, ApartPlan { of: vec![], steps: vec![] });
        assert_eq!((programme.apart_of(NAMED), programme.apart_of(REST)), (Some(1), Some(0)));
    }
}
