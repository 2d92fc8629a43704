//! One run of the program: options in, reports out, an exit code back.
//!
//! Everything it touches is handed in as [`Io`], so a test runs it as often as it likes. Data goes to stdout, talk to
//! stderr; a reader that goes away ends it quietly.

mod batch;
mod codes;
mod doctor;
mod links;
mod lost;
mod pack;
mod packs;
#[cfg(feature = "tui")]
mod piped;
mod recall;
mod reporter;
#[cfg(feature = "tui")]
mod screen;
mod settings;
mod shell;
mod themes;
mod view;

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::{self, Color, Command, Form, Output, Stop};
use crate::config::Config;
use crate::exit::Exit;
use crate::pack::Catalog;
use crate::report::{Look, Style};
use crate::secrets::Secrets;

pub use lost::is_stdout_lost;

/// What the program reads from and writes to.
pub struct Io<'a> {
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Where data goes.
    pub stdout: &'a mut dyn Write,
    /// Where talk goes.
    pub stderr: &'a mut dyn Write,
    /// Which of the three are terminals.
    pub terminal: Terminal,
    /// The environment.
    pub env: HashMap<String, String>,
    /// Seconds since 1970, for "resets in 42 s"; `None` leaves such words out.
    pub now: Option<u64>,
}

/// Which streams are terminals, and how wide.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Standard input is.
    pub stdin: bool,
    /// Standard output is.
    pub stdout: bool,
    /// Standard error is.
    pub stderr: bool,
    /// Standard output was closed before the program began.
    pub stdout_lost: bool,
    /// Columns of the terminal, where there is one.
    pub width: Option<u16>,
}

/// Widest text report on a terminal: longer lines are hard to read.
const WIDEST: usize = 120;
/// Width of the text report where nobody says.
const USUAL: usize = 80;
/// "As wide as it gets", for tables in a pipe: grep wants whole lines.
const ENDLESS: usize = 1 << 20;

/// Why a run ends early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The command line asks for what is not there.
    #[error("{message}")]
    Usage { message: String, hint: String },
    /// A pack that was asked for by name cannot be used; why has been said.
    #[error("a pack cannot be used")]
    Pack,
    /// Nothing was found.
    #[error("{message}")]
    Nothing { message: String, hint: Option<String> },
    /// A source cannot be read, or a file cannot be written.
    #[error("{message}")]
    Unreadable { message: String, hint: String },
    /// stdout cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Runs one command line. Arguments start with the program's name.
pub fn run(args: impl IntoIterator<Item = OsString>, io: Io<'_>) -> Exit {
    let Io { stdin, stdout, stderr, terminal, env, now } = io;
    let args: Vec<OsString> = args.into_iter().collect();
    #[cfg(feature = "tui")]
    if args.get(1).is_some_and(|first| first == crate::tui::clipboard::HOLD) {
        let held = crate::tui::clipboard::hold(stdin, stdout);
        return if held { Exit::Success } else { Exit::Unreadable };
    }
    let mut run = Run {
        stdin: Some(stdin),
        out: BufWriter::new(stdout),
        talk: stderr,
        terminal,
        env,
        now,
        config: Config::default(),
        packs: Vec::new(),
    };
    let result = match cli::parse(args) {
        Ok(command) => run.command(command),
        Err(Stop::Help(text)) => run.out.write_all(text.as_bytes()).map(|()| Exit::Success).map_err(Failure::from),
        Err(Stop::Usage { message, hint }) => Err(Failure::Usage { message, hint }),
    };
    match result.and_then(|exit| run.end(exit)) {
        Ok(exit) => exit,
        Err(failure) => run.fail(&failure),
    }
}

/// The streams and surroundings of one run.
struct Run<'a> {
    /// Taken by the first who reads it.
    stdin: Option<Box<dyn Read + Send>>,
    out: BufWriter<&'a mut dyn Write>,
    talk: &'a mut dyn Write,
    terminal: Terminal,
    env: HashMap<String, String>,
    now: Option<u64>,
    /// What the user has set for good.
    config: Config,
    /// The packs that the settings name.
    packs: Vec<PathBuf>,
}

