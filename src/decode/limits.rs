//! Counters in the body and rate-limit headers in all the spellings that are met, with the moment they start anew.

use std::collections::HashMap;
use std::time::{Duration, UNIX_EPOCH};

use crate::document::NodeId;
use crate::pack::model::{LimitRule, ResetIs, UsageRule};

use super::items::node_of;
use super::model::{Place, Usage, Words};
use super::reader::Reader;
use super::room::Piece;

/// Seconds since 1970 above which a number is a moment, not a duration (September 2001).
const EPOCH: f64 = 1e9;
/// And above which it counts milliseconds.
const EPOCH_MS: f64 = 1e12;

/// Where the values of a counter stand in a body.
#[derive(Clone, Debug)]
pub struct Counter {
    label: Words,
    used: Option<NodeId>,
    limit: Option<NodeId>,
    remaining: Option<NodeId>,
    reset: Option<NodeId>,
    since: Option<NodeId>,
    place: NodeId,
}

impl Counter {
    /// The counter that a rule finds.
    fn find(reader: &Reader<'_>, from: NodeId, rule: &UsageRule) -> Option<Self> {
        let first = |path: &Option<_>| path.as_ref().and_then(|path| reader.document.first(from, path));
        let (used, limit, remaining) = (first(&rule.used), first(&rule.limit), first(&rule.remaining));
        let one = used.or(limit).or(remaining)?;
        let text = |path: &Option<_>| {
            let found = path.as_ref().and_then(|path| reader.first_at(from, std::slice::from_ref(path)));
            found.and_then(|mention| node_of(&mention.place))
        };
        let place = reader.document.parent(one).unwrap_or(one);
        let (reset, since) = (text(&rule.reset), text(&rule.since));
        Some(Self { label: rule.label.clone(), used, limit, remaining, reset, since, place })
    }

    /// The nodes that its values are read from.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        [self.used, self.limit, self.remaining, self.reset, self.since].into_iter().flatten()
    }

    /// What it says in a body; `number` and `line` tell what stands at a node, `now` is in seconds since 1970.
    fn read(
        &self,
        number: impl Fn(NodeId) -> Option<Words>,
        line: impl Fn(NodeId) -> Option<Words>,
        now: Option<u64>,
    ) -> Option<Usage> {
        let number = |node: Option<NodeId>| {
            number(node?)?.source().trim().parse().ok().filter(|number: &f64| number.is_finite())
        };
        let (used, limit, remaining) = (number(self.used), number(self.limit), number(self.remaining));
        used.or(limit).or(remaining)?;
        let resets = self.reset.and_then(&line);
        let moment = resets.as_ref().and_then(|text| moment(text.source(), ResetIs::Auto, now));
        Some(Usage {
            label: self.label.clone(),
            used,
            limit,
            remaining: remaining.or_else(|| Some((limit? - used?).max(0.0))),
            resets_at: moment.map(|moment| moment.0),
            assumed: moment.and_then(|moment| moment.1),
            resets: resets.or_else(|| self.since.and_then(line)),
            place: Place::Body(self.place),
        })
    }
}

/// The counters of a body.
pub(super) fn counters(reader: &Reader<'_>, rules: &[UsageRule]) -> Vec<Counter> {
    rules.iter().filter_map(|rule| Counter::find(reader, reader.document.root(), rule)).collect()
}

/// What they say in it.
pub(super) fn usage(reader: &Reader<'_>, rules: &[UsageRule]) -> Vec<Usage> {
    let (text, line) = (|node| reader.text(node), |node| reader.line(node));
    let counters = counters(reader, rules);
    counters.iter().filter_map(|counter| counter.read(text, line, now(reader))).collect()
}

/// What they say in another body, of which `text` tells what stands at a node.
pub(super) fn usage_in(counters: &[Counter], text: impl Fn(NodeId) -> Option<Words>, now: Option<u64>) -> Vec<Usage> {
    counters.iter().filter_map(|counter| counter.read(&text, &text, now)).collect()
}

/// Rate limits of the headers: those that the pack names, then every spelling of the `RateLimit` family.
pub(super) fn headers(reader: &Reader<'_>) -> Vec<Usage> {
    let Some(head) = reader.response.head() else { return Vec::new() };
    let mut limits = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for rule in reader.pack.map_or(&[][..], |pack| &pack.head().limits) {
        if let Some(limit) = named(reader, rule) {
            let names = [&rule.limit, &rule.remaining, &rule.reset, &rule.used];
            taken.extend(names.into_iter().flatten().cloned());
            limits.push(limit);
        }
    }
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut quotas = None;
    for header in &head.headers {
        let name = header.name.source().to_ascii_lowercase();
        if taken.contains(&name) {
            continue;
        }
        if name == "ratelimit" {
            limits.extend(structured(reader, &header.value, quotas.get_or_insert_with(|| quotas_of(reader))));
            continue;
        }
        let Some((bucket, part)) = family(&name) else { continue };
        let found = match buckets.iter_mut().find(|known| known.name == bucket) {
            Some(found) => found,
            None if !reader.within.room.take(Piece::Limit) => continue,
            None => {
                buckets.push(Bucket { name: bucket, header: name.clone(), ..Bucket::default() });
                let last = buckets.len() - 1;
                &mut buckets[last]
            }
        };
        let value = header.value.source().trim();
        match part {
            Part::Limit => found.limit = leading_number(value),
            Part::Remaining => found.remaining = leading_number(value),
            Part::Used => found.used = leading_number(value),
            Part::Reset(is) => found.reset = Some((header.value.clone(), is)),
        }
    }
    limits.extend(buckets.into_iter().filter_map(|bucket| bucket.into_usage(now(reader))));
    limits
}

