//! Which conditions of all packs hold for a body, in one pass over it; and what follows from that, remembered.
//!
//! A ranking depends on the body through its conditions only (and through the support of weak forms, which is asked for
//! one by one). So it is computed once for each set of conditions that is met, by the same code that ranks a single
//! response, and looked up from then on.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use super::condition::passes;
use super::{Eye, Held, Ranking, Scene, Witness, corroborate, evidence, host_of, rank_by};
use crate::document::{Format, Interest, Nodes, Page, Path, Value};
use crate::input::Response;
use crate::pack::gate::Way;
use crate::pack::model::{Condition, Place, Shape, Test, Type};
use crate::pack::{Catalog, Pack};

/// The conditions of a catalog by the places they look at. Made once, shared by all who read.
#[derive(Debug)]
pub struct Index<'c> {
    catalog: &'c Catalog,
    interest: Interest,
    places: Vec<Tests<'c>>,
    /// The number of each condition, by its address; several that say the same share one.
    numbers: HashMap<usize, usize>,
    /// Closed sets of names.
    closed: Vec<&'c [String]>,
    words: usize,
}

/// The tests at one place.
#[derive(Debug, Default)]
struct Tests<'c> {
    /// What holds for each kind of value whatever the value: words and masks.
    by_kind: [Vec<(usize, u64)>; KINDS],
    /// What takes a look at a scalar.
    by_value: Vec<(usize, &'c Test)>,
    /// The closed sets of names that have this one, where the place is a member of the root.
    closed: u64,
}

/// Null, boolean, number, string, array, object.
const KINDS: usize = 6;
const ARRAY: usize = 4;
/// More closed sets than this are not told apart by a mask; the packs have a tenth.
const MOST_CLOSED: usize = 64;

fn kind(value: &Value<'_>) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => ARRAY,
        Value::Object(_) => 5,
    }
}

/// The kinds for which a test holds whatever the value; nothing where it takes a look at the value.
fn kinds(test: &Test) -> Option<&'static [usize]> {
    Some(match test {
        Test::Exists => &[1, 2, 3, ARRAY, 5],
        Test::Type(Type::Null) => &[0],
        Test::Type(Type::Boolean) => &[1],
        Test::Type(Type::Number) => &[2],
        Test::Type(Type::String) => &[3],
        Test::Type(Type::Array) => &[ARRAY],
        Test::Type(Type::Object) => &[5],
        Test::Type(Type::Integer) | Test::Is(_) | Test::In(_) | Test::Matches(_) => return None,
    })
}

/// What a test says, so that two conditions can be known to say the same.
fn spell(test: &Test) -> String {
    match test {
        Test::Matches(pattern) => format!("re {}", pattern.source()),
        other => format!("{other:?}"),
    }
}

