//! Prepares the built-in packs: each `assets/packs/*.toml` goes through the same `source` that users' packs go through,
//! and is stored packed, so that starting errview parses no TOML. A broken pack breaks the build, with its place.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// What `text` is at run time, as far as the shared files need it; here nothing is shown but to the builder.
#[expect(dead_code, unreachable_pub, reason = "files shared with the library; the build needs a part of them")]
#[path = "src/text"]
mod text {
    mod untrusted;
    pub use untrusted::Untrusted;

    /// Text that can be shown.
    pub struct Clean(String);

    impl std::fmt::Display for Clean {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.0)
        }
    }

    /// Whether nothing would be escaped.
    pub fn is_clean(text: &str) -> bool {
        !text.contains(char::is_control)
    }

    /// Escapes what is no letter, as a compiler would.
    pub fn clean(text: &str) -> Clean {
        Clean(text.chars().flat_map(|c| if c.is_control() { c.escape_debug().collect() } else { vec![c] }).collect())
    }
}

#[expect(unreachable_pub, reason = "files shared with the library; here nothing is public")]
#[path = "src/document"]
mod document {
    pub mod path;
}

#[expect(dead_code, unreachable_pub, unused_imports, reason = "files shared with the library; the build needs a part")]
#[path = "src/pack"]
mod pack {
    pub mod alike;
    pub mod code;
    pub mod fold;
    pub mod gate;
    pub mod model;
    pub mod source;
    pub mod template;
}

#[path = "src/tui/keymap/row.rs"]
mod keys;

use pack::source::{Compiled, PackError, parse};

const PACKS: &str = "assets/packs";

/// Ids of the packs to build in, apart by commas; all of them where it is not set. Shows what knowing many costs.
const ONLY: &str = "ERRVIEW_BUILD_PACKS";

/// Files and folders that the packed packs are made from.
const SHARED: [&str; 8] = [
    "build.rs",
    PACKS,
    KEYS,
    THEMES,
    "src/pack",
    "src/document/path.rs",
    "src/text/untrusted.rs",
    "src/tui/keymap/row.rs",
];

/// The key map and the themes; they are stored packed as well.
const KEYS: &str = "assets/keys.toml";
const THEMES: &str = "assets/themes";

#[expect(clippy::print_stderr, reason = "how a build script talks to the builder")]
fn main() -> ExitCode {
    for path in SHARED {
        println!("cargo:rerun-if-changed={path}");
    }
    println!("cargo:rerun-if-env-changed={ONLY}");
    println!("cargo:rustc-env=ERRVIEW_VERSION={}", version());
    let files = match packs() {
        Ok(files) => files,
        Err(error) => {
            eprintln!("{PACKS}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut compiled = Vec::new();
    let mut broken = false;
    for file in &files {
        match load(file) {
            Ok(pack) => compiled.push(pack),
            Err(errors) => {
                broken = true;
                errors.iter().for_each(|error| eprintln!("{error}"));
            }
        }
    }
    if broken {
        return ExitCode::FAILURE;
    }
    // A test refuses these; the build lets packs that name each other come one by one.
    for error in dangling(&compiled) {
        println!("cargo:warning={error}");
    }
    match write(&compiled).and_then(|()| looks()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot prepare the assets: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The version, with the commit where one is known: of a checkout, or of the one that a published package was made from.
/// Only for releases: while developing, the commit that is built from is not the one that git tells.
fn version() -> String {
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    if env::var("PROFILE").is_ok_and(|profile| profile != "release") {
        return version;
    }
    match checked_out().or_else(packaged) {
        Some(commit) => format!("{version} ({})", &commit[..commit.len().min(9)]),
        None => version,
    }
}

fn checked_out() -> Option<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    // A package that was unpacked inside of somebody else's repository has no commit there.
    git(&["ls-files", "--error-unmatch", "build.rs"])?;
    let folder = git(&["rev-parse", "--git-dir"])?;
    println!("cargo:rerun-if-changed={folder}/HEAD");
    println!("cargo:rerun-if-changed={folder}/logs/HEAD");
    git(&["rev-parse", "HEAD"])
}

fn packaged() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit: String =
        rest.chars().skip_while(|c| !c.is_ascii_hexdigit()).take_while(char::is_ascii_hexdigit).collect();
    (commit.len() == 40).then_some(commit)
}

fn packs() -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let only = env::var(ONLY).unwrap_or_default();
    let is_wanted = |path: &Path| {
        let id = path.file_stem().unwrap_or_default();
        only.is_empty() || only.split(',').any(|wanted| wanted == id)
    };
    for entry in fs::read_dir(PACKS)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && is_wanted(&path) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn load(file: &Path) -> Result<Compiled, Vec<String>> {
    let name = file.display().to_string().replace('\\', "/");
    let folder = file.parent().unwrap_or(Path::new("."));
    let read = |sample: &str| fs::read_to_string(folder.join(sample)).ok();
    let text = fs::read_to_string(file).map_err(|error| vec![format!("{name}: {error}")])?;
    parse(&text, &name, &read).map_err(|errors| errors.iter().map(PackError::in_full).collect())
}

fn dangling(packs: &[Compiled]) -> Vec<PackError> {
    let ids = || packs.iter().map(|pack| pack.head.id.as_str());
    let wrong = |reference: &&pack::source::Reference| {
        let owner = packs.iter().find(|pack| pack.head.id == reference.pack);
        match (owner, &reference.table) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(owner), Some(name)) => !owner.content.tables.iter().any(|table| table.name == *name),
        }
    };
    let references = packs.iter().flat_map(|pack| &pack.references);
    let error = |reference: &pack::source::Reference| reference.error(ids(), ids().any(|id| id == reference.pack));
    references.filter(wrong).map(error).collect()
}

/// Blobs of each pack, apart because they are needed at different times, and a list of them in the order of the catalog.
fn write(packs: &[Compiled]) -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut list = String::from("&[\n");
    let mut packs: Vec<&Compiled> = packs.iter().collect();
    packs.sort_by(|left, right| right.head.rank.cmp(&left.head.rank).then_with(|| left.head.id.cmp(&right.head.id)));
    for pack in packs {
        let id = &pack.head.id;
        let tag = pack::model::Tag::of(&pack.head);
        fs::write(out.join(format!("{id}.gate")), tag.gate.bytes())?;
        store(&out.join(format!("{id}.head")), &pack.head)?;
        store(&out.join(format!("{id}.content")), &pack.content)?;
        store(&out.join(format!("{id}.samples")), &pack.samples)?;
        fs::write(out.join(format!("{id}.codes")), fingerprints(pack))?;
        let blob = |part: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{id}.{part}\"))");
        let parts = ["head", "content", "samples", "codes"].map(|part| format!("{part}: {}", blob(part)));
        let _ = writeln!(list, "    Blob {{ tag: {}, {} }},", literal(&tag, &blob("gate")), parts.join(", "));
    }
    list.push(']');
    fs::write(out.join("packs.rs"), list)
}

