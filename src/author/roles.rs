//! What the members of a body probably are, by their names and values: for drafts, where a person looks at it next.

use crate::document::path::{Path, Step};
use crate::document::{Document, NodeId, Value};

/// Members further inside are details.
const DEEPEST: usize = 4;
/// More members than this are not looked at.
const MOST: usize = 400;

/// A kind of scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Flag,
}

/// A scalar of a body.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) path: Path,
    /// The name in small letters, without dividers.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Whether a name on the way to it speaks of errors.
    pub(super) in_error: bool,
}

/// Several of a kind: elements of an array, or members of an object that look alike.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The path to each of them.
    pub(super) each: Path,
    /// The group's name as in [`Member::name`].
    pub(super) name: String,
    /// Whether each has a name of its own.
    pub(super) named: bool,
    /// The scalars of each, with paths that start there; those of the first that has one of that name.
    pub(super) members: Vec<Member>,
    /// The scalars of each, one by one.
    pub(super) each_one: Vec<Vec<Member>>,
    /// Whether they are plain texts.
    pub(super) texts: bool,
}

/// All scalars and groups of a body, outermost first.
pub(super) fn read(document: &Document) -> (Vec<Member>, Vec<Group>) {
    let (mut members, mut groups) = (Vec::new(), Vec::new());
    let mut open: std::collections::VecDeque<(NodeId, Vec<Step>)> = [(document.root(), Vec::new())].into();
    while let Some((node, steps)) = open.pop_front() {
        for child in document.children(node) {
            let Some(name) = document.key(child) else { continue };
            let mut steps = steps.clone();
            steps.push(Step::Name(name.source().to_owned().into()));
            match document.value(child) {
                Value::Object(_) if is_group(document, child) => groups.push(group(document, child, steps, true)),
                Value::Object(_) if steps.len() < DEEPEST => open.push_back((child, steps)),
                Value::Array(1..) => groups.push(group(document, child, steps, false)),
                _ if members.len() < MOST => members.extend(member(document, child, steps)),
                _ => {}
            }
        }
    }
    (members, groups)
}

fn member(document: &Document, node: NodeId, steps: Vec<Step>) -> Option<Member> {
    let kind = match document.value(node) {
        Value::String(_) => Kind::Text,
        Value::Number(_) => Kind::Integer,
        Value::Bool(_) => Kind::Flag,
        _ => return None,
    };
    let text = document.scalar(node)?.source().to_owned();
    let kind = match kind {
        Kind::Integer if text.parse::<i64>().is_err() => return None,
        kind => kind,
    };
    let names: Vec<String> = steps.iter().filter_map(name_of).collect();
    let (name, outer) = names.split_last()?;
    let in_error = outer.iter().any(|name| speaks_of_errors(name));
    Some(Member { name: name.clone(), path: path(steps), kind, text, in_error })
}

fn path(steps: Vec<Step>) -> Path {
    Path { absolute: false, steps: steps.into() }
}

fn name_of(step: &Step) -> Option<String> {
    match step {
        Step::Name(name) => Some(normal(name)),
        _ => None,
    }
}

/// A name in small letters, without dividers: `error_code`, `errorCode` and `Error-Code` are one.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name speaks of errors.
pub(super) fn speaks_of_errors(name: &str) -> bool {
    ["err", "fault", "fail", "exception", "problem", "violation", "invalid", "issue"]
        .iter()
        .any(|word| name.contains(word))
}

/// An object whose members all are objects that say how they went.
fn is_group(document: &Document, node: NodeId) -> bool {
    let mut count = 0;
    for child in document.children(node) {
        let says = document.children(child).any(|inner| {
            let name = document.key(inner).map(|key| normal(key.source())).unwrap_or_default();
            FLAGS.contains(&name.as_str()) || STATES.contains(&name.as_str()) || TITLES.contains(&name.as_str())
        });
        if !matches!(document.value(child), Value::Object(_)) || !says {
            return false;
        }
        count += 1;
    }
    count > 1
}

fn group(document: &Document, node: NodeId, mut steps: Vec<Step>, named: bool) -> Group {
    let name = steps.iter().rev().find_map(name_of).unwrap_or_default();
    let in_error = speaks_of_errors(&name);
    let (mut each_one, mut texts) = (Vec::new(), true);
    for child in document.children(node).take(MOST) {
        texts &= matches!(document.value(child), Value::String(_));
        let inner = document.children(child).filter_map(|inner| {
            let key = document.key(inner)?;
            let found = member(document, inner, vec![Step::Name(key.source().to_owned().into())])?;
            Some(Member { in_error, ..found })
        });
        each_one.push(inner.collect::<Vec<Member>>());
    }
    let mut members: Vec<Member> = Vec::new();
    for found in each_one.iter().flatten() {
        if members.iter().all(|known| known.path != found.path) {
            members.push(found.clone());
        }
    }
    steps.push(if named { Step::Children } else { Step::Elements });
    Group { each: path(steps), name, named, members, each_one, texts }
}

