//! What each figure is in: its unit and its meaning, by its name. One list, so that tables, charts and terminals say the same.

/// What a figure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of the world's currency.
    Money,
    /// Currency for a unit of the instrument.
    Price,
    Units,
    /// A share of one.
    Ratio,
    Count,
    Number,
    Flag,
    /// By the clock of the world.
    Moment,
    Seconds,
}

impl Unit {
    /// For a reader of a column. `currency` is its code, or a word for any.
    #[must_use]
    pub fn word(self, currency: &str) -> String {
        match self {
            Money => currency.to_owned(),
            Price => format!("{currency} a unit"),
            Units => "units".to_owned(),
            Ratio => "ratio".to_owned(),
            Count => "count".to_owned(),
            Number => "number".to_owned(),
            Flag => "true or false".to_owned(),
            Moment => "local time of the world".to_owned(),
            Seconds => "seconds".to_owned(),
        }
    }
}

use Unit::{Count, Flag, Moment, Money, Number, Price, Ratio, Seconds, Units};

/// A name, in which `*` stands for any; the first that fits holds.
const FIGURES: &[(&str, Unit, &str)] = &[
    ("ticks", Count, "Ticks that were run."),
    ("accounts.total", Count, "Accounts."),
    ("accounts.called", Count, "Accounts that were called for margin."),
    ("accounts.breached", Count, "Accounts that were closed out."),
    ("accounts.bankrupt", Count, "Accounts for which others had to pay."),
    ("accounts.frozen", Count, "Accounts at a lender that failed, at the end."),
    ("liquidations.orders", Count, "Forced orders."),
    ("liquidations.volume", Units, "Units traded by forced orders."),
    ("liquidations.notional", Money, "Value traded by forced orders."),
    ("liquidations.bought_notional", Money, "The part of it that was bought."),
    ("liquidations.slippage", Money, "What forced orders lost against the mark."),
    ("cascade.size", Count, "Accounts that broke."),
    ("cascade.depth", Count, "Longest chain of breaches in which each helped to break the next."),
    ("cascade.branching_ratio", Number, "Mean weighted offspring of a breach."),
    ("instruments.*.start", Price, "First mark."),
    ("instruments.*.min", Price, "Lowest mark."),
    ("instruments.*.max", Price, "Highest mark."),
    ("instruments.*.end", Price, "Last mark."),
    ("instruments.*.drawdown", Ratio, "Largest fall from a running peak, as a share of the peak."),
    ("instruments.*.rise", Ratio, "Largest rise from a running low, as a share of the low."),
    (
        "instruments.*.fall_compared",
        Ratio,
        "Largest fall after the moment of comparison, as a share of the price then.",
    ),
    ("instruments.*.rise_compared", Ratio, "Largest rise after it, as a share of the same price."),
    ("instruments.*.volume_units", Units, "Units traded in the books of its venues, or wherever else the price forms."),
    ("instruments.*.forced_volume_units", Units, "The part of them traded by forced orders."),
    ("instruments.*.block_volume_units", Units, "Units that lenders sold off the book, beside those."),
    ("lenders.total_loss", Money, "What all lenders lost."),
    ("lenders.*.loss", Money, "What the lender lost."),
    ("lenders.*.failed", Flag, "Whether the lender failed."),
    ("lenders.*.forced_notional", Money, "Value of what the lender sold and bought by force."),
    ("lenders.*.forced_bought", Money, "The part of it that was bought."),
    ("lenders.*.half_sold", Moment, "When half of what it had to close was closed."),
    ("lenders.*.unsold", Money, "What it had not closed by the end, at mark."),
    ("lenders.*.capital", Money, "What it can lose before it fails."),
    ("firms.*.treasury.drawn.*", Money, "What the firm drew from this source."),
    ("firms.*.treasury.cost", Money, "What finding cash cost."),
    ("firms.*.treasury.owed_end", Money, "What the firm owed at the end."),
    ("firms.*.treasury.paper_profit_*", Money, "Profit that was not yet money."),
    ("firms.*.treasury.insolvent", Moment, "When the firm was first worth less than nothing."),
    ("firms.*.value_start", Money, "Equity at mark at the start."),
    ("firms.*.value_end", Money, "Equity at mark at the end."),
    ("firms.*.cash_deliverable_start", Money, "Cash that it could deliver at the start."),
    ("firms.*.cash_deliverable_min", Money, "The least cash that it could deliver."),
    ("firms.*.failed", Moment, "When a call first went unmet."),
    ("firms.*.value_at_failure", Money, "Equity at mark when a call first went unmet."),
    ("waterfall.*", Money, "What this layer took."),
    ("refusals.*", Count, "Orders that did not reach a book for this reason."),
    ("counterfactual.*.with", Ratio, "Largest fall with forced selling."),
    ("counterfactual.*.without", Ratio, "Largest fall without forced selling."),
    ("counterfactual.*.amplification", Number, "Fall with forced selling for each fall without."),
    ("counterfactual.*.rise_with", Ratio, "Largest rise with forced orders."),
    ("counterfactual.*.rise_without", Ratio, "Largest rise without forced orders."),
    ("counterfactual.*.end_with", Price, "Last mark with forced selling."),
    ("counterfactual.*.end_without", Price, "Last mark without forced selling."),
    ("fidelity.*.simulated", Number, "The run's own figure, in the unit of history's."),
    ("fidelity.*.error", Number, "The run's figure less history's."),
    ("returns.*", Number, "Of the returns of a tick."),
    (
        "pegs.*.burnt_discount",
        Ratio,
        "How far under par the coin stood at the mark when it was burnt: mean over all coins burnt.",
    ),
    ("pegs.*.burnt_spread", Ratio, "What the module's spread took of par of the coins burnt."),
    (
        "pegs.*.burnt_kept",
        Ratio,
        "Discount less spread: what of par was left to who burnt coins, before what selling the sister cost.",
    ),
    ("pegs.*.*_burnt", Units, "Burnt of the coin, or of its sister, in all of the run."),
    ("pegs.*.*_minted", Units, "Minted of the coin, or of its sister, in all of the run."),
    ("pegs.*.*_supply_*", Units, "Outstanding of the coin, or of its sister, at the start or the end."),
    ("pools.*.price_end", Price, "Of the next small trade at the end, without the fee."),
    ("pools.*.units_*", Units, "Of the instrument in the pool, at the start or the end."),
    ("pools.*.money_*", Money, "Money in the pool, at the start or the end."),
    ("pools.*.liquidity_left", Ratio, "Shares that providers have at the end, over those they had at the start."),
    ("expect.met", Flag, "Whether all that the world expects came out."),
    ("expect.missed", Count, "How many expectations did not."),
    ("study.quotes.*.ticks", Count, "Ticks that were counted."),
    ("study.quotes.*.mean_spread", Price, "Mean difference between the best prices."),
    ("study.quotes.*.diffusion_per_second", Number, "Variance of the mid price a second."),
    ("study.queues.*.epochs", Count, "Moves of the price."),
    ("study.queues.*.up_share", Ratio, "Share of moves that were up."),
    ("study.rounds.*.rounds", Count, "Rounds."),
    ("study.rounds.*_profit", Money, "Of the profit of a round."),
    ("study.rounds.*_inventory", Units, "Of the inventory at the end of a round."),
    ("audit.cash_residual", Count, "Minor units that appeared or vanished: 0 unless the program is at fault."),
    ("audit.position_residual", Count, "Lots that appeared or vanished: 0 unless the program is at fault."),
];

