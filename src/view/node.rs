//! Nodes of a response as views see them: those of the body, and those of JSON that stands inside one of its strings.
//!
//! In: a document. Out: the same questions that a document answers (children, name, parent, value), answered across the
//! border. A string that holds JSON is a container whose children are the inner document's; the inner root itself is no node.

use std::collections::HashMap;

use super::{Eye, Reading, human};
use crate::document::{Document, NodeId, Span, Value};
use crate::pack::alike;
use crate::secrets::Secrets;
use crate::text::{Clean, Untrusted, clean};

/// Strings that are opened, and bytes in them altogether: what is looked at is bounded whatever the body holds.
const MOST: usize = 1000;
const MOST_BYTES: usize = 4 << 20;
/// JSON in strings in strings is opened so deep.
const DEEPEST: usize = 4;
/// Names that a mistyped one is compared with.
const NAMES: usize = 10_000;
/// What stands between the pointer of a string and the pointer into the JSON that it holds.
const INTO: &str = "#";

/// A node of the body, or of JSON inside a string of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// The node of the body: itself, or the string that it stands in.
    pub outer: NodeId,
    /// Which inner document, and its node there.
    inner: Option<(u32, NodeId)>,
}

impl From<NodeId> for Node {
    fn from(outer: NodeId) -> Self {
        Self { outer, inner: None }
    }
}

impl Node {
    /// Whether it stands inside a string.
    pub fn is_inner(self) -> bool {
        self.inner.is_some()
    }
}

/// A string's content as a document of its own.
#[derive(Clone, Debug)]
struct Inside {
    document: Document,
    /// The string.
    at: Node,
}

/// All strings of a body that hold JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct Insides {
    list: Vec<Inside>,
    by_string: HashMap<Node, u32>,
}

impl Insides {
    /// Looks into the strings of a body. A large body is not searched for them: its nodes are found when they are shown.
    pub(super) fn of(document: &Document) -> Self {
        let mut insides = Self::default();
        if document.is_large() {
            return insides;
        }
        let mut left = MOST_BYTES;
        let mut waiting = vec![(document.clone(), None, Node::from(document.root()), 0)];
        while let Some((inner, index, at, depth)) = waiting.pop() {
            for id in everything(&inner) {
                let Value::String(text) = inner.outline(id) else { continue };
                // The outline of a long string is its beginning, which is enough to tell.
                if !text.source().trim_start().starts_with(['{', '[']) || insides.list.len() >= MOST {
                    continue;
                }
                let Some(found) = inner.open_string(id).filter(|found| found.source_len() <= left) else { continue };
                // Sentences may begin with a bracket; only what is JSON throughout was meant as such.
                if found.problems().iter().any(|problem| problem.kind.is_grave()) || found.len() < 2 {
                    continue;
                }
                left -= found.source_len();
                let string = match index {
                    None => Node::from(id),
                    Some(index) => Node { outer: at.outer, inner: Some((index, id)) },
                };
                let next = u32::try_from(insides.list.len()).unwrap_or(u32::MAX);
                insides.by_string.insert(string, next);
                insides.list.push(Inside { document: found.clone(), at: string });
                if depth < DEEPEST {
                    waiting.push((found, Some(next), string, depth + 1));
                }
            }
        }
        insides
    }
}

/// All nodes of a document, parents first.
fn everything(document: &Document) -> impl Iterator<Item = NodeId> + '_ {
    let mut waiting = vec![document.root()];
    std::iter::from_fn(move || {
        let node = waiting.pop()?;
        let from = waiting.len();
        waiting.extend(document.children(node));
        waiting[from..].reverse();
        Some(node)
    })
}

impl Reading {
    /// The outermost node.
    pub fn root(&self) -> Node {
        self.document.root().into()
    }

    /// The document that a node is in, and its identity there.
    pub fn home(&self, node: Node) -> (&Document, NodeId) {
        match node.inner {
            None => (&self.document, node.outer),
            Some((index, id)) => match self.insides().list.get(index as usize) {
                Some(inside) => (&inside.document, id),
                None => (&self.document, node.outer),
            },
        }
    }

