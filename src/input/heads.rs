//! Reading `HTTP/1.1 404 Not Found` and the headers under it.
//!
//! In: bytes and a place. Out: a [`Head`] and where it ends. It accepts what curl prints, which includes `HTTP/2 404 `
//! without a reason, bare line feeds and folded headers.

use memchr::{memchr, memmem};

use super::{Head, Header};
use crate::text::Untrusted;

/// A status line that does not begin a line must at least be this short; keeps the search linear.
const GLUED_LINE: usize = 256;

/// Bytes that a header name may hold (RFC 9110, `tchar`).
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The line that begins here without its line break, and where the next one begins.
pub(super) fn line(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let rest = bytes.get(at..).unwrap_or_default();
    let (line, next) = match memchr(b'\n', rest) {
        Some(end) => (&rest[..end], at + end + 1),
        None => (rest, bytes.len()),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), next)
}

/// Text of any bytes; what is no UTF-8 is taken for Latin-1, as HTTP/1 once had it.
pub(super) fn lossy(bytes: &[u8]) -> Untrusted<'static> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned().into(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into(),
    }
}

/// Version, status and reason of a status line.
pub(super) fn status_line(line: &[u8]) -> Option<(&[u8], u16, &[u8])> {
    let after = line.strip_prefix(b"HTTP/")?;
    let digits = after.iter().take(4).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let version = &line[..5 + digits];
    if !matches!(&version[5..], b"0.9" | b"1.0" | b"1.1" | b"1" | b"2" | b"2.0" | b"3" | b"3.0") {
        return None;
    }
    let rest = after[digits..].strip_prefix(b" ")?.trim_ascii_start();
    let [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] = rest else { return None };
    if !matches!(rest.first(), None | Some(b' ' | b'\t')) {
        return None;
    }
    let digit = |byte: &u8| u16::from(byte - b'0');
    Some((version, digit(a) * 100 + digit(b) * 10 + digit(c), rest.trim_ascii()))
}

/// A version as text; the usual ones need no memory.
fn version_name(version: &[u8]) -> Untrusted<'static> {
    let known = ["HTTP/1.1", "HTTP/2", "HTTP/3", "HTTP/1.0", "HTTP/2.0"];
    known.into_iter().find(|known| known.as_bytes() == version).map_or_else(|| lossy(version), Untrusted::from)
}

/// Name and value of a header line.
pub(super) fn header_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    // HTTP/2 pseudo headers, as some tools print them, begin with the colon.
    let skip = usize::from(line.starts_with(b":"));
    let colon = skip + line.get(skip..)?.iter().take_while(|byte| is_name_byte(**byte)).count();
    (colon > skip && line.get(colon) == Some(&b':')).then(|| (&line[..colon], line[colon + 1..].trim_ascii()))
}

/// Whether a head begins here: a status line, and under it a header, a blank line or nothing.
pub(super) fn begins(bytes: &[u8], at: usize) -> bool {
    if !bytes[at..].starts_with(b"HTTP/") {
        return false;
    }
    let (first, next) = line(bytes, at);
    if status_line(first).is_none() {
        return false;
    }
    let (second, _) = line(bytes, next);
    next == bytes.len() || second.is_empty() || header_line(second).is_some()
}

/// Whether a head begins here although the line began before: `{"code":1}HTTP/1.1 404 Not Found`.
fn begins_glued(bytes: &[u8], at: usize) -> bool {
    let close = &bytes[..bytes.len().min(at + GLUED_LINE)];
    let (first, next) = line(close, at);
    next < close.len()
        && !bytes[at - 1].is_ascii_whitespace()
        && status_line(first).is_some()
        && header_line(line(bytes, next).0).is_some()
}

/// The next place at or behind `from` where a head begins.
pub(super) fn next(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memmem::find_iter(rest, b"HTTP/").map(|found| from + found).find(|&at| {
        let line_start = at == 0 || bytes[at - 1] == b'\n';
        if line_start || at == from { begins(bytes, at) } else { begins_glued(bytes, at) }
    })
}

