//! Sources of liquidity: one file each, and this list.
//!
//! Every source says three things: how much it can still give, how long that takes, and what it costs.

pub mod cash;
pub mod credit_line;
pub mod fire_sale;
pub mod money_market_fund;
pub mod repo;
pub mod sale;

use super::strain::FundingKind;
use language::read::Read;

/// A source as a world states it. One line a kind.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum SourceFile {
    Cash(cash::Params),
    MoneyMarketFund(money_market_fund::Params),
    Repo(repo::Params),
    CreditLine(credit_line::Params),
    Sale(sale::Params),
    FireSale(fire_sale::Params),
}

impl SourceFile {
    /// Whose money it is, if that can freeze.
    pub fn funding(&self) -> Option<FundingKind> {
        match self {
            Self::MoneyMarketFund(_) => Some(FundingKind::MoneyMarketFund),
            Self::Repo(_) => Some(FundingKind::Repo),
            Self::CreditLine(_) => Some(FundingKind::CreditLine),
            Self::Cash(_) | Self::Sale(_) | Self::FireSale(_) => None,
        }
    }

    /// Where something must be held for it, and what: lender and instrument.
    pub fn held(&self) -> Option<(&str, &str)> {
        match self {
            Self::Sale(own) => Some((&own.lender, &own.instrument)),
            Self::FireSale(own) => Some((&own.lender, &own.instrument)),
            _ => None,
        }
    }
}
