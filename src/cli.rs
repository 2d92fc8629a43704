//! The command line: the one place that knows the argument parser. In: arguments. Out: plain options, or why not.

use std::ffi::OsString;

use crate::input;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Command {
    /// Read responses and explain them.
    View(View),
    /// Explain codes.
    Explain(Explain),
    /// List or search the reference tables.
    Codes(Codes),
    /// List what is known.
    Vendors(Output),
    /// Explain a built-in response.
    Demo(Demo),
    /// Check packs.
    PackCheck(PackCheck),
    /// Draft a pack from a body.
    PackNew(PackNew),
    /// Draft a table from a list of codes.
    PackTable(PackTable),
}

impl Command {
    /// What every command takes.
    pub fn output(&self) -> &Output {
        match self {
            Self::View(View { output, .. })
            | Self::Explain(Explain { output, .. })
            | Self::Codes(Codes { output, .. })
            | Self::Vendors(output)
            | Self::Demo(Demo { output, .. })
            | Self::PackCheck(PackCheck { output, .. })
            | Self::PackNew(PackNew { output, .. })
            | Self::PackTable(PackTable { output, .. }) => output,
        }
    }
}

/// Options of reading and explaining.
#[derive(Clone, Debug)]
pub struct View {
    /// Files; `-` is stdin.
    pub files: Vec<OsString>,
    /// What is said about the input.
    pub input: Input,
    /// How to write.
    pub output: Output,
}

/// Options of `explain`.
#[derive(Clone, Debug)]
pub struct Explain {
    /// What to look up.
    pub codes: Vec<String>,
    /// How to write.
    pub output: Output,
}

/// Options of `codes`.
#[derive(Clone, Debug)]
pub struct Codes {
    /// Only this vendor's tables.
    pub vendor: Option<String>,
    /// Only rows that this finds.
    pub search: Option<String>,
    /// How to write.
    pub output: Output,
}

/// Options of `demo`.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Which one.
    pub name: Option<String>,
    /// How to write.
    pub output: Output,
}

/// Options of `pack check`.
#[derive(Clone, Debug)]
pub struct PackCheck {
    /// The packs; none means all of the user's.
    pub files: Vec<OsString>,
    /// The built-in ones as well.
    pub builtin: bool,
    /// How to write.
    pub output: Output,
}

/// Options of `pack new`.
#[derive(Clone, Debug)]
pub struct PackNew {
    /// The new pack's id.
    pub id: String,
    /// The file with a response; `-` is stdin.
    pub file: OsString,
    /// The name for people.
    pub name: Option<String>,
    /// What is said about the input.
    pub input: Input,
    /// How to write.
    pub output: Output,
}

/// Options of `pack table`.
#[derive(Clone, Debug)]
pub struct PackTable {
    /// The list; `-` is stdin.
    pub file: OsString,
    /// The table's name.
    pub table: String,
    /// Columns that are named, by what they hold.
    pub columns: Columns,
    /// How to write.
    pub output: Output,
}

/// Columns of a list of codes; what is not named is guessed.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Columns (guessed where not named)")]
pub struct Columns {
    /// The column with the code
    #[arg(long, value_name = "NAME")]
    pub code: Option<String>,
    /// The column with the vendor's words for it
    #[arg(long, value_name = "NAME")]
    pub title: Option<String>,
    /// The column that says what it means
    #[arg(long, value_name = "NAME")]
    pub meaning: Option<String>,
    /// The column that says what to do
    #[arg(long, value_name = "NAME")]
    pub action: Option<String>,
    /// The column with the group that a code belongs to
    #[arg(long, value_name = "NAME")]
    pub family: Option<String>,
    /// The column with the HTTP status
    #[arg(long, value_name = "NAME")]
    pub http: Option<String>,
    /// The column that says whether repeating helps
    #[arg(long, value_name = "NAME")]
    pub retry: Option<String>,
    /// The column with a page about the code
    #[arg(long, value_name = "NAME")]
    pub url: Option<String>,
}

/// What is said about the input.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Input")]
pub struct Input {
    /// Read it as this vendor's (see `errview vendors`)
    #[arg(long, value_name = "ID")]
    pub vendor: Option<String>,
    /// HTTP status, where the input does not tell
    #[arg(long, value_name = "N", value_parser = input::parse_status)]
    pub status: Option<u16>,
    /// Method of the request; some codes depend on it
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub method: Option<String>,
    /// A header of the response; may be repeated
    #[arg(long = "header", value_name = "'K: V'", value_parser = header)]
    pub headers: Vec<(String, String)>,
    /// Read the clipboard
    #[arg(long, conflicts_with = "files")]
    pub paste: bool,
    /// Read at most so much of each source, e.g. 500k, 2M, 1G
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = input::parse_size)]
    pub max_size: usize,
}

