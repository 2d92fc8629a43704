//! Who listens to texts: whether somebody would react to one, so that it cannot stand in a hole.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};

use super::Written;
use wide::u8x16;

use super::reading::Hole;
use crate::decode::{self, Sentences};
use crate::detect::Mixer;
use crate::pack::{Catalog, Pack};
use crate::secrets::{self, Secrets};
use crate::text::{Address, stands_alone};

/// What is known of the texts of one pack's bodies.
pub(super) struct Ear<'c> {
    written: Written,
    secrets: Secrets,
    sentences: Sentences<'c>,
    /// Sentences that say more than their words.
    known: RefCell<HashSet<Box<str>, Mixer>>,
    /// What was said of texts before, by their length; none where numbers matter.
    answers: Option<RefCell<Vec<VecDeque<Answer>>>>,
}

/// What was said of a text.
#[derive(Clone, Debug, Default)]
struct Answer {
    text: Vec<u8>,
    /// For each byte all bits where any other digit may stand there, and else none.
    digit: Vec<u8>,
    hole: Hole,
    fits: bool,
}

impl Answer {
    /// Whether it is said of this text as well.
    fn covers(&self, hole: Hole, text: &[u8]) -> bool {
        self.hole == hole && self.text.len() == text.len() && self.is_like(text)
    }

    /// Whether a text of the same length differs in its numbers alone; sixteen bytes are compared at a time.
    fn is_like(&self, text: &[u8]) -> bool {
        let step = |at: usize| {
            let part = |of: &[u8]| of[at..].first_chunk().map_or(u8x16::splat(0), |chunk| u8x16::new(*chunk));
            let (known, digit, text) = (part(&self.text), part(&self.digit), part(text));
            let number = text - u8x16::splat(b'0');
            let any = digit & number.min(u8x16::splat(9)).simd_eq(number);
            (known.simd_eq(text) | any).to_bitmask() == 0xffff
        };
        match text.len().checked_sub(16) {
            // Some bytes at the end are compared twice.
            Some(last) => (0..text.len() / 16).all(|at| step(at * 16)) && step(last),
            None => self
                .text
                .iter()
                .zip(&self.digit)
                .zip(text)
                .all(|((known, digit), byte)| known == byte || (*digit != 0 && byte.is_ascii_digit())),
        }
    }
}

/// Sentences that are remembered.
const MOST_KNOWN: usize = 1024;
/// Longest of them, and of texts whose answer is remembered, in bytes.
const LONGEST: usize = 200;
/// Answers that are remembered, for texts of each length.
const ANSWERS: usize = 6;

impl<'c> Ear<'c> {
    pub(super) fn new(catalog: &'c Catalog, pack: Option<&'c Pack>, written: Written, secrets: Secrets) -> Self {
        let sentences = Sentences::new(catalog, pack);
        let has_number =
            |words: &str| numbers(words.replace(|c: char| c.is_ascii_digit(), "7").as_bytes()).contains(&u8::MAX);
        let plain = !sentences.literals().any(has_number);
        let answers = plain.then(|| RefCell::new(vec![VecDeque::new(); LONGEST + 1]));
        Self { written, secrets, sentences, known: RefCell::default(), answers }
    }

    /// Whether nothing can react to a text. `nouns` are words that we name things with ourselves.
    pub(super) fn fits(&self, hole: Hole, text: &str, nouns: &[&str]) -> bool {
        // What has no blank is an id or an address, and comes once.
        let has_blank = || memchr::memchr(b' ', text.as_bytes()).is_some();
        let Some(answers) =
            self.answers.as_ref().filter(|_| text.len() <= LONGEST && !hole.label && !hole.link && has_blank())
        else {
            return self.judge(hole, text, nouns);
        };
        let known = &mut answers.borrow_mut()[text.len()];
        if let Some(answer) = known.iter().find(|answer| answer.covers(hole, text.as_bytes())) {
            return answer.fits;
        }
        let fits = self.judge(hole, text, nouns);
        known.truncate(ANSWERS - 1);
        known.push_front(Answer { text: text.into(), digit: numbers(text.as_bytes()), hole, fits });
        fits
    }

    fn judge(&self, hole: Hole, text: &str, nouns: &[&str]) -> bool {
        if hole.sentence && self.knows(text) {
            return false;
        }
        if self.written == Written::Nothing {
            return true;
        }
        if hole.sentence && text.contains('<') || hole.id && text.contains([' ', '=']) {
            return false;
        }
        if hole.link && !Address::of(&text.into()).doubts().is_empty() {
            return false;
        }
        if hole.label && !is_label(text, nouns) {
            return false;
        }
        // It has to be found again as it is.
        let found = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        if hole.matched && !((8..256).contains(&text.len()) && text.bytes().all(found)) {
            return false;
        }
        if text.len() <= LONGEST && secrets::is_bare(text) {
            return true;
        }
        let fits = |text: &str| stands_alone(text) && !self.secrets.has_any(&text.into());
        let line = decode::headline(text);
        fits(text) && (line.len() == text.len() || fits(&line))
    }

    /// Whether somebody has something to say about a sentence.
    fn knows(&self, text: &str) -> bool {
        if self.known.borrow().contains(text) {
            return true;
        }
        let is_known = self.sentences.know(text);
        // A sentence that nobody knows may never come again; a vendor's own will.
        if is_known && text.len() <= LONGEST {
            let mut known = self.known.borrow_mut();
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(text.into());
        }
        is_known
    }
}

