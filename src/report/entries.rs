//! Rows of reference tables: what `explain` says at length and `codes` lists.

use std::io::{self, Write};

use serde::Serialize;

use super::block::Page;
use super::json::{SCHEMA, confidence_id, put, who_id};
use super::markdown::{code, escape};
use super::{Look, Role, advice, outcome_id};
use crate::decode::{Entry, Outcome, Words};
use crate::text::{Clean, clean, pad, width};

/// Widest column of codes; longer ones push their words to the right.
const WIDEST_CODE: usize = 32;

/// Rows at length, grouped by vendor.
pub fn explain(out: &mut dyn Write, look: &Look, entries: &[Entry]) -> io::Result<()> {
    let mut page = Page::new(out, *look);
    let mut last = None;
    for entry in by_pack(entries) {
        if last != Some(&entry.pack) {
            if last.is_some() {
                page.blank()?;
            }
            let id = format!("  {}", clean(&entry.pack));
            page.line(0, &[(Role::Strong, &entry.pack_name.clean()), (Role::Quiet, &id)])?;
        } else {
            page.blank()?;
        }
        last = Some(&entry.pack);
        one(&mut page, entry)?;
    }
    Ok(())
}

/// Entries of the same pack stand together, in the order in which their packs came first.
fn by_pack(entries: &[Entry]) -> Vec<&Entry> {
    let mut order: Vec<&str> = Vec::new();
    for entry in entries {
        if !order.contains(&entry.pack.as_str()) {
            order.push(&entry.pack);
        }
    }
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by_key(|entry| order.iter().position(|pack| *pack == entry.pack));
    sorted
}

fn one(page: &mut Page<'_>, entry: &Entry) -> io::Result<()> {
    let divider = page.look().style.divider();
    let title = entry.title.as_ref().map(|title| format!("  {}", title.clean())).unwrap_or_default();
    page.line(2, &[(Role::Note, &entry.code.clean()), (Role::Strong, &title)])?;
    let mut about = vec![format!("{}/{}", clean(&entry.pack), clean(&entry.table))];
    about.extend([&entry.family, &entry.applies].into_iter().flatten().map(|words| words.clean().into_string()));
    about.extend(entry.http.map(|status| format!("usually with HTTP {status}")));
    page.line(4, &[(Role::Quiet, &about.join(divider))])?;
    for message in &entry.messages {
        page.field(4, "Message", &message.clean(), Some("vendor docs"))?;
    }
    let fields = [("What it means", &entry.meaning), ("What to do", &entry.action)];
    for (heading, words) in fields.into_iter().filter_map(|(heading, words)| Some((heading, words.as_ref()?))) {
        page.field(4, heading, &words.clean(), None)?;
    }
    if let Some(who) = entry.who {
        page.field(4, "Who can mend it", advice::mender(who), None)?;
    }
    let outcome = entry.outcome.unwrap_or(Outcome::Failure);
    if let Some(retry) = entry.retry.and_then(|retry| advice::words(Some(retry), None, outcome)) {
        page.field(4, "Retry", &retry, None)?;
    }
    let see: Vec<_> = entry.see.iter().map(|code| code.clean().into_string()).collect();
    if !see.is_empty() {
        page.field(4, "See also", &see.join(", "), None)?;
    }
    let source = [("Source", &entry.source, Some(confidence_id(entry.confidence))), ("Page", &entry.url, None)];
    for (heading, words, sure) in source {
        if let Some(words) = words {
            page.address(4, heading, words, &words.clean(), sure)?;
        }
    }
    Ok(())
}

