//! What a lender that has failed leaves: claims on it, what they come to, and who gets what back.

use crate::gather::{ClaimRecord, Claimant, Gather};
use crate::tick::clock::Clock;
use crate::tick::state::{Firm, Firms, Lender, Payouts, Scene, Status, Statuses};
use ground::units::{AccountId, Cash, LenderId};
use mechanics::ledger::{Ledger, Why};
use mechanics::lenders::{Claim, Holdings, Owing, claim_of, clear, netted};
use mechanics::margin::{Marks, Terms, equity, positions, standing};

/// Claims on one lender: those of its clients, then the loans of others to it. Each by name, for the odd unit is the first
/// one's.
pub struct Estate {
    pub lender: LenderId,
    capital: Cash,
    pub clients: Vec<AccountId>,
    creditors: Vec<(LenderId, Cash)>,
    owed: Vec<Cash>,
}

impl Estate {
    /// Of a lender that has failed with this capital.
    pub fn of(
        lender: &Lender,
        capital: Cash,
        (scene, statuses, ledger, marks): (&Scene, &Statuses, &Ledger, &Marks),
    ) -> Self {
        let failure = &lender.plan.failure;
        let clients = by_name(scene, lender.id, |client| statuses.of(client) != Status::Closed);
        let netted = netted(ledger, scene.clients[lender.id.index()].iter());
        let of_client = |client: &AccountId| {
            let mut holdings = holdings(ledger, marks, *client);
            holdings.cash = netted.get(client).copied().unwrap_or(holdings.cash);
            claim_of(&holdings, failure.rehypothecation, !failure.cash_is_mixed)
        };
        let mut creditors = failure.creditors.clone();
        creditors.sort_unstable_by_key(|(creditor, _)| &scene.plan.lenders[creditor.index()].name);
        let owed = clients.iter().map(of_client).chain(creditors.iter().map(|(_, loan)| *loan)).collect();
        Self { lender: lender.id, capital, clients, creditors, owed }
    }

    /// What a creditor loses of its loan, as these claims came out.
    pub fn lost_by(&self, creditor: LenderId, claims: &[Claim]) -> Cash {
        let loans = self.creditors.iter().zip(&claims[self.clients.len()..]);
        loans.filter(|((id, _), _)| *id == creditor).map(|(_, claim)| claim.lost).sum()
    }
}

/// What becomes of the claims on lenders that fail together.
pub fn cleared(estates: &[Estate]) -> Vec<Vec<Claim>> {
    let place = |id: LenderId| estates.iter().position(|estate| estate.lender == id);
    let owing = |estate: &Estate| {
        let loans = estate.creditors.iter().enumerate();
        let to =
            loans.filter_map(|(nth, (creditor, _))| Some((estate.clients.len() + nth, place(*creditor)?))).collect();
        Owing { capital: estate.capital, claims: estate.owed.clone(), to }
    };
    clear(&estates.iter().map(owing).collect::<Vec<_>>())
}

/// Its clients in an order that the world's file does not decide: the odd unit is the first one's, and so is a fund that
/// does not suffice.
pub fn by_name(scene: &Scene, lender: LenderId, which: impl Fn(AccountId) -> bool) -> Vec<AccountId> {
    let mut clients: Vec<_> = scene.clients[lender.index()].iter().filter(|client| which(*client)).collect();
    clients.sort_by(|one, other| scene.plan.by_name(*one, *other));
    clients
}

/// What those with claims on a failed lender lost.
pub struct Losses {
    pub all: Cash,
    pub of_creditors: Vec<(LenderId, Cash)>,
}

/// The hands through which it goes.
pub struct Hands<'a> {
    pub scene: &'a Scene,
    pub clock: &'a Clock,
    pub marks: &'a Marks,
    pub statuses: &'a Statuses,
    pub ledger: &'a mut Ledger,
    pub payouts: &'a mut Payouts,
    pub gather: &'a mut Gather,
}

