//! Whether what arrives is one large body, told by its beginning, and if so handing it on while the rest still arrives.
//!
//! In: a pipe or a file. Out: a response over a [`Supply`], at once; or, for everything that is small or of another form,
//! what [`read`] gathers.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::extent::{self, End, Nesting};
use super::read::{self, read_file};
use super::{Gathered, Head, InputError, NoteKind, Options, Origin, Response, heads, unpack};
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
    /// It was one large response, which has been handed on; and why there is no more of it, where that is no plain end.
    Large(Option<NoteKind>),
}

/// Reads a pipe, as [`read`] does; a large body is handed to `large` as soon as it is known for one.
pub fn arrive(
    mut reader: impl Read,
    options: &Options,
    stop: &Arc<AtomicBool>,
    mut progress: impl FnMut(usize),
    large: impl FnOnce(Response),
) -> Arrived {
    let mut first = Vec::new();
    let mut room = vec![0; STEP];
    let since = Instant::now();
    while first.len() < AT_ONCE && (first.len() < ENOUGH || since.elapsed() < PATIENCE) {
        match take(&mut reader, &mut room, stop) {
            Ok(count) => first.extend_from_slice(&room[..count]),
            Err(why) => return Arrived::Whole(Gathered { name: "stdin".into(), bytes: first, ended_by: why }),
        }
    }
    let Some(opening) = opening(&first) else {
        let max = options.max_size;
        return Arrived::Whole(read::read(first.as_slice().chain(reader), max, stop, progress));
    };
    let supply = Supply::pipe();
    supply.push(&first);
    drop(first);
    large(opening.response("stdin", &supply, options));
    let ended_by = loop {
        match take(&mut reader, &mut room, stop) {
            Ok(count) if supply.len() + count > options.max_size => break Some(NoteKind::SizeLimit),
            Ok(count) => supply.push(&room[..count]),
            Err(why) => break why,
        }
        progress(supply.len());
    };
    supply.end();
    Arrived::Large(ended_by)
}

/// Reads a file, as [`read_file`] does; a large body stays in the file and is handed to `large`.
pub fn arrive_file(
    path: &Path,
    options: &Options,
    stop: &Arc<AtomicBool>,
    progress: impl FnMut(usize),
    large: impl FnOnce(Response),
) -> Result<Arrived, InputError> {
    if let Some((opening, supply)) = large_file(path) {
        large(opening.response(&path.to_string_lossy(), &supply, options));
        return Ok(Arrived::Large(None));
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

/// The next bytes; or the end, and why.
fn take(reader: &mut impl Read, room: &mut [u8], stop: &AtomicBool) -> Result<usize, Option<NoteKind>> {
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(Some(NoteKind::Interrupted));
        }
        match reader.read(room) {
            Ok(0) => return Err(None),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
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
        let arrived = arrive(bytes, &options, &stop, |_| {}, |response| found = Some(response));
        (found, arrived)
    }

    #[test]
    fn one_large_value_is_handed_on() {
        let body = format!("{{\"a\":[{}1]}}", "1,".repeat(AT_ONCE));
        let (found, arrived) = taken(body.as_bytes());
        assert!(matches!(arrived, Arrived::Large(None)));
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
        let arrived = arrive_file(file.path(), &Options::default(), &stop, |_| {}, |response| found = Some(response))
            .expect("read");
        assert!(matches!(arrived, Arrived::Large(None)));
        assert!(found.expect("large").supply.expect("a supply").is_file());
    }
}
