//! What strikes from outside: one file a shock, and this list.
//!
//! A shock's file has its language (`File`, as a world states it) and, as a [`Shock`], what is wrong with it, its
//! numbers and ids, and what it does. It strikes in the first tick that begins at or after its moment, before anybody
//! decides anything. What a check may ask of a world is [`Stated`], what a plan may ask is [`Drafted`], and all that a
//! shock may touch is [`Field`].
//!
//! Adding one is its file, a line in the list below, and a test. Whoever else has to know something of a shock asks it
//! a question: those with an answer for most are the last methods of [`Shock`].

mod by_instrument;
mod drafted;
mod field;

#[cfg(test)]
mod tests;

pub mod cancel_trades;
pub mod cash;
pub mod chain_halt;
pub mod correlation;
pub mod dividend;
pub mod funding;
pub mod governance;
pub mod halt;
pub mod intervention;
pub mod issue;
pub mod jump;
pub mod liquidity;
pub mod margin;
pub mod oracle;
pub mod outage;
pub mod stale_feed;
pub mod value;
pub mod volatility;
pub mod withdrawal_halt;

pub use drafted::Drafted;
pub use field::{Field, Officials, strike_shocks};

use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{AccountId, InstrumentId, Time};
use language::findings::Findings;
use language::read::Read;
use mechanics::margin::MarginPlan;
use std::fmt::Debug;

/// What strikes, as a world states it.
pub trait Shock: Read {
    /// The same in whole numbers and ids.
    type Plan: Clone + Debug + PartialEq;

