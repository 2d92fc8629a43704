//! A body read for what packs look at, and for nothing else.
//!
//! In: bytes where an object of strict JSON begins, and an [`Interest`]. Out: the nodes on its paths, in buffers that
//! are used again for the next body. What is not strict (or has a name twice) is refused and left to
//! [`Document`](super::Document), which reads anything; a test compares the two.

mod mould;
mod page;

use wide::u8x16;

use super::interest::{Interest, NOWHERE, StateId, hash};
use super::{NodeId, Span, spell};
use mould::Moulds;
pub use mould::{Filler, Slot};

/// "No such node."
const NONE: u32 = u32::MAX;
/// More members than this in one object are compared with each other faster elsewhere.
const MANY: usize = 64;
/// Elements of an array that a path leads to are kept up to here: enough to join a list of words.
const ELEMENTS: u32 = 33;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    /// Text with escapes.
    Spelled,
    Array,
    Object,
}

impl Kind {
    /// What bodies that read alike have in common: how a text is spelled does not matter, that it is empty does.
    fn token(self, length: usize) -> u64 {
        match self {
            Self::Null => 0,
            Self::True => 1,
            Self::False => 2,
            Self::Number => 3,
            Self::Text | Self::Spelled if length == 0 => 4,
            Self::Text | Self::Spelled => 5,
            Self::Array => 6,
            Self::Object => 7,
        }
    }
}

impl Kind {
    /// As tests of types see it.
    fn seen(self) -> usize {
        match self {
            Self::Null => 0,
            Self::True | Self::False => 1,
            Self::Number => 2,
            Self::Text | Self::Spelled => 3,
            Self::Array => 4,
            Self::Object => 5,
        }
    }
}

/// The token of a container's end; no kind has it.
const END: u64 = 15;

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    /// Whether its name is one of any that its place may have.
    wild: bool,
    state: StateId,
    start: u32,
    end: u32,
    name_start: u32,
    name_end: u32,
    parent: u32,
    next: u32,
    first: u32,
    index: u32,
    /// Children, also those that are not kept.
    count: u32,
}

impl Node {
    fn has_slot_for_name(&self) -> bool {
        has_slot(self.wild, self.parent, self.name_start < self.name_end)
    }
}

/// Whether a name may be another one in a body that is spelled alike. Of the root all names are asked for.
fn has_slot(wild: bool, object: u32, named: bool) -> bool {
    wild && object != 0 && named
}

/// How a value was reached.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    state: StateId,
    wild: bool,
    name: (u32, u32),
}

/// An open container.
#[derive(Clone, Copy, Debug)]
struct Frame {
    node: u32,
    state: StateId,
    /// Its last kept child.
    last: u32,
    count: u32,
    /// Where its names begin.
    names: u32,
    object: bool,
    /// Whether every child is kept, whatever the paths say.
    keep: bool,
}

/// Buffers for one body after the other.
#[derive(Debug, Default)]
pub struct Sheet {
    nodes: Vec<Node>,
    frames: Vec<Frame>,
    names: Vec<u64>,
    form: Vec<u64>,
    /// The values of the body that may be others in a body that is spelled alike.
    slots: Vec<Slot>,
    moulds: Moulds,
    /// The number of the body's mould.
    mould: Option<usize>,
    /// The mould that its nodes have yet to be made with.
    waiting: Option<usize>,
    /// The line ends of the body, if they are known.
    line_ends: Option<usize>,
}

/// The body that is on a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Page<'s> {
    sheet: &'s Sheet,
    text: &'s str,
}

/// What a place holds, as tests of types see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The place, of those of the [`Interest`].
    pub place: usize,
    /// The node.
    pub node: NodeId,
    /// What it is: null, boolean, number, string, array, object, counted from 0.
    pub kind: usize,
}

/// A node and the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The node.
    pub node: NodeId,
    /// The container it is in.
    pub parent: Option<NodeId>,
    /// Its place, of those of the [`Interest`].
    pub place: usize,
    /// What it is, as in [`Mark::kind`].
    pub kind: usize,
    /// Its bytes, a text's without the quotes.
    pub span: Span,
    /// Whether it is a text with escapes.
    pub spelled: bool,
    /// The bytes of its name, where its place may have any name.
    pub name: Option<Span>,
}

