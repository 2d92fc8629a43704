//! What a row of the tree says of its node.

use super::super::{Mark, Node, Note, Reading};
use super::Kind;
use crate::decode::{Code, Item};
use crate::document::Value;
use crate::secrets::Secrets;
use crate::text::{Clean, Untrusted, clean};

pub(in crate::view) fn name(reading: &Reading, node: Node) -> Clean {
    match (reading.key(node), reading.parent(node)) {
        (Some(key), _) => key.clean(),
        (None, Some(_)) => clean(&format!("[{}]", reading.index(node))),
        (None, None) => Clean::ours("Response"),
    }
}

pub(super) fn shown(reading: &Reading, node: Node, secrets: Secrets) -> (Kind, Clean) {
    let value = || reading.shown_value(node, secrets).unwrap_or_default();
    match reading.outline(node) {
        Value::Null | Value::Bool(_) => (Kind::Literal, value()),
        Value::Number(_) => (Kind::Number, value()),
        Value::String(_) => {
            let mut text = Clean::ours("\"");
            text.push(&value());
            text.push(&Clean::ours("\""));
            (Kind::String, text)
        }
        Value::Array(count) => (Kind::Container, clean(&format!("[{count}]"))),
        Value::Object(count) => (Kind::Container, clean(&format!("{{{count}}}"))),
    }
}

/// What a row says to people: the mark and the words of the most telling note.
pub(super) fn said(reading: &Reading, node: Node, secrets: Secrets) -> (Option<Mark>, Option<Clean>) {
    // What was found is told of nodes of the body; what stands inside a string is told at the string.
    if node.is_inner() {
        return (None, None);
    }
    let node = node.outer;
    let shown = |words: &Untrusted<'_>| secrets.mask(words).clean();
    if let Some(note) = reading.notes.at(node).first() {
        match note {
            Note::Item(path) => {
                let item = reading.item(path);
                return (
                    item.map(|item| item.outcome.into()),
                    item.and_then(|item| item_words(reading, item)).as_ref().map(shown),
                );
            }
            Note::Message(index) => {
                let message = reading.decoded.messages.get(*index);
                let says_more = reading.count(node.into()) > 0;
                let words = message.filter(|_| says_more).map(|message| shown(&message.text));
                return (message.map(|message| message.severity.into()), words);
            }
            Note::Code { item, index } => {
                return (None, reading.code(item.as_ref(), *index).map(code_words));
            }
            Note::Usage(index) => {
                let usage = reading.decoded.usage.get(*index);
                return (None, usage.and_then(super::super::explain::usage_words).map(|text| clean(&text)));
            }
            Note::Link(index) => {
                let title = reading.decoded.links.get(*index).and_then(|link| link.title.as_ref());
                return (None, Some(title.map_or(Clean::ours("link"), shown)));
            }
            Note::RequestId => return (None, Some(Clean::ours("request id"))),
        }
    }
    let root = reading.document.root() == node;
    match root && reading.notes.counts(node) == super::super::notes::Counts::default() {
        true => (Some(reading.mark()), None),
        false => (None, None),
    }
}

/// The item in a few words: what it is called where the tree does not say so, then the server's word or the reason.
fn item_words(reading: &Reading, item: &Item) -> Option<Untrusted<'static>> {
    let code = item.codes.last();
    let title = code.and_then(|code| code.entry.as_ref()).and_then(|entry| entry.title.clone());
    let words = (item.note.as_ref().map(|note| note.text.clone()))
        .or_else(|| item.story.happened.as_ref().map(|said| said.text.clone()))
        .or(title)
        .or_else(|| item.story.means.as_ref().map(|said| said.text.clone()));
    let named = reading.document.key(item.node).is_some_and(|key| key == item.label) || item.label.is_empty();
    if named {
        return words;
    }
    Some(match words {
        Some(words) => format!("{}: {}", item.label.source(), words.source()).into(),
        None => item.label.clone(),
    })
}

fn code_words(code: &Code) -> Clean {
    match (&code.entry, &code.family) {
        (Some(entry), _) => entry.title.as_ref().or(entry.meaning.as_ref()).map(Untrusted::clean).unwrap_or_default(),
        (None, Some(family)) => {
            let mut text = Clean::ours("not in the table; ");
            text.push(&family.clean());
            text
        }
        (None, None) if code.table.is_empty() => Clean::ours("a code"),
        (None, None) => Clean::ours("not in the table"),
    }
}

/// Whether a row's name, value or words hold the needle, which is in lower case.
pub(super) fn holds(reading: &Reading, node: Node, needle: &str) -> bool {
    let has = |text: &Untrusted<'_>| contains(text.source(), needle);
    reading.key(node).is_some_and(|key| has(&key))
        || reading.scalar(node).is_some_and(|text| has(&text))
        || said(reading, node, Secrets::Masked).1.is_some_and(|words| contains(&words, needle))
}

/// Whether the text holds the needle, which is in lower case; case does not matter.
pub(super) fn contains(text: &str, needle: &str) -> bool {
    if needle.is_ascii() {
        let needle = needle.as_bytes();
        return needle.is_empty()
            || text.as_bytes().windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle));
    }
    text.to_lowercase().contains(needle)
}

/// A node's value and what is said of it, in one text.
pub fn words(reading: &Reading, node: Node, secrets: Secrets) -> Clean {
    let (kind, mut text) = shown(reading, node, secrets);
    if kind == Kind::Container {
        text = Clean::default();
    }
    let (mark, said) = said(reading, node, secrets);
    for words in mark.map(|mark| Clean::ours(mark.word())).into_iter().chain(said) {
        if !text.is_empty() {
            text.push(&Clean::ours("  "));
        }
        text.push(&words);
    }
    text
}
