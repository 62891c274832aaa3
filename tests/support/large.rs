//! Worlds that are large for being large: what a test that goes over all worlds takes in their place.

use firesale::world::Override;

/// Ten thousand clients who have together what all of them have: as large positions against the same market.
pub fn smaller(world: &str) -> Vec<Override> {
    let sets: &[&str] = match world {
        "million-accounts" | "ten-million" => {
            &["traders.clients.count=10_000", "traders.clients.stake.equity=20_000.0"]
        }
        _ => &[],
    };
    sets.iter().map(|set| set.parse().expect("an override is path=value")).collect()
}