/// Whether a text may name what stands beside it: it hides no value behind it, and does not look like a name that we
/// gave by counting.
fn is_label(text: &str, nouns: &[&str]) -> bool {
    let last = text.trim_end_matches(['"', '\'', '\\', ' ']);
    let start = last.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).map_or(0, |at| at + 1);
    let name = last.get(start..).unwrap_or(last);
    decode::headline(text) == text
        && !nouns.iter().any(|noun| text.starts_with(noun))
        && !name.eq_ignore_ascii_case("value")
        && !secrets::is_secret(name)
}

/// Marks the digits of every number of a text that stands alone, or between the slashes and dots of a path. Nothing that
/// may react to a text tells such numbers of the same length apart: credentials are told by letters beside digits and by
/// names (no known one begins with a digit), sentences by their words (where those have such numbers, no answer is
/// remembered), and everything else by signs.
fn numbers(text: &[u8]) -> Vec<u8> {
    let mut marks = vec![0; text.len()];
    let mut at = 0;
    while let Some(found) = text[at..].iter().position(u8::is_ascii_digit) {
        let start = at + found;
        at = start + text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Sentences are compared without regard to how letters are spelled: any that is not ASCII may be one that is.
        let is_letter =
            |byte: &u8| !byte.is_ascii() || (secrets::is_token_byte(*byte) && !matches!(*byte, b'.' | b'/'));
        let beside = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(is_letter);
        if !beside(start.checked_sub(1)) && !beside(Some(at)) {
            marks[start..at].fill(u8::MAX);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_numbers_that_stand_alone_do_not_count() {
        for (text, expected) in [
            ("Segment 6609 written", "Segment #### written"),
            ("7 of 12: a1 1a 3.5 v-2 /in/50.mp4", "# of ##: a1 1a #.# v-2 /in/##.mp4"),
            ("字 42 を 9字", "字 ## を 9字"),
            ("", ""),
        ] {
            let marks = numbers(text.as_bytes());
            let shown = text.bytes().zip(&marks).map(|(byte, mark)| if *mark != 0 { b'#' } else { byte }).collect();
            assert_eq!(String::from_utf8(shown).as_deref(), Ok(expected));
            let other: Vec<u8> =
                text.bytes().zip(&marks).map(|(byte, mark)| if *mark != 0 { b'8' } else { byte }).collect();
            let answer = Answer { text: text.into(), digit: marks, ..Answer::default() };
            assert!(answer.covers(Hole::default(), text.as_bytes()) && answer.covers(Hole::default(), &other));
            assert!(!answer.covers(Hole { id: true, ..Hole::default() }, text.as_bytes()));
            assert!(!answer.covers(Hole::default(), format!("{text}8").as_bytes()));
            let letter = text.replace(|c: char| c.is_ascii_digit(), "x");
            assert!(letter == text || !answer.covers(Hole::default(), letter.as_bytes()));
        }
    }

    /// Texts that somebody may react to, with numbers in them.
    fn text() -> impl Strategy<Value = Vec<&'static str>> {
        let words = [
            "5",
            "42",
            "1234567890123456",
            "token",
            "=",
            ":",
            " ",
            " ",
            "Bearer",
            "key",
            "api_key",
            "sk-",
            "value",
            "\"",
            "'",
            "://",
            "user",
            "@",
            "/",
            "-----",
            "BEGIN",
            "PRIVATE KEY-----",
            "Upload",
            "limit",
            "?",
            "&",
            "code=",
            "é",
            "\n",
            "Your",
            "monthly",
            "of",
            ".",
            "mp4",
            "r8_",
            "ya29.",
            "eyJ",
            "abcdefghijklmnop",
            "%",
            "-",
            "Daily",
            "cap",
            "reached",
            "for",
            "last",
            "24",
            "h",
            "\u{ff48}",
            "\u{ff12}",
            "uploads",
            "retry",
            "in",
            "seconds",
            "HTTP",
            "{",
            "<",
            ",",
        ];
        prop::collection::vec(prop::sample::select(words.to_vec()), 1..14)
    }

    proptest! {
        #[test]
        fn what_is_said_of_a_text_does_not_depend_on_its_numbers(words in text(), digit in 1..10_u8) {
            let catalog = Catalog::builtin();
            let text = words.concat();
            let marks = numbers(text.as_bytes());
            let other = text.bytes().zip(&marks).map(|(byte, mark)| if *mark != 0 { b'0' + digit } else { byte }).collect();
            let other = String::from_utf8(other).expect("digits for digits");
            for pack in catalog.packs().iter().map(Some).chain([None]) {
                let ear = Ear::new(&catalog, pack, Written::Json, Secrets::Masked);
                if ear.answers.is_none() {
                    continue;
                }
                for hole in [
                    Hole { sentence: true, shown: true, ..Hole::default() },
                    Hole { shown: true, ..Hole::default() },
                    Hole { id: true, ..Hole::default() },
                    Hole { link: true, ..Hole::default() },
                    Hole { copied: true, matched: true, ..Hole::default() },
                ] {
                    prop_assert_eq!(ear.judge(hole, &text, &[]), ear.judge(hole, &other, &[]), "{:?} {:?}", text, other);
                }
            }
        }
    }
}
