//! Reading TOML with its places: every value that is asked for knows where it stands, every trouble is noted there,
//! and reading goes on, so that a pack's author sees all troubles at once.
//!
//! This works on the parsed tree rather than on serde structs: with serde, a value that may be a string or a table
//! loses its place and its message ("did not match any variant").

use std::cell::{Cell, RefCell};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Reference;
use super::problem::{PackError, PackErrorKind, choice, quoted};
use crate::document::path::{Path, PathError};
use crate::pack::alike;
use crate::pack::model::{Literal, Place, Table, Words};

/// More troubles than this in one file are not told.
const MOST_ERRORS: usize = 50;

/// The file that is read and what is wrong with it so far.
pub(crate) struct File<'a> {
    name: String,
    text: &'a str,
    /// Where each line starts.
    lines: Vec<usize>,
    errors: RefCell<Vec<PackError>>,
    references: RefCell<Vec<Reference>>,
    owner: RefCell<String>,
}

impl<'a> File<'a> {
    pub(crate) fn new(name: &str, text: &'a str) -> Self {
        Self {
            name: crate::text::clean(name).to_string(),
            text,
            lines: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
            errors: RefCell::default(),
            references: RefCell::default(),
            owner: RefCell::default(),
        }
    }

    /// The id of the pack: references to it are to be settled here.
    pub(crate) fn set_owner(&self, id: &str) {
        id.clone_into(&mut self.owner.borrow_mut());
    }

    /// Notes that a pack is named.
    pub(crate) fn refer_pack(&self, at: usize, pack: &str) {
        self.refer(at, pack, None);
    }

    /// Notes that a table is named: `table`, or `pack/table`.
    pub(crate) fn refer_table(&self, at: usize, table: &str) {
        match table.split_once('/') {
            Some((pack, table)) => self.refer(at, pack, Some(table.to_owned())),
            None => {
                let owner = self.owner.borrow().clone();
                self.refer(at, &owner, Some(table.to_owned()));
            }
        }
    }

    fn refer(&self, at: usize, pack: &str, table: Option<String>) {
        let (line, column) = self.place(at);
        let reference = Reference { pack: pack.to_owned(), table, file: self.name.clone(), line, column };
        self.references.borrow_mut().push(reference);
    }

    /// Checks the references to the pack itself, and forgets them.
    pub(crate) fn settle_own(&self, tables: &[Table]) {
        let owner = self.owner.borrow();
        let mut errors = self.errors.borrow_mut();
        self.references.borrow_mut().retain(|reference| {
            if reference.pack != *owner {
                return true;
            }
            if let Some(name) = &reference.table
                && !tables.iter().any(|table| table.name == *name)
            {
                let near = alike::nearest(name, tables.iter().map(|table| table.name.as_str()));
                let (file, line, column) = (reference.file.clone(), reference.line, reference.column);
                let message = format!("there is no table {} in this pack", quoted(name));
                let hint = near.map(|near| format!("did you mean {}?", quoted(near)));
                errors.push(PackError { kind: PackErrorKind::Reference, file, line, column, message, hint });
            }
            false
        });
    }

    pub(crate) fn references(&self) -> Vec<Reference> {
        self.references.borrow().clone()
    }

    /// Notes a trouble at a byte of the file.
    pub(crate) fn note(&self, at: usize, kind: PackErrorKind, message: String, hint: Option<String>) {
        let mut errors = self.errors.borrow_mut();
        if errors.len() < MOST_ERRORS {
            let (line, column) = self.place(at);
            errors.push(PackError { kind, file: self.name.clone(), line, column, message, hint });
        }
    }

    /// Line and column of a byte, both from 1.
    pub(crate) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines[line - 1];
        let column = self.text[start..].char_indices().take_while(|(offset, _)| start + offset < at).count();
        (line, column + 1)
    }

    /// All troubles in the order of the file.
    pub(crate) fn into_errors(self) -> Vec<PackError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| (error.line, error.column));
        errors
    }
}

/// A value of the file.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    file: &'a File<'a>,
    value: &'a DeValue<'a>,
    start: usize,
    end: usize,
}

impl<'a> Node<'a> {
    pub(crate) fn new(file: &'a File<'a>, value: &'a Spanned<DeValue<'a>>) -> Self {
        let Range { start, end } = value.span();
        Self { file, value: value.get_ref(), start, end }
    }

    pub(crate) fn file(&self) -> &'a File<'a> {
        self.file
    }

    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Whether the parser put it where it found none.
    pub(crate) fn is_made_up(&self) -> bool {
        self.start == self.end
    }

    /// Notes a trouble with this value.
    pub(crate) fn note(&self, kind: PackErrorKind, message: String, hint: Option<String>) {
        self.file.note(self.start, kind, message, hint);
    }

