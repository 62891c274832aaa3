//! What a lender's failure would mean, in whole numbers.

use crate::file::WorldFile;
use engine::plan::LenderPlan;
use ground::numbers::cash;
use ground::units::{Cash, LenderId, Rate};
use language::findings::{Findings, LARGEST};
use mechanics::lenders::{CapitalRule, FailurePlan, Rehypothecation, RehypothecationFile};

/// What is out of range has its finding from [`check`](mechanics::lenders::check).
pub fn build(file: &WorldFile, lenders: &mut [LenderPlan], findings: &mut Findings) {
    let decimals = file.currency.decimals;
    for (lender, (name, stated)) in lenders.iter_mut().zip(file.lenders.iter()) {
        let Some(failure) = &stated.failure else { continue };
        let path = format!("lenders.{name}.failure");
        let mut money = |field: &str, amount: f64| {
            let counted = (0.0..=LARGEST).contains(&amount);
            let amount = if counted { cash(amount, decimals) } else { Ok(Cash::ZERO) };
            amount.unwrap_or_else(|reason| {
                findings.add(format_args!("{path}.{field}"), reason, "give a smaller amount");
                Cash::ZERO
            })
        };
        let least = money("least_capital", failure.least_capital);
        let mut creditors: Vec<_> = failure
            .creditors
            .iter()
            .filter_map(|(creditor, amount)| {
                let position = file.lenders.position(creditor)?;
                Some((LenderId::from_index(position), money(&format!("creditors.{creditor}"), *amount)))
            })
            .collect();
        creditors.sort_unstable();
        let rate = |rate| Rate::from_f64(rate).unwrap_or_default();
        lender.failure = FailurePlan {
            capital: CapitalRule { least, of_debits: rate(failure.capital_of_debits) },
            administrator_sells: failure.administrator_sells,
            rehypothecation: match failure.segregation.rehypothecation {
                RehypothecationFile::None => Rehypothecation::None,
                RehypothecationFile::Limit { of_debit } => Rehypothecation::Limit(rate(of_debit)),
                RehypothecationFile::Unlimited => Rehypothecation::Unlimited,
            },
            cash_is_mixed: !failure.segregation.cash_apart,
            creditors,
        };
    }
}
