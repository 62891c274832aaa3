//! Deposits: of a coin that is owned outright, at a lender that lends nothing on it, of those who ask before they sell.

use super::Look;
use engine::traders::TraderFile;
use mechanics::margin::MarginFile;

pub fn check(look: &mut Look<'_>) {
    for (name, lender) in look.file.lenders.iter() {
        let Some(own) = &lender.deposits else { continue };
        let path = format!("lenders.{name}.deposits");
        own.check(&path, look.findings);
        let at = format!("{path}.instrument");
        if look.instruments.has(&own.instrument, &at, look.findings)
            && look.file.instruments.get(&own.instrument).is_some_and(|stated| !stated.owned())
        {
            let reason = format!("\"{}\" is a contract: nobody can leave it anywhere", own.instrument);
            look.findings.add(at, reason, "name an instrument that is owned outright, a Spot");
        }
        if lender.margin != MarginFile::Unmargined {
            let reason = "it lends on what is left with it, and could not sell it out of turn";
            look.findings.add(format!("lenders.{name}.margin"), reason, "let it be `Unmargined`");
        }
        let here = |trader: &TraderFile| {
            trader.joins().is_some_and(|joins| match joins.endowment().lender() {
                Some(lender) => lender == name,
                None => joins.endowment().accounts().is_some_and(|accounts| accounts.get(name).is_some()),
            })
        };
        let mut depositors = 0;
        for (trader, stated) in look.file.traders.iter().filter(|(_, stated)| here(stated)) {
            if stated.joins().is_some_and(|own| own.asks_for_deposits()) {
                depositors += 1;
            } else {
                let reason = format!("it would sell what lies at \"{name}\" without asking for it");
                look.findings.add(format!("traders.{trader}"), reason, "keep its account at another lender");
            }
        }
        if depositors == 0 && !look.traders.gap {
            let remedy = "add a Depositor whose `stake` names it, or leave `deposits` out";
            look.findings.add(path, "nobody has a deposit there", remedy);
        }
    }
}
