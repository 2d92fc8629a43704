//! Whether a large body is the JSON that the index takes it for, and what is wrong with it that changes no structure.
//!
//! In: all of the bytes, once, in their order. Out: the problems that the reader of small bodies would note, and the place
//! from which on the body is of another form. Nothing is kept but what is open.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use crate::document::{Position, Problem, ProblemKind, Span, json, spell};
use crate::supply::Supply;

/// Bytes read at once, and between two marks of lines.
const STEP: usize = 1 << 20;
/// Most problems that are kept, as for small bodies.
const MAX_PROBLEMS: usize = 10_000;
/// Members of one object that are compared with each other.
const MAX_NAMES: usize = 1 << 20;
/// Longest escape: `\ud83d\ude00`.
const ESCAPE: usize = 12;

/// Whether a body is JSON throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regular {
    /// It is, perhaps cut off.
    Yes,
    /// It is up to this byte.
    Until(usize),
}

/// What a reading of all bytes found.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) regular: Regular,
    pub(super) problems: Vec<Problem>,
    pub(super) marks: Vec<Mark>,
}

/// What is known at each [`STEP`]th byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    line: usize,
    line_start: usize,
    /// Characters before this byte.
    chars: usize,
}

/// Reads everything; `go_on` is told how far it is and may stop it.
pub(super) fn check(supply: &Supply, root: usize, mut go_on: impl FnMut(usize) -> bool) -> Option<Checked> {
    let mut checker = Checker::new(supply, root);
    let mut marks = vec![Mark { line: 1, line_start: 0, chars: 0 }];
    let (mut room, mut held) = (vec![0; if supply.is_file() { STEP } else { 0 }], None);
    let mut at = 0;
    while let Some(bytes) = supply.pass(at, &mut room, &mut held) {
        if !go_on(at) {
            return None;
        }
        let bytes = &bytes[..bytes.len().min(STEP - at % STEP)];
        mark(&mut marks, at, bytes);
        if checker.irregular.is_none() {
            checker.read(at, bytes);
        }
        at += bytes.len();
    }
    checker.end(at);
    utf8(supply, &mut checker);
    checker.problems.sort_by_key(|problem| problem.span.start);
    let regular = checker.irregular.map_or(Regular::Yes, Regular::Until);
    Some(Checked { regular, problems: checker.problems, marks })
}

/// Whether a problem changes no structure: of these there may be any number in a body that is regular.
pub(super) fn is_harmless(kind: ProblemKind) -> bool {
    use ProblemKind::{BadEscape, BadUtf8, ByteOrderMark, ControlCharacter, DuplicateKey};
    matches!(kind, BadEscape | BadUtf8 | ByteOrderMark | ControlCharacter | DuplicateKey)
}

fn mark(marks: &mut Vec<Mark>, at: usize, bytes: &[u8]) {
    let last = marks.len() - 1;
    // The last mark runs ahead: it gathers what is before the next multiple.
    let mark = &mut marks[last];
    mark.line += memchr::memchr_iter(b'\n', bytes).count();
    if let Some(newline) = memchr::memrchr(b'\n', bytes) {
        mark.line_start = at + newline + 1;
    }
    mark.chars += chars(bytes);
    if (at + bytes.len()).is_multiple_of(STEP) {
        let next = *mark;
        marks.push(next);
    }
}

fn chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

/// Line and column of a byte.
pub(super) fn position(supply: &Supply, marks: &[Mark], offset: usize) -> Position {
    let offset = offset.min(supply.len());
    // The mark behind each multiple holds what is before it; that of byte 0 is known without one.
    let before = |at: usize| match (at / STEP).checked_sub(1).and_then(|last| marks.get(last)) {
        Some(mark) => (*mark, at / STEP * STEP),
        None => (Mark { line: 1, line_start: 0, chars: 0 }, 0),
    };
    let to = |at: usize| {
        let (mark, from) = before(at);
        (mark, from, supply.copy(from, at))
    };
    let (mark, from, rest) = to(offset);
    let line_start = memchr::memrchr(b'\n', &rest).map_or(mark.line_start, |newline| from + newline + 1);
    let (line_mark, _, line_rest) = to(line_start);
    Position {
        line: mark.line + memchr::memchr_iter(b'\n', &rest).count(),
        column: 1 + mark.chars + chars(&rest) - line_mark.chars - chars(&line_rest),
    }
}

