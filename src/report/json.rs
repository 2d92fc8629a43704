//! The JSON report: one compact object a response. `docs/report.schema.json` describes it; it only ever grows.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::{Report, advice, format_id, outcome_id};
use crate::decode::{Code, Decoded, Item, Link, Message, Place, Usage, Words};
use crate::pack::{Confidence, Severity, Who};
use crate::secrets::Secrets;
use crate::text::Address;

/// Version of the report's form.
pub const SCHEMA: u32 = 1;

/// Writes the report of one response on a line of its own.
pub fn write<W: Write + ?Sized>(out: &mut W, report: &Report<'_>) -> io::Result<()> {
    put(out, &Whole::of(report))
}

/// Writes the counters as a report has them.
pub fn usage(out: &mut impl Write, secrets: Secrets, usage: &[Usage]) -> io::Result<()> {
    serde_json::to_writer(out, &entries(secrets, usage)).map_err(io::Error::from)
}

fn entries(secrets: Secrets, usage: &[Usage]) -> Vec<UsageEntry<'_>> {
    usage.iter().map(|usage| UsageEntry::of(secrets, usage)).collect()
}

/// Where in a report the number of the response stands, for one who learns it later.
pub fn index_place(report: &[u8]) -> Option<usize> {
    // The name before it is a string: a quote in it has a backslash, so this cannot be part of it.
    const BEFORE: &[u8] = b"\",\"index\":";
    memchr::memmem::find(report, BEFORE).map(|at| at + BEFORE.len())
}

/// Writes a value on one line.
pub(super) fn put<W: Write + ?Sized>(out: &mut W, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Whole<'r> {
    schema: u32,
    source: Source,
    http: Option<Http>,
    vendor: Option<Vendor>,
    verdict: &'static str,
    summary: String,
    retry: Retry,
    codes: Vec<CodeEntry>,
    items: Vec<ItemEntry>,
    messages: Vec<MessageEntry>,
    links: Vec<LinkEntry>,
    request_id: Option<String>,
    usage: Vec<UsageEntry<'r>>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Source {
    name: String,
    index: usize,
    line: usize,
    format: &'static str,
    bytes: usize,
}

#[derive(Serialize)]
struct Http {
    status: Option<u16>,
    reason: Option<String>,
    method: Option<String>,
    url: Option<String>,
}

#[derive(Serialize)]
struct Vendor {
    id: String,
    name: String,
    shape: String,
    confidence: &'static str,
    evidence: Vec<Evidence>,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Evidence {
    pointer: Option<String>,
    why: String,
}

#[derive(Serialize)]
struct Other {
    id: String,
    confidence: &'static str,
}

#[derive(Serialize)]
struct Retry {
    advice: Option<&'static str>,
    after_seconds: Option<Number>,
    decided_by: Option<&'static str>,
}

#[derive(Serialize)]
struct CodeEntry {
    /// `null` where nobody claims the body.
    table: Option<String>,
    code: String,
    pointer: String,
    known: bool,
    title: Option<String>,
    meaning: Option<String>,
    action: Option<String>,
    who: Option<&'static str>,
    retry: Option<&'static str>,
    family: Option<String>,
    source: Option<String>,
    confidence: Option<&'static str>,
    also: Vec<Also>,
}

#[derive(Serialize)]
struct Also {
    table: String,
    title: Option<String>,
}

#[derive(Serialize)]
struct ItemEntry {
    label: String,
    outcome: &'static str,
    pointer: String,
    text: Option<String>,
    explanation: Option<String>,
    action: Option<String>,
    retry: Option<&'static str>,
    codes: Vec<CodeEntry>,
    ids: serde_json::Map<String, serde_json::Value>,
    items: Vec<ItemEntry>,
}

#[derive(Serialize)]
struct MessageEntry {
    severity: &'static str,
    text: String,
    field: Option<String>,
    time: Option<String>,
    pointer: String,
    links: Vec<LinkEntry>,
}

#[derive(Serialize)]
struct LinkEntry {
    href: String,
    title: Option<String>,
    pointer: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    doubts: Vec<&'static str>,
}

#[derive(Serialize)]
struct UsageEntry<'u> {
    label: Cow<'u, str>,
    used: Option<Number>,
    limit: Option<Number>,
    remaining: Option<Number>,
    resets: Option<Cow<'u, str>>,
}

