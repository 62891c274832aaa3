//! What broke accounts, by kind: the kinds with their colours and words, and the sentence over the picture of a cascade.

use super::Window;
use super::cascade::{Breach, name};
use super::theme::{self, Ink};
use super::view::View;
use super::words;
use std::collections::BTreeSet;

/// A kind of cause of a breach, as the table of who broke whom names it.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub source: &'static str,
    pub ink: Ink,
    /// In the key.
    pub words: &'static str,
    /// In a sentence: 38 % was ...
    noun: &'static str,
}

pub const KINDS: [Kind; 8] = [
    kind("shock", theme::SHOCK, "pushed by shocks", "shocks"),
    kind("news", theme::NEWS, "pushed by news, carried by trading", "news that trading carried"),
    kind("voluntary", theme::MUTED, "pushed by voluntary trading", "voluntary trading"),
    kind("forced", theme::FORCED, "pushed by forced orders", "forced orders"),
    kind("cross default", theme::SOFT, "closed out: its owner failed another lender", "defaults elsewhere"),
    kind("assessment", theme::ASSESSED, "could not pay for another's default", "assessments for others' defaults"),
    kind(
        "nobody",
        theme::NOBODY,
        "no order: a gap, a charge, more margin asked",
        "gaps, charges and more margin asked",
    ),
    kind("", theme::GRID, "not attributed", "what is not attributed"),
];
const NEWS: usize = 1;
pub const FORCED: usize = 3;
const ELSEWHERE: usize = 4;
const ASSESSED: usize = 5;
pub const UNTOLD: usize = KINDS.len() - 1;

const fn kind(source: &'static str, ink: Ink, words: &'static str, noun: &'static str) -> Kind {
    Kind { source, ink, words, noun }
}

const SHOCK: usize = 0;

/// The kinds with their words for this run: where no shock struck it is orders that somebody placed as the world states them, a
/// block to be sold, say, that came from outside.
pub fn kinds(view: &View) -> [Kind; KINDS.len()] {
    let mut kinds = KINDS;
    if view.picture.shocks.is_empty() && view.picture.window == Window::ALL {
        (kinds[SHOCK].words, kinds[SHOCK].noun) =
            ("pushed by orders stated from outside", "orders stated from outside");
    }
    kinds
}

/// Means of the bars that are drawn, by kind: each breach counts as one.
fn means(breaches: &[Breach]) -> [f64; KINDS.len()] {
    let mut means = [0.0; KINDS.len()];
    for breach in breaches {
        let total: f64 = breach.shares.iter().sum();
        for (mean, share) in means.iter_mut().zip(breach.shares) {
            *mean += if total > 0.0 { share / total } else { 0.0 };
        }
        means[UNTOLD] += if total > 0.0 { 0.0 } else { 1.0 };
    }
    means.map(|sum| sum / breaches.len().max(1) as f64)
}

/// Shares below this are not worth a place in a title.
const WORTH_TELLING: f64 = 0.005;

pub fn words_for(view: &View, breaches: &[Breach]) -> (String, String) {
    let summary = &view.picture.summary.cascade;
    let accounts: BTreeSet<&str> = breaches.iter().map(|breach| breach.account).collect();
    let (means, kinds) = (means(breaches), kinds(view));
    let mut told: Vec<usize> = (0..KINDS.len()).filter(|kind| means[*kind] >= WORTH_TELLING).collect();
    told.sort_by(|a, b| means[*b].total_cmp(&means[*a]));
    let parts: Vec<String> =
        told.iter().take(3).map(|kind| format!("{} was {}", words::percent(means[*kind]), kinds[*kind].noun)).collect();
    let whom = match (accounts.len(), breaches.len()) {
        (1, 1) => name(view, &breaches[0]),
        (some, all) if some == all => words::counted(some, "account", "accounts"),
        (some, all) => {
            format!("{} ({} in all)", words::counted(some, "account", "accounts"), words::counted(all, "time", "times"))
        }
    };
    let title = match parts.as_slice() {
        [] => format!("{} broke", words::counted(accounts.len(), "account", "accounts")),
        [only] if means[told[0]] > 1.0 - WORTH_TELLING => {
            format!("All that broke {whom} was {}", only.split_once(" was ").map_or("", |(_, noun)| noun))
        }
        [all @ .., last] if !all.is_empty() => format!("Of what broke {whom}, {} and {last}", all.join(", ")),
        parts => format!("Of what broke {whom}, {}", parts.join("")),
    };
    let first = &breaches[0];
    let together = breaches.iter().filter(|breach| breach.second == first.second).count();
    let mut caption = format!("The first to break was {}, {}", name(view, first), words::moment_of(first.time));
    caption += &match together {
        1 => ".".to_owned(),
        2 => ", and one more at the same moment.".to_owned(),
        _ => format!(", and {} more at the same moment.", together - 1),
    };
    caption +=
        " A bar says what pushed prices against an account between its last sound tick and its breach, by volume.";
    if means[NEWS] > 0.0 {
        caption += " Voluntary trading counts as the news's until the price has come as far as the news says.";
    }
    if breaches.iter().any(|breach| breach.shares[ELSEWHERE] > 0.0) {
        caption += " A client that fails one lender may be closed out by the others at once, whatever its account with \
                    them still holds.";
    }
    if breaches.iter().any(|breach| breach.shares[ASSESSED] > 0.0) {
        caption +=
            " Members that could not pay what they were assessed for another's default broke whatever prices did.";
    }
    if summary.depth > 1 {
        caption += &format!(
            " The longest chain, in which each helped to break the next, has {}; on average a breach brought about {} more.",
            words::counted(summary.depth as usize, "link", "links"),
            words::short(summary.branching_ratio)
        );
    }
    (title, caption)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far apart two inks are, from 0 to 441.
    fn apart(Ink(a, b, c): Ink, Ink(d, e, f): Ink) -> f64 {
        let square = |one: u8, other: u8| (f64::from(one) - f64::from(other)).powi(2);
        (square(a, d) + square(b, e) + square(c, f)).sqrt()
    }

    #[test]
    fn no_two_kinds_look_alike() {
        for (place, one) in KINDS.iter().enumerate() {
            for other in &KINDS[..place] {
                assert!(apart(one.ink, other.ink) > 60.0, "{} and {}", one.words, other.words);
            }
        }
    }
}
