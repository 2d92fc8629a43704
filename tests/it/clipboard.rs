//! Copied text arrives where it should: in a real X11 clipboard, and in tmux's buffer. Skipped, loudly, where the
//! machine has no Xvfb or tmux.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::pty::Terminal;

fn has(tool: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).stdout(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// Says it on the terminal even when the test passes.
fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what} is not installed, so this test proved nothing");
}

fn until(what: &str, seconds: u64, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(seconds);
    while !done() {
        assert!(Instant::now() < end, "waited {seconds} s for {what}");
        sleep(Duration::from_millis(40));
    }
}

struct XServer {
    child: std::process::Child,
    display: String,
}

impl XServer {
    fn start() -> Self {
        // A number of our own: the process id keeps parallel runs apart, the count parallel tests.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let own = std::process::id() + 97 * STARTED.fetch_add(1, Ordering::Relaxed);
        for number in (0..20).map(|step| 100 + (own + step) % 800) {
            let display = format!(":{number}");
            let socket = format!("/tmp/.X11-unix/X{number}");
            if std::path::Path::new(&socket).exists() {
                continue;
            }
            let child = Command::new("Xvfb")
                .args([&display, "-screen", "0", "640x480x24", "-nolisten", "tcp"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("Xvfb starts");
            let server = Self { child, display };
            until("the X server", 10, || std::path::Path::new(&socket).exists());
            return server;
        }
        panic!("no free display number");
    }

    fn clipboard(&self) -> String {
        let out = Command::new("timeout")
            .args(["3", "xclip", "-selection", "clipboard", "-o"])
            .env("DISPLAY", &self.display)
            .stderr(Stdio::null())
            .output()
            .expect("xclip runs");
        String::from_utf8_lossy(&out.stdout).into_owned()
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_copy_arrives_in_x11_and_survives_quitting() {
    if !has("Xvfb") || !has("xclip") {
        return skip("Xvfb or xclip");
    }
    let server = XServer::start();
    let mut terminal = Terminal::start(120, 30, &[("DISPLAY", &server.display)], "demo partial");
    terminal.wait_for("PARTIAL");
    terminal.send("ye");
    terminal.wait_for("copied");
    until("the text in the clipboard", 5, || server.clipboard().contains("linkedin"));
    terminal.send("q");
    let (_, screen) = terminal.finish();
    let survives = server.clipboard().contains("linkedin");
    let says_so = screen.contains("did not survive") || screen.contains("clipboard");
    assert!(survives || says_so, "lost without a word; after quitting:\n{screen}");
}

#[test]
fn a_copy_arrives_in_the_buffer_of_tmux() {
    if !has("tmux") {
        return skip("tmux");
    }
    let socket = format!("errview-test-{}", std::process::id());
    let tmux = |args: &[&str]| {
        let out = Command::new("tmux").args(["-L", &socket, "-f", "/dev/null"]).args(args).env_remove("TMUX").output();
        String::from_utf8_lossy(&out.expect("tmux runs").stdout).into_owned()
    };
    let binary = env!("CARGO_BIN_EXE_errview");
    tmux(&["new-session", "-d", "-x", "120", "-y", "30", &format!("{binary} demo partial; sleep 5")]);
    until("the first screen", 10, || tmux(&["capture-pane", "-p"]).contains("PARTIAL"));
    tmux(&["send-keys", "y"]);
    tmux(&["send-keys", "e"]);
    until("the buffer", 5, || tmux(&["show-buffer"]).contains("linkedin"));
    let screen = tmux(&["capture-pane", "-p"]);
    assert!(screen.contains("tmux"), "the toast names the route:\n{screen}");
    tmux(&["send-keys", "q"]);
    tmux(&["kill-server"]);
}

#[test]
fn what_is_in_the_clipboard_can_be_read() {
    if !has("Xvfb") || !has("xclip") {
        return skip("Xvfb or xclip");
    }
    let server = XServer::start();
    let body = r#"{"requestId":"r","status":"ERROR","data":{"code":1005,"message":"m","developerMessage":"d"}}"#;
    let mut owner = Command::new("xclip")
        .args(["-selection", "clipboard", "-i", "-quiet"])
        .env("DISPLAY", &server.display)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("xclip runs");
    owner.stdin.take().expect("a pipe").write_all(body.as_bytes()).expect("written");
    until("the clipboard to hold the body", 5, || server.clipboard().contains("1005"));
    let paste = |display: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_errview"));
        command.args(["--paste", "-o", "line"]).env("DISPLAY", display).stdin(Stdio::null());
        for name in ["TMUX", "SSH_TTY", "SSH_CONNECTION", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
        command.output().expect("errview runs")
    };
    let out = paste(&server.display);
    let _ = owner.kill();
    let _ = owner.wait();
    assert!(String::from_utf8_lossy(&out.stdout).contains("1005"), "{out:?}");
    let none = paste("");
    assert_eq!(none.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&none.stderr).contains("hint: "), "{none:?}");
}
