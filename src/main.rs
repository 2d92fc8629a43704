//! The shell around [`errview::run`]: arguments, environment and standard streams go in, an exit code comes out.

use std::io::IsTerminal;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(errview::apologise));
    let (stdin, stdout, mut stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let terminal = errview::Terminal {
        stdin: stdin.is_terminal(),
        stdout: stdout.is_terminal(),
        stderr: stderr.is_terminal(),
        stdout_lost: errview::is_stdout_lost(),
        width: terminal_size::terminal_size().map(|(width, _)| width.0),
    };
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let io = errview::Io {
        stdin: Box::new(stdin),
        stdout: &mut stdout.lock(),
        // Not locked: a fault on another thread has to be told while this one waits for it.
        stderr: &mut stderr,
        terminal,
        env,
        now: now.ok().map(|since| since.as_secs()),
    };
    errview::run(std::env::args_os(), io).into()
}
