//! Reports over one hand-built finding that has something of everything.

use super::*;
use crate::decode::{
    Advice, Confidence, DecidedBy, Evidence, Guess, Http, Item, Link, Mention, Message, Retry, Severity, Source,
    Speaker, Trouble, Usage, Vendor, Who,
};
use crate::document::Document;
use crate::pack::Confidence as Sureness;

const BODY: &str = r#"{
  "state": "ERROR", // a comment
  "no": 42,
  "parts": {"north": {"ok": true}, "south": {"ok": false, "why": "gate *shut*"}},
  "notes": [{"level": "WARN", "text": "slow", "api_key": "hunter2"}]
}"#;

fn entry(pack: &str, code: &str, title: &str) -> crate::decode::Entry {
    crate::decode::Entry {
        pack: pack.into(),
        pack_name: "Acme billing".into(),
        table: "errors".into(),
        table_title: "Acme error numbers".into(),
        row: 3,
        code: code.to_owned().into(),
        family: Some("Ledgers".into()),
        title: Some(title.to_owned().into()),
        messages: vec!["ledger is closed".into()],
        meaning: Some("The period you post to is closed.".into()),
        action: Some("Reopen the period in Finance > Periods.".into()),
        who: Some(Who::Caller),
        retry: Some(Retry::Fix),
        http: Some(409),
        outcome: None,
        applies: None,
        see: vec!["43".into()],
        url: Some("https://acme.test/errors#42".into()),
        source: Some("https://acme.test/errors".into()),
        confidence: Sureness::Official,
    }
}

fn said(text: &'static str, by: Speaker) -> Option<Said> {
    Some(Said { text: text.into(), by, place: None })
}

fn story(happened: &'static str) -> Story {
    Story {
        happened: said(happened, Speaker::Server),
        means: said("The period you post to is closed.", Speaker::Vendor),
        ..Story::default()
    }
}

fn document() -> Document {
    Document::parse(BODY.as_bytes())
}

fn codes(document: &Document) -> Vec<Code> {
    let at = |pointer: &str| Place::Body(document.at(pointer).unwrap());
    let known = Code {
        table: "acme/errors".into(),
        code: "42".into(),
        place: at("/no"),
        entry: Some(Box::new(entry("acme", "42", "Ledger closed"))),
        family: None,
        neighbours: Vec::new(),
        also: vec![entry("other", "42", "Answer")],
        quoted: false,
    };
    let unknown = Code {
        code: "77".into(),
        place: Place::Header("X-Code".into()),
        entry: None,
        family: Some("Ledgers".into()),
        neighbours: vec![entry("acme", "76", "Ledger lost")],
        also: Vec::new(),
        ..known.clone()
    };
    vec![known, unknown]
}

fn items(document: &Document) -> Vec<Item> {
    let item = |name: &'static str, outcome, story| Item {
        label: name.into(),
        node: document.at(&format!("/parts/{name}")).unwrap(),
        outcome,
        story,
        matched: None,
        retry: None,
        codes: Vec::new(),
        note: None,
        ids: Vec::new(),
        url: None,
        items: Vec::new(),
    };
    let mention = Mention { text: "n-1".into(), place: Place::Status };
    let north = Item { ids: vec![("part_id".into(), mention)], ..item("north", Outcome::Success, Story::default()) };
    vec![north, item("south", Outcome::Failure, story("gate *shut*"))]
}

fn decoded(document: &Document) -> Decoded {
    let at = |pointer: &str| document.at(pointer).unwrap();
    let comment = &document.problems()[0];
    let position = document.position(comment.span.start);
    let evidence = vec![Evidence { place: Some(Place::Body(at("/state"))), why: "state is `ERROR`".into() }];
    Decoded {
        source: Source { name: "in\u{1b}.json".into(), index: 0, line: 4, format: Format::Json, bytes: BODY.len() },
        http: Http { status: Some(409), reason: Some("Conflict".into()), method: None, url: None, entry: None },
        vendor: Some(Vendor {
            id: "acme".into(),
            name: "Acme billing".into(),
            shape: "error".into(),
            confidence: Confidence::Likely,
            evidence: evidence.clone(),
            retired: false,
        }),
        guesses: vec![Guess {
            id: "other".into(),
            name: "Other".into(),
            shape: "fault".into(),
            confidence: Some(Confidence::LooksLike),
            evidence,
            lacking: vec![Evidence { place: None, why: "fault is there".into() }],
        }],
        verdict: Outcome::Partial,
        who: Some(Who::Account),
        summary: "1 of 2 parts failed: south".into(),
        story: story("closed"),
        matched: None,
        retry: Advice {
            retry: Some(Retry::Wait),
            after: Some(90.0),
            decided_by: Some(DecidedBy::Header),
            note: Some("only for south".into()),
        },
        codes: codes(document),
        items: items(document),
        items_noun: "parts".into(),
        messages: vec![Message {
            severity: Severity::Warning,
            text: "slow, see https://acme.test/?token=hunter2".into(),
            field: Some("notes".into()),
            time: Some("2026-01-01".into()),
            id: None,
            node: at("/notes/0"),
            links: Vec::new(),
        }],
        links: vec![Link {
            href: "https://acme.test/a_b".into(),
            title: Some("help".into()),
            place: Place::Header("Link".into()),
        }],
        request_id: Some(Mention { text: "req-1".into(), place: Place::Header("X-Request-Id".into()) }),
        usage: vec![Usage {
            label: "posts".into(),
            used: Some(5.0),
            limit: Some(7.5),
            remaining: None,
            resets: Some("2026-01-01".into()),
            resets_at: Some(1_000_060),
            assumed: None,
            place: Place::Status,
        }],
        problems: vec![Trouble {
            kind: comment.kind.id(),
            message: comment.kind.message(),
            line: position.line,
            column: position.column,
            offset: Some(comment.span.start),
            grave: comment.kind.is_grave(),
        }],
    }
}

