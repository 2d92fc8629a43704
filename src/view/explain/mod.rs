//! What the explanation pane says of the selected node: what happened, what it means, what to do, whether repeating helps.
//!
//! A node that nothing was found at is explained by the nearest one around it that has something, in the end by the
//! whole response.

mod parts;

use std::sync::Arc;

use super::{Eye, ItemPath, Mark, Node, Note, Reading};
use crate::decode::{Code, DecidedBy, Entry, Guess, Item, Message, Retry, Speaker, Story, Usage, Who};
use crate::document::{Format, NodeId};
use crate::pack::Outcome;
use crate::secrets::Secrets;
use crate::text::{Address, Clean, Untrusted, clean, plural, width as width_of};
pub use parts::{Part, PartKind};
use parts::{Parts, SHOWN_CHARS};

/// What is said of a node.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// How it went.
    pub mark: Option<Mark>,
    /// The headline after the mark's word.
    pub title: Clean,
    /// The name of the thing, for the pane's title.
    pub name: Clean,
    /// The pointer of the node that is explained; empty for the whole response.
    pub pointer: Clean,
    /// The parts in their order.
    pub parts: Vec<Part>,
    /// What it is about.
    pub subject: Subject,
}

/// What is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The whole response.
    Response,
    /// An item.
    Item(ItemPath),
    /// A code, of an item or of the response.
    Code(Option<ItemPath>, usize),
    /// A message.
    Message(usize),
    /// A counter.
    Usage(usize),
    /// A link.
    Link(usize),
    /// The id to quote to support.
    RequestId,
}

/// Explains a node.
pub fn explain(reading: &Reading, node: Option<Node>, eye: Eye) -> Explanation {
    let found = node.and_then(|node| reading.nearest(node.outer));
    let mut explanation = found_at(reading, found, eye);
    if let Some(node) = node.filter(|node| Some(*node) != found.map(|(node, _)| node.into())) {
        selected(reading, node, eye, &mut explanation.parts);
    }
    explanation
}

/// What was found at a node; of a response without anything there, all of it.
fn found_at(reading: &Reading, found: Option<(NodeId, &[Note])>, eye: Eye) -> Explanation {
    let writer = Writer { reading, eye, parts: Parts::new(eye.secrets) };
    let Some((node, notes)) = found else { return writer.response() };
    // The item beats its code where both stand at one node; the code explains more than a link or a counter.
    let Some(note) = notes.first() else { return writer.response() };
    let mut explanation = match note {
        Note::Item(path) => writer.item(path),
        Note::Code { item, index } => writer.one_code(item.as_ref(), *index),
        Note::Message(index) => writer.message(*index),
        Note::Usage(index) => writer.usage(*index),
        Note::Link(index) => writer.link(*index),
        Note::RequestId => writer.request_id(),
    };
    explanation.pointer = reading.pointer(node);
    explanation
}

/// The selected node itself, where what is explained stands around it: its pointer, and its value in full where a row may cut it.
fn selected(reading: &Reading, node: Node, eye: Eye, list: &mut Vec<Part>) {
    let mut parts = Parts::new(eye.secrets);
    let pointer = reading.pointer_end(node, STEPS);
    if !pointer.is_empty() {
        parts.push("Selected", vec![pointer], None, PartKind::Remark);
    }
    if let Some(value) = reading.full_value(node, eye.secrets).filter(|value| value.chars() > SHORT) {
        let (value, rest) = value.split_at_char(SHOWN_CHARS);
        parts.words("Value", &value, None, PartKind::Words);
        if !rest.is_empty() {
            parts.ours("", &format!("and {} more characters: `3` shows the source, `y v` copies all", rest.chars()));
        }
    }
    if let Some(says) = reading.says(node, eye) {
        parts.push("", vec![clean(&says)], None, PartKind::Remark);
    }
    list.extend(parts.list);
}

/// Steps of a pointer that are shown.
const STEPS: usize = 200;
/// Shorter values stand in their row already.
const SHORT: usize = 24;

/// Advice on repeating, as a sentence.
pub fn retry_words(retry: Retry, who: Option<Who>, after: Option<f64>) -> String {
    let wait = after.map(|seconds| format!(", after {}", duration(seconds)));
    match retry {
        Retry::No => "no: repeating cannot help".to_owned(),
        Retry::Fix => match who {
            Some(Who::Account) => "after fixing the account".to_owned(),
            Some(Who::Caller) => "after fixing the request".to_owned(),
            _ => "after fixing the cause".to_owned(),
        },
        Retry::Backoff => format!("yes, with growing pauses{}", wait.unwrap_or_default()),
        Retry::Wait => format!("yes{}", wait.unwrap_or_else(|| ", but only after the wait or the reset".to_owned())),
        Retry::Poll => "not over yet: ask again".to_owned(),
    }
}

