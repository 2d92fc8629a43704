//! What a table says of a code: its row with all that it inherits, or what stands near it.

use std::collections::HashSet;

use super::{Answer, Ask, Catalog, Entry, Pack};
use crate::pack::alike;
use crate::pack::code::{Key, key, number};
use crate::pack::fold::fold;
use crate::pack::model::{Family, KeyKind, Row, Table, Words};

/// Longest chain of base tables or parents; packs refer to each other, so a circle is possible.
const LONGEST_CHAIN: usize = 8;

/// Most rows offered beside an unknown word.
const MOST_ALIKE: usize = 3;

impl Catalog {
    /// Asks a table of a pack (`table`, or `pack/table` of another) for a code.
    pub fn ask(&self, pack: &Pack, table: &str, ask: Ask<'_>) -> Answer {
        let chain = self.chain(pack, table);
        // Table by table, not code by code: what the vendor says of the general code beats what somebody else's table
        // says of a number that happens to be the same.
        for (pack, table) in &chain {
            for code in spellings(ask) {
                if let Some(row) = choose(pack, table, &code, ask)
                    && let Some(entry) = self.entry(pack, table, row)
                {
                    return Answer::Known(Box::new(entry));
                }
            }
        }
        self.unknown(&chain, ask)
    }

    /// The row at a position of a table, with all that it inherits.
    pub fn entry(&self, pack: &Pack, table: &Table, row: usize) -> Option<Entry> {
        let own = table.rows.get(row)?;
        let mut filled = Row::clone(own);
        let mut family = family(table, own.code.source());
        for parent in parents(pack, table, own) {
            fill(&mut filled, parent);
            family = family.or_else(|| self::family(table, parent.code.source()));
        }
        if let Some(family) = family {
            let title = filled.title.take();
            fill(&mut filled, &family.row);
            filled.title = title;
        }
        // A base fills in what a row leaves out, but it is not where the row is from.
        let source = filled.source.take().or_else(|| table.source.clone()).or_else(|| pack.head().source.clone());
        let (url, confidence) = (filled.url.take(), filled.confidence.take());
        for (pack, table) in self.chain_of_bases(pack, table) {
            if let Some(position) = choose(pack, table, own.code.source(), of_method(own)) {
                fill(&mut filled, &table.rows[position]);
            }
        }
        Some(Entry {
            pack: pack.id().to_owned(),
            pack_name: pack.head().name.clone(),
            table: table.name.clone(),
            table_title: table.title.clone(),
            row,
            code: filled.code,
            family: family.and_then(|family| family.row.title.clone()),
            title: filled.title,
            messages: filled.messages,
            meaning: filled.meaning,
            action: filled.action,
            who: filled.who,
            retry: filled.retry,
            http: filled.http,
            outcome: filled.outcome,
            applies: filled.applies,
            see: filled.see,
            url,
            source,
            confidence: confidence.unwrap_or_default(),
        })
    }

    /// The table and its bases, nearest first.
    fn chain<'c>(&'c self, pack: &'c Pack, table: &str) -> Vec<(&'c Pack, &'c Table)> {
        let Some((pack, table)) = self.named(pack, table) else { return Vec::new() };
        std::iter::once((pack, table)).chain(self.chain_of_bases(pack, table)).collect()
    }

    fn chain_of_bases<'c>(&'c self, pack: &'c Pack, table: &'c Table) -> Vec<(&'c Pack, &'c Table)> {
        let mut chain = Vec::new();
        let mut next = (pack, table);
        while let Some(base) = &next.1.base
            && chain.len() < LONGEST_CHAIN
        {
            let Some(found) = self.named(next.0, base) else { break };
            chain.push(found);
            next = found;
        }
        chain
    }

    fn named<'c>(&'c self, pack: &'c Pack, table: &str) -> Option<(&'c Pack, &'c Table)> {
        let (pack, table) = match table.split_once('/') {
            Some((id, table)) => (self.packs().iter().find(|pack| pack.id() == id)?, table),
            None => (pack, table),
        };
        Some((pack, pack.table(table)?))
    }

    fn unknown(&self, chain: &[(&Pack, &Table)], ask: Ask<'_>) -> Answer {
        let families = chain.iter().flat_map(|(_, table)| spellings(ask).into_iter().map(move |code| (table, code)));
        let family = families.into_iter().find_map(|(table, code)| family(table, &code)?.row.title.clone());
        let neighbours = match chain.first() {
            Some((pack, table)) => {
                near(table, ask).into_iter().filter_map(|row| self.entry(pack, table, row)).collect()
            }
            None => Vec::new(),
        };
        Answer::Unknown { family, neighbours }
    }
}

