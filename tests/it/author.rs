//! Packs of one's own, as their authors see them: found, broken, checked, drafted.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{Done, Program, samples};

const ACME: &str = r#"pack = 1
id = "acme"
name = "Acme billing"
verified = 2026-01-31

[[shape]]
name = "error"
require = [ { path = "acme_err.no", type = "integer" }, { path = "acme_err.txt", type = "string" } ]
outcome = "failure"
codes = [ { path = "acme_err.no", table = "errors" } ]
title = "acme_err.txt"

[[table]]
name = "errors"
title = "Acme error numbers"
key = "integer"
rows = [ { code = 42, title = "Ledger closed", action = "Reopen the period." } ]

[[sample]]
body = '{"acme_err":{"no":42,"txt":"closed"}}'
expect = { shape = "error", outcome = "failure", codes = ["errors/42"] }
"#;

const BODY: &[u8] = br#"{"acme_err":{"no":42,"txt":"Ledger closed"}}"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn run(at: &Path, args: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Done {
    let program = Program::new(args).folder(at).stdin(stdin);
    env.iter().fold(program, |program, (name, value)| program.env(name, value)).run()
}

/// Vendor and first title of the one report.
fn decoded(done: &Done) -> (String, String) {
    let report: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    let text = |pointer: &str| report.pointer(pointer).and_then(Value::as_str).unwrap_or("none").to_owned();
    (text("/vendor/id"), text("/codes/0/title"))
}

#[test]
fn packs_are_found_in_three_places_and_the_last_wins() {
    let other = ACME.replace("Ledger closed", "From the list");
    let third = ACME.replace("Ledger closed", "From the flag");
    let at = folder(&[("x/errview/packs/acme.toml", ACME), ("list/acme.toml", &other), ("acme.toml", &third)]);
    let x = at.path().join("x").to_string_lossy().into_owned();
    let title = |args: &[&str], env: &[(&str, &str)]| {
        let done = run(at.path(), &[&["-o", "json"], args].concat(), env, BODY);
        assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""));
        decoded(&done)
    };
    let acme = |title: &str| ("acme".to_owned(), title.to_owned());
    assert_eq!(title(&[], &[]).0, "none");
    assert_eq!(title(&[], &[("XDG_CONFIG_HOME", &x)]), acme("Ledger closed"));
    assert_eq!(title(&[], &[("XDG_CONFIG_HOME", &x), ("ERRVIEW_PACKS", "list")]), acme("From the list"));
    assert_eq!(
        title(&["--pack", "acme.toml"], &[("XDG_CONFIG_HOME", &x), ("ERRVIEW_PACKS", "list")]),
        acme("From the flag")
    );
    let done = run(at.path(), &["explain", "acme:42", "--pack", "acme.toml", "-o", "line"], &[], b"");
    assert!(done.stdout.starts_with("acme/errors\t42\t"), "{done:?}");
}

#[test]
fn a_pack_adds_to_the_one_it_extends() {
    let more = r#"
pack = 1
id = "acme"
name = "Acme billing"
extends = "acme"
[[table]]
name = "errors"
rows = [ { code = 43, title = "Ledger lost" } ]
[[sample]]
body = '{"acme_err":{"no":43,"txt":"lost"}}'
expect = { codes = ["errors/43"] }
"#;
    let at = folder(&[("acme.toml", ACME), ("more.toml", more)]);
    let packs = ["-o", "json", "--pack", "acme.toml", "--pack", "more.toml"];
    assert_eq!(decoded(&run(at.path(), &packs, &[], BODY)).1, "Ledger closed");
    let body = br#"{"acme_err":{"no":43,"txt":"x"}}"#;
    assert_eq!(decoded(&run(at.path(), &packs, &[], body)).1, "Ledger lost");
    let done = run(at.path(), &["pack", "check", "acme.toml", "more.toml"], &[], b"");
    // The addition's own table has no key of its own, but its facts were never dated.
    assert_eq!(
        done.stdout,
        "more.toml:3:6: pack: no `verified`: nobody can tell how old the facts are\n  hint: compare with the vendor's page, then set `verified` to that day\n2 packs, 2 samples: 1 finding\n"
    );
}

