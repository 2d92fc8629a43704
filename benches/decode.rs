//! What detecting and decoding one response costs: `cargo bench --bench decode`, with all packs loaded and warm.

use divan::Bencher;
use errview::decode::{self, Options};
use errview::document::Document;
use errview::pack::Catalog;
use errview::{demo, input};

fn main() {
    divan::main();
}

#[divan::bench(args = ["partial", "details", "subcode", "unknown"])]
fn one(bencher: Bencher<'_, '_>, name: &str) {
    let catalog = Catalog::builtin();
    let demo = demo::find(Some(name)).expect("a demo");
    let responses = input::split("demo", demo.bytes.to_vec(), &input::Options::default());
    let response = responses.first().expect("a response");
    bencher.bench(|| {
        let document = Document::parse(response.body.clone());
        decode::decode(&catalog, response, &document, &Options::default())
    });
}
