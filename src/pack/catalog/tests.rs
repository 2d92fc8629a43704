use super::*;
use crate::pack::source::PackError;
use crate::pack::source::parse;

const ACME: &str = r#"
pack = 1
id = "acme"
name = "Acme"
aliases = ["acme-billing"]
source = "Acme's handbook"

[[table]]
name = "errors"
title = "Acme error numbers"
key = "integer"
base = "plain/status"
families = [ { from = 1000, to = 1999, title = "Ledger", who = "caller", retry = "fix", action = "Ask the ledger." } ]
rows = [
  { code = 1001, title = "Ledger closed", meaning = "The period is closed." },
  { code = 1002, parent = 1001, title = "Ledger sealed" },
  { code = 1005, title = "Ledger on fire", action = "Run." },
  { code = 404, meaning = "Acme lost it." },
  { code = 7, method = "DELETE", title = "Not deleted" },
  { code = 7, title = "Not done" },
  { code = 8, method = "PUT", title = "Not put" },
  { code = 9, title = "Refused", messages = ["No such key."], applies = "keys" },
  { code = 9, title = "Barred", messages = ["Gate shut", "Gate barred"], applies = "gates" },
  { code = 93, title = "Begins alike" },
]

[[table]]
name = "words"
fold = true
families = [ { prefix = "Auth", title = "Sign-in" }, { prefix = "AuthToken", title = "Tokens" } ]
rows = [ { code = "AuthExpired", title = "Expired" }, { code = "RateLimited", title = "Too fast" }, { code = "QuotaUsed", title = "Too much" } ]

[[table]]
name = "pairs"
key = "composite"
base = "plain/status"
rows = [
  { code = "412/710", title = "Seven ten" },
  { code = "412/720", title = "Seven twenty" },
  { code = "710", title = "Alone" },
  { code = "412", title = "General" },
  { code = "400/715", title = "Elsewhere" },
]

[[sample]]
body = '{}'
"#;

const PLAIN: &str = r#"
pack = 1
id = "plain"
name = "Plain"
rank = "standard"

[[table]]
name = "status"
key = "integer"
base = "acme/errors"
rows = [
  { code = 404, title = "Not Found", action = "Check the address.", who = "caller" },
  { code = 503, title = "Unavailable" },
  { code = 1001, title = "One more" },
]

[[sample]]
body = '{}'
"#;

