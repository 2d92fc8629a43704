//! The pieces of a body: JSON values, lines that carry one, broken ones, and text.
//!
//! In: one body. Out: [`Segment`]s in their order, without overlap. It names pieces and does not decide what is a response.

use memchr::{memchr, memchr2, memmem};

use super::MOST_RESPONSES;
use super::extent::{self, End, Nesting};
use super::unpack::BOM;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A closed `{..}` or `[..]` on one line.
    Value,
    /// A closed `{..}` or `[..]` over several lines.
    Tall,
    /// A string, number or literal with a line to itself, or a status glued to the value before.
    Scalar,
    /// Begins like a value and never closes.
    Broken,
    /// A line with a whole JSON object and other text.
    Carrier,
    /// A line of text.
    Text,
    /// A line that looks like a part of JSON which began or ends elsewhere.
    Part,
}

/// A piece: `start..end`, without the blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// Finds the pieces of a body.
pub(super) fn find(text: &[u8]) -> Vec<Segment> {
    let mut finder = Finder::at(text, if text.starts_with(BOM) { BOM.len() } else { 0 });
    // One more than can be responses tells that there are more.
    while finder.found.len() <= MOST_RESPONSES && finder.step() {}
    finder.found
}

/// Finds one piece after the other.
#[derive(Default)]
pub(super) struct Finder<'t> {
    text: &'t [u8],
    at: usize,
    nesting: Nesting,
    /// The pieces found so far.
    pub(super) found: Vec<Segment>,
}

impl<'t> Finder<'t> {
    /// Begins at a place.
    pub(super) fn at(text: &'t [u8], at: usize) -> Self {
        Self { text, at, ..Self::default() }
    }

    /// Where the next piece begins.
    pub(super) fn next_at(&mut self) -> Option<usize> {
        let rest = &self.text[self.at..];
        self.at += rest.iter().position(|byte| !is_blank(*byte))?;
        Some(self.at)
    }

