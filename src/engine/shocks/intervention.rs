//! An official desk is told to buy or sell. It decides in the same tick.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use crate::traders::official_desk::Programme;
use ground::moments::Moment;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Side, Span, TraderId};
use language::findings::{Findings, LARGEST};
use language::read::Read;

/// An OfficialDesk buys (or, negative, sells) for so much money, evenly over so long.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// An OfficialDesk.
    pub by: String,
    /// One that it trades.
    pub instrument: String,
    /// In money; negative to sell.
    pub amount: f64,
    /// Trading time and what lies between: it ends so long after it began.
    #[read(some_time)]
    pub over: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub by: TraderId,
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// Negative to sell.
    pub amount: Cash,
    pub over: Span,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let Self { by, instrument, amount, .. } = self;
        if !(amount.abs() > 0.0 && amount.abs() <= LARGEST) {
            findings.add(
                format_args!("{path}.amount"),
                format!("{amount} is no amount to buy or sell for"),
                "give what is bought for, or negative what is sold for",
            );
        }
        let at = format!("{path}.by");
        let desk = stated.trader(by, &at, findings);
        let known = stated.instruments.has(instrument, format_args!("{path}.instrument"), findings);
        let Some(desk) = desk.filter(|_| known) else { return };
        match desk.joins().filter(|own| own.is_told_what_to_do()) {
            Some(own) if !own.instruments().iter().any(|(_, name)| name == instrument) => {
                let reason = format!("\"{by}\" does not trade \"{instrument}\"");
                let remedy = "add it to the desk's `instruments`, or name one of them";
                findings.add(format_args!("{path}.instrument"), reason, remedy);
            }
            Some(_) => {}
            None => findings.add(at, format!("\"{by}\" trades by a rule of its own"), "name an OfficialDesk"),
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        let instrument = drafted.instrument(&self.instrument)?;
        let trades = |place: &usize| drafted.traders[*place].instrument == Some(instrument);
        let place = drafted.population(&self.by)?.find(trades)?;
        let account = *drafted.traders[place].accounts.first()?;
        let amount = drafted.money(&format!("{path}.amount"), self.amount, findings)?;
        Some(Plan { by: TraderId::from_index(place), account, instrument, amount, over: self.over })
    }

    fn instruments(plan: &Plan) -> Vec<InstrumentId> {
        vec![plan.instrument]
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let accounts = &field.ledger.accounts;
        let held = accounts.slot_of(plan.account, plan.instrument).map_or(Lots::ZERO, |slot| accounts.lots(slot));
        let side = if plan.amount.is_negative() { Side::Sell } else { Side::Buy };
        let until = field.clock.calendar().tick_at(field.clock.now() + plan.over);
        let entity = field.scene.traders[plan.by.index()].1;
        let mut desk = field.officials.get_mut(entity).expect("whom a shock names to intervene is an official desk");
        if desk.start(Programme { side, left: plan.amount.abs().to_minor() as f64, until, held }) {
            field.wakes.wheel.add(field.clock.tick(), plan.by);
        }
    }
}
