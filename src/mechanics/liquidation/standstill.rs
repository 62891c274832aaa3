//! Agreements of lenders who share a client: to sell nothing for a while, or to sell together.
//!
//! One begins when the client is in breach with the first of them, if it is a client of another of them too; or at a stated
//! moment, if the client is in breach by then, when members leave the ways on which they sell so far.
//!
//! *A standstill*: while it
//! holds, no member sells what it has taken over. A member defects by its own rule and sells at once; the others
//! see it and follow, from the next tick on or when they have taken their time. When the time is over without that, all sell, in the agreed
//! way if there is one. Members do not sell each other out while they talk, so everybody's price stays where it
//! is; who goes first gets it, and that is why such talks fail. (Of Archegos's brokers some proposed a standstill on 25
//! March 2021; two sold the next morning.)
//!
//! *Together*: while it holds, all sell in one way. A share of volume is then that of all of them, divided by what each has
//! left; and what they put up in a block auction at one moment is one block, whose bids all of them share alike.
//! (Credit Suisse, UBS and Nomura agreed on such from 28 March 2021, when all had begun to sell.) Who defects goes its
//! own way again, and so do the others when they have seen it.

use super::{ApartFile, HowFile, Programme};
use ground::moments::Moment;
use ground::units::{Cash, LenderId, Span, Time, TraderId};
use language::named::Named;
use language::read::Read;

/// What lenders have agreed between them.
#[derive(Clone, Debug, Read)]
pub struct AgreementFile {
    /// Two or more.
    pub lenders: Vec<String>,
    /// From when. Left out: from the client's first breach with one of them.
    #[read(default)]
    pub from: Option<Moment>,
    pub kind: KindFile,
    /// By member: when it breaks the agreement. Who is left out keeps it.
    #[read(default)]
    pub defect: Named<DefectFile>,
}