impl Sheet {
    /// Reads the object that begins at `at`; one past its end, or nothing where it is not one of strict JSON. The interest
    /// has to be the same each time.
    pub fn read(&mut self, text: &str, at: usize, interest: &Interest) -> Option<usize> {
        self.nodes.clear();
        self.frames.clear();
        self.names.clear();
        self.form.clear();
        self.slots.clear();
        (self.mould, self.waiting, self.line_ends) = (None, None, None);
        // Offsets are kept in 32 bits.
        let end = text.len().min(at + (u32::MAX >> 1) as usize);
        let bytes = &text.as_bytes()[at..end];
        if bytes.first() != Some(&b'{') {
            return None;
        }
        if let Some(end) = self.pour(bytes, interest) {
            return Some(at + end);
        }
        let end = Reader { sheet: self, bytes, at: 0, interest }.object()?;
        self.cast(&bytes[..end], interest);
        Some(at + end)
    }

    /// The body that was read last; `text` is its source, as [`Sheet::read`] found it.
    pub fn page<'s>(&'s mut self, text: &'s str) -> Page<'s> {
        self.lay();
        Page { sheet: self, text }
    }

    /// How many line ends are in the body that was read last, where that is known without looking.
    pub fn line_ends(&self) -> Option<usize> {
        self.line_ends
    }

    /// The number of the mould of the body that was read last, and what fills its slots. Of bodies with the same number
    /// everything else is the same, byte for byte.
    pub fn poured(&self) -> Option<(usize, &[Slot])> {
        Some((self.mould?, &self.slots))
    }
}

struct Reader<'r> {
    sheet: &'r mut Sheet,
    bytes: &'r [u8],
    at: usize,
    interest: &'r Interest,
}