/// A counter in a few words: `5 of 120`.
pub fn usage_words(usage: &Usage) -> Option<String> {
    Some(match (usage.used, usage.limit, usage.remaining) {
        (Some(used), Some(limit), _) => format!("{} of {}", number(used), number(limit)),
        (None, Some(limit), Some(left)) => format!("{} of {} left", number(left), number(limit)),
        (Some(used), None, Some(left)) => format!("{} used, {} left", number(used), number(left)),
        (Some(used), None, None) => format!("{} used", number(used)),
        (None, None, Some(left)) => format!("{} left", number(left)),
        (None, Some(limit), None) => format!("limit {}", number(limit)),
        (None, None, None) => return None,
    })
}

/// A number as people write it: no `.0` on whole ones.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9e15 { format!("{value:.0}") } else { value.to_string() }
}

/// Seconds for people.
fn duration(seconds: f64) -> String {
    if !(0.0..=1e12).contains(&seconds) {
        return format!("{seconds} s");
    }
    humantime::format_duration(std::time::Duration::from_secs(seconds.ceil() as u64)).to_string()
}

/// One line of an explanation, fit to a width.
#[derive(Clone, Debug)]
pub struct Line {
    /// The label; empty on continuations.
    pub label: &'static str,
    /// The text.
    pub text: Clean,
    /// Whose words they are, on the last line of a part.
    pub by: Option<Speaker>,
    /// What it is.
    pub kind: PartKind,
    /// Where it leads, all of the address, if a terminal may be told.
    pub link: Option<Arc<str>>,
}

/// Cells of the column of labels.
pub const LABELS: usize = 15;

/// The lines of the parts in a pane of that width. In narrow panes labels stand above their text.
pub fn lines(parts: &[Part], width: usize) -> Vec<Line> {
    let beside = width >= LABELS + 30;
    let room = if beside { width - LABELS } else { width };
    let mut lines = Vec::new();
    for part in parts {
        let mut label = part.label;
        if !beside && !label.is_empty() {
            lines.push(Line { label, text: Clean::default(), by: None, kind: part.kind, link: None });
            label = "";
        }
        for paragraph in &part.lines {
            let link = Some(paragraph).filter(|_| part.kind == PartKind::Link).and_then(Address::link).map(Arc::from);
            for text in wrap(paragraph, room) {
                let label = std::mem::take(&mut label);
                lines.push(Line { label, text, by: None, kind: part.kind, link: link.clone() });
            }
        }
        if let Some(by) = part.by {
            // The mark stands behind the text where it fits, else on a line of its own.
            let fits = |line: &&mut Line| width_of(&line.text) + by.mark().len() + 4 <= room;
            match lines.last_mut().filter(fits) {
                Some(last) => last.by = Some(by),
                None => {
                    lines.push(Line { label: "", text: Clean::default(), by: Some(by), kind: part.kind, link: None })
                }
            }
        }
    }
    lines
}

/// Breaks clean text into lines, keeping what was replaced known.
fn wrap(text: &Clean, cells: usize) -> Vec<Clean> {
    let mut from = 0;
    let lines = crate::text::wrap(text, cells);
    lines
        .iter()
        .map(|line| {
            let start = text[from..].find(line.as_str()).map_or(from, |at| from + at);
            from = start + line.len();
            text.slice(start..from)
        })
        .collect()
}

struct Writer<'a> {
    reading: &'a Reading,
    eye: Eye,
    parts: Parts,
}

