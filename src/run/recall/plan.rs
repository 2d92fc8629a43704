//! The shortest way: what to say of a body that is spelled like another one, from its values alone.
//!
//! Of bodies with the same mould only the values differ. Those that decide something make a key, together with what the
//! conditions of packs say of the others; that key and the mould say which ranking, which reading and which template
//! come out on the way through all of these, because they depend on nothing else. The values left over go into holes,
//! where they fit.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use super::reading::{Hole, Reading, What};
use super::{Body, Names};
use crate::decode::{Counter, Decoder, Usage};
use crate::detect::{Index, Mixer};
use crate::document::{Filler, NodeId, Slot, Span, Value};
use crate::input::Response;

/// Keys of a plan: what decides has few values, or no plan is worth it.
const MOST_KEYS: usize = 2048;

/// How bodies of one mould are taken that were read alike.
pub(super) struct Plan<'c> {
    pub(super) reading: Rc<Reading<'c>>,
    asks: Vec<Ask>,
    /// What was said of the last value of each, in their order.
    last: Vec<Said>,
    /// The values that go into holes, by their slots, and the parts that they are.
    open: Vec<(usize, usize, Hole)>,
    /// Names that do, by their slots and parts.
    names: Vec<(usize, usize)>,
    /// Names that do and are the same in all bodies, by their parts.
    fixed: Vec<(usize, Box<str>)>,
    /// The slots of names that conditions may tell apart, and the kinds of their values.
    loose: Vec<(usize, usize)>,
    /// Nothing where the counters have to be looked for each time.
    counters: Option<Counters>,
    /// The template for each key.
    known: HashMap<Box<[u8]>, usize, Mixer>,
}

/// What stands in the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// The value in this slot, as it is spelled.
    Spelled(usize),
    /// Which of the tests at a place the value in this slot passes.
    Tested { slot: usize, place: usize },
}

/// Where counters stand.
struct Counters {
    all: Vec<Counter>,
    /// The slots of their nodes.
    slots: Vec<(NodeId, usize)>,
}

/// The slot of the value that begins where a span does.
fn slot_of(slots: &[Slot], span: Span) -> Option<usize> {
    slots.binary_search_by_key(&span.start, |slot| slot.start as usize).ok()
}

/// Which tests a value passed.
#[derive(Debug, Default)]
struct Said {
    value: Vec<u8>,
    words: Vec<u64>,
}

impl<'c> Plan<'c> {
    /// The plan for bodies like this one; nothing where more than its values and conditions may matter.
    /// `asked` are nodes whose texts matter letter for letter, whatever the reading says.
    pub(super) fn new(
        index: &Index<'c>,
        reading: &Rc<Reading<'c>>,
        body: &Body<'_>,
        asked: &[NodeId],
        slots: &[Slot],
    ) -> Option<Self> {
        let slot_of = |span| slot_of(slots, span);
        let mut plan = Self {
            reading: Rc::clone(reading),
            asks: Vec::new(),
            last: Vec::new(),
            open: Vec::new(),
            names: Vec::new(),
            fixed: Vec::new(),
            loose: Vec::new(),
            counters: None,
            known: HashMap::default(),
        };
        for (at, (part, text)) in reading.parts.iter().zip(&body.texts).enumerate() {
            let kept = body.page.kept_at(part.node);
            match (part.what, text) {
                (What::Name { .. }, text) => match (kept.name.and_then(slot_of), text) {
                    (Some(slot), Some(_)) => plan.names.push((slot, at)),
                    (Some(slot), None) => plan.asks.push(Ask::Spelled(slot)),
                    (None, Some(name)) => plan.fixed.push((at, name.as_ref().into())),
                    // The same in all bodies of the mould.
                    (None, None) => {}
                },
                (What::Hole(hole), Some(_)) => plan.open.push((slot_of(kept.span)?, at, hole)),
                (What::Value | What::Hole(_), _) => plan.asks.push(Ask::Spelled(slot_of(kept.span)?)),
            }
        }
        let named = body.page.kept().filter_map(|kept| Some((kept.name.and_then(slot_of)?, kept.kind)));
        plan.loose.extend(named);
        for kept in asked.iter().map(|node| body.page.kept_at(*node)) {
            // What has no slot is the same in all bodies of the mould.
            let ask = slot_of(kept.span).map(Ask::Spelled);
            plan.asks.extend(ask.filter(|ask| !plan.asks.contains(ask)));
        }
        for kept in body.page.kept().filter(|kept| index.tests(kept) && kept.span.start < kept.span.end) {
            let slot = slot_of(kept.span)?;
            if plan.asks.contains(&Ask::Spelled(slot)) {
                continue;
            }
            if !index.answers_at_once(kept.place) {
                return None;
            }
            plan.asks.push(Ask::Tested { slot, place: kept.place });
        }
        plan.last.resize_with(plan.asks.len(), Said::default);
        Some(plan)
    }