#[derive(Serialize)]
struct Problem {
    kind: &'static str,
    line: usize,
    column: usize,
    message: &'static str,
}

/// A count, written without `.0` where it is whole.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Beyond 2^53 not every whole number is one, so the float's own spelling is the honest one.
        if self.0.fract() == 0.0 && self.0.abs() < 9_007_199_254_740_992.0 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// Turns the parts of a report into what is written.
#[derive(Clone, Copy)]
struct Writer<'r>(&'r Report<'r>);

impl<'r> Whole<'r> {
    fn of(report: &'r Report<'_>) -> Self {
        let Decoded { source, verdict, .. } = report.decoded;
        let writer = Writer(report);
        let retry = &report.decoded.retry;
        Self {
            schema: SCHEMA,
            source: Source {
                name: writer.words(&source.name),
                index: source.index,
                line: source.line,
                format: format_id(source.format),
                bytes: source.bytes,
            },
            http: writer.http(),
            vendor: writer.vendor(),
            verdict: outcome_id(*verdict),
            summary: writer.words(&report.decoded.summary),
            retry: Retry {
                advice: advice::id(retry.retry, *verdict),
                after_seconds: retry.after.map(Number),
                decided_by: retry.decided_by.map(crate::decode::DecidedBy::id),
            },
            codes: writer.each(&report.decoded.codes, Writer::code),
            items: writer.each(&report.decoded.items, Writer::item),
            messages: writer.each(&report.decoded.messages, Writer::message),
            links: writer.each(&report.decoded.links, Writer::link),
            request_id: report.decoded.request_id.as_ref().map(|id| writer.words(&id.text)),
            usage: entries(report.secrets, &report.decoded.usage),
            problems: report
                .decoded
                .problems
                .iter()
                .map(|trouble| Problem {
                    kind: trouble.kind,
                    line: trouble.line,
                    column: trouble.column,
                    message: trouble.message,
                })
                .collect(),
        }
    }
}