    fn wrong(&self, wanted: &str) {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.note(PackErrorKind::Type, format!("expected {wanted}, found {found}"), None);
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => {
                self.wrong("a string");
                None
            }
        }
    }

    /// A string that is not blank.
    pub(crate) fn words(&self) -> Option<Words> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.note(PackErrorKind::Value, "nothing but blanks".to_owned(), Some("leave the key out".to_owned()));
            return None;
        }
        Some(text.to_owned().into())
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong("`true` or `false`");
                None
            }
        }
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        match self.value {
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Some(number),
                Err(_) => {
                    let message = format!("{} does not fit into 64 bits", quoted(number.to_string()));
                    self.note(PackErrorKind::Value, message, Some("write it as a string".to_owned()));
                    None
                }
            },
            _ => {
                self.wrong("an integer");
                None
            }
        }
    }

    /// A TOML date without a time.
    pub(crate) fn date(&self) -> Option<String> {
        match self.value {
            DeValue::Datetime(date) if date.time.is_none() => date.date.map(|date| date.to_string()),
            _ => {
                let hint = "write it without quotes: 2026-01-31".to_owned();
                self.note(PackErrorKind::Type, "expected a date".to_owned(), Some(hint));
                None
            }
        }
    }

    /// An HTTP status.
    pub(crate) fn status(&self) -> Option<u16> {
        let number = self.integer()?;
        let status = u16::try_from(number).ok().filter(|status| (100..=999).contains(status));
        if status.is_none() {
            let message = format!("`{number}` is no HTTP status");
            self.note(PackErrorKind::Value, message, Some("from 100 to 999".to_owned()));
        }
        status
    }

    /// A code: a string, or an integer for convenience.
    pub(crate) fn code(&self) -> Option<Words> {
        match self.value {
            DeValue::Integer(_) => Some(self.integer()?.to_string().into()),
            DeValue::String(_) => self.words(),
            _ => {
                self.wrong("an integer or a string");
                None
            }
        }
    }

    pub(crate) fn literal(&self) -> Option<Literal> {
        match self.value {
            DeValue::Integer(_) => self.integer().map(Literal::Integer),
            DeValue::Boolean(flag) => Some(Literal::Bool(*flag)),
            DeValue::String(text) => Some(Literal::Text(text.clone().into_owned().into())),
            _ => {
                self.wrong("a string, an integer, `true` or `false`");
                None
            }
        }
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let allowed = choice(words.iter().map(|(word, _)| *word));
            let message = format!("{} is not allowed here", quoted(text));
            self.note(PackErrorKind::Value, message, Some(format!("write {allowed}")));
        }
        found.map(|(_, value)| *value)
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    pub(crate) fn list(&self) -> Vec<Node<'a>> {
        match self.value {
            DeValue::Array(list) => list.iter().map(|value| Node::new(self.file, value)).collect(),
            _ => {
                self.wrong("a list");
                Vec::new()
            }
        }
    }

    /// The members of a list, or the value itself.
    pub(crate) fn one_or_many(&self) -> Vec<Node<'a>> {
        if self.is_list() { self.list() } else { vec![*self] }
    }

    pub(crate) fn keys(&self) -> Option<Keys<'a>> {
        match self.value {
            DeValue::Table(table) => Some(Keys::new(self.file, table, self.start)),
            _ => {
                self.wrong("a table");
                None
            }
        }
    }

    /// A path; `@` is the node that the path would start at.
    pub(crate) fn path(&self) -> Option<Path> {
        let text = self.text()?;
        if text == "@" {
            return Some(Path::default());
        }
        if text == "@key" {
            let hint = "for an XML attribute of that name write `[\"@key\"]`".to_owned();
            self.note(PackErrorKind::Path, "`@key` is only understood by `label` and `field`".to_owned(), Some(hint));
            return None;
        }
        match text.parse() {
            Ok(path) => Some(path),
            Err(error) => {
                self.file.note(self.inside(text, &error), PackErrorKind::Path, bad_path(text, &error), None);
                None
            }
        }
    }

    /// The byte of the file where a path goes wrong; the value's own where escapes make that a guess.
    fn inside(&self, text: &str, error: &PathError) -> usize {
        match error {
            PathError::Unexpected { at, .. } if self.end - self.start == text.len() + 2 => {
                let blanks = text.len() - text.trim_start().len();
                let before: usize = text.trim_start().chars().take(at - 1).map(char::len_utf8).sum();
                self.start + 1 + blanks + before
            }
            _ => self.start,
        }
    }

    pub(crate) fn paths(&self) -> Vec<Path> {
        self.one_or_many().iter().filter_map(Node::path).collect()
    }

    /// A path, `{ header = "x" }` or `{ header = "x", param = "y" }`.
    pub(crate) fn place(&self) -> Option<Place> {
        if !self.is_table() {
            return self.path().map(Place::Body);
        }
        let keys = self.keys()?;
        let header = keys.need("header").and_then(|node| node.header());
        let param = keys.get("param").and_then(|node| node.header());
        keys.finish();
        header.map(|header| header_place(header, param))
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        self.one_or_many().iter().filter_map(Node::place).collect()
    }

    /// A header's name, in lower case.
    pub(crate) fn header(&self) -> Option<String> {
        let name = self.text()?;
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(token) {
            self.note(PackErrorKind::Value, format!("{} is no header name", quoted(name)), None);
            return None;
        }
        Some(name.to_ascii_lowercase())
    }
}

