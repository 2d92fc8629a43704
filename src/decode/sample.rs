//! A pack's samples, run: what must come out, against what does.

use super::{Decoded, Options, decode};
use crate::document::Document;
use crate::input::{Head, Header, Response};
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
        response.heads.push(Head {
            status: sample.status,
            headers: sample.headers.iter().map(header).collect(),
            ..Head::default()
        });
    }
    response.request.method = sample.method.clone().map(Untrusted::from);
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

/// Codes as a sample spells them: the table without its pack where that is the sample's own.
fn codes_of(decoded: &Decoded, pack: &str) -> Vec<String> {
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
