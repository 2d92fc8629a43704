//! The source text in rows, with the selection's span marked. Rows are found by arithmetic on line starts, so a line of a
//! hundred megabytes costs no more than a short one.

mod window;

use std::ops::Range;

use super::{Cursor, Move, Reading};
use crate::document::{NodeId, Span};
use crate::secrets::Secrets;
use crate::text::Clean;

/// One row of the screen.
#[derive(Clone, Debug)]
pub struct RawRow {
    /// The line of the body, from 1; `None` for the continuation of a wrapped line.
    pub line: Option<usize>,
    /// The text before the selection's span, within it, after it.
    pub parts: [Clean; 3],
}

/// Rows of a large document that are kept on each side of the selected one.
const REACH: usize = 600;

/// The source text of one response. Of a large document only the rows around the selected one are kept, and they are
/// always wrapped.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Where each line starts; the end of the text closes the list.
    starts: Vec<usize>,
    /// First row of each line when wrapped, for the width it was made for.
    wrapped: Option<(usize, Vec<usize>)>,
    /// Bytes of a row, where rows are not counted.
    far: Option<usize>,
    /// How far lines are shifted to the left, in bytes.
    shift: usize,
    /// Scroll position.
    pub cursor: Cursor,
}

impl Raw {
    /// The rows of a response's body.
    pub fn new(reading: &Reading) -> Self {
        let len = reading.document.source_len();
        if reading.document.is_large() {
            return Self { starts: vec![0, 0], wrapped: None, far: Some(0), shift: 0, cursor: Cursor::default() };
        }
        let all = reading.document.bytes(Span { start: 0, end: len });
        let mut starts: Vec<usize> =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', &all).map(|at| at + 1)).collect();
        if starts.last() != Some(&len) {
            starts.push(len);
        }
        Self { starts, wrapped: None, far: None, shift: 0, cursor: Cursor::default() }
    }

    /// Fits rows to a width; `wrap` says whether long lines go on below.
    pub fn fit(&mut self, reading: &Reading, width: usize, wrap: bool) {
        match self.far {
            Some(made) if made != width.max(1) => {
                self.far = Some(width.max(1));
                self.look(reading, self.starts.get(self.cursor.at()).copied().unwrap_or(0));
            }
            Some(_) => {}
            None => self.wrap(wrap.then_some(width)),
        }
    }

    /// Keeps the rows around a byte, whose row is selected.
    fn look(&mut self, reading: &Reading, at: usize) {
        let Some(width) = self.far else { return };
        let rows = window::Rows { document: &reading.document, width };
        let (starts, at) = rows.window(rows.around(at), REACH);
        self.starts = starts;
        self.cursor.renumber(at);
    }

    /// Moves the selection.
    pub fn go(&mut self, reading: &Reading, how: Move, height: usize) {
        let len = self.len();
        match (self.far, how) {
            (Some(_), Move::First) => self.look(reading, 0),
            (Some(_), Move::Last) => self.look(reading, reading.document.source_len().saturating_sub(1)),
            _ => self.cursor.go(how, len, height),
        }
        let (at, near) = (self.cursor.at(), 2 * height);
        if self.far.is_some() && (at < near || at + near >= len) {
            self.look(reading, self.starts.get(at).copied().unwrap_or(0));
        }
    }

    /// Where the selected row is: its number, or of rows that nobody counts its first byte.
    pub fn position(&self, reading: &Reading) -> String {
        let (at, len) = (self.cursor.at(), self.len());
        match self.far {
            Some(_) => {
                let (at, of) = (self.starts.get(at).copied().unwrap_or(0), reading.document.source_len());
                format!("byte {at} of {of}, {:.1} %", 100.0 * at as f64 / of.max(1) as f64)
            }
            None if len == 0 => String::new(),
            None => format!("{} of {len}", at + 1),
        }
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.starts.len() - 1
    }

