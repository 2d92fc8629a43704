//! A document read with a pack's eyes: how it went, why, what to do.
//!
//! In: a response, its document and the ranked candidates of `detect`. Out: [`Decoded`], which reports and the view show.
//! All knowledge comes from the pack's shape; where nobody claims a body, a pack of rank `generic` is read the same way
//! and names no vendor.

mod advice;
mod codes;
mod items;
mod limits;
mod messages;
mod model;
mod nested;
mod outcome;
mod quote;
mod reader;
mod room;
pub mod sample;
mod story;

pub use limits::{Counter, at as usage_at};
pub use model::*;
pub use quote::Sentences;
pub use story::headline;

use crate::detect::{self, Claim, Held, Index, Memory, Ranking, Recognised};
use crate::document::{Format, NodeId, Nodes, Page};
use crate::input::Response;
use crate::pack::model::{ItemRule, OutcomeRule, Shape, UsageRule};
use crate::pack::{Answer, Ask, Catalog, Lifecycle, Pack, Rank};

use outcome::Known;
use quote::Hearsay;
use reader::Reader;
use room::Room;

/// What the user says about a response; it beats what the response says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--vendor`: the pack's id.
    pub vendor: Option<String>,
    /// Seconds since 1970 now, for "resets in 42 s"; `None` leaves such words out (reports that must not change from day to day).
    pub now: Option<u64>,
    /// How much is wanted.
    pub depth: Depth,
}

/// How much of a response is wanted. What is not wanted is left out of [`Decoded`]; what is in it is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Vendor, verdict, advice and codes.
    Counts,
    /// And everything that a line is about.
    Findings,
    /// Everything but near misses, which no report for programs has.
    Report,
    /// Everything.
    #[default]
    Whole,
}

/// Detects and decodes one response.
pub fn decode(catalog: &Catalog, response: &Response, document: &dyn Nodes, options: &Options) -> Decoded {
    let within = Within { depth: 0, room: &Room::default(), hearsay: &Hearsay::default() };
    decode_within(catalog, response, document, options, within)
}

/// What a body shares with those that stand in its strings.
#[derive(Clone, Copy)]
struct Within<'a> {
    /// In how many strings of other bodies a body stands.
    depth: u8,
    /// What may still be taken apart.
    room: &'a Room,
    hearsay: &'a Hearsay,
}

/// As [`decode`], for a body that may stand in others.
fn decode_within(
    catalog: &Catalog,
    response: &Response,
    document: &dyn Nodes,
    options: &Options,
    within: Within<'_>,
) -> Decoded {
    let brief = document.brief();
    let seen = brief.as_deref().unwrap_or(document);
    let ranking = detect::rank(catalog, response, seen, options.vendor.as_deref());
    let claim = ranking.claims.first();
    let vendor = claim.and_then(|claim| vendor(claim, &claim.evidence));
    finish(catalog, response, document, options, &ranking, vendor, within)
}

/// Decodes one response after the other and remembers what they have in common. All of them have the same heads.
#[derive(Debug)]
pub struct Decoder<'i, 'c> {
    index: &'i Index<'c>,
    options: Options,
    memory: Memory<'c>,
    hearsay: Hearsay,
}

impl<'i, 'c> Decoder<'i, 'c> {
    /// One that has seen nothing yet.
    pub fn new(index: &'i Index<'c>, options: Options) -> Self {
        Self { index, options, memory: Memory::default(), hearsay: Hearsay::default() }
    }

    /// Tells whose body it is; `response` has the heads, `page` the body.
    pub fn recognise(&mut self, response: &Response, page: &Page<'_>) -> Recognised<'c> {
        self.memory.rank(self.index, response, page, self.options.vendor.as_deref())
    }

    /// Decodes a response as that of the pack that claims it: with [`Decoder::recognise`] all that [`decode`] does.
    pub fn decode(&self, response: &Response, page: &Page<'_>, ranking: &Ranking<'c>) -> Decoded {
        let held = match self.options.depth {
            Depth::Counts | Depth::Findings => Vec::new(),
            Depth::Report | Depth::Whole => {
                detect::proof(self.index, response, page, ranking, self.options.vendor.as_deref())
            }
        };
        let vendor = ranking.claims.first().and_then(|claim| vendor(claim, &held));
        let within = Within { depth: 0, room: &Room::default(), hearsay: &self.hearsay };
        finish(self.index.catalog(), response, page, &self.options, ranking, vendor, within)
    }
}

impl Decoder<'_, '_> {
    /// The counters and limits of a response alone.
    pub fn usage(&self, response: &Response, page: &Page<'_>, ranking: &Ranking<'_>) -> Vec<Usage> {
        self.with_rules(response, page, ranking, usage_of)
    }