impl Hands<'_> {
    /// Settles all claims on a lender that failed.
    pub fn wind_up(&mut self, estate: &Estate, lender: &Lender, claims: &[Claim], firms: &Firms<'_, '_>) -> Losses {
        let Estate { clients, creditors, .. } = estate;
        let house = self.ledger.purses.account(lender.plan.house);
        let tick = self.clock.tick();
        for (client, claim) in clients.iter().zip(claims) {
            let equity_before = equity(self.ledger, self.marks, *client);
            let own = self.ledger.purses.account(*client);
            self.ledger.transfer(own, house, claim.lost, Why::Claim);
            let mixed = lender.plan.failure.cash_is_mixed;
            let returned = if mixed { Cash::ZERO } else { self.hand_back(*client, lender, firms) };
            let shown = claim.claim.is_positive() || self.scene.plan.is_watched(*client);
            if shown && equity_before.is_positive() {
                self.gather.claims.push(ClaimRecord {
                    tick,
                    lender: lender.id,
                    claimant: Claimant::Client(*client),
                    equity: equity_before,
                    claim: claim.claim,
                    lost: claim.lost,
                    returned,
                });
            }
        }
        let all = claims.iter().map(|claim| claim.lost).sum();
        let mut of_creditors = Vec::new();
        for ((creditor, loan), claim) in creditors.iter().zip(&claims[clients.len()..]) {
            let other = self.scene.plan.lenders[creditor.index()].house;
            self.ledger.transfer(self.ledger.purses.account(other), house, claim.lost, Why::Claim);
            self.gather.claims.push(ClaimRecord {
                tick,
                lender: lender.id,
                claimant: Claimant::Creditor(*creditor),
                equity: *loan,
                claim: claim.claim,
                lost: claim.lost,
                returned: Cash::ZERO,
            });
            of_creditors.push((*creditor, claim.lost));
        }
        Losses { all, of_creditors }
    }

    /// A firm gets back what it can, now or once the lender pays out again.
    fn hand_back(&mut self, client: AccountId, lender: &Lender, firms: &Firms<'_, '_>) -> Cash {
        let firm = self.ledger.accounts.trader(client).map(|trader| self.scene.entity(trader));
        let Some(firm) = firm.and_then(|firm| firms.get(firm).ok()) else { return Cash::ZERO };
        if self.payouts.are_stopped(self.ledger.accounts.lender(client)) {
            self.payouts.wait(client);
            return Cash::ZERO;
        }
        hand_back(self.ledger, self.marks, (self.statuses.of(client), &lender.terms), client, firm)
    }
}

/// A firm in good standing gets the cash that its account does not owe and that no open position needs as margin; one
/// whose account is closed all that is left.
pub fn hand_back(
    ledger: &mut Ledger,
    marks: &Marks,
    (status, terms): (Status, &Terms),
    account: AccountId,
    firm: &Firm,
) -> Cash {
    if !matches!(status, Status::Healthy | Status::Closed) {
        return Cash::ZERO;
    }
    let stands = standing(ledger, marks, terms, account);
    let free = ledger.cash(account).min(stands.equity).min(stands.equity - stands.im).at_least_zero();
    let (own, treasury) = (ledger.purses.account(account), ledger.purses.treasury(firm.id));
    ledger.transfer(own, treasury, free, Why::Returned);
    free
}

/// An account as a claimant's.
fn holdings(ledger: &Ledger, marks: &Marks, account: AccountId) -> Holdings {
    let mut holdings = Holdings { cash: ledger.cash(account), ..Holdings::default() };
    for (slot, held) in ledger.accounts.slots(account).zip(positions(ledger, marks, account)) {
        match ledger.accounts.kind(slot) {
            _ if held.worth.is_negative() => holdings.owing -= held.worth,
            kind if kind.is_owned() => holdings.owned += held.worth,
            _ => holdings.gains += held.worth,
        }
    }
    holdings
}
