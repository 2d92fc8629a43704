//! Rows of source text that nobody counts: where the next one begins and the one before, from row to row.
//!
//! A row ends at its line's end, or after as many bytes as fit: a large body is often a single line.

use crate::document::{Document, Span};

/// How far back the start of a line is looked for; of a longer line any place will do.
const FAR: usize = 64 * 1024;

pub(super) struct Rows<'d> {
    pub(super) document: &'d Document,
    /// Bytes of a row.
    pub(super) width: usize,
}

impl Rows<'_> {
    /// Where the row behind this one begins; nothing at the end.
    pub(super) fn next(&self, start: usize) -> Option<usize> {
        let bytes = self.document.bytes(Span { start, end: start + self.width + 1 });
        let fit = &bytes[..bytes.len().min(self.width)];
        match memchr::memchr(b'\n', &bytes) {
            Some(newline) => Some(start + newline + 1),
            None if fit.is_empty() => None,
            None => Some(start + fit.len()),
        }
    }

    /// Where the row before this one begins.
    pub(super) fn previous(&self, start: usize) -> Option<usize> {
        let before = start.checked_sub(1)?;
        let ends_line = *self.document.bytes(Span { start: before, end: start }) == *b"\n";
        // Where the text of the row before ends.
        let end = if ends_line { before } else { start };
        let line = self.line(end);
        let inside = end - line.unwrap_or_default();
        Some(match inside {
            0 => end,
            _ => end - 1 - (inside - 1) % self.width,
        })
    }

    /// The row that holds a byte.
    pub(super) fn around(&self, at: usize) -> usize {
        let inside = at - self.line(at).unwrap_or_default();
        // A line's end belongs to the row of its last byte.
        let ends_line = *self.document.bytes(Span { start: at, end: at + 1 }) == *b"\n";
        at - if ends_line && inside > 0 { (inside - 1) % self.width + 1 } else { inside % self.width }
    }

    /// Where the line of a byte begins, if that is near.
    fn line(&self, at: usize) -> Option<usize> {
        let from = at.saturating_sub(FAR);
        let bytes = self.document.bytes(Span { start: from, end: at });
        let found = memchr::memrchr(b'\n', &bytes).map(|newline| from + newline + 1);
        found.or((from == 0).then_some(0))
    }

    /// The starts of so many rows on each side of one, the end of the last; and the place of that one among them.
    pub(super) fn window(&self, start: usize, reach: usize) -> (Vec<usize>, usize) {
        let above = std::iter::successors(self.previous(start), |start| self.previous(*start));
        let mut starts: Vec<usize> = above.take(reach).collect();
        starts.reverse();
        let at = starts.len();
        starts.push(start);
        starts.extend(std::iter::successors(self.next(start), |start| self.next(*start)).take(reach));
        if starts.len() == at + 1 {
            starts.push(start);
        }
        (starts, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_in_both_directions() {
        for body in ["", "\n", "ab", "abcdef", "abcdefg\nhi\n\n\nxyz", "ab\ncdefghijklm\n", &"x".repeat(50)] {
            let document = Document::parse(body.as_bytes());
            let rows = Rows { document: &document, width: 3 };
            let mut down = vec![0];
            down.extend(std::iter::successors(rows.next(0), |start| rows.next(*start)));
            let last = *down.last().expect("one");
            let mut up: Vec<usize> = std::iter::successors(Some(last), |start| rows.previous(*start)).collect();
            up.reverse();
            assert_eq!(up, down, "{body:?}");
            assert_eq!(last, body.len());
            for at in 0..body.len() {
                let row = down.partition_point(|start| *start <= at) - 1;
                assert_eq!(rows.around(at), down[row], "{at} of {body:?}");
            }
        }
    }
}
