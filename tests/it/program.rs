//! Running the built program: arguments, input and a known environment in; status, stdout and stderr out.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// One run of the program.
pub(crate) struct Program {
    command: Command,
    stdin: Vec<u8>,
}

/// What came out of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// The exit code; `None` where a signal ended it.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Program {
    /// The program with these arguments, at the repository's root and with no environment but `PATH`.
    pub(crate) fn new(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_errview"));
        command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        // Windows finds no system library without it.
        command.envs(std::env::var_os("SystemRoot").map(|path| ("SystemRoot", path)));
        Self { command, stdin: Vec::new() }
    }

    /// What it reads.
    pub(crate) fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_vec();
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Where it runs.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Done {
        let pipes = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let bytes = self.stdin;
        let writer = std::thread::spawn(move || {
            // The program may end without reading: a file wins over stdin.
            let _ = stdin.write_all(&bytes);
        });
        let output = child.wait_with_output().expect("the program ends");
        writer.join().expect("the writer ends");
        Done {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

/// The bodies of the demos and of the golden cases, with their names.
pub(crate) fn samples() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("assets/demos"), root.join("tests/cases")];
    let mut samples = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if folder.ends_with("demos") || name.starts_with("input.") {
                samples.push((path.display().to_string(), fs::read(&path).expect("a readable sample")));
            }
        }
    }
    samples.sort();
    samples
}
