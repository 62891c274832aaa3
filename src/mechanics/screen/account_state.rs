//! First check: an account that is being unwound belongs to its lender, and a closed one to nobody.

use super::{AccountState, Refusal};

/// Only the lender's own orders pass while it unwinds; after that nobody's do.
pub const fn check(state: AccountState, forced: bool) -> Result<(), Refusal> {
    match state {
        AccountState::Open => Ok(()),
        AccountState::Unwinding | AccountState::Closed if forced => Ok(()),
        AccountState::Unwinding | AccountState::Closed => Err(Refusal::AccountState),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_lender_trades_for_an_account_that_is_being_unwound() {
        assert_eq!(check(AccountState::Open, false), Ok(()));
        assert_eq!(check(AccountState::Unwinding, true), Ok(()));
        assert_eq!(check(AccountState::Unwinding, false), Err(Refusal::AccountState));
        assert_eq!(check(AccountState::Closed, false), Err(Refusal::AccountState));
    }
}
