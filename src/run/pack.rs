//! `errview pack check`, `pack new`, `pack table`: what the author of a pack needs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::packs::{self, Unread};
use super::{Failure, Run};
use crate::author::{self, Checked, Finding};
use crate::cli::{Form, PackCheck, PackNew, PackTable};
use crate::exit::Exit;
use crate::input;
use crate::pack::Catalog;
use crate::pack::source::{Compiled, parse};
use crate::report::findings;
use crate::text::{clean, plural};

/// A day after all others, where nobody knows the day: then nothing has grown old.
const NO_DAY: &str = "0000-00-00";

impl Run<'_> {
    fn today(&self) -> String {
        self.now.map_or_else(|| NO_DAY.to_owned(), author::today)
    }

    pub(super) fn pack_check(&mut self, check: &PackCheck) -> Result<Exit, Failure> {
        let own = packs::files(&self.env, &self.packs, &check.output.packs);
        let named: Vec<PathBuf> = check.files.iter().map(PathBuf::from).collect();
        let (files, known) = if named.is_empty() { (own, Vec::new()) } else { (named, own) };
        if files.is_empty() && !check.builtin {
            let folder = packs::folder(&self.env).map(|folder| clean(&folder.to_string_lossy()).into_string());
            return Err(Failure::Usage {
                message: "there is no pack to check".into(),
                hint: format!("name one, or put it into {}", folder.unwrap_or_else(|| "ERRVIEW_PACKS".into())),
            });
        }
        // A file that is checked is not known beforehand: adding it twice would hide what is wrong with it.
        let checked: Vec<_> = files.iter().filter_map(|file| fs::canonicalize(file).ok()).collect();
        let is_other = |file: &&PathBuf| fs::canonicalize(file).is_ok_and(|file| !checked.contains(&file));
        let known: Vec<PathBuf> = known.iter().filter(is_other).cloned().collect();
        let mut catalog = self.load(&known, &check.output.packs)?;
        let mut exit = Exit::Success;
        let (mut findings, mut loaded) = (Vec::new(), Vec::new());
        if check.builtin {
            loaded.extend(catalog.packs().iter().map(|pack| Checked {
                name: pack.id().to_owned(),
                text: None,
                compiled: pack.to_compiled(),
            }));
        }
        for file in &files {
            match read(file) {
                Ok(one) => loaded.push(one),
                Err(Broken::Unreadable(words)) => {
                    let _ = writeln!(self.talk, "error: {words}");
                    exit = Exit::Unreadable;
                }
                Err(Broken::Wrong(wrong)) => findings.extend(wrong),
            }
        }
        findings.extend(together(&mut catalog, &loaded));
        findings.extend(author::check(&catalog, &loaded, &self.today()));
        if !findings.is_empty() {
            exit = exit.worst(Exit::Failed);
        }
        if check.output.quiet {
            return Ok(exit);
        }
        match check.output.form() {
            Form::Json => findings::json(&mut self.out, &findings)?,
            Form::Line => findings::line(&mut self.out, &findings)?,
            _ => {
                findings::text(&mut self.out, &findings)?;
                let samples = loaded.iter().map(|one| one.compiled.samples.len()).sum();
                let found = if findings.is_empty() { "no finding".into() } else { plural(findings.len(), "finding") };
                writeln!(self.out, "{}, {}: {found}", plural(loaded.len(), "pack"), plural(samples, "sample"))?;
            }
        }
        Ok(exit)
    }

    pub(super) fn pack_new(&mut self, catalog: &Catalog, new: &PackNew) -> Result<Exit, Failure> {
        if new.file == "-" && self.terminal.stdin {
            return Err(Failure::Usage {
                message: "nothing to read".into(),
                hint: format!("`curl -si URL | errview pack new {}`, or name a file", clean(&new.id)),
            });
        }
        let gathered = match self.gather(Path::new(&new.file), input::Options::default().max_size) {
            Ok(gathered) => gathered,
            Err(error) => {
                self.error(&error.to_string(), error.hint().as_deref());
                return Ok(Exit::Unreadable);
            }
        };
        let options =
            input::Options { status: new.input.status, headers: new.input.headers.clone(), ..Default::default() };
        let responses = super::view::responses(gathered, &options);
        // Several are redirects and the like: the last is the answer.
        let Some(response) = responses.last() else { return Ok(Exit::NotUnderstood) };
        let draft = match author::draft(catalog, response, &new.id, new.name.as_deref(), &self.day()) {
            Ok(draft) => draft,
            Err(error @ author::DraftError::Id(_)) => {
                let hint = "for example `errview pack new acme < body.json`".into();
                return Err(Failure::Usage { message: error.to_string(), hint });
            }
            Err(error) => {
                self.error(&error.to_string(), Some("try it on a response that failed; `curl -f` hides bodies"));
                return Ok(Exit::NotUnderstood);
            }
        };
        self.out.write_all(draft.text.as_bytes())?;
        self.out.flush()?;
        if let Some(known) = draft.known {
            let _ = writeln!(self.talk, "note: `{}` recognises this body already", clean(&known));
        }
        for finding in draft.findings {
            let _ = writeln!(self.talk, "note: {finding}");
        }
        Ok(Exit::Success)
    }

    /// The day for a draft, which must have one.
    fn day(&self) -> String {
        author::today(self.now.unwrap_or_default())
    }

    pub(super) fn pack_table(&mut self, table: &PackTable) -> Result<Exit, Failure> {
        let gathered = match self.gather(Path::new(&table.file), input::Options::default().max_size) {
            Ok(gathered) => gathered,
            Err(error) => {
                self.error(&error.to_string(), error.hint().as_deref());
                return Ok(Exit::Unreadable);
            }
        };
        let bytes = gathered.bytes.clone();
        let named = table.columns.clone();
        let columns = author::Columns {
            code: named.code,
            title: named.title,
            meaning: named.meaning,
            action: named.action,
            family: named.family,
            http: named.http,
            retry: named.retry,
            url: named.url,
        };
        // `curl -i` may have left its head; then what follows is the list.
        let listed = author::list(&bytes, &table.table, &columns).or_else(|error| {
            let responses = super::view::responses(gathered, &input::Options::default());
            let body = responses.last().map(|response| response.body.clone()).filter(|body| body[..] != bytes);
            body.map_or(Err(error), |body| author::list(&body, &table.table, &columns))
        });
        match listed {
            Ok(listed) => {
                self.out.write_all(listed.text.as_bytes())?;
                self.out.flush()?;
                for note in listed.notes {
                    let _ = writeln!(self.talk, "note: {note}");
                }
                Ok(Exit::Success)
            }
            Err(error @ author::TableError::NoColumn { .. }) => {
                Err(Failure::Usage { message: error.to_string(), hint: error.hint() })
            }
            Err(error) => {
                self.error(&error.to_string(), Some(&error.hint()));
                Ok(Exit::NotUnderstood)
            }
        }
    }
}

