//! A first pack from one response: it recognises that response, reads it, and passes its own check.
//!
//! Names and values of members tell what they probably are ([`super::roles`]); several ways to recognise the body are
//! tried, and the first that no other pack minds is kept.

use std::fmt::Write as _;

use super::check::{Checked, Finding, check};
use super::roles::{self, Group, Kind, Member};
use super::toml::{block, code as code_value, key, quote};
use crate::decode::{Confidence, Decoded, Options, Outcome, decode, sample};
use crate::document::path::{Path, Step};
use crate::document::{Document, Format, Value};
use crate::input::Response;
use crate::pack::check::is_common;
use crate::pack::model::Sample;
use crate::pack::source::parse;
use crate::pack::{Catalog, Rank};
use crate::secrets::Secrets;
use crate::text::{Untrusted, clean};

/// Longest body that becomes a sample, in bytes.
const LONGEST: usize = 256 * 1024;
/// Longest title that a list shows, in characters.
const TITLE: usize = 120;
/// More top-level members than this are data rather than an envelope.
const CLOSED: usize = 8;

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There are no members to know it by.
    #[error("a pack is drafted from a JSON object or an XML document; this is {0}")]
    Formless(&'static str),
    /// Too large to stand in a pack.
    #[error("the body has {0} bytes; a sample has {LONGEST} at most")]
    TooLong(usize),
    /// Nothing in it says anything.
    #[error("there is no member in it that a vendor could be known by")]
    Empty,
    /// The id is none.
    #[error("`{0}` is no id: lower-case letters, digits and `-`")]
    Id(String),
}

/// A drafted pack.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The TOML.
    pub text: String,
    /// What `pack check` would still say.
    pub findings: Vec<Finding>,
    /// The pack that knows the body already, if one is certain of it.
    pub known: Option<String>,
}

/// Drafts a pack from a response. `today` is a date, `YYYY-MM-DD`.
///
/// # Errors
///
/// When the id is none, or the body is not one that a pack could be made from.
pub fn draft(
    catalog: &Catalog,
    response: &Response,
    id: &str,
    name: Option<&str>,
    today: &str,
) -> Result<Draft, DraftError> {
    if id.is_empty()
        || id.starts_with('-')
        || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    {
        return Err(DraftError::Id(clean(id).into_string()));
    }
    if response.body.len() > LONGEST {
        return Err(DraftError::TooLong(response.body.len()));
    }
    let document = Document::parse(response.body.clone());
    let read = matches!(document.format(), Format::Json | Format::Xml);
    if !read || !matches!(document.value(document.root()), Value::Object(1..)) {
        return Err(DraftError::Formless(match document.format() {
            Format::Json => "another kind of JSON",
            Format::Xml => "XML without elements",
            Format::Html => "HTML",
            Format::Text => "plain text",
            Format::Empty => "empty",
            Format::Binary => "binary",
        }));
    }
    let body = String::from_utf8_lossy(&document.bytes(document.span(document.root()))).into_owned();
    let body = Secrets::Masked.mask(&Untrusted::from(body)).source().to_owned();
    let document = Document::parse(body.as_bytes());
    let sketch = Sketch::of(&document, response, id, name, today, body).ok_or(DraftError::Empty)?;
    let claimed = decode(catalog, response, &document, &Options::default()).vendor;
    let rival = claimed.as_ref().map(|vendor| vendor.id.clone());
    let known = claimed.filter(|vendor| {
        vendor.confidence == Confidence::Certain
            && catalog.pack(&vendor.id).is_some_and(|pack| pack.head().rank == Rank::Vendor && pack.id() != id)
    });
    let mut best: Option<Draft> = None;
    for (only, extends) in [(false, None), (true, None), (false, rival.as_deref()), (true, rival.as_deref())] {
        let Some((text, findings)) = try_out(catalog, &sketch, Recognise { only, extends }, today) else { continue };
        let clean = findings.is_empty();
        if best.as_ref().is_none_or(|best| findings.len() < best.findings.len()) {
            best = Some(Draft { text, findings, known: known.as_ref().map(|vendor| vendor.id.clone()) });
        }
        if clean {
            break;
        }
    }
    best.ok_or(DraftError::Empty)
}

