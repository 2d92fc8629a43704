//! What decoding finds: the one structure behind every report and screen.

pub use crate::detect::Confidence;
use crate::document::{Document, Format, NodeId};
use crate::input::Response;
pub use crate::pack::{Confidence as Sureness, Entry, Outcome, Retry, Severity, Who};
use crate::text::Untrusted;

/// Text for people. Parts of it may come from the response, so it is as untrusted as that.
pub type Words = Untrusted<'static>;

/// All that is known about one response.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Where it came from.
    pub source: Source,
    /// Status line and request.
    pub http: Http,
    /// Whose envelope it is; `None` when nobody claims it.
    pub vendor: Option<Vendor>,
    /// Candidates that did not win, best first: ties, look-alikes, near misses. Shown where `vendor` is missing or not certain.
    pub guesses: Vec<Guess>,
    /// How it went. Never [`Outcome::Skipped`].
    pub verdict: Outcome,
    /// What happened, in one line without the verdict's word: `1 of 3 platforms failed: linkedin`.
    pub summary: Words,
    /// The explanation of the whole response.
    pub story: Story,
    /// The pack's message rule that the text fits.
    pub matched: Option<Matched>,
    /// Who can mend it, where that is known.
    pub who: Option<Who>,
    /// Whether repeating helps.
    pub retry: Advice,
    /// Codes outside items, from general to specific.
    pub codes: Vec<Code>,
    /// Per-platform results and the like.
    pub items: Vec<Item>,
    /// The word for one item: `platform`.
    pub items_noun: Words,
    /// Messages that are no items.
    pub messages: Vec<Message>,
    /// Links of body and headers.
    pub links: Vec<Link>,
    /// The id to quote to support.
    pub request_id: Option<Mention>,
    /// Counters and rate limits.
    pub usage: Vec<Usage>,
    /// Troubles of the body and notes of the input, in the order of the source.
    pub problems: Vec<Trouble>,
}

/// Where a response came from.
#[derive(Clone, Debug)]
pub struct Source {
    /// `stdin`, a file's name, `paste`, `clipboard`, `demo`.
    pub name: Words,
    /// The response's number within the source, from 0.
    pub index: usize,
    /// Its first line, from 1.
    pub line: usize,
    /// What its body is.
    pub format: Format,
    /// Length of its body in bytes.
    pub bytes: usize,
}

/// What is known of the exchange.
#[derive(Clone, Debug, Default)]
pub struct Http {
    /// The status, from the head, an option, or a member of the body that a pack names.
    pub status: Option<u16>,
    /// The reason phrase as it arrived.
    pub reason: Option<Words>,
    /// The request's method.
    pub method: Option<Words>,
    /// The request's URL.
    pub url: Option<Words>,
    /// What the HTTP table says of the status.
    pub entry: Option<Box<Entry>>,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A node of the body.
    Body(NodeId),
    /// A header of the response, by its name as it arrived.
    Header(Words),
    /// The status line or an option.
    Status,
}

/// A piece of text and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The text.
    pub text: Words,
    /// Where it stands.
    pub place: Place,
}

/// Whose envelope it is.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// The pack's id.
    pub id: String,
    /// The name for people.
    pub name: Words,
    /// The shape's name.
    pub shape: String,
    /// How sure.
    pub confidence: Confidence,
    /// The conditions that held.
    pub evidence: Vec<Evidence>,
    /// Whether the service was switched off.
    pub retired: bool,
}

/// A condition that held, or in a near miss did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Where it was looked for; `None` where nothing is there.
    pub place: Option<Place>,
    /// The condition in words, with the value seen: ``status is `ERROR` ``.
    pub why: Words,
}

/// A candidate that did not win.
#[derive(Clone, Debug)]
pub struct Guess {
    /// The pack's id.
    pub id: String,
    /// The name for people.
    pub name: Words,
    /// The shape's name.
    pub shape: String,
    /// What it would be; `None` for a near miss, which is no claim.
    pub confidence: Option<Confidence>,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// For a near miss: the conditions that did not hold.
    pub lacking: Vec<Evidence>,
}

/// An explanation in up to four parts; each tells whose words it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// What happened.
    pub happened: Option<Said>,
    /// What the server adds for developers.
    pub detail: Option<Said>,
    /// What it means.
    pub means: Option<Said>,
    /// What to do.
    pub action: Option<Said>,
    /// What of the request it is about: a field, a parameter, a path.
    pub location: Option<Mention>,
}

/// A message rule of a pack that a text fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The pack's id.
    pub pack: String,
    /// The rule's id.
    pub id: String,
    /// What stood in the template's holes.
    pub values: Vec<(String, Words)>,
}

/// Words and whose they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The words.
    pub text: Words,
    /// Whose they are.
    pub by: Speaker,
    /// Where in the body they stand.
    pub place: Option<Place>,
}

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The response's.
    Server,
    /// The vendor's reference.
    Vendor,
    /// The registry of HTTP statuses.
    Http,
    /// Ours.
    Errview,
}

impl Speaker {
    /// The mark beside the words.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Server => "server message",
            Self::Vendor => "vendor docs",
            Self::Http => "HTTP",
            Self::Errview => "errview",
        }
    }
}

