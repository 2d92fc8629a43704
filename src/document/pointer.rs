//! RFC 6901 pointers to and from nodes.

use std::fmt;

use super::{Document, NodeId, Value};
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

pub(super) fn of(document: &Document, id: NodeId) -> Pointer {
    let mut names = Vec::new();
    let mut here = Some(id);
    while let Some(id) = here {
        here = document.parent(id);
        if here.is_some() {
            names.push(match document.key(id) {
                Some(key) => key.source().replace('~', "~0").replace('/', "~1"),
                None => document.index(id).to_string(),
            });
        }
    }
    let mut text = String::new();
    for name in names.iter().rev() {
        text.push('/');
        text.push_str(name);
    }
    Pointer(text)
}

pub(super) fn resolve(document: &Document, pointer: &str) -> Option<NodeId> {
    let mut here = document.root();
    if pointer.is_empty() {
        return Some(here);
    }
    for token in pointer.strip_prefix('/')?.split('/') {
        here = match document.value(here) {
            Value::Object(_) => document.get(here, &token.replace("~1", "/").replace("~0", "~"))?,
            Value::Array(_) => document.children(here).nth(token.parse().ok()?)?,
            _ => return None,
        };
    }
    Some(here)
}
