//! All packs that are loaded, and looking things up in them.
//!
//! In: the built-in packs as the build script packed them, and compiled packs of users. Out: answers about codes.
//! Tables are unpacked and indexed when a pack is first asked; fingerprints tell which packs need not be.

mod answer;
mod pack;
mod search;
#[cfg(test)]
mod tests;
mod user;

use std::borrow::Cow;

use self::pack::Blob;
pub use self::pack::Pack;
pub use self::search::{Hit, Match};
use super::alike;
use super::gate::Gate;
use super::model::{Confidence, Outcome, Rank, Retry, Tag, Who, Words};
use super::source::Compiled;

/// What the build script made of `assets/packs`.
static BUILTIN: &[Blob] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// All packs that are loaded.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    packs: Vec<Pack>,
}

/// What is asked of a table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// The code, decoration cut off: `1001`, `rate_limited`.
    pub code: &'a str,
    /// The code that it refines, for composite tables: asked as `under/code`, then `code`, then `under`.
    pub under: Option<&'a str>,
    /// The request's method; rows for another method do not answer.
    pub method: Option<&'a str>,
    /// The server's sentence: of several rows of a code the one that lists it answers.
    pub said: Option<&'a str>,
}

/// What a table says of a code.
#[derive(Clone, Debug)]
pub enum Answer {
    /// There is a row.
    Known(Box<Entry>),
    /// There is none; what stands near it.
    Unknown {
        /// The title of the family that it would belong to.
        family: Option<Words>,
        /// The rows next to it in the table, at most one before and one after; for words the most alike, at most three.
        neighbours: Vec<Entry>,
    },
}

/// A row with all that it has from its parent, its family and the base table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The pack's id.
    pub pack: String,
    /// The pack's name for people.
    pub pack_name: Words,
    /// The table's name.
    pub table: String,
    /// The table's title.
    pub table_title: Words,
    /// Position of the row in `Table::rows` of the table that answered, for scrolling to it.
    pub row: usize,
    /// The code as the table spells it.
    pub code: Words,
    /// The title of its family.
    pub family: Option<Words>,
    /// The vendor's words.
    pub title: Option<Words>,
    /// The vendor's status messages.
    pub messages: Vec<Words>,
    /// What it means.
    pub meaning: Option<Words>,
    /// What to do.
    pub action: Option<Words>,
    /// Who can mend it.
    pub who: Option<Who>,
    /// Whether repeating helps.
    pub retry: Option<Retry>,
    /// The usual HTTP status.
    pub http: Option<u16>,
    /// How it went, where that is not a failure.
    pub outcome: Option<Outcome>,
    /// What it applies to.
    pub applies: Option<Words>,
    /// Codes worth a look.
    pub see: Vec<Words>,
    /// The page about it.
    pub url: Option<Words>,
    /// Where the fact comes from.
    pub source: Option<Words>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Catalog {
    /// The packs that are built in. Cheap: tables are unpacked when first used.
    pub fn builtin() -> Self {
        Self { packs: BUILTIN.iter().map(Pack::packed).collect() }
    }

    /// These packs and no others, for tests and for checking packs on their own.
    pub fn of(packs: impl IntoIterator<Item = Compiled>) -> Self {
        let mut catalog = Self::default();
        for pack in packs {
            catalog.add(pack);
        }
        catalog
    }

    /// The built-in packs of these ids, and no others.
    pub fn only(ids: &[&str]) -> Self {
        let mut catalog = Self::builtin();
        catalog.packs.retain(|pack| ids.contains(&pack.id()));
        catalog
    }

    /// Adds a pack: one of the same id is replaced, or added to where the new one `extends` its own id.
    pub fn add(&mut self, compiled: Compiled) {
        let Compiled { head, content, samples, .. } = compiled;
        let same = self.packs.iter().position(|pack| pack.id() == head.id);
        let pack = match same.map(|position| self.packs.remove(position)) {
            Some(old) if head.extends.as_deref() == Some(head.id.as_str()) => user::merge(&old, head, content, samples),
            _ => Pack::new(head, content, samples),
        };
        self.packs.push(pack);
        self.sort();
    }

    fn sort(&mut self) {
        self.packs
            .sort_by(|left, right| right.tag().rank.cmp(&left.tag().rank).then_with(|| left.id().cmp(right.id())));
    }

    /// All packs, in the order of rank (vendors first), then id.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack of that id or alias, without regard to case.
    pub fn pack(&self, name: &str) -> Option<&Pack> {
        let by_id = self.packs.iter().find(|pack| pack.id().eq_ignore_ascii_case(name));
        by_id.or_else(|| {
            let named = |pack: &&Pack| pack.tag().aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name));
            self.packs.iter().find(named)
        })
    }

    /// The id or alias most like a name that is not known, for "did you mean".
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let ids = self.packs.iter().map(Pack::id);
        let aliases = self.packs.iter().flat_map(|pack| pack.tag().aliases.iter().map(|alias| &**alias));
        alike::nearest(name, ids.chain(aliases))
    }
}
