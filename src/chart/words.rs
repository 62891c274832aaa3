//! How charts, the report and the terminal write numbers.
//!
//! Numbers come rounded to what a reader can use: `1.2bn`, `340m`, `12k`, `31 %`. A value that is not a
//! finite number is written `n/a`. Minus signs are real minus signs, and a number never parts from its unit at
//! the end of a line.

pub use super::dates::*;
use ground::numbers::short_of_all;

/// Keeps a number and its unit on one line.
pub const TIED: char = '\u{a0}';
const ABSENT: &str = "n/a";

/// `1.2bn`, `340m`, `12k`, `950`, `0.42`: three digits at most and a suffix.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return ABSENT.into();
    }
    let size = value.abs();
    let sign = if value < 0.0 { "−" } else { "" };
    // The limits lie below the round number so that 999,960 reads `1m`, never `1000k`.
    for (limit, unit, suffix) in
        [(0.9995e12, 1e12, "tn"), (0.9995e9, 1e9, "bn"), (0.9995e6, 1e6, "m"), (999.5, 1e3, "k")]
    {
        if size >= limit {
            let scaled = size / unit;
            if scaled >= 100_000.0 {
                return format!("{sign}{scaled:.1e}{suffix}");
            }
            return format!("{sign}{}{suffix}", three_digits(scaled));
        }
    }
    let digits = three_digits(size);
    if digits == "0" { digits } else { format!("{sign}{digits}") }
}

/// The same text as a sentence begins.
pub fn upper(text: &str) -> String {
    begun(text, |first| first.to_uppercase().collect())
}

/// The same text within a sentence.
pub fn lower(text: &str) -> String {
    begun(text, |first| first.to_lowercase().collect())
}

fn begun(text: &str, first: impl FnOnce(char) -> String) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |letter| first(letter) + letters.as_str())
}

fn three_digits(size: f64) -> String {
    let decimals = match size {
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        s if s >= 0.0995 => 2,
        _ => 4,
    };
    trim_zeros(format!("{size:.decimals$}"))
}

fn trim_zeros(digits: String) -> String {
    if !digits.contains('.') {
        return digits;
    }
    digits.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// `$1.2bn`, `−€340m`, `CHF 12k`: the one way in which the program writes money, on charts, pages and terminals.
pub fn money(value: f64, currency: &str) -> String {
    let digits = short(value);
    let (sign, digits) = digits.strip_prefix('−').map_or(("", digits.as_str()), |digits| ("−", digits));
    if value.is_finite() { format!("{sign}{}{digits}", symbol(currency)) } else { ABSENT.into() }
}

/// What stands before an amount.
pub fn symbol(currency: &str) -> String {
    match currency {
        "USD" => "$".into(),
        "EUR" => "€".into(),
        "GBP" => "£".into(),
        "" => String::new(),
        other => format!("{other}{TIED}"),
    }
}

/// `31 %` from 0.31; one decimal below ten, and so many that what is not all is not called all: `99.96 %`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return ABSENT.into();
    }
    let value = share * 100.0;
    let (value, short) = short_of_all(value);
    let decimals = if value.abs() < 9.95 { 1 } else { short };
    let mut digits = format!("{:.decimals$}", value.abs());
    if digits.ends_with(".0") {
        digits.truncate(digits.len() - 2);
    }
    let sign = if value < 0.0 && digits != "0" { "−" } else { "" };
    format!("{sign}{digits}{TIED}%")
}

/// A price with the decimals of its step, `66.35`, `1,250.00`, or, where its step is not known, with those its size calls
/// for: `0.9981`, `36,500`, `0.00001234`.
pub fn price(value: f64, decimals: Option<usize>) -> String {
    if !value.is_finite() {
        return ABSENT.into();
    }
    let size = value.abs();
    if size >= 10_000_000.0 {
        return short(value);
    }
    let by_size = || match size {
        s if s >= 10_000.0 => 0,
        s if s >= 1_000.0 => 1,
        s if s >= 1.0 || s == 0.0 => 2,
        s if s >= 0.001 => 4,
        // Four digits that count.
        s => (first_digit(s) + 3).min(MOST_DECIMALS),
    };
    let decimals = decimals.map_or_else(by_size, |decimals| decimals.min(MOST_DECIMALS));
    let digits = grouped(&format!("{size:.decimals$}"));
    if value < 0.0 { format!("−{digits}") } else { digits }
}

