//! Whether repeating helps, and what decided: table, then body, then header, then HTTP status.

use std::time::UNIX_EPOCH;

use crate::pack::{Outcome, Retry, Who};

use super::codes::HTTP_TABLE;
use super::limits;
use super::model::{Advice, Code, DecidedBy, Entry, Item};
use super::quote::Found;
use super::reader::Reader;

/// What is known about a failure when advice is asked for.
pub(super) struct Case<'a> {
    pub(super) verdict: Outcome,
    pub(super) codes: &'a [Code],
    pub(super) items: &'a [Item],
    pub(super) matched: Option<&'a Found<'a>>,
    pub(super) http: Option<&'a Entry>,
}

/// The advice for a whole response.
pub(super) fn decide(reader: &Reader<'_>, case: &Case<'_>) -> Advice {
    if matches!(case.verdict, Outcome::Success) {
        return Advice::default();
    }
    let body = body_wait(reader);
    let header = header_wait(reader);
    let mut advice = Advice { after: body.or(header), ..Advice::default() };
    let by_rule = case.matched.and_then(|found| found.rule.row.retry).map(|retry| (retry, DecidedBy::Table));
    let by_body = reader
        .shape
        .and_then(|shape| shape.retry.as_ref())
        .and_then(|rule| reader.case(reader.document.root(), &rule.place, &rule.cases).flatten());
    let known = by_rule.or_else(|| by_code(case.codes)).or_else(|| of_items(case.items));
    let answers = [
        (known.map(|(retry, _)| retry), known.map_or(DecidedBy::Table, |(_, by)| by)),
        (by_body, DecidedBy::Body),
        (body.map(|_| Retry::Wait), DecidedBy::Body),
        (should_retry(reader), DecidedBy::Header),
        (header.map(|_| Retry::Wait), DecidedBy::Header),
        ((case.verdict == Outcome::Pending).then_some(Retry::Poll), DecidedBy::Body),
        (case.http.and_then(|entry| entry.retry), DecidedBy::Http),
    ];
    let Some((retry, by)) = answers.into_iter().find_map(|(retry, by)| Some((retry?, by))) else {
        return advice;
    };
    advice.retry = Some(retry);
    advice.decided_by = Some(by);
    let method = reader.response.request.method.as_ref().map(|method| method.source());
    if matches!(retry, Retry::Backoff | Retry::Wait) && matches!(method, Some("POST" | "PATCH")) {
        advice.note = Some("a POST or PATCH without an idempotency key may act twice when repeated".into());
    }
    advice
}

/// Who can mend it: the sentence's rule, the most specific code, a member of the body, then the HTTP status.
pub(super) fn who(reader: &Reader<'_>, case: &Case<'_>) -> Option<Who> {
    if matches!(case.verdict, Outcome::Success | Outcome::Pending) {
        return None;
    }
    let by_rule = case.matched.and_then(|found| found.rule.row.who);
    let by_code = || case.codes.iter().rev().find_map(|code| code.entry.as_ref()?.who);
    let by_body = || {
        let rule = reader.shape?.who.as_ref()?;
        reader.case(reader.document.root(), &rule.place, &rule.cases).flatten()
    };
    by_rule.or_else(by_code).or_else(by_body).or_else(|| case.http?.who)
}

/// The advice for one item: its message, its most specific code, then what the server says of it.
pub(super) fn of_item(codes: &[Code], matched: Option<&Found<'_>>, said: Option<Retry>) -> Option<Retry> {
    let by_code = by_code(codes).map(|(retry, _)| retry);
    matched.and_then(|found| found.rule.row.retry).or(by_code).or(said)
}

/// The most specific row with a word on it. A status that stands in the body is an HTTP status all the same.
fn by_code(codes: &[Code]) -> Option<(Retry, DecidedBy)> {
    codes.iter().rev().find_map(|code| {
        let by = if code.table == HTTP_TABLE { DecidedBy::Http } else { DecidedBy::Table };
        Some((code.entry.as_ref()?.retry?, by))
    })
}

/// Of several failed items the advice that asks most of the caller, since only that brings all of them through. What was
/// skipped counts where nothing failed.
fn of_items(items: &[Item]) -> Option<(Retry, DecidedBy)> {
    let failed = |item: &&Item| matches!(item.outcome, Outcome::Failure | Outcome::Partial);
    let skipped = |item: &&Item| item.outcome == Outcome::Skipped;
    most(items.iter().filter(failed)).or_else(|| most(items.iter().filter(skipped)))
}

fn most<'a>(items: impl Iterator<Item = &'a Item>) -> Option<(Retry, DecidedBy)> {
    let advice = items.filter_map(|item| {
        let retry = item.retry?;
        let by_status = item.matched.is_none() && by_code(&item.codes) == Some((retry, DecidedBy::Http));
        Some((retry, if by_status { DecidedBy::Http } else { DecidedBy::Table }))
    });
    advice.max_by_key(|(retry, _)| match retry {
        Retry::Poll => 0,
        Retry::Backoff => 1,
        Retry::Wait => 2,
        Retry::Fix => 3,
        Retry::No => 4,
    })
}

/// Seconds to wait, from the members that the shape names.
fn body_wait(reader: &Reader<'_>) -> Option<f64> {
    let places = reader.shape.map_or(&[][..], |shape| &shape.retry_after);
    let found = reader.first(reader.document.root(), places)?;
    wait(reader, found.text.source())
}

/// Seconds to wait, from the headers.
fn header_wait(reader: &Reader<'_>) -> Option<f64> {
    let value = |name| reader.response.header(name).map(|value: &super::Words| value.source().trim().to_owned());
    if let Some(text) = value("retry-after") {
        return wait(reader, &text);
    }
    if let Some(milliseconds) = value("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        return Some(milliseconds / 1000.0).filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    }
    value("x-ratelimit-retry-after").and_then(|text| wait(reader, &text))
}

/// Seconds or a date.
fn wait(reader: &Reader<'_>, text: &str) -> Option<f64> {
    if let Some(seconds) = limits::duration(text) {
        return Some(seconds);
    }
    let date = httpdate::parse_http_date(text).ok().or_else(|| humantime::parse_rfc3339_weak(text).ok())?;
    let date = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(date.saturating_sub(limits::now(reader)?) as f64)
}

/// `x-should-retry`, which some generated clients obey before anything else in the response.
fn should_retry(reader: &Reader<'_>) -> Option<Retry> {
    match reader.response.header("x-should-retry")?.source().trim() {
        "true" => Some(Retry::Backoff),
        "false" => Some(Retry::No),
        _ => None,
    }
}
