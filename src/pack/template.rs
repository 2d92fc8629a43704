//! Message templates: a vendor's sentence with holes, e.g. `You have reached your monthly limit of {n:int} uploads`.
//!
//! Case, runs of blanks, typographic quotes and letters that only look alike do not matter; what is caught in a hole
//! keeps its spelling. The folded template becomes a regular expression, because that is linear on any text; it is
//! compiled when a text first contains the longest words of the template, which most texts never do.

use std::cell::OnceCell;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::fold::{Folded, fold};

/// A compiled template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
    #[serde(skip)]
    compiled: OnceLock<Option<regex_lite::Regex>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    /// Words, folded.
    Words(String),
    /// A hole.
    Hole { name: String, kind: Kind },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    /// The shortest text that is not empty.
    Text,
    /// Digits.
    Integer,
    /// No blanks.
    Word,
    /// Texts with commas between.
    List,
    /// Whatever is left, if anything.
    Rest,
}

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It would match any text.
    #[error("there are no words in it")]
    NoWords,
    /// `{` without `}`.
    #[error("a `{{` is never closed; write `{{{{` for a brace")]
    Open,
    /// A hole's name that is none.
    #[error("a hole is named with lower-case letters, digits and `_`")]
    Name,
    /// A kind of hole that there is not.
    #[error("holes are `int`, `word` (`w`), `list` or plain text")]
    Kind,
    /// The same name again.
    #[error("two holes have the same name")]
    Twice,
    /// `{rest}` before the end.
    #[error("`{{rest}}` is only for the end")]
    Rest,
    /// Nothing tells where one hole ends and the next begins.
    #[error("two holes touch; there must be words between them")]
    Touching,
    /// The expression that it becomes is too large.
    #[error("it is too long")]
    TooLong,
}

/// A text that is compared with templates; folded once, and whole only where its first words fit.
#[derive(Debug)]
pub struct Sentence<'t> {
    text: &'t str,
    start: Folded<'t>,
    whole: OnceCell<Folded<'t>>,
}

impl<'t> Sentence<'t> {
    /// A text as it arrived.
    pub fn new(text: &'t str) -> Self {
        let start = text.trim_start();
        let end = start.char_indices().nth(FIRST).map_or(start.len(), |(at, _)| at);
        Self { text, start: fold(&start[..end]), whole: OnceCell::new() }
    }

    /// Its first byte, folded.
    pub fn first_byte(&self) -> Option<u8> {
        self.start.as_str().bytes().next()
    }
}

/// Longest text that is compared; a vendor's sentence is never longer, and what is longer is a document.
const LONGEST: usize = 16 * 1024;
/// Characters that are compared first.
const FIRST: usize = 12;
/// Longest program that a template may become, in bytes.
const PROGRAM_LIMIT: usize = 256 * 1024;

impl Template {
    /// Compiles a template, see the format of packs.
    ///
    /// # Errors
    ///
    /// When it does not say clearly what it matches.
    pub fn new(source: &str) -> Result<Self, TemplateError> {
        let parts = read(source)?;
        let compiled = compile(&parts).ok_or(TemplateError::TooLong)?;
        Ok(Self { source: source.to_owned(), parts, compiled: OnceLock::from(Some(compiled)) })
    }

