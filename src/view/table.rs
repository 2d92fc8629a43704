//! The reference table beside the explanation: which table it is, its rows, and the row that applies.

use super::explain::{Explanation, Subject};
use super::{Cursor, Reading};
use crate::decode::{Code, Entry, Matched};
use crate::pack::{Catalog, Pack};
use crate::text::{Clean, clean};

/// Which table.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// A table of codes.
    Table { pack: String, table: String },
    /// The texts that stand in for codes.
    Messages { pack: String },
}

/// One row.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// The code; a dash for texts without one.
    pub code: Clean,
    /// The vendor's words.
    pub title: Clean,
    /// What it means.
    pub meaning: Clean,
    /// Whether it is the row that applies.
    pub applies: bool,
    /// The full row, for what shows or opens it.
    pub entry: Option<Entry>,
}

/// A table, and where in it the thing at hand stands.
#[derive(Clone, Debug)]
pub struct Reference {
    source: Source,
    applies: Option<usize>,
    /// For a code that is not in the table: that it is not.
    pub missing: Option<Clean>,
    /// Selection and scroll position.
    pub cursor: Cursor,
}

impl Reference {
    /// The table for what is explained; nothing where no table has to do with it.
    pub fn find(reading: &Reading, catalog: &Catalog, explanation: &Explanation) -> Option<Self> {
        let decoded = &reading.decoded;
        let of_response = || {
            let code = decoded.codes.iter().rev().find(|code| code.entry.is_some()).or(decoded.codes.last());
            code.and_then(|code| Self::of_code(code, catalog))
                .or_else(|| decoded.matched.as_ref().and_then(|matched| Self::of_message(matched, catalog)))
        };
        let own = match &explanation.subject {
            Subject::Code(item, index) => {
                reading.code(item.as_ref(), *index).and_then(|code| Self::of_code(code, catalog))
            }
            Subject::Item(path) => reading.item(path).and_then(|item| {
                let known = item.codes.iter().rev().find(|code| code.entry.is_some()).or(item.codes.last());
                (item.matched.as_ref().and_then(|matched| Self::of_message(matched, catalog)))
                    .or_else(|| known.and_then(|code| Self::of_code(code, catalog)))
            }),
            _ => None,
        };
        own.or_else(of_response)
            .or_else(|| decoded.http.entry.as_ref().map(|entry| Self::of_entry(entry)))
            .or_else(|| Self::of_vendor(reading, catalog))
    }

    /// The table that a row is from, at that row.
    pub fn of_entry(entry: &Entry) -> Self {
        let source = Source::Table { pack: entry.pack.clone(), table: entry.table.clone() };
        Self::at(source, Some(entry.row))
    }

    fn of_code(code: &Code, catalog: &Catalog) -> Option<Self> {
        if let Some(entry) = &code.entry {
            return Some(Self::of_entry(entry));
        }
        let (pack, table) = code.table.split_once('/')?;
        catalog.pack(pack)?.table(table)?;
        let near = code.neighbours.first();
        let source = match near {
            Some(near) => Source::Table { pack: near.pack.clone(), table: near.table.clone() },
            None => Source::Table { pack: pack.to_owned(), table: table.to_owned() },
        };
        let mut reference = Self::at(source, None);
        reference.cursor.set(near.map_or(0, |near| near.row));
        let mut missing = code.code.clean();
        missing.push(&Clean::ours(" is not in this table"));
        reference.missing = Some(missing);
        Some(reference)
    }

    fn of_message(matched: &Matched, catalog: &Catalog) -> Option<Self> {
        let pack = catalog.pack(&matched.pack)?;
        let row = pack.messages().iter().position(|rule| rule.id == matched.id);
        Some(Self::at(Source::Messages { pack: matched.pack.clone() }, row))
    }

