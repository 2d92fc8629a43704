//! What was decoded, sorted by the node where it stands.

use std::collections::HashMap;

use crate::decode::{Code, Decoded, Item, Place};
use crate::document::{Document, NodeId};
use crate::pack::{Outcome, Severity};

/// The way to an item: its position, then its position within that item, and so on.
pub type ItemPath = Vec<usize>;

/// Something that was found at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A part that went well or wrong on its own.
    Item(ItemPath),
    /// A code of the response, or of an item.
    Code {
        /// The item that has it.
        item: Option<ItemPath>,
        /// Its position among the codes.
        index: usize,
    },
    /// A message.
    Message(usize),
    /// A link.
    Link(usize),
    /// A counter.
    Usage(usize),
    /// The id to quote to support.
    RequestId,
}

/// How many of what lies below a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Failed items and error messages.
    pub failed: usize,
    /// Warnings and items that are partial.
    pub warned: usize,
    /// Items that worked.
    pub fine: usize,
    /// Items that are not over or were not tried.
    pub open: usize,
}

/// Notes by node.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    by_node: HashMap<NodeId, Vec<Note>>,
    counts: HashMap<NodeId, Counts>,
    problems: Vec<NodeId>,
    first: Option<NodeId>,
}

impl Notes {
    /// Sorts what was decoded.
    pub(super) fn of(decoded: &Decoded, document: &Document) -> Self {
        let mut notes = Self::default();
        let mut problems = Vec::new();
        let mut waiting: Vec<(ItemPath, &Item)> =
            decoded.items.iter().enumerate().rev().map(|(index, item)| (vec![index], item)).collect();
        while let Some((path, item)) = waiting.pop() {
            notes.count(document, item.node, |counts| match item.outcome {
                Outcome::Failure => counts.failed += 1,
                Outcome::Partial => counts.warned += 1,
                Outcome::Success => counts.fine += 1,
                Outcome::Pending | Outcome::Skipped | Outcome::Unknown => counts.open += 1,
            });
            if matches!(item.outcome, Outcome::Failure | Outcome::Partial) {
                problems.push(item.node);
            }
            notes.add(item.node, Note::Item(path.clone()));
            notes.codes(&item.codes, Some(&path));
            for (index, inner) in item.items.iter().enumerate().rev() {
                let mut path = path.clone();
                path.push(index);
                waiting.push((path, inner));
            }
        }
        let failed_items = problems.len();
        for (index, message) in decoded.messages.iter().enumerate() {
            let grave = message.severity >= Severity::Warning;
            notes.count(document, message.node, |counts| match message.severity {
                Severity::Error => counts.failed += 1,
                Severity::Warning => counts.warned += 1,
                _ => {}
            });
            problems.extend(grave.then_some(message.node));
            notes.add(message.node, Note::Message(index));
        }
        notes.codes(&decoded.codes, None);
        let failed = matches!(decoded.verdict, Outcome::Failure | Outcome::Partial);
        if failed {
            problems.extend(decoded.codes.iter().filter_map(|code| body(&code.place)));
            let said = decoded.story.happened.iter().filter_map(|said| said.place.as_ref());
            problems.extend(said.filter(|_| decoded.codes.is_empty()).filter_map(body));
        }
        for (index, usage) in decoded.usage.iter().enumerate() {
            notes.at_place(&usage.place, Note::Usage(index));
        }
        for (index, link) in decoded.links.iter().enumerate() {
            notes.at_place(&link.place, Note::Link(index));
        }
        if let Some(id) = &decoded.request_id {
            notes.at_place(&id.place, Note::RequestId);
        }
        // The first failed part says most, then the most specific code, then whatever stands first; what is wrong with
        // the spelling of the body comes after what the server says.
        let earliest = |nodes: &[NodeId]| nodes.iter().copied().min_by_key(|node| (document.span(*node).start, *node));
        let code = decoded.codes.iter().rev().find_map(|code| body(&code.place)).filter(|_| failed);
        notes.first = earliest(&problems[..failed_items]).or(code).or_else(|| earliest(&problems));
        problems.extend(decoded.problems.iter().filter(|trouble| trouble.grave).filter_map(|trouble| {
            let offset = trouble.offset?;
            Some(document.node_at(offset.min(document.source_len().saturating_sub(1))))
        }));
        problems.sort_by_key(|node| (document.span(*node).start, *node));
        problems.dedup();
        notes.problems = problems;
        notes
    }

    /// What was found at a node.
    pub fn at(&self, node: NodeId) -> &[Note] {
        self.by_node.get(&node).map_or(&[], Vec::as_slice)
    }

    /// How many of what lies below a node.
    pub fn counts(&self, node: NodeId) -> Counts {
        self.counts.get(&node).copied().unwrap_or_default()
    }

    /// The nodes that somebody has to look at, in the order of the source.
    pub fn problems(&self) -> &[NodeId] {
        &self.problems
    }

    /// The one to look at first.
    pub fn first_problem(&self) -> Option<NodeId> {
        self.first.or(self.problems.first().copied())
    }

    fn add(&mut self, node: NodeId, note: Note) {
        self.by_node.entry(node).or_default().push(note);
    }

    fn at_place(&mut self, place: &Place, note: Note) {
        if let Some(node) = body(place) {
            self.add(node, note);
        }
    }

    fn codes(&mut self, codes: &[Code], item: Option<&ItemPath>) {
        for (index, code) in codes.iter().enumerate() {
            self.at_place(&code.place, Note::Code { item: item.cloned(), index });
        }
    }

    /// Adds to the counts of all containers around a node.
    fn count(&mut self, document: &Document, node: NodeId, add: impl Fn(&mut Counts)) {
        let mut here = document.parent(node);
        while let Some(id) = here {
            add(self.counts.entry(id).or_default());
            here = document.parent(id);
        }
    }
}

/// The node of a place in the body.
pub(super) fn body(place: &Place) -> Option<NodeId> {
    match place {
        Place::Body(node) => Some(*node),
        Place::Header(_) | Place::Status => None,
    }
}