#[derive(Clone, Debug, Read)]
pub enum KindFile {
    Standstill {
        /// From its beginning; clock time.
        length: Span,
        /// How long the others take to see that one has broken it, and to begin. Left out: they begin in the next tick.
        #[read(default)]
        notice: Option<Span>,
        /// How members sell once it has run out: a way through the book. Left out: each in its own way.
        #[read(default)]
        then: Option<HowFile>,
    },
    Together {
        /// How all of them sell. `ShareOfVolume` is a share for all of them together.
        how: HowFile,
        /// From its beginning; clock time. Left out: until all is sold.
        #[read(default)]
        length: Option<Span>,
        /// How long the others take to see that one has broken it. Left out: they see it in the next tick.
        #[read(default)]
        notice: Option<Span>,
        /// How far from the last mark an order may trade. Left out: as each lender's others.
        #[read(default, within = 1e-6..=1.0)]
        collar: Option<f64>,
        /// What they sell otherwise than the rest, or in steps: in common blocks at stated moments, say. Left out: nothing.
        #[read(default)]
        apart: Vec<ApartFile>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum DefectFile {
    /// As soon as it would lose more than this if the client were closed out at the marks.
    LossAbove {
        #[read(not_negative)]
        amount: f64,
    },
    /// With this probability, at a moment drawn evenly over the agreement's length.
    Chance {
        #[read(within = 0.0..=1.0)]
        probability: f64,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct AgreementPlan {
    pub lenders: Vec<LenderId>,
    pub from: Option<Time>,
    /// `None`: to the end.
    pub length: Option<Span>,
    pub notice: Span,
    /// How members sell while it holds: not at all, if nothing is said.
    pub meanwhile: Option<Programme>,
    /// How they sell once it has run out, if they said.
    pub then: Option<Programme>,
    /// By member.
    pub defect: Vec<Option<Betrayal>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Betrayal {
    LossAbove(Cash),
    Chance(f64),
}

impl AgreementPlan {
    pub fn binds(&self, lender: LenderId) -> bool {
        self.lenders.contains(&lender)
    }
}

/// An agreement put to the test by one client's breach.
#[derive(Clone, Debug, PartialEq)]
pub struct Standstill {
    /// Index into the plan's agreements.
    pub agreement: usize,
    pub client: TraderId,
    pub until: Time,
    notice: Span,
    /// By member: when it will break it, if chance has it so.
    pub betrays_at: Vec<Option<Time>>,
    /// Who broke it, all in one moment, and when.
    broken: Option<(Vec<LenderId>, Time)>,
}

impl Standstill {
    /// From now on. `draw` gives each member whose rule is chance two numbers from 0 to 1, from its own stream.
    pub fn begin(
        agreement: usize,
        plan: &AgreementPlan,
        client: TraderId,
        now: Time,
        mut draw: impl FnMut(LenderId) -> (f64, f64),
    ) -> Self {
        let moment = |(lender, rule): (&LenderId, &Option<Betrayal>)| match rule {
            Some(Betrayal::Chance(probability)) => {
                let (whether, when) = draw(*lender);
                let length = plan.length.unwrap_or(Span::ZERO);
                let after = (length.as_seconds() as f64 * when) as i64;
                (whether < *probability).then(|| now + Span::seconds(after))
            }
            _ => None,
        };
        let betrays_at = plan.lenders.iter().zip(&plan.defect).map(moment).collect();
        let until = plan.length.map_or(Time::NEVER, |length| now + length);
        Self { agreement, client, until, notice: plan.notice, betrays_at, broken: None }
    }

    /// Whether it still stands.
    pub fn holds(&self, now: Time) -> bool {
        self.broken.is_none() && now < self.until
    }

    /// Whether a member broke it.
    pub const fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Whether the member is free of it by now. Who breaks it is at once, the others once they have seen it.
    pub fn is_free(&self, lender: LenderId, now: Time) -> bool {
        match &self.broken {
            Some((first, at)) => first.contains(&lender) || now > *at + self.notice,
            None => now >= self.until,
        }
    }

    /// The members that break it now: all whose rule has it so, for none of them has seen another do it. `loss` is what a
    /// member would lose at the marks.
    pub fn judge(&mut self, plan: &AgreementPlan, now: Time, mut loss: impl FnMut(LenderId) -> Cash) -> Vec<LenderId> {
        if !self.holds(now) {
            return Vec::new();
        }
        let betrays = |place: usize, loss: &mut dyn FnMut(LenderId) -> Cash| match plan.defect[place] {
            Some(Betrayal::LossAbove(amount)) => loss(plan.lenders[place]) > amount,
            Some(Betrayal::Chance(_)) => self.betrays_at[place].is_some_and(|at| at <= now),
            None => false,
        };
        let places = (0..plan.lenders.len()).filter(|place| betrays(*place, &mut loss));
        let first: Vec<LenderId> = places.map(|place| plan.lenders[place]).collect();
        if !first.is_empty() {
            self.broken = Some((first.clone(), now));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: LenderId = LenderId::new(0);
    const B: LenderId = LenderId::new(1);

    fn plan(a: Option<Betrayal>, b: Option<Betrayal>) -> AgreementPlan {
        AgreementPlan {
            lenders: vec![A, B],
            from: None,
            length: Some(Span::seconds(3_600)),
            notice: Span::ZERO,
            meanwhile: None,
            then: None,
            defect: vec![a, b],
        }
    }

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn a_standstill_that_holds_lets_nobody_sell_until_it_is_over() {
        let plan = plan(None, None);
        let mut talks = Standstill::begin(0, &plan, TraderId::new(0), at(0), |_| unreachable!("nobody draws"));
        assert!(talks.judge(&plan, at(60), |_| Cash::minor(1 << 60)).is_empty());
        assert!(!talks.is_free(A, at(3_599)) && talks.is_free(A, at(3_600)) && talks.is_free(B, at(3_600)));
    }

    #[test]
    fn who_defects_sells_at_once_and_the_others_after_it() {
        let plan = plan(None, Some(Betrayal::LossAbove(Cash::minor(500))));
        let mut talks = Standstill::begin(0, &plan, TraderId::new(0), at(0), |_| (0.0, 0.0));
        let loss = |lender| Cash::minor(if lender == B { 500 } else { 900 });
        assert!(talks.judge(&plan, at(60), loss).is_empty(), "not more than it can bear");
        assert_eq!(talks.judge(&plan, at(120), |_| Cash::minor(501)), [B]);
        assert_eq!((talks.is_free(B, at(120)), talks.is_free(A, at(120))), (true, false));
        assert!(talks.is_free(A, at(180)));
        assert!(talks.judge(&plan, at(180), |_| Cash::minor(501)).is_empty(), "it is broken once");
    }

    #[test]
    fn two_whose_rules_are_met_in_one_moment_both_break_it() {
        let rule = Some(Betrayal::LossAbove(Cash::ZERO));
        let plan = AgreementPlan { notice: Span::seconds(7_200), ..plan(rule, rule) };
        let mut talks = Standstill::begin(0, &plan, TraderId::new(0), at(0), |_| (0.0, 0.0));
        assert_eq!(talks.judge(&plan, at(60), |_| Cash::minor(1)), [A, B]);
        assert!(talks.is_free(A, at(60)) && talks.is_free(B, at(60)));
    }

    #[test]
    fn chance_draws_whether_and_when() {
        let plan = plan(Some(Betrayal::Chance(0.5)), Some(Betrayal::Chance(0.5)));
        let draw = |lender| if lender == A { (0.6, 0.1) } else { (0.4, 0.25) };
        let talks = Standstill::begin(0, &plan, TraderId::new(0), at(1_000), draw);
        assert_eq!(talks.betrays_at, [None, Some(at(1_900))]);
    }
}
