//! What is known: every pack with how it is recognised, its tables, source and date.

use std::io::{self, Write};

use serde::Serialize;

use super::block::Page;
use super::json::{SCHEMA, put};
use super::markdown::escape;
use super::{Look, Role};
use crate::detect::Held;
use crate::pack::model::{Condition, Head, Shape};
use crate::pack::{Catalog, Lifecycle, Pack, Rank};
use crate::text::{clean, plural};

/// Shapes that the text names; the JSON objects have all.
const MANY: usize = 6;

/// Blocks for people.
pub fn text(out: &mut dyn Write, look: &Look, catalog: &Catalog) -> io::Result<()> {
    let mut page = Page::new(out, *look);
    for (at, pack) in catalog.packs().iter().enumerate() {
        let head = pack.head();
        if at > 0 {
            page.blank()?;
        }
        let mut about = format!("  {}", rank_id(head.rank));
        if head.lifecycle == Lifecycle::Retired {
            about.push_str(", switched off");
        }
        let name = format!("  {}", head.name.clean());
        page.line(0, &[(Role::Note, &clean(&head.id)), (Role::Strong, &name), (Role::Quiet, &about)])?;
        for shape in head.shapes.iter().take(MANY) {
            page.field(2, "recognised by", &format!("{}: {}", clean(&shape.name), recognised(shape)), None)?;
        }
        if head.shapes.len() > MANY {
            let more = format!("{} {} more", look.style.ellipsis(), head.shapes.len() - MANY);
            page.field(2, "", &more, None)?;
        }
        let tables: Vec<_> = pack
            .tables()
            .iter()
            .map(|table| format!("{} ({})", clean(&table.name), plural(table.rows.len(), "row")))
            .collect();
        if !tables.is_empty() {
            page.field(2, "tables", &tables.join(", "), None)?;
        }
        if let Some(source) = &head.source {
            page.field(2, "source", &source.clean(), verified(head).as_deref())?;
        }
        if let Some(missing) = &head.missing {
            page.field(2, "not covered", &missing.clean(), None)?;
        }
    }
    Ok(())
}

fn verified(head: &Head) -> Option<String> {
    head.verified.as_ref().map(|date| format!("verified {}", clean(date)))
}

#[derive(Serialize)]
struct Known {
    schema: u32,
    id: String,
    name: String,
    aliases: Vec<String>,
    rank: &'static str,
    retired: bool,
    hosts: Vec<String>,
    recognised_by: Vec<Recognised>,
    tables: Vec<TableRow>,
    docs: Option<String>,
    source: Option<String>,
    verified: Option<String>,
    missing: Option<String>,
}

#[derive(Serialize)]
struct Recognised {
    shape: String,
    by: String,
}

#[derive(Serialize)]
struct TableRow {
    name: String,
    title: String,
    rows: usize,
}

/// One JSON object a pack.
pub fn json(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    for pack in catalog.packs() {
        put(out, &known(pack))?;
    }
    Ok(())
}

fn known(pack: &Pack) -> Known {
    let head = pack.head();
    let plain = |text: &String| clean(text).into_string();
    let words = |words: &Option<crate::pack::model::Words>| words.as_ref().map(|words| words.clean().into_string());
    Known {
        schema: SCHEMA,
        id: plain(&head.id),
        name: head.name.clean().into_string(),
        aliases: head.aliases.iter().map(plain).collect(),
        rank: rank_id(head.rank),
        retired: head.lifecycle == Lifecycle::Retired,
        hosts: head.hosts.iter().map(plain).collect(),
        recognised_by: head
            .shapes
            .iter()
            .map(|shape| Recognised { shape: plain(&shape.name), by: recognised(shape) })
            .collect(),
        tables: pack
            .tables()
            .iter()
            .map(|table| TableRow {
                name: plain(&table.name),
                title: table.title.clean().into_string(),
                rows: table.rows.len(),
            })
            .collect(),
        docs: words(&head.docs),
        source: words(&head.source),
        verified: head.verified.as_ref().map(plain),
        missing: words(&head.missing),
    }
}

/// Id, name, rank, rows, date, source: tab-separated.
pub fn line(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    for pack in catalog.packs() {
        let head = pack.head();
        let source = head.source.as_ref().map_or_else(|| "-".into(), |source| source.clean().into_string());
        let date = head.verified.as_ref().map_or_else(|| "-".into(), |date| clean(date).into_string());
        let (id, name, rank) = (clean(&head.id), head.name.clean(), rank_id(head.rank));
        writeln!(out, "{id}\t{name}\t{rank}\t{}\t{date}\t{source}", rows(pack))?;
    }
    Ok(())
}

/// A Markdown table.
pub fn markdown(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    writeln!(out, "| id | name | rank | rows | verified |\n|---|---|---|---|---|")?;
    for pack in catalog.packs() {
        let head = pack.head();
        let date = head.verified.as_ref().map(|date| escape(&clean(date))).unwrap_or_default();
        let (id, name) = (escape(&clean(&head.id)), escape(&head.name.clean()));
        writeln!(out, "| {id} | {name} | {} | {} | {date} |", rank_id(head.rank), rows(pack))?;
    }
    Ok(())
}

fn rows(pack: &Pack) -> usize {
    pack.tables().iter().map(|table| table.rows.len()).sum()
}

fn rank_id(rank: Rank) -> &'static str {
    match rank {
        Rank::Generic => "generic",
        Rank::Framework => "framework",
        Rank::Standard => "standard",
        Rank::Vendor => "vendor",
    }
}

/// The conditions of a shape in words.
fn recognised(shape: &Shape) -> String {
    let mut clauses: Vec<_> = shape.require.iter().map(|clause| join(clause, " or ")).collect();
    if !shape.only.is_empty() {
        let keys: Vec<_> = shape.only.iter().map(|key| clean(key).into_string()).collect();
        clauses.push(format!("no keys but {}", keys.join(", ")));
    }
    clauses.extend(shape.forbid.iter().map(|clause| format!("not {}", join(clause, " nor "))));
    if clauses.is_empty() {
        clauses.push("choosing it, or the host".into());
    }
    clauses.join("; ")
}

fn join(clause: &[Condition], between: &str) -> String {
    clause.iter().map(|one| Held::wanted(one).why.clean().into_string()).collect::<Vec<_>>().join(between)
}