    /// Passes a value whose end is known, if it stands alone or before another value.
    pub(super) fn skip(&mut self, end: usize) -> bool {
        let rest = &self.text[end..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        let alone = matches!(rest[blanks..], [] | [b'\n' | b'\x1e', ..]);
        if alone {
            self.at = end;
        }
        alone
    }

    /// Takes the next piece; false at the end.
    pub(super) fn step(&mut self) -> bool {
        if self.next_at().is_none() {
            return false;
        }
        if matches!(self.text[self.at], b'{' | b'[') && extent::opens(self.text, self.at) {
            self.container();
        } else {
            self.line();
        }
        true
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        let trimmed = self.text[start..end].iter().rev().take_while(|byte| is_blank(**byte)).count();
        self.found.push(Segment { start, end: end - trimmed, kind });
        self.at = end;
    }

    /// Where the line ends: before its line break or record separator.
    fn line_end(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        memchr2(b'\n', b'\x1e', rest).map_or(self.text.len(), |found| from + found)
    }

    fn container(&mut self) {
        let start = self.at;
        match extent::container(self.text, start, &mut self.nesting) {
            End::Broken(end) => self.push(start, end, Kind::Broken),
            End::Open => self.push(start, self.text.len(), Kind::Broken),
            End::Closed(end) => self.closed(start, end),
        }
    }

    /// A value that closes: what follows it on its line decides whether it stands alone.
    fn closed(&mut self, start: usize, end: usize) {
        let tall = memchr(b'\n', &self.text[start..end]).is_some();
        let kind = if tall { Kind::Tall } else { Kind::Value };
        let rest = &self.text[end..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        match rest[blanks..] {
            [] | [b'\n' | b'\x1e', ..] => return self.push(start, end, kind),
            [b'{' | b'[', ..] if extent::opens(self.text, end + blanks) => return self.push(start, end, kind),
            // Elements of an array, pasted without its brackets.
            [b',', ref after @ ..] => {
                let more = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
                if matches!(after.get(more), None | Some(b'\n' | b'{' | b'[')) {
                    self.push(start, end, kind);
                    self.at = end + blanks + 1;
                    return;
                }
            }
            // `curl -w '%{http_code}'` without a line break.
            [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', ref after @ ..] if blanks == 0 => {
                let more = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
                if matches!(after.get(more), None | Some(b'\n' | b'{' | b'[')) {
                    self.push(start, end, kind);
                    return self.push(end, end + 3, Kind::Scalar);
                }
            }
            _ => {}
        }
        let line_end = self.line_end(end);
        if tall || matches!(rest[blanks], b'}' | b']' | b',' | b':' | b'"') {
            self.push(start, end, kind);
            let kind = if tall { Kind::Text } else { Kind::Part };
            return self.push(end + blanks, line_end, kind);
        }
        // `[2024-05-01] ERROR {"code":1}` begins with a value by accident.
        let object = self.text[start] == b'{' || self.carries(end, line_end) == Some(true);
        self.push(start, line_end, if object { Kind::Carrier } else { Kind::Text });
    }

    /// A line that does not begin with a value.
    fn line(&mut self) {
        let start = self.at;
        let end = self.line_end(start);
        let line = self.text[start..end].trim_ascii_end();
        let kind = if extent::is_scalar(line) {
            Kind::Scalar
        } else {
            match self.carries(start, end) {
                _ if matches!(line.first(), Some(b'}' | b']' | b',' | b'"')) => Kind::Part,
                None => Kind::Text,
                Some(true) => Kind::Carrier,
                Some(false) => Kind::Part,
            }
        };
        self.push(start, end, kind);
    }

    /// Whether the line carries an object: a whole one, or one that goes on behind the line.
    fn carries(&mut self, from: usize, line_end: usize) -> Option<bool> {
        let line = &self.text[..line_end];
        if is_command(&line[from..]) {
            return None;
        }
        if line[from..].trim_ascii_end().ends_with(b"{") {
            return Some(false);
        }
        let quoted = [&b"{\""[..], b"{'"].iter().filter_map(|opening| memmem::find(&line[from..], opening)).min()?;
        Some(matches!(extent::container(line, from + quoted, &mut self.nesting), End::Closed(_)))
    }
}

/// Whether a line is a command somebody typed; the JSON in it is a request.
fn is_command(line: &[u8]) -> bool {
    let typed = [&b"$ "[..], b"% ", b"# ", b"+ "].iter().find_map(|prompt| line.strip_prefix(*prompt));
    typed.unwrap_or(line).starts_with(b"curl ")
}

/// White space of JSON, and the record separator of RFC 7464.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x1e')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        use Kind::{Broken, Carrier, Part, Scalar, Tall, Text, Value};
        let table: &[(&str, &[(&str, Kind)])] = &[
            ("", &[]),
            (" \n\t", &[]),
            ("{}", &[("{}", Value)]),
            ("{}\n[1]\r\n", &[("{}", Value), ("[1]", Value)]),
            ("{}{} {}", &[("{}", Value), ("{}", Value), ("{}", Value)]),
            ("{\n}\n\n[\n1]", &[("{\n}", Tall), ("[\n1]", Tall)]),
            ("\x1e{}\n\x1e1\n", &[("{}", Value), ("1", Scalar)]),
            ("{},\n{},", &[("{}", Value), ("{}", Value)]),
            ("1\n\"a b\"\nnull", &[("1", Scalar), ("\"a b\"", Scalar), ("null", Scalar)]),
            ("{}404", &[("{}", Value), ("404", Scalar)]),
            ("{}404\n", &[("{}", Value), ("404", Scalar)]),
            ("{}4040", &[("{}4040", Carrier)]),
            ("{\"a\":1}}}", &[("{\"a\":1}", Value), ("}}", Part)]),
            ("{\"a\":1\n{\"b\":2}", &[("{\"a\":1", Broken), ("{\"b\":2}", Value)]),
            ("{\"a\":1}\n{\"b\"", &[("{\"a\":1}", Value), ("{\"b\"", Broken)]),
            ("ERROR {\"a\":1}\nplain", &[("ERROR {\"a\":1}", Carrier), ("plain", Text)]),
            ("[INFO] up\n[2024] x {\"a\":1} y", &[("[INFO] up", Text), ("[2024] x {\"a\":1} y", Carrier)]),
            ("{\"a\":1} took 5 ms", &[("{\"a\":1} took 5 ms", Carrier)]),
            (
                "{\"a\": oh no\nup\n1 x {\"b\":2}",
                &[("{\"a\": oh no", Broken), ("up", Text), ("1 x {\"b\":2}", Carrier)],
            ),
            ("{\"a\":\n5 up\n1 x {\"b\":2}", &[("{\"a\":", Broken), ("5 up", Text), ("1 x {\"b\":2}", Carrier)]),
            ("{\"a\":\n5\n,\"b\":{\"c\":1}}", &[("{\"a\":\n5\n,\"b\":{\"c\":1}}", Tall)]),
            ("{\"a\":\n12:00 {\"b\":2}", &[("{\"a\":\n12:00 {\"b\":2}", Broken)]),
            ("{\"a\": 1\n12:00 {\"b\":2}", &[("{\"a\": 1", Broken), ("12:00 {\"b\":2}", Carrier)]),
            ("{\"a\":1,\n1 x {\"b\":2}\n", &[("{\"a\":1,", Broken), ("1 x {\"b\":2}", Carrier)]),
            ("{\"a\":1\nb: {\"c\":2}}", &[("{\"a\":1\nb: {\"c\":2}}", Tall)]),
            ("[1,\n2, {\"b\":2},\n3]", &[("[1,\n2, {\"b\":2},\n3]", Tall)]),
            ("ERROR {\n\"a\": 1\n}", &[("ERROR {", Part), ("\"a\": 1", Part), ("}", Part)]),
            ("ERROR {\"a\":\n1}", &[("ERROR {\"a\":", Part), ("1}", Text)]),
            ("1 {\n2 \"a\": 1\n3 }", &[("1 {", Part), ("2 \"a\": 1", Text), ("3 }", Text)]),
            ("404 page not found\n", &[("404 page not found", Text)]),
            ("GET /{id}/{x}", &[("GET /{id}/{x}", Text)]),
        ];
        for (text, expected) in table {
            let found = find(text.as_bytes());
            let found: Vec<_> = found.iter().map(|piece| (&text[piece.start..piece.end], piece.kind)).collect();
            assert_eq!(found, *expected, "{text:?}");
        }
    }
}
