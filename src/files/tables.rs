//! Rows as columns, and columns as rows again.
//!
//! Each row struct becomes a data frame whose columns are its fields, in order, by name. Tables
//! whose numbers are money or prices carry one more column, `currency`, constant over the table, so
//! that a table that has left its folder can still be read. A table without rows keeps its typed
//! columns. Reading back demands every column with its type; columns it does not know are ignored.

use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series};
use results::rows::{
    AccountRow, AuctionRow, CallRow, CascadeRow, ClaimRow, EventRow, FirmRow, FundRow, HaltRow, LenderRow,
    LiquidationRow, NeedRow, PopulationRow, PriceRow, RefusalRow, RoundRow, StudyRow, SurvivalRow, TradeRow,
    TreasuryRow, WaterfallRow, Word,
};

/// Version of the names, types and meaning of all columns. Raised when any of them changes.
pub const SCHEMA_VERSION: u32 = 3;

/// The column that says in which currency a table's money is.
const CURRENCY: &str = "currency";

/// A row struct that is written as a table.
pub trait Row: Sized {
    /// File stem.
    const TABLE: &'static str;
    /// Whether the table holds money or prices and so a `currency` column.
    const MONEY: bool;

    /// Columns in field order.
    fn columns(rows: &[Self]) -> Vec<Column>;

    /// # Errors
    /// Says which column is missing or of another type.
    fn from_columns(frame: &DataFrame) -> Result<Vec<Self>, String>;
}

/// The data frame of one table.
pub fn frame<R: Row>(rows: &[R], currency: &str) -> DataFrame {
    let mut columns = R::columns(rows);
    if R::MONEY {
        let constant: Vec<&str> = vec![currency; rows.len()];
        columns.push(Series::new(CURRENCY.into(), constant).into_column());
    }
    DataFrame::new(rows.len(), columns).expect("columns of one table have one length and distinct names")
}

/// One cell type: how a column of it is made and read.
trait Cell: Sized + 'static {
    fn column<'a>(name: &str, cells: impl Iterator<Item = &'a Self>) -> Column;
    fn cells(frame: &DataFrame, name: &str) -> Result<Vec<Self>, String>;
}

/// A column by name, if it has the type it should have.
fn column<'a>(frame: &'a DataFrame, name: &str, dtype: &DataType) -> Result<&'a Column, String> {
    let column = frame.column(name).map_err(|_| format!("it has no column `{name}`"))?;
    if column.dtype() != dtype {
        return Err(format!("its column `{name}` is {} and not {dtype}", column.dtype()));
    }
    Ok(column)
}

/// A cell type, what a column holds of it, and what it is made of again.
macro_rules! cell {
    ($cell:ty, $dtype:expr, $chunks:ident, $lent:expr, $own:expr) => {
        impl Cell for $cell {
            fn column<'a>(name: &str, cells: impl Iterator<Item = &'a Self>) -> Column {
                Series::new(name.into(), cells.map($lent).collect::<Vec<_>>()).into_column()
            }

            fn cells(frame: &DataFrame, name: &str) -> Result<Vec<Self>, String> {
                let cells = column(frame, name, &$dtype)?.$chunks().map_err(|error| error.to_string())?;
                let whole = cells.iter().map(|cell| cell.map($own));
                whole.collect::<Option<Vec<_>>>().ok_or_else(|| format!("its column `{name}` has empty cells"))
            }
        }

        impl Cell for Option<$cell> {
            fn column<'a>(name: &str, cells: impl Iterator<Item = &'a Self>) -> Column {
                Series::new(name.into(), cells.map(|cell| cell.as_ref().map($lent)).collect::<Vec<_>>()).into_column()
            }

            fn cells(frame: &DataFrame, name: &str) -> Result<Vec<Self>, String> {
                let cells = column(frame, name, &$dtype)?.$chunks().map_err(|error| error.to_string())?;
                Ok(cells.iter().map(|cell| cell.map($own)).collect())
            }
        }
    };
}

cell!(u32, DataType::UInt32, u32, |cell| *cell, |cell| cell);
cell!(f64, DataType::Float64, f64, |cell| *cell, |cell| cell);
cell!(bool, DataType::Boolean, bool, |cell| *cell, |cell| cell);
cell!(String, DataType::String, str, |cell| cell.as_str(), |cell: &str| cell.to_owned());
cell!(Word, DataType::String, str, |cell| &**cell, |cell: &str| Word::Owned(cell.to_owned()));

