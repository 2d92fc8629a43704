//! The packs that are built in, as data; and what broken packs get to hear.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use errview::pack::source::parse;
use errview::pack::{Catalog, PackErrorKind, Rank};

/// Every `tests/bad-packs/*.toml` is wrong in one way; what it gets to hear stands in the `.txt` beside it.
/// `ERRVIEW_ACCEPT=1` writes those.
#[test]
fn broken_packs_hear_what_is_wrong() {
    let accept = std::env::var_os("ERRVIEW_ACCEPT").is_some();
    let mut kinds = HashSet::new();
    for file in toml_files("tests/bad-packs") {
        let text = fs::read_to_string(&file).expect("readable");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let folder = file.parent().expect("a folder");
        let read = |sample: &str| fs::read_to_string(folder.join(sample)).ok();
        let errors = match parse(&text, &name, &read) {
            Ok(compiled) => Catalog::builtin().unresolved(&compiled.references),
            Err(errors) => errors,
        };
        assert!(!errors.is_empty(), "{name} is right");
        kinds.extend(errors.iter().map(|error| error.kind));
        let told: String = errors.iter().map(|error| error.in_full() + "\n").collect();
        assert!(!told.contains(|c: char| c.is_control() && c != '\n'), "{name} sends controls to the terminal");
        let golden = file.with_extension("txt");
        if accept {
            fs::write(&golden, &told).expect("writable");
        }
        let wanted = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(told, wanted, "{name}; run with ERRVIEW_ACCEPT=1 to accept");
    }
    use PackErrorKind::*;
    for kind in
        [Syntax, Format, UnknownKey, MissingKey, Type, Value, Path, Pattern, Template, Duplicate, Reference, Sample]
    {
        assert!(kinds.contains(&kind), "no broken pack for {kind:?}");
    }
}

/// What the build packed is what the files say.
#[test]
fn every_file_is_built_in() {
    let catalog = Catalog::builtin();
    let files = toml_files("assets/packs");
    assert_eq!(catalog.packs().len(), files.len());
    for file in files {
        let id = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("readable");
        let folder = file.parent().expect("a folder");
        let compiled = parse(&text, &id, &|sample| fs::read_to_string(folder.join(sample)).ok()).expect("a right pack");
        let pack = catalog.pack(&id).unwrap_or_else(|| panic!("{id}: the file is named like its pack"));
        assert_eq!(pack.tables().len(), compiled.content.tables.len(), "{id}");
        assert_eq!(pack.messages().len(), compiled.content.messages.len(), "{id}");
        assert_eq!(pack.samples().len(), compiled.samples.len(), "{id}");
        let packed = |head| postcard::to_allocvec(head).expect("packs");
        assert!(packed(pack.head()) == packed(&compiled.head), "{id}");
        let dangling: Vec<_> = catalog.unresolved(&compiled.references).iter().map(ToString::to_string).collect();
        assert!(dangling.is_empty(), "{dangling:?}");
    }
}