    /// The template as the pack spells it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names of the holes in their order.
    pub fn holes(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole { name, .. } => Some(name.as_str()),
            Part::Words(_) => None,
        })
    }

    /// The words between the holes, folded: lower case, single blanks.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Words(words) => Some(words.as_str()),
            Part::Hole { .. } => None,
        })
    }

    /// The first byte of a text that the template matches, folded; nothing where it begins with a hole.
    pub fn first_byte(&self) -> Option<u8> {
        match self.parts.first() {
            Some(Part::Words(words)) => words.trim_end().bytes().next(),
            _ => None,
        }
    }

    /// A text that the template matches, for comparing templates with each other.
    pub fn example(&self) -> String {
        let example = |part: &Part| match part {
            Part::Words(words) => words.clone(),
            Part::Hole { kind: Kind::Integer, .. } => "7".to_owned(),
            Part::Hole { kind: Kind::List, .. } => "one, two".to_owned(),
            Part::Hole { kind: Kind::Word, name } => name.clone(),
            // Several words, as a hole for one word must not take them.
            Part::Hole { name, .. } => format!("some {name}"),
        };
        self.parts.iter().map(example).collect()
    }

    /// What is in the holes, in their order, if the text fits.
    pub fn matches(&self, text: &str) -> Option<Vec<(String, String)>> {
        self.catches(&Sentence::new(text))
    }

    /// As [`Template::matches`], for a text that is compared with many templates.
    pub fn catches(&self, sentence: &Sentence<'_>) -> Option<Vec<(String, String)>> {
        if sentence.text.len() > LONGEST || self.starts_otherwise(sentence) {
            return None;
        }
        self.matches_folded(sentence.whole.get_or_init(|| fold(sentence.text)))
    }

    /// As [`Template::matches`], for a text that is folded already.
    pub fn matches_folded(&self, text: &Folded<'_>) -> Option<Vec<(String, String)>> {
        if text.as_str().len() > LONGEST || !self.may_match(text.as_str()) {
            return None;
        }
        // A template that got here was compiled once before, so `None` does not occur.
        let regex = self.compiled.get_or_init(|| compile(&self.parts)).as_ref()?;
        let captures = regex.captures(text.as_str())?;
        let caught = |(position, name): (usize, &str)| {
            let found = captures.get(position + 1).map_or(0..0, |found| found.range());
            (name.to_owned(), text.original(found).trim().to_owned())
        };
        Some(self.holes().enumerate().map(caught).collect())
    }

    /// Most templates start with words and most texts with other words: seen without folding the whole.
    fn starts_otherwise(&self, sentence: &Sentence<'_>) -> bool {
        let Some(Part::Words(words)) = self.parts.first() else { return false };
        let start = sentence.start.as_str().as_bytes();
        let length = start.len().min(words.trim_end().len());
        start[..length] != words.as_bytes()[..length]
    }

    /// Cheap: the words are there, the first at the start.
    fn may_match(&self, text: &str) -> bool {
        let starts = match self.parts.first() {
            Some(Part::Words(words)) => text.starts_with(words.trim_end()),
            _ => true,
        };
        starts && self.literals().max_by_key(|words| words.len()).is_none_or(|words| text.contains(words.trim()))
    }
}

fn read(source: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut words = String::new();
    let mut rest = source;
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        let after = &rest[at + 1..];
        if after.starts_with(brace) || brace == "}" {
            words.push_str(brace);
            rest = after.strip_prefix(brace).unwrap_or(after);
            continue;
        }
        let (hole, tail) = after.split_once('}').ok_or(TemplateError::Open)?;
        close(&mut parts, &mut words);
        add_hole(&mut parts, hole)?;
        rest = tail;
    }
    words.push_str(rest);
    close(&mut parts, &mut words);
    tidy(parts)
}

fn close(parts: &mut Vec<Part>, words: &mut String) {
    if !words.is_empty() {
        // Blanks at the ends count here: they are between words and a hole.
        let blank = |edge: Option<char>| if edge.is_some_and(char::is_whitespace) { " " } else { "" };
        let (before, after) = (blank(words.chars().next()), blank(words.chars().next_back()));
        let inner = fold(words);
        let folded =
            if inner.as_str().is_empty() { " ".to_owned() } else { format!("{before}{}{after}", inner.as_str()) };
        parts.push(Part::Words(folded));
        words.clear();
    }
}

fn add_hole(parts: &mut Vec<Part>, hole: &str) -> Result<(), TemplateError> {
    let (name, kind) = hole.split_once(':').unwrap_or((hole, ""));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(allowed) {
        return Err(TemplateError::Name);
    }
    let kind = match (name, kind) {
        ("rest", "") => Kind::Rest,
        (_, "") => Kind::Text,
        (_, "int") => Kind::Integer,
        (_, "word" | "w") => Kind::Word,
        (_, "list") => Kind::List,
        _ => return Err(TemplateError::Kind),
    };
    match parts.last() {
        Some(Part::Hole { kind: Kind::Rest, .. }) => return Err(TemplateError::Rest),
        Some(Part::Hole { .. }) if kind != Kind::Rest => return Err(TemplateError::Touching),
        _ => {}
    }
    if parts.iter().any(|part| matches!(part, Part::Hole { name: known, .. } if known == name)) {
        return Err(TemplateError::Twice);
    }
    parts.push(Part::Hole { name: name.to_owned(), kind });
    Ok(())
}

/// Checks the whole; blanks at both ends of the sentence go, as they do in the texts.
fn tidy(mut parts: Vec<Part>) -> Result<Vec<Part>, TemplateError> {
    if let Some(Part::Words(words)) = parts.first_mut() {
        *words = words.trim_start().to_owned();
    }
    if let Some(Part::Words(words)) = parts.last_mut() {
        *words = words.trim_end().to_owned();
    }
    parts.retain(|part| !matches!(part, Part::Words(words) if words.is_empty()));
    let last = parts.len().saturating_sub(1);
    if parts[..last].iter().any(|part| matches!(part, Part::Hole { kind: Kind::Rest, .. })) {
        return Err(TemplateError::Rest);
    }
    // `(#{n:int}) {text}` is enough to know somebody by; `{a}: {b}` is not.
    let marks = |part: &Part| match part {
        Part::Words(words) => words.chars().filter(|c| *c != ' ').count(),
        Part::Hole { .. } => 0,
    };
    if parts.iter().map(marks).sum::<usize>() > 1 { Ok(parts) } else { Err(TemplateError::NoWords) }
}

