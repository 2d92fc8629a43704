//! What knowing many packs costs: `cargo bench --bench start`. Each run makes a catalog, detects and decodes, as a start
//! of the program does; once with all built-in packs, once with the HTTP statuses alone.

use divan::Bencher;
use errview::decode::{self, Options};
use errview::document::Document;
use errview::input::Response;
use errview::pack::Catalog;

const CLAIMED: &str = r#"{"requestId":"6d84e126","status":"ERROR","data":{"code":1000,"message":"One or more fields are not present",
"details":[{"type":"ERROR","text":"must not be null","field":"bucketName"}]}}"#;

const UNCLAIMED: &str = r#"{"hello":"world","list":[1,2,3]}"#;

fn main() {
    divan::main();
}

fn decode(bencher: Bencher<'_, '_>, catalog: fn() -> Catalog, name: &str) {
    let body = if name == "claimed" { CLAIMED } else { UNCLAIMED };
    bencher.bench(|| {
        let catalog = catalog();
        let response = Response::from_body("bench", body.as_bytes());
        let document = Document::parse(response.body.clone());
        decode::decode(&catalog, &response, &document, &Options::default())
    });
}

#[divan::bench]
fn catalog_only() -> Catalog {
    Catalog::builtin()
}

#[divan::bench(args = ["claimed", "unclaimed"])]
fn all_packs(bencher: Bencher<'_, '_>, body: &'static str) {
    decode(bencher, Catalog::builtin, body);
}

#[divan::bench(args = ["claimed", "unclaimed"])]
fn http_alone(bencher: Bencher<'_, '_>, body: &'static str) {
    decode(bencher, || Catalog::only(&["http"]), body);
}
