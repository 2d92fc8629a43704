//! Texts that are copied as they are: values and source text. Explanations and reports are made elsewhere.

use super::{Node, Reading};
use crate::secrets::Secrets;
use crate::text::{Untrusted, clean};

/// A node's value: the text of a string, the source of anything else.
pub fn value(reading: &Reading, node: Node, secrets: Secrets) -> String {
    match reading.full_value(node, secrets) {
        Some(text) => block(&text),
        None => raw(reading, node, secrets),
    }
}

/// The source text of a node.
pub fn raw(reading: &Reading, node: Node, secrets: Secrets) -> String {
    block(&reading.source(node, secrets))
}

/// Text of several lines, fit for pasting anywhere: tabs and line ends stay, every other control is shown.
fn block(text: &Untrusted<'_>) -> String {
    let line = |line: &str| line.split('\t').map(|part| clean(part).into_string()).collect::<Vec<_>>().join("\t");
    text.source().lines().map(line).collect::<Vec<_>>().join("\n")
}
