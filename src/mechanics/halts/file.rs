//! Halts as a world states them, and what is wrong with them.

use super::levels::{Level, LevelsPlan};
use super::{BandsPlan, DailyPlan, RulePlan, Stop, Tier, VelocityPlan, Width};
use ground::moments::HourMinute;
use ground::units::{Rate, Span};
use language::findings::Findings;
use language::read::Read;

/// One rule of a venue. Where `instruments` is left out it watches all that trade there.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum HaltFile {
    /// Limit up-limit down, see [`super::bands`]. Binds in books only.
    Bands {
        /// Of the band to either side, as a share of the reference: 0.05 is 5 %.
        #[read(within = 1e-6..=10.0)]
        width: f64,
        /// Over which the reference is the mean price: `"5m"`.
        #[read(some_time)]
        reference: Span,
        /// How long a side may press against the band: `"15s"`.
        limit_state: Span,
        #[read(some_time)]
        pause: Span,
        /// Left out: the band is as wide at the close as all day.
        #[read(default)]
        closing: Option<ClosingFile>,
        #[read(default)]
        instruments: Option<Vec<String>>,
    },
    /// The same with the numbers of the American plan: widths by tier and last close ([`super::tiers`]), a reference of
    /// five minutes, fifteen seconds of limit state, a pause of five minutes, other widths in the last twenty-five.
    LimitUpLimitDown {
        tier: Tier,
        #[read(default)]
        instruments: Option<Vec<String>>,
    },
    /// Market-wide circuit breakers, see [`super::levels`]: they stop everything on the venue.
    Levels {
        levels: Vec<LevelFile>,
        /// Time of day after which a level with a pause stops nothing. Left out: it always does.
        #[read(default)]
        until: Option<HourMinute>,
        /// What the index is made of.
        #[read(default)]
        instruments: Option<Vec<String>>,
    },
    /// See [`super::daily`]. Binds in books only.
    DailyLimit {
        #[read(within = 1e-6..=10.0)]
        width: f64,
        /// Widths that replace it from a time of day on, in the order of the day. Left out: none does.
        #[read(default)]
        later: Vec<LaterFile>,
        /// Whether prices may rise as they will. Left out: the limit binds both ways.
        #[read(default)]
        down_only: bool,
        #[read(default)]
        instruments: Option<Vec<String>>,
    },
    /// See [`super::velocity`].
    Velocity {
        #[read(within = 1e-6..=10.0)]
        width: f64,
        #[read(some_time)]
        within: Span,
        #[read(some_time)]
        pause: Span,
        /// Whether orders collect for an auction at the end. Left out: they are refused.
        #[read(default)]
        collects: bool,
        #[read(default)]
        instruments: Option<Vec<String>>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct ClosingFile {
    /// Before the close: `"25m"`.
    #[read(some_time)]
    pub last: Span,
    #[read(within = 1e-6..=10.0)]
    pub width: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct LaterFile {
    /// Time of day: `"14:25"`.
    pub from: HourMinute,
    #[read(within = 1e-6..=10.0)]
    pub width: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct LevelFile {
    /// Since the last close, as a share of it.
    #[read(within = 1e-6..=1.0)]
    pub fall: f64,
    /// Left out: until the close.
    #[read(default)]
    pub pause: Option<Span>,
}

impl HaltFile {
    pub fn instruments(&self) -> Option<&[String]> {
        match self {
            Self::Bands { instruments, .. }
            | Self::LimitUpLimitDown { instruments, .. }
            | Self::Levels { instruments, .. }
            | Self::DailyLimit { instruments, .. }
            | Self::Velocity { instruments, .. } => instruments.as_deref(),
        }
    }

    /// Its pauses, each with its field.
    pub fn pauses(&self) -> Vec<(String, Span)> {
        match self {
            Self::Bands { pause, .. } => vec![("bands.pause".to_owned(), *pause)],
            Self::Velocity { pause, .. } => vec![("velocity.pause".to_owned(), *pause)],
            Self::Levels { levels, .. } => {
                let pause =
                    |(index, level): (usize, &LevelFile)| Some((format!("levels.levels[{index}].pause"), level.pause?));
                levels.iter().enumerate().filter_map(pause).collect()
            }
            Self::LimitUpLimitDown { .. } | Self::DailyLimit { .. } => Vec::new(),
        }
    }

    /// How far a price must go before it strikes, each share with its field.
    pub fn widths(&self) -> Vec<(String, f64)> {
        match self {
            Self::Bands { width, .. } => vec![("bands.width".to_owned(), *width)],
            Self::Velocity { width, .. } => vec![("velocity.width".to_owned(), *width)],
            Self::DailyLimit { width, .. } => vec![("daily_limit.width".to_owned(), *width)],
            Self::Levels { levels, .. } => {
                let fall = |(index, level): (usize, &LevelFile)| (format!("levels.levels[{index}].fall"), level.fall);
                levels.iter().enumerate().map(fall).collect()
            }
            Self::LimitUpLimitDown { .. } => Vec::new(),
        }
    }

    /// What the rule is called among its like.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Bands { .. } | Self::LimitUpLimitDown { .. } => "bands",
            Self::Levels { .. } => "levels",
            Self::DailyLimit { .. } => "daily_limit",
            Self::Velocity { .. } => "velocity",
        }
    }

    /// In whole numbers. What is no number is for [`check`](Self::check) to report.
    pub fn plan(&self) -> RulePlan {
        let rate = |share: f64| Rate::from_f64(share).unwrap_or_default();
        match self {
            Self::Bands { width, reference, limit_state, pause, closing, .. } => RulePlan::Bands(BandsPlan {
                width: Width::Stated {
                    usual: rate(*width),
                    closing: rate(closing.map_or(*width, |closing| closing.width)),
                },
                reference: *reference,
                limit_state: *limit_state,
                pause: *pause,
                closing: closing.map_or(Span::ZERO, |closing| closing.last),
            }),
            Self::LimitUpLimitDown { tier, .. } => RulePlan::Bands(BandsPlan {
                width: Width::Tier(*tier),
                reference: Span::seconds(300),
                limit_state: Span::seconds(15),
                pause: Span::seconds(300),
                closing: Span::seconds(25 * 60),
            }),
            Self::Levels { levels, until, .. } => RulePlan::Levels(LevelsPlan {
                levels: levels
                    .iter()
                    .map(|level| Level { fall: rate(level.fall), stop: level.pause.map_or(Stop::TillClose, Stop::For) })
                    .collect(),
                until: until.map(second_of_day),
            }),
            Self::DailyLimit { width, later, down_only, .. } => RulePlan::DailyLimit(DailyPlan {
                width: rate(*width),
                later: later.iter().map(|later| (second_of_day(later.from), rate(later.width))).collect(),
                down_only: *down_only,
            }),
            Self::Velocity { width, within, pause, collects, .. } => RulePlan::Velocity(VelocityPlan {
                width: rate(*width),
                within: *within,
                pause: *pause,
                collects: *collects,
            }),
        }
    }

    /// That what stands in a list stands there in its order.
    pub fn check(&self, path: &str, findings: &mut Findings) {
        match self {
            Self::Levels { levels, .. } => check_levels(path, levels, findings),
            Self::DailyLimit { later, .. } => {
                for index in 1..later.len() {
                    if later[index].from <= later[index - 1].from {
                        findings.add(
                            format_args!("{path}.later[{index}].from"),
                            format!("{} does not come after {}", later[index].from, later[index - 1].from),
                            "name them in the order of the day",
                        );
                    }
                }
            }
            Self::Bands { .. } | Self::LimitUpLimitDown { .. } | Self::Velocity { .. } => {}
        }
    }
}

fn second_of_day(time: HourMinute) -> i64 {
    i64::from(time.0.hour()) * 3_600 + i64::from(time.0.minute()) * 60 + i64::from(time.0.second())
}

fn check_levels(path: &str, levels: &[LevelFile], findings: &mut Findings) {
    if levels.is_empty() {
        findings.add(
            format_args!("{path}.levels"),
            "there is no level",
            "name one such as (fall: 0.07, pause: \"15m\")",
        );
    }
    for (index, level) in levels.iter().enumerate() {
        let path = format!("{path}.levels[{index}]");
        if level.pause == Some(Span::ZERO) {
            findings.add(format_args!("{path}.pause"), "a pause of no time", "leave it out to stop until the close");
        }
        let Some(before) = index.checked_sub(1).map(|before| levels[before]) else { continue };
        if level.fall <= before.fall {
            let reason = format!("a fall of {} does not come after one of {}", level.fall, before.fall);
            findings.add(format_args!("{path}.fall"), reason, "name levels from the smallest fall to the largest");
        }
        if before.pause.is_none() {
            let reason = "the level before stops the session for good, so this one is never reached";
            findings.add(&path, reason, "give the level before a `pause`, or remove this one");
        }
    }
}