/// The forms in which a code is looked for, most specific first.
fn spellings(ask: Ask<'_>) -> Vec<String> {
    let mut spellings = Vec::with_capacity(3);
    let under = ask.under.map(str::trim).filter(|under| !under.is_empty());
    if let Some(under) = under {
        spellings.push(format!("{under}/{}", ask.code.trim()));
    }
    spellings.push(ask.code.trim().to_owned());
    spellings.extend(under.map(str::to_owned));
    spellings.retain(|spelling| !spelling.is_empty());
    spellings
}

/// The row of a code: one for the method that was used beats one for any, and one for another method does not answer.
/// Where the method is not known, a row that names one is better than none. Of several that would do, the one that lists
/// the server's sentence.
fn choose(pack: &Pack, table: &Table, code: &str, ask: Ask<'_>) -> Option<usize> {
    let rows = pack.rows(table, code);
    let method = |row: usize| table.rows[row].method.as_deref();
    let fits =
        |row: usize| matches!((method(row), ask.method), (Some(own), Some(asked)) if own.eq_ignore_ascii_case(asked));
    let any = |row: usize| method(row).is_none();
    let of = |kind: &dyn Fn(usize) -> bool| {
        let rows = || rows.iter().copied().filter(|row| kind(*row));
        let said = || rows().find(|row| says(&table.rows[*row], ask.said));
        if rows().nth(1).is_some() { said().or_else(|| rows().next()) } else { rows().next() }
    };
    of(&fits).or_else(|| of(&any)).or_else(|| of(&|_| ask.method.is_none()))
}

/// Whether a row lists the server's sentence, or the server's text has one of its sentences in it.
fn says(row: &Row, said: Option<&str>) -> bool {
    let plain = |text: &str| fold(text).as_str().trim_end_matches('.').to_owned();
    let Some(said) = said.map(plain) else { return false };
    row.messages
        .iter()
        .map(|message| plain(message.source()))
        .any(|message| !message.is_empty() && said.contains(&message))
}

/// What a row asks of its base or its parent: the row for the same method.
fn of_method(row: &Row) -> Ask<'_> {
    Ask { method: row.method.as_deref(), ..Ask::default() }
}

/// The rows whose gaps-fillers a row names, nearest first.
fn parents<'t>(pack: &Pack, table: &'t Table, row: &'t Row) -> Vec<&'t Row> {
    let mut parents: Vec<&Row> = Vec::new();
    let mut seen = HashSet::from([key(table, row.code.source())]);
    let mut next = row.parent.as_ref();
    while let Some(code) = next
        && parents.len() < LONGEST_CHAIN
        && seen.insert(key(table, code.source()))
    {
        let Some(position) = choose(pack, table, code.source(), of_method(row)) else { break };
        let parent = &table.rows[position];
        parents.push(parent);
        next = parent.parent.as_ref();
    }
    parents
}

