//! Currency, venues and instruments.

use super::{Look, contracts};

/// More decimals than any currency has: wei have 18, and nothing settles in them here.
const MOST_DECIMALS: u8 = 12;

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    let findings = &mut *look.findings;
    if file.currency.code.trim().is_empty() {
        findings.add("currency.code", "the currency has no name", "write one such as \"USD\"");
    }
    if file.currency.decimals > MOST_DECIMALS {
        findings.add(
            "currency.decimals",
            format!("{} decimals", file.currency.decimals),
            format!("give 0 to {MOST_DECIMALS}; 2 for cents"),
        );
    }
    for (name, venue) in file.venues.iter() {
        let path = format!("venues.{name}");
        if venue.maker_fee_bps + venue.taker_fee_bps < 0.0 {
            findings.add(
                format_args!("{path}.maker_fee_bps"),
                "the venue pays out more on each trade than it takes in",
                "lower the rebate or raise the fee on the other side",
            );
        }
    }
    for (name, instrument) in file.instruments.iter() {
        let path = format!("instruments.{name}");
        contracts::booked(look, &path, instrument);
        contracts::check(look, name, &path, instrument);
        let findings = &mut *look.findings;
        if let Some(twin) = instrument.twin_of() {
            let path = format!("{path}.twin_of");
            let known = look.instruments.has(twin, &path, findings);
            let first = file.instruments.get(twin);
            let is_first = first.is_some_and(|it| it.owned() && it.twin_of().is_none());
            if twin == name || (known && first.is_some() && !is_first) {
                findings.add(
                    path,
                    format!("\"{twin}\" is not another spot instrument with a luck of its own"),
                    "name the first of the twins in each of the others",
                );
            }
        }
        let Some(of) = instrument.swap_of() else { continue };
        let path = format!("{path}.of");
        if of == name {
            findings.add(path, "a swap on itself", "name the spot instrument that it is written on");
        } else if look.instruments.has(of, &path, findings)
            && let Some(other) = file.instruments.get(of)
            && !other.owned()
        {
            let what = if other.swap_of().is_some() { "itself a swap" } else { "a contract" };
            findings.add(
                path,
                format!("\"{of}\" is {what}, which nobody can hold as a hedge"),
                "name the spot instrument that it is written on",
            );
        }
    }
}
