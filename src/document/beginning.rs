//! The first bytes of a large document read as a small one: packs ask hundreds of things of an envelope, and to answer them
//! out of the index takes longer than to read it once.
//!
//! In: a large document. Out: the answers it would give if it were cut off there; nodes are called as they are in it, by
//! their first byte.

use std::borrow::Cow;

use super::{Document, Format, NodeId, Nodes, Path, Pointer, Position, Problem, Span, Storage, Value, select};
use crate::text::Untrusted;

/// The beginning of a large document.
#[derive(Clone, Debug)]
pub struct Beginning {
    read: Document,
    root: NodeId,
    /// Nodes that a step of a path leads to.
    most: usize,
}

impl Beginning {
    pub(super) fn new(read: Document, root: NodeId) -> Self {
        Self { read, root, most: select::MOST }
    }

    /// A node as the tree calls it. What it does not hold is asked for by nobody who has its nodes from here.
    fn inner(&self, id: NodeId) -> NodeId {
        let Storage::Tree(tree) = &self.read.0 else { return self.read.root() };
        // Nodes stand in the order of their first bytes.
        NodeId(tree.nodes.partition_point(|node| (node.start as usize) < id.0).min(tree.nodes.len() - 1))
    }

    /// A node of the tree as the large document calls it.
    fn outer(&self, id: NodeId) -> NodeId {
        if id == self.read.root() { self.root } else { NodeId(self.read.start(id)) }
    }
}

impl Nodes for Beginning {
    fn brief(&self) -> Option<Box<dyn Nodes>> {
        Some(Box::new(Self { most: select::FEW, ..self.clone() }))
    }

    fn format(&self) -> Format {
        Format::Json
    }

    /// That it is cut off is no trouble of the document's, and the rest is not known yet.
    fn problems(&self) -> &[Problem] {
        &[]
    }

    fn root(&self) -> NodeId {
        self.root
    }

    fn value(&self, id: NodeId) -> Value<'_> {
        self.read.value(self.inner(id))
    }

    fn children(&self, id: NodeId) -> Box<dyn Iterator<Item = NodeId> + '_> {
        Box::new(self.read.children(self.inner(id)).map(|child| self.outer(child)))
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.read.parent(self.inner(id)).map(|parent| self.outer(parent))
    }

    fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        self.read.key(self.inner(id))
    }

    fn index(&self, id: NodeId) -> usize {
        self.read.index(self.inner(id))
    }

    fn select(&self, from: NodeId, path: &Path) -> Vec<NodeId> {
        let found = select::select(&self.read, self.inner(from), path, self.most);
        found.into_iter().map(|id| self.outer(id)).collect()
    }

    fn first(&self, from: NodeId, path: &Path) -> Option<NodeId> {
        self.select(from, path).into_iter().next()
    }

    fn pointer(&self, id: NodeId) -> Pointer {
        self.read.pointer(self.inner(id))
    }

    fn pointer_end(&self, id: NodeId, steps: usize) -> (Pointer, bool) {
        self.read.pointer_end(self.inner(id), steps)
    }

    fn position(&self, offset: usize) -> Position {
        self.read.position(offset)
    }

    fn bytes(&self, span: Span) -> Cow<'_, [u8]> {
        self.read.bytes(span)
    }

    fn source_len(&self) -> usize {
        self.read.source_len()
    }
}
