//! Very many accounts of people who do nothing: a plan that is a rule and not a list.
//!
//! A member has a number and by it an account, an owner and a name; what it starts with is drawn in the order of members,
//! from a stream that the population's name and nothing else decides. So a million members take room in the ledger and none
//! in the plan, and whoever needs what they start with draws it again.

use crate::plan::InstrumentPlan;
use crate::traders::Sizes;
use ground::ops::exp;
use ground::rng::{Purpose, normal, stream, uniform};
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, TraderId};

/// Contracts that one member may hold.
pub const MOST_POSITIONS: usize = 16;

#[derive(Clone, Debug)]
pub struct CrowdPlan {
    pub name: String,
    pub lender: LenderId,
    /// Members follow one another from these on.
    pub first_account: AccountId,
    pub first_trader: TraderId,
    /// An even number.
    pub members: u32,
    /// In their order.
    pub instruments: Vec<InstrumentId>,
    /// How many of them each member holds.
    pub positions: usize,
    /// Mean own money, in minor units.
    pub equity: f64,
    pub sizes: Option<Sizes>,
    pub leverage: f64,
    pub leverages: Option<Sizes>,
    pub most_leverage: f64,
    /// Standard deviation of the logarithm of entry over start.
    pub entries: f64,
}

/// One position of a member at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub instrument: InstrumentId,
    pub lots: Lots,
    /// At what price it was opened.
    pub entry: Price,
}

impl CrowdPlan {
    /// Shows what each member starts with, in order: its number, its money, and what it holds in instrument order.
    pub fn each(&self, about: &[InstrumentPlan], mut see: impl FnMut(u32, Cash, &[Holding])) {
        let mut draws = stream(0, &self.name, Purpose::Traits);
        let mut order: Vec<InstrumentId> = self.instruments.clone();
        let mut held = Vec::with_capacity(self.positions);
        for pair in 0..self.members / 2 {
            let mut drawn = |sizes: Option<Sizes>| sizes.map_or(1.0, |sizes| sizes.draw(&mut draws));
            let equity = self.equity * drawn(self.sizes);
            let leverage = (self.leverage * drawn(self.leverages)).min(self.most_leverage);
            // The first so many of an order that is drawn anew (Fisher and Yates, as Durstenfeld has it).
            for place in 0..self.positions {
                let left = order.len() - place;
                order.swap(place, place + (uniform(&mut draws) * left as f64) as usize);
            }
            let value = equity * leverage / self.positions as f64;
            held.clear();
            for &instrument in &order[..self.positions] {
                let own = &about[instrument.index()];
                let lots = lots_for(value, own);
                let lots = if uniform(&mut draws) < 0.5 { lots } else { -lots };
                held.push(Holding { instrument, lots, entry: own.start });
            }
            held.sort_unstable_by_key(|one| one.instrument);
            let cash = Cash::minor(equity.round() as i128);
            for twin in 0..2 {
                for one in &mut held {
                    if self.entries > 0.0 {
                        let start = about[one.instrument.index()].start.steps() as f64;
                        let entry = start * exp(self.entries * normal(&mut draws));
                        one.entry = Price::new((entry.round() as i64).max(1)).clamped();
                    }
                    // The second twin has the other side.
                    one.lots = if twin == 0 { one.lots } else { -one.lots };
                }
                see(2 * pair + twin, cash, &held);
            }
        }
    }

    pub fn account(&self, member: u32) -> AccountId {
        AccountId::from_index(self.first_account.index() + member as usize)
    }

    pub fn trader(&self, member: u32) -> TraderId {
        TraderId::from_index(self.first_trader.index() + member as usize)
    }

    /// Which of its members has this account.
    pub fn member_with(&self, account: AccountId) -> Option<u32> {
        place(account.index(), self.first_account.index(), self.members)
    }

    /// Which of its members is this trader.
    pub fn member_of(&self, trader: TraderId) -> Option<u32> {
        place(trader.index(), self.first_trader.index(), self.members)
    }

    pub fn trader_name(&self, member: u32) -> String {
        format!("{}[{member}]", self.name)
    }

    /// The member of this name.
    pub fn named(&self, trader: &str) -> Option<u32> {
        let number = trader.strip_prefix(&self.name)?.strip_prefix('[')?.strip_suffix(']')?;
        number.parse::<u32>().ok().filter(|member| *member < self.members && number == member.to_string())
    }
}

fn place(index: usize, first: usize, members: u32) -> Option<u32> {
    let place = u32::try_from(index.checked_sub(first)?).ok()?;
    (place < members).then_some(place)
}

/// Whole lots worth about this much, in minor units, at the price of the start.
fn lots_for(value: f64, about: &InstrumentPlan) -> Lots {
    let one = about.step_value.value(Lots::new(1), about.start).abs().to_minor() as f64;
    // A lot may be worth less than the smallest money; then so many of them are what they are worth together.
    let one = if one > 0.0 {
        one
    } else {
        about.step_value.value(Lots::LARGEST, about.start).abs().to_minor() as f64 / Lots::LARGEST.get() as f64
    };
    let largest = Lots::LARGEST.get();
    Lots::new(((value / one.max(f64::MIN_POSITIVE)) as i64).clamp(0, largest))
}
