//! What is wrong with a pack file, where, and what to do about it.

use std::fmt;

/// What kind of trouble a pack file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PackErrorKind {
    /// Not TOML.
    Syntax,
    /// A format number that is not 1.
    Format,
    /// A key that nobody reads.
    UnknownKey,
    /// A key that must be there.
    MissingKey,
    /// A string where a list is wanted, and the like.
    Type,
    /// A value that is not one of those allowed.
    Value,
    /// A path that cannot be read.
    Path,
    /// A regular expression that cannot be compiled.
    Pattern,
    /// A message template that cannot be compiled.
    Template,
    /// A name or code that is there twice, or ranges that overlap.
    Duplicate,
    /// A name that leads nowhere.
    Reference,
    /// More than a pack may hold.
    Limit,
    /// A sample that is missing or cannot be read.
    Sample,
}

/// Trouble in a pack file. `Display` is one line, `file:line:column: message`; all of it is fit for a terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct PackError {
    /// What kind of trouble.
    pub kind: PackErrorKind,
    /// The file's name as the caller gave it, cleaned.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong: lower case, the offending value in backticks, cleaned.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
}

impl PackError {
    /// The line of `Display` and, where there is one, a `hint:` line below it.
    pub fn in_full(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{self}\nhint: {hint}"),
            None => self.to_string(),
        }
    }
}

/// Longest value that a message repeats.
const LONGEST: usize = 80;

/// Somebody's value, fit to stand in a message: one line, no controls, cut, in backticks.
pub(crate) fn quoted(value: impl AsRef<str>) -> Quoted {
    let value = value.as_ref();
    let short: String = value.chars().take(LONGEST).collect();
    let more = if short.len() < value.len() { "…" } else { "" };
    Quoted(format!("`{}{more}`", crate::text::clean(&short)))
}

/// See [`quoted`].
pub(crate) struct Quoted(String);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `a`, `b` or `c`.
pub(crate) fn choice<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
