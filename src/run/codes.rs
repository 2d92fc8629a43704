//! Commands that read no response: `explain`, `codes`, `vendors`.

use std::io;

use super::{Failure, Run, unknown_vendor, written};
use crate::cli::{Codes, Explain, Form, Output};
use crate::decode::Entry;
use crate::exit::Exit;
use crate::pack::{Answer, Ask, Catalog};
use crate::report::{Look, entries, vendors};

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
                let (message, hint) = nothing(catalog, query);
                self.error(&message, hint.as_deref());
                exit = Exit::Failed;
                continue;
            }
            if explain.output.quiet {
                continue;
            }
            let form = written(explain.output.form());
            if form == Form::Text && number > 0 {
                io::Write::write_all(&mut self.out, b"\n")?;
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
            let what = codes.search.as_ref().map_or_else(
                || "there are no tables".into(),
                |text| format!("no row has `{}`", crate::text::clean(text)),
            );
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

/// What to say where a query finds nothing: the vendor that was meant, or the rows next to it.
fn nothing(catalog: &Catalog, query: &str) -> (String, Option<String>) {
    let shown = crate::text::clean(query);
    let (vendor, code) = match query.split_once(':') {
        Some((vendor, code)) if !vendor.is_empty() => (Some(vendor), code),
        _ => (None, query.trim_start_matches(['=', ':'])),
    };
    if let Some(vendor) = vendor.filter(|vendor| catalog.pack(vendor).is_none())
        && let Failure::Usage { message, hint } = unknown_vendor(catalog, vendor)
    {
        return (message, Some(hint));
    }
    let packs = match vendor {
        Some(vendor) => catalog.pack(vendor).into_iter().collect::<Vec<_>>(),
        None => catalog.packs().iter().collect(),
    };
    let number = |text: &str| text.parse::<i64>().ok();
    let mut near: Vec<(u64, String)> = Vec::new();
    for pack in packs {
        for table in pack.tables() {
            let Answer::Unknown { neighbours, .. } = catalog.ask(pack, &table.name, Ask { code, ..Ask::default() })
            else {
                continue;
            };
            for entry in neighbours {
                let spelled = entry.code.clean();
                let far = number(code).zip(number(&spelled)).map_or(u64::MAX, |(a, b)| a.abs_diff(b));
                let name = format!("{}:{spelled}", crate::text::clean(&entry.pack));
                if near.iter().all(|(_, known)| *known != name) {
                    near.push((far, name));
                }
            }
        }
    }
    near.sort_by_key(|(far, _)| *far);
    near.truncate(NEAR);
    let hint = if near.is_empty() {
        format!("`errview explain :{}` searches the words of all tables", crate::text::clean(code))
    } else {
        format!("near it: {}", near.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", "))
    };
    (format!("nothing is known about `{shown}`"), Some(hint))
}
