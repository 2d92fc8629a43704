//! The document against an oracle (strict JSON) and against anything at all (nothing panics, every span is sound).

use std::cell::Cell;
use std::fs;
use std::path::Path;

use errview::document::{Document, Format, ProblemKind};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::oracle::{accepts, check};

/// Turns a list of choices into a body, so that a failure shrinks with its list.
struct Choices<'c>(std::slice::Iter<'c, u16>);

impl Choices<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.0.next().map_or(0, |choice| *choice as usize % end)
    }

    fn one<'o>(&mut self, of: &[&'o str]) -> &'o str {
        of[self.below(of.len())]
    }

    fn blank(&mut self) -> &'static str {
        self.one(&["", "", "", " ", "\n", "\r\n\t", "  "])
    }

    fn value(&mut self, depth: usize, out: &mut String) {
        *out += self.blank();
        match self.below(if depth < 6 { 10 } else { 6 }) {
            0 => *out += self.one(&["null", "true", "false"]),
            1 | 2 => {
                *out += self.one(&[
                    "0",
                    "-0",
                    "1.10",
                    "1e400",
                    "18446744073709551617",
                    "-1E-7",
                    "0.5",
                    "42",
                    "1e+2",
                    "100000000000000000000.00",
                ]);
            }
            3..6 => self.string(out),
            6 | 7 => self.list(depth, out, '[', ']'),
            _ => self.list(depth, out, '{', '}'),
        }
        *out += self.blank();
    }

    fn list(&mut self, depth: usize, out: &mut String, open: char, close: char) {
        out.push(open);
        let count = self.below(5) * if depth == 0 { 4 } else { 1 };
        for at in 0..count {
            if at > 0 {
                out.push(',');
            }
            if open == '{' {
                *out += self.blank();
                self.string(out);
                *out += self.blank();
                out.push(':');
            }
            self.value(depth + 1, out);
        }
        if count == 0 {
            *out += self.blank();
        }
        out.push(close);
    }

    fn string(&mut self, out: &mut String) {
        out.push('"');
        for _ in 0..self.below(4) {
            *out += self.one(&[
                "a",
                "code",
                "é",
                "😀",
                "\u{2028}",
                "\u{feff}",
                "“x”",
                "'",
                "//",
                "{",
                "]",
                "\\n",
                "\\\"",
                "\\\\",
                "\\/",
                "\\u00e9",
                "\\uD83D\\uDE00",
                "\\u0000",
                "\u{7f}",
                "~/",
                "a: [1, {",
                "<b>",
                "",
            ]);
        }
        out.push('"');
    }

    fn mutate(&mut self, body: &mut Vec<u8>) {
        let start = self.below(body.len() + 1);
        let end = body.len().min(start + self.below(4));
        let piece = match self.below(4) {
            0 => Vec::new(),
            1 => body[end.saturating_sub(9)..end].to_vec(),
            _ => self.one(&EDITS).into(),
        };
        match self.below(12) {
            0 => body.truncate(start),
            1 => drop(body.splice(start..end, [0xff - self.below(0x40) as u8])),
            _ => drop(body.splice(start..end, piece)),
        }
    }
}

fn grow(choices: &[u16]) -> String {
    let mut body = String::new();
    Choices(choices.iter()).value(0, &mut body);
    body
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn choices(length: usize) -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..length)
}

fn strict() -> impl Strategy<Value = String> {
    choices(400).prop_map(|choices| grow(&choices))
}

/// Bytes as a literal, so that a failure can be read.
struct Body(Vec<u8>);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

fn mutated(body: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Body> {
    (body, choices(24)).prop_map(|(mut body, changes)| {
        let mut changes = Choices(changes.iter());
        for _ in 0..=changes.below(5) {
            changes.mutate(&mut body);
        }
        Body(body)
    })
}

fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(0..of.len(), 0..60).prop_map(|all| all.into_iter().map(|piece| of[piece]).collect())
}

/// Documents of strict JSON that are compared node by node.
const STRICT: u32 = 3_000;

