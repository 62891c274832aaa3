//! Who pays what an account still owes once it is flat. One file a layer.
//!
//! A lender names its layers in the order in which they pay. What comes in is the shortfall and, for each
//! layer, the [`Source`]s it can reach; what goes out is what each source pays. The parts sum to the shortfall, to
//! the unit, whatever the order: what the named layers leave, the lender's capital pays, named or not.
//! A layer that is reached and has nothing pays zero, and says so.
//!
//! Auto-deleveraging stands among the layers and works before them: it closes what is left of a bankrupt
//! account against its winners, so that there is no shortfall left to pay ([`auto_deleveraging`]). What it takes
//! is what those winners would have got at the mark.
//!
//! Nothing here knows purses, ticks or firms; the stage gathers sources and moves the money. The order and the
//! sizes are those that clearing houses (EMIR, Article 45) and crypto venues publish; see each layer.

#![deny(clippy::float_arithmetic)]

mod draw;
mod share;
mod account_remaining;
mod insurance_fund;
mod backstop_vault;
pub mod auto_deleveraging;
mod defaulters_contribution;
mod skin_in_the_game;
mod survivors_fund;
mod assessments;
mod variation_margin_gains;
mod lender_capital;
pub mod drawdown;
pub mod entries;
pub mod funds;
pub mod layers;
pub mod premium;
#[cfg(test)]
mod stories;

pub use assessments::Assessed;
pub use layers::{LayerFile, LayerPlan};
pub use share::pro_rata;

use ground::units::{AccountId, Cash, FundId, LenderId, TraderId};

/// Whose money it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payer {
    Account(AccountId),
    Treasury(TraderId),
    Fund(FundId),
    House(LenderId),
}

/// Money that a layer can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    pub payer: Payer,
    /// In what proportion it pays, where several do: a contribution, a gain.
    pub weight: Cash,
    /// No more than this may be asked of it.
    pub room: Cash,
    /// What it can pay now, where that may be less than what it may be asked for.
    pub ready: Cash,
    /// The part of `ready` that the lender itself holds, and has whether the payer pays or fails.
    pub held: Cash,
}

impl Source {
    /// A pot that pays what is in it.
    pub fn pot(payer: Payer, room: Cash) -> Self {
        Self { payer, weight: room, room, ready: room, held: room }
    }
}

/// What one payer paid for one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    pub layer: LayerPlan,
    /// `None`: the layer was reached and had nothing.
    pub payer: Option<Payer>,
    pub amount: Cash,
    /// More than the amount when the payer could not pay what it was asked for, and failed of it.
    pub asked: Cash,
}

impl Taken {
    pub fn failed(&self) -> bool {
        self.asked > self.amount
    }
}

/// Hands a shortfall down the layers, in order; with each, what it can reach. `house` pays whatever they leave.
///
/// # Panics
/// When what was taken does not sum to the shortfall: something was dropped.
pub fn distribute(shortfall: Cash, layers: &[(LayerPlan, Vec<Source>)], house: LenderId) -> Vec<Taken> {
    let mut taken = Vec::new();
    let mut left = shortfall;
    for (layer, sources) in layers {
        if !left.is_positive() {
            break;
        }
        let before = taken.len();
        let parts = takes(*layer, left, sources, house);
        for Taken { amount, .. } in &parts {
            assert!(!amount.is_negative(), "a layer of the waterfall took {amount}");
            left -= *amount;
        }
        taken.extend(parts.into_iter().filter(|part| part.asked.is_positive()));
        if taken.len() == before {
            taken.push(Taken { layer: *layer, payer: None, amount: Cash::ZERO, asked: Cash::ZERO });
        }
    }
    if left.is_positive() {
        taken.extend(takes(LayerPlan::LenderCapital, left, &[], house));
    }
    let sum: Cash = taken.iter().map(|part: &Taken| part.amount).sum();
    assert!(sum == shortfall.at_least_zero(), "the waterfall dropped {}", shortfall - sum);
    taken
}

fn takes(layer: LayerPlan, left: Cash, sources: &[Source], house: LenderId) -> Vec<Taken> {
    let amounts = match layer {
        LayerPlan::AccountRemaining { share, .. } => account_remaining::takes(left, share, sources),
        LayerPlan::InsuranceFund => insurance_fund::takes(left, sources),
        LayerPlan::BackstopVault => backstop_vault::takes(left, sources),
        // It has acted before, on the positions. Once an account is flat there is nothing left to close.
        LayerPlan::AutoDeleveraging { .. } => vec![],
        LayerPlan::DefaultersContribution => defaulters_contribution::takes(left, sources),
        LayerPlan::SkinInTheGame => skin_in_the_game::takes(left, sources),
        LayerPlan::SurvivorsFund => survivors_fund::takes(left, sources),
        LayerPlan::Assessments { .. } => {
            let assessed = assessments::takes(left, sources);
            let part = |(source, one): (&Source, Assessed)| Taken {
                layer,
                payer: Some(source.payer),
                amount: one.paid,
                asked: one.asked,
            };
            return sources.iter().zip(assessed).map(part).collect();
        }
        LayerPlan::VariationMarginGains { cut } => variation_margin_gains::takes(left, cut, sources),
        LayerPlan::LenderCapital => {
            let amount = lender_capital::takes(left);
            return vec![Taken { layer, payer: Some(Payer::House(house)), amount, asked: amount }];
        }
    };
    let part = |(source, amount): (&Source, Cash)| Taken { layer, payer: Some(source.payer), amount, asked: amount };
    sources.iter().zip(amounts).map(part).collect()
}

impl LayerPlan {
    pub const fn word(self) -> &'static str {
        match self {
            Self::AccountRemaining { .. } => "account_remaining",
            Self::InsuranceFund => "insurance_fund",
            Self::BackstopVault => "backstop_vault",
            Self::AutoDeleveraging { .. } => "auto_deleveraging",
            Self::DefaultersContribution => "defaulters_contribution",
            Self::SkinInTheGame => "skin_in_the_game",
            Self::SurvivorsFund => "survivors_fund",
            Self::Assessments { .. } => "assessments",
            Self::VariationMarginGains { .. } => "variation_margin_gains",
            Self::LenderCapital => "lender_capital",
        }
    }

    /// Whether nobody but the account that lacks something can count on it.
    pub const fn is_the_accounts_own(self) -> bool {
        matches!(self, Self::AccountRemaining { .. } | Self::DefaultersContribution)
    }

    /// Whether what it takes is the lender's own loss.
    pub const fn is_own_money(self) -> bool {
        matches!(self, Self::SkinInTheGame | Self::LenderCapital)
    }
}
