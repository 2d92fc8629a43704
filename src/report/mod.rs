//! What was decoded, as text for people, lines for grep, JSON for programs, Markdown for tickets.
//!
//! In: [`Decoded`] and the body it speaks of. Out: bytes on a writer. Every string of a response passes through
//! [`Report::words`], which masks credentials and cleans it; nothing here reads raw text, a terminal or a pack's rules.

mod advice;
mod block;
pub mod doctor;
pub mod entries;
pub mod explanation;
pub mod findings;
pub mod json;
pub mod line;

pub mod markdown;
mod rest;
pub mod settings;
mod style;
pub mod summary;
pub mod text;
mod trouble;
pub mod vendors;

pub use style::{Role, Style};

use crate::decode::{Code, Decoded, Outcome, Place, Said, Story, Words};
use crate::document::{Format, NodeId, Nodes};
use crate::secrets::Secrets;
use crate::text::{Clean, Untrusted};

/// How a report may look; formats for programs use the secrets only.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours and glyphs.
    pub style: Style,
    /// Cells that a line may take.
    pub width: usize,
    /// Whether credentials are masked.
    pub secrets: Secrets,
    /// Seconds since 1970, for "in 42 s"; `None` leaves such words out.
    pub now: Option<u64>,
}

impl Default for Look {
    fn default() -> Self {
        Self { style: Style::default(), width: 80, secrets: Secrets::Masked, now: None }
    }
}

/// One response and what was found in it: what every format writes.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What was found.
    pub decoded: &'a Decoded,
    /// The body it was found in.
    pub document: &'a dyn Nodes,
    /// Whether credentials are masked.
    pub secrets: Secrets,
}

impl Report<'_> {
    /// Text of a response or a pack, masked and fit for one line of any output.
    pub fn words(&self, words: &Untrusted<'_>) -> Clean {
        self.secrets.mask(words).clean()
    }

    /// The same, line by line; at least one line.
    pub fn lines(&self, words: &Untrusted<'_>) -> Vec<Clean> {
        let lines: Vec<_> = self.secrets.mask(words).lines().collect();
        if lines.is_empty() { vec![Clean::default()] } else { lines }
    }

    /// A place as reports spell it: an RFC 6901 pointer, `header:NAME` or `status`.
    pub fn place(&self, place: &Place) -> Clean {
        match place {
            Place::Body(node) => self.pointer(*node),
            Place::Header(name) => {
                let mut text = Clean::ours("header:");
                text.push(&name.clean());
                text
            }
            Place::Status => Clean::ours("status"),
        }
    }

    /// The RFC 6901 pointer of a node.
    pub fn pointer(&self, node: NodeId) -> Clean {
        self.document.pointer(node).text().clean()
    }

    /// A place for people: the root, whose pointer is empty, has a name.
    fn shown_place(&self, place: &Place) -> String {
        let text = self.place(place).into_string();
        if text.is_empty() { "(whole body)".into() } else { text }
    }

    /// The words of the response that others are compared with: its summary, codes with their titles, and what names items
    /// and messages, a line each.
    pub fn labels(&self) -> String {
        let mut all = self.words(&self.decoded.summary).into_string();
        let mut add = |words: &Words| {
            all.push('\n');
            all.push_str(&self.words(words));
        };
        for code in self.codes() {
            add(&code.code);
            if let Some(title) = code.entry.as_ref().and_then(|entry| entry.title.as_ref()) {
                add(title);
                let both = format!("{} {}", self.words(&code.code), self.words(title));
                add(&both.into());
            }
        }
        let mut items: Vec<_> = self.decoded.items.iter().collect();
        while let Some(item) = items.pop() {
            add(&item.label);
            items.extend(&item.items);
        }
        self.decoded.messages.iter().filter_map(|message| message.field.as_ref()).for_each(add);
        all
    }

    /// Every code of the response: its own, then those of its items.
    fn codes(&self) -> Vec<&Code> {
        let mut codes: Vec<&Code> = self.decoded.codes.iter().collect();
        let mut items: Vec<_> = self.decoded.items.iter().rev().collect();
        while let Some(item) = items.pop() {
            codes.extend(&item.codes);
            items.extend(item.items.iter().rev());
        }
        codes
    }

    /// The most specific code of the response itself.
    fn code(&self) -> Option<&Code> {
        self.decoded.codes.last()
    }
}

/// The word of an outcome in formats for programs.
pub(crate) fn outcome_id(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Partial => "partial",
        Outcome::Failure => "failure",
        Outcome::Pending => "pending",
        Outcome::Skipped => "skipped",
        Outcome::Unknown => "unknown",
    }
}

/// The word of a format in formats for programs.
pub(crate) fn format_id(format: Format) -> &'static str {
    match format {
        Format::Json => "json",
        Format::Xml => "xml",
        Format::Html => "html",
        Format::Text => "text",
        Format::Empty => "empty",
        Format::Binary => "binary",
    }
}

/// The name of a format for people.
fn format_name(format: Format) -> &'static str {
    match format {
        Format::Json => "JSON",
        Format::Xml => "XML",
        Format::Html => "HTML",
        Format::Text => "text",
        Format::Empty => "empty",
        Format::Binary => "binary",
    }
}

/// The parts of a story under the headings that every format uses.
fn parts(story: &Story) -> impl Iterator<Item = (&'static str, &Said)> {
    let parts = [
        ("What happened", &story.happened),
        ("Details", &story.detail),
        ("What it means", &story.means),
        ("What to do", &story.action),
    ];
    parts.into_iter().filter_map(|(heading, said)| Some((heading, said.as_ref()?)))
}

/// Whether a text says the same as the other, so that it need not be said twice.
fn same(words: Option<&Words>, said: Option<&Said>) -> bool {
    matches!((words, said), (Some(words), Some(said)) if *words == said.text)
}

/// Bytes for people.
fn size(bytes: usize) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut amount = bytes as f64 / 1000.0;
    let mut unit = 0;
    while amount >= 999.95 && unit + 1 < UNITS.len() {
        amount /= 1000.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

/// A number as people write it: no `.0` on whole ones.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9e15 { format!("{value:.0}") } else { value.to_string() }
}

/// The text, cut at the end to so many cells; `text::cut` knows the one ellipsis only.
fn shorten(text: &str, cells: usize, ellipsis: &str) -> String {
    if crate::text::width(text) <= cells {
        return text.to_owned();
    }
    let mut kept = crate::text::cut(text, (cells + 1).saturating_sub(crate::text::width(ellipsis)));
    if kept.ends_with('…') {
        kept.pop();
        kept.push_str(ellipsis);
    }
    kept
}

#[cfg(test)]
mod tests;
