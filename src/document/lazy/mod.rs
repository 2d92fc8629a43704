//! A large JSON body of which nobody keeps nodes: its bytes stay where they are, and an index of 0.4 % of them leads to
//! whatever is asked for.
//!
//! ```text
//! Supply ─ scan ─> Index (a record for 4 KiB) ─ walk ─> children, parents, ends, values
//! ```
//!
//! A node's identity is the position of its value's first byte. Every answer is that of the reader of small bodies on the
//! same bytes up to a limit: what is not indexed yet is taken for cut off. Whether the bytes are the JSON that the index
//! takes them for is the [`check`]'s to say.

mod check;
mod index;
mod scan;
mod walk;

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread;

use super::json;
use super::tree::{Body, Spelling, Tree};
use super::{Format, NodeId, Position, Problem, ProblemKind, Span, Value, build, spell};
use crate::supply::Supply;
use crate::text::Untrusted;

pub use check::Regular;
use index::{BLOCK, Index};
use walk::{Child, Walk};

/// What is looked at to tell what a body is.
const PREFIX: usize = 64 * 1024;
/// Bytes indexed between two chances for others to look at the index, and by one of several threads at a time.
const STEP: usize = if cfg!(test) { 4 * BLOCK } else { 256 * 1024 };
/// Steps that several threads take before the next chance. At the end each waits for the others, and where the cores are
/// taken that is a while.
const STEPS: usize = if cfg!(test) { 3 } else { 256 };
/// So few steps are not worth a thread.
const FEW: usize = if cfg!(test) { 2 } else { 8 };
/// More threads than that wait for memory, not for each other.
const THREADS: usize = 4;
/// Members that are remembered of an object, and that a path of a pack is looked for among; one with more is data, no
/// envelope.
const NEAR: usize = 4096;
/// Members that are remembered of all objects together.
const REMEMBERED: usize = 50_000;
/// Objects up to this depth have their members remembered: deeper ones are many, and each is asked little.
const SHALLOW: u32 = 4;

/// The first members of an object.
#[derive(Debug, Default)]
struct Members {
    named: HashMap<Box<str>, NodeId>,
    /// Whether there are no others.
    all: bool,
}

#[derive(Debug)]
pub(super) struct Lazy {
    pub(super) supply: Supply,
    /// The first bytes, which are asked most of all, with a node for each value.
    pub(super) beginning: Arc<Tree>,
    root: usize,
    index: RwLock<Index>,
    whole: AtomicBool,
    /// How many threads index a file; to find that out takes as long as some steps.
    threads: OnceLock<usize>,
    /// Where the indexing thread reads a file to.
    room: Mutex<Vec<u8>>,
    /// First members of objects, by object and limit: packs ask for hundreds of names of the same few objects.
    members: Mutex<HashMap<(usize, usize), Arc<Members>>>,
    checked: OnceLock<check::Checked>,
}

/// How far indexing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// There is more to index at once.
    More,
    /// More has to arrive first.
    Waiting,
    /// All of it is indexed.
    Whole,
}

impl Lazy {
    /// Over bytes that begin as one JSON object or array does; nothing for all others.
    pub(super) fn new(supply: Supply) -> Option<Self> {
        let beginning = build::parse(supply.copy(0, PREFIX).into());
        let root = beginning.node(NodeId(0)).span().start;
        let opens = matches!(beginning.source.get(root), Some(b'{' | b'['));
        let well = opens && beginning.format == Format::Json && begins_well(&beginning);
        well.then(|| Self {
            supply,
            beginning: Arc::new(beginning),
            root,
            index: RwLock::default(),
            whole: AtomicBool::new(false),
            threads: OnceLock::new(),
            room: Mutex::default(),
            members: Mutex::default(),
            checked: OnceLock::new(),
        })
    }

    pub(super) fn root(&self) -> NodeId {
        NodeId(self.root)
    }

