//! Latency classes: of whom, and which there are.

use super::Look;
use engine::traders::{SLOWEST, TraderFile};

pub fn check(look: &mut Look<'_>) {
    for (name, class) in look.file.latency.iter() {
        let path = format!("latency.{name}");
        if look.traders.has(name, &path, look.findings)
            && look.file.traders.get(name).is_some_and(|trader| trader.joins().is_none())
        {
            let remedy = "name a population that decides each tick, or leave it out";
            let firm = look.file.traders.get(name).is_some_and(TraderFile::is_firm);
            let reason = if firm { "is a firm: its lenders' orders have their own class" } else { "sends no orders" };
            look.findings.add(&path, format!("\"{name}\" {reason}"), remedy);
        }
        if *class > SLOWEST {
            look.findings.add(&path, format!("there is no class {class}"), format!("give one from 0 to {SLOWEST}"));
        }
    }
}