/// Each is wrong in its own way; the good one works all the same.
#[test]
fn a_broken_pack_is_told_of_and_skipped() {
    let huge = format!("{ACME}# {}", "x".repeat(2 * 1024 * 1024));
    let at = folder(&[
        ("p/a-typo.toml", &ACME.replace("require", "requre").replace("\"acme\"", "\"typo\"")),
        (
            "p/b-type.toml",
            &ACME.replace("outcome = \"failure\"\ncodes", "outcome = 7\ncodes").replace("\"acme\"", "\"type\""),
        ),
        ("p/c-pattern.toml", &ACME.replace("type = \"string\"", "re = '(a'").replace("\"acme\"", "\"pattern\"")),
        (
            "p/d-family.toml",
            &ACME
                .replace("rows =", "families = [ { from = 1, to = 9 }, { from = 5, to = 20 } ]\nrows =")
                .replace("\"acme\"", "\"family\""),
        ),
        ("p/e-huge.toml", &huge),
        (
            "p/f-catastrophic.toml",
            &ACME.replace("type = \"string\"", "re = '(x{1000}){1000}'").replace("\"acme\"", "\"slow\""),
        ),
        ("p/z-good.toml", ACME),
    ]);
    fs::write(at.path().join("p/g-latin.toml"), b"pack = 1\n# \xe4\n").expect("a file");
    let done = run(at.path(), &["-o", "json"], &[("ERRVIEW_PACKS", "p")], BODY);
    assert_eq!(decoded(&done).1, "Ledger closed");
    assert_eq!(done.status, Some(0));
    let wanted = [
        "error: p/g-latin.toml:2:3: this is no UTF-8 text",
        "hint: save the file as UTF-8",
        "error: p/a-typo.toml:8:1: unknown key `requre`",
        "error: p/b-type.toml:9:11: expected a table, found an integer",
        "error: p/c-pattern.toml:8:",
        "error: p/d-family.toml:17:36: this family overlaps with `1` to `9`",
        "error: p/e-huge.toml:1:1: the file has more than 1048576 bytes",
        "error: p/f-catastrophic.toml:8:",
    ];
    let path = |line: &str| line.replace('\\', "/");
    let mut lines = done.stderr.lines().map(path);
    for wanted in wanted {
        assert!(lines.any(|line| line.starts_with(wanted)), "{wanted}\n{}", done.stderr);
    }
    let checked = run(at.path(), &["pack", "check"], &[("ERRVIEW_PACKS", "p")], b"");
    assert_eq!(checked.status, Some(1), "{checked:?}");
    assert!(checked.stdout.contains("p/d-family.toml:17:36: this family overlaps"), "{checked:?}");
}

