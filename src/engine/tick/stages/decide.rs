//! Stage 2: each trader that is due looks at the published view and leaves intents.

use crate::tick::state::{Now, Seen, Wakes};
use crate::tick::trays::{Due, Intents};
use crate::traders::eyes::Orders;
use crate::traders::{Behaviour, Draws, Eyes, Hands, Trader, Wake};
use bevy_ecs::prelude::{Query, ResMut};

/// One behaviour's traders. The order in which they decide makes no difference: each draws from its
/// own stream, and its orders carry their turn.
pub fn decide<B: Behaviour>(
    Now { scene, clock }: Now<'_>,
    Seen { view, ledger, marks, watch, open, books }: Seen<'_>,
    mut due: ResMut<Due>,
    mut wakes: ResMut<Wakes>,
    mut intents: ResMut<Intents>,
    mut traders: Query<(&Trader, &mut Draws, &mut B)>,
) {
    let orders = Orders { open: &open, books: &books };
    for entity in due.by_kind[B::KIND as usize].drain(..) {
        let (trader, mut draws, mut behaviour) = traders.get_mut(entity).expect("who is due exists");
        let eyes = Eyes::new(trader, &scene.plan, &clock, &view, &ledger.0, (&marks.0, &watch.terms), orders);
        let mut left = 0;
        let mut hands = Hands::new(trader, scene.options.seed, &clock, B::CAUSE, (&mut left, &mut intents));
        if let Wake::After(ticks) = behaviour.decide(&eyes, &mut draws.0, &mut hands) {
            wakes.wheel.add(clock.tick().after(ticks.max(1)), trader.id);
        }
    }
}
