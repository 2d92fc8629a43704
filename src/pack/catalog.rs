//! All packs that are loaded, and looking things up in them.

use std::sync::OnceLock;

use super::model::Confidence;
use super::model::{Content, Head, MessageRule, Outcome, Retry, Sample, Table, Who, Words};

/// A pack: its head is at hand, the rest is unpacked when first asked for.
#[derive(Debug)]
pub struct Pack {
    head: Head,
    content: OnceLock<Content>,
    samples: OnceLock<Vec<Sample>>,
}

impl Pack {
    /// What detection needs.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// The reference tables.
    pub fn tables(&self) -> &[Table] {
        &self.content().tables
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables().iter().find(|table| table.name == name)
    }

    /// The texts that stand in for codes.
    pub fn messages(&self) -> &[MessageRule] {
        &self.content().messages
    }

    /// The samples that test the pack.
    pub fn samples(&self) -> &[Sample] {
        self.samples.get_or_init(Vec::new)
    }

    fn content(&self) -> &Content {
        self.content.get_or_init(Content::default)
    }
}

/// All packs that are loaded.
#[derive(Debug, Default)]
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
        Self::default()
    }

    /// All packs, in the order of rank (vendors first), then id.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack of that id or alias, without regard to case.
    pub fn pack(&self, name: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| {
            pack.head.id.eq_ignore_ascii_case(name)
                || pack.head.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
        })
    }

    /// The id or alias most like a name that is not known, for "did you mean".
    pub fn nearest(&self, _name: &str) -> Option<&str> {
        None
    }

    /// Asks a table of a pack (`table`, or `pack/table` of another) for a code.
    pub fn ask(&self, _pack: &Pack, _table: &str, _ask: Ask<'_>) -> Answer {
        Answer::Unknown { family: None, neighbours: Vec::new() }
    }

    /// The row at a position of a table, with all that it inherits.
    pub fn entry(&self, _pack: &Pack, _table: &Table, _row: usize) -> Option<Entry> {
        None
    }

    /// The same code in the tables of other packs than `except`: to offer, never to choose.
    pub fn same_code(&self, _code: &str, _except: Option<&str>) -> Vec<Entry> {
        Vec::new()
    }

    /// Rows for a query as people type it: `1001`, `0x3E9`, `bitmovin:1001` (any pack id or alias), `400/620`, `=exact`,
    /// `:words`, words. Best first; words match code, title, messages, meaning, in that order of worth.
    pub fn search(&self, _query: &str) -> Vec<Entry> {
        Vec::new()
    }
}