/// Headers that belong together.
#[derive(Default)]
struct Bucket {
    name: String,
    header: String,
    limit: Option<f64>,
    remaining: Option<f64>,
    used: Option<f64>,
    reset: Option<(Words, ResetIs)>,
}

impl Bucket {
    fn into_usage(self, now: Option<u64>) -> Option<Usage> {
        // A lone `...-reset` without any count is no limit.
        self.limit.or(self.remaining).or(self.used)?;
        let label = match self.name.as_str() {
            "" => "rate limit".to_owned(),
            name => format!("rate limit, {name}"),
        };
        let moment = self.reset.as_ref().and_then(|(text, is)| moment(text.source(), *is, now));
        Some(Usage {
            label: label.into(),
            used: self.used.or_else(|| Some((self.limit? - self.remaining?).max(0.0))),
            limit: self.limit,
            remaining: self.remaining,
            resets: self.reset.map(|(text, _)| text),
            resets_at: moment.map(|moment| moment.0),
            assumed: moment.and_then(|moment| moment.1),
            place: Place::Header(self.header.into()),
        })
    }
}

enum Part {
    Limit,
    Remaining,
    Used,
    Reset(ResetIs),
}

/// Takes a header's name apart: `x-ratelimit-limit-minute` is the limit of the bucket `minute`.
fn family(name: &str) -> Option<(String, Part)> {
    let name = name.strip_prefix("x-").unwrap_or(name);
    let at = name.find("ratelimit-").map(|at| (at, at + "ratelimit-".len()));
    let (before, after) = at.or_else(|| name.find("rate-limit-").map(|at| (at, at + "rate-limit-".len())))?;
    let mut bucket: Vec<&str> = name[..before].split('-').filter(|word| !word.is_empty()).collect();
    let rest = &name[after..];
    let mut part = None;
    let mut words = rest.split('-').peekable();
    while let Some(word) = words.next() {
        let found = match word {
            "limit" => Part::Limit,
            "remaining" => Part::Remaining,
            "used" => Part::Used,
            "reset" if words.next_if_eq(&"after").is_some() => Part::Reset(ResetIs::Seconds),
            "reset" => Part::Reset(ResetIs::Auto),
            other => {
                bucket.push(other);
                continue;
            }
        };
        part = Some(found);
    }
    Some((bucket.join(" "), part?))
}

/// Limits as a pack names them.
fn named(reader: &Reader<'_>, rule: &LimitRule) -> Option<Usage> {
    let value = |name: &Option<String>| -> Option<Words> { reader.response.header(name.as_deref()?).cloned() };
    let number = |name| value(name).and_then(|text| leading_number(text.source()));
    let bucket = Bucket {
        name: String::new(),
        header: rule.remaining.clone().or_else(|| rule.limit.clone()).or_else(|| rule.used.clone())?,
        limit: number(&rule.limit),
        remaining: number(&rule.remaining),
        used: number(&rule.used),
        reset: value(&rule.reset).map(|text| (text, rule.reset_is)),
    };
    let mut usage = bucket.into_usage(now(reader))?;
    usage.label = match rule.window {
        Some(window) if !rule.name.source().contains("per ") => {
            format!("{} (per {})", rule.name.source(), humantime::format_duration(Duration::from_secs(window))).into()
        }
        _ => rule.name.clone(),
    };
    Some(usage)
}

/// The structured header of the RateLimit draft: `"default";r=50;t=30`, several after commas.
fn structured(reader: &Reader<'_>, value: &Words, quotas: &HashMap<&str, f64>) -> Vec<Usage> {
    let one = |item: &str| {
        let (name, parts) = named_parts(item)?;
        let mut remaining = None;
        let mut seconds = None;
        for part in parts {
            match part.trim().split_once('=') {
                Some(("r", number)) => remaining = number.parse().ok(),
                Some(("t", number)) => seconds = Some(number.to_owned()),
                _ => {}
            }
        }
        remaining?;
        let moment = seconds.as_ref().and_then(|text| moment(text, ResetIs::Seconds, now(reader)));
        Some(Usage {
            label: format!("rate limit, {name}").into(),
            used: None,
            limit: quotas.get(name).copied(),
            remaining,
            resets: seconds.map(Words::from),
            resets_at: moment.map(|moment| moment.0),
            assumed: None,
            place: Place::Header("ratelimit".into()),
        })
    };
    value.source().split(',').take_while(|_| reader.within.room.take(Piece::Limit)).filter_map(one).collect()
}