/// Why a file is not among the packs that are checked.
enum Broken {
    Unreadable(String),
    Wrong(Vec<Finding>),
}

fn read(path: &Path) -> Result<Checked, Broken> {
    let file = packs::read(path).map_err(|error| match error {
        Unread::Input(error) => Broken::Unreadable(error.in_full()),
        Unread::Pack(error) => Broken::Wrong(vec![error.into()]),
    })?;
    let beside = |name: &str| fs::read_to_string(file.folder.join(name)).ok();
    match parse(&file.text, &file.name, &beside) {
        Ok(compiled) => Ok(Checked { name: file.name, text: Some(file.text), compiled }),
        Err(wrong) => Err(Broken::Wrong(wrong.into_iter().map(Finding::from).collect())),
    }
}

/// Adds packs to a catalog, then says which of their names lead nowhere.
fn together(catalog: &mut Catalog, packs: &[Checked]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (position, one) in packs.iter().enumerate().filter(|(_, one)| one.text.is_some()) {
        let id = &one.compiled.head.id;
        let adds = one.compiled.head.extends.as_ref() == Some(id);
        let earlier = packs[..position].iter().find(|other| other.compiled.head.id == *id && other.text.is_some());
        if let Some(earlier) = earlier.filter(|_| !adds) {
            findings.push(Finding {
                file: clean(&one.name).into_string(),
                place: Some((1, 1)),
                message: format!(
                    "the id `{}` is that of {} as well, which it replaces",
                    clean(id),
                    clean(&earlier.name)
                ),
                hint: Some("choose another id, or say `extends` to add to that pack".into()),
            });
        }
        catalog.add(one.compiled.clone());
    }
    let dangling = |compiled: &Compiled| catalog.unresolved(&compiled.references);
    findings.extend(packs.iter().flat_map(|one| dangling(&one.compiled)).map(Finding::from));
    findings
}
