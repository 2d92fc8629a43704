//! What a body must have before a form of a pack can hold: told from fingerprints, without unpacking the pack.
//!
//! A body is taken apart into [`Print`]s: one for each member near the top, for its kind and for its value if it is
//! short; one for each header. A condition becomes the prints of which one must be there. A gate errs on one side only:
//! what it shuts out cannot hold, what it lets in may yet fail. Also compiled into the build script.

use std::borrow::Cow;

use super::model::{BodyFormat, Condition, Literal, Place, Shape, Test, Type};
use crate::document::path::Step;

/// Members deeper than this have no prints.
pub const DEEPEST: usize = 3;
/// Values longer than this have none, in bytes.
pub const LONGEST: usize = 64;

/// A fingerprint (FNV-1a) of a place, its kind or its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Print(u32);

/// Kinds of values, as prints tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Null, Self::Bool, Self::Number, Self::String, Self::Array, Self::Object];
}

impl Print {
    /// The outermost value.
    pub const ROOT: Self = Self(0x811c_9dc5);

    const fn with(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u32).wrapping_mul(0x0100_0193))
    }

    fn word(self, word: &str) -> Self {
        word.bytes().fold(self, Self::with)
    }

    // Bytes that no text has keep names, kinds and values apart.

    /// The member of that name.
    pub fn member(self, name: &str) -> Self {
        self.with(0xf8).word(name)
    }

    /// That the value here is of a kind.
    pub const fn kind(self, kind: Kind) -> Self {
        self.with(0xf9).with(kind as u8)
    }

    /// That the value here is a text, a number or a word of this spelling.
    pub fn value(self, spelling: &str) -> Self {
        self.with(0xfa).word(spelling)
    }

    /// A header, its name in lower case.
    pub fn header(name: &str) -> Self {
        Self::ROOT.with(0xfb).word(name)
    }
}

/// What a gate tells of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// No form can hold, nor miss by one clause.
    Shut,
    /// A form can miss by one clause, none can hold.
    Near,
    /// A form may hold.
    Open,
}

/// The prints of a body and its head.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Sorted.
    prints: Vec<Print>,
    /// A bit for each, by its lowest bits: most questions end here.
    bits: [u64; 16],
    /// The members at the top, for closed forms.
    members: Vec<Print>,
    format: u32,
    /// There was more than prints were taken of: nothing can be shut out.
    beyond: bool,
}

impl Facts {
    /// From prints in any order, and those of the members at the top. `beyond`: there was more.
    pub fn new(format: BodyFormat, mut prints: Vec<Print>, members: Vec<Print>, beyond: bool) -> Self {
        prints.sort_unstable();
        let mut bits = [0; 16];
        for print in &prints {
            bits[(print.0 >> 6 & 15) as usize] |= 1 << (print.0 & 63);
        }
        Self { prints, bits, members, format: 1 << format as u32, beyond }
    }

    fn has(&self, print: u32) -> bool {
        self.bits[(print >> 6 & 15) as usize] & 1 << (print & 63) != 0
            && self.prints.binary_search(&Print(print)).is_ok()
    }
}

/// What a body must have, for each form of a pack, as words of four bytes:
/// formats, length and prints of the closed set of names, number of clauses, then length and prints of each clause.
/// A clause without prints asks for nothing that prints tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate(Cow<'static, [u8]>);

impl Gate {
    /// Of the forms of a pack.
    pub fn of<'s>(shapes: impl Iterator<Item = &'s Shape>) -> Self {
        Self(Cow::Owned(shapes.flat_map(words).flat_map(u32::to_le_bytes).collect()))
    }

    /// As the build script stored it.
    pub const fn stored(bytes: &'static [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }

    /// How it is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How near a body may come to each form, in their order.
    pub fn ways(&self, facts: &Facts) -> impl Iterator<Item = Way> {
        let (words, _) = self.0.as_chunks::<4>();
        let mut words = Words(words);
        std::iter::from_fn(move || {
            let formats = words.next()?;
            let fits = formats & facts.format != 0;
            let only = words.list();
            let closed = only.is_empty() || facts.members.iter().all(|member| has(only, *member));
            let (mut met, mut unmet) = (0, 0);
            for _ in 0..words.next().unwrap_or_default() {
                let prints = words.list();
                let may_hold = prints.is_empty() || prints.iter().any(|print| facts.has(u32::from_le_bytes(*print)));
                met += usize::from(may_hold);
                unmet += usize::from(!may_hold);
            }
            Some(match unmet {
                _ if facts.beyond => Way::Open,
                0 if fits && closed => Way::Open,
                0 | 1 if fits && met > 0 => Way::Near,
                _ => Way::Shut,
            })
        })
    }
}

