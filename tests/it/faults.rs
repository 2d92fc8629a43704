//! What goes wrong around the program: signals, terminals that vanish or shrink to nothing, odd surroundings, its own panics.
//!
//! Each test names the promise of `SECURITY.md` that it holds. Set-up as in [`super::pty`]: the real program in a real
//! pseudo-terminal.

use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::pty::Terminal;

const ERRVIEW: &str = env!("CARGO_BIN_EXE_errview");

/// A number that differs from run to run: moments that nobody has chosen.
fn random(below: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(Instant::now()) % below
}

#[test]
fn ten_signals_at_random_moments_leave_the_terminal_restored() {
    for _ in 0..10 {
        let mut terminal = Terminal::start(80, 24, &[], "demo");
        let wait = Duration::from_millis(random(600));
        thread::sleep(wait);
        terminal.kill("-TERM");
        let (status, screen) = terminal.finish();
        assert!(!status.success(), "after {wait:?}: {status:?}\n{screen}");
        terminal.assert_restored();
    }
}

#[test]
fn every_signal_that_ends_it_restores_the_terminal() {
    for (signal, code) in [("-INT", 130), ("-QUIT", 131), ("-TERM", 143), ("-HUP", 129)] {
        let mut terminal = Terminal::start(80, 24, &[], "demo");
        terminal.wait_for("q quit");
        terminal.kill(signal);
        let (status, _) = terminal.finish();
        assert_eq!(status.exit_code(), code, "{signal}");
        terminal.assert_restored();
    }
}

#[test]
fn a_stopped_job_has_given_the_terminal_back_and_draws_again_when_it_goes_on() {
    let line = format!("set -m; {ERRVIEW} demo; echo HELD; read line; fg >/dev/null; echo OVER");
    let mut terminal = Terminal::shell(80, 24, &[], &line);
    terminal.wait_for("q quit");
    terminal.send("\x1a");
    terminal.wait_for("HELD");
    terminal.assert_restored();
    terminal.send("\n");
    terminal.wait_for("q quit");
    terminal.send("q");
    terminal.wait_for("OVER");
    terminal.finish();
    terminal.assert_restored();
}

#[test]
fn a_storm_of_sizes_is_drawn_and_survived() {
    let mut terminal = Terminal::start(80, 24, &[], "demo");
    terminal.wait_for("q quit");
    let begin = Instant::now();
    for (width, height) in [(0, 0), (1, 1), (80, 24), (2, 1), (1, 40), (200, 1), (300, 100), (5, 200)].repeat(30) {
        terminal.announce_size(width, height);
        thread::sleep(Duration::from_millis(2));
    }
    terminal.resize(100, 30);
    terminal.wait_for("q quit");
    terminal.send("q");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
    // Torture T35: sizes that come together are drawn together. After the first, which is drawn at once, each drawing takes
    // its 40 ms, whatever the machine; a few are of the start, the first size, the last and the key.
    let (drawn, most) = (terminal.drawings(), begin.elapsed().as_millis() / 40 + 8);
    assert!((drawn as u128) <= most.min(200), "{drawn} drawings for 240 sizes; {most} at most");
}

/// One of the library's two ways of reading keys forgets what came together with a new size, or behind the first 1,024
/// bytes, until another key is pressed.
#[test]
fn keys_that_come_all_at_once_are_all_read() {
    let mut terminal = Terminal::start(80, 24, &[], "demo");
    terminal.wait_for("q quit");
    terminal.send(&format!("{}q", "jk".repeat(1500)));
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
}

#[test]
fn sizes_without_room_get_a_report_or_a_word() {
    for (width, height) in [(0, 0), (1, 1), (2, 1), (1, 40), (200, 1), (10, 3)] {
        let mut terminal = Terminal::start(80, 24, &[], "demo");
        terminal.announce_size(width, height);
        thread::sleep(Duration::from_millis(300));
        terminal.type_unless_over("q");
        let (status, _) = terminal.finish();
        assert!(status.success(), "{width}x{height}: {status:?}");
        terminal.assert_restored();
    }
}

/// Torture T41 and T42: the drawing library complained about the lost terminal to a stderr that was lost as well.
#[test]
fn a_terminal_that_takes_stderr_with_it_is_no_panic() {
    // Two seconds are the promise. A machine that runs all tests at once may make it wait for its turn: one try of several
    // tells, since what waits for something else does so each time.
    let in_time = |ignored: &str| {
        let mut terminal = Terminal::shell(80, 24, &[], &format!("{ignored}exec {ERRVIEW} demo"));
        terminal.wait_for("q quit");
        let begin = Instant::now();
        terminal.hang_up();
        let status = terminal.wait_end();
        // 1 is what a shell's wait makes of a death by SIGHUP itself.
        assert!([1, 129].contains(&status.exit_code()), "{ignored:?}: {status:?}");
        begin.elapsed() < Duration::from_secs(2)
    };
    for ignored in ["", "trap '' HUP; "] {
        assert!((0..5).any(|_| in_time(ignored)), "{ignored:?}: it lives on for longer than two seconds");
    }
}

