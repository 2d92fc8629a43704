//! The manual page, from the definition of the command line, the pages of help, the key map and the commented
//! configuration: whatever it says has one source, which is not here.

use std::io::{self, Write};

use clap::{Arg, Command, CommandFactory};
use roff::{Inline, Roff, bold, italic, roman};

use super::VERSION;
use super::line::Line;
use super::page::{self, Row};

/// What the page says of a setting or a key: its name, and the words beside it.
pub type Entry = (String, String);

/// What is told that the command line does not know.
#[derive(Clone, Debug, Default)]
pub struct Manual {
    /// Groups of keys.
    pub keys: Vec<(String, Vec<Entry>)>,
    /// Settings of the configuration.
    pub settings: Vec<Entry>,
}

/// Writes the page.
pub fn manual(out: &mut dyn Write, manual: &Manual) -> io::Result<()> {
    let mut command = Line::command();
    command.build();
    let mut roff = Roff::new();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let source = format!("errview {VERSION}");
    // A blank for the date, which would be that of the build.
    roff.control("TH", ["ERRVIEW", "1", " ", &source, "User commands"]);
    section(&mut roff, "NAME", &format!("errview - {}", lower_first(&about)));
    roff.control("SH", ["SYNOPSIS"]);
    for (at, usage) in command.get_overridden_usage().map(ToString::to_string).unwrap_or_default().lines().enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        roff.text(usage_line(usage.trim()));
    }
    section(
        &mut roff,
        "DESCRIPTION",
        "Reads responses of APIs from stdin or files, finds out whose they are, and explains them: on a terminal on a \
         screen, else as a report.",
    );
    table(&mut roff, "EXAMPLES", &page::below(page::EXAMPLES, "Examples:"));
    options(&mut roff, &command);
    roff.control("SH", ["COMMANDS"]);
    for sub in command.get_subcommands() {
        subcommand(&mut roff, sub);
    }
    if !manual.keys.is_empty() {
        roff.control("SH", ["KEYS"]);
        for (group, keys) in &manual.keys {
            roff.control("SS", [group.as_str()]);
            keys.iter().for_each(|(name, words)| entry(&mut roff, vec![bold(name.as_str())], words));
        }
    }
    roff.control("SH", ["CONFIGURATION"]);
    manual.settings.iter().for_each(|(name, words)| entry(&mut roff, vec![bold(name.as_str())], words));
    for (title, heading) in [("EXIT STATUS", "Exit codes:"), ("ENVIRONMENT", "Environment:"), ("FILES", "Files:")] {
        table(&mut roff, title, &page::rows(heading));
    }
    section(&mut roff, "SEE ALSO", "curl(1), jq(1)");
    // Arrows and dashes by their numbers: what reads the page may take it for Latin-1.
    for c in roff.render().chars() {
        match c.is_ascii() {
            true => write!(out, "{c}")?,
            false => write!(out, "\\[u{:04X}]", u32::from(c))?,
        }
    }
    Ok(())
}

fn section(roff: &mut Roff, title: &str, text: &str) {
    roff.control("SH", [title]);
    roff.text([roman(text)]);
}

fn entry(roff: &mut Roff, name: Vec<Inline>, words: &str) {
    roff.control("TP", []);
    roff.text(name);
    roff.text([roman(words)]);
}

fn table(roff: &mut Roff, title: &str, rows: &[Row]) {
    roff.control("SH", [title]);
    rows.iter().for_each(|row| entry(roff, vec![bold(row.name.as_str())], &row.words));
}

/// The options under their headings, in the order of the help.
fn options(roff: &mut Roff, command: &Command) {
    let shown = || {
        command.get_arguments().filter(|arg| !arg.is_hide_set() && !arg.is_positional()).map(|arg| (heading(arg), arg))
    };
    let mut headings: Vec<&str> = Vec::new();
    shown().for_each(|(heading, _)| {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    });
    roff.control("SH", ["OPTIONS"]);
    for name in headings {
        roff.control("SS", [name]);
        for (_, arg) in shown().filter(|(heading, _)| *heading == name) {
            entry(roff, option_name(arg), &help(arg));
        }
    }
}

fn heading(arg: &Arg) -> &str {
    arg.get_help_heading().unwrap_or("Other")
}

fn option_name(arg: &Arg) -> Vec<Inline> {
    let mut name = Vec::new();
    name.extend(arg.get_short().map(|short| bold(format!("-{short}"))));
    if let Some(long) = arg.get_long() {
        if !name.is_empty() {
            name.push(roman(", "));
        }
        name.push(bold(format!("--{long}")));
    }
    if arg.get_action().takes_values() {
        name.push(roman(" "));
        name.push(italic(value_name(arg)));
    }
    name
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    names.unwrap_or_else(|| arg.get_id().to_string().to_uppercase())
}

/// The help of an argument, with the words it may be.
fn help(arg: &Arg) -> String {
    let words = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values = arg.get_possible_values();
    let values: Vec<_> = values.iter().filter(|_| arg.get_action().takes_values()).collect();
    if values.is_empty() {
        return words;
    }
    let each = |value: &&clap::builder::PossibleValue| match value.get_help() {
        Some(help) if !help.to_string().eq_ignore_ascii_case(value.get_name()) => {
            format!("{} ({})", value.get_name(), lower_first(&help.to_string()))
        }
        _ => value.get_name().to_owned(),
    };
    format!("{words}: {}", values.iter().map(each).collect::<Vec<_>>().join(", "))
}

/// A command and, below it, its own options; those that every command takes stand in OPTIONS.
fn subcommand(roff: &mut Roff, command: &Command) {
    if command.get_subcommands().next().is_some() {
        command.get_subcommands().for_each(|sub| subcommand(roff, sub));
        return;
    }
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut usage = name.clone();
    let own: Vec<&Arg> = command.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set()).collect();
    if own.iter().any(|arg| !arg.is_positional() && arg.get_id() != "help") {
        usage.push_str(" [OPTIONS]");
    }
    for arg in own.iter().filter(|arg| arg.is_positional()) {
        let many = if arg.get_num_args().is_some_and(|count| count.max_values() > 1) { "..." } else { "" };
        let value = value_name(arg);
        usage.push_str(&if arg.is_required_set() { format!(" <{value}>{many}") } else { format!(" [{value}]{many}") });
    }
    roff.control("SS", [usage.as_str()]);
    roff.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
    for arg in own.iter().filter(|arg| arg.get_id() != "help") {
        let name = if arg.is_positional() { vec![italic(value_name(arg))] } else { option_name(arg) };
        entry(roff, name, &help(arg));
    }
    if let Some(after) = command.get_after_help() {
        roff.control("PP", []);
        roff.control("nf", []);
        for line in after.to_string().lines() {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
    }
}

/// The name of the program stands out.
fn usage_line(usage: &str) -> Vec<Inline> {
    match usage.split_once(' ') {
        Some((name, rest)) => vec![bold(name), roman(format!(" {rest}"))],
        None => vec![bold(usage)],
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
