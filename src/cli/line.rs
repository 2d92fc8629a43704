//! The command line as the argument parser knows it.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use super::{Columns, Command, ConfigWork, Input, Output, Shell, View, header, page};
use crate::input;

#[derive(Parser)]
#[command(
    name = "errview",
    version = super::VERSION,
    about = "Says what an API's answer means: which error, why, and what to do",
    before_long_help = page::EXAMPLES.trim_ascii_end(),
    after_help = "`errview --help` has examples, exit codes and the environment.",
    after_long_help = page::AFTER.trim_ascii_end(),
    help_template = "{about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}\n",
    override_usage = "errview [OPTIONS] [FILE]...\n       errview <COMMAND>",
    max_term_width = 80,
    disable_help_subcommand = true
)]
pub(super) struct Line {
    #[command(flatten)]
    pub(super) plain: Plain,
    #[command(subcommand)]
    pub(super) command: Option<Sub>,
}

/// The line without a command. To have the parser know all commands costs several times as much as reading this.
#[derive(Parser)]
#[command(name = "errview")]
pub(super) struct Plain {
    /// Files with responses; `-` is stdin, which is also read where nothing is given
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<OsString>,
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) output: Output,
}

impl From<Plain> for Command {
    fn from(Plain { files, input, output }: Plain) -> Self {
        Self::View(View { files, input, output })
    }
}

#[derive(Subcommand)]
pub(super) enum Sub {
    /// What a code means, at every vendor that has it
    #[command(after_help = include_str!("../../assets/help/explain.txt").trim_ascii_end())]
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
    #[command(after_help = include_str!("../../assets/help/pack.txt").trim_ascii_end(), disable_help_subcommand = true)]
    Pack {
        #[command(subcommand)]
        work: PackSub,
    },
    /// What errview finds around it, to paste into a bug report; exit code 1 if something is wrong
    Doctor,
    /// The settings: where they are, what holds, a commented file to begin with
    #[command(after_help = include_str!("../../assets/help/config.txt").trim_ascii_end())]
    Config {
        /// What about them
        #[arg(value_name = "WHAT", value_enum, default_value_t, hide_default_value = true)]
        work: ConfigWork,
    },
    /// Completions for a shell, on stdout
    #[command(after_help = include_str!("../../assets/help/completions.txt").trim_ascii_end())]
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// The manual page, on stdout: `errview man | man -l -`
    Man,
}

#[derive(Subcommand)]
pub(super) enum PackSub {
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
pub(super) struct NewInput {
    /// HTTP status, where the input does not tell
    #[arg(long, value_name = "N", value_parser = input::parse_status)]
    pub(super) status: Option<u16>,
    /// A header of the response; may be repeated
    #[arg(long = "header", value_name = "'K: V'", value_parser = header)]
    pub(super) headers: Vec<(String, String)>,
}
