//! Controls, bidirectional marks and invisible characters become visible symbols.
//!
//! It works by Unicode property, not by a list of sequences: general category Cc, Cf, Zl, Zp, Co, Cs, Cn and the
//! default-ignorable characters are shown, except where a script or an emoji needs them (ZWJ and ZWNJ between
//! letters, ZWJ and variation selectors inside emoji). What comes out contains none of the shown classes, so
//! cleaning twice changes nothing.

use std::fmt;
use std::ops::{Deref, Range};

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

use super::bytes::every;

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

    /// With other clean text behind it.
    #[must_use]
    pub fn with(mut self, other: &Clean) -> Self {
        self.push(other);
        self
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

impl From<&str> for Clean {
    fn from(text: &str) -> Self {
        clean(text)
    }
}

impl From<String> for Clean {
    fn from(text: String) -> Self {
        clean(&text)
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
    if every(text.as_bytes(), |byte| (0x20..0x7f).contains(&byte)) {
        return Clean { text: text.into(), shown: Vec::new() };
    }
    let mut out = Clean { text: String::with_capacity(text.len() + 8), shown: Vec::new() };
    // The last character, where it stands in the output as it is: what may follow goes by what is seen there, so that
    // the second time around everything is judged as it was the first time.
    let mut previous: Option<char> = None;
    let mut marks = 0;
    let mut rest = text;
    loop {
        let run = common_run(rest);
        if run > 0 {
            out.text.push_str(&rest[..run]);
            (previous, marks, rest) = (rest[..run].chars().next_back(), 0, &rest[run..]);
        }
        let Some(c) = rest.chars().next() else { break };
        if let Some(flag) = flag_of_a_region(rest) {
            out.text.push_str(flag);
            (previous, marks, rest) = (Some('\u{1f3f4}'), 0, &rest[flag.len()..]);
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let keeps = match c {
            '\u{200c}' | '\u{200d}' => joins(previous, c, rest.chars().next()),
            '\u{fe00}'..='\u{fe0f}' => previous.is_some_and(takes_variation),
            // A mark with nothing to stand on would join whatever the screen has before it.
            _ if is_mark(c) => marks < MAX_MARKS && previous.is_some() && !must_show(c),
            _ => !must_show(c),
        };
        if !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}') {
            marks = if is_mark(c) { marks + 1 } else { 0 };
        }
        previous = keeps.then_some(c);
        match c {
            _ if keeps => out.text.push(c),
            '\0'..='\x1f' => out.push_shown(format_args!("{}", picture(c))),
            '\x7f' => out.push_shown(format_args!("\u{2421}")),
            _ => out.push_shown(format_args!("<U+{:04X}>", c as u32)),
        }
    }
    out
}

/// Whether it can be told at a glance that a text is clean.
pub fn is_clean(text: &str) -> bool {
    common_run(text) == text.len()
}

/// Whether a text is cleaned within other text as it is alone: nothing at its ends waits for a neighbour.
pub fn stands_alone(text: &str) -> bool {
    if text.is_ascii() {
        return true;
    }
    let first = text
        .chars()
        .next()
        .is_none_or(|c| !is_mark(c) && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'));
    first && !text.ends_with(['\u{200c}', '\u{200d}', '\u{1f3f4}'])
}

/// The flags of England, Scotland and Wales: the only sequences of tag characters that are drawn. Any other would hide text.
fn flag_of_a_region(text: &str) -> Option<&str> {
    const FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];
    let tags = text.strip_prefix('\u{1f3f4}')?;
    let spelled: String =
        tags.chars().take(5).filter_map(|c| char::from_u32((c as u32).checked_sub(0xe0000)?)).collect();
    let whole = FLAGS.contains(&spelled.as_str()) && tags.chars().nth(5) == Some('\u{e007f}');
    // Every one of the seven takes four bytes.
    whole.then(|| &text[..28])
}

/// How many bytes a text begins with that are always shown as they are.
fn common_run(text: &str) -> usize {
    let mut end = 0;
    loop {
        end += text[end..].bytes().take_while(|byte| (0x20..0x7f).contains(byte)).count();
        match text[end..].chars().next() {
            Some(c) if is_common(c) => end += c.len_utf8(),
            _ => return end,
        }
    }
}

/// Characters that are always shown as they are: told without looking them up.
fn is_common(c: char) -> bool {
    matches!(c, ' '..='~' | '¡'..='¬' | '®'..='ɏ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ' | '‐'..='‧')
        || matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '가'..='힣' | '🐀'..='📽' | '🔀'..='🔽' | '😀'..='🙏')
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

/// Whether a joiner here is part of how a script or an emoji is written. Scripts end words with joiners as well, so only
/// what stands before one decides; between emoji both sides do.
fn joins(previous: Option<char>, joiner: char, next: Option<char>) -> bool {
    let Some(before) = previous else { return false };
    let emoji = |c: char| !c.is_ascii() && !must_show(c) && c.is_emoji_char();
    let between_emoji = (emoji(before) || before == '\u{fe0f}') && next.is_some_and(emoji);
    is_complex_letter(before) || (joiner == '\u{200d}' && between_emoji)
}

/// Letters and marks of scripts that use joiners (Arabic to Khmer, and their extensions).
fn is_complex_letter(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !must_show(c)
        && c.general_category_group() != GeneralCategoryGroup::Punctuation
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn controls_are_shown_and_marked() {
        let clean = clean("a\x1b[31mb\u{202e}c\r\n");
        assert_eq!(clean, "a␛[31mb<U+202E>c␍␊");
        assert_eq!(clean.shown(), [1..4, 9..17, 18..24]);
    }

    #[test]
    fn living_text_is_left_alone() {
        for text in [
            "héllo",
            "e\u{301}",
            "ﬁ",
            "שָׁלוֹם",
            "بِسْمِ اللَّهِ",
            "سلام",
            "می\u{200c}خواهم",
            "کتاب\u{200c}ها را",
            "क्\u{200d}ष",
            "क्\u{200d} ",
            "हिन्दी में",
            "ශ්\u{200d}රී",
            "മലയാളം",
            "ภาษาไทย",
            "ខ្មែរ",
            "日本語 漢字 カタカナ",
            "한국어",
            "葛\u{fe00}",
            "①",
            "™\u{fe0f}",
            "Ω≈ç√∫",
            "👩\u{200d}👩\u{200d}👧\u{200d}👦",
            "👩🏽\u{200d}🚒",
            "❤\u{fe0f}\u{200d}🔥",
            "🏳\u{fe0f}\u{200d}🌈",
            "👍🏿",
            "1\u{fe0f}\u{20e3}",
            "#\u{fe0f}\u{20e3}",
            "🇩🇪🇫🇷",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}!",
        ] {
            let clean = clean(text);
            assert_eq!((clean.as_str(), clean.shown()), (text, &[][..]));
        }
    }

    #[test]
    fn common_characters_are_neither_marks_nor_hidden() {
        let odd = ('\0'..=char::MAX).find(|c| is_common(*c) && (is_mark(*c) || must_show(*c)));
        assert_eq!(odd, None);
    }

    #[test]
    fn what_hides_text_is_shown() {
        for (text, expected) in [
            ("a\u{200b}b\u{200d}c\u{ad}d\u{feff}", "a<U+200B>b<U+200D>c<U+00AD>d<U+FEFF>"),
            ("🏴\u{e0068}\u{e0069}\u{e007f}", "🏴<U+E0068><U+E0069><U+E007F>"),
            ("\u{301}x\n\u{301}", "<U+0301>x␊<U+0301>"),
            ("x\u{fe0f}y\u{e0100}", "x<U+FE0F>y<U+E0100>"),
            ("👩\u{200d}", "👩<U+200D>"),
            ("\u{3164}\u{2800}\u{115f}\u{e000}\u{2028}\u{85}", "<U+3164><U+2800><U+115F><U+E000><U+2028><U+0085>"),
        ] {
            assert_eq!(clean(text), expected, "{}", text.escape_unicode());
        }
        let zalgo = clean(&format!("x{}y", "\u{301}".repeat(10)));
        assert_eq!(zalgo, format!("x{}<U+0301><U+0301>y", "\u{301}".repeat(8)).as_str());
        // Joiners are no way around the limit.
        let joined = clean(&"\u{628}\u{64b}\u{200d}".replace("\u{64b}", &"\u{64b}\u{200d}".repeat(20)));
        assert_eq!(joined.matches("<U+064B>").count(), 12, "{joined}");
    }

    /// Pieces that meet each other in unlucky ways more often than any characters would.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => any::<char>().prop_map(String::from),
            2 => "[ -~]{0,4}",
            4 => proptest::sample::select(vec![
                "\x1b[31m", "\x1b]52;c;AA==\x07", "\u{9b}2J", "\r\n", "\0", "\x7f", "\u{202e}", "\u{2066}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{fe0f}",
                "\u{fe00}", "\u{feff}", "\u{301}", "\u{20e3}", "\u{64b}", "\u{e0067}", "\u{e007f}", "\u{e0100}", "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
                "👩", "🏽", "❤", "1", "क्", "ش", "葛", "␛", "<U+202E>", "\u{34f}", "\u{180e}", "\u{fffd}", "\u{10ffff}",
            ]).prop_map(str::to_owned),
            1 => (1..20_usize).prop_map(|count| "\u{316}".repeat(count)),
        ];
        proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    /// Classes that no output may hold, by property; what a script or an emoji needs is judged by its neighbours above.
    fn is_forbidden(c: char) -> bool {
        use GeneralCategory as G;
        let needed = matches!(c, '\u{200c}' | '\u{200d}' | '\u{e0062}'..='\u{e007f}');
        let number_signs = matches!(c, '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}');
        matches!(
            c.general_category(),
            G::Control
                | G::Format
                | G::LineSeparator
                | G::ParagraphSeparator
                | G::Surrogate
                | G::PrivateUse
                | G::Unassigned
        ) && !needed
            && !number_signs
    }

    /// What a symbol stands for.
    fn meant(symbol: &str) -> String {
        let mut out = String::new();
        let mut rest = symbol;
        while let Some(c) = rest.chars().next() {
            let point = match rest.strip_prefix("<U+") {
                Some(hex) => {
                    let (hex, after) = hex.split_once('>').expect("a whole symbol");
                    rest = after;
                    u32::from_str_radix(hex, 16).expect("digits")
                }
                None => {
                    rest = &rest[c.len_utf8()..];
                    if c == '\u{2421}' { 0x7f } else { c as u32 - 0x2400 }
                }
            };
            out.push(char::from_u32(point).expect("a character"));
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_forbidden_character_is_left(text in texts()) {
            let clean = clean(&text);
            prop_assert_eq!(clean.chars().find(|c| is_forbidden(*c)), None);
        }

        #[test]
        fn nothing_is_dropped_in_silence(text in texts()) {
            // With every symbol turned back, it is the text again.
            let clean = clean(&text);
            let mut back = String::new();
            let mut done = 0;
            for range in clean.shown() {
                back.push_str(&clean[done..range.start]);
                back.push_str(&meant(&clean[range.clone()]));
                done = range.end;
            }
            back.push_str(&clean[done..]);
            prop_assert_eq!(back, text);
        }

        #[test]
        fn cleaning_twice_changes_nothing(text in texts()) {
            let once = clean(&text);
            let twice = clean(&once);
            prop_assert_eq!((twice.as_str(), twice.shown()), (once.as_str(), &[][..]));
        }

        #[test]
        fn lines_are_clean_and_hold_everything(text in texts()) {
            let untrusted = crate::text::Untrusted::from(text.as_str());
            for line in untrusted.lines() {
                prop_assert_eq!(line.chars().find(|c| is_forbidden(*c)), None);
            }
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
            let shown: usize = untrusted.lines().map(|line| letters(&line)).sum();
            prop_assert!(shown >= letters(&text));
        }

        #[test]
        fn parts_remember_what_is_shown(text in texts(), from in 0..40_usize, to in 0..40_usize) {
            let whole = clean(&text);
            let part = whole.slice(from..to);
            for range in part.shown() {
                let outer = range.start + from..range.end + from;
                prop_assert!(whole.shown().iter().any(|shown| shown.start <= outer.start && outer.end <= shown.end));
            }
            let mut joined = whole.slice(0..from.min(whole.len()));
            joined.push(&whole.slice(from.min(whole.len())..whole.len()));
            if whole.is_char_boundary(from.min(whole.len())) {
                prop_assert_eq!(joined.as_str(), whole.as_str());
            }
        }
    }
}
