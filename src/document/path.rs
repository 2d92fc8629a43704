//! Paths as packs write them: the names / index / wildcard part of JSONPath (RFC 9535) without the leading `$.`.
//!
//! `data.code`, `errors[*].message`, `results.*`, `["odd name"].x`, `$[0].error_code`, `$` for the root. A leading
//! dot (jq's spelling) is accepted. This file is also compiled into the build script, so it imports nothing of ours.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Step {
    /// The member of that name.
    Name(#[serde(borrow)] Cow<'static, str>),
    /// The element at that position, from 0.
    Index(usize),
    /// `[*]`: every element; of a value that is no array, the value itself (XML's one-or-many needs no special case).
    Elements,
    /// `.*`: every member or element.
    Children,
}

/// A compiled path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Path {
    /// Whether it starts at the document's root even where it is used inside an item (`$.status`).
    pub absolute: bool,
    /// The steps, outermost first.
    pub steps: Box<[Step]>,
}

/// Longest path that is accepted, in steps.
pub const MAX_STEPS: usize = 16;

/// Why a path cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing but blanks.
    #[error("a path must not be empty; write `$` for the whole body")]
    Empty,
    /// Something that is no step.
    #[error("unexpected `{found}` at character {at}")]
    Unexpected {
        /// Characters before it, plus one.
        at: usize,
        /// The character, or `end`.
        found: String,
    },
    /// More than [`MAX_STEPS`].
    #[error("more than {MAX_STEPS} steps")]
    TooLong,
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Reader { chars: text.trim().chars().collect(), at: 0 }.path()
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn path(mut self) -> Result<Path, PathError> {
        if self.chars.is_empty() {
            return Err(PathError::Empty);
        }
        let absolute = self.take('$');
        let mut steps = Vec::new();
        let mut first = !absolute;
        while let Some(c) = self.peek() {
            match c {
                '[' => steps.push(self.bracket()?),
                '.' => {
                    self.at += 1;
                    steps.push(self.name()?);
                }
                _ if first => steps.push(self.name()?),
                _ => return Err(self.unexpected()),
            }
            first = false;
            if steps.len() > MAX_STEPS {
                return Err(PathError::TooLong);
            }
        }
        Ok(Path { absolute, steps: steps.into() })
    }

    fn name(&mut self) -> Result<Step, PathError> {
        if self.take('*') {
            return Ok(Step::Children);
        }
        if self.peek() == Some('[') {
            return self.bracket();
        }
        let start = self.at;
        while self.peek().is_some_and(|c| !matches!(c, '.' | '[' | ']' | '"' | '\'') && !c.is_whitespace()) {
            self.at += 1;
        }
        if start == self.at {
            return Err(self.unexpected());
        }
        Ok(Step::Name(self.chars[start..self.at].iter().collect::<String>().into()))
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        self.at += 1;
        let step = match self.peek() {
            Some('*') => {
                self.at += 1;
                Step::Elements
            }
            Some(quote @ ('"' | '\'')) => {
                self.at += 1;
                let mut name = String::new();
                loop {
                    match self.peek() {
                        Some(c) if c == quote => break,
                        Some('\\') => {
                            self.at += 1;
                            name.push(self.peek().ok_or_else(|| self.unexpected())?);
                        }
                        Some(c) => name.push(c),
                        None => return Err(self.unexpected()),
                    }
                    self.at += 1;
                }
                self.at += 1;
                Step::Name(name.into())
            }
            _ => {
                let start = self.at;
                while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                    self.at += 1;
                }
                let digits: String = self.chars[start..self.at].iter().collect();
                Step::Index(digits.parse().map_err(|_| self.unexpected())?)
            }
        };
        if !self.take(']') {
            return Err(self.unexpected());
        }
        Ok(step)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self) -> PathError {
        let found = self.peek().map_or_else(|| "end".to_owned(), String::from);
        PathError::Unexpected { at: self.at + 1, found }
    }
}

/// Writes the path the way packs do; reading it again gives the same path.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.absolute || self.steps.is_empty() {
            f.write_str("$")?;
        }
        for (position, step) in self.steps.iter().enumerate() {
            let dot = if position > 0 || self.absolute { "." } else { "" };
            match step {
                Step::Name(name) if is_plain(name) => write!(f, "{dot}{name}")?,
                Step::Name(name) => write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Elements => f.write_str("[*]")?,
                Step::Children => write!(f, "{dot}*")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name != "*"
        && !name.starts_with('$')
        && !name.contains(['.', '[', ']', '"', '\''])
        && !name.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        for text in [
            "a.b.c",
            "errors[*].message",
            "results.*",
            "$",
            "$[0].error_code",
            "details[*][\"odd name\"].x",
            "$.status",
            "a.*[0]",
            "@ns",
            "[\"odata.error\"].code",
        ] {
            let path: Path = text.parse().expect(text);
            assert_eq!(path.to_string(), text);
        }
        let jq: Path = ".a[\"@type\"]".parse().expect("jq spelling");
        assert_eq!(jq.to_string(), "a.@type");
    }

    #[test]
    fn refuses_with_place() {
        assert_eq!("".parse::<Path>(), Err(PathError::Empty));
        assert!(matches!("a..b".parse::<Path>(), Err(PathError::Unexpected { at: 3, .. })));
        assert!(matches!("a[x]".parse::<Path>(), Err(PathError::Unexpected { at: 3, .. })));
        assert!(matches!("a[\"x".parse::<Path>(), Err(PathError::Unexpected { at: 5, .. })));
    }
}
