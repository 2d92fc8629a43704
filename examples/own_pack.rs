//! Knows an API of your own: `cargo run --example own_pack`.

#![expect(clippy::print_stdout, reason = "an example shows")]

use errview::decode::{self, Options, Outcome};
use errview::document::Document;
use errview::input::Response;
use errview::pack::Catalog;

const PACK: &str = r#"
pack = 1
id = "acme"
name = "Acme billing"

[[shape]]
name = "error"
require = [ { path = "acme_err.no", type = "integer" } ]
outcome = "failure"
codes = [ { path = "acme_err.no", table = "errors" } ]
title = "acme_err.txt"

[[table]]
name = "errors"
title = "Acme error numbers"
rows = [
  { code = 42, title = "Ledger closed", meaning = "The period you post to is closed.", action = "Reopen the period.", retry = "fix" },
]

[[sample]]
body = '{"acme_err":{"no":42,"txt":"closed"}}'
expect = { outcome = "failure", codes = ["errors/42"] }
"#;

fn main() {
    let mut catalog = Catalog::builtin();
    let errors = catalog.load_user(&[("acme.toml".to_owned(), PACK.to_owned())]);
    assert!(errors.is_empty(), "what is wrong in a pack has its place: {errors:?}");

    let response = Response::from_body("ledger", br#"{"acme_err":{"no":42,"txt":"closed"}}"#.to_vec());
    let document = Document::parse(response.body.clone());
    let decoded = decode::decode(&catalog, &response, &document, &Options::default());
    assert_eq!(decoded.verdict, Outcome::Failure);
    let entry = decoded.codes[0].entry.as_ref().expect("42 is in the table");
    println!("{}", entry.meaning.as_ref().expect("a meaning").clean());
}
