//! Reading JSON, strict or not, into the tree.
//!
//! One pass over the bytes with an explicit list of open containers, so that depth costs no stack. What strict JSON
//! accepts goes through here without a problem; everything else leaves one and is read for what it most likely means.

mod token;

use std::borrow::Cow;
use std::collections::HashSet;

pub(super) use token::{is_scalar_word, opening, skip_blank, string_end, word_end};

use super::build::Builder;
use super::sniff::Start;
use super::spell;
use super::tree::{self, Body, Key, Name, Spelling};
use super::{Format, Problem, ProblemKind};
use token::{Gap, Quote, Word};

/// Reads the value at `start` and notes what is around it.
pub(super) fn read(bytes: &[u8], start: Start, out: &mut Builder) -> Format {
    if start.text > 0 {
        out.trouble(ProblemKind::ByteOrderMark, 0, start.text);
    }
    let mut reader = Reader { bytes, at: start.text, out, expect: Expect::After, comma: 0, objects: 0, arrays: 0 };
    reader.before(start);
    reader.value(Key::NONE);
    reader.inside();
    reader.rest(start.embedded);
    Format::Json
}

/// Whether this is one scalar of strict JSON and nothing else.
pub(super) fn is_strict_scalar(bytes: &[u8]) -> bool {
    let mut out = Builder::for_one();
    let mut reader = Reader { bytes, at: 0, out: &mut out, expect: Expect::After, comma: 0, objects: 0, arrays: 0 };
    reader.value(Key::NONE);
    reader.rest(false);
    out.problem_count() == 0 && std::str::from_utf8(bytes).is_ok()
}

/// What may come next in the innermost container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// An item, or the closing bracket: right after the opening one.
    First,
    /// An item: after a comma.
    Next,
    /// A comma or the closing bracket.
    After,
}

struct Reader<'s> {
    bytes: &'s [u8],
    at: usize,
    out: &'s mut Builder,
    expect: Expect,
    /// The latest comma.
    comma: usize,
    /// Open containers of each kind: tells whether a closing bracket fits any of them without looking through all.
    objects: usize,
    arrays: usize,
}

