//! What was said of bodies that read alike, remembered: the short way of the short way.
//!
//! The responses of a log are few forms with other ids, dates and numbers in them. What is said of one depends on its
//! form, on the values that decide something (codes, cases, known sentences: `places::Use` tells them) and, letter for letter,
//! on texts that are merely repeated. So what was written once is kept as a [`Template`] with holes for these texts, by a
//! key of everything else; the next body of that key costs a look-up and a few copies.
//!
//! Nothing is guessed: a text goes into a hole only where nothing could react to it (no credential in it, no known
//! sentence, no second body); any other is part of the key. A template is made from the same body with other texts, and
//! kept only if it gives back, byte for byte, what the long way wrote.

mod ear;
mod plan;
mod reading;
mod template;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::rc::Rc;

use smallvec::SmallVec;

use self::ear::Ear;
use self::plan::Plan;
use self::reading::{CREDIT, Hole, Reading, What};
use self::template::{Filling, Made, Template};
use super::batch::Done;
use crate::decode::{self, Decoder, Depth};
use crate::detect::{Index, Mixer, Recognised};
use crate::document::{NodeId, Page, Sheet};
use crate::exit::Exit;
use crate::input::Response;
use crate::report::summary::Summary;
use crate::secrets::{self, Secrets};

/// What is written of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing: it is counted, or only the exit code speaks of it.
    Nothing,
    Line,
    Json,
}

/// What the long way came to for one response.
pub(super) struct Said<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) exit: Exit,
    pub(super) summary: Summary,
}

/// Templates take at most so many bytes; then everything is forgotten.
const MOST_BYTES: usize = 6 << 20;
/// And there are at most so many keys that were met once.
const MOST_MET: usize = 1 << 16;
/// Moulds whose plans are remembered, and plans for each.
const MOST_MOULDS: usize = 4096;
const MOST_PLANS: usize = 4;
/// Names whose nature is remembered.
const MOST_TEXTS: usize = 4096;

/// What is remembered.
pub(super) struct Recall<'i, 'c> {
    index: &'i Index<'c>,
    written: Written,
    depth: Depth,
    secrets: Secrets,
    /// Who listens to the texts of each pack's bodies, by its id.
    ears: Vec<(Option<&'c str>, Rc<Ear<'c>>)>,
    readings: HashMap<usize, Rc<Reading<'c>>, Mixer>,
    templates: Vec<Template>,
    known: HashMap<Box<[u8]>, Known, Mixer>,
    /// Hashes of keys that were met: only what comes again is worth a template.
    met: HashSet<u64, Mixer>,
    names: Names,
    /// How many bodies were like one before, less those that were like none.
    repeats: i32,
    /// What to do with bodies of a mould.
    plans: HashMap<usize, Vec<Plan<'c>>, Mixer>,
    bytes: usize,
    spare: Sheet,
    key: Vec<u8>,
    words: Vec<u64>,
}

/// What is known of a key.
#[derive(Clone, Debug, Default)]
struct Known {
    template: Option<usize>,
    /// Parts of a body of that key that said what stands beside them: where there is no template, and for bodies that it
    /// does not suit, they are part of a longer key.
    spelled: Box<[usize]>,
}

/// What is known of a body.
pub(super) enum Found {
    /// The template of its key.
    Template(usize),
    /// Nothing; whether a template is worth making.
    Nothing { learn: bool },
}

/// The text of a part, where it stands in a hole.
type Text<'p> = Option<Cow<'p, str>>;

/// The texts of a body by their parts, of which most bodies have few.
type Texts<'p> = SmallVec<[Text<'p>; 8]>;

/// One body, as far as its key tells.
pub(super) struct Body<'p> {
    pub(super) page: Page<'p>,
    /// The texts that decide nothing, by the position of their part.
    texts: Vec<Text<'p>>,
    /// Parts that are in the key although they decide nothing.
    spelled: Vec<usize>,
}

/// Keys get longer so many times.
const ROUNDS: usize = 4;

