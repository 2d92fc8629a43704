//! Whether what arrives is one large body or a value a line, told by its beginning, and if so handing it on while the rest
//! still arrives.
//!
//! In: a pipe or a file. Out: a response over a [`Supply`], at once, or the responses of each lot of lines; or, for
//! everything that is small or of another form, what [`read`] gathers.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::extent::{self, End, Nesting};
use super::read::{self, read_file};
use super::segments::{self, Kind};
use super::{Gathered, Head, InputError, NoteKind, Options, Origin, Response, heads, split, unpack};
use crate::supply::Supply;

/// Bodies up to here are read whole: a node for each of their values costs little.
const AT_ONCE: usize = 2 << 20;
/// Enough to tell what a body is, if nothing has come for a while.
const ENOUGH: usize = 64 * 1024;
/// How long a body that may be large is waited for.
const PATIENCE: Duration = Duration::from_millis(30);
/// How much is asked for at a time.
const STEP: usize = 1 << 20;

/// How a source ended.
#[derive(Debug)]
pub enum Arrived {
    /// Its responses are in these bytes.
    Whole(Gathered),
    /// All has been handed on; and why there is no more of it, where that is no plain end.
    HandedOn(Option<NoteKind>),
}

/// What is handed on while more arrives.
#[derive(Debug)]
pub enum Part {
    /// One large response.
    Large(Response),
    /// The responses of some lines.
    Lines(Vec<Response>),
}

/// Reads a pipe, as `read` does; a large body, or lines with a value each, are handed to `hand` as soon as they are known
/// for that.
pub fn arrive(
    mut reader: impl Read,
    options: &Options,
    stop: &Arc<AtomicBool>,
    mut progress: impl FnMut(usize),
    mut hand: impl FnMut(Part),
) -> Arrived {
    let mut first = Vec::new();
    let mut room = vec![0; STEP];
    let since = Instant::now();
    while first.len() < AT_ONCE && (first.len() < ENOUGH || since.elapsed() < PATIENCE) {
        match take(&mut reader, &mut room, stop) {
            // It pauses: who follows a log waits for no more.
            Ok(0) if is_lines(&first) => break,
            Ok(count) => first.extend_from_slice(&room[..count]),
            Err(why) => return Arrived::Whole(Gathered { name: "stdin".into(), bytes: first, ended_by: why }),
        }
    }
    if is_lines(&first) {
        let mut lines = Lines { name: "stdin", options, seen: 0, line: 0, rest: first };
        return Arrived::HandedOn(lines.follow(|room| take(&mut reader, room, stop), progress, hand));
    }
    let Some(opening) = opening(&first) else {
        let max = options.max_size;
        return Arrived::Whole(read::read(first.as_slice().chain(reader), max, stop, progress));
    };
    let supply = Supply::pipe();
    supply.push(&first);
    drop(first);
    hand(Part::Large(opening.response("stdin", &supply, options)));
    let ended_by = loop {
        match take(&mut reader, &mut room, stop) {
            Ok(count) if supply.len() + count > options.max_size => break Some(NoteKind::SizeLimit),
            Ok(0) => {}
            Ok(count) => {
                supply.push(&room[..count]);
                progress(supply.len());
            }
            Err(why) => break why,
        }
    };
    supply.end();
    Arrived::HandedOn(ended_by)
}

/// Reads a file, as [`read_file`] does; a large body stays in the file.
pub fn arrive_file(
    path: &Path,
    options: &Options,
    stop: &Arc<AtomicBool>,
    progress: impl FnMut(usize),
    mut hand: impl FnMut(Part),
) -> Result<Arrived, InputError> {
    if let Some((opening, supply)) = large_file(path) {
        hand(Part::Large(opening.response(&path.to_string_lossy(), &supply, options)));
        return Ok(Arrived::HandedOn(None));
    }
    if let Some(mut file) = file_of_lines(path) {
        let name = path.to_string_lossy();
        let mut lines = Lines { name: &name, options, seen: 0, line: 0, rest: Vec::new() };
        return Ok(Arrived::HandedOn(lines.follow(|room| take(&mut file, room, stop), progress, hand)));
    }
    read_file(path, options.max_size, stop, progress).map(Arrived::Whole)
}

fn large_file(path: &Path) -> Option<(Opening, Supply)> {
    let file = File::open(path).ok()?;
    let kind = file.metadata().ok()?;
    if !kind.is_file() || kind.len() <= AT_ONCE as u64 {
        return None;
    }
    let supply = Supply::file(file).ok()?;
    Some((opening(&supply.copy(0, ENOUGH))?, supply))
}

