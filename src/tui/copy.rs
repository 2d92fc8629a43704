//! What the copy keys copy: a kind and the present selection make a text.

use super::model::{Browser, Model, Tab};
use crate::decode::{Code, Place};
use crate::document::NodeId;
use crate::report::explanation::Subject as About;
use crate::report::{Report, explanation, markdown};
use crate::view::explain::Subject;
use crate::view::{Reading, copy};

/// A kind of copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What happened, what it means, what to do.
    Explanation,
    /// The code.
    Code,
    /// The server's message.
    Message,
    /// The value.
    Value,
    /// The RFC 6901 pointer.
    Pointer,
    /// The jq path.
    Jq,
    /// The link.
    Link,
    /// The id to quote to support.
    RequestId,
    /// The source text.
    Raw,
    /// Everything, in Markdown.
    Report,
}

impl Kind {
    /// What it is called in the toast.
    pub fn name(self) -> &'static str {
        match self {
            Self::Explanation => "explanation",
            Self::Code => "code",
            Self::Message => "message",
            Self::Value => "value",
            Self::Pointer => "pointer",
            Self::Jq => "jq path",
            Self::Link => "link",
            Self::RequestId => "request id",
            Self::Raw => "raw text",
            Self::Report => "report",
        }
    }
}

/// The text of a kind for what is selected; nothing where there is none.
pub(super) fn text(model: &Model, kind: Kind) -> Option<String> {
    let browser = model.browser();
    if let Some(entry) = selected_entry(model) {
        let found = match kind {
            Kind::Explanation => Some(of_entry(&entry)),
            Kind::Code | Kind::Value => Some(entry.code.clean().into_string()),
            Kind::Message => entry.title.as_ref().or(entry.messages.first()).map(|words| words.clean().into_string()),
            Kind::Link => entry.url.as_ref().map(|url| url.clean().into_string()),
            _ => None,
        };
        if found.is_some() || browser.is_none() {
            return found;
        }
    }
    let browser = browser?;
    let reading = model.reading()?;
    let report = Report { decoded: &reading.decoded, document: &reading.document, secrets: model.secrets };
    let words = |words: &crate::decode::Words| report.lines(words).join_lines();
    let node = browser.tree.selected().unwrap_or(reading.root());
    let decoded = &reading.decoded;
    Some(match kind {
        Kind::Explanation => explanation::write(&report, about(reading, browser)),
        Kind::Report => {
            let mut out = Vec::new();
            markdown::write(&mut out, &report).ok()?;
            String::from_utf8(out).ok()?
        }
        Kind::Code => words(&code(reading, browser)?.code),
        Kind::Message => message(reading, browser).map(words)?,
        Kind::Value if browser.tab == Tab::Headers => header(model, browser)?,
        Kind::Value => copy::value(reading, node, model.secrets),
        Kind::Pointer => reading.pointer(node).into_string(),
        Kind::Jq => reading.jq(node),
        Kind::Link => link(reading, browser, node.outer).map(|link| words(&link))?,
        Kind::RequestId => words(&decoded.request_id.as_ref()?.text),
        Kind::Raw => copy::raw(reading, node, model.secrets),
    })
}

/// The row of a table that is selected on the tab or screen of all codes.
pub(super) fn selected_entry(model: &Model) -> Option<crate::decode::Entry> {
    match model.base()? {
        super::model::Screen::Codes(codes) => codes.selected(&model.catalog),
        super::model::Screen::Response(browser) if browser.tab == Tab::Codes => {
            browser.codes.as_ref()?.selected(&model.catalog)
        }
        _ => None,
    }
}

/// The code that the selection is about: its own, the item's, else the response's.
pub(super) fn code<'m>(reading: &'m Reading, browser: &Browser) -> Option<&'m Code> {
    let own = match &browser.explanation.subject {
        Subject::Code(item, index) => reading.code(item.as_ref(), *index),
        Subject::Item(path) => reading.item(path).and_then(|item| item.codes.last()),
        _ => None,
    };
    own.or(reading.decoded.codes.last())
}

/// The link that the selection is about, as the response or the table spells it.
pub(super) fn link(reading: &Reading, browser: &Browser, node: NodeId) -> Option<crate::decode::Words> {
    let decoded = &reading.decoded;
    let here = decoded.links.iter().find(|link| link.place == Place::Body(node)).map(|link| link.href.clone());
    let own = || match &browser.explanation.subject {
        Subject::Link(index) => decoded.links.get(*index).map(|link| link.href.clone()),
        Subject::Item(path) => reading.item(path)?.url.as_ref().map(|url| url.text.clone()),
        Subject::Message(index) => Some(decoded.messages.get(*index)?.links.first()?.href.clone()),
        _ => None,
    };
    let of_code = || code(reading, browser)?.entry.as_ref()?.url.clone();
    here.or_else(own).or_else(of_code).or_else(|| decoded.links.first().map(|link| link.href.clone()))
}

fn about<'m>(reading: &'m Reading, browser: &Browser) -> About<'m> {
    let found = match &browser.explanation.subject {
        Subject::Item(path) => reading.item(path).map(About::Item),
        Subject::Code(item, index) => reading.code(item.as_ref(), *index).map(About::Code),
        Subject::Message(index) => reading.decoded.messages.get(*index).map(About::Message),
        Subject::Response | Subject::Usage(_) | Subject::Link(_) | Subject::RequestId => None,
    };
    found.unwrap_or(About::Whole)
}

fn message<'m>(reading: &'m Reading, browser: &Browser) -> Option<&'m crate::decode::Words> {
    let decoded = &reading.decoded;
    let own = match &browser.explanation.subject {
        Subject::Item(path) => reading.item(path)?.story.happened.as_ref().map(|said| &said.text),
        Subject::Message(index) => decoded.messages.get(*index).map(|message| &message.text),
        _ => None,
    };
    let whole = decoded.story.happened.as_ref().map(|said| &said.text);
    own.or(whole).or(decoded.messages.first().map(|message| &message.text))
}

fn header(model: &Model, browser: &Browser) -> Option<String> {
    let row = browser.headers.row(model.reading()?, browser.headers.cursor.at(), model.eye())?;
    Some(row.value.into_string())
}

fn of_entry(entry: &crate::decode::Entry) -> String {
    let mut out = format!("{} {} ({})", entry.pack_name.clean(), entry.code.clean(), entry.table_title.clean());
    for part in crate::view::explain::explain_entry(entry) {
        let text = part.lines.join_lines();
        match part.label {
            "" => out.push_str(&format!("\n{text}")),
            label => out.push_str(&format!("\n{label}: {text}")),
        }
    }
    out.push('\n');
    out
}

trait JoinLines {
    fn join_lines(&self) -> String;
}

impl JoinLines for Vec<crate::text::Clean> {
    fn join_lines(&self) -> String {
        self.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n")
    }
}
