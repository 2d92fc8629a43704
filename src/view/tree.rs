//! The response tree: the document, annotated with what was decoded, folded, filtered, with a selection.
//!
//! Callers ask for `len()` and single rows; how the visible rows are kept is nobody else's business, so that a lazier
//! storage changes nothing for them.

mod words;

use std::collections::{HashMap, HashSet};

pub(super) use words::name;
pub use words::words;
use words::{holds, said, shown};

use super::far::Folds;
use super::notes::Counts;
use super::{Cursor, Eye, Mark, Move, Node, Reading};
use crate::text::{Address, Clean, clean};

/// What a value is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// An array or object.
    Container,
}

/// One row.
#[derive(Clone, Debug)]
pub struct TreeRow {
    /// The node.
    pub node: Node,
    /// How deep it stands, the root at 0.
    pub depth: usize,
    /// Whether it is open; `None` for what cannot be opened.
    pub open: Option<bool>,
    /// The member's name, `[3]` in an array, `Response` at the root.
    pub name: Clean,
    /// Whether the name is ours or a position rather than a member's.
    pub plain_name: bool,
    /// How it went, for items and messages.
    pub mark: Option<Mark>,
    /// Counts below it: marks with numbers.
    pub counts: Vec<(Mark, usize)>,
    /// The value; how many children for a container.
    pub value: Clean,
    /// What the value is.
    pub kind: Kind,
    /// What it says to people.
    pub words: Option<Clean>,
    /// Whether the search found it.
    pub found: bool,
    /// Where its value leads, if it is an address and a terminal may be told.
    pub link: Option<String>,
}

/// The address in a row's value, which stands in quotes there.
fn link(value: &Clean) -> Option<String> {
    // What a row holds of a longer text is no address.
    let inside = value.len().checked_sub(2).filter(|_| value.starts_with("\"http") && value.len() < 500)?;
    Address::link(&value.slice(1..inside + 1))
}

/// A row: the node and how deep it stands.
type Row = (Node, u32);

#[derive(Clone, Debug)]
struct Filter {
    query: String,
    keep: HashSet<Node>,
    hits: Vec<Node>,
    found: HashSet<Node>,
}

/// What stands in for rows that nobody counts.
#[derive(Clone, Debug)]
struct Far {
    folds: Folds,
    /// Rows that are kept on each side of the selection.
    reach: usize,
    /// Whether the end was asked for, which is still to come.
    to_end: bool,
    /// What was searched for.
    query: Option<String>,
    hit: Vec<Node>,
}

/// Nodes of a body that is opened whole where nothing went wrong: a large one is data to page through.
const MUCH: usize = 5000;
/// Rows kept on each side, in screens: a page in either direction must not leave them.
const SCREENS: usize = 3;

/// The tree of one response. Of a large document only the rows around the selection are kept.
#[derive(Clone, Debug)]
pub struct Tree {
    open: HashSet<Node>,
    visible: Vec<Row>,
    filter: Option<Filter>,
    far: Option<Far>,
    /// Selection and scroll position among the visible rows.
    pub cursor: Cursor,
}

impl Tree {
    /// A tree in which the way to the first problem is open and selected.
    pub fn new(reading: &Reading) -> Self {
        let far = reading.document.is_large().then(|| Far {
            folds: Folds::default(),
            reach: 100,
            to_end: false,
            query: None,
            hit: Vec::new(),
        });
        let mut tree = Self { open: HashSet::new(), visible: Vec::new(), filter: None, far, cursor: Cursor::default() };
        match &mut tree.far {
            // Who has that much to look at wants to page through it, not to open it box by box.
            Some(far) => far.folds.set_level(usize::MAX),
            None => tree.open_only(reading),
        }
        if tree.far.is_none() && reading.document.len() > MUCH && reading.notes.first_problem().is_none() {
            tree.to_level(reading, usize::MAX);
        }
        // Items are what people look for: the list of them is open even if all went well.
        for item in &reading.decoded.items {
            tree.open_around(reading, item.node.into());
        }
        match reading.notes.first_problem() {
            Some(node) => tree.reveal(reading, node),
            None => tree.rebuild(reading),
        }
        if let Some(node) = tree.selected()
            && !reading.notes.at(node.outer).is_empty()
        {
            tree.set_open(reading, node, true);
            tree.rebuild(reading);
            tree.select(node);
        }
        tree
    }

