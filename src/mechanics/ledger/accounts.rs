//! Accounts in columns.

use ground::columns::{Tailed, Wide};
use ground::units::{AccountId, InstrumentId, LenderId, Lots, Price, Side, TraderId};

/// Where one account's position in one instrument lies in the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    /// The slot at a place in the columns. A plan never holds as many as 2^32.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("more than 2^32 slots"))
    }

    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a slot's lots mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// Owned, worth `lots × mark`.
    Spot,
    /// Exposure to one's lender's house, worth `lots × (mark − settled)`.
    Swap,
    /// Exposure to whoever is on the other side, worth `lots × mark − basis`.
    Contract,
}

impl SlotKind {
    /// What is in it belongs to the account, and is worth its mark.
    pub const fn is_owned(self) -> bool {
        matches!(self, Self::Spot)
    }

    /// A lender's house has the other side.
    pub const fn is_swap(self) -> bool {
        matches!(self, Self::Swap)
    }

    pub const fn is_contract(self) -> bool {
        matches!(self, Self::Contract)
    }
}

/// Lots of one instrument that many hold, each side without its sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub long: i128,
    pub short: i128,
}

impl Held {
    pub const fn gross(self) -> i128 {
        self.long + self.short
    }

    fn change(&mut self, from: Lots, to: Lots) {
        let (from, to) = (i128::from(from.get()), i128::from(to.get()));
        self.long += to.max(0) - from.max(0);
        self.short += from.min(0) - to.min(0);
    }
}

/// Stands for the trader of a house's account.
const NOBODY: u32 = u32::MAX;

/// The columns. An account is an index; so is a slot.
///
/// A million clients that only hold what they hold cost eight numbers each and no more: see [`Self::idle_from_here`].
#[derive(Clone, Debug)]
pub struct Accounts {
    lender: Vec<LenderId>,
    /// By number, or [`NOBODY`].
    trader: Vec<u32>,
    /// One more than there are accounts: account `a` owns the slots `first[a]..first[a + 1]`.
    first_slot: Vec<u32>,
    slot_account: Vec<AccountId>,
    slot_instrument: Vec<InstrumentId>,
    slot_kind: Vec<SlotKind>,
    lots: Vec<Lots>,
    /// Of a contract nothing: see `basis`.
    settled: Tailed<Price>,
    /// What swaps were worth when last settled, `lots × settled`, in steps. A client has one contract in a slot;
    /// its house mirrors many, each settled when its client last was, and only the sum tells what they owe.
    basis: Wide,
    /// What positions were worth when they were entered, less `basis`: not the same for contracts that were settled on the
    /// way.
    entry_over_basis: Tailed<i128>,
    /// Lots in open buy and sell orders, for the margin they would need.
    open_buys: Tailed<Lots>,
    open_sells: Tailed<Lots>,
    /// Accounts that come now place no orders of their own.
    idle: bool,
    /// By lender and by instrument: what its clients hold together, so that nobody has to ask each of them.
    by_clients: Vec<Vec<Held>>,
    /// By instrument: what everybody holds together.
    by_all: Vec<Held>,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            lender: Vec::new(),
            trader: Vec::new(),
            first_slot: Vec::new(),
            slot_account: Vec::new(),
            slot_instrument: Vec::new(),
            slot_kind: Vec::new(),
            lots: Vec::new(),
            settled: Tailed::new(Price::new(0), 0),
            basis: Wide::default(),
            entry_over_basis: Tailed::new(0, 0),
            open_buys: Tailed::new(Lots::ZERO, 0),
            open_sells: Tailed::new(Lots::ZERO, 0),
            idle: false,
            by_clients: Vec::new(),
            by_all: Vec::new(),
        }
    }
}

