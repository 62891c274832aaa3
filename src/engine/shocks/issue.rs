//! New units are created and handed to a trader.
//!
//! Nobody trades for a closed account: units handed to it would be lost to the market, so none are made, and that
//! is recorded.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use crate::tick::state::Status;
use ground::moments::Moment;
use ground::numbers::lots;
use ground::units::{AccountId, InstrumentId, Lots};
use language::findings::Findings;
use language::read::Read;

/// New units are created and handed to a trader.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// One that is owned outright.
    pub instrument: String,
    /// How many; the part of a lot that is left over is not issued.
    #[read(positive)]
    pub units: f64,
    /// A trader of it that stands alone, such as a BlockSeller.
    pub to: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub instrument: InstrumentId,
    pub lots: Lots,
    pub to: AccountId,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let instrument = &self.instrument;
        stated.traders.has(&self.to, format_args!("{path}.to"), findings);
        let at = format!("{path}.instrument");
        if let Some(about) = stated.instrument(instrument, &at, findings).filter(|about| !about.owned()) {
            let (what, remedy) = match about.swap_of() {
                Some(of) => ("a swap", format!("issue units of \"{of}\"")),
                None => ("a contract: nobody issues it", "issue units of a spot instrument".to_owned()),
            };
            findings.add(at, format!("\"{instrument}\" is {what}"), remedy);
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        let (name, to) = (&self.instrument, &self.to);
        let instrument = drafted.instrument(name)?;
        let members = drafted.population(to)?;
        if members.len() > 1 {
            findings.add(
                format_args!("{path}.to"),
                format!("\"{to}\" is a population of {} accounts", members.len()),
                "hand the units to a single trader, such as a BlockSeller",
            );
        }
        let holds =
            |account: &&AccountId| drafted.accounts[account.index()].slots.iter().any(|(slot, _)| *slot == instrument);
        let Some(account) = drafted.traders[members.start].accounts.iter().find(holds) else {
            findings.add(
                format_args!("{path}.to"),
                format!("\"{to}\" does not trade {name}"),
                format!("name a trader of {name}, such as a BlockSeller"),
            );
            return None;
        };
        if !(self.units.is_finite() && self.units > 0.0) {
            return None;
        }
        let (reason, remedy) = match lots(self.units, drafted.about(instrument).lot_units) {
            Ok(lots) if lots.is_zero() => {
                (format!("{} units are less than one lot", self.units), "issue at least one lot")
            }
            Ok(lots) => return Some(Plan { instrument, lots, to: *account }),
            Err(reason) => (reason, "issue fewer units"),
        };
        findings.add(format_args!("{path}.units"), reason, remedy);
        None
    }

    fn instruments(plan: &Plan) -> Vec<InstrumentId> {
        vec![plan.instrument]
    }

    fn strike(plan: &Plan, nth: usize, field: &mut Field<'_, '_, '_>) {
        if field.statuses.of(plan.to) == Status::Closed {
            let tick = field.clock.tick();
            field.gather.undelivered(tick, nth);
        } else {
            if let Some(slot) = field.ledger.accounts.slot_of(plan.to, plan.instrument) {
                let held = field.ledger.accounts.lots(slot);
                field.entries.note(slot, held, plan.lots, field.marks.price(plan.instrument));
            }
            field.ledger.mint(plan.instrument, plan.to, plan.lots);
            field.marks.issued(plan.instrument, plan.lots);
        }
    }

    fn handed_to(plan: &Plan) -> Option<AccountId> {
        Some(plan.to)
    }
}