/// Names of switches that tell how it went.
pub(super) const FLAGS: [&str; 4] = ["success", "ok", "succeeded", "issuccess"];
/// Names of words that tell how it went.
pub(super) const STATES: [&str; 4] = ["status", "state", "result", "outcome"];
/// Names of sentences for people, likeliest first.
pub(super) const TITLES: [&str; 16] = [
    "message",
    "errormessage",
    "errormsg",
    "errmsg",
    "msg",
    "txt",
    "text",
    "errordescription",
    "faultstring",
    "description",
    "title",
    "detail",
    "reason",
    "info",
    "why",
    "error",
];
/// Names of codes, likeliest first.
pub(super) const CODES: [&str; 16] = [
    "errorcode",
    "errcode",
    "errno",
    "errorno",
    "errornumber",
    "faultcode",
    "code",
    "subcode",
    "no",
    "number",
    "num",
    "key",
    "kind",
    "type",
    "reason",
    "error",
];
const NO_CODES: [&str; 9] = [
    "statuscode",
    "httpcode",
    "httpstatuscode",
    "zipcode",
    "countrycode",
    "currencycode",
    "languagecode",
    "postalcode",
    "qrcode",
];
pub(super) const REQUEST_IDS: [&str; 11] = [
    "requestid",
    "requestref",
    "reqid",
    "traceid",
    "correlationid",
    "logid",
    "transactionid",
    "incidentid",
    "incident",
    "reference",
    "ref",
];
pub(super) const TIMES: [&str; 4] = ["timestamp", "time", "date", "occurredat"];
pub(super) const WAITS: [&str; 4] = ["retryafter", "retryafterseconds", "retryin", "waitseconds"];
pub(super) const PLACES: [&str; 6] = ["field", "param", "parameter", "pointer", "property", "path"];
pub(super) const LABELS: [&str; 11] =
    ["field", "param", "parameter", "property", "pointer", "path", "platform", "target", "name", "label", "id"];
pub(super) const STATUSES: [&str; 6] = ["status", "statuscode", "httpstatus", "httpcode", "httpstatuscode", "code"];

/// Words for how it went.
pub(super) const FAILURES: [&str; 10] =
    ["error", "err", "fail", "failed", "failure", "rejected", "invalid", "denied", "nok", "ko"];
pub(super) const SUCCESSES: [&str; 6] = ["ok", "success", "succeeded", "completed", "done", "finished"];
pub(super) const PENDINGS: [&str; 6] = ["pending", "processing", "queued", "running", "accepted", "in_progress"];

/// The member of one of these names, the likeliest name first; among equals one that stands among errors.
pub(super) fn named<'m>(members: &'m [Member], names: &[&str], fits: impl Fn(&Member) -> bool) -> Option<&'m Member> {
    let place = |member: &&Member| names.iter().position(|name| *name == member.name);
    let found = members.iter().filter(|member| place(member).is_some() && fits(member));
    found.min_by_key(|member| (place(member), !member.in_error, member.path.steps.len()))
}

/// The code: a number or one word, under a name that codes have.
pub(super) fn code(members: &[Member]) -> Option<&Member> {
    let ours = |member: &&Member| match CODES.iter().position(|name| *name == member.name) {
        // These names are anybody's; only among errors they name one.
        Some(7..=14) if !member.in_error => None,
        Some(place) => Some(place),
        None => (member.name.ends_with("code") && !NO_CODES.contains(&member.name.as_str())).then_some(6),
    };
    let is_code = |member: &&Member| ours(member).is_some() && is_token(member);
    members.iter().filter(is_code).min_by_key(|member| (!member.in_error, ours(member), member.path.steps.len()))
}

/// Whether it is a number, or one short word that is no address, date or id.
fn is_token(member: &Member) -> bool {
    let text = member.text.as_str();
    let word = !text.is_empty() && text.len() <= 64 && !text.contains(char::is_whitespace);
    let hex = text.chars().filter(char::is_ascii_hexdigit).count();
    let id = text.len() >= 20 && hex + text.matches('-').count() == text.len();
    match member.kind {
        Kind::Integer => true,
        Kind::Flag => false,
        Kind::Text => word && !id && !is_link(member) && text.chars().next().is_some_and(char::is_alphanumeric),
    }
}

/// The sentence for people; one with blanks before one without.
pub(super) fn title<'m>(members: &'m [Member], code: Option<&Member>) -> Option<&'m Member> {
    let other = |member: &Member| code.is_none_or(|code| code.path != member.path);
    let text =
        |member: &Member| member.kind == Kind::Text && !member.text.is_empty() && !is_link(member) && other(member);
    let sentence = |member: &Member| text(member) && member.text.trim().contains(' ');
    named(members, &TITLES, |member| sentence(member) && member.in_error)
        .or_else(|| named(members, &TITLES, sentence))
        .or_else(|| named(members, &TITLES[..14], text))
}

/// Whether it is an address.
pub(super) fn is_link(member: &Member) -> bool {
    member.kind == Kind::Text && (member.text.starts_with("http://") || member.text.starts_with("https://"))
}

/// A member that repeats the HTTP status.
pub(super) fn status(members: &[Member]) -> Option<&Member> {
    named(members, &STATUSES, |member| member.text.parse::<u16>().is_ok_and(|status| (100..600).contains(&status)))
}
