//! `[[table]]`: codes and what is known about them.

use std::collections::{HashMap, HashSet};

use super::keys::{File, Keys, Node};
use super::problem::{PackErrorKind, quoted};
use crate::pack::code::{Key, key};
use crate::pack::model::{Confidence, Family, KeyKind, Outcome, Packed, Retry, Row, Table, Who, Words};

pub(super) const OUTCOMES: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("partial", Outcome::Partial),
    ("failure", Outcome::Failure),
    ("pending", Outcome::Pending),
    ("skipped", Outcome::Skipped),
    ("unknown", Outcome::Unknown),
];

pub(super) const RETRIES: &[(&str, Retry)] = &[
    ("no", Retry::No),
    ("fix", Retry::Fix),
    ("backoff", Retry::Backoff),
    ("wait", Retry::Wait),
    ("poll", Retry::Poll),
];

pub(super) const WHO: &[(&str, Who)] =
    &[("caller", Who::Caller), ("account", Who::Account), ("server", Who::Server), ("net", Who::Net)];

const KINDS: &[(&str, KeyKind)] =
    &[("integer", KeyKind::Integer), ("string", KeyKind::String), ("composite", KeyKind::Composite)];

const CONFIDENCES: &[(&str, Confidence)] =
    &[("official", Confidence::Official), ("community", Confidence::Community), ("inferred", Confidence::Inferred)];

/// One table; `partial` when it adds to a table that is somewhere else.
pub(super) fn table(node: Node<'_>, partial: bool) -> Option<Table> {
    let keys = node.keys()?;
    let name = keys.need("name").and_then(|node| {
        let name = node.text()?;
        if name.is_empty() || name.contains(['/', ':']) || name.contains(char::is_whitespace) {
            let hint = "no blanks, no `/`, no `:`".to_owned();
            node.note(PackErrorKind::Value, format!("{} is no table name", quoted(name)), Some(hint));
        }
        Some(name)
    });
    let name = name.unwrap_or_default();
    let title = keys.words("title").unwrap_or_else(|| name.to_owned().into());
    let base = keys.get("base").and_then(|node| {
        let base = node.text()?;
        node.file().refer_table(node.start(), base);
        Some(base.to_owned())
    });
    let mut table = Table {
        name: name.to_owned(),
        title,
        key: keys.get("key").and_then(|node| node.word(KINDS)).unwrap_or_default(),
        base,
        fold: keys.flag("fold"),
        source: keys.words("source"),
        families: Packed::default(),
        rows: Packed::default(),
    };
    table.families = families(&keys).into();
    rows(&keys, &mut table, partial);
    keys.finish();
    Some(table)
}

fn families(keys: &Keys<'_>) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for node in keys.list("families") {
        let Some(family) = family(node) else { continue };
        if let Some(other) = families.iter().find(|other| overlap(other, &family)) {
            let message = format!("this family overlaps with {}", name(other));
            let hint = "a code belongs to one family: let `to` end before the next `from`".to_owned();
            node.note(PackErrorKind::Duplicate, message, Some(hint));
        }
        families.push(family);
    }
    families
}

fn overlap(left: &Family, right: &Family) -> bool {
    match (left.from, left.to, right.from, right.to) {
        (Some(from), Some(to), Some(other_from), Some(other_to)) => from <= other_to && other_from <= to,
        // One prefix within another is a refinement: the longest wins.
        _ => left.prefix.is_some() && left.prefix == right.prefix,
    }
}

fn name(family: &Family) -> String {
    match (family.from, family.to, &family.prefix) {
        (Some(from), Some(to), _) => format!("`{from}` to `{to}`"),
        (_, _, Some(prefix)) => quoted(prefix).to_string(),
        _ => "another".to_owned(),
    }
}

fn family(node: Node<'_>) -> Option<Family> {
    let keys = node.keys()?;
    let from = keys.get("from").and_then(|node| node.integer());
    let to = keys.get("to").and_then(|node| node.integer());
    let prefix = keys.get("prefix").and_then(|node| node.text()).map(str::to_owned);
    let family = Family { from, to, prefix, row: row_keys(&keys) };
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            keys.note(PackErrorKind::Value, format!("`from` {from} is above `to` {to}"), None);
        }
        (Some(_), Some(_)) if family.prefix.is_none() => {}
        (None, None) if family.prefix.as_ref().is_some_and(|prefix| !prefix.is_empty()) => {}
        _ if keys.has("from") && keys.has("to") && !keys.has("prefix") => {}
        _ => {
            let message = "a family needs `from` and `to`, or `prefix`".to_owned();
            keys.note(PackErrorKind::MissingKey, message, None);
        }
    }
    keys.finish();
    Some(family)
}

