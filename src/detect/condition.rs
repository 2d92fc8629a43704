//! One test of one place.

use crate::document::{Format, NodeId, Nodes, Value};
use crate::input::Response;
use crate::pack::model::{Clause, Condition, Literal, Place, Test, Type};
use crate::text::{Untrusted, parameter};

/// What conditions look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The response.
    pub response: &'a Response,
    /// Its body.
    pub document: &'a dyn Nodes,
}

/// A condition that held, or one that was wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The node that answered.
    pub node: Option<NodeId>,
    /// The header that answered, as the pack spells it.
    pub header: Option<Untrusted<'static>>,
    /// The condition in words, with the value seen.
    pub why: Untrusted<'static>,
}

/// Longest value that is quoted as evidence, in characters.
const QUOTE: usize = 60;

impl Held {
    pub(super) fn note(why: Untrusted<'static>) -> Self {
        Self { node: None, header: None, why }
    }

    /// A condition in words, as nobody has tested it.
    pub fn wanted(condition: &Condition) -> Self {
        let place = place_words(&condition.place);
        let test = match &condition.test {
            Test::Exists => "is there".to_owned(),
            Test::Is(literal) => format!("is `{}`", literal_words(literal)),
            Test::In(literals) => {
                let words: Vec<_> = literals.iter().take(4).map(literal_words).collect();
                let more = if literals.len() > 4 { ", …" } else { "" };
                format!("is one of `{}`{more}", words.join("`, `"))
            }
            Test::Matches(pattern) => format!("matches `{}`", pattern.source()),
            Test::Type(wanted) => format!("is {}", type_words(*wanted)),
        };
        Self::note(format!("{place} {test}").into())
    }
}

impl Scene<'_> {
    /// Whether every clause holds, seen from a node.
    pub fn all(&self, from: NodeId, clauses: &[Clause]) -> bool {
        clauses.iter().all(|clause| clause.iter().any(|condition| self.check(from, condition).is_some()))
    }

    /// Tests one condition, seen from a node.
    pub fn check(&self, from: NodeId, condition: &Condition) -> Option<Held> {
        match &condition.place {
            Place::Body(path) => {
                let nodes = self.document.select(from, path);
                let xml = self.document.format() == Format::Xml;
                let passes = |node: &NodeId| passes(&self.document.value(*node), &condition.test, xml);
                let node = nodes.into_iter().find(passes)?;
                let seen = self.document.scalar(node).map(|text| text.source().chars().take(QUOTE).collect::<String>());
                let why = words(&condition.place, &condition.test, seen.as_deref());
                Some(Held { node: Some(node), header: None, why })
            }
            Place::Header(name) => {
                let value =
                    self.response.head()?.values(name).find(|value| text_passes(value.source(), &condition.test))?;
                let seen: String = value.source().chars().take(QUOTE).collect();
                let why = words(&condition.place, &condition.test, Some(&seen));
                Some(Held { node: None, header: Some(name.clone().into()), why })
            }
            Place::Parameter(header, name) => {
                let values = self.response.head()?.values(header).filter_map(|value| parameter(value.source(), name));
                let value = values.into_iter().find(|value| text_passes(value, &condition.test))?;
                let seen: String = value.chars().take(QUOTE).collect();
                let why = words(&condition.place, &condition.test, Some(&seen));
                Some(Held { node: None, header: Some(header.clone().into()), why })
            }
        }
    }

    /// Whether the root's names are all among these; no names stand for any.
    pub(super) fn is_closed(&self, only: &[String]) -> bool {
        let among = |child: NodeId| self.document.key(child).is_some_and(|key| only.iter().any(|name| key == **name));
        only.is_empty() || self.document.children(self.document.root()).all(among)
    }
}