    /// Where the counters of a body stand; nothing where headers have some as well.
    pub fn counters(&self, response: &Response, page: &Page<'_>, ranking: &Ranking<'_>) -> Option<Vec<Counter>> {
        response.head().is_none().then(|| self.with_rules(response, page, ranking, limits::counters))
    }

    /// What counters say in another body that reads alike, of which `text` tells what stands at a node.
    pub fn usage_in(&self, counters: &[Counter], text: impl Fn(NodeId) -> Option<Words>) -> Vec<Usage> {
        limits::usage_in(counters, text, self.options.now)
    }

    fn with_rules<T>(
        &self,
        response: &Response,
        page: &Page<'_>,
        ranking: &Ranking<'_>,
        read: impl FnOnce(&Reader<'_>, &[UsageRule]) -> T,
    ) -> T {
        let (pack, shape) = read_with(ranking);
        let catalog = self.index.catalog();
        let (options, within) = (&self.options, Within { depth: 0, room: &Room::default(), hearsay: &self.hearsay });
        let reader = Reader { catalog, response, document: page, pack, shape, options, within };
        read(&reader, shape.map_or(&[], |shape| &shape.usage))
    }
}

/// The pack and the form that a body is read with.
pub fn read_with<'c>(ranking: &Ranking<'c>) -> (Option<&'c Pack>, Option<&'c Shape>) {
    let (pack, shape) = ranking.claims.first().map_or((None, None), |claim| (Some(claim.pack), claim.shape));
    // A vendor known by its host only is read with the generic forms.
    let generic = || ranking.claims.iter().find(|claim| claim.pack.tag().rank == Rank::Generic);
    (pack, shape.or_else(|| generic().and_then(|claim| claim.shape)))
}

fn usage_of(reader: &Reader<'_>, rules: &[UsageRule]) -> Vec<Usage> {
    let mut usage = limits::usage(reader, rules);
    usage.extend(limits::headers(reader));
    usage
}

fn finish(
    catalog: &Catalog,
    response: &Response,
    document: &dyn Nodes,
    options: &Options,
    ranking: &Ranking<'_>,
    vendor: Option<Vendor>,
    within: Within<'_>,
) -> Decoded {
    let (pack, shape) = read_with(ranking);
    let reader = Reader { catalog, response, document, pack, shape, options, within };
    let mut decoded = Decoded::undecided(response, document);
    decoded.vendor = vendor;
    decoded.guesses = guesses(ranking);
    decoded.problems = troubles(response, document);
    read(&reader, &mut decoded);
    // Of the place only the body is known: what was left out may be in a string of it.
    let left_out = |message| Trouble {
        kind: "too-many",
        message,
        line: response.origin.body_line,
        column: 1,
        offset: None,
        grave: true,
    };
    decoded.problems.extend(within.room.left_out().map(left_out));
    decoded
}

/// Fills in everything that the shape tells.
fn read(reader: &Reader<'_>, decoded: &mut Decoded) {
    let root = reader.document.root();
    let none = Shape::default();
    let shape = reader.shape.unwrap_or(&none);
    let claimed = decoded.vendor.is_some();

    decoded.http.status = decoded.http.status.or_else(|| body_status(reader, shape));
    let mut title = reader.first(root, &shape.title);
    decoded.http.entry = http_entry(reader, decoded.http.status, title.as_ref());
    decoded.items = items::find(reader, root, &shape.items);
    let there = |rule: &&ItemRule| reader.document.first(root, &rule.each).is_some();
    let rules = shape.items.iter().filter(there).chain(&shape.items);
    if let Some(noun) = rules.into_iter().find_map(|rule| rule.noun.as_ref()) {
        decoded.items_noun = noun.clone();
    }
    decoded.codes = if claimed {
        codes::find(reader, root, &shape.codes, title.as_ref())
    } else {
        codes::find_unclaimed(reader, &shape.codes)
    };
    decoded.messages = messages::find(reader, root, &shape.messages);
    decoded.links = messages::links(reader, root, &shape.links);
    decoded.links.extend(messages::header_links(reader));
    decoded.usage = usage_of(reader, &shape.usage);
    decoded.request_id = reader.first(root, &shape.request_id).or_else(|| header_request_id(reader));

    let nested = title.as_ref().and_then(|title| nested::open(reader, title));
    if let Some(nested) = &nested {
        codes::add(reader, &mut decoded.codes, &nested.codes);
        title = nested.text.clone().or(title);
    }
    let plain = !matches!(reader.document.format(), Format::Json | Format::Xml);
    let matched = title.as_ref().and_then(|title| quote::title(reader, title, plain));
    if let Some(found) = &matched {
        codes::add(reader, &mut decoded.codes, &found.codes);
    }
    decoded.verdict = verdict(reader, shape, decoded);
    // A status that says "fine" explains nothing about a body that says otherwise.
    let by_status = outcome::of_http(decoded.http.status, decoded.http.entry.as_deref());
    let http = decoded.http.entry.as_deref().filter(|_| by_status == Some(decoded.verdict));
    decoded.story = story::of_codes(&decoded.codes, matched.as_ref(), http);
    if decoded.verdict == Outcome::Success && decoded.codes.is_empty() && !claimed {
        decoded.story = Story::default();
    }
    if let Some(title) = title {
        decoded.story.happened = Some(story::server(title));
    }
    if let Some(nested) = nested.filter(|_| decoded.verdict != Outcome::Success) {
        story::of_nested(&mut decoded.story, nested, matched.is_some());
    }
    decoded.story.detail =
        reader.first(root, &shape.detail).filter(|detail| story::is_news(decoded, detail)).map(story::server);
    decoded.story.location = reader.first_at(root, &shape.location);
    let case = advice::Case {
        verdict: decoded.verdict,
        codes: &decoded.codes,
        items: &decoded.items,
        matched: matched.as_ref(),
        http: decoded.http.entry.as_deref(),
    };
    let (retry, who) = (advice::decide(reader, &case), advice::who(reader, &case));
    (decoded.retry, decoded.who) = (retry, who);
    decoded.matched = matched.map(|found| found.matched);
    let fixed = |rule: &OutcomeRule| matches!(rule, OutcomeRule::Fixed(Outcome::Failure));
    let errors = shape.items.iter().all(|rule| rule.outcome.iter().all(fixed));
    decoded.summary = story::summary(decoded, errors);
}

/// How it went. A head that says failure is believed over a body that says success, unless the vendor's own table
/// has a row for exactly this (a 404 that confirms a deletion).
fn verdict(reader: &Reader<'_>, shape: &Shape, decoded: &Decoded) -> Outcome {
    let known = Known {
        codes: &decoded.codes,
        items: &decoded.items,
        status: decoded.http.status,
        http: decoded.http.entry.as_deref(),
    };
    let default = [OutcomeRule::Codes, OutcomeRule::Http];
    let rules: &[OutcomeRule] = if shape.outcome.is_empty() { &default } else { &shape.outcome };
    let by_status = outcome::of_http(known.status, known.http);
    let by_row = outcome::of_codes(known.codes);
    let answer = outcome::decide(reader, reader.document.root(), rules, &known);
    match (answer, by_status) {
        // A row that says so (an answer that is still to come, a rehearsal that went well) knows the vendor's ways.
        (Some(answer), _) if by_row == Some(answer) => answer,
        (Some(Outcome::Success | Outcome::Pending), Some(Outcome::Failure)) => Outcome::Failure,
        (Some(Outcome::Failure), Some(Outcome::Success)) if overruled(known.http) => Outcome::Success,
        (Some(Outcome::Skipped), _) => Outcome::Failure,
        (Some(Outcome::Unknown) | None, Some(by_status)) => by_status,
        (answer, _) => answer.unwrap_or(Outcome::Unknown),
    }
}

/// Whether the vendor's table calls a status from 400 a success.
fn overruled(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|entry| {
        entry.outcome == Some(Outcome::Success) && entry.code.source().parse::<u16>().is_ok_and(|status| status >= 400)
    })
}

