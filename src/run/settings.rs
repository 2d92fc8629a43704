//! The settings of the user: found, read, filled in where the command line is silent; and `errview config`.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::packs;
use super::{Failure, Run, written};
use crate::cli::{Command, ConfigWork, Form, Output};
use crate::config::{Config, Origin, TEMPLATE, Trouble};
use crate::exit::Exit;
use crate::report::settings;
use crate::text::{clean, plural};

/// Lines about settings that an ordinary run shows; `errview doctor` shows all.
const MANY: usize = 3;

/// The user's folder: that of XDG, else that of the platform.
pub(super) fn folder(env: &HashMap<String, String>) -> Option<PathBuf> {
    let set = |name: &str| env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // What is not absolute is to be passed over, says the XDG base directory specification.
    let xdg = set("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let roaming = || set("APPDATA").filter(|_| cfg!(windows));
    let home = || set("HOME").map(|home| home.join(".config"));
    Some(xdg.or_else(roaming).or_else(home)?.join("errview"))
}

/// Where the settings are.
pub(super) fn file(env: &HashMap<String, String>) -> Option<PathBuf> {
    named(env).or_else(|| Some(folder(env)?.join("config.toml")))
}

fn named(env: &HashMap<String, String>) -> Option<PathBuf> {
    env.get("ERRVIEW_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The settings, and what is wrong with them, in lines for people.
pub(super) fn load(env: &HashMap<String, String>) -> (Config, Vec<String>) {
    let mut config = Config::default();
    let mut told = Vec::new();
    // Nobody has to have settings, and finding none costs one look; whoever names a file means it.
    let there = |path: &PathBuf| named(env).is_some() || path.exists();
    if let Some(path) = file(env).filter(there) {
        match packs::read(&path) {
            Ok(file) => told.extend(config.read(&file.name, &file.text).iter().map(Trouble::in_full)),
            Err(error) => told.push(error.in_full()),
        }
    }
    told.extend(config.read_env(|name| env.get(name).map(String::as_str).filter(|value| !value.is_empty())));
    (config, told)
}

/// Where a path of the settings leads: from the user's folder on, and `~` is the home.
fn resolved(env: &HashMap<String, String>, path: &str) -> PathBuf {
    let home = env.get("HOME").or_else(|| env.get("USERPROFILE")).filter(|home| !home.is_empty());
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => Path::new(home).join(rest),
        _ => file(env).as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join(path),
    }
}

impl Run<'_> {
    /// Reads the settings and fills them in where the command line says nothing.
    pub(super) fn settle(&mut self, command: &mut Command) {
        // These are to work whatever stands in a file.
        if matches!(command, Command::Config(ConfigWork::Path | ConfigWork::Init, _) | Command::Man(_)) {
            return;
        }
        let (config, told) = load(&self.env);
        self.packs = config.packs.iter().map(|path| resolved(&self.env, path)).collect();
        let output = command.output_mut();
        output.color = output.color.or(config.color);
        output.ascii |= config.ascii.unwrap_or(false);
        output.width = output.width.or(config.width.flatten());
        if let Some(input) = command.input_mut() {
            input.max_size = input.max_size.or(config.max_size);
        }
        self.config = config;
        // Doctor tells everything, and in its report.
        if !matches!(command, Command::Doctor(_)) {
            self.warn(&told);
        }
    }

    /// What is wrong around the work that is asked for, as far as one wants to read it there.
    pub(super) fn warn(&mut self, told: &[String]) {
        for trouble in told.iter().take(MANY) {
            let _ = writeln!(self.talk, "warning: {trouble}");
        }
        if told.len() > MANY {
            let more = plural(told.len() - MANY, "warning");
            let _ = writeln!(self.talk, "warning: {more} more; `errview doctor` tells them all");
        }
    }

    /// `errview config`.
    pub(super) fn configure(&mut self, work: ConfigWork, output: &Output) -> Result<Exit, Failure> {
        let Some(file) = file(&self.env) else {
            return Err(Failure::Usage {
                message: "there is no place for settings".into(),
                hint: "set HOME, XDG_CONFIG_HOME or ERRVIEW_CONFIG".into(),
            });
        };
        match work {
            ConfigWork::Path => writeln!(self.out, "{}", clean(&file.to_string_lossy()))?,
            ConfigWork::Init => return self.init(&file),
            ConfigWork::Show => {
                let name = clean(&file.to_string_lossy()).into_string();
                let rows = self.config.all().into_iter().map(|(setting, value, origin)| settings::Row {
                    setting,
                    value: clean(&value).into_string(),
                    origin: match origin {
                        Origin::Default => "default".into(),
                        Origin::File(line) => format!("{name}:{line}"),
                        Origin::Variable(variable) => variable.into(),
                    },
                });
                let mut rows: Vec<_> = rows.collect();
                rows.extend(self.config.keys.iter().map(|key| settings::Row {
                    setting: format!("keys.{}{}", if key.prompt { "prompt." } else { "" }, clean(&key.action)),
                    value: clean(&key.keys).into_string(),
                    origin: format!("{name}:{}", key.place.0),
                }));
                match written(output.form()) {
                    _ if output.quiet => {}
                    Form::Json => settings::json(&mut self.out, &rows)?,
                    Form::Line => settings::line(&mut self.out, &rows)?,
                    _ => settings::text(&mut self.out, &rows)?,
                }
            }
        }
        Ok(Exit::Success)
    }

    fn init(&mut self, file: &Path) -> Result<Exit, Failure> {
        let shown = clean(&file.to_string_lossy()).into_string();
        let written = match file.parent().map_or(Ok(()), std::fs::create_dir_all) {
            Ok(()) => std::fs::OpenOptions::new().write(true).create_new(true).open(file),
            Err(error) => Err(error),
        };
        // Half a file would be in the way of the next try.
        let whole = written
            .and_then(|mut open| open.write_all(TEMPLATE.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(file))));
        match whole {
            Ok(()) => {
                writeln!(self.out, "{shown}")?;
                Ok(Exit::Success)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Failure::Usage {
                message: format!("`{shown}` is there already, and is left as it is"),
                hint: "`errview config show` tells what it sets".into(),
            }),
            Err(error) => Err(Failure::Unreadable {
                message: format!("`{shown}` cannot be written: {error}"),
                hint: "ERRVIEW_CONFIG names another place".into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_start_at_the_folder_of_the_settings() {
        let env = env(&[("HOME", "/h")]);
        let at = |path: &str| resolved(&env, path).to_string_lossy().into_owned();
        assert_eq!(at("more"), "/h/.config/errview/more");
        assert_eq!(at("~/more"), "/h/more");
        assert_eq!(at("/more"), "/more");
    }

    #[test]
    fn nobody_has_to_have_settings() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().to_string_lossy().into_owned();
        let nothing = (Config::default(), Vec::new());
        assert_eq!(load(&env(&[("XDG_CONFIG_HOME", &home)])), nothing);
        assert_eq!(load(&env(&[("XDG_CONFIG_HOME", &home), ("ERRVIEW_CONFIG", "")])), nothing);
        let (_, told) = load(&env(&[("ERRVIEW_CONFIG", &format!("{home}/missing.toml"))]));
        assert!(told.len() == 1 && told[0].starts_with("no such file: "), "{told:?}");
    }
}
