//! Messages and links, wherever a pack says they are.

use std::collections::HashSet;

use crate::document::{NodeId, Path};
use crate::pack::Severity;
use crate::pack::model::{LabelRule, LinkRule, MessageListRule};

use super::model::{Link, Message, Place, Words};
use super::reader::Reader;
use super::room::Piece;

/// All messages of some rules.
pub(super) fn find(reader: &Reader<'_>, from: NodeId, rules: &[MessageListRule]) -> Vec<Message> {
    let nodes = rules
        .iter()
        .flat_map(|rule| reader.document.select(from, &rule.each).into_iter().map(move |node| (rule, node)));
    nodes
        .take_while(|_| reader.within.room.take(Piece::Message))
        .filter_map(|(rule, node)| one(reader, rule, node))
        .collect()
}

fn one(reader: &Reader<'_>, rule: &MessageListRule, node: NodeId) -> Option<Message> {
    let text = match reader.first_at(node, &rule.text) {
        Some(mention) => mention.text,
        None => reader.text(node)?,
    };
    let said = reader.first_at(node, &rule.severity);
    Some(Message {
        severity: said
            .and_then(|mention| severity(mention.text.source()))
            .or(rule.default_severity)
            .unwrap_or(Severity::Error),
        text,
        field: label(reader, node, &rule.field),
        time: reader.first_at(node, &rule.time).map(|mention| mention.text),
        id: reader.first_at(node, &rule.id).map(|mention| mention.text),
        node,
        links: links(reader, node, &rule.links),
    })
}

/// What people write for a severity.
fn severity(word: &str) -> Option<Severity> {
    Some(match word.to_ascii_lowercase().as_str() {
        "trace" => Severity::Trace,
        "debug" => Severity::Debug,
        "info" | "information" | "notice" => Severity::Info,
        "warning" | "warn" => Severity::Warning,
        "error" | "err" | "fatal" | "critical" => Severity::Error,
        _ => return None,
    })
}

/// The first label that a node has.
pub(super) fn label(reader: &Reader<'_>, node: NodeId, rules: &[LabelRule]) -> Option<Words> {
    rules.iter().find_map(|rule| match rule {
        LabelRule::Key => Some(key(reader, node)),
        LabelRule::Path(path) => reader.first_at(node, std::slice::from_ref(path)).map(|mention| mention.text),
        LabelRule::Fixed(words) => Some(words.clone()),
    })
}

/// A member's name; for an element of an array its position, or the name of the array for one among objects' fields.
fn key(reader: &Reader<'_>, node: NodeId) -> Words {
    match reader.document.key(node) {
        Some(key) => key.into_owned(),
        None => {
            // `errors.name[0]`: the field is the array's name.
            let parent = reader.document.parent(node).and_then(|parent| reader.document.key(parent));
            let scalar = reader.document.scalar(node).is_some();
            match parent.filter(|_| scalar) {
                Some(key) => key.into_owned(),
                None => reader.document.index(node).to_string().into(),
            }
        }
    }
}

/// All links of some rules, each address once.
pub(super) fn links(reader: &Reader<'_>, from: NodeId, rules: &[LinkRule]) -> Vec<Link> {
    let (mut links, mut seen) = (Vec::new(), HashSet::new());
    let nodes = rules
        .iter()
        .flat_map(|rule| reader.document.select(from, &rule.each).into_iter().map(move |node| (rule, node)));
    for (rule, node) in nodes {
        let Some(href) = first(reader, node, &rule.href).filter(|href| !href.text.is_empty()) else { continue };
        if !seen.insert(href.text.clone()) {
            continue;
        }
        if !reader.within.room.take(Piece::Link) {
            break;
        }
        let title = rule.title.as_ref().and_then(|path| first(reader, node, path)).map(|mention| mention.text);
        links.push(Link { href: href.text, title, place: href.place });
    }
    links
}

fn first(reader: &Reader<'_>, node: NodeId, path: &Path) -> Option<super::Mention> {
    reader.first_at(node, std::slice::from_ref(path))
}

/// Links of the headers: `Link: <https://...>; rel="help"` and the `Location` of a redirect or a new resource.
pub(super) fn header_links(reader: &Reader<'_>) -> Vec<Link> {
    let Some(head) = reader.response.head() else { return Vec::new() };
    let mut links = Vec::new();
    for value in head.values("link") {
        for part in value.source().split(",") {
            if !reader.within.room.take(Piece::Link) {
                return links;
            }
            let Some((href, rest)) = part.trim().strip_prefix('<').and_then(|part| part.split_once('>')) else {
                continue;
            };
            let relation = rest.split(';').find_map(|parameter| parameter.trim().strip_prefix("rel="));
            let title = relation.map(|relation| relation.trim_matches('"').to_owned().into());
            links.push(Link { href: href.to_owned().into(), title, place: Place::Header("link".into()) });
        }
    }
    for value in head.values("location").take_while(|_| reader.within.room.take(Piece::Link)) {
        let title = Some("location".into());
        links.push(Link { href: value.clone(), title, place: Place::Header("location".into()) });
    }
    links
}
