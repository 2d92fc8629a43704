//! The heads of a response as rows: status lines, headers, and what was found in them.

use super::explain::{Part, usage_words};
use super::{Cursor, Eye, Reading, human};
use crate::decode::Place;
use crate::text::{Clean, clean};

/// One row.
#[derive(Clone, Debug)]
pub struct HeaderRow {
    /// The header's name; empty for a status line.
    pub name: Clean,
    /// Its value, or the status line.
    pub value: Clean,
    /// Whether this is a status line.
    pub is_status: bool,
    /// What was found in it.
    pub words: Option<Clean>,
}

/// The rows of one response's heads.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// Selection and scroll position.
    pub cursor: Cursor,
}

impl Headers {
    /// How many rows there are.
    pub fn len(&self, reading: &Reading) -> usize {
        reading.response.heads.iter().map(|head| head.headers.len() + 1).sum()
    }

    /// The row at a position.
    pub fn row(&self, reading: &Reading, at: usize, eye: Eye) -> Option<HeaderRow> {
        let mut left = at;
        let last = reading.response.heads.len().saturating_sub(1);
        for (position, head) in reading.response.heads.iter().enumerate() {
            if left == 0 {
                let mut value = head.version.clean();
                if let Some(status) = head.status {
                    value.push(&clean(&format!(" {status}")));
                }
                value.push(&Clean::ours(" "));
                value.push(&head.reason.clean());
                let words = (position < last).then_some(Clean::ours("an earlier head: redirect, proxy or interim"));
                return Some(HeaderRow { name: Clean::default(), value, is_status: true, words });
            }
            left -= 1;
            if let Some(header) = head.headers.get(left) {
                let value = eye.secrets.mask_named(&header.name, &header.value).clean();
                let found = (position == last).then(|| words(reading, header.name.source())).flatten();
                let says = human::says(header.name.source(), header.value.source(), eye.now).as_deref().map(clean);
                let words = match (found, says) {
                    (Some(mut found), Some(says)) => {
                        found.push(&Clean::ours("; "));
                        found.push(&says);
                        Some(found)
                    }
                    (found, says) => found.or(says),
                };
                return Some(HeaderRow { name: header.name.clean(), value, is_status: false, words });
            }
            left -= head.headers.len();
        }
        None
    }
}

/// What was found in a header.
fn words(reading: &Reading, name: &str) -> Option<Clean> {
    let decoded = &reading.decoded;
    let is_here = |place: &Place| matches!(place, Place::Header(here) if here.source().eq_ignore_ascii_case(name));
    if let Some(usage) = decoded.usage.iter().find(|usage| is_here(&usage.place)) {
        let mut text = usage.label.clean();
        text.push(&clean(&format!(": {}", usage_words(usage).unwrap_or_default())));
        return Some(text);
    }
    if decoded.request_id.as_ref().is_some_and(|id| is_here(&id.place)) {
        return Some(Clean::ours("the id to quote to support"));
    }
    let link = decoded.links.iter().any(|link| is_here(&link.place));
    link.then_some(Clean::ours("link"))
}

/// Explains the whole list where nothing was sent along.
pub fn missing() -> Part {
    let text =
        Clean::ours("No head came with this body. `curl -i` prints it; `--header` and `--status` name what you know.");
    Part { label: "", lines: vec![text], by: None, kind: super::explain::PartKind::Words }
}
