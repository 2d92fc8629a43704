//! What happened, what it means, what to do: in one line and in four parts.

use std::borrow::Cow;

use crate::pack::Outcome;
use crate::text::plural;

use super::model::{Code, Decoded, Entry, Item, Mention, Said, Severity, Speaker, Story, Words};
use super::nested::Nested;
use super::quote::Found;

/// Names of failed items that fit in a line.
const NAMES: usize = 4;

/// The explanation of one item.
pub(super) fn of_item(
    outcome: Outcome,
    text: Option<Mention>,
    codes: &[Code],
    matched: Option<&Found<'_>>,
    location: Option<Mention>,
) -> Story {
    let mut story = of_codes(codes, matched, None);
    if let Some(mention) = text {
        story.happened = Some(server(mention));
    }
    if outcome == Outcome::Success {
        story.action = None;
    }
    story.location = location;
    story
}

/// The explanation that codes and a known sentence give; `http` fills the gaps.
pub(super) fn of_codes(codes: &[Code], matched: Option<&Found<'_>>, http: Option<&Entry>) -> Story {
    let known: Vec<&Entry> = codes.iter().rev().filter_map(|code| code.entry.as_deref()).chain(http).collect();
    let titled = |entry: &&Entry| {
        // A vendor's own table of statuses takes their names from HTTP.
        let by = if entry.pack == "http" || entry.table == "http" { Speaker::Http } else { Speaker::Vendor };
        entry.title.as_ref().map(|title| Said { text: title.clone(), by, place: None })
    };
    let meaning = matched
        .and_then(|found| found.explain.clone())
        .or_else(|| known.iter().find_map(|entry| entry.meaning.clone()));
    let action =
        matched.and_then(|found| found.action.clone()).or_else(|| known.iter().find_map(|entry| entry.action.clone()));
    Story {
        happened: known.iter().find_map(titled),
        detail: None,
        means: meaning.map(ours),
        action: action.map(ours),
        location: None,
    }
}

/// What a body within a string means stands before what its HTTP status or its wrapping code means, but not before what
/// the pack says of the very sentence.
pub(super) fn of_nested(story: &mut Story, nested: Nested, matched: bool) {
    if !matched {
        story.means = nested.means.or(story.means.take());
        story.action = nested.action.or(story.action.take());
    }
}

fn ours(text: Words) -> Said {
    Said { text, by: Speaker::Errview, place: None }
}

/// The server's own words.
pub(super) fn server(mention: Mention) -> Said {
    Said { text: mention.text, by: Speaker::Server, place: Some(mention.place) }
}

/// Whether a second sentence of the server says more than the first, the reason phrase and the code's title.
pub(super) fn is_news(decoded: &Decoded, detail: &Mention) -> bool {
    let titles = decoded.codes.iter().filter_map(|code| code.entry.as_ref()?.title.as_ref());
    let status = decoded.http.entry.iter().filter_map(|entry| entry.title.as_ref());
    let said = decoded.story.happened.iter().map(|said| &said.text);
    let known = titles.chain(status).chain(&decoded.http.reason).chain(said);
    let detail = detail.text.source().trim();
    !known.into_iter().any(|words| words.source().trim().eq_ignore_ascii_case(detail))
}

/// What happened, in one line without the verdict's word. `errors` tells that items are faults by nature (field errors,
/// details), rather than things that were tried and may have gone well.
pub(super) fn summary(decoded: &Decoded, errors: bool) -> Words {
    let noun = decoded.items_noun.source();
    let said = decoded.story.happened.as_ref().filter(|said| said.by == Speaker::Server);
    let said = said.map(|said| first_line(&without_tags(said.text.source())));
    let base = match (code_words(decoded), said) {
        (Some(code), Some(said)) if !code.contains(&said) => Some(format!("{code} · {said}")),
        (Some(code), _) => Some(code),
        (None, said) => said,
    };
    let warned = decoded.messages.iter().find(|message| message.severity == Severity::Warning);
    let mut line = match (decoded.items.as_slice(), base) {
        // A warning is no reason to hide that it went well.
        ([], base) if decoded.verdict == Outcome::Success && warned.is_some() => {
            let warning = warned.map(|message| first_line(message.text.source()));
            let warning = base.or(warning).unwrap_or_default();
            format!("no errors found · warning: {warning}")
        }
        ([], Some(base)) => base,
        ([], None) if decoded.verdict == Outcome::Success => "no errors found".to_owned(),
        ([], None) => http_words(decoded),
        (items, base) if errors => of_errors(items, noun, base),
        (items, _) => of_items(items, noun, decoded.verdict),
    };
    if let Some((end, _)) = line.char_indices().nth(LINE) {
        line.truncate(end);
        line.push('…');
    }
    line.into()
}

/// Longest summary, in characters: a code or a name may be as long as all of a body, and stands in its own place as well.
const LINE: usize = 1_000;

/// Faults: what the response says as a whole, then what they are about.
fn of_errors(items: &[Item], noun: &str, base: Option<String>) -> String {
    match (items, base) {
        ([item], None) => {
            let label = item.label.source();
            let code = item.codes.iter().rev().find(|code| !code.table.starts_with("http/")).map(one_code);
            let said = item.story.happened.as_ref().map(|said| first_line(said.text.source()));
            let words: Vec<String> = [code, said].into_iter().flatten().filter(|words| words != label).collect();
            if words.is_empty() { label.to_owned() } else { format!("{label}: {}", words.join(" · ")) }
        }
        (items, base) => {
            let count = plural(items.len(), noun);
            // Names that we gave by counting say nothing.
            let counted = |item: &Item| {
                item.label.source().strip_prefix(noun).is_some_and(|rest| rest.trim_start().parse::<usize>().is_ok())
            };
            let list = if items.iter().all(counted) { count } else { format!("{count}: {}", names(items.iter())) };
            base.map_or(list.clone(), |base| format!("{base} · {list}"))
        }
    }
}

