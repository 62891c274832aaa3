//! Pegs: a coin and a sister that there are, each owned outright and in one role alone; who redeems trades both, and who watches
//! holds the coin. And whose account is emptied behind its lender's back, into a peg or a pool, has one that lends nothing.

use super::Look;
use crate::file::WorldFile;
use engine::traders::Joins;
use engine::traders::desk::Balance;
use language::findings::Findings;
use language::named::Named;
use mechanics::margin::MarginFile;
use std::collections::BTreeMap;

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    let mut role: BTreeMap<&str, String> = BTreeMap::new();
    for (name, peg) in file.pegs.iter() {
        let path = format!("pegs.{name}");
        peg.check(&path, look.findings);
        for (field, instrument) in [("coin", &peg.coin), ("sister", &peg.sister)] {
            let at = format!("{path}.{field}");
            if !look.instruments.has(instrument, &at, look.findings) {
                continue;
            }
            if file.instruments.get(instrument).is_some_and(|stated| !stated.owned() || stated.booked().is_none()) {
                let reason = format!("\"{instrument}\" is a contract: there is nothing to burn");
                look.findings.add(&at, reason, "name an instrument that is owned outright, a Spot");
            }
            // A sister that is itself kept by burning something would let supply go round in a circle.
            if let Some(earlier) = role.insert(instrument, at.clone()).filter(|_| peg.coin != peg.sister) {
                let reason = format!("\"{instrument}\" is in a peg already, at `{earlier}`");
                look.findings.add(&at, reason, "let each instrument be in one peg, as the coin or as the sister");
            }
        }
    }
}

/// Who redeems: at a peg that there is, through an account of its own that lends nothing.
pub fn redeems(look: &mut Look<'_>, path: &str, own: &dyn Joins, accounts: &Named<Balance>) {
    let Some((field, name)) = own.peg() else { return };
    if !look.pegs.has(name, format_args!("{path}.{field}"), look.findings) {
        return;
    }
    let Some(peg) = look.file.pegs.get(name) else { return };
    for (role, (side, instrument)) in own.legs().iter().zip([("coin", &peg.coin), ("sister", &peg.sister)]) {
        if role.instrument != instrument {
            let reason = format!("the {side} of \"{name}\" is \"{instrument}\", not \"{}\"", role.instrument);
            look.findings.add(format_args!("{path}.{}", role.named_at), reason, format!("name \"{instrument}\""));
        }
    }
    accounts.names().for_each(|lender| lends_nothing(look.file, path, (lender, "see it burnt"), look.findings));
}

/// Who looks at what stands behind a coin: it is one that they hold.
pub fn watches(look: &mut Look<'_>, path: &str, own: &dyn Joins) {
    let Some((field, name)) = own.watches() else { return };
    if !look.pegs.has(name, format_args!("{path}.{field}"), look.findings) {
        return;
    }
    let Some(peg) = look.file.pegs.get(name) else { return };
    for (at, instrument) in own.instruments() {
        if instrument != peg.coin {
            let reason = format!("\"{instrument}\" is not the coin of \"{name}\", which is \"{}\"", peg.coin);
            look.findings.add(format_args!("{path}.{at}"), reason, "hold the coin of the peg, or name another peg");
        }
    }
}

/// Who has a share of a pool: through an account of its own that lends nothing.
pub fn provides(look: &mut Look<'_>, path: &str, own: &dyn Joins, accounts: &Named<Balance>) {
    if own.provides().is_some() {
        accounts
            .names()
            .for_each(|lender| lends_nothing(look.file, path, (lender, "follow it into the pool"), look.findings));
    }
}

/// A lender would have to follow what happens behind its back.
fn lends_nothing(file: &WorldFile, path: &str, (lender, does_not): (&str, &str), findings: &mut Findings) {
    if file.lenders.get(lender).is_some_and(|own| own.margin != MarginFile::Unmargined) {
        findings.add(
            format_args!("{path}.accounts.{lender}"),
            format!("\"{lender}\" lends on what is in the account, and does not {does_not}"),
            "name a lender that is `Unmargined`",
        );
    }
}
