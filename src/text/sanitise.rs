//! Controls, bidirectional marks and invisible characters become visible symbols.
//!
//! It works by Unicode property, not by a list of sequences: general category Cc, Cf, Zl, Zp, Co, Cs, Cn and the
//! default-ignorable characters are shown, except where a script or an emoji needs them (ZWJ and ZWNJ between
//! letters, ZWJ and variation selectors inside emoji). What comes out contains none of the shown classes, so
//! cleaning twice changes nothing.

use std::fmt;
use std::ops::{Deref, Range};

use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

/// Combining marks on one base character beyond this many are shown as symbols (a "Zalgo" stack paints over
/// its neighbours); no living script stacks more than a handful.
const MAX_MARKS: usize = 8;

/// Text that is fit for a terminal, a file or the clipboard: one line, no control, bidirectional or invisible character.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Clean {
    text: String,
    shown: Vec<Range<usize>>,
}

impl Clean {
    /// Words of our own, known when the program was built.
    pub fn ours(text: &'static str) -> Self {
        Self { text: text.into(), shown: Vec::new() }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a symbol stands for something that cannot be shown, as byte ranges of the text in ascending order.
    /// A screen styles these, so that a shown control never looks like the same letters typed in the source.
    pub fn shown(&self) -> &[Range<usize>] {
        &self.shown
    }

    /// The text without the memory of what was replaced.
    pub fn into_string(self) -> String {
        self.text
    }

    /// Appends other clean text.
    pub fn push(&mut self, other: &Clean) {
        let offset = self.text.len();
        self.shown.extend(other.shown.iter().map(|range| range.start + offset..range.end + offset));
        self.text.push_str(&other.text);
    }

    /// A part of the text, by bytes; bounds that split a character or lie outside give nothing.
    pub fn slice(&self, range: Range<usize>) -> Clean {
        let Some(text) = self.text.get(range.clone()) else { return Clean::default() };
        let within = |shown: &Range<usize>| shown.start.max(range.start)..shown.end.min(range.end);
        let shown = self.shown.iter().map(within).filter(|part| part.start < part.end);
        Clean { text: text.into(), shown: shown.map(|part| part.start - range.start..part.end - range.start).collect() }
    }

    fn push_shown(&mut self, symbol: fmt::Arguments<'_>) {
        use fmt::Write;
        let start = self.text.len();
        let _ = self.text.write_fmt(symbol);
        match self.shown.last_mut() {
            Some(last) if last.end == start => last.end = self.text.len(),
            _ => self.shown.push(start..self.text.len()),
        }
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl Deref for Clean {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq<str> for Clean {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Clean {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

/// Makes any text fit for one line of any output. Nothing is dropped in silence: a control picture (`␛`, `␊`) or
/// `<U+202E>` stands for each character that must not be sent.
pub fn clean(text: &str) -> Clean {
    // Most text needs nothing: printable ASCII is passed in one step.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Clean { text: text.into(), shown: Vec::new() };
    }
    let mut out = Clean { text: String::with_capacity(text.len() + 8), shown: Vec::new() };
    let mut previous: Option<char> = None;
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > MAX_MARKS || (marks > 0 && previous.is_none()) {
            // A mark with nothing to stand on would join whatever the screen has before it.
            out.push_shown(format_args!("<U+{:04X}>", c as u32));
            continue;
        }
        match c {
            '\0'..='\x1f' => out.push_shown(format_args!("{}", picture(c))),
            '\x7f' => out.push_shown(format_args!("\u{2421}")),
            '\u{200c}' | '\u{200d}' if joins(previous, c, chars.peek().copied()) => out.text.push(c),
            '\u{fe00}'..='\u{fe0f}' if previous.is_some_and(takes_variation) => out.text.push(c),
            c if must_show(c) => {
                out.push_shown(format_args!("<U+{:04X}>", c as u32));
                previous = None;
                continue;
            }
            c => out.text.push(c),
        }
        previous = (!c.is_control()).then_some(c);
    }
    out
}

/// The control picture of a C0 control.
fn picture(c: char) -> char {
    char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')
}

fn is_mark(c: char) -> bool {
    c >= '\u{300}'
        && matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
        && !matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// Whether a joiner between these two is part of how a script or an emoji is written.
fn joins(previous: Option<char>, joiner: char, next: Option<char>) -> bool {
    let (Some(before), Some(after)) = (previous, next) else {
        // Indic scripts end a word with a joiner after a virama.
        return previous.is_some_and(is_complex_letter);
    };
    let emoji = |c: char| !c.is_ascii() && (c.is_emoji_char() || c == '\u{fe0f}');
    (joiner == '\u{200d}' && emoji(before) && emoji(after)) || (is_complex_letter(before) && !after.is_ascii())
}

/// Letters and marks of scripts that use joiners (Arabic to Khmer, and their extensions).
fn is_complex_letter(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !must_show(c)
}

/// Characters that a variation selector may follow: emoji, symbols, digits of keycaps and CJK.
fn takes_variation(c: char) -> bool {
    c.is_emoji_char()
        || matches!(
            c.general_category(),
            GeneralCategory::OtherSymbol | GeneralCategory::MathSymbol | GeneralCategory::OtherLetter
        )
}

/// Whether a character must not reach an output: it controls, hides or reorders, or means nothing anywhere.
fn must_show(c: char) -> bool {
    use GeneralCategory as G;
    if c < '\u{7f}' {
        return c < ' ';
    }
    match c.general_category() {
        G::Control | G::LineSeparator | G::ParagraphSeparator | G::Surrogate | G::PrivateUse | G::Unassigned => true,
        // Arabic number signs and the like are visible although they are "format".
        G::Format => {
            !matches!(c, '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}')
        }
        // Default-ignorable characters outside the format class, and blanks that take no room or look like one.
        _ => {
            matches!(c, '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{2800}' | '\u{e0000}'..='\u{e0fff}')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown_and_marked() {
        let clean = clean("a\x1b[31mb\u{202e}c\r\n");
        assert_eq!(clean, "a␛[31mb<U+202E>c␍␊");
        assert_eq!(clean.shown(), [1..4, 9..17, 18..24]);
    }

    #[test]
    fn living_text_is_left_alone() {
        for text in ["héllo", "👩‍👩‍👧", "❤️", "שלום", "سلام", "क्‍ष", "می‌خواهم", "日本語", "e\u{301}", "1️⃣"]
        {
            assert_eq!(clean(text).as_str(), text);
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = clean(
            "\u{0}\u{9b}\u{feff}\u{200b}\u{e0041}z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        );
        assert_eq!(clean(&once).as_str(), once.as_str());
    }
}