    /// Opens the root, and the only member of a body, which would hide everything else from a first look.
    fn open_only(&mut self, reading: &Reading) {
        let mut only = reading.root();
        self.open.insert(only);
        while let (Some(child), true) = (reading.children(only).next(), reading.count(only) == 1) {
            self.open.insert(child);
            only = child;
        }
    }

    /// Where the selection is: `5 of 13`, or for rows that nobody counts how far into the source.
    pub fn position(&self, reading: &Reading) -> String {
        let Some(extent) = reading.document.extent().filter(|_| self.far.is_some()) else {
            let len = self.len();
            return if len == 0 { String::new() } else { format!("{} of {len}", self.cursor.at() + 1) };
        };
        let at = self.selected().map_or(0, |node| reading.document.start(node.outer));
        let part = |of: usize| 100.0 * of as f64 / extent.arrived.max(1) as f64;
        let place = format!("byte {at} of {}, {:.1} %", extent.arrived, part(at));
        if extent.whole { place } else { format!("{place}, read to {:.0} %", part(extent.known)) }
    }

    /// What has arrived since the rows were found. Whoever asked for the end gets nearer to it.
    pub fn more(&mut self, reading: &Reading) {
        let (whole, to_end) = (
            reading.document.extent().is_none_or(|extent| extent.whole),
            self.far.as_ref().is_some_and(|far| far.to_end),
        );
        if to_end {
            self.move_to_last(reading);
        } else {
            self.rebuild(reading);
        }
        if let Some(far) = &mut self.far {
            far.to_end &= !whole;
        }
    }

    /// How many rows are visible.
    pub fn len(&self) -> usize {
        self.visible.len()
    }

    /// Whether nothing is visible: a filter that matches nothing.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The selected node.
    pub fn selected(&self) -> Option<Node> {
        self.visible.get(self.cursor.at()).map(|(node, _)| *node)
    }

    /// The row at a position.
    pub fn row(&self, reading: &Reading, at: usize, eye: Eye) -> Option<TreeRow> {
        let secrets = eye.secrets;
        let (node, depth) = *self.visible.get(at)?;
        let (kind, value) = shown(reading, node, secrets);
        let counts = if node.is_inner() { Counts::default() } else { reading.notes.counts(node.outer) };
        let counts = [
            (Mark::Fail, counts.failed),
            (Mark::Warn, counts.warned),
            (Mark::Ok, counts.fine),
            (Mark::Pending, counts.open),
        ];
        let (mark, words) = said(reading, node, secrets);
        let container = reading.count(node) > 0;
        let words = words.or_else(|| reading.says(node, eye).as_deref().map(clean));
        Some(TreeRow {
            node,
            depth: depth as usize,
            open: container.then(|| self.is_open((node, depth))),
            plain_name: reading.key(node).is_none(),
            name: name(reading, node),
            mark,
            counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
            link: link(&value),
            value,
            kind,
            words,
            found: self.filter.as_ref().is_some_and(|filter| filter.found.contains(&node)),
        })
    }

