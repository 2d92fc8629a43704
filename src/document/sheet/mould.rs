//! Bodies that are spelled alike, remembered: the next one is poured into the same mould instead of being read.
//!
//! The bodies of a log come from few programs, which write the same names, blanks and brackets around other texts and
//! numbers. What stands between the values is compared as a whole, the values alone are read; the nodes are those of
//! the body that was read before, moved to where these values end. So a body is known to be strict JSON, and to have no
//! name twice, because another one with the same bytes around its values was. Names of places that may have any name
//! are values too: results by platform come in any order.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Kind, Node, Sheet};
use crate::document::interest::{Interest, StateId, hash};
use crate::document::spell;

/// What moulds may take, in bytes: room for a few hundred. What comes often comes early; there is no room for all that is
/// spelled in thousands of ways.
const MOST_BYTES: usize = 1 << 20;
/// More ways to go on than this at one place are found faster by reading.
const MOST_WAYS: usize = 48;
/// More values than this in one body are rare.
const MOST_SLOTS: usize = 1024;
/// A body that fits no mould costs as much as so many gain that do. Whoever has lost so much starts afresh, as what comes
/// now is spelled differently; more than the credit is not gained.
const PRICE: i32 = 4;
const LOSS: i32 = -4000;
const CREDIT: i32 = 4000;

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filler {
    /// A number.
    Number,
    /// A text.
    Text {
        /// Whether it has escapes.
        spelled: bool,
    },
    /// The name of a member that may have any.
    Name {
        /// The member's place, of those of the [`Interest`].
        place: StateId,
    },
}

/// A value that may be another one in a body that is spelled alike: a number, a text that is not empty, or a name.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// What it holds.
    pub filler: Filler,
    /// Where it begins, in bytes of the body; behind the quote.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Slot {
    /// Its bytes in the body.
    pub fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// What it says; `text` is the body.
    pub fn resolve<'t>(&self, text: &'t str) -> Cow<'t, str> {
        spell::text(&text[self.span()], self.filler == Filler::Text { spelled: true })
    }
}

/// What comes after the words of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Text,
    Number,
    /// The name of a member, its object's place and what the member's counts as.
    Name {
        of: StateId,
        counts_as: usize,
    },
    /// The body ends; its mould.
    End(usize),
}

/// Bytes that are compared at once.
const TAIL: usize = 8;

impl Step {
    /// Where the words end that a body has at a place; nothing where it has others.
    fn pass(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let found = bytes.get(at..at + self.words.len())?;
        let tail = found.last_chunk::<TAIL>().is_none_or(|tail| *tail == self.tail);
        (tail && *found == *self.words).then(|| at + found.len())
    }
}

impl Then {
    /// Where the value ends that begins at a place, and what it is; nothing where it is another one.
    #[inline]
    fn filler(self, bytes: &[u8], from: usize, interest: &Interest) -> Option<(usize, Filler)> {
        let string = || super::string(bytes, from).filter(|(end, _)| *end > from);
        match self {
            Self::Text => string().map(|(end, spelled)| (end, Filler::Text { spelled })),
            Self::Number => spell::number(bytes, from).map(|end| (end, Filler::Number)),
            Self::End(_) => None,
            Self::Name { of, counts_as } => {
                let (end, _) = string().filter(|(_, spelled)| !spelled)?;
                let name = &bytes[from..end];
                let (place, wild) = interest.member(of, hash(name), name);
                (wild && interest.counts_as(place as usize) == counts_as).then_some((end, Filler::Name { place }))
            }
        }
    }
}

/// Words that are always the same, up to a value.
#[derive(Debug)]
struct Step {
    words: Box<[u8]>,
    /// The last of them: steps that may follow the same one often begin alike.
    tail: [u8; TAIL],
    then: Then,
    /// The steps that may follow.
    ways: Vec<u32>,
}