/// Takes over what is missing.
fn fill(row: &mut Row, from: &Row) {
    fn take<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
        if own.is_none() {
            own.clone_from(other);
        }
    }
    fn take_list<T: Clone>(own: &mut Vec<T>, other: &[T]) {
        if own.is_empty() {
            *own = other.to_vec();
        }
    }
    take(&mut row.title, &from.title);
    take_list(&mut row.messages, &from.messages);
    take(&mut row.meaning, &from.meaning);
    take(&mut row.action, &from.action);
    take(&mut row.who, &from.who);
    take(&mut row.retry, &from.retry);
    take(&mut row.http, &from.http);
    take(&mut row.outcome, &from.outcome);
    take(&mut row.applies, &from.applies);
    take_list(&mut row.see, &from.see);
    take(&mut row.url, &from.url);
    take(&mut row.source, &from.source);
    take(&mut row.confidence, &from.confidence);
}

/// The family of a code: the range it is in, or the longest prefix.
fn family<'t>(table: &'t Table, code: &str) -> Option<&'t Family> {
    let number = number(code.trim());
    let ranged = table.families.iter().find(|family| match (family.from, family.to, number) {
        (Some(from), Some(to), Some(number)) => (from..=to).contains(&number),
        _ => false,
    });
    let length = |family: &&Family| family.prefix.as_ref().map_or(0, String::len);
    let starts = |family: &&Family| {
        family.prefix.as_deref().is_some_and(|prefix| {
            if table.fold { code.to_lowercase().starts_with(&prefix.to_lowercase()) } else { code.starts_with(prefix) }
        })
    };
    ranged.or_else(|| table.families.iter().filter(starts).max_by_key(length))
}

/// The rows next to a code that is not there: for numbers the one below and the one above, for words the most alike.
fn near(table: &Table, ask: Ask<'_>) -> Vec<usize> {
    let code = ask.code.trim();
    let Some(asked) = number(code) else { return alike_rows(table, code) };
    let under = ask.under.map(|under| key(table, under)).filter(|_| table.key == KeyKind::Composite);
    let mut below: Option<(i64, usize)> = None;
    let mut above: Option<(i64, usize)> = None;
    for (position, row) in table.rows.iter().enumerate() {
        let Some(found) = comparable(table, row.code.source(), under.as_ref()) else { continue };
        if found.abs_diff(asked) > far(asked) {
            continue;
        }
        if found < asked && below.is_none_or(|(best, _)| found > best) {
            below = Some((found, position));
        }
        if found > asked && above.is_none_or(|(best, _)| found < best) {
            above = Some((found, position));
        }
    }
    below.into_iter().chain(above).map(|(_, position)| position).collect()
}

/// Farther away than this a number is no neighbour: a tenth, at least a hundred.
fn far(asked: i64) -> u64 {
    (asked.unsigned_abs() / 10).max(100)
}

/// The number of a row that an asked number can stand beside: under the same general code, where there is one.
fn comparable(table: &Table, code: &str, under: Option<&Key>) -> Option<i64> {
    match (under, code.rsplit_once('/')) {
        (Some(under), Some((general, own))) if key(table, general) == *under => number(own.trim()),
        (None, None) => number(code.trim()),
        _ => None,
    }
}

/// The rows most like a word: few letters differ, or one starts with the other.
fn alike_rows(table: &Table, code: &str) -> Vec<usize> {
    let length = code.chars().count();
    let mut scored: Vec<(usize, usize)> = Vec::new();
    for (position, row) in table.rows.iter().enumerate() {
        let other = row.code.source();
        let distance = alike::distance(code, other);
        let prefixed = length >= 4 && other.len() >= 4 && (starts(other, code) || starts(code, other));
        if prefixed || distance <= (length / 3).max(1) {
            scored.push((distance, position));
        }
    }
    scored.sort_unstable();
    scored.into_iter().take(MOST_ALIKE).map(|(_, position)| position).collect()
}

fn starts(text: &str, with: &str) -> bool {
    text.to_lowercase().starts_with(&with.to_lowercase())
}

/// The words of an entry that people search in, title first.
pub(super) fn texts(entry: &Entry) -> (Vec<&Words>, Vec<&Words>) {
    let title = entry.title.iter().chain(&entry.family).collect();
    let text = entry.messages.iter().chain(&entry.meaning).chain(&entry.action).chain(&entry.applies).collect();
    (title, text)
}