    /// The same tree over a newer reading of the response: what was open is open, what was selected is selected and
    /// stands on the same row of the screen, as far as it is still there.
    pub fn carry(&self, old: &Reading, new: &Reading) -> Self {
        let query = self.query().map(str::to_owned);
        // Who asked for the end of what was still arriving gets there.
        let to_end = self.far.as_ref().is_some_and(|far| far.to_end);
        let mut tree = Self { open: HashSet::new(), visible: Vec::new(), filter: None, ..self.clone() };
        let mut target = self.selected();
        if new.document.is_large() || old.document.is_large() {
            let fresh = Self::new(new);
            tree = Self { cursor: self.cursor, ..fresh };
            // The way to what is deep takes long to tell.
            let pointer = target.filter(|_| !to_end).map(|node| old.pointer(node));
            target = pointer.and_then(|pointer| new.at(&pointer)).or(Some(new.root()));
        } else {
            // Both trees are walked together, as far as the old one is open.
            let mut known = HashMap::new();
            let mut waiting = vec![(old.root(), new.root())];
            while let Some((before, now)) = waiting.pop() {
                known.insert(before, now);
                if self.open.contains(&before) {
                    tree.open.insert(now);
                }
                let inside = self.open.contains(&before) || self.filter.is_some();
                let pairs = if inside { super::changes::matched(old, before, new, now) } else { Vec::new() };
                waiting.extend(pairs.into_iter().filter_map(|(before, now)| before.zip(now)));
            }
            while let Some(node) = target.filter(|node| !known.contains_key(node)) {
                target = old.parent(node);
            }
            target = target.and_then(|node| known.get(&node).copied());
        }
        let place = self.cursor;
        match query {
            Some(query) => tree.filter(new, &query),
            None => tree.rebuild(new),
        }
        if to_end {
            tree.move_to_last(new);
            tree.cursor.set(tree.len().saturating_sub(1));
            return tree;
        }
        tree.select_nearest(new, target);
        let at = tree.cursor.at();
        tree.cursor = place;
        tree.cursor.renumber(at);
        tree
    }

    /// Moves the selection.
    pub fn go(&mut self, reading: &Reading, how: Move, height: usize) {
        let Some(far) = &mut self.far else {
            self.cursor.go(how, self.visible.len(), height);
            return;
        };
        far.reach = far.reach.max(SCREENS * height);
        far.to_end = how == Move::Last && reading.document.extent().is_some_and(|extent| !extent.whole);
        match how {
            Move::First => {
                self.look(reading, (reading.root(), 0));
                self.cursor.set(0);
            }
            Move::Last => self.move_to_last(reading),
            _ => {
                self.cursor.go(how, self.visible.len(), height);
                let at = self.cursor.at();
                let near = SCREENS * height / 2;
                if at < near || at + near >= self.visible.len() {
                    self.rebuild(reading);
                }
            }
        }
    }

    /// Goes to the last row that is known.
    fn move_to_last(&mut self, reading: &Reading) {
        let Some(far) = &self.far else { return };
        let (node, depth) = far.folds.lowest(&reading.document, (reading.document.root(), 0));
        self.look(reading, (node.into(), depth));
    }

    /// Keeps the rows around one, which is selected.
    fn look(&mut self, reading: &Reading, row: Row) {
        let Some(far) = &self.far else { return };
        let (rows, at) = far.folds.window(&reading.document, (row.0.outer, row.1), far.reach);
        self.visible = rows.into_iter().map(|(node, depth)| (node.into(), depth)).collect();
        self.cursor.renumber(at);
    }

    /// Selects a visible node.
    pub fn select(&mut self, node: impl Into<Node>) -> bool {
        let node = node.into();
        let found = self.visible.iter().position(|(visible, _)| *visible == node);
        if let Some(at) = found {
            self.cursor.set(at);
        }
        found.is_some()
    }

    /// Opens what is around a node and selects it.
    pub fn reveal(&mut self, reading: &Reading, node: impl Into<Node>) {
        let node = node.into();
        if self.filter.as_ref().is_some_and(|filter| !filter.keep.contains(&node)) {
            self.filter = None;
        }
        self.open_around(reading, node);
        if self.far.is_some() {
            let depth = reading.depth(node) as u32;
            return self.look(reading, (node, depth));
        }
        self.rebuild(reading);
        self.select(node);
    }

    /// Opens the selected container; in an open one, goes to its first child.
    pub fn open(&mut self, reading: &Reading) {
        let Some(node) = self.selected() else { return };
        if reading.count(node) == 0 {
            return;
        }
        if self.is_row_open() {
            self.cursor.set(self.cursor.at() + 1);
        } else {
            self.fold(reading, node, true);
        }
    }