/// Linear time: a pattern that makes other engines hang, on the text that makes them.
#[test]
fn a_pattern_cannot_hang_it() {
    let slow = ACME.replace("type = \"string\"", "re = '^(a+)+$'").replace("\"txt\":\"closed\"", "\"txt\":\"aaa\"");
    let at = folder(&[("slow.toml", &slow)]);
    let body = format!("{{\"acme_err\":{{\"no\":42,\"txt\":\"{}!\"}}}}", "a".repeat(50_000));
    let start = std::time::Instant::now();
    let done = run(at.path(), &["-o", "json", "--pack", "slow.toml"], &[], body.as_bytes());
    assert_eq!(done.status, Some(0));
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn a_pack_that_is_not_there_is_told_of() {
    let wanted = "error: no such file: `nowhere.toml`\n";
    let by_env = [("ERRVIEW_PACKS", "nowhere.toml")];
    let done = run(Path::new("."), &["-o", "line"], &by_env, b"{\"a\":1}");
    assert_eq!((done.status, done.stderr.as_str()), (Some(0), wanted));
    let done = run(Path::new("."), &["-o", "line", "--pack", "nowhere.toml"], &[], b"{\"a\":1}");
    assert_eq!((done.status, done.stdout.as_str(), done.stderr.as_str()), (Some(2), "", wanted));
}

/// Torture V02 and others: who names a pack wants its answer, not the one without it.
#[test]
fn a_broken_pack_that_was_asked_for_by_name_ends_the_run() {
    let typo = ACME.replace("require", "requre");
    let adrift = ACME.replace("id = \"acme\"", "id = \"acme\"\nextends = \"nobody\"");
    let at = folder(&[("typo.toml", &typo), ("adrift.toml", &adrift), ("acme.toml", ACME)]);
    fs::write(at.path().join("latin.toml"), b"pack = 1\n# \xe4\n").expect("a file");
    for (name, wanted) in [
        ("typo.toml", "error: typo.toml:8:1: unknown key `requre`\nhint: did you mean `require`?\n"),
        ("latin.toml", "error: latin.toml:2:3: this is no UTF-8 text\nhint: save the file as UTF-8\n"),
        ("adrift.toml", "error: adrift.toml:3:11: there is no pack `nobody`\n"),
    ] {
        for command in [&["-o", "json"][..], &["explain", "42"], &["vendors"], &["pack", "new", "x"]] {
            let done = run(at.path(), &[command, &["--pack", "acme.toml", "--pack", name]].concat(), &[], BODY);
            assert_eq!((done.status, done.stdout.as_str()), (Some(2), ""), "{command:?}: {done:?}");
            assert!(done.stderr.starts_with(wanted), "{command:?}: {done:?}");
        }
        let done = run(at.path(), &["pack", "check", "acme.toml", "--pack", name], &[], b"");
        assert_eq!(done.status, Some(2), "{done:?}");
    }
}

/// A body that two packs claim is shown as a tie, not guessed in silence.
#[test]
fn a_tie_names_both() {
    let twin = ACME.replace("\"acme\"", "\"twin\"").replace("Acme billing", "Twin");
    let at = folder(&[("acme.toml", ACME), ("twin.toml", &twin)]);
    let packs = ["--pack", "acme.toml", "--pack", "twin.toml"];
    let done = run(at.path(), &[&packs[..], &["-o", "json"]].concat(), &[], BODY);
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(report["vendor"]["others"][0]["id"], "twin");
    assert_eq!(report["vendor"]["others"][0]["confidence"], report["vendor"]["confidence"]);
    let text = run(at.path(), &[&packs[..], &["-o", "text"]].concat(), &[], BODY).stdout;
    assert!(text.contains("Twin"), "{text}");
    let done = run(at.path(), &["pack", "check", "acme.toml", "twin.toml"], &[], b"");
    assert_eq!(done.status, Some(1));
    assert!(
        done.stdout.contains("acme.toml:19:1: sample 1: `twin` claims it as well (likely, against likely)\n  hint: "),
        "{}",
        done.stdout
    );
}

#[test]
fn check_runs_the_samples_and_says_where() {
    let wrong = ACME.replace("codes = [\"errors/42\"]", "codes = [\"errors/41\"]").replace("2026-01-31", "2020-01-31");
    let at = folder(&[
        ("acme.toml", ACME),
        ("wrong.toml", &wrong),
        ("body.json", "{\"acme_err\":{\"no\":42,\"txt\":\"t\"}}"),
    ]);
    let check = |args: &[&str]| run(at.path(), &[&["pack", "check"], args].concat(), &[], b"");
    let done = check(&["acme.toml"]);
    assert_eq!(
        (done.status, done.stdout.as_str(), done.stderr.as_str()),
        (Some(0), "1 pack, 1 sample: no finding\n", "")
    );
    let done = check(&["wrong.toml"]);
    assert_eq!(
        (done.status, done.stdout.as_str()),
        (
            Some(1),
            "wrong.toml:4:12: pack: last verified on `2020-01-31`, more than 24 months ago\n  \
             hint: compare with the vendor's page, then set `verified` to that day\n\
             wrong.toml:19:1: sample 1: codes: expected `errors/41`, found `errors/42`\n  \
             hint: mend the shape, or the `expect` if what was found is right\n\
             1 pack, 1 sample: 2 findings\n"
        )
    );
    let done = check(&["wrong.toml", "-o", "json"]);
    let first: Value = serde_json::from_str(done.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["line"], &first["column"]), (&Value::from(4), &Value::from(12)));
    assert_eq!(check(&["nowhere.toml"]).status, Some(3));
    assert_eq!(check(&[]).status, Some(2));
    let by_file = ACME.replace("body = '{\"acme_err\":{\"no\":42,\"txt\":\"closed\"}}'", "file = \"body.json\"");
    fs::write(at.path().join("by-file.toml"), by_file).expect("a file");
    assert_eq!(check(&["by-file.toml"]).status, Some(0));
}

/// Whatever it is given that is an object, the draft is one that loads, knows its own body and says so in a sample.
#[test]
fn drafts_know_their_own_body() {
    let at = folder(&[]);
    let mut drafted = 0;
    for (name, bytes) in samples().into_iter().step_by(4) {
        let done = run(at.path(), &["pack", "new", "drafted"], &[], &bytes);
        if done.status == Some(4) {
            assert!(done.stderr.starts_with("error: ") && done.stdout.is_empty(), "{name}: {done:?}");
            continue;
        }
        assert_eq!(done.status, Some(0), "{name}: {done:?}");
        fs::write(at.path().join("drafted.toml"), &done.stdout).expect("a file");
        let checked = run(at.path(), &["pack", "check", "drafted.toml"], &[], b"");
        // Bodies of vendors that are known are claimed by those as well, which the note says.
        let told = checked.stdout.lines().filter(|line| line.starts_with("drafted.toml:")).count();
        let noted = done.stderr.lines().filter(|line| line.contains("drafted.toml:")).count();
        assert_eq!(told, noted, "{name}:\n{}\n{}\n{}", done.stdout, done.stderr, checked.stdout);
        assert!(!checked.stdout.contains("vendor: expected"), "{name}: {}", checked.stdout);
        drafted += 1;
    }
    assert!(drafted > 10, "{drafted} drafts");
}

