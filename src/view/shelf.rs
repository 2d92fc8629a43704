//! All responses that were read. A million of them must not keep a tree each: most are a range of a [`Lot`] and the one line
//! that a list needs to count and filter by; what is opened is read again.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::ops::Range;
use std::sync::Arc;

use super::{Mark, Reading};
use crate::decode::Decoded;
use crate::input::stream::Lot;
use crate::input::{Options, Response};
use crate::text::{Clean, clean};

/// What is kept of a response that nobody has opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gist {
    /// Where it stands in its lot.
    pub range: Range<usize>,
    /// The verdict.
    pub mark: Mark,
    /// Its kind: see [`kind`].
    pub kind: String,
    /// See [`sum`].
    pub sum: u32,
}

/// A number that tells one body from another.
pub fn sum(body: &[u8]) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish() as u32
}

/// The vendor and the code, the status or the verdict: what responses are counted by.
pub fn kind(decoded: &Decoded) -> String {
    let vendor = decoded.vendor.as_ref().map_or("unknown", |vendor| vendor.id.as_str());
    match (decoded.codes.last(), decoded.http.status) {
        (Some(code), _) => format!("{vendor} {}", code.code.source()),
        (None, Some(status)) => format!("{vendor} HTTP {status}"),
        (None, None) => format!("{vendor} {}", Mark::from(decoded.verdict).word()),
    }
}

/// How often something occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The vendor and the code, or the verdict.
    pub name: Clean,
    /// How many responses.
    pub count: usize,
}

#[derive(Clone, Debug)]
struct Slot {
    held: Held,
    mark: Mark,
    /// Which of the counts it belongs to.
    kind: u32,
}

#[derive(Clone, Debug)]
enum Held {
    Reading(Box<Reading>),
    /// A range of a lot, the number within the source, and the sum.
    Piece(Arc<Lot>, Range<u32>, u32, u32),
}

/// The responses in their order.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    slots: Vec<Slot>,
    counts: Vec<Count>,
    kinds: HashMap<String, u32>,
    marks: Vec<(Mark, usize)>,
    changes: usize,
}

impl Shelf {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// A response that is at hand.
    pub fn get(&self, at: usize) -> Option<&Reading> {
        match &self.slots.get(at)?.held {
            Held::Reading(reading) => Some(reading),
            Held::Piece(..) => None,
        }
    }

    /// The place of the first response at hand that fits.
    pub fn position(&self, fits: impl Fn(&Reading) -> bool) -> Option<usize> {
        (0..self.len()).find(|at| self.get(*at).is_some_and(&fits))
    }

    /// All that are at hand.
    pub fn at_hand(&self) -> impl Iterator<Item = &Reading> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Adds one that stays at hand.
    pub fn push(&mut self, reading: Reading) {
        let (mark, kind) = (reading.mark(), self.count(reading.mark(), &kind(&reading.decoded)));
        self.slots.push(Slot { held: Held::Reading(Box::new(reading)), mark, kind });
    }

    /// Adds responses of a lot; the first is number `index` of its source.
    pub fn shelve(&mut self, lot: &Arc<Lot>, index: usize, gists: Vec<Gist>) {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        for (nth, gist) in gists.into_iter().enumerate() {
            let kind = self.count(gist.mark, &gist.kind);
            let range = small(gist.range.start)..small(gist.range.end);
            let held = Held::Piece(Arc::clone(lot), range, small(index + nth), gist.sum);
            self.slots.push(Slot { held, mark: gist.mark, kind });
        }
    }

    /// A response, made again by `read` where it is not at hand.
    pub fn read(&self, at: usize, options: &Options, read: impl FnOnce(Response) -> Reading) -> Option<Reading> {
        match &self.slots.get(at)?.held {
            Held::Reading(reading) => Some((**reading).clone()),
            Held::Piece(lot, range, index, _) => {
                let range = range.start as usize..range.end as usize;
                Some(read(lot.response(range, *index as usize, options)))
            }
        }
    }

