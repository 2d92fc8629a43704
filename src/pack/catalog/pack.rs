//! One loaded pack: its tag is at hand, the rest is unpacked when first asked for.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::pack::code::{Key, key};
use crate::pack::model::{Content, Head, MessageRule, Sample, Table, Tag};
use crate::pack::source::Compiled;

/// A built-in pack as the build script stored it.
#[derive(Debug)]
pub(super) struct Blob {
    pub(super) tag: &'static [u8],
    pub(super) head: &'static [u8],
    pub(super) content: &'static [u8],
    pub(super) samples: &'static [u8],
    /// Fingerprints of the codes of all tables that are not named `http`, sorted, little-endian.
    pub(super) codes: &'static [u8],
}

/// A pack: its tag is at hand, the rest is unpacked when first asked for.
#[derive(Clone, Debug)]
pub struct Pack {
    tag: Tag,
    head: OnceLock<Head>,
    blob: Option<&'static Blob>,
    content: OnceLock<Content>,
    samples: OnceLock<Vec<Sample>>,
    index: OnceLock<Vec<Rows>>,
}

/// The rows of a table by their code.
type Rows = HashMap<Key, Vec<usize>>;

impl Pack {
    /// The tag of a built-in pack. `None` cannot happen with blobs of this build; a test unpacks them all.
    pub(super) fn unpack(blob: &'static Blob) -> Option<Self> {
        let tag = postcard::from_bytes(blob.tag).ok()?;
        let (content, samples, index) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Some(Self { tag, head: OnceLock::new(), blob: Some(blob), content, samples, index })
    }

    pub(super) fn new(head: Head, content: Content, samples: Vec<Sample>) -> Self {
        let index = OnceLock::new();
        let tag = Tag::of(&head);
        Self {
            tag,
            head: OnceLock::from(head),
            blob: None,
            content: OnceLock::from(content),
            samples: OnceLock::from(samples),
            index,
        }
    }

    /// What there is to know before a body is looked at closely.
    pub fn tag(&self) -> &Tag {
        &self.tag
    }

    /// What detection needs.
    pub fn head(&self) -> &Head {
        self.head.get_or_init(|| {
            let packed = self.blob.and_then(|blob| postcard::from_bytes(blob.head).ok());
            packed.unwrap_or_default()
        })
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.tag.id
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
        self.samples
            .get_or_init(|| self.blob.and_then(|blob| postcard::from_bytes(blob.samples).ok()).unwrap_or_default())
    }

    /// The pack as it was before it was loaded, for checking it. Its references were checked by the build.
    pub fn to_compiled(&self) -> Compiled {
        let (head, content, samples) = (self.head().clone(), self.content().clone(), self.samples().to_vec());
        Compiled { head, content, samples, references: Vec::new() }
    }

    pub(super) fn content(&self) -> &Content {
        self.content
            .get_or_init(|| self.blob.and_then(|blob| postcard::from_bytes(blob.content).ok()).unwrap_or_default())
    }

    /// Whether some table may have a code of this fingerprint; told without unpacking where that can be.
    pub(super) fn may_have(&self, fingerprint: u32) -> bool {
        let Some(blob) = self.blob else { return true };
        let (codes, _) = blob.codes.as_chunks::<4>();
        codes.binary_search_by_key(&fingerprint, |code| u32::from_le_bytes(*code)).is_ok()
    }

    /// Whether some code has several rows of which the server's sentence chooses.
    pub fn listens(&self) -> bool {
        let index = self.index.get_or_init(|| self.tables().iter().map(by_code).collect());
        let chooses = |(table, rows): (&Table, &Rows)| {
            let says = |rows: &Vec<usize>| rows.iter().any(|row| !table.rows[*row].messages.is_empty());
            rows.values().any(|rows| rows.len() > 1 && says(rows))
        };
        self.tables().iter().zip(index).any(chooses)
    }

    /// The positions of the rows of a code, in the order of the file. The table must be one of this pack.
    pub(super) fn rows(&self, table: &Table, code: &str) -> &[usize] {
        let index = self.index.get_or_init(|| self.tables().iter().map(by_code).collect());
        let position = self.tables().iter().position(|own| own.name == table.name);
        let rows = position.and_then(|position| index[position].get(&key(table, code)));
        rows.map(Vec::as_slice).unwrap_or_default()
    }
}

fn by_code(table: &Table) -> Rows {
    let mut rows = Rows::with_capacity(table.rows.len());
    for (position, row) in table.rows.iter().enumerate() {
        rows.entry(key(table, row.code.source())).or_default().push(position);
    }
    rows
}
