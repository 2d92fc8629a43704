//! The real program in a real pseudo-terminal: keys in, the screen out, and the terminal given back whatever happens.
//!
//! As in a shell's pipe the program's stdin is what `cat` writes and its keys come from the controlling terminal.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_secs(20);

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has cells")
}

/// A terminal with the program in it.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Everything that was written, for sequences that a screen does not show.
    raw: Vec<u8>,
}

impl Terminal {
    /// Runs `errview ARGUMENTS` in a terminal of that size, with these variables and few others.
    pub(crate) fn start(width: u16, height: u16, env: &[(&str, &str)], arguments: &str) -> Self {
        Self::shell(width, height, env, &format!("exec {} {arguments}", env!("CARGO_BIN_EXE_errview")))
    }

    /// Runs `cat FILE | errview ARGUMENTS`.
    pub(crate) fn pipe(width: u16, height: u16, file: &str, arguments: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let line = format!("cat '{}' | {} {arguments}", file.display(), env!("CARGO_BIN_EXE_errview"));
        Self::shell(width, height, &[], &line)
    }

    /// Runs a line of shell.
    pub(crate) fn shell(width: u16, height: u16, env: &[(&str, &str)], line: &str) -> Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", line]);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env_clear();
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("a shell");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(cells(height), cells(width), 0);
        Self { child, master: pair.master, keys, output, screen, raw: Vec::new() }
    }

    /// How many times the screen was drawn.
    pub(crate) fn drawings(&self) -> usize {
        const BEGIN: &[u8] = b"\x1b[?2026h";
        self.raw.windows(BEGIN.len()).filter(|bytes| *bytes == BEGIN).count()
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("the terminal takes keys");
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |terminal| terminal.screen().contains(text));
    }

    /// Waits until a text is no longer on the screen.
    pub(crate) fn wait_gone(&mut self, text: &str) {
        self.wait_until(text, |terminal| !terminal.screen().contains(text));
    }

    fn wait_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what:?}; the screen:\n{}", self.screen());
            if let Ok(bytes) = self.output.recv_timeout(left.min(Duration::from_millis(50))) {
                self.take(&bytes);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// Makes the terminal another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("another size");
        self.screen.screen_mut().set_size(cells(height), cells(width));
    }

    /// Tells the program of a size that no screen can have; what it draws then is not looked at.
    pub(crate) fn announce_size(&self, width: u16, height: u16) {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("another size");
    }

    /// Types where somebody still reads.
    pub(crate) fn type_unless_over(&mut self, keys: &str) {
        let _ = self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush());
    }

    /// Closes the terminal, as closing its window does.
    pub(crate) fn hang_up(&mut self) {
        // The thread that reads has a handle as well: it ends when it has something to tell and nobody listens, so the
        // program is made to draw.
        self.output = channel().1;
        self.announce_size(70, 20);
        drop(std::mem::replace(&mut self.keys, Box::new(std::io::sink())));
        let pair = native_pty_system().openpty(PtySize::default()).expect("another terminal");
        drop(std::mem::replace(&mut self.master, pair.master));
    }

    /// Waits for the end of a program whose terminal is gone.
    pub(crate) fn wait_end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(Instant::now() < end, "it lives on without a terminal");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Processor time that the program has used so far, in ticks of the system.
    pub(crate) fn ticks(&self) -> u64 {
        let id = self.child.process_id().expect("a process");
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("a process");
        let (_, fields) = stat.rsplit_once(')').expect("fields");
        fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum()
    }

    /// Sends a signal to the program.
    pub(crate) fn kill(&self, signal: &str) {
        let id = self.child.process_id().expect("a process").to_string();
        let status = std::process::Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(status.success());
    }

    /// Waits for the end; gives how it ended, and the screen after it.
    pub(crate) fn finish(&mut self) -> (ExitStatus, String) {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(Instant::now() < end, "it does not end; the screen:\n{}", self.screen());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(300)) {
            self.take(&bytes);
        }
        (status, self.screen())
    }

    /// Whether everything that was switched on has been switched off again.
    pub(crate) fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's");
        assert!(self.is_cooked(), "echo and lines are back");
    }

    /// Whether the terminal echoes and hands over whole lines, as a shell wants it.
    fn is_cooked(&self) -> bool {
        // The type of the modes belongs to a library that is not ours to name; their names are enough.
        let modes = format!("{:?}", self.master.get_termios().expect("modes").local_flags);
        modes.contains("ECHO |") && modes.contains("ICANON")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// A partial failure among three platforms.
const PARTIAL: &str = "assets/demos/partial.http";

#[test]
fn a_pipe_is_explained_and_its_keys_come_from_the_terminal() {
    let mut terminal = Terminal::pipe(120, 30, PARTIAL, "");
    // The footer is drawn last.
    terminal.wait_for("q quit");
    let screen = terminal.screen();
    for words in ["HTTP 200", "1 of 3", "What happened", "What to do", "(server message)", "linkedin"] {
        assert!(screen.contains(words), "{words:?} in\n{screen}");
    }
    // The reference table stands beside it, at the row that applies.
    let row = screen.lines().find(|line| line.contains("▌") && line.contains("session expired"));
    assert!(row.is_some(), "the row that applies is marked:\n{screen}");
    terminal.send("q");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
}

#[test]
fn one_drills_down_searches_and_comes_back() {
    let mut terminal = Terminal::pipe(120, 30, PARTIAL, "");
    terminal.wait_for("PARTIAL");
    terminal.send("/tiktok");
    terminal.wait_for("filter: tiktok");
    terminal.send("\r");
    terminal.wait_for("SUCCESS on tiktok");
    // What follows Esc at once would be Alt and a key.
    terminal.send("\x1b");
    terminal.wait_gone("1 hit");
    terminal.send("3");
    terminal.wait_for("Raw /results/tiktok");
    terminal.send("4");
    terminal.wait_for("HTTP/");
    terminal.send("2");
    terminal.wait_for("/ search");
    terminal.send("1:/results/linkedin/error\r");
    terminal.wait_for("FAILED on linkedin");
    terminal.send("?");
    terminal.wait_for("next sibling");
    terminal.send("\x1b");
    terminal.wait_gone("next sibling");
    terminal.send("\x03");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
}

#[test]
fn without_a_clipboard_a_copy_is_sent_to_the_terminal_and_can_be_printed() {
    let mut terminal = Terminal::pipe(120, 30, PARTIAL, "");
    terminal.wait_for("PARTIAL");
    terminal.send("yp");
    terminal.wait_for("sent to the terminal (OSC 52)");
    // Base64 of `/results/linkedin`.
    let sent = String::from_utf8_lossy(&terminal.raw).contains("\x1b]52;c;L3Jlc3VsdHMvbGlua2VkaW4=");
    assert!(sent, "the sequence was sent");
    terminal.send("P");
    terminal.wait_for("printed after quitting");
    terminal.send("q");
    let (status, screen) = terminal.finish();
    assert!(status.success(), "{status:?}");
    assert!(screen.lines().any(|line| line.trim_end() == "/results/linkedin"), "{screen}");
    terminal.assert_restored();
}

#[test]
fn every_size_is_drawn_and_none_breaks_it() {
    let mut terminal = Terminal::pipe(120, 30, PARTIAL, "");
    terminal.wait_for("PARTIAL");
    for (width, height, words) in [
        (80, 24, "What happened"),
        (50, 20, "linkedin"),
        (40, 8, "linkedin"),
        (10, 3, "terminal"),
        (1, 1, ""),
        (130, 40, "OK"),
    ] {
        terminal.resize(width, height);
        terminal.wait_for(words);
    }
    terminal.wait_for("What happened");
    terminal.send("q");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
}

#[test]
fn a_pasted_response_is_explained() {
    let mut terminal = Terminal::start(100, 30, &[], "");
    terminal.wait_for("paste a response");
    terminal.send("\x1b[200~HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\"gone\"}\x1b[201~");
    terminal.wait_for("HTTP 404");
    terminal.wait_for("paste");
    terminal.send("q");
    terminal.finish();
    terminal.assert_restored();
}

#[test]
fn a_slow_pipe_can_be_cut_short() {
    let line = format!("(printf '{{\"error\": \"slow\"'; sleep 60) | {}", env!("CARGO_BIN_EXE_errview"));
    let mut terminal = Terminal::shell(100, 30, &[], &line);
    terminal.wait_for("so far");
    terminal.send("\x03");
    terminal.wait_for("slow");
    terminal.send("\x03");
    terminal
        .wait_until("the terminal", |terminal| terminal.is_cooked() && !terminal.screen.screen().alternate_screen());
    terminal.assert_restored();
}

#[test]
fn a_pipe_that_goes_on_behind_a_whole_body_is_read_on() {
    for pause in ["0", "0.005", "0.3"] {
        let bodies = format!("(printf '{{\"error\": \"one\"}}\\n'; sleep {pause}; printf '{{\"error\": \"two\"}}\\n')");
        let mut terminal = Terminal::shell(100, 30, &[], &format!("{bodies} | {}", env!("CARGO_BIN_EXE_errview")));
        terminal.wait_for("one");
        // In a list; or as one of two, where the first was on screen before the second came.
        terminal.wait_until("both", |terminal| ["two", "1 of 2"].iter().any(|words| terminal.screen().contains(words)));
        terminal.send("\x03");
        terminal.wait_until("the terminal", |terminal| {
            terminal.is_cooked() && !terminal.screen.screen().alternate_screen()
        });
        terminal.assert_restored();
    }
}

#[test]
fn signals_end_it_and_give_the_terminal_back() {
    for (signal, code) in [("-TERM", 143), ("-HUP", 129)] {
        let mut terminal = Terminal::start(80, 24, &[], "demo");
        terminal.wait_for("q quit");
        terminal.kill(signal);
        let (status, _) = terminal.finish();
        assert_eq!(status.exit_code(), code, "{signal}");
        terminal.assert_restored();
    }
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let mut terminal = Terminal::start(80, 24, &[], "demo");
    terminal.wait_for("q quit");
    terminal.hang_up();
    terminal.wait_end();
}

#[test]
fn the_selection_is_visible_without_colours() {
    let mut terminal = Terminal::start(100, 30, &[("NO_COLOR", "1")], "demo");
    terminal.wait_for("PARTIAL");
    let screen = terminal.screen.screen();
    let (rows, columns) = screen.size();
    let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).filter_map(move |column| screen.cell(row, column)));
    let mut reversed = 0;
    for cell in cells {
        assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        reversed += usize::from(cell.inverse());
    }
    assert!(reversed > 10, "the selected row is reversed");
    terminal.send("q");
    terminal.finish();
}

