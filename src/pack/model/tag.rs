//! What a pack says of itself before anybody looks closely.

use std::borrow::Cow;

use super::super::gate::Gate;
use super::{Head, Rank};

/// A name that is built in, or a user's.
pub type Name = Cow<'static, str>;

/// What it takes to know whether a pack can have anything to say about a body. Part of the program, never unpacked.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The pack's id.
    pub id: Name,
    /// Other names for `--vendor`.
    pub aliases: Cow<'static, [Name]>,
    /// Host names of the API.
    pub hosts: Cow<'static, [Name]>,
    /// How far its word carries.
    pub rank: Rank,
    /// The pack that this one refines.
    pub extends: Option<Name>,
    /// What a body must have.
    pub gate: Gate,
}

impl Tag {
    /// What a head says in short.
    pub fn of(head: &Head) -> Self {
        let names = |list: &[String]| list.iter().cloned().map(Name::from).collect();
        Self {
            id: head.id.clone().into(),
            aliases: names(&head.aliases),
            hosts: names(&head.hosts),
            rank: head.rank,
            extends: head.extends.clone().map(Name::from),
            gate: Gate::of(head.shapes.iter().map(|shape| &**shape)),
        }
    }
}
