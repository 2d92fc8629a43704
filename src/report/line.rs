//! One finding a line, for grep, cut and awk: seven columns, tab-separated, `-` where there is nothing.
//!
//! | column | content |
//! |---|---|
//! | 1 | source and line: `stdin:1` |
//! | 2 | how it went: `success`, `partial`, `failure`, `pending`, `skipped`, `unknown`; of a message its severity; `problem` |
//! | 3 | vendor's id |
//! | 4 | HTTP status |
//! | 5 | code, the most specific one |
//! | 6 | place: an RFC 6901 pointer, `header:NAME`, `status` |
//! | 7 | text |
//!
//! The first line of a response is about the whole of it, so `awk -F'\t' '$6 == "-"'` lists responses.

use std::io::{self, Write};

use super::json::severity_id;
use super::{Report, outcome_id};
use crate::decode::{Code, Item, Words};

/// Writes the findings of one response.
pub fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let decoded = report.decoded;
    let mut lines = Lines { out, report };
    let specific = report.code();
    lines.put(None, outcome_id(decoded.verdict), specific, "", &report.words(&decoded.summary))?;
    for code in &decoded.codes {
        let title = code.entry.as_ref().and_then(|entry| entry.title.as_ref());
        let text = title.map_or_else(|| "not in the table".into(), |title| report.words(title).into_string());
        lines.put(None, outcome_id(decoded.verdict), Some(code), &report.place(&code.place), &text)?;
    }
    // A stack of our own: the first item on top.
    let mut items: Vec<&Item> = decoded.items.iter().rev().collect();
    while let Some(item) = items.pop() {
        let text = lines.item(item);
        lines.put(None, outcome_id(item.outcome), item.codes.last(), &report.pointer(item.node), &text)?;
        items.extend(item.items.iter().rev());
    }
    for message in &decoded.messages {
        let text = lines.labelled(message.field.as_ref(), &message.text);
        lines.put(None, severity_id(message.severity), None, &report.pointer(message.node), &text)?;
    }
    for trouble in decoded.problems.iter().filter(|trouble| trouble.grave) {
        lines.put(Some(trouble.line), "problem", None, "", trouble.message)?;
    }
    Ok(())
}

struct Lines<'w, 'r> {
    out: &'w mut dyn Write,
    report: &'r Report<'r>,
}

impl Lines<'_, '_> {
    fn put(&mut self, line: Option<usize>, how: &str, code: Option<&Code>, place: &str, text: &str) -> io::Result<()> {
        let decoded = self.report.decoded;
        let source = format!("{}:{}", self.report.words(&decoded.source.name), line.unwrap_or(decoded.source.line));
        let vendor = decoded.vendor.as_ref().map(|vendor| crate::text::clean(&vendor.id).into_string());
        let status = decoded.http.status.map(|status| status.to_string());
        let code = code.map(|code| self.report.words(&code.code).into_string());
        let columns = [&source, how, or_dash(&vendor), or_dash(&status), or_dash(&code), place, text];
        for (at, column) in columns.into_iter().enumerate() {
            let column = if column.is_empty() { "-" } else { column };
            write!(self.out, "{}{column}", if at == 0 { "" } else { "\t" })?;
        }
        self.out.write_all(b"\n")
    }

    fn item(&self, item: &Item) -> String {
        let said = item.story.happened.as_ref().or(item.story.means.as_ref()).map(|said| &said.text);
        let note = item.note.as_ref().map(|note| &note.text);
        match said.or(note) {
            Some(text) => self.labelled(Some(&item.label), text),
            None => self.report.words(&item.label).into_string(),
        }
    }

    fn labelled(&self, label: Option<&Words>, text: &Words) -> String {
        let text = self.report.words(text);
        match label.filter(|label| self.report.words(label).as_str() != text.as_str()) {
            Some(label) => format!("{}: {text}", self.report.words(label)),
            None => text.into_string(),
        }
    }
}

fn or_dash(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("-")
}