impl Reader<'_> {
    fn object(mut self) -> Option<usize> {
        self.open(Kind::Object, Way { state: self.interest.start(), ..Way::default() }, true);
        while let Some(frame) = self.sheet.frames.last().copied() {
            // Here an item or the closing bracket is due: right after the opening one, or after a comma.
            self.blank();
            let close = if frame.object { b'}' } else { b']' };
            if frame.count == 0 && self.peek()? == close {
                self.close();
            } else if self.item(frame)? {
                // A container was opened.
                continue;
            }
            self.after()?;
        }
        Some(self.at)
    }

    /// Passes a comma, or closes what ends here.
    fn after(&mut self) -> Option<()> {
        while let Some(frame) = self.sheet.frames.last() {
            let close = if frame.object { b'}' } else { b']' };
            self.blank();
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    return Some(());
                }
                byte if byte == close => self.close(),
                _ => return None,
            }
        }
        Some(())
    }

    /// Reads a member or an element; whether it is a container, of which only the bracket was read.
    fn item(&mut self, frame: Frame) -> Option<bool> {
        let way = if frame.object {
            let start = self.quote()?;
            let (end, spelled) = self.string()?;
            // Names are compared as they are spelled.
            if spelled {
                return None;
            }
            let name = &self.bytes[start..end];
            let hash = hash(name);
            self.note(frame, hash)?;
            let (state, wild) = match frame.state {
                NOWHERE => (NOWHERE, false),
                state => self.interest.member(state, hash, name),
            };
            if self.peek()? != b':' {
                self.blank();
                if self.peek()? != b':' {
                    return None;
                }
            }
            self.at += 1;
            self.blank();
            let (start, end) = (start as u32, end as u32);
            if has_slot(wild, frame.node, start < end) {
                self.sheet.slots.push(Slot { filler: Filler::Name { place: state }, start, end });
            }
            Way { state, wild, name: (start, end) }
        } else {
            let state = match frame.state {
                NOWHERE => NOWHERE,
                state => self.interest.state(state).element(frame.count),
            };
            Way { state, ..Way::default() }
        };
        let keep = frame.keep && (frame.object || frame.count < ELEMENTS);
        self.value(way, keep || way.state != NOWHERE)
    }

    /// Refuses a name that its object had before.
    fn note(&mut self, frame: Frame, hash: u64) -> Option<()> {
        let names = &mut self.sheet.names;
        let own = &names[frame.names as usize..];
        if own.len() >= MANY || own.contains(&hash) {
            return None;
        }
        names.push(hash);
        Some(())
    }

    fn value(&mut self, way: Way, keep: bool) -> Option<bool> {
        let start = self.at;
        let (kind, from, to) = match self.peek()? {
            b'"' => {
                let from = self.quote()?;
                let (to, spelled) = self.string()?;
                (if spelled { Kind::Spelled } else { Kind::Text }, from, to)
            }
            b'{' => {
                self.open(Kind::Object, way, keep);
                return Some(true);
            }
            b'[' => {
                self.open(Kind::Array, way, keep);
                return Some(true);
            }
            b't' => self.word(b"true", Kind::True)?,
            b'f' => self.word(b"false", Kind::False)?,
            b'n' => self.word(b"null", Kind::Null)?,
            _ => (Kind::Number, start, self.number()?),
        };
        if matches!(kind, Kind::Number | Kind::Text | Kind::Spelled) && from < to {
            let filler = match kind {
                Kind::Number => Filler::Number,
                _ => Filler::Text { spelled: kind == Kind::Spelled },
            };
            self.sheet.slots.push(Slot { filler, start: from as u32, end: to as u32 });
        }
        if keep {
            self.add(kind, way, (from, to));
        } else if let Some(frame) = self.sheet.frames.last_mut() {
            frame.count += 1;
        }
        Some(false)
    }

    fn add(&mut self, kind: Kind, way: Way, (start, end): (usize, usize)) -> u32 {
        let id = self.sheet.nodes.len() as u32;
        let (mut parent, mut index) = (NONE, 0);
        if let Some(frame) = self.sheet.frames.last_mut() {
            (parent, index) = (frame.node, frame.count);
            frame.count += 1;
            let last = std::mem::replace(&mut frame.last, id);
            match self.sheet.nodes.get_mut(last as usize) {
                Some(before) => before.next = id,
                None => self.sheet.nodes[parent as usize].first = id,
            }
        }
        // There are far fewer than 2^28 places.
        let place = self.interest.counts_as(way.state as usize) as u64;
        self.sheet.form.push(place << 36 | u64::from(index) << 4 | kind.token(end - start));
        let (start, end) = (start as u32, end as u32);
        let Way { state, wild, name: (name_start, name_end) } = way;
        let (next, first, count) = (NONE, NONE, 0);
        self.sheet.nodes.push(Node {
            kind,
            wild,
            state,
            start,
            end,
            name_start,
            name_end,
            parent,
            next,
            first,
            index,
            count,
        });
        id
    }

    fn open(&mut self, kind: Kind, way: Way, keep: bool) {
        let node = if keep {
            self.add(kind, way, (self.at, self.at))
        } else {
            if let Some(frame) = self.sheet.frames.last_mut() {
                frame.count += 1;
            }
            NONE
        };
        self.at += 1;
        let root = self.sheet.frames.is_empty();
        self.sheet.frames.push(Frame {
            node,
            state: way.state,
            last: NONE,
            count: 0,
            names: self.sheet.names.len() as u32,
            object: kind == Kind::Object,
            // All names of the root may be asked for; the words of a list that a path leads to may be joined.
            keep: root || (kind == Kind::Array && keep && self.interest.state(way.state).is_end()),
        });
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(frame) = self.sheet.frames.pop() else { return };
        self.sheet.names.truncate(frame.names as usize);
        if let Some(node) = self.sheet.nodes.get_mut(frame.node as usize) {
            node.end = self.at as u32;
            node.count = frame.count;
            self.sheet.form.push(u64::from(frame.count) << 4 | END);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn quote(&mut self) -> Option<usize> {
        (self.peek()? == b'"').then(|| self.at += 1)?;
        Some(self.at)
    }

    /// Reads to the closing quote: where the text ends, and whether it has escapes.
    fn string(&mut self) -> Option<(usize, bool)> {
        let (end, spelled) = string(self.bytes, self.at)?;
        self.at = end + 1;
        Some((end, spelled))
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Option<(Kind, usize, usize)> {
        let start = self.at;
        self.bytes[start..].starts_with(word).then(|| self.at += word.len())?;
        // `trueish` falls over its next byte, which is neither comma nor bracket.
        Some((kind, start, self.at))
    }

    fn number(&mut self) -> Option<usize> {
        self.at = spell::number(self.bytes, self.at)?;
        Some(self.at)
    }
}

/// Where the text ends that begins here, behind its quote, and whether it has escapes.
fn string(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut spelled = false;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some((at, spelled)),
            b'\\' => {
                let escape = spell::escape(bytes, at);
                if !escape.strict {
                    return None;
                }
                spelled = true;
                at = escape.end;
            }
            _ => return None,
        }
    }
}

/// The next quote, backslash or control character of a string, or the end; sixteen bytes a step.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    let all = u8x16::splat;
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let step = u8x16::new(*step);
        let control = step.min(all(0x1f)).simd_eq(step);
        let found = (step.simd_eq(all(b'"')) | step.simd_eq(all(b'\\')) | control).to_bitmask();
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        at += 1;
    }
    at
}
