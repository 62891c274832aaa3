//! What a trader earns, and holds at the end, in each of many rounds of one length.
//!
//! A round's profit is the money that came in during it, and what was gained in units over it at the value at its end: what
//! was held before counts neither way. Its inventory is what was gained in units.

use super::Moments;
use results::study::RoundsSummary;

#[derive(Clone, Debug, Default)]
pub struct Rounds {
    /// Money in major units and units held, at the beginning of this round.
    began: (f64, f64),
    profit: Moments,
    inventory: Moments,
    /// Round by round, profit and inventory.
    pub all: Vec<(f64, f64)>,
}

impl Rounds {
    pub fn begun(cash: f64, units: f64) -> Self {
        Self { began: (cash, units), ..Self::default() }
    }

    /// The end of one round and the beginning of the next.
    pub fn end(&mut self, cash: f64, units: f64, value: f64) {
        let (cash_before, units_before) = std::mem::replace(&mut self.began, (cash, units));
        let inventory = units - units_before;
        let profit = cash - cash_before + inventory * value;
        self.profit.take(profit);
        self.inventory.take(inventory);
        self.all.push((profit, inventory));
    }

    pub fn summary(&self) -> RoundsSummary {
        RoundsSummary {
            rounds: self.profit.count,
            mean_profit: self.profit.mean().unwrap_or_default(),
            sd_profit: self.profit.standard_deviation().unwrap_or_default(),
            mean_inventory: self.inventory.mean().unwrap_or_default(),
            sd_inventory: self.inventory.standard_deviation().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_earns_what_came_in_and_what_was_gained_at_the_value_of_its_end() {
        let mut rounds = Rounds::begun(1_000.0, 50.0);
        // Bought two for 198, value 101: 4 earned. The 50 held before count neither way.
        rounds.end(802.0, 52.0, 101.0);
        // Sold one for 103, value 99: 4 more.
        rounds.end(905.0, 51.0, 99.0);
        assert_eq!(rounds.all, [(4.0, 2.0), (4.0, -1.0)]);
        let summary = rounds.summary();
        assert_eq!((summary.rounds, summary.mean_profit, summary.sd_profit), (2, 4.0, 0.0));
        assert_eq!(summary.mean_inventory, 0.5);
        assert!((summary.sd_inventory - 4.5f64.sqrt()).abs() < 1e-12);
    }
}
