//! The report for people: the verdict first, then why and what to do, then everything that was found.

use std::io::{self, Write};

use super::block::Page;
use super::{Look, Report, Role, advice, format_name, number, parts, rest, same, shorten, size, trouble};
use crate::decode::{
    Code, Confidence, Entry, Evidence, Guess, Item, Link, Message, Outcome, Said, Usage, Vendor, Words,
};
use crate::document::NodeId;
use crate::text::{Address, Clean, plural, several, width};

/// Entries of one kind that are written out; the rest is counted.
pub(super) const MANY: usize = 50;
/// Conditions that are named where a vendor is.
pub(super) const REASONS: usize = 3;
/// Problems that get an excerpt; a body with more is broken in the same way all along.
const EXCERPTS: usize = 10;

/// Writes the report of one response.
pub fn write(out: &mut dyn Write, report: &Report<'_>, look: &Look) -> io::Result<()> {
    let mut text = Text { page: Page::new(out, *look), report };
    text.verdict()?;
    text.origin()?;
    text.story()?;
    text.body()?;
    text.codes(2, &report.decoded.codes)?;
    text.items()?;
    text.messages()?;
    text.usage()?;
    text.references()?;
    text.rest()?;
    text.problems()?;
    text.guesses()
}

struct Text<'w, 'r> {
    page: Page<'w>,
    report: &'r Report<'r>,
}

impl Text<'_, '_> {
    fn section(&mut self, heading: &str) -> io::Result<()> {
        self.page.blank()?;
        self.page.heading(2, heading)
    }

    /// `◐ PARTIAL  HTTP 200 · 1 of 3 platforms failed: linkedin`
    fn verdict(&mut self) -> io::Result<()> {
        let style = self.page.look().style;
        let decoded = self.report.decoded;
        let mut rest = String::from("  ");
        if let Some(status) = decoded.http.status {
            rest.push_str(&format!("HTTP {status}"));
            if let Some(reason) = &decoded.http.reason {
                rest.push(' ');
                rest.push_str(&self.report.words(reason));
            }
            rest.push_str(style.divider());
        }
        // The summary joins its parts with our divider.
        rest.push_str(&self.report.words(&decoded.summary).replace(" · ", style.divider()));
        self.page.line(0, &[(Role::of(decoded.verdict), style.status(decoded.verdict)), (Role::Strong, &rest)])
    }

    /// Whose envelope, how sure and why; where it came from.
    fn origin(&mut self) -> io::Result<()> {
        let divider = self.page.look().style.divider();
        let decoded = self.report.decoded;
        let vendor = match &decoded.vendor {
            Some(vendor) => self.vendor(vendor),
            None => "vendor unknown".into(),
        };
        let mut source = self.report.words(&decoded.source.name).into_string();
        if decoded.source.line > 1 {
            source.push_str(&format!(":{}", decoded.source.line));
        }
        let pieces = [source, format_name(decoded.source.format).into(), size(decoded.source.bytes)];
        let rest = format!("{divider}{}", pieces.join(divider));
        self.page.line(2, &[(Role::Plain, &vendor), (Role::Quiet, &rest)])?;
        let request = [&decoded.http.method, &decoded.http.url].into_iter().flatten();
        let request = request.map(|words| self.report.words(words).into_string()).collect::<Vec<_>>().join(" ");
        if request.is_empty() { Ok(()) } else { self.page.line(2, &[(Role::Quiet, &request)]) }
    }

    fn vendor(&self, vendor: &Vendor) -> String {
        let mut text = self.report.words(&vendor.name).into_string();
        text.push_str(&format!(" {} ({}", crate::text::clean(&vendor.shape), vendor.confidence.id().replace('-', " ")));
        let why = self.why(&vendor.evidence, REASONS);
        if !why.is_empty() {
            text.push_str(": ");
            text.push_str(&why);
        }
        text.push(')');
        if vendor.retired {
            text.push_str(", a service that was switched off");
        }
        text
    }

    /// Conditions in words; what they leave out is marked by us, so the mark follows the glyph set.
    fn why(&self, evidence: &[Evidence], count: usize) -> String {
        let why: Vec<_> = evidence.iter().take(count).map(|one| self.report.words(&one.why).into_string()).collect();
        why.join(", ").replace('…', self.page.look().style.ellipsis())
    }

