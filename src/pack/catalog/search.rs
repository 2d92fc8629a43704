//! Looking for a code or words in all tables: to offer, never to choose.

use super::answer::texts;
use super::{Catalog, Entry, Pack};
use crate::pack::Rank;
use crate::pack::alike;
use crate::pack::code::{common, fingerprint, is_common, key};
use crate::pack::fold::fold;
use crate::pack::model::{Table, Words};

/// How a row fits a query; earlier is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// It is the code, in a vendor's table.
    Code,
    /// It is the code, in a standard's or a framework's table.
    Standard,
    /// It is one part of a composite code.
    Part,
    /// The code starts with it.
    Prefix,
    /// The words are in the title.
    Title,
    /// The words are in what is said about the code.
    Text,
}

/// A row that fits a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// How it fits.
    pub how: Match,
    /// The row.
    pub entry: Entry,
}

/// A query, taken apart.
#[derive(Debug, PartialEq)]
struct Query<'a> {
    pack: Option<&'a str>,
    /// `=`: the code and nothing else.
    exact: bool,
    /// `:`: words and nothing else.
    words_only: bool,
    text: String,
}

impl Catalog {
    /// The same code in the tables of other packs than `except`: to offer, never to choose. Vendors first.
    ///
    /// Tables that only repeat HTTP statuses with a vendor's remarks are left out: the same status means the same
    /// everywhere.
    pub fn same_code(&self, code: &str, except: Option<&str>) -> Vec<Entry> {
        let code = common(code);
        let fingerprint = fingerprint(&code);
        let packs = self.packs().iter().filter(|pack| Some(pack.id()) != except);
        let mut entries: Vec<Entry> = Vec::new();
        for pack in packs {
            for table in pack.tables_with(fingerprint) {
                // Rows that differ only in the method are one code.
                let row = table.rows.iter().position(|row| is_common(row.code.source(), &code));
                entries.extend(row.and_then(|row| self.entry(pack, table, row)));
            }
        }
        entries
    }

    /// Rows for a query as people type it: `1001`, `0x3E9`, `vendor:1001` (any pack id or alias), `400/620`, `=exact`,
    /// `:words`, words. Best first; words match code, title, messages, meaning, in that order of worth.
    pub fn search(&self, query: &str) -> Vec<Entry> {
        self.find(query).into_iter().map(|hit| hit.entry).collect()
    }

    /// As [`Catalog::search`], with how each row fits.
    pub fn find(&self, query: &str) -> Vec<Hit> {
        let query = self.read(query);
        if query.text.is_empty() && query.pack.is_none() {
            return Vec::new();
        }
        let packs = self.packs().iter().filter(|pack| query.pack.is_none_or(|id| id == pack.id()));
        let mut hits = Vec::new();
        for pack in packs {
            for table in pack.tables() {
                let rows = 0..table.rows.len();
                hits.extend(rows.filter_map(|row| self.hit(&query, pack, table, row)));
            }
        }
        // Who types a whole code means this code, not longer ones or texts that mention it.
        if hits.iter().any(|hit| matches!(hit.how, Match::Code | Match::Standard)) {
            hits.retain(|hit| matches!(hit.how, Match::Code | Match::Standard | Match::Part));
        }
        // Stable: within one kind of match the order of packs, tables and rows stays.
        hits.sort_by_key(|hit| hit.how);
        hits
    }

    /// The row whose code is most like a mistyped one; of numbers none, where every digit means something else.
    pub fn alike(&self, query: &str) -> Option<Entry> {
        let asked = self.read(query);
        if asked.text.bytes().all(|byte| !byte.is_ascii_alphabetic()) {
            return None;
        }
        let most = (asked.text.chars().count() / 3).min(4);
        let packs = self.packs().iter().filter(|pack| asked.pack.is_none_or(|id| id == pack.id()));
        let rows =
            packs.flat_map(|pack| pack.tables().iter().map(move |table| (pack, table))).flat_map(|(pack, table)| {
                let distance = |code: &str| alike::distance(&asked.text, code);
                table.rows.iter().enumerate().map(move |(at, row)| (distance(row.code.source()), pack, table, at))
            });
        let (_, pack, table, row) = rows.filter(|(far, ..)| *far <= most).min_by_key(|(far, ..)| *far)?;
        self.entry(pack, table, row)
    }

    fn read<'c>(&'c self, query: &str) -> Query<'c> {
        let mut text = query.trim();
        let mut pack = None;
        if let Some((name, rest)) = text.split_once(':')
            && let Some(named) = self.pack(name.trim())
        {
            pack = Some(named.id());
            text = rest.trim();
        }
        let exact = text.strip_prefix('=').map(str::trim);
        let words = text.strip_prefix(':').map(str::trim);
        Query {
            pack,
            exact: exact.is_some(),
            words_only: words.is_some(),
            text: exact.or(words).unwrap_or(text).to_owned(),
        }
    }

    fn hit(&self, query: &Query<'_>, pack: &Pack, table: &Table, row: usize) -> Option<Hit> {
        if query.text.is_empty() {
            return Some(Hit { how: Match::Code, entry: self.entry(pack, table, row)? });
        }
        if !query.words_only
            && let Some(how) = by_code(query, pack, table, table.rows[row].code.source())
        {
            return Some(Hit { how, entry: self.entry(pack, table, row)? });
        }
        if query.exact {
            return None;
        }
        let entry = self.entry(pack, table, row)?;
        let how = by_words(&query.text, &entry)?;
        Some(Hit { how, entry })
    }
}

fn by_code(query: &Query<'_>, pack: &Pack, table: &Table, code: &str) -> Option<Match> {
    let asked = query.text.as_str();
    let hex = asked.strip_prefix("0x").or_else(|| asked.strip_prefix("0X"));
    let hex = hex.and_then(|digits| i64::from_str_radix(digits, 16).ok()).map(|number| number.to_string());
    let same = |asked: &str| key(table, asked) == key(table, code) || asked.eq_ignore_ascii_case(code);
    if same(asked) || hex.as_deref().is_some_and(same) {
        let ours = pack.tag().rank == Rank::Vendor;
        return Some(if ours { Match::Code } else { Match::Standard });
    }
    if query.exact {
        return None;
    }
    if code.split('/').any(|part| part.eq_ignore_ascii_case(asked)) {
        return Some(Match::Part);
    }
    let start = code.get(..asked.len()).is_some_and(|start| start.eq_ignore_ascii_case(asked));
    start.then_some(Match::Prefix)
}

/// Every word of the query must be in the title, or in title, code and texts together.
fn by_words(query: &str, entry: &Entry) -> Option<Match> {
    let folded = fold(query);
    let words: Vec<&str> = folded.as_str().split(' ').filter(|word| !word.is_empty()).collect();
    let (titles, others) = texts(entry);
    let joined = |texts: &[&Words]| {
        let folded: Vec<String> = texts.iter().map(|text| fold(text.source()).as_str().to_owned()).collect();
        folded.join("\n")
    };
    let title = joined(&titles);
    if words.iter().all(|word| contains(&title, word)) {
        return Some(Match::Title);
    }
    let all = format!("{title}\n{}\n{}", fold(entry.code.source()).as_str(), joined(&others));
    words.iter().all(|word| contains(&all, word)).then_some(Match::Text)
}

/// Numbers are found as whole words only: `10` is not in `1000`.
fn contains(text: &str, word: &str) -> bool {
    if !word.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.contains(word);
    }
    text.match_indices(word).any(|(at, _)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !digit(text[..at].chars().next_back()) && !digit(text[at + word.len()..].chars().next())
    })
}