    /// How many bytes are indexed.
    pub(super) fn len(&self) -> usize {
        self.index.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Acquire)
    }

    /// Indexes some more; one thread asks for that.
    pub(super) fn index(&self) -> Indexed {
        if self.is_whole() {
            return Indexed::Whole;
        }
        let ended = self.supply.is_ended();
        // What the first screen shows is a step, and there at once.
        if self.supply.is_file() && self.len() > 0 {
            self.index_together();
        }
        let at = self.len();
        // A buffer of its own each time would cost as much as the scanning.
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        if self.supply.is_file() {
            room.resize(STEP, 0);
        }
        let mut held = None;
        let bytes = self.supply.pass(at, &mut room, &mut held).unwrap_or_default();
        let bytes = &bytes[..bytes.len().min(STEP) / BLOCK * BLOCK];
        if !bytes.is_empty() {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            bytes.chunks(BLOCK).for_each(|block| index.push(block));
            return Indexed::More;
        }
        // It lies across two pieces, or is the last one.
        let block = self.supply.copy(at, at + BLOCK);
        if block.len() < BLOCK && !ended {
            return Indexed::Waiting;
        }
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if !block.is_empty() {
            index.push(&block);
        }
        if block.len() == BLOCK {
            return Indexed::More;
        }
        drop(index);
        *room = Vec::new();
        self.whole.store(true, Ordering::Release);
        Indexed::Whole
    }

    /// Indexes much of a file on several threads: each step by itself, on a guess of what stands before it, and where that
    /// was wrong once more. What is left of the file may be too little for that.
    fn index_together(&self) {
        let at = self.len();
        let steps = STEPS.min(self.supply.len().saturating_sub(at) / STEP);
        if steps < FEW {
            return;
        }
        let threads = *self.threads.get_or_init(|| thread::available_parallelism().map_or(1, usize::from).min(THREADS));
        if threads == 1 {
            return;
        }
        let next = AtomicUsize::new(0);
        let take_steps = || {
            let (mut room, mut held, mut taken) = (vec![0; STEP], None, Vec::new());
            loop {
                let step = next.fetch_add(1, Ordering::Relaxed);
                if step >= steps {
                    return taken;
                }
                let bytes = self.supply.pass(at + step * STEP, &mut room, &mut held).unwrap_or_default();
                // Unless the file has shrunk.
                if bytes.len() == STEP {
                    taken.push((step, Index::ahead(bytes)));
                }
            }
        };
        let mut taken = thread::scope(|scope| {
            // If no thread can be started, this one does it all.
            let others: Vec<_> =
                (1..threads).map_while(|_| thread::Builder::new().spawn_scoped(scope, take_steps).ok()).collect();
            let own = take_steps();
            let theirs = others.into_iter().flat_map(|other| other.join().unwrap_or_else(|fault| resume_unwind(fault)));
            own.into_iter().chain(theirs).collect::<Vec<_>>()
        });
        taken.sort_unstable_by_key(|(step, _)| *step);
        let (mut room, mut held) = (Vec::new(), None);
        for (step, ahead) in taken {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            // Behind a step that is missing nothing fits.
            if index.len() != at + step * STEP || index.append(&ahead) {
                continue;
            }
            drop(index);
            room.resize(STEP, 0);
            let bytes = self.supply.pass(at + step * STEP, &mut room, &mut held).unwrap_or_default();
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            bytes.chunks_exact(BLOCK).for_each(|block| index.push(block));
        }
    }

    /// Reads everything once to see whether it is JSON of the strict form.
    pub(super) fn check(&self, go_on: impl FnMut(usize) -> bool) -> Option<Regular> {
        let mut checked = check::check(&self.supply, self.root, go_on)?;
        if let Regular::Until(at) = checked.regular {
            let span = Span { start: at, end: self.supply.len() };
            checked.problems.push(Problem { kind: ProblemKind::TooMuch, span });
        }
        let regular = checked.regular;
        let _ = self.checked.set(checked);
        Some(regular)
    }

    pub(super) fn problems(&self) -> &[Problem] {
        self.checked.get().map_or(&[], |checked| &checked.problems)
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let marks = self.checked.get().map_or(&[][..], |checked| &checked.marks);
        check::position(&self.supply, marks, offset)
    }

    fn walk(&self, limit: usize) -> Walk<'_> {
        Walk::new(&self.supply, self.index.read().unwrap_or_else(PoisonError::into_inner), limit)
    }

    pub(super) fn value(&self, id: NodeId, limit: usize) -> Value<'static> {
        let mut walk = self.walk(limit);
        match walk.byte(id.0) {
            None => Value::Null,
            Some(b'{') => Value::Object(count(&mut walk, id.0, true)),
            Some(b'[') => Value::Array(count(&mut walk, id.0, false)),
            Some(b'"') => Value::String(text(&mut walk, id.0, usize::MAX)),
            Some(_) => scalar(&mut walk, id.0),
        }
    }

    /// The value's first byte, which tells what it is.
    pub(super) fn opening(&self, id: NodeId, limit: usize) -> Option<u8> {
        self.walk(limit).byte(id.0)
    }

    /// The start of a string's text, no more than so many bytes of it.
    pub(super) fn excerpt(&self, id: NodeId, limit: usize, most: usize) -> Option<Untrusted<'static>> {
        let mut walk = self.walk(limit);
        (walk.byte(id.0) == Some(b'"')).then(|| text(&mut walk, id.0, most))
    }

    pub(super) fn span(&self, id: NodeId, limit: usize) -> Span {
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0);
        let end = match walk.byte(id.0) {
            Some(b'"' | b'{' | b'[') => walk.end(id.0, depth),
            _ => lone(&mut walk, id.0).map_or(id.0, |(_, end, _)| end),
        };
        Span { start: id.0, end }
    }

    pub(super) fn key_span(&self, id: NodeId, limit: usize) -> Option<Span> {
        let key = self.this(&mut self.walk(limit), id)?.key?;
        Some(Span { start: key.start, end: key.end })
    }

    pub(super) fn key(&self, id: NodeId, limit: usize) -> Option<Untrusted<'static>> {
        let mut walk = self.walk(limit);
        let key = self.this(&mut walk, id)?.key?;
        Some(resolved(&walk, key.inside(), usize::MAX))
    }

    fn this(&self, walk: &mut Walk<'_>, id: NodeId) -> Option<Child> {
        if id.0 == self.root {
            return None;
        }
        let depth = walk.depth(id.0);
        walk.this(id.0, depth)
    }

    pub(super) fn parent(&self, id: NodeId, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0);
        if id.0 == self.root || depth == 0 {
            return None;
        }
        walk.opening(id.0, depth).map(NodeId)
    }

    /// The containers around a node, innermost first.
    pub(super) fn ancestors(&self, id: NodeId, limit: usize) -> Vec<NodeId> {
        self.walk(limit).openings(id.0).into_iter().map(NodeId).collect()
    }

    pub(super) fn depth(&self, id: NodeId, limit: usize) -> usize {
        self.walk(limit).depth(id.0) as usize
    }

    pub(super) fn place(&self, id: NodeId, limit: usize) -> usize {
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0);
        match walk.opening(id.0, depth).filter(|_| depth > 0 && id.0 != self.root) {
            Some(open) => walk.commas(depth, open, id.0),
            None => 0,
        }
    }

    pub(super) fn first_child(&self, id: NodeId, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        let object = is_object(&mut walk, id.0)?;
        walk.child(id.0, object).map(|child| NodeId(child.value))
    }

    pub(super) fn last_child(&self, id: NodeId, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        let object = is_object(&mut walk, id.0)?;
        let depth = walk.depth(id.0) + 1;
        let close = walk.close(id.0, depth).unwrap_or(walk.limit());
        walk.last(close, depth, object).map(|child| NodeId(child.value))
    }

    pub(super) fn nth_child(&self, id: NodeId, nth: usize, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        let object = is_object(&mut walk, id.0)?;
        let Some(comma) = nth.checked_sub(1) else {
            return walk.child(id.0, object).map(|child| NodeId(child.value));
        };
        let depth = walk.depth(id.0) + 1;
        let close = walk.close(id.0, depth).unwrap_or(walk.limit());
        let comma = walk.nth_comma(depth, comma, id.0, close)?;
        walk.child(comma, object).map(|child| NodeId(child.value))
    }

    pub(super) fn next(&self, id: NodeId, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0);
        if id.0 == self.root || depth == 0 {
            return None;
        }
        let object = walk.this(id.0, depth)?.key.is_some();
        walk.next(id.0, depth, object).map(|child| NodeId(child.value))
    }

    pub(super) fn previous(&self, id: NodeId, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0);
        if id.0 == self.root || depth == 0 {
            return None;
        }
        let object = walk.this(id.0, depth)?.key.is_some();
        let separator = walk.separator(id.0, depth)?;
        if walk.byte(separator) != Some(b',') {
            return None;
        }
        walk.last(separator, depth, object).map(|child| NodeId(child.value))
    }

    /// The next node that is not within this one, and how many levels further out it stands. The outer nothing: only a walk
    /// from parent to parent can tell.
    pub(super) fn following(&self, id: NodeId, limit: usize) -> Option<Option<(NodeId, u32)>> {
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0);
        let Some((comma, there)) = walk.following(id.0, depth)? else { return Some(None) };
        let container = walk.opening(comma, there)?;
        let object = is_object(&mut walk, container)?;
        // Behind the last comma there may be nothing.
        let child = walk.child(comma, object)?;
        Some(Some((NodeId(child.value), depth - there)))
    }

    /// The last of all nodes within a container, where its bytes tell. One that is not closed by now ends with all bytes.
    pub(super) fn last_within(&self, id: NodeId, limit: usize) -> Option<NodeId> {
        let mut walk = self.walk(limit);
        is_object(&mut walk, id.0)?;
        let depth = walk.depth(id.0) + 1;
        let end = walk.close(id.0, depth).or_else(|| walk.limit().checked_sub(1))?;
        let last = walk.last_byte(end)?;
        if matches!(walk.byte(last)?, b',' | b':') {
            return None;
        }
        drop(walk);
        Some(self.node_at(last, limit))
    }

    /// The children of a container in the order of the source.
    pub(super) fn children(&self, id: NodeId, limit: usize) -> Children<'_> {
        let limit = limit.min(self.len());
        let mut walk = self.walk(limit);
        let (object, depth) = match is_object(&mut walk, id.0) {
            Some(object) => (object, walk.depth(id.0) + 1),
            None => (false, 0),
        };
        let next = if depth > 0 { walk.child(id.0, object) } else { None };
        Children { lazy: self, limit, depth, object, next }
    }

    /// The first member of that name. `near` is for paths of packs, which are about envelopes: of an object with
    /// thousands of members only the first are looked at.
    pub(super) fn get(&self, id: NodeId, name: &str, limit: usize, near: bool) -> Option<NodeId> {
        let limit = limit.min(self.len());
        let mut walk = self.walk(limit);
        if walk.byte(id.0) != Some(b'{') {
            return None;
        }
        let depth = walk.depth(id.0) + 1;
        if depth <= SHALLOW {
            drop(walk);
            let members = self.members(id, limit);
            let found = members.named.get(name).copied();
            if found.is_some() || members.all || near {
                return found;
            }
            walk = self.walk(limit);
        }
        let mut left = if near { NEAR } else { usize::MAX };
        let mut next = walk.child(id.0, true);
        while let Some(child) = next.filter(|_| left > 0) {
            if child.key.is_some_and(|key| resolved(&walk, key.inside(), usize::MAX) == *name) {
                return Some(NodeId(child.value));
            }
            left -= 1;
            next = walk.next(child.value, depth, true);
        }
        None
    }

    /// The first members of an object.
    fn members(&self, id: NodeId, limit: usize) -> Arc<Members> {
        let lock = || self.members.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&(id.0, limit)) {
            return Arc::clone(known);
        }
        let mut members = Members::default();
        let mut walk = self.walk(limit);
        let depth = walk.depth(id.0) + 1;
        let mut next = walk.child(id.0, true);
        for _ in 0..NEAR {
            let Some(child) = next else { break };
            if let Some(key) = child.key {
                let name = resolved(&walk, key.inside(), usize::MAX);
                // Of several the first counts.
                members.named.entry(name.source().into()).or_insert(NodeId(child.value));
            }
            next = walk.next(child.value, depth, true);
        }
        drop(walk);
        members.all = next.is_none();
        let members = Arc::new(members);
        let mut known = lock();
        if known.values().map(|members| members.named.len() + 1).sum::<usize>() >= REMEMBERED {
            known.clear();
        }
        known.insert((id.0, limit), Arc::clone(&members));
        members
    }

    /// The innermost node at a byte; a member's name belongs to the member.
    pub(super) fn node_at(&self, offset: usize, limit: usize) -> NodeId {
        let mut walk = self.walk(limit);
        let depth = walk.depth(offset);
        if offset >= walk.limit() || depth == 0 {
            return self.root();
        }
        let container = walk.opening(offset, depth);
        let object = container.is_some_and(|open| walk.byte(open) == Some(b'{'));
        let child = walk.separator(offset, depth).and_then(|separator| walk.child(separator, object));
        if let Some(child) = child {
            let end = walk.end(child.value, depth);
            if (child.start()..end).contains(&offset) {
                return NodeId(child.value);
            }
        }
        container.map_or(self.root(), NodeId)
    }
}

