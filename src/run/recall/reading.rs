//! How bodies of one form are read: which of their texts decide, which are repeated, which do not matter.

use std::cell::Cell;
use std::rc::Rc;

use super::ear::Ear;
use crate::decode::{self, Depth};
use crate::detect::{Index, Ranking, Recognised};
use crate::document::{NodeId, Page};
use crate::input::Response;
use crate::pack::model::places::Use;
use crate::pack::model::{ItemRule, Shape};
use crate::pack::{Catalog, Pack};

/// How bodies of one form are read.
pub(in crate::run) struct Reading<'c> {
    /// The number of its ranking.
    pub(super) number: usize,
    pub(super) ranking: Rc<Ranking<'c>>,
    /// Who listens to its texts.
    pub(super) ear: Rc<Ear<'c>>,
    /// Whether counters have to be computed for each body.
    pub(super) counters: bool,
    /// What items are called that have no name.
    pub(super) nouns: Vec<&'c str>,
    /// The texts that matter, in the order of the source.
    pub(super) parts: Vec<Part>,
    pub(super) record: Record,
}

/// How templates of a reading have done so far.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// What they have saved, in bodies, less what it took to make them.
    gain: Cell<i32>,
    /// How many were right about a second body, and whether one was not.
    right: Cell<u8>,
    wrong: Cell<bool>,
}

/// Making a template takes about as long as so many bodies for which there is none.
const PRICE: i32 = 2;
/// So many may be made before any is used.
const ADVANCE: i32 = 32 * PRICE;
/// More than this is not gained.
pub(super) const CREDIT: i32 = 1 << 20;
/// After so many templates that were right about a second body the next ones are believed.
const PROOFS: u8 = 3;

impl Record {
    /// Notes that a template was used.
    pub(super) fn used(&self) {
        self.gain.set((self.gain.get() + 1).min(CREDIT));
    }

    /// Notes that one is made.
    pub(super) fn made(&self) {
        self.gain.set(self.gain.get().saturating_sub(PRICE));
    }

    /// Notes how one did with a second body.
    pub(super) fn tried(&self, right: bool) {
        if right {
            self.right.set(self.right.get().saturating_add(1));
        } else {
            self.wrong.set(true);
        }
    }

    /// Whether templates have to show that they are right about a second body.
    pub(super) fn is_on_trial(&self) -> bool {
        self.right.get() < PROOFS || self.wrong.get()
    }

    /// Whether they have been of use, or there were few yet.
    pub(super) fn is_good(&self) -> bool {
        self.gain.get() > -ADVANCE
    }
}

/// A text that matters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) node: NodeId,
    pub(super) what: What,
}

impl Part {
    /// How it is repeated; nothing where it decides.
    pub(super) fn hole(&self) -> Option<Hole> {
        match self.what {
            What::Value => None,
            What::Hole(hole) => Some(hole),
            What::Name { .. } => Some(Hole { label: true, ..Hole::default() }),
        }
    }
}

/// How it does.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// The value decides.
    Value,
    /// The value is repeated.
    Hole(Hole),
    /// The name.
    Name { decides: bool },
}

/// How a text is repeated, which is what it must not be for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hole {
    /// Packs know sentences here.
    pub(super) sentence: bool,
    pub(super) shown: bool,
    pub(super) label: bool,
    pub(super) id: bool,
    pub(super) link: bool,
    pub(super) copied: bool,
    /// A pattern decided whose body it is, and evidence quotes what matched.
    pub(super) matched: bool,
}

impl Hole {
    /// Whether words beside it are compared with it.
    pub(super) fn clashing(self) -> bool {
        self.sentence || self.shown || self.label
    }

    fn add(&mut self, used: Use) {
        match used {
            Use::Sentence => (self.sentence, self.shown) = (true, true),
            Use::Shown => self.shown = true,
            Use::Label => self.label = true,
            Use::Id => self.id = true,
            Use::Link => self.link = true,
            Use::Copied => self.copied = true,
            Use::Matched => self.matched = true,
            Use::Held | Use::Kind | Use::Decides | Use::NameDecides | Use::Compared | Use::Counter => {}
        }
    }
}

/// Kinds as [`crate::document::Kept`] numbers them.
const NUMBER: usize = 2;
const TEXT: usize = 3;
const ARRAY: usize = 4;

