//! Sentences that a pack knows, and other vendors' errors quoted in them.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use crate::detect::Mixer;
use crate::pack::model::{MessageRule, On};
use crate::pack::template::{Sentence, Template};
use crate::pack::{Ask, Catalog, Pack};
use crate::text::Untrusted;

use super::codes;
use super::model::{Code, Matched, Mention, Words};
use super::reader::Reader;

/// A message rule that fits, with what it says.
pub(super) struct Found<'a> {
    pub(super) rule: &'a MessageRule,
    pub(super) matched: Matched,
    /// The rule's explanation with the captures filled in.
    pub(super) explain: Option<Words>,
    /// What the rule says to do, with the captures filled in.
    pub(super) action: Option<Words>,
    /// Codes of the vendor that is quoted.
    pub(super) codes: Vec<Code>,
}

/// Where a text stands, which some rules ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Title,
    /// The title of a body that is nothing but text.
    Plain,
    Item,
}

impl Where {
    fn suits(self, on: On) -> bool {
        match on {
            On::Any => true,
            On::Title => self != Self::Item,
            On::Text => self == Self::Plain,
            On::Item => self == Self::Item,
        }
    }
}

/// A text and where it stands; folded when it is first compared.
struct Heard<'t> {
    mention: &'t Mention,
    stands: Where,
    sentence: OnceCell<Sentence<'t>>,
}

impl<'t> Heard<'t> {
    fn new(mention: &'t Mention, stands: Where) -> Self {
        Self { mention, stands, sentence: OnceCell::new() }
    }

    fn sentence(&self) -> &Sentence<'t> {
        self.sentence.get_or_init(|| Sentence::new(self.mention.text.source()))
    }
}

/// What is in the holes of a sentence.
type Values = Vec<(String, String)>;

/// The rule that fits, by its position, and what it catches.
type Fit = Option<(usize, Values)>;

/// Which rules fit texts that were met before: items of a list, and of one response after the other, say the same over and
/// over.
#[derive(Debug, Default)]
pub(super) struct Hearsay {
    known: RefCell<HashMap<Box<[u8]>, Fit, Mixer>>,
}

/// Texts that are remembered.
const MOST_HEARD: usize = 1024;
/// Longest of them, in bytes.
const LONGEST: usize = 200;

impl Hearsay {
    /// The rule of a pack that fits a text.
    fn rule(&self, pack: &Pack, heard: &Heard<'_>) -> Fit {
        let find = || {
            let mut rules = pack.messages().iter().enumerate().filter(|(_, rule)| heard.stands.suits(rule.on));
            rules.find_map(|(at, rule)| Some((at, rule.template.catches(heard.sentence())?)))
        };
        let text = heard.mention.text.source();
        if text.len() > LONGEST {
            return find();
        }
        let mut key = Vec::with_capacity(text.len() + size_of::<usize>() + 1);
        key.extend_from_slice(&std::ptr::from_ref(pack).addr().to_le_bytes());
        key.push(heard.stands as u8);
        key.extend_from_slice(text.as_bytes());
        if let Some(known) = self.known.borrow().get(key.as_slice()) {
            return known.clone();
        }
        let found = find();
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST_HEARD {
            known.clear();
        }
        known.insert(key.into(), found.clone());
        found
    }
}

/// The rule that the title of a response fits.
pub(super) fn title<'a>(reader: &Reader<'a>, text: &Mention, plain: bool) -> Option<Found<'a>> {
    let pack = reader.pack?;
    let heard = Heard::new(text, if plain { Where::Plain } else { Where::Title });
    find(reader, pack, &heard).or_else(|| quoted(reader, pack, text))
}

/// The rule that the text of an item fits, in this pack or in one that it says it quotes.
pub(super) fn item<'a>(reader: &Reader<'a>, text: &Mention) -> Option<Found<'a>> {
    let pack = reader.pack?;
    let own = find(reader, pack, &Heard::new(text, Where::Item));
    // A rule of the vendor's own explains; one of the vendor that is quoted may know the code as well.
    match own {
        Some(found) if !found.codes.is_empty() => Some(found),
        own => {
            let quoted = quoted(reader, pack, text);
            match (own, quoted) {
                (Some(mut own), Some(quoted)) => {
                    own.codes = quoted.codes;
                    Some(own)
                }
                (own, quoted) => own.or(quoted),
            }
        }
    }
}

