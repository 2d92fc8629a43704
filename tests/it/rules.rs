//! The rules of `docs/architecture.md`, checked on the source itself.

use std::fs;
use std::path::{Path, PathBuf};

use errview::pack::{Catalog, Rank};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("a source file is text");
                files.push((path.strip_prefix(root()).expect("below the root").to_owned(), text));
            }
        }
    }
    assert!(files.len() > 20, "the sources were found");
    files.sort();
    files
}

/// Without its tests and comments: what is compiled into the program.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn offenders(forbidden: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources() {
        let name = path.to_string_lossy().replace('\\', "/");
        let code = code(&text);
        let hits = code.lines().filter(|line| forbidden.iter().any(|word| line.contains(word)) && !allowed(&name));
        found.extend(hits.map(|line| format!("{name}: {}", line.trim())));
    }
    found
}

#[test]
fn no_vendor_occurs_in_the_code() {
    let catalog = Catalog::builtin();
    let vendors = catalog.packs().iter().filter(|pack| pack.head().rank == Rank::Vendor);
    let mut names: Vec<String> = Vec::new();
    for pack in vendors {
        names.push(pack.id().to_owned());
        // Two letters are too few to be a name in running text.
        names.extend(pack.head().aliases.iter().filter(|alias| alias.len() > 3).cloned());
        names.push(pack.head().name.source().to_lowercase());
    }
    assert!(names.len() >= 5, "the packs were found: {names:?}");
    let is_word = |text: &str, name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
            !letter(text[..at].chars().next_back()) && !letter(text[at + name.len()..].chars().next())
        })
    };
    let mut found = Vec::new();
    for (path, text) in sources() {
        // Comments count as well: what is special about a vendor is said in its pack.
        for (number, line) in text.lines().enumerate() {
            let line = line.to_lowercase();
            for name in names.iter().filter(|name| is_word(&line, name)) {
                found.push(format!("{}:{}: {name}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "vendors in the code:\n{}", found.join("\n"));
}

#[test]
fn each_outside_library_has_its_place() {
    let tui = |name: &str| name.starts_with("src/tui/");
    let found = offenders(&["ratatui::", "crossterm::", "use ratatui", "use crossterm"], tui);
    assert!(found.is_empty(), "terminal libraries outside src/tui:\n{}", found.join("\n"));
    let found = offenders(&["arboard::", "use arboard"], |name| name == "src/tui/clipboard.rs");
    assert!(found.is_empty(), "arboard outside its file:\n{}", found.join("\n"));
    let found = offenders(&["clap::", "use clap"], |name| name == "src/cli.rs" || name.starts_with("src/cli/"));
    assert!(found.is_empty(), "clap outside cli:\n{}", found.join("\n"));
}

#[test]
fn modules_import_to_the_left_only() {
    // Each module and what it must not know; `text` may be known by all.
    let later = ["input", "document", "pack", "detect", "decode", "author", "report", "view", "tui", "cli"];
    let may = |module: &str| -> &[&str] {
        match module {
            "text" => &[],
            "input" => &["input"],
            "document" => &["document"],
            "pack" => &["document", "pack"],
            "detect" => &["input", "document", "pack", "detect"],
            "decode" => &["input", "document", "pack", "detect", "decode"],
            "author" => &["input", "document", "pack", "detect", "decode", "author"],
            "report" => &["input", "document", "pack", "detect", "decode", "author", "report"],
            "view" => &["input", "document", "pack", "detect", "decode", "view"],
            _ => &["input", "document", "pack", "detect", "decode", "author", "report", "view", "tui", "cli"],
        }
    };
    let mut found = Vec::new();
    for (path, text) in sources() {
        let name = path.to_string_lossy().replace('\\', "/");
        let module = name.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        for line in code(&text).lines() {
            for other in later {
                let imports = line.contains(&format!("crate::{other}::")) || line.contains(&format!("crate::{other};"));
                if imports && !may(&module).contains(&other) {
                    found.push(format!("{name}: {}", line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "imports against the flow:\n{}", found.join("\n"));
}

#[test]
fn what_shows_never_reads_the_source_text() {
    let shows = |name: &str| name.starts_with("src/report/") || name.starts_with("src/tui/draw");
    let found = offenders(&[".source()"], |name| !shows(name));
    assert!(found.is_empty(), "untrusted text read where it is shown:\n{}", found.join("\n"));
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let lines = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        if lines > 600 {
            long.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "files over 600 lines:\n{}", long.join("\n"));
    let main = fs::read_to_string(root().join("src/main.rs")).expect("main.rs");
    assert!(main.lines().count() <= 40, "main.rs is a shell around a library call");
}

#[test]
fn nothing_is_left_half_done() {
    let found = offenders(&["todo!(", "unimplemented!(", "FIXME", "dbg!(", "unsafe {"], |_| false);
    assert!(found.is_empty(), "left half done:\n{}", found.join("\n"));
}
