//! Whether the samples of a pack lead where its paths lead: a path that none reaches is untested, or mistyped.

use super::{Lint, LintKind, Spot};
use crate::document::{Document, NodeId};
use crate::pack::model::{CodeRule, ItemRule, LabelRule, Packed, Place, Sample, Shape};
use crate::pack::source::quoted;

/// A sample with its body read.
struct Read<'a> {
    sample: &'a Sample,
    document: Document,
}

/// Adds a doubt for each path to a title, a code or an item that no sample of its shape reaches.
pub(super) fn paths<'s>(shapes: &[Packed<Shape>], samples: &'s [Sample], lints: &mut Vec<Lint>) {
    let read = |sample: &'s Sample| Read { sample, document: Document::parse(sample.body.as_bytes()) };
    let samples: Vec<Read<'_>> = samples.iter().map(read).collect();
    for shape in shapes {
        let of_shape = |read: &&Read<'_>| read.sample.expect.shape.as_ref().is_none_or(|name| *name == shape.name);
        let own: Vec<&Read<'_>> = samples.iter().filter(of_shape).collect();
        let mut add = |what: String, text: Option<String>| {
            let (kind, place) = (LintKind::Unreached, format!("shape {}", quoted(&shape.name)));
            let spot = Spot::Shape(shape.name.clone(), text);
            lints.push(Lint { kind, spot, place, message: format!("no sample reaches {what}") });
        };
        if own.is_empty() {
            add("it".to_owned(), None);
            continue;
        }
        let from: Vec<(&Read<'_>, NodeId)> = own.iter().map(|read| (*read, read.document.root())).collect();
        places(&from, "the title", &shape.title, "", &mut add);
        codes(&from, &shape.codes, "", &mut add);
        for rule in &shape.items {
            items(&from, rule, &mut add);
        }
    }
}

type Nodes<'a> = Vec<(&'a Read<'a>, NodeId)>;

fn places(from: &Nodes<'_>, what: &str, places: &[Place], of: &str, add: &mut impl FnMut(String, Option<String>)) {
    for place in places.iter().filter(|place| !reached(from, place)) {
        match place {
            Place::Body(path) => add(format!("{what} {}{of}", quoted(path.to_string())), Some(path.to_string())),
            Place::Header(name) => add(format!("{what} in the header {}{of}", quoted(name)), None),
            Place::Parameter(header, name) => {
                add(format!("{what} in {} of the header {}{of}", quoted(name), quoted(header)), None);
            }
        }
    }
}

fn codes(from: &Nodes<'_>, rules: &[CodeRule], of: &str, add: &mut impl FnMut(String, Option<String>)) {
    for rule in rules {
        places(from, "the code", std::slice::from_ref(&rule.place), of, add);
    }
}

fn reached(from: &Nodes<'_>, place: &Place) -> bool {
    from.iter().any(|(read, node)| match place {
        Place::Body(path) => read.document.first(*node, path).is_some(),
        Place::Header(name) => read.sample.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)),
        Place::Parameter(header, name) => read
            .sample
            .headers
            .iter()
            .any(|(own, value)| own.eq_ignore_ascii_case(header) && crate::text::parameter(value, name).is_some()),
    })
}

/// Items and, within them, the nested ones: no deeper, the format has no more levels.
fn items(from: &Nodes<'_>, rule: &ItemRule, add: &mut impl FnMut(String, Option<String>)) {
    let Some(inner) = item(from, rule, add) else { return };
    if let Some(nested) = &rule.items {
        item(&inner, nested, add);
    }
}

fn item<'a>(from: &Nodes<'a>, rule: &ItemRule, add: &mut impl FnMut(String, Option<String>)) -> Option<Nodes<'a>> {
    let each = quoted(rule.each.to_string());
    let nodes: Nodes<'a> = from
        .iter()
        .flat_map(|(read, node)| read.document.select(*node, &rule.each).into_iter().map(|found| (*read, found)))
        .collect();
    if nodes.is_empty() {
        add(format!("the items {each}"), Some(rule.each.to_string()));
        return None;
    }
    let of = format!(" of the items {each}");
    let labels = rule.label.iter().filter_map(|label| match label {
        LabelRule::Path(path) => Some(Place::Body(path.clone())),
        _ => None,
    });
    places(&nodes, "the label", &labels.collect::<Vec<_>>(), &of, add);
    codes(&nodes, &rule.codes, &of, add);
    let texts: Vec<Place> = rule.text.iter().cloned().map(Place::Body).collect();
    places(&nodes, "the text", &texts, &of, add);
    Some(nodes)
}