/// One way to recognise a body.
#[derive(Clone, Copy)]
struct Recognise<'a> {
    /// Whether the top-level members must be these and no others.
    only: bool,
    /// The pack that is refined.
    extends: Option<&'a str>,
}

/// The draft with what it expects, and what the check says of it; `None` where it does not recognise its own body.
fn try_out(catalog: &Catalog, sketch: &Sketch, how: Recognise<'_>, today: &str) -> Option<(String, Vec<Finding>)> {
    let without = sketch.write(how, None);
    let compiled = parse(&without, sketch.id.as_str(), &|_| None).ok()?;
    let mut with = catalog.clone();
    with.add(compiled.clone());
    let one: &Sample = compiled.samples.first()?;
    let response = sample::response(one);
    let document = Document::parse(response.body.clone());
    let decoded = decode(&with, &response, &document, &Options::default());
    decoded.vendor.as_ref().filter(|vendor| vendor.id == sketch.id && vendor.confidence >= Confidence::Likely)?;
    let text = sketch.write(how, Some(&decoded));
    let compiled = parse(&text, sketch.id.as_str(), &|_| None).ok()?;
    let mut with = catalog.clone();
    with.add(compiled.clone());
    let checked = Checked { name: format!("{}.toml", sketch.id), text: Some(text.clone()), compiled };
    let findings = check(&with, std::slice::from_ref(&checked), today);
    Some((text, findings))
}

/// What was understood of the body.
struct Sketch {
    id: String,
    name: String,
    today: String,
    body: String,
    status: Option<u16>,
    method: Option<String>,
    xml: bool,
    top: Vec<String>,
    members: Vec<Member>,
    /// Groups worth reading as items, or as messages where they are texts.
    groups: Vec<Group>,
}

impl Sketch {
    fn of(
        document: &Document,
        response: &Response,
        id: &str,
        name: Option<&str>,
        today: &str,
        body: String,
    ) -> Option<Self> {
        let (members, mut groups) = roles::read(document);
        groups.retain(is_telling);
        let top = document.children(document.root()).filter_map(|child| document.key(child));
        let sketch = Self {
            id: id.to_owned(),
            name: name.map_or_else(|| capital(id), str::to_owned),
            today: today.to_owned(),
            body,
            status: response.status(),
            method: response.request.method.as_ref().map(|method| method.source().to_owned()),
            xml: document.format() == Format::Xml,
            top: top.map(|key| key.source().to_owned()).collect(),
            members,
            groups,
        };
        (!sketch.members.is_empty() || !sketch.groups.is_empty()).then_some(sketch)
    }

    fn code(&self) -> Option<&Member> {
        roles::code(&self.members)
    }

    fn title(&self) -> Option<&Member> {
        roles::title(&self.members, self.code())
    }

    fn flag(&self) -> Option<&Member> {
        flag(&self.members)
    }

