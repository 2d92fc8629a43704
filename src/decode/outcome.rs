//! How it went.

use crate::document::NodeId;
use crate::pack::Outcome;
use crate::pack::model::OutcomeRule;

use super::model::{Code, Entry, Item};
use super::reader::Reader;

/// What outcome rules may look at beside the body.
pub(super) struct Known<'a> {
    pub(super) codes: &'a [Code],
    pub(super) items: &'a [Item],
    pub(super) status: Option<u16>,
    pub(super) http: Option<&'a Entry>,
}

/// The answer of the first rule that has one.
pub(super) fn decide(reader: &Reader<'_>, from: NodeId, rules: &[OutcomeRule], known: &Known<'_>) -> Option<Outcome> {
    rules.iter().find_map(|rule| match rule {
        OutcomeRule::Fixed(outcome) => Some(*outcome),
        OutcomeRule::Value { place, cases, otherwise } => match reader.case(from, place, cases) {
            Some(Some(outcome)) => Some(outcome),
            Some(None) => *otherwise,
            None => None,
        },
        OutcomeRule::When { require, outcome } => reader.scene().all(from, require).then_some(*outcome),
        OutcomeRule::Items => of_items(known.items),
        OutcomeRule::Codes => of_codes(known.codes),
        OutcomeRule::Http => of_http(known.status, known.http),
    })
}

/// All well is success, none is failure, else partial; skipped ones do not count unless all are.
pub(super) fn of_items(items: &[Item]) -> Option<Outcome> {
    let of = |outcome| items.iter().filter(|item| item.outcome == outcome).count();
    let (failed, partial, pending) = (of(Outcome::Failure), of(Outcome::Partial), of(Outcome::Pending));
    let (succeeded, skipped) = (of(Outcome::Success), of(Outcome::Skipped));
    Some(match items.len() {
        0 => return None,
        all if failed == all => Outcome::Failure,
        all if skipped == all => Outcome::Failure,
        all if succeeded == all => Outcome::Success,
        _ if failed + partial + skipped > 0 => Outcome::Partial,
        _ if pending > 0 => Outcome::Pending,
        _ => Outcome::Unknown,
    })
}

/// The most specific row that says how it went; a known code without a word on that is a failure only for error tables,
/// so it says nothing here.
pub(super) fn of_codes(codes: &[Code]) -> Option<Outcome> {
    codes.iter().rev().find_map(|code| code.entry.as_ref().and_then(|entry| entry.outcome))
}

/// What the status says; a row of the vendor's own table may know better.
pub(super) fn of_http(status: Option<u16>, entry: Option<&Entry>) -> Option<Outcome> {
    if let Some(outcome) = entry.and_then(|entry| entry.outcome) {
        return Some(outcome);
    }
    match status? {
        100..=199 => Some(Outcome::Pending),
        200..=399 => Some(Outcome::Success),
        400..=999 => Some(Outcome::Failure),
        _ => None,
    }
}
