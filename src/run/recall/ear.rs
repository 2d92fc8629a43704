//! Who listens to texts: whether somebody would react to one, so that it cannot stand in a hole.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::BuildHasher;

use super::reading::Hole;
use super::{Bytes, Written};
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
    /// What was said of texts before, by the lower bits of their hash; none where numbers matter.
    answers: Option<RefCell<Box<[Answer]>>>,
    key: RefCell<Vec<u8>>,
}

/// What was said of a text.
#[derive(Clone, Debug, Default)]
struct Answer {
    text: Vec<u8>,
    hole: Hole,
    fits: bool,
}

/// Sentences that are remembered.
const MOST_KNOWN: usize = 1024;
/// Longest of them, and of texts whose answer is remembered, in bytes.
const LONGEST: usize = 200;
/// Answers that are remembered; a power of two.
const ANSWERS: usize = 256;

impl<'c> Ear<'c> {
    pub(super) fn new(catalog: &'c Catalog, pack: Option<&'c Pack>, written: Written, secrets: Secrets) -> Self {
        let sentences = Sentences::new(catalog, pack);
        let mut bare = Vec::new();
        let mut has_number = |words: &str| {
            without_numbers(&words.replace(|c: char| c.is_ascii_digit(), "7"), &mut bare);
            bare.contains(&b'0')
        };
        let plain = !sentences.literals().any(&mut has_number);
        let answers = plain.then(|| RefCell::new(vec![Answer::default(); ANSWERS].into()));
        Self { written, secrets, sentences, known: RefCell::default(), answers, key: RefCell::default() }
    }

    /// Whether nothing can react to a text. `nouns` are words that we name things with ourselves.
    pub(super) fn fits(&self, hole: Hole, text: &str, nouns: &[&str]) -> bool {
        // What has no blank is an id or an address, and comes once.
        let Some(answers) =
            self.answers.as_ref().filter(|_| text.len() <= LONGEST && !hole.label && !hole.link && text.contains(' '))
        else {
            return self.judge(hole, text, nouns);
        };
        let mut key = self.key.borrow_mut();
        without_numbers(text, &mut key);
        let at = Mixer::default().hash_one(Bytes(&key)) as usize % ANSWERS;
        let answer = &mut answers.borrow_mut()[at];
        if answer.hole != hole || answer.text != *key {
            answer.fits = self.judge(hole, text, nouns);
            answer.hole = hole;
            answer.text.clone_from(&key);
        }
        answer.fits
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

/// The text with zeros for the digits of every number that stands alone, or between the slashes and dots of a path. Nothing that may react to a text tells such
/// numbers of the same length apart: credentials are told by letters beside digits and by names (no known one begins with
/// a digit), sentences by their words (where those have such numbers, no answer is remembered), and everything else by
/// signs.
fn without_numbers(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.clear();
    out.extend_from_slice(bytes);
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + found;
        at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Sentences are compared without regard to how letters are spelled: any that is not ASCII may be one that is.
        let is_letter =
            |byte: &u8| !byte.is_ascii() || (secrets::is_token_byte(*byte) && !matches!(*byte, b'.' | b'/'));
        let beside = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(is_letter);
        if !beside(start.checked_sub(1)) && !beside(Some(at)) {
            out[start..at].fill(b'0');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_numbers_that_stand_alone_do_not_count() {
        let mut out = Vec::new();
        for (text, expected) in [
            ("Segment 6609 written", "Segment 0000 written"),
            ("7 of 12: a1 1a 3.5 v-2 /in/50.mp4", "0 of 00: a1 1a 0.0 v-2 /in/00.mp4"),
            ("字 42 を 9字", "字 00 を 9字"),
            ("", ""),
        ] {
            without_numbers(text, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
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
            let mut bare = Vec::new();
            without_numbers(&text, &mut bare);
            // Other digits where the zeros came to stand.
            let other: Vec<u8> =
                bare.iter().zip(text.bytes()).map(|(new, old)| if *new == old { old } else { b'0' + digit }).collect();
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