#[test]
fn without_a_controlling_terminal_there_is_a_report() {
    if Command::new("setsid").arg("true").status().is_err() {
        eprintln!("SKIPPED: there is no `setsid` here");
        return;
    }
    let mut terminal = Terminal::shell(80, 24, &[], &format!("setsid -w {ERRVIEW} demo; echo CODE=$?"));
    terminal.wait_for("CODE=0");
    assert!(!terminal.screen().contains("q quit"), "no keys can come, so none are offered:\n{}", terminal.screen());
    terminal.finish();
    terminal.assert_restored();
}

#[test]
fn odd_surroundings_change_nothing() {
    let table: [&[(&str, &str)]; 9] = [
        &[("TERM", "no-such-terminal")],
        &[("TERM", "")],
        &[("HOME", "/nonexistent"), ("XDG_CONFIG_HOME", "/nonexistent/c")],
        &[("XDG_CONFIG_HOME", "/dev/null"), ("ERRVIEW_PACKS", "")],
        &[("XDG_CONFIG_HOME", "\u{1b}[31m/\u{202e}")],
        &[("LC_ALL", "xx_YY.FOO")],
        &[("LC_ALL", "C")],
        &[("COLUMNS", "-1"), ("LINES", "99999999999999999999")],
        &[("DISPLAY", ":99"), ("WAYLAND_DISPLAY", "wayland-99"), ("XDG_RUNTIME_DIR", "/nonexistent")],
    ];
    for env in table {
        let mut terminal = Terminal::start(80, 24, env, "demo");
        terminal.wait_for("q quit");
        terminal.send("q");
        let (status, _) = terminal.finish();
        assert!(status.success(), "{env:?}: {status:?}");
        terminal.assert_restored();
    }
}

#[test]
fn an_editor_that_fails_leaves_the_program_running() {
    for editor in ["/nonexistent/editor", "false"] {
        let mut terminal = Terminal::start(80, 24, &[("EDITOR", editor)], "demo");
        terminal.wait_for("q quit");
        terminal.send("v");
        thread::sleep(Duration::from_millis(200));
        terminal.send("?");
        terminal.wait_for("next sibling");
        terminal.send("\x03");
        terminal.finish();
        terminal.assert_restored();
    }
}

#[test]
fn without_a_clipboard_the_terminal_gets_what_is_copied() {
    let mut terminal = Terminal::start(100, 30, &[], "demo partial");
    terminal.wait_for("q quit");
    terminal.send("ye");
    terminal.wait_for("OSC 52");
    terminal.send("q");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
}

/// An X server that takes the call and never answers: a broken SSH forwarding looks like this.
#[test]
fn a_clipboard_that_hangs_is_given_up() {
    let free =
        |number: &u16| std::net::TcpListener::bind(("127.0.0.1", 6000 + number)).ok().map(|open| (*number, open));
    let from = u16::try_from(200 + random(500)).expect("a small number");
    let Some((number, silent)) = (from..from + 20).find_map(|number| free(&number)) else { panic!("no free port") };
    let display = format!("127.0.0.1:{number}");
    let mut terminal = Terminal::start(100, 30, &[("DISPLAY", &display)], "demo partial");
    terminal.wait_for("q quit");
    terminal.send("ye");
    // Keys are obeyed all the while.
    terminal.send("?");
    terminal.wait_for("next sibling");
    terminal.send("\x1b");
    terminal.wait_for("OSC 52");
    silent.set_nonblocking(true).expect("a socket");
    assert!(silent.accept().is_ok(), "it was called");
    let begin = Instant::now();
    terminal.send("q");
    let (status, screen) = terminal.finish();
    assert!(status.success(), "{status:?}");
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
    assert!(!screen.contains("copied"), "what may not have arrived is not said to have:\n{screen}");
    terminal.assert_restored();
}