#[test]
fn a_draft_of_an_unknown_body_needs_no_mending() {
    let at = folder(&[]);
    for (id, body) in [
        ("acme", r#"{"acme_err":{"no":42,"txt":"Ledger closed"},"ref":"r-81f2"}"#),
        ("items", r#"{"ok":false,"faults":[{"field":"name","code":"E_REQ","why":"is required"}],"trace_id":"abc"}"#),
        ("map", r#"{"ships":{"us":{"status":"ok"},"eu":{"status":"failed","why":"no route"}},"voyage":"77"}"#),
        ("xml", r#"<?xml version="1.0"?><acmeFault code="77"><reason>No ship left</reason></acmeFault>"#),
        ("texts", r#"{"acme":{"verdict":"no"},"problems":["it is 'late'","it is\nlong"]}"#),
    ] {
        let done = run(at.path(), &["pack", "new", id, "--status", "422"], &[], body.as_bytes());
        assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""), "{id}: {}", done.stdout);
        let file = format!("{id}.toml");
        fs::write(at.path().join(&file), &done.stdout).expect("a file");
        let checked = run(at.path(), &["pack", "check", &file], &[], b"");
        assert_eq!(checked.stdout, "1 pack, 1 sample: no finding\n", "{id}:\n{}", done.stdout);
        let read = run(at.path(), &["-o", "json", "--pack", &file, "--status", "422"], &[], body.as_bytes());
        assert_eq!(decoded(&read).0, id, "{}", read.stdout);
    }
}

#[test]
fn a_draft_keeps_no_credentials() {
    let body = br#"{"acme_err":{"no":42,"txt":"no access"},"access_token":"hunter2hunter2hunter2"}"#;
    let done = run(Path::new("."), &["pack", "new", "acme"], &[], body);
    assert!(done.status == Some(0) && !done.stdout.contains("hunter2"), "{done:?}");
}

#[test]
fn there_is_no_draft_of_what_has_no_members() {
    for (body, words) in [
        (&b"just text"[..], "plain text"),
        (b"[1,2]", "another kind of JSON"),
        (b"", "empty"),
        (b"<html><body>x</body></html>", "HTML"),
    ] {
        let done = run(Path::new("."), &["pack", "new", "acme"], &[], body);
        assert!(done.status == Some(4) && done.stderr.contains(words), "{done:?}");
    }
    let done = run(Path::new("."), &["pack", "new", "No Id"], &[], b"{\"a\":1}");
    assert_eq!(done.status, Some(2), "{done:?}");
}

#[test]
fn a_list_of_codes_becomes_a_table() {
    let at = folder(&[("codes.csv", "code,name,what\n1,One,\"First, of all\"\n2,Two,\n")]);
    let done = run(at.path(), &["pack", "table", "codes.csv", "--meaning", "what", "--table", "numbers"], &[], b"");
    assert_eq!(done.status, Some(0));
    assert_eq!(done.stderr, "note: 2 rows; code = `code`, title = `name`, meaning = `what`\n");
    assert_eq!(
        done.stdout,
        "[[table]]\nname = \"numbers\"\ntitle = \"Numbers\"\nkey = \"integer\"\nrows = [\n  \
         { code = 1, title = \"One\", meaning = \"First, of all\" },\n  { code = 2, title = \"Two\" },\n]\n"
    );
    let json = br#"{"data":{"result":{"items":[{"code":7,"title":"Seven"}]}}}"#;
    let done = run(at.path(), &["pack", "table", "-"], &[], json);
    assert!(done.stdout.ends_with("  { code = 7, title = \"Seven\" },\n]\n"), "{done:?}");
    let head = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", &json[..]].concat();
    assert_eq!(run(at.path(), &["pack", "table", "-"], &[], &head).stdout, done.stdout);
    assert_eq!(run(at.path(), &["pack", "table", "codes.csv", "--code", "nr"], &[], b"").status, Some(2));
    assert_eq!(run(at.path(), &["pack", "table", "-"], &[], b"nothing").status, Some(4));
    assert_eq!(run(at.path(), &["pack", "table", "nowhere.csv"], &[], b"").status, Some(3));
}