/// Words that are read one after the other.
struct Words<'a>(&'a [[u8; 4]]);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*first))
    }

    fn list(&mut self) -> &'a [[u8; 4]] {
        let length = self.next().unwrap_or_default() as usize;
        let (list, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        list
    }
}

fn has(list: &[[u8; 4]], print: Print) -> bool {
    list.contains(&print.0.to_le_bytes())
}

fn words(shape: &Shape) -> Vec<u32> {
    let formats = match shape.formats.as_slice() {
        [] => vec![BodyFormat::Json, BodyFormat::Xml],
        formats => formats.to_vec(),
    };
    let list = |prints: &[Print]| {
        let length = prints.len() as u32;
        std::iter::once(length).chain(prints.iter().map(|print| print.0)).collect::<Vec<_>>()
    };
    let only: Vec<_> = shape.only.iter().map(|name| Print::ROOT.member(name)).collect();
    let mut words = vec![formats.iter().fold(0, |mask, format| mask | 1 << *format as u32)];
    words.extend(list(&only));
    words.push(shape.require.len() as u32);
    for clause in &shape.require {
        let prints: Vec<_> = clause.iter().map(prints).collect();
        // One that may be anything lets everything through.
        let prints = if prints.iter().any(Vec::is_empty) { Vec::new() } else { prints.concat() };
        words.extend(list(&prints));
    }
    words
}

/// The prints of which a body has one where a condition holds; none: it may hold for any.
fn prints(condition: &Condition) -> Vec<Print> {
    match &condition.place {
        Place::Body(path) => reach(Print::ROOT, &path.steps, 0, &condition.test),
        Place::Header(name) => tested(Print::header(name), &condition.test),
        Place::Parameter(name, _) => vec![Print::header(name)],
    }
}

/// Follows a path as far as prints go: to its end, where the test counts, or to where only the kind of a value can tell.
fn reach(place: Print, steps: &[Step], depth: usize, test: &Test) -> Vec<Print> {
    match steps {
        [] => tested(place, test),
        [Step::Name(name), rest @ ..] if depth < DEEPEST => reach(place.member(name), rest, depth + 1, test),
        [Step::Name(_), ..] => vec![place.kind(Kind::Object)],
        [Step::Index(_), ..] => vec![place.kind(Kind::Array)],
        // What is no array stands for its only element.
        [Step::Elements, rest @ ..] => {
            let mut prints = reach(place, rest, depth, test);
            prints.push(place.kind(Kind::Array));
            prints
        }
        [Step::Children, ..] => vec![place.kind(Kind::Array), place.kind(Kind::Object)],
    }
}

fn tested(place: Print, test: &Test) -> Vec<Print> {
    match test {
        Test::Exists | Test::Matches(_) => vec![place],
        Test::Is(literal) => vec![value(place, literal)],
        Test::In(literals) => literals.iter().map(|literal| value(place, literal)).collect(),
        Test::Type(wanted) => {
            let kinds: &[Kind] = match wanted {
                Type::String => &[Kind::String],
                Type::Integer => &[Kind::Number, Kind::String],
                Type::Number => &[Kind::Number],
                Type::Boolean => &[Kind::Bool],
                Type::Array => &[Kind::Array],
                Type::Object => &[Kind::Object],
                Type::Null => &[Kind::Null],
            };
            kinds.iter().map(|kind| place.kind(*kind)).collect()
        }
    }
}

fn value(place: Print, literal: &Literal) -> Print {
    match literal {
        Literal::Text(text) if text.source().len() <= LONGEST => place.value(text.source()),
        Literal::Text(_) => place,
        Literal::Integer(number) => place.value(&number.to_string()),
        Literal::Bool(word) => place.value(if *word { "true" } else { "false" }),
    }
}
