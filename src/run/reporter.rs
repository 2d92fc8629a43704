//! What is made of responses, one by one: decoded, counted, written as asked for. With the help of what was learnt from
//! those before ([`Quick`]), where bodies are alike.

use std::io::{self, Write};
use std::sync::Arc;

use super::batch::{Block, Done};
use super::recall::{Found, Recall, Said, Written};
use super::{secrets, written};
#[cfg(test)]
use crate::cli;
use crate::cli::{Form, Output};
use crate::decode::{self, Decoded, Decoder, Depth, Item, Outcome, Retry, Trouble};
use crate::detect::Index;
use crate::document::{Document, Format, Nodes, Sheet};
use crate::exit::Exit;
use crate::input::stream::{self, Pieces};
use crate::input::{self, Note, Response};
use crate::pack::Catalog;
use crate::report::summary::Summary;
use crate::report::{Look, Report, json, line, markdown, text};

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

    /// Adds what it met to what the reporter counted, if it does.
    pub(super) fn count(&mut self, reporter: &mut Reporter) {
        if reporter.counts {
            self.recall.count(&mut reporter.summary);
        }
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
            && !recall.is_on_trial(at, &reading)
        {
            self.recalled += 1;
            let exit = recall.say(at, decoder, &reading, &body, response, &mut reporter.done);
            let asked = recognised.asked_of(response, &body.page);
            recall.plan(at, decoder, &reading, &body, response, &asked);
            return reporter.said(exit);
        }
        let start = reporter.done.bytes.len();
        let decoded = decoder.decode(response, &page, &recognised.ranking);
        reporter.report(&decoded, &page);
        let wanted = match found {
            Found::Template(_) => true,
            Found::Nothing { learn } => learn,
        };
        if !wanted {
            return;
        }
        let report = Report { decoded: &decoded, document: &page, secrets: reporter.look.secrets };
        let mut summary = Summary::default();
        summary.add(&report, 0);
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
    /// What was counted so far.
    summary: Summary,
}

impl Reporter {
    pub(super) fn new(look: Look, output: &Output, vendor: Option<String>, now: Option<u64>) -> Self {
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
            summary: Summary::default(),
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
            summary: Summary::default(),
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

    /// Whether nothing is written at all.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether the exit code speaks of the responses.
    pub(super) fn by_status(&self) -> bool {
        self.by_status
    }

    /// Begins with the job of that number, whose first response has the number `base`; it is written into a buffer.
    pub(super) fn begin(&mut self, number: usize, base: usize, buffer: Vec<u8>) {
        self.done = Done::new(number, base, buffer);
    }

    /// What was counted since the last time.
    pub(super) fn summary(&mut self) -> Summary {
        std::mem::take(&mut self.summary)
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
        response.origin.index = self.done.base;
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
        let mut lines = Lines { bytes: &block.bytes, line: block.line, counted: 0 };
        loop {
            let place = pieces.place();
            let end = place.and_then(|at| Some((at, quick.sheet.read(text, at, quick.index.interest())?)));
            if let Some((at, end)) = end.filter(|(_, end)| pieces.take(*end)) {
                // Lines are for those who read of them.
                if !(self.counts || self.quiet) {
                    let line = lines.at(at);
                    (response.origin.line, response.origin.body_line) = (line, line);
                    lines.pass(end, quick.sheet.line_ends());
                }
                quick.report(self, response, &text[at..end]);
            } else {
                let Some(piece) = pieces.next() else { break };
                let line = lines.at(piece.start);
                (response.origin.line, response.origin.body_line) = (line, line);
                response.body = block.bytes[piece.start..piece.end].into();
                self.next(catalog, response);
            }
            response.origin.index += 1;
        }
        if quick.recall.is_full() {
            quick.count(self);
            quick.recall.forget();
        }
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

    /// Reports on one response.
    pub(super) fn next(&mut self, catalog: &Catalog, response: &Response) {
        let document = Document::parse(Arc::clone(&response.body));
        let decoded = decode::decode(catalog, response, &document, &self.decode);
        self.report(&decoded, &document);
    }

    fn report(&mut self, decoded: &Decoded, document: &dyn Nodes) {
        let place = self.done.place();
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
            self.summary.add(&report, place);
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

    pub(super) fn finish(&self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        if !self.counts || self.quiet {
            return Ok(());
        }
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

/// Counts the lines of a block.
struct Lines<'b> {
    bytes: &'b [u8],
    /// The line of the byte that is counted up to.
    line: usize,
    counted: usize,
}

impl Lines<'_> {
    /// The line that a byte stands in.
    fn at(&mut self, at: usize) -> usize {
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.counted..at]).count();
        self.counted = at;
        self.line
    }

    /// Goes on behind a body, of which it may be known how many lines end in it.
    fn pass(&mut self, end: usize, line_ends: Option<usize>) {
        if let Some(line_ends) = line_ends {
            self.line += line_ends;
            self.counted = end;
        }
    }
}
