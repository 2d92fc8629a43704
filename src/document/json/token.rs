//! The small parts of JSON and of what people write instead: blanks, comments, quotes, numbers, words.

use crate::document::tree::Body;
use crate::document::{ProblemKind, spell};

/// Something between tokens that JSON does not allow there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) kind: ProblemKind,
    pub(super) end: usize,
}

/// The comment, placeholder dots or odd blank at `at`.
pub(super) fn gap(bytes: &[u8], at: usize) -> Option<Gap> {
    let rest = &bytes[at..];
    let comment = |length: usize| Some(Gap { kind: ProblemKind::Comment, end: at + length });
    match rest.first()? {
        b'#' => comment(line(rest)),
        b'/' if rest.starts_with(b"//") => comment(line(rest)),
        b'/' if rest.starts_with(b"/*") => {
            comment(memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4))
        }
        // Documentation leaves things out so.
        b'.' if rest.starts_with(b"...") => comment(rest.iter().take_while(|byte| **byte == b'.').count()),
        0xe2 if rest.starts_with("…".as_bytes()) => comment(3),
        _ => match odd_blanks(rest) {
            0 => None,
            length => Some(Gap { kind: ProblemKind::OddBlank, end: at + length }),
        },
    }
}

fn line(rest: &[u8]) -> usize {
    let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    rest[..line].trim_ascii_end().len()
}

/// The length of blanks that JSON does not know: form feeds, no-break spaces and other characters without ink.
fn odd_blanks(rest: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += match &rest[length..] {
            [0xb | 0xc, ..] => 1,
            [0xc2, 0xa0 | 0x85, ..] => 2,
            [0xe2, 0x80, 0x80..=0x8f | 0xa8..=0xaf, ..] | [0xe2, 0x81, 0x9f | 0xa0, ..] => 3,
            [0xe3, 0x80, 0x80, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
            _ => return length,
        }
    }
}

/// The first byte of the next token.
pub(in crate::document) fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            at += 1;
        }
        match gap(bytes, at.min(bytes.len())) {
            Some(gap) => at = gap.end,
            None => return at.min(bytes.len()),
        }
    }
}

/// An opening quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) struct Quote {
    kind: QuoteKind,
    /// Bytes that it takes.
    width: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuoteKind {
    Double,
    Single,
    Backtick,
    /// `“ ” „ ‟ « » ＂`
    DoubleMark,
    /// `‘ ’ ‚ ‛ ＇`
    SingleMark,
}

impl Quote {
    pub(super) const DOUBLE: Self = Self { kind: QuoteKind::Double, width: 1 };
}

/// The quote at `at`, of whatever sort.
pub(super) fn quote(bytes: &[u8], at: usize) -> Option<Quote> {
    let (kind, width) = match bytes.get(at..)? {
        [b'"', ..] => (QuoteKind::Double, 1),
        [b'\'', ..] => (QuoteKind::Single, 1),
        [b'`', ..] => (QuoteKind::Backtick, 1),
        [0xe2, 0x80, 0x9c..=0x9f, ..] | [0xef, 0xbc, 0x82, ..] => (QuoteKind::DoubleMark, 3),
        [0xe2, 0x80, 0x98..=0x9b, ..] | [0xef, 0xbc, 0x87, ..] => (QuoteKind::SingleMark, 3),
        [0xc2, 0xab | 0xbb, ..] => (QuoteKind::DoubleMark, 2),
        _ => return None,
    };
    Some(Quote { kind, width })
}

/// The quote at `at`, or behind Python's prefix there (`u'…'`, `b"…"`), and the bytes up to the text.
pub(in crate::document) fn opening(bytes: &[u8], at: usize) -> Option<(Quote, usize)> {
    if let Some(quote) = quote(bytes, at) {
        return Some((quote, quote.width));
    }
    let prefixed = matches!(bytes.get(at), Some(b'u' | b'b' | b'r' | b'U' | b'B' | b'R'));
    let quote = quote(bytes, at + 1).filter(|_| prefixed)?;
    matches!(quote.kind, QuoteKind::Double | QuoteKind::Single).then_some((quote, 1 + quote.width))
}