/// A tag as the compiler reads it.
fn literal(tag: &pack::model::Tag, gate: &str) -> String {
    let name = |name: &str| format!("Cow::Borrowed({name:?})");
    let names = |list: &[pack::model::Name]| {
        let list: Vec<String> = list.iter().map(|one| name(one)).collect();
        format!("Cow::Borrowed(&[{}])", list.join(", "))
    };
    format!(
        "Tag {{ id: {}, aliases: {}, hosts: {}, rank: Rank::{:?}, extends: {}, gate: Gate::stored({gate}) }}",
        name(&tag.id),
        names(&tag.aliases),
        names(&tag.hosts),
        tag.rank,
        tag.extends.as_deref().map_or("None".to_owned(), |extends| format!("Some({})", name(extends))),
    )
}

/// The key map and the themes: role and words in the order of the file.
fn looks() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let wrong = |file: &Path, error: toml::de::Error| io::Error::other(format!("{}: {error}", file.display()));
    let keys: keys::File<String> =
        toml::from_str(&fs::read_to_string(KEYS)?).map_err(|error| wrong(Path::new(KEYS), error))?;
    store(&out.join("keys"), &keys)?;
    for entry in fs::read_dir(THEMES)? {
        let file = entry?.path();
        let roles: std::collections::BTreeMap<String, String> =
            toml::from_str(&fs::read_to_string(&file)?).map_err(|error| wrong(&file, error))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        store(&out.join(format!("{name}.theme")), &roles)?;
    }
    Ok(())
}

/// What tells which tables of a pack may have a code. Those that repeat HTTP statuses are never asked across packs.
fn fingerprints(pack: &Compiled) -> Vec<u8> {
    let tables = pack.content.tables.iter().enumerate().filter(|(_, table)| table.name != "http");
    let mut prints: Vec<(u32, u32)> = tables
        .flat_map(|(position, table)| table.rows.iter().map(move |row| (row.code.source(), position as u32)))
        .map(|(code, table)| (pack::code::fingerprint(&pack::code::common(code)), table))
        .collect();
    prints.sort_unstable();
    prints.dedup();
    prints.into_iter().flat_map(|(print, table)| [print, table]).flat_map(u32::to_le_bytes).collect()
}

fn store<T: serde::Serialize>(path: &Path, value: &T) -> io::Result<()> {
    fs::write(path, postcard::to_allocvec(value).map_err(io::Error::other)?)
}
