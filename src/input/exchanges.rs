//! Where one HTTP exchange ends and the next begins.
//!
//! In: what a pipe gave, in UTF-8 or packed. Out: [`Exchange`]s: heads, what is known of the request, and the bytes up to
//! the next head. It does not look for several values in a body.

use std::borrow::Cow;

use super::{Head, Note, NoteKind, Request, chunked, heads, unpack, verbose, write_out};

/// How far behind a body of known length the next head is looked for: what stands between is blank, or written by curl.
/// The bound keeps many heads with wrong lengths from being many searches of everything.
const WRITTEN_OUT: usize = 32 * 1024;

/// One request's answer.
#[derive(Debug, Default)]
pub(super) struct Exchange<'t> {
    pub(super) heads: Vec<Head>,
    pub(super) request: Request,
    pub(super) body: Cow<'t, [u8]>,
    /// Line of its first byte.
    pub(super) line: usize,
    /// Line of its body's first byte.
    pub(super) body_line: usize,
    pub(super) notes: Vec<Note>,
}

/// Finds the exchanges, one after the other; at least one.
pub(super) fn find(bytes: &[u8]) -> Box<dyn Iterator<Item = Exchange<'_>> + '_> {
    if let Some(exchanges) = verbose::find(bytes) {
        return Box::new(exchanges.into_iter());
    }
    let marked = bytes.strip_prefix(unpack::BOM).unwrap_or(bytes);
    match heads::next(marked, 0) {
        Some(first) => Box::new(under_heads(marked, first, 1)),
        None => {
            Box::new(std::iter::once(Exchange { body: bytes.into(), line: 1, body_line: 1, ..Exchange::default() }))
        }
    }
}

/// Counts lines from place to place, each byte once.
pub(super) struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(bytes: &'t [u8], first: usize) -> Self {
        Self { bytes, at: 0, line: first }
    }

    /// The line of a place; places ascend.
    pub(super) fn at(&mut self, place: usize) -> usize {
        let place = place.clamp(self.at, self.bytes.len());
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.at..place]).count();
        self.at = place;
        self.line
    }
}

/// Reads heads and what is under them, from the first head on.
pub(super) fn under_heads(bytes: &[u8], first: usize, first_line: usize) -> impl Iterator<Item = Exchange<'_>> {
    let mut before = None;
    let mut lines = Lines::new(bytes, first_line);
    let mut request = Request::default();
    match asked(&bytes[..first]) {
        Some(known) => request = known,
        None => {
            let body = bytes[..first].trim_ascii_end();
            let start = body.len() - body.trim_ascii_start().len();
            let line = lines.at(start);
            before = Some(Exchange { body: body.into(), line, body_line: line, ..Exchange::default() });
        }
    }
    let mut next = Some(first);
    let under = std::iter::from_fn(move || {
        let start = next?;
        let mut exchange =
            Exchange { line: lines.at(start), request: std::mem::take(&mut request), ..Exchange::default() };
        let body = read_heads(bytes, start, &mut exchange.heads);
        exchange.body_line = lines.at(body);
        let end = end(bytes, body, exchange.heads.last());
        next = end.next;
        exchange.body = match end.body {
            Some(unframed) => {
                exchange.notes.push(Note { kind: NoteKind::Chunked, line: exchange.body_line });
                unframed.into()
            }
            None => (&bytes[body..end.at]).into(),
        };
        Some(exchange)
    });
    before.into_iter().chain(under)
}

