//! Taking out the chunk sizes that `curl --raw` leaves in a body.
//!
//! In: bytes where a chunk size may stand. Out: the body without sizes, and where the framing ended.

use super::heads;

/// A body without its framing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unframed {
    pub(super) body: Vec<u8>,
    /// One past the framing; what follows is no part of the body.
    pub(super) end: usize,
}

/// Reads chunks from the start of `bytes`. With a head that `declares` chunks a cut-off body is taken too; without one
/// only framing that is whole and spelled with CRLF counts, because a number on a line proves little.
pub(super) fn remove(bytes: &[u8], declared: bool) -> Option<Unframed> {
    let mut body = Vec::new();
    let mut at = 0;
    let mut chunks = 0;
    loop {
        let Some((size, start)) = size_line(bytes, at, declared) else {
            // What derailed the framing is still somebody's text: the caller sees where it begins.
            return (declared && chunks > 0).then_some(Unframed { body, end: at });
        };
        if size == 0 {
            return (chunks > 0 || declared).then(|| Unframed { body, end: trailers(bytes, start) });
        }
        let end = start.saturating_add(size);
        let Some(data) = bytes.get(start..end) else {
            return declared.then_some(Unframed { body, end: start });
        };
        let rest = &bytes[end..];
        let line_break = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] if declared => 1,
            [] if declared => 0,
            // A size that does not fit its data: without a head this is no framing, with one it is a paste.
            _ if chunks == 0 => return None,
            _ => return declared.then_some(Unframed { body, end: start }),
        };
        body.extend_from_slice(data);
        chunks += 1;
        at = end + line_break;
        if at == bytes.len() {
            return declared.then_some(Unframed { body, end: at });
        }
    }
}

/// The size that stands here in hexadecimal, and where its data begins.
fn size_line(bytes: &[u8], at: usize, declared: bool) -> Option<(usize, usize)> {
    let digits = bytes.get(at..)?.iter().take(9).take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits == 0 || digits > 8 {
        return None;
    }
    let (line, next) = heads::line(bytes, at);
    let extension = line.get(digits..)?;
    if !extension.trim_ascii().is_empty() && !extension.starts_with(b";") {
        return None;
    }
    let crlf = bytes.get(..next)?.ends_with(b"\r\n");
    let text = std::str::from_utf8(&line[..digits]).ok()?;
    let size = usize::from_str_radix(text, 16).ok()?;
    (crlf || declared).then_some((size, next))
}

/// The end of the trailer headers and the blank line under the last chunk.
fn trailers(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        let (line, next) = heads::line(bytes, at);
        if line.is_empty() {
            return next;
        }
        if heads::header_line(line).is_none() {
            return at;
        }
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framing() {
        type Row = (&'static str, bool, Option<(&'static str, &'static str)>);
        let table: [Row; 15] = [
            ("7\r\n{\"a\":1}\r\n3\r\n{\"b\":2}\r\n", true, Some(("{\"a\":1}", "{\"b\":2}\r\n"))),
            ("7\r\n{\"a\":1}\r\nHTTP/1.1 200 OK\r\n", true, Some(("{\"a\":1}", "HTTP/1.1 200 OK\r\n"))),
            ("7\r\n{\"a\":1,\r\n6\r\n\"b\":2}\r\n0\r\n\r\n", false, Some(("{\"a\":1,\"b\":2}", ""))),
            ("7\r\n{\"a\":1,\r\n6\r\n\"b\":2}\r\n0\r\n\r\n\n404", true, Some(("{\"a\":1,\"b\":2}", "\n404"))),
            ("7;x=y\r\n{\"a\":1}\r\n0\r\nExpires: 0\r\n\r\n", false, Some(("{\"a\":1}", ""))),
            ("A\r\n0123456789\r\n0\r\n\r\n", false, Some(("0123456789", ""))),
            ("7\n{\"a\":1}\n0\n\n", true, Some(("{\"a\":1}", ""))),
            ("7\n{\"a\":1}\n0\n\n", false, None),
            ("7\r\n{\"a\":1}\r\nff\r\n{\"b", true, Some(("{\"a\":1}", "{\"b"))),
            ("7\r\n{\"a\":1}\r\nff\r\n{\"b", false, None),
            ("{\"a\":1}", true, None),
            ("12\r\n404\r\n", false, None),
            ("0\r\n\r\n", true, Some(("", ""))),
            ("0\r\n\r\n", false, None),
            ("ffffffffffffffff\r\nx", true, None),
        ];
        for (text, declared, expected) in table {
            let found = remove(text.as_bytes(), declared);
            let found = found.map(|found| (String::from_utf8(found.body).expect("text"), &text[found.end..]));
            assert_eq!(found.as_ref().map(|(body, rest)| (body.as_str(), *rest)), expected, "{text:?} {declared}");
        }
    }
}
