//! Whose a client's assets are when the lender has failed, and what claims on it are worth.

use super::Rehypothecation;
use crate::waterfall::pro_rata;
use ground::units::Cash;

/// What an account holds at the mark. `cash` may be negative: then it is a debit balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub cash: Cash,
    /// Value of what it owns outright.
    pub owned: Cash,
    /// What the lender owes it from contracts not settled yet.
    pub gains: Cash,
    /// What it owes beside a debit balance, as a number of zero or more: units it is short of, losses not settled.
    pub owing: Cash,
}

impl Holdings {
    pub fn equity(&self) -> Cash {
        self.cash + self.owned + self.gains - self.owing
    }
}

/// The part of a client's equity that is a claim on the lender and not an asset kept for it: what the lender
/// may have pledged on, what it owes from contracts and, where it does not keep it apart, the client's cash; less what
/// the client owes it. Never more than the equity.
///
/// Under SEC rule 15c3-3 a broker may pledge a margin client's securities up to 140 % of its debit balance: a client that owes
/// 100 can have at most a claim of 40.
pub fn claim_of(holdings: &Holdings, rehypothecation: Rehypothecation, cash_is_apart: bool) -> Cash {
    let debit = (-holdings.cash).at_least_zero();
    let pledged = rehypothecation.of(debit, holdings.owned.at_least_zero());
    let credit = if cash_is_apart { Cash::ZERO } else { holdings.cash.at_least_zero() };
    let mixed = pledged + credit + holdings.gains - debit - holdings.owing;
    mixed.min(holdings.equity()).at_least_zero()
}

/// What a claimant was owed and lost; it recovers the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    pub claim: Cash,
    pub lost: Cash,
}

impl Claim {
    pub fn recovered(&self) -> Cash {
        self.claim - self.lost
    }
}

/// Shares out over all claims what the estate lacks, to the unit. What they recover is what the estate has: the
/// sum of the claims less what is lacking, or nothing.
pub fn settle(lacking: Cash, claims: &[Cash]) -> Vec<Claim> {
    let payers: Vec<_> = claims.iter().map(|claim| (*claim, *claim)).collect();
    let lost = pro_rata(lacking, &payers);
    claims.iter().zip(lost).map(|(claim, lost)| Claim { claim: *claim, lost }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::Rate;

    const BROKER: Rehypothecation = Rehypothecation::Limit(Rate::from_billionths(1_400_000_000));

    fn holds(cash: i128, owned: i128, gains: i128, owing: i128) -> Holdings {
        let [cash, owned, gains, owing] = [cash, owned, gains, owing].map(Cash::minor);
        Holdings { cash, owned, gains, owing }
    }

    #[test]
    fn a_debit_of_a_hundred_lets_a_hundred_and_forty_be_pledged_and_leaves_a_claim_of_forty() {
        // $200.00 of shares, half of it borrowed.
        let margin = holds(-10_000, 20_000, 0, 0);
        assert_eq!(claim_of(&margin, BROKER, true), Cash::minor(4_000));
        assert_eq!(claim_of(&margin, Rehypothecation::None, true), Cash::ZERO);
        assert_eq!(claim_of(&margin, Rehypothecation::Unlimited, true), Cash::minor(10_000));
        // With $120.00 of shares there are no 140 to pledge.
        assert_eq!(claim_of(&holds(-10_000, 12_000, 0, 0), BROKER, true), Cash::minor(2_000));
    }

    #[test]
    fn who_owes_nothing_has_a_claim_only_where_its_cash_is_mixed_with_the_lenders() {
        let credit = holds(5_000, 20_000, 0, 0);
        assert_eq!(claim_of(&credit, BROKER, true), Cash::ZERO);
        assert_eq!(claim_of(&credit, BROKER, false), Cash::minor(5_000));
        assert_eq!(claim_of(&credit, Rehypothecation::Unlimited, false), Cash::minor(25_000));
    }

    #[test]
    fn gains_on_contracts_are_claims_and_what_is_owed_is_set_off() {
        assert_eq!(claim_of(&holds(1_000, 0, 700, 0), BROKER, true), Cash::minor(700));
        assert_eq!(claim_of(&holds(1_000, 0, 700, 900), BROKER, true), Cash::ZERO);
        // Short: $150.00 of cash against units worth $100.00.
        assert_eq!(claim_of(&holds(15_000, 0, 0, 10_000), BROKER, false), Cash::minor(5_000));
        assert_eq!(claim_of(&holds(-15_000, 10_000, 0, 0), Rehypothecation::Unlimited, false), Cash::ZERO);
    }

    #[test]
    fn claims_share_what_is_lacking_and_recover_what_there_is() {
        let claims = [Cash::minor(6_000), Cash::minor(3_000), Cash::ZERO, Cash::minor(1_000)];
        let found = settle(Cash::minor(2_501), &claims);
        assert_eq!(found.iter().map(|one| one.lost.to_minor()).collect::<Vec<_>>(), [1_501, 750, 0, 250]);
        assert_eq!(found.iter().map(|one| one.recovered().to_minor()).sum::<i128>(), 10_000 - 2_501);
        let gone = settle(Cash::minor(99_999), &claims);
        assert!(gone.iter().all(|one| one.recovered() == Cash::ZERO));
    }
}