/// Lists a table's fields. A field forgotten here does not compile; order is under test.
macro_rules! table {
    ($row:ident, $table:literal, money: $money:literal, [$($field:ident),* $(,)?]) => {
        impl Row for $row {
            const TABLE: &'static str = $table;
            const MONEY: bool = $money;

            fn columns(rows: &[Self]) -> Vec<Column> {
                vec![$(Cell::column(stringify!($field), rows.iter().map(|row| &row.$field))),*]
            }

            fn from_columns(frame: &DataFrame) -> Result<Vec<Self>, String> {
                $(let mut $field = Cell::cells(frame, stringify!($field))?.into_iter();)*
                let row = |_| $row { $($field: $field.next().expect("columns of one frame have one length")),* };
                Ok((0..frame.height()).map(row).collect())
            }
        }
    };
}

table!(
    PriceRow,
    "prices",
    money: true,
    [
        tick,
        time,
        instrument,
        venue,
        mid,
        mark,
        bid,
        ask,
        bid_depth_1pct_units,
        ask_depth_1pct_units,
        volume_units,
        forced_volume_units,
        halted,
    ]
);
table!(
    TradeRow,
    "trades",
    money: true,
    [tick, time, instrument, venue, price, quantity_units, buyer, seller, aggressor, cause, resting_cause]
);
table!(
    AccountRow,
    "accounts",
    money: true,
    [tick, time, account, trader, lender, equity, equity_counted, im, mm, cash, leverage_ratio, state]
);
table!(
    FirmRow,
    "firms",
    money: true,
    [tick, time, firm, value, cash_deliverable, calls_due, gross_exposure]
);
table!(
    CallRow,
    "calls",
    money: true,
    [tick, time, account, trader, lender, amount, deadline, reason, outcome, settled_time, paid]
);
table!(
    LiquidationRow,
    "liquidations",
    money: true,
    [
        breach,
        tick,
        time,
        account,
        trader,
        lender,
        cause,
        instrument,
        side,
        orders,
        ordered_units,
        filled_units,
        average_price,
        breach_price,
        notional,
        slippage,
        first_fill_time,
        last_fill_time,
    ]
);
table!(
    AuctionRow,
    "auctions",
    money: true,
    [
        breach,
        tick,
        time,
        account,
        lender,
        instrument,
        way,
        side,
        quantity_units,
        bidder,
        price,
        mark,
        discount_ratio,
        bids,
        open_seconds,
    ]
);
table!(WaterfallRow, "waterfall", money: true, [breach, tick, time, account, lender, layer, payer, amount, rank]);
table!(TreasuryRow, "treasury", money: true, [tick, time, firm, step, source, account, amount, cost, arrives]);
table!(
    PopulationRow,
    "populations",
    money: true,
    [tick, time, population, members, broken, equity_low, equity_median, equity_high]
);
table!(FundRow, "funds", money: true, [tick, time, lender, fund, balance]);
table!(
    ClaimRow,
    "claims",
    money: true,
    [tick, time, lender, claimant, kind, equity, claim, lost, recovered, returned]
);
table!(LenderRow, "lenders", money: true, [tick, time, lender, capital, exposure, unsold, loss, funds, failed]);
table!(NeedRow, "needs", money: true, [seed, shock_scale, need]);
table!(SurvivalRow, "survival", money: true, [buffer, survival, survival_low, survival_high]);
table!(
    CascadeRow,
    "cascade",
    money: false,
    [breach, tick, time, account, lender, from_breach, from_account, source, weight]
);
table!(HaltRow, "halts", money: false, [tick, time, instrument, venue, rule, orders, until, reopened]);
table!(
    RefusalRow,
    "refusals",
    money: false,
    [tick, time, account, trader, lender, instrument, side, quantity_units, reason]
);
table!(
    StudyRow,
    "study",
    money: false,
    [
        instrument,
        event,
        spread_steps,
        bid_queue_orders,
        ask_queue_orders,
        observed,
        happened,
        share,
        standard_error,
    ]
);
table!(RoundRow, "rounds", money: true, [trader, round, profit, inventory_units]);
table!(EventRow, "events", money: false, [tick, time, kind, subject, text]);

#[cfg(test)]
mod tests;
