//! Reading an HTML page: what it is called and what it says, not how it is built.
//!
//! Servers, proxies and gateways send pages where an API's answer was expected; their title is the message.

use super::build::Builder;
use super::tree::{Body, Key, Name};
use super::{Format, ProblemKind, sniff, spell};

/// Visible text that is kept; an error page says its say within that.
const MAX_TEXT: usize = 64 * 1024;
/// Characters of a title that are kept.
const MAX_TITLE: usize = 1024;

pub(super) fn read(bytes: &[u8], out: &mut Builder) -> Format {
    out.open(Key::NONE, 0, true);
    let fixed = |name| Key { name: Name::Fixed(name), ..Key::NONE };
    let title = ["title", "h1", "h2", "h3"].into_iter().find_map(|name| element(bytes, name));
    if let Some((start, end, inner)) = title {
        let (text, cut) = visible(&bytes[inner.0..inner.1], MAX_TITLE);
        let body = out.text(text);
        out.add(fixed(&"title"), (start, end), body);
        if let Some(cut) = cut {
            out.trouble(ProblemKind::TooMuch, inner.0 + cut, inner.1);
        }
    }
    let (text, cut) = visible(bytes, MAX_TEXT);
    let body: Body = out.text(text);
    let start = sniff::first_visible(bytes, 0).unwrap_or_default();
    out.add(fixed(&"text"), (start, bytes.len()), body);
    out.close(bytes.len());
    if let Some(cut) = cut {
        out.trouble(ProblemKind::TooMuch, cut, bytes.len());
    }
    Format::Html
}

/// The first element of a name that says something: its span and that of its content.
fn element(bytes: &[u8], name: &str) -> Option<(usize, usize, (usize, usize))> {
    let mut from = 0;
    while let Some(start) = memchr::memchr(b'<', &bytes[from..]).map(|at| from + at) {
        from = start + 1;
        if !is_tag(&bytes[from..], name) {
            continue;
        }
        let inner = from + memchr::memchr(b'>', &bytes[from..])? + 1;
        let close = closing(bytes, inner, name);
        let inner_end = close.unwrap_or(bytes.len());
        let end = close.map_or(bytes.len(), |close| after(bytes, close));
        if !visible(&bytes[inner..inner_end], MAX_TITLE).0.is_empty() {
            return Some((start, end, (inner, inner_end)));
        }
        from = inner_end.max(from);
    }
    None
}

/// Whether a tag of this name begins here, after its `<`.
fn is_tag(bytes: &[u8], name: &str) -> bool {
    bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Where the end tag of a name begins.
fn closing(bytes: &[u8], mut from: usize, name: &str) -> Option<usize> {
    loop {
        let at = from + memchr::memmem::find(bytes.get(from..)?, b"</")?;
        if is_tag(&bytes[at + 2..], name) {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Behind the tag that begins here.
fn after(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1)
}

/// The text without tags, comments, scripts and styles; runs of blanks are one blank. And about where it was cut, if it was.
fn visible(bytes: &[u8], limit: usize) -> (String, Option<usize>) {
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() && text.len() <= limit {
        let rest = &bytes[at..];
        if rest[0] != b'<' {
            let end = memchr::memchr(b'<', rest).unwrap_or(rest.len());
            push(&mut text, &rest[..end], limit);
            // Text that was cut is not passed.
            at += if text.len() > limit { 0 } else { end };
            continue;
        }
        match rest.get(1) {
            Some(b'!') if rest.starts_with(b"<!--") => {
                at = memchr::memmem::find(rest, b"-->").map_or(bytes.len(), |end| at + end + 3);
            }
            Some(b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z') => {
                let hidden = ["script", "style", "title", "noscript"].into_iter().find(|name| is_tag(&rest[1..], name));
                // The title stands in the tree by itself.
                at = match hidden {
                    Some(name) => closing(bytes, at, name).map_or(bytes.len(), |close| after(bytes, close)),
                    None => after(bytes, at),
                };
                if !is_inline(rest) {
                    push(&mut text, b" ", limit);
                }
            }
            _ => {
                push(&mut text, b"<", limit);
                at += 1;
            }
        }
    }
    let cut = text.len() > limit;
    while text.len() > limit || text.ends_with(' ') {
        text.pop();
    }
    (text, cut.then_some(at))
}

/// Whether a tag may stand within a word.
fn is_inline(tag: &[u8]) -> bool {
    let tag = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    ["a", "b", "i", "u", "em", "strong", "span", "code", "font", "small", "tt", "abbr"]
        .into_iter()
        .any(|name| is_tag(tag, name))
}

/// Adds text, one character more than the limit at most.
fn push(text: &mut String, bytes: &[u8], limit: usize) {
    for c in spell::resolve(bytes, super::tree::Spelling::Xml).replace("&nbsp;", " ").chars() {
        if text.len() > limit {
            return;
        }
        if !c.is_whitespace() {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    }
}
