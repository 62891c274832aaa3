//! The playbook: what a firm does when it is called, stage by stage, as data.
//!
//! Each tick, for each call that is not yet covered, the stages run in order until it is: what a stage has arranged
//! counts as cover from then on, whether or not the money is there yet.

use ground::units::Span;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// When money goes to the lender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum Pay {
    /// Once all that the call demands is there.
    #[default]
    InFull,
    /// As it comes in: a call that goes unmet has been met in part.
    AsItArrives,
}

/// Which call is looked at first.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum Triage {
    EarliestDeadline,
    SmallestFirst,
    LargestFirst,
    /// These lenders, in this order; others after them by deadline.
    Lenders(Vec<String>),
}

/// One stage as a world states it.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum StageFile {
    /// Sets the order in which the stages after it look at calls. Before the first: by deadline.
    Triage(Triage),
    /// Draws on these sources in this order, each for as much as is still needed and it can give.
    Draw {
        sources: Vec<String>,
        /// Whether to draw also what arrives after the deadline. Left out: no.
        #[read(default)]
        late: bool,
    },
    /// Hands over what is kept at a custodian to the accounts that are called, free of payment: all calls together, at
    /// the least cost that meets them, given what each lender counts of what. It is not handed back within the run.
    Deliver {
        /// The lender that keeps it, who lends nothing itself.
        from: String,
        /// By instrument: what parting with it costs, as a share of its value.
        #[read(within = 0.0..=10.0)]
        assets: Named<f64>,
    },
    /// Cuts positions in the account that is called, by margin freed for each unit of expected slippage, through
    /// ordinary orders.
    Derisk {
        /// Largest order a tick, as a share of an ordinary day's volume.
        #[read(within = 1e-9..=100.0)]
        clip: f64,
    },
    /// Asks the lender for time, once for each call.
    Talk {
        /// How much later the deadline is if the lender agrees.
        extension: Span,
        /// That it agrees.
        #[read(within = 0.0..=1.0)]
        probability: f64,
    },
}

impl StageFile {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        if let Self::Talk { extension: Span::ZERO, .. } = self {
            findings.add(format_args!("{path}.talk.extension"), "no time is asked for", "write such as \"4h\"");
        }
    }
}
