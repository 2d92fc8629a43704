//! What was ranked so far, for bodies that read alike.
//!
//! A ranking depends on the body through its conditions only, and through the support of weak forms, which is asked for
//! one by one. Conditions about kinds and names hold for every body of the same form; those about values are asked each
//! time. So it is computed once for each set of answers that is met, by the same code that ranks a single response, and
//! looked up from then on.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use super::index::Index;
use super::{Eye, Held, Ranking, Scene, Witness, corroborate, evidence, host_of, rank_by};
use crate::document::{Format, Kept, NodeId, Page};
use crate::input::Response;
use crate::pack::Pack;
use crate::pack::gate::Way;
use crate::pack::model::{Condition, Shape};

/// What one reader has ranked so far. Heads and the user's word are the same for all responses of a memory.
#[derive(Debug, Default)]
pub struct Memory<'c> {
    numbers: HashMap<Box<[u64]>, usize, Mixer>,
    /// The same by the number of a body's mould.
    moulds: HashMap<usize, usize, Mixer>,
    forms: Vec<Form<'c>>,
    key: Vec<u64>,
    bits: Vec<u64>,
    /// Which tests short values pass, by place and spelling.
    answers: HashMap<Box<[u8]>, Box<[u64]>, Mixer>,
    /// How much speaks for a weak form, by the form and the texts that are looked at.
    supported: HashMap<Box<[u8]>, u64, Mixer>,
    value: Vec<u8>,
    /// Rankings known, of all forms.
    known: usize,
    /// The number that the next ranking gets.
    next: usize,
}

/// A ranking that was met, for a form and what decides within it.
#[derive(Clone, Debug)]
pub struct Recognised<'c> {
    /// Its number; a number is never used again.
    pub number: usize,
    /// The ranking, without evidence.
    pub ranking: Rc<Ranking<'c>>,
    /// The weak forms whose support was asked for: it depends on more than conditions.
    pub asked: Rc<[&'c Shape]>,
}

impl Recognised<'_> {
    /// The nodes of a body whose texts it depends on, beyond what conditions say of them.
    pub fn asked_of(&self, response: &Response, page: &Page<'_>) -> Vec<NodeId> {
        let scene = Scene { response, document: page };
        self.asked.iter().flat_map(|shape| corroborate::nodes(&scene, shape)).collect()
    }
}

/// Bodies that read alike.
#[derive(Debug)]
struct Form<'c> {
    /// The nodes whose values are asked.
    tested: Vec<Kept>,
    /// The nodes of which names that have the same form are told apart by conditions.
    loose: Vec<Kept>,
    known: HashMap<Box<[u64]>, Step<'c>, Mixer>,
}

/// Hashes words that are already spread over many bits.
pub type Mixer = std::hash::BuildHasherDefault<Mix>;

/// The hasher of a [`Mixer`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Mix(u64);

impl std::hash::Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.write_u64(word.try_into().map_or(0, u64::from_le_bytes));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            self.write_u64(rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

/// More different rankings than this are not met by chance: somebody is playing.
const MOST_KNOWN: usize = 4096;
/// Moulds whose form is remembered.
const MOST_MOULDS: usize = 1 << 16;
/// Values up to so many bytes are worth remembering.
const SHORT: usize = 100;

#[derive(Clone, Debug)]
enum Step<'c> {
    /// It depends on what speaks for a weak form.
    Ask(&'c Pack, &'c Shape),
    Known(Recognised<'c>),
}

impl<'c> Memory<'c> {
    /// Ranks the packs that claim a body, as [`super::rank`] does; evidence is left out.
    pub fn rank(
        &mut self,
        index: &Index<'c>,
        response: &Response,
        page: &Page<'_>,
        vendor: Option<&str>,
    ) -> Recognised<'c> {
        if self.known >= MOST_KNOWN {
            self.numbers.clear();
            self.moulds.clear();
            self.forms.clear();
            self.known = 0;
        }
        if self.moulds.len() >= MOST_MOULDS {
            self.moulds.clear();
        }
        let at = match page.poured().and_then(|(mould, _)| self.moulds.get(&mould)) {
            Some(at) => *at,
            None => self.form(index, page),
        };
        let Self { forms, key, bits, answers, supported, value, known, next, .. } = self;
        let form = &mut forms[at];
        key.clear();
        if answers.len() >= MOST_KNOWN {
            answers.clear();
        }
        for kept in &form.tested {
            let kept = page.kept_at(kept.node);
            let spelled = &page.text().as_bytes()[kept.span.start..kept.span.end];
            if spelled.len() > SHORT {
                index.answer(page, &kept, key);
                continue;
            }
            value.clear();
            value.extend_from_slice(&(kept.place << 3 | kept.kind).to_le_bytes());
            value.extend_from_slice(spelled);
            if let Some(known) = answers.get(value.as_slice()) {
                key.extend_from_slice(known);
            } else {
                let from = key.len();
                index.answer(page, &kept, key);
                answers.insert(value.as_slice().into(), key[from..].into());
            }
        }
        if !form.loose.is_empty() {
            bits.clear();
            bits.resize(index.words(), 0);
            for kept in &form.loose {
                index.mark_loose(page.kept_at(kept.node).place, kept.kind, bits);
            }
            key.extend_from_slice(bits);
        }
        let first = key.len();
        let mut asked = Vec::new();
        loop {
            match form.known.get(key.as_slice()) {
                Some(Step::Known(recognised)) => return recognised.clone(),
                Some(Step::Ask(pack, shape)) => {
                    asked.push(*shape);
                    let scene = Scene { response, document: page };
                    value.clear();
                    value.extend_from_slice(&std::ptr::from_ref::<Shape>(*shape).addr().to_le_bytes());
                    corroborate::spell(&scene, shape, value);
                    let support = match supported.get(value.as_slice()) {
                        Some(support) => *support,
                        None => {
                            let support = corroborate::support(index.catalog(), &scene, pack, shape).len() as u64;
                            if supported.len() >= MOST_KNOWN {
                                supported.clear();
                            }
                            supported.insert(value.as_slice().into(), support);
                            support
                        }
                    };
                    key.push(support);
                }
                None => {
                    index.mark(page, bits);
                    let step = first_time(index, response, page, vendor, (bits, &key[first..]), (*next, &asked));
                    form.known.insert(key.as_slice().into(), step);
                    *known += 1;
                    *next += 1;
                }
            }
        }
    }
}