impl<'c> Index<'c> {
    /// Sorts the conditions of all packs; nothing where there are too many closed sets for a mask.
    pub fn new(catalog: &'c Catalog) -> Option<Self> {
        let mut paths = Paths::default();
        let mut tests: Vec<Vec<(usize, &'c Test)>> = Vec::new();
        let mut spelled: HashMap<(usize, String), usize> = HashMap::new();
        let mut numbers = HashMap::new();
        let mut closed: Vec<&'c [String]> = Vec::new();
        for shape in catalog.packs().iter().flat_map(|pack| &pack.head().shapes) {
            for condition in [&shape.require, &shape.forbid, &shape.hint].into_iter().flatten().flatten() {
                let Place::Body(path) = &condition.place else { continue };
                let at = paths.number(path.clone());
                tests.resize_with(paths.list.len().max(tests.len()), Vec::new);
                let next = spelled.len();
                let number = *spelled.entry((at, spell(&condition.test))).or_insert_with(|| {
                    tests[at].push((next, &condition.test));
                    next
                });
                numbers.insert(address(condition), number);
            }
            if !shape.only.is_empty() && !closed.contains(&shape.only.as_slice()) {
                closed.push(&shape.only);
            }
            shape.places(&mut |path| {
                paths.number(path);
            });
        }
        if closed.len() > MOST_CLOSED {
            return None;
        }
        let names = closed.iter().flat_map(|only| only.iter());
        let names: HashMap<usize, &str> = names.map(|name| (paths.number(member(name)), name.as_str())).collect();
        tests.resize_with(paths.list.len(), Vec::new);
        let interest = Interest::new(&paths.list);
        let mask = |name: &str| {
            let among = |only: &&[String]| only.iter().any(|known| known == name);
            closed.iter().enumerate().filter(|(_, only)| among(only)).fold(0, |mask, (at, _)| mask | 1 << at)
        };
        let place = |place| {
            let mut here = Tests::default();
            let [to_array, to_other] = interest.ends(place);
            for (at, ends) in [to_array, to_other].into_iter().enumerate() {
                for (number, test) in ends.iter().flat_map(|path| &tests[*path as usize]) {
                    let fits = |kind: &&usize| (**kind == ARRAY) == (at == 0);
                    match kinds(test) {
                        Some(kinds) => kinds.iter().filter(fits).for_each(|kind| {
                            here.by_kind[*kind].push((number / 64, 1 << (number % 64)));
                        }),
                        None if at == 1 => here.by_value.push((*number, test)),
                        None => {}
                    }
                }
            }
            here.by_kind.iter_mut().for_each(merge);
            here.closed =
                to_other.iter().filter_map(|path| names.get(&(*path as usize))).fold(0, |all, name| all | mask(name));
            here
        };
        let places = (0..interest.len()).map(place).collect();
        Some(Self { catalog, places, numbers, closed, words: spelled.len().div_ceil(64), interest })
    }

    /// The places to read of a body.
    pub fn interest(&self) -> &Interest {
        &self.interest
    }

    /// The catalog whose conditions these are.
    pub fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// Sets the bit of each condition that holds, then those of the closed sets that the root's names keep to.
    fn mark(&self, page: &Page<'_>, bits: &mut Vec<u64>) {
        bits.clear();
        bits.resize(self.words + 1, 0);
        for mark in page.marks() {
            let tests = &self.places[mark.place];
            if tests.by_value.is_empty() {
                for (word, mask) in &tests.by_kind[mark.kind] {
                    bits[*word] |= mask;
                }
                continue;
            }
            let value = page.value(mark.node);
            for (word, mask) in &tests.by_kind[kind(&value)] {
                bits[*word] |= mask;
            }
            if mark.kind < ARRAY {
                for (number, test) in &tests.by_value {
                    let (word, mask) = (number / 64, 1 << (number % 64));
                    if bits[word] & mask == 0 && passes(&value, test, false) {
                        bits[word] |= mask;
                    }
                }
            }
        }
        bits[self.words] = page.members().fold(u64::MAX, |all, place| all & self.places[place].closed);
    }
}

/// Masks of the same word become one.
fn merge(masks: &mut Vec<(usize, u64)>) {
    masks.sort_unstable();
    masks.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 |= next.1;
        }
        same
    });
}

/// Addresses are only compared, so they may be numbers, which threads can share.
fn address(condition: &Condition) -> usize {
    std::ptr::from_ref(condition) as usize
}

fn member(name: &str) -> Path {
    Path { absolute: false, steps: [crate::document::path::Step::Name(name.to_owned().into())].into() }
}

/// Different paths and their numbers.
#[derive(Default)]
struct Paths {
    list: Vec<Path>,
    known: HashMap<Path, usize>,
}

impl Paths {
    fn number(&mut self, mut path: Path) -> usize {
        path.absolute = false;
        let next = self.list.len();
        let number = *self.known.entry(path.clone()).or_insert(next);
        if number == next {
            self.list.push(path);
        }
        number
    }
}