    /// Puts another reading in the place of a response.
    pub fn put(&mut self, at: usize, reading: Reading) {
        let Some(slot) = self.slots.get(at) else { return };
        let (mark, kind) = (reading.mark(), kind(&reading.decoded));
        let same =
            slot.mark == mark && self.counts.get(slot.kind as usize).is_some_and(|count| *count.name == *clean(&kind));
        if !same {
            self.uncount(at);
            let kind = self.count(mark, &kind);
            (self.slots[at].mark, self.slots[at].kind) = (mark, kind);
            self.changes += 1;
        }
        self.slots[at].held = Held::Reading(Box::new(reading));
    }

    /// Puts other responses in the place of some, which are handed back.
    pub fn splice(&mut self, range: Range<usize>, now: Self) -> Self {
        let Self { mut slots, kinds, changes, .. } = std::mem::take(self);
        self.changes = changes + 1;
        let (ours, theirs) = (names(&kinds), names(&now.kinds));
        let behind = slots.split_off(range.end);
        let replaced = slots.split_off(range.start);
        slots.into_iter().for_each(|slot| self.adopt(slot, &ours));
        now.slots.into_iter().for_each(|slot| self.adopt(slot, &theirs));
        behind.into_iter().for_each(|slot| self.adopt(slot, &ours));
        let mut before = Self::default();
        replaced.into_iter().for_each(|slot| before.adopt(slot, &ours));
        before
    }

    fn adopt(&mut self, slot: Slot, kinds: &[&str]) {
        let kind = self.count(slot.mark, kinds[slot.kind as usize]);
        self.slots.push(Slot { kind, ..slot });
    }

    /// Whether a response says the same as one of another shelf.
    pub fn same(&self, at: usize, other: &Self, there: usize) -> bool {
        if let (Some(ours), Some(theirs)) = (self.get(at), other.get(there)) {
            let (ours, theirs) = (&ours.response, &theirs.response);
            return ours.body == theirs.body && ours.heads == theirs.heads && ours.body_len() == theirs.body_len();
        }
        let sum = |shelf: &Self, at| {
            Some(match &shelf.slots.get::<usize>(at)?.held {
                Held::Reading(reading) => sum(&reading.response.body),
                Held::Piece(.., sum) => *sum,
            })
        };
        sum(self, at) == sum(other, there)
    }

    /// The name of the source of a response, to compare it, not to show it.
    pub fn source(&self, at: usize) -> Option<&str> {
        Some(match &self.slots.get(at)?.held {
            Held::Reading(reading) => reading.response.origin.name.source(),
            Held::Piece(lot, ..) => &lot.name,
        })
    }

    /// Changes a response at hand.
    pub fn change(&mut self, at: usize, act: impl FnOnce(&mut Reading)) {
        if let Some(mut reading) = self.get(at).cloned() {
            act(&mut reading);
            self.put(at, reading);
        }
    }

    /// The verdict on a response.
    pub fn mark(&self, at: usize) -> Option<Mark> {
        self.slots.get(at).map(|slot| slot.mark)
    }

    /// Which of the [`Shelf::kinds`] a response is.
    pub fn kind_of(&self, at: usize) -> Option<usize> {
        self.slots.get(at).map(|slot| slot.kind as usize)
    }

    /// What occurs and how often, in the order of its first occurrence.
    pub fn kinds(&self) -> &[Count] {
        &self.counts
    }

    /// Verdicts with the number of responses that have them, most frequent first.
    pub fn marks(&self) -> Vec<(Mark, usize)> {
        let mut marks: Vec<_> = self.marks.iter().copied().filter(|(_, count)| *count > 0).collect();
        marks.sort_by_key(|(mark, count)| (std::cmp::Reverse(*count), *mark));
        marks
    }

    /// How many are problems.
    pub fn problems(&self) -> usize {
        self.marks.iter().filter(|(mark, _)| mark.is_problem()).map(|(_, count)| count).sum()
    }

    /// A number that grows when what was there already is another thing now.
    pub fn changes(&self) -> usize {
        self.changes
    }