fn write(form: impl Fn(&mut dyn std::io::Write, &Report<'_>) -> std::io::Result<()>) -> String {
    let document = document();
    let decoded = decoded(&document);
    let mut out = Vec::new();
    form(&mut out, &Report { decoded: &decoded, document: &document, secrets: Secrets::Masked }).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with a file under `tests/reports`; `ERRVIEW_ACCEPT=1` writes it, for review.
#[track_caller]
fn expect(name: &str, found: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports").join(name);
    if std::env::var_os("ERRVIEW_ACCEPT").is_some_and(|value| value == "1") {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, expected, "{name}: if that is right: ERRVIEW_ACCEPT=1 cargo test report");
}

#[test]
fn the_text_says_everything_and_whose_words_it_is() {
    let look = Look { now: Some(1_000_000), ..Look::default() };
    let text = write(|out, report| text::write(out, report, &look));
    expect("everything.txt", &text);
}

#[test]
fn the_text_is_the_same_in_colour() {
    let plain = write(|out, report| text::write(out, report, &Look::default()));
    let style = Style { color: true, ..Style::default() };
    let painted = write(|out, report| text::write(out, report, &Look { style, ..Look::default() }));
    let mut bare = String::new();
    for (at, piece) in painted.split("\x1b[").enumerate() {
        bare.push_str(if at == 0 { piece } else { piece.split_once('m').unwrap().1 });
    }
    let trimmed = bare.lines().map(str::trim_end).collect::<Vec<_>>();
    assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
    assert!(painted.matches("\x1b[").count() > 20);
}

#[test]
fn lines_have_seven_columns() {
    let text = write(line::write);
    expect("everything.tsv", &text);
    assert!(text.lines().all(|line| line.split('\t').count() == 7));
}

#[test]
fn markdown_reads_well_in_a_ticket() {
    let text = write(markdown::write);
    expect("everything.md", &text);
}

#[test]
fn json_has_every_key_in_its_order() {
    let text = write(|out, report| json::write(out, report));
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&text).unwrap()).unwrap() + "\n";
    expect("everything.json", &pretty);
}

#[test]
fn explanations_are_about_what_is_asked() {
    let document = document();
    let decoded = decoded(&document);
    let report = Report { decoded: &decoded, document: &document, secrets: Secrets::Masked };
    assert_eq!(
        explanation::write(&report, explanation::Subject::Item(&decoded.items[1])),
        "Acme billing, HTTP 409: ✗ FAIL on south\n\
         What happened: gate *shut* (server message)\n\
         What it means: The period you post to is closed. (vendor docs)\n\
         Where: /parts/south\n\
         Request id: req-1\n"
    );
    assert_eq!(
        explanation::write(&report, explanation::Subject::Code(&decoded.codes[0])),
        "Acme billing, HTTP 409: ◐ PARTIAL, 1 of 2 parts failed: south\n\
         Code: 42 Ledger closed (acme/errors)\n\
         What it means: The period you post to is closed.\n\
         What to do: Reopen the period in Finance > Periods.\n\
         Retry: after fixing it; unchanged it will fail again\n\
         Where: /no\n\
         Request id: req-1\n\
         Source: https://acme.test/errors\n\
         Link: https://acme.test/errors#42\n"
    );
    let message = explanation::write(&report, explanation::Subject::Message(&decoded.messages[0]));
    assert!(message.contains("token=[masked]") && message.contains("About: notes\n"), "{message}");
    assert!(explanation::write(&report, explanation::Subject::Whole).contains("Item: south: ✗ FAIL: gate *shut*\n"));
}

