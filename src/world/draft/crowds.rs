//! Crowds of clients: which accounts and owners are theirs, and whether there is room for what they hold.

use super::accounts::People;
use super::markets::Markets;
use super::positions;
use crate::file::WorldFile;
use engine::crowd::CrowdPlan;
use engine::traders::TraderFile;
use engine::traders::clients::Params;
use ground::numbers::cash;
use ground::units::{AccountId, InstrumentId, LenderId, Lots, TraderId};
use language::findings::Findings;

/// After all accounts and traders that are listed. What does not exist, `check` has found.
pub fn build(file: &WorldFile, markets: &Markets, people: &People, findings: &mut Findings) -> Vec<CrowdPlan> {
    let (instruments, lenders) = (positions(file.instruments.names()), positions(file.lenders.names()));
    let (mut accounts, mut traders) = (people.accounts.len(), people.traders.len());
    let mut crowds = Vec::new();
    for (name, trader) in file.traders.iter() {
        let TraderFile::Clients(own) = trader else { continue };
        let usable = |name: &String| instruments.get(name.as_str()).copied().filter(|index| !markets.unusable[*index]);
        let mut held: Vec<_> = own.instruments.iter().filter_map(usable).map(InstrumentId::from_index).collect();
        held.sort_unstable();
        held.dedup();
        let Some(lender) = lenders.get(own.stake.lender.as_str()) else { continue };
        if held.is_empty() {
            continue;
        }
        let path = format!("traders.{name}");
        let equity = cash(own.stake.equity, file.currency.decimals).unwrap_or_else(|reason| {
            findings.add(format_args!("{path}.stake.equity"), reason, "give a smaller amount");
            Default::default()
        });
        let crowd = CrowdPlan {
            name: name.to_owned(),
            lender: LenderId::from_index(*lender),
            first_account: AccountId::from_index(accounts),
            first_trader: TraderId::from_index(traders),
            members: own.count / 2 * 2,
            positions: (own.positions as usize).clamp(1, held.len()),
            instruments: held,
            equity: equity.to_minor() as f64,
            sizes: own.stake.sizes,
            leverage: own.stake.leverage,
            leverages: own.leverages,
            most_leverage: own.most_leverage,
            entries: own.entries,
        };
        accounts += crowd.members as usize;
        traders += crowd.members as usize;
        holds_something(&crowd, own, &path, markets, findings);
        crowds.push(crowd);
    }
    crowds
}

/// A position in the mean client's money must be a lot or more, and all of them no more than this build counts.
fn holds_something(crowd: &CrowdPlan, own: &Params, path: &str, markets: &Markets, findings: &mut Findings) {
    let value = crowd.equity * crowd.leverage / crowd.positions as f64;
    for id in &crowd.instruments {
        let about = &markets.instruments[id.index()];
        let lots = about.step_value.value(Lots::LARGEST, about.start).abs().to_minor() as f64;
        let each = value / lots * Lots::LARGEST.get() as f64;
        if each < 1.0 {
            findings.add(
                format_args!("{path}.stake"),
                format!("a position of the mean client is less than one lot of \"{}\"", about.name),
                "give them more money or leverage, fewer positions, or the contract a smaller lot",
            );
        } else if each * f64::from(own.count) > Lots::LARGEST.get() as f64 {
            findings.add(
                format_args!("{path}.stake"),
                format!("together they hold more lots of \"{}\" than this build counts", about.name),
                "give them less, or the contract a larger lot",
            );
        }
    }
}
