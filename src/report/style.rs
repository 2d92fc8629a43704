//! Colours and glyphs of reports. In: roles and outcomes. Out: text, painted where colour is on.
//!
//! Only the terminal's own 16 colours, so that a report fits every theme; nothing is told by colour alone.

use crate::decode::{Outcome, Severity};
use crate::text::Clean;

/// How reports look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Paint with ANSI colours.
    pub color: bool,
    /// Glyphs and dividers of ASCII only.
    pub ascii: bool,
    /// Make links that a terminal follows (OSC 8).
    pub links: bool,
}

/// What a piece of text is, for painting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Like the text around it.
    Plain,
    /// Headings and names.
    Strong,
    /// Places, sources, marks of whose words.
    Quiet,
    /// It worked.
    Good,
    /// It did not.
    Bad,
    /// To heed.
    Warn,
    /// To know.
    Note,
}

impl Role {
    fn sequence(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Quiet => Some("2"),
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Warn => Some("33"),
            Self::Note => Some("36"),
        }
    }

    /// The role of an outcome.
    pub fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Good,
            Outcome::Failure => Self::Bad,
            Outcome::Partial => Self::Warn,
            Outcome::Pending => Self::Note,
            Outcome::Skipped | Outcome::Unknown => Self::Strong,
        }
    }
}

impl Style {
    /// The text, painted where colour is on.
    pub fn paint(self, role: Role, text: &str) -> String {
        match role.sequence().filter(|_| self.color && !text.is_empty()) {
            Some(sequence) => format!("\x1b[{sequence}m{text}\x1b[0m"),
            None => text.to_owned(),
        }
    }

    /// The text as a link, where links are on. Pieces of one text share the `id`, so that they light up together.
    pub fn link(self, id: usize, target: &Clean, text: &str) -> String {
        match self.links && !text.is_empty() {
            true => format!("\x1b]8;id={id};{target}\x1b\\{text}\x1b]8;;\x1b\\"),
            false => text.to_owned(),
        }
    }

    /// Glyph and status word of an outcome.
    pub fn status(self, outcome: Outcome) -> &'static str {
        let (unicode, ascii) = match outcome {
            Outcome::Success => ("✓ OK", "+ OK"),
            Outcome::Failure => ("✗ FAIL", "x FAIL"),
            Outcome::Partial => ("◐ PARTIAL", "% PARTIAL"),
            Outcome::Pending => ("… PENDING", "~ PENDING"),
            Outcome::Skipped => ("- SKIPPED", "- SKIPPED"),
            Outcome::Unknown => ("? UNKNOWN", "? UNKNOWN"),
        };
        if self.ascii { ascii } else { unicode }
    }

    /// Glyph and word of a severity.
    pub fn severity(self, severity: Severity) -> (Role, &'static str) {
        match severity {
            Severity::Error => (Role::Bad, if self.ascii { "x ERROR" } else { "✗ ERROR" }),
            Severity::Warning => (Role::Warn, "! WARN"),
            Severity::Info => (Role::Note, "i INFO"),
            Severity::Debug => (Role::Quiet, if self.ascii { ". DEBUG" } else { "· DEBUG" }),
            Severity::Trace => (Role::Quiet, if self.ascii { ". TRACE" } else { "· TRACE" }),
        }
    }

    /// What stands between pieces of one line.
    pub fn divider(self) -> &'static str {
        if self.ascii { " - " } else { " · " }
    }

    /// What stands where something was left out.
    pub fn ellipsis(self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }
}
