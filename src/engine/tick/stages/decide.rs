//! Stage 2: each trader that is due looks at the published view and leaves intents.

use crate::tick::state::State;
use crate::traders::eyes::Orders;
use crate::traders::{Behaviour, Draws, Eyes, Hands, Trader, Wake};
use bevy_ecs::prelude::{Query, ResMut};

/// One behaviour's traders. The order in which they decide makes no difference: each draws from its
/// own stream, and its orders carry their turn.
pub fn decide<B: Behaviour>(mut state: ResMut<State>, mut traders: Query<(&Trader, &mut Draws, &mut B)>) {
    let State {
        ref scene,
        ref clock,
        ref view,
        ref ledger,
        ref marks,
        ref terms,
        ref open,
        markets: ref books,
        ref mut due,
        ref mut wakes,
        ref mut intents,
        ..
    } = *state;
    let orders = Orders { open, books };
    for entity in due.by_kind[B::KIND as usize].drain(..) {
        let (trader, mut draws, mut behaviour) = traders.get_mut(entity).expect("who is due exists");
        let eyes = Eyes::new(trader, &scene.plan, clock, view, ledger, (marks, terms), orders);
        let mut left = 0;
        let mut hands = Hands::new(trader, scene.options.seed, clock, B::CAUSE, (&mut left, intents));
        if let Wake::After(ticks) = behaviour.decide(&eyes, &mut draws.0, &mut hands) {
            wakes.wheel.add(clock.tick().after(ticks.max(1)), trader.id);
        }
    }
}