/// Whether repeating helps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advice {
    /// The advice; `None` when nothing failed or nobody can tell.
    pub retry: Option<Retry>,
    /// Seconds to wait.
    pub after: Option<f64>,
    /// What decided; `None` where there is no advice.
    pub decided_by: Option<DecidedBy>,
    /// A remark in our words: `POST without a key: a blind repeat may act twice`.
    pub note: Option<Words>,
}

/// What decided about repeating; earlier beats later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecidedBy {
    /// A row or a message rule of the pack.
    Table,
    /// A member of the body.
    Body,
    /// A header.
    Header,
    /// The HTTP status.
    Http,
}

impl DecidedBy {
    /// The word for reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Body => "body",
            Self::Header => "header",
            Self::Http => "http",
        }
    }
}

/// A code, looked up.
#[derive(Clone, Debug)]
pub struct Code {
    /// `pack/table`; empty where nobody claims the body.
    pub table: String,
    /// The code as the response spells it, decoration cut off; `under/code` for composite keys.
    pub code: Words,
    /// Where it stands.
    pub place: Place,
    /// What the table says; `None` for an unknown code.
    pub entry: Option<Box<Entry>>,
    /// For an unknown code: the title of the family that it would belong to.
    pub family: Option<Words>,
    /// For an unknown code: the rows next to it.
    pub neighbours: Vec<Entry>,
    /// The same code at other vendors.
    pub also: Vec<Entry>,
    /// Whether the response quotes another vendor here.
    pub quoted: bool,
}

/// One part of a response that went well or wrong on its own.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is called: the platform, the field.
    pub label: Words,
    /// Its node.
    pub node: NodeId,
    /// How it went.
    pub outcome: Outcome,
    /// The explanation.
    pub story: Story,
    /// The pack's message rule that the text fits.
    pub matched: Option<Matched>,
    /// Whether repeating helps.
    pub retry: Option<Retry>,
    /// Its codes, from general to specific.
    pub codes: Vec<Code>,
    /// A word of the server beside the outcome: `PUBLISH_SUCCESS`.
    pub note: Option<Mention>,
    /// Ids worth copying, name and value.
    pub ids: Vec<(Words, Mention)>,
    /// Where the result is.
    pub url: Option<Mention>,
    /// Items within.
    pub items: Vec<Item>,
}

/// A message of a response.
#[derive(Clone, Debug)]
pub struct Message {
    /// How grave.
    pub severity: Severity,
    /// The text.
    pub text: Words,
    /// What of the request it is about.
    pub field: Option<Words>,
    /// When, as spelled.
    pub time: Option<Words>,
    /// Its id.
    pub id: Option<Words>,
    /// Its node.
    pub node: NodeId,
    /// Links in it.
    pub links: Vec<Link>,
}

/// A link.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The address as it arrived; open it only if it is http or https.
    pub href: Words,
    /// The words for it.
    pub title: Option<Words>,
    /// Where it stands.
    pub place: Place,
}

/// A counter, or a rate limit of the headers.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// The words for it.
    pub label: Words,
    /// How many are used.
    pub used: Option<f64>,
    /// Of how many.
    pub limit: Option<f64>,
    /// How many are left.
    pub remaining: Option<f64>,
    /// When it starts anew, as spelled.
    pub resets: Option<Words>,
    /// Seconds since 1970 when it starts anew, where that could be told.
    pub resets_at: Option<u64>,
    /// What was assumed in telling: `read as seconds from now`.
    pub assumed: Option<&'static str>,
    /// Where it stands.
    pub place: Place,
}

/// Something wrong with, or noticed about, the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// The word for it, in kebab case.
    pub kind: &'static str,
    /// One sentence.
    pub message: &'static str,
    /// Line in the source, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Where in the body, in bytes; `None` for notes of the input.
    pub offset: Option<usize>,
    /// Whether something may be lost or misread; a note otherwise.
    pub grave: bool,
}

impl Decoded {
    /// What the HTTP status means; `None` also where it tells of a failure and the vendor means none by it.
    pub fn status_meaning(&self) -> Option<&Entry> {
        let fine = matches!(self.verdict, Outcome::Success | Outcome::Pending);
        let entry = self.http.entry.as_deref()?;
        let contrary = fine && self.http.status.is_some_and(|status| status >= 400) && entry.outcome.is_none();
        (!contrary).then_some(entry)
    }

    /// What can be said without any pack.
    pub(super) fn undecided(response: &Response, document: &Document) -> Self {
        Self {
            source: Source {
                name: response.origin.name.clone(),
                index: response.origin.index,
                line: response.origin.line,
                format: document.format(),
                bytes: response.body_len(),
            },
            http: Http {
                status: response.status(),
                reason: response.head().map(|head| head.reason.clone()).filter(|reason| !reason.is_empty()),
                method: response.request.method.clone(),
                url: response.request.url.clone(),
                entry: None,
            },
            vendor: None,
            guesses: Vec::new(),
            verdict: Outcome::Unknown,
            summary: Untrusted::new("nobody's envelope that errview knows"),
            story: Story::default(),
            matched: None,
            who: None,
            retry: Advice::default(),
            codes: Vec::new(),
            items: Vec::new(),
            items_noun: Untrusted::new("item"),
            messages: Vec::new(),
            links: Vec::new(),
            request_id: None,
            usage: Vec::new(),
            problems: Vec::new(),
        }
    }
}
