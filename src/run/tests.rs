use super::*;
use crate::config::Config;

fn options(line: &str) -> Output {
    let args = ["errview", "vendors"].into_iter().chain(line.split(' ').filter(|arg| !arg.is_empty()));
    match cli::parse(args.map(OsString::from)) {
        Ok(Command::Vendors(output)) => output,
        other => panic!("{line}: {other:?}"),
    }
}

/// Variables of the environment.
pub(super) fn env(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with<T>(terminal: Terminal, pairs: &[(&str, &str)], ask: impl Fn(&Run<'_>) -> T) -> T {
    let (mut out, mut talk) = (Vec::new(), Vec::new());
    let run = Run {
        stdin: None,
        out: BufWriter::new(&mut out),
        talk: &mut talk,
        terminal,
        env: env(pairs),
        now: None,
        config: Config::default(),
        packs: Vec::new(),
    };
    ask(&run)
}

#[test]
fn colour_goes_by_flag_then_environment_then_terminal() {
    type Row = (&'static str, &'static [(&'static str, &'static str)], bool, bool);
    let table: [Row; 12] = [
        ("", &[], false, false),
        ("", &[], true, true),
        ("--color always", &[("NO_COLOR", "1")], false, true),
        ("--color never", &[("FORCE_COLOR", "1")], true, false),
        ("--color auto", &[("NO_COLOR", "1")], true, false),
        ("", &[("NO_COLOR", "")], true, true),
        ("", &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], true, false),
        ("", &[("FORCE_COLOR", "1")], false, true),
        ("", &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], false, true),
        ("", &[("CLICOLOR_FORCE", "0")], false, false),
        ("", &[("TERM", "dumb")], true, false),
        ("", &[("TERM", "xterm")], true, true),
    ];
    for (flags, env, stdout, expected) in table {
        let terminal = Terminal { stdout, ..Terminal::default() };
        assert_eq!(with(terminal, env, |run| run.color(&options(flags))), expected, "{flags} {env:?} {stdout}");
    }
}

#[test]
fn width_goes_by_flag_then_environment_then_terminal() {
    let screen = Terminal { stdout: true, width: Some(90), ..Terminal::default() };
    let wide = Terminal { width: Some(300), ..screen };
    let piped = Terminal { stdout: false, ..screen };
    let width =
        |terminal, env: &[(&str, &str)], flags: &str| with(terminal, env, |run| run.look(&options(flags)).width);
    assert_eq!(width(screen, &[], ""), 90);
    assert_eq!(width(screen, &[("COLUMNS", "70")], ""), 70);
    assert_eq!(width(screen, &[("COLUMNS", "70")], "--width 50"), 50);
    assert_eq!(width(screen, &[("COLUMNS", "zero")], ""), 90);
    assert_eq!(width(wide, &[], ""), WIDEST);
    assert_eq!(width(piped, &[], ""), USUAL);
    assert_eq!(with(piped, &[], |run| run.table_look(&options("")).width), ENDLESS);
}

#[test]
fn glyphs_go_by_flag_then_locale() {
    let ascii =
        |env: &[(&str, &str)], flags: &str| with(Terminal::default(), env, |run| run.look(&options(flags)).style.ascii);
    assert!(!ascii(&[], "") && ascii(&[], "--ascii"));
    assert!(!ascii(&[("LANG", "de_DE.UTF-8")], "") && !ascii(&[("LANG", "C.utf8")], ""));
    assert!(ascii(&[("LANG", "C")], "") && ascii(&[("LC_ALL", "POSIX"), ("LANG", "C.UTF-8")], ""));
    assert!(!ascii(&[("LC_ALL", ""), ("LANG", "C.UTF-8")], ""));
}

/// Takes so many bytes, then says that nobody reads on.
struct Closing(usize);

impl Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let count = bytes.len().min(self.0);
        self.0 -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn run_on(stdout: &mut dyn Write, args: &[&str], stdin: &'static [u8]) -> (Exit, String) {
    let mut talk = Vec::new();
    let io = Io {
        stdin: Box::new(stdin),
        stdout,
        stderr: &mut talk,
        terminal: Terminal::default(),
        env: HashMap::new(),
        now: None,
    };
    let exit = run(std::iter::once("errview").chain(args.iter().copied()).map(OsString::from), io);
    (exit, String::from_utf8(talk).expect("UTF-8"))
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let failed = b"HTTP/1.1 404 Not Found\r\n\r\n{\"a\":1}";
    for room in [0, 10, 100] {
        let end = |args: &[&str]| run_on(&mut Closing(room), args, failed);
        assert_eq!(end(&[]), (Exit::Success, String::new()), "{room}");
        assert_eq!(end(&["-e"]).1, "", "{room}");
        assert_ne!(end(&["-e"]).0, Exit::Success, "the exit code still tells: {room}");
    }
    assert_eq!(run_on(&mut Closing(0), &["--help"], b"").0, Exit::Success);
    assert_eq!(run_on(&mut Closing(3), &["vendors"], b"").1, "");
}

#[test]
fn it_runs_twice_in_one_process() {
    let once = || {
        let mut out = Vec::new();
        let (exit, talk) = run_on(&mut out, &["-o", "json"], b"{\"a\":1}");
        (exit, talk, out)
    };
    assert_eq!(once(), once());
    assert!(once().2.starts_with(b"{\"schema\":1,"));
}
