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
use super::{Body, Text};
use crate::detect::{Index, Mixer};
use crate::document::{Kept, NodeId, Slot, Value};

/// Keys of a plan: what decides has few values, or no plan is worth it.
const MOST_KEYS: usize = 2048;

/// How bodies of one mould are taken that were read alike.
pub(super) struct Plan<'c> {
    pub(super) reading: Rc<Reading<'c>>,
    asks: Vec<Ask>,
    /// The values that go into holes, by their slots, and the parts that they are.
    open: Vec<(usize, usize, Hole)>,
    /// Names that do, by their parts.
    names: Vec<(usize, Box<str>)>,
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
        let slot_of = |kept: &Kept| slots.binary_search_by_key(&kept.span.start, |slot| slot.start as usize).ok();
        let mut plan = Self {
            reading: Rc::clone(reading),
            asks: Vec::new(),
            open: Vec::new(),
            names: Vec::new(),
            known: HashMap::default(),
        };
        for (at, (part, text)) in reading.parts.iter().zip(&body.texts).enumerate() {
            let kept = body.page.kept_at(part.node);
            match (part.what, text) {
                (What::Name { .. }, Some(name)) => plan.names.push((at, name.as_ref().into())),
                // The same in all bodies of the mould.
                (What::Name { .. }, None) => {}
                (What::Hole(hole), Some(_)) => plan.open.push((slot_of(&kept)?, at, hole)),
                (What::Value | What::Hole(_), _) => plan.asks.push(Ask::Spelled(slot_of(&kept)?)),
            }
        }
        for kept in asked.iter().map(|node| body.page.kept_at(*node)) {
            // What has no slot is the same in all bodies of the mould.
            let ask = slot_of(&kept).map(Ask::Spelled);
            plan.asks.extend(ask.filter(|ask| !plan.asks.contains(ask)));
        }
        for kept in body.page.kept().filter(|kept| index.tests(kept) && kept.span.start < kept.span.end) {
            let slot = slot_of(&kept)?;
            if plan.asks.contains(&Ask::Spelled(slot)) {
                continue;
            }
            if !index.answers_at_once(kept.place) {
                return None;
            }
            plan.asks.push(Ask::Tested { slot, place: kept.place });
        }
        Some(plan)
    }

    /// Whether two plans make the same keys and fill the same holes.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.reading.number, &self.asks, &self.open, &self.names)
            == (other.reading.number, &other.asks, &other.open, &other.names)
    }

    /// Makes the key of a body.
    pub(super) fn lay_out(
        &self,
        index: &Index<'_>,
        text: &str,
        slots: &[Slot],
        words: &mut Vec<u64>,
        key: &mut Vec<u8>,
    ) {
        key.clear();
        for ask in &self.asks {
            match *ask {
                Ask::Spelled(slot) => {
                    let spelled = &text.as_bytes()[slots[slot].span()];
                    key.extend_from_slice(&(spelled.len() as u32).to_le_bytes());
                    key.extend_from_slice(spelled);
                }
                Ask::Tested { slot, place } => {
                    let said = slots[slot].resolve(text).into();
                    let value = if slots[slot].text { Value::String(said) } else { Value::Number(said) };
                    words.clear();
                    index.answer_to(place, &value, words);
                    words.iter().for_each(|word| key.extend_from_slice(&word.to_le_bytes()));
                }
            }
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

    /// The texts of a body by their parts; nothing where one does not fit its hole.
    pub(super) fn texts<'t>(&'t self, text: &'t str, slots: &[Slot]) -> Option<Vec<Text<'t>>> {
        let mut texts: Vec<Text<'t>> = vec![None; self.reading.parts.len()];
        for (slot, part, hole) in &self.open {
            let said = slots[*slot].resolve(text);
            if !self.reading.ear.fits(*hole, &said, &self.reading.nouns) {
                return None;
            }
            texts[*part] = Some(said);
        }
        for (part, name) in &self.names {
            texts[*part] = Some(Cow::Borrowed(name));
        }
        Some(texts)
    }
}
