//! Copied text to a clipboard, by the first way that works, and honest words about it.
//!
//! Inside tmux: tmux's own buffer, which passes it on. Over SSH: OSC 52, the only one that reaches the user's machine. Else
//! the system's clipboard, on a thread with a deadline, because opening it can hang; it is kept open to the end, and at the
//! end handed to a process that stays where the text would be lost otherwise. Else OSC 52.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::Env;
use super::msg::{Msg, Toast};

/// How long the system's clipboard may take.
const DEADLINE: Duration = Duration::from_millis(1500);

/// Bytes of Base64 beyond which many terminals refuse OSC 52.
const LARGE: usize = 74_994;

/// The argument with which the program calls itself to keep a copied text alive.
pub const HOLD: &str = "--hold-clipboard";

/// The ways to a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Tmux,
    System,
    Terminal,
}

fn route(env: &Env) -> Route {
    if env.tmux {
        Route::Tmux
    } else if env.ssh || !cfg!(feature = "clipboard") || !env.display {
        Route::Terminal
    } else {
        Route::System
    }
}

/// Where copied text goes first, in words.
pub fn way(env: &Env) -> &'static str {
    match route(env) {
        Route::Tmux => "to tmux (`tmux load-buffer -w -`), which hands them on",
        Route::System => "to the system's clipboard, else to the terminal (OSC 52)",
        Route::Terminal if env.ssh => {
            "to the terminal at your end of SSH (OSC 52); it does not say whether it takes them"
        }
        Route::Terminal => "to the terminal (OSC 52), as there is no display; it does not say whether it takes them",
    }
}

/// What the worker is asked.
enum Job {
    Copy {
        text: String,
        done: Sender<bool>,
    },
    /// Whether this text is still the clipboard's.
    Holds {
        text: String,
        done: Sender<bool>,
    },
}

/// The clipboards of one run.
pub(super) struct Clipboard {
    route: Route,
    messages: Sender<Msg>,
    worker: Option<Sender<Job>>,
    /// The last text that went to the system's clipboard.
    held: Option<String>,
}

impl Clipboard {
    pub(super) fn new(env: &Env, messages: Sender<Msg>) -> Self {
        Self { route: route(env), messages, worker: None, held: None }
    }

    /// Copies. Ways that may take time report by message; gives the bytes to send to the terminal where that is the way.
    pub(super) fn copy(&mut self, text: String, what: &'static str) -> Option<Vec<u8>> {
        match self.route {
            Route::Terminal => return Some(self.by_terminal(&text, what)),
            Route::Tmux => {
                let messages = self.messages.clone();
                thread::spawn(move || {
                    let size = size(&text);
                    let msg = match by_tmux(&text) {
                        Ok(()) => Msg::Toast(Toast::good(format!("copied {what}, {size} (tmux)"))),
                        Err(_) => Msg::CopyFailed { text, what },
                    };
                    let _ = messages.send(msg);
                });
            }
            Route::System => self.by_system(text, what),
        }
        None
    }

    /// The bytes that ask the terminal to copy. Whether it does cannot be known.
    pub(super) fn by_terminal(&mut self, text: &str, what: &'static str) -> Vec<u8> {
        let encoded = base64(text.as_bytes());
        let size = size(text);
        let words = if encoded.len() > LARGE {
            format!("{what} sent to the terminal (OSC 52), {size}: many refuse that much; P prints it instead")
        } else {
            format!("{what} sent to the terminal (OSC 52), {size}")
        };
        let _ = self.messages.send(Msg::Toast(Toast::good(words)));
        format!("\x1b]52;c;{encoded}\x1b\\").into_bytes()
    }

    fn by_system(&mut self, text: String, what: &'static str) {
        let worker = self.worker.get_or_insert_with(worker).clone();
        self.held = Some(text.clone());
        let messages = self.messages.clone();
        thread::spawn(move || {
            let (done, answer) = channel();
            let size = size(&text);
            let asked = worker.send(Job::Copy { text: text.clone(), done }).is_ok();
            let msg = match asked && answer.recv_timeout(DEADLINE).unwrap_or(false) {
                true => Msg::Toast(Toast::good(format!("copied {what}, {size} (system clipboard)"))),
                false => Msg::CopyFailed { text, what },
            };
            let _ = messages.send(msg);
        });
    }