impl Writer<'_> {
    fn response(mut self) -> Explanation {
        let decoded = &self.reading.decoded;
        self.story(&decoded.story);
        if let Some(retry) = decoded.retry.retry {
            let who = decoded.who.or_else(|| decoded.codes.last().and_then(who_of));
            let mut text = retry_words(retry, who, decoded.retry.after);
            if let Some(DecidedBy::Http) = decoded.retry.decided_by {
                text.push_str(" (going by the HTTP status)");
            }
            self.parts.ours("Retry", &text);
            if let Some(note) = &decoded.retry.note {
                self.parts.words("", note, None, PartKind::Remark);
            }
        }
        self.codes(&decoded.codes);
        let failed = || decoded.items.iter().filter(|item| Mark::from(item.outcome).is_problem());
        for item in failed().take(SHOWN_ITEMS) {
            self.item_line(item);
        }
        self.more(failed().count(), "more items with problems");
        for message in decoded.messages.iter().take(SHOWN_ITEMS) {
            self.message_line(message);
        }
        self.more(decoded.messages.len(), "more messages");
        self.http();
        for usage in &decoded.usage {
            self.usage_line(usage);
        }
        for link in decoded.links.iter().take(SHOWN_ITEMS) {
            self.parts.address("Link", &link.href);
        }
        self.more(decoded.links.len(), "more links");
        if let Some(id) = &decoded.request_id {
            self.parts.words("Request id", &id.text, None, PartKind::Remark);
        }
        self.recognised();
        for trouble in decoded.problems.iter().take(SHOWN_ITEMS) {
            let label = if trouble.grave { "Trouble" } else { "Note" };
            let text = format!("{} (line {}, column {})", trouble.message, trouble.line, trouble.column);
            self.parts.push(label, vec![clean(&text)], None, PartKind::Remark);
        }
        self.more(decoded.problems.len(), "more");
        self.body();
        let title = self.parts.shown(&decoded.summary);
        let mark = self.reading.mark();
        self.done(Some(mark), title, Clean::ours("Response"), Subject::Response)
    }

    fn item(mut self, path: &ItemPath) -> Explanation {
        let Some(item) = self.reading.item(path) else { return self.response() };
        self.story(&item.story);
        if item.outcome == Outcome::Success && self.parts.list.is_empty() {
            self.parts.ours("What happened", "It worked; the server reports no error here.");
        }
        if let Some(retry) = item.retry {
            let who = item.codes.last().and_then(who_of).or(self.reading.decoded.who);
            let mut text = retry_words(retry, who, None);
            if self.reading.decoded.items.len() > 1 && item.outcome == Outcome::Failure {
                text.push_str(&format!(", and only for {}", self.parts.shown(&item.label)));
            }
            self.parts.ours("Retry", &text);
        }
        self.codes(&item.codes);
        if let Some(url) = &item.url {
            self.parts.words("Link", &url.text, None, PartKind::Link);
        }
        for (name, id) in &item.ids {
            let mut text = name.clean();
            text.push(&Clean::ours(" "));
            text.push(&self.parts.shown(&id.text));
            self.parts.push("Id", vec![text], None, PartKind::Remark);
        }
        for inner in item.items.iter().take(SHOWN_ITEMS) {
            self.item_line(inner);
        }
        self.more(item.items.len(), "more");
        let label = self.parts.shown(&item.label);
        let mark: Mark = item.outcome.into();
        let mut title = Clean::ours(match mark {
            Mark::Fail | Mark::Ok | Mark::Partial => "on ",
            _ => "",
        });
        title.push(&label);
        self.done(Some(mark), title, label, Subject::Item(path.clone()))
    }

    fn one_code(mut self, item: Option<&ItemPath>, index: usize) -> Explanation {
        let Some(code) = self.reading.code(item, index) else { return self.response() };
        let mut title = self.parts.shown(&code.code);
        if let Some(entry) = &code.entry
            && let Some(words) = entry.title.as_ref().filter(|words| words.source() != code.code.source())
        {
            title.push(&Clean::ours("  "));
            title.push(&words.clean());
        }
        // The last code is the reason: what the server said about it belongs on the same page.
        let (story, codes) = match item.and_then(|path| self.reading.item(path)) {
            Some(item) => (&item.story, &item.codes),
            None => (&self.reading.decoded.story, &self.reading.decoded.codes),
        };
        if index + 1 == codes.len() {
            self.parts.said("What happened", story.happened.as_ref());
            self.parts.said("Details", story.detail.as_ref());
        }
        match &code.entry {
            Some(entry) => self.parts.entry(entry),
            None => self.unknown(code),
        }
        if code.quoted {
            self.parts.ours("Quoted", "The response passes on another vendor's error here.");
        }
        self.also(code);
        let name = self.parts.shown(&code.code);
        self.done(None, title, name, Subject::Code(item.cloned(), index))
    }

    fn message(mut self, index: usize) -> Explanation {
        let Some(message) = self.reading.decoded.messages.get(index) else { return self.response() };
        self.parts.words("Message", &message.text, Some(Speaker::Server), PartKind::Words);
        if let Some(field) = &message.field {
            self.parts.words("About", field, None, PartKind::Words);
        }
        if let Some(time) = &message.time {
            self.parts.words("Time", time, None, PartKind::Remark);
        }
        if let Some(id) = &message.id {
            self.parts.words("Id", id, None, PartKind::Remark);
        }
        for link in &message.links {
            self.parts.address("Link", &link.href);
        }
        let title = message.field.as_ref().map_or(Clean::ours("message"), |field| self.parts.shown(field));
        self.done(Some(message.severity.into()), title, Clean::ours("message"), Subject::Message(index))
    }

    fn usage(mut self, index: usize) -> Explanation {
        let Some(usage) = self.reading.decoded.usage.get(index) else { return self.response() };
        self.usage_line(usage);
        if let Some(assumed) = usage.assumed {
            self.parts.push("", vec![Clean::ours(assumed)], None, PartKind::Remark);
        }
        let title = self.parts.shown(&usage.label);
        self.done(None, title, Clean::ours("usage"), Subject::Usage(index))
    }

    fn link(mut self, index: usize) -> Explanation {
        let Some(link) = self.reading.decoded.links.get(index) else { return self.response() };
        self.parts.address("Address", &link.href);
        let title = link.title.as_ref().map_or(Clean::ours("link"), |title| self.parts.shown(title));
        self.done(None, title, Clean::ours("link"), Subject::Link(index))
    }

    fn request_id(mut self) -> Explanation {
        if let Some(id) = &self.reading.decoded.request_id {
            self.parts.words("Request id", &id.text, None, PartKind::Words);
        }
        self.parts
            .ours("What to do", "Quote it when you ask the vendor's support about this response; `y i` copies it.");
        self.done(None, Clean::ours("request id"), Clean::ours("request id"), Subject::RequestId)
    }

    fn story(&mut self, story: &Story) {
        self.parts.said("What happened", story.happened.as_ref());
        self.parts.said("Details", story.detail.as_ref());
        self.parts.said("What it means", story.means.as_ref());
        self.parts.said("What to do", story.action.as_ref());
        if let Some(location) = &story.location {
            self.parts.words("About", &location.text, None, PartKind::Words);
        }
    }

    fn unknown(&mut self, code: &Code) {
        if code.table.is_empty() {
            self.parts.ours(
                "What it means",
                "Nobody claims this body, so no table can be asked. A number means nothing without its vendor.",
            );
        } else {
            let text = format!("This code is not in the table {}.", clean(&code.table));
            self.parts.ours("What it means", &text);
        }
        if let Some(family) = &code.family {
            self.parts.words("Family", family, Some(Speaker::Vendor), PartKind::Words);
        }
        for entry in &code.neighbours {
            let mut text = entry.code.clean();
            text.push(&Clean::ours("  "));
            text.push(&entry.title.as_ref().or(entry.meaning.as_ref()).map(Untrusted::clean).unwrap_or_default());
            self.parts.push("Near it", vec![text], None, PartKind::Code);
        }
        self.http();
    }

    fn also(&mut self, code: &Code) {
        if !code.also.is_empty() {
            let text = format!("{} elsewhere; `x` shows them", plural(code.also.len(), "row"));
            self.parts.push("Same code", vec![clean(&text)], None, PartKind::Remark);
        }
    }

    fn codes(&mut self, codes: &[Code]) {
        for code in codes {
            let mut text = self.parts.shown(&code.code);
            text.push(&Clean::ours("  "));
            match &code.entry {
                Some(entry) => {
                    text.push(
                        &entry
                            .title
                            .as_ref()
                            .filter(|title| **title != entry.code)
                            .or(entry.meaning.as_ref())
                            .map(Untrusted::clean)
                            .unwrap_or_default(),
                    );
                }
                None if code.table.is_empty() => {}
                None => text.push(&Clean::ours("not in the table")),
            }
            let speaker = code.entry.as_ref().map(|_| Speaker::Vendor);
            self.parts.push("Code", vec![text], speaker, PartKind::Code);
            if let (None, Some(family)) = (&code.entry, &code.family) {
                self.parts.words("Family", family, Some(Speaker::Vendor), PartKind::Remark);
            }
        }
    }

    fn http(&mut self) {
        let http = &self.reading.decoded.http;
        let Some(status) = http.status else { return };
        let mut text = clean(&status.to_string());
        if let Some(title) = http.entry.as_ref().and_then(|entry| entry.title.as_ref()).or(http.reason.as_ref()) {
            text.push(&Clean::ours(" "));
            text.push(&title.clean());
        }
        let meaning = self.reading.decoded.status_meaning().and_then(|entry| entry.meaning.as_ref());
        let told = self.reading.decoded.story.means.as_ref().map(|said| &said.text);
        if let Some(meaning) = meaning.filter(|meaning| Some(*meaning) != told) {
            text.push(&Clean::ours(": "));
            text.push(&meaning.clean());
        }
        self.parts.push("HTTP", vec![text], None, PartKind::Remark);
    }

    fn recognised(&mut self) {
        let decoded = &self.reading.decoded;
        if let Some(vendor) = &decoded.vendor {
            let why: Vec<&str> = vendor.evidence.iter().map(|held| held.why.source()).collect();
            if !why.is_empty() {
                self.parts.words("Recognised", &why.join("; ").into(), None, PartKind::Remark);
            }
            if vendor.retired {
                self.parts.ours("", "This service was switched off.");
            }
            return;
        }
        if matches!(decoded.source.format, Format::Json | Format::Xml) {
            self.parts
                .ours("Vendor", "No vendor and no standard that errview knows claims this body. `V` chooses one.");
        }
        for guess in decoded.guesses.iter().take(SHOWN_GUESSES) {
            self.guess(guess);
        }
        if decoded.http.status.is_none() {
            self.parts.ours("HTTP", "The status is not known. `curl -i` sends it along; `s` says it here.");
        }
    }

    fn guess(&mut self, guess: &Guess) {
        let mut text = guess.name.clean();
        let held: Vec<&str> = guess.evidence.iter().map(|held| held.why.source()).collect();
        let lacking: Vec<&str> = guess.lacking.iter().map(|held| held.why.source()).collect();
        if !held.is_empty() {
            text.push(&clean(&format!(": {}", held.join("; "))));
        }
        if !lacking.is_empty() {
            text.push(&clean(&format!(", but not {}", lacking.join("; "))));
        }
        self.parts.push("Maybe", vec![text], None, PartKind::Remark);
    }

    /// Bodies that are no data: what they are, and which flag of curl would have helped.
    fn body(&mut self) {
        let advice = match self.reading.document.format() {
            Format::Json | Format::Xml => return,
            Format::Empty => {
                "There is no body. `curl -f` hides bodies of failures; `--fail-with-body` keeps them, `-i` shows the head."
            }
            Format::Html => "The body is an HTML page, not data: often a proxy, a login page or a wrong address.",
            Format::Text => "The body is plain text, not data.",
            Format::Binary => "The body is not text. If it is compressed: `curl --compressed`.",
        };
        self.parts.ours("Body", advice);
    }

    fn item_line(&mut self, item: &Item) {
        let mark: Mark = item.outcome.into();
        let mut text = clean(&format!("{} {}", mark.word(), self.parts.shown(&item.label)));
        let words = item.story.happened.as_ref().or(item.story.means.as_ref());
        if let Some(words) = words {
            text.push(&Clean::ours(": "));
            text.push(&self.parts.shown(&words.text));
        }
        self.parts.push("Item", vec![text], None, PartKind::Remark);
    }

    /// That a list goes on.
    fn more(&mut self, count: usize, what: &str) {
        if count > SHOWN_ITEMS {
            self.parts.push("", vec![clean(&format!("… {} {what}", count - SHOWN_ITEMS))], None, PartKind::Remark);
        }
    }

    fn message_line(&mut self, message: &Message) {
        let mark: Mark = message.severity.into();
        let mut text = Clean::ours(mark.word());
        if let Some(field) = &message.field {
            text.push(&Clean::ours(" "));
            text.push(&self.parts.shown(field));
        }
        text.push(&Clean::ours(": "));
        text.push(&self.parts.shown(&message.text));
        self.parts.push("Message", vec![text], Some(Speaker::Server), PartKind::Remark);
    }

    fn usage_line(&mut self, usage: &Usage) {
        let mut text = self.parts.shown(&usage.label);
        text.push(&clean(&format!(": {}", usage_words(usage).unwrap_or_default())));
        if let Some(resets) = &usage.resets {
            text.push(&Clean::ours(", resets "));
            text.push(&self.parts.shown(resets));
        }
        if let Some((at, now)) = usage.resets_at.zip(self.eye.now) {
            text.push(&clean(&format!(" ({})", super::human::relative(at, now, false))));
        }
        self.parts.push("Usage", vec![text], None, PartKind::Remark);
    }

    fn done(self, mark: Option<Mark>, title: Clean, name: Clean, subject: Subject) -> Explanation {
        Explanation { mark, title, name, pointer: Clean::default(), parts: self.parts.list, subject }
    }
}

/// What a table says of a code, outside any response.
pub fn explain_entry(entry: &Entry) -> Vec<Part> {
    let mut parts = Parts::new(Secrets::Masked);
    parts.entry(entry);
    parts.list
}

fn who_of(code: &Code) -> Option<Who> {
    code.entry.as_ref().and_then(|entry| entry.who)
}

/// Items, messages, links and troubles that an explanation lists; the tree has them all.
const SHOWN_ITEMS: usize = 20;

/// Guesses that are named where nobody claims the body.
const SHOWN_GUESSES: usize = 3;
