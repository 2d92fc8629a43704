//! The command line as scripts see it: status, stdout and stderr in full.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use super::program::{Done, Program};

fn run(args: &[&str], stdin: &[u8]) -> Done {
    Program::new(args).stdin(stdin).run()
}

#[track_caller]
fn ends(done: &Done, status: i32, stdout: &str, stderr: &str) {
    let expected = Done { status: Some(status), stdout: stdout.to_owned(), stderr: stderr.to_owned() };
    assert_eq!(*done, expected);
}

#[test]
fn mistakes_on_the_command_line_end_with_2() {
    ends(
        &run(&["--vndor", "x"], b""),
        2,
        "",
        "error: unexpected argument `--vndor` found\nhint: a similar argument exists: `--vendor`\n",
    );
    ends(
        &run(&["--status", "20"], b""),
        2,
        "",
        "error: invalid value `20` for `--status <N>`: `20` is no HTTP status; it has three digits, 100 to 999\n\
         hint: see `errview --help`\n",
    );
    let demos: Vec<_> = errview::demo::ALL.iter().map(|demo| demo.name).collect();
    let message = format!("error: there is no demo `x␛[31m`\nhint: there are {}\n", demos.join(", "));
    ends(&run(&["demo", "x\u{1b}[31m"], b""), 2, "", &message);
    let done = run(&["--vendor", "no such vendor", "-"], b"{}");
    assert_eq!((done.status, done.stdout.as_str()), (Some(2), ""));
    assert!(done.stderr.starts_with("error: `no such vendor` is not a known vendor"), "{}", done.stderr);
}

#[test]
fn sources_that_cannot_be_read_end_with_3_and_the_others_are_still_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.json"), "{\"a\":1}").expect("a file");
    let done = Program::new(&["-o", "line", "nothing-here", "good.json"]).folder(folder.path()).run();
    ends(
        &done,
        3,
        "good.json:1\tunknown\t-\t-\t-\t-\tnothing in it says how it went\n",
        "error: no such file: `nothing-here`\n",
    );
}

#[test]
fn a_command_with_a_slip_is_offered() {
    ends(
        &run(&["explian", "1001"], b""),
        3,
        "",
        "error: no such file: `explian`\nhint: did you mean the command `explain`?\nerror: no such file: `1001`\n",
    );
}

/// Torture E21 to E39: a broken body that nobody claims ended like a good one.
#[test]
fn a_broken_body_that_nobody_claims_is_told_with_its_place() {
    let done = run(&["-o", "line"], b"{\"code\":1001,\n\"message\":\"\\u12G4\"}");
    assert_eq!(done.status, Some(4));
    let expected = "error: stdin:2:12: an escape that JSON does not know\n\
                    hint: nobody claims this broken body; what could be read of it is in the report\n";
    assert_eq!(done.stderr, expected);
    assert!(done.stdout.contains("1001"), "what could be read is in the report all the same");
}

#[test]
fn a_file_wins_over_stdin_and_a_dash_is_stdin() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.json"), "{\"a\":1}").expect("a file");
    let names = |args: &[&str]| {
        let done = Program::new(args).folder(folder.path()).stdin(b"{\"b\":1}\n{\"c\":1}").run();
        assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""));
        done.stdout.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["-o", "line", "a.json"]), ["a.json:1"]);
    assert_eq!(names(&["-o", "line"]), ["stdin:1", "stdin:2"]);
    assert_eq!(names(&["-o", "line", "a.json", "-"]), ["a.json:1", "stdin:1", "stdin:2"]);
}

#[test]
fn input_without_anything_in_it_ends_with_4() {
    ends(
        &run(&[], b""),
        4,
        "\
? UNKNOWN  nothing in it says how it went
  vendor unknown · stdin · empty · 0 B

  The body        There is nothing in it. (errview)
  Try             `curl -f` hides the body of an error: use `--fail-with-body`;
                  `curl -si` shows the status as well.
",
        "\
error: stdin: there is nothing in it
hint: `curl -f` hides the body of an error: use `--fail-with-body`; `curl -si` shows the status as well
",
    );
    for (bytes, plain, by_status) in [
        (&b"\x00\xff\xfe\x01\x02\x00"[..], 4, 4),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 0, 0),
        (b"{\"a\":1}", 0, 5),
        (b"HTTP/1.1 404 Not Found\r\n\r\n{\"a\":1}", 0, 1),
        (b"ok", 4, 4),
        (b"nothing of that name", 0, 5),
        (b"{\"code\": [1001}", 4, 4),
        (b"{\"status\"", 4, 4),
        (b"{1001: \"x\"}", 4, 4),
        (b"[[[[", 4, 4),
    ] {
        assert_eq!(run(&["-q"], bytes).status, Some(plain), "{bytes:?}");
        assert_eq!(run(&["-q", "-e"], bytes).status, Some(by_status), "{bytes:?}");
        assert_eq!(run(&["-q"], bytes).stdout, "", "{bytes:?}");
    }
}

