//! Finding things in bytes that nobody has read as a whole: by the index up to the right block, by the bytes from there.
//!
//! A [`Walk`] sees the bytes before its limit and takes that for their end, as the reader of small bodies takes the end of a
//! body that was cut off.

use std::sync::RwLockReadGuard;

use super::index::{BLOCK, Index, Mark};
use crate::supply::{Piece, Supply};

/// A child of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Child {
    /// Where its name stands, quotes included.
    pub(super) key: Option<Quoted>,
    /// Where its value begins.
    pub(super) value: usize,
}

impl Child {
    /// First byte: of the name where there is one.
    pub(super) fn start(&self) -> usize {
        self.key.map_or(self.value, |key| key.start)
    }
}

/// A string, quotes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quoted {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it has its closing quote.
    pub(super) closed: bool,
}

impl Quoted {
    /// What stands between the quotes.
    pub(super) fn inside(&self) -> (usize, usize) {
        (self.start + 1, self.end - usize::from(self.closed))
    }
}

pub(super) struct Walk<'d> {
    supply: &'d Supply,
    index: RwLockReadGuard<'d, Index>,
    limit: usize,
    held: Option<Piece>,
}

impl<'d> Walk<'d> {
    pub(super) fn new(supply: &'d Supply, index: RwLockReadGuard<'d, Index>, limit: usize) -> Self {
        let limit = limit.min(index.len());
        Self { supply, index, limit, held: None }
    }

    /// Where the bytes end for this walk.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// The bytes from here on that lie in one piece; none at the end.
    fn rest(&mut self, at: usize) -> &[u8] {
        if at >= self.limit {
            return &[];
        }
        if !self.held.as_ref().is_some_and(|held| (held.start..held.end()).contains(&at)) {
            self.held = self.supply.piece(at);
        }
        let rest = self.held.as_ref().map_or(&[][..], |held| held.from(at));
        &rest[..rest.len().min(self.limit - at)]
    }

    pub(super) fn byte(&mut self, at: usize) -> Option<u8> {
        self.rest(at).first().copied()
    }

    /// The bytes of a range.
    pub(super) fn copy(&self, start: usize, end: usize) -> Vec<u8> {
        self.supply.copy(start, end.min(self.limit))
    }

    fn skip_blank(&mut self, mut at: usize) -> usize {
        loop {
            let rest = self.rest(at);
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
            at += blanks;
            if blanks == 0 || blanks < rest.len() {
                return at;
            }
        }
    }

    /// The string that begins here.
    fn quoted(&mut self, start: usize) -> Quoted {
        match self.string_end(start + 1) {
            Some(end) => Quoted { start, end, closed: true },
            None => Quoted { start, end: self.limit, closed: false },
        }
    }

    /// Behind the closing quote of a string whose text goes on here.
    fn string_end(&mut self, mut at: usize) -> Option<usize> {
        loop {
            let rest = self.rest(at);
            if rest.is_empty() {
                return None;
            }
            let near = &rest[..rest.len().min(2 * BLOCK - at % BLOCK)];
            let passed = at + near.len();
            match memchr::memchr2(b'"', b'\\', near) {
                Some(found) if near[found] == b'"' => return Some(at + found + 1),
                Some(found) => at += found + 2,
                None => at = self.next_quote(passed)?,
            }
        }
    }

    /// From within a string, a place before its end; what lies between holds no quote.
    fn next_quote(&self, at: usize) -> Option<usize> {
        if !at.is_multiple_of(BLOCK) {
            return Some(at);
        }
        let last = at.checked_sub(1)? / BLOCK;
        let block = self.index.quote_behind(last)?;
        let escaped = self.index.begins_in_string(block).unwrap_or_default();
        Some(at.max(block * BLOCK + usize::from(escaped)))
    }

