//! Reading responses and reporting on each: the default command, and `demo`.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::batch::{self, Opened, Streams};
use super::reporter::Reporter;
use super::{Failure, Run, unknown_vendor};
use crate::cli::{self, Demo, Input, Output, View};
use crate::demo;
use crate::exit::Exit;
use crate::input::{self, Gathered, InputError, Response};
use crate::pack::{Catalog, alike};

impl Run<'_> {
    pub(super) fn view(&mut self, catalog: &Arc<Catalog>, view: View) -> Result<Exit, Failure> {
        let View { files, input, output } = view;
        if let Some(vendor) = input.vendor.as_deref().filter(|vendor| catalog.pack(vendor).is_none()) {
            return Err(unknown_vendor(catalog, vendor));
        }
        if input.paste {
            let gathered = self.pasted()?;
            return self.explain_gathered(catalog, gathered, options(&input), &output, input.vendor);
        }
        #[cfg(feature = "tui")]
        if self.on_screen(&output) {
            let files = if files.is_empty() && !self.terminal.stdin { vec!["-".into()] } else { files };
            return self.show_files(catalog, files, options(&input), &output, input.vendor.clone());
        }
        if files.is_empty() && self.terminal.stdin {
            return Err(Failure::Usage {
                message: "nothing to read".into(),
                hint: "`curl -si URL | errview`, `errview FILE`, or `errview demo` to try it".into(),
            });
        }
        let files = if files.is_empty() { vec!["-".into()] } else { files };
        let mut reporter = Reporter::new(self.look(&output), &output, input.vendor.clone(), self.now);
        let mut sources = Vec::new();
        let mut exit = Exit::Success;
        for file in files {
            match self.open(Path::new(&file)) {
                Ok(opened) => sources.push(opened),
                Err(error) => {
                    self.error(&error.to_string(), error.hint().or_else(|| command(&file)).as_deref());
                    exit = Exit::Unreadable;
                }
            }
        }
        reporter.many = sources.len() > 1;
        self.report(catalog, &reporter, &options(&input), sources, exit)
    }

    pub(super) fn demo(&mut self, catalog: &Arc<Catalog>, options: Demo) -> Result<Exit, Failure> {
        let Demo { name, output } = options;
        let Some(demo) = demo::find(name.as_deref()) else {
            let names: Vec<_> = demo::ALL.iter().map(|demo| demo.name).collect();
            let name = name.unwrap_or_default();
            let near = alike::nearest(&name, names.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
            return Err(Failure::Usage {
                message: format!("there is no demo `{}`{}", crate::text::clean(&name), near.unwrap_or_default()),
                hint: format!("there are {}", names.join(", ")),
            });
        };
        let gathered = Gathered { name: "demo".into(), bytes: demo.bytes.to_vec(), ended_by: None };
        self.explain_gathered(catalog, gathered, input::Options::default(), &output, None)
    }

    /// Shows or reports what is at hand already.
    fn explain_gathered(
        &mut self,
        catalog: &Arc<Catalog>,
        gathered: Gathered,
        options: input::Options,
        output: &Output,
        vendor: Option<String>,
    ) -> Result<Exit, Failure> {
        #[cfg(feature = "tui")]
        if self.on_screen(output) {
            let start = crate::tui::Start::Responses(responses(gathered, &options));
            return self.show(catalog, start, options, output, vendor, Vec::new());
        }
        let reporter = Reporter::new(self.look(output), output, vendor, self.now);
        let source = Opened { name: gathered.name, reader: Box::new(io::Cursor::new(gathered.bytes)), endless: false };
        self.report(catalog, &reporter, &options, vec![source], Exit::Success)
    }

    /// What is in the clipboard.
    #[cfg(feature = "tui")]
    fn pasted(&self) -> Result<Gathered, Failure> {
        use crate::tui::{Env, clipboard};
        let env = Env::read(|name| self.env.get(name).cloned());
        let text = clipboard::paste(&env).map_err(|error| Failure::Unreadable {
            message: error.to_string(),
            hint: "paste into the running program instead, or `errview -` and end with Ctrl-D".into(),
        })?;
        Ok(Gathered { name: "clipboard".into(), bytes: text.into_bytes(), ended_by: None })
    }

    #[cfg(not(feature = "tui"))]
    fn pasted(&self) -> Result<Gathered, Failure> {
        Err(Failure::Usage {
            message: "this build cannot read the clipboard".into(),
            hint: "paste into `errview -` and end with Ctrl-D".into(),
        })
    }

    fn open(&mut self, file: &Path) -> Result<Opened, InputError> {
        if file != Path::new("-") {
            let open = input::open(file)?;
            // A pipe or a device with a name may have no end either.
            let endless = !open.metadata().is_ok_and(|about| about.is_file());
            return Ok(Opened { name: file.to_string_lossy().into_owned(), reader: Box::new(open), endless });
        }
        // A second `-` finds the pipe at its end, as with cat.
        let reader = self.stdin.take().unwrap_or_else(|| Box::new(io::empty()));
        Ok(Opened { name: "stdin".into(), reader, endless: true })
    }

    /// All of a source.
    pub(super) fn gather(&mut self, file: &Path, max: usize) -> Result<Gathered, InputError> {
        let opened = self.open(file)?;
        Ok(input::read(opened.reader, max, &Arc::new(AtomicBool::new(false)), |_| {}))
    }

    fn report(
        &mut self,
        catalog: &Catalog,
        reporter: &Reporter,
        options: &input::Options,
        sources: Vec<Opened>,
        exit: Exit,
    ) -> Result<Exit, Failure> {
        if self.terminal.stdout_lost && !reporter.is_quiet() && !reporter.by_status() {
            return Err(io::Error::other("stdout is closed").into());
        }
        // Words about the progress would stand between the lines of a report on the same terminal.
        let watched = self.terminal.stderr && (!self.terminal.stdout || reporter.counts() || reporter.is_quiet());
        let progress = watched.then_some(&mut *self.talk);
        let total = batch::run(catalog, reporter, options, sources, Streams { out: &mut self.out, progress })?;
        if total.deaf && !reporter.by_status() {
            return Ok(Exit::Success);
        }
        match reporter.finish(&mut self.out, &total.summary) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
            _ => {}
        }
        let silence = total.silence.filter(|_| !total.understood);
        let silent = silence.is_some();
        if let Some((message, hint)) = silence {
            self.error(&message, Some(hint));
        }
        // One response that says something is worth more than the others' silence, unless each is asked for.
        Ok(exit.worst(total.exit).worst(if silent { Exit::NotUnderstood } else { Exit::Success }))
    }
}

/// The command that was meant by what was taken for a file.
fn command(file: &OsStr) -> Option<String> {
    let names = cli::names();
    let near = alike::nearest(file.to_str()?, names.iter().map(String::as_str))?;
    Some(format!("did you mean the command `{near}`?"))
}

fn options(said: &Input) -> input::Options {
    input::Options {
        status: said.status,
        method: said.method.clone(),
        headers: said.headers.clone(),
        max_size: said.max_size.unwrap_or(input::DEFAULT_MAX_SIZE),
    }
}

/// The responses of a source; one that has none is an empty one, because that is worth an explanation too.
pub(super) fn responses(gathered: Gathered, options: &input::Options) -> Vec<Response> {
    let name = gathered.name.clone();
    let responses = gathered.split(options);
    if responses.is_empty() { vec![Response::from_body(&name, Vec::new())] } else { responses }
}