/// Whether a value passes a test.
pub(super) fn passes(value: &Value<'_>, test: &Test, xml: bool) -> bool {
    match test {
        Test::Exists => *value != Value::Null,
        Test::Is(literal) => equals(value, literal, xml),
        Test::In(literals) => literals.iter().any(|literal| equals(value, literal, xml)),
        Test::Matches(pattern) => match value {
            Value::String(text) | Value::Number(text) => pattern.is_match(text.source()),
            Value::Bool(value) => pattern.is_match(if *value { "true" } else { "false" }),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        },
        Test::Type(wanted) => is_type(value, *wanted, xml),
    }
}

/// Whether a value is what a pack's literal says; a number may come as a string of digits and the other way round.
pub(crate) fn equals(value: &Value<'_>, literal: &Literal, xml: bool) -> bool {
    match (value, literal) {
        (Value::String(text) | Value::Number(text), Literal::Text(wanted)) => text.source() == wanted.source(),
        (Value::String(text) | Value::Number(text), Literal::Integer(wanted)) => {
            text.source().parse::<i64>().is_ok_and(|number| number == *wanted)
        }
        (Value::Bool(value), Literal::Bool(wanted)) => value == wanted,
        (Value::String(text), Literal::Bool(wanted)) if xml => text.source() == if *wanted { "true" } else { "false" },
        _ => false,
    }
}

fn is_type(value: &Value<'_>, wanted: Type, xml: bool) -> bool {
    match (wanted, value) {
        (Type::Null, Value::Null) | (Type::String, Value::String(_)) | (Type::Boolean, Value::Bool(_)) => true,
        (Type::Number, Value::Number(_)) | (Type::Object, Value::Object(_)) | (Type::Array, Value::Array(_)) => true,
        (Type::Integer, Value::Number(text) | Value::String(text)) => {
            let digits = text.source().strip_prefix('-').unwrap_or(text.source());
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        // XML has text only, and one sibling looks like no array.
        (Type::Boolean, Value::String(text)) => xml && matches!(text.source(), "true" | "false"),
        (Type::Number, Value::String(text)) => xml && text.source().parse::<f64>().is_ok(),
        (Type::Array, Value::Object(_) | Value::String(_)) => xml,
        _ => false,
    }
}

fn text_passes(text: &str, test: &Test) -> bool {
    let value = Value::String(text.into());
    match test {
        Test::Exists => true,
        Test::Is(literal) => equals(&value, literal, true),
        Test::In(literals) => literals.iter().any(|literal| equals(&value, literal, true)),
        Test::Matches(pattern) => pattern.is_match(text),
        Test::Type(wanted) => is_type(&value, *wanted, true),
    }
}

/// Whether a test asks for certain words rather than for a kind of value. `true`, `false` and numbers are nobody's own.
pub(super) fn is_literal(test: &Test) -> bool {
    match test {
        Test::Is(Literal::Text(_)) | Test::Matches(_) => true,
        Test::In(literals) => literals.iter().all(|literal| matches!(literal, Literal::Text(_))),
        _ => false,
    }
}

fn words(place: &Place, test: &Test, seen: Option<&str>) -> Untrusted<'static> {
    let place = place_words(place);
    let words = match (test, seen) {
        (Test::Exists, _) => format!("{place} is there"),
        (Test::Type(wanted), _) => format!("{place} is {}", type_words(*wanted)),
        (Test::Matches(pattern), Some(seen)) => format!("{place} is `{seen}`, which matches `{}`", pattern.source()),
        (_, Some(seen)) => format!("{place} is `{seen}`"),
        (_, None) => format!("{place} fits"),
    };
    words.into()
}

fn place_words(place: &Place) -> String {
    match place {
        Place::Body(path) => path.to_string(),
        Place::Header(name) => format!("header {name}"),
        Place::Parameter(header, name) => format!("{name} of header {header}"),
    }
}

fn literal_words(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => text.source().to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Bool(value) => value.to_string(),
    }
}

fn type_words(wanted: Type) -> &'static str {
    match wanted {
        Type::String => "a string",
        Type::Integer => "an integer",
        Type::Number => "a number",
        Type::Boolean => "a boolean",
        Type::Array => "an array",
        Type::Object => "an object",
        Type::Null => "null",
    }
}
