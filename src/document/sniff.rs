//! What the bytes are, and where the part to read begins.
//!
//! A wrong guess is worse than a modest one: prose with a bracket in it stays text, and JSON inside prose is taken
//! only where it reads as an object with a member, or as a list of such.

use super::json;

/// What to read the bytes as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Binary,
    Text,
    Html,
    Xml { from: usize },
    Json(Start),
}

/// Where JSON begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// After a byte order mark.
    pub(super) text: usize,
    /// The value's first byte.
    pub(super) value: usize,
    /// Whether it stands in other text; what is around it is no comment then.
    pub(super) embedded: bool,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How much is looked at to tell text from binary.
const SAMPLE: usize = 8192;
/// How far one look ahead goes: a longer name or deeper nesting is taken on trust.
const LOOK_AHEAD: usize = 256;
/// Embedded values that are weighed against each other.
const MAX_CANDIDATES: usize = 32;

pub(super) fn kind(bytes: &[u8]) -> Kind {
    let text = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let Some(first) = first_visible(bytes, text) else { return Kind::Empty };
    let opens = matches!(bytes[first], b'{' | b'[' | b'<');
    // A page says what it is, however many controls somebody has put into it.
    if is_binary(&bytes[text..], opens) && !matches!(html_at(bytes, first), Some(Page::Whole)) {
        return Kind::Binary;
    }
    if bytes[first] == b'<'
        && let Some(kind) = markup(bytes, text, first)
    {
        return kind;
    }
    let value = json::skip_blank(bytes, first);
    let start = |value, embedded| Kind::Json(Start { text, value, embedded });
    match bytes.get(value) {
        Some(b'{' | b'[') if reads_as_body(bytes, value) => return start(value, false),
        Some(b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
            if value == first && json::is_strict_scalar(&bytes[value..]) =>
        {
            return start(value, false);
        }
        _ => {}
    }
    if let Some(value) = embedded(bytes, first) {
        return start(value, true);
    }
    match memchr::memmem::find(&bytes[first..], b"<?xml ") {
        Some(at) => Kind::Xml { from: first + at },
        None => Kind::Text,
    }
}

pub(super) fn first_visible(bytes: &[u8], from: usize) -> Option<usize> {
    bytes[from..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|at| from + at)
}

/// Whether this is no text. A body that opens like one may hold a few controls; anything else with a NUL is binary.
fn is_binary(bytes: &[u8], opens: bool) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let mut odd = sample.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    let mut rest = sample;
    for chunk in sample.utf8_chunks() {
        rest = &rest[chunk.valid().len() + chunk.invalid().len()..];
        // The sample's end may cut a character.
        if !(rest.is_empty() && sample.len() < bytes.len()) {
            odd += chunk.invalid().len();
        }
    }
    let nul = !opens && memchr::memchr(0, bytes).is_some();
    nul || odd * 10 > sample.len() * 3
}

fn markup(bytes: &[u8], text: usize, first: usize) -> Option<Kind> {
    let rest = &bytes[first..];
    if !matches!(rest.get(1), Some(b'?' | b'!' | b'_' | b':' | b'a'..=b'z' | b'A'..=b'Z' | 0x80..)) && rest.len() > 1 {
        return None;
    }
    match html_at(bytes, first) {
        // Warnings in front of the answer, as some servers print them.
        Some(Page::Fragment("br" | "b")) => match embedded(bytes, first) {
            Some(value) => Some(Kind::Json(Start { text, value, embedded: true })),
            None => Some(Kind::Html),
        },
        Some(_) => Some(Kind::Html),
        None => Some(Kind::Xml { from: first }),
    }
}

enum Page {
    Whole,
    Fragment(&'static str),
}

/// Tags that open a page without its head. Names that XML answers use as well (`a`, `link`, `meta`) are not here.
const FRAGMENTS: [&str; 17] = [
    "head", "body", "title", "script", "center", "h1", "h2", "h3", "h4", "p", "div", "pre", "font", "table", "hr",
    "br", "b",
];

/// Whether markup is a page: by its document type or its outermost tag, after comments and an XML declaration.
fn html_at(bytes: &[u8], mut at: usize) -> Option<Page> {
    let mut declared = false;
    loop {
        let rest = &bytes[at..];
        let skipped = if rest.starts_with(b"<!--") {
            memchr::memmem::find(rest, b"-->").map(|end| end + 3)
        } else if rest.starts_with(b"<?") && rest.get(2) != Some(&b'>') {
            declared = true;
            memchr::memmem::find(rest, b"?>").map(|end| end + 2)
        } else {
            break;
        };
        at = first_visible(bytes, at + skipped?)?;
    }
    let rest = &bytes[at..];
    if starts_without_case(rest, b"<!doctype") {
        let name = first_visible(bytes, at + 9)?;
        return starts_without_case(&bytes[name..], b"html").then_some(Page::Whole);
    }
    let name = rest.strip_prefix(b"<")?;
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric());
    let name = &name[..end.unwrap_or(name.len())];
    if name.eq_ignore_ascii_case(b"html") {
        return Some(Page::Whole);
    }
    // A shorter name may be the start of any other.
    end?;
    let fragment = FRAGMENTS.iter().find(|known| name.eq_ignore_ascii_case(known.as_bytes()))?;
    (!declared).then_some(Page::Fragment(fragment))
}

