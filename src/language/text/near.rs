//! Names close to one that does not exist, for "did you mean".

use strsim::osa_distance;

/// Those of `known` that are nearest to `wanted`, up to three; none when none is near.
pub fn near<'a>(wanted: &str, known: &[&'a str]) -> Vec<&'a str> {
    // Distance is quadratic in length; nobody mistypes a name this long.
    if wanted.len() > 80 {
        return vec![];
    }
    let wanted = wanted.to_lowercase();
    let allowed = (wanted.chars().count() / 3).clamp(1, 4);
    let mut ranked: Vec<(usize, &str)> = known
        .iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let contains = wanted.len() >= 3 && (lower.contains(&wanted) || wanted.contains(lower.as_str()));
            // Edits of one letter: insert, delete, replace, swap neighbours.
            let distance = if lower.len() > 120 { usize::MAX } else { osa_distance(&wanted, &lower) };
            (distance <= allowed || (contains && !lower.is_empty())).then_some((distance, *name))
        })
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    let best = ranked.first().map_or(0, |(distance, _)| *distance);
    ranked.retain(|(distance, _)| *distance == best);
    ranked.truncate(3);
    ranked.into_iter().map(|(_, name)| name).collect()
}

/// A remedy that names what is near, or what there is.
pub fn remedy(wanted: &str, known: &[&str]) -> String {
    /// More than the language has kinds of anything; a world may name any number of things.
    const MANY: usize = 100;
    let near = near(wanted, known);
    if !near.is_empty() {
        return format!("did you mean {}?", quoted(&near, " or "));
    }
    match known.len() {
        0 => "there is none to name".to_string(),
        1..=MANY => format!("write one of {}", quoted(known, ", ")),
        more => format!("write one of {} and {} more", quoted(&known[..MANY], ", "), more - MANY),
    }
}

fn quoted(names: &[&str], between: &str) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_found() {
        assert_eq!(near("nomrua", &["nomura", "ubs", "goldman"]), ["nomura"]);
        assert_eq!(near("archegos", &["archegos-2021", "two-funds"]), ["archegos-2021"]);
        assert_eq!(near("zebra", &["nomura", "ubs"]), Vec::<&str>::new());
        assert_eq!(near("taker_fee_bsp", &["maker_fee_bps", "taker_fee_bps"]), ["taker_fee_bps"]);
        assert_eq!(near("levrage", &["leverage", &"x".repeat(1_000_000)]), ["leverage"]);
    }
}