fn rows(keys: &Keys<'_>, table: &mut Table, partial: bool) {
    let mut seen: HashMap<(Key, Option<String>, Option<Words>), usize> = HashMap::new();
    let mut parents = Vec::new();
    for node in keys.list("rows") {
        let Some(keys) = node.keys() else { continue };
        let code = keys.need("code").and_then(|node| node.code()).unwrap_or_default();
        let mut row = row_keys(&keys);
        row.code = code;
        row.method = keys.get("method").and_then(|node| node.text()).map(str::to_ascii_uppercase);
        if let Some(parent) = keys.get("parent") {
            row.parent = parent.code();
            parents.push((parent, table.rows.len()));
        }
        keys.finish();
        let own = key(table, row.code.source());
        if table.key == KeyKind::Integer && !row.code.is_empty() && !matches!(own, Key::Number(_)) {
            let message = format!("the code {} is no integer", quoted(row.code.source()));
            node.note(PackErrorKind::Value, message, Some("the table says `key = \"integer\"`".to_owned()));
        }
        if !row.code.is_empty() {
            let place = seen.entry((own, row.method.clone(), row.applies.clone()));
            let first = *place.or_insert(node.start());
            if first != node.start() {
                let (first, _) = node.file().place(first);
                let message = format!("the code {} is there twice, first in line {first}", quoted(row.code.source()));
                let hint = "rows may share a code when `method` or `applies` differ".to_owned();
                node.note(PackErrorKind::Duplicate, message, Some(hint));
            }
        }
        table.rows.push(row.into());
    }
    if !partial {
        check_parents(table, &parents);
    }
}

/// Parents must be rows of the same table, and no row may be its own ancestor.
fn check_parents(table: &Table, parents: &[(Node<'_>, usize)]) {
    let mut by_code: HashMap<Key, &Row> = HashMap::new();
    for row in table.rows.iter() {
        by_code.entry(key(table, row.code.source())).or_insert(row);
    }
    for (node, position) in parents {
        let mut seen = HashSet::new();
        let mut next = table.rows[*position].parent.as_ref();
        while let Some(parent) = next {
            let parent_key = key(table, parent.source());
            let Some(row) = by_code.get(&parent_key) else {
                let message = format!("the parent {} is not in this table", quoted(parent.source()));
                node.note(PackErrorKind::Reference, message, None);
                break;
            };
            if !seen.insert(parent_key) {
                node.note(PackErrorKind::Reference, "this row is its own ancestor".to_owned(), None);
                break;
            }
            next = row.parent.as_ref();
        }
    }
}

/// The keys that rows, families and messages share.
pub(super) fn row_keys(keys: &Keys<'_>) -> Row {
    Row {
        title: keys.words("title"),
        messages: keys.many("messages").iter().filter_map(Node::words).collect(),
        meaning: keys.words("meaning"),
        action: keys.words("action"),
        who: keys.get("who").and_then(|node| node.word(WHO)),
        retry: keys.get("retry").and_then(|node| node.word(RETRIES)),
        http: keys.get("http").and_then(|node| node.status()),
        outcome: keys.get("outcome").and_then(|node| node.word(OUTCOMES)),
        applies: keys.words("applies"),
        see: keys.many("see").iter().filter_map(Node::code).collect(),
        url: keys.words("url"),
        source: keys.words("source"),
        confidence: keys.get("confidence").and_then(|node| node.word(CONFIDENCES)),
        ..Row::default()
    }
}

/// Tables of one pack must not fall back to one another in a circle. `tables` are with the place of each.
pub(super) fn check_bases(file: &File<'_>, id: &str, tables: &[(usize, Table)]) {
    for (at, table) in tables {
        let mut seen = HashSet::from([table.name.as_str()]);
        let mut next = table.base.as_deref();
        while let Some(base) = next {
            let own = match base.split_once('/') {
                Some((pack, name)) if pack == id => name,
                Some(_) => break,
                None => base,
            };
            if !seen.insert(own) {
                let message = format!("the bases of table {} go in a circle", quoted(&table.name));
                file.note(*at, PackErrorKind::Reference, message, None);
                break;
            }
            next = tables.iter().find(|(_, table)| table.name == own).and_then(|(_, table)| table.base.as_deref());
        }
    }
}