/// Longest sentence of the server that a summary repeats, in characters.
const SENTENCE: usize = 200;

/// The first line that says something; a body of plain text may be a whole log.
pub fn headline(text: &str) -> Cow<'_, str> {
    let first = memchr::memchr(b'\n', text.as_bytes()).map_or(text, |end| &text[..end]).trim();
    let line = if first.is_empty() { text.trim_start().lines().next().unwrap_or_default().trim_end() } else { first };
    // A character takes a byte or more.
    let long = (line.len() > SENTENCE).then(|| line.char_indices().nth(SENTENCE)).flatten();
    match long {
        Some((end, _)) => Cow::Owned(format!("{}…", &line[..end])),
        None => Cow::Borrowed(line),
    }
}

fn first_line(text: &str) -> String {
    headline(text).into_owned()
}

/// The most specific code with its title; where nobody knows that one, it stands behind the one that is known. A status
/// code is left to the verdict line, which shows it anyway.
fn code_words(decoded: &Decoded) -> Option<String> {
    let codes: Vec<&Code> = decoded.codes.iter().filter(|code| !code.table.starts_with("http/")).collect();
    let last = codes.last()?;
    if last.table.is_empty() {
        // Nobody's codes: the first belongs to the first sentence.
        return codes.first().map(|code| one_code(code));
    }
    let known = codes.iter().rev().find(|code| code.entry.is_some());
    match known {
        Some(known) if last.entry.is_none() => Some(format!("{} > {}", one_code(known), last.code.source())),
        _ => Some(one_code(last)).filter(|words| !words.is_empty()),
    }
}

/// A sentence without the tags of HTML that some APIs put in theirs.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let name = after.strip_prefix('/').unwrap_or(after);
        let tag = ["a", "b", "i", "em", "strong", "code", "p", "br"]
            .iter()
            .any(|tag| name.strip_prefix(tag).is_some_and(|rest| rest.starts_with(['>', ' ', '/'])));
        match after.split_once('>') {
            Some((_, behind)) if tag => rest = behind,
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn one_code(code: &Code) -> String {
    let spelled = code.code.source();
    // An address is a fine key and a poor headline; it stands among the codes and the links.
    let address = spelled.starts_with("https://") || spelled.starts_with("http://");
    match &code.entry {
        Some(entry) if address => {
            let title = entry.title.as_ref().map(Words::source).filter(|title| *title != spelled);
            title.unwrap_or_default().to_owned()
        }
        Some(entry) => match &entry.title {
            // Codes that are words often repeat as their own title.
            Some(title) if title.source() != spelled && !has_hole(title.source()) => {
                format!("{spelled} {}", title.source())
            }
            _ => spelled.to_owned(),
        },
        None if code.table.is_empty() => format!("code {spelled}"),
        None => format!("{spelled} (not in the table)"),
    }
}

/// Whether a title of a reference has a place for what the server fills in: `less than {size}`.
fn has_hole(title: &str) -> bool {
    title.split_once('{').is_some_and(|(_, rest)| rest.contains('}'))
}

fn http_words(decoded: &Decoded) -> String {
    let title = decoded.http.entry.as_ref().and_then(|entry| entry.title.as_ref());
    match (title, decoded.verdict) {
        (_, Outcome::Pending) => "not over yet".to_owned(),
        (Some(title), _) => title.source().to_owned(),
        (None, Outcome::Unknown) => "nothing in it says how it went".to_owned(),
        (None, _) => "the response does not say why".to_owned(),
    }
}

/// Things that were tried, by how they went; what went well is not worth a word beside what did not.
fn of_items(items: &[Item], noun: &str, verdict: Outcome) -> String {
    let kinds = [
        (Outcome::Failure, "failed"),
        (Outcome::Partial, "only in part"),
        (Outcome::Skipped, "skipped"),
        (Outcome::Pending, "still pending"),
    ];
    let all = plural(items.len(), noun);
    let mut parts: Vec<String> = Vec::new();
    for (outcome, words) in kinds {
        let these = || items.iter().filter(move |item| item.outcome == outcome);
        let count = these().count();
        if count > 0 {
            let of = if parts.is_empty() { format!(" of {all}") } else { String::new() };
            parts.push(format!("{count}{of} {words}: {}", names(these())));
        }
    }
    if parts.is_empty() {
        let word = if verdict == Outcome::Success { "ok" } else { "listed" };
        parts.push(format!("{all} {word}"));
    }
    parts.join(" · ")
}

fn names<'a>(items: impl Iterator<Item = &'a Item>) -> String {
    let labels: Vec<&str> = items.map(|item| item.label.source()).collect();
    let more = labels.len().saturating_sub(NAMES);
    let mut line = labels[..labels.len().min(NAMES)].join(", ");
    if more > 0 {
        line.push_str(&format!(" and {more} more"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_other_brackets_stay() {
        let cases = [
            ("over your <a href=\"/q\">quota</a>.", "over your quota."),
            ("a < b and c > d", "a < b and c > d"),
            ("An <e2-medium> VM, <b>now</b><br/>", "An <e2-medium> VM, now"),
            ("<a", "<a"),
        ];
        for (text, wanted) in cases {
            assert_eq!(without_tags(text), wanted);
        }
    }

    #[test]
    fn a_title_with_a_place_to_fill_is_known() {
        assert!(has_hole("less than {size}."));
        assert!(!has_hole("Missing attribute") && !has_hole("} {"));
    }
}