    fn story(&mut self) -> io::Result<()> {
        let decoded = self.report.decoded;
        let repeat = advice::sentence(self.report, &decoded.retry, decoded.verdict);
        let story = &decoded.story;
        if parts(story).next().is_none() && repeat.is_none() && decoded.http.entry.is_none() {
            return Ok(());
        }
        self.page.blank()?;
        for (heading, said) in parts(story) {
            self.said(2, heading, said)?;
        }
        if let Some(location) = &story.location {
            let text = self.report.words(&location.text);
            let place = self.report.shown_place(&location.place);
            self.page.field(2, "About", &text, Some(&place))?;
        }
        if let Some(repeat) = repeat {
            self.page.field(2, "Retry", &repeat, None)?;
        }
        if let Some(who) = decoded.who {
            self.page.field(2, "Who can mend it", advice::mender(who), None)?;
        }
        self.http()
    }

    fn said(&mut self, indent: usize, heading: &str, said: &Said) -> io::Result<()> {
        let mark = said.by.mark();
        let lines = self.report.lines(&said.text);
        let last = lines.len().saturating_sub(1);
        for (at, line) in lines.iter().enumerate() {
            let heading = if at == 0 { heading } else { "" };
            self.page.field(indent, heading, line, Some(mark).filter(|_| at == last))?;
        }
        Ok(())
    }

    /// What the HTTP status says, unless the story says just that.
    fn http(&mut self) -> io::Result<()> {
        let http = &self.report.decoded.http;
        let (Some(status), Some(entry)) = (http.status, self.report.decoded.status_meaning()) else { return Ok(()) };
        let decoded = self.report.decoded;
        if same(entry.meaning.as_ref(), decoded.story.means.as_ref()) {
            return Ok(());
        }
        let words = [&entry.title, &entry.meaning];
        let words: Vec<_> = words.into_iter().flatten().map(|words| self.report.words(words).into_string()).collect();
        if words.is_empty() {
            return Ok(());
        }
        self.page.field(2, &format!("HTTP {status}"), &words.join(": "), None)
    }

    fn body(&mut self) -> io::Result<()> {
        let cut = trouble::is_cut_off(self.report).then_some((
            "The body is cut off.",
            "What arrived is decoded. `curl -S` tells why a transfer stopped early.",
        ));
        for (what, hint) in trouble::body(self.report).into_iter().chain(cut) {
            self.page.blank()?;
            self.page.field(2, "The body", what, Some("errview"))?;
            self.page.field(2, "Try", hint, None)?;
        }
        Ok(())
    }

    fn codes(&mut self, indent: usize, codes: &[Code]) -> io::Result<()> {
        if codes.is_empty() {
            return Ok(());
        }
        if indent == 2 {
            self.section(if codes.len() == 1 { "Code" } else { "Codes, from general to specific" })?;
        }
        for code in codes {
            self.code(indent + 2, code)?;
        }
        Ok(())
    }

    fn code(&mut self, indent: usize, code: &Code) -> io::Result<()> {
        let divider = self.page.look().style.divider();
        let spelled = self.report.words(&code.code);
        let title = match &code.entry {
            Some(entry) => self.title(entry).map(|title| format!("  {title}")),
            None if code.table.is_empty() => Some("  in no table, since the vendor is unknown".into()),
            None => Some("  not in the table".into()),
        };
        self.page.line(indent, &[(Role::Note, &spelled), (Role::Strong, title.as_deref().unwrap_or_default())])?;
        let mut where_from = vec![self.report.shown_place(&code.place)];
        where_from.extend(Some(crate::text::clean(&code.table).into_string()).filter(|table| !table.is_empty()));
        let family = |family: &Option<Words>| family.as_ref().map(|family| self.report.words(family).into_string());
        match &code.entry {
            Some(entry) => where_from.extend(family(&entry.family)),
            None => where_from.extend(family(&code.family).map(|family| format!("it would be among: {family}"))),
        }
        if code.quoted {
            where_from.push("quoted from another service".into());
        }
        // A code that nobody claims stands in no table.
        where_from.retain(|words| !words.is_empty());
        self.page.line(indent + 2, &[(Role::Quiet, &where_from.join(divider))])?;
        match &code.entry {
            Some(entry) => self.entry(indent + 2, entry)?,
            None => self.neighbours(indent + 2, code)?,
        }
        let also: Vec<_> = code.also.iter().take(6).map(|entry| self.elsewhere(entry)).collect();
        if also.is_empty() {
            return Ok(());
        }
        self.page.field(indent + 2, "Elsewhere", &also.join("; "), Some("the same code, another meaning"))
    }

