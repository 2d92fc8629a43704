//! What a bare value says to people: how long ago a date is, which moment a count of seconds means, how large a count of
//! bytes is. It stands beside the value, never in its place.
//!
//! A number says what it is by the name of its member only; one whose name says nothing is left alone. Texts that are
//! dates are dates under any name.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Last words of names whose numbers are moments, in seconds or milliseconds since 1970.
const MOMENTS: [&str; 24] = [
    "at",
    "created",
    "date",
    "epoch",
    "exp",
    "expiration",
    "expires",
    "expiry",
    "finished",
    "iat",
    "issued",
    "modified",
    "nbf",
    "reset",
    "resets",
    "since",
    "start",
    "started",
    "stamp",
    "time",
    "timestamp",
    "ts",
    "until",
    "updated",
];
/// Last words of names whose numbers are milliseconds.
const MILLISECONDS: [&str; 4] = ["millis", "milliseconds", "ms", "msec"];
/// Last words of names whose numbers are seconds.
const SECONDS: [&str; 6] = ["age", "sec", "secs", "seconds", "ttl", "s"];
/// Names whose numbers are seconds.
const WAITS: [&str; 4] = ["retry after", "expires in", "max age", "resets in"];
/// Ends of names whose numbers are bytes.
const BYTES: [&str; 5] = ["bytes", "content length", "file size", "filesize", "size bytes"];

/// Seconds since 1970 in the years 2001 to 2286: what is smaller or larger under the name of a moment is something else.
const EPOCH: std::ops::Range<u64> = 1_000_000_000..10_000_000_000;

/// What a value says, by the name that it has; `now` is in seconds since 1970.
pub fn says(name: &str, value: &str, now: Option<u64>) -> Option<String> {
    let value = value.trim();
    if value.len() > LONGEST || !value.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    match value.parse::<f64>() {
        Ok(number) if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => number_says(name, number, now),
        _ => {
            let (moment, day_only) = date(value)?;
            Some(relative(moment, now?, day_only))
        }
    }
}

/// Longer texts are no dates.
const LONGEST: usize = 40;

fn number_says(name: &str, number: f64, now: Option<u64>) -> Option<String> {
    let words = words(name);
    let ends = |ends: &[&str]| ends.iter().any(|end| words == *end || words.ends_with(&format!(" {end}")));
    if ends(&BYTES) {
        return (number >= 1000.0).then(|| size(number as u64));
    }
    if ends(&MILLISECONDS) && number < EPOCH.start as f64 {
        return (number >= 1000.0).then(|| duration(number / 1000.0));
    }
    if ends(&WAITS) || (ends(&SECONDS) && number < EPOCH.start as f64) {
        return (number >= 60.0).then(|| duration(number));
    }
    if !ends(&MOMENTS) && !ends(&MILLISECONDS) {
        return None;
    }
    let seconds = [number, number / 1000.0].into_iter().map(|n| n as u64).find(|n| EPOCH.contains(n))?;
    let time = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds));
    Some(match now {
        Some(now) => format!("{} ({time})", relative(seconds, now, false)),
        None => time.to_string(),
    })
}

/// `retryAfter`, `retry-after` and `RETRY_AFTER` are `retry after`.
fn words(name: &str) -> String {
    let mut words = String::new();
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            words.push(' ');
        } else {
            if lower && c.is_uppercase() {
                words.push(' ');
            }
            words.extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.trim().to_owned()
}

/// The moment that a text means, in seconds since 1970; and whether it names a day only.
fn date(text: &str) -> Option<(u64, bool)> {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
    if let Ok(time) = httpdate::parse_http_date(text) {
        return Some((seconds(time)?, false));
    }
    // Year, month, day; what else has hyphens there is no date.
    let looks = text.len() >= 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    if !looks || !text.is_ascii() {
        return None;
    }
    if text.len() == 10 {
        let time = humantime::parse_rfc3339_weak(&format!("{text}T00:00:00")).ok()?;
        return Some((seconds(time)?, true));
    }
    let (bare, ahead) = offset(text)?;
    let time = seconds(humantime::parse_rfc3339_weak(bare).ok()?)?;
    Some((time.checked_add_signed(-ahead)?, false))
}

/// A time without its offset from UTC, and that offset in seconds: `+02:00`, `+0200`, `Z`.
fn offset(text: &str) -> Option<(&str, i64)> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let Some(at) = text.get(11..)?.find(['+', '-']).map(|at| at + 11) else { return Some((text, 0)) };
    let digits: String = text[at + 1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 {
        return None;
    }
    let (hours, minutes): (i64, i64) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let ahead = hours * 3600 + minutes * 60;
    Some((&text[..at], if text[at..].starts_with('-') { -ahead } else { ahead }))
}