impl Writer<'_> {
    fn words(self, words: &Words) -> String {
        self.0.words(words).into_string()
    }

    fn maybe(self, words: Option<&Words>) -> Option<String> {
        words.map(|words| self.words(words))
    }

    fn place(self, place: &Place) -> String {
        self.0.place(place).into_string()
    }

    fn each<T, U>(self, list: &[T], entry: impl Fn(Self, &T) -> U) -> Vec<U> {
        list.iter().map(|one| entry(self, one)).collect()
    }

    fn http(self) -> Option<Http> {
        let http = &self.0.decoded.http;
        if http.status.is_none() && http.reason.is_none() && http.method.is_none() && http.url.is_none() {
            return None;
        }
        Some(Http {
            status: http.status,
            reason: self.maybe(http.reason.as_ref()),
            method: self.maybe(http.method.as_ref()),
            url: self.maybe(http.url.as_ref()),
        })
    }

    fn vendor(self) -> Option<Vendor> {
        let vendor = self.0.decoded.vendor.as_ref()?;
        let others = self
            .0
            .decoded
            .guesses
            .iter()
            .filter_map(|guess| Some(Other { id: plain(&guess.id), confidence: guess.confidence?.id() }));
        Some(Vendor {
            id: plain(&vendor.id),
            name: self.words(&vendor.name),
            shape: plain(&vendor.shape),
            confidence: vendor.confidence.id(),
            evidence: self.each(&vendor.evidence, |writer, evidence| Evidence {
                pointer: evidence.place.as_ref().map(|place| writer.place(place)),
                why: writer.words(&evidence.why),
            }),
            others: others.collect(),
        })
    }

    fn code(self, code: &Code) -> CodeEntry {
        let entry = code.entry.as_deref();
        let field = |of: fn(&crate::decode::Entry) -> Option<&Words>| self.maybe(entry.and_then(of));
        CodeEntry {
            table: Some(plain(&code.table)).filter(|table| !table.is_empty()),
            code: self.words(&code.code),
            pointer: self.place(&code.place),
            known: entry.is_some(),
            title: field(|entry| entry.title.as_ref()),
            meaning: field(|entry| entry.meaning.as_ref()),
            action: field(|entry| entry.action.as_ref()),
            who: entry.and_then(|entry| entry.who).map(who_id),
            retry: entry
                .and_then(|entry| entry.retry)
                .and_then(|retry| advice::id(Some(retry), self.0.decoded.verdict)),
            family: field(|entry| entry.family.as_ref()).or_else(|| self.maybe(code.family.as_ref())),
            source: field(|entry| entry.source.as_ref()),
            confidence: entry.map(|entry| confidence_id(entry.confidence)),
            also: self.each(&code.also, |writer, entry| Also {
                table: plain(&format!("{}/{}", entry.pack, entry.table)),
                title: writer.maybe(entry.title.as_ref()),
            }),
        }
    }

    fn item(self, item: &Item) -> ItemEntry {
        let story = &item.story;
        let said = |said: &Option<crate::decode::Said>| said.as_ref().map(|said| self.words(&said.text));
        let mut ids = serde_json::Map::new();
        for (name, id) in &item.ids {
            let value = self.0.secrets.mask_named(name, &id.text).clean().into_string();
            // Several of one name: a carousel's posts.
            let value = match ids.get(name.clean().as_str()).and_then(serde_json::Value::as_str) {
                Some(before) => format!("{before}, {value}"),
                None => value,
            };
            ids.insert(self.words(name), value.into());
        }
        ItemEntry {
            label: self.words(&item.label),
            outcome: outcome_id(item.outcome),
            pointer: self.0.pointer(item.node).into_string(),
            text: said(&story.happened),
            explanation: said(&story.means),
            action: said(&story.action),
            retry: advice::id(item.retry, item.outcome),
            codes: self.each(&item.codes, Self::code),
            ids,
            // A pack nests items once, so this does not follow the input's depth.
            items: self.each(&item.items, Self::item),
        }
    }

    fn message(self, message: &Message) -> MessageEntry {
        MessageEntry {
            severity: severity_id(message.severity),
            text: self.words(&message.text),
            field: self.maybe(message.field.as_ref()),
            time: self.maybe(message.time.as_ref()),
            pointer: self.0.pointer(message.node).into_string(),
            links: self.each(&message.links, Self::link),
        }
    }

    fn link(self, link: &Link) -> LinkEntry {
        LinkEntry {
            href: self.words(&link.href),
            title: self.maybe(link.title.as_ref()),
            pointer: self.place(&link.place),
            doubts: Address::of(&link.href).doubts().iter().map(|doubt| doubt.id()).collect(),
        }
    }
}

impl<'u> UsageEntry<'u> {
    fn of(secrets: Secrets, usage: &'u Usage) -> Self {
        let words = |words: &'u Words| secrets.mask(words).into_clean();
        Self {
            label: words(&usage.label),
            used: usage.used.map(Number),
            limit: usage.limit.map(Number),
            remaining: usage.remaining.map(Number),
            resets: usage.resets.as_ref().map(words),
        }
    }
}

/// A name of a pack file as text: its author may be anybody.
fn plain(name: &str) -> String {
    crate::text::clean(name).into_string()
}

/// The word for who can mend it.
pub(super) fn who_id(who: Who) -> &'static str {
    match who {
        Who::Caller => "caller",
        Who::Account => "account",
        Who::Server => "server",
        Who::Net => "net",
    }
}

/// The word for how sure a fact is.
pub(super) fn confidence_id(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Official => "official",
        Confidence::Community => "community",
        Confidence::Inferred => "inferred",
    }
}

/// The word for how grave a message is.
pub(super) fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