/// The nodes of a body, their bounds counted from the words before them.
#[derive(Debug)]
struct Mould {
    nodes: Box<[Node]>,
    /// For each node the numbers of the words that its bounds lie in: start, end, start and end of the name.
    within: Box<[[u16; 4]]>,
    form: Box<[u64]>,
    /// The slots of names, and the objects that these are in.
    names: Box<[(u32, u32)]>,
    /// How many lines end within it: values have no line ends in them.
    line_ends: usize,
    number: usize,
}

impl Mould {
    /// Whether no object has a name twice.
    fn has_each_name_once(&self, bytes: &[u8], slots: &[Slot]) -> bool {
        let name = |slot: u32| &bytes[slots[slot as usize].span()];
        self.names.iter().enumerate().all(|(at, (slot, object))| {
            let mut before = self.names[..at].iter().filter(|(_, other)| other == object);
            before.all(|(other, _)| name(*other) != name(*slot))
        })
    }
}

/// A number is never used again, whoever reads.
static NUMBERS: AtomicUsize = AtomicUsize::new(0);

/// All moulds of a reader.
#[derive(Debug, Default)]
pub(super) struct Moulds {
    steps: Vec<Step>,
    /// The steps that a body may begin with.
    first: Vec<u32>,
    moulds: Vec<Mould>,
    bytes: usize,
    balance: i32,
}

impl Sheet {
    /// Takes a body that is spelled like one before it; one past its end.
    pub(super) fn pour(&mut self, bytes: &[u8], interest: &Interest) -> Option<usize> {
        let Self { moulds, slots, .. } = self;
        let fitting = moulds.fit(bytes, interest, slots);
        let Some((at, end)) = fitting.filter(|(at, _)| moulds.moulds[*at].has_each_name_once(bytes, slots)) else {
            slots.clear();
            moulds.balance -= PRICE;
            return None;
        };
        moulds.balance = (moulds.balance + 1).min(CREDIT);
        self.mould = Some(moulds.moulds[at].number);
        self.waiting = Some(at);
        self.line_ends = Some(moulds.moulds[at].line_ends);
        Some(end)
    }

    /// Makes the nodes of a body that was poured, where that is still to be done.
    pub(super) fn lay(&mut self) {
        let Some(mould) = self.waiting.take().and_then(|at| self.moulds.moulds.get(at)) else { return };
        self.form.extend_from_slice(&mould.form);
        let slots = &self.slots;
        // Words begin where the value before them ends.
        let place = |within: u16, offset: u32| match usize::from(within).checked_sub(1) {
            Some(before) => slots[before].end + offset,
            None => offset,
        };
        self.nodes.extend(mould.nodes.iter().zip(&mould.within).map(|(node, within)| {
            let mut node = *node;
            node.start = place(within[0], node.start);
            node.end = place(within[1], node.end);
            node.name_start = place(within[2], node.name_start);
            node.name_end = place(within[3], node.name_end);
            if node.kind == Kind::Text && within[0] != within[1] {
                let spelled = slots[usize::from(within[0])].filler == Filler::Text { spelled: true };
                node.kind = if spelled { Kind::Spelled } else { Kind::Text };
            }
            if within[2] != within[3]
                && let Filler::Name { place } = slots[usize::from(within[2])].filler
            {
                node.state = place;
            }
            node
        }));
    }