/// Reads the head that begins here; says where the body begins.
pub(super) fn read(bytes: &[u8], at: usize) -> Option<(Head, usize)> {
    let (first, mut at) = line(bytes, at);
    let (version, status, reason) = status_line(first)?;
    let mut head =
        Head { version: version_name(version), status: Some(status), reason: lossy(reason), headers: Vec::new() };
    while at < bytes.len() {
        let (here, next) = line(bytes, at);
        if here.trim_ascii().is_empty() {
            at = next;
            break;
        }
        if !push(&mut head, here) {
            // No blank line between head and body: a paste lost it.
            break;
        }
        at = next;
    }
    // Of many heads each has few headers.
    head.headers.shrink_to_fit();
    Some((head, at))
}

/// Headers that are kept apart; no server sends as many. What follows stands at the end of the last one: so nothing is lost,
/// and memory follows the bytes.
const MOST: usize = 500;

/// Takes one header line, or the continuation of the one before; false where it is neither.
pub(super) fn push(head: &mut Head, line: &[u8]) -> bool {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        let more = line.trim_ascii();
        let Some(last) = head.headers.last_mut().filter(|_| !matches!(more.first(), Some(b'{' | b'[' | b'<'))) else {
            return false;
        };
        join(last, more);
        return true;
    }
    let Some((name, value)) = header_line(line) else { return false };
    if let Some(last) = head.headers.get_mut(MOST - 1) {
        join(last, line.trim_ascii());
        return true;
    }
    head.headers.push(Header { name: lossy(name), value: lossy(value) });
    true
}

/// Adds to a header's value, in time that grows with what is added only.
fn join(header: &mut Header, more: &[u8]) {
    if !more.is_empty() {
        let blank = if header.value.is_empty() { "" } else { " " };
        header.value.append(&blank.into());
        header.value.append(&lossy(more));
    }
}

/// A header that is a whole number, such as `Content-Length`.
pub(super) fn number(head: &Head, name: &str) -> Option<usize> {
    head.value(name).and_then(|value| value.source().trim().parse().ok())
}

