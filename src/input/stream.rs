//! Many responses in one source, found while they arrive.
//!
//! In: the bytes of a source as far as they have come. Out: whether they can be taken piece by piece, where a block of
//! whole pieces ends, and the pieces of a block. Heads, HAR files, `curl -v` noise and the like need a look at everything
//! and are left to [`super::split()`]; what begins as values, or as log lines with a value each, does not.

use std::ops::Range;

use super::segments::{Finder, Kind};
use super::unpack::BOM;
use super::{Note, NoteKind, Options, Origin, Response, events, har, heads, verbose, write_out};
use crate::supply::Supply;
use crate::text::Untrusted;

/// How the responses of a source follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// JSON values: every piece is a response, also one that is broken.
    Values,
    /// Lines of a log with a value each; lines without one are no responses.
    Log,
}

/// What the beginning of a source says about all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// More bytes are needed to tell.
    Unclear,
    /// It can be taken piece by piece.
    Stream(Layout),
    /// It has to be read to its end.
    Whole,
}

/// Pieces that must be alike before the rest is taken to be: two may be a body and what `curl -w` wrote behind it.
const ALIKE: usize = 3;
/// Bytes that must have told.
const LONG: usize = 8 << 20;

/// Looks at the beginning. `silent` says that nothing more has come for a while, as under `tail -f`: a single whole line
/// is then enough.
pub fn start(bytes: &[u8], silent: bool) -> Start {
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'\x1e').count();
    let Some(first) = text.get(blanks) else { return Start::Unclear };
    let unclear = if bytes.len() > LONG { Start::Whole } else { Start::Unclear };
    if *first < b' '
        || *first == b'<'
        || !bytes.is_ascii() && std::str::from_utf8(text).is_err_and(|e| e.error_len().is_some())
    {
        return Start::Whole;
    }
    // The last line may go on.
    let Some(end) = memchr::memrchr(b'\n', text) else { return unclear };
    let text = &text[..end];
    let mut finder = Finder::at(text, 0);
    let (mut values, mut carriers) = (0, 0);
    while values + carriers < ALIKE && finder.step() {
        for piece in finder.found.drain(..) {
            let body = &text[piece.start..piece.end];
            match piece.kind {
                Kind::Value if har::begins(body) || write_out::object(body, 0, false).is_some() => return Start::Whole,
                Kind::Value => values += 1,
                Kind::Carrier => carriers += 1,
                Kind::Text if values == 0 => {}
                // A tall value may be cut off at the end of what is there.
                _ => return if piece.end == text.len() { unclear } else { Start::Whole },
            }
        }
    }
    let enough = if silent { 1 } else { ALIKE };
    if values + carriers < enough {
        return unclear;
    }
    if carriers == 0 && matches!(first, b'{' | b'[') {
        return Start::Stream(Layout::Values);
    }
    let other = heads::next(text, 0).is_some() || verbose::find(text).is_some() || events::find(text).is_some();
    if carriers >= enough && !other { Start::Stream(Layout::Log) } else { Start::Whole }
}

/// Bytes without a certain boundary after which a likely one will do, so that no odd input is kept whole.
const PATIENCE: usize = 4 << 20;

/// Where the last piece ends that is surely over: a block up to there has the same pieces as the whole.
///
/// A value ends, and the next line begins another: inside of a value only a comma or a colon could stand between the
/// two, and a string with such a line break in it counts as broken there. So no look at what is before is needed; before
/// `from` there is no boundary.
pub fn cut(bytes: &[u8], from: usize, layout: Layout, silent: bool) -> Option<usize> {
    if layout == Layout::Log {
        return memchr::memrchr(b'\n', bytes).map(|at| at + 1);
    }
    for at in memchr::memrchr_iter(b'\n', &bytes[from..]).map(|at| from + at) {
        let before = bytes[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        if !matches!(before, Some(b'}' | b']')) {
            continue;
        }
        let sure = matches!(bytes[at + 1..], [b'{', b'"' | b'}', ..] | [b'[', b'{', ..] | [b'\x1e', ..]);
        let likely = match bytes.get(at + 1) {
            Some(b'{' | b'[') => bytes.len() > PATIENCE,
            Some(_) => false,
            None => silent,
        };
        if sure || likely {
            return Some(at + 1);
        }
    }
    None
}

/// A piece of a block: where it is, and whether it counts as a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First byte.
    pub start: usize,
    /// One past the last byte, blanks left out.
    pub end: usize,
}

