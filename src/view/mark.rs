//! Status words with their glyphs: a glyph never stands alone, so colour and font may fail.

use crate::pack::{Outcome, Severity};

/// A status word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// It worked.
    Ok,
    /// It did not work.
    Fail,
    /// To heed.
    Warn,
    /// To know.
    Info,
    /// For debugging.
    Debug,
    /// Some of it worked.
    Partial,
    /// Not over.
    Pending,
    /// Not tried.
    Skipped,
    /// Nobody can tell.
    Unknown,
}

impl Mark {
    /// The word in a row.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Fail => "FAIL",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Partial => "PARTIAL",
            Self::Pending => "PENDING",
            Self::Skipped => "SKIPPED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The word in a headline.
    pub fn headline(self) -> &'static str {
        match self {
            Self::Ok => "SUCCESS",
            Self::Fail => "FAILED",
            Self::Warn => "WARNING",
            other => other.word(),
        }
    }

    /// The glyph before the word.
    pub fn glyph(self, ascii: bool) -> &'static str {
        match (self, ascii) {
            (Self::Ok, false) => "✓",
            (Self::Ok, true) => "+",
            (Self::Fail, false) => "✗",
            (Self::Fail, true) => "x",
            (Self::Warn, _) => "!",
            (Self::Info, _) => "i",
            (Self::Debug, false) => "·",
            (Self::Debug, true) => ".",
            (Self::Partial, false) => "◐",
            (Self::Partial, true) => "%",
            (Self::Pending, false) => "…",
            (Self::Pending, true) => "~",
            (Self::Skipped, _) => "-",
            (Self::Unknown, _) => "?",
        }
    }

    /// Whether somebody has to do something about it.
    pub fn is_problem(self) -> bool {
        matches!(self, Self::Fail | Self::Warn | Self::Partial)
    }
}

impl From<Outcome> for Mark {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Ok,
            Outcome::Partial => Self::Partial,
            Outcome::Failure => Self::Fail,
            Outcome::Pending => Self::Pending,
            Outcome::Skipped => Self::Skipped,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

impl From<Severity> for Mark {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Fail,
            Severity::Warning => Self::Warn,
            Severity::Info => Self::Info,
            Severity::Debug | Severity::Trace => Self::Debug,
        }
    }
}
