//! Several responses: one line and one verdict each, and how often which code occurs.

use std::collections::BTreeMap;

use super::{Cursor, Mark, Reading};
use crate::pack::Outcome;
use crate::secrets::Secrets;
use crate::text::{Clean, clean};

/// One row.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// Where it came from: name, number or line.
    pub source: Clean,
    /// The verdict.
    pub mark: Mark,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The vendor's name.
    pub vendor: Clean,
    /// The most specific code.
    pub code: Clean,
    /// What happened.
    pub summary: Clean,
}

/// How often something occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The vendor and the code, or the verdict.
    pub name: Clean,
    /// How many responses.
    pub count: usize,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Whether only problems are listed.
    pub problems_only: bool,
    /// Selection and scroll position.
    pub cursor: Cursor,
}

impl List {
    /// The positions of the responses that are listed.
    pub fn shown(&self, readings: &[Reading]) -> Vec<usize> {
        let wanted = |reading: &Reading| !self.problems_only || reading.decoded.verdict != Outcome::Success;
        readings.iter().enumerate().filter(|(_, reading)| wanted(reading)).map(|(at, _)| at).collect()
    }
}

/// The row of one response.
pub fn row(reading: &Reading, secrets: Secrets) -> ListRow {
    let decoded = &reading.decoded;
    let mut source = decoded.source.name.clean();
    source.push(&clean(&format!(":{}", decoded.source.line)));
    ListRow {
        source,
        mark: reading.mark(),
        status: decoded.http.status,
        vendor: decoded.vendor.as_ref().map(|vendor| vendor.name.clean()).unwrap_or_default(),
        code: decoded.codes.last().map(|code| code.code.clean()).unwrap_or_default(),
        summary: secrets.mask(&decoded.summary).clean(),
    }
}

/// Codes with the number of responses that have them, most frequent first.
pub fn counts(readings: &[Reading]) -> Vec<Count> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for reading in readings {
        let vendor = reading.decoded.vendor.as_ref().map_or("unknown", |vendor| vendor.id.as_str());
        let name = match (reading.decoded.codes.last(), reading.decoded.http.status) {
            (Some(code), _) => format!("{vendor} {}", code.code.source()),
            (None, Some(status)) => format!("{vendor} HTTP {status}"),
            (None, None) => format!("{vendor} {}", reading.mark().word()),
        };
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<Count> = counts.into_iter().map(|(name, count)| Count { name: clean(&name), count }).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.count));
    counts
}
