//! Counts what a log of responses says: `cargo run --example summary < responses.ndjson`.

#![expect(clippy::print_stdout, reason = "an example shows")]

use std::collections::BTreeMap;
use std::io::Read;

use errview::decode::{self, Options};
use errview::document::Document;
use errview::input::{self, Gathered};
use errview::pack::Catalog;

fn main() -> std::io::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let catalog = Catalog::builtin();
    let log = Gathered { name: "log".to_owned(), bytes, ended_by: None };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for response in log.split(&input::Options::default()) {
        let document = Document::parse(response.body.clone());
        let decoded = decode::decode(&catalog, &response, &document, &Options::default());
        let vendor = decoded.vendor.as_ref().map(|vendor| vendor.id.clone()).unwrap_or_default();
        let codes: Vec<_> = decoded.codes.iter().map(|code| code.code.clean().into_string()).collect();
        *counts.entry(format!("{vendor} {:?} {}", decoded.verdict, codes.join("/"))).or_default() += 1;
    }
    for (what, count) in counts {
        println!("{count:6} {what}");
    }
    Ok(())
}
