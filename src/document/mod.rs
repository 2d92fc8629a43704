//! Bytes in, a lossless tree with spans out: JSON (strict or not), XML, or plain text.
//!
//! Parsing never fails: what is there is held, and each trouble is a [`Problem`]. Nothing here knows a vendor, HTTP or a
//! screen. Callers see nodes through [`Document`]'s methods and never the storage: an arena of nodes for small bodies, the
//! bytes and an index of them for [large](Document::large) ones. Reading, walking and dropping are iterative: depth of the
//! input costs no stack.

mod beginning;
mod build;
mod find;
mod html;
mod interest;
mod json;
mod large;
mod lazy;
mod nodes;
pub mod path;
mod plain;
mod pointer;
mod problem;
mod select;
mod sheet;
mod sniff;
mod spell;
mod tree;
mod xml;

use std::borrow::Cow;
use std::sync::Arc;

pub use beginning::Beginning;
pub use interest::Interest;
pub use large::{Extent, Indexed, Regular};
pub use nodes::Nodes;
pub use path::Path;
pub use pointer::Pointer;
pub use problem::{Problem, ProblemKind};
pub use sheet::{Filler, Kept, Mark, Page, Sheet, Slot};

use crate::text::Untrusted;

/// Identity of a node within its document: a place in the arena, or of a large document the value's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(usize);

/// A range of bytes of the source: `start..end`, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A place for people: both count from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// What the bytes turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON, strict or with [`Problem`]s.
    Json,
    /// XML, mapped to the same tree.
    Xml,
    /// An HTML page; its title is in the tree.
    Html,
    /// Text that is none of the others; one string node.
    Text,
    /// No bytes, or white space only.
    Empty,
    /// Bytes that are no text.
    Binary,
}

/// A node's value; containers tell how many children they have.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'d> {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as it is spelled: `1.10`, `1e400`, `18446744073709551617`; also `NaN` where the source says so.
    Number(Untrusted<'d>),
    /// A string with escapes resolved; XML text and attribute values.
    String(Untrusted<'d>),
    /// An array, or repeated XML siblings.
    Array(usize),
    /// An object, or an XML element.
    Object(usize),
}

/// One response body as a tree. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Document(Storage);

#[derive(Clone, Debug)]
enum Storage {
    Tree(Arc<tree::Tree>),
    Lazy(Arc<lazy::Lazy>, Reach),
}

/// What a handle sees of a large document.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// Bytes.
    limit: usize,
    /// Nodes that a step of a path leads to.
    most: usize,
}

impl Default for Reach {
    fn default() -> Self {
        Self { limit: usize::MAX, most: select::MOST }
    }
}

impl Reach {
    fn until(self, at: usize) -> Self {
        Self { limit: self.limit.min(at), ..self }
    }
}

use Storage::{Lazy, Tree};

impl Document {
    /// Reads a body. Never fails, never panics, whatever the bytes.
    pub fn parse(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(Tree(Arc::new(build::parse(bytes.into()))))
    }

    /// What the bytes turned out to be.
    pub fn format(&self) -> Format {
        match &self.0 {
            Tree(tree) => tree.format,
            Lazy(..) => Format::Json,
        }
    }

    /// The troubles met while reading, in the order of the source.
    pub fn problems(&self) -> &[Problem] {
        match &self.0 {
            Tree(tree) => &tree.problems,
            Lazy(lazy, _) => lazy.problems(),
        }
    }

    /// The outermost value. Every document has one; that of an empty one is [`Value::Null`].
    pub fn root(&self) -> NodeId {
        match &self.0 {
            Tree(_) => NodeId(0),
            Lazy(lazy, _) => lazy.root(),
        }
    }

    /// How many nodes there are; of a large document, whose nodes nobody keeps, at most so many.
    pub fn len(&self) -> usize {
        match &self.0 {
            Tree(tree) => tree.nodes.len(),
            Lazy(..) => self.source_len(),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        matches!(self.format(), Format::Empty)
    }

    /// The value of a node.
    pub fn value(&self, id: NodeId) -> Value<'_> {
        match &self.0 {
            Tree(tree) => tree.value(id),
            Lazy(lazy, limit) => lazy.value(id, limit.limit),
        }
    }

