//! What capital a lender must have.

use ground::units::{Cash, Rate};

/// The larger of an amount and a share of what its clients owe it. SEC 15c3-1, the alternative standard: the
/// larger of $250,000 and 2 % of aggregate debit items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CapitalRule {
    pub least: Cash,
    pub of_debits: Rate,
}

impl CapitalRule {
    /// Given the sum of its clients' debit balances, as a number of zero or more.
    pub fn requires(self, debits: Cash) -> Cash {
        self.least.max(self.of_debits.of_rounded_up(debits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_a_million_or_two_per_cent_of_what_clients_owe() {
        let rule = CapitalRule { least: Cash::minor(25_000_000), of_debits: Rate::from_billionths(20_000_000) };
        // $10 m of debits: 2 % is $200,000; $20 m: $400,000.
        assert_eq!(rule.requires(Cash::minor(1_000_000_000)), Cash::minor(25_000_000));
        assert_eq!(rule.requires(Cash::minor(2_000_000_000)), Cash::minor(40_000_000));
    }
}