/// Rows as aligned columns, a heading a table; `width` wraps the words, not the codes.
pub fn table(out: &mut dyn Write, look: &Look, entries: &[Entry]) -> io::Result<()> {
    let style = look.style;
    for (at, group) in entries.chunk_by(|a, b| a.pack == b.pack && a.table == b.table).enumerate() {
        let head = &group[0];
        let name = format!("{}{}{}", head.pack_name.clean(), style.divider(), head.table_title.clean());
        let about =
            format!("  {}/{}, {}", clean(&head.pack), clean(&head.table), crate::text::plural(group.len(), "row"));
        let mut page = Page::new(&mut *out, *look);
        if at > 0 {
            page.blank()?;
        }
        page.line(0, &[(Role::Strong, &name), (Role::Quiet, &about)])?;
        let codes: Vec<Clean> = group.iter().map(|entry| entry.code.clean()).collect();
        let wide = codes.iter().map(|code| width(code)).max().unwrap_or(0).min(look.width / 3).min(WIDEST_CODE);
        for (code, entry) in codes.iter().zip(group) {
            let code = if width(code) > wide { code.as_str().to_owned() } else { pad(code, wide) };
            // Where the code is a name, its title often is the same name once more.
            let title = entry.title.as_ref().or(entry.messages.first()).filter(|title| **title != entry.code);
            let words: Vec<_> =
                title.into_iter().chain(&entry.meaning).map(|words| words.clean().into_string()).collect();
            page.row(
                2,
                wide + 2,
                &[(Role::Note, &code), (Role::Plain, "  "), (Role::Plain, &words.join(style.divider()))],
            )?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Row {
    schema: u32,
    vendor: String,
    table: String,
    code: String,
    title: Option<String>,
    messages: Vec<String>,
    meaning: Option<String>,
    action: Option<String>,
    who: Option<&'static str>,
    retry: Option<&'static str>,
    http: Option<u16>,
    outcome: Option<&'static str>,
    family: Option<String>,
    applies: Option<String>,
    see: Vec<String>,
    url: Option<String>,
    source: Option<String>,
    confidence: &'static str,
}

/// One JSON object a row.
pub fn json(out: &mut dyn Write, entries: &[Entry]) -> io::Result<()> {
    let maybe = |words: &Option<Words>| words.as_ref().map(|words| words.clean().into_string());
    let list = |words: &[Words]| words.iter().map(|words| words.clean().into_string()).collect();
    for entry in entries {
        let row = Row {
            schema: SCHEMA,
            vendor: clean(&entry.pack).into_string(),
            table: table_name(entry),
            code: entry.code.clean().into_string(),
            title: maybe(&entry.title),
            messages: list(&entry.messages),
            meaning: maybe(&entry.meaning),
            action: maybe(&entry.action),
            who: entry.who.map(who_id),
            retry: entry.retry.and_then(|retry| advice::id(Some(retry), Outcome::Failure)),
            http: entry.http,
            outcome: entry.outcome.map(outcome_id),
            family: maybe(&entry.family),
            applies: maybe(&entry.applies),
            see: list(&entry.see),
            url: maybe(&entry.url),
            source: maybe(&entry.source),
            confidence: confidence_id(entry.confidence),
        };
        put(out, &row)?;
    }
    Ok(())
}

/// Table, code, HTTP status, advice on repeating, title, meaning: tab-separated, `-` where there is nothing.
pub fn line(out: &mut dyn Write, entries: &[Entry]) -> io::Result<()> {
    let words = |words: &Option<Words>| words.as_ref().map_or_else(|| "-".into(), |words| words.clean().into_string());
    for entry in entries {
        let http = entry.http.map_or_else(|| "-".into(), |status| status.to_string());
        let retry = entry.retry.and_then(|retry| advice::id(Some(retry), Outcome::Failure)).unwrap_or("-");
        let (title, meaning) = (words(&entry.title), words(&entry.meaning));
        writeln!(out, "{}\t{}\t{http}\t{retry}\t{title}\t{meaning}", table_name(entry), entry.code.clean())?;
    }
    Ok(())
}

/// A Markdown table.
pub fn markdown(out: &mut dyn Write, entries: &[Entry]) -> io::Result<()> {
    writeln!(out, "| table | code | title | meaning | what to do |\n|---|---|---|---|---|")?;
    let words = |words: &Option<Words>| words.as_ref().map(|words| escape(&words.clean())).unwrap_or_default();
    for entry in entries {
        let (title, meaning, action) = (words(&entry.title), words(&entry.meaning), words(&entry.action));
        let number = code(&entry.code.clean()).replace('|', "\\|");
        writeln!(out, "| {} | {number} | {title} | {meaning} | {action} |", escape(&table_name(entry)))?;
    }
    Ok(())
}

fn table_name(entry: &Entry) -> String {
    format!("{}/{}", clean(&entry.pack), clean(&entry.table))
}
