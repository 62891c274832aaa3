//! A leveraged holder who watches its own margin and acts before its lender does.
//!
//! - It holds what it starts with. Every `every` it looks at its counted equity over its maintenance requirement.
//! - Below each of its `alerts` (such as 2, 1.5 and 1.25 times) it sells so much that this ratio is back at `restore`, or
//!   as much as the alert's `at_most` share of its position: the deeper the alert the larger the share.
//! - Orders are market orders no larger than `clip`.
//!
//! At 5 % maintenance and a ratio of 1.5, equity is 7.5 % of the position. The rule is that of large clients' margin
//! desks; levels are the world's to state.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Levered, Spread, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Levered,
    /// Levels of counted equity over maintenance margin, the highest first.
    pub alerts: Vec<Alert>,
    /// The ratio that it sells back to.
    #[read(within = 1.0..=1000.0)]
    pub restore: f64,
    /// Time between two looks at its margin.
    #[read(some_time)]
    pub every: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

#[derive(Clone, Copy, Debug, Read)]
pub struct Alert {
    /// Below this ratio of counted equity to maintenance margin
    #[read(within = 1.0..=1000.0)]
    pub below: f64,
    /// at most this share of the position is sold at a look.
    #[read(within = 0.0..=1.0)]
    pub at_most: f64,
}

/// More alerts than this say nothing more.
const MOST_ALERTS: usize = 16;

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.alerts.is_empty() || self.alerts.len() > MOST_ALERTS {
            findings.add(
                format_args!("{path}.alerts"),
                format!("{} alerts", self.alerts.len()),
                format!("give 1 to {MOST_ALERTS}, such as (below: 1.5, at_most: 0.25)"),
            );
        }
        for (index, alert) in self.alerts.iter().enumerate() {
            let path = format!("{path}.alerts[{index}]");
            if index > 0 && alert.below >= self.alerts[index - 1].below {
                findings.add(
                    format_args!("{path}.below"),
                    "it is not below the alert before it",
                    "give the highest first",
                );
            }
            if alert.below > self.restore {
                findings.add(
                    format_args!("{path}.below"),
                    format!("it is above `restore`, {}: it would alert for ever", self.restore),
                    "raise `restore` or lower the alert",
                );
            }
        }
    }

    usual_fields!(Levered);
}

#[derive(Clone, Debug, Component)]
pub struct RationalDeleverager {
    alerts: Vec<Alert>,
    restore: f64,
    /// In ticks.
    every: u32,
    /// In lots.
    clip: f64,
}

impl RationalDeleverager {
    /// The share of its position to sell at this ratio of counted equity to maintenance margin. Selling a share `x`
    /// leaves equity as it is and the requirement at `1 − x` of itself.
    fn share(&self, ratio: f64) -> f64 {
        let at_most = self.alerts.iter().rev().find(|alert| ratio < alert.below).map_or(0.0, |alert| alert.at_most);
        (1.0 - ratio / self.restore).clamp(0.0, at_most)
    }
}

impl Behaviour for RationalDeleverager {
    type Params = Params;
    const KIND: Kind = Kind::RationalDeleverager;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let own = Self {
            alerts: params.alerts.clone(),
            restore: params.restore,
            every,
            clip: lots_of_day(birth.about, params.clip),
        };
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let stands = eyes.standing();
        let held = eyes.holding();
        if stands.mm.is_positive() && !held.is_zero() && !eyes.is_auction() {
            let ratio = stands.counted.to_minor() as f64 / stands.mm.to_minor() as f64;
            let lots = (held.abs().get() as f64 * self.share(ratio)).ceil().min(self.clip);
            hands.market(Side::closing(held), Lots::new(lots as i64));
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deeper_the_alert_the_more_it_sells_and_never_more_than_restores() {
        let alert = |below, at_most| Alert { below, at_most };
        let holder = RationalDeleverager {
            alerts: vec![alert(2.0, 0.1), alert(1.5, 0.25), alert(1.25, 1.0)],
            restore: 2.0,
            every: 1,
            clip: 1e9,
        };
        assert_eq!(holder.share(2.0), 0.0);
        // At 1.9 a twentieth restores 2; at 1.6 a fifth would, but the first alert sells a tenth at most.
        assert!((holder.share(1.9) - 0.05).abs() < 1e-12);
        assert_eq!(holder.share(1.6), 0.1);
        assert_eq!(holder.share(1.4), 0.25);
        assert!((holder.share(1.2) - 0.4).abs() < 1e-12);
        assert_eq!(holder.share(-1.0), 1.0);
    }
}
