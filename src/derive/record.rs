//! The fields of a struct, or of a variant that has named ones.

use super::attributes::{Absent, Attributes};
use super::described;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Field, FieldsNamed, Ident};

/// Whether what is spelled so is a number or a length of time, may be one, or holds several by name or in a row: the
/// reader has no other bounds.
fn has_bounds(spelled: &str) -> bool {
    let within = |around: &str| spelled.strip_prefix(around).and_then(|rest| rest.strip_suffix('>'));
    match ["Option<", "Vec<", "Named<"].into_iter().find_map(within) {
        Some(inner) => has_bounds(inner),
        None => {
            matches!(spelled, "f64" | "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "Span")
        }
    }
}

pub struct Record {
    fields: Vec<Named>,
}

struct Named {
    name: Ident,
    attributes: Attributes,
    field: Field,
}

impl Named {
    fn written(&self) -> String {
        self.attributes.rename.clone().unwrap_or_else(|| self.name.to_string().trim_start_matches("r#").to_owned())
    }
}

impl Record {
    pub fn of(fields: &FieldsNamed) -> syn::Result<Self> {
        let named = |field: &Field| {
            let name = field.ident.clone().ok_or_else(|| syn::Error::new_spanned(field, "a field without a name"))?;
            let attributes = Attributes::of(&field.attrs)?;
            if attributes.bounds.is_some() && !has_bounds(&described::spelled(&field.ty)) {
                return Err(syn::Error::new_spanned(&field.ty, "only numbers and lengths of time have bounds"));
            }
            Ok(Named { name, attributes, field: field.clone() })
        };
        Ok(Self { fields: fields.named.iter().map(named).collect::<syn::Result<_>>()? })
    }

    fn in_text(&self) -> impl Iterator<Item = &Named> {
        self.fields.iter().filter(|field| !field.attributes.skip)
    }

    fn skipped(&self) -> impl Iterator<Item = TokenStream> {
        self.fields
            .iter()
            .filter(|field| field.attributes.skip)
            .map(|Named { name, .. }| quote!(#name: ::core::default::Default::default()))
    }

    /// An expression that reads the fields at `at` into `path`, or gives `instead`.
    pub fn read(&self, path: &TokenStream, name: &str, instead: &TokenStream) -> TokenStream {
        let names = self.in_text().map(Named::written);
        let bounds = self.in_text().enumerate().filter_map(|(index, named)| {
            let bounds = named.attributes.bounds.as_ref()?;
            Some(quote!((#index, ::language::read::Bounds::#bounds)))
        });
        let skipped = self.skipped();
        let reads =
            self.in_text().enumerate().map(|(index, Named { name, attributes, .. })| match &attributes.absent {
                Absent::Required => quote!(#name: reader.required(&fields, #index)),
                Absent::Default => quote!(#name: reader.or_default(&fields, #index)),
                Absent::By(default) => quote!(#name: reader.or_else(&fields, #index, #default)),
            });
        quote!({
            const NAMES: &[&str] = &[#(#names),*];
            match reader.fields(at, #name, NAMES, &[#(#bounds),*]) {
                Some(fields) => #path { #(#reads,)* #(#skipped,)* },
                None => #instead,
            }
        })
    }

    pub fn stand_in(&self, path: &TokenStream) -> TokenStream {
        let fields = self.in_text().map(|Named { name, .. }| quote!(#name: ::language::read::Read::stand_in(reader)));
        let skipped = self.skipped();
        quote!(#path { #(#fields,)* #(#skipped,)* })
    }

    pub fn described(&self) -> TokenStream {
        let fields = self
            .in_text()
            .map(|named| described::field(&named.written(), &named.attributes, &named.field.attrs, &named.field.ty));
        quote!(&[#(#fields),*])
    }

    /// Calls `visit` with each plain number.
    pub fn numbers(&self) -> TokenStream {
        let visits = self.in_text().filter_map(|named| {
            let (name, written) = (&named.name, named.written());
            match described::spelled(&named.field.ty).as_str() {
                "f64" => Some(quote!(visit(#written, &mut self.#name);)),
                "Option<f64>" => Some(quote!(if let Some(number) = &mut self.#name { visit(#written, number); })),
                _ => None,
            }
        });
        quote!(#(#visits)*)
    }
}
