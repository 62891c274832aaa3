//! Whether a world is of a size that a machine can hold. Looked at before anything of that size is made.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::tick::spawn::longest_lookback;
use engine::traders::clients::MOST_CLIENTS;
use engine::traders::{LARGEST_COUNT, TraderFile};
use language::findings::Findings;

/// What a run may take in memory: what a student's machine has. Populations may fill it, and so may rows.
pub const MOST_BYTES: u64 = 4 << 30;
/// A member of a population with its account: plan (twice, as the running world has its own), names, columns, behaviour,
/// and 320 for its random stream.
const BYTES_A_MEMBER: u64 = 1_600;
/// A client of a crowd: the columns of an account with two positions, and what finds it. Measured between two hundred
/// thousand and a million of them of whom hardly any broke: 192. Each that breaks takes one to four thousand more, which no file
/// states, so there is room here for as many again: ten million of whom an eighth broke took 371 each without tables.
const BYTES_A_CLIENT: u64 = 400;
/// A row of prices or of a watched account, gathered and then as text and numbers of a table.
const BYTES_A_ROW: u64 = 100;
/// A mark that the view keeps for those who look back.
const BYTES_A_MARK: u64 = 8;
/// Rows of prices and watched accounts that a run writes, if they are kept.
pub const MOST_ROWS: u64 = MOST_BYTES / BYTES_A_ROW;
const MOST_ACCOUNTS: u64 = MOST_BYTES / BYTES_A_MEMBER;
const MOST_CLIENT_ACCOUNTS: u64 = MOST_BYTES / BYTES_A_CLIENT;

/// False when the plan must not even be built.
pub fn accounts_fit(file: &WorldFile, findings: &mut Findings) -> bool {
    let mut fits = true;
    let (mut total, mut bytes) = (0u64, 0u64);
    for (name, trader) in file.traders.iter() {
        let (count, groups) = trader.size();
        // A count beyond the largest has its own finding.
        let (most, each, together) = match trader {
            TraderFile::Clients(_) => (MOST_CLIENTS, BYTES_A_CLIENT, MOST_CLIENT_ACCOUNTS),
            _ => (LARGEST_COUNT, BYTES_A_MEMBER, MOST_ACCOUNTS),
        };
        fits &= count <= most;
        let (before, more) = (bytes, u64::from(count) * groups as u64);
        total = total.saturating_add(more);
        bytes = bytes.saturating_add(more.saturating_mul(each));
        if before <= MOST_BYTES && bytes > MOST_BYTES && count <= most {
            findings.add(
                format_args!("traders.{name}"),
                format!(
                    "with {count} members for each of {groups} instruments the world has {total} accounts or more, which \
                     take some {} GiB of memory; the most is {} GiB",
                    (bytes >> 30) + 1,
                    MOST_BYTES >> 30
                ),
                format!("keep all populations together under {together} accounts"),
            );
            fits = false;
        }
    }
    fits && bytes <= MOST_BYTES
}

pub fn rows_fit(plan: &Plan, findings: &mut Findings) {
    let watched = plan.accounts.iter().filter(|account| account.watched).count();
    let ticks = u64::from(plan.clock.ticks);
    let prices = (ticks / u64::from(plan.prices_every.max(1))).saturating_mul(plan.markets.len() as u64);
    let rows = prices.saturating_add(ticks.saturating_mul(watched as u64));
    let marks = u64::from(longest_lookback(plan)).saturating_mul(plan.markets.len() as u64);
    if marks.saturating_mul(BYTES_A_MARK) > MOST_BYTES {
        findings.add(
            "clock.tick",
            format!(
                "somebody looks back so far that {marks} marks must be kept, more than {} GiB hold",
                MOST_BYTES >> 30
            ),
            "let traders look back less far, or take a longer tick",
        );
    }
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
