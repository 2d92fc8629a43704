//! One loaded pack: its tag is at hand, the rest is unpacked when first asked for.

use std::sync::OnceLock;

use crate::pack::code::{Key, fingerprint, key};
use crate::pack::model::{Content, Head, MessageRule, Sample, Table, Tag};
use crate::pack::source::Compiled;

/// A built-in pack as the build script stored it.
#[derive(Debug)]
pub(super) struct Blob {
    pub(super) tag: Tag,
    pub(super) head: &'static [u8],
    pub(super) content: &'static [u8],
    pub(super) samples: &'static [u8],
    /// Fingerprints of the codes of all tables that are not named `http`, each with the position of its table; sorted,
    /// little-endian.
    pub(super) codes: &'static [u8],
}

/// A pack: its tag is at hand, the rest is unpacked when first asked for.
#[derive(Clone, Debug)]
pub struct Pack {
    tag: Held,
    head: OnceLock<Box<Head>>,
    blob: Option<&'static Blob>,
    content: OnceLock<Box<Content>>,
    samples: OnceLock<Vec<Sample>>,
    /// For each table.
    index: OnceLock<Box<[OnceLock<Rows>]>>,
}

/// A tag that is part of the program, or a user's.
#[derive(Clone, Debug)]
enum Held {
    Builtin(&'static Tag),
    Own(Box<Tag>),
}

/// The rows of a table by fingerprints of their codes: sorted pairs of fingerprint and position.
type Rows = Box<[(u32, u32)]>;

impl Pack {
    /// A built-in pack, of which nothing is unpacked yet. Unpacking cannot fail with blobs of this build; a test tries all.
    pub(super) fn packed(blob: &'static Blob) -> Self {
        let (head, content, samples, index) = (OnceLock::new(), OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { tag: Held::Builtin(&blob.tag), head, blob: Some(blob), content, samples, index }
    }

    pub(super) fn new(head: Head, content: Content, samples: Vec<Sample>) -> Self {
        let index = OnceLock::new();
        let tag = Held::Own(Box::new(Tag::of(&head)));
        Self {
            tag,
            head: OnceLock::from(Box::new(head)),
            blob: None,
            content: OnceLock::from(Box::new(content)),
            samples: OnceLock::from(samples),
            index,
        }
    }

    /// What there is to know before a body is looked at closely.
    pub fn tag(&self) -> &Tag {
        match &self.tag {
            Held::Builtin(tag) => tag,
            Held::Own(tag) => tag,
        }
    }

    /// What detection needs.
    pub fn head(&self) -> &Head {
        self.head.get_or_init(|| {
            let packed = self.blob.and_then(|blob| postcard::from_bytes(blob.head).ok());
            Box::new(packed.unwrap_or_default())
        })
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.tag().id
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
        self.content.get_or_init(|| {
            Box::new(self.blob.and_then(|blob| postcard::from_bytes(blob.content).ok()).unwrap_or_default())
        })
    }

    /// The tables, but for those named `http`, that may have a code of this fingerprint; where a built-in pack has none,
    /// it is not unpacked for that.
    pub(super) fn tables_with(&self, fingerprint: u32) -> impl Iterator<Item = &Table> {
        let stored = self.blob.map(|blob| {
            let (codes, _) = blob.codes.as_chunks::<8>();
            let of = |code: &[u8; 8]| u64::from_le_bytes(*code);
            let from = codes.partition_point(|code| (of(code) as u32) < fingerprint);
            let same = codes[from..].iter().map(of).take_while(move |code| *code as u32 == fingerprint);
            same.filter_map(|code| self.tables().get((code >> 32) as usize))
        });
        let own = self.blob.is_none().then(|| self.tables().iter().filter(|table| table.name != "http"));
        stored.into_iter().flatten().chain(own.into_iter().flatten())
    }

    /// Whether some code has several rows of which the server's sentence chooses.
    pub fn listens(&self) -> bool {
        let chooses = |table: &Table| {
            let says = |rows: &[(u32, u32)]| rows.iter().any(|(_, row)| !table.rows[*row as usize].messages.is_empty());
            let rows = by_code(table);
            rows.chunk_by(|left, right| left.0 == right.0).any(|rows| rows.len() > 1 && says(rows))
        };
        self.tables().iter().any(chooses)
    }

    /// The positions of the rows of a code, in the order of the file. The table must be one of this pack.
    pub(super) fn rows(&self, table: &Table, code: &str) -> Vec<usize> {
        let index = self.index.get_or_init(|| self.tables().iter().map(|_| OnceLock::new()).collect());
        let position = self.tables().iter().position(|own| own.name == table.name);
        let index = position.map(|position| index[position].get_or_init(|| by_code(table)));
        let Some(index) = index else { return Vec::new() };
        let wanted = key(table, code);
        let print = print_of(&wanted);
        let from = index.partition_point(|(known, _)| *known < print);
        let alike = index[from..].iter().take_while(|(known, _)| *known == print).map(|(_, row)| *row as usize);
        alike.filter(|row| key(table, table.rows[*row].code.source()) == wanted).collect()
    }
}

fn by_code(table: &Table) -> Rows {
    let print = |code: &str| print_of(&key(table, code));
    let mut rows: Vec<_> = (0..).zip(table.rows.iter()).map(|(row, line)| (print(line.code.source()), row)).collect();
    rows.sort_unstable();
    rows.into()
}

fn print_of(key: &Key) -> u32 {
    match key {
        Key::Number(number) => (*number ^ number >> 32) as u32,
        Key::Text(text) => fingerprint(text),
    }
}