/// Of a price, however small.
const MOST_DECIMALS: usize = 12;

/// Behind the point: the place of the first digit that counts.
fn first_digit(size: f64) -> usize {
    (1..MOST_DECIMALS).find(|place| size * 10_f64.powi(*place as i32) >= 0.999).unwrap_or(MOST_DECIMALS)
}

/// A price on an axis whose labels lie `step` apart: no more decimals than tell them from one another.
pub fn price_tick(value: f64, step: f64) -> String {
    if value.abs() >= 100_000.0 {
        return short(value);
    }
    let decimals = match step {
        s if s >= 0.999 => 0,
        s if s >= 0.0999 => 1,
        s if s >= 0.00999 => 2,
        s if s >= 0.0000999 => 4,
        s => first_digit(s),
    };
    let digits = grouped(&format!("{:.decimals$}", value.abs()));
    if value < 0.0 { format!("−{digits}") } else { digits }
}

/// Commas between thousands.
fn grouped(digits: &str) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::with_capacity(digits.len() + 4);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// Any number of a table: up to four decimals, a suffix from 100,000 on.
pub fn figure(value: f64) -> String {
    if value.is_finite() && value.abs() >= 100_000.0 { short(value) } else { trim_zeros(price(value, None)) }
}

/// A number in its unit, as fidelity and expectations carry it: ratios as percentages, money as money.
pub fn in_unit(value: f64, unit: &str, currency: &str) -> String {
    match unit {
        "ratio" | "share" | "%" => percent(value),
        unit if unit == currency && !unit.is_empty() => precise(value, currency),
        "" | "number" => figure(value),
        unit => format!("{}{TIED}{unit}", figure(value)),
    }
}

/// How far a number is from another of that unit, with its sign: shares in points.
pub fn error_in_unit(error: f64, unit: &str, currency: &str) -> String {
    if matches!(unit, "ratio" | "share" | "%") {
        return points(error);
    }
    let text = in_unit(error, unit, currency);
    if error > 0.0 && error.is_finite() { format!("+{text}") } else { text }
}

/// Money of which less than a thousand has its cents, `$98.03`, `$6.16bn`, and less than one, which can only be a price, three
/// digits that count: `$0.0000123`.
fn precise(value: f64, currency: &str) -> String {
    if value == 0.0 || !value.is_finite() || value.abs() >= 999.5 {
        return money(value, currency);
    }
    let size = value.abs();
    let decimals = if size < 0.995 { (first_digit(size) + 2).min(MOST_DECIMALS) } else { 2 };
    let digits = format!("{size:.decimals$}");
    // What counts no more is cut, but for the cents.
    let cents = digits.len() - (decimals - 2);
    let digits = format!("{}{}", &digits[..cents], digits[cents..].trim_end_matches('0'));
    let sign = if value < 0.0 && digits != "0.00" { "−" } else { "" };
    format!("{sign}{}{digits}", symbol(currency))
}

/// A quantity for a person, where it names a place of the summary: `firms.archegos.value_at_failure` is `archegos: value at
/// failure`.
pub fn quantity(words: &str) -> String {
    let place = !words.contains(' ') && words.contains('.');
    if !place {
        return words.to_owned();
    }
    let mut steps: Vec<&str> = words.split('.').collect();
    let what = steps.pop().unwrap_or_default().replace('_', " ");
    match steps.as_slice() {
        // A table of one kind of thing: its members have names of their own.
        ["firms" | "lenders" | "instruments" | "counterfactual", name, rest @ ..] => {
            let rest: String = rest.iter().map(|step| format!("{} ", step.replace('_', " "))).collect();
            format!("{name}: {rest}{what}")
        }
        steps => format!("{}: {what}", steps.join(" ").replace('_', " ")),
    }
}

