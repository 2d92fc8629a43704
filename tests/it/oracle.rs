//! What holds for every document: soundness whatever the bytes, and for strict JSON what an independent reader says.
//!
//! Shared by the tests of the document and by the fuzz targets.

use errview::document::{Document, Format, NodeId, Problem, ProblemKind, Span, Value};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object of strict JSON with its members as they stand: in order, with duplicates, values as source text.
struct Members<'j>(Vec<(String, &'j RawValue)>);

impl<'j> Deserialize<'j> for Members<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'j> Visitor<'j> for Collect {
            type Value = Members<'j>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Members<'j>, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = map.next_entry()? {
                    all.push(member);
                }
                Ok(Members(all))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// What the oracle says of a body: accepted, and if so each scalar and name agrees with the document's.
pub(crate) fn accepts(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    // Deeper bodies are refused by the oracle's own limit, not by the grammar.
    serde_json::from_str::<&RawValue>(text).is_ok_and(strings_are_sound)
}

/// Raw values are not looked into: half a surrogate pair shows only when the string is read.
fn strings_are_sound(raw: &RawValue) -> bool {
    match raw.get().as_bytes()[0] {
        b'"' => serde_json::from_str::<String>(raw.get()).is_ok(),
        b'[' => {
            serde_json::from_str::<Vec<&RawValue>>(raw.get()).is_ok_and(|all| all.into_iter().all(strings_are_sound))
        }
        b'{' => serde_json::from_str::<Members<'_>>(raw.get())
            .is_ok_and(|members| members.0.into_iter().all(|(_, value)| strings_are_sound(value))),
        _ => true,
    }
}

fn agree(document: &Document, id: NodeId, raw: &RawValue) {
    let text = raw.get();
    assert_eq!(document.source(document.span(id)), text, "the span is the value and nothing else");
    let children: Vec<_> = document.children(id).collect();
    match document.value(id) {
        Value::Null => assert_eq!(text, "null"),
        Value::Bool(value) => assert_eq!(text, value.to_string()),
        Value::Number(spelling) => assert_eq!(spelling, text),
        Value::String(string) => {
            assert_eq!(string.source(), serde_json::from_str::<String>(text).expect("a string of the oracle"));
        }
        Value::Array(count) => {
            let raws: Vec<&RawValue> = serde_json::from_str(text).expect("an array of the oracle");
            assert_eq!((count, children.len()), (raws.len(), raws.len()));
            children.into_iter().zip(raws).for_each(|(child, raw)| agree(document, child, raw));
        }
        Value::Object(count) => {
            let members: Members<'_> = serde_json::from_str(text).expect("an object of the oracle");
            assert_eq!((count, children.len()), (members.0.len(), members.0.len()));
            for (child, (name, raw)) in children.into_iter().zip(members.0) {
                assert_eq!(document.key(child).expect("a member has a name"), *name);
                agree(document, child, raw);
            }
        }
    }
}

fn is_fault(problem: &Problem) -> bool {
    problem.kind != ProblemKind::DuplicateKey
}

/// Strict JSON is read like the oracle reads it, without a fault; anything else that is read as JSON has a fault.
pub(crate) fn check_against_oracle(bytes: &[u8]) {
    let document = Document::parse(bytes);
    let faults: Vec<_> = document.problems().iter().filter(|problem| is_fault(problem)).collect();
    if accepts(bytes) {
        assert_eq!(document.format(), Format::Json);
        assert!(faults.is_empty(), "{faults:?}");
        let text = std::str::from_utf8(bytes).expect("the oracle saw text");
        agree(&document, document.root(), serde_json::from_str(text).expect("the oracle accepts"));
    } else if document.format() == Format::Json {
        assert!(!faults.is_empty(), "refused by strict JSON, but no fault is reported");
    }
}

/// Holds for every document, whatever the bytes were.
pub(crate) fn check_sound(bytes: &[u8]) {
    let document = Document::parse(bytes);
    let within = |span: Span, outer: Span| outer.start <= span.start && span.start <= span.end && span.end <= outer.end;
    let all = Span { start: 0, end: bytes.len() };
    // A pointer names the first of several members with one name, and bytes that are no UTF-8 all read alike.
    let twin = |problem: &Problem| {
        matches!(problem.kind, ProblemKind::DuplicateKey | ProblemKind::TooMuch | ProblemKind::BadUtf8)
    };
    let has_twins = document.problems().iter().any(twin);
    let mut seen = 0;
    let mut rest = vec![document.root()];
    assert_eq!(document.parent(document.root()), None);
    while let Some(id) = rest.pop() {
        seen += 1;
        assert!(within(document.span(id), all));
        let _ = (document.scalar(id), document.open_string(id).map(|inner| inner.len()));
        let count = match document.value(id) {
            Value::Array(count) | Value::Object(count) => count,
            _ => 0,
        };
        assert_eq!(document.children(id).count(), count);
        for (index, child) in document.children(id).enumerate() {
            assert!(child > id, "ids follow the source");
            assert_eq!((document.parent(child), document.index(child)), (Some(id), index));
            assert!(within(document.span(child), document.span(id)));
            let named = matches!(document.value(id), Value::Object(_));
            assert_eq!(document.key(child).is_some(), named);
            assert!(document.key_span(child).is_none_or(|span| within(span, document.span(id))));
            if let Some(name) = document.key(child) {
                let first = document.get(id, name.source()).expect("a member is found by its name");
                assert!(first <= child);
            }
            rest.push(child);
        }
        let leads_back = || document.at(document.pointer(id).text().source()) == Some(id);
        assert!(seen > 40 || has_twins || leads_back(), "a pointer leads back");
    }
    assert_eq!(seen, document.len());
    let starts: Vec<_> = document.problems().iter().map(|problem| problem.span.start).collect();
    assert!(starts.is_sorted());
    for problem in document.problems() {
        assert!(within(problem.span, all), "{problem:?}");
    }
    for offset in (0..=bytes.len()).step_by(1 + bytes.len() / 40) {
        check_place(&document, bytes, offset);
    }
}

fn check_place(document: &Document, bytes: &[u8], offset: usize) {
    if let Ok(before) = std::str::from_utf8(&bytes[..offset]) {
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let position = document.position(offset);
        let (line, column) = (1 + before.matches('\n').count(), 1 + before[line_start..].chars().count());
        assert_eq!((position.line, position.column), (line, column));
    }
    let holds = |id: NodeId| {
        let span = document.span(id);
        let start = document.key_span(id).map_or(span.start, |key| key.start.min(span.start));
        (start..span.end).contains(&offset)
    };
    let found = document.node_at(offset);
    assert!(found == document.root() || holds(found));
    if document.format() == Format::Json {
        assert!(document.children(found).all(|child| !holds(child)), "the innermost");
    }
}

pub(crate) fn check(bytes: &[u8]) {
    check_sound(bytes);
    check_against_oracle(bytes);
}
