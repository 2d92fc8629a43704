//! Settings, `doctor`, completions and the manual page, as a user meets them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::program::{Done, Program};

/// A home with these settings.
fn home(settings: &str) -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("errview");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("config.toml"), settings).expect("a file");
    home
}

fn program(home: &Path, args: &[&str]) -> Program {
    Program::new(args).env("XDG_CONFIG_HOME", &home.to_string_lossy()).stdin(b"{\"a\":1}")
}

fn run(home: &Path, args: &[&str]) -> Done {
    program(home, args).run()
}

#[test]
fn a_commented_file_is_written_once() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("errview/config.toml");
    let shown = format!("{}\n", path.display());
    assert_eq!(run(home.path(), &["config", "path"]).stdout, shown);
    let done = run(home.path(), &["config", "init"]);
    assert_eq!((done.status, done.stdout.as_str()), (Some(0), shown.as_str()));
    assert_eq!(fs::read_to_string(&path).expect("the file"), errview::config::TEMPLATE);
    fs::write(&path, "ascii = true\n").expect("a file");
    let done = run(home.path(), &["config", "init"]);
    assert_eq!((done.status, done.stdout.as_str()), (Some(2), ""));
    assert!(done.stderr.contains("is there already, and is left as it is\nhint: "), "{}", done.stderr);
    assert_eq!(fs::read_to_string(&path).expect("the file"), "ascii = true\n");
}

#[test]
fn flag_beats_variable_beats_file_beats_default() {
    let home = home("color = \"always\"\nwidth = 40\n");
    let painted = |program: Program| program.run().stdout.contains('\x1b');
    assert!(painted(program(home.path(), &[])));
    assert!(painted(program(home.path(), &[]).env("NO_COLOR", "1")), "a setting is said on purpose");
    assert!(!painted(program(home.path(), &[]).env("ERRVIEW_COLOR", "never")));
    assert!(painted(program(home.path(), &["--color", "always"]).env("ERRVIEW_COLOR", "never")));
    let widest = |program: Program| {
        let done = program.env("ERRVIEW_COLOR", "never").run();
        done.stdout.lines().map(errview::text::width).max().unwrap_or(0)
    };
    let demo = ["demo", "partial"];
    assert!(widest(program(home.path(), &demo)) <= 40);
    let wider = widest(program(home.path(), &demo).env("ERRVIEW_WIDTH", "100"));
    assert!(wider > 80 && wider <= 100, "{wider}");
    assert!(widest(program(home.path(), &["demo", "partial", "--width", "60"]).env("ERRVIEW_WIDTH", "100")) <= 60);
}

#[test]
fn every_setting_counts() {
    let home = home("ascii = true\nmax-size = \"5\"\npacks = [\"more\"]\n");
    fs::create_dir_all(home.path().join("errview/more")).expect("a folder");
    let pack = "pack = 1\nid = \"acme\"\nname = \"Acme\"\n[[shape]]\nname = \"e\"\nrequire = [{ path = \"acme\" }]\n\
                [[sample]]\nbody = '{\"acme\":1}'\nexpect = { shape = \"e\" }\n";
    fs::write(home.path().join("errview/more/acme.toml"), pack).expect("a pack");
    let done = run(home.path(), &["demo"]);
    assert!(done.stdout.is_ascii() && done.stderr.is_empty(), "{done:?}");
    let done = run(home.path(), &["-o", "json"]);
    assert!(done.stdout.contains("\"bytes\":5"), "{}", done.stdout);
    let done = program(home.path(), &["--vendor", "acme", "-o", "line", "--max-size", "1k"]).run();
    assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""));
    let shown = run(home.path(), &["config", "show", "-o", "line"]).stdout;
    let file = home.path().join("errview/config.toml");
    assert!(shown.contains(&format!("max-size\t5\t{}:2\n", file.display())), "{shown}");
    assert!(shown.contains("theme\tansi\tdefault\n"), "{shown}");
}

#[test]
fn what_is_wrong_is_a_warning_and_the_rest_works() {
    let home = home("colr = \"always\"\nascii = \nwidth = 40\n");
    let file = home.path().join("errview/config.toml").display().to_string();
    let done = run(home.path(), &["demo", "details"]);
    assert_eq!(done.status, Some(0));
    assert!(done.stdout.lines().all(|line| errview::text::width(line) <= 40), "{}", done.stdout);
    let first = format!("warning: {file}:1:1: unknown key `colr`\nhint: did you mean `color`?\nwarning: {file}:2:");
    assert!(done.stderr.starts_with(&first), "{}", done.stderr);
    let named = program(home.path(), &[]).env("ERRVIEW_CONFIG", "/nowhere/c.toml").run();
    assert!(named.stderr.starts_with("warning: no such file: `/nowhere/c.toml`"), "{}", named.stderr);
}

#[test]
fn a_theme_that_nobody_knows_is_refused() {
    let done = Program::new(&["--theme", "drak", "demo"]).run();
    assert_eq!((done.status, done.stdout.as_str()), (Some(2), ""));
    #[cfg(feature = "tui")]
    assert_eq!(
        done.stderr,
        "error: `drak` is not a known theme; did you mean `dark`?\n\
         hint: there are ansi, light, dark, high-contrast, mono\n"
    );
}

