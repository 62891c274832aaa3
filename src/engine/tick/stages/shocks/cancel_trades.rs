//! A venue cancels trades of a while ago, see [`crate::tick::stages::undo`].

use super::Field;
use crate::tick::stages::undo::{Desk, cancel};

pub(super) fn strike(field: &mut Field<'_, '_>, shock: usize) {
    let mut desk = Desk {
        scene: &field.scene,
        clock: &field.clock,
        statuses: &field.statuses,
        holders: &field.holders,
        lenders: &field.lenders,
        ledger: &mut field.ledger.0,
        entries: &mut field.entries,
        gather: &mut field.gather,
    };
    cancel(shock, &mut field.undoing, &mut desk);
}
