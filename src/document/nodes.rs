//! What reading a body asks of it, whatever it is kept in.
//!
//! Detection, decoding and reports see a body through [`Nodes`] only: a whole [`Document`], or a
//! [`Sheet`](super::sheet::Sheet) that holds no more than what packs look at.

use std::borrow::Cow;

use super::{Document, Format, NodeId, Path, Pointer, Position, Problem, Span, Value};
use crate::text::Untrusted;

/// A body as nodes with values, names and places.
pub trait Nodes {
    /// What the bytes turned out to be.
    fn format(&self) -> Format;
    /// The troubles met while reading.
    fn problems(&self) -> &[Problem];
    /// The outermost value.
    fn root(&self) -> NodeId;
    /// The value of a node.
    fn value(&self, id: NodeId) -> Value<'_>;
    /// The children of a container in the order of the source.
    fn children(&self, id: NodeId) -> Box<dyn Iterator<Item = NodeId> + '_>;
    /// The container that a node is in.
    fn parent(&self, id: NodeId) -> Option<NodeId>;
    /// The name of an object's member.
    fn key(&self, id: NodeId) -> Option<Untrusted<'_>>;
    /// The position of a node among its siblings, from 0.
    fn index(&self, id: NodeId) -> usize;
    /// The nodes that a path leads to, in the order of the source.
    fn select(&self, from: NodeId, path: &Path) -> Vec<NodeId>;
    /// The first node that a path leads to.
    fn first(&self, from: NodeId, path: &Path) -> Option<NodeId>;
    /// The RFC 6901 pointer to a node.
    fn pointer(&self, id: NodeId) -> Pointer;
    /// The last so many steps of the pointer to a node, and whether those are all.
    fn pointer_end(&self, id: NodeId, steps: usize) -> (Pointer, bool);
    /// Line and column of a byte of the source.
    fn position(&self, offset: usize) -> Position;
    /// The source bytes of a span, cut to what is there.
    fn bytes(&self, span: Span) -> Cow<'_, [u8]>;
    /// How long the source is, in bytes.
    fn source_len(&self) -> usize;

    /// What detection looks at, where that is less than all of a large body.
    fn brief(&self) -> Option<Box<dyn Nodes>> {
        None
    }

    /// All nodes, each before what is in it, in the order of the source.
    fn walk(&self) -> Box<dyn Iterator<Item = NodeId> + '_> {
        depth_first(self)
    }

    /// The containers that a node is in, from the innermost to the root.
    fn ancestors(&self, id: NodeId) -> Vec<NodeId> {
        std::iter::successors(self.parent(id), |outer| self.parent(*outer)).collect()
    }

    /// A scalar as text; nothing for containers.
    fn scalar(&self, id: NodeId) -> Option<Untrusted<'_>> {
        match self.value(id) {
            Value::Null => Some("null".into()),
            Value::Bool(true) => Some("true".into()),
            Value::Bool(false) => Some("false".into()),
            Value::Number(text) | Value::String(text) => Some(text),
            Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// A walk without recursion: the iterators that were begun wait on a stack of our own.
fn depth_first<N: Nodes + ?Sized>(nodes: &N) -> Box<dyn Iterator<Item = NodeId> + '_> {
    let mut open = vec![nodes.children(nodes.root())];
    let rest = std::iter::from_fn(move || {
        while let Some(children) = open.last_mut() {
            if let Some(child) = children.next() {
                open.push(nodes.children(child));
                return Some(child);
            }
            open.pop();
        }
        None
    });
    Box::new(std::iter::once(nodes.root()).chain(rest))
}

impl Nodes for Document {
    fn brief(&self) -> Option<Box<dyn Nodes>> {
        Some(Box::new(Self::brief(self)))
    }

    fn walk(&self) -> Box<dyn Iterator<Item = NodeId> + '_> {
        match self.node_ids() {
            // What is in a million brackets must not wait on a million iterators.
            Some(ids) => Box::new(ids),
            None => depth_first(self),
        }
    }

    fn ancestors(&self, id: NodeId) -> Vec<NodeId> {
        Self::ancestors(self, id)
    }

    fn format(&self) -> Format {
        Self::format(self)
    }

    fn problems(&self) -> &[Problem] {
        Self::problems(self)
    }

    fn root(&self) -> NodeId {
        Self::root(self)
    }

    fn value(&self, id: NodeId) -> Value<'_> {
        Self::value(self, id)
    }

    fn children(&self, id: NodeId) -> Box<dyn Iterator<Item = NodeId> + '_> {
        Box::new(Self::children(self, id))
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        Self::parent(self, id)
    }

    fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        Self::key(self, id)
    }

    fn index(&self, id: NodeId) -> usize {
        Self::index(self, id)
    }

    fn select(&self, from: NodeId, path: &Path) -> Vec<NodeId> {
        Self::select(self, from, path)
    }

    fn first(&self, from: NodeId, path: &Path) -> Option<NodeId> {
        Self::first(self, from, path)
    }

    fn pointer(&self, id: NodeId) -> Pointer {
        Self::pointer(self, id)
    }

    fn pointer_end(&self, id: NodeId, steps: usize) -> (Pointer, bool) {
        Self::pointer_end(self, id, steps)
    }

    fn position(&self, offset: usize) -> Position {
        Self::position(self, offset)
    }

    fn bytes(&self, span: Span) -> Cow<'_, [u8]> {
        Self::bytes(self, span)
    }

    fn source_len(&self) -> usize {
        Self::source_len(self)
    }
}