    /// What a row says beyond the story.
    fn entry(&mut self, indent: usize, entry: &Entry) -> io::Result<()> {
        let story = &self.report.decoded.story;
        let fields = [
            ("Meaning", &entry.meaning, same(entry.meaning.as_ref(), story.means.as_ref())),
            ("What to do", &entry.action, same(entry.action.as_ref(), story.action.as_ref())),
            ("Applies to", &entry.applies, false),
            ("Page", &entry.url, false),
            ("Source", &entry.source, false),
        ];
        for (heading, words, said) in fields {
            let Some(words) = words.as_ref().filter(|_| !said) else { continue };
            let sure = (heading == "Source").then(|| super::json::confidence_id(entry.confidence));
            let shown = self.report.words(words);
            match heading {
                "Page" | "Source" => self.page.address(indent, heading, words, &shown, sure)?,
                _ => self.page.field(indent, heading, &shown, sure)?,
            }
        }
        for message in entry.messages.iter().take(3) {
            self.page.field(indent, "Message", &self.report.words(message), Some("vendor docs"))?;
        }
        Ok(())
    }

    fn neighbours(&mut self, indent: usize, code: &Code) -> io::Result<()> {
        if code.neighbours.is_empty() {
            return Ok(());
        }
        let near: Vec<_> = code.neighbours.iter().map(|entry| self.short(entry)).collect();
        self.page.field(indent, "Near it", &near.join("; "), None)
    }

    fn short(&self, entry: &Entry) -> String {
        let title = self.title(entry).map(|title| format!(" {title}"));
        format!("{}{}", self.report.words(&entry.code), title.unwrap_or_default())
    }

    /// The title, unless it only repeats the code.
    fn title(&self, entry: &Entry) -> Option<Clean> {
        entry.title.as_ref().filter(|title| **title != entry.code).map(|title| self.report.words(title))
    }

    fn elsewhere(&self, entry: &Entry) -> String {
        format!("{} {}", self.report.words(&entry.pack_name), self.short(entry))
    }

    fn items(&mut self) -> io::Result<()> {
        let decoded = self.report.decoded;
        if decoded.items.is_empty() {
            return Ok(());
        }
        self.section(&capital(&several(&self.report.words(&decoded.items_noun))))?;
        self.list(4, &decoded.items)
    }

    /// Items: everything that did not go well, and of the rest as many as anybody reads.
    fn list(&mut self, indent: usize, items: &[Item]) -> io::Result<()> {
        let mut fine = 0;
        let wide = items.iter().map(|item| width(self.page.look().style.status(item.outcome))).max().unwrap_or(0);
        for item in items {
            fine += usize::from(item.outcome == Outcome::Success);
            if item.outcome != Outcome::Success || fine <= MANY {
                self.item(indent, item, wide)?;
            }
        }
        self.more(indent, fine, "more that went well")?;
        // The last one tells that all of them arrived.
        match items.last() {
            Some(last) if fine > MANY && last.outcome == Outcome::Success => self.item(indent, last, wide),
            _ => Ok(()),
        }
    }

    fn more(&mut self, indent: usize, count: usize, what: &str) -> io::Result<()> {
        if count <= MANY {
            return Ok(());
        }
        let text = format!("{} {} {what}", self.page.look().style.ellipsis(), count - MANY);
        self.page.line(indent, &[(Role::Quiet, &text)])
    }

    fn item(&mut self, indent: usize, item: &Item, wide: usize) -> io::Result<()> {
        let look = *self.page.look();
        let divider = look.style.divider();
        let status = look.style.status(item.outcome);
        let label = format!("{}  {}", " ".repeat(wide.saturating_sub(width(status))), self.report.words(&item.label));
        let mut facts = Vec::new();
        facts.extend(item.note.as_ref().map(|note| self.report.words(&note.text).into_string()));
        facts.extend(item.ids.iter().map(|(name, id)| {
            let value = self.report.secrets.mask_named(name, &id.text).clean();
            format!("{} {value}", self.report.words(name))
        }));
        facts.extend(item.url.as_ref().map(|url| self.report.words(&url.text).into_string()));
        if item.outcome != Outcome::Success {
            facts.push(self.report.pointer(item.node).into_string());
        }
        let facts = if facts.is_empty() { String::new() } else { format!("  {}", facts.join(divider)) };
        self.page.line(indent, &[(Role::of(item.outcome), status), (Role::Strong, &label), (Role::Quiet, &facts)])?;
        for (heading, said) in parts(&item.story) {
            self.said(indent + 2, heading, said)?;
        }
        if let Some(location) = item.story.location.as_ref().filter(|location| location.text != item.label) {
            self.page.field(indent + 2, "About", &self.report.words(&location.text), None)?;
        }
        if let Some(retry) = item.retry.and_then(|retry| advice::words(Some(retry), None, item.outcome)) {
            self.page.field(indent + 2, "Retry", &retry, None)?;
        }
        for code in &item.codes {
            self.code(indent + 2, code)?;
        }
        // A pack nests items once, so this does not follow the input's depth.
        self.list(indent + 4, &item.items)
    }

