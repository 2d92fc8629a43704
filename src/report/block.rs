//! Lines of the text report: indents, headings beside wrapped text, paint. In: clean text. Out: lines no wider than asked.

use std::io::{self, Write};

use super::{Look, Role};
use crate::text::{Address, Clean, Untrusted, width, wrap};

/// Cells of the heading column.
const HEADING: usize = 16;
/// Below this many cells a heading stands above its text instead of beside it.
const NARROW: usize = 60;
/// Fewer cells than this are not worth wrapping to.
const LEAST: usize = 12;

/// A page that lines are written to.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    look: Look,
    /// Links so far.
    links: usize,
}

impl<'w> Page<'w> {
    pub(super) fn new(out: &'w mut dyn Write, look: Look) -> Self {
        Self { out, look, links: 0 }
    }

    pub(super) fn look(&self) -> &Look {
        &self.look
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A heading of a section.
    pub(super) fn heading(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.line(indent, &[(Role::Strong, text)])
    }

    /// Pieces one after the other, wrapped between pieces and within them; following lines hang by two cells.
    pub(super) fn line(&mut self, indent: usize, pieces: &[(Role, &str)]) -> io::Result<()> {
        self.hang(indent, indent + 2, pieces, None)
    }

    /// Pieces like [`Page::line`], following lines hanging `by` cells deeper than the first.
    pub(super) fn row(&mut self, indent: usize, by: usize, pieces: &[(Role, &str)]) -> io::Result<()> {
        self.hang(indent, indent + by, pieces, None)
    }

    /// Text beside its heading, `mark` behind it.
    pub(super) fn field(&mut self, indent: usize, heading: &str, text: &str, mark: Option<&str>) -> io::Result<()> {
        self.beside(indent, heading, text, mark, None)
    }

    /// An address beside its heading, which a terminal may follow.
    pub(super) fn address(
        &mut self,
        indent: usize,
        heading: &str,
        address: &Untrusted<'_>,
        shown: &Clean,
        mark: Option<&str>,
    ) -> io::Result<()> {
        // An address in which something is masked leads nowhere.
        let address = Address::of(address);
        let target = address.target().filter(|target| *target == shown);
        self.links += usize::from(target.is_some());
        self.beside(indent, heading, shown, mark, target)
    }

    fn beside(
        &mut self,
        indent: usize,
        heading: &str,
        text: &str,
        mark: Option<&str>,
        target: Option<&Clean>,
    ) -> io::Result<()> {
        let mark = mark.map(|mark| format!(" ({mark})")).unwrap_or_default();
        let pieces = [(Role::Plain, text), (Role::Quiet, mark.as_str())];
        if self.look.width < NARROW {
            self.heading(indent, heading)?;
            return self.hang(indent + 2, indent + 2, &pieces, target);
        }
        let wide = width(heading);
        let gap = " ".repeat(if wide < HEADING { HEADING - wide } else { 2 });
        let [text, mark] = pieces;
        let pieces = [(Role::Strong, heading), (Role::Plain, &gap), text, mark];
        self.hang(indent, indent + HEADING, &pieces, target)
    }

    /// Lines of pieces; the piece before the last is a link to the `target`.
    fn hang(&mut self, first: usize, hang: usize, pieces: &[(Role, &str)], target: Option<&Clean>) -> io::Result<()> {
        let style = self.look.style;
        let room = self.look.width.saturating_sub(hang).max(LEAST);
        let mut line = " ".repeat(first);
        let mut used = first;
        let edge = hang + room;
        for (at, (role, text)) in pieces.iter().enumerate() {
            let target = target.filter(|_| at + 2 == pieces.len());
            let mut rest: &str = text;
            // What fits on the line that was begun goes there; a break behind it is a line of its own.
            while !rest.is_empty() {
                let free = edge.saturating_sub(used);
                let head = fitting(rest, free, used > hang.max(first));
                if head.is_empty() {
                    self.put(&mut line)?;
                    line = " ".repeat(hang);
                    used = hang;
                    rest = rest.trim_start();
                    continue;
                }
                match target {
                    Some(target) => line.push_str(&style.link(self.links, target, head)),
                    None => line.push_str(&style.paint(*role, head)),
                }
                used += width(head);
                rest = &rest[head.len()..];
            }
        }
        self.put(&mut line)
    }

    fn put(&mut self, line: &mut String) -> io::Result<()> {
        // Blanks before a break are of no use to anybody, unless an escape sequence ends the line.
        let end = line.trim_end().len();
        line.truncate(end);
        line.push('\n');
        self.out.write_all(line.as_bytes())?;
        line.clear();
        Ok(())
    }

    /// Text as it is, behind an indent: excerpts, which must not be wrapped.
    pub(super) fn verbatim(&mut self, indent: usize, role: Role, text: &str) -> io::Result<()> {
        let mut line = " ".repeat(indent);
        line.push_str(&self.look.style.paint(role, text));
        self.put(&mut line)
    }
}

/// The longest start of the text that fits and ends before a blank. Where not even the first word fits: nothing if the line
/// was `begun`, because the word may fit a line of its own, and otherwise as much of it as goes.
fn fitting(text: &str, free: usize, begun: bool) -> &str {
    // A line of a long text is looked for near its start only: measuring the rest for every line is quadratic.
    let reach = free * 8 + 64;
    let near = text.char_indices().nth(reach).map_or(text, |(end, _)| &text[..end]);
    if near.len() == text.len() && width(text) <= free {
        return text;
    }
    let text = near;
    let blanks = text.match_indices(' ').map(|(at, _)| at).filter(|at| !text[..*at].trim().is_empty());
    let (mut end, mut used, mut from) = (0, 0, 0);
    for at in blanks {
        used += width(&text[from..at]);
        if used > free {
            break;
        }
        (end, from) = (at, at);
    }
    if end > 0 || begun {
        return &text[..end];
    }
    // Of a word without end the first line is wanted: what begins on it ends before twice its length.
    let word = text.char_indices().nth(free * 2 + 64).map_or(text, |(end, _)| &text[..end]);
    let first = wrap(word, free.max(1)).swap_remove(0);
    &text[..first.len().max(text.chars().next().map_or(0, char::len_utf8)).min(text.len())]
}

#[cfg(test)]
mod tests {
    use super::super::Style;
    use super::*;

