//! What changed between two responses: added, removed and changed members, and which node of one is which of the other.
//!
//! In: two readings. Out: marks for the nodes of the newer one. Members of objects are matched by name; elements of arrays by
//! what is the same at both ends, then by position, so that one more element at the front changes nothing behind it.

use std::collections::HashMap;
use std::sync::Arc;

use super::explain::{Part, PartKind};
use super::{Eye, Node, Reading};
use crate::document::Value;
use crate::text::{Clean, Untrusted};

/// What happened to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    Added,
    /// It had another value.
    Changed,
    /// Something in it is gone.
    Lost,
    /// Something deeper in it changed.
    Within,
}

impl Change {
    /// The sign beside a row.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Changed | Self::Within => "~",
            Self::Lost => "-",
        }
    }
}

/// All changes from one reading to another.
#[derive(Clone, Debug)]
pub struct Changes {
    old: Arc<Reading>,
    /// What the response is compared with.
    pub against: Clean,
    marks: HashMap<Node, Change>,
    /// Nodes of the older reading: the value before, and what is gone.
    before: HashMap<Node, Node>,
    removed: HashMap<Node, Vec<Node>>,
    /// The changed nodes in their order.
    list: Vec<Node>,
    added: usize,
    changed: usize,
    gone: usize,
}

impl Changes {
    /// Compares two readings, the older one first.
    pub fn between(old: &Reading, new: &Reading, against: Clean) -> Self {
        let mut changes = Self {
            old: Arc::new(old.clone()),
            against,
            marks: HashMap::new(),
            before: HashMap::new(),
            removed: HashMap::new(),
            list: Vec::new(),
            added: 0,
            changed: 0,
            gone: 0,
        };
        let mut waiting = vec![(old.root(), new.root())];
        while let Some((before, now)) = waiting.pop() {
            if same_text(old, before, new, now) {
                continue;
            }
            if is_container(old, before) && kind(old, before) == kind(new, now) {
                let from = waiting.len();
                for pair in matched(old, before, new, now) {
                    match pair {
                        (Some(before), Some(now)) => waiting.push((before, now)),
                        (None, Some(added)) => {
                            changes.mark(new, added, Change::Added);
                            changes.added += 1;
                        }
                        (Some(gone), None) => {
                            changes.removed.entry(now).or_default().push(gone);
                            changes.gone += 1;
                        }
                        (None, None) => {}
                    }
                }
                waiting[from..].reverse();
                if changes.removed.contains_key(&now) {
                    changes.mark(new, now, Change::Lost);
                }
            } else if is_container(old, before) || is_container(new, now) || old.outline(before) != new.outline(now) {
                changes.before.insert(now, before);
                changes.mark(new, now, Change::Changed);
                changes.changed += 1;
            }
        }
        changes.list.sort_by_cached_key(|node| new.order(*node));
        changes
    }

    fn mark(&mut self, new: &Reading, node: Node, change: Change) {
        self.marks.insert(node, change);
        self.list.push(node);
        let mut around = new.parent(node);
        while let Some(outer) = around.filter(|outer| !self.marks.contains_key(outer)) {
            self.marks.insert(outer, Change::Within);
            around = new.parent(outer);
        }
    }

    /// What happened to a node.
    pub fn at(&self, node: Node) -> Option<Change> {
        self.marks.get(&node).copied()
    }

    /// The changed nodes, in the order of the source.
    pub fn list(&self) -> &[Node] {
        &self.list
    }

    /// What is to be said of a node: its value before, what is gone from it.
    pub fn parts(&self, node: Node, eye: Eye) -> Vec<Part> {
        let part = |label, lines| Part { label, lines, by: None, kind: PartKind::Words };
        let mut parts = Vec::new();
        if let Some(before) = self.before(node, eye) {
            parts.push(part("Before", before.lines().take(SHOWN_LINES).collect()));
        }
        let removed = self.removed(node, eye);
        if !removed.is_empty() {
            parts.push(part("Removed", removed));
        }
        if self.at(node) == Some(Change::Added) {
            parts.push(part("Before", vec![Clean::ours("it was not there")]));
        }
        parts
    }

