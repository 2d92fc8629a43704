//! Where a JSON value ends.
//!
//! In: bytes and the place of an opening bracket. Out: the place behind its closing one. It finds extents and validates
//! nothing: comments, single quotes, raw line breaks and wrong brackets are waved through as far as the end stays clear.

use memchr::{memchr, memchr2, memchr3, memmem};

/// A longer `/* */` is not looked through: a million openings without an end must not cost a million searches to the end.
const BLOCK_COMMENT: usize = 4096;

/// How a value that begins with a bracket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Closed; one past its last byte.
    Closed(usize),
    /// Given up: at this byte, the first of a line, something else begins.
    Broken(usize),
    /// Nothing closes it.
    Open,
}

/// Open brackets, a bit each: a megabyte of `[` costs 128 KiB.
#[derive(Default)]
pub(super) struct Nesting {
    depth: usize,
    bits: Vec<u64>,
}

impl Nesting {
    fn clear(&mut self) {
        self.depth = 0;
    }

    fn push(&mut self, array: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.bits.len() {
            self.bits.push(0);
        }
        let mask = 1 << bit;
        self.bits[word] = if array { self.bits[word] | mask } else { self.bits[word] & !mask };
        self.depth += 1;
    }

    /// Whether the bracket `below` the innermost one is `[`.
    fn is_array(&self, below: usize) -> bool {
        let at = self.depth - 1 - below;
        self.bits[at / 64] & (1 << (at % 64)) != 0
    }

    /// Takes a closing bracket; also the one below where that is the one it fits.
    fn pop(&mut self, array: bool) {
        if self.is_array(0) == array {
            self.depth -= 1;
        } else if self.depth > 1 && self.is_array(1) == array {
            self.depth -= 2;
        }
    }
}

/// Bytes inside a container that need a look.
const fn special() -> [bool; 256] {
    let mut table = [false; 256];
    let bytes = b"\"'{}[]/#\n\x1e \t\r";
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
}

const SPECIAL: [bool; 256] = special();

/// The end of the container that opens at `start`.
pub(super) fn container(bytes: &[u8], start: usize, nesting: &mut Nesting) -> End {
    nesting.clear();
    // The last byte that is neither blank nor comment: tells whether a line may begin with a bracket.
    let mut last = b'[';
    let mut at = start;
    // Where lines of words begin that no container has.
    let mut words = None;
    while let Some(&byte) = bytes.get(at) {
        if !SPECIAL[byte as usize] {
            last = byte;
            at += 1;
            continue;
        }
        match byte {
            b' ' | b'\t' | b'\r' => at += 1,
            b'"' => match string(bytes, at + 1) {
                Quoted::Closed(end) => (at, last) = (end, b'"'),
                Quoted::Broken(line) => return End::Broken(line),
                Quoted::Open => return End::Open,
            },
            b'{' | b'[' => {
                nesting.push(byte == b'[');
                (at, last) = (at + 1, byte);
            }
            b'}' | b']' => {
                nesting.pop(byte == b']');
                (at, last) = (at + 1, byte);
                if nesting.depth == 0 {
                    return End::Closed(at);
                }
            }
            b'\n' => {
                at += 1;
                let fits = last == b':' || (matches!(last, b',' | b'[') && nesting.is_array(0));
                if !fits && matches!(bytes.get(at), Some(b'{' | b'[')) {
                    return End::Broken(at);
                }
                words = words_line(&bytes[at..]).then(|| words.unwrap_or(at));
                if !fits && let Some(first) = words.filter(|_| carries_object(&bytes[at..])) {
                    return End::Broken(first);
                }
            }
            // A record separator (RFC 7464) begins a text, whatever was before.
            b'\x1e' => return End::Broken(at),
            b'\'' if matches!(last, b'{' | b'[' | b',' | b':') => at = single_quoted(bytes, at + 1).unwrap_or(at + 1),
            b'/' | b'#' => match comment(bytes, at) {
                Some(end) => at = end,
                None => (at, last) = (at + 1, byte),
            },
            _ => (at, last) = (at + 1, byte),
        }
    }
    End::Open
}

