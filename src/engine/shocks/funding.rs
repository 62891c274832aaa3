//! Sources of money freeze or become dearer, for a time. What was ordered before comes all the same.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{Span, Time, TraderId};
use language::findings::Findings;
use language::read::Read;
use mechanics::treasury::SourceFile;
use mechanics::treasury::strain::{Change, FundingKind, Strain, StrainFile};

/// Firms' sources of money give nothing, or are dearer.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// Whose they are. Left out: all firms.
    #[read(default)]
    pub firms: Vec<String>,
    /// Kinds of sources, at least one.
    pub sources: Vec<FundingKind>,
    /// What becomes of them.
    pub change: StrainFile,
    /// For how long. Left out: to the end of the run.
    #[read(default)]
    pub lasts: Option<Span>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub firms: Vec<TraderId>,
    pub sources: Vec<FundingKind>,
    pub change: Change,
    pub lasts: Option<Span>,
}

impl File {
    fn means(&self, firm: &str) -> bool {
        self.firms.is_empty() || self.firms.iter().any(|own| own == firm)
    }
}

impl Shock for File {
    type Plan = Plan;

    /// Firms with such a source, each named once.
    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        self.change.check(&format!("{path}.change"), findings);
        if self.lasts == Some(Span::ZERO) {
            let remedy = "give a length such as \"2d\", or leave it out for the rest of the run";
            findings.add(format_args!("{path}.lasts"), "it lasts no time", remedy);
        }
        if self.sources.is_empty() {
            let remedy = "name at least one of Repo, CreditLine, MoneyMarketFund";
            findings.add(format_args!("{path}.sources"), "no source is meant", remedy);
        }
        for (index, firm) in self.firms.iter().enumerate() {
            let at = format!("{path}.firms[{index}]");
            if self.firms[..index].contains(firm) {
                findings.add(&at, format!("\"{firm}\" is named twice"), "name it once");
            }
            if stated.trader(firm, &at, findings).is_some_and(|trader| trader.sources().is_none()) {
                findings.add(at, format!("\"{firm}\" has no sources of money"), "name a Firm");
            }
        }
        let has = |(_, source): (&str, &SourceFile)| source.funding().is_some_and(|own| self.sources.contains(&own));
        let strained = stated
            .populations
            .iter()
            .any(|(name, trader)| self.means(name) && trader.sources().is_some_and(|sources| sources.iter().any(has)));
        if !strained && !self.sources.is_empty() && !stated.traders.gap {
            findings.add(path, "no firm that is meant has such a source", "name sources that some firm has");
        }
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Plan> {
        let meant = drafted.traders.iter().enumerate().filter(|(_, own)| own.firm.is_some() && self.means(&own.name));
        Some(Plan {
            firms: meant.map(|(index, _)| TraderId::from_index(index)).collect(),
            sources: self.sources.clone(),
            change: self.change.plan(),
            lasts: self.lasts,
        })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = plan.lasts.map_or(Time::NEVER, |lasts| field.clock.now() + lasts);
        for firm in &plan.firms {
            let entity = field.scene.traders[firm.index()].1;
            let mut firm = field.firms.get_mut(entity).expect("sources of money belong to firms");
            let strains = plan.sources.iter().map(|on| Strain { on: *on, change: plan.change, until });
            firm.treasury.strains.extend(strains);
        }
    }
}
