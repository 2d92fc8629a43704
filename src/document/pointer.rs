//! RFC 6901 pointers to and from nodes.

use std::fmt;

use super::{Document, NodeId, Nodes, Value};
use crate::text::Untrusted;

/// An RFC 6901 pointer. Its names come from the response, so it is shown through [`Pointer::text`].
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer as untrusted text: names in it are the response's.
    pub fn text(&self) -> Untrusted<'_> {
        self.0.as_str().into()
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

pub(super) fn of(document: &impl Nodes, id: NodeId) -> Pointer {
    end_of(document, id, usize::MAX).0
}

/// At most so many steps of the pointer, counted from its end, and whether those are all.
pub(super) fn end_of(document: &impl Nodes, id: NodeId, steps: usize) -> (Pointer, bool) {
    let around = document.ancestors(id);
    let mut names = Vec::new();
    // The outermost of them has no name.
    for here in std::iter::once(id).chain(around.iter().copied()).take(around.len().min(steps)) {
        names.push(match document.key(here) {
            Some(key) => key.source().replace('~', "~0").replace('/', "~1"),
            None => document.index(here).to_string(),
        });
    }
    let mut text = String::new();
    for name in names.iter().rev() {
        text.push('/');
        text.push_str(name);
    }
    (Pointer(text), around.len() <= steps)
}

pub(super) fn resolve(document: &Document, pointer: &str) -> Option<NodeId> {
    let mut here = document.root();
    if pointer.is_empty() {
        return Some(here);
    }
    for token in pointer.strip_prefix('/')?.split('/') {
        here = match document.value(here) {
            Value::Object(_) => document.get(here, &token.replace("~1", "/").replace("~0", "~"))?,
            Value::Array(_) => document.nth_child(here, token.parse().ok()?)?,
            _ => return None,
        };
    }
    Some(here)
}
