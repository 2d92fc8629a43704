//! From bytes to responses: the order in which the other files of this module have their say.

use std::borrow::Cow;
use std::sync::Arc;

use super::bodies::{self, Bodies, Body};
use super::exchanges::{self, Exchange, Lines};
use super::write_out::WriteOut;
use super::{Head, MOST_RESPONSES, Note, NoteKind, Options, Origin, Request, Response, chunked, har, unpack};
use crate::text::Untrusted;

/// Finds the responses in what was read. Never fails: bytes that nothing is known about are one response without a head,
/// and no bytes are one with an empty body.
pub fn split(name: &str, bytes: Vec<u8>, options: &Options) -> Vec<Response> {
    let mut splitter = Splitter { name, room: options.max_size.min(MAX_UNPACKED), found: Vec::new() };
    splitter.source(bytes);
    let mut found = splitter.found;
    for response in &mut found {
        options.declare(response);
    }
    found
}

/// What packed bodies of one source may unpack to, all together: a bomb of a few kilobytes must not fill the memory.
const MAX_UNPACKED: usize = 128 << 20;

struct Splitter<'n> {
    name: &'n str,
    /// How much packed bodies may still unpack to, all together.
    room: usize,
    found: Vec<Response>,
}

impl Splitter<'_> {
    fn source(&mut self, bytes: Vec<u8>) {
        let mut notes = Vec::new();
        let bytes = match self.unpack(&bytes, 1, &mut notes) {
            Cow::Owned(bytes) => bytes,
            Cow::Borrowed(_) => bytes,
        };
        let first = self.found.len();
        match har::read(&bytes) {
            Some(entries) => self.har(&bytes, entries),
            None => {
                for exchange in exchanges::find(&bytes) {
                    if !self.has_room() {
                        break;
                    }
                    self.exchange(exchange);
                }
            }
        }
        if let Some(response) = self.found.get_mut(first) {
            response.notes.splice(0..0, notes);
        }
    }

    /// Whether one more response is kept; where not, the last one says so.
    fn has_room(&mut self) -> bool {
        let room = self.found.len() < MOST_RESPONSES;
        if !room {
            self.say_more();
        }
        room
    }

    /// Says that there is more, once.
    fn say_more(&mut self) {
        let Some(last) = self.found.last_mut() else { return };
        let note = Note { kind: NoteKind::ResponseLimit, line: last.origin.body_line };
        if !last.notes.contains(&note) {
            last.notes.push(note);
        }
    }

    /// Takes off gzip and UTF-16, in this order.
    fn unpack<'b>(&mut self, bytes: &'b [u8], line: usize, notes: &mut Vec<Note>) -> Cow<'b, [u8]> {
        let mut bytes = Cow::Borrowed(bytes);
        if unpack::is_gzip(&bytes) {
            let unzipped = unpack::unzip(&bytes, self.room);
            notes.push(Note { kind: unzipped.note, line });
            self.room -= unzipped.body.len().min(self.room);
            let mut all = unzipped.body;
            // Nothing came out: the packed bytes are all there is to show.
            if all.is_empty() && unzipped.note == NoteKind::BadGzip {
                return bytes;
            }
            all.extend_from_slice(&bytes[unzipped.end..]);
            bytes = all.into();
        }
        if let Some(text) = unpack::from_utf16(&bytes) {
            notes.push(Note { kind: NoteKind::Utf16, line });
            bytes = text.into();
        }
        bytes
    }

    fn har(&mut self, bytes: &[u8], entries: Vec<har::Entry>) {
        let mut lines = Lines::new(bytes, 1);
        for entry in entries {
            if !self.has_room() {
                break;
            }
            let line = lines.at(entry.at);
            let mut notes = Vec::new();
            let body = self.unpack(&entry.body, line, &mut notes).into_owned();
            let origin = self.origin(line, line);
            self.found.push(Response {
                origin,
                heads: vec![entry.head].into(),
                request: entry.request.into(),
                body: body.into(),
                supply: None,
                notes,
            });
        }
    }

    fn exchange(&mut self, exchange: Exchange<'_>) {
        let Exchange { heads, request, body, line, body_line, mut notes } = exchange;
        let mut body = body;
        if heads.is_empty()
            && let Some(unframed) = chunked::remove(&body, false)
        {
            notes.push(Note { kind: NoteKind::Chunked, line: body_line });
            let mut all = unframed.body;
            all.extend_from_slice(&body[unframed.end..]);
            body = all.into();
        }
        let body = self.unpack(&body, body_line, &mut notes);
        let status = heads.last().and_then(|head| head.status);
        let Bodies { bodies, write_outs, more } = bodies::find(&body, status);
        let mut lines = Lines::new(&body, body_line);
        let about = About { heads: heads.into(), request: request.into(), write_outs };
        let first = self.found.len();
        for body in bodies {
            if !self.has_room() {
                break;
            }
            self.body(body, &about, line, first, &mut lines);
        }
        if more {
            self.say_more();
        }
        let Some(response) = self.found.get_mut(first) else { return };
        notes.append(&mut response.notes);
        response.notes = notes;
    }

    fn body(&mut self, body: Body<'_>, about: &About, line: usize, first: usize, lines: &mut Lines<'_>) {
        let body_line = lines.at(body.at);
        // Under one head only the first body begins with it.
        let headed = self.found.len() == first && !about.heads.is_empty();
        let mut response = Response {
            origin: self.origin(if headed { line } else { body_line }, body_line),
            heads: about.heads.clone(),
            request: about.request.clone(),
            body: body.text.into(),
            supply: None,
            notes: Vec::new(),
        };
        if let Some(write_out) = body.write_out.and_then(|place| about.write_outs.get(place)) {
            response.notes.push(Note { kind: NoteKind::WriteOut, line: body_line });
            tell(&mut response, write_out);
        }
        self.found.push(response);
    }

    fn origin(&self, line: usize, body_line: usize) -> Origin {
        // A million responses of a pipe need not hold a million copies of one word.
        let known = ["stdin", "paste", "clipboard", "demo"].into_iter().find(|known| *known == self.name);
        let name = known.map_or_else(|| self.name.to_owned().into(), Untrusted::from);
        Origin { name, index: self.found.len(), line, body_line }
    }
}