/// Reads the heads of one exchange; says where its body begins.
fn read_heads(bytes: &[u8], start: usize, into: &mut Vec<Head>) -> usize {
    let mut at = start;
    while let Some((head, body)) = heads::read(bytes, at) {
        let gap = body + blanks(&bytes[body..]);
        let goes_on = gap < bytes.len() && heads::begins(bytes, gap) && heads::leads_on(&head);
        if into.is_empty() {
            // Mostly it is the only one.
            into.reserve_exact(1);
        }
        into.push(head);
        if !goes_on {
            return body;
        }
        at = gap;
    }
    at
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take(WRITTEN_OUT).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

/// Where a body ends.
struct BodyEnd {
    at: usize,
    /// Where the next head begins.
    next: Option<usize>,
    /// The body, where it is not simply the bytes up to `at`.
    body: Option<Vec<u8>>,
}

fn end(bytes: &[u8], body: usize, head: Option<&Head>) -> BodyEnd {
    let plain = |at: usize, next: Option<usize>| BodyEnd { at, next, body: None };
    // No body: an answer to HEAD, 204, 304, or several `curl -sI`.
    let first = body + blanks(&bytes[body..]);
    if first < bytes.len() && heads::begins(bytes, first) {
        return plain(body, Some(first));
    }
    let Some(head) = head else { return plain(bytes.len(), None) };
    if heads::lists(head, "transfer-encoding", "chunked")
        && let Some(unframed) = chunked::remove(&bytes[body..], true)
    {
        let after = body + unframed.end;
        let next = heads::next(bytes, after);
        let mut all = unframed.body;
        // What stands behind the last chunk is no part of the body; `curl -w` may have written it.
        all.extend_from_slice(bytes[after..next.unwrap_or(bytes.len())].trim_ascii_end());
        return BodyEnd { at: next.unwrap_or(bytes.len()), next, body: Some(all) };
    }
    if let Some(length) = heads::number(head, "content-length")
        && let Some(end) = body.checked_add(length).filter(|end| *end <= bytes.len())
    {
        let after = end + blanks(&bytes[end..]);
        if after == bytes.len() {
            return plain(end, None);
        }
        if heads::begins(bytes, after) {
            return plain(end, Some(after));
        }
        // The length is right too if only curl's own words are behind it; they are few.
        let close = &bytes[..bytes.len().min(end + WRITTEN_OUT)];
        let next = heads::next(close, end);
        let rest = &bytes[end..next.unwrap_or(bytes.len()).min(close.len())];
        let whole = next.is_some() || close.len() == bytes.len();
        if whole && write_out::peel(rest, head.status).is_some_and(|said| said.at == 0) {
            return plain(next.unwrap_or(bytes.len()), next);
        }
    }
    // A wrong length (`--compressed`, a paste) is no help: the next head ends the body.
    match heads::next(bytes, body) {
        Some(next) => plain(body + bytes[body..next].trim_ascii_end().len(), Some(next)),
        None => plain(bytes.len(), None),
    }
}

/// What text before the first head says of the request: nothing, where it is blank; a command or a request that was typed or
/// echoed (`$ curl ...`, `GET /x HTTP/1.1` and its headers). Any other text is somebody's body.
fn asked(text: &[u8]) -> Option<Request> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Some(Request::default());
    }
    let (first, next) = heads::line(text, 0);
    if let Some((method, target)) = verbose::request_line(first) {
        let rest = text[next..].split(|byte| *byte == b'\n');
        let host = rest
            .filter_map(|line| heads::header_line(line.trim_ascii()))
            .find(|(name, _)| name.eq_ignore_ascii_case(b"host"));
        let url = host.map(|(_, host)| verbose::url(host, target, false));
        return Some(Request { method: Some(heads::lossy(method)), url });
    }
    let prompt = [&b"$ "[..], b"% ", b"# ", b"> "].iter().find_map(|prompt| first.strip_prefix(*prompt));
    let typed = prompt.unwrap_or(first).starts_with(b"curl ");
    let lines = text.split(|byte| *byte == b'\n').count();
    // A command may go over several lines, each ending in a backslash.
    let folded = text.split(|byte| *byte == b'\n').take(lines - 1).all(|line| line.trim_ascii_end().ends_with(b"\\"));
    (typed && folded).then(Request::default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(exchanges: &[Exchange<'_>]) -> Vec<(Vec<u16>, String, usize, usize)> {
        let statuses = |exchange: &Exchange<'_>| exchange.heads.iter().filter_map(|head| head.status).collect();
        let text = |exchange: &Exchange<'_>| String::from_utf8_lossy(&exchange.body).into_owned();
        exchanges
            .iter()
            .map(|exchange| (statuses(exchange), text(exchange), exchange.line, exchange.body_line))
            .collect()
    }

    #[test]
    fn exchanges() {
        type Row = (&'static str, &'static [(&'static [u16], &'static str, usize, usize)]);
        let table: &[Row] = &[
            ("", &[(&[], "", 1, 1)]),
            ("{}\n", &[(&[], "{}\n", 1, 1)]),
            ("HTTP/2 404 \r\nserver: x\r\n\r\n{}\n", &[(&[404], "{}\n", 1, 4)]),
            ("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", &[(&[204], "", 1, 4)]),
            ("HTTP/1.1 204 No Content\r\nServer: x", &[(&[204], "", 1, 2)]),
            ("\u{feff}HTTP/1.0 404 Not Found\nA: b\n\n{}", &[(&[404], "{}", 1, 4)]),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nA: b\r\n\r\n{}", &[(&[100, 401], "{}", 1, 6)]),
            (
                "HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 4\r\n\r\nHTTP/2 200 \r\na: b\r\n\r\n{}",
                &[(&[301, 200], "{}", 1, 8)],
            ),
            (
                "HTTP/1.1 200 Connection established\r\nVia: p\r\n\r\nHTTP/1.1 404 Not Found\r\nA: b\r\n\r\n{}",
                &[(&[200, 404], "{}", 1, 7)],
            ),
            (
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a\"\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n{}",
                &[(&[401, 200], "{}", 1, 7)],
            ),
            (
                "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n[]",
                &[(&[404], "{}", 1, 4), (&[500], "[]", 4, 7)],
            ),
            (
                "HTTP/1.1 404 Not Found\nA: b\n\n{}\n\nHTTP/1.1 500 Oops\nA: b\n\n[]\n",
                &[(&[404], "{}", 1, 4), (&[500], "[]\n", 6, 9)],
            ),
            (
                "HTTP/2 404 \r\na: b\r\n\r\n{\"a\":1}HTTP/2 500 \r\na: b\r\n\r\n{\"b\":1}",
                &[(&[404], "{\"a\":1}", 1, 4), (&[500], "{\"b\":1}", 4, 7)],
            ),
            (
                "HTTP/2 200 \ncontent-length: 500\n\nHTTP/2 404 \ncontent-length: 600\n\n",
                &[(&[200], "", 1, 4), (&[404], "", 4, 7)],
            ),
            // A length that counts packed bytes.
            ("HTTP/2 200 \ncontent-length: 3\n\n{\"a\":1}\n", &[(&[200], "{\"a\":1}\n", 1, 4)]),
            // A length that covers text which looks like a head.
            (
                "HTTP/1.1 200 OK\nContent-Length: 30\n\nHi\nHTTP/1.1 404 Not Found\nA: b\nHTTP/1.1 500 Oops\nA: b\n\nx",
                &[(&[200], "Hi\nHTTP/1.1 404 Not Found\nA: b", 1, 4), (&[500], "x", 7, 10)],
            ),
            (
                "HTTP/1.1 404 Not Found\nTransfer-Encoding: chunked\n\n7\r\n{\"a\":1}\r\n0\r\n\r\nHTTP/2 500 \na: b\n\n{}",
                &[(&[404], "{\"a\":1}", 1, 4), (&[500], "{}", 8, 11)],
            ),
            ("{\"a\":1}\nHTTP/2 404 \na: b\n\n{}", &[(&[], "{\"a\":1}", 1, 1), (&[404], "{}", 2, 5)]),
            ("$ curl -si https://a.example/x\nHTTP/2 404 \na: b\n\n{}", &[(&[404], "{}", 2, 5)]),
        ];
        for (text, expected) in table {
            let found: Vec<_> = find(text.as_bytes()).collect();
            let expected: Vec<_> = expected.iter().map(|(a, b, c, d)| (a.to_vec(), (*b).to_owned(), *c, *d)).collect();
            assert_eq!(show(&found), expected, "{text:?}");
        }
    }

    #[test]
    fn an_echoed_request_is_known() {
        let text = "POST /v1/x HTTP/1.1\r\nHost: a.example\r\n\r\nHTTP/1.1 404 Not Found\r\nA: b\r\n\r\n{}";
        let found: Vec<_> = find(text.as_bytes()).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].request.method.as_ref().expect("known"), &"POST");
        assert_eq!(found[0].request.url.as_ref().expect("known"), &"http://a.example/v1/x");
    }
}
