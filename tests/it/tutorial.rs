//! The tutorial of docs/packs.md, followed to the letter in an empty folder: files are saved where it says so, commands
//! are run, and what they print is compared.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::readme::{Example, examples, fits};

/// One thing that the reader does.
enum Step {
    Save { name: String, text: String },
    Run(Example),
}

/// A fenced block of data after "Save this as `NAME`:" is a file; a console block is run.
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut paragraph = String::new();
    let mut block: Option<(usize, String, String)> = None;
    for (at, line) in text.lines().enumerate() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some((at, kind.to_owned(), String::new())),
            (None, None) if line.is_empty() => {}
            (None, None) => paragraph = format!("{paragraph} {line}"),
            (Some((_, _, content)), None) => content.extend([line, "\n"]),
            (Some((start, kind, content)), Some(_)) => {
                if kind == "console" {
                    let fenced = format!("```console\n{content}```\n");
                    let placed = |example: Example| Step::Run(Example { line: example.line + *start, ..example });
                    steps.extend(examples(&fenced).into_iter().map(placed));
                } else {
                    let name = paragraph.rsplit("Save this as `").next().and_then(|rest| rest.strip_suffix("`:"));
                    let name =
                        name.unwrap_or_else(|| panic!("line {}: nobody says what to do with this block", *start + 1));
                    steps.push(Step::Save { name: name.to_owned(), text: content.clone() });
                }
                paragraph.clear();
                block = None;
            }
        }
    }
    steps
}

#[test]
fn the_tutorial_works_to_the_letter() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/packs.md")).expect("docs/packs.md");
    let (tutorial, _) = text.split_once("\n## Where packs are").expect("the end of the tutorial");
    let home = tempfile::tempdir().expect("a folder");
    let work = home.path().join("work");
    fs::create_dir(&work).expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_errview")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(program.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).expect("a search path");
    let (mut saved, mut run, mut wrong) = (0, 0, Vec::new());
    for step in steps(tutorial) {
        match step {
            Step::Save { name, text } => {
                fs::write(work.join(name), text).expect("a file");
                saved += 1;
            }
            Step::Run(Example { line, command, mut expected }) => {
                let mut shell = Command::new("sh");
                // A reader sees both on the terminal, in the order in which they come.
                shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(&work).env_clear();
                shell.env("PATH", &path).env("HOME", home.path()).stdin(Stdio::null());
                let output = shell.output().expect("sh");
                let found = String::from_utf8_lossy(&output.stdout).into_owned();
                while expected.last().is_some_and(|line| line.trim().is_empty()) {
                    expected.pop();
                }
                if !fits(&expected, &found.trim_end().lines().collect::<Vec<_>>()) {
                    wrong.push(format!("docs/packs.md:{line}: $ {command}\n{found}"));
                }
                run += 1;
            }
        }
    }
    assert!(saved >= 4 && run >= 10, "{saved} files, {run} commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
