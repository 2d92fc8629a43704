//! How fast bodies are read and walked: `cargo bench --bench parse`.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use errview::document::{Document, Path};

const MEGABYTE: usize = 1 << 20;

const SMALL: &str = r#"{"requestId":"6d84e126","status":"ERROR","data":{"code":1000,"message":"One or more fields are not present",
"details":[{"type":"ERROR","text":"must not be null","field":"bucketName"}]}}"#;

fn main() {
    divan::main();
}

fn json(bytes: usize) -> Arc<[u8]> {
    let mut body = String::from("{\"items\":[\n");
    let mut at = 0;
    while body.len() < bytes {
        if at > 0 {
            body.push_str(",\n");
        }
        body += &format!(
            "  {{\"id\": {at}, \"name\": \"item \\u00e9 {at}\", \"ratio\": {}.5, \"ok\": {}, \"tags\": [\"a\", \"bb\", null], \
             \"text\": \"The quick brown fox jumps over the lazy dog and comes back for more of it.\"}}",
            at * 7,
            at % 3 == 0
        );
        at += 1;
    }
    body += "\n]}";
    body.into_bytes().into()
}

fn xml(bytes: usize) -> Arc<[u8]> {
    let mut body = String::from("<?xml version=\"1.0\"?>\n<items xmlns=\"urn:items\">\n");
    let mut at = 0;
    while body.len() < bytes {
        body += &format!(
            "  <item id=\"{at}\" ok=\"true\"><name>item &amp; {at}</name><tag>a</tag><tag>bb</tag><none/>\
             <text>The quick brown fox jumps over the lazy dog and comes back for more of it.</text></item>\n"
        );
        at += 1;
    }
    body += "</items>";
    body.into_bytes().into()
}

fn parse(bencher: Bencher<'_, '_>, body: &Arc<[u8]>) {
    bencher.counter(BytesCount::new(body.len())).bench(|| Document::parse(Arc::clone(body)));
}

#[divan::bench]
fn small_body(bencher: Bencher<'_, '_>) {
    parse(bencher, &Arc::from(SMALL.as_bytes()));
}

#[divan::bench]
fn json_1_mb(bencher: Bencher<'_, '_>) {
    parse(bencher, &json(MEGABYTE));
}

/// For comparison: a tree without places, spellings or tolerance.
#[divan::bench]
fn json_1_mb_as_plain_values(bencher: Bencher<'_, '_>) {
    let body = json(MEGABYTE);
    bencher.counter(BytesCount::new(body.len())).bench(|| serde_json::from_slice::<serde_json::Value>(&body));
}

#[divan::bench]
fn xml_1_mb(bencher: Bencher<'_, '_>) {
    parse(bencher, &xml(MEGABYTE));
}

#[divan::bench]
fn text_1_mb(bencher: Bencher<'_, '_>) {
    parse(bencher, &"a line of [plain] text {that} is no JSON\n".repeat(MEGABYTE / 41).into_bytes().into());
}

#[divan::bench]
fn pointer_to_the_last(bencher: Bencher<'_, '_>) {
    let document = Document::parse(json(MEGABYTE));
    let last = document.node_at(document.source_len() - 8);
    bencher.bench(|| document.pointer(last));
}

#[divan::bench]
fn position_of_the_last(bencher: Bencher<'_, '_>) {
    let document = Document::parse(json(MEGABYTE));
    bencher.bench(|| document.position(document.source_len() - 8));
}

#[divan::bench]
fn select_every_name(bencher: Bencher<'_, '_>) {
    let document = Document::parse(json(MEGABYTE));
    let path: Path = "items[*].name".parse().expect("a path");
    bencher.bench(|| document.select(document.root(), &path));
}

#[divan::bench]
fn select_in_a_small_body(bencher: Bencher<'_, '_>) {
    let document = Document::parse(SMALL.as_bytes());
    let path: Path = "data.details[0].field".parse().expect("a path");
    bencher.bench(|| document.first(document.root(), &path));
}
