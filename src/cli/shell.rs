//! Completions for shells. In: a shell and the names that are known now. Out: a script.
//!
//! Vendors, demos and themes go into the script as they are known while it is written: a script that asked errview on
//! every press of a key would be slower to use than to type.

use std::io::{self, Write};

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, CommandFactory};
use clap_complete::aot::{self, Generator};

use super::Shell;
use super::line::Line;

/// Names to complete, each with a few words about it.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Vendors and standards.
    pub vendors: Vec<(String, String)>,
    /// Built-in responses.
    pub demos: Vec<(String, String)>,
    /// Themes.
    pub themes: Vec<(String, String)>,
}

/// Writes the script of a shell.
pub fn completions(out: &mut dyn Write, shell: Shell, names: &Names) -> io::Result<()> {
    // The parser keeps names for ever, as it is made for those that stand in the program; here the program ends.
    let kept = |text: &String| -> &'static str { text.clone().leak() };
    let value = |(name, about): &(String, String)| match about.as_str() {
        "" => PossibleValue::new(kept(name)),
        _ => PossibleValue::new(kept(name)).help(kept(about)),
    };
    let values = |names: &[(String, String)]| PossibleValuesParser::new(names.iter().map(value));
    let mut command = Line::command()
        .mut_arg("vendor", |arg| arg.value_parser(values(&names.vendors)))
        .mut_arg("theme", |arg| arg.value_parser(values(&names.themes)))
        .mut_subcommand("codes", |codes| codes.mut_arg("vendor", |arg| arg.value_parser(values(&names.vendors))))
        .mut_subcommand("demo", |demo| demo.mut_arg("name", |arg| arg.value_parser(values(&names.demos))));
    command.set_bin_name("errview");
    command.build();
    match shell {
        Shell::Bash => aot::Shell::Bash.try_generate(&command, out),
        Shell::Zsh => aot::Shell::Zsh.try_generate(&command, out),
        Shell::Fish => {
            aot::Shell::Fish.try_generate(&command, out)?;
            values_of_fish(out, &command)
        }
        Shell::PowerShell => aot::Shell::PowerShell.try_generate(&command, out),
        Shell::Elvish => aot::Shell::Elvish.try_generate(&command, out),
        Shell::Nushell => clap_complete_nushell::Nushell.try_generate(&command, out),
    }
}

/// What the generator leaves out for Fish: the words that an argument without a name may be.
fn values_of_fish(out: &mut dyn Write, command: &Command) -> io::Result<()> {
    for sub in command.get_subcommands() {
        let positionals = sub.get_positionals().flat_map(Arg::get_possible_values);
        for value in positionals {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default().replace('\'', "\\'");
            let (sub, name) = (sub.get_name(), value.get_name());
            writeln!(out, "complete -c errview -n '__fish_errview_using_subcommand {sub}' -f -a '{name}' -d '{help}'")?;
        }
    }
    Ok(())
}
