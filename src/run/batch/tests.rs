//! The short way through bodies of strict JSON must say what the long way says.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::*;
use crate::report::Look;
use crate::run::reporter::{Orders, Quick};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.file_stem().is_some_and(|stem| stem == "input") {
            found.push(path);
        }
    }
}

/// Every body of the cases, the packs' samples and a few of our own.
fn bodies(catalog: &Catalog) -> Vec<String> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut paths);
    paths.sort();
    let mut bodies = Vec::new();
    for path in paths {
        let bytes = fs::read(path).expect("a readable input");
        let found = input::split("stdin", bytes, &input::Options::default());
        bodies.extend(found.iter().filter_map(|response| String::from_utf8(response.body.to_vec()).ok()));
    }
    for pack in catalog.packs() {
        bodies.extend(pack.samples().iter().map(|sample| sample.body.clone()));
    }
    for own in [
        r#"{"a":"\ud83d\ude00 \u00e9","b":-0.5e+3,"c":[],"d":{},"e":[[],{}],"f":""}"#,
        r#"{"a":"\ud83d","b":1}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"error":{"code":1,"code":2}}"#,
        r#"{"\u0073uccess":false,"message":"Invalid API key"}"#,
        r#"{"success":false,"message":["Invalid","API key",7]}"#,
        r#"{"success":false,"message":"api_key=abc and Authorization: Bearer abcdefghijklmnop0"}"#,
        r#"{"error":01}"#,
        r#"{"error":tru}"#,
        r#"{"error":true,}"#,
        r#"{"error":"tab	in it"}"#,
        "{}",
        "{}{}",
        "[1]",
        "[{\"error\":1}]",
        "404",
        "plain",
    ] {
        bodies.push(own.to_owned());
    }
    bodies
}

/// The body with one thing changed.
fn mutated(body: &Value, dice: &mut Dice) -> Value {
    let mut pointer = String::new();
    let mut here = body;
    while dice.below(4) > 0 {
        let (name, value) = match here {
            Value::Object(members) if !members.is_empty() => {
                let Some((name, value)) = members.iter().nth(dice.below(members.len())) else { break };
                (name.replace('~', "~0").replace('/', "~1"), value)
            }
            Value::Array(elements) if !elements.is_empty() => {
                let at = dice.below(elements.len());
                (at.to_string(), &elements[at])
            }
            _ => break,
        };
        pointer = format!("{pointer}/{name}");
        here = value;
    }
    let mut changed = body.clone();
    let Some(here) = changed.pointer_mut(&pointer) else { return changed };
    match (dice.below(9), here) {
        (0, Value::Object(members)) => {
            let keys: Vec<String> = members.keys().cloned().collect();
            if let Some(key) = keys.get(dice.below(keys.len())) {
                members.shift_remove(key);
            }
        }
        (1, Value::Object(members)) => {
            let names = ["success", "error", "message", "code", "status", "errors", "data", "detail"];
            let values = [Value::Bool(false), Value::from("failed"), Value::from(404), Value::Object(Map::new())];
            members.insert(names[dice.below(names.len())].into(), values[dice.below(values.len())].clone());
        }
        (2, Value::Array(elements)) => {
            if let Some(first) = elements.first().cloned() {
                elements.push(first);
            }
        }
        (3, value) => *value = Value::Null,
        (4, value) => *value = Value::Array(vec![value.take()]),
        (5, value) => *value = Value::from(["", "ERROR", "429", " x ", "a\nb", "key=1"][dice.below(6)]),
        (6, value) => *value = Value::from(dice.below(700)),
        (7, value) => *value = Value::Bool(dice.below(2) == 0),
        (_, Value::String(text)) => text.push_str(" \"é\u{202e}\u{7}\\"),
        (_, value) => *value = Value::Object(Map::from_iter([("inner".to_owned(), value.take())])),
    }
    changed
}

/// The body with other texts and names, as the next response of a log has them; now and then one that is up to something.
fn varied(body: &Value, dice: &mut Dice) -> Value {
    let odd = [
        "plain words",
        "plain words",
        "api_key=abc",
        "Authorization: Bearer abcdefghijklmnop0",
        "first\nsecond \u{202e}line",
        "\u{301}mark",
        "日本語の動画 \u{200d}",
        "{\"error\":{\"code\":404,\"message\":\"gone\"}}",
        "[1]",
        "<b>bold</b> <x",
        "Invalid API key",
        "item 7",
        "password",
        "https://user:secret@x.test/a",
        "javascript:alert(1)",
        "C:\\media\\in\"",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
        "zqaaax",
        " ",
        "",
    ];
    match body {
        Value::String(text) => match dice.below(40) {
            0..=9 => {
                let digit = |c: char, dice: &mut Dice| match c {
                    '0'..='9' => char::from(b'0' + dice.below(10) as u8),
                    other => other,
                };
                text.chars().map(|c| digit(c, dice)).collect::<String>().into()
            }
            10..=13 => format!("{text} {}", dice.below(1000)).into(),
            14 => odd[dice.below(odd.len())].into(),
            15 => "long ".repeat(60).into(),
            _ => body.clone(),
        },
        Value::Number(_) if dice.below(8) == 0 => dice.below(1000).into(),
        Value::Array(elements) => elements.iter().map(|element| varied(element, dice)).collect(),
        Value::Object(members) => {
            let name = |name: &String, dice: &mut Dice| match dice.below(60) {
                0 => ["password", "odd/na~me", "item 3", "plain", "x1", "y", "threads"][dice.below(7)].to_owned(),
                _ => name.clone(),
            };
            members.iter().map(|(key, value)| (name(key, dice), varied(value, dice))).collect()
        }
        other => other.clone(),
    }
}

