//! Every ```console block of README.md and of docs/recipes.md is run: lines that start with `$ ` are commands, what stands below is what they
//! print, and `...` on a line of its own stands for any lines.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) struct Example {
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) expected: Vec<String>,
}

pub(crate) fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            inside = !inside && line.trim() == "```console";
        } else if !inside {
            continue;
        } else if let Some(command) = line.strip_prefix("$ ") {
            examples.push(Example { line: at + 1, command: command.to_owned(), expected: Vec::new() });
        } else if let Some(example) = examples.last_mut() {
            if example.expected.is_empty() && example.command.ends_with('\\') {
                example.command.truncate(example.command.len() - 1);
                example.command.push_str(line);
            } else {
                example.expected.push(line.to_owned());
            }
        }
    }
    examples
}

/// Whether the lines are the expected ones; `...` takes any number of them.
pub(crate) fn fits(expected: &[String], found: &[&str]) -> bool {
    // Each position of `expected` that the lines so far can have led to.
    let mut open = vec![0];
    let close = |open: &mut Vec<usize>| {
        let mut at = 0;
        while at < open.len() {
            let next = open[at];
            if expected.get(next).is_some_and(|line| line.trim() == "...") && !open.contains(&(next + 1)) {
                open.push(next + 1);
            }
            at += 1;
        }
    };
    close(&mut open);
    for line in found {
        let step = |at: &usize| match expected.get(*at) {
            Some(wanted) if wanted.trim() == "..." => Some(*at),
            Some(wanted) if wanted.trim_end() == line.trim_end() => Some(*at + 1),
            _ => None,
        };
        open = open.iter().filter_map(step).collect();
        close(&mut open);
    }
    open.contains(&expected.len())
}

#[test]
#[cfg(unix)]
fn examples_print_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = ["README.md", "docs/recipes.md"].into_iter().flat_map(|name| {
        let text = fs::read_to_string(root.join(name)).expect(name);
        let found = examples(&text);
        assert!(!found.is_empty(), "{name} has examples that are run");
        found.into_iter().map(move |example| (name, example))
    });
    let program = Path::new(env!("CARGO_BIN_EXE_errview")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(program.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).expect("a search path");
    let mut wrong = Vec::new();
    for (name, Example { line, command, mut expected }) in examples {
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).current_dir(root).env_clear().env("PATH", &path).stdin(Stdio::null());
        let output = shell.output().expect("sh");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let found: Vec<_> = text.trim_end().lines().collect();
        while expected.last().is_some_and(|line| line.trim().is_empty()) {
            expected.pop();
        }
        if !fits(&expected, &found) {
            wrong.push(format!("{name}:{line}: $ {command}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "examples that print something else now:\n{}", wrong.join("\n"));
}

#[test]
fn lines_fit_with_gaps() {
    let expected: Vec<_> = ["a", "...", "d"].map(str::to_owned).to_vec();
    assert!(fits(&expected, &["a", "d"]) && fits(&expected, &["a", "b", "d", "d"]));
    assert!(!fits(&expected, &["a", "d", "e"]) && !fits(&expected, &["b", "d"]) && !fits(&expected, &["a"]));
    assert!(fits(&[], &[]) && !fits(&[], &["a"]));
}

#[test]
fn examples_are_found() {
    let text = "x\n```console\n$ a \\\n  b\nout\n$ c\n```\n```sh\n$ no\n```\n";
    let found = examples(text);
    let found: Vec<_> = found.iter().map(|one| (one.line, one.command.as_str(), one.expected.len())).collect();
    assert_eq!(found, [(3, "a   b", 1), (6, "c", 0)]);
}

/// What stands between the markers of a name in README.md is this. `ERRVIEW_ACCEPT=1` writes it.
#[track_caller]
fn stands_in_the_readme(name: &str, now: &str) {
    // Tests that write the same file take turns.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).expect("README.md");
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = text.split_once(&start).expect("the start of the table");
    let (table, after) = rest.split_once(&end).expect("the end of the table");
    if std::env::var_os("ERRVIEW_ACCEPT").is_some() && table != now {
        fs::write(&path, format!("{before}{start}{now}{end}{after}")).expect("README.md can be written");
        return;
    }
    assert_eq!(table, now, "ERRVIEW_ACCEPT=1 cargo test readme writes it");
}

#[test]
fn the_vendors_of_the_readme_are_those_that_are_built_in() {
    stands_in_the_readme("vendors", &super::program::Program::new(&["vendors", "-o", "md"]).run().stdout);
}

/// The README's exit codes are those of `--help`.
#[test]
fn the_exit_codes_of_the_readme_are_those_of_the_help() {
    let rows = errview::cli::rows("Exit codes:").into_iter().map(|row| format!("| {} | {} |\n", row.name, row.words));
    stands_in_the_readme("exits", &format!("| exit code | means |\n|---|---|\n{}", rows.collect::<String>()));
}

/// The README's keys are those of the key map, as the help screen has them.
#[test]
#[cfg(feature = "tui")]
fn the_keys_of_the_readme_are_those_of_the_key_map() {
    let map = errview::tui::Keymap::builtin();
    let mut table = String::from("| | |\n|---|---|\n");
    for group in map.all().chunk_by(|one, other| one.group == other.group) {
        let keys = group.iter().map(|row| format!("`{}` {}", row.pressed().replace('|', "\\|"), row.help));
        table.push_str(&format!("| {} | {} |\n", group[0].group, keys.collect::<Vec<_>>().join(" · ")));
    }
    stands_in_the_readme("keys", &table);
}