    /// What is wrong with it, beyond the bounds of each number, which stand beside their fields. It strikes `at` this
    /// moment.
    fn check(&self, path: &str, at: Moment, stated: &Stated<'_>, findings: &mut Findings);

    /// In whole numbers and ids. `None` where that cannot be made; what `check` complains about is passed over without a
    /// word.
    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Self::Plan>;

    /// What it does; it is the nth of the plan's.
    fn strike(plan: &Self::Plan, nth: usize, field: &mut Field<'_, '_, '_>);

    /// Whether it says what an instrument is worth, as a path from a file does.
    fn tells_value_of(&self, instrument: &str) -> bool {
        let _ = instrument;
        false
    }

    /// Makes it so many times as large, if it has a size.
    fn scale(plan: &mut Self::Plan, by: f64) {
        let _ = (plan, by);
    }

    /// The margin model that a lender has from then on.
    fn margin(plan: &Self::Plan) -> Option<&MarginPlan> {
        let _ = plan;
        None
    }

    /// The trades that are cancelled.
    fn cancels(plan: &Self::Plan) -> Option<&cancel_trades::Plan> {
        let _ = plan;
        None
    }

    /// The instruments that it strikes, where it strikes some and not all.
    fn instruments(plan: &Self::Plan) -> Vec<InstrumentId> {
        let _ = plan;
        Vec::new()
    }

    /// Who is handed what is new.
    fn handed_to(plan: &Self::Plan) -> Option<AccountId> {
        let _ = plan;
        None
    }
}

/// One thing that is given from outside.
#[derive(Clone, Debug, Read)]
pub struct ShockFile {
    /// It strikes in the first tick that begins at or after this.
    pub at: Moment,
    /// One line: why this is taken as given.
    pub reason: String,
    /// What happens.
    pub what: ShockKindFile,
}

#[derive(Clone, Debug)]
pub struct ShockPlan {
    /// Which of the file's it is: they are in the order in which they strike.
    pub stated: usize,
    /// Applied in the first tick that begins at or after this.
    pub at: Time,
    pub reason: String,
    pub kind: ShockKind,
}

macro_rules! shocks {
    ($($name:ident($module:ident),)*) => {
        /// What happens.
        #[derive(Clone, Debug, Read)]
        pub enum ShockKindFile {
            $($name($module::File),)*
        }

        /// What happens, in whole numbers and ids.
        #[derive(Clone, Debug, PartialEq)]
        pub enum ShockKind {
            $($name(<$module::File as Shock>::Plan),)*
        }

        impl ShockKindFile {
            fn check(&self, path: &str, at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
                match self {
                    $(Self::$name(own) => own.check(path, at, stated, findings),)*
                }
            }

            fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<ShockKind> {
                match self {
                    $(Self::$name(own) => own.plan(path, drafted, findings).map(ShockKind::$name),)*
                }
            }

            /// See [`Shock::tells_value_of`].
            pub fn tells_value_of(&self, instrument: &str) -> bool {
                match self {
                    $(Self::$name(own) => own.tells_value_of(instrument),)*
                }
            }
        }

        impl ShockKind {
            fn strike(&self, nth: usize, field: &mut Field<'_, '_, '_>) {
                match self {
                    $(Self::$name(own) => $module::File::strike(own, nth, field),)*
                }
            }

            /// See [`Shock::scale`].
            pub fn scale(&mut self, by: f64) {
                match self {
                    $(Self::$name(own) => $module::File::scale(own, by),)*
                }
            }

            /// See [`Shock::margin`].
            pub fn margin(&self) -> Option<&MarginPlan> {
                match self {
                    $(Self::$name(own) => $module::File::margin(own),)*
                }
            }

            /// See [`Shock::cancels`].
            pub fn cancels(&self) -> Option<&cancel_trades::Plan> {
                match self {
                    $(Self::$name(own) => $module::File::cancels(own),)*
                }
            }

            /// See [`Shock::instruments`].
            pub fn instruments(&self) -> Vec<InstrumentId> {
                match self {
                    $(Self::$name(own) => $module::File::instruments(own),)*
                }
            }

            /// See [`Shock::handed_to`].
            pub fn handed_to(&self) -> Option<AccountId> {
                match self {
                    $(Self::$name(own) => $module::File::handed_to(own),)*
                }
            }
        }
    };
}

shocks! {
    Value(value),
    Jump(jump),
    Volatility(volatility),
    Liquidity(liquidity),
    Halt(halt),
    Issue(issue),
    Margin(margin),
    Cash(cash),
    Dividend(dividend),
    Correlation(correlation),
    Funding(funding),
    Intervention(intervention),
    StaleFeed(stale_feed),
    Oracle(oracle),
    Outage(outage),
    CancelTrades(cancel_trades),
    WithdrawalHalt(withdrawal_halt),
    Governance(governance),
    ChainHalt(chain_halt),
}

/// What is wrong with shocks as a world states them.
pub fn check(list: &[ShockFile], stated: &Stated<'_>, findings: &mut Findings) {
    for (index, shock) in list.iter().enumerate() {
        if shock.reason.trim().is_empty() {
            findings.add(
                format_args!("shocks[{index}].reason"),
                "no reason is given",
                "say in one line why this is taken as given",
            );
        }
        shock.what.check(&shock.what.path(index), shock.at, stated, findings);
    }
}

/// Shocks in whole numbers and ids, in the order in which they strike.
pub fn plans(list: &[ShockFile], drafted: &Drafted<'_>, findings: &mut Findings) -> Vec<ShockPlan> {
    let mut plans = Vec::with_capacity(list.len());
    for (index, shock) in list.iter().enumerate() {
        drafted.is_in_time(&format!("shocks[{index}].at"), shock.at, findings);
        let Some(kind) = shock.what.plan(&shock.what.path(index), drafted, findings) else { continue };
        plans.push(ShockPlan { stated: index, at: shock.at.time(), reason: shock.reason.clone(), kind });
    }
    // The order of the file decides between shocks of the same moment.
    plans.sort_by_key(|shock| shock.at);
    plans
}

impl ShockKindFile {
    /// Where the nth of a world's shocks says what happens.
    pub fn path(&self, nth: usize) -> String {
        format!("shocks[{nth}].what.{}", self.word())
    }
}