    /// The document inside a string, with its number.
    fn inside(&self, node: Node) -> Option<(u32, &Document)> {
        let insides = self.insides();
        let index = *insides.by_string.get(&node)?;
        Some((index, &insides.list.get(index as usize)?.document))
    }

    /// Whether it is a string that holds JSON.
    pub fn holds_json(&self, node: Node) -> bool {
        self.inside(node).is_some()
    }

    /// The children of a container, or of the JSON in a string.
    pub fn children(&self, node: Node) -> impl Iterator<Item = Node> + '_ {
        let inside = self.inside(node);
        let (document, id, index) = match inside {
            Some((index, document)) => (document, document.root(), Some(index)),
            None => {
                let (document, id) = self.home(node);
                (document, id, node.inner.map(|(index, _)| index))
            }
        };
        document.children(id).map(move |id| match index {
            Some(index) => Node { outer: node.outer, inner: Some((index, id)) },
            None => id.into(),
        })
    }

    /// How many children there are.
    pub fn count(&self, node: Node) -> usize {
        let (document, id) = match self.inside(node) {
            Some((_, document)) => (document, document.root()),
            None => self.home(node),
        };
        match document.outline(id) {
            Value::Array(count) | Value::Object(count) => count,
            _ => 0,
        }
    }

    /// The container that a node is in, or the string.
    pub fn parent(&self, node: Node) -> Option<Node> {
        let (document, id) = self.home(node);
        let parent = document.parent(id)?;
        Some(match node.inner {
            None => parent.into(),
            Some((index, _)) if parent == document.root() => self.insides().list.get(index as usize)?.at,
            Some((index, _)) => Node { outer: node.outer, inner: Some((index, parent)) },
        })
    }

    /// How many containers it is in.
    pub fn depth(&self, node: Node) -> usize {
        match node.inner {
            None => self.document.depth(node.outer),
            Some(_) => std::iter::successors(self.parent(node), |node| self.parent(*node)).count(),
        }
    }

    /// The name of a member.
    pub fn key(&self, node: Node) -> Option<Untrusted<'_>> {
        let (document, id) = self.home(node);
        document.key(id)
    }

    /// The position among its siblings.
    pub fn index(&self, node: Node) -> usize {
        let (document, id) = self.home(node);
        document.index(id)
    }

    /// The value, long texts cut.
    pub fn outline(&self, node: Node) -> Value<'_> {
        let (document, id) = self.home(node);
        document.outline(id)
    }

    /// A scalar as text.
    pub fn scalar(&self, node: Node) -> Option<Untrusted<'_>> {
        let (document, id) = self.home(node);
        document.scalar(id)
    }

    /// The source text of a node; of one inside a string, as it stands there once the string's escapes are resolved.
    pub fn source(&self, node: Node, secrets: Secrets) -> Untrusted<'static> {
        let (document, id) = self.home(node);
        let text = document.source(document.span(id));
        // A container's own name never masks it whole; a string around it may.
        match node.inner.and_then(|(index, _)| self.insides().list.get(index as usize)) {
            Some(inside) => self.masked(inside.at, &text, secrets),
            None => secrets.mask(&text).into_owned(),
        }
    }

    /// The RFC 6901 pointer of a node; `#` stands where it goes on inside a string: `/message#/error/code`.
    pub fn pointer(&self, node: impl Into<Node>) -> Clean {
        self.pointer_end(node, usize::MAX)
    }

    /// The pointer, or of one with more steps the last ones: hundreds of thousands of them nobody reads.
    pub fn pointer_end(&self, node: impl Into<Node>, steps: usize) -> Clean {
        let node = node.into();
        let (document, id) = self.home(node);
        let (own, whole) = document.pointer_end(id, steps);
        let own = own.text().clean();
        if !whole {
            return Clean::ours("…").with(&own);
        }
        let Some(inside) = node.inner.and_then(|(index, _)| self.insides().list.get(index as usize)) else {
            return own;
        };
        let mut pointer = self.pointer_end(inside.at, steps);
        pointer.push(&Clean::ours(INTO));
        pointer.push(&own);
        pointer
    }

    /// The node that such a pointer names.
    pub fn at(&self, pointer: &str) -> Option<Node> {
        if let Some(id) = self.document.at(pointer) {
            return Some(id.into());
        }
        // A name may have the sign in it as well, so every place where it stands is tried.
        pointer.match_indices("#/").find_map(|(split, _)| {
            let (string, rest) = (self.document.at(&pointer[..split])?, &pointer[split + 1..]);
            self.at_inside(string.into(), rest)
        })
    }

    fn at_inside(&self, string: Node, pointer: &str) -> Option<Node> {
        let (index, document) = self.inside(string)?;
        let here = |id| Node { outer: string.outer, inner: Some((index, id)) };
        if let Some(id) = document.at(pointer) {
            return (id != document.root()).then(|| here(id));
        }
        pointer.match_indices("#/").find_map(|(split, _)| {
            let inner = document.at(&pointer[..split])?;
            self.at_inside(here(inner), &pointer[split + 1..])
        })
    }

    /// The pointer most like one that leads nowhere: the way is followed as far as it goes, then the nearest name is taken.
    pub fn near(&self, pointer: &str) -> Option<Clean> {
        let mut here = self.root();
        for step in pointer.trim_start_matches('/').split(['/', '#']).filter(|step| !step.is_empty()) {
            let name = step.replace("~1", "/").replace("~0", "~");
            let children: Vec<(Node, String)> = self
                .children(here)
                .take(NAMES)
                .map(|child| {
                    (
                        child,
                        self.key(child).map_or_else(|| self.index(child).to_string(), |key| key.source().to_owned()),
                    )
                })
                .collect();
            let exact = children.iter().find(|(_, known)| *known == name);
            let near = || {
                let meant = alike::nearest(&name, children.iter().map(|(_, known)| known.as_str()))?;
                children.iter().find(|(_, known)| known == meant)
            };
            here = exact.or_else(near)?.0;
        }
        Some(self.pointer(here))
    }

    /// The path of a node as jq reads it: `.results["odd name"][0]`, `.message | fromjson | .code`.
    pub fn jq(&self, node: Node) -> String {
        let (document, id) = self.home(node);
        let own = jq(document, id);
        match node.inner.and_then(|(index, _)| self.insides().list.get(index as usize)) {
            Some(inside) => format!("{} | fromjson | {own}", self.jq(inside.at)),
            None => own,
        }
    }

    /// Where a node stands, so that nodes can be put into the order of the source: its place in each document around it.
    pub fn order(&self, node: Node) -> Vec<(usize, NodeId)> {
        let mut order = Vec::new();
        let mut here = Some(node);
        while let Some(node) = here {
            let (document, id) = self.home(node);
            order.push((document.start(id), id));
            here = node.inner.and_then(|(index, _)| self.insides().list.get(index as usize)).map(|inside| inside.at);
        }
        order.reverse();
        order
    }

    /// A scalar's value as a row shows it: credentials masked by the member's name or their form.
    pub fn shown_value(&self, node: Node, secrets: Secrets) -> Option<Clean> {
        let (document, id) = self.home(node);
        let text = match document.outline(id) {
            Value::String(text) | Value::Number(text) => text,
            _ => document.scalar(id)?,
        };
        // A row shows a screen's width at most; cleaning megabytes for it would be felt.
        let (text, _) = text.split_at_char(SHOWN_CHARS);
        Some(self.masked(node, &text, secrets).clean())
    }

    /// A scalar's value in full.
    pub fn full_value(&self, node: Node, secrets: Secrets) -> Option<Untrusted<'static>> {
        Some(self.masked(node, &self.scalar(node)?, secrets))
    }

    /// A text of a node, masked by the name of the member and by the names of the strings that it stands in.
    fn masked(&self, node: Node, text: &Untrusted<'_>, secrets: Secrets) -> Untrusted<'static> {
        let (document, id) = self.home(node);
        let text = secrets.mask_member(document, id, text);
        match node.inner.and_then(|(index, _)| self.insides().list.get(index as usize)) {
            Some(inside) => self.masked(inside.at, &text, secrets),
            None => text.into_owned(),
        }
    }

    /// What a bare value says to people: how long ago, how much.
    pub fn says(&self, node: Node, eye: Eye) -> Option<String> {
        let name = self.key(node)?;
        match self.outline(node) {
            Value::String(text) | Value::Number(text) => human::says(name.source(), text.source(), eye.now),
            _ => None,
        }
    }

    /// The span in the source text that a node stands in; of one inside a string, the string's.
    pub fn span(&self, node: Node) -> Span {
        self.document.span(node.outer)
    }
}

