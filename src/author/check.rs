//! Packs checked as a whole: their samples run, every sample against every pack, and what is doubtful in them.

use std::fmt;

use crate::decode::sample::{self, Rival};
use crate::pack::check::{Places, Spot, lint};
use crate::pack::source::Compiled;
use crate::pack::{Catalog, Pack, PackError};
use crate::text::clean;

/// A pack that is to be checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The name of its file, or what else to call it.
    pub name: String,
    /// The text, for places; a built-in pack has none.
    pub text: Option<String>,
    /// What became of it.
    pub compiled: Compiled,
}

/// Something that the author of a pack should look at. All of it is fit for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file's name.
    pub file: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// What is found: lower case, values in backticks.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl From<PackError> for Finding {
    fn from(error: PackError) -> Self {
        let PackError { file, line, column, message, hint, .. } = error;
        Self { file, place: Some((line, column)), message, hint }
    }
}

/// Checks packs that `catalog` already knows. `today` is a date, `YYYY-MM-DD`.
pub fn check(catalog: &Catalog, packs: &[Checked], today: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for checked in packs {
        let mut own = Notes::of(checked);
        for (position, one) in checked.compiled.samples.iter().enumerate() {
            let Some(pack) = catalog.pack(&checked.compiled.head.id) else { continue };
            samples(catalog, pack, position, one, &mut own);
        }
        for lint in lint(&checked.compiled, today) {
            own.add(&lint.spot, lint.to_string(), lint.kind.hint());
        }
        others(catalog, packs, checked, &mut own);
        findings.extend(own.finish());
    }
    findings
}

fn samples(catalog: &Catalog, pack: &Pack, position: usize, one: &crate::pack::model::Sample, own: &mut Notes<'_>) {
    let spot = Spot::Sample(position);
    let number = position + 1;
    for wrong in sample::check(catalog, pack, one) {
        let hint = "mend the shape, or the `expect` if what was found is right";
        own.add(&spot, format!("sample {number}: {}", clean(&wrong)), hint);
    }
    for rival in sample::rivals(catalog, pack, one) {
        let message = format!("sample {number}: `{}` claims it as well ({})", clean(&rival.pack), confidences(&rival));
        own.add(&spot, message, DISTINGUISH);
    }
}

const DISTINGUISH: &str = "require what only this vendor sends, `forbid` what the other one has, or say `extends`";

fn confidences(rival: &Rival) -> String {
    format!("{}, against {}", rival.confidence.id(), rival.own.id())
}

/// Samples of packs that are not checked themselves, but are claimed by this one.
fn others(catalog: &Catalog, packs: &[Checked], checked: &Checked, own: &mut Notes<'_>) {
    let id = &checked.compiled.head.id;
    // Cheaper than asking all packs about all samples: what it does not claim on its own it does not claim.
    let alone = Catalog::of([checked.compiled.clone()]);
    for pack in catalog.packs() {
        if packs.iter().any(|other| other.compiled.head.id == pack.id()) {
            continue;
        }
        for (position, one) in pack.samples().iter().enumerate().filter(|(_, one)| sample::is_claimed(&alone, one)) {
            for rival in sample::rivals(catalog, pack, one).into_iter().filter(|rival| rival.pack == *id) {
                let (number, other) = (position + 1, clean(pack.id()));
                let words = confidences(&rival);
                let message = format!("shape `{}` claims sample {number} of `{other}` ({words})", clean(&rival.shape));
                own.add(&Spot::Shape(rival.shape, None), message, DISTINGUISH);
            }
        }
    }
}

/// Findings in one file.
struct Notes<'a> {
    name: String,
    places: Option<Places<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Notes<'a> {
    fn of(checked: &'a Checked) -> Self {
        let places = checked.text.as_deref().map(Places::of);
        Self { name: clean(&checked.name).into_string(), places, findings: Vec::new() }
    }

    fn add(&mut self, spot: &Spot, message: String, hint: &str) {
        let place = self.places.as_ref().map(|places| places.find(spot));
        let finding = Finding { file: self.name.clone(), place, message, hint: Some(hint.to_owned()) };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.place);
        self.findings
    }
}
