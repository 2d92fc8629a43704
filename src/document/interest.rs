//! Many paths at once: which of them a member lies on, told while a body is read.
//!
//! In: paths. Out: an automaton whose states are places of bodies. It is made whole at the start, because the paths of
//! all packs share most of their places; a body then costs one look-up a member.

use std::collections::HashMap;

use super::path::{Path, Step};

/// A place of a body, as far as the paths tell places apart.
pub(super) type StateId = u32;

/// The place of everything that no path leads to or through.
pub(super) const NOWHERE: StateId = 0;

/// Paths, merged.
#[derive(Debug)]
pub struct Interest {
    states: Vec<State>,
    /// For each place the one that it counts as in the form of a body.
    counts_as: Vec<StateId>,
    start: StateId,
}

/// What is known of a place.
#[derive(Debug, Default)]
pub(super) struct State {
    names: Names,
    /// Members of other names.
    member: StateId,
    /// Elements with a position of their own, then all others.
    elements: Vec<StateId>,
    element: StateId,
    /// The paths that lead to an array here, and to anything else.
    pub(super) to_array: Vec<u32>,
    pub(super) to_other: Vec<u32>,
}

impl State {
    /// Whether a path ends here.
    pub(super) fn is_end(&self) -> bool {
        !self.to_other.is_empty()
    }

    /// The place of an element.
    pub(super) fn element(&self, index: u32) -> StateId {
        self.elements.get(index as usize).copied().unwrap_or(self.element)
    }
}

/// A path and how much of it is done.
type Item = (u32, u8);

impl Interest {
    /// Merges paths; each is known by its position from then on.
    pub fn new<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let paths: Vec<&Path> = paths.into_iter().collect();
        let mut build =
            Build { paths: &paths, states: vec![State::default()], known: HashMap::new(), open: Vec::new() };
        // Nothing leads anywhere from the empty set.
        build.known.insert(Vec::new(), NOWHERE);
        let start = build.state((0..paths.len() as u32).map(|path| (path, 0)).collect());
        while let Some((id, items)) = build.open.pop() {
            build.fill(id, items);
        }
        let counts_as = (0..build.states.len() as StateId).collect();
        Self { states: build.states, counts_as, start }
    }

    /// Lets members with a path of their own count as any other of their object, where nothing tells them apart but paths
    /// that may be passed over. So bodies whose members have other names can still be of one form.
    pub fn unite(&mut self, passed_over: impl Fn(usize) -> bool) {
        let ends = |ends: &[u32]| ends.iter().copied().filter(|path| !passed_over(*path as usize)).collect::<Vec<_>>();
        for parent in &self.states {
            let Some(any) = self.states.get(parent.member as usize).filter(|_| parent.member != NOWHERE) else {
                continue;
            };
            for id in parent.names.states() {
                let own = &self.states[id as usize];
                let same = own.names == any.names
                    && (own.member, own.element, &own.elements) == (any.member, any.element, &any.elements)
                    && ends(&own.to_array) == ends(&any.to_array)
                    && ends(&own.to_other) == ends(&any.to_other);
                if same && self.counts_as[id as usize] == id {
                    self.counts_as[id as usize] = parent.member;
                }
            }
        }
    }

    /// The place that one counts as in the form of a body.
    pub fn counts_as(&self, place: usize) -> usize {
        self.counts_as[place] as usize
    }

    /// The place of a member, and whether members of other names count as the same.
    pub(super) fn member(&self, state: StateId, hash: u64, name: &[u8]) -> (StateId, bool) {
        let state = self.state(state);
        match state.names.get(hash, name) {
            Some(own) => (own, self.counts_as[own as usize] != own),
            None => (state.member, state.member != NOWHERE),
        }
    }

    pub(super) fn start(&self) -> StateId {
        self.start
    }

    pub(super) fn state(&self, id: StateId) -> &State {
        &self.states[id as usize]
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there are no paths.
    pub fn is_empty(&self) -> bool {
        self.start == NOWHERE
    }

    /// The paths that end at a place, for an array and for anything else.
    pub fn ends(&self, place: usize) -> [&[u32]; 2] {
        self.states.get(place).map_or([&[], &[]], |state| [&state.to_array, &state.to_other])
    }
}

struct Build<'p> {
    paths: &'p [&'p Path],
    states: Vec<State>,
    known: HashMap<Vec<Item>, StateId>,
    open: Vec<(StateId, Vec<Item>)>,
}