    /// The system's clipboard failed once: it is not tried again.
    pub(super) fn give_up(&mut self) {
        self.route = Route::Terminal;
        self.held = None;
    }

    /// The end: hands the text over where it would be lost. Gives a line for the user if that failed.
    pub(super) fn close(self) -> Option<String> {
        let text = self.held?;
        if !cfg!(target_os = "linux") {
            return None;
        }
        let (done, answer) = channel();
        self.worker.as_ref()?.send(Job::Holds { text: text.clone(), done }).ok()?;
        // Somebody else has copied since: nothing of ours is lost.
        if !answer.recv_timeout(DEADLINE).unwrap_or(false) {
            return None;
        }
        match hand_over(&text) {
            Ok(()) => None,
            Err(_) => Some("the copied text did not survive quitting; P prints it instead".to_owned()),
        }
    }
}

/// Why nothing can be pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// No clipboard can be read from here: no display, and no tmux.
    #[error("there is no clipboard to read here")]
    None,
    /// It did not answer in time.
    #[error("the clipboard does not answer")]
    Silent,
    /// It holds no text.
    #[error("there is no text in the clipboard")]
    Empty,
}

/// The text in the clipboard: the system's where there is a display on this machine, else tmux's newest buffer. A
/// terminal at the other end of SSH is not asked, since hardly any gives its clipboard away.
pub fn paste(env: &Env) -> Result<String, PasteError> {
    let system = cfg!(feature = "clipboard") && env.display && !env.ssh;
    if !system && !env.tmux {
        return Err(PasteError::None);
    }
    let (done, answer) = channel();
    thread::spawn(move || {
        let text = if system { system_text() } else { None };
        done.send(text.or_else(tmux_buffer))
    });
    let text = answer.recv_timeout(DEADLINE).map_err(|_| PasteError::Silent)?;
    text.filter(|text| !text.is_empty()).ok_or(PasteError::Empty)
}

#[cfg(feature = "clipboard")]
fn system_text() -> Option<String> {
    arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text()).ok()
}

#[cfg(not(feature = "clipboard"))]
fn system_text() -> Option<String> {
    None
}

fn tmux_buffer() -> Option<String> {
    let out = Command::new("tmux").arg("show-buffer").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Gives the text to a process of our own that stays until somebody else copies.
fn hand_over(text: &str) -> std::io::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(HOLD).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    // It says a byte when it is about to own the clipboard.
    let mut out = child.stdout.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
    let (done, answer) = channel();
    thread::spawn(move || done.send(out.read_exact(&mut [0]).is_ok()));
    if answer.recv_timeout(DEADLINE).unwrap_or(false) {
        // The moment between the word and the deed.
        thread::sleep(Duration::from_millis(60));
        return Ok(());
    }
    let _ = child.kill();
    Err(std::io::ErrorKind::TimedOut.into())
}

fn by_tmux(text: &str) -> std::io::Result<()> {
    // `-w` hands the text on to the outer terminal; tmux before 3.2 does not know it.
    for arguments in [&["load-buffer", "-w", "-"][..], &["load-buffer", "-"]] {
        let mut child = Command::new("tmux")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A tmux that refuses the flag closes the pipe; the next one may not.
            let _ = stdin.write_all(text.as_bytes());
        }
        if child.wait()?.success() {
            return Ok(());
        }
    }
    Err(std::io::ErrorKind::Other.into())
}

#[cfg(feature = "clipboard")]
fn worker() -> Sender<Job> {
    let (jobs, todo): (Sender<Job>, Receiver<Job>) = channel();
    thread::spawn(move || {
        let mut clipboard = arboard::Clipboard::new();
        for job in todo {
            match (job, &mut clipboard) {
                (Job::Copy { text, done }, Ok(clipboard)) => drop(done.send(clipboard.set_text(text).is_ok())),
                (Job::Holds { text, done }, Ok(clipboard)) => {
                    let _ = done.send(clipboard.get_text().is_ok_and(|now| now == text));
                }
                (Job::Copy { done, .. } | Job::Holds { done, .. }, Err(_)) => drop(done.send(false)),
            }
        }
    });
    jobs
}