    fn write(&self, how: Recognise<'_>, decoded: Option<&Decoded>) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "# A first draft from one response: look at what was guessed, and say what the codes mean.\n\
             # `errview pack check {0}.toml` runs the samples; docs/packs.md is the reference of the format.\n\
             pack = 1\nid = {1}\nname = {2}\nverified = {3}\n\
             # hosts = [\"api.example.com\"]\n# docs = \"https://example.com/api/errors\"",
            self.id,
            quote(&self.id),
            quote(&self.name),
            self.today
        );
        if let Some(parent) = how.extends {
            let _ = writeln!(
                out,
                "# That pack recognises this body as well; where both do, this one wins.\nextends = {}",
                quote(parent)
            );
        }
        self.shape(&mut out, how);
        self.table(&mut out);
        self.sample(&mut out, decoded);
        out
    }

    fn shape(&self, out: &mut String, how: Recognise<'_>) {
        let _ = writeln!(out, "\n[[shape]]\nname = \"error\"");
        if self.xml {
            let _ = writeln!(out, "formats = [\"xml\"]");
        }
        let _ = writeln!(out, "require = [");
        for (path, kind) in self.marks() {
            let _ = writeln!(out, "  {{ path = {}, type = {} }},", quote(&path.to_string()), quote(kind));
        }
        let _ = writeln!(out, "]");
        if how.only && self.top.len() <= CLOSED {
            let names: Vec<String> = self.top.iter().map(|name| quote(name)).collect();
            let _ = writeln!(out, "only = [{}]", names.join(", "));
        }
        if let Some(outcome) = self.outcome() {
            let _ = writeln!(out, "outcome = {outcome}");
        }
        let mut line = |name: &str, member: Option<&Member>| {
            if let Some(member) = member {
                let _ = writeln!(out, "{name} = {}", quote(&member.path.to_string()));
            }
        };
        line("http", roles::status(&self.members));
        line("title", self.title());
        line(
            "where",
            roles::named(&self.members, &roles::PLACES, |member| member.in_error && member.kind == Kind::Text),
        );
        line("request_id", roles::named(&self.members, &roles::REQUEST_IDS, |member| member.kind != Kind::Flag));
        line("time", roles::named(&self.members, &roles::TIMES, |member| member.kind != Kind::Flag));
        line("retry_after", roles::named(&self.members, &roles::WAITS, |member| member.kind != Kind::Flag));
        if let Some(code) = self.code() {
            let _ = writeln!(out, "codes = [{{ path = {}, table = \"errors\" }}]", quote(&code.path.to_string()));
        }
        let links: Vec<String> = self
            .members
            .iter()
            .filter(|member| roles::is_link(member))
            .map(|member| quote(&member.path.to_string()))
            .collect();
        if !links.is_empty() {
            let _ = writeln!(out, "links = [{}]", links.join(", "));
        }
        let texts = self.groups.iter().filter(|group| group.texts);
        let texts: Vec<String> =
            texts.map(|group| format!("{{ each = {} }}", quote(&group.each.to_string()))).collect();
        if !texts.is_empty() {
            let _ = writeln!(out, "messages = [{}]", texts.join(", "));
        }
        for group in self.groups.iter().filter(|group| !group.texts) {
            items(out, group);
        }
    }

    /// The members that the vendor is to be known by, with their types: what it says of the error, and the oddest name.
    fn marks(&self) -> Vec<(Path, &'static str)> {
        let mut chosen: Vec<(Path, &'static str)> = Vec::new();
        let mut add = |path: Path, kind: &'static str| {
            if !chosen.iter().any(|(known, _)| *known == path) {
                chosen.push((path, kind));
            }
        };
        let kind = |member: &Member| match member.kind {
            Kind::Text => "string",
            Kind::Integer => "integer",
            Kind::Flag => "boolean",
        };
        let passing = |member: &Member| {
            let name = member.name.as_str();
            let names = [&roles::TIMES[..], &roles::WAITS, &roles::PLACES, &roles::REQUEST_IDS];
            names.iter().any(|names| names.contains(&name)) || roles::is_link(member)
        };
        let told = [self.code(), self.title(), self.flag()];
        for member in told.into_iter().flatten() {
            add(member.path.clone(), kind(member));
        }
        for group in self.groups.iter().filter(|group| !group.texts).take(1) {
            let (code, text) = (roles::code(&group.members), roles::title(&group.members, None));
            for member in [code, text].into_iter().flatten() {
                let steps = group.each.steps.iter().chain(&member.path.steps).cloned().collect();
                add(Path { absolute: false, steps }, kind(member));
            }
        }
        let odd = |member: &&Member| (!passing(member), member.path.steps.iter().filter(|step| is_odd(step)).count());
        let oddest = self.members.iter().filter(|member| odd(member).1 > 0).max_by_key(odd);
        if let Some(member) = oddest.filter(|member| !passing(member)) {
            add(member.path.clone(), kind(member));
        }
        for member in &self.members {
            if chosen_enough(&chosen) {
                break;
            }
            if !chosen.iter().any(|(path, _)| *path == member.path) {
                chosen.push((member.path.clone(), kind(member)));
            }
        }
        chosen
    }

    fn outcome(&self) -> Option<String> {
        if let Some(flag) = self.flag() {
            return Some(flag_outcome(flag));
        }
        if let Some(state) = state(&self.members) {
            return Some(state_outcome(state, std::iter::once(self.members.as_slice())));
        }
        let tried = |group: &&Group| flag(&group.members).is_some() || state(&group.members).is_some();
        if self.groups.iter().any(|group| tried(&group)) {
            return Some("{ items = true }".to_owned());
        }
        let failed = self.status.is_none_or(|status| status >= 400);
        let error = self.members.iter().any(|member| member.in_error || roles::speaks_of_errors(&member.name));
        let groups = self.groups.iter().any(|group| roles::speaks_of_errors(&group.name));
        (failed && (error || groups)).then(|| quote("failure"))
    }

    fn table(&self, out: &mut String) {
        let pair = |members: &[Member]| {
            let code = roles::code(members)?;
            let title = roles::title(members, Some(code)).unwrap_or(code);
            Some((code.text.clone(), title.text.clone()))
        };
        let of_items = self.groups.iter().filter(|group| !group.texts).flat_map(|group| &group.each_one);
        let all: Vec<(String, String)> =
            pair(&self.members).into_iter().chain(of_items.filter_map(|members| pair(members))).collect();
        if all.is_empty() {
            return;
        }
        let integer = all.iter().all(|(code, _)| code.parse::<i64>().is_ok());
        let _ =
            writeln!(out, "\n[[table]]\nname = \"errors\"\ntitle = {}", quote(&format!("{} error codes", self.name)));
        let _ = writeln!(out, "key = {}", if integer { "\"integer\"" } else { "\"string\"" });
        // A code that is an HTTP status means what the standard says until somebody says more.
        let status = |code: &str| code.parse::<u16>().is_ok_and(|status| (100..600).contains(&status));
        if all.iter().all(|(code, _)| status(code)) {
            let _ = writeln!(out, "base = \"http/status\"");
        }
        let _ = writeln!(
            out,
            "# More of a row: meaning, action (your words), who (caller account server net),\n\
             # retry (no fix backoff wait poll), http, url."
        );
        let _ = writeln!(out, "rows = [");
        let mut seen: Vec<&str> = Vec::new();
        for (code, title) in &all {
            if !seen.contains(&code.as_str()) {
                seen.push(code);
                let code = code_value(code, integer);
                let _ = writeln!(out, "  {{ code = {code}, title = {} }},", quote(&shorten(title)));
            }
        }
        let _ = writeln!(out, "]");
    }

    fn sample(&self, out: &mut String, decoded: Option<&Decoded>) {
        let _ = writeln!(out, "\n[[sample]]");
        if let Some(status) = self.status {
            let _ = writeln!(out, "status = {status}");
        }
        if let Some(method) = &self.method {
            let _ = writeln!(out, "method = {}", quote(method));
        }
        let _ = writeln!(out, "body = {}", block(&self.body));
        let Some(decoded) = decoded else { return };
        let mut expect =
            vec!["shape = \"error\"".to_owned(), format!("outcome = {}", quote(outcome_word(decoded.verdict)))];
        let codes: Vec<String> = sample::codes_of(decoded, &self.id).iter().map(|code| quote(code)).collect();
        if !codes.is_empty() {
            expect.push(format!("codes = [{}]", codes.join(", ")));
        }
        let mut labels: Vec<String> = Vec::new();
        for item in &decoded.items {
            let label = key(item.label.source());
            if !labels.iter().any(|known| known.starts_with(&format!("{label} = "))) {
                labels.push(format!("{label} = {}", quote(outcome_word(item.outcome))));
            }
        }
        // A table of labels cannot tell two items of the same label.
        if !labels.is_empty() && labels.len() == decoded.items.len() {
            expect.push(format!("items = {{ {} }}", labels.join(", ")));
        }
        let _ = writeln!(out, "expect = {{ {} }}", expect.join(", "));
    }
}