    /// Makes a mould of the body that was just read.
    pub(super) fn cast(&mut self, bytes: &[u8], interest: &Interest) {
        let Self { moulds, nodes, slots, form, .. } = self;
        if moulds.balance < LOSS {
            *moulds = Moulds::default();
        }
        if moulds.bytes > MOST_BYTES || slots.len() > MOST_SLOTS {
            return;
        }
        // The bounds of the words: each run ends where a value begins.
        let begins = || std::iter::once(0).chain(slots.iter().map(|slot| slot.end));
        let ends = slots.iter().map(|slot| slot.start).chain(std::iter::once(bytes.len() as u32));
        let mut named = nodes.iter().filter(|node| node.has_slot_for_name());
        let mut names = Vec::new();
        let mut at: Option<u32> = None;
        for (run, (start, end)) in begins().zip(ends).enumerate() {
            let words = &bytes[start as usize..end as usize];
            let then = match slots.get(run).map(|slot| slot.filler) {
                Some(Filler::Text { .. }) => Then::Text,
                Some(Filler::Number) => Then::Number,
                Some(Filler::Name { place }) => {
                    let Some(object) = named.next().map(|node| node.parent) else { return };
                    names.push((run as u32, object));
                    Then::Name { of: nodes[object as usize].state, counts_as: interest.counts_as(place as usize) }
                }
                None => Then::End(moulds.moulds.len()),
            };
            match moulds.step(at, words, then) {
                Some(step) => at = Some(step),
                None => return,
            }
        }
        let starts: Vec<u32> = begins().collect();
        // The last run that begins at or before a place; where a value ends the next run begins, and an end belongs to it.
        let within = |place: u32| starts.partition_point(|start| *start <= place).saturating_sub(1);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let mut all = Vec::with_capacity(nodes.len());
        let apart = nodes.iter().map(|node| {
            let bounds = [node.start, node.end, node.name_start, node.name_end];
            let runs = bounds.map(within);
            let [start, end, name_start, name_end] = [0, 1, 2, 3].map(|at| bounds[at] - starts[runs[at]]);
            let kind = if node.kind == Kind::Spelled { Kind::Text } else { node.kind };
            all.push(Node { kind, start, end, name_start, name_end, ..*node });
            runs.map(|run| run as u16)
        });
        let within: Box<[[u16; 4]]> = apart.collect();
        let line_ends = memchr::memchr_iter(b'\n', bytes).count();
        moulds.bytes += size_of_val(all.as_slice()) + size_of_val(&*within) + size_of_val(form.as_slice());
        let (form, names) = (form.as_slice().into(), names.into());
        moulds.moulds.push(Mould { nodes: all.into(), within, form, names, line_ends, number });
        self.mould = Some(number);
    }
}

impl Moulds {
    /// The mould that a body fits, and where the body ends; the values on the way.
    fn fit(&self, bytes: &[u8], interest: &Interest, slots: &mut Vec<Slot>) -> Option<(usize, usize)> {
        let mut at = 0;
        let mut ways = self.first.iter();
        loop {
            let step = &self.steps[*ways.next()? as usize];
            let Some(from) = step.pass(bytes, at) else { continue };
            if let Then::End(mould) = step.then {
                return Some((mould, from));
            }
            let Some((end, filler)) = step.then.filler(bytes, from, interest) else { continue };
            slots.push(Slot { filler, start: from as u32, end: end as u32 });
            (at, ways) = (end, step.ways.iter());
        }
    }

