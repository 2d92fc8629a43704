//! JSON inside a string of JSON: what a service passes on from another one, or wraps once too often.
//!
//! The inner body is detected and decoded like any other; its sentence and its codes stand in for the string's.

use crate::document::{Document, Format};
use crate::input::Response;

use super::model::{Code, Confidence, Decoded, Mention, Place, Said, Speaker, Words};
use super::reader::Reader;
use super::{Options, Within, decode_within};

/// Bodies within bodies within bodies are not opened.
const DEEPEST: u8 = 2;

/// What stands in a string.
pub(super) struct Nested {
    /// The inner body's sentence for people, at the string's place.
    pub(super) text: Option<Mention>,
    /// Its codes, marked as quoted, at the string's place.
    pub(super) codes: Vec<Code>,
    /// What it means.
    pub(super) means: Option<Said>,
    /// What to do.
    pub(super) action: Option<Said>,
}

/// Opens the string that a text stands in. `None` where it is no JSON, or the JSON says nothing that is understood.
pub(super) fn open(reader: &Reader<'_>, text: &Mention) -> Option<Nested> {
    if !matches!(text.place, Place::Body(_))
        || reader.within.depth >= DEEPEST
        || reader.document.format() == Format::Xml && !text.text.source().contains('"')
    {
        return None;
    }
    let inner = Document::inside(text.text.source())?;
    let response = Response::from_body("string", text.text.source().as_bytes());
    let options = Options { vendor: None, ..reader.options.clone() };
    let within = Within { depth: reader.within.depth + 1, ..reader.within };
    let decoded = decode_within(reader.catalog, &response, &inner, &options, within);
    is_meant(text, &inner, &decoded).then(|| nested(decoded, &text.place))
}

/// Whether it was meant as JSON. Sentences have braces in them as well, and reading forgives much: so either it is
/// all JSON, or somebody's envelope is recognised in it.
fn is_meant(text: &Mention, inner: &Document, decoded: &Decoded) -> bool {
    let whole = text.text.source().trim_start().starts_with(['{', '[']);
    let read = inner.problems().iter().all(|problem| !problem.kind.is_grave());
    let known = decoded.vendor.as_ref().is_some_and(|vendor| vendor.confidence > Confidence::LooksLike);
    let says = decoded.story.happened.is_some() || decoded.codes.iter().any(|code| code.entry.is_some());
    read && says && (whole || known)
}

fn nested(decoded: Decoded, place: &Place) -> Nested {
    let here = |text: Words| Mention { text, place: place.clone() };
    let in_items = decoded.items.iter().find_map(|item| item.story.happened.clone());
    let said = decoded.story.happened.filter(|said| said.by == Speaker::Server).or(in_items);
    let codes = decoded.codes.into_iter().chain(decoded.items.into_iter().flat_map(|item| item.codes));
    // Where nobody claims it, a code cannot be looked up, and the string shows it anyway.
    let claimed = codes.filter(|code| !code.table.is_empty());
    let moved = |said: Said| Said { place: None, ..said };
    Nested {
        text: said.map(|said| here(said.text)),
        codes: claimed.map(|code| Code { place: place.clone(), quoted: true, ..code }).collect(),
        means: decoded.story.means.map(moved),
        action: decoded.story.action.map(moved),
    }
}
