//! Whether what arrives is one large body or many responses in a row, told by its beginning, and if so handing it on while
//! the rest still arrives.
//!
//! In: a pipe or a file. Out: a response over a [`Supply`], at once, or each [`Lot`] of responses; or, for everything that
//! is small or of another form, what [`read`] gathers.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::extent::{self, End, Nesting};
use super::read::{self, read_file};
use super::stream::{self, Layout, Lot, Start};
use super::{Gathered, Head, InputError, NoteKind, Options, Origin, Response, heads, unpack};
use crate::supply::Supply;

/// Bodies up to here are read whole: a node for each of their values costs little.
pub const AT_ONCE: usize = 2 << 20;
/// Enough to tell what most bodies are.
pub(super) const ENOUGH: usize = 64 * 1024;
/// How long more is waited for where that was not enough.
const PATIENCE: Duration = Duration::from_millis(30);
/// How much is asked for at a time.
const STEP: usize = 1 << 20;
/// Bytes of a lot of a file: what is read again for the line of a response that is looked at.
const LOT: usize = 256 * 1024;

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
    /// Some responses of many.
    Lot(Lot),
}

/// Reads a pipe, as `read` does; one body, or responses in a row, are handed to `hand` as soon as they are known for that
/// and are more than a few bytes. A body that is handed on may turn out to end before it is large.
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
    let (mut layout, mut body) = (None, None);
    let is_known = |layout: &Option<Layout>, body: &Option<Opening>| layout.is_some() || body.is_some();
    while !is_known(&layout, &body) && first.len() < AT_ONCE && (first.len() < ENOUGH || since.elapsed() < PATIENCE) {
        let before = first.len();
        match take(&mut reader, &mut room, stop) {
            // It pauses: who follows a log waits for no more.
            Ok(0) => layout = in_a_row(&first, true),
            Ok(count) => first.extend_from_slice(&room[..count]),
            Err(why) => {
                let gathered = Gathered { name: "stdin".into(), bytes: first, ended_by: why };
                return Arrived::Whole(gathered.within(options.max_size));
            }
        }
        if before < ENOUGH && first.len() >= ENOUGH {
            layout = in_a_row(&first, false);
            body = opening(&first);
        }
    }
    if let Some(layout) = layout.or_else(|| in_a_row(&first, false)) {
        let mut row = Row { name: "stdin", layout, line: 1, begun: false };
        return Arrived::HandedOn(row.follow(first, &mut reader, options.max_size, stop, progress, hand));
    }
    let Some(opening) = body.or_else(|| opening(&first)) else {
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

/// Reads a file, as [`read_file`] does; a large body, or responses in a row, stay in the file.
pub fn arrive_file(
    path: &Path,
    options: &Options,
    stop: &Arc<AtomicBool>,
    mut progress: impl FnMut(usize),
    mut hand: impl FnMut(Part),
) -> Result<Arrived, InputError> {
    let name = path.to_string_lossy();
    let open = File::open(path).ok();
    match open.and_then(|file| stay(file, &name, options, stop, &mut progress, &mut hand)) {
        Some(ended_by) => Ok(Arrived::HandedOn(ended_by)),
        None => read_file(path, options.max_size, stop, progress).map(Arrived::Whole),
    }
}

/// Reads stdin where it is a file (`errview < FILE`), as [`arrive_file`] does; nothing where it is another thing, or holds
/// what has to be read as a whole.
pub fn arrive_stdin(
    options: &Options,
    stop: &Arc<AtomicBool>,
    mut progress: impl FnMut(usize),
    mut hand: impl FnMut(Part),
) -> Option<Arrived> {
    stay(read::stdin_file()?, "stdin", options, stop, &mut progress, &mut hand).map(Arrived::HandedOn)
}

/// Whether stdin is a file that [`arrive_stdin`] may hand on.
pub fn is_stdin_large() -> bool {
    read::stdin_file_is_longer(ENOUGH)
}

/// Hands on what is in a large file without reading it as a whole; nothing where that cannot be.
fn stay(
    mut file: File,
    name: &str,
    options: &Options,
    stop: &AtomicBool,
    progress: &mut impl FnMut(usize),
    hand: &mut impl FnMut(Part),
) -> Option<Option<NoteKind>> {
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    // Of a file that somebody has read from before the rest counts, as for a pipe.
    let before = usize::try_from(std::io::Seek::stream_position(&mut file).ok()?).ok()?;
    let supply = Supply::file(file).ok()?.behind(before);
    if supply.len() <= ENOUGH {
        return None;
    }
    let first = supply.copy(0, ENOUGH);
    if let Some(opening) = opening(&first) {
        hand(Part::Large(opening.response(name, &supply, options)));
        return Some(None);
    }
    let layout = in_a_row(&first, false).or_else(|| in_a_row(&supply.copy(0, AT_ONCE), false))?;
    let mut row = Row { name, layout, line: 1, begun: false };
    Some(row.pass(&supply, stop, progress, hand))
}

/// How responses in a row follow each other, if that is what begins here.
fn in_a_row(first: &[u8], silent: bool) -> Option<Layout> {
    match stream::start(first, silent) {
        Start::Stream(layout) => Some(layout),
        Start::Unclear | Start::Whole => None,
    }
}

/// Responses in a row that are handed on as they come.
struct Row<'n> {
    name: &'n str,
    layout: Layout,
    /// Line of the next lot.
    line: usize,
    begun: bool,
}

