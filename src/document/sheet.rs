//! A body read for what packs look at, and for nothing else.
//!
//! In: bytes where an object of strict JSON begins, and an [`Interest`]. Out: the nodes on its paths, in buffers that
//! are used again for the next body. What is not strict (or has a name twice) is refused and left to
//! [`Document`](super::Document), which reads anything; a test compares the two.

use std::borrow::Cow;

use super::interest::{Interest, NOWHERE, StateId, hash};
use super::nodes::Nodes;
use super::path::{Path, Step};
use super::tree::Spelling;
use super::{Format, NodeId, Pointer, Position, Problem, Span, Value, pointer, spell};
use crate::text::Untrusted;

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

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
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

impl Sheet {
    /// Reads the object that begins at `at`; one past its end, or nothing where it is not one of strict JSON.
    pub fn read(&mut self, text: &str, at: usize, interest: &Interest) -> Option<usize> {
        self.nodes.clear();
        self.frames.clear();
        self.names.clear();
        // Offsets are kept in 32 bits.
        let end = text.len().min(at + (u32::MAX >> 1) as usize);
        let bytes = &text.as_bytes()[at..end];
        if bytes.first() != Some(&b'{') {
            return None;
        }
        let end = Reader { sheet: self, bytes, at: 0, interest }.object()?;
        Some(at + end)
    }

    /// The body that was read last; `text` is its source, as [`Sheet::read`] found it.
    pub fn page<'s>(&'s self, text: &'s str) -> Page<'s> {
        Page { sheet: self, text }
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
        self.open(Kind::Object, self.interest.start(), (0, 0), true);
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
        let (state, name) = if frame.object {
            let start = self.quote()?;
            let (end, spelled) = self.string()?;
            // Names are compared as they are spelled.
            if spelled {
                return None;
            }
            let name = &self.bytes[start..end];
            let hash = hash(name);
            self.note(frame, hash)?;
            let state = match frame.state {
                NOWHERE => NOWHERE,
                state => self.interest.state(state).member(hash, name),
            };
            self.blank();
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            self.blank();
            (state, (start as u32, end as u32))
        } else {
            let state = match frame.state {
                NOWHERE => NOWHERE,
                state => self.interest.state(state).element(frame.count),
            };
            (state, (0, 0))
        };
        let keep = frame.keep && (frame.object || frame.count < ELEMENTS);
        self.value(state, name, keep || state != NOWHERE)
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

    fn value(&mut self, state: StateId, name: (u32, u32), keep: bool) -> Option<bool> {
        let start = self.at;
        let (kind, from, to) = match self.peek()? {
            b'"' => {
                let from = self.quote()?;
                let (to, spelled) = self.string()?;
                (if spelled { Kind::Spelled } else { Kind::Text }, from, to)
            }
            b'{' => {
                self.open(Kind::Object, state, name, keep);
                return Some(true);
            }
            b'[' => {
                self.open(Kind::Array, state, name, keep);
                return Some(true);
            }
            b't' => self.word(b"true", Kind::True)?,
            b'f' => self.word(b"false", Kind::False)?,
            b'n' => self.word(b"null", Kind::Null)?,
            _ => (Kind::Number, start, self.number()?),
        };
        if keep {
            self.add(kind, state, (from, to), name);
        } else if let Some(frame) = self.sheet.frames.last_mut() {
            frame.count += 1;
        }
        Some(false)
    }

    fn add(&mut self, kind: Kind, state: StateId, (start, end): (usize, usize), name: (u32, u32)) -> u32 {
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
        let (start, end) = (start as u32, end as u32);
        let (name_start, name_end) = name;
        let (next, first, count) = (NONE, NONE, 0);
        self.sheet.nodes.push(Node {
            kind,
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

    fn open(&mut self, kind: Kind, state: StateId, name: (u32, u32), keep: bool) {
        let node = if keep {
            self.add(kind, state, (self.at, self.at), name)
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
            state,
            last: NONE,
            count: 0,
            names: self.sheet.names.len() as u32,
            object: kind == Kind::Object,
            // All names of the root may be asked for; the words of a list that a path leads to may be joined.
            keep: root || (kind == Kind::Array && keep && self.interest.state(state).is_end()),
        });
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(frame) = self.sheet.frames.pop() else { return };
        self.sheet.names.truncate(frame.names as usize);
        if let Some(node) = self.sheet.nodes.get_mut(frame.node as usize) {
            node.end = self.at as u32;
            node.count = frame.count;
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
        let mut spelled = false;
        loop {
            self.at = plain_end(self.bytes, self.at);
            match self.peek()? {
                b'"' => {
                    let end = self.at;
                    self.at += 1;
                    return Some((end, spelled));
                }
                b'\\' => {
                    let escape = spell::escape(self.bytes, self.at);
                    if !escape.strict {
                        return None;
                    }
                    spelled = true;
                    self.at = escape.end;
                }
                _ => return None,
            }
        }
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Option<(Kind, usize, usize)> {
        let start = self.at;
        self.bytes[start..].starts_with(word).then(|| self.at += word.len())?;
        // `trueish` falls over its next byte, which is neither comma nor bracket.
        Some((kind, start, self.at))
    }

    fn number(&mut self) -> Option<usize> {
        let digits = |bytes: &[u8], mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut at = self.at + usize::from(self.peek()? == b'-');
        at = match self.bytes.get(at)? {
            b'0' => at + 1,
            b'1'..=b'9' => digits(self.bytes, at),
            _ => return None,
        };
        if self.bytes.get(at) == Some(&b'.') {
            let end = digits(self.bytes, at + 1);
            at = (end > at + 1).then_some(end)?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            let end = digits(self.bytes, at + 1 + sign);
            at = (end > at + 1 + sign).then_some(end)?;
        }
        self.at = at;
        Some(at)
    }
}

/// The next quote, backslash or control character of a string, or the end; eight bytes a step.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The lowest byte that is zero is found exactly; borrows only reach higher ones.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        at += 1;
    }
    at
}

impl<'s> Page<'s> {
    fn node(&self, id: NodeId) -> &'s Node {
        &self.sheet.nodes[id.0]
    }

    fn slice(&self, start: u32, end: u32) -> &'s str {
        &self.text[start as usize..end as usize]
    }

    fn each(&self, id: NodeId) -> impl Iterator<Item = NodeId> + 's {
        let nodes = &self.sheet.nodes;
        let link = |id: u32| (id != NONE).then_some(NodeId(id as usize));
        std::iter::successors(link(self.node(id).first), move |id| link(nodes[id.0].next))
    }

