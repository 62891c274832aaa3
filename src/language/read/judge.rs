//! RON as the judge of what is RON: where its own reader refuses what the scanner let pass, its word counts.

use crate::findings::Finding;
use crate::text::DEEPEST;
use ron::extensions::Extensions;
use serde::de::IgnoredAny;

/// What RON itself has against a text.
pub fn refusal(text: &str) -> Option<Finding> {
    let options = ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES)
        .with_recursion_limit(4 * DEEPEST);
    let error = options.from_str::<IgnoredAny>(text).err()?;
    let place = Some((error.span.start.line, error.span.start.col));
    let reason = format!("this cannot be read as RON: {}", error.code);
    Some(Finding { place, ..Finding::whole(reason, "write it as RON does") })
}