fn file_of_lines(path: &Path) -> Option<File> {
    let mut file = File::open(path).ok()?;
    let kind = file.metadata().ok()?;
    let mut first = Vec::new();
    if !kind.is_file() || kind.len() <= AT_ONCE as u64 {
        return None;
    }
    (&mut file).take(ENOUGH as u64).read_to_end(&mut first).ok()?;
    std::io::Seek::rewind(&mut file).ok()?;
    is_lines(&first).then_some(file)
}

/// Whether these are lines with one JSON value each; the last one may be cut.
fn is_lines(first: &[u8]) -> bool {
    let Some(end) = memchr::memrchr(b'\n', first) else { return false };
    let pieces = segments::find(&first[..end]);
    pieces.len() > 1 && pieces.iter().all(|piece| piece.kind == Kind::Value)
}

/// Lines that are handed on as they come.
struct Lines<'n> {
    name: &'n str,
    options: &'n Options,
    /// Responses and lines so far.
    seen: usize,
    line: usize,
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
}

impl Lines<'_> {
    fn follow(
        &mut self,
        mut next: impl FnMut(&mut [u8]) -> Result<usize, Option<NoteKind>>,
        mut progress: impl FnMut(usize),
        mut hand: impl FnMut(Part),
    ) -> Option<NoteKind> {
        let mut room = vec![0; ENOUGH];
        let mut total = self.rest.len();
        loop {
            if let Some(end) = memchr::memrchr(b'\n', &self.rest) {
                let rest = self.rest.split_off(end + 1);
                let whole = std::mem::replace(&mut self.rest, rest);
                hand(Part::Lines(self.responses(whole)));
            }
            match next(&mut room) {
                Ok(0) => {}
                Ok(count) => {
                    self.rest.extend_from_slice(&room[..count]);
                    total += count;
                    progress(total);
                }
                Err(why) => {
                    let last = std::mem::take(&mut self.rest);
                    if !last.trim_ascii().is_empty() {
                        hand(Part::Lines(self.responses(last)));
                    }
                    return why;
                }
            }
        }
    }

    fn responses(&mut self, bytes: Vec<u8>) -> Vec<Response> {
        let lines = memchr::memchr_iter(b'\n', &bytes).count();
        if bytes.trim_ascii().is_empty() {
            self.line += lines;
            return Vec::new();
        }
        let mut found = split(self.name, bytes, self.options);
        for response in &mut found {
            response.origin.index += self.seen;
            response.origin.line += self.line;
            response.origin.body_line += self.line;
        }
        self.seen += found.len();
        self.line += lines;
        found
    }
}

/// The next bytes, none where there are none now; or the end, and why.
fn take(reader: &mut impl Read, room: &mut [u8], stop: &AtomicBool) -> Result<usize, Option<NoteKind>> {
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(Some(NoteKind::Interrupted));
        }
        match reader.read(room) {
            Ok(0) => return Err(None),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(_) => return Err(Some(NoteKind::Interrupted)),
        }
    }
}

/// The beginning of a large response.
#[derive(Debug)]
struct Opening {
    heads: Vec<Head>,
    /// Where the body begins.
    body: usize,
    line: usize,
}

impl Opening {
    fn response(self, name: &str, supply: &Supply, options: &Options) -> Response {
        let origin = Origin { name: name.to_owned().into(), index: 0, line: 1, body_line: self.line };
        let supply = Some(supply.behind(self.body));
        let mut response = Response { origin, heads: self.heads, supply, ..Response::default() };
        options.declare(&mut response);
        response
    }
}

