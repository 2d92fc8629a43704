//! The command line: the one place that knows the argument parser. In: arguments. Out: plain options, or why not.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::input;

mod line;
mod man;
mod page;
mod shell;
mod stop;

pub use man::{Entry, Manual, manual};
pub use page::{Row, rows};
pub use shell::{Names, completions};
pub use stop::Stop;

use line::{Line, PackSub, Plain, Sub};
use stop::stop;

/// The version, with the commit where the build knew it.
pub const VERSION: &str = env!("ERRVIEW_VERSION");

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
    /// Look around.
    Doctor(Output),
    /// Tell of the settings.
    Config(ConfigWork, Output),
    /// Write completions.
    Completions(Shell, Output),
    /// Write the manual page.
    Man(Output),
}

/// The output options of a command, borrowed as the command is.
macro_rules! output_of {
    ($command:expr) => {
        match $command {
            Self::View(View { output, .. })
            | Self::Explain(Explain { output, .. })
            | Self::Codes(Codes { output, .. })
            | Self::Vendors(output)
            | Self::Demo(Demo { output, .. })
            | Self::PackCheck(PackCheck { output, .. })
            | Self::PackNew(PackNew { output, .. })
            | Self::PackTable(PackTable { output, .. })
            | Self::Doctor(output)
            | Self::Config(_, output)
            | Self::Completions(_, output)
            | Self::Man(output) => output,
        }
    };
}

impl Command {
    /// What every command takes.
    pub fn output(&self) -> &Output {
        output_of!(self)
    }

    /// The same, to fill in what the settings say.
    pub fn output_mut(&mut self) -> &mut Output {
        output_of!(self)
    }

    /// What is said about the input, where something is read.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match self {
            Self::View(View { input, .. }) | Self::PackNew(PackNew { input, .. }) => Some(input),
            _ => None,
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
    /// Read at most so much of each source, e.g. 500k, 2M, 1G [default: 1G]
    #[arg(long, value_name = "SIZE", value_parser = input::parse_size)]
    pub max_size: Option<usize>,
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

/// What is asked about the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ConfigWork {
    /// What holds, and where each setting is from
    #[default]
    Show,
    /// Where the file is looked for
    Path,
    /// Write a commented file; one that is there is left alone
    Init,
}

/// Shells that can be told how to complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    #[value(name = "powershell", alias = "pwsh")]
    PowerShell,
    /// Nushell
    #[value(name = "nushell", alias = "nu")]
    Nushell,
    /// Elvish
    Elvish,
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

/// Reads the arguments, the program's name first.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, Stop> {
    let args: Vec<OsString> = args.into_iter().collect();
    let is_command = |arg: &OsString| arg.to_str().is_some_and(Sub::has_subcommand);
    if !args.iter().skip(1).any(is_command) {
        if let Some(files) = files_alone(&args) {
            return Ok(Plain { files, input: Input::default(), output: Output::default() }.into());
        }
        // What is wrong, and help, is told by the whole definition.
        if let Ok(plain) = Plain::try_parse_from(&args) {
            return Ok(plain.into());
        }
    }
    let matches = Line::command().try_get_matches_from(args).map_err(|error| stop(&error))?;
    let Line { plain, command } = Line::from_arg_matches(&matches).map_err(|error| stop(&error))?;
    let Some(command) = command else { return Ok(plain.into()) };
    let output = plain.output;
    nothing_before(&matches)?;
    Ok(match command {
        Sub::Explain { codes } => Command::Explain(Explain { codes, output }),
        Sub::Codes { vendor, search } => Command::Codes(Codes { vendor, search, output }),
        Sub::Vendors => Command::Vendors(output),
        Sub::Demo { name } => Command::Demo(Demo { name, output }),
        Sub::Pack { work } => match work {
            PackSub::Check { files, builtin } => Command::PackCheck(PackCheck { files, builtin, output }),
            PackSub::New { id, file, name, input: said } => {
                let input = Input { status: said.status, headers: said.headers, ..Input::default() };
                Command::PackNew(PackNew { id, file, name, input, output })
            }
            PackSub::Table { file, table, columns } => Command::PackTable(PackTable { file, table, columns, output }),
        },
        Sub::Doctor => Command::Doctor(output),
        Sub::Config { work } => Command::Config(work, output),
        Sub::Completions { shell } => Command::Completions(shell, output),
        Sub::Man => Command::Man(output),
    })
}

/// The files of a line that has nothing else, or nothing at all, as most have: the parser would take longer to prepare itself
/// than a small file to be read.
fn files_alone(args: &[OsString]) -> Option<Vec<OsString>> {
    let files = args.get(1..).unwrap_or_default();
    let is_file = |arg: &OsString| arg == "-" || !matches!(arg.as_encoded_bytes(), [] | [b'-', ..]);
    files.iter().all(is_file).then(|| files.to_vec())
}

/// Refuses options before a command that say something about a response: no command would heed them there.
fn nothing_before(matches: &ArgMatches) -> Result<(), Stop> {
    let name = matches.subcommand_name().unwrap_or_default();
    let command = Line::command();
    let given = |id: &str| matches!(matches.value_source(id), Some(ValueSource::CommandLine));
    let options = command.get_arguments().filter(|arg| !arg.is_global_set());
    match options.filter_map(|arg| Some((arg.get_long()?, given(arg.get_id().as_str())))).find(|(_, given)| *given) {
        None => Ok(()),
        Some((long, _)) => Err(Stop::Usage {
            message: format!("`--{long}` stands before the command `{name}`, which would not heed it"),
            hint: format!("`errview {name} --help` lists what it takes"),
        }),
    }
}

/// The names of the commands, for "did you mean".
pub fn names() -> Vec<String> {
    Line::command().get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
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
    fn files_alone_are_read_as_the_parser_reads_them() {
        for (line, alone) in
            [("", true), ("-", true), ("a.json", true), ("a.json - é b=c", true), ("a -q", false), ("-- a", false)]
        {
            let args: Vec<_> = std::iter::once("errview").chain(line.split_whitespace()).map(OsString::from).collect();
            assert_eq!(files_alone(&args).is_some(), alone, "{line}");
            let parsed = Command::from(Plain::try_parse_from(&args).expect("a line"));
            assert_eq!(format!("{:?}", parse(args).expect("a line")), format!("{parsed:?}"), "{line}");
        }
    }

    #[test]
    fn what_no_command_would_heed_is_refused() {
        let refused = |line: &str| match read(line) {
            Err(Stop::Usage { message, .. }) => message,
            other => panic!("{line}: {other:?}"),
        };
        let option = "`--vendor` stands before the command `explain`, which would not heed it";
        assert_eq!(refused("--vendor x explain 1001"), option);
        assert_eq!(refused("--paste demo"), "`--paste` stands before the command `demo`, which would not heed it");
        assert_eq!(
            refused("--status 404 pack new acme"),
            "`--status` stands before the command `pack`, which would not heed it"
        );
        // Behind a file everything is a file.
        assert!(matches!(read("a.json vendors"), Ok(Command::View(View { files, .. })) if files.len() == 2));
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
            "doctor --help",
            "config --help",
            "completions --help",
            "man --help",
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
