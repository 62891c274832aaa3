//! What the attributes of a field or a type say.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, ExprLit, ExprPath, ExprRange, Lit, LitStr, Meta, RangeLimits};

/// What a field is when a text leaves it out.
pub enum Absent {
    /// Nothing: it must be there.
    Required,
    /// The default of its type.
    Default,
    /// What a function returns.
    By(ExprPath),
}

pub struct Attributes {
    pub rename: Option<String>,
    pub absent: Absent,
    pub skip: bool,
    /// What a number may be, as an expression.
    pub bounds: Option<TokenStream>,
}

impl Attributes {
    pub fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self { rename: None, absent: Absent::Required, skip: false, bounds: None };
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("read")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    found.rename = Some(meta.value()?.parse::<LitStr>()?.value());
                } else if meta.path.is_ident("default") && meta.input.peek(syn::Token![=]) {
                    found.absent = Absent::By(meta.value()?.parse::<LitStr>()?.parse()?);
                } else if meta.path.is_ident("default") {
                    found.absent = Absent::Default;
                } else if meta.path.is_ident("skip") {
                    found.skip = true;
                } else if let Some(bounds) = bounds(&meta)? {
                    if found.bounds.replace(bounds).is_some() {
                        return Err(meta.error("a field has bounds once"));
                    }
                } else {
                    return Err(
                        meta.error("one of rename, default, skip, within, positive, not_negative, rate, some_time")
                    );
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// Of what is no field: it has no bounds of its own.
    pub fn without_bounds(attributes: &[Attribute]) -> syn::Result<Self> {
        let found = Self::of(attributes)?;
        match &found.bounds {
            None => Ok(found),
            Some(bounds) => Err(syn::Error::new_spanned(bounds, "bounds are said of a field with a name")),
        }
    }
}

/// The bounds that an attribute states, if it states any.
fn bounds(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<TokenStream>> {
    let simple = [
        ("positive", quote!(Positive)),
        ("not_negative", quote!(NotNegative)),
        ("rate", quote!(Rate)),
        ("some_time", quote!(SomeTime)),
    ];
    if !meta.path.is_ident("within") {
        return Ok(simple.into_iter().find(|(name, _)| meta.path.is_ident(name)).map(|(_, bounds)| bounds));
    }
    match meta.value()?.parse::<Expr>()? {
        Expr::Range(ExprRange { start: Some(low), end: Some(high), limits: RangeLimits::Closed(_), .. }) => {
            Ok(Some(quote!(Within(#low, #high))))
        }
        _ => Err(meta.error("both ends are included: within = 0.0..=1.0")),
    }
}

/// The doc comment, a paragraph to a line.
pub fn doc(attributes: &[Attribute]) -> String {
    let mut doc = String::new();
    for attribute in attributes {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value else { continue };
        if pair.path.is_ident("doc") {
            doc.push_str(line.value().strip_prefix(' ').unwrap_or(&line.value()));
            doc.push('\n');
        }
    }
    doc.trim_end().to_owned()
}
