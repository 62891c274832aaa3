//! The derive itself: a struct is read field by field (one that wraps a value as that value is), an enum by the name of its variant.

use super::attributes::{Attributes, doc};
use super::described;
use super::kind::Kind;
use super::record::Record;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Fields, Type};

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let own = Attributes::without_bounds(&input.attrs)?;
    let (ident, doc) = (&input.ident, doc(&input.attrs));
    let written = own.rename.unwrap_or_else(|| ident.to_string());
    let Parts { read, stand_in, content, more } = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => of_struct(&Record::of(fields)?, &written),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => of_wrapper(&fields.unnamed[0].ty),
            _ => return Err(syn::Error::new_spanned(ident, "a struct of the language has named fields, or wraps one")),
        },
        Data::Enum(data) => of_enum(input, data)?,
        Data::Union(_) => return Err(syn::Error::new_spanned(ident, "a union cannot be read")),
    };
    Ok(quote! {
        impl ::language::read::Read for #ident {
            fn read(at: ::language::read::At, reader: &mut ::language::read::Reader<'_>) -> Self {
                #read
            }

            fn stand_in(reader: &mut ::language::read::Reader<'_>) -> Self {
                #stand_in
            }

            fn described() -> ::language::read::Described {
                static KIND: ::language::read::Kind = ::language::read::Kind {
                    name: #written,
                    home: ::core::module_path!(),
                    doc: #doc,
                    content: ::language::read::KindContent::#content,
                };
                ::language::read::Described::Kind(&KIND)
            }

            #more
        }
    })
}

struct Parts {
    read: TokenStream,
    stand_in: TokenStream,
    content: TokenStream,
    /// Methods that not every type of the language has.
    more: TokenStream,
}

fn of_struct(record: &Record, written: &str) -> Parts {
    let path = quote!(Self);
    let (described, numbers) = (record.described(), record.numbers());
    let more = if numbers.is_empty() {
        quote!()
    } else {
        quote!(fn numbers(&mut self, visit: &mut dyn FnMut(&str, &mut f64)) { #numbers })
    };
    Parts {
        read: record.read(&path, written, &quote!(Self::stand_in(reader))),
        stand_in: record.stand_in(&path),
        content: quote!(Fields(#described)),
        more,
    }
}

/// A struct around one value is written as that value is.
fn of_wrapper(inner: &Type) -> Parts {
    let described = described::of(inner);
    Parts {
        read: quote!(Self(<#inner as ::language::read::Read>::read(at, reader))),
        stand_in: quote!(Self(<#inner as ::language::read::Read>::stand_in(reader))),
        content: quote!(Only(#described)),
        more: quote!(),
    }
}

fn of_enum(input: &DeriveInput, data: &DataEnum) -> syn::Result<Parts> {
    let kinds = data.variants.iter().map(Kind::of).collect::<syn::Result<Vec<_>>>()?;
    let finite: Vec<&Kind<'_>> = kinds.iter().filter(|kind| !kind.holds(&input.ident)).collect();
    let (Some(first), Some(last)) = (finite.first(), finite.last()) else {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "each variant holds another of the same: nothing can stand in",
        ));
    };
    let names = kinds.iter().map(|kind| &kind.written);
    let arms = kinds.iter().enumerate().map(|(index, kind)| {
        let read = kind.read();
        quote!(Some(#index) => #read,)
    });
    let told = kinds.iter().map(Kind::told);
    let stand_in = [&first.written, &last.written];
    let described = kinds.iter().map(|kind| kind.described(stand_in.contains(&&kind.written)));
    let (first, last) = (first.stand_in(), last.stand_in());
    Ok(Parts {
        read: quote! {
            const NAMES: &[&str] = &[#(#names),*];
            match reader.kind(at, NAMES) {
                #(#arms)*
                _ => Self::stand_in(reader),
            }
        },
        stand_in: quote!(match reader.taste() {
            ::language::read::Taste::First => #first,
            ::language::read::Taste::Second => #last,
        }),
        content: quote!(Choices(&[#(#described),*])),
        more: quote! {
            fn variant(&self) -> &'static str {
                match self { #(#told,)* }
            }
        },
    })
}