impl<'c> Reading<'c> {
    /// For bodies of a ranking, of which this is the first.
    pub(super) fn new(
        index: &Index<'c>,
        recognised: &Recognised<'c>,
        page: &Page<'_>,
        response: &Response,
        depth: Depth,
        ear: &Rc<Ear<'c>>,
    ) -> Self {
        let ranking = Rc::clone(&recognised.ranking);
        let (pack, shape) = decode::read_with(&ranking);
        let catalog = index.catalog();
        let mut reading = Self {
            number: recognised.number,
            ranking,
            ear: Rc::clone(ear),
            counters: depth >= Depth::Report
                && (shape.is_some_and(|shape| !shape.usage.is_empty()) || response.head().is_some()),
            nouns: items(shape)
                .filter_map(|rule| rule.noun.as_ref())
                .map(|noun| noun.source())
                .chain(["item"])
                .collect(),
            parts: Vec::new(),
            record: Record::default(),
        };
        let listens = pack.is_some_and(|pack| listens(catalog, pack, shape));
        let uses = shape.map(|shape| index.uses(shape)).unwrap_or_default();
        let mut joined: Vec<NodeId> = Vec::new();
        for kept in page.kept() {
            let here: Vec<Use> = index.paths_to(&kept).filter_map(|path| uses.get(&path)).flatten().copied().collect();
            if kept.name.is_some() && (depth > Depth::Counts || here.contains(&Use::NameDecides)) {
                let decides = here.contains(&Use::NameDecides);
                reading.parts.push(Part { node: kept.node, what: What::Name { decides } });
            }
            let in_list = kept.parent.is_some_and(|parent| joined.contains(&parent));
            if kept.kind == ARRAY && here.iter().any(|used| !matches!(used, Use::Held | Use::Kind | Use::Counter)) {
                // The elements of a list of words are read as one text.
                joined.push(kept.node);
            }
            if !matches!(kept.kind, NUMBER | TEXT) || kept.span.start == kept.span.end {
                continue;
            }
            let mut hole = Hole::default();
            let wanted = here.iter().filter(|used| is_wanted(**used, depth));
            wanted.for_each(|used| hole.add(*used));
            let used = here
                .iter()
                .any(|used| is_wanted(*used, depth) && !matches!(used, Use::Held | Use::Kind | Use::Counter));
            let decides = in_list
                || here.contains(&Use::Decides)
                || depth >= Depth::Report && here.contains(&Use::Compared)
                || listens && hole.sentence
                || used && kept.kind == NUMBER;
            let is_hole = hole.clashing() || hole.id || hole.link || hole.copied || hole.matched;
            let what = match (decides, is_hole) {
                (true, _) => What::Value,
                (false, true) => What::Hole(hole),
                (false, false) => continue,
            };
            reading.parts.push(Part { node: kept.node, what });
        }
        reading
    }
}

/// Whether what a place is read for matters at a depth.
fn is_wanted(used: Use, depth: Depth) -> bool {
    match used {
        Use::Held | Use::Kind => false,
        Use::Decides | Use::NameDecides | Use::Sentence => true,
        Use::Shown | Use::Label => depth >= Depth::Findings,
        Use::Compared | Use::Matched | Use::Copied | Use::Id | Use::Link | Use::Counter => depth >= Depth::Report,
    }
}

/// The rules for items, and for items within items.
fn items(shape: Option<&Shape>) -> impl Iterator<Item = &ItemRule> {
    let outer = shape.into_iter().flat_map(|shape| &shape.items);
    outer.flat_map(|rule| std::iter::successors(Some(rule), |rule| rule.items.as_deref()))
}

/// Whether the server's sentence may choose among the rows of a code.
fn listens(catalog: &Catalog, pack: &Pack, shape: Option<&Shape>) -> bool {
    let named = |table: &str| table.split_once('/').and_then(|(id, _)| catalog.pack(id));
    let codes = shape.into_iter().flat_map(|shape| &shape.codes);
    let rules = codes.chain(items(shape).flat_map(|rule| &rule.codes));
    let tables = rules.filter_map(|rule| named(&rule.table));
    let mut asked: Vec<&Pack> = std::iter::once(pack).chain(catalog.pack("http")).chain(tables).collect();
    let mut at = 0;
    while let Some(pack) = asked.get(at).copied() {
        for base in pack.tables().iter().filter_map(|table| named(table.base.as_deref()?)) {
            if !asked.iter().any(|known| known.id() == base.id()) {
                asked.push(base);
            }
        }
        at += 1;
    }
    asked.iter().any(|pack| pack.listens())
}