    fn scalar_end(&mut self, mut at: usize) -> usize {
        loop {
            let rest = self.rest(at);
            let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b':' | b'"');
            match rest.iter().position(ends) {
                Some(length) => return at + length,
                None if rest.is_empty() => return at,
                None => at += rest.len(),
            }
        }
    }

    /// The string that a value is.
    pub(super) fn text(&mut self, value: usize) -> Quoted {
        self.quoted(value)
    }

    /// One past the last byte of a value at that depth.
    pub(super) fn end(&mut self, value: usize, depth: u32) -> usize {
        match self.byte(value) {
            None => value,
            Some(b'{' | b'[') => self.close(value, depth + 1).map_or(self.limit, |close| close + 1),
            Some(b'"') => self.quoted(value).end,
            Some(_) => self.scalar_end(value).max(value + 1),
        }
    }

    /// What stands behind a comma or an opening bracket.
    pub(super) fn child(&mut self, separator: usize, object: bool) -> Option<Child> {
        let start = self.skip_blank(separator + 1);
        match self.byte(start)? {
            b']' | b'}' => None,
            b'"' if object => {
                let key = self.quoted(start);
                let mut at = self.skip_blank(key.end);
                if self.byte(at) == Some(b':') {
                    at = self.skip_blank(at + 1);
                }
                Some(Child { key: Some(key), value: at })
            }
            _ if object => None,
            _ => Some(Child { key: None, value: start }),
        }
    }

    /// The child behind another one of that depth.
    pub(super) fn next(&mut self, value: usize, depth: u32, object: bool) -> Option<Child> {
        let end = self.end(value, depth);
        let at = self.skip_blank(end);
        (self.byte(at) == Some(b',')).then(|| self.child(at, object)).flatten()
    }

    /// What follows a value of that depth and is not within it: where the comma before it stands, and its depth. The outer
    /// nothing: the bytes do not tell.
    pub(super) fn following(&mut self, value: usize, depth: u32) -> Option<Option<(usize, u32)>> {
        let (mut at, mut depth) = (self.end(value, depth), depth);
        while depth > 0 {
            at = self.skip_blank(at);
            match self.byte(at) {
                Some(b',') => return Some(Some((at, depth))),
                Some(b'}' | b']') => (at, depth) = (at + 1, depth - 1),
                Some(_) => return None,
                None => break,
            }
        }
        Some(None)
    }

    /// The last byte of what a closed container ends with, its closing brackets passed; of an empty one its bracket.
    pub(super) fn last_byte(&mut self, close: usize) -> Option<usize> {
        let mut at = close;
        while matches!(self.byte(at)?, b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') {
            at = at.checked_sub(1)?;
        }
        Some(at)
    }

    /// The last child before a place within a container.
    pub(super) fn last(&mut self, before: usize, depth: u32, object: bool) -> Option<Child> {
        let mut before = before;
        loop {
            let separator = self.separator(before, depth)?;
            if let Some(child) = self.child(separator, object) {
                return Some(child);
            }
            if self.byte(separator) != Some(b',') {
                return None;
            }
            before = separator;
        }
    }

    /// The node's own place among its siblings: its name and value, by the comma or bracket before it.
    pub(super) fn this(&mut self, value: usize, depth: u32) -> Option<Child> {
        let separator = self.separator(value, depth)?;
        let start = self.skip_blank(separator + 1);
        if start == value {
            return Some(Child { key: None, value });
        }
        (self.byte(start) == Some(b'"')).then(|| Child { key: Some(self.quoted(start)), value })
    }

    /// The bracket that closes the container opening here, whose children have that depth.
    pub(super) fn close(&mut self, open: usize, depth: u32) -> Option<usize> {
        let is_close = |mark: Mark| matches!(mark, Mark::Close(behind) if behind < depth);
        let here = open / BLOCK;
        let near = self.first_mark(here, |at, mark| at > open && is_close(mark));
        let found = match near {
            Some(at) => at,
            None => {
                let block = self.index.down_to(depth - 1, here)?;
                self.first_mark(block, |_, mark| is_close(mark))?
            }
        };
        (found < self.limit).then_some(found)
    }

    /// The bracket that opens the container around a place of that depth.
    pub(super) fn opening(&mut self, before: usize, depth: u32) -> Option<usize> {
        let opens = |mark: Mark| mark == Mark::Open(depth);
        let here = before / BLOCK;
        match self.last_mark(here, |at, mark| at < before && opens(mark)) {
            Some(at) => Some(at),
            None => {
                let block = self.index.below_before(depth, here)?;
                self.last_mark(block, |_, mark| opens(mark))
            }
        }
    }

    /// The brackets that open the containers around a place, innermost first.
    pub(super) fn openings(&mut self, before: usize) -> Vec<usize> {
        let mut depth = self.depth(before);
        let mut found = Vec::with_capacity(depth as usize);
        let (mut block, mut before) = (before / BLOCK, before);
        while depth > 0 {
            let mut open: Vec<(u32, usize)> = Vec::new();
            self.each_mark(block, |at, mark| {
                match mark {
                    _ if at >= before => return false,
                    Mark::Open(behind) => open.push((behind, at)),
                    Mark::Close(behind) => {
                        while open.last().is_some_and(|(depth, _)| *depth > behind) {
                            open.pop();
                        }
                    }
                    Mark::Comma(_) => {}
                }
                true
            });
            for (at_depth, at) in open.into_iter().rev() {
                if at_depth == depth {
                    found.push(at);
                    depth -= 1;
                }
            }
            before = block * BLOCK;
            match self.index.below_before(depth, block) {
                Some(next) => block = next,
                None => break,
            }
        }
        found
    }

    /// The last comma of a depth, or opening bracket to it, before a place within that container.
    pub(super) fn separator(&mut self, before: usize, depth: u32) -> Option<usize> {
        let fits = |mark: Mark| mark == Mark::Open(depth) || mark == Mark::Comma(depth);
        let here = before / BLOCK;
        match self.last_mark(here, |at, mark| at < before && fits(mark)) {
            Some(at) => Some(at),
            None => {
                let block = self.index.separator_before(depth, here)?;
                self.last_mark(block, |_, mark| fits(mark))
            }
        }
    }

    /// Commas of a depth between two places of one container.
    pub(super) fn commas(&mut self, depth: u32, from: usize, to: usize) -> usize {
        let comma = |mark: Mark| mark == Mark::Comma(depth);
        let (first, last) = (from / BLOCK, to / BLOCK);
        let mut count = 0;
        let mut tell = |at: usize, mark| {
            count += usize::from(at > from && at < to && comma(mark));
            at < to
        };
        self.each_mark(first, &mut tell);
        if last > first {
            self.each_mark(last, &mut tell);
            count += self.index.commas(depth, first + 1, last);
        }
        count
    }

    /// The comma number `nth` (from 0) of a depth between two places of one container.
    pub(super) fn nth_comma(&mut self, depth: u32, nth: usize, from: usize, to: usize) -> Option<usize> {
        let (first, last) = (from / BLOCK, to / BLOCK);
        let mut left = nth;
        let mut pick = |at: usize, mark| {
            let fits = at > from && at < to && mark == Mark::Comma(depth);
            if fits && left == 0 {
                return true;
            }
            left -= usize::from(fits);
            false
        };
        if let Some(found) = self.first_mark(first, &mut pick) {
            return Some(found);
        }
        if last == first {
            return None;
        }
        let (block, before) = match self.index.nth_comma(depth, left, first + 1, last) {
            Some(found) => found,
            None => (last, self.index.commas(depth, first + 1, last)),
        };
        left -= before;
        let mut pick = |at: usize, mark| {
            let fits = at < to && mark == Mark::Comma(depth);
            if fits && left == 0 {
                return true;
            }
            left -= usize::from(fits);
            false
        };
        self.first_mark(block, &mut pick)
    }

    /// Open containers before a byte.
    pub(super) fn depth(&mut self, before: usize) -> u32 {
        let block = before / BLOCK;
        let mut depth = self.index.depth_before(block);
        self.each_mark(block, |at, mark| {
            if at < before {
                depth = match mark {
                    Mark::Open(behind) | Mark::Close(behind) | Mark::Comma(behind) => behind,
                };
            }
            at < before
        });
        depth
    }

    fn first_mark(&mut self, block: usize, mut fits: impl FnMut(usize, Mark) -> bool) -> Option<usize> {
        let mut found = None;
        self.each_mark(block, |at, mark| {
            found = fits(at, mark).then_some(at);
            found.is_none()
        });
        found
    }

    fn last_mark(&mut self, block: usize, fits: impl Fn(usize, Mark) -> bool) -> Option<usize> {
        let mut found = None;
        self.each_mark(block, |at, mark| {
            if fits(at, mark) {
                found = Some(at);
            }
            true
        });
        found
    }

    /// Tells of each bracket and comma of a block, before the limit.
    fn each_mark(&mut self, block: usize, mut tell: impl FnMut(usize, Mark) -> bool) {
        let start = block * BLOCK;
        let end = (start + BLOCK).min(self.index.len());
        if start >= end {
            return;
        }
        let limit = self.limit;
        let tell = |at: usize, mark| at < limit && tell(at, mark);
        let whole = self.held.as_ref().is_some_and(|held| held.start <= start && end <= held.end());
        if !whole {
            self.held = self.supply.piece(start);
        }
        match self.held.as_ref().filter(|held| held.start <= start && end <= held.end()) {
            Some(held) => self.index.marks(block, &held.from(start)[..end - start], tell),
            // It lies across two pieces.
            None => self.index.marks(block, &self.supply.copy(start, end), tell),
        }
    }
}
