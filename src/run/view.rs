//! Reading responses and reporting on each: the default command, and `demo`.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::batch::{self, Block, Done, Opened, Streams};
use super::recall::{Found, Recall, Said, Written};
use super::{Failure, Run, secrets, unknown_vendor, written};
use crate::cli::{self, Demo, Form, Input, Output, View};
use crate::decode::{self, Decoded, Decoder, Depth, Item, Outcome, Retry, Trouble};
use crate::demo;
use crate::detect::Index;
use crate::document::{Document, Format, Nodes, Sheet};
use crate::exit::Exit;
use crate::input::stream::{self, Pieces};
use crate::input::{self, Gathered, InputError, Note, Response};
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
        if self.terminal.stdout_lost && !reporter.quiet && !reporter.by_status {
            return Err(io::Error::other("stdout is closed").into());
        }
        // Words about the progress would stand between the lines of a report on the same terminal.
        let watched = self.terminal.stderr && (!self.terminal.stdout || reporter.counts() || reporter.quiet);
        let progress = watched.then_some(&mut *self.talk);
        let total = batch::run(catalog, reporter, options, sources, Streams { out: &mut self.out, progress })?;
        if total.deaf && !reporter.by_status {
            return Ok(Exit::Success);
        }
        match reporter.finish(&mut self.out, total.summary.as_ref()) {
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

/// How much of a response the output needs.
fn depth(output: &Output) -> Depth {
    match written(output.form()) {
        _ if output.summary || output.quiet => Depth::Counts,
        Form::Line => Depth::Findings,
        Form::Json => Depth::Report,
        _ => Depth::Whole,
    }
}

/// What tests order.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orders {
    Json,
    Line,
    Counts,
    Exit,
}

/// What a worker has at hand to be quick with bodies of strict JSON.
pub(super) struct Quick<'i, 'c> {
    index: &'i Index<'c>,
    sheet: Sheet,
    decoder: Decoder<'i, 'c>,
    recall: Recall<'i, 'c>,
    /// How many bodies it has read, of how many it knew what to say, and of how many of these by their values alone.
    taken: usize,
    recalled: usize,
    by_values: usize,
}

impl<'i, 'c> Quick<'i, 'c> {
    /// For the orders of a reporter.
    pub(super) fn new(index: &'i Index<'c>, reporter: &Reporter) -> Self {
        let written = match reporter.form {
            _ if reporter.counts || reporter.quiet => Written::Nothing,
            Form::Json => Written::Json,
            _ => Written::Line,
        };
        Self {
            index,
            sheet: Sheet::default(),
            decoder: Decoder::new(index, reporter.decode.clone()),
            recall: Recall::new(index, written, reporter.decode.depth, reporter.look.secrets),
            taken: 0,
            recalled: 0,
            by_values: 0,
        }
    }

    /// How many bodies were quick, how many of them were like others before, and how many by their values alone.
    #[cfg(test)]
    pub(super) fn taken(&self) -> (usize, usize, usize) {
        (self.taken, self.recalled, self.by_values)
    }

    /// Reports on the body that is on the sheet.
    fn report(&mut self, reporter: &mut Reporter, response: &Response, text: &str) {
        let Self { sheet, decoder, recall, .. } = self;
        self.taken += 1;
        if let Some(exit) = recall.shortcut(decoder, sheet, text, response, &mut reporter.done) {
            self.recalled += 1;
            self.by_values += 1;
            return reporter.said(exit);
        }
        let page = sheet.page(text);
        let recognised = decoder.recognise(response, &page);
        let reading = recall.reading(&recognised, &page, response);
        let (found, body) = recall.find(&reading, page);
        if let Found::Template(at) = found
            && !recall.is_on_trial(at)
        {
            self.recalled += 1;
            let exit = recall.say(at, decoder, &reading, &body, response, &mut reporter.done);
            recall.plan(at, &reading, &body, &recognised.asked_of(response, &body.page));
            return reporter.said(exit);
        }
        // What was counted before comes first: of several titles of a code the first is shown.
        recall.count(reporter);
        let start = reporter.done.bytes.len();
        let decoded = decoder.decode(response, &page, &recognised.ranking);
        reporter.report(&decoded, &page);
        let wanted = match found {
            Found::Template(_) => true,
            Found::Nothing { again } => again,
        };
        if !wanted {
            return;
        }
        let report = Report { decoded: &decoded, document: &page, secrets: reporter.look.secrets };
        let mut summary = Summary::default();
        summary.add(&report);
        let said = Said { bytes: &reporter.done.bytes[start..], exit: end(&decoded), summary };
        match found {
            Found::Template(at) => recall.try_out(at, decoder, &reading, &body, response, &said),
            Found::Nothing { .. } => recall.learn(decoder, &reading, &body, response, &said),
        }
    }
}

