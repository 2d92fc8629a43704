//! Golden cases: `tests/cases/<vendor>/<name>/` holds an `input.*`, perhaps `args` (one argument a line), and the report
//! that must come out, `expected.json`. A case is added without writing Rust; `ERRVIEW_ACCEPT=1` writes what is missing
//! or has changed, for review.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for vendor in fs::read_dir(root).expect("tests/cases can be listed") {
        let vendor = vendor.expect("an entry").path();
        if vendor.is_dir() {
            let names = fs::read_dir(vendor).expect("a folder of cases");
            cases.extend(names.map(|case| case.expect("an entry").path()).filter(|path| path.is_dir()));
        }
    }
    cases.sort();
    cases
}

/// The report of a case, as a list where it has several responses.
fn report(case: &Path) -> Value {
    let entries = fs::read_dir(case).expect("a case").map(|entry| entry.expect("an entry").path());
    let inputs: Vec<PathBuf> = entries.filter(|path| path.file_stem().is_some_and(|stem| stem == "input")).collect();
    // Of two inputs the folder's order would choose one, and the other would never be read.
    let [input] = inputs.as_slice() else { panic!("{} has {} inputs", case.display(), inputs.len()) };
    let args = fs::read_to_string(case.join("args")).unwrap_or_default();
    let mut line: Vec<OsString> = ["errview", "-o", "json", "-"].map(OsString::from).to_vec();
    line.extend(args.lines().filter(|arg| !arg.is_empty()).map(OsString::from));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let io = errview::Io {
        stdin: Box::new(fs::File::open(input).expect("a readable input")),
        stdout: &mut stdout,
        stderr: &mut stderr,
        terminal: errview::Terminal::default(),
        env: Default::default(),
        now: None,
    };
    errview::run(line, io);
    assert_eq!(String::from_utf8_lossy(&stderr), "", "{}", case.display());
    let text = String::from_utf8(stdout).expect("UTF-8");
    let mut reports: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    if reports.len() == 1 { reports.swap_remove(0) } else { Value::Array(reports) }
}

#[test]
fn every_case_comes_out_as_expected() {
    let accept = std::env::var_os("ERRVIEW_ACCEPT").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    for case in cases() {
        let expected = case.join("expected.json");
        let mut now = serde_json::to_string_pretty(&report(&case)).expect("JSON");
        now.push('\n');
        let before = fs::read_to_string(&expected).unwrap_or_default().replace("\r\n", "\n");
        if now == before {
            continue;
        }
        if accept {
            fs::write(&expected, now).expect("the case can be written");
        } else {
            let (line, was, is) = first_difference(&before, &now);
            wrong.push(format!("{}:{line}\n  expected {was}\n  found    {is}", expected.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\nif that is right: ERRVIEW_ACCEPT=1 cargo test cases", wrong.join("\n"));
}

fn first_difference<'t>(before: &'t str, now: &'t str) -> (usize, &'t str, &'t str) {
    let lines =
        before.lines().chain(std::iter::repeat("(nothing)")).zip(now.lines().chain(std::iter::repeat("(nothing)")));
    let count = before.lines().count().max(now.lines().count());
    let mut lines = lines.take(count).enumerate();
    lines.find(|(_, (was, is))| was != is).map_or((0, "", ""), |(at, (was, is))| (at + 1, was, is))
}

#[test]
fn the_first_difference_is_named() {
    assert_eq!(first_difference("a\nb\n", "a\nc\n"), (2, "b", "c"));
    assert_eq!(first_difference("", "a\n"), (1, "(nothing)", "a"));
}
