//! A pack's samples, run: what must come out, against what does.

use super::{Confidence, Decoded, Options, decode};
use crate::detect::{self, Claim};
use crate::document::Document;
use crate::input::{Header, Request, Response};
use crate::pack::model::Sample;
use crate::pack::{Catalog, Pack, Rank};
use crate::text::Untrusted;

/// The response that a sample stands for.
pub fn response(sample: &Sample) -> Response {
    let mut response = Response::from_body("sample", sample.body.as_bytes());
    if sample.status.is_some() || !sample.headers.is_empty() {
        let header = |(name, value): &(String, String)| Header {
            name: Untrusted::from(name.clone()),
            value: Untrusted::from(value.clone()),
        };
        let head = response.head_mut();
        head.status = sample.status;
        head.headers = sample.headers.iter().map(header).collect();
    }
    let (method, url) = (sample.method.clone().map(Untrusted::from), sample.url.clone().map(Untrusted::from));
    response.request = Request { method, url }.into();
    response
}

/// Runs a sample and tells what came out otherwise than its pack expects: one sentence each, nothing when all is well.
pub fn check(catalog: &Catalog, pack: &Pack, sample: &Sample) -> Vec<String> {
    let response = response(sample);
    let document = Document::parse(response.body.clone());
    let decoded = decode(catalog, &response, &document, &Options::default());
    let mut wrong = Vec::new();
    let mut compare = |what: &str, wanted: String, found: String| {
        if wanted != found {
            wrong.push(format!("{what}: expected `{wanted}`, found `{found}`"));
        }
    };
    let vendor = decoded.vendor.as_ref();
    let expect = &sample.expect;
    // Generic forms and bare tables (HTTP) never name a vendor.
    let names = pack.tag().rank != Rank::Generic && !pack.head().shapes.is_empty();
    let wanted = if names { pack.id() } else { "none" };
    compare("vendor", wanted.to_owned(), vendor.map_or("none".to_owned(), |vendor| vendor.id.clone()));
    if let Some(shape) = &expect.shape {
        compare("shape", shape.clone(), vendor.map_or(String::new(), |vendor| vendor.shape.clone()));
    }
    if let Some(outcome) = expect.outcome {
        compare("outcome", format!("{outcome:?}"), format!("{:?}", decoded.verdict));
    }
    if let Some(codes) = &expect.codes {
        compare("codes", codes.join(", "), codes_of(&decoded, pack.id()).join(", "));
    }
    if let Some(message) = &expect.message {
        let found = matches(&decoded).into_iter().find(|found| found.id == *message);
        compare("message", message.clone(), found.map_or("none".to_owned(), |found| found.id.clone()));
        for (name, value) in &expect.values {
            let seen = found.and_then(|found| found.values.iter().find(|(known, _)| known == name));
            compare(name, value.clone(), seen.map_or("none".to_owned(), |(_, value)| value.source().to_owned()));
        }
    }
    if let Some(items) = &expect.items {
        let wanted: Vec<_> = items.iter().map(|(label, outcome)| format!("{label} {outcome:?}")).collect();
        let found = decoded.items.iter().map(|item| format!("{} {:?}", item.label.source(), item.outcome));
        compare("items", wanted.join(", "), found.collect::<Vec<_>>().join(", "));
    }
    wrong
}

/// A pack that claims another pack's sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Its id.
    pub pack: String,
    /// The shape that claims; empty where only the host speaks for the pack.
    pub shape: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// How sure the sample's own pack is.
    pub own: Confidence,
}

/// The packs that claim a sample of another pack, at the same confidence or a higher one. Who refines whom, or says
/// what anybody says, is no rival.
pub fn rivals(catalog: &Catalog, pack: &Pack, sample: &Sample) -> Vec<Rival> {
    let response = response(sample);
    let document = Document::parse(response.body.clone());
    let ranking = detect::rank(catalog, &response, &document, None);
    let Some(own) = ranking.claims.iter().find(|claim| claim.pack.id() == pack.id()) else { return Vec::new() };
    let is_rival = |other: &&Claim<'_>| {
        let (id, head) = (other.pack.id(), other.pack.head());
        let related = pack.head().extends.as_deref() == Some(id) || head.extends.as_deref() == Some(pack.id());
        id != pack.id() && !related && other.confidence >= own.confidence && head.rank != Rank::Generic
    };
    let rival = |other: &Claim<'_>| Rival {
        pack: other.pack.id().to_owned(),
        shape: other.shape.map_or_else(String::new, |shape| shape.name.clone()),
        confidence: other.confidence,
        own: own.confidence,
    };
    if pack.head().rank == Rank::Generic {
        return Vec::new();
    }
    ranking.claims.iter().filter(is_rival).map(rival).collect()
}

/// Whether any of some packs claims a sample.
pub fn is_claimed(catalog: &Catalog, sample: &Sample) -> bool {
    let response = response(sample);
    let document = Document::parse(response.body.clone());
    !detect::rank(catalog, &response, &document, None).claims.is_empty()
}

/// Codes as a sample spells them: the table without its pack where that is the sample's own.
pub(crate) fn codes_of(decoded: &Decoded, pack: &str) -> Vec<String> {
    let in_items = decoded.items.iter().flat_map(|item| &item.codes);
    let spell = |code: &super::Code| {
        let table = code.table.strip_prefix(pack).and_then(|rest| rest.strip_prefix('/')).unwrap_or(&code.table);
        format!("{table}/{}", code.code.source())
    };
    // A bare table (HTTP) answers for the status.
    let status = decoded.http.entry.iter().filter(|entry| entry.pack == pack && decoded.vendor.is_none());
    let status = status.map(|entry| format!("{}/{}", entry.table, entry.code.source()));
    decoded.codes.iter().chain(in_items).map(spell).chain(status).collect()
}

fn matches(decoded: &Decoded) -> Vec<&super::Matched> {
    decoded.matched.iter().chain(decoded.items.iter().filter_map(|item| item.matched.as_ref())).collect()
}