/// Bytes that a string of JSON holds as they are.
const PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = false;
        byte += 1;
    }
    table[b'"' as usize] = false;
    table[b'\\' as usize] = false;
    table
};

/// The next byte of a string that needs a look: a control, a backslash, a possible closing quote; or the end.
pub(super) fn string_piece(bytes: &[u8], at: usize, quote: Quote) -> usize {
    let rest = &bytes[at..];
    let length = if quote.kind == QuoteKind::Double {
        rest.iter().position(|byte| !PLAIN[*byte as usize])
    } else {
        rest.iter().position(|byte| matches!(byte, 0..=0x1f | b'\\' | b'"' | b'\'' | b'`' | 0xc2 | 0xe2 | 0xef))
    };
    at + length.unwrap_or(rest.len())
}

/// Behind the closing quote of a string whose text begins at `at`, without a look at what is in it.
pub(in crate::document) fn string_end(bytes: &[u8], mut at: usize, quote: Quote) -> Option<usize> {
    loop {
        at = string_piece(bytes, at, quote);
        at += match bytes.get(at)? {
            b'\\' if at + 1 < bytes.len() => 2,
            _ => match closing(bytes, at, quote) {
                0 => 1,
                width => return Some(at + width),
            },
        };
    }
}

/// The length of the quote at `at` if it closes a string that `open` opened; else 0.
pub(super) fn closing(bytes: &[u8], at: usize, open: Quote) -> usize {
    use QuoteKind as K;
    let Some(found) = quote(bytes, at) else { return 0 };
    let closes = match (open.kind, found.kind) {
        (K::Double, K::Double) | (K::Backtick, K::Backtick) | (K::DoubleMark, K::DoubleMark) => true,
        // A quote of the keyboard may stand within typographic ones.
        (K::DoubleMark, K::Double) => before_structure(bytes, at + found.width),
        (K::Single, K::Single) | (K::SingleMark, K::SingleMark | K::Single) => !is_apostrophe(bytes, at, found.width),
        _ => false,
    };
    if closes { found.width } else { 0 }
}

/// Whether a `"` belongs to the text of its string: `"the "size" is wrong"`. A word right behind it, or a pair that
/// is open and nothing behind it that would follow a string, say so; JSON has neither.
pub(super) fn is_stray(bytes: &[u8], at: usize, quoting: bool) -> bool {
    if quoting { !before_structure(bytes, at + 1) } else { bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) }
}

fn before_structure(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(skip_plain_blank(bytes, at)), None | Some(b',' | b':' | b'}' | b']'))
}

fn skip_plain_blank(bytes: &[u8], at: usize) -> usize {
    /// Enough for any indentation; unbounded, a long run of quotes and blanks would be walked again and again.
    const FAR: usize = 64;
    let near = bytes[at..bytes.len().min(at + FAR)].iter().position(|byte| !byte.is_ascii_whitespace());
    near.map_or(bytes.len().min(at + FAR), |length| at + length)
}

/// Whether it stands within a word: `don't`.
fn is_apostrophe(bytes: &[u8], at: usize, width: usize) -> bool {
    let letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    letter(at.checked_sub(1).and_then(|before| bytes.get(before)))
        && letter(bytes.get(at + width))
        && quote(bytes, at + width).is_none()
}

/// The end of a number as JSON spells it.
pub(super) fn strict_number(bytes: &[u8], start: usize) -> Option<usize> {
    let at = spell::number(bytes, start)?;
    // `1-2`, `1px`, `1.2.3` are words.
    (!bytes.get(at).is_some_and(is_word_byte)).then_some(at)
}

fn is_word_byte(byte: &u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'+' | b'.' | b'$' | b'@' | b'%' | 0x80..)
}

