//! Patterns of conditions.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A regular expression, compiled when first used. Linear time on any input.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pattern {
    source: String,
    #[serde(skip)]
    compiled: OnceLock<Option<regex_lite::Regex>>,
}

impl Pattern {
    /// Compiles, and refuses what cannot be compiled within the size limit.
    pub fn new(source: &str) -> Result<Self, regex_lite::Error> {
        let compiled = compile(source)?;
        Ok(Self { source: source.to_owned(), compiled: OnceLock::from(Some(compiled)) })
    }

    /// The expression as the pack spells it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it matches somewhere in the text; of a long one in its beginning.
    pub fn is_match(&self, text: &str) -> bool {
        // A pack that got here was compiled once before, so `None` does not occur.
        let Some(regex) = self.compiled.get_or_init(|| compile(&self.source).ok()) else { return false };
        if text.len() <= REACH {
            return regex.is_match(text);
        }
        let end = (0..=REACH).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        // What ends at the cut may end there because of the cut.
        regex.find(&text[..end]).is_some_and(|found| found.end() < end)
    }
}

/// How much of a text a pattern looks at, in bytes: it tells one vendor from another by how a value begins, and each byte
/// costs as much as a thousand do elsewhere.
const REACH: usize = 16 * 1024;

/// Longest program that a pattern may become, in bytes.
const LONGEST: usize = 256 * 1024;

fn compile(source: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::RegexBuilder::new(source).size_limit(LONGEST).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_long_text_is_matched() {
        let long = format!("é{}", "a".repeat(REACH));
        for (pattern, short, of_long) in [
            ("^é", false, true),
            ("a", true, true),
            ("a$", true, false),
            ("^é?a*$", true, false),
            ("aab", false, false),
        ] {
            let pattern = Pattern::new(pattern).expect("a pattern");
            assert_eq!((pattern.is_match("aa"), pattern.is_match(&long)), (short, of_long), "{}", pattern.source());
            assert!(!pattern.is_match(&format!("{}{}", "-".repeat(REACH), "aab")), "out of its reach");
        }
    }
}
