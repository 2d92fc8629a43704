//! From bytes to a [`Tree`]: chooses the reader, and holds what the readers build.

use std::sync::{Arc, OnceLock};

use super::sniff::{self, Kind};
use super::tree::{Body, Key, NONE, Node, Tree};
use super::{Format, Problem, ProblemKind, Span, html, json, plain, xml};

/// Most nodes of one document: 256 MB of them, with what open containers take. What comes after is not read.
const MAX_NODES: usize = 1 << 22;
/// Most problems of one document; the last one then says that there were more.
const MAX_PROBLEMS: usize = 10_000;
/// Offsets are kept in 32 bits; what lies beyond is not read.
const MAX_BYTES: usize = (u32::MAX - 1) as usize;

pub(super) fn parse(source: Arc<[u8]>) -> Tree {
    parse_within(source, MAX_NODES)
}

pub(super) fn parse_within(source: Arc<[u8]>, max_nodes: usize) -> Tree {
    let bytes = &source[..source.len().min(MAX_BYTES)];
    let mut out = Builder { max_nodes, ..Builder::default() };
    let format = match sniff::kind(bytes) {
        Kind::Empty => plain::nothing(bytes, &mut out, Format::Empty),
        Kind::Binary => plain::nothing(bytes, &mut out, Format::Binary),
        Kind::Text => plain::read(bytes, &mut out),
        Kind::Html => html::read(bytes, &mut out),
        Kind::Xml { from } => xml::read(bytes, from, &mut out),
        Kind::Json(start) => json::read(bytes, start, &mut out),
    };
    if bytes.len() < source.len() {
        out.trouble(ProblemKind::TooMuch, bytes.len(), source.len());
    }
    if !matches!(format, Format::Binary | Format::Empty) {
        check_utf8(bytes, &mut out);
    }
    let Builder { nodes, texts, mut problems, .. } = out;
    problems.sort_by_key(|problem| problem.span.start);
    Tree { source, format, nodes, texts, problems, marks: OnceLock::new() }
}

fn check_utf8(bytes: &[u8], out: &mut Builder) {
    if std::str::from_utf8(bytes).is_ok() {
        return;
    }
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        let start = at + chunk.valid().len();
        at = start + chunk.invalid().len();
        if at > start {
            out.trouble(ProblemKind::BadUtf8, start, at);
        }
    }
}

/// What the readers build: an arena filled in the order of the source, and the containers that are open.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) nodes: Vec<Node>,
    pub(super) texts: Vec<Box<str>>,
    problems: Vec<Problem>,
    open: Vec<Frame>,
    max_nodes: usize,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    id: u32,
    first: u32,
    last: u32,
    count: u32,
}

impl Builder {
    /// Room for one node.
    pub(super) fn for_one() -> Self {
        Self { max_nodes: 1, ..Self::default() }
    }

    /// Adds a node to the innermost open container. Readers ask [`Builder::is_full`] now and then.
    pub(super) fn add(&mut self, key: Key, span: (usize, usize), body: Body) -> u32 {
        let id = self.nodes.len() as u32;
        let (mut parent, mut index) = (NONE, 0);
        if let Some(frame) = self.open.last_mut() {
            (parent, index) = (frame.id, frame.count);
            frame.count += 1;
            match frame.last {
                NONE => frame.first = id,
                last => self.nodes[last as usize].next = id,
            }
            frame.last = id;
        }
        let (start, end) = (span.0 as u32, span.1 as u32);
        self.nodes.push(Node { start, end, parent, next: NONE, index, key, body });
        id
    }

    pub(super) fn open(&mut self, key: Key, start: usize, object: bool) -> u32 {
        let body = match object {
            true => Body::Object { first: NONE, count: 0 },
            false => Body::Array { first: NONE, count: 0 },
        };
        let id = self.add(key, (start, start), body);
        self.open.push(Frame { id, first: NONE, last: NONE, count: 0 });
        id
    }

    /// Closes the innermost container; its id.
    pub(super) fn close(&mut self, at_end: usize) -> Option<u32> {
        let frame = self.open.pop()?;
        let node = &mut self.nodes[frame.id as usize];
        node.end = at_end as u32;
        if let Body::Array { first, count } | Body::Object { first, count } = &mut node.body {
            (*first, *count) = (frame.first, frame.count);
        }
        Some(frame.id)
    }

    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether the innermost open container is an object.
    pub(super) fn in_object(&self) -> bool {
        self.open.last().is_some_and(|frame| matches!(self.nodes[frame.id as usize].body, Body::Object { .. }))
    }

    pub(super) fn is_full(&self) -> bool {
        // Four open containers take as much memory as one node more.
        const _: () = assert!(4 * size_of::<Frame>() <= size_of::<Node>());
        self.nodes.len() + self.open.len() / 4 >= self.max_nodes
    }

    pub(super) fn text(&mut self, text: String) -> Body {
        self.texts.push(text.into());
        Body::Built(self.texts.len() as u32 - 1)
    }

    pub(super) fn trouble(&mut self, kind: ProblemKind, start: usize, end: usize) {
        match self.problems.len() {
            ..MAX_PROBLEMS => self.problems.push(Problem { kind, span: Span { start, end } }),
            MAX_PROBLEMS => self.problems.push(Problem { kind: ProblemKind::TooMuch, span: Span { start, end } }),
            _ => {}
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Ids in the order of a walk from the root, as JSON has them anyway; dropped nodes go.
    pub(super) fn renumber(&mut self) {
        let mut ids = vec![NONE; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut here = if self.nodes.is_empty() { NONE } else { 0 };
        while here != NONE {
            ids[here as usize] = order.len() as u32;
            order.push(here);
            let mut at = here;
            here = self.nodes[at as usize].first();
            while here == NONE && at != NONE {
                here = self.nodes[at as usize].next;
                at = self.nodes[at as usize].parent;
            }
        }
        let new = |id: u32| if id == NONE { NONE } else { ids[id as usize] };
        let renumbered = order.iter().map(|old| {
            let mut node = self.nodes[*old as usize];
            (node.parent, node.next) = (new(node.parent), new(node.next));
            if let Body::Array { first, .. } | Body::Object { first, .. } = &mut node.body {
                *first = new(*first);
            }
            node
        });
        self.nodes = renumbered.collect();
    }
}
