//! The storage behind a [`Document`](super::Document), and the choice of a reader for the bytes.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Format, NodeId, Position, Problem, Span, Value};
use crate::text::Untrusted;

/// What a node is; text is resolved from the source when asked for, unless it had to be built.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    /// Spelled as in the source.
    Number,
    /// The source between the quotes is the text.
    Plain(Span),
    /// Text that had to be resolved: escapes, entities, XML text around children.
    Built(Box<str>),
    Array,
    Object,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) key: Option<Span>,
    /// The member's name where it is not the source between its quotes.
    pub(super) key_text: Option<Box<str>>,
    pub(super) parent: Option<NodeId>,
    pub(super) first_child: Option<NodeId>,
    pub(super) next_sibling: Option<NodeId>,
    pub(super) children: u32,
    pub(super) index: u32,
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) source: Arc<[u8]>,
    pub(super) format: Format,
    pub(super) nodes: Vec<Node>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn parse(source: Arc<[u8]>) -> Tree {
    super::json::parse(source)
}

impl Tree {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn value(&self, id: NodeId) -> Value<'_> {
        let node = self.node(id);
        match &node.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number => Value::Number(self.text(node.span)),
            Kind::Plain(span) => Value::String(self.text(*span)),
            Kind::Built(text) => Value::String(Untrusted::new(&**text)),
            Kind::Array => Value::Array(node.children as usize),
            Kind::Object => Value::Object(node.children as usize),
        }
    }

    pub(super) fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        let node = self.node(id);
        match (&node.key_text, node.key) {
            (Some(text), _) => Some(Untrusted::new(&**text)),
            (None, Some(span)) => Some(self.text(Span { start: span.start + 1, end: span.end.saturating_sub(1) })),
            (None, None) => None,
        }
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let before = &self.source[..offset.min(self.source.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        Position {
            line: 1 + memchr::memchr_iter(b'\n', before).count(),
            column: 1 + String::from_utf8_lossy(&before[line_start..]).chars().count(),
        }
    }

    fn text(&self, span: Span) -> Untrusted<'_> {
        let end = span.end.min(self.source.len());
        match String::from_utf8_lossy(&self.source[span.start.min(end)..end]) {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}
