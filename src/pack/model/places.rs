//! Every place of a body that a form looks at, as paths from its root.

use super::{Clause, CodeRule, ItemRule, LabelRule, LinkRule, OutcomeRule, Place, Shape};
use crate::document::path::Path;

/// Paths, gathered from rules.
struct Places<'f> {
    /// Told each path.
    tell: &'f mut dyn FnMut(Path),
    /// What relative paths are relative to.
    base: Path,
}

impl Shape {
    /// Tells every path that recognising and reading this form can ask for, some of them several times.
    pub fn places(&self, tell: &mut dyn FnMut(Path)) {
        let mut places = Places { tell, base: Path::default() };
        for clauses in [&self.require, &self.forbid, &self.hint] {
            places.clauses(clauses);
        }
        places.outcome(&self.outcome);
        places.codes(&self.codes);
        for list in [&self.title, &self.detail, &self.request_id, &self.retry_after] {
            places.places(list);
        }
        for list in [&self.http, &self.location, &self.time] {
            places.paths(list);
        }
        self.retry.iter().for_each(|rule| places.places(&rule.place));
        self.who.iter().for_each(|rule| places.places(&rule.place));
        places.links(&self.links);
        for rule in &self.messages {
            let mut inner = places.under(&rule.each);
            for list in [&rule.text, &rule.severity, &rule.time, &rule.id] {
                inner.paths(list);
            }
            inner.labels(&rule.field);
            inner.links(&rule.links);
        }
        for rule in &self.usage {
            let all = [&rule.used, &rule.limit, &rule.remaining, &rule.reset, &rule.since];
            all.into_iter().flatten().for_each(|path| places.path(path));
        }
        for rule in &self.items {
            places.item(rule);
        }
    }
}

impl Places<'_> {
    fn path(&mut self, path: &Path) {
        let path = self.join(path);
        (self.tell)(path);
    }

    fn join(&self, path: &Path) -> Path {
        let base: &[_] = if path.absolute { &[] } else { &self.base.steps };
        Path { absolute: false, steps: base.iter().chain(&path.steps).cloned().collect() }
    }

    fn under(&mut self, each: &Path) -> Places<'_> {
        self.path(each);
        let base = self.join(each);
        Places { tell: &mut *self.tell, base }
    }

    fn paths(&mut self, paths: &[Path]) {
        paths.iter().for_each(|path| self.path(path));
    }

    fn places(&mut self, places: &[Place]) {
        for place in places {
            if let Place::Body(path) = place {
                self.path(path);
            }
        }
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for condition in clauses.iter().flatten() {
            self.places(std::slice::from_ref(&condition.place));
        }
    }

    fn outcome(&mut self, rules: &[OutcomeRule]) {
        for rule in rules {
            match rule {
                OutcomeRule::Value { place, .. } => self.places(place),
                OutcomeRule::When { require, .. } => self.clauses(require),
                OutcomeRule::Fixed(_) | OutcomeRule::Items | OutcomeRule::Codes | OutcomeRule::Http => {}
            }
        }
    }

    fn codes(&mut self, rules: &[CodeRule]) {
        for rule in rules {
            self.places(std::slice::from_ref(&rule.place));
            rule.under.iter().for_each(|path| self.path(path));
        }
    }

    fn labels(&mut self, rules: &[LabelRule]) {
        for rule in rules {
            if let LabelRule::Path(path) = rule {
                self.path(path);
            }
        }
    }

    fn links(&mut self, rules: &[LinkRule]) {
        for rule in rules {
            let mut inner = self.under(&rule.each);
            inner.path(&rule.href);
            rule.title.iter().for_each(|path| inner.path(path));
        }
    }

    fn item(&mut self, rule: &ItemRule) {
        let mut inner = self.under(&rule.each);
        inner.clauses(&rule.when);
        inner.labels(&rule.label);
        inner.outcome(&rule.outcome);
        inner.codes(&rule.codes);
        for list in [&rule.text, &rule.location, &rule.ids, &rule.note, &rule.url] {
            inner.paths(list);
        }
        rule.retry.iter().for_each(|retry| inner.places(&retry.place));
        // A pack nests items once, so this does not follow any input's depth.
        rule.items.iter().for_each(|nested| inner.item(nested));
    }
}