impl Accounts {
    /// So many accounts with so many slots together are to come, and they place no orders of their own: what only orders
    /// and settlements change takes no room for them until there is any.
    pub fn idle_from_here(&mut self, accounts: usize, slots: usize) {
        self.idle = true;
        self.lender.reserve_exact(accounts);
        self.trader.reserve_exact(accounts);
        self.first_slot.reserve_exact(accounts + 1);
        self.slot_account.reserve_exact(slots);
        self.slot_instrument.reserve_exact(slots);
        self.slot_kind.reserve_exact(slots);
        self.lots.reserve_exact(slots);
        self.basis.reserve_exact(slots);
    }

    /// Adds an account with its slots: instrument (in order), kind, lots and settled price.
    pub fn add(
        &mut self,
        lender: LenderId,
        trader: Option<TraderId>,
        slots: impl IntoIterator<Item = (InstrumentId, SlotKind, Lots, Price)>,
    ) -> AccountId {
        let id = AccountId::from_index(self.lender.len());
        if self.by_clients.len() <= lender.index() {
            self.by_clients.resize_with(lender.index() + 1, Vec::new);
        }
        if self.first_slot.is_empty() {
            self.first_slot.push(0);
        }
        self.lender.push(lender);
        self.trader.push(trader.map_or(NOBODY, TraderId::get));
        for (instrument, kind, lots, settled) in slots {
            self.slot_account.push(id);
            self.slot_instrument.push(instrument);
            self.slot_kind.push(kind);
            self.lots.push(lots);
            let clients = &mut self.by_clients[lender.index()];
            for held in [&mut self.by_all].into_iter().chain(trader.is_some().then_some(clients)) {
                if held.len() <= instrument.index() {
                    held.resize_with(instrument.index() + 1, Held::default);
                }
                held[instrument.index()].change(Lots::ZERO, lots);
            }
            self.basis.push(i128::from(lots.get()) * i128::from(settled.steps()));
            if !self.idle {
                self.keep_at_hand(self.lots.len());
            }
            if !kind.is_contract() {
                self.settled.set(self.lots.len() - 1, settled);
            }
        }
        self.first_slot.push(u32::try_from(self.lots.len()).expect("more than 2^32 slots"));
        id
    }

    fn keep_at_hand(&mut self, slots: usize) {
        self.settled.keep_at_hand(slots);
        self.entry_over_basis.keep_at_hand(slots);
        self.open_buys.keep_at_hand(slots);
        self.open_sells.keep_at_hand(slots);
    }

    pub fn len(&self) -> usize {
        self.lender.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lender.is_empty()
    }

    pub fn ids(&self) -> impl Iterator<Item = AccountId> + use<> {
        (0..self.len()).map(AccountId::from_index)
    }

    pub fn slot_count(&self) -> usize {
        self.lots.len()
    }

    /// So many slots, the first ones, are of accounts that place orders.
    pub fn slots_at_hand(&self) -> usize {
        self.settled.at_hand()
    }

    pub fn lender(&self, account: AccountId) -> LenderId {
        self.lender[account.index()]
    }

    /// `None` for a lender's house account.
    pub fn trader(&self, account: AccountId) -> Option<TraderId> {
        let trader = self.trader[account.index()];
        (trader != NOBODY).then(|| TraderId::new(trader))
    }

    pub fn slots(&self, account: AccountId) -> impl ExactSizeIterator<Item = Slot> + Clone + use<> {
        (self.first_slot[account.index()]..self.first_slot[account.index() + 1]).map(Slot)
    }

    /// Accounts hold few instruments, so a scan of the range beats a search.
    pub fn slot_of(&self, account: AccountId, instrument: InstrumentId) -> Option<Slot> {
        self.slots(account).find(|slot| self.slot_instrument[slot.index()] == instrument)
    }

    pub fn account(&self, slot: Slot) -> AccountId {
        self.slot_account[slot.index()]
    }

    pub fn instrument(&self, slot: Slot) -> InstrumentId {
        self.slot_instrument[slot.index()]
    }

    pub fn kind(&self, slot: Slot) -> SlotKind {
        self.slot_kind[slot.index()]
    }

    pub fn lots(&self, slot: Slot) -> Lots {
        self.lots[slot.index()]
    }

