//! The explanation that is copied: a few lines that read well in a ticket or a chat, without any screen around them.
//!
//! In: what it is about. Out: clean text of several lines; Markdown is made of the same facts.

use super::{Report, Style, advice, parts};
use crate::decode::{Code, Entry, Item, Message, Outcome, Place, Story};

/// What an explanation is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// The response.
    Whole,
    /// One item.
    Item(&'a Item),
    /// One code.
    Code(&'a Code),
    /// One message.
    Message(&'a Message),
}

/// A heading, what stands behind it, and whose words that is.
pub(super) struct Fact {
    pub(super) heading: &'static str,
    pub(super) text: String,
    pub(super) by: Option<&'static str>,
}

/// The explanation as plain text: vendor and verdict, code and title, what it means, what to do, place, request id,
/// source, link.
pub fn write(report: &Report<'_>, subject: Subject<'_>) -> String {
    let mut out = headline(report, subject);
    out.push('\n');
    for fact in facts(report, subject) {
        out.push_str(fact.heading);
        out.push_str(": ");
        out.push_str(&fact.text);
        if let Some(by) = fact.by {
            out.push_str(&format!(" ({by})"));
        }
        out.push('\n');
    }
    out
}

/// `Acme, HTTP 400: ✗ FAIL on linkedin`
pub(super) fn headline(report: &Report<'_>, subject: Subject<'_>) -> String {
    let decoded = report.decoded;
    let mut text = match &decoded.vendor {
        Some(vendor) => report.words(&vendor.name).into_string(),
        None => "Unknown vendor".into(),
    };
    if let Some(status) = decoded.http.status {
        text.push_str(&format!(", HTTP {status}"));
    }
    let style = Style::default();
    text.push_str(": ");
    match subject {
        Subject::Item(item) => {
            text.push_str(&format!("{} on {}", style.status(item.outcome), report.words(&item.label)));
        }
        Subject::Message(message) => text.push_str(style.severity(message.severity).1),
        Subject::Whole | Subject::Code(_) => {
            text.push_str(&format!("{}, {}", style.status(decoded.verdict), report.words(&decoded.summary)));
        }
    }
    text
}

/// Everything below the headline.
pub(super) fn facts(report: &Report<'_>, subject: Subject<'_>) -> Vec<Fact> {
    let mut facts = Facts { report, list: Vec::new() };
    let decoded = report.decoded;
    match subject {
        Subject::Whole => {
            facts.codes(&decoded.codes);
            facts.story(&decoded.story);
            facts.add("Retry", advice::sentence(report, &decoded.retry, decoded.verdict));
            for item in decoded.items.iter().filter(|item| item.outcome != Outcome::Success) {
                facts.item(item);
            }
            facts.place(report.code().map(|code| &code.place));
        }
        Subject::Item(item) => {
            facts.codes(&item.codes);
            facts.story(&item.story);
            facts.add("Retry", item.retry.and_then(|retry| advice::words(Some(retry), None, item.outcome)));
            for inner in item.items.iter().filter(|inner| inner.outcome != Outcome::Success) {
                facts.item(inner);
            }
            facts.place(Some(&Place::Body(item.node)));
        }
        Subject::Code(code) => {
            facts.codes(std::slice::from_ref(code));
            if let Some(entry) = &code.entry {
                facts.add("What it means", entry.meaning.as_ref().map(|words| report.words(words).into_string()));
                facts.add("What to do", entry.action.as_ref().map(|words| report.words(words).into_string()));
                let outcome = entry.outcome.unwrap_or(Outcome::Failure);
                facts.add("Retry", entry.retry.and_then(|retry| advice::words(Some(retry), None, outcome)));
            }
            facts.place(Some(&code.place));
        }
        Subject::Message(message) => {
            facts.add("What happened", Some(report.words(&message.text).into_string()));
            facts.add("About", message.field.as_ref().map(|field| report.words(field).into_string()));
            facts.place(Some(&Place::Body(message.node)));
        }
    }
    facts.origin(subject);
    facts.list
}

struct Facts<'r> {
    report: &'r Report<'r>,
    list: Vec<Fact>,
}

impl Facts<'_> {
    fn add(&mut self, heading: &'static str, text: Option<String>) {
        self.list.extend(text.filter(|text| !text.is_empty()).map(|text| Fact { heading, text, by: None }));
    }

    fn codes(&mut self, codes: &[Code]) {
        for code in codes {
            let mut text = self.report.words(&code.code).into_string();
            match &code.entry {
                Some(entry) => {
                    let title = entry.title.iter().filter(|title| **title != entry.code);
                    text.extend(title.map(|title| format!(" {}", self.report.words(title))));
                }
                None if code.table.is_empty() => {}
                None => text.push_str(", which is not in the table"),
            }
            if !code.table.is_empty() {
                text.push_str(&format!(" ({})", crate::text::clean(&code.table)));
            }
            self.add("Code", Some(text));
        }
    }

    fn story(&mut self, story: &Story) {
        for (heading, said) in parts(story) {
            let text = self.report.words(&said.text).into_string();
            self.list.push(Fact { heading, text, by: Some(said.by.mark()) });
        }
        self.add("About", story.location.as_ref().map(|location| self.report.words(&location.text).into_string()));
    }

    fn item(&mut self, item: &Item) {
        let mut text = format!("{}: {}", self.report.words(&item.label), Style::default().status(item.outcome));
        if let Some(said) = item.story.happened.as_ref().or(item.story.means.as_ref()) {
            text.push_str(&format!(": {}", self.report.words(&said.text)));
        }
        self.add("Item", Some(text));
    }

    fn place(&mut self, place: Option<&Place>) {
        self.add("Where", place.map(|place| self.report.shown_place(place)));
    }

    /// Request id, source and link: what a reader needs to check it.
    fn origin(&mut self, subject: Subject<'_>) {
        let decoded = self.report.decoded;
        self.add("Request id", decoded.request_id.as_ref().map(|id| self.report.words(&id.text).into_string()));
        let codes = match subject {
            Subject::Whole | Subject::Message(_) => decoded.codes.last(),
            Subject::Item(item) => item.codes.last(),
            Subject::Code(code) => Some(code),
        };
        let entry = codes.and_then(|code| code.entry.as_deref()).or(decoded.http.entry.as_deref());
        let field = |of: fn(&Entry) -> Option<&crate::decode::Words>| {
            entry.and_then(of).map(|words| self.report.words(words).into_string())
        };
        let (source, link) = (field(|entry| entry.source.as_ref()), field(|entry| entry.url.as_ref()));
        self.add("Source", source.clone());
        self.add("Link", link.filter(|link| Some(link) != source.as_ref()));
    }
}