/// The quotas of the policies: `"burst";q=100;w=60`, several after commas.
fn quotas_of<'r>(reader: &Reader<'r>) -> HashMap<&'r str, f64> {
    let Some(value) = reader.response.header("ratelimit-policy") else { return HashMap::new() };
    let one = |item| {
        let (name, mut parts) = named_parts(item)?;
        Some((name, parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok())?))
    };
    // Of several with one name the first counts.
    value.source().split(',').rev().filter_map(one).collect()
}

/// The name of an item of a structured header, and its parameters.
fn named_parts(item: &str) -> Option<(&str, std::str::Split<'_, char>)> {
    let mut parts = item.trim().split(';');
    let name = parts.next()?.trim().trim_matches('"');
    Some((name, parts))
}

/// The number that a value begins with: `100`, `100, 100;w=60`.
fn leading_number(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text[..end].parse().ok()
}

/// The moment that a reset value means, in seconds since 1970, and what was assumed in reading it.
pub(super) fn moment(text: &str, is: ResetIs, now: Option<u64>) -> Option<(u64, Option<&'static str>)> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        if !number.is_finite() || number < 0.0 {
            return None;
        }
        let auto = is == ResetIs::Auto;
        return match number {
            n if auto && n >= EPOCH_MS => Some(((n / 1000.0) as u64, Some("read as milliseconds since 1970"))),
            n if is == ResetIs::Time => Some((n as u64, None)),
            n if auto && n >= EPOCH => Some((n as u64, Some("read as seconds since 1970"))),
            n => Some((now?.saturating_add(n.ceil() as u64), auto.then_some("read as seconds from now"))),
        };
    }
    if let Some(seconds) = duration(text) {
        return Some((now?.saturating_add(seconds.ceil() as u64), None));
    }
    let time = httpdate::parse_http_date(text).ok().or_else(|| humantime::parse_rfc3339_weak(text).ok())?;
    Some((time.duration_since(UNIX_EPOCH).ok()?.as_secs(), None))
}

/// A duration in seconds: `2.5s`, `120`, `6m0s`, `1h`.
pub(super) fn duration(text: &str) -> Option<f64> {
    let text = text.trim();
    let bare = text.strip_suffix('s').filter(|rest| !rest.ends_with('m')).unwrap_or(text);
    if let Ok(seconds) = bare.parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0).then_some(seconds);
    }
    humantime::parse_duration(text).ok().map(|duration| duration.as_secs_f64())
}

/// The moment of the response: its `Date` header, else the clock that the caller handed in.
pub(super) fn now(reader: &Reader<'_>) -> Option<u64> {
    let date = reader.response.header("date").and_then(|date| httpdate::parse_http_date(date.source()).ok());
    let date = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok()).map(|date| date.as_secs());
    date.or(reader.options.now)
}

/// The counter that stands at, or in, a node of the body.
pub fn at(usage: &[Usage], node: NodeId) -> Option<&Usage> {
    usage.iter().find(|usage| node_of(&usage.place) == Some(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_header_names_apart() {
        let cases = [
            ("x-ratelimit-limit", "", "limit"),
            ("x-ratelimit-remaining-minute", "minute", "remaining"),
            ("acme-ratelimit-requests-remaining", "acme requests", "remaining"),
            ("x-ratelimit-limit-tokens", "tokens", "limit"),
            ("ratelimit-reset", "", "reset"),
            ("x-rate-limit-limit", "", "limit"),
            ("x-ratelimit-reset-after", "", "reset"),
        ];
        for (name, bucket, part) in cases {
            let (found, kind) = family(name).expect(name);
            let kind = match kind {
                Part::Limit => "limit",
                Part::Remaining => "remaining",
                Part::Used => "used",
                Part::Reset(_) => "reset",
            };
            assert_eq!((found.as_str(), kind), (bucket, part), "{name}");
        }
        assert!(family("x-request-id").is_none() && family("x-ratelimit-policy").is_none());
    }

    #[test]
    fn sniffs_what_a_reset_is() {
        assert_eq!(moment("41", ResetIs::Auto, Some(100)), Some((141, Some("read as seconds from now"))));
        assert_eq!(
            moment("1700000000", ResetIs::Auto, None),
            Some((1_700_000_000, Some("read as seconds since 1970")))
        );
        assert_eq!(moment("1700000000000", ResetIs::Auto, None).map(|m| m.0), Some(1_700_000_000));
        assert_eq!(moment("6m0s", ResetIs::Auto, Some(0)).map(|m| m.0), Some(360));
        assert_eq!(moment("2023-10-27T10:00:00.000Z", ResetIs::Auto, None).map(|m| m.0), Some(1_698_400_800));
        assert_eq!(moment("Fri, 27 Oct 2023 10:00:00 GMT", ResetIs::Auto, None).map(|m| m.0), Some(1_698_400_800));
        assert_eq!(moment("soon", ResetIs::Auto, Some(0)), None);
        assert_eq!(duration("2.5s"), Some(2.5));
    }
}