fn bad_path(text: &str, error: &PathError) -> String {
    match error {
        PathError::Empty => error.to_string(),
        PathError::Unexpected { at, found } => {
            format!("bad path {}: unexpected {} at character {at}", quoted(text), quoted(found))
        }
        PathError::TooLong => format!("bad path {}: {error}", quoted(text)),
    }
}

/// A table of the file. Remembers which keys were asked for; [`Keys::finish`] tells of the others.
pub(crate) struct Keys<'a> {
    file: &'a File<'a>,
    start: usize,
    entries: Vec<Entry<'a>>,
    asked: RefCell<Vec<&'static str>>,
}

struct Entry<'a> {
    key: &'a str,
    key_start: usize,
    node: Node<'a>,
    read: Cell<bool>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(file: &'a File<'a>, table: &'a DeTable<'a>, start: usize) -> Self {
        let mut entries: Vec<Entry<'a>> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref(),
                key_start: key.span().start,
                node: Node::new(file, value),
                read: Cell::new(false),
            })
            .collect();
        // The tree sorts by name; people wrote them in this order.
        entries.sort_by_key(|entry| entry.key_start);
        Self { file, start, entries, asked: RefCell::default() }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        entry.read.set(true);
        Some(entry.node)
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, key: &'static str) -> Option<Node<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.note(PackErrorKind::MissingKey, format!("the key `{key}` is missing"), None);
        }
        found
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The members of a list under a key; none where the key is not there.
    pub(crate) fn list(&self, key: &'static str) -> Vec<Node<'a>> {
        self.get(key).map(|node| node.list()).unwrap_or_default()
    }

    /// As [`Keys::list`], where a single value may stand for a list of one.
    pub(crate) fn many(&self, key: &'static str) -> Vec<Node<'a>> {
        self.get(key).map(|node| node.one_or_many()).unwrap_or_default()
    }

    pub(crate) fn words(&self, key: &'static str) -> Option<Words> {
        self.get(key)?.words()
    }

    pub(crate) fn flag(&self, key: &'static str) -> bool {
        self.get(key).and_then(|node| node.flag()).unwrap_or(false)
    }

    pub(crate) fn path(&self, key: &'static str) -> Option<Path> {
        self.get(key)?.path()
    }

    pub(crate) fn paths(&self, key: &'static str) -> Vec<Path> {
        self.get(key).map(|node| node.paths()).unwrap_or_default()
    }

    pub(crate) fn places(&self, key: &'static str) -> Vec<Place> {
        self.get(key).map(|node| node.places()).unwrap_or_default()
    }

    /// All keys and values in the order of the file, for tables whose keys are data.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.entries.iter().map(|entry| (entry.key, entry.node))
    }

    /// Notes a trouble with the table as a whole.
    pub(crate) fn note(&self, kind: PackErrorKind, message: String, hint: Option<String>) {
        self.file.note(self.start, kind, message, hint);
    }

    /// Tells of the keys that nobody asked for.
    pub(crate) fn finish(self) {
        let asked = self.asked.into_inner();
        for entry in self.entries.iter().filter(|entry| !entry.read.get()) {
            let hint = alike::nearest(entry.key, asked.iter().copied()).map(|name| format!("did you mean `{name}`?"));
            let hint = hint.unwrap_or_else(|| format!("known here: {}", listed(&asked)));
            let message = format!("unknown key {}", quoted(entry.key));
            self.file.note(entry.key_start, PackErrorKind::UnknownKey, message, Some(hint));
        }
    }
}

fn listed(words: &[&str]) -> String {
    let mut words = words.to_vec();
    words.sort_unstable();
    words.dedup();
    words.join(", ")
}

/// A header, or one parameter of it.
pub(crate) fn header_place(header: String, param: Option<String>) -> Place {
    match param {
        Some(param) => Place::Parameter(header, param),
        None => Place::Header(header),
    }
}