/// Nobody has to take a built-in pack's word for it.
#[test]
fn every_pack_says_where_it_is_from() {
    let mut wrong = Vec::new();
    let catalog = Catalog::builtin();
    let mut names = HashSet::new();
    for pack in catalog.packs() {
        let (id, head) = (pack.id(), pack.head());
        let mut say = |what: &str| wrong.push(format!("{id}: {what}"));
        for (what, text) in [("docs", &head.docs), ("source", &head.source), ("missing", &head.missing)] {
            if text.is_none() {
                say(&format!("no `{what}`"));
            }
        }
        if head.verified.is_none() {
            say("no `verified`");
        }
        for name in std::iter::once(&head.id).chain(&head.aliases) {
            if !names.insert(name.to_lowercase()) {
                say(&format!("the name `{name}` is somebody else's"));
            }
        }
        if pack.samples().is_empty() {
            say("no sample");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rows are complete enough to be shown, and clean.
#[test]
fn every_row_can_be_shown() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for pack in catalog.packs() {
        for table in pack.tables() {
            for position in 0..table.rows.len() {
                let entry = catalog.entry(pack, table, position).expect("a row that is there");
                let place = format!("{}/{} {}", pack.id(), table.name, entry.code.source());
                if entry.title.is_none() {
                    wrong.push(format!("{place}: no title"));
                }
                if entry.source.is_none() {
                    wrong.push(format!("{place}: no source"));
                }
                let texts = [&entry.title, &entry.meaning, &entry.action, &entry.url, &entry.source, &entry.applies];
                for text in texts.into_iter().flatten().chain(&entry.messages).chain(&entry.see).chain([&entry.code]) {
                    if !text.clean().shown().is_empty() {
                        wrong.push(format!("{place}: {text:?} has invisible characters"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} troubles:\n{}", wrong.len(), wrong.join("\n"));
}

/// Tables that say no more than the vendor's words, and why.
const BARE: [(&str, &str); 1] =
    [("kaltura/codes", "its texts are under a licence that we cannot copy from; 500 names")];

/// What a vendor's row says must help: what it means or what to do.
#[test]
fn most_rows_explain_themselves() {
    let catalog = Catalog::builtin();
    for pack in catalog.packs().iter().filter(|pack| pack.head().rank == Rank::Vendor) {
        for table in pack.tables().iter().filter(|table| table.rows.len() >= 10) {
            let entries: Vec<_> = (0..table.rows.len()).filter_map(|row| catalog.entry(pack, table, row)).collect();
            let helpful = entries.iter().filter(|entry| entry.meaning.is_some() || entry.action.is_some()).count();
            let (id, name, all) = (pack.id(), &table.name, entries.len());
            let bare = BARE.iter().any(|(table, _)| *table == format!("{id}/{name}"));
            assert!(bare || helpful * 2 >= all, "{id}/{name}: only {helpful} of {all} rows say more than the title");
        }
    }
}

/// Each table finds its own rows again, and says so of a row only under its own code.
#[test]
fn every_row_is_found_by_its_code() {
    use errview::pack::{Answer, Ask};
    let catalog = Catalog::builtin();
    for pack in catalog.packs() {
        for table in pack.tables() {
            for row in table.rows.iter() {
                let ask = Ask { code: row.code.source(), method: row.method.as_deref(), ..Ask::default() };
                let Answer::Known(found) = catalog.ask(pack, &table.name, ask) else {
                    panic!("{}/{} does not know its {}", pack.id(), table.name, row.code.source());
                };
                assert_eq!((found.pack.as_str(), &found.table), (pack.id(), &table.name));
                assert_eq!(&table.rows[found.row].code, &row.code);
            }
        }
    }
}

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&root).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} is empty");
    files
}

/// What `errview pack check --builtin` says, and with places: nothing. Whatever the day is: facts that grow old are for
/// who looks after them, not for a test that was green yesterday.
#[test]
fn built_in_packs_have_no_finding() {
    use errview::author::{Checked, check};
    let catalog = Catalog::builtin();
    let mut packs = Vec::new();
    for file in toml_files("assets/packs") {
        let text = fs::read_to_string(&file).expect("readable");
        let folder = file.parent().expect("a folder");
        let name = format!("assets/packs/{}", file.file_name().expect("a name").to_string_lossy());
        let compiled = parse(&text, &name, &|sample| fs::read_to_string(folder.join(sample)).ok()).expect("right");
        packs.push(Checked { name, text: Some(text), compiled });
    }
    let day = packs.iter().filter_map(|pack| pack.compiled.head.verified.clone()).max().unwrap_or_default();
    let findings: Vec<String> = check(&catalog, &packs, &day).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// A pack with one sample has tested one shape, and mostly one way of it.
#[test]
fn every_pack_has_two_samples() {
    let catalog = Catalog::builtin();
    let few = catalog.packs().iter().filter(|pack| pack.samples().len() < 2);
    let few: Vec<&str> = few.map(|pack| pack.id()).collect();
    assert!(few.is_empty(), "fewer than two samples: {}", few.join(", "));
}
