//! Large bodies and many responses in a real terminal: what is hostile, what shrinks, what never ends.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use super::pty::Terminal;

/// A file that is gone with the test.
fn file(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("body.json");
    std::fs::write(&path, text).expect("written");
    (folder, path)
}

fn items(count: usize) -> String {
    let items: Vec<String> = (0..count).map(|n| format!("{{\"id\":{n},\"name\":\"item {n}\"}}")).collect();
    format!("{{\"items\":[{}],\"last\":\"the very end\"}}", items.join(","))
}

#[test]
fn a_redirected_file_is_read_where_it_is() {
    let (_folder, path) = file(items(120_000).as_bytes());
    let line = format!("exec {} < '{}'", env!("CARGO_BIN_EXE_errview"), path.display());
    let mut terminal = Terminal::shell(120, 30, &[], &line);
    terminal.wait_for("stdin");
    terminal.send("G");
    terminal.wait_for("the very end");
    // The same window of bytes, whatever moved: the file's offset belongs to the shell.
    terminal.send("g");
    terminal.wait_for("item 1");
    terminal.send("/item 77777\r");
    terminal.wait_for("[77777]");
    terminal.send("\x03");
    assert!(terminal.finish().0.success());
}

#[test]
fn a_file_that_shrinks_while_open_ends_earlier() {
    let (_folder, path) = file(items(120_000).as_bytes());
    let mut terminal = Terminal::start(120, 30, &[], &format!("'{}'", path.display()));
    terminal.wait_for("item 1");
    terminal.send("G");
    terminal.wait_for("the very end");
    OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(100_000)).expect("shorter");
    for keys in ["\x15\x15", "k", "g", "G", "/item 99999\r", "3", "G", "1"] {
        terminal.send(keys);
    }
    terminal.resize(80, 24);
    terminal.send("g");
    terminal.wait_for("item 1");
    terminal.send("\x03");
    assert!(terminal.finish().0.success());
}

/// It was shown as empty.
#[test]
fn a_large_body_in_loose_json_is_read() {
    let (_folder, path) = file(format!("{{'list':[{}1],'last':'the very end'}}", "1,".repeat(1_100_000)).as_bytes());
    for pipe in [false, true] {
        let mut terminal = match pipe {
            true => Terminal::pipe(120, 30, &path.display().to_string(), ""),
            false => Terminal::start(120, 30, &[], &format!("'{}'", path.display())),
        };
        terminal.wait_for("[1100001]");
        terminal.send("G");
        terminal.wait_for("the very end");
        terminal.send("\x03");
        assert!(terminal.finish().0.success());
    }
}

#[test]
fn what_is_not_that_large_gets_counted_rows() {
    let (_folder, path) = file(items(10_000).as_bytes());
    let mut terminal = Terminal::pipe(120, 30, &path.display().to_string(), "");
    terminal.wait_for("1 of 30003");
    terminal.send("/item 9876\r");
    terminal.wait_for("\"item 9876\"");
    terminal.send("\x03");
    assert!(terminal.finish().0.success());
}

#[test]
fn a_hundred_thousand_levels_can_be_looked_through() {
    let deep = format!("{}\"bottom\"{}", "[{\"a\":".repeat(300_000), "}]".repeat(300_000));
    let (_folder, path) = file(deep.as_bytes());
    let mut terminal = Terminal::start(120, 30, &[], &format!("'{}'", path.display()));
    terminal.wait_for("1 Response");
    terminal.send("/bottom\r");
    terminal.wait_for("\"bottom\"");
    terminal.send("gG");
    // The innermost value is the last row, three quarters into the bytes.
    terminal.wait_for("75.0 %");
    terminal.send("gzM");
    terminal.wait_for("byte 0 of");
    terminal.send("\x03");
    assert!(terminal.finish().0.success());
}

#[test]
fn a_million_empty_lines_are_no_responses() {
    let text = format!("{{\"a\":1}}\n{{\"b\":2}}\n{{\"c\":3}}\n{}{{\"d\":4}}\n", "\n".repeat(3_000_000));
    let (_folder, path) = file(text.as_bytes());
    for line in [format!("'{}'", path.display()), format!("< '{}'", path.display())] {
        let mut terminal = Terminal::start(120, 30, &[], &line);
        terminal.wait_for("4 responses");
        terminal.send("G");
        terminal.wait_for(":3000004");
        terminal.send("q");
        assert!(terminal.finish().0.success());
    }
}

#[test]
fn a_broken_line_among_many_is_one_of_them() {
    let mut text: String = (0..200_000).map(|n| format!("{{\"n\":{n}}}\n")).collect();
    let middle = text[..text.len() / 2].rfind('\n').expect("a line") + 1;
    text.insert_str(middle, "{\"n\": oh no\n");
    let (_folder, path) = file(text.as_bytes());
    let mut terminal = Terminal::pipe(120, 30, &path.display().to_string(), "");
    terminal.wait_for("200001 responses");
    terminal.send("G");
    terminal.wait_for("200001 of 200001");
    terminal.send("\r");
    terminal.wait_for("199999");
    terminal.send("[");
    terminal.wait_for("199998");
    terminal.send("\x03");
    assert!(terminal.finish().0.success());
}

#[test]
fn a_log_is_followed_while_it_grows() {
    let (_folder, path) = file(b"");
    let mut log = OpenOptions::new().append(true).open(&path).expect("a log");
    let line = format!("tail -f '{}' | {}", path.display(), env!("CARGO_BIN_EXE_errview"));
    let mut terminal = Terminal::shell(120, 30, &[], &line);
    let mut say = |n: usize| {
        writeln!(log, "12:00:{n:02} POST /a {{\"type\":\"about:blank\",\"title\":\"Gone {n}\",\"status\":410}}")
            .expect("written");
    };
    say(0);
    say(1);
    terminal.wait_for("2 responses");
    terminal.send("G");
    (2..60).for_each(&mut say);
    terminal.wait_for("60 responses, 60 with problems");
    terminal.wait_for("60 of 60");
    terminal.send("g");
    terminal.wait_for("1 of 60");
    (60..80).for_each(&mut say);
    terminal.wait_for("80 responses");
    terminal.wait_for("1 of 80");
    terminal.send("q");
    // Nobody reads what tail writes from now on, which ends it as well.
    std::thread::sleep(std::time::Duration::from_millis(500));
    (80..82).for_each(&mut say);
    terminal.finish();
}