    /// A vendor whose response names no code: its first table, so that one can look around.
    fn of_vendor(reading: &Reading, catalog: &Catalog) -> Option<Self> {
        let pack = catalog.pack(&reading.decoded.vendor.as_ref()?.id)?;
        let source = match pack.tables().first() {
            Some(table) => Source::Table { pack: pack.id().to_owned(), table: table.name.clone() },
            None if pack.messages().is_empty() => return None,
            None => Source::Messages { pack: pack.id().to_owned() },
        };
        Some(Self::at(source, None))
    }

    fn at(source: Source, applies: Option<usize>) -> Self {
        let mut cursor = Cursor::default();
        cursor.set(applies.unwrap_or(0));
        Self { source, applies, missing: None, cursor }
    }

    /// Whether this is the same table with the same row as the other; selections do not count.
    pub fn same(&self, other: &Self) -> bool {
        self.source == other.source && self.applies == other.applies && self.missing == other.missing
    }

    /// The row that applies.
    pub fn applies(&self) -> Option<usize> {
        self.applies
    }

    /// `Vendor, table title`.
    pub fn title(&self, catalog: &Catalog) -> Clean {
        let Some(pack) = self.pack(catalog) else { return Clean::default() };
        let mut title = pack.head().name.clean();
        title.push(&Clean::ours(" · "));
        match &self.source {
            Source::Messages { .. } => title.push(&Clean::ours("messages")),
            Source::Table { table, .. } => {
                let table = pack.table(table).map(|table| table.title.clean());
                title.push(&table.unwrap_or_default());
            }
        }
        title
    }

    /// How many rows there are.
    pub fn len(&self, catalog: &Catalog) -> usize {
        let Some(pack) = self.pack(catalog) else { return 0 };
        match &self.source {
            Source::Messages { .. } => pack.messages().len(),
            Source::Table { table, .. } => pack.table(table).map_or(0, |table| table.rows.len()),
        }
    }

    /// The row at a position.
    pub fn row(&self, catalog: &Catalog, at: usize) -> Option<TableRow> {
        let pack = self.pack(catalog)?;
        let applies = self.applies == Some(at);
        match &self.source {
            Source::Table { table, .. } => {
                let entry = catalog.entry(pack, pack.table(table)?, at)?;
                let (code, title, meaning) = columns(&entry);
                Some(TableRow { code, title, meaning, applies, entry: Some(entry) })
            }
            Source::Messages { .. } => {
                let rule = pack.messages().get(at)?;
                let code = match (rule.codes.first(), rule.row.http) {
                    (Some(code), _) => clean(code),
                    (None, Some(status)) => clean(&status.to_string()),
                    (None, None) => Clean::ours("-"),
                };
                let title =
                    rule.row.title.as_ref().map_or_else(|| clean(&rule.id.replace(['-', '_'], " ")), |t| t.clean());
                let meaning = rule.explain.as_ref().or(rule.row.meaning.as_ref()).or(rule.row.action.as_ref());
                let meaning = meaning.map(crate::text::Untrusted::clean).unwrap_or_default();
                Some(TableRow { code, title, meaning, applies, entry: None })
            }
        }
    }

    fn pack<'c>(&self, catalog: &'c Catalog) -> Option<&'c Pack> {
        let (Source::Table { pack, .. } | Source::Messages { pack }) = &self.source;
        catalog.pack(pack)
    }
}

/// The columns of a row: code, the vendor's words, ours. A row without a title has its meaning there.
pub fn columns(entry: &Entry) -> (Clean, Clean, Clean) {
    let title = entry.title.as_ref().or(entry.messages.first());
    let meaning = entry.meaning.as_ref().or(entry.action.as_ref());
    let shown = |words: Option<&crate::decode::Words>| words.map(crate::text::Untrusted::clean).unwrap_or_default();
    match title {
        Some(_) => (entry.code.clean(), shown(title), shown(meaning)),
        None => (entry.code.clean(), shown(meaning), Clean::default()),
    }
}
