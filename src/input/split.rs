//! From bytes to responses: the order in which the other files of this module have their say.

use std::borrow::Cow;

use super::bodies::{self, Bodies, Body};
use super::exchanges::{self, Exchange, Lines};
use super::write_out::WriteOut;
use super::{Head, Note, NoteKind, Options, Origin, Request, Response, chunked, har, unpack};
use crate::text::Untrusted;

/// Finds the responses in what was read. Never fails: bytes that nothing is known about are one response without a head,
/// and no bytes are one with an empty body.
pub fn split(name: &str, bytes: Vec<u8>, options: &Options) -> Vec<Response> {
    let mut splitter = Splitter { name, room: options.max_size, found: Vec::new() };
    splitter.source(bytes);
    let mut found = splitter.found;
    for response in &mut found {
        options.declare(response);
    }
    found
}

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
            None => exchanges::find(&bytes).into_iter().for_each(|exchange| self.exchange(exchange)),
        }
        if let Some(response) = self.found.get_mut(first) {
            response.notes.splice(0..0, notes);
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
            let line = lines.at(entry.at);
            let mut notes = Vec::new();
            let body = self.unpack(&entry.body, line, &mut notes).into_owned();
            let origin = self.origin(line, line);
            self.found.push(Response {
                origin,
                heads: vec![entry.head],
                request: entry.request,
                body: body.into(),
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
        let Bodies { bodies, write_outs } = bodies::find(&body, status);
        let mut lines = Lines::new(&body, body_line);
        let about = About { heads, request, write_outs };
        let first = self.found.len();
        for body in bodies {
            self.body(body, &about, line, first, &mut lines);
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
    heads: Vec<Head>,
    request: Request,
    write_outs: Vec<WriteOut>,
}

/// Puts what `curl -w` said where the head says nothing.
fn tell(response: &mut Response, said: &WriteOut) {
    response.request.method = response.request.method.take().or_else(|| said.method.clone());
    response.request.url = response.request.url.take().or_else(|| said.url.clone());
    if response.heads.is_empty() && said.status.is_none() && said.headers.is_empty() {
        return;
    }
    if response.heads.is_empty() {
        response.heads.push(Head { version: said.version.clone().unwrap_or_default(), ..Head::default() });
    }
    if let Some(head) = response.heads.last_mut() {
        head.status = head.status.or(said.status);
        if head.headers.is_empty() {
            head.headers.clone_from(&said.headers);
        }
    }
}