/// Notes bytes that are no UTF-8.
fn utf8(supply: &Supply, checker: &mut Checker<'_>) {
    let (mut room, mut held) = (vec![0; if supply.is_file() { STEP } else { 0 }], None);
    let mut at = 0;
    while let Some(bytes) = supply.pass(at, &mut room, &mut held) {
        let Err(error) = std::str::from_utf8(bytes) else {
            at += bytes.len();
            continue;
        };
        at += error.valid_up_to();
        // What the piece cuts may go on in the next.
        let few = supply.copy(at, at + 4);
        let Err(error) = std::str::from_utf8(&few) else {
            at += few.len();
            continue;
        };
        at += error.valid_up_to();
        if error.valid_up_to() == 0 {
            let length = error.error_len().unwrap_or(few.len()).max(1);
            checker.trouble(ProblemKind::BadUtf8, at, at + length);
            at += length;
        }
    }
}

/// What may come next outside strings and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// What is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    String { start: usize },
    Word { start: usize },
}

struct Checker<'s> {
    supply: &'s Supply,
    expect: Expect,
    within: Within,
    /// Where to go on: an escape may reach into the next piece.
    at: usize,
    word: Vec<u8>,
    /// For each open container, where its names begin in the list; arrays have none.
    open: Vec<Option<usize>>,
    names: Vec<(u64, usize)>,
    hasher: RandomState,
    problems: Vec<Problem>,
    irregular: Option<usize>,
}

impl<'s> Checker<'s> {
    fn new(supply: &'s Supply, root: usize) -> Self {
        let mut checker = Self {
            supply,
            expect: Expect::Value,
            within: Within::Nothing,
            at: root,
            word: Vec::new(),
            open: Vec::new(),
            names: Vec::new(),
            hasher: RandomState::new(),
            problems: Vec::new(),
            irregular: None,
        };
        let mark = supply.copy(0, 3);
        if mark == b"\xef\xbb\xbf" {
            checker.trouble(ProblemKind::ByteOrderMark, 0, 3);
        }
        checker
    }

    fn trouble(&mut self, kind: ProblemKind, start: usize, end: usize) {
        let kind = if self.problems.len() == MAX_PROBLEMS { ProblemKind::TooMuch } else { kind };
        if self.problems.len() <= MAX_PROBLEMS {
            self.problems.push(Problem { kind, span: Span { start, end } });
        }
    }

    fn read(&mut self, start: usize, bytes: &[u8]) {
        let end = start + bytes.len();
        while self.at < end && self.irregular.is_none() {
            let rest = &bytes[self.at - start..];
            match self.within {
                Within::String { start } => self.string(start, rest),
                Within::Word { start } => self.word(start, rest),
                Within::Nothing => self.between(rest),
            }
        }
    }

    fn between(&mut self, rest: &[u8]) {
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.at += blanks;
        let Some(byte) = rest.get(blanks) else { return };
        let at = self.at;
        self.at += 1;
        self.expect = match (byte, self.expect) {
            (b'{', Expect::Value | Expect::ValueOrEnd) => {
                self.open.push(Some(self.names.len()));
                Expect::NameOrEnd
            }
            (b'[', Expect::Value | Expect::ValueOrEnd) => {
                self.open.push(None);
                Expect::ValueOrEnd
            }
            (b'"', Expect::Value | Expect::ValueOrEnd | Expect::Name | Expect::NameOrEnd) => {
                self.within = Within::String { start: at };
                self.expect
            }
            (b'-' | b'0'..=b'9' | b't' | b'f' | b'n', Expect::Value | Expect::ValueOrEnd) => {
                self.word.clear();
                self.word.push(*byte);
                self.within = Within::Word { start: at };
                self.expect
            }
            (b':', Expect::Colon) => Expect::Value,
            (b',', Expect::CommaOrEnd) => match self.open.last() {
                Some(Some(_)) => Expect::Name,
                _ => Expect::Value,
            },
            (b'}', Expect::CommaOrEnd | Expect::NameOrEnd) if matches!(self.open.last(), Some(Some(_))) => self.close(),
            (b']', Expect::CommaOrEnd | Expect::ValueOrEnd) if matches!(self.open.last(), Some(None)) => self.close(),
            _ => {
                self.irregular = Some(at);
                self.expect
            }
        };
    }

    fn close(&mut self) -> Expect {
        if let Some(Some(from)) = self.open.pop() {
            self.duplicates(from);
            self.names.truncate(from);
        }
        self.after_value()
    }

