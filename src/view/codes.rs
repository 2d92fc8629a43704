//! All tables of all packs in one long list, searched as one types; the same code elsewhere stands side by side.

use super::Cursor;
use super::table::columns;
use crate::decode::Entry;
use crate::pack::Catalog;
use crate::text::Clean;

/// One row.
#[derive(Clone, Debug)]
pub enum CodesRow {
    /// The name of a table, before its rows.
    Title(Clean),
    /// A row of a table.
    Entry {
        /// The vendor; empty below a title.
        vendor: Clean,
        /// The code.
        code: Clean,
        /// The vendor's words.
        title: Clean,
        /// What it means.
        meaning: Clean,
        /// The full row.
        entry: Box<Entry>,
    },
}

/// A table in the long list: its title stands at `start`, its rows behind it.
#[derive(Clone, Debug)]
struct Section {
    pack: usize,
    table: usize,
    start: usize,
}

/// The list and the search in it.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    query: String,
    hits: Option<Vec<Entry>>,
    sections: Vec<Section>,
    total: usize,
    /// Selection and scroll position.
    pub cursor: Cursor,
}

impl Codes {
    /// The list of everything in the catalog.
    pub fn new(catalog: &Catalog) -> Self {
        let mut codes = Self::default();
        for (pack, content) in catalog.packs().iter().enumerate() {
            for (table, content) in content.tables().iter().enumerate() {
                codes.sections.push(Section { pack, table, start: codes.total });
                codes.total += content.rows.len() + 1;
            }
        }
        codes.cursor.set(1);
        codes
    }

    /// The words that are searched for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Searches; no words list everything.
    pub fn search(&mut self, catalog: &Catalog, query: &str) {
        query.clone_into(&mut self.query);
        self.hits = (!query.trim().is_empty()).then(|| catalog.search(query.trim()));
        self.cursor = Cursor::default();
    }

    /// Goes to a row of a table.
    pub fn reveal(&mut self, catalog: &Catalog, entry: &Entry) {
        self.query.clear();
        self.hits = None;
        let found = self.sections.iter().find(|section| {
            let Some(pack) = catalog.packs().get(section.pack) else { return false };
            pack.id() == entry.pack && pack.tables().get(section.table).is_some_and(|table| table.name == entry.table)
        });
        if let Some(section) = found {
            self.cursor.jump(section.start + 1 + entry.row);
        }
    }

    /// Goes to the next or the previous table.
    pub fn section(&mut self, forward: bool) {
        let here = self.cursor.at();
        let next = if forward {
            self.sections.iter().find(|section| section.start + 1 > here)
        } else {
            self.sections.iter().rev().find(|section| section.start + 1 < here)
        };
        if let (Some(section), None) = (next, &self.hits) {
            self.cursor.jump(section.start + 1);
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.hits.as_ref().map_or(self.total, Vec::len)
    }

    /// Whether the search found nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a position.
    pub fn row(&self, catalog: &Catalog, at: usize) -> Option<CodesRow> {
        if let Some(hits) = &self.hits {
            let entry = hits.get(at)?.clone();
            let vendor = entry.pack_name.clean();
            return Some(entry_row(vendor, entry));
        }
        let section = self.sections.partition_point(|section| section.start <= at).checked_sub(1)?;
        let section = self.sections.get(section)?;
        let pack = catalog.packs().get(section.pack)?;
        let table = pack.tables().get(section.table)?;
        if at == section.start {
            let mut title = pack.head().name.clean();
            title.push(&Clean::ours(" · "));
            title.push(&table.title.clean());
            return Some(CodesRow::Title(title));
        }
        let entry = catalog.entry(pack, table, at - section.start - 1)?;
        Some(entry_row(Clean::default(), entry))
    }

    /// The selected row of a table.
    pub fn selected(&self, catalog: &Catalog) -> Option<Entry> {
        match self.row(catalog, self.cursor.at())? {
            CodesRow::Entry { entry, .. } => Some(*entry),
            CodesRow::Title(_) => None,
        }
    }
}

fn entry_row(vendor: Clean, entry: Entry) -> CodesRow {
    let (code, title, meaning) = columns(&entry);
    CodesRow::Entry { vendor, code, title, meaning, entry: Box::new(entry) }
}