/// The sentences that say more than their words where a pack has decoded: its own, and those of vendors that it quotes.
#[derive(Debug, Default)]
pub struct Sentences<'c> {
    by_start: HashMap<u8, Vec<&'c Template>>,
    /// Those that begin with a hole.
    open: Vec<&'c Template>,
}

impl<'c> Sentences<'c> {
    /// All of a pack.
    pub fn new(catalog: &'c Catalog, pack: Option<&'c Pack>) -> Self {
        let mut all = Self::default();
        for pack in pack.into_iter().flat_map(|pack| std::iter::once(pack).chain(quotes(catalog, pack))) {
            for template in pack.messages().iter().map(|rule| &rule.template) {
                match template.first_byte() {
                    Some(byte) => all.by_start.entry(byte).or_default().push(template),
                    None => all.open.push(template),
                }
            }
        }
        all
    }

    /// The words between the holes of all of them.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.by_start.values().flatten().chain(&self.open).flat_map(|template| template.literals())
    }

    /// Whether a rule fits a text, or the text may hold a body of its own.
    pub fn know(&self, text: &str) -> bool {
        let sentence = Sentence::new(text);
        let begin_so = sentence.first_byte().and_then(|byte| self.by_start.get(&byte));
        let fits = |template: &&Template| template.catches(&sentence).is_some();
        text.bytes().any(|byte| matches!(byte, b'{' | b'['))
            || begin_so.into_iter().flatten().chain(&self.open).any(fits)
    }
}

/// The packs whose errors a vendor repeats.
fn quotes<'a>(catalog: &'a Catalog, pack: &'a Pack) -> impl Iterator<Item = &'a Pack> {
    pack.head().quotes.iter().filter_map(|id| catalog.pack(id))
}

/// The rule of another vendor, whose error this one repeats.
fn quoted<'a>(reader: &Reader<'a>, pack: &'a Pack, text: &Mention) -> Option<Found<'a>> {
    let heard = Heard::new(text, Where::Item);
    quotes(reader.catalog, pack).find_map(|other| {
        let mut found = find(reader, other, &heard)?;
        for code in &mut found.codes {
            code.quoted = true;
        }
        Some(found)
    })
}

fn find<'a>(reader: &Reader<'a>, pack: &'a Pack, heard: &Heard<'_>) -> Option<Found<'a>> {
    let rules = pack.messages();
    let (at, values) = reader.within.hearsay.rule(pack, heard)?;
    let rule = rules.get(at)?;
    let filled = |words: &Option<Words>| words.as_ref().map(|words| fill(words.source(), &values).into());
    Some(Found {
        rule,
        explain: filled(&rule.explain).or_else(|| filled(&rule.row.meaning)),
        action: filled(&rule.row.action),
        codes: quoted_codes(reader, pack, rule, &values, heard.mention),
        matched: Matched {
            pack: pack.id().to_owned(),
            id: rule.id.clone(),
            values: values.into_iter().map(|(name, value)| (name, Untrusted::from(value))).collect(),
        },
    })
}

fn quoted_codes(
    reader: &Reader<'_>,
    pack: &Pack,
    rule: &MessageRule,
    values: &[(String, String)],
    text: &Mention,
) -> Vec<Code> {
    let owner = match &rule.quotes {
        Some(id) => reader.catalog.pack(id),
        None => Some(pack),
    };
    let Some(owner) = owner else { return Vec::new() };
    let first_table = owner.tables().first().map(|table| table.name.clone()).unwrap_or_default();
    let mut codes = Vec::new();
    for template in &rule.codes {
        let (table, code) = template.split_once(':').unwrap_or((&first_table, template));
        let code = fill(code, values);
        let (under, code) = match code.split_once('/') {
            Some((under, code)) => (Some(under.to_owned()), code.to_owned()),
            None => (None, code),
        };
        let mut found =
            codes::look_up(reader, owner, table, Ask { code: &code, under: under.as_deref(), ..Ask::default() });
        found.place = text.place.clone();
        found.quoted = rule.quotes.is_some();
        codes.push(found);
    }
    codes
}

/// Puts captures into the holes of a sentence; `{unknown}` stays as it is.
fn fill(template: &str, values: &[(String, String)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| known == name)?;
            Some((value, tail))
        }) {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_what_it_knows_and_leaves_the_rest() {
        let values = [("n".to_owned(), "5".to_owned())];
        assert_eq!(fill("all {n} of {m} {", &values), "all 5 of {m} {");
    }
}
