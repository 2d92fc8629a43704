//! Every place of a body that a form looks at, as paths from its root, and what it is looked at for.

use super::{Clause, CodeRule, ItemRule, LabelRule, LinkRule, OutcomeRule, Place, Shape, Test, Type};
use crate::document::path::Path;

/// What a place of a body is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A condition looks whether it is there and of what kind; nothing is read.
    Held,
    /// Only whether it is there and of what kind counts, or no report for programs has it.
    Kind,
    /// Its value decides something: a code, a case, a status.
    Decides,
    /// Its name decides something.
    NameDecides,
    /// A condition compares it with words; evidence quotes them.
    Compared,
    /// A condition matches it; evidence quotes it.
    Matched,
    /// It is compared with the sentences that packs know, and shown.
    Sentence,
    /// It is shown.
    Shown,
    /// It names what stands beside it.
    Label,
    /// It is shown in the whole report only.
    Copied,
    /// The same, an id.
    Id,
    /// An address.
    Link,
    /// A counter or the moment it starts anew.
    Counter,
}

/// Paths, gathered from rules.
struct Places<'f> {
    /// Told each path.
    tell: &'f mut dyn FnMut(Path, Use),
    /// What relative paths are relative to.
    base: Path,
}

impl Shape {
    /// Tells every path that recognising and reading this form can ask for and what for, some of them several times.
    pub fn places(&self, tell: &mut dyn FnMut(Path, Use)) {
        let mut places = Places { tell, base: Path::default() };
        for clause in [&self.require, &self.forbid, &self.hint].into_iter().flatten() {
            places.condition(clause);
        }
        places.outcome(&self.outcome);
        places.codes(&self.codes);
        places.places(&self.title, Use::Sentence);
        places.places(&self.detail, Use::Kind);
        places.places(&self.request_id, Use::Copied);
        places.places(&self.retry_after, Use::Decides);
        places.paths(&self.http, Use::Decides);
        places.paths(&self.location, Use::Kind);
        places.paths(&self.time, Use::Kind);
        self.retry.iter().for_each(|rule| places.places(&rule.place, Use::Decides));
        self.who.iter().for_each(|rule| places.places(&rule.place, Use::Decides));
        places.links(&self.links);
        for rule in &self.messages {
            // Where it is a text itself, it is the message.
            let mut inner = places.under(&rule.each, Use::Shown);
            inner.paths(&rule.text, Use::Shown);
            inner.paths(&rule.severity, Use::Decides);
            inner.paths(&rule.time, Use::Copied);
            inner.paths(&rule.id, Use::Kind);
            inner.labels(&rule.field);
            inner.links(&rule.links);
        }
        for rule in &self.usage {
            let all = [&rule.used, &rule.limit, &rule.remaining, &rule.reset, &rule.since];
            all.into_iter().flatten().for_each(|path| places.path(path, Use::Counter));
        }
        for rule in &self.items {
            places.item(rule);
        }
    }
}

impl Places<'_> {
    fn path(&mut self, path: &Path, used: Use) {
        let path = self.join(path);
        (self.tell)(path, used);
    }

    fn join(&self, path: &Path) -> Path {
        let base: &[_] = if path.absolute { &[] } else { &self.base.steps };
        Path { absolute: false, steps: base.iter().chain(&path.steps).cloned().collect() }
    }

    fn under(&mut self, each: &Path, used: Use) -> Places<'_> {
        self.path(each, used);
        let base = self.join(each);
        Places { tell: &mut *self.tell, base }
    }

    fn paths(&mut self, paths: &[Path], used: Use) {
        paths.iter().for_each(|path| self.path(path, used));
    }

    fn places(&mut self, places: &[Place], used: Use) {
        for place in places {
            if let Place::Body(path) = place {
                self.path(path, used);
            }
        }
    }

    /// A condition that speaks for a form.
    fn condition(&mut self, clause: &Clause) {
        for condition in clause {
            let used = match condition.test {
                Test::Matches(_) => Use::Matched,
                Test::Is(_) | Test::In(_) => Use::Compared,
                Test::Exists | Test::Type(_) => Use::Held,
            };
            self.places(std::slice::from_ref(&condition.place), used);
        }
    }

    /// Conditions on which a reading depends.
    fn when(&mut self, clauses: &[Clause]) {
        for condition in clauses.iter().flatten() {
            let by_kind = match condition.test {
                Test::Exists => true,
                Test::Type(wanted) => wanted != Type::Integer,
                _ => false,
            };
            self.places(std::slice::from_ref(&condition.place), if by_kind { Use::Kind } else { Use::Decides });
        }
    }

    fn outcome(&mut self, rules: &[OutcomeRule]) {
        for rule in rules {
            match rule {
                OutcomeRule::Value { place, .. } => self.places(place, Use::Decides),
                OutcomeRule::When { require, .. } => self.when(require),
                OutcomeRule::Fixed(_) | OutcomeRule::Items | OutcomeRule::Codes | OutcomeRule::Http => {}
            }
        }
    }

    fn codes(&mut self, rules: &[CodeRule]) {
        for rule in rules {
            let used = if rule.key { Use::NameDecides } else { Use::Decides };
            self.places(std::slice::from_ref(&rule.place), used);
            rule.under.iter().for_each(|path| self.path(path, Use::Decides));
        }
    }

    fn labels(&mut self, rules: &[LabelRule]) {
        for rule in rules {
            if let LabelRule::Path(path) = rule {
                self.path(path, Use::Label);
            }
        }
    }

    fn links(&mut self, rules: &[LinkRule]) {
        for rule in rules {
            let mut inner = self.under(&rule.each, Use::Kind);
            inner.path(&rule.href, Use::Link);
            rule.title.iter().for_each(|path| inner.path(path, Use::Copied));
        }
    }

    fn item(&mut self, rule: &ItemRule) {
        let mut inner = self.under(&rule.each, Use::Kind);
        inner.when(&rule.when);
        inner.labels(&rule.label);
        inner.outcome(&rule.outcome);
        inner.codes(&rule.codes);
        inner.paths(&rule.text, Use::Sentence);
        inner.paths(&rule.location, Use::Kind);
        inner.paths(&rule.ids, Use::Id);
        inner.paths(&rule.note, Use::Shown);
        inner.paths(&rule.url, Use::Kind);
        rule.retry.iter().for_each(|retry| inner.places(&retry.place, Use::Decides));
        // A pack nests items once, so this does not follow any input's depth.
        rule.items.iter().for_each(|nested| inner.item(nested));
    }
}