    /// Closes the selected container; from anything else, goes to its parent.
    pub fn close(&mut self, reading: &Reading) {
        let Some(node) = self.selected() else { return };
        if reading.count(node) > 0 && self.is_row_open() && self.filter.is_none() {
            self.fold(reading, node, false);
        } else {
            self.parent(reading);
        }
    }

    /// Opens or closes the selected container.
    pub fn toggle(&mut self, reading: &Reading) {
        if let Some(node) = self.selected()
            && reading.count(node) > 0
        {
            self.fold(reading, node, !self.is_row_open());
        }
    }

    /// Goes to the parent.
    pub fn parent(&mut self, reading: &Reading) {
        if let Some(parent) = self.selected().and_then(|node| reading.parent(node))
            && !self.select(parent)
        {
            self.reveal(reading, parent);
        }
    }

    /// Goes to the next or the previous visible sibling.
    pub fn sibling(&mut self, reading: &Reading, forward: bool) {
        let at = self.cursor.at();
        let Some((node, depth)) = self.visible.get(at) else { return };
        if self.far.is_some() {
            let document = &reading.document;
            let node = node.outer;
            let found = if forward { document.next_sibling(node) } else { document.previous_sibling(node) };
            let row = found.map(|found| (found.into(), *depth));
            return row.into_iter().for_each(|row| self.look(reading, row));
        }
        let is_end = |(_, other): &&Row| *other <= *depth;
        let found = if forward {
            self.visible[at + 1..].iter().find(is_end).filter(|(_, other)| other == depth)
        } else {
            self.visible[..at].iter().rev().find(is_end).filter(|(_, other)| other == depth)
        };
        if let Some((node, _)) = found {
            self.select(*node);
        }
    }

    /// Opens everything.
    pub fn open_all(&mut self, reading: &Reading) {
        self.to_level(reading, usize::MAX);
    }

    /// Closes everything but the root.
    pub fn close_all(&mut self, reading: &Reading) {
        self.to_level(reading, 1);
    }

    /// Opens everything to so many levels and closes what is deeper.
    pub fn to_level(&mut self, reading: &Reading, level: usize) {
        let selected = self.selected();
        if let Some(far) = &mut self.far {
            far.folds.set_level(level);
            return self.rebuild(reading);
        }
        self.open.clear();
        let mut waiting = vec![(reading.root(), 0)];
        while let Some((node, depth)) = waiting.pop() {
            if depth < level && reading.count(node) > 0 {
                self.open.insert(node);
                waiting.extend(reading.children(node).map(|child| (child, depth + 1)));
            }
        }
        self.rebuild(reading);
        self.select_nearest(reading, selected);
    }

    /// Goes to the next or the previous of some nodes, in the order of the source, around the end; tells which it was.
    pub fn step(&mut self, reading: &Reading, nodes: &[Node], forward: bool) -> Option<usize> {
        let here = reading.order(self.selected().unwrap_or(reading.root()));
        let position = if forward {
            nodes.partition_point(|node| reading.order(*node) <= here) % nodes.len().max(1)
        } else {
            let before = nodes.partition_point(|node| reading.order(*node) < here);
            before.checked_sub(1).unwrap_or(nodes.len().saturating_sub(1))
        };
        self.reveal(reading, *nodes.get(position)?);
        Some(position)
    }

    /// What the filter found, in the order of the source.
    pub fn hits(&self) -> &[Node] {
        if let Some(far) = &self.far {
            return &far.hit;
        }
        self.filter.as_ref().map_or(&[], |filter| &filter.hits)
    }

    /// The words that rows are filtered by.
    pub fn query(&self) -> Option<&str> {
        if let Some(far) = &self.far {
            return far.query.as_deref();
        }
        self.filter.as_ref().map(|filter| filter.query.as_str())
    }

