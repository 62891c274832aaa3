//! A client whose positions are pooled apart is one debtor: what one pool owes and another has it does not owe.

use crate::ledger::Ledger;
use crate::waterfall::pro_rata;
use ground::units::{AccountId, Cash};
use std::collections::BTreeMap;

/// The cash of those of these accounts that are pools of one client, as it stands between the client and its lender: what is
/// left of what the pools have and owe together, shared out over those that have it, or owe it. A client's pools follow one
/// another; who has one account has what lies there.
pub fn netted(ledger: &Ledger, clients: impl Iterator<Item = AccountId>) -> BTreeMap<AccountId, Cash> {
    let mut netted = BTreeMap::new();
    let mut pools: Vec<AccountId> = vec![];
    let mut close = |pools: &[AccountId]| {
        if pools.len() > 1 {
            let cash: Vec<Cash> = pools.iter().map(|account| ledger.cash(*account)).collect();
            netted.extend(pools.iter().copied().zip(net(&cash)));
        }
    };
    for account in clients {
        let owner = ledger.accounts.trader(account);
        if pools.last().is_some_and(|last| owner.is_none() || ledger.accounts.trader(*last) != owner) {
            close(&pools);
            pools.clear();
        }
        pools.push(account);
    }
    close(&pools);
    netted
}

/// Their sum, over those of its sign.
fn net(cash: &[Cash]) -> Vec<Cash> {
    let all: Cash = cash.iter().copied().sum();
    let sign = |amount: Cash| if all.is_negative() { -amount } else { amount };
    let weights: Vec<_> = cash.iter().map(|own| (sign(*own).at_least_zero(), sign(*own).at_least_zero())).collect();
    pro_rata(sign(all), &weights).into_iter().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pools_have_and_owe_is_netted_to_the_unit() {
        let net = |cash: &[i128]| -> Vec<i128> {
            net(&cash.iter().map(|own| Cash::minor(*own)).collect::<Vec<_>>()).into_iter().map(Cash::to_minor).collect()
        };
        assert_eq!(net(&[-384_614, 384_614]), [0, 0]);
        assert_eq!(net(&[-300, 100, 500]), [0, 50, 250]);
        assert_eq!(net(&[-300, -100, 100]), [-225, -75, 0]);
        assert_eq!(net(&[1, 1, -1]).into_iter().sum::<i128>(), 1);
    }
}
