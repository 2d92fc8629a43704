//! Reference tables: codes and what is known about them.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use super::{Outcome, Packed, Retry, Who, Words};

/// A reference table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Table {
    /// The name, unique within the pack.
    pub name: String,
    /// The title for people.
    pub title: Words,
    /// What its codes are.
    pub key: KeyKind,
    /// The table that answers for what is not in this one: `table` of this pack or `pack/table`.
    pub base: Option<String>,
    /// Whether case matters not.
    pub fold: bool,
    /// Where its facts come from, for rows that do not say.
    pub source: Option<Words>,
    /// Ranges of codes.
    pub families: Packed<Vec<Family>>,
    /// The rows in the order of the file. Several rows may share a code if their `method` or `applies` differ.
    pub rows: Packed<Vec<Line>>,
}

/// What the codes of a table are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// Numbers.
    Integer,
    /// Words.
    #[default]
    String,
    /// Several codes joined with `/`.
    Composite,
}

/// A range of codes, or all that start alike, with defaults for its rows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Family {
    /// First number.
    pub from: Option<i64>,
    /// Last number.
    pub to: Option<i64>,
    /// How the words start.
    pub prefix: Option<String>,
    /// What rows of it have unless they say otherwise; `row.title` is the family's title.
    pub row: Row,
}

/// One row of a table. What is missing comes from the parent, the family, then the base table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Row {
    /// The code, spelled as in the table; empty in a family.
    pub code: Words,
    /// The vendor's words for it, letter for letter.
    pub title: Option<Words>,
    /// The vendor's status messages, letter for letter.
    pub messages: Vec<Words>,
    /// What it means, in our words.
    pub meaning: Option<Words>,
    /// What to do, in our words.
    pub action: Option<Words>,
    /// Who can mend it.
    pub who: Option<Who>,
    /// Whether repeating helps.
    pub retry: Option<Retry>,
    /// The HTTP status that it usually comes with.
    pub http: Option<u16>,
    /// How it went, where that is not a failure.
    pub outcome: Option<Outcome>,
    /// The HTTP method that this row is for.
    pub method: Option<String>,
    /// The methods or resources that it applies to, in the vendor's words.
    pub applies: Option<Words>,
    /// The code whose row fills the gaps.
    pub parent: Option<Words>,
    /// Codes worth a look.
    pub see: Vec<Words>,
    /// The page about it.
    pub url: Option<Words>,
    /// Where the fact comes from.
    pub source: Option<Words>,
    /// How sure it is.
    pub confidence: Option<Confidence>,
}

/// A row of which only the code is unpacked, so that it can be found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Line {
    /// The code, as in the row.
    pub code: Words,
    row: Packed<Row>,
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self { code: row.code.clone(), row: row.into() }
    }
}

impl Deref for Line {
    type Target = Row;

    fn deref(&self) -> &Row {
        &self.row
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut Row {
        &mut self.row
    }
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The vendor says so.
    #[default]
    Official,
    /// Users say so.
    Community,
    /// It follows from what is known.
    Inferred,
}