impl Body<'_> {
    /// What a template is filled with for this body.
    fn filling(&self, task: &template::Task<'_, '_, '_>, template: &Template, reading: &Reading<'_>) -> Filling<'_> {
        let usage = || task.decoder.usage(task.response, &self.page, &reading.ranking);
        template.filling(&self.texts, self.page.text().len(), usage)
    }

    /// The open parts whose words are compared with others.
    fn sentences(&self, reading: &Reading<'_>) -> Box<[usize]> {
        let parts = reading.parts.iter().zip(&self.texts).enumerate();
        let clashing = parts.filter(|(_, (part, text))| text.is_some() && part.hole().is_some_and(Hole::clashing));
        clashing.map(|(at, _)| at).collect()
    }
}

impl<'i, 'c> Recall<'i, 'c> {
    pub(super) fn new(index: &'i Index<'c>, written: Written, depth: Depth, secrets: Secrets) -> Self {
        Self {
            index,
            written,
            depth,
            secrets,
            ears: Vec::new(),
            readings: HashMap::default(),
            templates: Vec::new(),
            known: HashMap::default(),
            met: HashSet::default(),
            repeats: 0,
            names: Names { secrets, known: HashMap::default() },
            plans: HashMap::default(),
            bytes: 0,
            spare: Sheet::default(),
            key: Vec::new(),
            words: Vec::new(),
        }
    }

