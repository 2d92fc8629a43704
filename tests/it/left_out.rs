//! Nothing is left out without a word: each bound that cuts something of what arrived is named in every report, and on screen.

use std::process::{Command, Stdio};

/// Every report of a body that is given as a file.
fn reports(bytes: &[u8], max_size: &str) -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let body = folder.path().join("body");
    std::fs::write(&body, bytes).expect("a file");
    let report = |form| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_errview"));
        let out = run
            .arg(&body)
            .args(["-o", form, "--width", "120", "--max-size", max_size])
            .stdin(Stdio::null())
            .output()
            .expect("a report");
        (form, String::from_utf8(out.stdout).expect("UTF-8"))
    };
    ["text", "json", "line", "md"].map(report).into()
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",")
}

#[test]
fn what_is_not_taken_apart_is_said() {
    let codes = |count| format!("{{\"errors\":[{}]}}", numbered(count, |at| format!("{{\"code\":\"E{at}\"}}")));
    let messages = |count| format!("{{\"errors\":[{}]}}", numbered(count, |at| format!("{{\"message\":\"m {at}\"}}")));
    let head = |name: &str, value: String| format!("HTTP/1.1 400 No\r\n{name}: {value}\r\n\r\n{{\"error\":\"no\"}}");
    let links = |count| head("Link", numbered(count, |at| format!("<https://a.example/{at}>; rel=help")));
    let limits = |count| head("RateLimit", numbered(count, |at| format!("\"l{at}\";r=1;t=1")));
    let items = |count| {
        let errors = numbered(count, |at| format!("{{\"detail\":\"d\",\"pointer\":\"#/{at}\"}}"));
        format!(
            "HTTP/1.1 422 No\r\nContent-Type: application/problem+json\r\n\r\n{{\"title\":\"t\",\"errors\":[{errors}]}}"
        )
    };
    type Many<'m> = &'m dyn Fn(usize) -> String;
    let table: [(&str, Many<'_>, usize); 5] = [
        ("more codes than are looked up", &codes, 1_000),
        ("more than 10,000 messages", &messages, 10_000),
        ("more than 10,000 links", &links, 10_000),
        ("more than 1,000 rate limits", &limits, 1_000),
        ("more than 10,000 items", &items, 10_000),
    ];
    for (words, body, most) in table {
        for (count, expected) in [(most, false), (most + 1, true)] {
            for (form, report) in reports(body(count).as_bytes(), "1G") {
                assert_eq!(report.contains(words), expected, "{words}, {count} of them, {form}");
            }
        }
    }
}

#[cfg(feature = "gzip")]
#[test]
fn what_is_not_unpacked_is_said() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"{\"a\":\"").and_then(|()| packed.write_all(&[b' '; 2 << 20])).expect("memory");
    for (form, report) in reports(&packed.finish().expect("memory"), "1M") {
        assert!(report.contains("is larger than errview unpacks"), "{form}: {report:.2000}");
    }
}

#[cfg(all(unix, feature = "tui"))]
#[test]
fn on_screen_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = folder.path().join("body");
    let codes = numbered(1_001, |at| format!("{{\"code\":\"E{at}\"}}"));
    std::fs::write(&body, format!("{{\"errors\":[{codes}]}}")).expect("a file");
    let mut terminal = super::pty::Terminal::start(200, 40, &[], &body.to_string_lossy());
    terminal.wait_for("more codes than are looked up");
    terminal.send("q");
    terminal.finish();
    terminal.assert_restored();
}
