//! What a member of a population is in the running world: how it is made, how it decides, and what it is known by.

use super::{Eyes, Hands, Joins, Kind, desk};
use crate::plan::{InstrumentPlan, Plan};
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{AccountId, Cause, InstrumentId, Lots, MarketId, TraderId};

/// What a member can know of the world and of itself when it is made.
#[derive(Debug)]
pub struct Birth<'a> {
    pub plan: &'a Plan,
    /// What it will trade.
    pub about: &'a InstrumentPlan,
    /// Which member it is, and of how many.
    pub place: (u32, u32),
    /// Its account. Those of one population's members for one instrument follow each other.
    pub account: AccountId,
    /// What it holds of the instrument.
    pub held: Lots,
    /// Of a desk: its legs, in the order of [`Joins::legs`].
    pub legs: &'a [desk::OwnLeg],
    /// Its own streams: for what it decides, and for what it is like.
    pub draws: &'a mut Stream,
    pub traits: &'a mut Stream,
}

/// What the world has to know of a member that was just made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Born {
    pub kind: Kind,
    pub latency: u8,
    /// The tick of its first decision.
    pub first_wake: u32,
}

/// The highest latency class that a world may put a population in.
pub const SLOWEST: u8 = 7;

/// What may come from outside and is felt through who looks at it. In a market without a book the rest of it looks at both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// What an instrument is thought to be worth: news, replayed paths, its own walk.
    Value,
    /// How much there is to be of ordinary depth.
    Depth,
}

/// A behaviour: a component with a rule.
pub trait Behaviour: Component<Mutability = Mutable> + Sized {
    type Params: Joins;
    const KIND: Kind;
    /// Orders of a lower class reach the book first within a tick. Makers are 0, all others 1; a world can say otherwise
    /// of a population (`latency`). Nobody of any class sees more: the view is that of the last tick for all. Who is to
    /// act more often says so in its parameters (`every`, `pace`), by when it asks to be woken.
    const LATENCY: u8 = 1;
    /// What its orders count as among the causes of price moves.
    const CAUSE: Cause = Cause::Voluntary;
    /// Whether it declares demand curves.
    const DEMANDS: bool = false;
    /// What of what comes from outside it looks at, beside prices.
    const HEEDS: &'static [Outside] = &[];

    /// One member of a population, and the tick in which it first decides.
    fn born(params: &Self::Params, birth: &mut Birth<'_>) -> (Self, u32);

    /// Looks, draws, leaves orders, and says when to be woken next.
    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake;
}

/// When a trader wants to act again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// After so many ticks of trading, at least one.
    After(u32),
    Never,
}

/// Who a trader is.
#[derive(Clone, Copy, Debug, Component)]
pub struct Trader {
    pub id: TraderId,
    /// What it trades, or the first of what it does.
    pub home: Leg,
    /// Its name as a number, for its turn in the queue of a tick.
    pub name: u64,
    /// Orders of a lower class reach the book first within a tick.
    pub latency: u8,
}

/// One thing that a trader trades: through which account, what, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub market: MarketId,
}

/// A trader's own random stream.
#[derive(Clone, Debug, Component)]
pub struct Draws(pub Stream);
