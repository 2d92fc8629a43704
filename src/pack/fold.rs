//! Text without the differences that do not matter when sentences are compared: case, runs of blanks, typographic
//! quotes and dashes, full-width forms, invisible characters, and Greek and Cyrillic letters that look Latin.

use std::ops::Range;

/// A folded text that knows where its parts came from.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    source: &'a str,
    text: String,
    places: Places,
}

/// Where the bytes of a folded text came from.
#[derive(Clone, Debug)]
enum Places {
    /// From the bytes of the source one by one, beginning with this.
    Same(usize),
    /// For each byte: the bytes of the source it stands for.
    Each(Vec<(u32, u32)>),
}

impl<'a> Folded<'a> {
    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The original spelling of a part of the folded text.
    pub fn original(&self, range: Range<usize>) -> &'a str {
        match &self.places {
            Places::Same(start) if range.end <= self.text.len() => &self.source[start + range.start..start + range.end],
            Places::Same(_) => "",
            Places::Each(places) => match places.get(range).map(|places| (places.first(), places.last())) {
                Some((Some(first), Some(last))) => &self.source[first.0 as usize..last.1 as usize],
                _ => "",
            },
        }
    }
}

/// Folds a text; blanks at its ends go.
pub fn fold(source: &str) -> Folded<'_> {
    plainly(source).unwrap_or_else(|| by_letters(source))
}

/// As nearly all texts are: printable ASCII and single blanks.
fn plainly(source: &str) -> Option<Folded<'_>> {
    let inner = source.trim_start_matches(' ');
    let start = source.len() - inner.len();
    let inner = inner.trim_end_matches(' ');
    let mut before = 0;
    let plain = inner.bytes().all(|byte| {
        let blanks = byte == b' ' && before == b' ';
        before = byte;
        matches!(byte, b' '..=b'~') && !blanks
    });
    let lower = |byte: u8| if byte == b'`' { '\'' } else { char::from(byte.to_ascii_lowercase()) };
    plain.then(|| Folded { source, text: inner.bytes().map(lower).collect(), places: Places::Same(start) })
}

fn by_letters(source: &str) -> Folded<'_> {
    let mut folded = Folded { source, text: String::new(), places: Places::Each(Vec::new()) };
    let mut blank: Option<(usize, usize)> = None;
    for (at, c) in source.char_indices() {
        let end = at + c.len_utf8();
        if c.is_whitespace() {
            blank = Some((blank.map_or(at, |(start, _)| start), end));
        } else if !is_invisible(c) {
            if let Some((start, end)) = blank.take()
                && !folded.text.is_empty()
            {
                push(&mut folded, " ", start, end);
            }
            push_char(&mut folded, c, at, end);
        }
    }
    folded
}

fn push(folded: &mut Folded<'_>, text: &str, start: usize, end: usize) {
    folded.text.push_str(text);
    // Texts of 4 GiB are not folded; the cast cannot lose anything that matters.
    let place = (u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(0));
    if let Places::Each(places) = &mut folded.places {
        places.resize(folded.text.len(), place);
    }
}

fn push_char(folded: &mut Folded<'_>, c: char, start: usize, end: usize) {
    let c = plain(c);
    if c == '\u{2026}' {
        return push(folded, "...", start, end);
    }
    let mut buffer = [0; 4];
    for lower in c.to_lowercase() {
        push(folded, latin(lower).encode_utf8(&mut buffer), start, end);
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Quotes, dashes and full-width forms as a keyboard has them.
fn plain(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{b4}' | '`' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The Latin letter that a lower-case letter, or its capital, looks like. Both cases go the same way, so that texts
/// that really are Greek or Cyrillic still compare without regard to case.
fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'н' | 'η' | 'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'ν' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'υ' | 'ү' => 'y',
        'ζ' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds() {
        let cases = [
            ("  A\u{a0} \n b ", "a b"),
            ("\u{41e}\u{41a}", "ok"),
            ("\u{ff2f}\u{ff2b}", "ok"),
            ("don\u{2019}t \u{2013} \u{201e}x\u{201c}", "don't - \"x\""),
            ("wait\u{2026}", "wait..."),
            ("in\u{200b}visible", "invisible"),
            ("", ""),
        ];
        for (text, wanted) in cases {
            assert_eq!(fold(text).as_str(), wanted);
        }
    }

    #[test]
    fn plain_text_is_folded_as_any_other() {
        for text in ["", "  ", "Not `found`  ", " A b-C \"d\" 'e' {}~", "a\tb", "a  b", "DEL\u{7f}", "\u{a0}x"] {
            let (quick, slow) = (fold(text), by_letters(text));
            assert_eq!(quick.as_str(), slow.as_str(), "{text:?}");
            let length = quick.as_str().len();
            for (from, to) in (0..=length).flat_map(|from| (from..=length + 1).map(move |to| (from, to))) {
                assert_eq!(quick.original(from..to), slow.original(from..to), "{text:?} {from} {to}");
            }
        }
    }

    #[test]
    fn remembers_the_spelling() {
        let folded = fold("a  \u{130}\u{2026} Z");
        let text = folded.as_str();
        assert_eq!(folded.original(0..text.len()), "a  \u{130}\u{2026} Z");
        assert_eq!(folded.original(text.find("...").expect("dots")..text.len() - 2), "\u{2026}");
        assert_eq!(folded.original(0..0), "");
        assert_eq!(folded.original(9..100), "");
    }
}
