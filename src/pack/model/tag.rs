//! What a pack says of itself before anybody looks closely.

use serde::{Deserialize, Serialize};

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

/// Member names of which a body must have one at the top before any shape of a pack can hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gate {
    /// Some shape asks for no member of the top level.
    Open,
    /// One of these.
    Names(Vec<String>),
}

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
    /// Whether a body gets through; `has` tells whether it has a member of that name at the top.
    pub fn opens(&self, has: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Open => true,
            Self::Names(names) => names.iter().any(|name| has(name)),
        }
    }

    fn of(shapes: &[Shape]) -> Self {
        let mut all: Vec<String> = Vec::new();
        for shape in shapes {
            let clauses = shape.require.iter().filter_map(|clause| clause.iter().map(top_name).collect::<Option<_>>());
            let Some(names) = clauses.min_by_key(|names: &Vec<&str>| names.len()) else { return Self::Open };
            all.extend(names.into_iter().map(str::to_owned));
        }
        all.sort();
        all.dedup();
        Self::Names(all)
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
