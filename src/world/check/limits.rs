//! A lender's limits on orders.

use super::Look;
use mechanics::screen::LimitsFile;
use std::collections::BTreeSet;

pub fn check(path: &str, limits: &LimitsFile, look: &mut Look<'_>) {
    let findings = &mut *look.findings;
    if let Some(fat_finger) = &limits.fat_finger {
        let path = format!("{path}.fat_finger");
        if fat_finger.units.is_empty() && fat_finger.days_of_volume.is_none() && fat_finger.price.is_none() {
            findings.add(&path, "it limits nothing", "give `units`, `days_of_volume` or `price`, or leave it out");
        }
        for name in fat_finger.units.names() {
            look.instruments.has(name, format_args!("{path}.units.{name}"), findings);
        }
    }
    for name in limits.position.names() {
        look.instruments.has(name, format_args!("{path}.position.{name}"), findings);
    }
    let mut named = BTreeSet::new();
    let whole =
        limits.off_for.iter().enumerate().map(|(index, name)| (name.as_str(), format!("{path}.off_for[{index}]")));
    let single = limits.off.names().map(|name| (name, format!("{path}.off.{name}")));
    for (name, at) in whole.chain(single) {
        look.traders.has(trader_of(name), &at, findings);
        if !named.insert(name) {
            findings.add(at, format!("\"{name}\" is named twice"), "name it once: `off_for` is all checks, `off` some");
        }
    }
    for (name, checks) in limits.off.iter() {
        let path = format!("{path}.off.{name}");
        if checks.is_empty() {
            findings.add(&path, "nothing is switched off", "name checks such as [Credit, Excess], or leave it out");
        }
        for (index, check) in checks.iter().enumerate() {
            if checks[..index].contains(check) {
                findings.add(format_args!("{path}[{index}]"), format!("{check:?} stands twice"), "name it once");
            }
        }
    }
}

/// `"noise[acme,7]@broker"` is an account of `"noise"`.
fn trader_of(account: &str) -> &str {
    account.split(['@', '[']).next().unwrap_or(account)
}
