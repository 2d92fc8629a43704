//! From the spelling of text in the source to the text: JSON escapes, XML references.

use std::borrow::Cow;

use super::tree::Spelling;

pub(super) fn resolve(bytes: &[u8], spelling: Spelling) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    match spelling {
        Spelling::Plain => text,
        Spelling::Json => Cow::Owned(unescape(&text)),
        Spelling::Xml => Cow::Owned(expand(&text)),
    }
}

/// One backslash escape: where it ends, what it says (nothing: what stands there, kept as it is), whether JSON knows it.
pub(super) struct Escape {
    pub(super) end: usize,
    pub(super) says: Option<char>,
    pub(super) strict: bool,
}

/// Reads the escape whose backslash is at `at`.
pub(super) fn escape(bytes: &[u8], at: usize) -> Escape {
    let end = at + 2;
    let known = |c| Escape { end, says: Some(c), strict: true };
    let odd = |end, says| Escape { end, says, strict: false };
    match bytes.get(at + 1) {
        Some(byte @ (b'"' | b'\\' | b'/')) => known(char::from(*byte)),
        Some(b'b') => known('\u{8}'),
        Some(b'f') => known('\u{c}'),
        Some(b'n') => known('\n'),
        Some(b'r') => known('\r'),
        Some(b't') => known('\t'),
        Some(b'u') => unicode(bytes, at),
        Some(b'\'') => odd(end, Some('\'')),
        Some(b'x') => match hex(bytes, at + 2, 2) {
            Some(code) => odd(at + 4, char::from_u32(code)),
            None => odd(end, None),
        },
        // The next byte may start a longer character: only the backslash is taken.
        _ => odd(at + 1, None),
    }
}

fn unicode(bytes: &[u8], at: usize) -> Escape {
    let Some(first) = hex(bytes, at + 2, 4) else {
        return Escape { end: at + 2, says: None, strict: false };
    };
    if (0xd800..0xdc00).contains(&first)
        && bytes[at + 6..].starts_with(b"\\u")
        && let Some(second @ 0xdc00..0xe000) = hex(bytes, at + 8, 4)
    {
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Escape { end: at + 12, says: char::from_u32(code), strict: true };
    }
    let says = char::from_u32(first);
    Escape { end: at + 6, says: Some(says.unwrap_or('\u{fffd}')), strict: says.is_some() }
}

fn hex(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = bytes.get(at..at + digits)?;
    digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[from..]) {
        let at = from + found;
        out.push_str(&text[from..at]);
        let escape = escape(bytes, at);
        // An escape ends on a character's edge: it is made of ASCII.
        from = escape.end.min(text.len());
        match escape.says {
            Some(c) => out.push(c),
            None => out.push_str(&text[at..from]),
        }
    }
    out.push_str(&text[from..]);
    out
}

/// Reads the reference whose `&` is at `at`: where it ends and the character; nothing for other entities.
pub(super) fn reference(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    // The longest is `&#x10FFFF;`, with a few zeros to spare.
    let rest = &bytes[at + 1..bytes.len().min(at + 16)];
    let length = memchr::memchr(b';', rest)?;
    let name = std::str::from_utf8(&rest[..length]).ok()?;
    let says = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((at + length + 2, says))
}

fn expand(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'&', &bytes[from..]) {
        let at = from + found;
        out.push_str(&text[from..at]);
        match reference(bytes, at) {
            Some((end, says)) => {
                out.push(says);
                from = end;
            }
            None => {
                out.push('&');
                from = at + 1;
            }
        }
    }
    out.push_str(&text[from..]);
    out
}

/// What a JSON text says, given what stands between its quotes and whether it has escapes.
pub(super) fn text(source: &str, spelled: bool) -> Cow<'_, str> {
    if spelled { resolve(source.as_bytes(), Spelling::Json) } else { Cow::Borrowed(source) }
}

/// Where the number ends that begins here, as JSON spells numbers.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut at = at + usize::from(*bytes.get(at)? == b'-');
    at = match bytes.get(at)? {
        b'0' => at + 1,
        b'1'..=b'9' => digits(at),
        _ => return None,
    };
    if bytes.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        at = (end > at + 1).then_some(end)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at + 1 + sign);
        at = (end > at + 1 + sign).then_some(end)?;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (source, text) in [
            (r#"a\"b\\c\/d"#, "a\"b\\c/d"),
            (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
            (r"\u0041\u00e9\ud83d\ude00", "Aé😀"),
            (r"\ud83d!", "\u{fffd}!"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"C:\Users\é", r"C:\Users\é"),
            (r"\x41\xzz\'", r"A\xzz'"),
            (r"\u12", r"\u12"),
            ("cut\\", "cut\\"),
        ] {
            assert_eq!(resolve(source.as_bytes(), Spelling::Json), text, "{source}");
        }
    }

    #[test]
    fn references() {
        for (source, text) in [
            ("a &amp;&lt;&gt;&quot;&apos; b", "a &<>\"' b"),
            ("&#65;&#x41;&#X1F600;", "AA😀"),
            ("&nbsp; & &; &#xD800; &amp", "&nbsp; & &; &#xD800; &amp"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(resolve(source.as_bytes(), Spelling::Xml), text, "{source}");
        }
    }
}