/// The end of the run of letters, digits and the like at `at`.
pub(in crate::document) fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(byte) = bytes.get(end).filter(|byte| is_word_byte(byte)) {
        if *byte >= 0x80 && (quote(bytes, end).is_some() || gap(bytes, end).is_some()) {
            break;
        }
        end += 1;
    }
    end
}

/// Whether this word is a scalar of JSON, or of JavaScript, Python, Ruby or Go printing the same thing.
pub(in crate::document) fn is_scalar_word(word: &[u8]) -> bool {
    literal(word).is_some() || is_number(word)
}

/// What a word that starts a value means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    True,
    False,
    Null,
    /// A literal of a language near JSON.
    Like(Body),
    /// A number that JSON spells otherwise.
    Number,
    Other,
}

/// Reads what starts at `at` and is no bracket, string or strict number. Takes at least one byte.
pub(super) fn word(bytes: &[u8], at: usize) -> (Word, usize) {
    let end = word_end(bytes, at);
    let word = &bytes[at..end];
    match word {
        b"true" => return (Word::True, end),
        b"false" => return (Word::False, end),
        b"null" => return (Word::Null, end),
        _ => {}
    }
    let phrase = phrase_end(bytes, at);
    // `NaN` is a number; `None of these` is not nothing.
    if phrase == end || !matches!(bytes.get(end), Some(b' ' | b'(' | b'/' | b':')) {
        if let Some(body) = literal(word) {
            return (Word::Like(body), end);
        }
        if is_number(word) {
            return (Word::Number, end);
        }
    }
    (Word::Other, phrase)
}

fn literal(word: &[u8]) -> Option<Body> {
    Some(match word {
        b"true" | b"True" | b"TRUE" => Body::Bool(true),
        b"false" | b"False" | b"FALSE" => Body::Bool(false),
        b"null" | b"Null" | b"NULL" | b"None" | b"nil" | b"undefined" => Body::Null,
        _ => return None,
    })
}

/// Whether a word is a number in some language: `+1`, `01`, `.5`, `5.`, `0x1F`, `1_000`, `NaN`, `-Infinity`.
fn is_number(word: &[u8]) -> bool {
    let Ok(word) = std::str::from_utf8(word) else { return false };
    let word = word.strip_prefix(['+', '-']).unwrap_or(word);
    if matches!(word, "NaN" | "nan" | "Infinity" | "Inf" | "inf" | "+Inf") {
        return true;
    }
    if let Some(hex) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    word.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-' | b'_'))
        && word.replace('_', "").parse::<f64>().is_ok()
}

/// The end of words without quotes: up to a comma, a closing bracket, a string, a comment or the end of the line.
/// Brackets that were opened within are passed whole: `ObjectId("5f")`, `<Response [404]>`.
fn phrase_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' => break,
            b'(' | b'<' => depth += 1,
            b')' | b'>' => depth = depth.saturating_sub(1),
            b',' | b']' | b'}' | b'"' | b'{' | b'[' if depth == 0 && at > start => break,
            b' ' | b'\t' if depth == 0 && gap(bytes, at + 1).is_some_and(|gap| gap.kind == ProblemKind::Comment) => {
                break;
            }
            _ => {}
        }
        at += 1;
    }
    let end = start + bytes[start..at].trim_ascii_end().len();
    end.max(start + 1)
}

/// The end of a member's name without quotes. Takes at least one byte.
pub(super) fn name_end(bytes: &[u8], start: usize) -> usize {
    let ends = |byte: &u8| matches!(byte, b':' | b'=' | b',' | b'{' | b'}' | b'[' | b']' | b'"' | b'\n' | b'\r');
    let length = bytes[start..].iter().skip(1).position(ends).map_or(bytes.len() - start, |length| length + 1);
    let end = start + bytes[start..start + length].trim_ascii_end().len();
    end.max(start + 1)
}