    fn count(&mut self, mark: Mark, kind: &str) -> u32 {
        match self.marks.iter_mut().find(|(known, _)| *known == mark) {
            Some((_, count)) => *count += 1,
            None => self.marks.push((mark, 1)),
        }
        if let Some(known) = self.kinds.get(kind) {
            self.counts[*known as usize].count += 1;
            return *known;
        }
        let number = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        self.counts.push(Count { name: clean(kind), count: 1 });
        self.kinds.insert(kind.to_owned(), number);
        number
    }

    fn uncount(&mut self, at: usize) {
        let Slot { mark, kind, .. } = self.slots[at];
        self.counts[kind as usize].count -= 1;
        if let Some((_, count)) = self.marks.iter_mut().find(|(known, _)| *known == mark) {
            *count -= 1;
        }
    }
}

/// Kinds in the order of their numbers.
fn names(kinds: &HashMap<String, u32>) -> Vec<&str> {
    let mut names = vec![""; kinds.len()];
    kinds.iter().for_each(|(name, number)| names[*number as usize] = name);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;
    use crate::input::stream::{Layout, Pieces};
    use crate::pack::Catalog;
    use crate::supply::Supply;

    const LINES: &str = "{\"title\":\"gone\",\"status\":410}\n{\"title\":\"late\",\"status\":503}\nnone\n";

    fn shelf(catalog: &Catalog) -> Shelf {
        let lot = Arc::new(Lot::new("log", Supply::whole(LINES.as_bytes()), LINES.len(), Layout::Values, 41, false));
        let bytes = lot.bytes();
        let gists = Pieces::new(&bytes, lot.layout, lot.first).map(|piece| {
            let response = Response::from_body("log", bytes[piece.start..piece.end].to_vec());
            let reading = Reading::new(catalog, response, &decode::Options::default());
            let sum = sum(&reading.response.body);
            Gist { range: piece.start..piece.end, mark: reading.mark(), kind: kind(&reading.decoded), sum }
        });
        let mut shelf = Shelf::default();
        shelf.shelve(&lot, 7, gists.collect());
        shelf
    }

    #[test]
    fn what_is_opened_is_read_again_and_stays() {
        let catalog = Catalog::builtin();
        let mut shelf = shelf(&catalog);
        assert_eq!(shelf.len(), 3);
        assert!(shelf.get(1).is_none());
        let options = Options { status: Some(503), ..Options::default() };
        let read = |response| Reading::new(&catalog, response, &decode::Options::default());
        let reading = shelf.read(1, &options, read).expect("there");
        let origin = &reading.response.origin;
        assert_eq!((origin.line, origin.index, reading.response.status()), (42, 8, Some(503)));
        assert_eq!(reading.response.body[..], *LINES.lines().nth(1).expect("a line").as_bytes());
        let before = (shelf.kinds().to_vec(), shelf.marks());
        shelf.put(1, reading);
        assert!(shelf.get(1).is_some());
        let total = |shelf: &Shelf| shelf.kinds().iter().map(|count| count.count).sum::<usize>();
        assert_eq!((total(&shelf), shelf.marks().len()), (3, before.1.len()));
        let taken = shelf.splice(1..2, Shelf::default());
        assert_eq!((taken.len(), shelf.len(), total(&shelf)), (1, 2, 2));
        assert!(
            shelf.read(5, &options, |response| Reading::new(&catalog, response, &decode::Options::default())).is_none()
        );
    }

    #[test]
    fn counts_follow_a_change() {
        let catalog = Catalog::builtin();
        let mut shelf = shelf(&catalog);
        let read = |response| Reading::new(&catalog, response, &decode::Options::default());
        let reading = shelf.read(0, &Options::default(), read).expect("there");
        assert_eq!(Some(reading.mark()), shelf.mark(0));
        shelf.put(0, reading);
        assert_eq!(shelf.changes(), 0);
        let problems = shelf.problems();
        shelf.change(0, |reading| reading.decoded.verdict = crate::pack::Outcome::Success);
        assert_eq!((shelf.mark(0), shelf.problems(), shelf.changes()), (Some(Mark::Ok), problems - 1, 1));
    }
}