/// The pieces of a block that are responses, one after the other.
pub struct Pieces<'b> {
    finder: Finder<'b>,
    layout: Layout,
    given: usize,
}

impl<'b> Pieces<'b> {
    /// The pieces of a block; `first` tells that it begins the source.
    pub fn new(block: &'b [u8], layout: Layout, first: bool) -> Self {
        let at = if first && block.starts_with(BOM) { BOM.len() } else { 0 };
        Self { finder: Finder::at(block, at), layout, given: 0 }
    }

    /// Where the next piece is looked for, blanks passed; `None` at the end and in the middle of a line.
    pub fn place(&mut self) -> Option<usize> {
        if self.given < self.finder.found.len() { None } else { self.finder.next_at() }
    }

    /// Says that the caller knows where the value at [`Pieces::place`] ends; false where what follows it on its line
    /// makes it something else.
    pub fn take(&mut self, end: usize) -> bool {
        self.layout == Layout::Values && self.finder.skip(end)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            while let Some(piece) = self.finder.found.get(self.given) {
                self.given += 1;
                if self.layout == Layout::Values || !matches!(piece.kind, Kind::Text | Kind::Scalar) {
                    return Some(Piece { start: piece.start, end: piece.end });
                }
            }
            self.finder.found.clear();
            self.given = 0;
            if !self.finder.step() {
                return None;
            }
        }
    }
}

/// A block that stays where it is, so that a response of it can be had again: in memory what a pipe brought, else in its file.
#[derive(Clone, Debug)]
pub struct Lot {
    /// The source's name.
    pub name: String,
    /// How its responses follow each other.
    pub layout: Layout,
    /// Whether the source begins with it.
    pub first: bool,
    /// Line of its first byte, from 1.
    pub line: usize,
    /// Its bytes are the first ones of this.
    supply: Supply,
    len: usize,
}

impl Lot {
    /// The first `len` bytes of a supply.
    pub fn new(name: &str, supply: Supply, len: usize, layout: Layout, line: usize, first: bool) -> Self {
        Self { name: name.to_owned(), layout, first, line, supply, len }
    }

    /// All of it; less where its file has shrunk.
    pub fn bytes(&self) -> Vec<u8> {
        self.supply.copy(0, self.len)
    }

    /// The response in a range of its bytes, which is number `index` of its source.
    pub fn response(&self, range: Range<usize>, index: usize, options: &Options) -> Response {
        let bytes = self.supply.copy(0, range.end.min(self.len));
        let (before, body) = bytes.split_at(range.start.min(bytes.len()));
        let mut response = response(&self.name, options, None);
        let line = self.line + memchr::memchr_iter(b'\n', before).count();
        response.origin = Origin { index, line, body_line: line, ..response.origin };
        response.body = body.into();
        response
    }
}