/// Whether a header lists a word, such as `Transfer-Encoding: gzip, chunked`.
pub(super) fn lists(head: &Head, name: &str, word: &str) -> bool {
    head.values(name).any(|value| value.source().split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
}

/// Whether this head, directly followed by another one, was only a step towards it: an interim answer, a followed
/// redirect, a proxy's answer to CONNECT, or a challenge that curl answered by itself.
pub(super) fn leads_on(head: &Head) -> bool {
    let reason = head.reason.source().to_ascii_lowercase();
    let Some(status) = head.status else { return false };
    match status {
        100..=199 => true,
        200..=299 => reason.contains("connection established") || (head.headers.is_empty() && status == 200),
        301 | 302 | 303 | 307 | 308 => head.value("location").is_some(),
        401 | 407 => {
            let name = if status == 401 { "www-authenticate" } else { "proxy-authenticate" };
            let answered = |scheme: &str| ["digest", "ntlm", "negotiate"].iter().any(|known| scheme.starts_with(known));
            head.values(name).any(|value| answered(&value.source().to_ascii_lowercase()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_without_end_loses_nothing() {
        let body = format!("HTTP/1.1 500 No\r\n{}\r\n{{}}", "X-A: b\r\n".repeat(MOST + 3));
        let (head, end) = read(body.as_bytes(), 0).expect("a head");
        assert_eq!((head.headers.len(), &body[end..]), (MOST, "{}"));
        assert_eq!(head.headers[MOST - 1].value.source(), "b X-A: b X-A: b X-A: b");
        // Joined one by one to a text that is copied each time, this takes minutes.
        let folded = format!("HTTP/1.1 500 No\r\nX-A:\r\n{}\r\n{{}}", " c\r\n".repeat(300_000));
        let (head, _) = read(folded.as_bytes(), 0).expect("a head");
        assert!(head.headers[0].value.source() == "c ".repeat(300_000).trim_end(), "all of it, with a blank between");
    }

    #[test]
    fn status_lines() {
        type Row = (&'static str, Option<(&'static str, u16, &'static str)>);
        let table: &[Row] = &[
            ("HTTP/1.1 404 Not Found", Some(("HTTP/1.1", 404, "Not Found"))),
            ("HTTP/1.0 200 OK", Some(("HTTP/1.0", 200, "OK"))),
            ("HTTP/2 404 ", Some(("HTTP/2", 404, ""))),
            ("HTTP/2 404", Some(("HTTP/2", 404, ""))),
            ("HTTP/3 529 ", Some(("HTTP/3", 529, ""))),
            ("HTTP/2.0 204 No Content", Some(("HTTP/2.0", 204, "No Content"))),
            ("HTTP/1.1 999 Request denied", Some(("HTTP/1.1", 999, "Request denied"))),
            ("HTTP/1.1 099 x", None),
            ("HTTP/1.1 4040 x", None),
            ("HTTP/1.1 40", None),
            ("HTTP/1.1", None),
            ("HTTP/1.1404", None),
            ("HTTP/7 404", None),
            ("HTTPS/1.1 404", None),
            ("http/1.1 404", None),
            ("", None),
        ];
        for (line, expected) in table {
            let expected = expected.map(|(version, status, reason)| (version.as_bytes(), status, reason.as_bytes()));
            assert_eq!(status_line(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn heads_as_they_come() {
        type Row = (&'static [u8], &'static [(&'static str, &'static str)], &'static [u8]);
        let table: [Row; 8] = [
            (b"HTTP/1.1 200 OK\r\nA: 1\r\nB:2\r\n\r\nbody", &[("A", "1"), ("B", "2")], b"body"),
            (b"HTTP/2 200 \nA: 1\n\nbody", &[("A", "1")], b"body"),
            (b"HTTP/1.1 200 OK\r\nA: 1,\r\n   2\r\n\t3\r\n\r\nbody", &[("A", "1, 2 3")], b"body"),
            (b"HTTP/1.1 200 OK\r\nA:\r\nA: b: c\r\n\r\n", &[("A", ""), ("A", "b: c")], b""),
            (
                b"HTTP/1.1 200 OK\r\nA: caf\xe9\r\nB: caf\xc3\xa9\r\n\r\n",
                &[("A", "caf\u{e9}"), ("B", "caf\u{e9}")],
                b"",
            ),
            (b"HTTP/1.1 200 OK\r\nA: 1", &[("A", "1")], b""),
            (b"HTTP/1.1 200 OK\nA: 1\n{\"a\": 1}", &[("A", "1")], b"{\"a\": 1}"),
            (b"HTTP/1.1 200 OK\nA: 1\n  {\"a\": 1}", &[("A", "1")], b"  {\"a\": 1}"),
        ];
        for (bytes, headers, body) in table {
            let (head, end) = read(bytes, 0).expect("a head");
            let found: Vec<_> =
                head.headers.iter().map(|header| (header.name.source(), header.value.source())).collect();
            assert_eq!(found, headers, "{}", bytes.escape_ascii());
            assert_eq!(bytes[end..].escape_ascii().to_string(), body.escape_ascii().to_string());
        }
    }

    #[test]
    fn where_heads_begin() {
        let table: &[(&str, Option<usize>)] = &[
            ("HTTP/1.1 200 OK\r\n\r\n", Some(0)),
            ("HTTP/2 200", Some(0)),
            ("x\nHTTP/1.1 200 OK\nA: b\n", Some(2)),
            ("{}HTTP/1.1 200 OK\r\nA: b\r\n", Some(2)),
            ("{}HTTP/1.1 200 OK\r\n\r\n", None),
            ("we got HTTP/1.1 404 Not Found\nA: b", None),
            ("HTTP/1.1 404 is what\nwe got from them", None),
            ("{\"a\":\"HTTP/1.1 404 Not Found\"}", None),
            ("HTTP/", None),
        ];
        for (text, expected) in table {
            assert_eq!(next(text.as_bytes(), 0), *expected, "{text}");
        }
    }
}