impl Reader<'_> {
    fn before(&mut self, start: Start) {
        if !start.embedded {
            self.blank();
        }
        let text = self.at + self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if text < start.value {
            self.out.trouble(ProblemKind::TextBefore, text, start.value);
        }
        self.at = start.value;
    }

    /// Reads to the end of the outermost container.
    fn inside(&mut self) {
        while self.out.is_open() {
            self.blank();
            let Some(byte) = self.peek() else {
                let end = self.bytes.len();
                self.out.trouble(ProblemKind::CutOff, end, end);
                return self.close_all();
            };
            if self.out.is_full() {
                self.out.trouble(ProblemKind::TooMuch, self.at, self.bytes.len());
                self.at = self.bytes.len();
                return self.close_all();
            }
            match self.expect {
                Expect::After => self.after(byte),
                _ if self.out.in_object() => self.member(byte),
                _ => self.element(byte),
            }
        }
    }

    /// What follows the value.
    fn rest(&mut self, embedded: bool) {
        if !embedded {
            self.blank();
        }
        let rest = &self.bytes[self.at..];
        let end = self.at + rest.trim_ascii_end().len();
        let start = self.bytes.len() - rest.trim_ascii_start().len();
        if start < end {
            self.out.trouble(ProblemKind::TextAfter, start, end);
        }
    }

    fn element(&mut self, byte: u8) {
        match byte {
            b']' | b'}' => self.bracket(byte),
            b',' => self.lone_comma(),
            _ => self.value(Key::NONE),
        }
    }

    fn member(&mut self, byte: u8) {
        match byte {
            b']' | b'}' => return self.bracket(byte),
            b',' => return self.lone_comma(),
            _ => {}
        }
        let key = self.name(byte);
        if matches!(byte, b'{' | b'[') {
            return self.value(key);
        }
        let name_end = self.at;
        self.blank();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                self.blank();
            }
            Some(b'=') => {
                self.at += if self.bytes[self.at..].starts_with(b"=>") { 2 } else { 1 };
                self.out.trouble(ProblemKind::MissingColon, name_end, self.at);
                self.blank();
            }
            None | Some(b',' | b'}' | b']') => {}
            Some(_) => self.out.trouble(ProblemKind::MissingColon, name_end, self.at),
        }
        match self.peek() {
            // What is known of a member that was cut off is its name.
            None => self.scalar(key, (self.at, self.at), Body::Null),
            Some(b',' | b'}' | b']') => {
                self.out.trouble(ProblemKind::MissingValue, self.at, self.at + 1);
                self.scalar(key, (self.at, self.at), Body::Null);
            }
            Some(_) => self.value(key),
        }
    }

    fn name(&mut self, byte: u8) -> Key {
        let start = self.at;
        if let Some((quote, opening)) = opening(self.bytes, start) {
            let (spelling, close) = self.string(quote, opening);
            let name = Name::Spelled(spelling);
            return Key { name, start: start as u32, end: self.at as u32, quotes: (opening as u8, close) };
        }
        if !matches!(byte, b':' | b'{' | b'[') {
            self.at = token::name_end(self.bytes, start);
        }
        self.out.trouble(ProblemKind::UnquotedKey, start, self.at.max(start + 1));
        Key { name: Name::Spelled(Spelling::Plain), start: start as u32, end: self.at as u32, quotes: (0, 0) }
    }

    fn after(&mut self, byte: u8) {
        match byte {
            b',' => {
                self.comma = self.at;
                self.at += 1;
                self.expect = Expect::Next;
            }
            b']' | b'}' => self.bracket(byte),
            b':' | b';' | b'=' | b')' | b'>' => {
                self.out.trouble(ProblemKind::UnknownWord, self.at, self.at + 1);
                self.at += 1;
            }
            _ => {
                self.out.trouble(ProblemKind::MissingComma, self.at, self.at + 1);
                self.expect = Expect::Next;
                // A comma that is missing cannot be trailing.
                if self.out.in_object() { self.member(byte) } else { self.element(byte) }
            }
        }
    }

    fn lone_comma(&mut self) {
        self.out.trouble(ProblemKind::MissingValue, self.at, self.at + 1);
        self.comma = self.at;
        self.at += 1;
        self.expect = Expect::Next;
    }

    fn bracket(&mut self, byte: u8) {
        if self.expect == Expect::Next {
            self.out.trouble(ProblemKind::TrailingComma, self.comma, self.comma + 1);
        }
        let object = byte == b'}';
        let fits_any = if object { self.objects > 0 } else { self.arrays > 0 };
        if self.out.in_object() != object {
            self.out.trouble(ProblemKind::Mismatch, self.at, self.at + 1);
            // A bracket is missing: its container ends where the outer one does. With no such outer one, it is
            // the wrong bracket for the innermost.
            while fits_any && self.out.in_object() != object {
                self.close(self.at);
            }
        }
        self.at += 1;
        self.close(self.at);
    }

    /// Reads the value that starts here, a container only up to its opening bracket.
    fn value(&mut self, key: Key) {
        let start = self.at;
        self.expect = Expect::After;
        match self.bytes.get(start).copied().unwrap_or_default() {
            byte @ (b'{' | b'[') => {
                self.at += 1;
                self.out.open(key, start, byte == b'{');
                self.expect = Expect::First;
                if byte == b'{' { self.objects += 1 } else { self.arrays += 1 }
            }
            b'"' => self.text(key, Quote::DOUBLE, 1),
            b'-' | b'0'..=b'9' => match token::strict_number(self.bytes, start) {
                Some(end) => {
                    self.at = end;
                    self.out.add(key, (start, end), Body::Number);
                }
                None => self.word(key),
            },
            _ => match opening(self.bytes, start) {
                Some((quote, opening)) => self.text(key, quote, opening),
                None => self.word(key),
            },
        }
    }

    fn word(&mut self, key: Key) {
        let start = self.at;
        let (word, end) = token::word(self.bytes, start);
        let body = match word {
            Word::True | Word::False => Body::Bool(matches!(word, Word::True)),
            Word::Null => Body::Null,
            Word::Like(body) => {
                self.out.trouble(ProblemKind::UnknownWord, start, end);
                body
            }
            Word::Number => {
                self.out.trouble(ProblemKind::BadNumber, start, end);
                Body::Number
            }
            Word::Other => {
                self.out.trouble(ProblemKind::UnknownWord, start, end);
                Body::Text { start: start as u32, end: end as u32, spelling: Spelling::Plain }
            }
        };
        self.scalar(key, (start, end), body);
    }

    fn scalar(&mut self, key: Key, span: (usize, usize), body: Body) {
        self.at = span.1;
        self.expect = Expect::After;
        self.out.add(key, span, body);
    }

    fn text(&mut self, key: Key, quote: Quote, opening: usize) {
        let start = self.at;
        let (spelling, close) = self.string(quote, opening);
        let (inner, end) = ((start + opening) as u32, self.at as u32 - u32::from(close));
        self.out.add(key, (start, self.at), Body::Text { start: inner, end, spelling });
    }

    /// Reads a string whose opening quote takes `opening` bytes: how it is spelled and how long its closing quote is.
    fn string(&mut self, quote: Quote, opening: usize) -> (Spelling, u8) {
        let start = self.at;
        let mut spelling = Spelling::Plain;
        let mut at = start + opening;
        let mut quoting = false;
        loop {
            at = token::string_piece(self.bytes, at, quote);
            match self.bytes.get(at) {
                None => {
                    self.out.trouble(ProblemKind::UnterminatedString, start, self.bytes.len());
                    self.at = self.bytes.len();
                    return (spelling, 0);
                }
                Some(b'\\') => {
                    let escape = spell::escape(self.bytes, at);
                    let end = escape.end.min(self.bytes.len());
                    // `\'` is at home in the quotes that need it.
                    let own = quote != Quote::DOUBLE && escape.says == Some('\'');
                    if !(escape.strict || own) {
                        self.out.trouble(ProblemKind::BadEscape, at, end);
                    }
                    spelling = Spelling::Json;
                    at = end;
                }
                Some(0..=0x1f) => {
                    let end = at + self.bytes[at..].iter().take_while(|byte| **byte < 0x20).count();
                    self.out.trouble(ProblemKind::ControlCharacter, at, end);
                    at = end;
                }
                Some(_) => {
                    let close = token::closing(self.bytes, at, quote);
                    if close == 0 {
                        at += 1;
                        continue;
                    }
                    if quote == Quote::DOUBLE && token::is_stray(self.bytes, at, quoting) {
                        quoting = !quoting;
                        self.out.trouble(ProblemKind::StrayQuote, at, at + 1);
                        at += 1;
                        continue;
                    }
                    self.at = at + close;
                    if quote != Quote::DOUBLE || opening > 1 {
                        self.out.trouble(ProblemKind::Quotes, start, self.at);
                    }
                    return (spelling, close as u8);
                }
            }
        }
    }

    fn close(&mut self, end: usize) {
        self.expect = Expect::After;
        let object = self.out.in_object();
        if object {
            self.objects -= 1
        } else {
            self.arrays -= 1
        }
        if let Some(id) = self.out.close(end)
            && object
        {
            self.note_duplicates(id);
        }
    }

    fn close_all(&mut self) {
        while self.out.is_open() {
            self.close(self.bytes.len());
        }
    }

    /// Notes each name that its object had before.
    fn note_duplicates(&mut self, object: u32) {
        /// Up to here, comparing each with each is faster than a set.
        const FEW: u32 = 12;
        let Body::Object { first, count } = self.out.nodes[object as usize].body else { return };
        let mut found = Vec::new();
        if count > FEW {
            let mut seen = HashSet::with_capacity(count as usize);
            let names = siblings(self.out, first).map(|key| (name_bytes(self.bytes, &key), key));
            found.extend(names.filter_map(|(name, key)| (!seen.insert(name)).then_some(key)));
        } else if count > 1 {
            for (at, key) in siblings(self.out, first).enumerate().skip(1) {
                let name = name_bytes(self.bytes, &key);
                if siblings(self.out, first).take(at).any(|other| name_bytes(self.bytes, &other) == name) {
                    found.push(key);
                }
            }
        }
        for key in found {
            self.out.trouble(ProblemKind::DuplicateKey, key.start as usize, key.end as usize);
        }
    }

    /// Passes white space, and what does not belong there with a problem each.
    fn blank(&mut self) {
        loop {
            while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
                self.at += 1;
            }
            let Some(Gap { kind, end }) = token::gap(self.bytes, self.at) else { return };
            self.out.trouble(kind, self.at, end);
            self.at = end;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

fn siblings(out: &Builder, first: u32) -> impl Iterator<Item = Key> + '_ {
    let mut next = first;
    std::iter::from_fn(move || {
        let node = out.nodes.get(next as usize)?;
        next = node.next;
        Some(node.key)
    })
}

fn name_bytes<'s>(bytes: &'s [u8], key: &Key) -> Cow<'s, [u8]> {
    match key.name {
        Name::Spelled(Spelling::Plain) => Cow::Borrowed(tree::inner(bytes, key)),
        _ => Cow::Owned(tree::key_text(bytes, key).unwrap_or_default().into_owned().into_bytes()),
    }
}

/// A scalar that nothing follows: where it begins and ends in these bytes, what it means, what is wrong with it.
pub(super) fn lone(bytes: &[u8]) -> Option<(tree::Node, Vec<Problem>)> {
    let mut out = Builder::for_one();
    let mut reader = Reader { bytes, at: 0, out: &mut out, expect: Expect::After, comma: 0, objects: 0, arrays: 0 };
    if !bytes.is_empty() {
        reader.value(Key::NONE);
    }
    Some((*out.nodes.first()?, out.into_problems()))
}

/// How many bytes of a string need no look: up to a quote, a backslash, a control, or the end.
pub(super) fn string_piece(bytes: &[u8]) -> usize {
    token::string_piece(bytes, 0, Quote::DOUBLE)
}
