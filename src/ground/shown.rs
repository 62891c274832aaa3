//! Somebody else's text, as it may be shown to a person: what a terminal would obey, and what would let a line read
//! otherwise than it is written, stands there as `\u{1b}`.

use std::borrow::Cow;

/// Controls but for line ends and tabs; marks of direction; separators that some readers take for line ends; what has no
/// width and no letter to stand on. Joiners stay: scripts need them.
pub fn obeyed(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => true,
        c => c.is_control(),
    }
}

/// A text of one line or many.
pub fn shown(text: &str) -> Cow<'_, str> {
    by(text, obeyed, |c| c.escape_unicode().to_string())
}

/// A text that is a part of a line and may not begin another.
pub fn within_a_line(text: &str) -> Cow<'_, str> {
    by(text, |c| obeyed(c) || c == '\n' || c == '\t', |c| c.escape_default().to_string())
}

/// JSON, in which what it leaves as it is can stand in texts only.
pub fn shown_json(json: &str) -> Cow<'_, str> {
    let unit = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    by(json, obeyed, unit)
}

/// As many bytes as before, so that places in the text stay where they are.
pub fn of_one_length(text: &str) -> Cow<'_, str> {
    let mark = |c: char| ["?", "\u{bf}", "\u{fffd}", "\u{1f6ab}"][c.len_utf8() - 1].to_owned();
    by(text, obeyed, mark)
}

fn by(text: &str, is: impl Fn(char) -> bool + Copy, mark: impl Fn(char) -> String) -> Cow<'_, str> {
    if !text.contains(is) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is(c) { out.push_str(&mark(c)) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WILD: &str = "T\u{1b}[31m\u{7}\u{1b}]0;pwned\u{7}\u{202e}\r\u{9b}\u{2066}\u{e0041}.";

    #[test]
    fn nothing_that_a_terminal_obeys_or_that_turns_a_line_is_left() {
        for text in [shown(WILD), within_a_line(WILD), shown_json(WILD), of_one_length(WILD)] {
            assert!(!text.contains(obeyed), "{text:?}");
        }
        assert_eq!(shown("a\u{1b}[1mb"), "a\\u{1b}[1mb");
        assert_eq!(within_a_line("a\nb"), "a\\nb");
        assert_eq!(of_one_length(WILD).len(), WILD.len());
        assert_eq!(shown_json("\"\u{202e}\u{e0041}\""), r#""\u202e\udb40\udc41""#);
    }

    #[test]
    fn letters_of_every_script_stay_as_they_are() {
        let text = "Zinsänderung, 金利, ריבית, فائدة, क्षि, 👩\u{200d}🔬\n\tend";
        assert!(matches!(shown(text), Cow::Borrowed(same) if same == text));
    }
}
