//! Derives for the types of the world language, and for rows of tables.
//!
//! `#[derive(Read)]` makes a type of the language readable: from a place in a text to a value that is always there,
//! with everything that is wrong noted on the way. What it generates is a table of names and, for each field, one
//! call into `language::read`; nothing of it is generic over a format, so a type is compiled once. From the same
//! fields come the type's entry in the reference of the language and the list of its plain numbers, which
//! populations vary.
//!
//! | attribute | on | says |
//! |---|---|---|
//! | `#[read(rename = "for")]` | a field, a struct | the name in a text, when it is not the name in the code |
//! | `#[read(default)]` | a field | it may be left out, and is then the default of its type |
//! | `#[read(default = "path")]` | a field | it may be left out, and is then what this function returns |
//! | `#[read(skip)]` | a field | it is no part of the text |
//! | `#[read(within = 0.0..=1.0)]` | a number | what it may be, both ends included |
//! | `#[read(positive)]`, `#[read(not_negative)]` | a number | what it may be, up to the largest of any world |
//! | `#[read(rate)]` | a number | a share of a position's value, above 0 and up to 1 |
//! | `#[read(some_time)]` | a length of time | it is not zero |
//!
//! Bounds of a list or a map are those of each number in it.
//!
//! `#[derive(Row)]` makes a struct a row of a table, its fields the columns, and what stands beside them their meaning.
//!
//! It may know syntax, and nothing of what is read.

mod attributes;
mod described;
mod kind;
mod read;
mod record;
mod row;

use proc_macro::TokenStream;

/// Makes a struct or an enum a part of the world language; see the first page of this crate.
#[proc_macro_derive(Read, attributes(read))]
pub fn derive_read(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    read::derive(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes a struct a row of a table: `#[row(table = "prices")]`, with `money` where the table holds money or prices.
/// A field says `#[row(unit = Ratio)]` where neither its type nor its name tells its unit, and `#[row(free)]` where it holds sentences.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    row::derive(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