fn chosen_enough(chosen: &[(Path, &'static str)]) -> bool {
    chosen.len() >= 2
}

fn is_odd(step: &Step) -> bool {
    match step {
        Step::Name(name) => !is_common(name),
        _ => false,
    }
}

/// Whether a group says how its parts went, or what is wrong.
fn is_telling(group: &Group) -> bool {
    let errors = roles::speaks_of_errors(&group.name) || group.name == "details" || group.name == "causes";
    let telling = roles::title(&group.members, None).is_some() || roles::code(&group.members).is_some();
    let how = flag(&group.members).is_some() || state(&group.members).is_some();
    if group.texts { errors && !group.named } else { (errors && telling) || how }
}

fn items(out: &mut String, group: &Group) {
    let _ = writeln!(out, "\n[[shape.items]]\neach = {}", quote(&group.each.to_string()));
    let label = roles::named(&group.members, &roles::LABELS, |member| member.kind != Kind::Flag);
    match label.filter(|_| !group.named) {
        Some(label) => {
            let _ = writeln!(out, "label = {}", quote(&label.path.to_string()));
        }
        None => {
            let _ = writeln!(out, "label = \"@key\"");
        }
    }
    let code = roles::code(&group.members);
    if let Some(flag) = flag(&group.members) {
        let _ = writeln!(out, "outcome = {}", flag_outcome(flag));
    } else if let Some(state) = state(&group.members) {
        let all = group.each_one.iter().map(Vec::as_slice);
        let _ = writeln!(out, "outcome = {}", state_outcome(state, all));
    }
    if let Some(code) = code {
        let _ = writeln!(out, "codes = [{{ path = {}, table = \"errors\" }}]", quote(&code.path.to_string()));
    }
    if let Some(text) = roles::title(&group.members, code) {
        let _ = writeln!(out, "text = {}", quote(&text.path.to_string()));
    }
}

fn flag(members: &[Member]) -> Option<&Member> {
    roles::named(members, &roles::FLAGS, |member| member.kind == Kind::Flag)
}

fn flag_outcome(flag: &Member) -> String {
    format!("{{ path = {}, success = [true], failure = [false] }}", quote(&flag.path.to_string()))
}

/// What a word says of how it went.
fn how(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let has = |words: &[&str]| words.contains(&word.as_str());
    let all =
        [("failure", has(&roles::FAILURES)), ("success", has(&roles::SUCCESSES)), ("pending", has(&roles::PENDINGS))];
    all.into_iter().find_map(|(outcome, holds)| holds.then_some(outcome))
}

/// A member whose word says how it went.
fn state(members: &[Member]) -> Option<&Member> {
    roles::named(members, &roles::STATES, |member| how(&member.text).is_some())
}

/// The words that were seen at such a member, by what they say.
fn state_outcome<'m>(state: &Member, all: impl Iterator<Item = &'m [Member]>) -> String {
    let mut lists: [(&str, Vec<String>); 3] = [("success", vec![]), ("failure", vec![]), ("pending", vec![])];
    for member in all.flatten().filter(|member| member.path == state.path) {
        for (_, words) in lists.iter_mut().filter(|(outcome, _)| how(&member.text) == Some(outcome)) {
            let word = quote(&member.text);
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    let mut out = format!("{{ path = {}", quote(&state.path.to_string()));
    for (outcome, words) in lists.iter().filter(|(_, words)| !words.is_empty()) {
        let _ = write!(out, ", {outcome} = [{}]", words.join(", "));
    }
    out + " }"
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Partial => "partial",
        Outcome::Failure => "failure",
        Outcome::Pending => "pending",
        Outcome::Skipped => "skipped",
        Outcome::Unknown => "unknown",
    }
}

fn shorten(title: &str) -> String {
    let line = title.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(title);
    if line.chars().count() <= TITLE {
        return line.to_owned();
    }
    line.chars().take(TITLE - 1).chain(['…']).collect()
}

/// `acme-billing` is `Acme billing`.
fn capital(id: &str) -> String {
    let text = id.replace('-', " ");
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
