//! Numbers as a person reads them in a terminal.

/// `$5.5bn`, `-$128m`, `CHF 3.2k`, `$0`.
pub fn money(amount: f64, currency: &str) -> String {
    let sign = if amount < 0.0 { "-" } else { "" };
    format!("{sign}{}{}", symbol(currency), short(amount.abs()))
}

fn symbol(currency: &str) -> String {
    match currency {
        "USD" => "$".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "" => String::new(),
        other => format!("{other} "),
    }
}

/// `5.5bn`, `128m`, `3.2k`, `950`, `0.25`: two or three digits and a word.
pub fn short(amount: f64) -> String {
    if !amount.is_finite() {
        return "n/a".into();
    }
    let size = amount.abs();
    // Just below the round number, so that 999,960,000 reads 1.0bn and not 1000m.
    let scale = [(0.9995e12, 1e12, "tn"), (0.9995e9, 1e9, "bn"), (0.9995e6, 1e6, "m"), (999.5, 1e3, "k")];
    let (unit, word) =
        scale.iter().find(|(from, ..)| size >= *from).map_or((1.0, ""), |(_, unit, word)| (*unit, *word));
    let scaled = amount / unit;
    let decimals = match scaled.abs() {
        0.0 => 0,
        s if s >= 99.95 => 0,
        _ if unit > 1.0 => 1,
        s if s.fract() == 0.0 => 0,
        _ => 2,
    };
    format!("{scaled:.decimals$}{word}")
}

/// `$4.20m`, `-$51.0m`, `$950`: three digits, for a sentence.
pub fn three(amount: f64, currency: &str) -> String {
    let sign = if amount < 0.0 { "-" } else { "" };
    let symbol = symbol(currency);
    let size = amount.abs();
    let scale = [(0.9995e12, 1e12, "tn"), (0.9995e9, 1e9, "bn"), (0.9995e6, 1e6, "m"), (999.5, 1e3, "k")];
    let (unit, word) =
        scale.iter().find(|(from, ..)| size >= *from).map_or((1.0, ""), |(_, unit, word)| (*unit, *word));
    let scaled = size / unit;
    let decimals = match scaled {
        s if unit <= 1.0 && s.fract() == 0.0 => 0,
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        _ => 2,
    };
    if size.is_finite() { format!("{sign}{symbol}{scaled:.decimals$}{word}") } else { "n/a".into() }
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
    format!("{value:.1} %")
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
    match unit {
        "ratio" | "share" | "%" => percent(value),
        unit if unit == currency => money(value, currency),
        "" | "number" => short(value),
        unit => format!("{} {unit}", short(value)),
    }
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
    fn money_has_a_symbol_two_or_three_digits_and_a_word() {
        for (amount, text) in [
            (5.5e9, "$5.5bn"),
            (-1.28e8, "-$128m"),
            (999_960_000.0, "$1.0bn"),
            (3_210.0, "$3.2k"),
            (950.0, "$950"),
            (0.25, "$0.25"),
            (0.0, "$0"),
            (2.34e13, "$23.4tn"),
        ] {
            assert_eq!(money(amount, "USD"), text);
        }
        assert_eq!(money(1.5e6, "CHF"), "CHF 1.5m");
        assert_eq!(money(f64::NAN, "USD"), "$n/a");
    }

    #[test]
    fn other_numbers_read_as_people_write_them() {
        assert_eq!(percent(-0.5551), "-55.5 %");
        assert_eq!(percent(-0.0001), "0.0 %");
        assert_eq!([three(4.2e6, "USD"), three(-51e6, "USD"), three(950.0, "CHF")], ["$4.20m", "-$51.0m", "CHF 950"]);
        assert_eq!([exact(-51e6, 2), exact(-0.001, 2), exact(1234.0, 0)], ["-51,000,000.00", "0.00", "1,234"]);
        assert_eq!([units(600_000.0), units(-0.25)], ["600,000", "-0.25"]);
        assert_eq!([price(1_250.0, 2), price(40_000.0, 0), price(-37.63, 2)], ["1,250.00", "40,000", "-37.63"]);
        assert_eq!([price(0.05, 2), price(0.00001234, 8)], ["0.05", "0.00001234"]);
        assert_eq!(thousands(1_950), "1,950");
        assert_eq!(counted(1, "account"), "1 account");
        assert_eq!(moment("2021-03-26T11:05:00"), "26 Mar 11:05");
        assert_eq!(in_unit(-0.27, "ratio", "USD"), "-27.0 %");
        assert_eq!(in_unit(5.5e9, "USD", "USD"), "$5.5bn");
        assert_eq!(in_unit(9.5e9, "number", "USD"), "9.5bn");
    }
}