/// Whether a line begins here that is words: no member and no scalar of a container that goes on.
fn words_line(text: &[u8]) -> bool {
    let line = first_line(text).trim_ascii_end();
    let bare = line.iter().rposition(|byte| !matches!(byte, b',' | b']' | b'}')).map_or(line, |last| &line[..=last]);
    // `12:00` is no name, though a colon stands in it.
    let named = is_bare_key(line) && !line[0].is_ascii_digit();
    line.first().is_some_and(u8::is_ascii_alphanumeric) && !named && !is_scalar(bare)
}

/// Whether the line that begins here holds a whole object, as lines of a log do.
fn carries_object(text: &[u8]) -> bool {
    let line = first_line(text);
    let object = memmem::find(line, b"{\"");
    object.is_some_and(|start| matches!(container(line, start, &mut Nesting::default()), End::Closed(_)))
}

fn first_line(text: &[u8]) -> &[u8] {
    &text[..memchr(b'\n', text).unwrap_or(text.len())]
}

enum Quoted {
    Closed(usize),
    Broken(usize),
    Open,
}

/// The end of a string whose opening quote is behind us.
fn string(bytes: &[u8], mut at: usize) -> Quoted {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr3(b'"', b'\\', b'\n', rest)) {
        at += found;
        match bytes[at] {
            b'"' => return Quoted::Closed(at + 1),
            b'\\' => at += 2,
            _ => {
                at += 1;
                let rest = &bytes[at..];
                // A raw line break in a string happens; a line that looks like the next document or member says
                // that the quote was forgotten.
                if rest.starts_with(b"{\"")
                    || rest.starts_with(b"[{")
                    || rest.starts_with(b"{}")
                    || rest.starts_with(b"\x1e")
                {
                    return Quoted::Broken(at);
                }
                let blanks = rest.iter().take(256).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                if matches!(rest.get(blanks), Some(b'"' | b'}' | b']')) {
                    return Quoted::Closed(at - 1);
                }
            }
        }
    }
    Quoted::Open
}

/// The end of a single-quoted string, if it ends on its line.
fn single_quoted(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr3(b'\'', b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'\'' => return Some(at + 1),
            b'\\' => at += 2,
            _ => return None,
        }
    }
}

/// The end of a comment that begins here, if one does.
fn comment(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes[..at].last().copied().unwrap_or(b'\n');
    let rest = &bytes[at..];
    let to_line_end = || at + memchr(b'\n', rest).unwrap_or(rest.len());
    match rest {
        // `https://` without quotes is no comment.
        [b'/', b'/', ..] if before != b':' => Some(to_line_end()),
        [b'/', b'*', inside @ ..] => {
            let close = &inside[..inside.len().min(BLOCK_COMMENT)];
            memmem::find(close, b"*/").map(|found| at + found + 4)
        }
        [b'#', ..] if before.is_ascii_whitespace() => Some(to_line_end()),
        _ => None,
    }
}

/// Whether the bracket here can be the start of JSON: `[{"`, `[1`, `{"a"`, not `[INFO]` or `{id}`.
pub(super) fn opens(bytes: &[u8], at: usize) -> bool {
    let Some(rest) = bytes.get(at + 1..) else { return false };
    let inner = rest.trim_ascii_start();
    let Some(&first) = inner.first() else { return true };
    match bytes[at] {
        b'{' => matches!(first, b'"' | b'\'' | b'}' | b'/' | b'#' | b',') || first >= 0x80 || is_bare_key(inner),
        b'[' => {
            matches!(first, b'"' | b'\'' | b']' | b'[' | b'{' | b'/' | b'-' | b'0'..=b'9' | b',')
                || first >= 0x80
                || [&b"true"[..], b"false", b"null", b"None", b"True", b"False", b"NaN"]
                    .iter()
                    .any(|word| inner.starts_with(word))
        }
        _ => false,
    }
}