/// Whether one JSON value begins here, perhaps under heads, and goes on beyond these bytes.
fn opening(first: &[u8]) -> Option<Opening> {
    let mut heads = Vec::new();
    let mut body = 0;
    while first.get(body..).is_some_and(|rest| !rest.is_empty()) && heads::begins(first, body) {
        let (head, after) = heads::read(first, body)?;
        let framed = heads::lists(&head, "transfer-encoding", "chunked") || head.value("content-encoding").is_some();
        if framed {
            return None;
        }
        heads.push(head);
        body = after;
    }
    let rest = &first[body..];
    let skipped = if rest.starts_with(unpack::BOM) { unpack::BOM.len() } else { 0 };
    let value = skipped + rest[skipped..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    if !matches!(rest[value], b'{' | b'[') || !extent::opens(rest, value) || is_archive(&rest[value..]) {
        return None;
    }
    let open = extent::container(rest, value, &mut Nesting::default()) == End::Open;
    let line = 1 + memchr::memchr_iter(b'\n', &first[..body]).count();
    open.then_some(Opening { heads, body, line })
}

/// Whether it begins as a HAR does: `{"log":{`.
fn is_archive(body: &[u8]) -> bool {
    let mut dense = body.iter().filter(|byte| !byte.is_ascii_whitespace());
    b"{\"log\":{".iter().all(|byte| dense.next() == Some(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bytes: &[u8]) -> (Option<Response>, Arrived) {
        let mut found = None;
        let stop = Arc::new(AtomicBool::new(false));
        let options = Options::default();
        let hand = |part| match part {
            Part::Large(response) => found = Some(response),
            Part::Lines(_) => panic!("no lines"),
        };
        let arrived = arrive(bytes, &options, &stop, |_| {}, hand);
        (found, arrived)
    }

    #[test]
    fn one_large_value_is_handed_on() {
        let body = format!("{{\"a\":[{}1]}}", "1,".repeat(AT_ONCE));
        let (found, arrived) = taken(body.as_bytes());
        assert!(matches!(arrived, Arrived::HandedOn(None)));
        let supply = found.expect("large").supply.expect("a supply");
        assert!(supply.is_ended());
        assert_eq!(supply.copy(0, usize::MAX), body.as_bytes());

        let headed = format!("HTTP/2 503 \r\nA: b\r\n\r\n{body}");
        let (found, _) = taken(headed.as_bytes());
        let found = found.expect("large");
        assert_eq!((found.status(), found.origin.body_line), (Some(503), 4));
        assert_eq!(found.supply.expect("a supply").copy(0, 5), b"{\"a\":");
    }

    #[test]
    fn other_forms_are_gathered() {
        let filler = " ".repeat(AT_ONCE);
        let long = "1,".repeat(AT_ONCE);
        for text in [
            "{\"a\":1}".to_owned(),
            format!("{{\"a\":1}}\n{filler}"),
            format!("plain {filler}"),
            format!("{{\"log\": {{\"a\":[{long}1]}}}}"),
            format!("[INFO] {long}"),
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n[{long}1]"),
        ] {
            let (found, arrived) = taken(text.as_bytes());
            assert!(found.is_none());
            let Arrived::Whole(gathered) = arrived else { panic!("gathered") };
            assert_eq!(gathered.bytes, text.as_bytes());
        }
    }

    #[test]
    fn a_large_file_stays_where_it_is() {
        use std::io::Write;
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(format!("[{}1]", "1,".repeat(AT_ONCE)).as_bytes()).expect("written");
        let mut found = None;
        let stop = Arc::new(AtomicBool::new(false));
        let hand = |part| match part {
            Part::Large(response) => found = Some(response),
            Part::Lines(_) => panic!("no lines"),
        };
        let arrived = arrive_file(file.path(), &Options::default(), &stop, |_| {}, hand).expect("read");
        assert!(matches!(arrived, Arrived::HandedOn(None)));
        assert!(found.expect("large").supply.expect("a supply").is_file());
    }

    #[test]
    fn lines_are_handed_on_as_they_come() {
        use std::io::Write;
        let text: String = (0..200_000).map(|n| format!("{{\"n\":{n}}}\n")).chain(["{\"n\":".to_owned()]).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let whole = split("stdin", text.clone().into_bytes(), &Options::default());
        let stop = Arc::new(AtomicBool::new(false));
        for from_file in [false, true] {
            let (mut all, mut lots) = (Vec::new(), 0);
            let hand = |part| match part {
                Part::Lines(responses) => {
                    lots += 1;
                    all.extend(responses);
                }
                Part::Large(_) => panic!("not large"),
            };
            let options = Options::default();
            let arrived = if from_file {
                arrive_file(file.path(), &options, &stop, |_| {}, hand).expect("read")
            } else {
                arrive(text.as_bytes(), &options, &stop, |_| {}, hand)
            };
            assert!(matches!(arrived, Arrived::HandedOn(None)));
            assert!(lots > 1);
            let of = |all: &[Response]| -> Vec<_> {
                all.iter().map(|one| (one.origin.index, one.origin.line, one.body.clone())).collect()
            };
            assert!(of(&all) == of(&whole));
        }
    }
}