/// What a terminal sends for a paste: ends of lines as the Enter key.
fn paste(text: &str) -> String {
    format!("\x1b[200~{}\x1b[201~", text.replace('\n', "\r"))
}

#[test]
fn from_nothing_to_a_copied_explanation_in_six_keystrokes() {
    let mut terminal = Terminal::start(100, 30, &[], "");
    // Nobody has read anything: the start screen says what to do.
    terminal.wait_for("paste a response");
    terminal.send(&paste(&std::fs::read_to_string(PARTIAL).expect("a demo")));
    // No keystroke: the failing platform is selected and explained.
    terminal.wait_for("FAILED on linkedin");
    terminal.wait_for("HTTP 200");
    // Two: the footer says `y copy…`, and the menu that opens says `y e explanation`.
    terminal.wait_for("y copy…");
    terminal.send("y");
    terminal.wait_for("explanation");
    terminal.send("y");
    terminal.wait_for("explanation sent to the terminal");
    // With `q` to leave: three.
    terminal.send("q");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
}

#[test]
fn a_watched_file_is_read_again_and_marked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answer.json");
    std::fs::write(&file, r#"{"status": "queued", "id": 7}"#).expect("written");
    let mut terminal = Terminal::start(100, 30, &[], &format!("'{}'", file.display()));
    terminal.wait_for("queued");
    terminal.send("GW");
    terminal.wait_for("watching 1 file");
    std::fs::write(&file, r#"{"status": "done", "id": 7}"#).expect("written");
    terminal.wait_for("1 changed");
    terminal.wait_for("~    status");
    let screen = terminal.screen();
    let selected = screen.lines().find(|line| line.contains('▌')).unwrap_or_default();
    assert!(selected.contains("id"), "the selection stays: {screen}");
    terminal.send("W=r");
    terminal.wait_for("no changes");
    terminal.send("q");
    terminal.finish();
    terminal.assert_restored();
}

#[test]
fn links_are_told_to_terminals_that_take_them() {
    for (env, told) in [(("X", "x"), true), (("ERRVIEW_NO_HYPERLINKS", "1"), false), (("TERM", "linux"), false)] {
        let mut terminal = Terminal::start(120, 30, &[env], "demo details");
        terminal.wait_for("q quit");
        terminal.send("zR");
        terminal.wait_for("href");
        terminal.send("q");
        terminal.finish();
        let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
        assert_eq!(raw.contains("\x1b]8;id="), told, "{env:?}");
        assert_eq!(raw.matches("\x1b]8;id=").count(), raw.matches("\x1b]8;;\x1b\\").count(), "each is closed");
        terminal.assert_restored();
    }
}

#[test]
fn a_short_line_goes_by_itself_and_then_nothing_runs() {
    let mut terminal = Terminal::start(120, 30, &[], "demo details");
    terminal.wait_for("q quit");
    terminal.send("n");
    terminal.wait_for("problem 2 of");
    terminal.wait_gone("problem 2 of");
    let before = terminal.ticks();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(terminal.ticks(), before, "an idle program uses no time");
    terminal.send("q");
    terminal.finish();
}

#[test]
fn wide_joined_and_right_to_left_letters_keep_the_frames_in_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("letters.json");
    let letters = [
        "日本語のエラー",
        "e\u{301}a\u{308}o\u{302}",
        "שגיאה בשרת",
        "خطأ في الخادم",
        "हिन्दी",
        "😀👍🏽",
        "tab\\there",
        "ﬀ＿ｗｉｄｅ",
    ];
    let members: Vec<String> = letters.iter().map(|text| format!("\"{text}\": \"{}\"", text.repeat(12))).collect();
    std::fs::write(&file, format!("{{{}}}", members.join(", "))).expect("written");
    let mut terminal = Terminal::start(100, 30, &[], &format!("'{}'", file.display()));
    terminal.wait_for("q quit");
    for keys in ["j", "j", "j", "j", "j", "j", "j", "j", "3", "3w", "1@", "\x1b"] {
        terminal.send(keys);
        thread::sleep(Duration::from_millis(120));
        terminal.wait_for("┘");
        let screen = terminal.screen.screen();
        for row in 2..29 {
            let edge = screen.cell(row, 99).map_or("", |cell| cell.contents());
            assert!("┐│┘┤├┃".contains(edge) && !edge.is_empty(), "row {row} after {keys:?}:\n{}", terminal.screen());
        }
    }
    terminal.send("q");
    terminal.finish();
}