    fn before(&self, node: Node, eye: Eye) -> Option<Untrusted<'static>> {
        let (old, before) = (&self.old, *self.before.get(&node)?);
        Some(old.full_value(before, eye.secrets).unwrap_or_else(|| old.source(before, eye.secrets)))
    }

    /// Names and values of what is gone from a container.
    fn removed(&self, node: Node, eye: Eye) -> Vec<Clean> {
        let old = &*self.old;
        let gone = self.removed.get(&node).map_or(&[][..], Vec::as_slice);
        let line = |node: &Node| {
            let mut line = super::tree::name(old, *node);
            let words = super::tree::words(old, *node, eye.secrets);
            if !words.is_empty() {
                line.push(&Clean::ours(": "));
                line.push(&words);
            }
            line
        };
        gone.iter().take(SHOWN_LINES).map(line).collect()
    }

    /// How many: `2 changed, 1 added`.
    pub fn counts(&self) -> String {
        let counts = [(self.changed, "changed"), (self.added, "added"), (self.gone, "removed")];
        let said: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        if said.is_empty() { "no changes".to_owned() } else { said.join(", ") }
    }

    /// The same in signs, for narrow places: `~2 +1 -0`.
    pub fn signs(&self) -> String {
        format!("~{} +{} -{}", self.changed, self.added, self.gone)
    }

    /// What the comparison is with, in words.
    pub fn words(&self) -> Clean {
        Clean::from(format!("{} against ", self.counts())).with(&self.against)
    }
}

/// Lines of a value, and members that are gone, that are told.
const SHOWN_LINES: usize = 200;

/// Children of two containers that are the same member or element; those without a counterpart alone.
pub(super) fn matched(old: &Reading, before: Node, new: &Reading, now: Node) -> Vec<(Option<Node>, Option<Node>)> {
    let (ours, theirs): (Vec<Node>, Vec<Node>) = (old.children(before).collect(), new.children(now).collect());
    let is_named = |reading: &Reading, nodes: &[Node]| nodes.first().is_some_and(|node| reading.key(*node).is_some());
    if !is_named(old, &ours) && !is_named(new, &theirs) {
        return by_place(old, &ours, new, &theirs);
    }
    // A name may occur more than once; its first occurrence is the first one there as well.
    let mut places: HashMap<String, Vec<Node>> = HashMap::new();
    let name = |reading: &Reading, node: Node| reading.key(node).map_or(String::new(), |key| key.source().to_owned());
    for node in ours.iter().rev() {
        places.entry(name(old, *node)).or_default().push(*node);
    }
    let mut pairs: Vec<_> =
        theirs.iter().map(|node| (places.get_mut(&name(new, *node)).and_then(Vec::pop), Some(*node))).collect();
    let mut left: Vec<Node> = places.into_values().flatten().collect();
    left.sort_by_cached_key(|node| old.order(*node));
    pairs.extend(left.into_iter().map(|gone| (Some(gone), None)));
    pairs
}

fn by_place(old: &Reading, ours: &[Node], new: &Reading, theirs: &[Node]) -> Vec<(Option<Node>, Option<Node>)> {
    let same = |(before, now): &(&Node, &Node)| same_text(old, **before, new, **now);
    let short = ours.len().min(theirs.len());
    let front = ours.iter().zip(theirs).take_while(same).count();
    let back = ours.iter().rev().zip(theirs.iter().rev()).take(short - front).take_while(same).count();
    let (middle_ours, middle_theirs) = (&ours[front..ours.len() - back], &theirs[front..theirs.len() - back]);
    let longer = middle_ours.len().max(middle_theirs.len());
    let both = |(before, now): (&Node, &Node)| (Some(*before), Some(*now));
    let mut pairs: Vec<_> = ours.iter().zip(theirs).take(front).map(both).collect();
    pairs.extend((0..longer).map(|at| (middle_ours.get(at).copied(), middle_theirs.get(at).copied())));
    pairs.extend(ours[ours.len() - back..].iter().zip(&theirs[theirs.len() - back..]).map(both));
    pairs
}