fn compile(parts: &[Part]) -> Option<regex_lite::Regex> {
    let mut pattern = String::from("(?s)^");
    for (position, part) in parts.iter().enumerate() {
        match part {
            Part::Words(words) => {
                let before_rest = matches!(parts.get(position + 1), Some(Part::Hole { kind: Kind::Rest, .. }));
                // With nothing left for the rest, the blank before it is not there either.
                let words = if before_rest { words.trim_end() } else { words };
                pattern.push_str(&regex_lite::escape(words));
            }
            Part::Hole { kind, .. } => {
                pattern.push_str(match (kind, position.checked_sub(1).map(|before| &parts[before])) {
                    (Kind::Integer, _) => "([0-9]+)",
                    (Kind::Word, _) => "([^ ]+?)",
                    (Kind::Text | Kind::List, _) => "(.+?)",
                    (Kind::Rest, Some(Part::Words(words))) if words.ends_with(' ') => "(?: (.*))?",
                    (Kind::Rest, _) => "(.*)",
                })
            }
        }
    }
    pattern.push('$');
    regex_lite::RegexBuilder::new(&pattern).size_limit(PROGRAM_LIMIT).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(template: &str, text: &str) -> Option<Vec<String>> {
        let template = Template::new(template).expect(template);
        Some(template.matches(text)?.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }

    #[test]
    fn catches() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("limit of {n:int} uploads", "Limit  of 5\tuploads ", &["n=5"]),
            ("User {name} not found", "user Äpfel & Birnen not found", &["name=Äpfel & Birnen"]),
            ("{what} is {w:word}.", "the lid is off is Open.", &["what=the lid is off", "w=Open"]),
            ("fields: {xs:list}", "Fields: a, B ,c", &["xs=a, B ,c"]),
            ("Gone {rest}", "gone", &["rest="]),
            ("Gone {rest}", "GONE for  good", &["rest=for  good"]),
            ("Gone{rest}", "Gone: at last", &["rest=: at last"]),
            ("it's \"{x}\"", "It\u{2019}s \u{201c}Fine\u{201d}", &["x=Fine"]),
            ("all ok", "\u{410}ll \u{41e}\u{39a}", &[]),
            ("a {{x}} b {y}", "a {x} b c", &["y=c"]),
            ("no. {a:int}{rest}", "No. 12abc", &["a=12", "rest=abc"]),
            ("(#{n:int}) {msg}", "(#100) Missing (x)", &["n=100", "msg=Missing (x)"]),
            ("done... {x}", "Done\u{2026} now", &["x=now"]),
        ];
        for (template, text, wanted) in cases {
            let found = caught(template, text).unwrap_or_else(|| panic!("{template} does not match"));
            assert_eq!(found, *wanted, "{template}");
        }
    }

    #[test]
    fn refuses_other_texts() {
        for (template, text) in [
            ("limit of {n:int} uploads", "limit of five uploads"),
            ("limit of {n:int} uploads", "limit of 5 uploads today"),
            ("user {w:word} gone", "user a b gone"),
            ("user {name} gone", "user  gone"),
            ("limit", "limits"),
        ] {
            assert_eq!(caught(template, text), None, "{template}");
        }
    }

    #[test]
    fn refuses_what_is_unclear() {
        for (template, error) in [
            ("", TemplateError::NoWords),
            ("{x} ", TemplateError::NoWords),
            ("{x}: {y}", TemplateError::NoWords),
            ("a {x", TemplateError::Open),
            ("a {X}", TemplateError::Name),
            ("a {x:float}", TemplateError::Kind),
            ("a {x} {x}", TemplateError::Twice),
            ("a {rest} b", TemplateError::Rest),
            ("a {x}{y}", TemplateError::Touching),
        ] {
            assert_eq!(Template::new(template).err(), Some(error), "{template}");
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        let template = Template::new("a {x} a {y} a {z} b").expect("compiles");
        let text = "a ".repeat(LONGEST / 2);
        let start = std::time::Instant::now();
        assert_eq!(template.matches(&text), None);
        let text = format!("{}c b", "a ".repeat(LONGEST / 2 - 2));
        let _ = template.matches(&text);
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn survives_packing() {
        let template = Template::new("limit of {n:int} uploads").expect("compiles");
        let bytes = postcard::to_allocvec(&template).expect("packs");
        let again: Template = postcard::from_bytes(&bytes).expect("unpacks");
        assert_eq!(again.matches("Limit of 9 uploads"), Some(vec![("n".to_owned(), "9".to_owned())]));
        assert_eq!(again.example(), "limit of 7 uploads");
    }
}