/// Decodes responses one by one and writes what is asked for.
pub(super) struct Reporter {
    form: Form,
    look: Look,
    decode: decode::Options,
    counts: bool,
    quiet: bool,
    by_status: bool,
    /// Whether there is more than one response, so that text tells them apart.
    pub(super) many: bool,
    /// Responses reported on so far, for text.
    number: usize,
    done: Done,
}

impl Reporter {
    fn new(look: Look, output: &Output, vendor: Option<String>, now: Option<u64>) -> Self {
        Self {
            form: written(output.form()),
            look: Look { secrets: secrets(output), ..look },
            decode: decode::Options { vendor, now, depth: depth(output) },
            counts: output.summary,
            quiet: output.quiet,
            by_status: output.exit_status,
            many: false,
            number: 0,
            done: Done::default(),
        }
    }

    /// One with the orders that a command line would give.
    #[cfg(test)]
    pub(super) fn ordered(look: Look, orders: Orders) -> Self {
        let form = if orders == Orders::Line { "line" } else { "json" };
        let mut args = vec!["errview", "-o", form];
        args.extend(match orders {
            Orders::Json | Orders::Line => None,
            Orders::Counts => Some("--summary"),
            Orders::Exit => Some("-e"),
        });
        match cli::parse(args.into_iter().map(Into::into)) {
            Ok(cli::Command::View(view)) => Self::new(look, &view.output, None, None),
            other => panic!("{other:?}"),
        }
    }

    /// Another one with the same orders.
    pub(super) fn fresh(&self) -> Self {
        Self {
            form: self.form,
            look: self.look,
            decode: self.decode.clone(),
            counts: self.counts,
            quiet: self.quiet,
            by_status: self.by_status,
            many: self.many,
            number: 0,
            done: Done::default(),
        }
    }

    /// Whether it must see all responses one after the other: text has gaps between them and numbers.
    pub(super) fn in_order(&self) -> bool {
        !(self.counts || self.quiet || matches!(self.form, Form::Json | Form::Line))
    }

    /// Whether responses are counted and not reported.
    pub(super) fn counts(&self) -> bool {
        self.counts
    }

    /// Whether the exit code speaks of the responses.
    pub(super) fn by_status(&self) -> bool {
        self.by_status
    }

    /// Where to write from now on, after [`Reporter::take`].
    pub(super) fn write_to(&mut self, buffer: Vec<u8>) {
        self.done.bytes = buffer;
    }

    /// What came of the responses since the last time.
    pub(super) fn take(&mut self) -> Done {
        std::mem::take(&mut self.done)
    }

    /// Reports on every response of a block, with the help of what was learnt from those before.
    pub(super) fn block(
        &mut self,
        catalog: &Catalog,
        options: &input::Options,
        quick: Option<&mut Quick<'_, '_>>,
        block: &Block,
    ) -> Done {
        self.many = true;
        let mut pieces = Pieces::new(&block.bytes, block.layout, block.first);
        let mut response = stream::response(&block.name, options, None);
        let text = std::str::from_utf8(&block.bytes).ok();
        if let (Some(quick), Some(text)) = (quick, text.filter(|_| block.ended_by.is_none())) {
            self.quickly(catalog, quick, block, text, &mut pieces, &mut response);
            return self.take();
        }
        let (mut line, mut at) = (block.line, 0);
        let mut next = pieces.next();
        while let Some(piece) = next {
            next = pieces.next();
            line += memchr::memchr_iter(b'\n', &block.bytes[at..piece.start]).count();
            at = piece.start;
            (response.origin.line, response.origin.body_line) = (line, line);
            if let (None, Some(kind)) = (next, block.ended_by) {
                response.notes.push(Note { kind, line });
            }
            response.body = block.bytes[piece.start..piece.end].into();
            self.next(catalog, &response);
            response.origin.index += 1;
        }
        self.take()
    }

    /// The same where bodies are text: those of strict JSON take the short way, and the others the long one.
    fn quickly(
        &mut self,
        catalog: &Catalog,
        quick: &mut Quick<'_, '_>,
        block: &Block,
        text: &str,
        pieces: &mut Pieces<'_>,
        response: &mut Response,
    ) {
        let (mut line, mut counted) = (block.line, 0);
        let mut line_of = |at: usize| {
            line += memchr::memchr_iter(b'\n', &block.bytes[counted..at]).count();
            counted = at;
            line
        };
        loop {
            let place = pieces.place();
            let end = place.and_then(|at| Some((at, quick.sheet.read(text, at, quick.index.interest())?)));
            if let Some((at, end)) = end.filter(|(_, end)| pieces.take(*end)) {
                let line = line_of(at);
                (response.origin.line, response.origin.body_line) = (line, line);
                quick.report(self, response, &text[at..end]);
            } else {
                let Some(piece) = pieces.next() else { break };
                quick.recall.count(self);
                let line = line_of(piece.start);
                (response.origin.line, response.origin.body_line) = (line, line);
                response.body = block.bytes[piece.start..piece.end].into();
                self.next(catalog, response);
            }
            response.origin.index += 1;
        }
        quick.recall.count(self);
        quick.recall.tidy();
    }

