//! Stages 4 and 5 where a price forms in a pool: each order trades in its turn against what lies there, and the pool is
//! seen again once all of it has been settled.

use super::takers::{fill, in_turn, lapsed, order_for};
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Forming, Halts, MarketBook, Markets, TheLedger};
use crate::tick::trays::{Happenings, Orders};
use bevy_ecs::prelude::{Res, ResMut};
use ground::units::{Cause, Lots, Side};

/// Trades all orders of the tick, pool by pool, one after the other.
pub fn swap(
    mut orders: ResMut<Orders>,
    mut markets: ResMut<Markets>,
    mut open: ResMut<OpenOrders>,
    mut ledger: ResMut<TheLedger>,
    halts: Res<Halts>,
    mut happenings: ResMut<Happenings>,
) {
    let Orders { by_market, turns } = &mut *orders;
    let happenings = &mut *happenings;
    for (list, market) in by_market.iter_mut().zip(markets.iter_mut()) {
        if list.is_empty() {
            continue;
        }
        let MarketBook { id, instrument, forming: Forming::Pool(pool, account) } = market else { continue };
        let Some((takers, wishes)) = in_turn(list, turns, (*id, halts.is_paused(*id)), happenings) else { continue };
        for (mut order, wish) in takers.into_iter().zip(wishes) {
            if let Some(swap) = pool.quote(wish.side, wish.lots, wish.limit) {
                pool.take(wish.side, swap);
                let other = if wish.side == Side::Buy { -swap.lots } else { swap.lots };
                // Who comes to the pool moves its price.
                let turn = (Cause::Voluntary, (u8::MAX, u64::MAX));
                let of_pool = order_for(*account, (*id, *instrument), other, turn, &mut open, &mut ledger.0);
                let (filled, aggressor) = ([swap.lots], Some(wish.side));
                let one = std::slice::from_mut(&mut order);
                fill(one, &filled, Some(of_pool), aggressor, swap.price, &mut happenings.events);
            }
            if order.lots.is_positive() {
                happenings.events.push(lapsed(&order));
            }
        }
        happenings.note(*id);
    }
}

/// What lies in a pool is what its account holds, once fees are paid.
pub fn look_again(ledger: Res<TheLedger>, mut markets: ResMut<Markets>) {
    for market in markets.iter_mut() {
        let instrument = market.instrument;
        if let Forming::Pool(pool, account) = &mut market.forming {
            let slot = ledger.0.accounts.slot_of(*account, instrument);
            pool.lots = slot.map_or(Lots::ZERO, |slot| ledger.0.accounts.lots(slot));
            pool.money = ledger.0.cash(*account);
        }
    }
}
