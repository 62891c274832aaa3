//! Numbers as a person reads them in a terminal. How money and shares are written is [`chart::words`]'s to say.

use chart::words;
use ground::numbers::short_of_all;

/// What charts and pages write, as a terminal has it: plain blanks and hyphens, which can be searched and pasted.
pub fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ").replace('−', "-")
}

/// `$5.5bn`, `-$128m`, `CHF 3.2k`, `$0`.
pub fn money(amount: f64, currency: &str) -> String {
    plain(&words::money(amount, currency))
}

/// `-51,000,000.00`: every digit there is.
pub fn exact(amount: f64, decimals: u8) -> String {
    let digits = format!("{:.*}", usize::from(decimals), amount.abs());
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let zero = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    let sign = if amount < 0.0 && !zero { "-" } else { "" };
    format!("{sign}{}{rest}", grouped(whole))
}

/// `600,000`, `-0.25`.
pub fn units(units: f64) -> String {
    let digits = format!("{:.8}", units.abs());
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{}{}{rest}", if units < 0.0 { "-" } else { "" }, grouped(whole))
}

/// `-55.5 %`.
pub fn percent(ratio: f64) -> String {
    if !ratio.is_finite() {
        return "n/a".into();
    }
    let value = ratio * 100.0;
    let value = if value.abs() < 0.05 { 0.0 } else { value };
    let (value, short) = short_of_all(value);
    let places = short.max(1);
    format!("{value:.places$} %")
}

/// `66.35`, `1,250.00`, `0.00001234`: with the decimals of its instrument's step.
pub fn price(price: f64, decimals: usize) -> String {
    if !price.is_finite() {
        return "n/a".into();
    }
    let digits = format!("{:.decimals$}", price.abs());
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let sign = if price < 0.0 { "-" } else { "" };
    format!("{sign}{}{rest}", grouped(whole))
}

/// `1,950`.
pub fn thousands(count: u64) -> String {
    grouped(&count.to_string())
}

/// `1 account`, `2 accounts`.
pub fn counted(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(count))
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number in its unit, as fidelity and expectations carry it: ratios as percentages, money as money.
pub fn in_unit(value: f64, unit: &str, currency: &str) -> String {
    plain(&words::in_unit(value, unit, currency))
}

/// How far a number is from another of that unit, with its sign: shares in points.
pub fn error_in_unit(error: f64, unit: &str, currency: &str) -> String {
    plain(&words::error_in_unit(error, unit, currency))
}

/// `26 Mar 11:05` from an ISO 8601 time; other text as it is.
pub fn moment(time: &str) -> String {
    match time.parse::<jiff::civil::DateTime>() {
        Ok(time) => time.strftime("%-d %b %H:%M").to_string(),
        Err(_) => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_has_the_numbers_of_charts_in_plain_letters() {
        for (amount, text) in [
            (5.5e9, "$5.5bn"),
            (-1.28e8, "-$128m"),
            (999_960_000.0, "$1bn"),
            (3_210.0, "$3.21k"),
            (950.0, "$950"),
            (0.0, "$0"),
        ] {
            assert_eq!(money(amount, "USD"), text);
            assert_eq!(words::money(amount, "USD").replace('−', "-"), text);
        }
        assert_eq!(money(1.5e6, "CHF"), "CHF 1.5m");
        assert_eq!(money(f64::NAN, "USD"), "n/a");
        assert_eq!(error_in_unit(-0.12, "ratio", "USD"), "-12 points");
    }

    #[test]
    fn other_numbers_read_as_people_write_them() {
        assert_eq!(percent(-0.5551), "-55.5 %");
        assert_eq!(percent(-0.0001), "0.0 %");
        assert_eq!(percent(-0.999_999_99), "-99.9999 %");
        assert_eq!([exact(-51e6, 2), exact(-0.001, 2), exact(1234.0, 0)], ["-51,000,000.00", "0.00", "1,234"]);
        assert_eq!([units(600_000.0), units(-0.25)], ["600,000", "-0.25"]);
        assert_eq!([price(1_250.0, 2), price(40_000.0, 0), price(-37.63, 2)], ["1,250.00", "40,000", "-37.63"]);
        assert_eq!([price(0.05, 2), price(0.00001234, 8)], ["0.05", "0.00001234"]);
        assert_eq!(thousands(1_950), "1,950");
        assert_eq!(counted(1, "account"), "1 account");
        assert_eq!(moment("2021-03-26T11:05:00"), "26 Mar 11:05");
        assert_eq!(in_unit(-0.27, "ratio", "USD"), "-27 %");
        assert_eq!(in_unit(5.5e9, "USD", "USD"), "$5.5bn");
        assert_eq!(in_unit(9.5e9, "number", "USD"), "9.5bn");
    }
}
