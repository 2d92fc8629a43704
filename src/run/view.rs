//! Reading responses and reporting on each: the default command, and `demo`.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Failure, Run, secrets, unknown_vendor, written};
use crate::cli::{self, Demo, Form, Input, Output, View};
use crate::decode::{self, Decoded, Item, Outcome, Retry, Trouble};
use crate::demo;
use crate::document::{Document, Format};
use crate::exit::Exit;
use crate::input::{self, Gathered, InputError, Response};
use crate::pack::{Catalog, alike};
use crate::report::summary::Summary;
use crate::report::{Look, Report, json, line, markdown, text};

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
        let options = options(&input);
        let mut sources = Vec::new();
        for file in files {
            match self.gather(Path::new(&file), input.max_size) {
                Ok(gathered) => sources.push(gathered),
                Err(error) => {
                    self.error(&error.to_string(), error.hint().or_else(|| command(&file)).as_deref());
                    reporter.exit = Exit::Unreadable;
                }
            }
        }
        let responses = sources.into_iter().flat_map(|gathered| responses(gathered, &options));
        self.report(catalog, reporter, responses)
    }

    pub(super) fn demo(&mut self, catalog: &Arc<Catalog>, options: Demo) -> Result<Exit, Failure> {
        let Demo { name, output } = options;
        let Some(demo) = demo::find(name.as_deref()) else {
            let names: Vec<_> = demo::ALL.iter().map(|demo| demo.name).collect();
            return Err(Failure::Usage {
                message: format!("there is no demo `{}`", crate::text::clean(&name.unwrap_or_default())),
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
            return self.show(catalog, start, options, output, vendor);
        }
        let reporter = Reporter::new(self.look(output), output, vendor, self.now);
        self.report(catalog, reporter, responses(gathered, &options).into_iter())
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

    pub(super) fn gather(&mut self, file: &Path, max: usize) -> Result<Gathered, InputError> {
        let stop = Arc::new(AtomicBool::new(false));
        if file != Path::new("-") {
            return input::read_file(file, max, &stop, |_| {});
        }
        // A second `-` finds the pipe at its end, as with cat.
        let stdin = self.stdin.take().unwrap_or_else(|| Box::new(io::empty()));
        let max = if max == input::DEFAULT_MAX_SIZE { ENDLESS_PIPE } else { max };
        Ok(input::read(stdin, max, &stop, |_| {}))
    }

    fn report(
        &mut self,
        catalog: &Catalog,
        mut reporter: Reporter,
        responses: impl Iterator<Item = Response>,
    ) -> Result<Exit, Failure> {
        if self.terminal.stdout_lost && !reporter.quiet && !reporter.by_status {
            return Err(io::Error::other("stdout is closed").into());
        }
        let mut responses = responses.peekable();
        while let Some(response) = responses.next() {
            reporter.many |= responses.peek().is_some();
            match reporter.next(&mut self.out, catalog, response) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
                // Nobody reads on; what is left is decoded only where the exit code asks for it.
                Err(_) if reporter.by_status => reporter.quiet = true,
                Err(_) => return Ok(Exit::Success),
                Ok(()) => {}
            }
        }
        match reporter.finish(&mut self.out) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
            _ => {}
        }
        if let Some((message, hint)) = reporter.silence() {
            self.error(&message, Some(hint));
        }
        Ok(reporter.exit())
    }
}

/// What is read of a pipe for a report where nobody sets a limit: some pipes have no end, and memory has one.
const ENDLESS_PIPE: usize = 128 << 20;

/// The command that was meant by what was taken for a file.
fn command(file: &OsStr) -> Option<String> {
    let names = cli::names();
    let near = alike::nearest(file.to_str()?, names.iter().map(String::as_str))?;
    Some(format!("did you mean the command `{near}`?"))
}

fn options(input: &Input) -> input::Options {
    input::Options {
        status: input.status,
        method: input.method.clone(),
        headers: input.headers.clone(),
        max_size: input.max_size,
    }
}

/// The responses of a source; one that has none is an empty one, because that is worth an explanation too.
pub(super) fn responses(gathered: Gathered, options: &input::Options) -> Vec<Response> {
    let name = gathered.name.clone();
    let responses = gathered.split(options);
    if responses.is_empty() { vec![Response::from_body(&name, Vec::new())] } else { responses }
}

/// Decodes responses one by one, writes what is asked for, and keeps the worst end.
struct Reporter {
    form: Form,
    look: Look,
    decode: decode::Options,
    summary: Option<Summary>,
    quiet: bool,
    by_status: bool,
    many: bool,
    number: usize,
    understood: bool,
    /// Why the first response says nothing.
    silence: Option<(String, &'static str)>,
    exit: Exit,
}

impl Reporter {
    fn new(look: Look, output: &Output, vendor: Option<String>, now: Option<u64>) -> Self {
        Self {
            form: written(output.form()),
            look: Look { secrets: secrets(output), ..look },
            decode: decode::Options { vendor, now },
            summary: output.summary.then(Summary::default),
            quiet: output.quiet,
            by_status: output.exit_status,
            many: false,
            number: 0,
            understood: false,
            silence: None,
            exit: Exit::Success,
        }
    }

