//! Commands that read no response: `explain`, `codes`, `vendors`.

use std::io::{self, Write};

use super::{Failure, Run, unknown_vendor, written};
use crate::author;
use crate::cli::{Codes, Explain, Form, Output};
use crate::decode::Entry;
use crate::exit::Exit;
use crate::pack::model::KeyKind;
use crate::pack::{Answer, Ask, Catalog, Pack, Table};
use crate::report::{Look, entries, vendors};
use crate::text::clean;

/// Neighbours that a message names.
const NEAR: usize = 3;

impl Run<'_> {
    pub(super) fn explain(&mut self, catalog: &Catalog, explain: &Explain) -> Result<Exit, Failure> {
        let look = self.look(&explain.output);
        let mut exit = Exit::Success;
        let mut number = 0;
        for query in &explain.codes {
            let found = catalog.search(query);
            if found.is_empty() {
                let Nothing { message, hint, more } = nothing(catalog, query);
                self.error(&message, hint.as_deref());
                for lines in more.iter().filter(|_| !explain.output.quiet) {
                    let _ = writeln!(self.talk, "{lines}");
                }
                exit = Exit::Failed;
                continue;
            }
            if explain.output.quiet {
                continue;
            }
            let form = written(explain.output.form());
            if form == Form::Text && number > 0 {
                self.out.write_all(b"\n")?;
            }
            number += 1;
            match form {
                Form::Text | Form::Auto | Form::Tui => entries::explain(&mut self.out, &look, &found)?,
                _ => self.rows(form, &look, &found)?,
            }
        }
        Ok(exit)
    }

    pub(super) fn codes(&mut self, catalog: &Catalog, codes: &Codes) -> Result<Exit, Failure> {
        let pack = match &codes.vendor {
            Some(name) => Some(catalog.pack(name).ok_or_else(|| unknown_vendor(catalog, name))?),
            None => None,
        };
        let found = match &codes.search {
            Some(text) => {
                let mut found = catalog.search(&format!(":{text}"));
                found.retain(|entry| pack.is_none_or(|pack| pack.id() == entry.pack));
                sort(catalog, &mut found);
                found
            }
            None => {
                let packs = catalog.packs().iter().filter(|one| pack.is_none_or(|pack| pack.id() == one.id()));
                let tables = packs.flat_map(|pack| pack.tables().iter().map(move |table| (pack, table)));
                tables
                    .flat_map(|(pack, table)| (0..table.rows.len()).filter_map(|row| catalog.entry(pack, table, row)))
                    .collect()
            }
        };
        if found.is_empty() {
            let what = codes
                .search
                .as_ref()
                .map_or_else(|| "there are no tables".into(), |text| format!("no row has `{}`", clean(text)));
            let hint = codes.vendor.as_ref().map(|_| "leave out the vendor to search all of them".into());
            return Err(Failure::Nothing { message: what, hint });
        }
        if codes.output.quiet {
            return Ok(Exit::Success);
        }
        let look = self.table_look(&codes.output);
        self.rows(written(codes.output.form()), &look, &found)?;
        Ok(Exit::Success)
    }

    pub(super) fn vendors(&mut self, catalog: &Catalog, output: &Output) -> Result<Exit, Failure> {
        let look = self.look(output);
        match written(output.form()) {
            _ if output.quiet => {}
            Form::Json => vendors::json(&mut self.out, catalog)?,
            Form::Line => vendors::line(&mut self.out, catalog)?,
            Form::Md => vendors::markdown(&mut self.out, catalog)?,
            Form::Text | Form::Auto | Form::Tui => vendors::text(&mut self.out, &look, catalog)?,
        }
        Ok(Exit::Success)
    }

    fn rows(&mut self, form: Form, look: &Look, found: &[Entry]) -> io::Result<()> {
        match form {
            Form::Json => entries::json(&mut self.out, found),
            Form::Line => entries::line(&mut self.out, found),
            Form::Md => entries::markdown(&mut self.out, found),
            Form::Text | Form::Auto | Form::Tui => entries::table(&mut self.out, look, found),
        }
    }
}

/// Rows of one table together, tables in the order of the catalog; a search gives them by worth.
fn sort(catalog: &Catalog, found: &mut [Entry]) {
    let place = |entry: &Entry| {
        let pack = catalog.packs().iter().position(|pack| pack.id() == entry.pack);
        let table =
            catalog.pack(&entry.pack).and_then(|pack| pack.tables().iter().position(|table| table.name == entry.table));
        (pack, table, entry.row)
    };
    found.sort_by_cached_key(place);
}

