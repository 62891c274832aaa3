//! The layers as a world states them, and what must hold of them.

use super::auto_deleveraging::{Ranking, Trigger};
use super::funds::FundsFile;
use ground::units::Rate;
use language::findings::Findings;
use language::read::Read;

/// One layer. A lender lists them in the order in which they pay; each is optional and stands at most once.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum LayerFile {
    /// What is left of the defaulter: up to this share of its treasury and, where stated, of its other pools at
    /// this lender (by default those stand apart, as isolated margin means them to).
    AccountRemaining {
        #[read(within = 0.0..=1.0)]
        share: f64,
        #[read(default)]
        other_pools: bool,
    },
    /// `funds.insurance`.
    InsuranceFund,
    /// `funds.backstop`.
    BackstopVault,
    /// What is left of a bankrupt account's positions is closed against its winners, at the bankruptcy price.
    AutoDeleveraging {
        when: Trigger,
        /// Who goes first. Left out: `ProfitTimesLeverage`.
        #[read(default)]
        rank: Ranking,
    },
    /// The defaulter's part of `funds.default_fund`.
    DefaultersContribution,
    /// `funds.skin_in_the_game`.
    SkinInTheGame,
    /// The other members' parts of `funds.default_fund`.
    SurvivorsFund,
    /// Cash calls on the other members, up to this many times the contribution of each, over the whole run.
    Assessments {
        #[read(within = 0.0..=LARGEST_CAP)]
        cap: f64,
    },
    /// Those who gained since the last close give up to this share of the gain.
    VariationMarginGains {
        #[read(within = 0.0..=1.0)]
        cut: f64,
    },
    /// The lender's own capital. It takes whatever is left, and may fail of it.
    LenderCapital,
}

/// More than any rule book asks for.
const LARGEST_CAP: f64 = 100.0;

impl LayerFile {
    /// In whole numbers. A share that is out of range is for `check` to report.
    pub fn plan(self) -> LayerPlan {
        let rate = |share| Rate::from_f64(share).unwrap_or_default();
        match self {
            Self::AccountRemaining { share, other_pools } => {
                LayerPlan::AccountRemaining { share: rate(share), other_pools }
            }
            Self::InsuranceFund => LayerPlan::InsuranceFund,
            Self::BackstopVault => LayerPlan::BackstopVault,
            Self::AutoDeleveraging { when, rank } => LayerPlan::AutoDeleveraging { when, rank },
            Self::DefaultersContribution => LayerPlan::DefaultersContribution,
            Self::SkinInTheGame => LayerPlan::SkinInTheGame,
            Self::SurvivorsFund => LayerPlan::SurvivorsFund,
            Self::Assessments { cap } => LayerPlan::Assessments { cap: rate(cap) },
            Self::VariationMarginGains { cut } => LayerPlan::VariationMarginGains { cut: rate(cut) },
            Self::LenderCapital => LayerPlan::LenderCapital,
        }
    }
}

/// What is wrong with a lender's list of layers, given its funds.
pub fn check(path: &str, layers: &[LayerFile], funds: Option<&FundsFile>, findings: &mut Findings) {
    if layers.is_empty() {
        findings.add(path, "nobody pays a shortfall", "write at least [LenderCapital]: somebody always pays");
    }
    for (index, layer) in layers.iter().enumerate() {
        let at = format!("{path}[{index}]");
        let word = layer.plan().word();
        if layers[..index].iter().any(|before| before.plan().word() == word) {
            findings.add(&at, format!("{layer:?} stands twice; it can pay only once"), "remove one of them");
        }
        if layers[..index].contains(&LayerFile::LenderCapital) {
            findings.add(
                &at,
                format!("{layer:?} stands behind the lender's capital, which leaves nothing to pay"),
                "put LenderCapital last",
            );
        }
        if let LayerFile::AutoDeleveraging { when, .. } = *layer {
            when.check(&format!("{at}.auto_deleveraging.when"), findings);
            if matches!(when, Trigger::Drawdown { .. }) && funds.is_none_or(|funds| funds.insurance.is_none()) {
                no_fund(&at, *layer, "insurance", findings);
            }
        }
        let missing = match layer {
            LayerFile::InsuranceFund if funds.is_none_or(|funds| funds.insurance.is_none()) => Some("insurance"),
            LayerFile::BackstopVault if funds.is_none_or(|funds| funds.backstop.is_none()) => Some("backstop"),
            LayerFile::SkinInTheGame if funds.is_none_or(|funds| funds.skin_in_the_game.is_none()) => {
                Some("skin_in_the_game")
            }
            LayerFile::DefaultersContribution | LayerFile::SurvivorsFund | LayerFile::Assessments { .. }
                if funds.is_none_or(|funds| funds.default_fund.is_empty()) =>
            {
                Some("default_fund")
            }
            _ => None,
        };
        if let Some(field) = missing {
            no_fund(&at, *layer, field, findings);
        }
    }
}

fn no_fund(at: &str, layer: LayerFile, field: &str, findings: &mut Findings) {
    findings.add(
        at,
        format!("{layer:?} draws on `funds.{field}`, and the lender has none"),
        format!("state the lender's `funds: ({field}: ...)`, or remove the layer"),
    );
}

/// See `waterfall::LayerFile`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LayerPlan {
    AccountRemaining { share: Rate, other_pools: bool },
    InsuranceFund,
    BackstopVault,
    AutoDeleveraging { when: Trigger, rank: Ranking },
    DefaultersContribution,
    SkinInTheGame,
    SurvivorsFund,
    Assessments { cap: Rate },
    VariationMarginGains { cut: Rate },
    LenderCapital,
}