/// A path of a world without what all paths have in front: `fund-a leverage`. One into a list stands as it is: without its
/// beginning nobody could tell what it leads to.
pub fn spoken(path: &str) -> String {
    if path.contains('[') {
        return path.to_owned();
    }
    let parts: Vec<&str> = path.split('.').collect();
    let kept = if parts.len() > 2 { &parts[1..] } else { &parts[..] };
    kept.join(" ").replace('_', " ")
}

/// `4.8` of "4.8 times".
pub fn times(ratio: f64) -> String {
    if ratio.is_finite() && ratio.abs() < 99.95 { trim_zeros(format!("{ratio:.1}")) } else { short(ratio) }
}

/// `12,345`.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// `1 account`, `3 accounts`.
pub fn counted(value: usize, one: &str, many: &str) -> String {
    format!("{}{TIED}{}", count(value as u64), if value == 1 { one } else { many })
}

/// `both lenders`, `all 9 lenders`, `the lender`.
pub fn all(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("the {one}"),
        2 => format!("both {many}"),
        _ => format!("all {}{TIED}{many}", grouped(&count.to_string())),
    }
}

/// `9 of 10 lenders`, `both lenders`.
pub fn of_all(some: usize, count: usize, one: &str, many: &str) -> String {
    if some == count && count > 0 {
        return all(count, one, many);
    }
    format!("{} of {}{TIED}{many}", grouped(&some.to_string()), grouped(&count.to_string()))
}

/// `a, b and c`.
pub fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// `−12 points`, `+1.2 points`: how far a share is from another.
pub fn points(share: f64) -> String {
    let text = percent(share);
    let text = text.trim_end_matches('%').trim_end().to_owned();
    let sign = if share > 0.0 && text != "0" { "+" } else { "" };
    if share.is_finite() { format!("{sign}{text}{TIED}points") } else { ABSENT.into() }
}

