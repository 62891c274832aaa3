//! `#[derive(Row)]`: a struct becomes a row of a table, its fields the columns in their order.

use super::attributes::doc;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, Ident, LitStr};

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(name, "only a struct is a row"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new_spanned(name, "columns have the names of fields"));
    };
    let (table, money) = table(input)?;
    let about = doc(&input.attrs);
    let names: Vec<_> = fields.named.iter().filter_map(|field| field.ident.as_ref()).collect();
    let Some(first) = names.first() else {
        return Err(syn::Error::new_spanned(name, "a row has at least one column"));
    };
    let columns = fields.named.iter().zip(&names).map(|(field, own)| {
        let (kind, doc, own) = (&field.ty, doc(&field.attrs), own.to_string());
        let (counts, free) = column(field)?;
        Ok(quote!(crate::table::About {
            name: #own,
            kind: <#kind as crate::table::Cell>::KIND,
            doc: #doc,
            counts: #counts,
            free: #free,
        }))
    });
    let columns = columns.collect::<syn::Result<Vec<_>>>()?;
    let taken = fields.named.iter().zip(&names).map(|(field, own)| {
        let (kind, written) = (&field.ty, own.to_string());
        quote!(let mut #own = <#kind as crate::table::Cell>::taken(#written, column)?.into_iter();)
    });
    let rest = names.iter().skip(1);
    let places = 0..names.len();
    Ok(quote! {
        impl crate::table::Row for #name {
            const TABLE: &'static str = #table;
            const MONEY: bool = #money;
            const ABOUT: &'static str = #about;
            const COLUMNS: &'static [crate::table::About] = &[#(#columns),*];

            fn cells_of(rows: &[Self], place: usize) -> crate::table::Cells<'_> {
                match place {
                    #(#places => crate::table::Cell::lent(rows.iter().map(|row| &row.#names)),)*
                    _ => panic!("a table has a column at each place of its list"),
                }
            }

            fn rows(column: crate::table::Take<'_>) -> Result<Vec<Self>, String> {
                #(#taken)*
                let mut rows = Vec::new();
                while let Some(#first) = #first.next() {
                    rows.push(Self {
                        #first,
                        #(#rest: #rest.next().ok_or_else(|| format!("its column `{}` is shorter", stringify!(#rest)))?,)*
                    });
                }
                Ok(rows)
            }
        }
    })
}

/// What `#[row(unit = Ratio)]` and `#[row(free)]` say of a field.
fn column(field: &Field) -> syn::Result<(TokenStream, bool)> {
    let (mut unit, mut free) = (quote!(None), false);
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("free") {
                free = true;
            } else if meta.path.is_ident("unit") {
                let own: Ident = meta.value()?.parse()?;
                unit = quote!(Some(crate::meanings::Unit::#own));
            } else {
                return Err(meta.error("a column says `unit = Ratio`, or `free` where it holds sentences"));
            }
            Ok(())
        })?;
    }
    Ok((unit, free))
}

/// What `#[row(table = "prices", money)]` says.
fn table(input: &DeriveInput) -> syn::Result<(String, bool)> {
    let (mut table, mut money) = (None, false);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("money") {
                money = true;
            } else if meta.path.is_ident("table") {
                table = Some(meta.value()?.parse::<LitStr>()?.value());
            } else {
                return Err(meta.error("a row says `table = \"...\"`, and `money` where it holds any"));
            }
            Ok(())
        })?;
    }
    let table = table.ok_or_else(|| syn::Error::new_spanned(&input.ident, "write #[row(table = \"...\")]"))?;
    Ok((table, money))
}
