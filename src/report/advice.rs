//! Whether repeating helps, in words.

use std::time::Duration;

use super::Report;
use crate::decode::{Advice, DecidedBy, Outcome, Retry, Who};

/// The word of an advice in formats for programs: `null` when nothing failed, `unknown` when nobody can tell.
pub(super) fn id(retry: Option<Retry>, outcome: Outcome) -> Option<&'static str> {
    match retry {
        Some(Retry::No) => Some("no"),
        Some(Retry::Fix) => Some("fix"),
        Some(Retry::Backoff) => Some("backoff"),
        Some(Retry::Wait) => Some("wait"),
        Some(Retry::Poll) => Some("poll"),
        None => match outcome {
            Outcome::Success | Outcome::Pending | Outcome::Skipped => None,
            Outcome::Partial | Outcome::Failure | Outcome::Unknown => Some("unknown"),
        },
    }
}

/// The advice as a sentence, with what decided; nothing when nothing failed.
pub(super) fn sentence(report: &Report<'_>, advice: &Advice, outcome: Outcome) -> Option<String> {
    let mut text = words(advice.retry, advice.after, outcome)?;
    if let Some(decided) = advice.decided_by {
        text.push_str(&format!(" ({})", reason(decided)));
    }
    if let Some(note) = &advice.note {
        text.push_str("; ");
        text.push_str(&report.words(note));
    }
    Some(text)
}

/// The advice of an item or a row.
pub(super) fn words(retry: Option<Retry>, after: Option<f64>, outcome: Outcome) -> Option<String> {
    let after = after.map(duration);
    Some(match (retry, after) {
        (Some(Retry::No), _) => "no: the same request will get the same answer".into(),
        (Some(Retry::Fix), _) => "after fixing it; unchanged it will fail again".into(),
        (Some(Retry::Backoff), Some(after)) => format!("yes, after {after}, then with growing pauses"),
        (Some(Retry::Backoff), None) => "yes, with growing pauses".into(),
        (Some(Retry::Wait), Some(after)) => format!("yes, after {after}"),
        (Some(Retry::Wait), None) => "yes, but only after a wait or a reset".into(),
        (Some(Retry::Poll), Some(after)) => format!("it is not over: ask again after {after}"),
        (Some(Retry::Poll), None) => "it is not over: ask again".into(),
        (None, Some(after)) => format!("not before {after} from now"),
        (None, None) if matches!(outcome, Outcome::Failure | Outcome::Partial) => {
            "nothing here tells whether repeating helps".into()
        }
        (None, None) => return None,
    })
}

/// Who can mend it, in words.
pub(super) fn mender(who: Who) -> &'static str {
    match who {
        Who::Caller => "you, in the request",
        Who::Account => "whoever runs the account: plan, quota, permission or stored login",
        Who::Server => "the service",
        Who::Net => "whoever runs what is between: proxy, DNS, network",
    }
}

fn reason(decided: DecidedBy) -> &'static str {
    match decided {
        DecidedBy::Table => "from the reference table",
        DecidedBy::Body => "the body says so",
        DecidedBy::Header => "a header says so",
        DecidedBy::Http => "from the HTTP status",
    }
}

/// Seconds for people; two units say enough: `42s`, `3 days 4h`.
pub(super) fn duration(seconds: f64) -> String {
    // A response may say 1e300; a century stands for "never" without overflowing the type.
    let seconds = seconds.clamp(0.0, 3e9);
    if seconds > 0.0 && seconds < 1.0 {
        return format!("{:.0}ms", (seconds * 1000.0).ceil());
    }
    let text = humantime::format_duration(Duration::from_secs(seconds.ceil() as u64)).to_string();
    let units = text.split(' ').take(2).map(|unit| {
        // Symbols stand at their number, words do not: `2h`, but `3 days`.
        let word = unit.find(|c: char| !c.is_ascii_digit()).filter(|at| unit.len() - at > 2);
        word.map_or_else(|| unit.to_owned(), |at| format!("{} {}", &unit[..at], &unit[at..]))
    });
    units.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_and_never_overflow() {
        assert_eq!(duration(41.2), "42s");
        assert_eq!(duration(0.25), "250ms");
        assert_eq!(duration(90061.0), "1 day 1h");
        assert_eq!(duration(40_000_000.0), "1 year 3 months");
        assert_eq!(duration(f64::INFINITY), duration(3e9));
        assert_eq!(duration(f64::NAN), "0s");
    }

    #[test]
    fn silence_only_where_nothing_failed() {
        assert_eq!(words(None, None, Outcome::Success), None);
        assert!(words(None, None, Outcome::Failure).is_some());
        assert_eq!(id(None, Outcome::Success), None);
        assert_eq!(id(None, Outcome::Failure), Some("unknown"));
    }
}
