//! What only large documents need: opening one while it arrives, its progress, and steps from node to node.

use std::sync::Arc;

use super::Storage::{Lazy, Tree};
use super::{Beginning, Document, NodeId, Reach, Value, lazy, select};
use crate::supply::Supply;

pub use lazy::{Indexed, Regular};

/// How much of a large document is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Bytes whose nodes can be asked for.
    pub known: usize,
    /// Bytes that have arrived.
    pub arrived: usize,
    /// Whether no more will come, and all is known.
    pub whole: bool,
}

impl Document {
    /// A document over bytes that may still be arriving, if they begin as one JSON object or array. Nothing is read
    /// but the beginning; [`Document::index_more`] has to be called, on another thread, for there to be more.
    pub fn large(supply: &Supply) -> Option<Self> {
        lazy::Lazy::new(supply.clone()).map(|lazy| Self(Lazy(Arc::new(lazy), Reach::default())))
    }

    /// The first bytes of a large document, as far as they had arrived when it was opened.
    pub fn beginning(&self) -> Option<Beginning> {
        match &self.0 {
            Tree(_) => None,
            Lazy(lazy, _) => Some(Beginning::new(Self(Tree(Arc::clone(&lazy.beginning))), lazy.root())),
        }
    }

    /// How much is known, where that may be less than everything.
    pub fn extent(&self) -> Option<Extent> {
        match &self.0 {
            Tree(_) => None,
            Lazy(lazy, limit) => {
                let whole = lazy.is_whole();
                Some(Extent { known: lazy.len().min(limit.limit), arrived: lazy.supply.len(), whole })
            }
        }
    }

    /// Whether nodes are found in the bytes each time, rather than kept.
    pub fn is_large(&self) -> bool {
        matches!(self.0, Lazy(..))
    }

    /// The document as far as it is known now: what is learnt later does not change its answers. Its nodes are those of
    /// the document.
    pub fn so_far(&self) -> Self {
        match &self.0 {
            Tree(_) => self.clone(),
            Lazy(lazy, limit) => Self(Lazy(Arc::clone(lazy), limit.until(lazy.len()))),
        }
    }

    /// The document up to a byte, as if it were cut off there.
    pub fn until(&self, at: usize) -> Self {
        match &self.0 {
            Tree(_) => self.clone(),
            Lazy(lazy, limit) => Self(Lazy(Arc::clone(lazy), limit.until(at))),
        }
    }

    /// The document for who wants to know what it is rather than all that is in it: of long lists a path leads only to
    /// the first few.
    pub fn brief(&self) -> Self {
        match &self.0 {
            Tree(_) => self.clone(),
            Lazy(lazy, limit) => Self(Lazy(Arc::clone(lazy), Reach { most: select::FEW, ..*limit })),
        }
    }

    /// Whether both are handles of one large document.
    pub fn is_same(&self, other: &Self) -> bool {
        matches!((&self.0, &other.0), (Lazy(one, _), Lazy(another, _)) if Arc::ptr_eq(one, another))
    }

    /// The value of a node, of a long string in a large document only the first bytes: what a row can show.
    pub fn outline(&self, id: NodeId) -> Value<'_> {
        /// More than any row is wide.
        const MOST: usize = 4096;
        match &self.0 {
            Tree(tree) => tree.value(id),
            Lazy(lazy, limit) => match lazy.excerpt(id, limit.limit, MOST) {
                Some(text) => Value::String(text),
                None => lazy.value(id, limit.limit),
            },
        }
    }

    /// Learns the next bytes.
    pub fn index_more(&self) -> Indexed {
        match &self.0 {
            Tree(_) => Indexed::Whole,
            Lazy(lazy, _) => lazy.index(),
        }
    }

    /// Reads all of a large document for its problems; `go_on` is told how far that is and may stop it. Tells from which
    /// byte on it is no JSON of the strict form: there its nodes end.
    pub fn check(&self, go_on: impl FnMut(usize) -> bool) -> Option<Regular> {
        match &self.0 {
            Tree(_) => Some(Regular::Yes),
            Lazy(lazy, _) => lazy.check(go_on),
        }
    }

    /// The source of a large document.
    pub fn supply(&self) -> Option<&Supply> {
        match &self.0 {
            Tree(_) => None,
            Lazy(lazy, _) => Some(&lazy.supply),
        }
    }

    /// The first byte of a value.
    pub fn start(&self, id: NodeId) -> usize {
        match &self.0 {
            Tree(tree) => tree.node(id).span().start,
            Lazy(..) => id.0,
        }
    }

    /// Whether a node is an object or an array, without counting its children.
    pub fn is_container(&self, id: NodeId) -> bool {
        match &self.0 {
            Tree(tree) => matches!(tree.value(id), Value::Object(_) | Value::Array(_)),
            Lazy(lazy, limit) => matches!(lazy.opening(id, limit.limit), Some(b'{' | b'[')),
        }
    }

    /// The containers around a node, innermost first.
    pub fn ancestors(&self, id: NodeId) -> Vec<NodeId> {
        match &self.0 {
            Tree(tree) => std::iter::successors(tree.parent(id), |id| tree.parent(*id)).collect(),
            Lazy(lazy, limit) => lazy.ancestors(id, limit.limit),
        }
    }

    /// How many containers are around a node.
    pub fn depth(&self, id: NodeId) -> usize {
        match &self.0 {
            Tree(_) => self.ancestors(id).len(),
            Lazy(lazy, limit) => lazy.depth(id, limit.limit),
        }
    }

    /// The first child of a container.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        match &self.0 {
            Tree(tree) => tree.first_child(id),
            Lazy(lazy, limit) => lazy.first_child(id, limit.limit),
        }
    }

    /// The last child of a container.
    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        match &self.0 {
            Tree(_) => self.children(id).last(),
            Lazy(lazy, limit) => lazy.last_child(id, limit.limit),
        }
    }

    /// The child at a position, from 0.
    pub fn nth_child(&self, id: NodeId, nth: usize) -> Option<NodeId> {
        match &self.0 {
            Tree(_) => self.children(id).nth(nth),
            Lazy(lazy, limit) => lazy.nth_child(id, nth, limit.limit),
        }
    }

    /// The next sibling.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        match &self.0 {
            Tree(tree) => tree.next(id),
            Lazy(lazy, limit) => lazy.next(id, limit.limit),
        }
    }

    /// The next node of a large document that is not within this one, and how many levels further out it stands: quick
    /// however many levels end here. The outer nothing: that is to be found from parent to parent.
    pub fn following(&self, id: NodeId) -> Option<Option<(NodeId, u32)>> {
        match &self.0 {
            Tree(_) => None,
            Lazy(lazy, limit) => lazy.following(id, limit.limit),
        }
    }

    /// The last of all nodes within a container of a large document, however deep; nothing where that is to be found from
    /// child to child.
    pub fn last_within(&self, id: NodeId) -> Option<NodeId> {
        match &self.0 {
            Tree(_) => None,
            Lazy(lazy, limit) => lazy.last_within(id, limit.limit),
        }
    }

    /// The previous sibling.
    pub fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        match &self.0 {
            Tree(_) => self.index(id).checked_sub(1).and_then(|before| self.nth_child(self.parent(id)?, before)),
            Lazy(lazy, limit) => lazy.previous(id, limit.limit),
        }
    }
}