impl Build<'_> {
    fn step(&self, (path, done): Item) -> Option<&Step> {
        self.paths[path as usize].steps.get(usize::from(done))
    }

    fn state(&mut self, mut items: Vec<Item>) -> StateId {
        items.sort_unstable();
        items.dedup();
        if let Some(id) = self.known.get(&items) {
            return *id;
        }
        let id = self.states.len() as StateId;
        self.states.push(State::default());
        self.known.insert(items.clone(), id);
        self.open.push((id, items));
        id
    }

    fn fill(&mut self, id: StateId, items: Vec<Item>) {
        let ends = |build: &Self, items: &[Item]| {
            let ended = items.iter().filter(|item| build.step(**item).is_none());
            ended.map(|(path, _)| *path).collect::<Vec<_>>()
        };
        let to_array = ends(self, &items);
        // `[*]` of what is no array is the value itself.
        let mut all = items.clone();
        let mut at = 0;
        while let Some(item) = all.get(at).copied() {
            if matches!(self.step(item), Some(Step::Elements)) {
                all.push((item.0, item.1 + 1));
            }
            at += 1;
        }
        let to_other = ends(self, &all);

        let mut names: HashMap<&[u8], Vec<Item>> = HashMap::new();
        let (mut members, mut elements) = (Vec::new(), Vec::new());
        let mut positions: Vec<(usize, Item)> = Vec::new();
        for item in &all {
            let next = (item.0, item.1 + 1);
            match self.paths[item.0 as usize].steps.get(usize::from(item.1)) {
                Some(Step::Name(name)) => names.entry(name.as_bytes()).or_default().push(next),
                Some(Step::Children) => members.push(next),
                _ => {}
            }
        }
        for item in &items {
            let next = (item.0, item.1 + 1);
            match self.step(*item) {
                Some(Step::Children | Step::Elements) => elements.push(next),
                Some(Step::Index(index)) => positions.push((*index, next)),
                _ => {}
            }
        }
        let mut names: Vec<(&[u8], Vec<Item>)> = names.into_iter().collect();
        // So that places with the same names are seen to be the same.
        names.sort_unstable_by_key(|(name, _)| *name);
        let names = names.into_iter().map(|(name, mut items)| {
            items.extend(&members);
            (name, self.state(items))
        });
        let names = Names::new(names.collect());
        let last = positions.iter().map(|(index, _)| index + 1).max().unwrap_or(0).min(MOST_POSITIONS);
        let apart = (0..last).map(|index| {
            let here = positions.iter().filter(|(at, _)| *at == index).map(|(_, item)| *item);
            here.chain(elements.iter().copied()).collect::<Vec<_>>()
        });
        let apart: Vec<Vec<Item>> = apart.collect();
        let apart = apart.into_iter().map(|items| self.state(items)).collect();
        let (member, element) = (self.state(members), self.state(elements));
        self.states[id as usize] = State { names, member, elements: apart, element, to_array, to_other };
    }
}

/// A path may ask for the millionth element; nobody's pack does.
const MOST_POSITIONS: usize = 64;

/// A name with its hash, and where it leads.
type Slot = (u64, Box<[u8]>, StateId);

/// Names and where they lead: a hash table that is filled once.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    slots: Vec<Option<Slot>>,
}

impl Names {
    fn new(names: Vec<(&[u8], StateId)>) -> Self {
        if names.is_empty() {
            return Self::default();
        }
        let mut slots = vec![None; (names.len() * 3).next_power_of_two()];
        let mask = slots.len() - 1;
        for (name, state) in names {
            let hash = hash(name);
            let mut at = hash as usize & mask;
            while slots[at].is_some() {
                at = (at + 1) & mask;
            }
            slots[at] = Some((hash, name.into(), state));
        }
        Self { slots }
    }

    fn states(&self) -> impl Iterator<Item = StateId> + '_ {
        self.slots.iter().flatten().map(|(_, _, state)| *state)
    }

    fn get(&self, hash: u64, name: &[u8]) -> Option<StateId> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        // There are always free slots.
        while let Some((known, text, state)) = &self.slots[at] {
            if *known == hash && **text == *name {
                return Some(*state);
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// A hash for short names: eight bytes a step, good bits at the bottom.
pub(super) fn hash(name: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = name.len() as u64;
    let mut words = name.chunks_exact(8);
    for word in &mut words {
        let word = word.try_into().map_or(0, u64::from_le_bytes);
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
    let mut last = 0;
    for byte in words.remainder() {
        last = last << 8 | u64::from(*byte);
    }
    hash = (hash.rotate_left(23) ^ last).wrapping_mul(FACTOR);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_where_their_paths_do() {
        let paths: Vec<Path> = ["a.b", "a.*", "list[*].x", "list[0].y", "a.b.c"]
            .iter()
            .map(|text| text.parse().expect("a path"))
            .collect();
        let interest = Interest::new(&paths);
        let member = |state, name: &str| interest.member(state, hash(name.as_bytes()), name.as_bytes()).0;
        let a = member(interest.start(), "a");
        assert_eq!(interest.state(member(a, "b")).to_other, [0, 1]);
        assert_eq!(interest.state(member(a, "z")).to_other, [1]);
        assert_eq!(interest.state(member(member(a, "b"), "c")).to_other, [4]);
        let list = member(interest.start(), "list");
        let (first, second) = (interest.state(list).element(0), interest.state(list).element(1));
        assert_eq!((interest.state(member(first, "x")).to_other.as_slice(), member(second, "y")), (&[2][..], NOWHERE));
        assert_eq!(interest.state(member(first, "y")).to_other, [3]);
        // One instead of many.
        assert_eq!(interest.state(member(list, "x")).to_other, [2]);
        assert_eq!(member(interest.start(), "other"), NOWHERE);
    }
}
