//! Rows of a tree that nobody counts: which row is next, which is before, and a window of them around one.
//!
//! In: a large document and what is folded. Out: rows found from row to row. What is open is a level and the exceptions from
//! it, so opening everything costs nothing either.

use std::collections::HashSet;

use crate::document::{Document, NodeId};

/// A row: the node and how deep it stands.
pub(super) type Row = (NodeId, u32);

/// Which containers are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    /// Containers above this depth are open.
    level: u32,
    /// Those that are not as the level says.
    others: HashSet<NodeId>,
}

impl Folds {
    /// Opens everything to a level, and closes what is deeper.
    pub(super) fn set_level(&mut self, level: usize) {
        self.level = u32::try_from(level).unwrap_or(u32::MAX);
        self.others.clear();
    }

    pub(super) fn is_open(&self, (node, depth): Row) -> bool {
        (depth < self.level) != self.others.contains(&node)
    }

    pub(super) fn set(&mut self, row: Row, open: bool) {
        if self.is_open(row) != open && !self.others.remove(&row.0) {
            self.others.insert(row.0);
        }
    }

    /// Opens all that is around a node.
    pub(super) fn open_around(&mut self, document: &Document, node: NodeId) {
        for row in around(document, node) {
            self.set(row, true);
        }
    }

    /// The row of a node, or of the outermost closed container around it.
    pub(super) fn nearest(&self, document: &Document, node: NodeId) -> Row {
        let around = around(document, node);
        let depth = around.len() as u32;
        around.into_iter().rev().find(|row| !self.is_open(*row)).unwrap_or((node, depth))
    }

    /// The row below.
    pub(super) fn next(&self, document: &Document, row: Row) -> Option<Row> {
        if self.is_open(row)
            && let Some(child) = document.first_child(row.0)
        {
            return Some((child, row.1 + 1));
        }
        let (mut here, mut depth) = row;
        if let Some(found) = document.following(here) {
            return found.map(|(next, outwards)| (next, depth.saturating_sub(outwards)));
        }
        while depth > 0 {
            if let Some(next) = document.next_sibling(here) {
                return Some((next, depth));
            }
            here = document.parent(here)?;
            depth -= 1;
        }
        None
    }

    /// The row above.
    pub(super) fn previous(&self, document: &Document, (node, depth): Row) -> Option<Row> {
        match document.previous_sibling(node) {
            Some(before) => Some(self.lowest(document, (before, depth))),
            None => Some((document.parent(node)?, depth.checked_sub(1)?)),
        }
    }

    /// The last of a row and the rows within it.
    pub(super) fn lowest(&self, document: &Document, row: Row) -> Row {
        if !self.is_open(row) {
            return row;
        }
        if let Some(last) = document.last_within(row.0) {
            return self.nearest(document, last);
        }
        let mut row = row;
        while self.is_open(row)
            && let Some(child) = document.last_child(row.0)
        {
            row = (child, row.1 + 1);
        }
        row
    }

    /// So many rows on each side of one, as far as there are; and the place of that one among them.
    pub(super) fn window(&self, document: &Document, row: Row, reach: usize) -> (Vec<Row>, usize) {
        let above = std::iter::successors(self.previous(document, row), |row| self.previous(document, *row));
        let mut rows: Vec<Row> = above.take(reach).collect();
        rows.reverse();
        let at = rows.len();
        rows.push(row);
        let below = std::iter::successors(self.next(document, row), |row| self.next(document, *row));
        rows.extend(below.take(reach));
        (rows, at)
    }
}

/// The containers around a node as rows, innermost first.
fn around(document: &Document, node: NodeId) -> Vec<Row> {
    let all = document.ancestors(node);
    let depth = all.len() as u32;
    all.into_iter().zip((0..depth).rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::Supply;

    const BODY: &str = "{\"a\":[1,{\"b\":[2,3]},[]],\"c\":{\"d\":\"x\"}, \"f\":[[{} ] ] ,\"e\":[[[4]]]}";

    fn large(body: &str) -> Document {
        let document = Document::large(&Supply::whole(body.as_bytes())).expect("JSON");
        while document.index_more() != crate::document::Indexed::Whole {}
        document
    }

    /// The rows as a walk over everything finds them.
    fn slowly(document: &Document, folds: &Folds) -> Vec<Row> {
        let (mut rows, mut waiting) = (Vec::new(), vec![(document.root(), 0)]);
        while let Some(row) = waiting.pop() {
            rows.push(row);
            if folds.is_open(row) {
                let from = waiting.len();
                waiting.extend(document.children(row.0).map(|child| (child, row.1 + 1)));
                waiting[from..].reverse();
            }
        }
        rows
    }

    #[test]
    fn rows_found_from_row_to_row_are_those_of_a_walk() {
        let document = large(BODY);
        let all = {
            let mut folds = Folds::default();
            folds.set_level(usize::MAX);
            slowly(&document, &folds)
        };
        for level in 0..6 {
            for other in &all {
                let mut folds = Folds::default();
                folds.set_level(level);
                folds.set(*other, !folds.is_open(*other));
                let rows = slowly(&document, &folds);
                let first = rows[0];
                let down: Vec<Row> = std::iter::successors(Some(first), |row| folds.next(&document, *row)).collect();
                assert_eq!(down, rows, "{level} {other:?}");
                let last = folds.lowest(&document, first);
                let mut up: Vec<Row> =
                    std::iter::successors(Some(last), |row| folds.previous(&document, *row)).collect();
                up.reverse();
                assert_eq!(up, rows, "{level} {other:?}");
                for (at, row) in rows.iter().enumerate() {
                    let (window, place) = folds.window(&document, *row, 2);
                    let expected = &rows[at.saturating_sub(2)..(at + 3).min(rows.len())];
                    assert_eq!((&window[..], window[place]), (expected, *row));
                }
            }
        }
    }

    /// Going down from child to child, the last row of 100,000 levels took two seconds while they still arrived.
    #[test]
    fn the_last_row_is_found_wherever_the_bytes_end_by_now() {
        let body = BODY.replace("\"x\"", "\"],{\\\"[\"");
        for end in 1..=body.len() {
            let document = large(&body[..end]);
            for level in 0..6 {
                let mut folds = Folds::default();
                folds.set_level(level);
                let rows = slowly(&document, &folds);
                assert_eq!(Some(&folds.lowest(&document, rows[0])), rows.last(), "{level} {}", &body[..end]);
            }
        }
    }

    #[test]
    fn what_is_closed_stands_for_what_is_in_it() {
        let document = large(BODY);
        let deep = document.node_at(BODY.find('4').expect("there"));
        let mut folds = Folds::default();
        folds.set_level(2);
        let nearest = folds.nearest(&document, deep);
        assert_eq!((document.pointer(nearest.0).text().clean().to_string(), nearest.1), ("/e/0".to_owned(), 2));
        folds.open_around(&document, deep);
        assert_eq!(folds.nearest(&document, deep), (deep, 4));
        // Closing what was opened leaves no trace.
        for row in around(&document, deep) {
            folds.set(row, row.1 < 2);
        }
        assert!(folds.others.is_empty());
    }
}