    /// Wraps at a width, or not at all.
    pub fn wrap(&mut self, width: Option<usize>) {
        let Some(width) = width.map(|width| width.max(1)) else {
            self.wrapped = None;
            return;
        };
        if self.wrapped.as_ref().is_some_and(|(made, _)| *made == width) {
            return;
        }
        let mut rows = Vec::with_capacity(self.starts.len());
        let mut next = 0;
        for line in self.starts.windows(2) {
            rows.push(next);
            next += (line[1] - line[0]).div_ceil(width).max(1);
        }
        rows.push(next);
        self.wrapped = Some((width, rows));
        self.shift = 0;
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.wrapped {
            Some((_, rows)) => rows.last().copied().unwrap_or(0),
            None => self.lines(),
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shifts lines sideways, as far as the longest one goes.
    pub fn shift(&mut self, by: isize) {
        if self.far.is_some() {
            return;
        }
        let longest = self.starts.windows(2).map(|line| line[1] - line[0]).max().unwrap_or(0);
        self.shift = self.shift.saturating_add_signed(by).min(longest.saturating_sub(1));
    }

    /// How far lines are shifted.
    pub fn shifted(&self) -> usize {
        self.shift
    }

    /// Scrolls to a node; a screen of that width shows its start.
    pub fn show(&mut self, reading: &Reading, node: NodeId, width: usize) {
        let span = marked(reading, node);
        if self.far.is_some() {
            return self.look(reading, span.start);
        }
        let line = self
            .starts
            .partition_point(|start| *start <= span.start)
            .saturating_sub(1)
            .min(self.lines().saturating_sub(1));
        let column = span.start.saturating_sub(self.starts.get(line).copied().unwrap_or(0));
        match &self.wrapped {
            Some((made, rows)) => self.cursor.set(rows.get(line).copied().unwrap_or(0) + column / made),
            None => {
                self.cursor.set(line);
                let on_screen = column >= self.shift && column + 8 < self.shift + width;
                if !on_screen {
                    self.shift = if column + 8 < width { 0 } else { column.saturating_sub(width / 4) };
                }
            }
        }
    }

    /// The row at a position, `width` cells of it, with the span of a node apart.
    pub fn row(
        &self,
        reading: &Reading,
        at: usize,
        width: usize,
        node: Option<NodeId>,
        secrets: Secrets,
    ) -> Option<RawRow> {
        let (line, part) = self.bytes_of(at, width)?;
        let document = &reading.document;
        let start = if self.far.is_some() { 0 } else { *self.starts.get(line)? };
        let span = node.map_or(Span::default(), |node| marked(reading, node));
        let end = part.end.min(self.starts.get(line + 1).copied().unwrap_or(part.end));
        let text = document.bytes(Span { start: part.start, end });
        let text = text.strip_suffix(b"\n").unwrap_or(&text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let end = part.start + text.len();
        let cut = |at: usize| align(document, at.clamp(part.start, end));
        let bounds = [cut(part.start), cut(span.start), cut(span.end.max(span.start)), cut(end)];
        // Whether a credential stands here can only be told with what stands before and behind it.
        let context = Span { start: start.max(part.start.saturating_sub(CONTEXT)), end: end.saturating_add(CONTEXT) };
        let masked = secrets.mask_in_place(&document.source(context));
        let skip = document.source(Span { start: context.start, end: part.start }).chars();
        let mut rest = masked;
        rest = rest.split_at_char(skip).1.into_owned();
        let mut parts = [Clean::default(), Clean::default(), Clean::default()];
        for (part, bound) in parts.iter_mut().zip(bounds.windows(2)) {
            let chars = document.source(Span { start: bound[0], end: bound[1] }).chars();
            let (here, after) = rest.split_at_char(chars);
            *part = here.clean();
            rest = after.into_owned();
        }
        let first = self.far.is_none() && (self.wrapped.is_none() || part.start == start);
        Some(RawRow { line: first.then_some(line + 1), parts })
    }

    /// The line and the bytes that a row shows.
    fn bytes_of(&self, at: usize, width: usize) -> Option<(usize, Range<usize>)> {
        match &self.wrapped {
            Some((made, rows)) => {
                let line = rows.partition_point(|row| *row <= at).checked_sub(1)?;
                let start = self.starts.get(line)? + (at - rows.get(line)?) * made;
                (line < self.lines()).then_some((line, start..start + made))
            }
            None => {
                let start = *self.starts.get(at)?;
                let end = *self.starts.get(at + 1)?;
                let from = (start + self.shift).min(end);
                Some((at, from..end.min(from.saturating_add(width.saturating_mul(4)))))
            }
        }
    }
}

/// Bytes around a row that are looked at for the name of a credential.
const CONTEXT: usize = 256;

/// The span of a node with its name: what the selection means in the source.
fn marked(reading: &Reading, node: NodeId) -> Span {
    let span = reading.document.span(node);
    let start = reading.document.key_span(node).map_or(span.start, |key| key.start.min(span.start));
    Span { start, end: span.end }
}

/// The nearest start of a character at or before a byte.
fn align(document: &crate::document::Document, at: usize) -> usize {
    let from = at.saturating_sub(3);
    let bytes = document.bytes(Span { start: from, end: at + 1 });
    let back = bytes.iter().rev().take_while(|byte| (**byte & 0xc0) == 0x80).count();
    // More of them than one character has, or nothing before them: no start to go back to.
    at.checked_sub(back).filter(|_| bytes.len() == at + 1 - from && back < 4).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    /// Found by the fuzz target `screen`: a body that begins in the middle of a character.
    #[test]
    fn the_middle_of_a_character_may_come_first() {
        let document = Document::parse(*b"\xb6\xb6\xb6\xb6x\xc3\xa9");
        let starts: Vec<_> = (0..8).map(|at| align(&document, at)).collect();
        assert_eq!(starts, [0, 1, 2, 3, 4, 5, 5, 7]);
    }
}