    /// The price a client's swap was last settled at. Spot slots and a house's swaps keep the price they started
    /// with; for those, and for contracts, which have none, see [`Self::basis`].
    pub fn settled(&self, slot: Slot) -> Price {
        self.settled.get(slot.index())
    }

    /// What the swaps in this slot were worth when each was last settled: the sum of `lots × settled`, in steps
    /// times lots.
    pub fn basis(&self, slot: Slot) -> i128 {
        self.basis.get(slot.index())
    }

    /// What a contract was worth when it was entered: the sum of `lots × price` over what is held, whatever has been
    /// settled since. For other kinds the basis.
    pub fn entry(&self, slot: Slot) -> i128 {
        self.basis(slot) + self.entry_over_basis.get(slot.index())
    }

    /// What the position was worth when it was entered (a contract) or when it was last settled (a swap), or at the
    /// price it started with: what its loss is counted from.
    pub fn cost(&self, slot: Slot) -> i128 {
        if self.kind(slot).is_contract() {
            self.entry(slot)
        } else {
            i128::from(self.lots(slot).get()) * i128::from(self.settled(slot).steps())
        }
    }

    pub fn open_orders(&self, slot: Slot, side: Side) -> Lots {
        match side {
            Side::Buy => self.open_buys.get(slot.index()),
            Side::Sell => self.open_sells.get(slot.index()),
        }
    }

    /// Notes that open orders grew (or, negative, shrank).
    pub fn change_open_orders(&mut self, slot: Slot, side: Side, change: Lots) {
        let column = match side {
            Side::Buy => &mut self.open_buys,
            Side::Sell => &mut self.open_sells,
        };
        let open = column.get(slot.index()) + change;
        assert!(!open.is_negative(), "more orders were closed than opened");
        column.set(slot.index(), open);
    }

    /// What a lender's clients hold of each instrument, as far as any of them has a place for it.
    pub fn held_by_clients(&self, lender: LenderId) -> impl Iterator<Item = (InstrumentId, Held)> {
        let held = self.by_clients.get(lender.index()).map_or(&[][..], Vec::as_slice);
        held.iter().enumerate().map(|(index, held)| (InstrumentId::from_index(index), *held))
    }

    /// What everybody holds of an instrument.
    pub fn held_by_all(&self, instrument: InstrumentId) -> Held {
        self.by_all.get(instrument.index()).copied().unwrap_or_default()
    }

    pub(super) fn set_lots(&mut self, slot: Slot, lots: Lots) {
        let before = std::mem::replace(&mut self.lots[slot.index()], lots);
        let instrument = self.slot_instrument[slot.index()].index();
        self.by_all[instrument].change(before, lots);
        let account = self.slot_account[slot.index()].index();
        if self.trader[account] != NOBODY {
            self.by_clients[self.lender[account].index()][instrument].change(before, lots);
        }
    }

    pub(super) fn set_settled(&mut self, slot: Slot, price: Price) {
        self.settled.set(slot.index(), price);
    }

    /// The entry of a contract, and nothing else of it.
    pub(super) fn change_entry(&mut self, slot: Slot, change: i128) {
        let over = self.entry_over_basis.get(slot.index()).checked_add(change);
        self.entry_over_basis.set(slot.index(), over.expect("the entry of a contract overflowed"));
    }

    /// Basis and entry of a contract. Where both change alike, as they do until it is first settled, nothing is written of
    /// the entry.
    pub(super) fn change_worth(&mut self, slot: Slot, basis: i128, entry: i128) {
        let before = self.basis.get(slot.index());
        self.basis.set(slot.index(), before.checked_add(basis).expect("the basis of a position overflowed"));
        if entry != basis {
            self.change_entry(slot, entry - basis);
        }
    }

    /// The basis, and nothing else: what a position was worth when it was entered stays as it is.
    pub(super) fn change_basis(&mut self, slot: Slot, change: i128) {
        let basis = self.basis.get(slot.index()).checked_add(change).expect("the basis of a position overflowed");
        self.basis.set(slot.index(), basis);
        if self.kind(slot).is_contract() {
            self.change_entry(slot, -change);
        }
    }
}
