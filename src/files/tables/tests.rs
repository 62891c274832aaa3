use super::*;
use results::rows::Tables;
use results::samples;
use serde::Serialize;

/// Field names in the order in which the struct declares them.
fn fields<R: Serialize>(row: &R) -> Vec<String> {
    let text = serde_json::to_string(row).unwrap();
    let keys = text.split("\":").filter_map(|piece| piece.rsplit_once(['{', ',']).map(|(_, key)| key));
    keys.filter_map(|key| key.strip_prefix('"')).map(str::to_owned).collect()
}

fn columns_are_the_fields<R: Row + Serialize>(rows: &[R]) {
    let mut expected = fields(&rows[0]);
    if R::MONEY {
        expected.push("currency".into());
    }
    let frame = frame(rows, "USD");
    let names: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
    assert_eq!(names, expected, "{}", R::TABLE);
}

#[test]
fn columns_bear_the_names_of_the_fields_in_their_order() {
    let Tables {
        prices,
        trades,
        accounts,
        firms,
        populations,
        calls,
        liquidations,
        auctions,
        waterfall,
        funds,
        claims,
        treasury,
        lenders,
        cascade,
        halts,
        events,
        refusals,
        study,
        rounds,
    } = samples::tables();
    columns_are_the_fields(&prices);
    columns_are_the_fields(&trades);
    columns_are_the_fields(&accounts);
    columns_are_the_fields(&firms);
    columns_are_the_fields(&populations);
    columns_are_the_fields(&calls);
    columns_are_the_fields(&liquidations);
    columns_are_the_fields(&auctions);
    columns_are_the_fields(&waterfall);
    columns_are_the_fields(&funds);
    columns_are_the_fields(&claims);
    columns_are_the_fields(&treasury);
    columns_are_the_fields(&lenders);
    columns_are_the_fields(&cascade);
    columns_are_the_fields(&halts);
    columns_are_the_fields(&events);
    columns_are_the_fields(&refusals);
    columns_are_the_fields(&study);
    columns_are_the_fields(&rounds);
}

#[test]
fn rows_come_back_from_columns_as_they_were() {
    let tables = samples::tables();
    assert_eq!(PriceRow::from_columns(&frame(&tables.prices, "USD")), Ok(tables.prices));
    assert_eq!(LiquidationRow::from_columns(&frame(&tables.liquidations, "USD")), Ok(tables.liquidations));
    assert_eq!(CascadeRow::from_columns(&frame(&tables.cascade, "USD")), Ok(tables.cascade));
}

#[test]
fn a_table_without_rows_keeps_its_typed_columns() {
    let empty = frame::<CallRow>(&[], "USD");
    let full = frame(&samples::tables().calls, "USD");
    assert_eq!(empty.height(), 0);
    assert_eq!(empty.schema(), full.schema());
    assert_eq!(CallRow::from_columns(&empty), Ok(Vec::new()));
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
    assert_eq!(WaterfallRow::from_columns(&events).unwrap_err(), "it has no column `breach`");
    let mut wrong = frame(&samples::tables().events, "USD");
    wrong.replace("tick", Series::new("tick".into(), vec![1.5_f64]).into_column()).unwrap();
    assert_eq!(EventRow::from_columns(&wrong).unwrap_err(), "its column `tick` is f64 and not u32");
}