    fn messages(&mut self) -> io::Result<()> {
        let messages = &self.report.decoded.messages;
        // One message that is the sentence above already.
        let told = self.report.decoded.story.happened.as_ref();
        let repeats = matches!(messages.as_slice(), [only] if only.field.is_none() && only.links.is_empty() && same(Some(&only.text), told));
        if messages.is_empty() || repeats {
            return Ok(());
        }
        self.section("Messages of the server")?;
        for message in messages.iter().take(MANY) {
            self.message(message)?;
        }
        self.more(4, messages.len(), "more")
    }

    fn message(&mut self, message: &Message) -> io::Result<()> {
        let look = *self.page.look();
        let (role, word) = look.style.severity(message.severity);
        let field = message.field.as_ref().map(|field| format!("  {}:", self.report.words(field))).unwrap_or_default();
        let lines = self.report.lines(&message.text);
        let first = format!("{} {}", if field.is_empty() { " " } else { "" }, lines.first().map_or("", Clean::as_str));
        let mut facts = vec![self.report.pointer(message.node).into_string()];
        facts.extend(message.time.as_ref().map(|time| self.report.words(time).into_string()));
        facts.retain(|fact| !fact.is_empty());
        let facts = if facts.is_empty() { String::new() } else { format!("  {}", facts.join(look.style.divider())) };
        self.page.line(4, &[(role, word), (Role::Strong, &field), (Role::Plain, &first), (Role::Quiet, &facts)])?;
        for line in lines.iter().skip(1) {
            self.page.line(6, &[(Role::Plain, line)])?;
        }
        for link in &message.links {
            self.link(6, link)?;
        }
        Ok(())
    }

    fn usage(&mut self) -> io::Result<()> {
        let usage = &self.report.decoded.usage;
        if usage.is_empty() {
            return Ok(());
        }
        self.section("Usage and limits")?;
        let divider = self.page.look().style.divider();
        for one in usage {
            let label = self.report.words(&one.label);
            let text = self.counter(one).join(divider);
            self.page.field(4, &label, &text, None)?;
        }
        Ok(())
    }

    fn counter(&self, usage: &Usage) -> Vec<String> {
        let mut facts = Vec::new();
        match (usage.used, usage.limit) {
            (Some(used), Some(limit)) => facts.push(format!("{} of {}", number(used), number(limit))),
            (Some(used), None) => facts.push(format!("{}, of how many is not known", number(used))),
            (None, Some(limit)) => facts.push(format!("limit {}", number(limit))),
            (None, None) => {}
        }
        facts.extend(usage.remaining.map(|left| format!("{} left", number(left))));
        if let Some(resets) = &usage.resets {
            let mut text = format!("resets {}", self.report.words(resets));
            let from_now = self.page.look().now.zip(usage.resets_at).map(|(now, at)| at as f64 - now as f64);
            match from_now {
                Some(left) if left > 0.0 => text.push_str(&format!(" (in {})", advice::duration(left))),
                Some(left) => text.push_str(&format!(" ({} ago)", advice::duration(-left))),
                None => {}
            }
            facts.push(text);
        }
        facts.extend(usage.assumed.map(str::to_owned));
        facts
    }

    fn references(&mut self) -> io::Result<()> {
        let decoded = self.report.decoded;
        if decoded.request_id.is_none() && decoded.links.is_empty() {
            return Ok(());
        }
        self.page.blank()?;
        if let Some(id) = &decoded.request_id {
            let place = self.report.shown_place(&id.place);
            self.page.field(2, "Request id", &self.report.words(&id.text), Some(&place))?;
        }
        for link in decoded.links.iter().take(MANY) {
            self.link(2, link)?;
        }
        self.more(2, decoded.links.len(), "more links")
    }

    fn link(&mut self, indent: usize, link: &Link) -> io::Result<()> {
        let title = link.title.as_ref().map(|title| self.report.words(title).into_string());
        self.page.address(indent, "Link", &link.href, &self.report.words(&link.href), title.as_deref())?;
        match Address::of(&link.href).warning() {
            Some(warning) => self.page.line(indent + 2, &[(Role::Warn, "! "), (Role::Plain, &warning)]),
            None => Ok(()),
        }
    }

