//! Which parts of a tick a plan can ever need.
//!
//! A quiet market has little to do in a second, so what a plan cannot need, whatever happens, is left out of its ticks.
//! Only what is written in the plan decides: nothing that could still come about in the run.

use super::stages::populations::populations;
use crate::gauges::Gauges;
use crate::plan::{LayerPlan, Plan};
use crate::traders::Kind;
use mechanics::formation::FormationPlan;

/// What may be left out, and whether it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    pub shocks: bool,
    /// Prices that form without a book.
    pub impact: bool,
    /// Prices that form in a pool.
    pub pool: bool,
    /// Demand curves and investors' money.
    pub demand: bool,
    /// Call auctions at the opening.
    pub auctions: bool,
    pub halts: bool,
    /// What is not owned outright: what is paid on it, and that it ends.
    pub contracts: bool,
    pub funding: bool,
    pub interest: bool,
    pub firms: bool,
    pub agreements: bool,
    /// Coins that are minted and burnt.
    pub pegs: bool,
    pub deposits: bool,
    pub deleveraging: bool,
    pub funds: bool,
    /// Rows of accounts and firms at each tick.
    pub watched: bool,
    /// Bands of populations on margin.
    pub populations: bool,
    /// What worlds ask to be counted: queues, quotes, rounds.
    pub study: bool,
    /// What worlds want to know that somebody held.
    pub holdings: bool,
    /// By behaviour.
    pub behaviours: [bool; Kind::COUNT],
}

impl Needs {
    pub const ALL: Self = Self {
        shocks: true,
        impact: true,
        pool: true,
        demand: true,
        auctions: true,
        halts: true,
        contracts: true,
        funding: true,
        interest: true,
        firms: true,
        agreements: true,
        pegs: true,
        deposits: true,
        deleveraging: true,
        funds: true,
        watched: true,
        populations: true,
        study: true,
        holdings: true,
        behaviours: [true; Kind::COUNT],
    };

    pub fn of(plan: &Plan, gauges: &Gauges, behaviours: [bool; Kind::COUNT]) -> Self {
        let forms = |way: fn(&FormationPlan) -> bool| plan.markets.iter().any(|market| way(&market.formation));
        let kinds = || plan.instruments.iter().map(|about| about.kind);
        let mut layers = plan.lenders.iter().flat_map(|lender| &lender.waterfall);
        let deleveraging = layers
            .any(|layer| matches!(layer, LayerPlan::AutoDeleveraging { .. } | LayerPlan::VariationMarginGains { .. }));
        let shocks = !plan.shocks.is_empty();
        let firms = plan.traders.iter().any(|trader| trader.instrument.is_none());
        Self {
            shocks,
            impact: forms(|formation| matches!(formation, FormationPlan::Impact(_))),
            pool: forms(|formation| matches!(formation, FormationPlan::Pool(_))),
            demand: forms(FormationPlan::takes_curves)
                || behaviours.iter().zip(Kind::DEMANDS).any(|(is_there, demands)| *is_there && demands),
            auctions: plan.clock.sessions.iter().any(|session| session.auction_ticks > 0),
            // A shock can stop a venue.
            halts: shocks || plan.venues.iter().any(|venue| !venue.halts.is_empty()),
            contracts: kinds().any(|kind| !kind.owned()),
            funding: kinds().any(|kind| kind.funding().is_some()),
            interest: plan.lenders.iter().any(|lender| lender.interest.is_some()),
            firms,
            agreements: !plan.agreements.is_empty(),
            pegs: !plan.pegs.is_empty(),
            deposits: plan.lenders.iter().any(|lender| lender.deposits.is_some()),
            deleveraging,
            funds: !plan.funds.is_empty() || deleveraging,
            watched: firms || plan.accounts.iter().any(|account| account.watched),
            populations: !populations(plan).is_empty(),
            study: plan.study.is_some(),
            holdings: gauges.ask_for_holdings(),
            behaviours,
        }
    }
}