/// How to write, and which packs to know: what every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Output {
    /// In which form
    #[arg(
        short = 'o',
        long = "output",
        value_name = "FORM",
        value_enum,
        default_value_t,
        global = true,
        hide_default_value = true
    )]
    form: Form,
    /// The same as `-o json`
    #[arg(long, global = true, conflicts_with = "form")]
    json: bool,
    /// Count vendors, verdicts and codes over all responses
    #[arg(long, global = true)]
    pub summary: bool,
    /// Cells that a line of the text report may take
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(20..))]
    pub width: Option<u16>,
    /// When to paint
    #[arg(long, value_name = "WHEN", value_enum, global = true)]
    pub color: Option<Color>,
    /// Glyphs of ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Colours of the screen
    #[arg(long, value_name = "NAME", global = true)]
    pub theme: Option<String>,
    /// Leave credentials as they are
    #[arg(long, global = true)]
    pub show_secrets: bool,
    /// Write no report
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Tell by the exit code how it went
    #[arg(short, long, global = true, help_heading = "Exit")]
    pub exit_status: bool,
    /// Know this pack as well; may be repeated
    #[arg(long = "pack", value_name = "FILE", global = true, help_heading = "Packs")]
    pub packs: Vec<OsString>,
}

impl Output {
    /// In which form to write.
    pub fn form(&self) -> Form {
        if self.json { Form::Json } else { self.form }
    }
}

/// Forms of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// The screen on a terminal, else text
    #[default]
    Auto,
    /// The screen
    Tui,
    /// A report for people
    Text,
    /// One finding a line, tab-separated
    Line,
    /// One JSON object a response
    Json,
    /// Markdown, for a ticket
    Md,
}

/// When to paint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Where a terminal is
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

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

#[derive(Parser)]
#[command(
    name = "errview",
    version,
    about = "Says what an API's answer means: which error, why, and what to do",
    before_long_help = include_str!("../assets/help/examples.txt").trim_ascii_end(),
    after_help = "`errview --help` has examples, exit codes and the environment.",
    after_long_help = include_str!("../assets/help/after.txt").trim_ascii_end(),
    help_template = "{about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}\n",
    override_usage = "errview [OPTIONS] [FILE]...\n       errview <COMMAND>",
    max_term_width = 80,
    disable_help_subcommand = true
)]
struct Line {
    /// Files with responses; `-` is stdin, which is also read where nothing is given
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Subcommand)]
enum Sub {
    /// What a code means, at every vendor that has it
    #[command(after_help = include_str!("../assets/help/explain.txt").trim_ascii_end())]
    Explain {
        /// A number, `VENDOR:CODE`, `VENDOR:STATUS/SUB`, `http:STATUS`, `=EXACT` or `:WORDS`
        #[arg(value_name = "CODE", required = true, allow_negative_numbers = true)]
        codes: Vec<String>,
    },
    /// List or search the reference tables
    Codes {
        /// Only this vendor's tables
        vendor: Option<String>,
        /// Only rows with these words
        #[arg(short, long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// What is known: how each vendor is recognised, its tables, their source and date
    Vendors,
    /// Explain a built-in response; nothing leaves the machine
    Demo {
        /// Which one; an unknown name lists them
        name: Option<String>,
    },
    /// Write and check packs of your own
    #[command(after_help = include_str!("../assets/help/pack.txt").trim_ascii_end(), disable_help_subcommand = true)]
    Pack {
        #[command(subcommand)]
        work: PackSub,
    },
}

#[derive(Subcommand)]
enum PackSub {
    /// Run the samples of packs, and say what is doubtful in them
    #[command(after_help = "Exit codes: 0 nothing found, 1 something found, 3 a file cannot be read.")]
    Check {
        /// Packs; without any: all of yours
        #[arg(value_name = "FILE")]
        files: Vec<OsString>,
        /// Check the built-in packs as well
        #[arg(long)]
        builtin: bool,
    },
    /// Write a first pack that knows a response, on stdout
    New {
        /// The pack's id: lower-case letters, digits and `-`
        id: String,
        /// A file with one response; without it: stdin
        #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
        file: OsString,
        /// The vendor's name for people
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        input: NewInput,
    },
    /// Turn a vendor's list of codes (JSON, CSV, TSV) into rows, on stdout
    Table {
        /// A file with the list; `-` is stdin
        #[arg(value_name = "FILE")]
        file: OsString,
        /// The name of the table
        #[arg(long, value_name = "NAME", default_value = "errors")]
        table: String,
        #[command(flatten)]
        columns: Columns,
    },
}

/// What can be said about the response that a pack is drafted from.
#[derive(Args)]
#[command(next_help_heading = "Input")]
struct NewInput {
    /// HTTP status, where the input does not tell
    #[arg(long, value_name = "N", value_parser = input::parse_status)]
    status: Option<u16>,
    /// A header of the response; may be repeated
    #[arg(long = "header", value_name = "'K: V'", value_parser = header)]
    headers: Vec<(String, String)>,
}

/// Reads the arguments, the program's name first.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, Stop> {
    let matches = Line::command().try_get_matches_from(args).map_err(|error| stop(&error))?;
    let Line { files, input, output, command } = Line::from_arg_matches(&matches).map_err(|error| stop(&error))?;
    let Some(command) = command else {
        return Ok(Command::View(View { files, input, output }));
    };
    Ok(match command {
        Sub::Explain { codes } => Command::Explain(Explain { codes, output }),
        Sub::Codes { vendor, search } => Command::Codes(Codes { vendor, search, output }),
        Sub::Vendors => Command::Vendors(output),
        Sub::Demo { name } => Command::Demo(Demo { name, output }),
        Sub::Pack { work } => match work {
            PackSub::Check { files, builtin } => Command::PackCheck(PackCheck { files, builtin, output }),
            PackSub::New { id, file, name, input: said } => {
                let input = Input { status: said.status, headers: said.headers, ..input };
                Command::PackNew(PackNew { id, file, name, input, output })
            }
            PackSub::Table { file, table, columns } => Command::PackTable(PackTable { file, table, columns, output }),
        },
    })
}