#[test]
fn strict_json_is_read_as_the_oracle_does() {
    let compared = Cell::new(0);
    let mut runner = TestRunner::new(config(STRICT));
    let run = runner.run(&strict(), |body| {
        prop_assert!(accepts(body.as_bytes()), "the generator writes strict JSON");
        check(body.as_bytes());
        compared.set(compared.get() + 1);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    assert!(compared.get() >= STRICT, "{} documents", compared.get());
}

proptest! {
    #![proptest_config(config(1_500))]

    #[test]
    fn mutated_json_is_read_and_its_faults_reported(body in mutated(strict().prop_map(String::into_bytes))) {
        check(&body.0);
    }

    #[test]
    fn mutated_fixtures_are_sound(body in mutated(prop::sample::select(fixtures()))) {
        check(&body.0);
    }

    #[test]
    fn any_bytes_are_sound(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn any_markup_is_sound(body in pieces(&MARKUP)) {
        check(format!("<{body}").as_bytes());
        check(body.as_bytes());
    }

    #[test]
    fn any_brackets_are_sound(body in pieces(&BRACKETS)) {
        check(format!("{{{body}").as_bytes());
        check(format!("text {{\"a\": {body}").as_bytes());
        check(body.as_bytes());
    }
}

/// What people and programs put where it does not belong.
const EDITS: [&str; 42] = [
    "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "/", "//", "/*", "*/", "#", "\n", " ", "\0", "\u{1f}", "0", "-",
    ".", "e", "+", "nul", "NaN", "None", "…", "...", "“", "’", "`", "\u{a0}", "\u{feff}", "\\u", "\\ud800", "x", "u'",
    "=>", ";", "(", "<", "1",
];

const MARKUP: [&str; 28] = [
    "<",
    ">",
    "/",
    "</",
    "/>",
    "<a",
    "<b>",
    "</b>",
    "</a>",
    "<a>",
    "a",
    "b",
    " ",
    "=",
    "\"",
    "'",
    "x='1'",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE",
    "&amp;",
    "&",
    "xmlns=\"u\"",
    "é",
];

const BRACKETS: [&str; 30] = [
    "{", "}", "[", "]", ",", ":", "\"", "'", "\"a\"", "1", "a", " ", "\n", "//", "/*", "*/", "...", "null", "None",
    "-", "“", "”", "\\", "=>", "<", "(", ")", "0x", "u'", "\u{a0}",
];

fn fixtures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/document");
    let mut files: Vec<_> = fs::read_dir(folder).expect("fixtures").map(|file| file.expect("a file").path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).expect("a fixture")).collect()
}

#[test]
fn every_single_edit_is_judged_as_the_oracle_does() {
    let bodies = [
        r#"{"a":[1,{"b":"\u00e9\n"}, 0.5e1], "c" : null}"#,
        r#"[-10,"",[],{},true , "\ud83d\ude00"]"#,
        "\"x\\ty\"",
        "10.25",
    ];
    let (mut refused, mut accepted) = (0, 0);
    for body in bodies.map(str::as_bytes) {
        for at in 0..=body.len() {
            for edit in EDITS.iter().map(|edit| edit.as_bytes()).chain([b"".as_slice(), b"\xff"]) {
                for taken in 0..=2.min(body.len() - at) {
                    let edited = [&body[..at], edit, &body[at + taken..]].concat();
                    check(&edited);
                    let strict = accepts(&edited);
                    (refused, accepted) = (refused + usize::from(!strict), accepted + usize::from(strict));
                }
            }
        }
    }
    println!("{refused} documents that strict JSON refuses, {accepted} that it accepts");
    assert!(refused > 10_000 && accepted > 1_000, "{refused} refused, {accepted} accepted");
}

#[test]
fn every_prefix_of_every_fixture_is_sound() {
    let all = fixtures();
    assert!(all.len() >= 5);
    for body in all {
        for end in 0..=body.len() {
            check(&body[..end]);
        }
    }
}

#[test]
fn a_prefix_of_a_body_keeps_its_format() {
    let formats =
        [("{\"a\":[1,{\"b\":\"c\"}]}", Format::Json), ("[[\"x\"],2]", Format::Json), ("<a><b>1</b></a>", Format::Xml)];
    for (body, format) in formats {
        for end in 1..body.len() {
            let document = Document::parse(&body.as_bytes()[..end]);
            assert_eq!(document.format(), format, "{}", &body[..end]);
            assert!(document.problems().iter().any(|problem| problem.kind == ProblemKind::CutOff), "{}", &body[..end]);
        }
    }
}

#[test]
fn a_comment_in_a_pasted_body_is_the_only_problem() {
    let body = include_bytes!("../fixtures/document/pasted.json");
    let document = Document::parse(body.as_slice());
    let [problem] = document.problems() else { panic!("{:?}", document.problems()) };
    assert_eq!(problem.kind, ProblemKind::Comment);
    assert_eq!(document.source(problem.span), "// ... more regions");
    let position = document.position(problem.span.start);
    assert_eq!((position.line, position.column), (11, 1));
    assert!(document.at("/usage/count").is_some());
}

#[test]
fn time_grows_with_the_body_and_no_faster() {
    // Each of these would take minutes if some step looked back or ahead without bound.
    let long = 300_000;
    for body in [
        "[".repeat(long) + &"}".repeat(long),
        "{\"a\":".repeat(long) + &"]".repeat(long),
        "text [ ".repeat(long),
        "text {\"a\":1} ".repeat(long / 4),
        "text {a: 1, ".repeat(long / 4),
        "text { /* ".repeat(long),
        "text {a /* ".repeat(long),
        "text [ {\"a\" ".repeat(long),
        "<!-- <p> <?xml ".repeat(long),
        format!("[{}]", "'a' ".repeat(long)),
        format!("{{{}}}", "\"a\":1,".repeat(long)),
        format!("[{}", "“\"".repeat(long)),
        "[(".repeat(long),
        "<a>".repeat(long) + &"</b>".repeat(long),
        "<a ".repeat(long),
        format!("<a>{}", "<b/>".repeat(long)),
        format!("<a>{}", "&".repeat(long)),
        format!("<h1>{}", "<h1><".repeat(long)),
        format!("<h1>{}", "<title>".repeat(long)),
        format!("<h1>{}", "<script>".repeat(long)),
        "<a><![CDATA[x]]>".to_owned() + &"<![CDATA[x]]>".repeat(long),
        "// \n".repeat(long),
        "{ /* ".repeat(long),
        "[\u{a0}".repeat(long),
    ] {
        let start = std::time::Instant::now();
        let document = Document::parse(body.as_bytes());
        assert!(!document.is_empty());
        let took = start.elapsed();
        assert!(took.as_secs() < 10, "{took:?} for {:?}...", &body[..20]);
    }
}