#[cfg(not(feature = "clipboard"))]
fn worker() -> Sender<Job> {
    let (jobs, todo): (Sender<Job>, Receiver<Job>) = channel();
    thread::spawn(move || {
        for Job::Copy { text, done } | Job::Holds { text, done } in todo {
            drop(text);
            let _ = done.send(false);
        }
    });
    jobs
}

/// How often the holder looks whether there still is a display.
#[cfg(all(feature = "clipboard", target_os = "linux"))]
const LOOK: Duration = Duration::from_secs(5);

/// Keeps a text in the clipboard until somebody else copies or the display goes away: what the program does when called
/// with [`HOLD`].
#[cfg(all(feature = "clipboard", target_os = "linux"))]
pub fn hold(mut input: impl Read, ready: &mut dyn Write) -> bool {
    use arboard::SetExtLinux;
    let mut text = String::new();
    if input.read_to_string(&mut text).is_err() {
        return false;
    }
    let Ok(mut clipboard) = arboard::Clipboard::new() else { return false };
    let _ = ready.write_all(b"\n").and_then(|()| ready.flush());
    let (done, over) = channel();
    thread::spawn(move || done.send(clipboard.set().wait().text(text).is_ok()));
    // Whoever waits for a server that died waits for ever.
    loop {
        match over.recv_timeout(LOOK) {
            Ok(held) => return held,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) if has_display() => {}
            Err(_) => return true,
        }
    }
}

/// Whether the display's socket still answers; one that is no local socket is believed.
#[cfg(all(feature = "clipboard", target_os = "linux"))]
fn has_display() -> bool {
    use std::path::PathBuf;
    let wayland = || {
        let folder = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?);
        Some(folder.join(std::env::var_os("WAYLAND_DISPLAY")?))
    };
    let x11 = || {
        let display = std::env::var("DISPLAY").ok()?;
        let number = display.strip_prefix(':')?.split('.').next()?.to_owned();
        Some(PathBuf::from(format!("/tmp/.X11-unix/X{number}")))
    };
    let sockets: Vec<PathBuf> = wayland().into_iter().chain(x11()).collect();
    sockets.is_empty() || sockets.iter().any(|socket| std::os::unix::net::UnixStream::connect(socket).is_ok())
}

/// Elsewhere the system keeps copied text itself.
#[cfg(not(all(feature = "clipboard", target_os = "linux")))]
pub fn hold(_input: impl Read, _ready: &mut dyn Write) -> bool {
    false
}

/// Bytes for people.
fn size(text: &str) -> String {
    match text.len() {
        bytes @ 0..1000 => format!("{bytes} B"),
        bytes => format!("{:.1} kB", bytes as f64 / 1000.0),
    }
}

/// Base64 of RFC 4648, padded.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_the_rfc_shows_it() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn the_route_follows_the_surroundings() {
        let env = |tmux, ssh, display| Env { tmux, ssh, display, ..Env::default() };
        assert_eq!(route(&env(true, true, true)), Route::Tmux);
        assert_eq!(route(&env(false, true, true)), Route::Terminal);
        assert_eq!(route(&env(false, false, false)), Route::Terminal);
        let system = if cfg!(feature = "clipboard") { Route::System } else { Route::Terminal };
        assert_eq!(route(&env(false, false, true)), system);
    }

    #[test]
    fn the_terminal_is_asked_and_nothing_is_claimed() {
        let (sender, messages) = channel();
        let mut clipboard = Clipboard::new(&Env::default(), sender);
        let bytes = clipboard.copy("foo".to_owned(), "code").expect("bytes for the terminal");
        assert_eq!(bytes, b"\x1b]52;c;Zm9v\x1b\\");
        let Ok(Msg::Toast(toast)) = messages.recv() else { panic!("a toast") };
        assert_eq!(toast.text, "code sent to the terminal (OSC 52), 3 B");
    }
}
