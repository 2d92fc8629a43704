//! The labelled parts of an explanation, and what a table says of a code as such parts.

use super::retry_words;
use crate::decode::{Entry, Said, Speaker, Sureness};
use crate::secrets::Secrets;
use crate::text::{Address, Clean, Untrusted, clean};

/// What a part is, for its colour and for what can be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Words.
    Words,
    /// A code with its title.
    Code,
    /// An address.
    Link,
    /// A remark that matters less.
    Remark,
}

/// One labelled part.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The label; empty for more of the same.
    pub label: &'static str,
    /// The text, a paragraph each.
    pub lines: Vec<Clean>,
    /// Whose words they are, where they are anybody's.
    pub by: Option<Speaker>,
    /// What it is.
    pub kind: PartKind,
}

/// Lines of one text that a pane shows; the raw view has them all.
const SHOWN_LINES: usize = 200;

/// Characters of a name or a code that stands in a line with others.
const SHOWN_IN_LINE: usize = 2_000;
/// Characters of one text that a pane shows.
pub(super) const SHOWN_CHARS: usize = 20_000;

/// Parts being put together; everything that comes in is masked and cleaned here.
pub(super) struct Parts {
    secrets: Secrets,
    pub(super) list: Vec<Part>,
}

impl Parts {
    pub(super) fn new(secrets: Secrets) -> Self {
        Self { secrets, list: Vec::new() }
    }

    /// What a table says of a code.
    pub(super) fn entry(&mut self, entry: &Entry) {
        for message in &entry.messages {
            self.words("Message", message, Some(Speaker::Vendor), PartKind::Words);
        }
        if let Some(meaning) = &entry.meaning {
            self.words("What it means", meaning, Some(Speaker::Errview), PartKind::Words);
        }
        if let Some(action) = &entry.action {
            self.words("What to do", action, Some(Speaker::Errview), PartKind::Words);
        }
        if let Some(retry) = entry.retry {
            self.ours("Retry", &retry_words(retry, entry.who, None));
        }
        if let Some(applies) = &entry.applies {
            self.words("Applies to", applies, None, PartKind::Remark);
        }
        if let Some(family) = &entry.family {
            self.words("Family", family, None, PartKind::Remark);
        }
        if let Some(status) = entry.http {
            self.ours("HTTP", &format!("usually {status}"));
        }
        if !entry.see.is_empty() {
            let see: Vec<&str> = entry.see.iter().map(Untrusted::source).collect();
            self.push("See also", vec![clean(&see.join(", "))], None, PartKind::Remark);
        }
        if let Some(url) = &entry.url {
            self.words("Link", url, None, PartKind::Link);
        }
        let mut table = entry.pack_name.clean();
        table.push(&Clean::ours(", "));
        table.push(&entry.table_title.clean());
        self.push("Table", vec![table], None, PartKind::Remark);
        if let Some(source) = entry.source.as_ref().filter(|source| Some(*source) != entry.url.as_ref()) {
            self.words("Source", source, None, PartKind::Remark);
        }
        match entry.confidence {
            Sureness::Official => {}
            Sureness::Community => self.ours("", "reported by users, not by the vendor"),
            Sureness::Inferred => self.ours("", "inferred, not stated by the vendor"),
        }
    }

    pub(super) fn said(&mut self, label: &'static str, said: Option<&Said>) {
        if let Some(said) = said {
            self.words(label, &said.text, Some(said.by), PartKind::Words);
        }
    }

    pub(super) fn ours(&mut self, label: &'static str, text: &str) {
        self.push(label, vec![clean(text)], None, PartKind::Words);
    }

    pub(super) fn words(&mut self, label: &'static str, words: &Untrusted<'_>, by: Option<Speaker>, kind: PartKind) {
        let (head, rest) = words.split_at_char(SHOWN_CHARS);
        let masked = self.secrets.mask(&head);
        let mut lines: Vec<Clean> = masked.lines().take(SHOWN_LINES + 1).collect();
        if lines.len() > SHOWN_LINES || !rest.is_empty() {
            lines.truncate(SHOWN_LINES);
            lines.push(Clean::ours("… and more, which the raw view has"));
        }
        self.push(label, lines, by, kind);
    }

    /// A response's address, and below it what is doubtful about it.
    pub(super) fn address(&mut self, label: &'static str, href: &Untrusted<'_>) {
        self.words(label, href, None, PartKind::Link);
        if let Some(warning) = Address::of(href).warning() {
            self.push("Beware", vec![warning], None, PartKind::Words);
        }
    }

    pub(super) fn push(&mut self, label: &'static str, lines: Vec<Clean>, by: Option<Speaker>, kind: PartKind) {
        let repeated =
            self.list.iter().rev().find(|part| !part.label.is_empty()).is_some_and(|part| part.label == label);
        let label = if repeated { "" } else { label };
        self.list.push(Part { label, lines, by, kind });
    }

    /// Text within a line; the beginning of what nobody reads in one.
    pub(super) fn shown(&self, words: &Untrusted<'_>) -> Clean {
        let (head, rest) = words.split_at_char(SHOWN_IN_LINE);
        let mut shown = self.secrets.mask(&head).clean();
        if !rest.is_empty() {
            shown.push(&Clean::ours("…"));
        }
        shown
    }
}
