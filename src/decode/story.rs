//! What happened, what it means, what to do: in one line and in four parts.

use crate::pack::Outcome;
use crate::text::plural;

use super::model::{Code, Decoded, Entry, Item, Mention, Said, Speaker, Story, Words};
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
    let vendor = |words: &Words| Said { text: words.clone(), by: Speaker::Vendor, place: None };
    let meaning = matched
        .and_then(|found| found.explain.clone())
        .or_else(|| known.iter().find_map(|entry| entry.meaning.clone()));
    let action =
        matched.and_then(|found| found.action.clone()).or_else(|| known.iter().find_map(|entry| entry.action.clone()));
    Story {
        happened: known.iter().find_map(|entry| entry.title.as_ref()).map(vendor),
        detail: None,
        means: meaning.map(ours),
        action: action.map(ours),
        location: None,
    }
}

fn ours(text: Words) -> Said {
    Said { text, by: Speaker::Errview, place: None }
}

/// The server's own words.
pub(super) fn server(mention: Mention) -> Said {
    Said { text: mention.text, by: Speaker::Server, place: Some(mention.place) }
}

/// What happened, in one line without the verdict's word. `errors` tells that items are faults by nature (field errors,
/// details), rather than things that were tried and may have gone well.
pub(super) fn summary(decoded: &Decoded, errors: bool) -> Words {
    let noun = decoded.items_noun.source();
    let said = decoded.story.happened.as_ref().filter(|said| said.by == Speaker::Server);
    let said = said.map(|said| first_line(said.text.source()));
    let base = match (code_words(decoded), said) {
        (Some(code), Some(said)) if !code.contains(&said) => Some(format!("{code} · {said}")),
        (Some(code), _) => Some(code),
        (None, said) => said,
    };
    let line = match (decoded.items.as_slice(), base) {
        ([], Some(base)) => base,
        ([], None) if decoded.verdict == Outcome::Success => "no errors found".to_owned(),
        ([], None) => http_words(decoded),
        (items, base) if errors => of_errors(items, noun, base),
        (items, _) => of_items(items, noun, decoded.verdict),
    };
    line.into()
}

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
            let list = format!("{}: {}", plural(items.len(), noun), names(items.iter()));
            base.map_or(list.clone(), |base| format!("{base} · {list}"))
        }
    }
}

/// Longest sentence of the server that a summary repeats, in characters.
const SENTENCE: usize = 200;

/// The first line that says something; a body of plain text may be a whole log.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut chars = line.chars();
    let mut cut: String = chars.by_ref().take(SENTENCE).collect();
    if chars.next().is_some() {
        cut.push('…');
    }
    cut
}

/// The most specific code with its title. A status code is left to the verdict line, which shows it anyway.
fn code_words(decoded: &Decoded) -> Option<String> {
    decoded.codes.iter().rev().find(|code| !code.table.starts_with("http/")).map(one_code)
}

fn one_code(code: &Code) -> String {
    let spelled = code.code.source();
    match &code.entry {
        Some(entry) => match &entry.title {
            // Codes that are words often repeat as their own title.
            Some(title) if title.source() != spelled => format!("{spelled} {}", title.source()),
            _ => spelled.to_owned(),
        },
        None if code.table.is_empty() => format!("code {spelled}"),
        None => format!("{spelled} (not in the table)"),
    }
}

fn http_words(decoded: &Decoded) -> String {
    let title = decoded.http.entry.as_ref().and_then(|entry| entry.title.as_ref());
    match (title, decoded.verdict) {
        (Some(title), _) => title.source().to_owned(),
        (None, Outcome::Unknown) => "nothing in it says how it went".to_owned(),
        (None, Outcome::Pending) => "not over yet".to_owned(),
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
