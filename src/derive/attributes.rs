//! What the attributes of a field or a type say.

use syn::{Attribute, Expr, ExprLit, ExprPath, Lit, LitStr, Meta};

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
}

impl Attributes {
    pub fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self { rename: None, absent: Absent::Required, skip: false };
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
                } else {
                    return Err(meta.error("one of rename, default, skip"));
                }
                Ok(())
            })?;
        }
        Ok(found)
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
