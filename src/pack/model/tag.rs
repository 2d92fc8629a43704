//! What a pack says of itself before anybody looks closely.

use serde::{Deserialize, Serialize};

use super::super::code::fingerprint;
use super::{Condition, Head, Place, Rank, Shape};
use crate::document::path::Step;

/// What it takes to know whether a pack can have anything to say about a body: tiny, unpacked at start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tag {
    /// The pack's id.
    pub id: String,
    /// Other names for `--vendor`.
    pub aliases: Vec<String>,
    /// Host names of the API.
    pub hosts: Vec<String>,
    /// How far its word carries.
    pub rank: Rank,
    /// The pack that this one refines.
    pub extends: Option<String>,
    /// What a body must have.
    pub gate: Gate,
}

/// What a body must have at the top before a shape of a pack can hold: for each shape, lists of member names of which
/// one must be there, as fingerprints. A shape that asks for nothing there has no list, and any body may be its.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate(Vec<Vec<Vec<u32>>>);

impl Tag {
    /// What a head says in short.
    pub fn of(head: &Head) -> Self {
        Self {
            id: head.id.clone(),
            aliases: head.aliases.clone(),
            hosts: head.hosts.clone(),
            rank: head.rank,
            extends: head.extends.clone(),
            gate: Gate::of(&head.shapes),
        }
    }
}

impl Gate {
    /// Whether a body may get through whose members at the top have these fingerprints.
    pub fn opens(&self, members: &[u32]) -> bool {
        self.0.iter().any(|shape| shape.iter().all(|names| names.iter().any(|name| members.contains(name))))
    }

    fn of(shapes: &[Shape]) -> Self {
        let lists = |shape: &Shape| {
            let names = |clause: &Vec<Condition>| {
                clause.iter().map(|condition| top_name(condition).map(fingerprint)).collect::<Option<Vec<_>>>()
            };
            let mut lists: Vec<_> = shape.require.iter().filter_map(names).collect();
            lists.iter_mut().for_each(|names| {
                names.sort();
                names.dedup();
            });
            lists.sort();
            lists.dedup();
            lists
        };
        let mut shapes: Vec<_> = shapes.iter().map(lists).collect();
        shapes.sort();
        shapes.dedup();
        Self(shapes)
    }
}

/// The member of the top level that a condition looks into.
fn top_name(condition: &Condition) -> Option<&str> {
    match &condition.place {
        Place::Body(path) => match path.steps.first()? {
            Step::Name(name) => Some(name),
            Step::Index(_) | Step::Elements | Step::Children => None,
        },
        Place::Header(_) | Place::Parameter(..) => None,
    }
}
