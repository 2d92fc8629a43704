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
    let row = matched.map(|found| &found.rule.row);
    let vendor = |words: &Words| Said { text: words.clone(), by: Speaker::Vendor, place: None };
    let meaning = matched
        .and_then(|found| found.explain.clone())
        .or_else(|| row.and_then(|row| row.meaning.clone()))
        .or_else(|| known.iter().find_map(|entry| entry.meaning.clone()));
    let action = row.and_then(|row| row.action.clone()).or_else(|| known.iter().find_map(|entry| entry.action.clone()));
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

/// What happened, in one line without the verdict's word.
pub(super) fn summary(decoded: &Decoded, noun: &str) -> Words {
    if let Some(line) = of_items(&decoded.items, noun, decoded.verdict) {
        return line.into();
    }
    let said = decoded.story.happened.as_ref().filter(|said| said.by == Speaker::Server);
    let said = said.map(|said| first_line(said.text.source()));
    let said = said.as_deref();
    let line = match (decoded.verdict, code_words(decoded), said) {
        (Outcome::Success, None, None) => "no errors found".to_owned(),
        (_, Some(code), Some(said)) if !code.contains(said) => format!("{code} · {said}"),
        (_, Some(code), _) => code,
        (_, None, Some(said)) => said.to_owned(),
        (_, None, None) => http_words(decoded),
    };
    line.into()
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
    let code = decoded.codes.iter().rev().find(|code| !code.table.starts_with("http/"))?;
    let spelled = code.code.source();
    Some(match &code.entry {
        Some(entry) => match &entry.title {
            // Codes that are words often repeat as their own title.
            Some(title) if title.source() != spelled => format!("{spelled} {}", title.source()),
            _ => spelled.to_owned(),
        },
        None if code.table.is_empty() => format!("code {spelled}"),
        None => format!("{spelled} (not in the table)"),
    })
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

fn of_items(items: &[Item], noun: &str, verdict: Outcome) -> Option<String> {
    if items.is_empty() {
        return None;
    }
    let with = |outcome: Outcome| items.iter().filter(move |item| item.outcome == outcome);
    let all = plural(items.len(), noun);
    let (failed, partial) = (with(Outcome::Failure).count(), with(Outcome::Partial).count());
    let (pending, skipped) = (with(Outcome::Pending).count(), with(Outcome::Skipped).count());
    let mut parts = Vec::new();
    if failed > 0 {
        parts.push(format!("{failed} of {all} failed: {}", names(with(Outcome::Failure))));
    }
    if partial > 0 {
        parts.push(format!("{partial} only in part: {}", names(with(Outcome::Partial))));
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped: {}", names(with(Outcome::Skipped))));
    }
    if pending > 0 {
        let of = if parts.is_empty() { format!(" of {all}") } else { String::new() };
        parts.push(format!("{pending}{of} still pending: {}", names(with(Outcome::Pending))));
    }
    if parts.is_empty() {
        let word = if verdict == Outcome::Success { "ok" } else { "listed" };
        parts.push(format!("{all} {word}"));
    }
    Some(parts.join(" · "))
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
