//! Markdown for a ticket: plain enough for every tracker and chat, so bold, lists and code only.

use std::io::{self, Write};

use super::explanation::{Subject, facts, headline};
use super::json::severity_id;
use super::{Report, format_name, number, size};
use crate::text::Address;

/// Items and messages that a ticket lists; nobody reads more there.
const MANY: usize = 30;

/// Writes the report of one response.
pub fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let decoded = report.decoded;
    writeln!(out, "**{}**\n", escape(&headline(report, Subject::Whole)))?;
    for fact in facts(report, Subject::Whole) {
        let text = match fact.heading {
            "Where" | "Request id" => code(&fact.text),
            _ => escape(&fact.text),
        };
        let by = fact.by.map(|by| format!(" _({by})_")).unwrap_or_default();
        writeln!(out, "- **{}:** {text}{by}", fact.heading)?;
    }
    messages(out, report)?;
    usage(out, report)?;
    for link in decoded.links.iter().take(MANY) {
        let title = link.title.as_ref().map(|title| format!(" {}", escape(&report.words(title)))).unwrap_or_default();
        let beware = Address::of(&link.href).warning();
        let beware = beware.map(|warning| format!(" **Beware:** {}", escape(&warning))).unwrap_or_default();
        writeln!(out, "- **Link:** {}{title}{beware}", code(&report.words(&link.href)))?;
    }
    more(out, decoded.links.len(), "more links")?;
    problems(out, report)?;
    let vendor = decoded.vendor.as_ref().map_or_else(
        || "no known envelope".into(),
        |vendor| format!("read as {} ({})", crate::text::clean(&vendor.shape), vendor.confidence.id()),
    );
    let source = report.words(&decoded.source.name);
    let format = format_name(decoded.source.format);
    let line = format!("{source}:{}, {format}, {}, {vendor}", decoded.source.line, size(decoded.source.bytes));
    writeln!(out, "\n_{}_", escape(&line))
}

fn messages(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let messages = &report.decoded.messages;
    for message in messages.iter().take(MANY) {
        let field = message.field.as_ref().map(|field| format!(" {}", code(&report.words(field)))).unwrap_or_default();
        let text = escape(&report.words(&message.text));
        writeln!(out, "- **{}**{field} {text}", severity_id(message.severity).to_uppercase())?;
    }
    more(out, messages.len(), "more")
}

/// What is wrong with the input: whoever reads the ticket is to know what it may have cost.
fn problems(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let grave = || report.decoded.problems.iter().filter(|trouble| trouble.grave);
    for trouble in grave().take(MANY) {
        let text = escape(trouble.message);
        writeln!(out, "- **Problem:** line {}, column {}: {text}", trouble.line, trouble.column)?;
    }
    more(out, grave().count(), "more problems")
}

fn more(out: &mut dyn Write, count: usize, what: &str) -> io::Result<()> {
    if count <= MANY {
        return Ok(());
    }
    writeln!(out, "- … {} {what}", count - MANY)
}

fn usage(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    for usage in &report.decoded.usage {
        let counts = [("used", usage.used), ("limit", usage.limit), ("left", usage.remaining)];
        let mut text: Vec<_> =
            counts.into_iter().filter_map(|(name, count)| Some(format!("{name} {}", number(count?)))).collect();
        text.extend(usage.resets.as_ref().map(|resets| format!("resets {}", escape(&report.words(resets)))));
        writeln!(out, "- **{}:** {}", escape(&report.words(&usage.label)), text.join(", "))?;
    }
    Ok(())
}

/// Text that means nothing to Markdown, HTML in Markdown included.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        // `+ - 1.` make lists only at the start, and `!` and `(` need a bracket, which is escaped.
        let start = at == 0 && matches!(c, '+' | '-' | '=' | '.');
        if start
            || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '{' | '}' | '&' | '@')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text as code; a fence longer than any run of backticks in it.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_nothing_to_markdown() {
        assert_eq!(escape("a*b_[x](y) <b> #1 @me"), r"a\*b\_\[x\](y) \<b\> \#1 \@me");
        assert_eq!(escape("- no list"), r"\- no list");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("/data/code"), "`/data/code`");
    }
}