    /// The step for some words after another one; nothing where there are too many already.
    fn step(&mut self, after: Option<u32>, words: &[u8], then: Then) -> Option<u32> {
        let ways = match after {
            Some(step) => &self.steps[step as usize].ways,
            None => &self.first,
        };
        let same = |step: &Step| *step.words == *words && step.then == then;
        if let Some(known) = ways.iter().copied().find(|way| same(&self.steps[*way as usize])) {
            return Some(known);
        }
        if ways.len() >= MOST_WAYS {
            return None;
        }
        let id = self.steps.len() as u32;
        self.bytes += words.len() + size_of::<Step>() + 16;
        let tail = words.last_chunk().copied().unwrap_or_default();
        self.steps.push(Step { words: words.into(), tail, then, ways: Vec::new() });
        match after {
            Some(step) => self.steps[step as usize].ways.push(id),
            None => self.first.push(id),
        }
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Interest;

    fn interest() -> Interest {
        let paths: Vec<_> =
            ["a", "b.c", "b.*", "list[*]", "list[0].x", "*.deep[*].y", "each.*.ok", "each.odd.why", "each.*"]
                .map(|path| path.parse().expect("a path"))
                .into();
        Interest::new(&paths)
    }

    /// What a sheet has on it.
    fn read(sheet: &mut Sheet, text: &str, interest: &Interest) -> Option<(usize, String, Vec<u64>)> {
        let end = sheet.read(text, 0, interest)?;
        sheet.lay();
        Some((end, format!("{:?} {:?}", sheet.nodes, sheet.slots), sheet.form.clone()))
    }

    #[test]
    fn another_body_of_the_same_spelling_needs_no_reading() {
        let interest = interest();
        let mut sheet = Sheet::default();
        let body = |a: &str, n: &str| format!(r#"{{"a":"{a}","b":{{"c":{n},"z":null}},"list":["{a}",true, ""]}}"#);
        for (a, n) in [("x", "1"), (r"\u00e9\n", "-2.5e3"), ("longer", "0")] {
            let text = body(a, n);
            let number = sheet.mould;
            assert_eq!(read(&mut sheet, &text, &interest), read(&mut Sheet::default(), &text, &interest), "{text}");
            assert!(number.is_none() || sheet.mould == number, "{text}");
        }
        // An empty text is another form, and what is not strict is refused as ever.
        let number = sheet.mould;
        assert!(sheet.read(&body("", "1"), 0, &interest).is_some() && sheet.mould != number);
        assert_eq!(sheet.read(&body("x", "01"), 0, &interest), None);
        assert_eq!(sheet.read(&body("\\q", "1"), 0, &interest), None);
    }

    #[test]
    fn names_that_may_be_any_come_in_any_order() {
        let interest = interest();
        let mut sheet = Sheet::default();
        let body = |names: [&str; 2]| format!(r#"{{"each":{{"{}":{{"ok":1}}, "{}":{{"ok":2}}}}}}"#, names[0], names[1]);
        sheet.read(&body(["one", "two"]), 0, &interest);
        let number = sheet.mould;
        for (names, same) in [
            (["two", "one"], true),
            (["\u{e9}", "x"], true),
            // A name with a path of its own is read otherwise.
            (["odd", "x"], false),
            (["x", "odd"], false),
            ([r"\u0061", "x"], false),
            (["", "x"], false),
        ] {
            let text = body(names);
            assert_eq!(read(&mut sheet, &text, &interest), read(&mut Sheet::default(), &text, &interest), "{text}");
            assert_eq!(sheet.mould == number && sheet.mould.is_some(), same, "{text}");
        }
        assert_eq!(sheet.read(&body(["x", "x"]), 0, &interest), None, "a name twice is for others to read");
    }

    #[test]
    fn bodies_that_are_all_different_take_no_more_room() {
        let interest = interest();
        let mut sheet = Sheet::default();
        for n in 0..3000 {
            sheet.read(&format!(r#"{{"name{n}":[{}1]}}"#, "1,".repeat(n % 40)), 0, &interest);
            assert!(sheet.moulds.bytes < MOST_BYTES + 10_000);
        }
    }

    /// Values, some of which say the same in other words.
    fn value() -> impl Strategy<Value = String> {
        let scalar = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,2})?(e-?[0-9])?",
            "\"[a-z \u{e9}]{0,9}\"",
            Just(r#""\u00e9\\""#.to_owned()),
            Just(r#""a\"b""#.to_owned()),
        ];
        scalar.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
                prop::collection::vec(inner, 0..4).prop_map(|items| {
                    let names = ["a", "b", "list", "deep", "each", "odd", "ok"];
                    let from = items.len() % 4 + items.first().map_or(0, |item| item.len() % 3);
                    let names = names.iter().cycle().skip(from);
                    let members = items.iter().zip(names).map(|(item, name)| format!("\"{name}\":{item}"));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_body_that_is_poured_is_a_body_that_was_read(values in prop::collection::vec(value(), 2..40)) {
            let interest = interest();
            let mut sheet = Sheet::default();
            for (at, value) in values.iter().enumerate() {
                let other = &values[(at + 1) % values.len()];
                let text = format!(r#"{{"a": {value},"each":{other}}} "#);
                prop_assert_eq!(read(&mut sheet, &text, &interest), read(&mut Sheet::default(), &text, &interest));
                // Once more, now that there is a mould.
                prop_assert_eq!(read(&mut sheet, &text, &interest), read(&mut Sheet::default(), &text, &interest));
            }
        }
    }
}
