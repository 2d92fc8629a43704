//! Walking a [`Path`] through a document.

use super::path::{Path, Step};
use super::{Document, Format, NodeId, Value};

pub(super) fn select(document: &Document, from: NodeId, path: &Path) -> Vec<NodeId> {
    let mut here = vec![if path.absolute { document.root() } else { from }];
    for step in &path.steps {
        let mut next = Vec::new();
        for id in here {
            match (step, document.value(id)) {
                (Step::Name(name), Value::Object(_)) => next.extend(document.get(id, name)),
                (Step::Index(index), Value::Array(_)) => next.extend(document.children(id).nth(*index)),
                (Step::Elements, Value::Array(_)) => next.extend(document.children(id)),
                // One XML child is an object where several are an array; both are "all of them".
                (Step::Elements, _) => next.push(id),
                (Step::Index(0), _) if document.format() == Format::Xml => next.push(id),
                (Step::Children, Value::Object(_) | Value::Array(_)) => next.extend(document.children(id)),
                _ => {}
            }
        }
        if next.is_empty() {
            return next;
        }
        here = next;
    }
    here
}