/// Small letters, digits, `_` and `-`: a file stem on every system.
pub fn stem(id: &str) -> String {
    let kept: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c.to_ascii_lowercase() } else { '-' })
        .take(48)
        .collect();
    if kept.is_empty() { "unnamed".into() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_with_three_digits_and_a_suffix() {
        let written: Vec<String> =
            [1.24e9, 3.4e8, 12_000.0, 950.0, 0.42, -5.5e9, 0.0, 999_960.0, 2.5e12].map(short).to_vec();
        assert_eq!(written, ["1.24bn", "340m", "12k", "950", "0.42", "−5.5bn", "0", "1m", "2.5tn"]);
    }

    #[test]
    fn what_is_no_number_is_not_available() {
        assert_eq!(short(f64::NAN), "n/a");
        assert_eq!(percent(f64::INFINITY), "n/a");
        assert_eq!(price(f64::NAN, None), "n/a");
    }

    #[test]
    fn money_has_its_symbol_and_a_minus_before_it() {
        assert_eq!(
            [money(6.16e9, "USD"), money(-4e8, "EUR"), money(12_000.0, "CHF")],
            ["$6.16bn", "−€400m", "CHF\u{a0}12k"]
        );
        assert_eq!([money(0.0, "USD"), money(f64::NAN, "USD"), money(5.0, "")], ["$0", "n/a", "5"]);
    }

    #[test]
    fn errors_have_signs_and_shares_are_apart_by_points() {
        assert_eq!(in_unit(-0.273, "ratio", "USD"), "−27\u{a0}%");
        assert_eq!(error_in_unit(0.012, "ratio", "USD"), "+1.2\u{a0}points");
        assert_eq!([error_in_unit(2e9, "USD", "USD"), error_in_unit(-3.93, "USD", "USD")], ["+$2bn", "−$3.93"]);
        assert_eq!([in_unit(98.03, "USD", "USD"), in_unit(100.0, "USD", "USD")], ["$98.03", "$100.00"]);
        // A price below a cent is not nothing; what is left of sums of fractions is.
        assert_eq!(
            [0.000_012_345, 0.1, 0.05, 0.123_4, 0.999, -1e-14].map(|price| in_unit(price, "USD", "USD")),
            ["$0.0000123", "$0.10", "$0.05", "$0.123", "$1.00", "$0.00"]
        );
        assert_eq!(error_in_unit(-0.000_5, "USD", "USD"), "−$0.0005");
        assert_eq!([in_unit(217e6, "units", "USD"), in_unit(3.0, "number", "USD")], ["217m\u{a0}units", "3"]);
    }

    #[test]
    fn a_place_of_the_summary_is_told_in_words() {
        assert_eq!(quantity("firms.archegos.value_at_failure"), "archegos: value at failure");
        assert_eq!(quantity("accounts.breached"), "accounts: breached");
        assert_eq!(quantity("instruments.es.drawdown"), "es: drawdown");
        assert_eq!(quantity("firms.arb.treasury.drawn.line"), "arb: treasury drawn line");
        assert_eq!(quantity("es: fall below 5.5"), "es: fall below 5.5");
    }

    #[test]
    fn counts_read_as_people_say_them() {
        assert_eq!([all(1, "lender", "lenders"), all(2, "lender", "lenders")], ["the lender", "both lenders"]);
        assert_eq!(all(9, "lender", "lenders"), "all 9\u{a0}lenders");
        assert_eq!([of_all(2, 2, "x", "xs"), of_all(1, 2, "x", "xs")], ["both xs", "1 of 2\u{a0}xs"]);
        assert_eq!(
            [points(0.012), points(-0.12), points(0.0)],
            ["+1.2\u{a0}points", "−12\u{a0}points", "0\u{a0}points"]
        );
    }

    #[test]
    fn shares_keep_a_decimal_below_ten() {
        assert_eq!(percent(0.314), "31\u{a0}%");
        assert_eq!(percent(-0.0123), "−1.2\u{a0}%");
        assert_eq!(percent(-0.0001), "0\u{a0}%");
        // Nearly all is not all.
        assert_eq!(
            [0.994, 0.9996, 1.0, 1.004].map(percent),
            ["99", "99.96", "100", "100"].map(|all| format!("{all}\u{a0}%"))
        );
    }

    #[test]
    fn prices_keep_the_decimals_their_size_calls_for() {
        let written: Vec<String> = [66.35, 0.9981, 36_500.0, -37.63, 1_234.5, 0.0].map(|at| price(at, None)).to_vec();
        assert_eq!(written, ["66.35", "0.9981", "36,500", "−37.63", "1,234.5", "0.00"]);
        // Those of the step, where it is known.
        assert_eq!(
            [price(7_397.0, Some(0)), price(4_000.0, Some(2)), price(0.9, Some(4))],
            ["7,397", "4,000.00", "0.9000"]
        );
    }

    #[test]
    fn an_axis_writes_no_more_decimals_than_it_needs() {
        assert_eq!(price_tick(-20.0, 20.0), "−20");
        assert_eq!(price_tick(0.95, 0.05), "0.95");
        assert_eq!(price_tick(36_500.0, 500.0), "36,500");
        // A price of 0.00001234 in steps of a hundred-millionth.
        assert_eq!([0.000_012_34, 0.05, 0.0].map(|at| price(at, None)), ["0.00001234", "0.0500", "0.00"]);
        assert_eq!([price_tick(0.000_012, 2e-6), price_tick(0.000_012_3, 5e-8)], ["0.000012", "0.00001230"]);
    }

    #[test]
    fn a_stem_is_a_file_name_everywhere() {
        assert_eq!(stem("BRK/A ../x"), "brk-a----x");
        assert_eq!(stem(""), "unnamed");
    }
}
