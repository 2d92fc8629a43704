//! The recipes of `docs/scale.md`, run as they stand there: the counts of parts add up to those of one process.
//!
//! What the machine lacks is skipped, and said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::Program;

/// Responses of several vendors, a broken line among them.
fn log() -> String {
    let kinds = [
        r#"{"requestId":"a","status":"ERROR","data":{"code":1001,"message":"Parameter not valid","developerMessage":"N","links":[],"details":[]}}"#,
        r#"{"success":false,"message":"Video file and title are required","request_id":"N"}"#,
        r#"{"status":{"message":"Title already in queue","status_code":412,"sub_code":710},"etag":"N"}"#,
        r#"{"success":true,"results":{"tiktok":{"success":true,"publish_id":"N"},"x":{"success":false,"error":"N"}}}"#,
        r#"{"error":{"code":5400,"text":"N"}}"#,
        r#"{"broken":N,,"x"]}"#,
    ];
    let line = |at: usize| kinds[(at * 7 + at / 13) % kinds.len()].replace('N', &at.to_string()) + "\n";
    (0..3000).map(line).collect()
}

/// The code block of the page that has these words in it.
fn recipe(language: &str, words: &str) -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale.md")).expect("the page");
    let fence = format!("```{language}\n");
    let blocks = page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
    blocks.into_iter().find(|block| block.contains(words)).expect("the recipe").to_owned()
}

fn one_process(log: &str) -> Vec<String> {
    let done = Program::new(&["--summary", "-o", "line"]).stdin(log.as_bytes()).run();
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let mut lines: Vec<String> = done.stdout.lines().map(str::to_owned).collect();
    lines.sort();
    assert!(lines.len() > 10 && lines.contains(&"responses\t-\t-\t3000".to_owned()), "{lines:#?}");
    lines
}

/// The folder of the program first on the `PATH`.
fn path() -> std::ffi::OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_errview")).parent().map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path))).expect("a path")
}

fn sorted(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn is_there(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

#[test]
fn parallel_counts_as_one_process_does() {
    if !is_there(Command::new("parallel").arg("--version")) {
        println!("SKIPPED: GNU parallel is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let log = log();
    fs::write(folder.path().join("log.ndjson"), &log).expect("a log");
    // Small blocks, so that there are many.
    let recipe = recipe("sh", "--block").replace("64M", "10k");
    let output = Command::new("sh")
        .args(["-c", &recipe])
        .env("PATH", path())
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .output()
        .expect("a shell");
    assert_eq!(sorted(&output), one_process(&log));
}

#[test]
fn spark_counts_as_one_process_does() {
    let python = std::env::var("ERRVIEW_PYSPARK").unwrap_or_else(|_| "python3".to_owned());
    if !is_there(Command::new(&python).args(["-c", "import pyspark"])) {
        println!("SKIPPED: {python} has no pyspark; ERRVIEW_PYSPARK can name a Python that has");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let log = log();
    fs::write(folder.path().join("log.ndjson"), &log).expect("a log");
    fs::write(folder.path().join("count.py"), recipe("python", "pipe")).expect("a program");
    let output = Command::new(&python)
        .args(["count.py", "log.ndjson"])
        .env("PATH", path())
        .env("HOME", folder.path())
        .env("SPARK_LOCAL_IP", "127.0.0.1")
        .current_dir(folder.path())
        .output()
        .expect("a Python");
    assert_eq!(sorted(&output), one_process(&log));
}
