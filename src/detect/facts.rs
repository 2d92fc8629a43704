//! What gates are told of a body: the prints of its members near the top and of its headers.

use crate::document::{Format, NodeId, Nodes, Value};
use crate::input::Response;
use crate::pack::gate::{DEEPEST, Facts, Kind, LONGEST, Print};
use crate::pack::model::BodyFormat;

/// Members that prints are taken of. A body with more is let in everywhere.
const MEMBERS: usize = 2000;

/// The format of a body as packs name it.
pub(super) fn format_of(format: Format) -> BodyFormat {
    match format {
        Format::Json => BodyFormat::Json,
        Format::Xml => BodyFormat::Xml,
        Format::Html | Format::Text | Format::Empty | Format::Binary => BodyFormat::Text,
    }
}

/// Takes the prints of a response.
pub(super) fn facts(response: &Response, document: &dyn Nodes) -> Facts {
    let xml = document.format() == Format::Xml;
    let mut taken = Taken { document, xml, prints: Vec::with_capacity(128) };
    for header in response.head().iter().flat_map(|head| &head.headers) {
        let place = Print::header(&header.name.source().to_ascii_lowercase());
        taken.prints.push(place);
        // Text only: it stands for words and numbers as well.
        Kind::ALL.iter().for_each(|kind| taken.prints.push(place.kind(*kind)));
        taken.spelling(place, header.value.source());
    }
    let mut members = Vec::new();
    let mut here = vec![(document.root(), Print::ROOT)];
    taken.node(document.root(), Print::ROOT);
    let mut left = MEMBERS;
    let mut beyond = false;
    for depth in 0..DEEPEST {
        let mut deeper = Vec::new();
        for (outer, place) in here {
            // An array has members only in XML, where several siblings look like one.
            if !matches!(document.value(outer), Value::Object(_)) {
                continue;
            }
            for child in document.children(outer) {
                let Some(rest) = left.checked_sub(1) else {
                    beyond = true;
                    break;
                };
                left = rest;
                let Some(name) = document.key(child) else { continue };
                let place = place.member(name.source());
                taken.node(child, place);
                if depth == 0 {
                    members.push(place);
                }
                deeper.push((child, place));
            }
        }
        here = deeper;
    }
    Facts::new(format_of(document.format()), taken.prints, members, beyond)
}

struct Taken<'a> {
    document: &'a dyn Nodes,
    xml: bool,
    prints: Vec<Print>,
}

impl Taken<'_> {
    fn node(&mut self, node: NodeId, place: Print) {
        let value = self.document.value(node);
        if self.xml {
            // Text stands for all scalars, and one sibling for an array.
            self.prints.extend(Kind::ALL.map(|kind| place.kind(kind)));
        } else {
            self.prints.push(place.kind(kind(&value)));
        }
        // What is null is as good as absent.
        if value != Value::Null {
            self.prints.push(place);
        }
        match value {
            Value::Bool(word) => self.prints.push(place.value(if word { "true" } else { "false" })),
            Value::Number(text) | Value::String(text) => self.spelling(place, text.source()),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
    }

    /// A text, and the number that it may be read as.
    fn spelling(&mut self, place: Print, text: &str) {
        if text.len() > LONGEST {
            return;
        }
        self.prints.push(place.value(text));
        let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
        if begins && let Ok(number) = text.parse::<i64>() {
            self.prints.push(place.value(&number.to_string()));
        }
    }
}

/// The kind of a value as packs tell kinds apart.
pub(super) fn kind(value: &Value<'_>) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Bool,
        Value::Number(_) => Kind::Number,
        Value::String(_) => Kind::String,
        Value::Array(_) => Kind::Array,
        Value::Object(_) => Kind::Object,
    }
}
