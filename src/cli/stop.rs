//! Why there is no command. In: the argument parser's error. Out: help, or a line that says what is wrong and one
//! that says what to try.

/// Why there is no command: help was asked for, or the arguments are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Text for stdout.
    Help(String),
    /// One line that says what is wrong, one that says what to try.
    Usage {
        /// What is wrong.
        message: String,
        /// What to try.
        hint: String,
    },
}

/// Turns the parser's paragraph into ours.
pub(super) fn stop(error: &clap::Error) -> Stop {
    let text = error.to_string();
    if !error.use_stderr() {
        return Stop::Help(text);
    }
    // The parser quotes with '…' and writes a paragraph; ours is a line with `…` and a line with what to try.
    let line =
        |start: &str| text.lines().find_map(|line| line.trim().strip_prefix(start)).map(|line| quotes(line.trim()));
    let mut message = line("error:").unwrap_or_else(|| "these arguments cannot be understood".into());
    if message.ends_with(':') {
        let missing: Vec<_> = text.lines().skip(1).take_while(|line| line.starts_with("  ")).map(str::trim).collect();
        message = format!("{message} {}", missing.join(" "));
    }
    let values = text.lines().find(|line| line.trim().starts_with("[possible values:"));
    let values = values
        .map(|line| format!("one of {}", line.trim().trim_start_matches("[possible values: ").trim_end_matches(']')));
    let hint = line("tip:").or(values).unwrap_or_else(|| "see `errview --help`".into());
    Stop::Usage { message: crate::text::clean(&message).into_string(), hint: crate::text::clean(&hint).into_string() }
}

/// `'x'` becomes `` `x` ``, unless it is an apostrophe.
fn quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let inside = before.is_alphanumeric() && after.is_alphanumeric();
        out.push(if c == '\'' && !inside { '`' } else { c });
        before = c;
    }
    out
}