/// What all bodies of one exchange share.
struct About {
    heads: Arc<Vec<Head>>,
    request: Arc<Request>,
    write_outs: Vec<WriteOut>,
}

/// Puts what `curl -w` said where the head says nothing.
fn tell(response: &mut Response, said: &WriteOut) {
    if said.method.is_some() || said.url.is_some() {
        let request = Arc::make_mut(&mut response.request);
        request.method = request.method.take().or_else(|| said.method.clone());
        request.url = request.url.take().or_else(|| said.url.clone());
    }
    if response.heads.is_empty() && said.status.is_none() && said.headers.is_empty() {
        return;
    }
    let headed = !response.heads.is_empty();
    if response.head().is_some_and(|head| head.status.is_some() && !head.headers.is_empty()) {
        return;
    }
    let head = response.head_mut();
    if !headed {
        head.version = said.version.clone().unwrap_or_default();
    }
    head.status = head.status.or(said.status);
    if head.headers.is_empty() {
        head.headers.clone_from(&said.headers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Response> {
        split("stdin", bytes.to_vec(), &Options::default())
    }

    fn kinds(response: &Response) -> Vec<NoteKind> {
        response.notes.iter().map(|note| note.kind).collect()
    }

    #[test]
    fn nothing_is_one_empty_body() {
        for bytes in [&b""[..], b"404", b"HTTP/2 204 \r\n\r\n"] {
            let found = all(bytes);
            assert_eq!((found.len(), found[0].body.len()), (1, 0), "{}", bytes.escape_ascii());
        }
        assert_eq!(all(b"404")[0].status(), Some(404));
        assert_eq!(all(b"")[0].origin, Origin { name: "stdin".into(), index: 0, line: 1, body_line: 1 });
    }

    #[test]
    fn lines_count_from_the_source() {
        type Row = (&'static [u8], &'static [(usize, usize)]);
        let table: [Row; 6] = [
            (b"{}", &[(1, 1)]),
            (b"{\"a\":1}\n\n{\"b\":\n2}\n[3]", &[(1, 1), (3, 3), (5, 5)]),
            (b"\n\n{\"a\":1}\n{\"b\":1}\n", &[(3, 3), (4, 4)]),
            (b"HTTP/2 200 \r\na: b\r\n\r\n{\"a\":1}\n{\"b\":1}\n", &[(1, 4), (5, 5)]),
            (b"data: {\"a\":1}\n\ndata: {\"b\":1}\n", &[(1, 1), (3, 3)]),
            (b"HTTP/2 200 \na: b\n\n{}\nHTTP/2 404 \na: b\n\n{}", &[(1, 4), (5, 8)]),
        ];
        for (bytes, expected) in table {
            let found: Vec<_> = all(bytes).iter().map(|one| (one.origin.line, one.origin.body_line)).collect();
            assert_eq!(found, expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn bodies_under_one_head_share_it() {
        let found = all(b"HTTP/2 503 \r\na: b\r\n\r\n{\"a\":1}\n{\"b\":1}\n");
        let found: Vec<_> = found.iter().map(|one| (one.status(), one.origin.index, one.body.len())).collect();
        assert_eq!(found, [(Some(503), 0, 7), (Some(503), 1, 7)]);
    }

    #[test]
    fn more_responses_than_are_kept_are_said() {
        let har = |count| {
            let entries = vec![r#"{"response":{"status":200,"content":{"text":"{}"}}}"#; count];
            format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","))
        };
        let table: [(&str, &dyn Fn(usize) -> String); 6] = [
            ("heads", &|count| "HTTP/2 200\r\na: b\r\n\r\n{}".repeat(count)),
            ("values", &|count| "[] ".repeat(count)),
            ("under one head", &|count| format!("HTTP/2 200\r\na: b\r\n\r\n{}", "{}\n".repeat(count))),
            ("text before each", &|count| "words\n[]\n".repeat(count)),
            ("talk of curl", &|count| "> GET / HTTP/1.1\n> a: b\n>\n< HTTP/1.1 200 OK\n< a: b\n<\n{}\n".repeat(count)),
            ("har", &har),
        ];
        for (what, text) in table {
            for (count, more) in [(10, false), (MOST_RESPONSES + 1, true)] {
                let found = all(text(count).as_bytes());
                assert!(found.len() <= MOST_RESPONSES && found.len() >= count / 2, "{what}: {}", found.len());
                let said: Vec<_> = found.iter().filter(|one| kinds(one).contains(&NoteKind::ResponseLimit)).collect();
                assert_eq!(said.len(), usize::from(more), "{what}, {count}");
                assert!(said.iter().all(|one| one.origin.index + 1 == found.len()), "{what}: the last one says so");
            }
        }
    }

    #[test]
    fn utf16_is_converted_under_an_ascii_head_too() {
        let text: Vec<u8> = "{\"a\":\"\u{fc}\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = all(&[b"HTTP/1.1 400 Bad Request\r\nA: b\r\n\r\n", &text[..]].concat());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].body.as_ref(), "{\"a\":\"\u{fc}\"}".as_bytes());
        assert_eq!(found[0].notes, [Note { kind: NoteKind::Utf16, line: 4 }]);

        let whole: Vec<u8> =
            "HTTP/1.1 400 Bad Request\r\nA: b\r\n\r\n{}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let found = all(&[b"\xfe\xff", &whole[..]].concat());
        assert_eq!(
            (found[0].status(), found[0].body.as_ref(), kinds(&found[0])),
            (Some(400), &b"{}"[..], vec![NoteKind::Utf16])
        );
    }

    #[test]
    fn a_written_out_status_does_not_beat_the_head() {
        let found = all(b"HTTP/2 404 \r\na: b\r\n\r\n{\"a\":1}\n200\n");
        assert_eq!((found[0].status(), found[0].body.as_ref()), (Some(404), &b"{\"a\":1}"[..]));
        assert_eq!(kinds(&found[0]), [NoteKind::WriteOut]);
    }

    #[cfg(feature = "gzip")]
    mod gzip {
        use std::io::Write;

        use super::*;

        fn zip(text: &[u8]) -> Vec<u8> {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(text).expect("memory");
            encoder.finish().expect("memory")
        }

        #[test]
        fn a_packed_body_under_a_head() {
            let head = b"HTTP/1.1 404 Not Found\r\nContent-Encoding: gzip\r\n\r\n";
            let packed = zip(b"{\"a\":1}");
            let found = all(&[&head[..], &packed, b"\n404\n"].concat());
            assert_eq!((found.len(), found[0].status(), found[0].body.as_ref()), (1, Some(404), &b"{\"a\":1}"[..]));
            assert_eq!(kinds(&found[0]), [NoteKind::Unzipped, NoteKind::WriteOut]);

            let found = all(&[&head[..], &packed[..packed.len() - 8]].concat());
            assert_eq!((found[0].body.as_ref(), kinds(&found[0])), (&b"{\"a\":1}"[..], vec![NoteKind::BadGzip]));
        }

        #[test]
        fn packed_heads_and_lines() {
            let found = all(&zip(b"{\"a\":1}\n{\"b\":2}\n"));
            assert_eq!(found.iter().map(kinds).collect::<Vec<_>>(), [vec![NoteKind::Unzipped], vec![]]);
            assert_eq!(all(&zip(b"HTTP/2 404 \r\na: b\r\n\r\n{}"))[0].status(), Some(404));
        }

        #[test]
        fn all_packed_bodies_share_the_limit() {
            let head = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
            let packed = zip(&[b' '; 800]);
            let bytes = [&head[..], &packed, b"\r\n", head, &packed].concat();
            let options = Options { max_size: 1000, ..Options::default() };
            let found = split("stdin", bytes, &options);
            let found: Vec<_> = found.iter().map(|one| (one.body.len() <= 802, kinds(one))).collect();
            assert_eq!(found, [(true, vec![NoteKind::Unzipped]), (true, vec![NoteKind::UnpackLimit])]);
        }
    }
}