#[test]
fn waiting_for_a_key_costs_no_time_at_all() {
    if !cfg!(target_os = "linux") {
        eprintln!("SKIPPED: processor time is read from /proc");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let large = file("large", format!("{{\"a\":[{}1]}}", "1,".repeat(2 << 20)));
    let list = file("list", "{\"error\":\"no\"}\n".repeat(5_000));
    // A small body, a large one that is indexed, and a list that has ended, in a pipe and in a file: side by side, so that
    // it takes the ten seconds once.
    let lines = [
        format!("exec {ERRVIEW} demo"),
        format!("exec {ERRVIEW} '{large}'"),
        format!("exec {ERRVIEW} '{list}'"),
        format!("exec {ERRVIEW} <'{large}'"),
    ];
    let idle = |line: &String| {
        let mut terminal = Terminal::shell(100, 24, &[], line);
        terminal.wait_for("q quit");
        // Whatever was to be done has been done when a second has gone by without any work.
        let end = Instant::now() + Duration::from_secs(60);
        let mut before = terminal.ticks();
        loop {
            thread::sleep(Duration::from_secs(1));
            let now = terminal.ticks();
            if now == before {
                break;
            }
            assert!(Instant::now() < end, "it never rests: {line}");
            before = now;
        }
        thread::sleep(Duration::from_secs(10));
        assert_eq!(terminal.ticks() - before, 0, "ticks of processor time in 10 s: {line}");
        terminal.send("q");
        terminal.finish();
    };
    thread::scope(|scope| {
        let all: Vec<_> = lines.iter().map(|line| scope.spawn(|| idle(line))).collect();
        all.into_iter().for_each(|one| one.join().expect("an idle program"));
    });
}

/// Torture T13: the standard library puts `/dev/null` where stdout was, and everything seemed to have been written.
#[test]
fn a_closed_stdout_is_told() {
    let run = |line: &str| {
        let line = format!("{ERRVIEW} {line}");
        Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().expect("a shell")
    };
    let out = run("demo >&-");
    assert_eq!(out.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&out.stderr), "error: cannot write: stdout is closed\n");
    // Nobody needs an output for an exit code, and `/dev/null` on purpose is no loss.
    assert_eq!(run("demo -e >&-").status.code(), Some(1));
    assert_eq!(run("demo -q >&-").status.code(), Some(0));
    assert_eq!(run("demo >/dev/null").status.code(), Some(0));
}

#[test]
fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
    let run = |line: &str| {
        let line = format!("{ERRVIEW} {line}");
        Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().expect("a shell")
    };
    if std::path::Path::new("/dev/full").exists() {
        let out = run("demo >/dev/full");
        assert_eq!(out.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&out.stderr).starts_with("error: cannot write: "), "{out:?}");
    }
    let out = run("demo | true");
    assert_eq!((out.status.code(), out.stderr.len()), (Some(0), 0), "{out:?}");
    assert_eq!(run("/nonexistent 2>&-").status.code(), Some(3), "an error with nobody to tell it to");
}

/// Files that are none: each gets a clear word in bounded time and memory.
#[cfg(target_os = "linux")]
#[test]
fn things_that_are_no_files_are_told_for_what_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let made = Command::new("mkfifo").arg(at("fifo")).status().expect("mkfifo runs");
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("a socket");
    std::fs::create_dir(at("folder")).expect("a folder");
    let (fifo, socket, inner) = (at("fifo"), at("socket"), at("folder"));
    let table: [(String, i32, &str); 12] = [
        (format!("{ERRVIEW} --pack '{fifo}' demo"), 2, "timed out"),
        (format!("ERRVIEW_CONFIG='{fifo}' {ERRVIEW} demo"), 0, "timed out"),
        (format!("ERRVIEW_PACKS='{fifo}' {ERRVIEW} demo"), 0, "timed out"),
        (format!("(sleep 1; echo '{{}}') >'{fifo}' & {ERRVIEW} '{fifo}'"), 0, ""),
        (format!("{ERRVIEW} '{socket}'"), 3, "cannot read"),
        (format!("ERRVIEW_CONFIG='{socket}' {ERRVIEW} demo"), 0, "cannot read"),
        (format!("{ERRVIEW} '{inner}'"), 3, "is a directory"),
        (format!("{ERRVIEW} --pack '{inner}' demo"), 2, "is a directory"),
        (format!("{ERRVIEW} /dev/zero"), 4, "this is no text"),
        (format!("{ERRVIEW} --pack /dev/zero demo"), 2, "more than 1048576 bytes"),
        (format!("{ERRVIEW} /dev/null"), 4, "there is nothing in it"),
        (format!("cat /proc/self/maps | {ERRVIEW}"), 0, ""),
    ];
    for (line, code, words) in table {
        // Address space in KiB: an endless device is read up to 128 MiB, like a pipe.
        let line = format!("ulimit -v 1000000; {line}");
        let begin = Instant::now();
        let out = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().expect("a shell");
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{line}: {told}");
        assert!(told.contains(words), "{line}: {told}");
        assert!(begin.elapsed() < Duration::from_secs(30), "{line}: {:?}", begin.elapsed());
    }
}

