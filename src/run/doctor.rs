//! `errview doctor`: what errview finds around it, fit to be pasted into a bug report. Of the environment it tells what
//! it heeds, and nothing else; a home folder stands as `~`.

use std::path::Path;

use super::{Failure, Run, links, packs, settings, written};
use crate::cli::{Form, Output, VERSION};
use crate::config::{self, meant};
use crate::exit::Exit;
use crate::report::doctor::{self, Section};
use crate::text::clean;

/// Variables whose values are told: none of them can hold a secret.
const TOLD: [&str; 16] = [
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "FORCE_HYPERLINK",
    "COLUMNS",
    "ERRVIEW_COLOR",
    "ERRVIEW_THEME",
    "ERRVIEW_WIDTH",
    "ERRVIEW_MAX_SIZE",
];
/// Variables of which only is told whether they are set.
const NAMED: [&str; 12] = [
    "ERRVIEW_ASCII",
    "ERRVIEW_MOUSE",
    "ERRVIEW_CONFIG",
    "ERRVIEW_PACKS",
    "XDG_CONFIG_HOME",
    "TMUX",
    "STY",
    "SSH_TTY",
    "SSH_CONNECTION",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "WT_SESSION",
];

impl Run<'_> {
    pub(super) fn doctor(&mut self, output: &Output) -> Result<Exit, Failure> {
        let problems = self.problems(output);
        let sections =
            [self.program(), self.files(output), self.terminal(output), self.clipboard(), self.environment()];
        let home = self.set("HOME").or_else(|| self.set("USERPROFILE")).filter(|home| home.len() > 1);
        let short = |text: String| match home {
            Some(home) => clean(&text.replace(home, "~")).into_string(),
            None => clean(&text).into_string(),
        };
        let shown = |text: String| text.lines().map(|line| short(line.to_owned())).collect::<Vec<_>>().join("\n");
        let sections = sections.into_iter().flatten().map(|section| Section {
            rows: section.rows.into_iter().map(|(name, value)| (name, short(value))).collect(),
            ..section
        });
        let sections: Vec<_> = sections.collect();
        let problems: Vec<_> = problems.into_iter().map(shown).collect();
        match written(output.form()) {
            _ if output.quiet => {}
            Form::Json => doctor::json(&mut self.out, &sections, &problems)?,
            _ => doctor::text(&mut self.out, &sections, &problems)?,
        }
        Ok(if problems.is_empty() { Exit::Success } else { Exit::Failed })
    }

    fn program(&self) -> Option<Section> {
        let features = [
            ("tui", cfg!(feature = "tui")),
            ("clipboard", cfg!(feature = "clipboard")),
            ("gzip", cfg!(feature = "gzip")),
        ];
        let features: Vec<_> = features.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
        let mut section = Section::new("errview");
        section.row("version", VERSION);
        section.row("built for", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
        section.row("features", if features.is_empty() { "none".into() } else { features.join(", ") });
        Some(section)
    }

    fn files(&self, output: &Output) -> Option<Section> {
        let mut section = Section::new("Files");
        let state = |path: &Path| if path.exists() { "" } else { " (not there, which is fine)" };
        match settings::file(&self.env) {
            Some(path) => section.row("settings", format!("{}{}", path.display(), state(&path))),
            None => section.row("settings", "no place for them: HOME is not set"),
        }
        if let Some(path) = packs::folder(&self.env) {
            section.row("packs", format!("{}{}", path.display(), state(&path)));
        }
        let own = packs::files(&self.env, &self.packs, &output.packs).len();
        let builtin = crate::pack::Catalog::builtin().packs().len();
        section.row("packs known", format!("{builtin} built in, {own} of yours"));
        if let Some(path) = settings::folder(&self.env).map(|folder| folder.join("themes")) {
            section.row("themes", format!("{}{}", path.display(), state(&path)));
        }
        section.row("themes known", self.themes().join(", "));
        Some(section)
    }

    fn terminal(&self, output: &Output) -> Option<Section> {
        let mut section = Section::new("Terminal");
        let is = |terminal: bool| if terminal { "a terminal" } else { "no terminal" };
        let streams =
            [("stdin", self.terminal.stdin), ("stdout", self.terminal.stdout), ("stderr", self.terminal.stderr)];
        let streams: Vec<_> = streams.iter().map(|(name, terminal)| format!("{name} {}", is(*terminal))).collect();
        section.row("streams", streams.join(", "));
        #[cfg(feature = "tui")]
        {
            let screen = match crate::tui::size() {
                Some((width, height)) if crate::tui::is_possible() => format!("{width} x {height}"),
                _ => "none: no terminal to read keys from, or smaller than 20 x 5".into(),
            };
            section.row("screen", screen);
            section.row("keys from", if cfg!(unix) { "/dev/tty" } else { "the console" });
            section.row("mouse", if self.config.mouse.unwrap_or(true) { "clicks and the wheel" } else { "left alone" });
        }
        let colours = match (self.set("COLORTERM"), self.set("TERM")) {
            (Some("truecolor" | "24bit"), _) => "16 million",
            (_, Some(term)) if term.contains("256color") => "256",
            (_, Some("dumb") | None) if !cfg!(windows) => "none that is known of",
            _ => "16",
        };
        section
            .row("colours", format!("{colours}; reports are {}", if self.color(output) { "painted" } else { "plain" }));
        let inside = [("tmux", "TMUX"), ("screen", "STY"), ("SSH", "SSH_CONNECTION")];
        let inside: Vec<_> =
            inside.iter().filter(|(_, name)| self.set(name).is_some()).map(|(what, _)| *what).collect();
        section
            .row("inside", if inside.is_empty() { "neither tmux, screen nor SSH".into() } else { inside.join(", ") });
        section.row("text", if self.utf8() { "UTF-8" } else { "the locale has no UTF-8: ASCII glyphs" });
        let able = links::are_known(|name| self.set(name));
        section.row(
            "links",
            if able { "can be followed (OSC 8)" } else { "plain text (FORCE_HYPERLINK=1 makes them links)" },
        );
        Some(section)
    }

    #[cfg(feature = "tui")]
    fn clipboard(&self) -> Option<Section> {
        let mut section = Section::new("Clipboard");
        let env = crate::tui::Env::read(|name| self.env.get(name).cloned());
        section.row("copies go", crate::tui::clipboard::way(&env));
        Some(section)
    }

    #[cfg(not(feature = "tui"))]
    fn clipboard(&self) -> Option<Section> {
        None
    }

    fn environment(&self) -> Option<Section> {
        let mut section = Section::new("Environment");
        for name in TOLD {
            if let Some(value) = self.set(name) {
                section.row(name, value);
            }
        }
        let set: Vec<_> = NAMED.into_iter().filter(|name| self.set(name).is_some()).collect();
        if !set.is_empty() {
            section.row("also set", set.join(", "));
        }
        (!section.rows.is_empty()).then_some(section)
    }

    /// Everything that is wrong, worded as a run would word it.
    fn problems(&mut self, output: &Output) -> Vec<String> {
        let (_, mut problems) = settings::load(&self.env);
        problems.extend(self.screen_problems(output));
        let files = packs::files(&self.env, &self.packs, &output.packs);
        problems.extend(packs::load(&files, &[]).told);
        let mut variables: Vec<_> = self.env.keys().filter(|name| name.starts_with(config::PREFIX)).collect();
        variables.sort();
        for name in variables {
            if let Some(near) = meant(name) {
                problems.push(format!("the variable {} is not known; did you mean {near}?", clean(name)));
            }
        }
        problems
    }
}
