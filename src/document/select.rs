//! Walking a [`Path`] through a document.

use super::path::{Path, Step};
use super::{Document, Format, NodeId, Storage, Value};

/// Most nodes that a step of a path leads to in a large document: packs speak of envelopes, not of all data in them.
pub(super) const MOST: usize = 20_000;
/// The same for who only asks whose body it is.
pub(super) const FEW: usize = 32;

/// The nodes that a path leads to, no more than about so many.
pub(super) fn select(document: &Document, from: NodeId, path: &Path, most: usize) -> Vec<NodeId> {
    let mut here = vec![if path.absolute { document.root() } else { from }];
    for step in &path.steps {
        let mut next = Vec::new();
        for id in here {
            if next.len() >= most {
                break;
            }
            match (step, shape(document, id)) {
                (Step::Name(name), Shape::Object) => next.extend(member(document, id, name)),
                (Step::Index(index), Shape::Array) => next.extend(document.nth_child(id, *index)),
                (Step::Elements, Shape::Array) => next.extend(document.children(id).take(most)),
                // One XML child is an object where several are an array; both are "all of them".
                (Step::Elements, _) => next.push(id),
                (Step::Index(0), _) if document.format() == Format::Xml => next.push(id),
                (Step::Children, Shape::Object | Shape::Array) => next.extend(document.children(id).take(most)),
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

enum Shape {
    Object,
    Array,
    Scalar,
}

/// What a node is, without a look at what is in it.
fn shape(document: &Document, id: NodeId) -> Shape {
    match &document.0 {
        Storage::Tree(tree) => match tree.value(id) {
            Value::Object(_) => Shape::Object,
            Value::Array(_) => Shape::Array,
            _ => Shape::Scalar,
        },
        Storage::Lazy(lazy, limit) => match lazy.opening(id, limit.limit) {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::Array,
            _ => Shape::Scalar,
        },
    }
}

fn member(document: &Document, id: NodeId, name: &str) -> Option<NodeId> {
    match &document.0 {
        Storage::Tree(_) => document.get(id, name),
        Storage::Lazy(lazy, limit) => lazy.get(id, name, limit.limit, true),
    }
}