/// A response for a piece of a block; its body is the caller's to fill in.
pub fn response(name: &str, options: &Options, ended_by: Option<(NoteKind, usize)>) -> Response {
    let name = match name {
        "stdin" => Untrusted::new("stdin"),
        other => other.to_owned().into(),
    };
    let mut response = Response { origin: Origin { name, index: 0, line: 1, body_line: 1 }, ..Response::default() };
    response.notes.extend(ended_by.map(|(kind, line)| Note { kind, line }));
    options.declare(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings() {
        let values = Start::Stream(Layout::Values);
        let log = Start::Stream(Layout::Log);
        let table: &[(&str, bool, Start)] = &[
            ("", false, Start::Unclear),
            ("\n \n", false, Start::Unclear),
            ("{\"a\":1}\n{\"a\":1}\n", false, Start::Unclear),
            ("{\"a\":1}\n{\"a\":1}\n{\"a\":1}", false, Start::Unclear),
            ("{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n", false, values),
            ("\u{feff}{\"a\":1}\n[1]\n{\"a\":1}\n", false, values),
            ("{\"a\":1}\n", true, values),
            ("{\"a\":1", true, Start::Unclear),
            ("{\n\"a\":1,\n", true, Start::Unclear),
            ("{\n\"a\":1}\n{\"a\":1}\n", false, Start::Whole),
            ("{\"a\":1}\n404\n{\"a\":1}\n{\"a\":1}\n", false, Start::Whole),
            ("{\"a\":1}\n{\"http_code\":200,\"url_effective\":\"x\",\"num_headers\":1}\n{}\n", false, Start::Whole),
            ("HTTP/2 404 \na: b\n\n{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n", false, Start::Whole),
            ("data: {\"a\":1}\n\ndata: {\"a\":1}\n\ndata: {\"a\":1}\n\n", false, Start::Whole),
            ("<a>\n", false, Start::Whole),
            ("\u{1f}\u{8b}", false, Start::Whole),
            ("1 x {\"a\":1}\n2 x {\"a\":1}\n3 x {\"a\":1}\n", false, log),
            ("up\n1 x {\"a\":1}\n2 x {\"a\":1}\n3 x {\"a\":1}\n", false, log),
            ("1 x {\n\"a\":1}\n2 x {\"a\":1}\n3 x {\"a\":1}\n", false, Start::Whole),
        ];
        for (text, silent, expected) in table {
            assert_eq!(start(text.as_bytes(), *silent), *expected, "{text:?}");
        }
    }

    #[test]
    fn cuts_only_between_pieces() {
        let table: &[(&str, bool, Option<usize>)] = &[
            ("{\"a\":1}\n{\"a\"", false, Some(8)),
            ("{\"a\":1}\n{\"a\":1}\n", false, Some(8)),
            ("{\"a\":1}\n{\"a\":1}\n", true, Some(16)),
            ("{\"a\":1} \r\n{}", false, Some(10)),
            ("{\"a\":[\n{\"b\":1},\n{\"b\":2}", false, None),
            ("{\"a\":\n{\"b\":1}}", false, None),
            ("{\"a\":1", false, None),
        ];
        for (text, silent, expected) in table {
            assert_eq!(cut(text.as_bytes(), 0, Layout::Values, *silent), *expected, "{text:?}");
        }
        assert_eq!(cut(b"a {}\nb {", 0, Layout::Log, false), Some(5));
    }

    /// Whatever the blocks, the pieces are those of the whole.
    #[test]
    fn blocks_have_the_pieces_of_the_whole() {
        let text = "{\"a\":1}\n{\"b\":\"x\n{\"c\":1}{\"d\":2}, {\"e\":3}\n{\n \"f\": [\n{\"g\":1},\n{\"h\":2}\n]\n}\n404\n{\"i\":1}}}\n\nplain\n[1]\n{\"j\"";
        let bytes = text.as_bytes();
        let whole: Vec<_> = Pieces::new(bytes, Layout::Values, true).collect();
        for step in 1..bytes.len() {
            let (mut found, mut from) = (Vec::new(), 0);
            for end in (0..=bytes.len()).step_by(step) {
                if let Some(length) = cut(&bytes[from..end], 0, Layout::Values, false) {
                    let pieces = Pieces::new(&bytes[from..from + length], Layout::Values, from == 0);
                    found.extend(pieces.map(|p| Piece { start: p.start + from, end: p.end + from }));
                    from += length;
                }
            }
            let pieces = Pieces::new(&bytes[from..], Layout::Values, from == 0);
            found.extend(pieces.map(|p| Piece { start: p.start + from, end: p.end + from }));
            assert_eq!(found, whole, "{step}");
        }
    }
}
