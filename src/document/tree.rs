//! The storage behind a [`Document`](super::Document): an arena of small nodes over the source.
//!
//! In: nodes from the readers. Out: values, names and places, resolved from the source when asked for. Nothing here
//! knows a syntax beyond how its text is spelled.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::{Format, NodeId, Position, Problem, Span, Value, spell};
use crate::text::Untrusted;

/// "No such node."
pub(super) const NONE: u32 = u32::MAX;

/// How a piece of the source spells its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Plain,
    /// Backslash escapes.
    Json,
    /// Entities and character references.
    Xml,
}

/// What a node is. Text stays in the source wherever one piece of it says it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    Null,
    Bool(bool),
    /// Spelled as the node's span.
    Number,
    Text {
        start: u32,
        end: u32,
        spelling: Spelling,
    },
    /// Text that no single piece of the source spells; a place in [`Tree::texts`].
    Built(u32),
    Array {
        first: u32,
        count: u32,
    },
    Object {
        first: u32,
        count: u32,
    },
}

/// What a member is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// No member of an object.
    None,
    /// The source between the quotes, spelled so.
    Spelled(Spelling),
    /// `@` and the source.
    Attribute,
    /// Given by a reader; the source has no such word, or another one.
    Fixed(&'static &'static str),
}

/// Name of the root element's namespace.
pub(super) const NAMESPACE: Name = Name::Fixed(&"@ns");
/// Name of text beside attributes or elements.
pub(super) const BESIDE: Name = Name::Fixed(&"#text");

/// A member's name and where it stands, quotes included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) name: Name,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Bytes of the opening and the closing quote.
    pub(super) quotes: (u8, u8),
}

impl Key {
    pub(super) const NONE: Self = Self { name: Name::None, start: 0, end: 0, quotes: (0, 0) };

    /// Whether the source has the name; even the empty name of a member that has none stands somewhere.
    fn has_place(&self) -> bool {
        match self.name {
            Name::None => false,
            Name::Spelled(_) | Name::Attribute => true,
            Name::Fixed(_) => self.end > self.start,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) parent: u32,
    pub(super) next: u32,
    pub(super) index: u32,
    pub(super) key: Key,
    pub(super) body: Body,
}

// A body of a few million values must fit into memory beside its source.
const _: () = assert!(size_of::<Node>() <= 64);

impl Node {
    pub(super) fn span(&self) -> Span {
        Span { start: self.start as usize, end: self.end as usize }
    }

    /// First byte of the member: its name where that comes first.
    fn outer_start(&self) -> u32 {
        if self.key.has_place() { self.start.min(self.key.start) } else { self.start }
    }

    pub(super) fn first(&self) -> u32 {
        match self.body {
            Body::Array { first, .. } | Body::Object { first, .. } => first,
            _ => NONE,
        }
    }
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) source: Arc<[u8]>,
    pub(super) format: Format,
    pub(super) nodes: Vec<Node>,
    pub(super) texts: Vec<Box<str>>,
    pub(super) problems: Vec<Problem>,
    pub(super) marks: OnceLock<Vec<Mark>>,
}

/// What is known at every [`STRIDE`]th byte, so that no position costs more than one stride.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    line: u32,
    line_start: u32,
    /// Characters before this byte.
    chars: u32,
}

const STRIDE: usize = 4096;