    fn page(width: usize, write: impl Fn(&mut Page<'_>) -> io::Result<()>) -> Vec<String> {
        let mut out = Vec::new();
        let look = Look { width, ..Look::default() };
        write(&mut Page::new(&mut out, look)).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_field_hangs_under_its_text() {
        let lines = page(60, |page| {
            page.field(2, "What happened", "One two three four five six seven eight nine ten eleven.", Some("errview"))
        });
        assert_eq!(
            lines,
            [
                "  What happened   One two three four five six seven eight",
                "                  nine ten eleven. (errview)",
            ]
        );
    }

    #[test]
    fn every_line_of_an_address_is_a_link_to_all_of_it() {
        let text = "https://example.test/a/very/long/path/to/a/page/that/tells/more";
        let linked = |shown: &str| {
            let mut out = Vec::new();
            let look = Look { width: 40, style: Style { links: true, ..Style::default() }, ..Look::default() };
            let shown = crate::text::clean(shown);
            Page::new(&mut out, look).address(2, "Link", &Untrusted::from(text), &shown, Some("docs")).unwrap();
            String::from_utf8(out).unwrap()
        };
        let (start, end) = (format!("\x1b]8;id=1;{text}\x1b\\"), "\x1b]8;;\x1b\\");
        let page = linked(text);
        assert_eq!((page.matches(&start).count(), page.matches(end).count()), (2, 2), "{page:?}");
        let plain = page.replace(&start, "").replace(end, "");
        let address: String = plain.lines().skip(1).map(str::trim).collect();
        assert_eq!(address, format!("{text} (docs)").replace(" (docs)", "(docs)"));
        assert!(!linked("https://example.test/a?key=***").contains('\x1b'), "what is masked leads nowhere");
    }

    #[test]
    fn a_narrow_page_puts_the_heading_above() {
        let lines = page(30, |page| page.field(2, "Retry", "yes, with growing pauses", None));
        assert_eq!(lines, ["  Retry", "    yes, with growing pauses"]);
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let text = "https://example.test/a/very/long/address/without/a/blank?and=more and 日本語のテキスト and words";
        for cells in 20..120 {
            for line in page(cells, |page| page.field(4, "What it means", text, Some("server message"))) {
                assert!(width(&line) <= cells, "{cells}: {line}");
            }
        }
    }

    #[test]
    fn nothing_is_lost_in_wrapping() {
        let text = "a verylongwordthatdoesnotfit bb ccc  dddd eeeee ffffff";
        for cells in 16..60 {
            let lines = page(cells, |page| page.line(0, &[(Role::Plain, text)]));
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>(), "{cells}");
        }
    }
}
