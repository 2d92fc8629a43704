//! Counts over many responses: vendors, verdicts, codes. In: reports, one by one. Out: a table or one JSON object.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value};

use super::json::{SCHEMA, put};
use super::{Look, Report, Role, outcome_id, shorten};
use crate::decode::Outcome;
use crate::text::{pad, width};

/// Codes that a table lists; the JSON object has all.
const MANY: usize = 30;

/// What was counted so far. Memory follows the number of different codes, not of responses.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    responses: usize,
    verdicts: BTreeMap<Outcome, usize>,
    vendors: BTreeMap<String, usize>,
    codes: BTreeMap<(String, String), Count>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    title: Option<Title>,
    count: usize,
}

impl Count {
    fn words(&self) -> Option<&str> {
        self.title.as_ref().map(|title| title.words.as_str())
    }

    /// Of several titles the first one met is kept.
    fn call(&mut self, place: u64, words: impl FnOnce() -> String) {
        if self.title.as_ref().is_none_or(|title| place < title.place) {
            self.title = Some(Title { place, words: words() });
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Title {
    /// The place of the first response that says so.
    place: u64,
    words: String,
}

impl Summary {
    /// Counts one response, and each different code of it once. `place` tells what comes first: responses are counted in any
    /// order.
    pub fn add(&mut self, report: &Report<'_>, place: u64) {
        self.responses += 1;
        *self.verdicts.entry(report.decoded.verdict).or_default() += 1;
        let vendor = report.decoded.vendor.as_ref().map_or("", |vendor| &vendor.id);
        *self.vendors.entry(crate::text::clean(vendor).into_string()).or_default() += 1;
        let mut seen: Vec<(String, String)> = Vec::new();
        for code in report.codes() {
            let key = (crate::text::clean(&code.table).into_string(), report.words(&code.code).into_string());
            let count = self.codes.entry(key.clone()).or_default();
            if let Some(title) = code.entry.as_ref().and_then(|entry| entry.title.as_ref()) {
                count.call(place, || report.words(title).into_string());
            }
            if !seen.contains(&key) {
                count.count += 1;
                seen.push(key);
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.responses += other.responses;
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
        for (vendor, count) in other.vendors {
            *self.vendors.entry(vendor).or_default() += count;
        }
        for (code, other) in other.codes {
            let here = self.codes.entry(code).or_default();
            here.count += other.count;
            if let Some(title) = other.title {
                here.call(title.place, || title.words);
            }
        }
    }

    /// Adds what one response counts for, as often as such a one was met; `place` is that of the first.
    pub fn add_times(&mut self, one: &Self, times: usize, place: u64) {
        self.responses += one.responses * times;
        for (verdict, count) in &one.verdicts {
            *self.verdicts.entry(*verdict).or_default() += count * times;
        }
        for (vendor, count) in &one.vendors {
            *self.vendors.entry(vendor.clone()).or_default() += count * times;
        }
        for (code, count) in &one.codes {
            let here = self.codes.entry(code.clone()).or_default();
            here.count += count.count * times;
            if let Some(title) = &count.title {
                here.call(place, || title.words.clone());
            }
        }
    }

    /// How many responses were counted.
    pub fn responses(&self) -> usize {
        self.responses
    }

    fn codes(&self) -> Vec<(&(String, String), &Count)> {
        let mut codes: Vec<_> = self.codes.iter().collect();
        codes.sort_by_key(|(_, count)| std::cmp::Reverse(count.count));
        codes
    }

    fn vendors(&self) -> Vec<(&str, usize)> {
        let mut vendors: Vec<_> = self.vendors.iter().map(|(id, count)| (id.as_str(), *count)).collect();
        vendors.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        vendors
    }

    /// `{"schema":1,"responses":N,"verdicts":{..},"vendors":[..],"codes":[..]}`, most frequent first.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let verdicts: Map<_, _> =
            self.verdicts.iter().map(|(verdict, count)| (outcome_id(*verdict).into(), Value::from(*count))).collect();
        let vendors = self.vendors().into_iter().map(|(id, count)| {
            let id = Some(id).filter(|id| !id.is_empty());
            serde_json::json!({"id": id, "count": count})
        });
        let codes = self.codes().into_iter().map(|((table, code), count)| {
            let table = Some(table).filter(|table| !table.is_empty());
            serde_json::json!({"table": table, "code": code, "title": count.words(), "count": count.count})
        });
        let all = serde_json::json!({
            "schema": SCHEMA, "responses": self.responses, "verdicts": verdicts, "vendors": vendors.collect::<Vec<_>>(), "codes": codes.collect::<Vec<_>>(),
        });
        put(out, &all)
    }

    /// The same, tab-separated: what is counted, its name, its title, how often.
    pub fn line(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "responses\t-\t-\t{}", self.responses)?;
        for (verdict, count) in &self.verdicts {
            writeln!(out, "verdict\t{}\t-\t{count}", outcome_id(*verdict))?;
        }
        for (id, count) in self.vendors() {
            writeln!(out, "vendor\t{}\t-\t{count}", if id.is_empty() { "-" } else { id })?;
        }
        for ((table, code), count) in self.codes() {
            let dot = if table.is_empty() { "" } else { "/" };
            writeln!(out, "code\t{table}{dot}{code}\t{}\t{}", count.words().unwrap_or("-"), count.count)?;
        }
        Ok(())
    }

    /// A table for people.
    pub fn text(&self, out: &mut dyn Write, look: &Look) -> io::Result<()> {
        let style = look.style;
        writeln!(out, "{}", style.paint(Role::Strong, &crate::text::plural(self.responses, "response")))?;
        let digits = self.responses.to_string().len();
        for (verdict, count) in &self.verdicts {
            writeln!(out, "  {count:>digits$}  {}", style.paint(Role::of(*verdict), style.status(*verdict)))?;
        }
        writeln!(out, "{}", style.paint(Role::Strong, "Vendors"))?;
        for (id, count) in self.vendors() {
            writeln!(out, "  {count:>digits$}  {}", if id.is_empty() { "unknown" } else { id })?;
        }
        let codes = self.codes();
        if codes.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", style.paint(Role::Strong, "Codes"))?;
        let name = |(table, code): &(String, String)| {
            if table.is_empty() { code.clone() } else { format!("{table}/{code}") }
        };
        let listed = &codes[..codes.len().min(MANY)];
        let wide = listed.iter().map(|(key, _)| width(&name(key))).max().unwrap_or(0).min(40);
        for (key, count) in listed {
            let name = pad(&shorten(&name(key), wide, style.ellipsis()), wide);
            let title = count.words().unwrap_or("not in the table");
            let line = format!("  {:>digits$}  {name}  {title}", count.count);
            writeln!(out, "{}", shorten(&line, look.width, style.ellipsis()).trim_end())?;
        }
        if codes.len() > MANY {
            writeln!(out, "  {} {} more", style.ellipsis(), codes.len() - MANY)?;
        }
        Ok(())
    }

    /// The same as a list for a ticket.
    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        use super::markdown::{code, escape};
        writeln!(out, "**{}**\n", crate::text::plural(self.responses, "response"))?;
        for (verdict, count) in &self.verdicts {
            writeln!(out, "- {} {count}", super::Style::default().status(*verdict))?;
        }
        for (id, count) in self.vendors() {
            writeln!(out, "- vendor {}: {count}", if id.is_empty() { "unknown".into() } else { code(id) })?;
        }
        for ((table, number), count) in self.codes() {
            let dot = if table.is_empty() { "" } else { "/" };
            let title = escape(count.words().unwrap_or("not in the table"));
            writeln!(out, "- {} {title}: {}", code(&format!("{table}{dot}{number}")), count.count)?;
        }
        Ok(())
    }
}
