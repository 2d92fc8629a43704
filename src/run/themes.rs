//! How the screen looks and which keys it has: the user's themes and keys, found and read.

use super::{Failure, Run};
use crate::cli::Output;
use crate::pack::alike;
use crate::text::clean;

impl Run<'_> {
    /// Refuses a theme of the command line that nobody knows, whether or not there will be a screen.
    pub(super) fn check_theme(&self, output: &Output) -> Result<(), Failure> {
        let Some(name) = output.theme.as_deref() else { return Ok(()) };
        let known = self.themes();
        if known.is_empty() || known.iter().any(|known| known == name) {
            return Ok(());
        }
        let near = alike::nearest(name, known.iter().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{}`?", clean(near))).unwrap_or_default();
        Err(Failure::Usage {
            message: format!("`{}` is not a known theme{near}", clean(name)),
            hint: format!("there are {}", clean(&known.join(", "))),
        })
    }
}

#[cfg(feature = "tui")]
mod screen {
    use std::path::{Path, PathBuf};

    use super::super::{Run, packs, settings};
    use crate::cli::Output;
    use crate::config::Trouble;
    use crate::text::clean;
    use crate::tui::{Keymap, THEMES, Theme};

    impl Run<'_> {
        /// The themes that are known: the built-in ones and those in the user's folder.
        pub(in crate::run) fn themes(&self) -> Vec<String> {
            let mut names: Vec<String> = THEMES.iter().map(|(name, _)| (*name).to_owned()).collect();
            let own = themes_folder(self).map(|folder| packs::in_folder(&folder)).unwrap_or_default();
            let own = own.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
            names.extend(own.filter(|name| !is_builtin(name)));
            names
        }

        /// The theme that is asked for, and what is wrong with it.
        pub(in crate::run) fn theme(&self, output: &Output) -> (Theme, Vec<String>) {
            let (colours, ascii) = (self.color(output), output.ascii || !self.utf8());
            let usual = THEMES[0].0;
            let name = output.theme.as_deref().or(self.config.theme.as_deref()).unwrap_or(usual);
            if is_builtin(name) {
                return (Theme::named(name, colours, ascii), Vec::new());
            }
            let (theme, told) = match self.themes().iter().any(|known| known == name) {
                true => self.own_theme(name, ascii),
                false => {
                    let hint = format!("there are {}", clean(&self.themes().join(", ")));
                    (None, vec![format!("`{}` is not a known theme\nhint: {hint}", clean(name))])
                }
            };
            let theme = theme.filter(|_| colours);
            (theme.unwrap_or_else(|| Theme::named(usual, colours, ascii)), told)
        }

        fn own_theme(&self, name: &str, ascii: bool) -> (Option<Theme>, Vec<String>) {
            let path = themes_folder(self).unwrap_or_default().join(format!("{name}.toml"));
            match packs::read(&path) {
                Ok(file) => {
                    let (theme, troubles) = Theme::read(name, &file.name, &file.text, ascii);
                    (Some(theme), troubles.iter().map(Trouble::in_full).collect())
                }
                Err(error) => (None, vec![error.in_full()]),
            }
        }

        /// The keys, and what is wrong with those of the user.
        pub(in crate::run) fn keymap(&self) -> (Keymap, Vec<String>) {
            if self.config.keys.is_empty() {
                return (Keymap::builtin(), Vec::new());
            }
            let file = settings::file(&self.env).unwrap_or_default();
            let (map, troubles) = Keymap::builtin().with(&self.config.keys, &file.to_string_lossy());
            (map, troubles.iter().map(Trouble::in_full).collect())
        }

        /// What is wrong with themes and keys.
        pub(in crate::run) fn screen_problems(&self, output: &Output) -> Vec<String> {
            let mut problems = self.theme(output).1;
            problems.extend(self.keymap().1);
            let own = themes_folder(self).map(|folder| packs::in_folder(&folder)).unwrap_or_default();
            let hidden = |path: &&PathBuf| path.file_stem().is_some_and(|name| is_builtin(&name.to_string_lossy()));
            problems.extend(own.iter().filter(hidden).map(|path| {
                format!("{}: a built-in theme has this name\nhint: give the file another one", shown(path))
            }));
            problems
        }
    }

    fn themes_folder(run: &Run<'_>) -> Option<PathBuf> {
        Some(settings::folder(&run.env)?.join("themes"))
    }

    fn is_builtin(name: &str) -> bool {
        THEMES.iter().any(|(known, _)| *known == name)
    }

    fn shown(path: &Path) -> String {
        clean(&path.to_string_lossy()).into_string()
    }
}

#[cfg(not(feature = "tui"))]
impl Run<'_> {
    /// Without a screen there are none.
    pub(super) fn themes(&self) -> Vec<String> {
        Vec::new()
    }

    pub(super) fn screen_problems(&self, _: &Output) -> Vec<String> {
        Vec::new()
    }
}
