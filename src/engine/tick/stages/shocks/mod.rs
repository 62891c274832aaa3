//! What strikes from outside: one small file a shock, and this list.
//!
//! A shock is applied in the first tick that begins at or after its moment, before anybody decides anything. Adding
//! one is its file here with a `strike`, and the arm that the compiler asks for in [`strike_shocks`].

mod cancel_trades;
mod cash;
mod correlation;
mod dividend;
mod funding;
mod halt;
mod intervention;
mod issue;
mod jump;
mod liquidity;
mod margin;
mod oracle;
mod outage;
mod stale_feed;
mod value;
mod volatility;
mod withdrawal_halt;

use super::contracts::Holders;
use super::events::{Hiked, Struck, Values, Wakes};
use super::halts::Halts;
use super::marking::Marking;
use super::payouts::Payouts;
use super::undo::Undoing;
use super::waterfall::TheEntries;
use crate::gather::Gather;
use crate::plan::ShockKind;
use crate::tick::clock::Clock;
use crate::tick::state::{Firm, Lender, MarketBook, Scene, Statuses, TheLedger, TheMarks};
use crate::tick::trays::Push;
use crate::tick::view::View;
use crate::traders::official_desk::OfficialDesk;
use bevy_ecs::prelude::{Mut, Query, Res, ResMut};
use bevy_ecs::system::SystemParam;
use ground::units::{Cause, InstrumentId, Side};
use std::sync::Arc;

/// All that a shock may touch.
#[derive(SystemParam)]
pub struct Field<'w, 's> {
    scene: Res<'w, Scene>,
    clock: Res<'w, Clock>,
    statuses: Res<'w, Statuses>,
    hiked: ResMut<'w, Hiked>,
    view: ResMut<'w, View>,
    values: ResMut<'w, Values>,
    marks: ResMut<'w, TheMarks>,
    ledger: ResMut<'w, TheLedger>,
    lenders: Query<'w, 's, &'static mut Lender>,
    firms: Query<'w, 's, &'static mut Firm>,
    markets: Query<'w, 's, &'static mut MarketBook>,
    halts: ResMut<'w, Halts>,
    marking: ResMut<'w, Marking>,
    payouts: ResMut<'w, Payouts>,
    undoing: ResMut<'w, Undoing>,
    holders: Res<'w, Holders>,
    entries: ResMut<'w, TheEntries>,
    officials: Query<'w, 's, &'static mut OfficialDesk>,
    wakes: ResMut<'w, Wakes>,
    gather: ResMut<'w, Gather>,
}

pub fn strike_shocks(mut struck: ResMut<Struck>, mut field: Field<'_, '_>) {
    field.hiked.0.clear();
    let plan = Arc::clone(&field.scene.plan);
    while let Some(shock) = plan.shocks.get(struck.0).filter(|shock| shock.at <= field.clock.now()) {
        let tick = field.clock.tick();
        field.gather.shock(tick, struck.0);
        struck.0 += 1;
        match &shock.kind {
            ShockKind::Value(changes) => value::strike(&mut field, changes),
            ShockKind::Jump(changes) => jump::strike(&mut field, changes),
            ShockKind::Volatility(changes) => volatility::strike(&mut field, changes),
            ShockKind::Liquidity(shares) => liquidity::strike(&mut field, shares),
            ShockKind::Halt { venue, stop, collects } => halt::strike(&mut field, *venue, *stop, *collects),
            ShockKind::Issue { instrument, lots, to } => {
                issue::strike(&mut field, struck.0 - 1, (*instrument, *lots), *to)
            }
            ShockKind::Margin { lender, margin } => margin::strike(&mut field, *lender, margin),
            ShockKind::Cash { firm, amount } => cash::strike(&mut field, *firm, *amount),
            ShockKind::CancelTrades(_) => cancel_trades::strike(&mut field, struck.0 - 1),
            ShockKind::StaleFeed { instrument, lasts } => stale_feed::strike(&mut field, *instrument, *lasts),
            ShockKind::Oracle { instrument, bend, lasts } => oracle::strike(&mut field, *instrument, *bend, *lasts),
            ShockKind::Outage { venue, lasts } => outage::strike(&mut field, *venue, *lasts),
            ShockKind::WithdrawalHalt { lender, lasts } => withdrawal_halt::strike(&mut field, *lender, *lasts),
            ShockKind::Dividend { instrument, a_lot } => dividend::strike(&mut field, *instrument, *a_lot),
            ShockKind::Correlation(mixing) => correlation::strike(&mut field, mixing),
            ShockKind::Funding { firms, sources, change, lasts } => {
                funding::strike(&mut field, firms, sources, *change, *lasts);
            }
            ShockKind::Intervention { by, account, instrument, amount, over } => {
                intervention::strike(&mut field, *by, (*account, *instrument), *amount, *over);
            }
        }
    }
}

impl Field<'_, '_> {
    /// The market of an instrument, if its price forms by impact.
    fn without_book(&mut self, instrument: InstrumentId) -> Option<Mut<'_, MarketBook>> {
        let market = self.scene.markets[self.scene.market_of(instrument).index()];
        let market = self.markets.get_mut(market).expect("every market is an entity");
        (market.impact.is_some() && market.instrument == instrument).then_some(market)
    }

    /// Notes that a shock moved the price of a market without a book, as the volume that would have moved it as far, so
    /// that the cascade can set it against volume that was traded.
    fn note_push(&mut self, instrument: InstrumentId, ratio: f64) {
        let Some(market) = self.without_book(instrument) else { return };
        let (id, lots) = (market.id, market.impact.map(|impact| impact.volume_to_move(ratio)).unwrap_or_default());
        let side = if ratio > 0.0 { Side::Buy } else { Side::Sell };
        let tick = self.clock.tick();
        self.gather.pushes(tick, &[Push { market: id, side, cause: Cause::Shock, lots: lots.abs() }]);
    }
}
