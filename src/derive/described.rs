//! Entries of the reference, as expressions.

use super::attributes::{Absent, Attributes, doc};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Type};

pub fn of(kind: &Type) -> TokenStream {
    quote!(<#kind as ::language::read::Read>::described)
}

pub fn field(name: &str, said: &Attributes, attributes: &[Attribute], kind: &Type) -> TokenStream {
    let doc = doc(attributes);
    let described = of(kind);
    let absent = match &said.absent {
        Absent::Required => quote!(None),
        Absent::Default => quote!(Some(|| format!("{:?}", <#kind as ::core::default::Default>::default()))),
        Absent::By(default) => quote!(Some(|| format!("{:?}", #default()))),
    };
    let bounds = match &said.bounds {
        Some(bounds) => quote!(Some(::language::read::Bounds::#bounds)),
        None => quote!(None),
    };
    quote!(::language::read::Field { name: #name, doc: #doc, described: #described, absent: #absent, bounds: #bounds })
}

/// A type as it is spelled, without spaces.
pub fn spelled(kind: &Type) -> String {
    kind.to_token_stream().to_string().replace(' ', "")
}