/// What one reader has ranked so far. Heads and the user's word are the same for all responses of a memory.
#[derive(Debug, Default)]
pub struct Memory<'c> {
    known: HashMap<Box<[u64]>, Step<'c>, Mixer>,
    key: Vec<u64>,
}

/// Hashes words that are already spread over many bits.
type Mixer = std::hash::BuildHasherDefault<Mix>;

#[derive(Clone, Copy, Debug, Default)]
struct Mix(u64);

impl std::hash::Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(8) {
            let mut whole = [0; 8];
            whole[..word.len()].copy_from_slice(word);
            self.write_u64(u64::from_le_bytes(whole));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// More different sets of conditions than this are not met by chance: somebody is playing.
const MOST_KNOWN: usize = 4096;

#[derive(Clone, Debug)]
enum Step<'c> {
    /// It depends on what speaks for a weak form.
    Ask(&'c Pack, &'c Shape),
    Known(Rc<Ranking<'c>>),
}

impl<'c> Memory<'c> {
    /// Ranks the packs that claim a body, as [`super::rank`] does; evidence is left out.
    pub fn rank(
        &mut self,
        index: &Index<'c>,
        response: &Response,
        page: &Page<'_>,
        vendor: Option<&str>,
    ) -> Rc<Ranking<'c>> {
        let mut key = std::mem::take(&mut self.key);
        index.mark(page, &mut key);
        let ranking = loop {
            match self.known.get(key.as_slice()) {
                Some(Step::Known(ranking)) => break Rc::clone(ranking),
                Some(Step::Ask(pack, shape)) => {
                    let scene = Scene { response, document: page };
                    let support = corroborate::support(index.catalog, &scene, pack, shape);
                    // Not zero, so that an answer is never taken for none.
                    key.push(1 + support.len() as u64);
                }
                None => {
                    if self.known.len() >= MOST_KNOWN {
                        self.known.clear();
                    }
                    let step = first_time(index, response, page, vendor, &key);
                    self.known.insert(key.as_slice().into(), step);
                }
            }
        };
        self.key = key;
        ranking
    }
}

fn first_time<'c>(
    index: &Index<'c>,
    response: &Response,
    page: &Page<'_>,
    vendor: Option<&str>,
    key: &[u64],
) -> Step<'c> {
    let (bits, answers) = key.split_at(index.words + 1);
    let scene = Scene { response, document: page };
    let asked = Cell::new(None);
    let notes = Notes { index, scene, bits, answers, given: Cell::new(0), asked: &asked };
    let ranking = rank_by(index.catalog, &notes, vendor);
    match asked.get() {
        Some((pack, shape)) => Step::Ask(pack, shape),
        None => {
            let mut ranking = ranking;
            ranking.claims.iter_mut().for_each(|claim| claim.evidence.clear());
            ranking.near.clear();
            Step::Known(Rc::new(ranking))
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
        match self.index.numbers.get(&address(condition)) {
            Some(number) => {
                let holds = self.bits[number / 64] & (1 << (number % 64)) != 0;
                holds.then(|| Held::note("".into()))
            }
            // A header: the same for all.
            None => self.scene.check(self.scene.document.root(), condition),
        }
    }

    fn is_closed(&self, only: &[String]) -> bool {
        match self.index.closed.iter().position(|known| *known == only) {
            Some(number) => self.bits[self.index.words] & (1 << number) != 0,
            // Every set that is not empty is known to the index.
            None => only.is_empty(),
        }
    }

    fn support(&self, pack: &'c Pack, shape: &'c Shape) -> Vec<Held> {
        let at = self.given.get();
        self.given.set(at + 1);
        match self.answers.get(at) {
            Some(answer) => vec![Held::note("".into()); (*answer - 1) as usize],
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
    let catalog = index.catalog;
    let forced = vendor.and_then(|name| catalog.pack(name)).is_some_and(|named| named.id() == claim.pack.id());
    evidence(&Eye::new(catalog, response, page), claim, forced)
}