    /// Notes that a response was reported on which says something.
    fn said(&mut self, exit: Exit) {
        self.number += 1;
        self.done.responses += 1;
        self.done.understood = true;
        if self.by_status {
            self.done.exit = Some(self.done.exit.unwrap_or(Exit::Success).worst(exit));
        }
    }

    /// Where counts go; nothing where nobody counts.
    pub(super) fn counted(&mut self) -> Option<&mut Summary> {
        self.counts.then(|| self.done.summary.get_or_insert_default())
    }

    /// Reports on one response.
    pub(super) fn next(&mut self, catalog: &Catalog, response: &Response) {
        let document = Document::parse(Arc::clone(&response.body));
        let decoded = decode::decode(catalog, response, &document, &self.decode);
        self.report(&decoded, &document);
    }

    fn report(&mut self, decoded: &Decoded, document: &dyn Nodes) {
        self.number += 1;
        self.done.responses += 1;
        let silence = silence(decoded);
        self.done.understood |= silence.is_none();
        self.done.silence = self.done.silence.take().or(silence);
        if self.by_status {
            self.done.exit = Some(self.done.exit.unwrap_or(Exit::Success).worst(end(decoded)));
        }
        let report = Report { decoded, document, secrets: self.look.secrets };
        if self.counts {
            self.done.summary.get_or_insert_default().add(&report);
        } else if !self.quiet {
            // A vector takes whatever is written.
            let _ = self.write(&report);
        }
    }

    fn write(&mut self, report: &Report<'_>) -> io::Result<()> {
        let out = &mut self.done.bytes;
        match self.form {
            Form::Json => {
                let start = out.len();
                json::write(out, report)?;
                if let Some(place) = json::index_place(&out[start..]) {
                    self.done.numbers.push((start + place, report.decoded.source.index));
                }
                Ok(())
            }
            Form::Line => line::write(out, report),
            Form::Md => {
                if self.number > 1 {
                    out.write_all(b"\n---\n\n")?;
                }
                markdown::write(out, report)
            }
            Form::Auto | Form::Tui | Form::Text => {
                if self.number > 1 {
                    out.write_all(b"\n")?;
                }
                if self.many {
                    text::divide(out, report, &self.look, self.number)?;
                }
                text::write(out, report, &self.look)
            }
        }
    }

    fn finish(&self, out: &mut dyn Write, summary: Option<&Summary>) -> io::Result<()> {
        let Some(summary) = summary.filter(|_| !self.quiet) else { return Ok(()) };
        match self.form {
            Form::Json => summary.json(out),
            Form::Line => summary.line(out),
            Form::Md => summary.markdown(out),
            Form::Auto | Form::Tui | Form::Text => summary.text(out, &self.look),
        }
    }
}

/// Why there is nothing to understand, and what to try; nothing where there is. A status says something even where the
/// body is empty, and a vendor's own page even where it is text. What nobody claims is believed as far as it is whole.
fn silence(decoded: &Decoded) -> Option<(String, &'static str)> {
    if decoded.http.status.is_some() || decoded.vendor.is_some() {
        return None;
    }
    let name = || decoded.source.name.clean();
    let unknown = decoded.verdict == Outcome::Unknown;
    match decoded.source.format {
        Format::Empty => Some((
            format!("{}: there is nothing in it", name()),
            "`curl -f` hides the body of an error: use `--fail-with-body`; `curl -si` shows the status as well",
        )),
        Format::Binary => Some((
            format!("{}: this is no text", name()),
            "if the server packs its answers, `curl --compressed` unpacks them",
        )),
        // Words are a message; one word is a token, a name, an encoded body.
        Format::Text if unknown && !has_words(decoded) => Some((
            format!("{}: this is one word of text, neither JSON nor XML", name()),
            "`curl -si` shows status and headers, which may say more",
        )),
        Format::Json | Format::Xml => {
            let counts =
                |trouble: &&Trouble| trouble.offset.is_some() && (trouble.grave || is_strange(trouble.kind) && unknown);
            let trouble = decoded.problems.iter().find(counts)?;
            let (line, column) = (trouble.line, trouble.column);
            Some((
                format!("{}:{line}:{column}: {}", name(), trouble.message),
                "nobody claims this broken body; what could be read of it is in the report",
            ))
        }
        Format::Html | Format::Text => None,
    }
}

/// Whether the server said something in words.
fn has_words(decoded: &Decoded) -> bool {
    let said = decoded.story.happened.as_ref();
    said.is_some_and(|said| said.text.source().split_whitespace().nth(1).is_some())
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
