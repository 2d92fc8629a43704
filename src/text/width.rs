//! How wide text is on a screen, and how to make it fit. All widths are terminal cells.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::Clean;

/// What stands where something was left out.
const ELLIPSIS: &str = "…";

/// Cells that this text takes on a terminal.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text, cut at the end to at most `cells` with `…` where something was left out.
pub fn cut(text: &str, cells: usize) -> String {
    if let Some(kept) = plain_part(text, cells) {
        return format!("{}{ELLIPSIS}", &text[..kept]);
    }
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used > cells {
            break;
        }
        out.push_str(grapheme);
    }
    if cells > 0 {
        out.push_str(ELLIPSIS);
    }
    out
}

/// How much stays of a text that begins with more plain characters than there is room for: most of what is cut does, and
/// what follows need not be measured.
fn plain_part(text: &str, cells: usize) -> Option<usize> {
    let head = text.as_bytes().get(..=cells)?;
    head.iter().all(|byte| matches!(byte, b' '..=b'~')).then(|| cells.checked_sub(1)).flatten()
}

/// The text, cut at the start to at most `cells`: for paths, whose end says most.
pub fn cut_start(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut kept = Vec::new();
    let mut used = 1;
    for grapheme in text.graphemes(true).rev() {
        used += width(grapheme);
        if used > cells {
            break;
        }
        kept.push(grapheme);
    }
    let mut out = String::from(if cells > 0 { ELLIPSIS } else { "" });
    out.extend(kept.into_iter().rev());
    out
}

impl Clean {
    /// As [`cut`]; what stands for something that cannot be shown stays known.
    #[must_use]
    pub fn cut(&self, cells: usize) -> Clean {
        let plain = plain_part(self, cells);
        if plain.is_none() && width(self) <= cells {
            return self.clone();
        }
        let kept = plain.unwrap_or_else(|| cut(self, cells).strip_suffix(ELLIPSIS).map_or(0, str::len));
        let mut out = self.slice(0..kept);
        out.push(&Clean::ours(if cells > 0 { ELLIPSIS } else { "" }));
        out
    }

    /// As [`cut_start`]; what stands for something that cannot be shown stays known.
    #[must_use]
    pub fn cut_start(&self, cells: usize) -> Clean {
        if width(self) <= cells {
            return self.clone();
        }
        let kept = cut_start(self, cells).strip_prefix(ELLIPSIS).map_or(0, str::len);
        let mut out = Clean::ours(if cells > 0 { ELLIPSIS } else { "" });
        out.push(&self.slice(self.len() - kept..self.len()));
        out
    }
}

/// The text, cut or filled with blanks to exactly `cells`.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells);
    let missing = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// The text in lines of at most `cells`, broken at blanks where there are any, within words where there are none.
/// `cells` of 0 counts as 1; an empty text is one empty line.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines = Lines { cells: cells.max(1), ..Lines::default() };
    // What stands between two blanks of ASCII stays together where a line has room for it: Unicode would let a line begin
    // with the full stop of a sentence.
    let mut rest = if text.is_ascii() { text } else { "" };
    while !rest.is_empty() {
        let (word, behind) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
        let (blanks, next) = behind.split_at(behind.len() - behind.trim_start_matches(' ').len());
        if word.len() <= lines.cells {
            lines.make_room(word.len());
            lines.push(word, word.len());
        } else {
            word.split_word_bounds().for_each(|word| lines.word(word));
        }
        if !blanks.is_empty() {
            lines.word(blanks);
        }
        rest = next;
    }
    if !text.is_ascii() {
        text.split_word_bounds().for_each(|word| lines.word(word));
    }
    lines.end()
}

/// Lines as they fill.
#[derive(Default)]
struct Lines {
    cells: usize,
    done: Vec<String>,
    line: String,
    used: usize,
}

impl Lines {
    fn push(&mut self, text: &str, wide: usize) {
        self.line.push_str(text);
        self.used += wide;
    }

    /// Starts a line where this one has something in it and no room for so much more; tells whether it did.
    fn make_room(&mut self, wide: usize) -> bool {
        let full = self.used + wide > self.cells && !self.line.is_empty();
        if full {
            self.take();
        }
        full
    }

    fn word(&mut self, word: &str) {
        let wide = width(word);
        if self.make_room(wide) && word.chars().all(char::is_whitespace) {
            return;
        }
        if wide <= self.cells {
            return self.push(word, wide);
        }
        if word.is_ascii() {
            return self.cells_of(word);
        }
        for grapheme in word.graphemes(true) {
            let wide = width(grapheme);
            self.make_room(wide);
            self.push(grapheme, wide);
        }
    }

    /// A word of ASCII, which has a cell for each byte, on as many lines as it takes.
    fn cells_of(&mut self, word: &str) {
        let mut rest = word;
        while !rest.is_empty() {
            self.make_room(1);
            let (head, tail) = rest.split_at(rest.len().min(self.cells - self.used));
            self.push(head, head.len());
            rest = tail;
        }
    }

    fn take(&mut self) {
        let end = self.line.trim_end().len();
        self.line.truncate(end);
        self.done.push(std::mem::take(&mut self.line));
        self.used = 0;
    }

    fn end(mut self) -> Vec<String> {
        if !self.line.is_empty() || self.done.is_empty() {
            self.take();
        }
        self.done
    }
}

/// A count with its noun: `1 problem`, `2 problems`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {}", several(noun)) }
}

/// The plural of a noun: `platforms`, `policies`, `addresses`.
pub fn several(noun: &str) -> String {
    let vowel = |c: char| "aeiou".contains(c);
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(vowel) => format!("{stem}ies"),
        _ if noun.ends_with("ss") => format!("{noun}es"),
        _ if noun.ends_with('s') => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_never_exceeds() {
        for cells in 0..12 {
            assert!(width(&cut("日本語 wide", cells)) <= cells);
            assert!(width(&cut_start("日本語 wide", cells)) <= cells);
            assert_eq!(width(&pad("日本語 wide", cells)), cells);
        }
        assert_eq!(cut("abcdef", 4), "abc…");
        // A mark belongs to the letter before it, wherever plain text ends.
        for (cells, expected) in
            [(0, ""), (1, "…"), (2, "a…"), (3, "ab…"), (4, "abc\u{301}…"), (5, "abc\u{301}d…"), (6, "abc\u{301}def")]
        {
            assert_eq!(cut("abc\u{301}def", cells), expected, "{cells}");
            assert_eq!(super::super::clean("abc\u{301}def").cut(cells).as_str(), expected, "{cells}");
        }
        assert_eq!(cut_start("abcdef", 4), "…def");
    }

    proptest::proptest! {
        #[test]
        fn lines_hold_whole_words_and_all_of_them(text in "[ab .,/'_1-]{0,60}", cells in 1_usize..14) {
            let lines = wrap(&text, cells);
            proptest::prop_assert!(lines.iter().all(|line| line.len() <= cells));
            let kept = |text: &str| text.replace(' ', "");
            proptest::prop_assert_eq!(kept(&lines.concat()), kept(&text));
            let words: Vec<&str> = text.split_whitespace().filter(|word| word.len() <= cells).collect();
            let shown: Vec<&str> = lines.iter().flat_map(|line| line.split(' ')).collect();
            proptest::prop_assert!(words.iter().all(|word| shown.contains(word)), "{lines:?}");
        }
    }

    #[test]
    fn wrap_breaks_at_blanks_and_within_long_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
