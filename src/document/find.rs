//! Words in the source of a large document, from one place on, around its end.

use memchr::memmem::{Finder, FinderRev};

use super::{Document, Span};
use crate::supply::Supply;

/// Bytes looked through at once.
const STEP: usize = 256 * 1024;

impl Document {
    /// The next place of some words in the source, from a byte on or back from it, around the end. Words without capitals
    /// are found in any spelling. Where more is still to arrive, `wait` decides whether that is waited for.
    pub fn find(&self, words: &str, from: usize, forward: bool, mut wait: impl FnMut() -> bool) -> Option<usize> {
        if words.is_empty() {
            return None;
        }
        let seeker = Seeker::new(words);
        let Some(supply) = self.supply() else {
            let all = self.bytes(Span { start: 0, end: self.source_len() });
            return seeker.pick(&all, from, forward);
        };
        if forward {
            let found = seeker.forward(supply, from, usize::MAX, &mut wait);
            return found.or_else(|| seeker.forward(supply, 0, from.saturating_add(words.len()), &mut wait));
        }
        seeker.back(supply, 0, from).or_else(|| {
            // What lies behind is known only when all has arrived.
            while !supply.is_ended() && wait() {}
            seeker.back(supply, from, supply.len())
        })
    }
}

struct Seeker {
    words: Vec<u8>,
    any_case: bool,
}

impl Seeker {
    fn new(words: &str) -> Self {
        Self { words: words.as_bytes().to_vec(), any_case: !words.chars().any(char::is_uppercase) }
    }

    fn find(&self, bytes: &[u8], room: &mut Vec<u8>) -> Option<usize> {
        Finder::new(&self.words).find(self.folded(bytes, room))
    }

    fn rfind(&self, bytes: &[u8], room: &mut Vec<u8>) -> Option<usize> {
        FinderRev::new(&self.words).rfind(self.folded(bytes, room))
    }

    fn folded<'b>(&self, bytes: &'b [u8], room: &'b mut Vec<u8>) -> &'b [u8] {
        if !self.any_case {
            return bytes;
        }
        room.clear();
        room.extend_from_slice(bytes);
        room.make_ascii_lowercase();
        room
    }

    fn pick(&self, all: &[u8], from: usize, forward: bool) -> Option<usize> {
        let mut room = Vec::new();
        let from = from.min(all.len());
        if forward {
            let behind = self.find(&all[from..], &mut room).map(|at| from + at);
            return behind.or_else(|| self.find(all, &mut room));
        }
        self.rfind(&all[..from], &mut room).or_else(|| self.rfind(all, &mut room))
    }

    fn forward(&self, supply: &Supply, from: usize, to: usize, wait: &mut impl FnMut() -> bool) -> Option<usize> {
        let (mut room, mut folded) = (vec![0; if supply.is_file() { STEP } else { 0 }], Vec::new());
        let mut held = None;
        let length = self.words.len();
        let mut at = from;
        while at < to {
            let ended = supply.is_ended();
            let bytes = supply.pass(at, &mut room, &mut held).unwrap_or_default();
            let seam;
            let bytes = if bytes.len() < 2 * length {
                // They may lie across two pieces.
                seam = supply.copy(at, at + 2 * length);
                &seam
            } else {
                &bytes[..bytes.len().min(STEP)]
            };
            if bytes.len() < length {
                if ended || !wait() {
                    return None;
                }
                continue;
            }
            if let Some(found) = self.find(bytes, &mut folded) {
                return (at + found < to).then_some(at + found);
            }
            at += bytes.len() + 1 - length;
        }
        None
    }

    /// The last place that begins at `low` or behind and ends before `high`.
    fn back(&self, supply: &Supply, low: usize, high: usize) -> Option<usize> {
        let mut folded = Vec::new();
        let length = self.words.len();
        let mut end = high.min(supply.len());
        while end >= low + length {
            let start = end.saturating_sub(STEP.max(2 * length)).max(low);
            let bytes = supply.copy(start, end);
            if let Some(found) = self.rfind(&bytes, &mut folded) {
                return Some(start + found);
            }
            if start == low {
                return None;
            }
            end = start + length - 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_both_directions_and_around_the_end() {
        let mut body = "[\"Alpha beta\",".to_owned();
        while body.len() < 600_000 {
            body.push_str("\"filler\",");
        }
        body.push_str("\"alpha\",1]");
        let supply = Supply::pipe();
        // Odd pieces, so that words lie across them.
        body.as_bytes().chunks(5003).for_each(|piece| supply.push(piece));
        supply.end();
        let large = Document::large(&supply).expect("JSON");
        let last = body.len() - 9;
        for (words, from, forward, expected) in [
            ("alpha", 0, true, Some(2)),
            ("alpha", 3, true, Some(last)),
            ("alpha", last + 1, true, Some(2)),
            ("Alpha", 3, true, Some(2)),
            ("ALPHA", 0, true, None),
            ("alpha", last, false, Some(2)),
            ("alpha", 2, false, Some(last)),
            ("beta\",\"", 0, true, Some(8)),
            ("", 0, true, None),
        ] {
            assert_eq!(large.find(words, from, forward, || false), expected, "{words} {from} {forward}");
            let small = Document::parse(body.as_bytes());
            assert_eq!(small.find(words, from, forward, || false), expected, "small {words} {from} {forward}");
        }
        let count = (0..).try_fold((0, 0), |(count, from), _: u32| match large.find("filler", from, true, || false) {
            Some(at) if at >= from => Ok((count + 1, at + 1)),
            _ => Err(count),
        });
        assert_eq!(count, Err(body.matches("filler").count()));
    }
}
