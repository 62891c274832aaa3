//! Counts become a part of the summary, and rows.

use super::Study;
use super::queues::{State, Tally};
use crate::plan::Plan;
use ground::units::AccountId;
use results::rows::{RoundRow, StudyRow};
use results::study::StudySummary;

impl Study {
    pub fn summary(&self, plan: &Plan) -> StudySummary {
        let about = |index: usize| &plan.instruments[index];
        let tick = plan.clock.tick.as_seconds() as f64;
        let quotes = self.plan.quotes.iter().zip(&self.quotes).map(|(id, own)| {
            let about = about(id.index());
            (about.name.clone(), own.summary(about.step_size, tick))
        });
        let queues = self.plan.queues.iter().zip(&self.queues);
        let rounds = self.plan.rounds.iter().zip(&self.rounds);
        StudySummary {
            quotes: quotes.collect(),
            queues: queues
                .map(|(own, counts)| (about(own.instrument.index()).name.clone(), counts.summary()))
                .collect(),
            rounds: rounds.map(|(own, counts)| (trader(plan, own.account), counts.summary())).collect(),
        }
    }

    /// One row for each state that occurred, and for each state in which an order was followed.
    pub fn rows(&self, plan: &Plan) -> Vec<StudyRow> {
        let mut rows = Vec::new();
        for (asked, counts) in self.plan.queues.iter().zip(&self.queues) {
            let name = &plan.instruments[asked.instrument.index()].name;
            for (state, up, executed) in counts.states() {
                for (event, tally) in [("mid moves up next", up), ("order trades before mid moves", executed)] {
                    rows.extend(row(name, event, state, tally));
                }
            }
        }
        rows
    }

    /// One row a round of each trader.
    pub fn round_rows(&self, plan: &Plan) -> Vec<RoundRow> {
        let mut rows = Vec::new();
        for (asked, counts) in self.plan.rounds.iter().zip(&self.rounds) {
            let name = trader(plan, asked.account);
            let row = |(round, (profit, inventory_units)): (u32, &(f64, f64))| RoundRow {
                trader: name.clone(),
                round,
                profit: *profit,
                inventory_units: *inventory_units,
            };
            rows.extend((0..).zip(&counts.all).map(row));
        }
        rows
    }
}

fn trader(plan: &Plan, account: AccountId) -> String {
    let trader = plan.accounts[account.index()].trader.expect("who is studied is a trader");
    plan.traders[trader.index()].name.clone()
}

fn row(instrument: &str, event: &str, state: State, tally: Tally) -> Option<StudyRow> {
    Some(StudyRow {
        instrument: instrument.to_owned(),
        event: event.to_owned(),
        spread_steps: state.spread,
        bid_queue_orders: state.bid,
        ask_queue_orders: state.ask,
        observed: u32::try_from(tally.observed).unwrap_or(u32::MAX),
        happened: u32::try_from(tally.happened).unwrap_or(u32::MAX),
        share: tally.share()?,
        standard_error: tally.standard_error()?,
    })
}
