//! Credentials in the shapes of well-known services leave the program nowhere unless they are asked for.

use std::fs;

use errview::secrets::Secrets;
use errview::text::Untrusted;

/// A line with a credential, the pieces of it that must not be shown, and words that must.
struct Case {
    line: String,
    hidden: Vec<String>,
    kept: Vec<String>,
}

impl Case {
    /// Whether the line is a header.
    fn is_header(&self) -> bool {
        let name = self.line.split_once(": ").map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    }
}

/// The cases of `tests/secrets.txt`. What stands on both sides of the `|` is a part of the credential.
fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/secrets.txt");
    let text = fs::read_to_string(path).expect("the list");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let case = |line: &str| {
        let (line, kept) = line.split_once('\t').expect("a tab");
        let around = line.match_indices('|').map(|(at, _)| format!("{}{}", &line[at - 3..at], &line[at + 1..at + 4]));
        Case {
            hidden: around.collect(),
            kept: kept.split(' ').map(str::to_owned).collect(),
            line: line.replace('|', ""),
        }
    };
    let cases: Vec<_> = lines.map(case).collect();
    assert!(cases.len() > 50 && cases.iter().all(|case| !case.hidden.is_empty()));
    cases
}

fn assert_hidden(case: &Case, shown: &str, where_: &str) {
    for piece in &case.hidden {
        assert!(!shown.contains(piece.as_str()), "{where_}: {piece:?} of {:?} in\n{shown}", case.line);
    }
}

fn run(args: &[&str], input: &str) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let io = errview::Io {
        stdin: Box::new(std::io::Cursor::new(input.as_bytes().to_vec())),
        stdout: &mut stdout,
        stderr: &mut stderr,
        terminal: errview::Terminal::default(),
        env: Default::default(),
        now: None,
    };
    errview::run(["errview", "--width", "4000"].iter().chain(args).map(std::ffi::OsString::from), io);
    // Wrapping must not hide a leak from this test.
    String::from_utf8_lossy(&stdout).replace('\n', " ") + &String::from_utf8_lossy(&stderr)
}

#[test]
fn every_shape_is_masked_and_what_is_around_it_stays() {
    for case in cases() {
        for masked in [
            Secrets::Masked.mask(&Untrusted::from(case.line.as_str())),
            Secrets::Masked.mask_in_place(&Untrusted::from(case.line.as_str())),
        ] {
            let shown = masked.clean().into_string();
            assert_hidden(&case, &shown, "masked");
            for word in &case.kept {
                assert!(shown.contains(word.as_str()), "{word:?} is gone: {shown}");
            }
        }
    }
}

#[test]
fn no_report_shows_one() {
    for case in cases() {
        let quoted = serde_json::to_string(&case.line).expect("a string");
        for body in [
            format!("{{\"success\":false,\"message\":{quoted},\"code\":1002}}"),
            format!("{{\"errors\":[{{\"message\":{quoted},\"extensions\":{{\"note\":{quoted}}}}}]}}"),
            format!("{{\"what\":[{quoted},{{\"x\":{quoted}}}], // broken\n}}"),
            case.line.clone(),
        ] {
            for form in ["text", "line", "md", "json"] {
                assert_hidden(&case, &run(&["-o", form], &body), form);
            }
            assert_hidden(&case, &run(&["--summary"], &body), "summary");
        }
    }
}

#[test]
fn heads_and_requests_of_curl_show_none() {
    for case in cases().iter().filter(|case| case.is_header()) {
        for input in [
            format!("HTTP/1.1 401 Unauthorized\r\n{}\r\n\r\n{{\"code\":1}}", case.line),
            format!("> GET / HTTP/1.1\r\n> {}\r\n> \r\n< HTTP/1.1 401 Unauthorized\r\n< \r\n{{\"code\":1}}", case.line),
            format!("{{\"command\":\"curl -H '{}' https://x.test\",\"code\":1}}", case.line.replace('"', "\\\"")),
        ] {
            for form in ["text", "line", "md", "json"] {
                assert_hidden(case, &run(&["-o", form], &input), form);
            }
        }
    }
}

#[test]
fn they_are_shown_when_asked_for() {
    let body = "{\"errors\":[{\"message\":\"wrong X-Api-Key: f916b2f5d07f4db89181e479fe099106\"}]}";
    assert!(!run(&[], body).contains("f916b2f5"), "not unless asked");
    assert!(run(&["--show-secrets"], body).contains("f916b2f5d07f4db89181e479fe099106"));
}

/// Every cell of every tab.
#[cfg(feature = "tui")]
#[test]
fn no_tab_of_the_screen_shows_one() {
    use std::sync::Arc;

    use errview::tui::{Model, Msg, Settings, draw, update};
    use ratatui::backend::TestBackend;

    let catalog = Arc::new(errview::pack::Catalog::builtin());
    for case in cases() {
        let quoted = serde_json::to_string(&case.line).expect("a string");
        let header = if case.line.split(' ').next().is_some_and(|name| name.ends_with(':')) {
            case.line.as_str()
        } else {
            "X: y"
        };
        let input = format!(
            "HTTP/1.1 401 Unauthorized\r\n{header}\r\n\r\n{{\"success\":false,\"message\":{quoted},\"a\":{{\"b\":{quoted}}}}}"
        );
        let responses = errview::input::split("stdin", input.into_bytes(), &errview::input::Options::default());
        let readings =
            responses.into_iter().map(|response| errview::view::Reading::new(&catalog, response, &Default::default()));
        let mut model = Model::new(Settings::new(Arc::clone(&catalog)), (400, 60));
        update(Msg::Read(readings.collect()), &mut model);
        update(Msg::End(None), &mut model);
        for key in ['1', '2', '3', '4', 'n', 'y'] {
            update(Msg::Key(ratatui::crossterm::event::KeyCode::Char(key).into()), &mut model);
            let mut terminal = ratatui::Terminal::new(TestBackend::new(400, 60)).expect("a screen");
            terminal.draw(|frame| draw(&model, frame)).expect("drawn");
            let cells: String = terminal.backend().buffer().content().iter().map(|cell| cell.symbol()).collect();
            assert_hidden(&case, &cells, &format!("tab {key}"));
        }
    }
}