fn starts_without_case(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether a body that begins with a bracket is JSON, and not a log line or a sentence: `[2026-05-13] ...`, `[x] ...`.
fn reads_as_body(bytes: &[u8], start: usize) -> bool {
    let mut at = start;
    for _ in 0..LOOK_AHEAD {
        let nested = at > start;
        let inside = json::skip_blank(bytes, at + 1);
        let Some(byte) = bytes.get(inside) else { return true };
        match (bytes[at], byte) {
            (b'{', b'}') | (b'[', b']') => return nested || nothing_said(bytes, inside + 1),
            (b'{', _) => return opens_member(bytes, inside, true),
            (_, b'{' | b'[') => at = inside,
            _ if json::opening(bytes, inside).is_some() => return true,
            _ => return opens_list(bytes, inside, nested),
        }
    }
    true
}

/// Whether no words follow a pair of brackets that says little by itself.
fn nothing_said(bytes: &[u8], at: usize) -> bool {
    let next = json::skip_blank(bytes, at);
    bytes.get(next).is_none_or(|byte| matches!(byte, b'{' | b'[' | b']' | b'}' | b','))
}

/// Whether a list begins here with a number or a word of JSON (or of a language near it).
fn opens_list(bytes: &[u8], at: usize, nested: bool) -> bool {
    let end = json::word_end(bytes, at);
    let word = &bytes[at..end];
    if end == bytes.len() && ["true", "false", "null"].iter().any(|known| known.as_bytes().starts_with(word)) {
        return true;
    }
    if !json::is_scalar_word(word) {
        return false;
    }
    let next = json::skip_blank(bytes, end);
    match bytes.get(next) {
        None | Some(b',') => true,
        Some(b']') => nested || nothing_said(bytes, next + 1),
        // `[1 2]` lacks a comma; `[13/May/2026]` and `[10 items] left` lack more.
        Some(_) => bytes.trim_ascii_end().ends_with(b"]") && next > end && opens_value(bytes, next),
    }
}

/// Whether a member begins here: a name, a colon, and (for a name without quotes) something that starts a value.
fn opens_member(bytes: &[u8], at: usize, trust_cut: bool) -> bool {
    let window = &bytes[..bytes.len().min(at + LOOK_AHEAD)];
    let (end, quoted) = match json::opening(bytes, at) {
        Some((quote, opening)) => match json::string_end(window, (at + opening).min(window.len()), quote) {
            Some(end) => (end, true),
            None => return trust_cut,
        },
        None => (json::word_end(window, at), false),
    };
    if end == bytes.len() {
        return trust_cut;
    }
    if end == at {
        return false;
    }
    let colon = json::skip_blank(bytes, end);
    match bytes.get(colon) {
        None => trust_cut,
        Some(b':') if quoted => true,
        Some(b':') => opens_value(bytes, json::skip_blank(bytes, colon + 1)),
        Some(b',' | b'}' | b'=') => quoted && trust_cut,
        _ => quoted && trust_cut && bytes[at] == b'"',
    }
}

fn opens_value(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        None | Some(b'{' | b'[' | b'"') => true,
        _ => json::opening(bytes, at).is_some() || json::is_scalar_word(&bytes[at..json::word_end(bytes, at)]),
    }
}

/// The JSON value in other text: the one that is called a body, else the longest, else the first.
fn embedded(bytes: &[u8], from: usize) -> Option<usize> {
    let mut best: Option<(bool, usize, usize)> = None;
    let (mut at, mut candidates) = (from, 0);
    while let Some(found) = memchr::memchr2(b'{', b'[', &bytes[at..]) {
        let start = at + found;
        at = start + 1;
        if !opens_embedded(bytes, start) {
            continue;
        }
        let end = skim(bytes, start);
        let candidate = (is_called_body(bytes, start), end - start, start);
        if best.is_none_or(|best| (candidate.0, candidate.1) > (best.0, best.1)) {
            best = Some(candidate);
        }
        at = end;
        candidates += 1;
        if candidates == MAX_CANDIDATES {
            break;
        }
    }
    best.map(|(_, _, start)| start)
}

