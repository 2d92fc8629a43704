//! Parts of a response that went well or wrong each on its own: platforms, fields, calls of a batch.

use std::collections::HashSet;

use crate::document::NodeId;
use crate::document::path::Step;
use crate::pack::Outcome;
use crate::pack::model::{ItemRule, OutcomeRule};

use super::model::{Item, Place, Words};
use super::outcome::Known;
use super::reader::Reader;
use super::room::Piece;
use super::{advice, codes, messages, nested, outcome, quote, story};

/// All items of some rules, in the order of the rules, then of the body.
pub(super) fn find(reader: &Reader<'_>, from: NodeId, rules: &[ItemRule]) -> Vec<Item> {
    let (mut items, mut seen) = (Vec::new(), HashSet::new());
    for rule in rules {
        for node in reader.document.select(from, &rule.each) {
            if !reader.scene().all(node, &rule.when) || !seen.insert(node) {
                continue;
            }
            if !reader.within.room.take(Piece::Item) {
                return items;
            }
            items.push(one(reader, rule, node));
        }
    }
    items
}

fn one(reader: &Reader<'_>, rule: &ItemRule, node: NodeId) -> Item {
    let inner = rule.items.as_deref().map_or_else(Vec::new, |rule| find(reader, node, std::slice::from_ref(rule)));
    let mut text = reader.first_at(node, &rule.text);
    let nested = text.as_ref().and_then(|text| nested::open(reader, text));
    let mut codes = codes::find(reader, node, &rule.codes, text.as_ref());
    if let Some(nested) = &nested {
        codes::add(reader, &mut codes, &nested.codes);
        text = nested.text.clone().or(text);
    }
    let matched = text.as_ref().and_then(|text| quote::item(reader, text));
    if let Some(found) = &matched {
        codes::add(reader, &mut codes, &found.codes);
    }
    let known = Known { codes: &codes, items: &inner, status: None, http: None };
    let default = [OutcomeRule::Codes, OutcomeRule::Fixed(Outcome::Failure)];
    let rules: &[OutcomeRule] = if rule.outcome.is_empty() { &default } else { &rule.outcome };
    let how = outcome::decide(reader, node, rules, &known).unwrap_or(Outcome::Unknown);
    let said = rule.retry.as_ref().and_then(|retry| reader.case(node, &retry.place, &retry.cases).flatten());
    let failed = matches!(how, Outcome::Failure | Outcome::Partial | Outcome::Skipped | Outcome::Pending);
    let retry = failed.then(|| advice::of_item(&codes, matched.as_ref(), said)).flatten();
    let ids = rule
        .ids
        .iter()
        .filter_map(|path| {
            let name = path.steps.iter().rev().find_map(|step| match step {
                Step::Name(name) => Some(name.to_string()),
                _ => None,
            })?;
            Some((path, name))
        })
        .flat_map(|(path, name)| {
            let all = reader.all_at(node, path).into_iter();
            all.map(move |mention| (Words::from(name.clone()), mention))
        })
        .collect();
    let mut story = story::of_item(how, text, &codes, matched.as_ref(), reader.first_at(node, &rule.location));
    if let Some(nested) = nested.filter(|_| how != Outcome::Success) {
        story::of_nested(&mut story, nested, matched.is_some());
    }
    Item {
        label: messages::label(reader, node, &rule.label).unwrap_or_else(|| counted(reader, rule, node)),
        node,
        outcome: how,
        story,
        matched: matched.map(|found| found.matched),
        retry,
        codes,
        note: reader.first_at(node, &rule.note),
        ids,
        url: reader.first_at(node, &rule.url),
        items: inner,
    }
}

/// The name of an item that has none: `call 3`.
fn counted(reader: &Reader<'_>, rule: &ItemRule, node: NodeId) -> Words {
    let noun = rule.noun.as_ref().map_or("item", |noun| noun.source());
    format!("{noun} {}", reader.document.index(node) + 1).into()
}

/// The node of a place in the body.
pub(super) fn node_of(place: &Place) -> Option<NodeId> {
    match place {
        Place::Body(node) => Some(*node),
        Place::Header(_) | Place::Status => None,
    }
}