/// A status that the body repeats, at the first place that has one.
fn body_status(reader: &Reader<'_>, shape: &Shape) -> Option<u16> {
    shape.http.iter().find_map(|path| {
        let found = reader.first_at(reader.document.root(), std::slice::from_ref(path))?;
        found.text.source().trim().parse().ok().filter(|status| (100..600).contains(status))
    })
}

/// What the vendor's `http` table says of the status, else the table of the standard.
fn http_entry(reader: &Reader<'_>, status: Option<u16>, said: Option<&Mention>) -> Option<Box<Entry>> {
    let code = status?.to_string();
    let method = reader.response.request.method.as_ref().map(|method| method.source());
    let ask = Ask { code: &code, under: None, method, said: said.map(|said| said.text.source()) };
    let own = reader.pack.filter(|pack| pack.table("http").is_some()).map(|pack| (pack, "http"));
    let base = reader.catalog.pack("http").map(|pack| (pack, "status"));
    own.into_iter().chain(base).find_map(|(pack, table)| match reader.catalog.ask(pack, table, ask) {
        Answer::Known(entry) => Some(entry),
        Answer::Unknown { .. } => None,
    })
}

/// Headers that carry the id to quote to support, whoever sends them.
const REQUEST_ID_HEADERS: [&str; 5] = ["x-request-id", "request-id", "x-correlation-id", "x-trace-id", "traceparent"];

