//! Where in a pack's file the things are that lints and samples speak of.
//!
//! The compiled types carry no places, since nothing but checking asks for them; so the text is parsed once more here.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// A part of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The whole.
    Pack,
    /// The value of a key at the top.
    Key(&'static str),
    /// A shape by its name; within it the string, where there is one like it.
    Shape(String, Option<String>),
    /// A row by its table's name and its position.
    Row(String, usize),
    /// A message rule by its id.
    Message(String),
    /// A sample by its position.
    Sample(usize),
}

/// A pack's text, parsed for places.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    table: Option<Spanned<DeTable<'t>>>,
}

impl<'t> Places<'t> {
    /// Reads the text of a pack. One that is no TOML has no places but its start.
    pub fn of(text: &'t str) -> Self {
        Self { text, table: DeTable::parse(text).ok() }
    }

    /// Line and column of a part, both from 1; where it cannot be told, of what it is part of.
    pub fn find(&self, spot: &Spot) -> (usize, usize) {
        let at = self.table.as_ref().and_then(|table| offset(table.get_ref(), spot)).unwrap_or(0);
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }
}

fn offset(pack: &DeTable<'_>, spot: &Spot) -> Option<usize> {
    match spot {
        Spot::Pack => None,
        Spot::Key(key) => pack.get(*key).map(start),
        Spot::Shape(name, text) => {
            let shape = named(pack, "shape", "name", name, Some("error"))?;
            let within = text.as_deref().and_then(|text| string(shape, text));
            Some(within.unwrap_or_else(|| start(shape)))
        }
        Spot::Row(table, position) => {
            let table = named(pack, "table", "name", table, None)?;
            let rows = table.get_ref().as_table().and_then(|table| list(table, "rows"));
            Some(start(rows.and_then(|rows| rows.get(*position)).unwrap_or(table)))
        }
        Spot::Message(id) => named(pack, "message", "id", id, None).map(start),
        Spot::Sample(position) => list(pack, "sample")?.get(*position).map(start),
    }
}

fn start(value: &Spanned<DeValue<'_>>) -> usize {
    value.span().start
}

fn list<'a, 't>(table: &'a DeTable<'t>, key: &str) -> Option<&'a DeArray<'t>> {
    table.get(key)?.get_ref().as_array()
}

/// The table in a list whose `key` is `name`; one without the key has the `usual` name.
fn named<'a, 't>(
    pack: &'a DeTable<'t>,
    kind: &str,
    key: &str,
    name: &str,
    usual: Option<&str>,
) -> Option<&'a Spanned<DeValue<'t>>> {
    list(pack, kind)?.iter().find(|value| {
        let own = value.get_ref().as_table().and_then(|table| table.get(key));
        own.map_or(usual, |own| own.get_ref().as_str()) == Some(name)
    })
}

/// Where in a value a string like this stands first.
fn string(value: &Spanned<DeValue<'_>>, text: &str) -> Option<usize> {
    let mut first: Option<usize> = None;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value.get_ref() {
            DeValue::String(own) if own == text => {
                first = Some(first.map_or(start(value), |known| known.min(start(value))));
            }
            DeValue::Array(values) => open.extend(values.iter()),
            DeValue::Table(table) => open.extend(table.values()),
            _ => {}
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let text = "id = \"a\"\nverified = 2020-01-01\n[[shape]]\ntitle = [\"x\", \"ä.y\"]\n[[shape]]\nname = \"b\"\n\
                    [[table]]\nname = \"t\"\nrows = [\n  { code = 1 },\n  { code = 2 },\n]\n[[message]]\nid = \"m\"\n\
                    [[sample]]\nbody = \"\"\n[[sample]]\nbody = \"\"\n";
        let places = Places::of(text);
        for (spot, wanted) in [
            (Spot::Pack, (1, 1)),
            (Spot::Key("verified"), (2, 12)),
            (Spot::Shape("error".into(), None), (3, 1)),
            (Spot::Shape("error".into(), Some("ä.y".into())), (4, 15)),
            (Spot::Shape("b".into(), Some("nowhere".into())), (5, 1)),
            (Spot::Row("t".into(), 1), (11, 3)),
            (Spot::Row("t".into(), 7), (7, 1)),
            (Spot::Message("m".into()), (13, 1)),
            (Spot::Sample(1), (17, 1)),
            (Spot::Sample(9), (1, 1)),
        ] {
            assert_eq!(places.find(&spot), wanted, "{spot:?}");
        }
        assert_eq!(Places::of("no toml").find(&Spot::Sample(0)), (1, 1));
    }
}
