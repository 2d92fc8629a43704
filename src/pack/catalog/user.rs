//! Packs of users: loaded from texts, checked against what is there, added to it or put in its place.

use super::{Catalog, Pack};
use crate::pack::model::{Content, Head, Line, Sample, Table};
use crate::pack::source::{Compiled, PackError, Reference, parse};

impl Catalog {
    /// Loads packs from (file name, text) pairs, in that order; a broken one is left out and what is wrong with it is
    /// returned. Samples that stand in files of their own are not read, as nothing but checking a pack needs them.
    pub fn load_user(&mut self, files: &[(String, String)]) -> Vec<PackError> {
        let mut errors = Vec::new();
        let mut references = Vec::new();
        for (name, text) in files {
            match parse(text, name, &|_| Some(String::new())) {
                Ok(compiled) if self.adds_to_nothing(&compiled) => {
                    let own = compiled.references.iter().filter(|reference| reference.pack == compiled.head.id);
                    errors.extend(own.take(1).map(|own| own.error(self.packs().iter().map(Pack::id), false)));
                }
                Ok(compiled) => {
                    references.extend(compiled.references.iter().cloned());
                    self.add(compiled);
                }
                Err(wrong) => errors.extend(wrong),
            }
        }
        // Only now: packs may name each other in any order. One that leads nowhere still works but for that.
        errors.extend(self.unresolved(&references));
        errors
    }

    fn adds_to_nothing(&self, compiled: &Compiled) -> bool {
        let id = compiled.head.id.as_str();
        compiled.head.extends.as_deref() == Some(id) && !self.packs().iter().any(|pack| pack.id() == id)
    }

    /// The references that lead nowhere, as errors.
    pub fn unresolved(&self, references: &[Reference]) -> Vec<PackError> {
        let wrong = |reference: &&Reference| {
            let pack = self.packs().iter().find(|pack| pack.id() == reference.pack);
            match (pack, &reference.table) {
                (Some(pack), Some(table)) => pack.table(table).is_none(),
                (Some(_), None) => false,
                (None, _) => true,
            }
        };
        let known = |id: &str| self.packs().iter().any(|pack| pack.id() == id);
        let ids = || self.packs().iter().map(Pack::id);
        references.iter().filter(wrong).map(|reference| reference.error(ids(), known(&reference.pack))).collect()
    }
}

/// A pack with another one's additions: what is new comes first where order means preference, what has the same name
/// is replaced.
pub(super) fn merge(old: &Pack, new: Head, content: Content, samples: Vec<Sample>) -> Pack {
    let mut head = old.head().clone();
    head.name = new.name;
    extend_new(&mut head.aliases, new.aliases);
    extend_new(&mut head.hosts, new.hosts);
    extend_new(&mut head.quotes, new.quotes);
    head.docs = new.docs.or(head.docs);
    head.source = new.source.or(head.source);
    head.verified = new.verified.or(head.verified);
    head.missing = new.missing.or(head.missing);
    head.shapes = in_front(new.shapes, head.shapes, |left, right| left.name == right.name);
    head.limits = in_front(new.limits, head.limits, |left, right| left.name == right.name);

    let was = old.content().clone();
    let mut tables = was.tables;
    for table in content.tables {
        match tables.iter_mut().find(|other| other.name == table.name) {
            Some(other) => merge_table(other, table),
            None => tables.push(table),
        }
    }
    let messages =
        in_front(content.messages.into_inner(), was.messages.into_inner(), |left, right| left.id == right.id);
    let mut all = old.samples().to_vec();
    all.extend(samples);
    Pack::new(head, Content { tables, messages: messages.into() }, all)
}

fn extend_new(own: &mut Vec<String>, other: Vec<String>) {
    for word in other {
        if !own.contains(&word) {
            own.push(word);
        }
    }
}

fn in_front<T>(new: Vec<T>, old: Vec<T>, same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut all = new;
    let kept: Vec<T> = old.into_iter().filter(|old| !all.iter().any(|new| same(new, old))).collect();
    all.extend(kept);
    all
}

fn merge_table(own: &mut Table, new: Table) {
    own.source = new.source.or(own.source.take());
    own.base = new.base.or(own.base.take());
    let families = std::mem::take(&mut own.families).into_inner();
    own.families = in_front(new.families.into_inner(), families, |left, right| {
        (left.from, left.to, &left.prefix) == (right.from, right.to, &right.prefix)
    })
    .into();
    for row in new.rows.into_inner() {
        let same =
            |other: &&mut Line| other.code == row.code && other.method == row.method && other.applies == row.applies;
        match own.rows.iter_mut().find(same) {
            Some(other) => *other = row,
            None => own.rows.push(row),
        }
    }
}
