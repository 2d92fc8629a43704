//! `errview completions` and `errview man`: what packages and shells want of the program.

use super::{Failure, Run};
use crate::cli::{self, Manual, Names, Shell};
use crate::config;
use crate::demo;
use crate::exit::Exit;
use crate::pack::Catalog;
use crate::text::clean;

impl Run<'_> {
    pub(super) fn completions(&mut self, catalog: &Catalog, shell: Shell) -> Result<Exit, Failure> {
        let vendors = catalog.packs().iter();
        let names = Names {
            vendors: vendors.map(|pack| (pack.id().to_owned(), pack.head().name.clean().into_string())).collect(),
            demos: demo::ALL.iter().map(|demo| (demo.name.to_owned(), demo.about.to_owned())).collect(),
            themes: self.themes().into_iter().map(|name| (clean(&name).into_string(), String::new())).collect(),
        };
        cli::completions(&mut self.out, shell, &names)?;
        Ok(Exit::Success)
    }

    pub(super) fn man(&mut self) -> Result<Exit, Failure> {
        let settings = config::described().into_iter();
        let manual = Manual {
            keys: keys(),
            settings: settings.map(|one| (format!("{} = {}", one.name, one.default), one.words)).collect(),
        };
        cli::manual(&mut self.out, &manual)?;
        Ok(Exit::Success)
    }
}

/// The key map by its groups.
#[cfg(feature = "tui")]
fn keys() -> Vec<(String, Vec<(String, String)>)> {
    let map = crate::tui::Keymap::builtin();
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for binding in map.all() {
        let entry = (binding.pressed(), format!("{} [{}]", binding.help, binding.name));
        match groups.iter_mut().find(|(group, _)| *group == binding.group) {
            Some((_, entries)) => entries.push(entry),
            None => groups.push((binding.group.to_string(), vec![entry])),
        }
    }
    groups
}

#[cfg(not(feature = "tui"))]
fn keys() -> Vec<(String, Vec<(String, String)>)> {
    Vec::new()
}
