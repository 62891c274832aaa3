//! Stage 4: orders meet the books, in an order drawn from the seed within a latency class.

use crate::book::{NewOrder, Phase};
use crate::tick::clock::Clock;
use crate::tick::state::{MarketBook, Scene, TheMarks};
use crate::tick::trays::{Happenings, Order, Orders};
use bevy_ecs::prelude::{Query, Res, ResMut};

pub fn match_orders(
    scene: Res<Scene>,
    mut orders: ResMut<Orders>,
    mut books: Query<&mut MarketBook>,
    mut happenings: ResMut<Happenings>,
) {
    let Orders { list, by_turn } = &mut *orders;
    let happenings = &mut *happenings;
    by_turn.clear();
    by_turn.extend(list.iter().map(Order::queue_key).zip(0..));
    by_turn.sort_unstable();
    let in_turn = |&(_, place): &(_, u32)| &list[place as usize];
    for one_market in by_turn.chunk_by(|a, b| in_turn(a).market == in_turn(b).market) {
        let market = in_turn(&one_market[0]).market;
        let mut book = books.get_mut(scene.markets[market.index()]).expect("every market is an entity");
        for order in one_market.iter().map(in_turn) {
            let order = NewOrder {
                owner: order.owner.get(),
                tag: order.tag,
                side: order.side,
                quantity: order.lots,
                kind: order.kind,
                time_in_force: order.time_in_force,
                post_only: order.post_only,
                reduce_only: order.reduce_only,
            };
            book.book.submit(&order, &mut happenings.events);
        }
        happenings.until.push((market, happenings.events.len()));
    }
    list.clear();
}

/// Ends the call auction: one price, at which most is traded.
pub fn uncross(
    clock: Res<Clock>,
    scene: Res<Scene>,
    marks: Res<TheMarks>,
    mut books: Query<&mut MarketBook>,
    mut happenings: ResMut<Happenings>,
) {
    if !clock.is_uncross() {
        return;
    }
    let happenings = &mut *happenings;
    for &entity in &scene.markets {
        let mut market = books.get_mut(entity).expect("every market is an entity");
        if market.book.phase() == Phase::Auction {
            let reference = marks.0.price(market.instrument);
            market.book.uncross(reference, &mut happenings.events);
            happenings.until.push((market.id, happenings.events.len()));
        }
    }
}