    fn get(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.each(id).find(|child| {
            let node = self.node(*child);
            self.slice(node.name_start, node.name_end) == name
        })
    }

    /// The places that hold something, in the order of the source.
    pub fn marks(&self) -> impl Iterator<Item = Mark> + 's {
        let marks = self.sheet.nodes.iter().enumerate().filter(|(_, node)| node.state != NOWHERE);
        marks.map(|(at, node)| Mark {
            place: node.state as usize,
            node: NodeId(at),
            kind: match node.kind {
                Kind::Null => 0,
                Kind::True | Kind::False => 1,
                Kind::Number => 2,
                Kind::Text | Kind::Spelled => 3,
                Kind::Array => 4,
                Kind::Object => 5,
            },
        })
    }

    /// The places of the root's members; nothing for those that no path knows.
    pub fn members(&self) -> impl Iterator<Item = usize> + 's {
        let page = *self;
        self.each(NodeId(0)).map(move |id| page.node(id).state as usize)
    }

    /// The nodes that one step leads to from another.
    fn step(&self, id: NodeId, step: &Step, mut found: impl FnMut(NodeId)) {
        match (step, self.node(id).kind) {
            (Step::Name(name), Kind::Object) => self.get(id, name).into_iter().for_each(found),
            (Step::Index(index), Kind::Array) => {
                let at = |child: &NodeId| self.node(*child).index as usize == *index;
                self.each(id).find(at).into_iter().for_each(found);
            }
            (Step::Elements, Kind::Array) | (Step::Children, Kind::Array | Kind::Object) => {
                self.each(id).for_each(found);
            }
            (Step::Elements, _) => found(id),
            _ => {}
        }
    }
}

impl Nodes for Page<'_> {
    fn format(&self) -> Format {
        Format::Json
    }

    fn problems(&self) -> &[Problem] {
        &[]
    }

    fn root(&self) -> NodeId {
        NodeId(0)
    }

    fn value(&self, id: NodeId) -> Value<'_> {
        let node = self.node(id);
        let text = || self.slice(node.start, node.end);
        match node.kind {
            Kind::Null => Value::Null,
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Number => Value::Number(text().into()),
            Kind::Text => Value::String(text().into()),
            Kind::Spelled => Value::String(spell::resolve(text().as_bytes(), Spelling::Json).into()),
            Kind::Array => Value::Array(node.count as usize),
            Kind::Object => Value::Object(node.count as usize),
        }
    }

    fn children(&self, id: NodeId) -> Box<dyn Iterator<Item = NodeId> + '_> {
        Box::new(self.each(id))
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id).parent;
        (parent != NONE).then_some(NodeId(parent as usize))
    }

    fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        let node = self.node(id);
        let parent = self.sheet.nodes.get(node.parent as usize)?;
        (parent.kind == Kind::Object).then(|| self.slice(node.name_start, node.name_end).into())
    }

    fn index(&self, id: NodeId) -> usize {
        self.node(id).index as usize
    }

    fn select(&self, from: NodeId, path: &Path) -> Vec<NodeId> {
        let mut here = vec![if path.absolute { NodeId(0) } else { from }];
        for step in &path.steps {
            let mut next = Vec::new();
            for id in here {
                self.step(id, step, |id| next.push(id));
            }
            if next.is_empty() {
                return next;
            }
            here = next;
        }
        here
    }

    fn first(&self, from: NodeId, path: &Path) -> Option<NodeId> {
        let mut here = if path.absolute { NodeId(0) } else { from };
        for (at, step) in path.steps.iter().enumerate() {
            let many = matches!((step, self.node(here).kind), (Step::Elements, Kind::Array) | (Step::Children, _));
            // One of several branches may end early: then the next one counts.
            if many && at + 1 < path.steps.len() {
                let rest = Path { absolute: false, steps: path.steps[at + 1..].into() };
                return self.each(here).find_map(|child| self.select(child, &rest).into_iter().next());
            }
            let mut next = None;
            self.step(here, step, |id| next = next.or(Some(id)));
            here = next?;
        }
        Some(here)
    }

    fn pointer(&self, id: NodeId) -> Pointer {
        pointer::of(self, id)
    }

    fn pointer_end(&self, id: NodeId, steps: usize) -> (Pointer, bool) {
        pointer::end_of(self, id, steps)
    }

    fn position(&self, offset: usize) -> Position {
        let before = &self.text[..offset.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        Position { line, column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1 }
    }

    fn bytes(&self, span: Span) -> Cow<'_, [u8]> {
        let all = self.text.as_bytes();
        let end = span.end.min(all.len());
        Cow::Borrowed(&all[span.start.min(end)..end])
    }

    fn source_len(&self) -> usize {
        self.text.len()
    }
}