#[test]
fn with_e_the_worst_of_several_counts() {
    let limited = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\n\r\n{\"a\":1}\n";
    let good = "HTTP/1.1 200 OK\r\n\r\n{\"a\":1}\n";
    let bad = "HTTP/1.1 400 Bad Request\r\n\r\n{\"a\":1}\n";
    for (input, status) in [
        (good.to_owned(), 0),
        (limited.to_owned(), 75),
        (good.to_owned() + limited, 75),
        (limited.to_owned() + bad + good, 1),
    ] {
        assert_eq!(run(&["-qe"], input.as_bytes()).status, Some(status), "{input}");
    }
}

#[test]
fn nothing_of_the_input_reaches_an_output_raw() {
    let hostile = "{\"error\":\"a\\u001b[2Jb\u{1b}]0;x\u{7}\u{202e}c\",\"\u{9b}k\":[1,]}";
    for form in ["text", "line", "json", "md"] {
        let done = run(&["-o", form, "--color", "never"], hostile.as_bytes());
        let raw = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{202e}';
        assert!(!done.stdout.is_empty() && !done.stdout.chars().any(raw), "{form}: {:?}", done.stdout);
    }
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let painted = |args: &[&str], env: (&str, &str)| {
        let done = Program::new(args).env(env.0, env.1).stdin(b"{\"a\":1}").run();
        done.stdout.contains('\x1b')
    };
    assert!(!painted(&[], ("TERM", "xterm")));
    assert!(painted(&["--color", "always"], ("NO_COLOR", "1")));
    assert!(painted(&[], ("FORCE_COLOR", "1")));
    assert!(!painted(&["-o", "json"], ("FORCE_COLOR", "1")), "JSON is never painted");
}

#[test]
fn links_are_for_terminals_that_make_them_or_on_demand() {
    let linked = |args: &[&str], forced: &str| {
        let done = Program::new(args).env("FORCE_HYPERLINK", forced).run();
        let start = "\x1b]8;id=1;https://www.rfc-editor.org/rfc/rfc6585#section-4\x1b\\";
        (done.stdout.contains(start), done.stdout.contains("\x1b]8"))
    };
    assert_eq!(linked(&["explain", "http:429", "--color", "always"], "1"), (true, true));
    assert_eq!(linked(&["explain", "http:429", "--color", "always"], ""), (false, false));
    assert_eq!(linked(&["explain", "http:429", "--color", "always"], "0"), (false, false));
    assert_eq!(linked(&["explain", "http:429", "--color", "never"], "1"), (false, false));
    assert_eq!(linked(&["explain", "http:429", "--color", "always", "-o", "json"], "1"), (false, false));
}

#[test]
fn ascii_means_ascii() {
    for demo in errview::demo::ALL.map(|demo| demo.name) {
        let done = run(&["demo", demo, "--ascii"], b"");
        assert!(done.stdout.is_ascii(), "{demo}: {}", done.stdout);
    }
}

#[test]
fn reports_keep_to_the_width() {
    for demo in errview::demo::ALL.map(|demo| demo.name) {
        for width in ["40", "60", "80", "100"] {
            let done = run(&["demo", demo, "--width", width], b"");
            let cells: usize = width.parse().expect("a number");
            for line in done.stdout.lines() {
                assert!(errview::text::width(line) <= cells, "{demo} at {width}: {line}");
            }
        }
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_errview"))
        .args(["-o", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || {
        use std::io::Write;
        let _ = stdin.write_all("{\"a\":1}\n".repeat(5000).as_bytes());
    });
    let mut first = [0; 10];
    stdout.read_exact(&mut first).expect("some output");
    drop(stdout);
    writer.join().expect("the writer ends");
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn an_unknown_code_is_nothing_found() {
    let done = run(&["explain", "no-such-code-anywhere"], b"");
    assert_eq!((done.status, done.stdout.as_str()), (Some(1), ""));
    assert!(
        done.stderr.starts_with("error: nothing is known about `no-such-code-anywhere`\nhint: "),
        "{}",
        done.stderr
    );
    let done = run(&["explain", "http:477"], b"");
    assert_eq!((done.status, done.stdout.as_str()), (Some(1), ""));
    let wanted = [
        "error: nothing is known about `http:477`\nhint: near it: http:",
        "\nfamily: ",
        "\nextends = \"http\"\n",
        "{ code = 477, ",
    ];
    for wanted in wanted {
        assert!(done.stderr.contains(wanted), "{wanted}: {}", done.stderr);
    }
    let done = run(&["codes", "-s", "no such words anywhere"], b"");
    ends(&done, 1, "", "error: no row has `no such words anywhere`\n");
}

#[test]
fn help_and_version_go_to_stdout() {
    for flag in ["-h", "--help", "--version"] {
        let done = run(&[flag], b"");
        assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""), "{flag}");
        assert!(done.stdout.ends_with('\n') && !done.stdout.ends_with("\n\n"), "{flag}: {:?}", done.stdout);
    }
    assert!(run(&["--version"], b"").stdout.starts_with(&format!("errview {}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn credentials_are_masked_unless_asked_for() {
    let body =
        b"HTTP/1.1 400 Bad Request\r\n\r\n{\"error\":{\"message\":\"no access for https://x.test/?api_key=hunter2\"},}";
    for form in ["text", "line", "json", "md"] {
        assert!(!run(&["-o", form], body).stdout.contains("hunter2"), "{form}");
    }
    assert!(run(&["-o", "text", "--show-secrets"], body).stdout.contains("hunter2"));
}

#[test]
fn every_response_has_its_number_whoever_read_it() {
    let numbers = |input: &[u8]| -> Vec<usize> {
        let done = run(&["-o", "json"], input);
        let number = |line: &str| {
            let report: serde_json::Value = serde_json::from_str(line).expect("a report");
            report["source"]["index"].as_u64().expect("a number") as usize
        };
        done.stdout.lines().map(number).collect()
    };
    // Several blocks, whose numbers get longer while others are under way.
    let row = format!("{{\"error\":{{\"code\":7,\"message\":\"{}\"}}}}\n", "gone ".repeat(100));
    assert_eq!(numbers(row.repeat(5_000).as_bytes()), (0..5_000).collect::<Vec<_>>());
    // Several heads, which are read to their end first.
    let heads = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{\"error\":\"gone\"}\n".repeat(200);
    assert_eq!(numbers(heads.as_bytes()), (0..200).collect::<Vec<_>>());
}