    /// What no other section has shown: whatever arrived can be found in the report.
    fn rest(&mut self) -> io::Result<()> {
        let rest = rest::unsaid(self.report);
        if rest.first.is_empty() {
            return Ok(());
        }
        self.section(if self.report.decoded.vendor.is_some() { "Also in the body" } else { "In the body" })?;
        for leaf in rest.first {
            self.leaf(leaf)?;
        }
        if rest.left_out > 0 {
            let text = format!("{} {} more", self.page.look().style.ellipsis(), rest.left_out);
            self.page.line(4, &[(Role::Quiet, &text)])?;
        }
        rest.last.map_or(Ok(()), |leaf| self.leaf(leaf))
    }

    fn leaf(&mut self, leaf: NodeId) -> io::Result<()> {
        let ellipsis = self.page.look().style.ellipsis();
        let place = rest::place(self.report.document, leaf, ellipsis);
        let value = rest::value(self.report, leaf, ellipsis);
        self.page.line(4, &[(Role::Quiet, &place), (Role::Plain, "  "), (Role::Plain, &value)])
    }

    fn problems(&mut self) -> io::Result<()> {
        let problems = &self.report.decoded.problems;
        if problems.is_empty() {
            return Ok(());
        }
        let grave = problems.iter().filter(|trouble| trouble.grave).count();
        let heading = if grave == 0 { "Notes on the input".into() } else { plural(grave, "problem") + " in the input" };
        self.section(&heading)?;
        let look = *self.page.look();
        for trouble in problems.iter().take(EXCERPTS) {
            let (role, word) = if trouble.grave { (Role::Warn, "!") } else { (Role::Note, "i") };
            let text = format!(" line {}, column {}: {}", trouble.line, trouble.column, trouble.message);
            self.page.line(4, &[(role, word), (Role::Plain, &text)])?;
            let Some(excerpt) = trouble::excerpt(self.report, &look, trouble, look.width.saturating_sub(6).max(12))
            else {
                continue;
            };
            self.page.verbatim(6, Role::Plain, &excerpt.line)?;
            self.page.verbatim(6 + excerpt.caret, role, "^")?;
        }
        let left = problems.len().saturating_sub(EXCERPTS);
        if left == 0 {
            return Ok(());
        }
        self.page.line(4, &[(Role::Quiet, &format!("{} {left} more", look.style.ellipsis()))])
    }

    /// Who else it could be: other claims where nobody is certain, near misses only where nobody claims it.
    fn guesses(&mut self) -> io::Result<()> {
        let decoded = self.report.decoded;
        let vendor = decoded.vendor.as_ref();
        if vendor.is_some_and(|vendor| vendor.confidence == Confidence::Certain) {
            return Ok(());
        }
        let worth = |guess: &&Guess| vendor.is_none() || guess.confidence.is_some();
        let guesses: Vec<_> = decoded.guesses.iter().filter(worth).take(5).collect();
        if guesses.is_empty() {
            return Ok(());
        }
        self.section(if vendor.is_some() { "It could also be" } else { "Best guesses" })?;
        for guess in guesses {
            self.guess(guess)?;
        }
        self.page.line(4, &[(Role::Quiet, "`--vendor ID` decides.")])
    }

    fn guess(&mut self, guess: &Guess) -> io::Result<()> {
        let sure = guess.confidence.map_or("nearly", |confidence| confidence.id()).replace('-', " ");
        let name = format!("{} {}", self.report.words(&guess.name), crate::text::clean(&guess.shape));
        let id = format!("  --vendor {}", crate::text::clean(&guess.id));
        self.page.line(4, &[(Role::Strong, &name), (Role::Plain, &format!(" ({sure})")), (Role::Quiet, &id)])?;
        let (holds, lacks) = (self.why(&guess.evidence, 4), self.why(&guess.lacking, 4));
        if !holds.is_empty() {
            self.page.field(6, "because", &holds, None)?;
        }
        if !lacks.is_empty() {
            self.page.field(6, "but", &lacks, None)?;
        }
        Ok(())
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// One line for a heading between several reports.
pub fn divide(out: &mut dyn Write, report: &Report<'_>, look: &Look, number: usize) -> io::Result<()> {
    let name = report.words(&report.decoded.source.name);
    let text = format!("[{number}] {name}:{}", report.decoded.source.line);
    let text = shorten(&text, look.width, look.style.ellipsis());
    writeln!(out, "{}", look.style.paint(Role::Quiet, &text))
}