    /// Shows only rows that hold these words, with what they stand in; no words show everything.
    pub fn filter(&mut self, reading: &Reading, query: &str) {
        let selected = self.selected();
        if let Some(far) = &mut self.far {
            // A large body is searched, by somebody else: see `found`.
            far.query = (!query.is_empty()).then(|| query.to_owned());
            far.hit.clear();
            return;
        }
        if query.is_empty() {
            self.filter = None;
            if let Some(node) = selected {
                self.open_around(reading, node);
            }
            self.rebuild(reading);
            self.select_nearest(reading, selected);
            return;
        }
        let needle = query.to_lowercase();
        let mut keep = HashSet::new();
        let mut hits = Vec::new();
        let mut waiting = vec![reading.root()];
        while let Some(node) = waiting.pop() {
            if holds(reading, node, &needle) {
                hits.push(node);
                let mut here = Some(node);
                while let Some(id) = here.filter(|id| keep.insert(*id)) {
                    here = reading.parent(id);
                }
            }
            let from = waiting.len();
            waiting.extend(reading.children(node));
            waiting[from..].reverse();
        }
        let first = hits.first().copied();
        let stays = selected.is_some_and(|node| hits.contains(&node));
        self.filter = Some(Filter { query: query.to_owned(), keep, found: hits.iter().copied().collect(), hits });
        self.rebuild(reading);
        self.select_nearest(reading, if stays { selected } else { first });
    }

    /// A search in a large document found this byte.
    pub fn found(&mut self, reading: &Reading, offset: usize) {
        let node = reading.document.node_at(offset);
        self.reveal(reading, node);
        if let Some(far) = &mut self.far {
            far.hit = vec![node.into()];
        }
    }

    /// Whether the selected row is open.
    fn is_row_open(&self) -> bool {
        self.visible.get(self.cursor.at()).is_some_and(|row| self.is_open(*row))
    }

    fn is_open(&self, row: Row) -> bool {
        match &self.far {
            Some(far) => far.folds.is_open((row.0.outer, row.1)),
            None => self.filter.is_some() || self.open.contains(&row.0),
        }
    }

    fn fold(&mut self, reading: &Reading, node: Node, open: bool) {
        self.set_open(reading, node, open);
        self.rebuild(reading);
        self.select(node);
    }

    fn set_open(&mut self, reading: &Reading, node: Node, open: bool) {
        match &mut self.far {
            Some(far) => far.folds.set((node.outer, reading.depth(node) as u32), open),
            None if open => drop(self.open.insert(node)),
            None => drop(self.open.remove(&node)),
        }
    }

    fn open_around(&mut self, reading: &Reading, node: Node) {
        if let Some(far) = &mut self.far {
            return far.folds.open_around(&reading.document, node.outer);
        }
        let mut here = reading.parent(node);
        while let Some(id) = here {
            self.open.insert(id);
            here = reading.parent(id);
        }
    }

    /// Selects a node, or the nearest visible container around it.
    fn select_nearest(&mut self, reading: &Reading, node: Option<Node>) {
        let mut here = node;
        while let Some(id) = here {
            if self.select(id) {
                return;
            }
            here = reading.parent(id);
        }
        self.cursor.set(0);
    }

    fn rebuild(&mut self, reading: &Reading) {
        if let Some(far) = &self.far {
            let selected = self.selected().unwrap_or(reading.root());
            let (node, depth) = far.folds.nearest(&reading.document, selected.outer);
            return self.look(reading, (node.into(), depth));
        }
        self.visible.clear();
        let mut waiting = vec![(reading.root(), 0)];
        while let Some((node, depth)) = waiting.pop() {
            if self.filter.as_ref().is_some_and(|filter| !filter.keep.contains(&node)) {
                continue;
            }
            self.visible.push((node, depth));
            if self.is_open((node, depth)) {
                let from = waiting.len();
                waiting.extend(reading.children(node).map(|child| (child, depth + 1)));
                waiting[from..].reverse();
            }
        }
    }
}
