//! Moments and lengths of time, written as texts.

use super::{At, Described, Read, Reader, Taste};
use ground::moments::{Day, HourMinute, Moment, Start, When};
use ground::units::{Deadline, Span};

macro_rules! as_text {
    ($($kind:ty, $first:literal or $second:literal, $said:literal;)*) => {$(
        impl Read for $kind {
            fn read(at: At, reader: &mut Reader<'_>) -> Self {
                reader.parsed(at).unwrap_or_else(|| Self::stand_in(reader))
            }

            fn stand_in(reader: &mut Reader<'_>) -> Self {
                let text = match reader.taste() {
                    Taste::First => $first,
                    Taste::Second => $second,
                };
                text.parse().expect("a text of this kind")
            }

            fn described() -> Described {
                Described::Text($said)
            }
        }
    )*};
}

as_text! {
    Span, "1m" or "2m", "a length of time: \"90s\", \"15m\", \"4h\", \"2d\" or \"1w\"";
    Deadline, "1m" or "2m", "a length of time, or \"T+1\": the close of the next session";
    Start, "1m" or "2m", "a length of time, \"T+1\" (the close of the next session), or a moment: \"2021-03-26 09:30\"";
    Day, "2000-01-03" or "2001-01-03", "a day: \"2021-03-26\"";
    Moment, "2000-01-03 12:00" or "2001-01-03 13:00", "a moment: \"2021-03-26 09:30\"";
    When, "2000-01-03" or "2001-01-03", "a day or a moment: \"2021-03-26\" or \"2021-03-26 09:30\"";
    HourMinute, "12:00" or "13:00", "a time of day: \"09:30\"";
}