/// A moment as seen from now: `in 42 s`, `3 days ago`.
pub fn relative(moment: u64, now: u64, day_only: bool) -> String {
    let apart = moment.abs_diff(now);
    let today = moment / DAY == now / DAY;
    if day_only && today {
        return "today".to_owned();
    }
    let span = if day_only { days((moment / DAY).abs_diff(now / DAY)) } else { rough(apart) };
    match moment.cmp(&now) {
        std::cmp::Ordering::Equal => "now".to_owned(),
        std::cmp::Ordering::Greater => format!("in {span}"),
        std::cmp::Ordering::Less => format!("{span} ago"),
    }
}

const DAY: u64 = 86_400;

/// So many seconds in their largest unit.
fn rough(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..DAY => format!("{} h", seconds / 3600),
        _ => days(seconds / DAY),
    }
}

fn days(days: u64) -> String {
    match days {
        0..60 => crate::text::plural(days as usize, "day"),
        60..730 => crate::text::plural((days / 30) as usize, "month"),
        _ => crate::text::plural((days / 365) as usize, "year"),
    }
}

/// A duration in its two largest units: `1 h 30 min`.
fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{} s", (seconds * 10.0).round() / 10.0);
    }
    let whole = seconds as u64;
    let (large, small, one, other) = match whole {
        0..3600 => (60, 1, "min", "s"),
        3600..DAY => (3600, 60, "h", "min"),
        _ => (DAY, 3600, "d", "h"),
    };
    match (whole % large) / small {
        0 => format!("{} {one}", whole / large),
        rest => format!("{} {one} {rest} {other}", whole / large),
    }
}

/// Bytes for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-10-27T10:00:00Z.
    const NOW: u64 = 1_698_400_800;

    #[test]
    fn values_say_what_their_names_say() {
        for (name, value, expected) in [
            ("created_at", "1698141600", Some("3 days ago (2023-10-24T10:00:00Z)")),
            ("createdAt", "1698141600000", Some("3 days ago (2023-10-24T10:00:00Z)")),
            ("X-RateLimit-Reset", "1698400842", Some("in 42 s (2023-10-27T10:00:42Z)")),
            ("reset", "42", None),
            ("id", "1698141600", None),
            ("format", "1698141600", None),
            ("Retry-After", "90", Some("1 min 30 s")),
            ("retryAfter", "42", None),
            ("expires_in", "5400", Some("1 h 30 min")),
            ("duration_ms", "1500", Some("1.5 s")),
            ("ttl", "86400", Some("1 d")),
            ("items", "86400", None),
            ("Content-Length", "1234567", Some("1.2 MB")),
            ("size_bytes", "999", None),
            ("size", "123456", None),
            ("any", "2023-10-24T10:00:00Z", Some("3 days ago")),
            ("any", "2023-10-27T12:00:42.5+02:00", Some("in 42 s")),
            ("any", "2023-10-27T04:30:00-0530", Some("now")),
            ("any", "2023-10-27 09:00:00", Some("1 h ago")),
            ("any", "2023-10-27", Some("today")),
            ("any", "2023-10-26", Some("1 day ago")),
            ("any", "Fri, 27 Oct 2023 10:01:00 GMT", Some("in 1 min")),
            ("any", "2023-1x-27T10:00:00Z", None),
            ("any", "1234-5678", None),
            ("any", "1.2.3", None),
            ("any", "日2023-10-27", None),
            ("any", "", None),
            ("at", "NaN", None),
            ("at", "9e99", None),
            ("at", "99999999999999999999999999", None),
        ] {
            assert_eq!(says(name, value, Some(NOW)).as_deref(), expected, "{name} {value}");
        }
    }

    #[test]
    fn without_a_clock_nothing_is_relative() {
        assert_eq!(says("any", "2023-10-24T10:00:00Z", None), None);
        assert_eq!(says("iat", "1698141600", None).as_deref(), Some("2023-10-24T10:00:00Z"));
    }

    #[test]
    fn far_times_have_rough_words() {
        for (apart, words) in [
            (59, "59 s"),
            (3599, "59 min"),
            (DAY - 1, "23 h"),
            (59 * DAY, "59 days"),
            (60 * DAY, "2 months"),
            (729 * DAY, "24 months"),
            (730 * DAY, "2 years"),
        ] {
            assert_eq!(relative(NOW + apart, NOW, false), format!("in {words}"));
            assert_eq!(relative(NOW - apart, NOW, false), format!("{words} ago"));
        }
    }
}
