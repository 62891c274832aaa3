//! What things are called in charts: whose words these are, and that no two look alike.

use super::Look;
use ground::shown::obeyed;
use std::collections::BTreeMap;

/// Letters: longer ones crowd the ends of lines and the columns of tables.
const LONGEST: usize = 40;

pub fn check(look: &mut Look<'_>) {
    let known = |name: &str| [&look.instruments, &look.lenders, &look.traders].iter().any(|names| names.contains(name));
    let unread = look.instruments.gap || look.lenders.gap || look.traders.gap;
    let mut said: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, words) in look.file.called.iter() {
        let path = format!("called.{name}");
        if !known(name) && !unread {
            let reason = format!("there is no instrument, lender or trader \"{}\"", name.escape_debug());
            look.findings.add(&path, reason, "name one of this file, or leave it out");
        }
        let count = words.chars().count();
        if words.trim().is_empty() || words.trim() != words || count > LONGEST {
            let reason = format!("\"{}\" will not do for a chart", words.escape_debug());
            look.findings.add(&path, reason, format!("give up to {LONGEST} letters, with no blanks around them"));
        } else if words.chars().any(|c| c.is_control() || obeyed(c)) {
            let reason = format!("\"{}\" holds letters that a screen obeys and does not show", words.escape_debug());
            look.findings.add(&path, reason, "write plain letters");
        }
        if let Some(other) = said.insert(words, name) {
            let reason = format!("\"{other}\" and \"{name}\" are called alike: nobody could tell them apart");
            look.findings.add(&path, reason, "call one of them something else");
        }
    }
    // Who is called what somebody else's name is would be taken for that one.
    for (name, words) in look.file.called.iter() {
        if words != name && known(words) && look.file.called.get(words).is_none() {
            let reason = format!("\"{name}\" is called \"{words}\", which is the name of another");
            look.findings.add(format_args!("called.{name}"), reason, "call it something else");
        }
    }
}
