//! `SECURITY.md` promises, and says what holds each promise: that is to exist.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> Option<String> {
    let path = root().join(path);
    path.is_file().then(|| fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Rows of the tables below "Promises": what is promised, and what holds it.
fn promises(page: &str) -> Vec<(&str, &str)> {
    let (_, promises) = page.split_once("\n## Promises").expect("promises");
    let rows = promises.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    rows.filter(|(promise, _)| *promise != "promise").collect()
}

/// What stands in backticks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The files that a path of modules may mean, those of the tests and those of the library.
fn files(modules: &[&str]) -> Vec<String> {
    let inside: Vec<_> = modules.iter().copied().filter(|name| *name != "tests").collect();
    let (one, all) = (inside.first().copied().unwrap_or_default(), inside.join("/"));
    vec![
        format!("tests/it/{one}.rs"),
        format!("src/{all}.rs"),
        format!("src/{all}/mod.rs"),
        format!("src/{all}/tests.rs"),
    ]
}

/// Whether there is a test of that name in these modules; `*` is any.
fn is_test(modules: &[&str], name: &str) -> bool {
    let has = |source: String| {
        // The attribute stands before the function, with other attributes and comments between at most.
        source.split("#[test]").skip(1).any(|after| {
            let Some((before, declared)) = after.split_once("fn ") else { return false };
            let attributes = |line: &str| line.is_empty() || line.starts_with("#[") || line.starts_with("//");
            before.lines().all(|line| attributes(line.trim()))
                && (name == "*" || declared.strip_prefix(name).is_some_and(|rest| rest.starts_with('(')))
        })
    };
    files(modules).iter().filter_map(|file| text(file)).any(has)
}

fn is_target(name: &str) -> bool {
    text(&format!("fuzz/targets/{name}.rs")).is_some()
}

/// Settings and jobs: what stands in backticks is in one of these files, letter for letter.
fn is_setting(word: &str) -> bool {
    let settings = ["Cargo.toml", "deny.toml", ".github/workflows/ci.yml", ".github/workflows/fuzz.yml"];
    settings.iter().filter_map(|file| text(file)).any(|settings| settings.contains(word))
}

#[test]
fn what_holds_each_promise_exists() {
    let page = text("SECURITY.md").expect("SECURITY.md");
    let promises = promises(&page);
    assert!(promises.len() > 20, "{} promises were found", promises.len());
    let mut tests = 0;
    for (promise, held_by) in promises {
        let mut held = held_by.contains("torture kit") || held_by.contains("the compiler");
        // A bare name is in the modules of the one before it.
        let mut modules: Vec<&str> = Vec::new();
        for word in words(held_by) {
            let mut path: Vec<&str> = word.split("::").collect();
            let name = path.pop().unwrap_or_default();
            if !path.is_empty() {
                modules = path;
            }
            let by_test = is_test(&modules, name);
            let exists = by_test
                || is_target(word)
                || (word.contains(['/', '.']) && root().join(word).exists())
                || (word == "cargo deny" && root().join("deny.toml").exists())
                || is_setting(word);
            assert!(exists, "`{word}`, which is to hold this, does not exist: {promise}");
            tests += usize::from(by_test);
            held = true;
        }
        assert!(held, "nothing holds this: {promise}");
    }
    assert!(tests > 20, "{tests} tests hold promises");
}

#[test]
fn every_fuzz_target_is_named_where_people_look() {
    let page = text("fuzz/README.md").expect("fuzz/README.md");
    let workflow = text(".github/workflows/fuzz.yml").expect("a workflow");
    let targets =
        fs::read_dir(root().join("fuzz/targets")).expect("targets").map(|entry| entry.expect("an entry").path());
    let targets: Vec<PathBuf> = targets.collect();
    assert!(targets.len() >= 8);
    for target in targets {
        let name = target.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(page.contains(&format!("`{name}`")), "{name} in fuzz/README.md");
        let matrix = workflow.lines().find(|line| line.trim_start().starts_with("target:")).expect("targets to run");
        assert!(matrix.contains(&name), "{name} in the workflow");
        assert!(text("fuzz/Cargo.toml").expect("a manifest").contains(&format!("path = \"targets/{name}.rs\"")));
    }
}
