//! A body that lacks a member is not somebody else's: every member of every sample is left out in turn, and nobody else
//! may claim what is left for sure.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use errview::decode::{self, Confidence, Options};
use errview::document::{Document, Format, NodeId};
use errview::input::{self, Response};
use errview::pack::Catalog;

use super::program::samples;

/// Bodies larger than this have hundreds of members of the same kind.
const LARGEST: usize = 20_000;

/// The golden cases' inputs, the demos and the samples of all packs, each as a response.
fn responses(catalog: &Catalog) -> Vec<(String, Response)> {
    let mut all = Vec::new();
    for (name, bytes) in samples() {
        let args = fs::read_to_string(Path::new(&name).with_file_name("args")).unwrap_or_default();
        // What the user says about the vendor is not to be found out.
        if args.contains("--vendor") {
            continue;
        }
        let gathered = input::Gathered { name: name.clone(), bytes, ended_by: None };
        all.extend(gathered.split(&input::Options::default()).into_iter().map(|response| (name.clone(), response)));
    }
    for pack in catalog.packs() {
        for (number, sample) in pack.samples().iter().enumerate() {
            all.push((format!("{} sample {}", pack.id(), number + 1), decode::sample::response(sample)));
        }
    }
    all
}

/// The vendor, if anybody is sure of it.
fn vendor(catalog: &Catalog, response: &Response) -> Option<String> {
    let document = Document::parse(Arc::clone(&response.body));
    let decoded = decode::decode(catalog, response, &document, &Options::default());
    decoded.vendor.filter(|vendor| vendor.confidence >= Confidence::Likely).map(|vendor| vendor.id)
}

/// The body without each of its members in turn, with the pointer of what was left out.
fn without_each(body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let document = Document::parse(body);
    let mut cut = Vec::new();
    let mut open: Vec<NodeId> = vec![document.root()];
    while let Some(node) = open.pop() {
        open.extend(document.children(node));
        let Some(key) = document.key_span(node) else { continue };
        let span = document.span(node);
        let (mut start, mut end) = (key.start.min(span.start), span.end.max(key.end));
        if document.format() == Format::Json {
            // With it goes the comma behind it, or else the one before it.
            let after = body[end..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|gap| end + gap);
            let before = body[..start].iter().rposition(|byte| !byte.is_ascii_whitespace());
            match (after.filter(|at| body[*at] == b','), before.filter(|at| body[*at] == b',')) {
                (Some(comma), _) => end = comma + 1,
                (None, Some(comma)) => start = comma,
                (None, None) => {}
            }
        }
        cut.push((document.pointer(node).text().clean().into_string(), [&body[..start], &body[end..]].concat()));
    }
    cut
}

#[test]
fn leaving_out_a_member_makes_nobody_else_sure() {
    let catalog = Catalog::builtin();
    let (mut count, mut bodies, mut unsure, mut wrong) = (0, 0, 0, Vec::new());
    for (name, response) in responses(&catalog) {
        let format = Document::parse(Arc::clone(&response.body)).format();
        if response.body.len() > LARGEST || !matches!(format, Format::Json | Format::Xml) {
            continue;
        }
        bodies += 1;
        let whole = vendor(&catalog, &response);
        let mut judge = |pointer: &str, rest: Response| {
            count += 1;
            let found = vendor(&catalog, &rest);
            unsure += usize::from(found.is_none() && whole.is_some());
            if found.is_some() && found != whole && !is_truthful(&catalog, whole.as_deref(), found.as_deref()) {
                let body = String::from_utf8_lossy(&rest.body).chars().take(160).collect::<String>();
                wrong.push(format!("{name} without {pointer}: {found:?} instead of {whole:?}\n    {body}"));
            }
        };
        for (pointer, body) in without_each(&response.body) {
            judge(&pointer, Response { body: body.into(), ..response.clone() });
        }
        let headers = response.heads.last().map_or(0, |head| head.headers.len());
        for position in 0..headers {
            let mut rest = response.clone();
            let removed = rest.head_mut().headers.remove(position);
            let name = removed.name.clean();
            judge(&format!("the header {name}"), rest);
        }
    }
    println!("{count} deletions in {bodies} bodies: {unsure} leave nobody sure, {} are wrong", wrong.len());
    assert!(bodies > 200 && count > 1500 && unsure > 100, "{count} deletions in {bodies} bodies, {unsure} unsure");
    assert!(wrong.is_empty(), "{} of {count} deletions:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether the other name is right as well: the standard that a vendor's envelope refines.
fn is_truthful(catalog: &Catalog, whole: Option<&str>, found: Option<&str>) -> bool {
    let refines = |child: Option<&str>, parent: Option<&str>| {
        child.and_then(|id| catalog.pack(id)).is_some_and(|pack| pack.head().extends.as_deref() == parent)
    };
    refines(whole, found) || refines(found, whole)
}

#[test]
fn members_are_left_out_one_by_one() {
    let cut = without_each(b"{\"a\": 1, \"b\": {\"c\": [2]}, \"d\": \"x\"}");
    let mut rest: Vec<String> =
        cut.iter().map(|(at, body)| format!("{at} {}", String::from_utf8_lossy(body))).collect();
    rest.sort();
    assert_eq!(
        rest,
        [
            "/a { \"b\": {\"c\": [2]}, \"d\": \"x\"}",
            "/b {\"a\": 1,  \"d\": \"x\"}",
            "/b/c {\"a\": 1, \"b\": {}, \"d\": \"x\"}",
            "/d {\"a\": 1, \"b\": {\"c\": [2]}}",
        ]
    );
    let cut = without_each(b"<r a=\"1\"><b>x</b></r>");
    assert!(cut.iter().any(|(_, body)| body == b"<r a=\"1\"></r>"), "{cut:?}");
}