impl Row<'_> {
    /// The lot with these bytes, which are the first ones of a supply.
    fn lot(&mut self, bytes: &[u8], supply: Supply) -> Part {
        let lot = Lot::new(self.name, supply, bytes.len(), self.layout, self.line, !self.begun);
        self.line += memchr::memchr_iter(b'\n', bytes).count();
        self.begun = true;
        Part::Lot(lot)
    }

    /// Out of a pipe, whose bytes are kept.
    fn follow(
        &mut self,
        first: Vec<u8>,
        reader: &mut impl Read,
        max: usize,
        stop: &AtomicBool,
        mut progress: impl FnMut(usize),
        mut hand: impl FnMut(Part),
    ) -> Option<NoteKind> {
        let mut room = vec![0; STEP];
        let (mut total, mut rest, mut silent) = (first.len(), first, false);
        // Up to here there is no end of a response.
        let mut looked = 0;
        loop {
            match stream::cut(&rest, looked, self.layout, silent) {
                Some(end) => {
                    let next = rest.split_off(end);
                    hand(self.lot(&rest, Supply::whole(&rest)));
                    (rest, looked) = (next, 0);
                }
                None => looked = memchr::memrchr(b'\n', &rest).unwrap_or(rest.len()),
            }
            let ended_by = match take(reader, &mut room, stop) {
                Ok(0) => {
                    silent = true;
                    continue;
                }
                Ok(count) if total + count > max => Some(NoteKind::SizeLimit),
                Ok(count) => {
                    rest.extend_from_slice(&room[..count]);
                    (total, silent) = (total + count, false);
                    progress(total);
                    continue;
                }
                Err(why) => why,
            };
            if !rest.trim_ascii().is_empty() {
                hand(self.lot(&rest, Supply::whole(&rest)));
            }
            return ended_by;
        }
    }

    /// Out of a file, whose bytes stay there.
    fn pass(
        &mut self,
        supply: &Supply,
        stop: &AtomicBool,
        progress: &mut impl FnMut(usize),
        hand: &mut impl FnMut(Part),
    ) -> Option<NoteKind> {
        // The first lot is small: it is what is on screen first.
        let (mut at, mut step) = (0, ENOUGH);
        while at < supply.len() {
            if stop.load(Ordering::Relaxed) {
                return Some(NoteKind::Interrupted);
            }
            let mut bytes = supply.copy(at, at + step);
            if bytes.is_empty() {
                // The file has shrunk.
                return Some(NoteKind::Interrupted);
            }
            if at + bytes.len() < supply.len() && bytes.len() == step {
                match stream::cut(&bytes, 0, self.layout, false) {
                    Some(end) => bytes.truncate(end),
                    None => {
                        step *= 2;
                        continue;
                    }
                }
            }
            if !bytes.trim_ascii().is_empty() {
                hand(self.lot(&bytes, supply.behind(at)));
            }
            at += bytes.len();
            step = LOT;
            progress(at);
        }
        None
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
        let mut response = Response { origin, heads: self.heads.into(), supply, ..Response::default() };
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
            Part::Lot(_) => panic!("no lot"),
        };
        let arrived = arrive(bytes, &options, &stop, |_| {}, hand);
        (found, arrived)
    }

    #[test]
    fn a_small_body_is_no_longer_than_one_wants() {
        let stop = Arc::new(AtomicBool::new(false));
        for (max_size, kept, ended_by) in [(2, b"{}".as_slice(), None), (1, b"{", Some(NoteKind::SizeLimit))] {
            let options = Options { max_size, ..Options::default() };
            let arrived = arrive(b"{}".as_slice(), &options, &stop, |_| {}, |_| panic!("small"));
            let Arrived::Whole(gathered) = arrived else { panic!("{arrived:?}") };
            assert_eq!((gathered.bytes.as_slice(), gathered.ended_by), (kept, ended_by));
        }
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
            Part::Lot(_) => panic!("no lot"),
        };
        let arrived = arrive_file(file.path(), &Options::default(), &stop, |_| {}, hand).expect("read");
        assert!(matches!(arrived, Arrived::HandedOn(None)));
        assert!(found.expect("large").supply.expect("a supply").is_file());
    }

    #[test]
    fn responses_in_a_row_are_handed_on_as_they_come() {
        use std::io::Write;
        let lines = (0..200_000).map(|n| format!("{{\"n\":{n}}}\n"));
        let values: String = lines.chain(["\n\n{\"n\":oh}\n".to_owned(), "{\"n\":".to_owned()]).collect();
        let log: String = (0..200_000).map(|n| format!("{n} GET {{\"n\":{n}}}\n")).collect();
        let options = Options::default();
        for text in [values, log] {
            let mut file = tempfile::NamedTempFile::new().expect("a file");
            file.write_all(text.as_bytes()).expect("written");
            let whole = crate::input::split("stdin", text.clone().into_bytes(), &options);
            let whole: Vec<_> = whole.iter().map(|one| (one.origin.line, one.body.clone())).collect();
            let stop = Arc::new(AtomicBool::new(false));
            for from_file in [false, true] {
                let (mut all, mut lots) = (Vec::new(), 0);
                let hand = |part| match part {
                    Part::Lot(lot) => {
                        lots += 1;
                        let bytes = lot.bytes();
                        let mut line = lot.line;
                        let mut before = 0;
                        for (index, piece) in stream::Pieces::new(&bytes, lot.layout, lot.first).enumerate() {
                            line += memchr::memchr_iter(b'\n', &bytes[before..piece.start]).count();
                            before = piece.start;
                            all.push((line, Arc::from(&bytes[piece.start..piece.end])));
                            if index == 3 {
                                let response = lot.response(piece.start..piece.end, 7, &options);
                                assert_eq!((response.origin.line, response.origin.index), (line, 7));
                                assert_eq!(response.body[..], bytes[piece.start..piece.end]);
                            }
                        }
                    }
                    Part::Large(_) => panic!("not large"),
                };
                let arrived = if from_file {
                    arrive_file(file.path(), &options, &stop, |_| {}, hand).expect("read")
                } else {
                    arrive(text.as_bytes(), &options, &stop, |_| {}, hand)
                };
                assert!(matches!(arrived, Arrived::HandedOn(None)));
                assert!(lots > 1);
                assert!(all == whole, "{from_file}");
            }
        }
    }
}