    fn next(&mut self, out: &mut dyn Write, catalog: &Catalog, response: Response) -> io::Result<()> {
        let document = Document::parse(Arc::clone(&response.body));
        let decoded = decode::decode(catalog, &response, &document, &self.decode);
        self.number += 1;
        let silence = silence(&decoded);
        self.understood |= silence.is_none();
        self.silence = self.silence.take().or(silence);
        if self.by_status {
            self.exit = self.exit.worst(end(&decoded));
        }
        let report = Report { decoded: &decoded, document: &document, secrets: self.look.secrets };
        if let Some(summary) = &mut self.summary {
            summary.add(&report);
            return Ok(());
        }
        if self.quiet {
            return Ok(());
        }
        match self.form {
            Form::Json => json::write(out, &report),
            Form::Line => line::write(out, &report),
            Form::Md => {
                self.gap(out, "\n---\n\n")?;
                markdown::write(out, &report)
            }
            Form::Auto | Form::Tui | Form::Text => {
                self.gap(out, "\n")?;
                if self.many {
                    text::divide(out, &report, &self.look, self.number)?;
                }
                text::write(out, &report, &self.look)
            }
        }
    }

    fn gap(&self, out: &mut dyn Write, gap: &str) -> io::Result<()> {
        if self.number > 1 { out.write_all(gap.as_bytes()) } else { Ok(()) }
    }

    fn finish(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(summary) = self.summary.as_ref().filter(|_| !self.quiet) else { return Ok(()) };
        match self.form {
            Form::Json => summary.json(out),
            Form::Line => summary.line(out),
            Form::Md => summary.markdown(out),
            Form::Auto | Form::Tui | Form::Text => summary.text(out, &self.look),
        }
    }

    /// What to tell where not one response says anything.
    fn silence(&self) -> Option<(String, &'static str)> {
        self.silence.clone().filter(|_| !self.understood)
    }

    fn exit(&self) -> Exit {
        // One response that says something is worth more than the others' silence, unless each is asked for.
        if self.number > 0 && !self.understood { self.exit.worst(Exit::NotUnderstood) } else { self.exit }
    }
}

/// Why there is nothing to understand, and what to try; nothing where there is. A status says something even where the
/// body is empty, and a vendor's own page even where it is text. What nobody claims is believed as far as it is whole.
fn silence(decoded: &Decoded) -> Option<(String, &'static str)> {
    if decoded.http.status.is_some() || decoded.vendor.is_some() {
        return None;
    }
    let name = decoded.source.name.clean();
    let unknown = decoded.verdict == Outcome::Unknown;
    match decoded.source.format {
        Format::Empty => Some((
            format!("{name}: there is nothing in it"),
            "`curl -f` hides the body of an error: use `--fail-with-body`; `curl -si` shows the status as well",
        )),
        Format::Binary => Some((
            format!("{name}: this is no text"),
            "if the server packs its answers, `curl --compressed` unpacks them",
        )),
        Format::Text if unknown => Some((
            format!("{name}: this is plain text, neither JSON nor XML"),
            "`curl -si` shows status and headers, which may say more",
        )),
        Format::Json | Format::Xml => {
            let counts =
                |trouble: &&Trouble| trouble.offset.is_some() && (trouble.grave || is_strange(trouble.kind) && unknown);
            let trouble = decoded.problems.iter().find(counts)?;
            let (line, column) = (trouble.line, trouble.column);
            Some((
                format!("{name}:{line}:{column}: {}", trouble.message),
                "nobody claims this broken body; what could be read of it is in the report",
            ))
        }
        Format::Html | Format::Text => None,
    }
}

/// Troubles that no sender of data has: somebody's notation, which may mean something else than it looks like.
fn is_strange(kind: &str) -> bool {
    matches!(kind, "unquoted-key" | "quotes")
}

/// How one response ends a run with `-e`.
pub(super) fn end(decoded: &Decoded) -> Exit {
    if silence(decoded).is_some() {
        return Exit::NotUnderstood;
    }
    match decoded.verdict {
        Outcome::Success => Exit::Success,
        // What went well would be done twice.
        Outcome::Partial => Exit::Failed,
        Outcome::Failure if is_worth_repeating(decoded) => Exit::Repeat,
        Outcome::Failure => Exit::Failed,
        Outcome::Pending | Outcome::Skipped | Outcome::Unknown => Exit::NoVerdict,
    }
}

/// Whether every failure in it is worth repeating unchanged.
fn is_worth_repeating(decoded: &Decoded) -> bool {
    let mut failed = Vec::new();
    let mut items: Vec<&Item> = decoded.items.iter().collect();
    while let Some(item) = items.pop() {
        if item.outcome == Outcome::Failure {
            failed.push(item.retry.or(decoded.retry.retry));
        }
        items.extend(&item.items);
    }
    if failed.is_empty() {
        failed.push(decoded.retry.retry);
    }
    failed.iter().all(|retry| matches!(retry, Some(Retry::Backoff | Retry::Wait)))
}