fn about(name: &str) -> Option<&'static (&'static str, Unit, &'static str)> {
    let name = name.strip_prefix("outcome.").unwrap_or(name);
    FIGURES.iter().find(|(pattern, _, _)| fits(pattern, name))
}

fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(tail) = name.strip_prefix(head) else { return false };
    (1..=tail.len()).filter(|at| tail.is_char_boundary(*at)).any(|at| fits(rest, &tail[at..]))
}

/// What a figure counts in; nothing for what is no figure.
pub fn unit_of(name: &str) -> Option<Unit> {
    about(name).map(|(_, unit, _)| *unit)
}

/// What figures are of one kind with it: the same of another lender, instrument, firm.
pub fn kind_of(name: &str) -> Option<&'static str> {
    about(name).map(|(pattern, _, _)| *pattern)
}

/// As charts and terminals write numbers: `ratio`, `units`, `number`, or the currency.
pub fn unit(name: &str, currency: &str) -> String {
    match unit_of(name) {
        // In a picture a price is told from money by its name.
        Some(Price) => currency.to_owned(),
        Some(Count) => Number.word(currency),
        Some(unit) => unit.word(currency),
        None => String::new(),
    }
}

/// One sentence; empty for what is no figure.
pub fn meaning(name: &str) -> &'static str {
    about(name).map_or("", |(_, _, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Scalar, every, figures};
    use crate::samples;

    #[test]
    fn every_figure_of_a_run_has_a_meaning_and_a_unit_of_its_kind() {
        for (name, cell) in figures(&samples::summary()).into_iter().chain(every()) {
            let unit = unit_of(&name).unwrap_or_else(|| panic!("{name} has no unit"));
            let fits = match cell {
                Scalar::Count(_) => unit == Count,
                Scalar::Flag(_) => unit == Flag,
                Scalar::Text(_) => unit == Moment,
                Scalar::Number(_) => !matches!(unit, Count | Flag | Moment | Seconds),
            };
            assert!(fits, "{name}: {cell:?} in {unit:?}");
            assert!(!meaning(&name).is_empty());
        }
    }

    #[test]
    fn a_star_stands_for_any_name_even_one_with_points() {
        assert_eq!(unit("fidelity.a.b loss.error", "USD"), "number");
        assert_eq!(unit("firms.a.treasury.drawn.line of credit", "USD"), "USD");
        assert_eq!(unit("outcome.lenders.broker.capital", "CHF"), "CHF");
        assert_eq!(unit("instruments.acme.fall_compared", "USD"), "ratio");
        assert_eq!(unit("nothing", "USD"), "");
        assert!(!fits("instruments.*.min", "instruments..min"));
    }
}
