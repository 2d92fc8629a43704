//! Decodes a body and says what happened: `cargo run --example decode < answer.json`.

#![expect(clippy::print_stdout, reason = "an example shows")]

use std::io::Read;

use errview::decode::{self, Options};
use errview::document::Document;
use errview::input::Response;
use errview::pack::Catalog;

fn main() -> std::io::Result<()> {
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let catalog = Catalog::builtin();
    let response = Response::from_body("stdin", body);
    let document = Document::parse(response.body.clone());
    let decoded = decode::decode(&catalog, &response, &document, &Options::default());

    // What came from outside is `Untrusted`: only `clean` makes it fit for a terminal.
    let vendor = decoded.vendor.as_ref().map(|vendor| vendor.name.clean());
    println!("{}: {:?}", vendor.unwrap_or_default(), decoded.verdict);
    println!("{}", decoded.summary.clean());
    for code in &decoded.codes {
        let title = code.entry.as_ref().and_then(|entry| entry.title.as_ref());
        println!("{}: {}", code.code.clean(), title.map(|title| title.clean()).unwrap_or_default());
    }
    Ok(())
}