#[test]
fn summaries_count_responses_and_codes() {
    let document = document();
    let decoded = decoded(&document);
    let report = Report { decoded: &decoded, document: &document, secrets: Secrets::Masked };
    let mut summary = summary::Summary::default();
    summary.add(&report, 0);
    summary.add(&report, 1);
    let mut json = Vec::new();
    summary.json(&mut json).unwrap();
    assert_eq!(
        String::from_utf8(json).unwrap(),
        "{\"schema\":1,\"responses\":2,\"verdicts\":{\"partial\":2},\"vendors\":[{\"id\":\"acme\",\"count\":2}],\
         \"codes\":[{\"table\":\"acme/errors\",\"code\":\"42\",\"title\":\"Ledger closed\",\"count\":2},\
         {\"table\":\"acme/errors\",\"code\":\"77\",\"title\":null,\"count\":2}]}\n"
    );
    let mut text = Vec::new();
    summary.text(&mut text, &Look::default()).unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "2 responses\n  2  ◐ PARTIAL\nVendors\n  2  acme\nCodes\n  2  acme/errors/42  Ledger closed\n  2  acme/errors/77  not in the table\n"
    );
}

#[test]
fn a_summary_does_not_depend_on_who_counted_what() {
    let document = document();
    let titled = |title: &str| {
        let mut decoded = decoded(&document);
        let mut entry = entry("acme", "42", title);
        entry.meaning = None;
        decoded.codes[0].entry = Some(Box::new(entry));
        decoded
    };
    let (early, late) = (titled("Ledger closed"), titled("Books closed"));
    let [early, late] =
        [&early, &late].map(|decoded| Report { decoded, document: &document, secrets: Secrets::Masked });
    let count = |pairs: &[(&Report<'_>, u64)]| {
        let mut summary = summary::Summary::default();
        pairs.iter().for_each(|(report, place)| summary.add(report, *place));
        summary
    };
    let expected = count(&[(&early, 3), (&late, 7), (&late, 8)]);
    assert!(format!("{expected:?}").contains("Ledger closed"));
    assert_eq!(count(&[(&late, 8), (&late, 7), (&early, 3)]), expected);
    let mut merged = count(&[(&late, 7)]);
    merged.merge(count(&[(&early, 3), (&late, 8)]));
    assert_eq!(merged, expected);
    let mut many = count(&[(&early, 3)]);
    many.add_times(&count(&[(&late, 0)]), 2, 7);
    assert_eq!(many, expected);
    assert_ne!(count(&[(&early, 9), (&late, 7), (&late, 8)]), expected, "the first one names the code");
}

#[test]
fn rows_are_explained_listed_and_written_for_programs() {
    let rows = [entry("acme", "42", "Ledger closed"), entry("acme", "-7", "Pipe | broken")];
    let out = |form: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut out = Vec::new();
        form(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let look = Look::default();
    let table = out(&|out| entries::table(out, &look, &rows));
    assert_eq!(
        table,
        "Acme billing · Acme error numbers  acme/errors, 2 rows\n\
         \x20 42  Ledger closed · The period you post to is closed.\n\
         \x20 -7  Pipe | broken · The period you post to is closed.\n"
    );
    let explained = out(&|out| entries::explain(out, &look, &rows[..1]));
    for part in
        ["Acme billing  acme\n  42  Ledger closed\n", "usually with HTTP 409", "you, in the request", "(official)"]
    {
        assert!(explained.contains(part), "{part}: {explained}");
    }
    let line = out(&|out| entries::line(out, &rows[..1]));
    assert_eq!(line, "acme/errors\t42\t409\tfix\tLedger closed\tThe period you post to is closed.\n");
    assert!(out(&|out| entries::markdown(out, &rows)).contains("| `-7` | Pipe \\| broken |"));
    let json: serde_json::Value = serde_json::from_str(&out(&|out| entries::json(out, &rows[..1]))).unwrap();
    assert_eq!((&json["table"], &json["retry"], &json["see"][0]), (&"acme/errors".into(), &"fix".into(), &"43".into()));
}

#[test]
fn numbers_and_sizes_are_for_people() {
    assert_eq!(["812 B", "1.0 kB", "1.5 MB", "2.0 GB"], [812, 1000, 1_500_000, 2_000_000_000].map(size));
    assert_eq!(size(999_960), "1.0 MB");
    assert_eq!([number(5.0), number(0.5), number(-3.0)], ["5", "0.5", "-3"]);
    assert_eq!(
        (shorten("abcdef", 4, "…"), shorten("abcdef", 5, "..."), shorten("abc", 3, "…")),
        ("abc…".into(), "ab...".into(), "abc".into())
    );
}
