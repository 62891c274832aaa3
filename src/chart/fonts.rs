//! The charts' own font, as a page or a picture carries it.
//!
//! A machine that has not got it would set texts in another, and what was measured would not fit: so every SVG and every
//! page has both faces inside. They are subsets already, of sixty thousand bytes each.

use std::sync::OnceLock;

pub const REGULAR: &[u8] = include_bytes!("../../assets/FiresaleSans-Regular.otf");
pub const BOLD: &[u8] = include_bytes!("../../assets/FiresaleSans-Bold.otf");

/// Both faces in the language of style sheets.
pub fn faces() -> &'static str {
    static FACES: OnceLock<String> = OnceLock::new();
    FACES.get_or_init(|| {
        let face = |bytes: &[u8], weight: u32| {
            format!(
                "@font-face {{ font-family: \"Firesale Sans\"; font-weight: {weight}; src: url(data:font/otf;base64,{}) \
                 format(\"opentype\"); }}\n",
                base64(bytes)
            )
        };
        face(REGULAR, 400) + &face(BOLD, 700)
    })
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(LETTERS[(word >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_rfc_vectors() {
        let written: Vec<String> =
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|t| base64(t.as_bytes())).to_vec();
        assert_eq!(written, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }
}