#[test]
fn doctor_tells_what_is_wrong_and_no_secret() {
    let home = home("");
    let healthy = program(home.path(), &["doctor"]).env("HOME", "/home/somebody").env("TERM", "xterm").run();
    assert_eq!((healthy.status, healthy.stderr.as_str()), (Some(0), ""), "{}", healthy.stdout);
    assert!(healthy.stdout.ends_with("\nNo problem found.\n"), "{}", healthy.stdout);
    for wanted in ["version", "TERM ", "xterm", "packs known", "streams"] {
        assert!(healthy.stdout.contains(wanted), "{wanted}: {}", healthy.stdout);
    }
    let settings = "colr = 1\n[keys]\nnext = \"j\"\n";
    fs::write(home.path().join("errview/config.toml"), settings).expect("a file");
    fs::create_dir_all(home.path().join("errview/packs")).expect("a folder");
    fs::write(home.path().join("errview/packs/bad.toml"), "pack = 1\n").expect("a file");
    let done = program(home.path(), &["doctor"])
        .env("HOME", &home.path().to_string_lossy())
        .env("API_TOKEN", "hunter2")
        .env("ERRVIEW_COLOUR", "hunter2")
        .env("ERRVIEW_PACKS", "")
        .env("SSH_CONNECTION", "10.0.0.1 22")
        .run();
    assert_eq!(done.status, Some(1));
    for secret in ["hunter2", "10.0.0.1", &home.path().to_string_lossy()] {
        assert!(!done.stdout.contains(secret), "{secret}: {}", done.stdout);
    }
    let wanted = [
        "~/errview/config.toml:1:1: unknown key `colr`",
        "~/errview/packs/bad.toml:1:1: the key `id` is missing",
        "the variable ERRVIEW_COLOUR is not known; did you mean ERRVIEW_COLOR?",
        "SSH",
    ];
    for wanted in wanted {
        assert!(done.stdout.contains(wanted), "{wanted}: {}", done.stdout);
    }
    #[cfg(feature = "tui")]
    assert!(
        done.stdout.contains("~/errview/config.toml:3:8: `j` already means `down` on the screen `response`"),
        "{}",
        done.stdout
    );
    let json = program(home.path(), &["doctor", "-o", "json"]).run().stdout;
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(value["problems"].as_array().is_some_and(|problems| problems.len() >= 2), "{json}");
}

#[test]
fn completions_know_what_there_is() {
    for shell in ["bash", "zsh", "fish", "powershell", "nushell", "elvish"] {
        let done = Program::new(&["completions", shell]).run();
        assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(["doctor", "exit-status"].iter().all(|wanted| done.stdout.contains(wanted)), "{shell}");
        // The generators of these two complete no values.
        if !["powershell", "elvish"].contains(&shell) {
            assert!(["bitmovin", "subcode"].iter().all(|wanted| done.stdout.contains(wanted)), "{shell}");
            #[cfg(feature = "tui")]
            assert!(done.stdout.contains("high-contrast"), "{shell}");
        }
        // The shell itself reads it, where it is here.
        if ["bash", "zsh", "fish"].contains(&shell) {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("script");
            fs::write(&file, &done.stdout).expect("a file");
            match Command::new(shell).arg("-n").arg(&file).stdin(Stdio::null()).output() {
                Ok(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
                Err(_) => println!("skipped: no {shell} to read its completions"),
            }
        }
    }
}

/// Bash is asked as a user asks it.
#[test]
#[cfg(unix)]
fn bash_completes_vendors_and_demos() {
    let script = Program::new(&["completions", "bash"]).run().stdout;
    let ask = |words: &str, number: usize| {
        let code = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD={number}; _errview errview \
             \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        Command::new("bash").args(["-c", &code]).output()
    };
    let Ok(output) = ask("errview --vendor bitm", 2) else {
        println!("skipped: no bash");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "bitmovin", "{output:?}");
    let output = ask("errview demo subc", 2).expect("bash");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "subcode", "{output:?}");
}

/// What the help, the key map and the settings say is in the manual page, which is made of them.
#[test]
fn the_manual_page_has_everything() {
    let page = Program::new(&["man"]).run();
    assert_eq!((page.status, page.stderr.as_str()), (Some(0), ""));
    let text = page.stdout.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "");
    let help = Program::new(&["--help"]).run().stdout;
    let options = help.split_whitespace().filter_map(|word| word.trim_end_matches(',').strip_prefix("--"));
    let options: Vec<_> = options.filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-')).collect();
    assert!(options.len() > 15, "{options:?}");
    for option in options {
        assert!(text.contains(&format!("--{option}")), "--{option}");
    }
    for heading in ["Exit codes:", "Environment:", "Files:"] {
        let rows = errview::cli::rows(heading);
        assert!(!rows.is_empty(), "{heading}");
        for row in rows {
            assert!(text.contains(&row.name), "{}", row.name);
        }
    }
    for setting in errview::config::described() {
        assert!(text.contains(&format!("{} = ", setting.name)), "{}", setting.name);
    }
    #[cfg(feature = "tui")]
    for binding in errview::tui::Keymap::builtin().all() {
        assert!(text.contains(&format!("[{}]", binding.name)), "{}", binding.name);
    }
    match Command::new("groff")
        .args(["-man", "-ww", "-Tutf8", "-z"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(mut groff) => {
            use std::io::Write;
            groff.stdin.take().expect("a pipe").write_all(page.stdout.as_bytes()).expect("written");
            let output = groff.wait_with_output().expect("groff ends");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "groff has complaints");
        }
        Err(_) => println!("skipped: no groff to read the manual page"),
    }
}