impl Memory<'_> {
    /// The place of a body's form among those known.
    fn form(&mut self, index: &Index<'_>, page: &Page<'_>) -> usize {
        let at = match self.numbers.get(page.form()) {
            Some(at) => *at,
            None => {
                let tested = page.kept().filter(|kept| index.tests(kept)).collect();
                let loose = page.kept().filter(|kept| index.is_loose(kept)).collect();
                self.forms.push(Form { tested, loose, known: HashMap::default() });
                self.numbers.insert(page.form().into(), self.forms.len() - 1);
                self.known += 1;
                self.forms.len() - 1
            }
        };
        self.moulds.extend(page.poured().map(|(mould, _)| (mould, at)));
        at
    }
}

fn first_time<'c>(
    index: &Index<'c>,
    response: &Response,
    page: &Page<'_>,
    vendor: Option<&str>,
    (bits, answers): (&[u64], &[u64]),
    (number, already): (usize, &[&'c Shape]),
) -> Step<'c> {
    let scene = Scene { response, document: page };
    let asked = Cell::new(None);
    let notes = Notes { index, scene, bits, answers, given: Cell::new(0), asked: &asked };
    let mut ranking = rank_by(index.catalog(), &notes, vendor);
    match asked.get() {
        Some((pack, shape)) => Step::Ask(pack, shape),
        None => {
            ranking.claims.iter_mut().for_each(|claim| claim.evidence.clear());
            ranking.near.clear();
            Step::Known(Recognised { number, ranking: Rc::new(ranking), asked: already.into() })
        }
    }
}

/// One who goes by what was noted of a body.
struct Notes<'a, 'c> {
    index: &'a Index<'c>,
    scene: Scene<'a>,
    bits: &'a [u64],
    answers: &'a [u64],
    given: Cell<usize>,
    /// The first weak form whose support is not among the answers.
    asked: &'a Cell<Option<(&'c Pack, &'c Shape)>>,
}

impl<'c> Witness<'c> for Notes<'_, 'c> {
    fn format(&self) -> Format {
        Format::Json
    }

    fn ways(&self, _: &Pack) -> impl Iterator<Item = Way> {
        // Their conditions are known as cheaply.
        std::iter::repeat(Way::Open)
    }

    fn held(&self, condition: &Condition) -> Option<Held> {
        match self.index.number(condition) {
            Some(number) => {
                let holds = self.bits[number / 64] & (1 << (number % 64)) != 0;
                holds.then(|| Held::note("".into()))
            }
            // A header: the same for all.
            None => self.scene.check(self.scene.document.root(), condition),
        }
    }

    fn is_closed(&self, only: &[String]) -> bool {
        match self.index.closed(only) {
            Some(number) => self.bits[self.index.words()] & (1 << number) != 0,
            // Every set that is not empty is known to the index.
            None => only.is_empty(),
        }
    }

    fn support(&self, pack: &'c Pack, shape: &'c Shape) -> Vec<Held> {
        let at = self.given.get();
        self.given.set(at + 1);
        match self.answers.get(at) {
            Some(answer) => vec![Held::note("".into()); *answer as usize],
            None => {
                if self.asked.get().is_none() {
                    self.asked.set(Some((pack, shape)));
                }
                Vec::new()
            }
        }
    }

    fn host(&self) -> Option<String> {
        host_of(self.scene.response)
    }
}

/// What speaks for the best claim, in full.
pub fn proof<'c>(
    index: &Index<'c>,
    response: &Response,
    page: &Page<'_>,
    ranking: &Ranking<'c>,
    vendor: Option<&str>,
) -> Vec<Held> {
    let Some(claim) = ranking.claims.first() else { return Vec::new() };
    let catalog = index.catalog();
    let forced = vendor.and_then(|name| catalog.pack(name)).is_some_and(|named| named.id() == claim.pack.id());
    evidence(&Eye::new(catalog, response, page), claim, forced)
}