/// One body a line: as they are, changed, and broken.
fn lines(catalog: &Catalog) -> Vec<String> {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut lines = Vec::new();
    for body in bodies(catalog) {
        if !body.contains('\n') {
            lines.push(body.clone());
        }
        let Ok(value) = serde_json::from_str::<Value>(&body) else { continue };
        lines.push(value.to_string());
        lines.extend((0..4).map(|_| varied(&value, &mut dice).to_string()));
        for _ in 0..5 {
            let once = mutated(&value, &mut dice);
            lines.push(once.to_string());
            lines.push(mutated(&once, &mut dice).to_string());
        }
        let mut bytes = value.to_string().into_bytes();
        let at = dice.below(bytes.len());
        bytes[at] = b"\"{}[],:\\x0 "[dice.below(11)];
        lines.extend(String::from_utf8(bytes));
    }
    lines
}

/// Reports on some lines in both ways.
fn assert_same(
    catalog: &Catalog,
    options: &input::Options,
    (reporter, quick): (&mut Reporter, &mut Quick<'_, '_>),
    orders: Orders,
    lines: &[&str],
) {
    let bytes = lines.join("\n").into_bytes();
    let block = Block { name: "stdin".into(), bytes, layout: Layout::Values, first: true, line: 1, ended_by: None };
    let short = reporter.block(catalog, options, Some(quick), &block);
    quick.count(reporter);
    let short_counts = reporter.summary();
    let long = reporter.block(catalog, options, None, &block);
    let long_counts = reporter.summary();
    let text = |done: &Done, summary: &Summary| {
        let mut bytes = done.bytes.clone();
        summary.json(&mut bytes).expect("memory");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (short_text, long_text) = (text(&short, &short_counts), text(&long, &long_counts));
    let differ = short_text.lines().zip(long_text.lines()).find(|(short, long)| short != long);
    assert_eq!(differ, None, "{orders:?}\n{}", lines.join("\n"));
    assert_eq!(short_text, long_text, "{orders:?}");
    assert_eq!((short.responses, short.exit, &short.silence), (long.responses, long.exit, &long.silence));
    assert_eq!((short.understood, &short.numbers), (long.understood, &long.numbers));
}

#[test]
fn what_is_known_of_alike_bodies_is_true_of_each() {
    let catalog = Catalog::builtin();
    let index = Index::new(&catalog).expect("an index");
    // All of them take a minute; a number draws others.
    let seed: Option<u64> = std::env::var("ERRVIEW_ALIKE").ok().and_then(|seed| seed.parse().ok());
    let every = if seed.is_some() { 1 } else { 9 };
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed.unwrap_or_default());
    let bodies: Vec<Value> =
        bodies(&catalog).iter().filter_map(|body| serde_json::from_str(body).ok()).filter(Value::is_object).collect();
    for orders in [Orders::Json, Orders::Line, Orders::Counts] {
        let mut reporter = Reporter::ordered(Look::default(), orders);
        let mut quick = Quick::new(&index, &reporter);
        for body in bodies.iter().step_by(every) {
            let alike: Vec<String> = (0..40).map(|_| varied(body, &mut dice).to_string()).collect();
            for lines in alike.chunks(8) {
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                assert_same(&catalog, &input::Options::default(), (&mut reporter, &mut quick), orders, &lines);
            }
        }
        let (taken, recalled, by_values) = quick.taken();
        assert!(recalled * 4 > taken && by_values * 10 > taken, "{by_values}, {recalled} of {taken}");
    }
}

#[test]
fn the_short_way_says_what_the_long_way_says() {
    let catalog = Catalog::builtin();
    let index = Index::new(&catalog).expect("an index");
    let lines = lines(&catalog);
    assert!(lines.len() > 2000, "{}", lines.len());
    let declared = input::Options { status: Some(404), ..input::Options::default() };
    let undeclared = input::Options::default();
    for orders in [Orders::Json, Orders::Line, Orders::Counts, Orders::Exit] {
        for options in [&undeclared, &declared] {
            // Everything once, the rest as a sample: the difference is in what is left out.
            let every = if orders == Orders::Json && options.status.is_none() { 1 } else { 5 };
            let lines: Vec<&str> = lines.iter().map(String::as_str).step_by(every).collect();
            let mut reporter = Reporter::ordered(Look::default(), orders);
            let mut quick = Quick::new(&index, &reporter);
            // Several lines together, so that what was learnt of one is used for the next; few enough to find the one
            // that differs.
            for group in lines.chunks(8) {
                assert_same(&catalog, options, (&mut reporter, &mut quick), orders, group);
            }
            let (taken, recalled, _) = quick.taken();
            assert!(taken * 4 > lines.len() * 3, "{taken} of {}", lines.len());
            // Far fewer than in a log: these bodies have little in common.
            assert!(every > 1 || recalled * 20 > lines.len(), "{recalled} of {}", lines.len());
        }
    }
}
