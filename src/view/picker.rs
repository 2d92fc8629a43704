//! Choosing one of many by typing some letters of it: nodes of the response, vendors.
//!
//! In: the choices and what is typed. Out: those that fit, the best first, and a selection among them.

use super::{Cursor, Node, Reading, fuzzy, tree};
use crate::pack::Catalog;
use crate::secrets::Secrets;
use crate::text::Clean;

/// Nodes that are offered: more than that nobody reads through, and typing stays quick.
const MOST: usize = 50_000;

/// What a choice leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A node of the response.
    Node(Node),
    /// A vendor, by its position in the catalog.
    Vendor(usize),
}

/// One choice.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub name: Clean,
    /// What else is said of it.
    pub words: Clean,
    /// Where it leads.
    pub target: Target,
}

impl Choice {
    /// How well it fits what was typed.
    fn fit(&self, typed: &str) -> Option<i32> {
        // A word may be in the name and another one in the rest; the name counts more, and most what it ends with: a
        // member's own name, not that of what it is in.
        let both = fuzzy::fit(typed, &format!("{} {}", self.name, self.words))?;
        let end = self.name.rsplit('/').next().unwrap_or_default();
        let name = fuzzy::fit(typed, &self.name).map_or(0, |fit| fit.score);
        let end = fuzzy::fit(typed, end).filter(|fit| fit.chars.first() == Some(&0)).map_or(0, |fit| fit.score);
        Some(both.score + name + end)
    }
}

/// The choices, those that fit, and the selected one.
#[derive(Clone, Debug)]
pub struct Picker {
    all: Vec<Choice>,
    hits: Vec<usize>,
    typed: String,
    /// Whether there were too many choices to offer them all.
    pub is_partial: bool,
    /// Selection and scroll position.
    pub cursor: Cursor,
}

impl Picker {
    fn new(all: Vec<Choice>, is_partial: bool) -> Self {
        Self { hits: (0..all.len()).collect(), all, typed: String::new(), is_partial, cursor: Cursor::default() }
    }

    /// The nodes of a response, in its order.
    pub fn nodes(reading: &Reading, secrets: Secrets) -> Self {
        let mut all = Vec::new();
        // Containers that are being listed, so that a long one costs no more than is taken of it.
        let mut open: Vec<Box<dyn Iterator<Item = Node> + '_>> = vec![Box::new(std::iter::once(reading.root()))];
        while let Some(children) = open.last_mut() {
            let Some(node) = children.next() else {
                open.pop();
                continue;
            };
            if all.len() >= MOST {
                return Self::new(all, true);
            }
            all.push(Choice {
                name: reading.pointer(node),
                words: tree::words(reading, node, secrets),
                target: Target::Node(node),
            });
            if reading.count(node) > 0 {
                open.push(Box::new(reading.children(node)));
            }
        }
        Self::new(all, false)
    }

    /// All vendors and standards.
    pub fn vendors(catalog: &Catalog) -> Self {
        let choice = |(at, pack): (usize, &crate::pack::Pack)| Choice {
            name: crate::text::clean(pack.id()),
            words: pack.head().name.clean(),
            target: Target::Vendor(at),
        };
        Self::new(catalog.packs().iter().enumerate().map(choice).collect(), false)
    }

    /// Keeps what fits.
    pub fn narrow(&mut self, typed: &str) {
        let fits = |at: &usize| self.all.get(*at).and_then(|choice| Some((choice.fit(typed)?, *at)));
        // One letter more never fits what did not fit before.
        let mut hits: Vec<(i32, usize)> = if typed.starts_with(&self.typed) {
            self.hits.iter().filter_map(fits).collect()
        } else {
            (0..self.all.len()).filter_map(|at| fits(&at)).collect()
        };
        let order = |(score, at): &(i32, usize)| (std::cmp::Reverse(*score), *at);
        if typed.trim().is_empty() {
            hits.sort_unstable_by_key(|(_, at)| *at);
        } else {
            hits.sort_unstable_by_key(order);
        }
        self.hits = hits.into_iter().map(|(_, at)| at).collect();
        typed.clone_into(&mut self.typed);
        self.cursor = Cursor::default();
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// How many fit.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Whether nothing fits.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.all.len()
    }

    /// The choice at a position among those that fit.
    pub fn row(&self, at: usize) -> Option<&Choice> {
        self.all.get(*self.hits.get(at)?)
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Choice> {
        self.row(self.cursor.at())
    }

    /// Selects a choice where it is among those that fit.
    pub fn select(&mut self, target: Target) {
        let found = self.hits.iter().position(|at| self.all.get(*at).is_some_and(|choice| choice.target == target));
        found.into_iter().for_each(|at| self.cursor.jump(at));
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::tests::reading;
    use super::*;

    #[test]
    fn names_values_and_pointers_are_found() {
        let reading = reading(r#"{"results": {"linkedin": {"error": "session expired"}}, "usage": [{"count": 42}]}"#);
        let mut picker = Picker::nodes(&reading, Secrets::Masked);
        assert_eq!(picker.len(), 7);
        for (typed, pointer) in [
            ("lnkd err", "/results/linkedin/error"),
            ("expired", "/results/linkedin/error"),
            ("42", "/usage/0/count"),
            ("us0c", "/usage/0/count"),
            ("usage", "/usage"),
            ("link", "/results/linkedin"),
        ] {
            picker.narrow("");
            for end in 1..=typed.len() {
                picker.narrow(&typed[..end]);
            }
            let found = picker.selected().map(|choice| choice.name.as_str().to_owned());
            assert_eq!(found.as_deref(), Some(pointer), "{typed}");
            let typed_letterwise: Vec<_> = picker.hits.clone();
            picker.narrow("");
            picker.narrow(typed);
            assert_eq!(picker.hits, typed_letterwise, "{typed}");
        }
        picker.narrow("zzz");
        assert!(picker.is_empty() && picker.selected().is_none());
        picker.narrow("");
        assert_eq!(picker.selected().map(|choice| choice.name.as_str().to_owned()).as_deref(), Some(""));
    }

    #[test]
    fn large_bodies_offer_so_much_and_no_more() {
        let reading = reading(&format!("[{}1]", "1,".repeat(MOST)));
        let picker = Picker::nodes(&reading, Secrets::Masked);
        assert!(picker.is_partial);
        assert_eq!(picker.len(), MOST);
    }
}