    /// The children of a container in the order of the source; nothing for a scalar.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let (near, far) = match &self.0 {
            Tree(tree) => (Some(std::iter::successors(tree.first_child(id), |id| tree.next(*id))), None),
            Lazy(lazy, limit) => (None, Some(lazy.children(id, limit.limit))),
        };
        near.into_iter().flatten().chain(far.into_iter().flatten())
    }

    /// All nodes in the order of the source, where they are kept.
    fn node_ids(&self) -> Option<impl Iterator<Item = NodeId> + use<>> {
        match &self.0 {
            Tree(tree) => Some((0..tree.nodes.len()).map(NodeId)),
            Lazy(..) => None,
        }
    }

    /// The container that a node is in.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        match &self.0 {
            Tree(tree) => tree.parent(id),
            Lazy(lazy, limit) => lazy.parent(id, limit.limit),
        }
    }

    /// The name of an object's member, escapes resolved; nothing for array elements and the root.
    pub fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        match &self.0 {
            Tree(tree) => tree.key(id),
            Lazy(lazy, limit) => lazy.key(id, limit.limit),
        }
    }

    /// The position of a node among its siblings, from 0.
    pub fn index(&self, id: NodeId) -> usize {
        match &self.0 {
            Tree(tree) => tree.node(id).index as usize,
            Lazy(lazy, limit) => lazy.place(id, limit.limit),
        }
    }

    /// Where a value stands in the source, quotes and brackets included.
    pub fn span(&self, id: NodeId) -> Span {
        match &self.0 {
            Tree(tree) => tree.node(id).span(),
            Lazy(lazy, limit) => lazy.span(id, limit.limit),
        }
    }

    /// Where a member's name stands in the source, quotes included.
    pub fn key_span(&self, id: NodeId) -> Option<Span> {
        match &self.0 {
            Tree(tree) => tree.key_span(id),
            Lazy(lazy, limit) => lazy.key_span(id, limit.limit),
        }
    }

    /// The source bytes of a span, cut to what is there.
    pub fn bytes(&self, span: Span) -> Cow<'_, [u8]> {
        match &self.0 {
            Tree(tree) => {
                let end = span.end.min(tree.source.len());
                Cow::Borrowed(&tree.source[span.start.min(end)..end])
            }
            Lazy(lazy, limit) => Cow::Owned(lazy.supply.copy(span.start, span.end.min(limit.limit))),
        }
    }

    /// The source text of a span; malformed UTF-8 becomes U+FFFD.
    pub fn source(&self, span: Span) -> Untrusted<'_> {
        match self.bytes(span) {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes).into(),
            Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        }
    }

    /// How long the source is, in bytes; of a large document, as far as it has arrived.
    pub fn source_len(&self) -> usize {
        match &self.0 {
            Tree(tree) => tree.source.len(),
            Lazy(lazy, limit) => lazy.supply.len().min(limit.limit),
        }
    }

    /// The first member of that name.
    pub fn get(&self, id: NodeId, name: &str) -> Option<NodeId> {
        match &self.0 {
            Tree(tree) => self.children(id).find(|child| tree.is_named(*child, name)),
            Lazy(lazy, limit) => lazy.get(id, name, limit.limit, false),
        }
    }

    /// The nodes that a path leads to, in the order of the source; of a large document the first 20,000.
    pub fn select(&self, from: NodeId, path: &Path) -> Vec<NodeId> {
        let most = match &self.0 {
            Tree(_) => usize::MAX,
            Lazy(_, reach) => reach.most,
        };
        select::select(self, from, path, most)
    }

    /// The first node that a path leads to.
    pub fn first(&self, from: NodeId, path: &Path) -> Option<NodeId> {
        self.select(from, path).into_iter().next()
    }

    /// The RFC 6901 pointer to a node, e.g. `/results/linkedin`; empty for the root.
    pub fn pointer(&self, id: NodeId) -> Pointer {
        pointer::of(self, id)
    }

    /// The last so many steps of the pointer to a node, and whether those are all: a pointer is as long as its sender likes.
    pub fn pointer_end(&self, id: NodeId, steps: usize) -> (Pointer, bool) {
        pointer::end_of(self, id, steps)
    }

    /// The node that an RFC 6901 pointer names.
    pub fn at(&self, pointer: &str) -> Option<NodeId> {
        pointer::resolve(self, pointer)
    }

    /// The innermost node at a byte of the source.
    pub fn node_at(&self, offset: usize) -> NodeId {
        match &self.0 {
            Tree(tree) => tree.node_at(offset),
            Lazy(lazy, limit) => lazy.node_at(offset, limit.limit),
        }
    }

    /// Line and column of a byte of the source.
    pub fn position(&self, offset: usize) -> Position {
        match &self.0 {
            Tree(tree) => tree.position(offset),
            Lazy(lazy, _) => lazy.position(offset),
        }
    }

    /// A scalar as text: a string's text, a number's spelling, `true`, `false`, `null`; nothing for containers.
    pub fn scalar(&self, id: NodeId) -> Option<Untrusted<'_>> {
        match self.value(id) {
            Value::Null => Some("null".into()),
            Value::Bool(true) => Some("true".into()),
            Value::Bool(false) => Some("false".into()),
            Value::Number(text) | Value::String(text) => Some(text),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The document inside a string that holds JSON with brackets, as gateways and queues pass bodies on.
    pub fn open_string(&self, id: NodeId) -> Option<Self> {
        let Value::String(text) = self.value(id) else { return None };
        Self::inside(text.source())
    }

    /// The JSON that a string holds; nothing where it holds none.
    pub fn inside(text: &str) -> Option<Self> {
        if !text.contains(['{', '[']) {
            return None;
        }
        let inner = Self::parse(text.as_bytes());
        let holds = matches!(inner.value(inner.root()), Value::Array(_) | Value::Object(_));
        (inner.format() == Format::Json && holds).then_some(inner)
    }
}

#[cfg(test)]
mod tests;