/// Whether the source says the same of both, letter by letter.
fn same_text(old: &Reading, before: Node, new: &Reading, now: Node) -> bool {
    let ((ours, one), (theirs, two)) = (old.home(before), new.home(now));
    ours.bytes(ours.span(one)) == theirs.bytes(theirs.span(two))
}

fn is_container(reading: &Reading, node: Node) -> bool {
    matches!(reading.outline(node), Value::Array(_) | Value::Object(_)) || reading.holds_json(node)
}

/// What a value is, as far as it decides whether two can be compared within; a string that holds JSON is a string.
fn kind(reading: &Reading, node: Node) -> u8 {
    match reading.outline(node) {
        Value::Array(_) => 1,
        Value::Object(_) => 2,
        _ if reading.holds_json(node) => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::tests::reading;
    use super::*;
    use crate::secrets::Secrets;

    const EYE: Eye = Eye { secrets: Secrets::Masked, now: None };

    fn of(old: &str, new: &str) -> (Vec<String>, String, Vec<String>) {
        let (old, new) = (reading(old), reading(new));
        let changes = Changes::between(&old, &new, Clean::ours("the other"));
        let marks = changes.list().iter().map(|node| {
            let sign = changes.at(*node).map_or("?", Change::sign);
            format!("{sign}{}", new.pointer(*node))
        });
        let gone = changes.list().iter().flat_map(|node| changes.removed(*node, EYE));
        (marks.collect(), changes.counts(), gone.map(Clean::into_string).collect())
    }

    #[test]
    fn members_and_elements_are_matched() {
        for (old, new, marks, counts) in [
            (r#"{"a":1}"#, r#"{ "a": 1 }"#, &[][..], "no changes"),
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, &[], "no changes"),
            (r#"{"a":1}"#, r#"{"a":1.0}"#, &["~/a"], "1 changed"),
            (r#"{"a":1,"b":{}}"#, r#"{"a":2,"c":3}"#, &["-", "~/a", "+/c"], "1 changed, 1 added, 1 removed"),
            (r#"{"a":"1"}"#, r#"{"a":1}"#, &["~/a"], "1 changed"),
            (r#"{"a":{"b":[1]}}"#, r#"{"a":{"b":{"0":1}}}"#, &["~/a/b"], "1 changed"),
            ("[1,2,3]", "[0,1,2,3]", &["+/0"], "1 added"),
            ("[1,2,3]", "[1,3]", &["-"], "1 removed"),
            (r#"[{"a":1},{"a":2}]"#, r#"[{"a":1},{"a":3},{"a":4}]"#, &["~/1/a", "+/2"], "1 changed, 1 added"),
            (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#, &["~/a"], "1 changed"),
            (r#"{"m":"{\"c\":1}"}"#, r#"{"m":"{\"c\":2}"}"#, &["~/m#/c"], "1 changed"),
            ("[]", "{}", &["~"], "1 changed"),
            ("", "[1]", &["~"], "1 changed"),
        ] {
            let (found, said, _) = of(old, new);
            assert_eq!(
                (found.as_slice(), said.as_str()),
                (marks.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), counts),
                "{old} {new}"
            );
        }
    }

    #[test]
    fn what_was_is_told() {
        let (old, new) =
            (reading(r#"{"a":"x","token":"abcdef123456","gone":{"n":1}}"#), reading(r#"{"a":"y","token":"z"}"#));
        let changes = Changes::between(&old, &new, Clean::default());
        let before =
            |pointer| changes.before(new.at(pointer).expect(pointer), EYE).map(|text| text.clean().into_string());
        assert_eq!(before("/a").as_deref(), Some("x"));
        assert!(!before("/token").expect("changed").contains("abcdef"), "credentials stay masked");
        assert_eq!(changes.removed(new.root(), EYE).len(), 1);
        assert_eq!(changes.at(new.root()), Some(Change::Lost));
    }
}