    /// Finds out where the counters stand.
    pub(super) fn count(&mut self, decoder: &Decoder<'_, '_>, body: &Body<'_>, response: &Response, slots: &[Slot]) {
        let Some(counters) = decoder.counters(response, &body.page, &self.reading.ranking) else { return };
        let slot = |node| Some((node, slot_of(slots, body.page.kept_at(node).span)?));
        let slots: Option<Vec<_>> = counters.iter().flat_map(Counter::nodes).map(slot).collect();
        self.counters = slots.map(|slots| Counters { all: counters, slots });
    }

    /// What the counters of a body say.
    pub(super) fn usage(&self, decoder: &Decoder<'_, '_>, text: &str, slots: &[Slot]) -> Option<Vec<Usage>> {
        let counters = self.counters.as_ref()?;
        let said = |node| {
            let (_, slot) = counters.slots.iter().find(|(known, _)| *known == node)?;
            Some(slots[*slot].resolve(text).into_owned().into())
        };
        Some(decoder.usage_in(&counters.all, said))
    }

    /// Whether two plans make the same keys and fill the same holes.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.reading.number, &self.asks, &self.open, &self.names, &self.fixed)
            == (other.reading.number, &other.asks, &other.open, &other.names, &other.fixed)
    }

    /// Makes the key of a body.
    pub(super) fn lay_out(
        &mut self,
        index: &Index<'_>,
        text: &str,
        slots: &[Slot],
        words: &mut Vec<u64>,
        key: &mut Vec<u8>,
    ) {
        key.clear();
        for (ask, last) in self.asks.iter().zip(&mut self.last) {
            match *ask {
                Ask::Spelled(slot) => {
                    let spelled = &text.as_bytes()[slots[slot].span()];
                    key.extend_from_slice(&(spelled.len() as u32).to_le_bytes());
                    key.extend_from_slice(spelled);
                }
                Ask::Tested { slot, place } => {
                    // A state is often the same as in the body before; nothing is empty, so at first this is none.
                    let spelled = &text.as_bytes()[slots[slot].span()];
                    if last.value != spelled {
                        let said = slots[slot].resolve(text).into();
                        let number = slots[slot].filler == Filler::Number;
                        let value = if number { Value::Number(said) } else { Value::String(said) };
                        last.words.clear();
                        index.answer_to(place, &value, &mut last.words);
                        last.value.clear();
                        last.value.extend_from_slice(spelled);
                    }
                    last.words.iter().for_each(|word| key.extend_from_slice(&word.to_le_bytes()));
                }
            }
        }
        words.clear();
        for (slot, kind) in &self.loose {
            if let Filler::Name { place } = slots[*slot].filler {
                index.mark_loose(place as usize, *kind, words);
            }
        }
        for (at, word) in words.iter().enumerate().filter(|(_, word)| **word != 0) {
            key.extend_from_slice(&at.to_le_bytes());
            key.extend_from_slice(&word.to_le_bytes());
        }
    }

    /// The template of a key.
    pub(super) fn template(&self, key: &[u8]) -> Option<usize> {
        self.known.get(key).copied()
    }

    /// Remembers the template of a key.
    pub(super) fn learn(&mut self, key: &[u8], template: usize) {
        if self.known.len() < MOST_KEYS {
            self.known.insert(key.into(), template);
        }
    }

    /// Gives out the texts of a body and their parts; tells whether all of them fit their holes.
    pub(super) fn texts<'t>(
        &'t self,
        text: &'t str,
        slots: &[Slot],
        names: &mut Names,
        mut take: impl FnMut(usize, Cow<'t, str>),
    ) -> bool {
        self.open.iter().all(|(slot, part, hole)| {
            let said = slots[*slot].resolve(text);
            let fits = self.reading.ear.fits(*hole, &said, &self.reading.nouns);
            take(*part, said);
            fits
        }) && self.names.iter().all(|(slot, part)| {
            let name = &text[slots[*slot].span()];
            take(*part, Cow::Borrowed(name));
            names.fit(name)
        }) && {
            self.fixed.iter().for_each(|(part, name)| take(*part, Cow::Borrowed(name)));
            true
        }
    }
}
