use super::*;
use results::rows::{CallRow, CascadeRow, EventRow, LiquidationRow, PriceRow, WaterfallRow};
use results::samples;

#[test]
fn rows_come_back_from_columns_as_they_were() {
    let tables = samples::tables();
    assert_eq!(rows::<PriceRow>(&frame(&tables.prices, "USD")), Ok(tables.prices));
    assert_eq!(rows::<LiquidationRow>(&frame(&tables.liquidations, "USD")), Ok(tables.liquidations));
    assert_eq!(rows::<CascadeRow>(&frame(&tables.cascade, "USD")), Ok(tables.cascade));
}

#[test]
fn a_table_without_rows_keeps_its_typed_columns() {
    let empty = frame::<CallRow>(&[], "USD");
    let full = frame(&samples::tables().calls, "USD");
    assert_eq!(empty.rows(), 0);
    assert_eq!(empty.schema(), full.schema());
    assert_eq!(rows::<CallRow>(&empty), Ok(Vec::new()));
}

#[test]
fn an_absent_number_is_an_empty_cell_and_not_a_nan() {
    let rows = samples::tables().prices;
    assert!(rows[1].mid.is_none(), "the sample has an empty side");
    assert_eq!(frame(&rows, "USD").column("mid").unwrap().null_count(), 1);
}

#[test]
fn a_frame_of_another_kind_is_refused_by_the_column_that_differs() {
    let events = frame(&samples::tables().events, "USD");
    assert_eq!(rows::<WaterfallRow>(&events).unwrap_err(), "it has no column `breach`");
    let mut columns: Vec<Series> = frame(&samples::tables().events, "USD").columns().to_vec();
    let tick = columns.iter_mut().find(|column| column.name == "tick").unwrap();
    tick.cells = plain(vec![1.5; tick.cells.len()]);
    let wrong = Frame::new(columns[0].cells.len(), columns);
    assert_eq!(rows::<EventRow>(&wrong).unwrap_err(), "its column `tick` is Float64 and no count");
}