fn opens_embedded(bytes: &[u8], start: usize) -> bool {
    // Text may hold any number of brackets: none of them may cost a look at all that follows.
    let bytes = &bytes[..bytes.len().min(start + LOOK_AHEAD)];
    let inside = json::skip_blank(bytes, start + 1);
    match (bytes[start], bytes.get(inside)) {
        (b'{', Some(_)) => opens_member(bytes, inside, false),
        (b'[', Some(b'{')) => {
            let inner = json::skip_blank(bytes, inside + 1);
            inner < bytes.len() && opens_member(bytes, inner, false)
        }
        _ => false,
    }
}

/// Where a bracketed value ends, by its brackets and strings only.
fn skim(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => at = skim_string(bytes, at),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at.min(bytes.len());
        }
    }
    bytes.len()
}

/// The closing quote of a string, or the end.
fn skim_string(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at += 1;
        match bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
            Some(found) if bytes[at + found] == b'"' => return at + found,
            Some(found) => at += found + 1,
            None => return bytes.len(),
        }
    }
}

/// Whether the words in front say that this is the answer: `body: {`, `response="{`.
fn is_called_body(bytes: &[u8], start: usize) -> bool {
    let before = bytes[start.saturating_sub(32)..start].to_ascii_lowercase();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    memchr::memmem::find(line, b"body").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> String {
        match kind(text.as_bytes()) {
            Kind::Json(start) => format!("json {}{}", start.value, if start.embedded { " embedded" } else { "" }),
            Kind::Xml { from } => format!("xml {from}"),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn tells_bodies_apart() {
        for (text, expected) in [
            ("", "empty"),
            (" \r\n\t", "empty"),
            ("{}", "json 0"),
            ("[]", "json 0"),
            ("{", "json 0"),
            ("[", "json 0"),
            (" {\"a\":1}", "json 1"),
            ("\u{feff}{\"a\":1}", "json 3"),
            ("// note\n{\"a\":1}", "json 8"),
            ("[1,2]", "json 0"),
            ("[1]", "json 0"),
            ("[1", "json 0"),
            ("[nul", "json 0"),
            ("[[[1", "json 0"),
            ("[[],[]]", "json 0"),
            ("[{},1]", "json 0"),
            ("{'a': None}", "json 0"),
            ("{a: 1}", "json 0"),
            ("\"text\"", "json 0"),
            ("42", "json 0"),
            ("null", "json 0"),
            ("nul", "text"),
            ("42 apples", "text"),
            ("\"a\" is wrong", "text"),
            ("Rate limit exceeded", "text"),
            ("see [1] and {x}", "text"),
            ("[x] done", "text"),
            ("[1] done", "text"),
            ("[2026-05-13 16:23:04] ERROR nothing", "text"),
            ("[ERROR] status 400: {\"code\":1}", "json 20 embedded"),
            ("{{template}}", "text"),
            ("{name} is wrong", "text"),
            ("use {name: value} here", "text"),
            ("Invalid platforms: [\"x\"]", "text"),
            ("Error { code: 5, message: 'x' }", "json 6 embedded"),
            ("headers: {\"a\":\"bbbbbbbbbbbbbbbbbbbbb\"} body: {\"c\":1}", "json 45 embedded"),
            ("sent {\"a\":1} got {\"error\":{\"code\":5}}", "json 17 embedded"),
            ("callback({\"a\":1});", "json 9 embedded"),
            ("got 2: [{\"a\":1}]", "json 7 embedded"),
            ("<a/>", "xml 0"),
            ("<", "xml 0"),
            ("<?xml version=\"1.0\"?><body/>", "xml 0"),
            ("<?><error/></?>", "xml 0"),
            ("<- no", "text"),
            ("log: <?xml version=\"1.0\"?><a/>", "xml 5"),
            ("<!DOCTYPE html><p>", "html"),
            ("<html", "html"),
            ("<b", "xml 0"),
            ("<!-- x --> <HTML>", "html"),
            ("<h1>403 Developer Over Qps</h1>", "html"),
            ("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html/>", "html"),
            ("<br />\n<b>Warning</b>: x {\"success\":false}", "json 25 embedded"),
            ("\u{0}\u{1}\u{2}abc", "binary"),
            ("PK\u{3}\u{4}\u{0}", "binary"),
            ("{\"a\":\"\u{0}\"}", "json 0"),
        ] {
            assert_eq!(word(text), expected, "{text:?}");
        }
    }
}