    /// How a body of that ranking is read.
    pub(super) fn reading(
        &mut self,
        recognised: &Recognised<'c>,
        page: &Page<'_>,
        response: &Response,
    ) -> Rc<Reading<'c>> {
        if let Some(reading) = self.readings.get(&recognised.number) {
            return Rc::clone(reading);
        }
        if self.readings.len() >= MOST_TEXTS {
            self.readings.clear();
        }
        let (pack, _) = decode::read_with(&recognised.ranking);
        let (catalog, id) = (self.index.catalog(), pack.map(|pack| pack.id()));
        let ear = match self.ears.iter().find(|(known, _)| *known == id) {
            Some((_, ear)) => Rc::clone(ear),
            None => {
                let ear = Rc::new(Ear::new(catalog, pack, self.written, self.secrets));
                self.ears.push((id, Rc::clone(&ear)));
                ear
            }
        };
        let reading = Rc::new(Reading::new(self.index, recognised, page, response, self.depth, &ear));
        self.readings.insert(recognised.number, Rc::clone(&reading));
        reading
    }

    /// Looks for what was said of a body like this one.
    pub(super) fn find<'p>(&mut self, reading: &Reading<'c>, page: Page<'p>) -> (Found, Body<'p>) {
        let mut body = Body { page, texts: Vec::with_capacity(reading.parts.len()), spelled: Vec::new() };
        if self.met.len() >= MOST_MET {
            self.met.clear();
        }
        for _ in 0..ROUNDS {
            self.lay_out(reading, &mut body);
            let Some(known) = self.known.get(self.key.as_slice()) else {
                let again = !self.met.insert(Mixer::default().hash_one(Bytes(&self.key)));
                self.repeats = (self.repeats + if again { 1 } else { -1 }).clamp(-CREDIT, CREDIT);
                // Where most bodies come again, so will one that is met for the first time.
                let worth = self.repeats > 0 && reading.record.is_good();
                return (Found::Nothing { learn: again || worth }, body);
            };
            let before = body.spelled.len();
            match known.template {
                None => body.spelled.extend_from_slice(&known.spelled),
                Some(at) => match self.templates[at].clashes(reading, &body.texts) {
                    clashing if clashing.is_empty() => return (Found::Template(at), body),
                    clashing => body.spelled.extend(clashing),
                },
            }
            if body.spelled.len() == before {
                break;
            }
        }
        (Found::Nothing { learn: false }, body)
    }

    /// Makes the key of a body.
    fn lay_out(&mut self, reading: &Reading<'c>, body: &mut Body<'_>) {
        self.key.clear();
        self.key.extend_from_slice(&reading.number.to_le_bytes());
        body.texts.clear();
        for (at, part) in reading.parts.iter().enumerate() {
            let kept = body.page.kept_at(part.node);
            let spelled = body.spelled.contains(&at);
            let text = match part.what {
                What::Value => None,
                _ if spelled => None,
                What::Hole(hole) => {
                    let text = body.page.string(&kept);
                    reading.ear.fits(hole, &text, &reading.nouns).then_some(text)
                }
                What::Name { decides } => {
                    let name = kept.name.map_or("", |span| &body.page.text()[span.start..span.end]);
                    let fits = !decides && self.names.fit(name);
                    fits.then_some(Cow::Borrowed(name))
                }
            };
            if text.is_some() {
                self.key.extend_from_slice(&u32::MAX.to_le_bytes());
            } else {
                let span = match part.what {
                    What::Name { .. } => kept.name.unwrap_or(kept.span),
                    _ => kept.span,
                };
                let spelled = &body.page.text().as_bytes()[span.start..span.end];
                self.key.extend_from_slice(&(spelled.len() as u32).to_le_bytes());
                self.key.extend_from_slice(spelled);
            }
            body.texts.push(text);
        }
    }

    /// Makes a template of what was said of a body, which is the one that was looked for last.
    pub(super) fn learn(
        &mut self,
        decoder: &Decoder<'i, 'c>,
        reading: &Reading<'c>,
        body: &Body<'_>,
        response: &Response,
        said: &Said<'_>,
    ) {
        let task = self.task(decoder, response);
        let mut known = Known::default();
        reading.record.made();
        match Template::make(&task, &mut self.spare, reading, body, said) {
            Made::Template(template) => {
                self.bytes += template.size();
                known.template = Some(self.templates.len());
                self.templates.push(*template);
            }
            Made::Clash(clashing) => known.spelled = clashing,
            // It may help to leave no sentence open.
            Made::Nothing => known.spelled = body.sentences(reading),
        }
        self.bytes += self.key.len() + size_of::<Known>() + size_of_val(&known.spelled);
        self.known.insert(self.key.as_slice().into(), known);
    }

    fn task<'t>(&self, decoder: &'t Decoder<'i, 'c>, response: &'t Response) -> template::Task<'t, 'i, 'c> {
        template::Task { decoder, index: self.index, written: self.written, secrets: self.secrets, response }
    }

    /// Says of a body what its template says.
    pub(super) fn say(
        &mut self,
        at: usize,
        decoder: &Decoder<'i, 'c>,
        reading: &Reading<'c>,
        body: &Body<'_>,
        response: &Response,
        done: &mut Done,
    ) -> Exit {
        note_use(&mut self.templates[at], reading, &mut self.repeats, done);
        if self.written != Written::Nothing {
            let task = self.task(decoder, response);
            let filling = body.filling(&task, &self.templates[at], reading);
            self.templates[at].fill(&task, &filling, &mut done.bytes, &mut done.numbers);
        }
        self.templates[at].exit
    }

    /// Says of the body on a sheet what its values tell, where there is a plan for bodies that are spelled so.
    pub(super) fn shortcut(
        &mut self,
        decoder: &Decoder<'i, 'c>,
        sheet: &mut Sheet,
        text: &str,
        response: &Response,
        done: &mut Done,
    ) -> Option<Exit> {
        let (mould, slots) = sheet.poured()?;
        let task = self.task(decoder, response);
        let Self { index, written, plans, templates, names, key, words, repeats, .. } = self;
        for plan in plans.get_mut(&mould).into_iter().flatten() {
            plan.lay_out(index, text, slots, words, key);
            let plan: &Plan<'_> = plan;
            let Some(template) = plan.template(key).and_then(|at| templates.get_mut(at)) else { continue };
            let mut texts = Texts::new();
            if *written != Written::Nothing {
                texts.resize_with(plan.reading.parts.len(), || None);
            }
            let fit = plan.texts(text, slots, names, |part, said| {
                // There are none where nothing is written.
                if let Some(place) = texts.get_mut(part) {
                    *place = Some(said);
                }
            });
            if !fit || !template.clashes(&plan.reading, &texts).is_empty() {
                continue;
            }
            if *written != Written::Nothing {
                let filling = template.filling(&texts, text.len(), || {
                    let slots = sheet.poured().map_or(&[][..], |(_, slots)| slots);
                    match plan.usage(decoder, text, slots) {
                        Some(usage) => usage,
                        None => decoder.usage(response, &sheet.page(text), &plan.reading.ranking),
                    }
                });
                template.fill(&task, &filling, &mut done.bytes, &mut done.numbers);
            }
            note_use(template, &plan.reading, repeats, done);
            return Some(template.exit);
        }
        None
    }

    /// Remembers that a template suits a body, by its values alone.
    pub(super) fn plan(
        &mut self,
        at: usize,
        decoder: &Decoder<'i, 'c>,
        reading: &Rc<Reading<'c>>,
        body: &Body<'_>,
        response: &Response,
        asked: &[NodeId],
    ) {
        let Some((mould, slots)) = body.page.poured() else { return };
        let Some(mut plan) = Plan::new(self.index, reading, body, asked, slots) else { return };
        if reading.counters {
            plan.count(decoder, body, response, slots);
        }
        plan.lay_out(self.index, body.page.text(), slots, &mut self.words, &mut self.key);
        if self.plans.len() >= MOST_MOULDS {
            self.plans.clear();
        }
        let plans = self.plans.entry(mould).or_default();
        let place = match plans.iter().position(|known| known.is_like(&plan)) {
            Some(place) => place,
            None if plans.len() < MOST_PLANS => {
                plans.push(plan);
                plans.len() - 1
            }
            None => return,
        };
        self.bytes += self.key.len() + 64;
        plans[place].learn(&self.key, at);
    }

    /// Whether a template has yet to show that it is right about a second body.
    pub(super) fn is_on_trial(&self, at: usize, reading: &Reading<'c>) -> bool {
        self.written != Written::Nothing && self.templates[at].on_trial && reading.record.is_on_trial()
    }

    /// Compares what a template says of a body with what the long way said.
    pub(super) fn try_out(
        &mut self,
        at: usize,
        decoder: &Decoder<'i, 'c>,
        reading: &Reading<'c>,
        body: &Body<'_>,
        response: &Response,
        said: &Said<'_>,
    ) {
        let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
        let template = &self.templates[at];
        let task = self.task(decoder, response);
        template.fill(&task, &body.filling(&task, template, reading), &mut bytes, &mut numbers);
        let right = (bytes.as_slice(), template.exit, &template.summary) == (said.bytes, said.exit, &said.summary);
        self.templates[at].on_trial = false;
        reading.record.tried(right);
        if !right && let Some(known) = self.known.get_mut(self.key.as_slice()) {
            *known = Known::default();
        }
    }

    /// Adds what was met since the last time to what was counted.
    pub(super) fn count(&mut self, summary: &mut Summary) {
        for template in self.templates.iter_mut().filter(|template| template.uses > 0) {
            summary.add_times(&template.summary, std::mem::take(&mut template.uses), template.since);
        }
    }

    /// Whether it has become much.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES
    }

    /// Forgets everything. What was met has to be counted before.
    pub(super) fn forget(&mut self) {
        self.templates.clear();
        self.plans.clear();
        self.known.clear();
        self.bytes = 0;
    }
}

/// Notes everywhere that a template was used for the next response.
fn note_use(template: &mut Template, reading: &Reading<'_>, repeats: &mut i32, done: &Done) {
    template.note_use(done.place());
    reading.record.used();
    *repeats = (*repeats + 1).min(CREDIT);
}

/// Which names may stand in a hole.
struct Names {
    secrets: Secrets,
    known: HashMap<Box<str>, bool, Mixer>,
}

impl Names {
    /// Whether one may: it is spelled the same everywhere, hides no value behind it, and does not look like one that we
    /// gave by counting.
    fn fit(&mut self, name: &str) -> bool {
        if let Some(fits) = self.known.get(name) {
            return *fits;
        }
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let fits = (1..=64).contains(&name.len())
            && name.bytes().all(letter)
            && !name.ends_with(|c: char| c.is_ascii_digit())
            && !secrets::is_secret(name)
            && !self.secrets.has_any(&name.into());
        if self.known.len() >= MOST_TEXTS {
            self.known.clear();
        }
        self.known.insert(name.into(), fits);
        fits
    }
}

/// Bytes that hash as one.
struct Bytes<'b>(&'b [u8]);

impl Hash for Bytes<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write(self.0);
    }
}