fn header_request_id(reader: &Reader<'_>) -> Option<Mention> {
    REQUEST_ID_HEADERS.iter().find_map(|name| {
        let text = reader.response.header(name)?.clone();
        Some(Mention { text, place: Place::Header((*name).into()) })
    })
}

fn vendor(claim: &Claim<'_>, held: &[Held]) -> Option<Vendor> {
    let head = claim.pack.head();
    (head.rank != Rank::Generic).then(|| Vendor {
        id: head.id.clone(),
        name: head.name.clone(),
        shape: claim.shape.map_or_else(String::new, |shape| shape.name.clone()),
        confidence: claim.confidence,
        evidence: evidence(held),
        retired: head.lifecycle == Lifecycle::Retired,
    })
}

/// The claims that did not win, then the near misses of packs that claim nothing.
fn guesses(ranking: &Ranking<'_>) -> Vec<Guess> {
    let named = |pack: &Pack, shape: Option<&Shape>| Guess {
        id: pack.id().to_owned(),
        name: pack.head().name.clone(),
        shape: shape.map_or_else(String::new, |shape| shape.name.clone()),
        confidence: None,
        evidence: Vec::new(),
        lacking: Vec::new(),
    };
    let mut guesses: Vec<Guess> = Vec::new();
    for claim in ranking.claims.iter().skip(1).filter(|claim| claim.pack.tag().rank != Rank::Generic) {
        guesses.push(Guess {
            confidence: Some(claim.confidence),
            evidence: evidence(&claim.evidence),
            ..named(claim.pack, claim.shape)
        });
    }
    for near in &ranking.near {
        let known = ranking.claims.iter().any(|claim| claim.pack.id() == near.pack.id())
            || guesses.iter().any(|guess| guess.id == near.pack.id());
        if !known {
            guesses.push(Guess {
                evidence: evidence(&near.evidence),
                lacking: evidence(&near.lacking),
                ..named(near.pack, Some(near.shape))
            });
        }
    }
    guesses
}

fn evidence(held: &[Held]) -> Vec<Evidence> {
    let place = |held: &Held| match (&held.node, &held.header) {
        (Some(node), _) => Some(Place::Body(*node)),
        (None, Some(name)) => Some(Place::Header(name.clone())),
        (None, None) => None,
    };
    held.iter().map(|held| Evidence { place: place(held), why: held.why.clone() }).collect()
}

/// Troubles of the body, at their lines in the source, after the notes of the input.
fn troubles(response: &Response, document: &dyn Nodes) -> Vec<Trouble> {
    let notes = response.notes.iter().map(|note| Trouble {
        kind: note.kind.id(),
        message: note.kind.message(),
        line: note.line,
        column: 1,
        offset: None,
        grave: note.kind.is_grave(),
    });
    let problems = document.problems().iter().map(|problem| {
        let position = document.position(problem.span.start);
        Trouble {
            kind: problem.kind.id(),
            message: problem.kind.message(),
            line: position.line + response.origin.body_line.saturating_sub(1),
            column: position.column,
            offset: Some(problem.span.start),
            grave: problem.kind.is_grave(),
        }
    });
    notes.chain(problems).collect()
}
