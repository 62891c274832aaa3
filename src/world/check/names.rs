//! Names: what they may look like, and which may not be shared.
//!
//! Names stand in paths, so they hold no dot or bracket; they become file names of charts and
//! tables, so they are short, plain, and differ in more than case. A lender and a trader share no name:
//! nobody lends to themselves.

use super::{Look, Names};
use language::findings::Findings;
use std::collections::BTreeMap;

const LONGEST: usize = 64;

pub fn check(look: &mut Look<'_>) {
    let findings = &mut *look.findings;
    for (names, needed) in [
        (&look.venues, true),
        (&look.instruments, true),
        (&look.lenders, true),
        (&look.traders, true),
        (&look.sources, false),
    ] {
        spelling(names, findings);
        if needed && names.list.is_empty() && !names.gap {
            findings.add(names.section, format!("there is no {}", names.kind), "add at least one");
        }
    }
    for trader in look.traders.list.iter().filter(|trader| look.lenders.contains(trader)) {
        findings.add(
            format_args!("traders.{trader}"),
            format!("\"{trader}\" is both a trader and a lender: it would lend to itself"),
            "give the trader a name of its own",
        );
    }
}

fn spelling(names: &Names<'_>, findings: &mut Findings) {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for name in &names.list {
        let path = format!("{}.{name}", names.section);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(plain) || name.len() > LONGEST {
            findings.add(
                &path,
                format!("\"{}\" will not do as a name", name.escape_debug()),
                format!(
                    "use up to {LONGEST} letters a to z, digits, \"-\" and \"_\", beginning with a letter or digit"
                ),
            );
        }
        if let Some(before) = folded.insert(name.to_lowercase(), name) {
            findings.add(
                &path,
                format!(
                    "\"{name}\" and \"{before}\" differ only in case, and charts and tables are files by these names"
                ),
                "rename one of them",
            );
        }
    }
}
