//! One variant of an enum.

use super::attributes::{Attributes, doc};
use super::described;
use super::record::Record;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, Ident, Type, Variant};

pub struct Kind<'a> {
    variant: &'a Variant,
    pub written: String,
    content: Content,
}

enum Content {
    Nothing,
    Only(Box<Type>),
    Several(Vec<Type>),
    Record(Record),
}

impl<'a> Kind<'a> {
    pub fn of(variant: &'a Variant) -> syn::Result<Self> {
        let written = Attributes::without_bounds(&variant.attrs)?.rename.unwrap_or_else(|| variant.ident.to_string());
        let content = match &variant.fields {
            Fields::Unit => Content::Nothing,
            Fields::Named(fields) => Content::Record(Record::of(fields)?),
            Fields::Unnamed(fields) => {
                let mut kinds: Vec<Type> = fields.unnamed.iter().map(|field| field.ty.clone()).collect();
                if kinds.len() == 1 { Content::Only(Box::new(kinds.remove(0))) } else { Content::Several(kinds) }
            }
        };
        Ok(Self { variant, written, content })
    }

    /// Whether it holds another of its own enum: standing in for it would never end.
    pub fn holds(&self, own: &Ident) -> bool {
        let inner = format!("<{own}>");
        self.variant.fields.iter().any(|field| {
            let spelled = described::spelled(&field.ty);
            *own == spelled || (spelled.starts_with("Box<") && spelled.contains(&inner))
        })
    }

    fn path(&self) -> TokenStream {
        let name = &self.variant.ident;
        quote!(Self::#name)
    }

    /// An arm that tells its name.
    pub fn told(&self) -> TokenStream {
        let (path, written) = (self.path(), &self.written);
        quote!(#path { .. } => #written)
    }

    pub fn read(&self) -> TokenStream {
        let path = self.path();
        let instead = quote!(Self::stand_in(reader));
        match &self.content {
            Content::Nothing => quote!(if reader.nothing(at) { #path } else { #instead }),
            Content::Only(_) => quote!(match reader.only(at) {
                Some(at) => #path(::language::read::Read::read(at, reader)),
                None => #instead,
            }),
            Content::Several(kinds) => {
                let count = kinds.len();
                let indices = 0..count;
                quote!(match reader.several(at.inside(), #count) {
                    Some(parts) => #path(#(::language::read::Read::read(parts[#indices], reader)),*),
                    None => #instead,
                })
            }
            Content::Record(record) => {
                let read = record.read(&path, "", &instead);
                quote!({ let at = at.inside(); #read })
            }
        }
    }

    pub fn stand_in(&self) -> TokenStream {
        let path = self.path();
        match &self.content {
            Content::Nothing => path,
            Content::Only(_) => quote!(#path(::language::read::Read::stand_in(reader))),
            Content::Several(kinds) => {
                let each = kinds.iter().map(|_| quote!(::language::read::Read::stand_in(reader)));
                quote!(#path(#(#each),*))
            }
            Content::Record(record) => record.stand_in(&path),
        }
    }

    /// As an entry of the reference; `stands_in`: for what is no variant at all.
    pub fn described(&self, stands_in: bool) -> TokenStream {
        let (name, doc) = (&self.written, doc(&self.variant.attrs));
        let content = match &self.content {
            Content::Nothing => quote!(Nothing),
            Content::Only(kind) => {
                let described = described::of(kind);
                quote!(Several(&[#described]))
            }
            Content::Several(kinds) => {
                let each = kinds.iter().map(described::of);
                quote!(Several(&[#(#each),*]))
            }
            Content::Record(record) => {
                let fields = record.described();
                quote!(Fields(#fields))
            }
        };
        quote!(::language::read::Choice {
            name: #name,
            doc: #doc,
            content: ::language::read::Content::#content,
            stands_in: #stands_in,
        })
    }
}
