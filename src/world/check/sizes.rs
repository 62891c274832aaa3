//! Whether a world is of a size that a machine can hold. Looked at before anything of that size is made.

use crate::traders::{Joins, LARGEST_COUNT, TraderFile};
use crate::world::file::WorldFile;
use crate::world::findings::Findings;
use crate::world::plan::Plan;

/// Accounts of all traders together. At some 400 bytes each, plan and columns, this is a little over a gigabyte.
pub const MOST_ACCOUNTS: u64 = 3_000_000;
/// Rows of prices and watched accounts that a run writes. At some 100 bytes each in memory.
pub const MOST_ROWS: u64 = 300_000_000;

/// False when the plan must not even be built.
pub fn accounts_fit(file: &WorldFile, findings: &mut Findings) -> bool {
    let mut fits = true;
    let mut total = 0u64;
    for (name, trader) in file.traders.iter() {
        let (count, groups) = match trader {
            TraderFile::LeveragedFirm(own) => (1, own.lenders.len()),
            TraderFile::Firm(own) => (1, own.accounts.len()),
            population => population.joins().map_or((1, 1), |own| (own.count(), accounts_each(own))),
        };
        // A count beyond the largest has its own finding.
        fits &= count <= LARGEST_COUNT;
        let before = total;
        total = total.saturating_add(u64::from(count) * groups as u64);
        if before <= MOST_ACCOUNTS && total > MOST_ACCOUNTS && count <= LARGEST_COUNT {
            findings.add(
                format_args!("traders.{name}"),
                format!("with {count} members for each of {groups} instruments the world has {total} accounts or more"),
                format!("keep all populations together under {MOST_ACCOUNTS} accounts"),
            );
            fits = false;
        }
    }
    fits && total <= MOST_ACCOUNTS
}

/// Accounts of a population for each of its members' numbers.
fn accounts_each(own: &dyn Joins) -> usize {
    own.endowment().accounts().map_or_else(|| own.instruments().len(), |accounts| accounts.len())
}

pub fn rows_fit(plan: &Plan, findings: &mut Findings) {
    let watched = plan.accounts.iter().filter(|account| account.watched).count();
    let rows = u64::from(plan.clock.ticks) * (plan.markets.len() + watched) as u64;
    if rows > MOST_ROWS {
        findings.add(
            "clock.tick",
            format!(
                "{} ticks of {} markets and {watched} watched accounts are {rows} rows, more than {MOST_ROWS}",
                plan.clock.ticks,
                plan.markets.len()
            ),
            "take a longer tick, run for a shorter time, or have fewer lenders and firms",
        );
    }
}