/// Whether the first bytes of a body are JSON of the strict form, as far as they go.
fn begins_well(beginning: &Tree) -> bool {
    use ProblemKind::{BadNumber, CutOff, MissingColon, MissingValue, UnknownWord, UnterminatedString};
    beginning.problems.iter().all(|Problem { kind, span }| {
        // What stands at the end may be whole with the next byte.
        let goes_on =
            matches!(kind, BadNumber | CutOff | MissingColon | MissingValue | UnknownWord | UnterminatedString)
                && span.end >= beginning.source.len();
        goes_on || check::is_harmless(*kind)
    })
}

/// Children, found one by one.
pub(super) struct Children<'d> {
    lazy: &'d Lazy,
    limit: usize,
    depth: u32,
    object: bool,
    next: Option<Child>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let child = self.next?;
        self.next = self.lazy.walk(self.limit).next(child.value, self.depth, self.object);
        Some(NodeId(child.value))
    }
}

/// Whether a container is an object; nothing for what is no container.
fn is_object(walk: &mut Walk<'_>, at: usize) -> Option<bool> {
    match walk.byte(at)? {
        b'{' => Some(true),
        b'[' => Some(false),
        _ => None,
    }
}

/// How many children a container has.
fn count(walk: &mut Walk<'_>, open: usize, object: bool) -> usize {
    if walk.child(open, object).is_none() {
        return 0;
    }
    let depth = walk.depth(open) + 1;
    match walk.close(open, depth) {
        Some(close) => walk.commas(depth, open, close) + 1,
        None => {
            let limit = walk.limit();
            // Behind the last comma there may be nothing yet.
            let last = walk.separator(limit, depth).and_then(|comma| walk.child(comma, object));
            walk.commas(depth, open, limit) + usize::from(last.is_some())
        }
    }
}