/// What is said where a query finds nothing.
struct Nothing {
    message: String,
    hint: Option<String>,
    /// The family it would belong to, and rows to paste into a pack of one's own.
    more: Vec<String>,
}

/// A code that no table has: the vendor that was meant, or the rows next to it and what could be pasted.
fn nothing(catalog: &Catalog, query: &str) -> Nothing {
    let shown = clean(query);
    let (vendor, code) = match query.split_once(':') {
        Some((vendor, code)) if !vendor.is_empty() => (Some(vendor), code),
        _ => (None, query.trim_start_matches('=')),
    };
    if let Some(vendor) = vendor.filter(|vendor| catalog.pack(vendor).is_none())
        && let Failure::Usage { message, hint } = unknown_vendor(catalog, vendor)
    {
        return Nothing { message, hint: Some(hint), more: Vec::new() };
    }
    let message = format!("nothing is known about `{shown}`");
    // Words were asked for, not a code.
    if let Some(words) = code.strip_prefix(':') {
        let hint = format!("`errview codes -s '{}'` lists rows; fewer words find more", clean(words.trim()));
        return Nothing { message, hint: Some(hint), more: Vec::new() };
    }
    let named = vendor.and_then(|vendor| catalog.pack(vendor));
    let packs: Vec<&Pack> = named.map_or_else(|| catalog.packs().iter().collect(), |pack| vec![pack]);
    let number = |text: &str| text.parse::<i64>().ok();
    let mut near: Vec<(u64, String)> = Vec::new();
    let mut more = Vec::new();
    for pack in packs {
        for table in pack.tables() {
            let (family, neighbours) = match catalog.ask(pack, &table.name, taken_apart(code)) {
                Answer::Unknown { family, neighbours } => (family, neighbours),
                // The code before the slash is there.
                Answer::Known(general) => (None, vec![*general]),
            };
            if let (Some(family), Some(_)) = (family, named) {
                let (id, table) = (clean(pack.id()), clean(&table.name));
                more.push(format!("family: {} ({id}/{table})", family.clean()));
            }
            for entry in neighbours {
                let spelled = entry.code.clean();
                let far = number(code).zip(number(&spelled)).map_or(u64::MAX, |(a, b)| a.abs_diff(b));
                let title = entry.title.as_ref().filter(|title| **title != entry.code);
                let title = title.map(|title| format!(" {}", title.clean())).unwrap_or_default();
                let name = format!("{}:{spelled}", clean(&entry.pack));
                if near.iter().all(|(_, known)| !known.starts_with(&name)) {
                    near.push((far, format!("{name}{title}")));
                }
            }
        }
    }
    near.sort_by_key(|(far, _)| *far);
    near.truncate(NEAR);
    let hint = if near.is_empty() {
        format!("`errview explain :{}` searches the words of all tables", clean(code))
    } else {
        format!("near it: {}", near.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", "))
    };
    more.extend(named.and_then(|pack| stub(catalog, pack, code)));
    Nothing { message, hint: Some(hint), more }
}

/// `404/620` asks for 620 under 404.
fn taken_apart(code: &str) -> Ask<'_> {
    match code.rsplit_once('/') {
        Some((under, code)) => Ask { code, under: Some(under), ..Ask::default() },
        None => Ask { code, ..Ask::default() },
    }
}

/// A pack that adds a row for a code to a vendor that is known, to be saved among one's own and filled in.
fn stub(catalog: &Catalog, pack: &Pack, code: &str) -> Option<String> {
    let kind = |table: &&Table| match table.key {
        KeyKind::Integer => code.parse::<i64>().is_ok(),
        KeyKind::Composite => code.contains('/'),
        KeyKind::String => code.parse::<i64>().is_err() && !code.contains('/'),
    };
    let fits = || pack.tables().iter().filter(kind);
    let near = |table: &&Table| match catalog.ask(pack, &table.name, taken_apart(code)) {
        Answer::Unknown { neighbours, .. } => !neighbours.is_empty(),
        Answer::Known(_) => true,
    };
    let table = fits().find(near).or_else(|| fits().next())?;
    Some(author::addition(pack, table, code))
}
