//! Regular expressions of packs, and a first look that spares most texts from them.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A regular expression, compiled when first used. Linear time on any input.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pattern {
    source: String,
    #[serde(skip)]
    compiled: OnceLock<Option<regex_lite::Regex>>,
    #[serde(skip)]
    opening: OnceLock<Opening>,
}

impl Pattern {
    /// Compiles, and refuses what cannot be compiled within the size limit.
    pub fn new(source: &str) -> Result<Self, regex_lite::Error> {
        let compiled = compile(source)?;
        Ok(Self { source: source.to_owned(), compiled: OnceLock::from(Some(compiled)), opening: OnceLock::new() })
    }

    /// The expression as the pack spells it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether most texts that it does not match are told by how they begin.
    pub fn begins(&self) -> bool {
        !self.opening.get_or_init(|| Opening::of(&self.source)).steps.is_empty()
    }

    /// Whether it matches somewhere in the text; of a long one in its beginning.
    pub fn is_match(&self, text: &str) -> bool {
        let opening = self.opening.get_or_init(|| Opening::of(&self.source));
        if !opening.fits(text.as_bytes()) {
            return false;
        }
        if opening.is_all {
            return true;
        }
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

/// What a text must start with for an expression like `^req_` or `^[0-9]{4}-[0-9]{2}`: most texts fail that, and many
/// expressions ask for nothing else. An expression that does not begin so asks for nothing here.
#[derive(Clone, Debug, Default)]
struct Opening {
    steps: Box<[Step]>,
    /// Whether it is all that the expression asks for.
    is_all: bool,
}

/// One byte of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Byte(u8),
    Digit,
}

/// More steps than this tell nothing more.
const MOST_STEPS: usize = 64;

impl Opening {
    fn of(source: &str) -> Self {
        let mut steps = Vec::new();
        let Some(mut rest) = source.strip_prefix('^').filter(|rest| !rest.contains('|')) else {
            return Self::default();
        };
        while let Some(first) = rest.chars().next().filter(|_| steps.len() < MOST_STEPS) {
            let (step, mut after) = if let Some(after) = rest.strip_prefix("[0-9]") {
                (vec![Step::Digit], after)
            } else if "\\.[](){}*+?^$".contains(first) {
                break;
            } else {
                let (one, after) = rest.split_at(first.len_utf8());
                (one.bytes().map(Step::Byte).collect(), after)
            };
            let mut times = 1;
            if let Some((count, tail)) = after.strip_prefix('{').and_then(|counted| counted.split_once('}')) {
                match count.parse() {
                    Ok(count) if count < MOST_STEPS => (times, after) = (count, tail),
                    _ => break,
                }
            }
            if after.starts_with(['*', '?', '+', '{']) {
                // At least once, as far as one can tell.
                let often = after.starts_with('+') && times == 1;
                steps.extend(step.into_iter().filter(|_| often));
                break;
            }
            steps.extend(step.repeat(times));
            rest = after;
        }
        Self { is_all: rest.is_empty(), steps: steps.into() }
    }

    fn fits(&self, text: &[u8]) -> bool {
        let fits = |(step, byte): (&Step, &u8)| match step {
            Step::Byte(wanted) => wanted == byte,
            Step::Digit => byte.is_ascii_digit(),
        };
        text.len() >= self.steps.len() && self.steps.iter().zip(text).all(fits)
    }
}

/// Longest program that a pattern may become, in bytes.
const PATTERN_LIMIT: usize = 256 * 1024;

fn compile(source: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::RegexBuilder::new(source).size_limit(PATTERN_LIMIT).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_what_its_expression_says() {
        let texts = [
            "",
            "/",
            "/a",
            "req_1",
            "re",
            "req",
            "http://x",
            "https://x",
            "htt",
            "ab",
            "aab",
            "a+b",
            "x req_",
            "abc|",
            "é1",
            "12-3",
            "12",
            "1x",
            "x",
            "123x",
            "bb",
            "aaab",
            "1234",
            "aa",
        ];
        let sources = [
            "^[0-9]{2}-[0-9]",
            "^[0-9]{2}$",
            "^[0-9]+x",
            "^[0-9]?x",
            "^[0-9]{0}x",
            "^[0-9]{1,2}x",
            "^a{0}b",
            "^a{3}?b",
            "^(?:a)b",
            "^[0-9]{2}{2}",
            "^/",
            "^req_",
            "^req_?",
            "^https?://",
            "^a*b",
            "^a{2}b",
            "^a+b",
            "^ab|c",
            "^(ab|x)",
            "^abc\\|",
            "req_",
            "^",
            "^$",
            "^req_$",
            "(?i)^REQ_",
            "^é",
            "^é?1",
            "^a.b",
            "^[a-z]{3}",
        ];
        for source in sources {
            let pattern = Pattern::new(source).expect(source);
            let regex = regex_lite::Regex::new(source).expect(source);
            for text in texts {
                assert_eq!(pattern.is_match(text), regex.is_match(text), "{source} {text}");
            }
        }
    }

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