/// Whether a word and a colon stand here, as in `{code: 1}`.
fn is_bare_key(text: &[u8]) -> bool {
    let word = text
        .iter()
        .take(128)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'))
        .count();
    word > 0 && text[word..].trim_ascii_start().starts_with(b":")
}

/// Whether this is exactly one JSON string, number, `true`, `false` or `null`.
pub(super) fn is_scalar(text: &[u8]) -> bool {
    match text {
        b"true" | b"false" | b"null" => true,
        [b'"', inner @ ..] => {
            let mut at = 0;
            while let Some(found) = inner.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
                at += found;
                match inner[at] {
                    b'"' => return at + 1 == inner.len(),
                    _ => at += 2,
                }
            }
            false
        }
        [b'-' | b'0'..=b'9', ..] => is_number(text),
        _ => false,
    }
}

fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents() {
        let table: &[(&str, End)] = &[
            ("{}", End::Closed(2)),
            ("[]x", End::Closed(2)),
            (r#"{"a":"}"}1"#, End::Closed(9)),
            (r#"{"a":"\"}"}"#, End::Closed(11)),
            (r#"{"a":"\\"}"#, End::Closed(10)),
            ("[[[[]]]]]", End::Closed(8)),
            ("{\n// it's {\n\"a\":1}", End::Closed(18)),
            ("{/* } */}", End::Closed(9)),
            ("{\n # don't }\n}", End::Closed(14)),
            ("{u: http://x}", End::Closed(13)),
            ("{'a': '}'}", End::Closed(10)),
            (r#"{"a": 'it"s'}"#, End::Closed(13)),
            ("{\"a\":[1}", End::Closed(8)),
            ("{\"a\":\"b\nc\"}", End::Closed(11)),
            ("{\"a\":\"b\n\"c\":1}", End::Closed(14)),
            ("{\"a\":\n{\"b\":1}}", End::Closed(14)),
            ("[\n{},\n{}\n]", End::Closed(10)),
            ("{\"a\":1", End::Open),
            ("{\"a", End::Open),
            ("{\"a\\", End::Open),
            ("[", End::Open),
            ("{\"a\":1\n{\"b\":2}", End::Broken(7)),
            ("{\"a\":1,\n{\"b\":2}", End::Broken(8)),
            ("{\"a\":\"x\n{\"b\":2}", End::Broken(8)),
            ("{\"a\":\x1e{}", End::Broken(5)),
        ];
        for (text, expected) in table {
            assert_eq!(container(text.as_bytes(), 0, &mut Nesting::default()), *expected, "{text}");
        }
    }

    #[test]
    fn depth_costs_a_bit() {
        let text = [vec![b'['; 1_000_000], vec![b']'; 1_000_000]].concat();
        assert_eq!(container(&text, 0, &mut Nesting::default()), End::Closed(2_000_000));
    }

    #[test]
    fn openings() {
        for text in
            ["{}", "{\"", "{ \"a", "{'a", "{a: 1", "[1", "[-1", "[\"", "[ ]", "[null", "{", "[", "{\n\"", "{“a”"]
        {
            assert!(opens(text.as_bytes(), 0), "{text}");
        }
        for text in ["[INFO]", "[main] x", "{id}", "{id}/x", "{{name}}", "[x]"] {
            assert!(!opens(text.as_bytes(), 0), "{text}");
        }
    }

    #[test]
    fn scalars() {
        for text in ["true", "null", "0", "-1", "10.5", "1e9", "1E-9", "0.5e+1", "\"\"", "\"a\\\"b\"", "\"\\\\\""] {
            assert!(is_scalar(text.as_bytes()), "{text}");
        }
        for text in ["", "tru", "01", "1.", ".5", "1e", "+1", "-", "\"", "\"a", "\"a\"b", "\"\\\"", "1 2", "NaN", "a"] {
            assert!(!is_scalar(text.as_bytes()), "{text}");
        }
    }
}
