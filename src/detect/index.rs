//! The conditions of all packs by the places of a body that they look at: which of them hold is told in one pass.

use std::collections::{HashMap, HashSet};

use super::condition::passes;
use super::facts::kind;
use crate::document::{Interest, Kept, Nodes, Page, Path, Value};
use crate::pack::Catalog;
use crate::pack::gate::Kind;
use crate::pack::model::places::Use;
use crate::pack::model::{Condition, Place, Shape, Test, Type};

/// The conditions of a catalog by the places they look at. Made once, shared by all who read.
#[derive(Debug)]
pub struct Index<'c> {
    catalog: &'c Catalog,
    interest: Interest,
    /// The numbers that the interest knows paths by.
    paths: HashMap<Path, usize>,
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

/// So many literals are compared as fast as an answer is looked up.
const FEW: usize = 16;
const KINDS: usize = Kind::ALL.len();
const NUMBER: usize = Kind::Number as usize;
const ARRAY: usize = Kind::Array as usize;
/// More closed sets than this are not told apart by a mask; the packs have a tenth.
const MOST_CLOSED: usize = 64;

/// The kinds for which a test holds whatever the value; nothing where it takes a look at the value.
fn kinds(test: &Test) -> Option<&'static [Kind]> {
    Some(match test {
        Test::Exists => &[Kind::Bool, Kind::Number, Kind::String, Kind::Array, Kind::Object],
        Test::Type(Type::Null) => &[Kind::Null],
        Test::Type(Type::Boolean) => &[Kind::Bool],
        Test::Type(Type::Number) => &[Kind::Number],
        Test::Type(Type::String) => &[Kind::String],
        Test::Type(Type::Array) => &[Kind::Array],
        Test::Type(Type::Object) => &[Kind::Object],
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
        let mut read = HashSet::new();
        for shape in catalog.packs().iter().flat_map(|pack| &pack.head().shapes) {
            for clause in [&shape.require, &shape.forbid, &shape.hint].into_iter().flatten() {
                for condition in clause {
                    let Place::Body(path) = &condition.place else { continue };
                    let at = paths.number(path.clone());
                    tests.resize_with(paths.list.len().max(tests.len()), Vec::new);
                    // Of several conditions that weigh the same it is all the same which one holds.
                    let alike = clause.len() > 1 && kinds(&condition.test).is_some();
                    let name = match alike {
                        true => {
                            (usize::MAX, format!("{:p} {}", clause, super::weight(&condition.place, &condition.test)))
                        }
                        false => (at, spell(&condition.test)),
                    };
                    let next = spelled.len();
                    let number = *spelled.entry(name).or_insert(next);
                    if !tests[at].iter().any(|(known, test)| *known == number && spell(test) == spell(&condition.test))
                    {
                        tests[at].push((number, &condition.test));
                    }
                    numbers.insert(address(condition), number);
                }
            }
            if !shape.only.is_empty() && !closed.contains(&shape.only.as_slice()) {
                closed.push(&shape.only);
            }
            shape.places(&mut |path, used| {
                let at = paths.number(path);
                if used != Use::Held {
                    read.insert(at);
                }
            });
        }
        if closed.len() > MOST_CLOSED {
            return None;
        }
        let names = closed.iter().flat_map(|only| only.iter());
        let names: HashMap<usize, &str> = names.map(|name| (paths.number(member(name)), name.as_str())).collect();
        tests.resize_with(paths.list.len(), Vec::new);
        let mut interest = Interest::new(&paths.list);
        interest.unite(|path| {
            let by_kind = tests[path].iter().all(|(_, test)| kinds(test).is_some());
            by_kind && !read.contains(&path) && !names.contains_key(&path)
        });
        let interest = interest;
        let mask = |name: &str| {
            let among = |only: &&[String]| only.iter().any(|known| known == name);
            closed.iter().enumerate().filter(|(_, only)| among(only)).fold(0, |mask, (at, _)| mask | 1 << at)
        };
        let place = |place| {
            let mut here = Tests::default();
            let [to_array, to_other] = interest.ends(place);
            for (at, ends) in [to_array, to_other].into_iter().enumerate() {
                for (number, test) in ends.iter().flat_map(|path| &tests[*path as usize]) {
                    let fits = |kind: &&Kind| (**kind == Kind::Array) == (at == 0);
                    match kinds(test) {
                        Some(kinds) => kinds.iter().filter(fits).for_each(|kind| {
                            here.by_kind[*kind as usize].push((number / 64, 1 << (number % 64)));
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
        Some(Self { catalog, places, numbers, closed, words: spelled.len().div_ceil(64), interest, paths: paths.known })
    }

    /// The places to read of a body.
    pub fn interest(&self) -> &Interest {
        &self.interest
    }

    /// The catalog whose conditions these are.
    pub fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// What a form reads each path for, by the path's number.
    pub fn uses(&self, shape: &Shape) -> HashMap<usize, Vec<Use>> {
        let mut uses: HashMap<usize, Vec<Use>> = HashMap::new();
        shape.places(&mut |mut path, used| {
            path.absolute = false;
            if let Some(number) = self.paths.get(&path) {
                uses.entry(*number).or_default().push(used);
            }
        });
        uses
    }

    /// The numbers of the paths that lead to a node.
    pub fn paths_to(&self, kept: &Kept) -> impl Iterator<Item = usize> + '_ {
        let [to_array, to_other] = self.interest.ends(kept.place);
        let ends = if kept.kind == ARRAY { to_array } else { to_other };
        ends.iter().map(|path| *path as usize)
    }

    /// How many words a condition number's bits take; those of the closed sets follow.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The number of a condition; nothing for one about a header.
    pub(super) fn number(&self, condition: &Condition) -> Option<usize> {
        self.numbers.get(&address(condition)).copied()
    }

    /// The number of a closed set.
    pub(super) fn closed(&self, only: &[String]) -> Option<usize> {
        self.closed.iter().position(|known| *known == only)
    }

    /// Whether tests take a look at the value of a node, beyond its kind.
    pub fn tests(&self, kept: &Kept) -> bool {
        (NUMBER..ARRAY).contains(&kept.kind) && !self.places[kept.place].by_value.is_empty()
    }

    /// Which of these tests the value passes, a bit each.
    pub(super) fn answer(&self, page: &Page<'_>, kept: &Kept, answers: &mut Vec<u64>) {
        self.answer_to(kept.place, &page.value(kept.node), answers);
    }

    /// Which of the tests at a place a scalar passes, a bit each.
    pub fn answer_to(&self, place: usize, value: &Value<'_>, answers: &mut Vec<u64>) {
        for tests in self.places[place].by_value.chunks(64) {
            let bit = |(at, (_, test)): (usize, &(usize, &Test))| u64::from(passes(value, test, false)) << at;
            answers.push(tests.iter().enumerate().map(bit).fold(0, |all, bit| all | bit));
        }
    }

    /// Whether that is as quick as to look it up.
    pub fn answers_at_once(&self, place: usize) -> bool {
        let at_once = |test: &Test| match test {
            Test::Matches(pattern) => pattern.begins(),
            Test::In(literals) => literals.len() <= FEW,
            Test::Exists | Test::Is(_) | Test::Type(_) => true,
        };
        self.places[place].by_value.iter().all(|(_, test)| at_once(test))
    }

    /// Whether other names may stand at a node without another form, though conditions tell them apart.
    pub(super) fn is_loose(&self, kept: &Kept) -> bool {
        kept.name.is_some()
    }

    /// Sets the bits of the conditions that hold for a kind of value at a place, whatever the value; `bits` grow as needed.
    pub fn mark_loose(&self, place: usize, kind: usize, bits: &mut Vec<u64>) {
        for (word, mask) in &self.places[place].by_kind[kind] {
            if bits.len() <= *word {
                bits.resize(word + 1, 0);
            }
            bits[*word] |= mask;
        }
    }

    /// Sets the bit of each condition that holds, then those of the closed sets that the root's names keep to.
    pub(super) fn mark(&self, page: &Page<'_>, bits: &mut Vec<u64>) {
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
            for (word, mask) in &tests.by_kind[kind(&value) as usize] {
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