fn jq(document: &Document, node: NodeId) -> String {
    let mut steps = Vec::new();
    let mut here = node;
    while let Some(parent) = document.parent(here) {
        steps.push(match document.key(here) {
            Some(key) if is_plain(key.source()) => format!(".{}", key.source()),
            Some(key) => {
                let quoted = serde_json::to_string(key.source()).unwrap_or_default();
                format!("[{}]", clean(&quoted))
            }
            None => format!("[{}]", document.index(here)),
        });
        here = parent;
    }
    steps.reverse();
    let path = steps.concat();
    if path.starts_with('.') { path } else { format!(".{path}") }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Characters of a value that a row can show.
const SHOWN_CHARS: usize = 512;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::input::Response;
    use crate::pack::Catalog;

    /// A body that nobody claims.
    pub(crate) fn reading(body: &str) -> Reading {
        Reading::new(&Catalog::default(), Response::from_body("test", body.as_bytes()), &Default::default())
    }

    fn everything(reading: &Reading) -> Vec<Node> {
        let mut waiting = vec![reading.root()];
        let mut all = Vec::new();
        while let Some(node) = waiting.pop() {
            all.push(node);
            let from = waiting.len();
            waiting.extend(reading.children(node));
            waiting[from..].reverse();
        }
        all
    }

    const TWICE: &str =
        r##"{"a#/b": 1, "m": "{\"code\": 7, \"in\": \"[1, {\\\"x y\\\": 2}]\"}", "s": "[no json", "t": "{}"}"##;

    #[test]
    fn json_in_strings_has_nodes_with_pointers_there_and_back() {
        let reading = reading(TWICE);
        let all = everything(&reading);
        let pointers: Vec<String> = all.iter().map(|node| reading.pointer(*node).into_string()).collect();
        let inner = ["/m", "/m#/code", "/m#/in", "/m#/in#/0", "/m#/in#/1", "/m#/in#/1/x y"];
        assert_eq!(pointers[..2], ["", "/a#~1b"]);
        assert_eq!(pointers[2..8], inner);
        assert_eq!(pointers[8..], ["/s", "/t"], "a sentence and an empty object are no such string");
        for (node, pointer) in all.iter().zip(&pointers) {
            assert_eq!(reading.at(pointer), Some(*node), "{pointer}");
            assert!(reading.children(*node).all(|child| reading.parent(child) == Some(*node)), "{pointer}");
            assert_eq!(reading.children(*node).count(), reading.count(*node), "{pointer}");
        }
        let order: Vec<_> = all.iter().map(|node| reading.order(*node)).collect();
        assert!(order.is_sorted(), "the order of the tree is the order of the source");
        assert_eq!(reading.jq(all[7]), r#".m | fromjson | .in | fromjson | .[1]["x y"]"#);
        assert_eq!(reading.depth(all[7]), 4);
    }

    #[test]
    fn what_is_opened_is_bounded() {
        let mut text = "1".to_owned();
        for _ in 0..12 {
            text = serde_json::to_string(&serde_json::json!([text])).expect("JSON");
        }
        let reading = reading(&text);
        let depth = everything(&reading).len();
        assert_eq!(depth, 2 + DEEPEST + 1);
        let many = serde_json::to_string(&vec!["[1]"; MOST + 5]).expect("JSON");
        let reading = self::reading(&many);
        assert_eq!(reading.insides().list.len(), MOST);
    }
}
