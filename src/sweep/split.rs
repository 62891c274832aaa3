//! `a,b,c` into values.

/// Splits at the commas that stand outside quotes and brackets: `3,5` is two values, `["x","y"],["z"]`
/// too.
///
/// # Errors
/// When a value is empty, a quote or a bracket stays open, or a value is given twice.
pub fn split_values(text: &str) -> Result<Vec<String>, String> {
    let values: Vec<String> = outside(text, ',')?.iter().map(|value| value.trim().to_owned()).collect();
    for (index, value) in values.iter().enumerate() {
        if value.is_empty() {
            return Err(format!("there is an empty value in `{text}`; write PATH=A,B,C"));
        }
        if values[..index].contains(value) {
            return Err(format!("`{value}` is given twice"));
        }
    }
    Ok(values)
}

/// The parts between separators that stand outside quotes and brackets.
///
/// # Errors
/// When a quote or a bracket stays open.
pub fn outside(text: &str, separator: char) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut open: Vec<char> = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for (place, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                let pair = open.pop().map(|opening| matches!((opening, c), ('(', ')') | ('[', ']') | ('{', '}')));
                if pair != Some(true) {
                    return Err(format!("`{c}` closes nothing in `{text}`"));
                }
            }
            _ if c == separator && open.is_empty() => {
                parts.push(&text[start..place]);
                start = place + c.len_utf8();
            }
            _ => {}
        }
    }
    if quoted || !open.is_empty() {
        return Err(format!("a quote or a bracket stays open in `{text}`"));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_quotes_and_brackets_split_nothing() {
        assert_eq!(split_values("3, 5,8").unwrap(), ["3", "5", "8"]);
        assert_eq!(split_values(r#"["a","b"],["c"]"#).unwrap(), [r#"["a","b"]"#, r#"["c"]"#]);
        assert_eq!(split_values(r#""a,b","c\",d""#).unwrap(), [r#""a,b""#, r#""c\",d""#]);
        assert_eq!(
            split_values("Rate(im: 0.1, mm: 0.05),Unmargined").unwrap(),
            ["Rate(im: 0.1, mm: 0.05)", "Unmargined"]
        );
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        for wrong in ["", "3,", ",3", "3,,5", "[3", "3]", "(3]", "\"a", "3,3"] {
            assert!(split_values(wrong).is_err(), "{wrong}");
        }
    }
}