/// What a full disk does to files: each write fails, while the file itself can be made.
const FULL: &str = "trap '' XFSZ; ulimit -f 0;";

#[test]
fn what_cannot_be_written_is_told_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().expect("a folder");
    let config = home.path().join("errview");
    let init = |line: &str| {
        let line = format!("{line} XDG_CONFIG_HOME='{}' {ERRVIEW} config init", home.path().display());
        let out = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().expect("a shell");
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let (code, told) = init(FULL);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("config.toml` cannot be written: ") && told.contains("hint: "), "{told}");
    assert_eq!(std::fs::read_dir(&config).expect("a folder").count(), 0, "half a file is in the way of the next try");
    // With room it works, and what is there is never written over.
    assert_eq!(init(""), (Some(0), String::new()));
    let written = std::fs::read(config.join("config.toml")).expect("a file");
    assert_eq!(init(FULL).0, Some(2));
    assert_eq!(std::fs::read(config.join("config.toml")).expect("a file"), written);
}

/// The copy for the editor holds the response: of one that could not be written whole nothing may stay.
#[test]
fn a_copy_that_cannot_be_written_is_told_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = [("TMPDIR", folder.path().to_str().expect("a name")), ("EDITOR", "true")];
    let mut terminal = Terminal::shell(100, 30, &env, &format!("{FULL} exec {ERRVIEW} demo partial"));
    terminal.wait_for("q quit");
    terminal.send("v");
    terminal.wait_for("File too large");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    terminal.send("q");
    let (status, _) = terminal.finish();
    assert!(status.success(), "{status:?}");
    terminal.assert_restored();
}

/// The name of the test below, which runs itself in a terminal.
const PANICS: &str = "faults::a_panic_gives_the_terminal_back_and_says_nothing_of_the_data";

#[test]
fn a_panic_gives_the_terminal_back_and_says_nothing_of_the_data() {
    if std::env::var_os("ERRVIEW_TEST_PANICS").is_some() {
        return panic_on_screen();
    }
    let itself = std::env::current_exe().expect("a name");
    let line = format!("exec '{}' --exact {PANICS} --nocapture --test-threads 1", itself.display());
    let mut terminal = Terminal::shell(100, 30, &[("ERRVIEW_TEST_PANICS", "1")], &line);
    terminal.wait_for("so far");
    // Asks the loader to stop; the one below panics instead.
    terminal.send("\x03");
    let (status, screen) = terminal.finish();
    assert_eq!(status.exit_code(), 101);
    assert!(screen.contains("error: a fault in errview"), "{screen}");
    assert!(screen.contains("faults.rs:"), "the place is named:\n{screen}");
    assert!(!screen.contains("hunter2"), "{screen}");
    terminal.assert_restored();
}

/// A program whose loader breaks, with words of the response in the message.
fn panic_on_screen() {
    use errview::tui::{Settings, Stage, Start};
    std::panic::set_hook(Box::new(errview::apologise));
    let (_sender, loads) = channel();
    let breaks = || panic!("byte 3 is inside of `password=hunter2`");
    let settings = Settings::new(std::sync::Arc::new(errview::pack::Catalog::builtin()));
    let _ = Stage::new(settings).show(Start::Loading(loads, Box::new(breaks)));
}

/// Each code was compared with all before it and looked up in all tables: 300,000 of them took more than a minute.
#[test]
fn a_response_of_many_codes_is_decoded_in_time() {
    let errors: Vec<_> = (0..30_000).map(|at| format!("{{\"code\":\"E{at}\",\"message\":\"m {at}\"}}")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let body = folder.path().join("body");
    std::fs::write(&body, format!("{{\"errors\":[{}]}}", errors.join(","))).expect("a file");
    let begin = Instant::now();
    let out = Command::new(ERRVIEW).arg(&body).args(["-o", "json"]).stdin(Stdio::null()).output().expect("a report");
    assert!(out.status.success(), "{out:?}");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    assert!(String::from_utf8_lossy(&out.stdout).contains("\"E99\""), "the first ones are decoded");
}

/// Torture T10: the report kept an iterator for every bracket that was open.
#[cfg(target_os = "linux")]
#[test]
fn brackets_without_end_take_bounded_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = folder.path().join("body");
    std::fs::write(&body, "[".repeat(5 << 20)).expect("a file");
    for form in ["text", "json"] {
        // Address space in KiB: threads' stacks and the source included.
        let line = format!("ulimit -v 600000; {ERRVIEW} '{}' -o {form}", body.display());
        let out = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().expect("a shell");
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(4), "{form}: {told}");
        assert!(told.contains("more than errview keeps"), "{form}: {told}");
    }
}
