//! Finding by a few letters: the letters of each typed word occur in the text in their order, the best places first.
//!
//! In: what was typed and a text. Out: how well it fits, and which characters do. Letters that follow each other and
//! letters at the start of a word count more; so do short texts.

/// How well a text fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The higher the better.
    pub score: i32,
    /// The characters that were typed, by their position in the text, in rising order.
    pub chars: Vec<usize>,
}

const HIT: i32 = 16;
const RUN: i32 = 12;
const START: i32 = 10;
const GAP: i32 = 2;
/// Gaps cost no more than this each: far apart is far apart.
const WIDEST: usize = 8;

/// How well a text fits what was typed; nothing where it does not. Words may stand in any order; case does not matter.
pub fn fit(typed: &str, text: &str) -> Option<Fit> {
    let text: Vec<char> = text.chars().collect();
    let lower: Vec<char> = text.iter().map(|c| lower(*c)).collect();
    let mut chars = Vec::new();
    let mut score = 0;
    for word in typed.split_whitespace() {
        let word: Vec<char> = word.chars().map(self::lower).collect();
        let found = best(&word, &lower)?;
        score += value(&found, &text);
        chars.extend(found);
    }
    chars.sort_unstable();
    chars.dedup();
    Some(Fit { score: score - i32::try_from(text.len() / 8).unwrap_or(i32::MAX).min(HIT), chars })
}

fn lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// The places of a word: in one piece at the start of a word, else in one piece, else letter by letter, as close as they are
/// around the first place where they all are.
fn best(word: &[char], text: &[char]) -> Option<Vec<usize>> {
    let pieces = || text.windows(word.len()).enumerate().filter(|(_, piece)| *piece == word).map(|(at, _)| at);
    let piece = pieces().find(|at| is_start(text, *at)).or_else(|| pieces().next());
    if let Some(at) = piece {
        return Some((at..at + word.len()).collect());
    }
    let mut at = 0;
    for c in word {
        at += text[at..].iter().position(|other| other == c)? + 1;
    }
    let mut found = Vec::with_capacity(word.len());
    for c in word.iter().rev() {
        at = text[..at].iter().rposition(|other| other == c)?;
        found.push(at);
    }
    found.reverse();
    Some(found)
}

fn value(found: &[usize], text: &[char]) -> i32 {
    let mut score = 0;
    let mut before: Option<usize> = None;
    for &at in found {
        score += HIT + if is_start(text, at) { START } else { 0 };
        if let Some(before) = before {
            let gap = at - before - 1;
            score += if gap == 0 { RUN } else { -GAP * i32::try_from(gap.min(WIDEST)).unwrap_or(0) };
        }
        before = Some(at);
    }
    score
}

/// Whether a word starts there: after anything that is no letter or digit, or where lower case becomes upper case.
fn is_start(text: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| text.get(before)) else { return true };
    !before.is_alphanumeric() || (before.is_lowercase() && text.get(at).is_some_and(|c| c.is_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_must_come_in_their_order() {
        for (typed, text, fits) in [
            ("", "anything", true),
            ("lnk", "/results/linkedin", true),
            ("LNK", "/results/linkedin", true),
            ("knl", "/results/linkedin", false),
            ("res err", "/results/linkedin/error", true),
            ("err res", "/results/linkedin/error", true),
            ("straße", "STRASSE straße", true),
            ("é", "e", false),
            ("日本", "/name/日x本", true),
        ] {
            assert_eq!(fit(typed, text).is_some(), fits, "{typed:?} in {text:?}");
        }
    }

    #[test]
    fn the_better_place_scores_higher() {
        for (typed, better, worse) in [
            ("code", "/data/code", "/data/c/o/d/e"),
            ("err", "/error", "/mirror"),
            ("id", "/request/id", "/video/x"),
            ("rid", "/requestId", "/orxidy"),
            ("msg", "/msg", "/message"),
            ("a", "/a", "/a/very/long/way/down/into/the/body"),
        ] {
            let score = |text| fit(typed, text).map(|fit| fit.score);
            assert!(score(better) > score(worse), "{typed}: {better} {:?}, {worse} {:?}", score(better), score(worse));
        }
    }

    #[test]
    fn the_letters_are_told() {
        let text: Vec<char> = "/results/linkedin/error".chars().collect();
        for typed in ["lker", "err lin", "rr", "/l"] {
            let fit = fit(typed, "/results/linkedin/error").expect("a fit");
            let mut letters: Vec<char> = fit.chars.iter().map(|at| text[*at]).collect();
            let mut wanted: Vec<char> = typed.chars().filter(|c| *c != ' ').collect();
            letters.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(letters, wanted, "{typed}");
        }
    }
}