impl Tree {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    pub(super) fn value(&self, id: NodeId) -> Value<'_> {
        let node = self.node(id);
        match node.body {
            Body::Null => Value::Null,
            Body::Bool(value) => Value::Bool(value),
            Body::Number => Value::Number(lossy(self.slice(node.start, node.end)).into()),
            Body::Text { start, end, spelling } => {
                Value::String(spell::resolve(self.slice(start, end), spelling).into())
            }
            Body::Built(text) => Value::String(Untrusted::new(&*self.texts[text as usize])),
            Body::Array { count, .. } => Value::Array(count as usize),
            Body::Object { count, .. } => Value::Object(count as usize),
        }
    }

    pub(super) fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        key_text(&self.source, &self.node(id).key).map(Into::into)
    }

    pub(super) fn key_span(&self, id: NodeId) -> Option<Span> {
        let key = &self.node(id).key;
        key.has_place().then_some(Span { start: key.start as usize, end: key.end as usize })
    }

    /// Whether the member has this name; most names are compared without being resolved.
    pub(super) fn is_named(&self, id: NodeId, name: &str) -> bool {
        let key = &self.node(id).key;
        match key.name {
            Name::None => false,
            Name::Fixed(fixed) => *fixed == name,
            Name::Spelled(Spelling::Plain) => {
                let inner = inner(&self.source, key);
                // Malformed UTF-8 resolves to U+FFFD, which is never shorter.
                inner == name.as_bytes() || (name.contains('\u{fffd}') && lossy(inner) == name)
            }
            Name::Spelled(_) | Name::Attribute => key_text(&self.source, key).is_some_and(|text| text == name),
        }
    }

    pub(super) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        link(self.node(id).first())
    }

    pub(super) fn next(&self, id: NodeId) -> Option<NodeId> {
        link(self.node(id).next)
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        link(self.node(id).parent)
    }

    /// The innermost node at a byte; a member's name belongs to the member.
    pub(super) fn node_at(&self, offset: usize) -> NodeId {
        let Ok(offset) = u32::try_from(offset) else { return NodeId(0) };
        let holds = |node: &Node| (node.outer_start()..node.end).contains(&offset);
        if self.format == Format::Json {
            // Nodes stand in the order of their first bytes: the last one that starts here or before is the
            // innermost, or lies within it.
            let mut here = self.nodes.partition_point(|node| node.outer_start() <= offset).saturating_sub(1);
            while here > 0 && !holds(&self.nodes[here]) {
                here = self.nodes[here].parent as usize;
            }
            return NodeId(here);
        }
        // Repeated elements may have others between them, so siblings overlap: the smallest one is meant.
        let inside = self.nodes.iter().enumerate().filter(|(_, node)| holds(node));
        let smallest = inside.rev().min_by_key(|(_, node)| node.end - node.outer_start());
        NodeId(smallest.map_or(0, |(at, _)| at))
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.source.len());
        let marks = self.marks.get_or_init(|| marks(&self.source));
        // The first mark always exists and is that of byte 0.
        let at = (offset / STRIDE).min(marks.len().saturating_sub(1));
        let Some(mark) = marks.get(at) else { return Position { line: 1, column: 1 } };
        let rest = &self.source[at * STRIDE..offset];
        let line_start = memchr::memrchr(b'\n', rest).map_or(mark.line_start as usize, |nl| at * STRIDE + nl + 1);
        let line_mark = (line_start / STRIDE).min(at);
        let chars_before = |mark: usize, to: usize| marks[mark].chars as usize + chars(&self.source[mark * STRIDE..to]);
        Position {
            line: mark.line as usize + memchr::memchr_iter(b'\n', rest).count(),
            column: 1 + chars_before(at, offset) - chars_before(line_mark, line_start),
        }
    }

    fn slice(&self, start: u32, end: u32) -> &[u8] {
        cut(&self.source, start, end)
    }
}

fn marks(source: &[u8]) -> Vec<Mark> {
    let mut mark = Mark { line: 1, line_start: 0, chars: 0 };
    let mut all = Vec::with_capacity(source.len() / STRIDE + 1);
    all.push(mark);
    for (piece, bytes) in source.chunks_exact(STRIDE).enumerate() {
        mark.line += memchr::memchr_iter(b'\n', bytes).count() as u32;
        if let Some(nl) = memchr::memrchr(b'\n', bytes) {
            mark.line_start = (piece * STRIDE + nl + 1) as u32;
        }
        mark.chars += chars(bytes) as u32;
        all.push(mark);
    }
    all
}

/// Characters that start in these bytes.
fn chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

fn link(id: u32) -> Option<NodeId> {
    (id != NONE).then_some(NodeId(id as usize))
}

fn cut(source: &[u8], start: u32, end: u32) -> &[u8] {
    let end = (end as usize).min(source.len());
    &source[(start as usize).min(end)..end]
}

fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The name without its quotes, as the source has it.
pub(super) fn inner<'s>(source: &'s [u8], key: &Key) -> &'s [u8] {
    cut(source, key.start + u32::from(key.quotes.0), key.end.saturating_sub(u32::from(key.quotes.1)))
}

pub(super) fn key_text<'s>(source: &'s [u8], key: &Key) -> Option<Cow<'s, str>> {
    match key.name {
        Name::None => None,
        Name::Fixed(name) => Some(Cow::Borrowed(name)),
        Name::Spelled(spelling) => Some(spell::resolve(inner(source, key), spelling)),
        Name::Attribute => Some(Cow::Owned(format!("@{}", lossy(inner(source, key))))),
    }
}