impl Run<'_> {
    fn command(&mut self, mut command: Command) -> Result<Exit, Failure> {
        self.settle(&mut command);
        self.check_theme(command.output())?;
        let catalog = Arc::new(self.catalog(&command)?);
        // The program ends with it; taking it apart would cost as much as putting it together.
        std::mem::forget(Arc::clone(&catalog));
        match command {
            Command::View(view) => self.view(&catalog, view),
            Command::Demo(demo) => self.demo(&catalog, demo),
            Command::Explain(explain) => self.explain(&catalog, &explain),
            Command::Codes(codes) => self.codes(&catalog, &codes),
            Command::Vendors(output) => self.vendors(&catalog, &output),
            Command::PackCheck(check) => self.pack_check(&check),
            Command::PackNew(new) => self.pack_new(&catalog, &new),
            Command::PackTable(table) => self.pack_table(&table),
            Command::Doctor(output) => self.doctor(&output),
            Command::Config(work, output) => self.configure(work, &output),
            Command::Completions(shell, _) => self.completions(&catalog, shell),
            Command::Man(_) => self.man(),
        }
    }

    /// The built-in packs and the user's. A broken one is told about. One that is there on every run is left out, and the
    /// rest works; one that was asked for by name ends the run, since without it the answer would be another one.
    fn catalog(&mut self, command: &Command) -> Result<Catalog, Failure> {
        // These load packs their own way, or need none.
        if matches!(
            command,
            Command::PackCheck(_) | Command::PackTable(_) | Command::Doctor(_) | Command::Config(..) | Command::Man(_)
        ) {
            return Ok(Catalog::default());
        }
        let named = &command.output().packs;
        self.load(&packs::files(&self.env, &self.packs, named), named)
    }

    fn load(&mut self, files: &[PathBuf], named: &[OsString]) -> Result<Catalog, Failure> {
        let loaded = packs::load(files, named);
        for trouble in loaded.told {
            let _ = writeln!(self.talk, "error: {trouble}");
        }
        if loaded.named_broken { Err(Failure::Pack) } else { Ok(loaded.catalog) }
    }

    /// Hands on what is still buffered. Whoever has stopped reading gets the exit code all the same; after a signal the
    /// terminal may be gone, and that is no other end.
    fn end(&mut self, exit: Exit) -> Result<Exit, Failure> {
        match self.out.flush() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe && !matches!(exit, Exit::Signal(_)) => {
                Err(error.into())
            }
            _ => Ok(exit),
        }
    }

    /// Says what went wrong and gives the exit code for it.
    fn fail(&mut self, failure: &Failure) -> Exit {
        match failure {
            Failure::Unreadable { message, hint } => {
                self.error(message, Some(hint));
                Exit::Unreadable
            }
            Failure::Usage { message, hint } => {
                self.error(message, Some(hint));
                Exit::Usage
            }
            Failure::Pack => Exit::Usage,
            Failure::Nothing { message, hint } => {
                self.error(message, hint.as_deref());
                Exit::Failed
            }
            // `| head` has what it wants.
            Failure::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Failure::Write(_) => {
                self.error(&failure.to_string(), None);
                Exit::Unreadable
            }
        }
    }

    /// Two lines for people. That stderr is closed is nothing to tell anybody.
    fn error(&mut self, message: &str, hint: Option<&str>) {
        let _ = self.out.flush();
        let _ = writeln!(self.talk, "error: {message}");
        if let Some(hint) = hint {
            let _ = writeln!(self.talk, "hint: {hint}");
        }
    }

    fn look(&self, output: &Output) -> Look {
        Look {
            style: Style { color: self.color(output), ascii: output.ascii || !self.utf8(), links: self.links(output) },
            width: self.width(output).unwrap_or(USUAL),
            secrets: secrets(output),
            now: self.now,
        }
    }

    /// A look for tables, which are as wide as their rows where nobody sets a limit.
    fn table_look(&self, output: &Output) -> Look {
        Look { width: self.width(output).unwrap_or(ENDLESS), ..self.look(output) }
    }

    fn width(&self, output: &Output) -> Option<usize> {
        let flag = output.width.map(usize::from);
        let env = self.set("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns >= 20);
        let terminal = self.terminal.width.filter(|_| self.terminal.stdout);
        flag.or(env).or_else(|| terminal.map(|columns| usize::from(columns).clamp(20, WIDEST)))
    }

    /// Flag, then `NO_COLOR`, then the two that force it, then `TERM=dumb`, then whether stdout is a terminal.
    fn color(&self, output: &Output) -> bool {
        match output.color {
            Some(Color::Always) => return true,
            Some(Color::Never) => return false,
            Some(Color::Auto) | None => {}
        }
        if self.set("NO_COLOR").is_some() {
            return false;
        }
        if ["FORCE_COLOR", "CLICOLOR_FORCE"].iter().any(|name| self.set(name).is_some_and(|value| value != "0")) {
            return true;
        }
        self.terminal.stdout && self.set("TERM") != Some("dumb")
    }

    /// Whether reports have links that a terminal follows: one that is known to, or on demand; never without colour.
    fn links(&self, output: &Output) -> bool {
        let there = self.terminal.stdout || self.set("FORCE_HYPERLINK").is_some();
        self.color(output) && there && links::are_known(|name| self.set(name))
    }

    /// Whether the locale can show more than ASCII; one that says nothing is taken to.
    fn utf8(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.set(name));
        locale.is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
    }

    /// A variable that is set and not empty.
    fn set(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

fn secrets(output: &Output) -> Secrets {
    if output.show_secrets { Secrets::Shown } else { Secrets::Masked }
}

/// The form to write in where no screen is possible.
fn written(form: Form) -> Form {
    if matches!(form, Form::Auto | Form::Tui) { Form::Text } else { form }
}

/// ``error: `x` is not a known vendor; did you mean `y`?``
fn unknown_vendor(catalog: &Catalog, name: &str) -> Failure {
    let shown = crate::text::clean(name);
    let near = catalog.nearest(name).map(|near| format!("; did you mean `{}`?", crate::text::clean(near)));
    Failure::Usage {
        message: format!("`{shown}` is not a known vendor{}", near.unwrap_or_default()),
        hint: "`errview vendors` lists them".into(),
    }
}

#[cfg(test)]
mod tests;
