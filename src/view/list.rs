//! Several responses: one line and one verdict each, all of them or those that somebody looks for.

use super::shelf::Shelf;
use super::{Cursor, Mark, Reading};
use crate::secrets::Secrets;
use crate::text::{Clean, clean};

/// One row.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// Where it came from.
    pub source: Clean,
    /// The line there, with a colon before it.
    pub line: Clean,
    /// The verdict.
    pub mark: Mark,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The vendor's name.
    pub vendor: Clean,
    /// The most specific code.
    pub code: Clean,
    /// What happened.
    pub summary: Clean,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Selection and scroll position.
    pub cursor: Cursor,
    problems_only: bool,
    words: String,
    chosen: Option<Chosen>,
    /// The rows on screen, from the first on.
    rows: Vec<(usize, ListRow)>,
    secrets: Secrets,
}

/// The responses that are wanted.
#[derive(Clone, Debug, Default)]
struct Chosen {
    all: Vec<u32>,
    /// How many have been looked at.
    seen: usize,
    /// The state of the shelf that this is about.
    changes: usize,
    /// Whether a kind holds the words, for those that were met.
    kinds: Vec<Option<bool>>,
}

impl List {
    /// Whether only problems are listed.
    pub fn problems_only(&self) -> bool {
        self.problems_only
    }

    /// The words that rows are filtered by.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// How many responses are listed.
    pub fn len(&self, shelf: &Shelf) -> usize {
        self.chosen.as_ref().map_or(shelf.len(), |chosen| chosen.all.len())
    }

    /// The response in a row.
    pub fn at(&self, shelf: &Shelf, row: usize) -> Option<usize> {
        match &self.chosen {
            Some(chosen) => chosen.all.get(row).map(|at| *at as usize),
            None => (row < shelf.len()).then_some(row),
        }
    }

    /// The selected response.
    pub fn selected(&self, shelf: &Shelf) -> Option<usize> {
        self.at(shelf, self.cursor.at())
    }

    /// Selects a response, or the next one that is listed.
    pub fn select(&mut self, at: usize) {
        self.cursor.set(match &self.chosen {
            Some(chosen) => chosen.all.partition_point(|other| (*other as usize) < at),
            None => at,
        });
    }

    /// Whether the last row is selected: who is there is shown what comes.
    pub fn is_at_end(&self, shelf: &Shelf) -> bool {
        let len = self.len(shelf);
        len > 1 && self.cursor.at() + 1 >= len
    }

    /// Lists only problems, or all again.
    pub fn toggle_problems(&mut self, shelf: &Shelf) {
        self.problems_only = !self.problems_only;
        self.choose(shelf);
    }

    /// Lists only what these words occur in: in the vendor, the code, the status or the verdict.
    pub fn filter(&mut self, shelf: &Shelf, words: &str) {
        self.words = words.to_lowercase();
        self.choose(shelf);
    }

    /// Follows the selected response to where it stands now.
    pub fn carry(&mut self, shelf: &Shelf, moved: impl Fn(usize) -> usize) {
        let row = self.cursor.at();
        let before = self.chosen.as_ref().map_or(Some(row), |chosen| chosen.all.get(row).map(|at| *at as usize));
        self.rows.clear();
        self.look(shelf);
        before.into_iter().for_each(|at| self.select(moved(at)));
    }

    fn choose(&mut self, shelf: &Shelf) {
        let selected = self.selected(shelf);
        let all = !self.problems_only && self.words.is_empty();
        self.chosen = (!all).then(|| Chosen { changes: shelf.changes(), ..Chosen::default() });
        self.look(shelf);
        self.select(selected.unwrap_or(0));
    }

    /// Looks at responses that were not looked at yet.
    fn look(&mut self, shelf: &Shelf) {
        let Some(chosen) = &mut self.chosen else { return };
        if chosen.changes != shelf.changes() {
            *chosen = Chosen { changes: shelf.changes(), ..Chosen::default() };
        }
        for at in chosen.seen..shelf.len() {
            let (Some(mark), Some(kind)) = (shelf.mark(at), shelf.kind_of(at)) else { continue };
            if self.problems_only && mark == Mark::Ok {
                continue;
            }
            if chosen.kinds.len() <= kind {
                chosen.kinds.resize(kind + 1, None);
            }
            let by_kind = || shelf.kinds().get(kind).is_some_and(|kind| kind.name.to_lowercase().contains(&self.words));
            let fits = *chosen.kinds[kind].get_or_insert_with(by_kind);
            if fits || mark.headline().to_lowercase().contains(&self.words) {
                chosen.all.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        chosen.seen = shelf.len();
    }

    /// Goes to the next or previous problem; tells whether there is one.
    pub fn step(&mut self, shelf: &Shelf, forward: bool) -> bool {
        let is_problem = |row: &usize| self.at(shelf, *row).and_then(|at| shelf.mark(at)).is_some_and(Mark::is_problem);
        let here = self.cursor.at();
        let found = match forward {
            true => (here + 1..self.len(shelf)).find(is_problem).or_else(|| (0..here).find(is_problem)),
            false => (0..here).rev().find(is_problem).or_else(|| (here + 1..self.len(shelf)).rev().find(is_problem)),
        };
        found.into_iter().for_each(|row| self.cursor.set(row));
        found.is_some()
    }

    /// Brings the rows of a screen up to date; `read` makes a response again that is not at hand.
    pub fn fit(&mut self, shelf: &Shelf, secrets: Secrets, height: usize, read: impl Fn(usize) -> Option<Reading>) {
        self.look(shelf);
        let len = self.len(shelf);
        self.cursor.fit(len, height);
        let known = if self.secrets == secrets { std::mem::take(&mut self.rows) } else { Vec::new() };
        let on_screen = self.cursor.top()..len.min(self.cursor.top() + height);
        self.rows = on_screen
            .filter_map(|number| {
                let at = self.at(shelf, number)?;
                if let Some(reading) = shelf.get(at) {
                    return Some((at, row(reading, secrets)));
                }
                let same = known.iter().find(|(known, _)| *known == at);
                let row = same.map(|(_, row)| row.clone()).or_else(|| Some(row(&read(at)?, secrets)))?;
                Some((at, row))
            })
            .collect();
        self.secrets = secrets;
    }

    /// What all rows on screen came from, where that is one thing.
    pub fn origin(&self) -> Option<&Clean> {
        let first = &self.rows.first()?.1.source;
        self.rows.iter().all(|(_, row)| row.source == *first).then_some(first)
    }

    /// The rows on screen.
    pub fn rows(&self) -> impl Iterator<Item = &ListRow> {
        self.rows.iter().map(|(_, row)| row)
    }
}

/// The row of one response.
fn row(reading: &Reading, secrets: Secrets) -> ListRow {
    let decoded = &reading.decoded;
    ListRow {
        source: decoded.source.name.clean(),
        line: clean(&format!(":{}", decoded.source.line)),
        mark: reading.mark(),
        status: decoded.http.status,
        vendor: decoded.vendor.as_ref().map(|vendor| vendor.name.clean()).unwrap_or_default(),
        code: decoded.codes.last().map(|code| code.code.clean()).unwrap_or_default(),
        summary: secrets.mask(&decoded.summary).clean(),
    }
}
