//! Texts that are copied as they are: values, pointers, jq paths, source text. Explanations and reports are made elsewhere.

use super::Reading;
use crate::document::NodeId;
use crate::secrets::Secrets;
use crate::text::{Untrusted, clean};

/// A node's value: the text of a string, the source of anything else.
pub fn value(reading: &Reading, node: NodeId, secrets: Secrets) -> String {
    match reading.full_value(node, secrets) {
        Some(text) => block(&text),
        None => raw(reading, node, secrets),
    }
}

/// The source text of a node.
pub fn raw(reading: &Reading, node: NodeId, secrets: Secrets) -> String {
    block(&secrets.mask(&reading.document.source(reading.document.span(node))))
}

/// The RFC 6901 pointer of a node; `/` alone would be a member without a name, so the root is an empty text.
pub fn pointer(reading: &Reading, node: NodeId) -> String {
    reading.pointer(node).into_string()
}

/// The path of a node as jq reads it: `.results["odd name"][0]`.
pub fn jq(reading: &Reading, node: NodeId) -> String {
    let document = &reading.document;
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

/// Text of several lines, fit for pasting anywhere: tabs and line ends stay, every other control is shown.
fn block(text: &Untrusted<'_>) -> String {
    let line = |line: &str| line.split('\t').map(|part| clean(part).into_string()).collect::<Vec<_>>().join("\t");
    text.source().lines().map(line).collect::<Vec<_>>().join("\n")
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