    fn after_value(&self) -> Expect {
        if self.open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd }
    }

    fn string(&mut self, start: usize, rest: &[u8]) {
        let length = json::string_piece(rest);
        self.at += length;
        match rest.get(length) {
            None => {}
            Some(b'"') => {
                self.at += 1;
                self.within = Within::Nothing;
                if matches!(self.expect, Expect::Name | Expect::NameOrEnd) {
                    self.name(start, &rest[..length]);
                    self.expect = Expect::Colon;
                } else {
                    self.expect = self.after_value();
                }
            }
            Some(b'\\') => {
                let far;
                let window = match rest.get(length..length + ESCAPE) {
                    Some(window) => window,
                    None => {
                        far = self.supply.copy(self.at, self.at + ESCAPE);
                        &far
                    }
                };
                let escape = spell::escape(window, 0);
                let end = escape.end.min(window.len());
                if !escape.strict {
                    self.trouble(ProblemKind::BadEscape, self.at, self.at + end);
                }
                self.at += end;
            }
            Some(_) => {
                let end = self.at + rest[length..].iter().take_while(|byte| **byte < 0x20).count();
                match self.problems.last_mut() {
                    // The run began in the piece before.
                    Some(Problem { kind: ProblemKind::ControlCharacter, span }) if span.end == self.at => {
                        span.end = end
                    }
                    _ => self.trouble(ProblemKind::ControlCharacter, self.at, end),
                }
                self.at = end;
            }
        }
    }

    /// Takes a name. `tail` is the last of it, which lies in the present piece.
    fn name(&mut self, start: usize, tail: &[u8]) {
        match self.at - 1 - (start + 1) {
            length if length == tail.len() => self.remember(start, tail),
            _ => self.remember(start, &self.supply.copy(start + 1, self.at - 1)),
        }
    }

    /// Remembers a name, by its hash.
    fn remember(&mut self, start: usize, name: &[u8]) {
        let Some(Some(from)) = self.open.last() else { return };
        if self.names.len() - from >= MAX_NAMES {
            return;
        }
        let hash = match memchr::memchr(b'\\', name) {
            None => self.hasher.hash_one(name),
            Some(_) => self.hasher.hash_one(spell::resolve(name, crate::document::tree::Spelling::Json).as_bytes()),
        };
        self.names.push((hash, start));
    }

    fn duplicates(&mut self, from: usize) {
        /// Up to here, comparing each with each is faster than a set.
        const FEW: usize = 12;
        let names = &self.names[from..];
        let mut found = Vec::new();
        if names.len() > FEW {
            let mut seen = HashSet::with_capacity(names.len());
            found.extend(names.iter().filter(|(hash, _)| !seen.insert(*hash)).map(|(_, start)| *start));
        } else {
            let again = |at: &usize| names[..*at].iter().any(|(hash, _)| *hash == names[*at].0);
            found.extend((1..names.len()).filter(again).map(|at| names[at].1));
        }
        for start in found {
            let end = end_of_string(self.supply, start);
            self.trouble(ProblemKind::DuplicateKey, start, end);
        }
    }

    fn word(&mut self, start: usize, rest: &[u8]) {
        let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.word.extend_from_slice(&rest[..length]);
        self.at += length;
        if length == rest.len() {
            return;
        }
        if json::lone(&self.word).is_some_and(|(_, problems)| problems.is_empty()) {
            self.within = Within::Nothing;
            self.expect = self.after_value();
        } else {
            self.irregular = Some(start);
        }
    }

    /// Nothing follows.
    fn end(&mut self, len: usize) {
        if self.irregular.is_some() {
            return;
        }
        match self.within {
            Within::String { start } => {
                self.trouble(ProblemKind::UnterminatedString, start, len);
                if matches!(self.expect, Expect::Name | Expect::NameOrEnd) {
                    self.remember(start, &self.supply.copy(start + 1, len));
                }
            }
            Within::Word { start } => {
                let problems = json::lone(&self.word).map_or(Vec::new(), |(_, problems)| problems);
                for Problem { kind, span } in problems {
                    self.trouble(kind, start + span.start, start + span.end);
                }
            }
            Within::Nothing => {}
        }
        if !self.open.is_empty() {
            self.trouble(ProblemKind::CutOff, len, len);
        }
        while let Some(open) = self.open.pop() {
            if let Some(from) = open {
                self.duplicates(from);
                self.names.truncate(from);
            }
        }
    }
}

/// Behind the string that begins here.
fn end_of_string(supply: &Supply, start: usize) -> usize {
    let mut at = start + 1;
    loop {
        let near = supply.copy(at, at + 256);
        match memchr::memchr2(b'"', b'\\', &near) {
            Some(found) if near[found] == b'"' => return at + found + 1,
            Some(found) => at += found + 2,
            None if near.is_empty() => return at,
            None => at += near.len(),
        }
    }
}