fn compile(text: &str) -> Compiled {
    parse(text, "test.toml", &|_| None).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn catalog() -> Catalog {
    Catalog::of([compile(PLAIN), compile(ACME)])
}

fn ask(table: &str, code: &str, under: Option<&str>, method: Option<&str>) -> Answer {
    let catalog = catalog();
    let pack = catalog.pack("acme").expect("acme");
    catalog.ask(pack, table, Ask { code, under, method, said: None })
}

fn known(table: &str, code: &str, under: Option<&str>, method: Option<&str>) -> Entry {
    match ask(table, code, under, method) {
        Answer::Known(entry) => *entry,
        Answer::Unknown { .. } => panic!("{table} does not know {code}"),
    }
}

#[test]
fn of_rows_with_one_code_the_servers_sentence_chooses() {
    let catalog = catalog();
    let pack = catalog.pack("acme").expect("acme");
    let title = |said| match catalog.ask(pack, "errors", Ask { code: "9", said, ..Ask::default() }) {
        Answer::Known(entry) => entry.title.expect("a title").source().to_owned(),
        Answer::Unknown { .. } => panic!("9 is there"),
    };
    assert_eq!(title(Some("gate BARRED.")), "Barred");
    assert_eq!(title(Some("Error 9: no such key")), "Refused");
    assert_eq!(title(Some("something else")), "Refused");
    assert_eq!(title(None), "Refused");
}

#[test]
fn a_whole_code_is_not_a_beginning() {
    let codes: Vec<_> = catalog().search("9").iter().map(|entry| entry.code.source().to_owned()).collect();
    assert_eq!(codes, ["9", "9"]);
}

fn unknown(table: &str, code: &str, under: Option<&str>) -> (Option<String>, Vec<String>) {
    match ask(table, code, under, None) {
        Answer::Known(entry) => panic!("{table} knows {code}: {entry:?}"),
        Answer::Unknown { family, neighbours } => (
            family.map(|family| family.source().to_owned()),
            neighbours.iter().map(|entry| entry.code.source().to_owned()).collect(),
        ),
    }
}

fn title(entry: &Entry) -> &str {
    entry.title.as_ref().map_or("", |title| title.source())
}

#[test]
fn a_row_has_the_rest_from_parent_family_and_base() {
    let child = known("errors", "1002", None, None);
    assert_eq!(title(&child), "Ledger sealed");
    assert_eq!(child.meaning, Some("The period is closed.".into()));
    assert_eq!(child.action, Some("Ask the ledger.".into()));
    assert_eq!((child.who, child.retry), (Some(Who::Caller), Some(Retry::Fix)));
    assert_eq!(child.family, Some("Ledger".into()));
    assert_eq!(child.source, Some("Acme's handbook".into()));
    // Its own words beat those of the family; the family's title is not a row's title.
    assert_eq!(known("errors", "1005", None, None).action, Some("Run.".into()));
    let based = known("errors", "404", None, None);
    assert_eq!((based.pack.as_str(), title(&based)), ("acme", "Not Found"));
    assert_eq!(based.meaning, Some("Acme lost it.".into()));
    assert_eq!(based.action, Some("Check the address.".into()));
}

#[test]
fn the_base_answers_for_what_the_table_lacks() {
    let entry = known("errors", "503", None, None);
    assert_eq!((entry.pack.as_str(), entry.table.as_str(), title(&entry)), ("plain", "status", "Unavailable"));
    let direct = known("plain/status", "503", None, None);
    assert_eq!(direct, entry);
}

#[test]
fn numbers_compare_by_value_and_words_without_case_where_the_table_says_so() {
    for code in ["1001", "01001", "+1001", " 1001 "] {
        assert_eq!(title(&known("errors", code, None, None)), "Ledger closed");
    }
    assert_eq!(title(&known("words", "ratelimited", None, None)), "Too fast");
}

#[test]
fn rows_for_the_method_come_first() {
    assert_eq!(title(&known("errors", "7", None, Some("delete"))), "Not deleted");
    assert_eq!(title(&known("errors", "7", None, Some("GET"))), "Not done");
    assert_eq!(title(&known("errors", "7", None, None)), "Not done");
    // Without a method known, a row for one method is better than none; with another method it is wrong.
    assert_eq!(title(&known("errors", "8", None, None)), "Not put");
    assert!(matches!(ask("errors", "8", None, Some("GET")), Answer::Unknown { .. }));
}

#[test]
fn composite_codes_fall_back_from_special_to_general() {
    let cases = [
        ("710", Some("412"), "412/710"),
        ("710", Some("500"), "710"),
        ("711", Some("412"), "412"),
        // The own general row beats the base's row of the same number.
        ("404", Some("412"), "412"),
        ("503", Some("500"), "503"),
    ];
    for (code, under, wanted) in cases {
        assert_eq!(known("pairs", code, under, None).code, wanted, "{under:?}/{code}");
    }
}

#[test]
fn unknown_codes_have_a_family_and_neighbours() {
    assert_eq!(unknown("errors", "1003", None), (Some("Ledger".into()), vec!["1002".into(), "1005".into()]));
    assert_eq!(unknown("errors", "1100", None), (Some("Ledger".into()), vec!["1005".into()]));
    // Far away is not near.
    assert_eq!(unknown("errors", "9999", None), (None, vec![]));
    assert_eq!(unknown("words", "RateLimitd", None), (None, vec!["RateLimited".into()]));
    assert_eq!(unknown("words", "AuthTokenLost", None), (Some("Tokens".into()), vec![]));
    assert_eq!(unknown("words", "QuotaUsedUp", None).1, ["QuotaUsed"]);
    assert_eq!(unknown("pairs", "716", Some("400")).1, ["400/715"]);
    assert_eq!(unknown("nowhere", "1", None), (None, vec![]));
}

#[test]
fn the_same_code_elsewhere_is_offered() {
    let catalog = catalog();
    let places = |code: &str, except: Option<&str>| {
        let entries = catalog.same_code(code, except);
        entries.into_iter().map(|entry| format!("{}/{}", entry.pack, entry.table)).collect::<Vec<_>>()
    };
    assert_eq!(places("1001", None), ["acme/errors", "plain/status"]);
    assert_eq!(places("01001", Some("acme")), ["plain/status"]);
    assert_eq!(places("7", None), ["acme/errors"]);
    assert_eq!(places("ratelimited", None), [""; 0]);
}

#[test]
fn search_ranks_codes_before_words() {
    let catalog = catalog();
    let found = |query: &str| {
        let hits = catalog.find(query).into_iter();
        hits.map(|hit| format!("{:?} {}/{}", hit.how, hit.entry.pack, hit.entry.code.source())).collect::<Vec<_>>()
    };
    assert_eq!(found("1001"), ["Code acme/1001", "Standard plain/1001"]);
    assert_eq!(found("0x3e9"), ["Code acme/1001", "Standard plain/1001"]);
    assert_eq!(found("ACME:1001"), ["Code acme/1001"]);
    assert_eq!(found("acme-billing:412/710"), ["Code acme/412/710"]);
    assert_eq!(found("plain:0404"), ["Standard plain/404"]);
    assert_eq!(found("=710"), ["Code acme/710"]);
    assert_eq!(found("710"), ["Code acme/710", "Part acme/412/710"]);
    assert_eq!(found("authex"), ["Prefix acme/AuthExpired"]);
    assert_eq!(found("100").len(), 4);
    assert_eq!(found(":too"), ["Title acme/RateLimited", "Title acme/QuotaUsed"]);
    // The last has these words from its base.
    assert_eq!(found("period CLOSED"), ["Text acme/1001", "Text acme/1002", "Text plain/1001"]);
    assert_eq!(found("lost it"), ["Text acme/404", "Text plain/404"]);
    assert_eq!(found("plain:").len(), 3);
    for query in ["", " ", ":", "=", "nothing such", "acme:nothing such"] {
        assert_eq!(found(query), [""; 0], "{query}");
    }
}

#[test]
fn names_are_forgiving() {
    let catalog = catalog();
    assert_eq!(catalog.pack("ACME-Billing").map(Pack::id), Some("acme"));
    assert_eq!(catalog.nearest("acne"), Some("acme"));
    assert_eq!(catalog.nearest("something else"), None);
    let order: Vec<&str> = catalog.packs().iter().map(Pack::id).collect();
    assert_eq!(order, ["acme", "plain"]);
}

#[test]
fn a_pack_of_the_same_id_replaces_or_adds() {
    let own = |extends: &str, extra: &str| {
        let text = format!(
            "pack = 1\nid = \"acme\"\nname = \"Ours\"\n{extends}\n[[table]]\nname = \"errors\"\nkey = \"integer\"\nrows = \
             [ {{ code = 1001, title = \"Our ledger\" }}, {{ code = 2000, title = \"New\" }} ]\n{extra}\n[[sample]]\nbody = ''\n"
        );
        vec![("own.toml".to_owned(), text)]
    };
    let mut replaced = catalog();
    assert_eq!(replaced.load_user(&own("", "")), []);
    let pack = replaced.pack("acme").expect("acme");
    assert_eq!((pack.tables().len(), pack.tables()[0].rows.len(), replaced.packs().len()), (1, 2, 2));

    let mut added = catalog();
    assert_eq!(added.same_code("2000", None), []);
    // It may name tables that it only adds to.
    let shape = "[[shape]]\nname = \"mine\"\ncodes = [ { path = \"code\", table = \"words\" } ]";
    assert_eq!(added.load_user(&own("extends = \"acme\"", shape)), []);
    let pack = added.pack("acme-billing").expect("acme");
    assert_eq!((pack.tables().len(), pack.table("errors").expect("errors").rows.len()), (3, 11));
    assert_eq!((pack.head().shapes.len(), pack.head().name.source()), (1, "Ours"));
    assert_eq!(title(&added.same_code("1001", Some("plain"))[0]), "Our ledger");
    assert_eq!(added.same_code("2000", None).len(), 1);
}

#[test]
fn a_broken_pack_is_told_of_and_left_out() {
    let mut catalog = catalog();
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let sample = "[[sample]]\nbody = ''\n";
    let errors = catalog.load_user(&[
        file("a.toml", "pack = 1\nid = \"a\"\nname = \"A\"\n"),
        file("b.toml", &format!("pack = 1\nid = \"b\"\nname = \"B\"\nquotes = [\"plian\", \"c\"]\n{sample}")),
        file("c.toml", &format!("pack = 1\nid = \"c\"\nname = \"C\"\n{sample}")),
        file("d.toml", &format!("pack = 1\nid = \"d\"\nname = \"D\"\nextends = \"d\"\n{sample}")),
    ]);
    let told: Vec<String> = errors.iter().map(PackError::in_full).collect();
    assert_eq!(
        told,
        [
            "a.toml:1:1: a pack needs a sample\nhint: add a [[sample]] with a `body` and what to `expect` of it",
            "d.toml:4:11: there is no pack `d`",
            "b.toml:4:11: there is no pack `plian`\nhint: did you mean `plain`?",
        ]
    );
    assert!(catalog.pack("a").is_none() && catalog.pack("b").is_some() && catalog.pack("d").is_none());
}

#[test]
fn limits_hold() {
    let head = "pack = 1\nid = \"acme\"\nname = \"Acme\"\n[[sample]]\nbody = ''\n";
    let message = |text: String| match parse(&text, "x.toml", &|_| None) {
        Ok(_) => String::new(),
        Err(errors) => errors[0].in_full(),
    };
    let rows: String = (0..=20_000).map(|code| format!("{{code={code}}},")).collect();
    let rows = format!("{head}[[table]]\nname = \"t\"\nkey = \"integer\"\nrows = [{rows}]\n");
    assert_eq!(message(rows), "x.toml:1:1: 20001 rows\nhint: a pack has 20000 at most");
    let templates: String =
        (0..=500).map(|id| format!("[[message]]\nid = \"m{id}\"\ntemplate = \"it is {id}\"\n")).collect();
    let told = message(format!("{head}{templates}"));
    assert!(told.contains("501 message templates"), "{told}");
    let large = format!("{head}# {}", "x".repeat(1024 * 1024));
    assert!(message(large).contains("the file has more than 1048576 bytes"));
}

#[test]
fn built_in_packs_unpack() {
    let catalog = Catalog::builtin();
    assert_eq!(catalog.packs().len(), BUILTIN.len());
    for pack in catalog.packs() {
        assert!(!pack.samples().is_empty(), "{}", pack.id());
    }
}
