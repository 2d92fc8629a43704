//! What a body holds beyond what the report has said: so that nothing which arrived is lost without a word.
//!
//! In: the document, and what was found in it. Out: its scalars that no line has shown yet, in the order of the source.
//! A long list is cut in the middle: its end tells whether all of it arrived.

use std::collections::HashSet;

use super::Report;
use crate::decode::{Item, Link, Mention, Place, Story};
use crate::document::{Format, NodeId, Nodes, Value};
use crate::text::Untrusted;

/// Scalars that are listed before the cut.
const MANY: usize = 24;
/// Steps of a pointer that are written out, counted from its end: depth is nobody's to choose but the sender's.
const STEPS: usize = 12;
/// Characters of one value.
const LONG: usize = 600;

/// The scalars that were not shown.
pub(super) struct Rest {
    /// The first ones.
    pub(super) first: Vec<NodeId>,
    /// How many lie between those and the last.
    pub(super) left_out: usize,
    /// The last one, if it is none of the first.
    pub(super) last: Option<NodeId>,
}

/// What was not shown.
pub(super) fn unsaid(report: &Report<'_>) -> Rest {
    let mut rest = Rest { first: Vec::new(), left_out: 0, last: None };
    let document = report.document;
    if !matches!(document.format(), Format::Json | Format::Xml) {
        return rest;
    }
    let claimed = report.decoded.vendor.is_some();
    let said = SaidAlready::of(report);
    for leaf in document.walk().filter(|node| is_scalar(document, *node)) {
        if said.holds(document, leaf, claimed) {
            continue;
        }
        if rest.first.len() < MANY {
            rest.first.push(leaf);
        } else {
            rest.left_out += usize::from(rest.last.replace(leaf).is_some());
        }
    }
    rest
}

/// Where a scalar stands: its pointer, or the end of it.
pub(super) fn place(document: &dyn Nodes, leaf: NodeId, ellipsis: &str) -> String {
    let (pointer, whole) = document.pointer_end(leaf, STEPS);
    let shown = pointer.text().clean();
    match (whole, shown.is_empty()) {
        (_, true) => "(whole body)".into(),
        (true, _) => shown.into_string(),
        (false, _) => format!("{ellipsis}{shown}"),
    }
}

/// A scalar's text: masked where it or its name is a credential, cut where it is longer than anybody reads.
pub(super) fn value(report: &Report<'_>, leaf: NodeId, ellipsis: &str) -> String {
    let Some(text) = report.document.scalar(leaf) else { return String::new() };
    let (head, tail) = text.split_at_char(LONG);
    let masked = report.secrets.mask_member(report.document, leaf, &head);
    let shown = masked.clean();
    let more = if tail.is_empty() { String::new() } else { format!("{ellipsis} {} characters more", tail.chars()) };
    match report.document.value(leaf) {
        Value::String(_) if shown.trim().len() != shown.len() || shown.is_empty() => format!("\"{shown}\"{more}"),
        _ => format!("{shown}{more}"),
    }
}

fn is_scalar(document: &dyn Nodes, node: NodeId) -> bool {
    !matches!(document.value(node), Value::Array(_) | Value::Object(_))
}

/// What the other sections have shown, by node and by text.
#[derive(Default)]
struct SaidAlready {
    nodes: HashSet<NodeId>,
    texts: HashSet<Untrusted<'static>>,
}

impl SaidAlready {
    fn of(report: &Report<'_>) -> Self {
        let decoded = report.decoded;
        let mut said = Self::default();
        said.story(&decoded.story);
        let evidence = decoded.vendor.iter().flat_map(|vendor| vendor.evidence.iter().take(super::text::REASONS));
        for (place, why) in evidence.filter_map(|one| Some((one.place.as_ref()?, &one.why))) {
            let Place::Body(node) = place else { continue };
            if report.document.scalar(*node).is_some_and(|text| why.clean().contains(&format!("`{}`", text.clean()))) {
                said.place(place);
            }
        }
        for code in report.codes() {
            said.place(&code.place);
        }
        let mut items: Vec<&Item> = decoded.items.iter().collect();
        while let Some(item) = items.pop() {
            said.text(&item.label);
            said.story(&item.story);
            let mentions = item.note.iter().chain(&item.url).chain(item.ids.iter().map(|(_, id)| id));
            mentions.for_each(|mention| said.mention(mention));
            items.extend(&item.items);
        }
        for message in decoded.messages.iter().take(super::text::MANY) {
            said.text(&message.text);
            message.field.iter().chain(&message.time).for_each(|words| said.text(words));
            message.links.iter().for_each(|link| said.link(link));
        }
        decoded.links.iter().take(super::text::MANY).for_each(|link| said.link(link));
        decoded.request_id.iter().for_each(|id| said.mention(id));
        for usage in &decoded.usage {
            said.place(&usage.place);
            usage.resets.iter().for_each(|words| said.text(words));
            for count in [usage.used, usage.limit, usage.remaining].into_iter().flatten() {
                said.texts.insert(super::number(count).into());
            }
        }
        said
    }

    fn story(&mut self, story: &Story) {
        for said in [&story.happened, &story.detail, &story.means, &story.action].into_iter().flatten() {
            self.text(&said.text);
        }
        story.location.iter().for_each(|mention| self.mention(mention));
    }

    fn link(&mut self, link: &Link) {
        self.text(&link.href);
        link.title.iter().for_each(|title| self.text(title));
    }

    fn mention(&mut self, mention: &Mention) {
        self.place(&mention.place);
        self.text(&mention.text);
    }

    fn place(&mut self, place: &Place) {
        if let Place::Body(node) = place {
            self.nodes.insert(*node);
        }
    }

    fn text(&mut self, words: &Untrusted<'static>) {
        self.texts.insert(words.clone());
    }

    /// Whether a line has shown it. A flag or a `null` of an envelope that somebody claims is what the verdict says.
    fn holds(&self, document: &dyn Nodes, leaf: NodeId, claimed: bool) -> bool {
        let flag = matches!(document.value(leaf), Value::Null | Value::Bool(_));
        (claimed && flag)
            || self.nodes.contains(&leaf)
            || document.scalar(leaf).is_some_and(|text| self.texts.contains(&text.into_owned()))
    }
}
