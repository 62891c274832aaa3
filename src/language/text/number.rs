//! Numbers as RON writes them.

/// A number of a world's text, read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }
}

/// `None` when it only looks like a number. Underscores between digits, `0x`, `0o` and `0b`, and a
/// type behind it (`2u32`) are allowed; `NaN` and `inf` are numbers that are not finite.
pub fn parse_number(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if matches!(digits, "NaN" | "inf") {
        return Some(Number::Real(if digits == "inf" { f64::from(sign) * f64::INFINITY } else { f64::NAN }));
    }
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return i128::from_str_radix(&digits.replace('_', ""), base)
                .ok()
                .map(|n| Number::Whole(i128::from(sign) * n));
        }
    }
    let plain = digits.find(['i', 'u', 'f']).map_or(digits, |suffix| &digits[..suffix]).replace('_', "");
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    match plain.parse::<i128>() {
        Ok(whole) => Some(Number::Whole(i128::from(sign) * whole)),
        Err(_) => plain.parse::<f64>().ok().map(|real| Number::Real(f64::from(sign) * real)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_what_looks_like_one_is_not() {
        assert_eq!(parse_number("5_000_000"), Some(Number::Whole(5_000_000)));
        assert_eq!(parse_number("-0.06"), Some(Number::Real(-0.06)));
        assert_eq!(parse_number("1e3"), Some(Number::Real(1000.0)));
        assert_eq!(parse_number("2u32"), Some(Number::Whole(2)));
        assert_eq!(parse_number("0x10"), Some(Number::Whole(16)));
        assert!(parse_number("1e999").unwrap().as_f64().is_infinite());
        assert!(parse_number("NaN").unwrap().as_f64().is_nan());
        for not in ["2021-03-24", "1m", "--1", "-", "1.2.3", ""] {
            assert_eq!(parse_number(not), None, "{not}");
        }
    }
}