/// The text of a string, or its first bytes.
fn text(walk: &mut Walk<'_>, at: usize, most: usize) -> Untrusted<'static> {
    let string = walk.text(at);
    resolved(walk, string.inside(), most)
}

fn resolved(walk: &Walk<'_>, (start, end): (usize, usize), most: usize) -> Untrusted<'static> {
    let bytes = walk.copy(start, end.min(start.saturating_add(most)));
    spell::resolve(&bytes, spelling(&bytes)).into_owned().into()
}

fn spelling(bytes: &[u8]) -> Spelling {
    if memchr::memchr(b'\\', bytes).is_some() { Spelling::Json } else { Spelling::Plain }
}

/// What neither a string nor a container is: its bytes, its end, what it means.
fn lone(walk: &mut Walk<'_>, at: usize) -> Option<(Vec<u8>, usize, Body)> {
    let end = walk.end(at, 0);
    let bytes = walk.copy(at, end);
    let (node, _) = json::lone(&bytes)?;
    Some((bytes, at + node.end as usize, node.body))
}

fn scalar(walk: &mut Walk<'_>, at: usize) -> Value<'static> {
    let Some((bytes, end, body)) = lone(walk, at) else { return Value::Null };
    let owned = |bytes: &[u8]| Untrusted::from(Cow::from(String::from_utf8_lossy(bytes).into_owned()));
    match body {
        Body::Bool(value) => Value::Bool(value),
        Body::Number => Value::Number(owned(&bytes[..end - at])),
        Body::Text { start, end, spelling } => {
            let text = bytes.get(start as usize..end as usize).unwrap_or_default();
            Value::String(spell::resolve(text, spelling).into_owned().into())
        }
        Body::Null | Body::Built(_) | Body::Array { .. } | Body::Object { .. } => Value::Null,
    }
}

#[cfg(test)]
mod tests;