/// The names of the commands, for "did you mean".
pub fn names() -> Vec<String> {
    Line::command().get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
}

fn stop(error: &clap::Error) -> Stop {
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

fn header(text: &str) -> Result<(String, String), &'static str> {
    input::parse_header(text).ok_or("a header is `NAME: VALUE`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Stop> {
        parse(std::iter::once("errview").chain(line.split(' ').filter(|arg| !arg.is_empty())).map(OsString::from))
    }

    #[test]
    fn the_definition_is_sound() {
        Line::command().debug_assert();
    }

    #[test]
    fn help_fits_80_columns_and_leads_with_examples() {
        for flag in [
            "-h",
            "--help",
            "explain --help",
            "codes --help",
            "vendors --help",
            "demo --help",
            "pack --help",
            "pack check --help",
            "pack new --help",
            "pack table --help",
        ] {
            let Err(Stop::Help(text)) = read(flag) else { panic!("{flag} is no help") };
            for line in text.lines() {
                assert!(crate::text::width(line) <= 80, "{flag}: {line}");
            }
        }
        let Err(Stop::Help(long)) = read("--help") else { panic!() };
        let (examples, usage) = (long.find("Examples:"), long.find("Usage:"));
        assert!(examples < usage && examples.is_some(), "{long}");
        assert!(long.contains("75  with -e"), "{long}");
    }

    #[test]
    fn options_stand_before_and_behind_a_command() {
        for line in ["explain 1001 -o json", "-o json explain 1001", "explain --json 1001"] {
            let Ok(Command::Explain(explain)) = read(line) else { panic!("{line}") };
            assert_eq!(
                (explain.output.form(), explain.codes.as_slice()),
                (Form::Json, &["1001".to_owned()][..]),
                "{line}"
            );
        }
    }

    #[test]
    fn mistakes_are_told_in_two_lines() {
        for (line, message, hint) in [
            ("--vndor x", "unexpected argument `--vndor` found", "a similar argument exists: `--vendor`"),
            (
                "--status 20",
                "invalid value `20` for `--status <N>`: `20` is no HTTP status; it has three digits, 100 to 999",
                "see `errview --help`",
            ),
            ("-o jsn", "invalid value `jsn` for `--output <FORM>`", "a similar value exists: `json`"),
            ("-o xyz", "invalid value `xyz` for `--output <FORM>`", "one of auto, tui, text, line, json, md"),
            ("explain", "the following required arguments were not provided: <CODE>...", "see `errview --help`"),
        ] {
            let expected = Stop::Usage { message: message.into(), hint: hint.into() };
            assert_eq!(read(line).unwrap_err(), expected, "{line}");
        }
    }
}
