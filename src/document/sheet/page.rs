//! Asking a [`Sheet`](super::Sheet) for what was read: its form, its texts, its nodes.

use std::borrow::Cow;

use super::{Kept, Kind, Mark, NONE, Node, Page, Slot};
use crate::document::interest::NOWHERE;
use crate::document::nodes::Nodes;
use crate::document::path::{Path, Step};
use crate::document::{Format, NodeId, Pointer, Position, Problem, Span, Value, pointer, spell};
use crate::text::Untrusted;

impl<'s> Page<'s> {
    fn node(&self, id: NodeId) -> &'s Node {
        &self.sheet.nodes[id.0]
    }

    fn slice(&self, start: u32, end: u32) -> &'s str {
        &self.text[start as usize..end as usize]
    }

    fn each(&self, id: NodeId) -> impl Iterator<Item = NodeId> + 's {
        let nodes = &self.sheet.nodes;
        let link = |id: u32| (id != NONE).then_some(NodeId(id as usize));
        std::iter::successors(link(self.node(id).first), move |id| link(nodes[id.0].next))
    }

    fn get(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.each(id).find(|child| {
            let node = self.node(*child);
            self.slice(node.name_start, node.name_end) == name
        })
    }

    /// What the body has in common with all that read alike: places, kinds, positions and counts of all that is kept,
    /// whatever the texts, the numbers and the names of places that may have any.
    pub fn form(&self) -> &'s [u64] {
        &self.sheet.form
    }

    /// A number that only bodies with the same form have, and the values; nothing for bodies that are not like others.
    pub fn poured(&self) -> Option<(usize, &'s [Slot])> {
        self.sheet.poured()
    }

    /// What is kept, in the order of the source.
    pub fn kept(&self) -> impl Iterator<Item = Kept> + 's {
        let page = *self;
        (0..self.sheet.nodes.len()).map(move |at| page.kept_at(NodeId(at)))
    }

    /// One node with the bytes it was read from.
    pub fn kept_at(&self, id: NodeId) -> Kept {
        let node = self.node(id);
        let span = |start: u32, end: u32| Span { start: start as usize, end: end as usize };
        Kept {
            node: id,
            parent: (node.parent != NONE).then_some(NodeId(node.parent as usize)),
            place: node.state as usize,
            kind: node.kind.seen(),
            span: span(node.start, node.end),
            spelled: node.kind == Kind::Spelled,
            name: node.wild.then(|| span(node.name_start, node.name_end)),
        }
    }

    /// The text of a node that is one.
    pub fn string(&self, kept: &Kept) -> Cow<'s, str> {
        spell::text(&self.text[kept.span.start..kept.span.end], kept.spelled)
    }

    /// The source.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// The places that hold something, in the order of the source.
    pub fn marks(&self) -> impl Iterator<Item = Mark> + 's {
        let marks = self.sheet.nodes.iter().enumerate().filter(|(_, node)| node.state != NOWHERE);
        marks.map(|(at, node)| Mark { place: node.state as usize, node: NodeId(at), kind: node.kind.seen() })
    }

    /// The places of the root's members; nothing for those that no path knows.
    pub fn members(&self) -> impl Iterator<Item = usize> + 's {
        let page = *self;
        self.each(NodeId(0)).map(move |id| page.node(id).state as usize)
    }

    /// The nodes that one step leads to from another.
    fn step(&self, id: NodeId, step: &Step, mut found: impl FnMut(NodeId)) {
        match (step, self.node(id).kind) {
            (Step::Name(name), Kind::Object) => self.get(id, name).into_iter().for_each(found),
            (Step::Index(index), Kind::Array) => {
                let at = |child: &NodeId| self.node(*child).index as usize == *index;
                self.each(id).find(at).into_iter().for_each(found);
            }
            (Step::Elements, Kind::Array) | (Step::Children, Kind::Array | Kind::Object) => {
                self.each(id).for_each(found);
            }
            (Step::Elements, _) => found(id),
            _ => {}
        }
    }
}

impl Nodes for Page<'_> {
    fn format(&self) -> Format {
        Format::Json
    }

    fn problems(&self) -> &[Problem] {
        &[]
    }

    fn root(&self) -> NodeId {
        NodeId(0)
    }

    fn value(&self, id: NodeId) -> Value<'_> {
        let node = self.node(id);
        let text = || self.slice(node.start, node.end);
        match node.kind {
            Kind::Null => Value::Null,
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Number => Value::Number(text().into()),
            Kind::Text => Value::String(text().into()),
            Kind::Spelled => Value::String(spell::text(text(), true).into()),
            Kind::Array => Value::Array(node.count as usize),
            Kind::Object => Value::Object(node.count as usize),
        }
    }

    fn children(&self, id: NodeId) -> Box<dyn Iterator<Item = NodeId> + '_> {
        Box::new(self.each(id))
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id).parent;
        (parent != NONE).then_some(NodeId(parent as usize))
    }

    fn key(&self, id: NodeId) -> Option<Untrusted<'_>> {
        let node = self.node(id);
        let parent = self.sheet.nodes.get(node.parent as usize)?;
        (parent.kind == Kind::Object).then(|| self.slice(node.name_start, node.name_end).into())
    }

    fn index(&self, id: NodeId) -> usize {
        self.node(id).index as usize
    }

    fn select(&self, from: NodeId, path: &Path) -> Vec<NodeId> {
        let mut here = vec![if path.absolute { NodeId(0) } else { from }];
        for step in &path.steps {
            let mut next = Vec::new();
            for id in here {
                self.step(id, step, |id| next.push(id));
            }
            if next.is_empty() {
                return next;
            }
            here = next;
        }
        here
    }

    fn first(&self, from: NodeId, path: &Path) -> Option<NodeId> {
        let mut here = if path.absolute { NodeId(0) } else { from };
        for (at, step) in path.steps.iter().enumerate() {
            let many = matches!((step, self.node(here).kind), (Step::Elements, Kind::Array) | (Step::Children, _));
            // One of several branches may end early: then the next one counts.
            if many && at + 1 < path.steps.len() {
                let rest = Path { absolute: false, steps: path.steps[at + 1..].into() };
                return self.each(here).find_map(|child| self.select(child, &rest).into_iter().next());
            }
            let mut next = None;
            self.step(here, step, |id| next = next.or(Some(id)));
            here = next?;
        }
        Some(here)
    }

    fn pointer(&self, id: NodeId) -> Pointer {
        pointer::of(self, id)
    }

    fn pointer_end(&self, id: NodeId, steps: usize) -> (Pointer, bool) {
        pointer::end_of(self, id, steps)
    }

    fn position(&self, offset: usize) -> Position {
        let before = &self.text[..offset.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        Position { line, column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1 }
    }

    fn bytes(&self, span: Span) -> Cow<'_, [u8]> {
        let all = self.text.as_bytes();
        let end = span.end.min(all.len());
        Cow::Borrowed(&all[span.start.min(end)..end])
    }

    fn source_len(&self) -> usize {
        self.text.len()
    }
}
