//! The packs of the user: found, read, and added to the built-in ones.
//!
//! In: the environment and `--pack`. Out: a catalog, and what is wrong with packs that were left out. Nowhere else are
//! files of packs read.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::input::{self, Gathered, InputError};
use crate::pack::source::MAX_BYTES;
use crate::pack::{Catalog, PackError, PackErrorKind};

/// Messages about one file that an ordinary run shows; `pack check` shows all.
const MANY: usize = 3;

/// What was read of one file.
pub(super) struct File {
    /// The name as the user knows it.
    pub(super) name: String,
    /// The folder that it is in, for the files that its samples name.
    pub(super) folder: PathBuf,
    /// The text.
    pub(super) text: String,
}

/// Why a file is not even a text.
#[derive(Debug)]
pub(super) enum Unread {
    /// It cannot be opened.
    Input(InputError),
    /// It is no text; where, and what to do.
    Pack(PackError),
}

impl Unread {
    /// What is wrong and, where there is one, a `hint:` line below it.
    pub(super) fn in_full(&self) -> String {
        match self {
            Self::Input(error) => error.in_full(),
            Self::Pack(error) => error.in_full(),
        }
    }
}

/// Folder of the user's packs.
pub(super) fn folder(env: &HashMap<String, String>) -> Option<PathBuf> {
    Some(super::settings::folder(env)?.join("packs"))
}

/// The files of the user's packs: the folder's, those of the settings, those of `ERRVIEW_PACKS`, then `--pack`; later
/// ones win.
pub(super) fn files(env: &HashMap<String, String>, set: &[PathBuf], named: &[OsString]) -> Vec<PathBuf> {
    let mut files = folder(env).map(|folder| in_folder(&folder)).unwrap_or_default();
    let listed = env.get("ERRVIEW_PACKS").filter(|list| !list.is_empty());
    let listed = listed.map(|list| std::env::split_paths(list).collect::<Vec<_>>()).unwrap_or_default();
    for path in set.iter().cloned().chain(listed) {
        files.extend(if path.is_dir() { in_folder(&path) } else { vec![path] });
    }
    files.retain(|path| !path.as_os_str().is_empty());
    files.extend(named.iter().map(PathBuf::from));
    files
}

/// The TOML files in a folder, by name; a folder that is not there has none.
pub(super) fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}

/// Reads one file, as far as a pack may be large.
pub(super) fn read(path: &Path) -> Result<File, Unread> {
    let gathered = gather(path).map_err(Unread::Input)?;
    let name = path.to_string_lossy().into_owned();
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let bytes = gathered.bytes;
    // Cut in the middle of a letter, perhaps; the loader refuses the size before it looks at the text.
    if bytes.len() > MAX_BYTES {
        return Ok(File { name, folder, text: String::from_utf8_lossy(&bytes).into_owned() });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(File { name, folder, text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text) }),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let before = String::from_utf8_lossy(valid);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Err(Unread::Pack(PackError {
                kind: PackErrorKind::Syntax,
                file: crate::text::clean(&name).into_string(),
                line,
                column,
                message: "this is no UTF-8 text".into(),
                hint: Some("save the file as UTF-8".into()),
            }))
        }
    }
}

/// How long a pipe in the place of a file (`--pack <(...)`) is waited for. One that nobody writes to has no end.
const PATIENCE: Duration = Duration::from_secs(3);

fn gather(path: &Path) -> Result<Gathered, InputError> {
    let all = |path: &Path| input::read_file(path, MAX_BYTES + 1, &Arc::new(AtomicBool::new(false)), |_| {});
    if fs::metadata(path).is_ok_and(|about| about.is_file() || about.is_dir()) {
        return all(path);
    }
    let (sender, answer) = mpsc::channel();
    let waiting = path.to_owned();
    thread::spawn(move || sender.send(all(&waiting)));
    answer.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(InputError::new(path, ErrorKind::TimedOut.into())))
}

/// All packs of a run.
pub(super) struct Loaded {
    /// Those that could be loaded.
    pub(super) catalog: Catalog,
    /// What is wrong with the others, in lines for people.
    pub(super) told: Vec<String>,
    /// Whether one of the others was asked for by name.
    pub(super) named_broken: bool,
}

/// The built-in packs and these, some of which were asked for by name.
pub(super) fn load(paths: &[PathBuf], named: &[OsString]) -> Loaded {
    let mut loaded = Loaded { catalog: Catalog::builtin(), told: Vec::new(), named_broken: false };
    let mut texts = Vec::new();
    for path in paths {
        let trouble = match read(path) {
            Ok(file) => {
                texts.push((file.name, file.text));
                continue;
            }
            Err(error) => error.in_full(),
        };
        loaded.told.push(trouble);
        loaded.named_broken |= named.iter().any(|name| name == path.as_os_str());
    }
    let errors = loaded.catalog.load_user(&texts);
    let shown = |name: &OsString| crate::text::clean(&name.to_string_lossy()).into_string();
    let named: Vec<String> = named.iter().map(shown).collect();
    for group in errors.chunk_by(|a, b| a.file == b.file) {
        loaded.named_broken |= named.contains(&group[0].file);
        loaded.told.extend(group.iter().take(MANY).map(PackError::in_full));
        if group.len() > MANY {
            let (more, file) = (group.len() - MANY, &group[0].file);
            loaded.told.push(format!("{file}: {more} more; `errview pack check {file}` tells them all"));
        }
    }
    loaded
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_folder_is_where_the_platform_keeps_settings() {
        let at = |pairs: &[(&str, &str)]| folder(&env(pairs)).map(|path| path.to_string_lossy().into_owned());
        assert_eq!(at(&[]), None);
        assert_eq!(at(&[("HOME", "/h")]).as_deref(), Some("/h/.config/errview/packs"));
        assert_eq!(at(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]).as_deref(), Some("/x/errview/packs"));
        assert_eq!(at(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")]).as_deref(), Some("/h/.config/errview/packs"));
    }

    #[test]
    fn later_places_come_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("x/errview/packs")).expect("a folder");
        fs::create_dir_all(path("more")).expect("a folder");
        for name in ["x/errview/packs/b.toml", "x/errview/packs/a.toml", "x/errview/packs/c.txt", "more/d.toml"] {
            fs::write(path(name), "").expect("a file");
        }
        let list = std::env::join_paths([path("more"), path("e.toml")]).expect("a list");
        let (x, list) = (path("x").to_string_lossy().into_owned(), list.to_string_lossy().into_owned());
        let found =
            files(&env(&[("XDG_CONFIG_HOME", &x), ("ERRVIEW_PACKS", &list)]), &["0.toml".into()], &["f.toml".into()]);
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy()).collect();
        assert_eq!(names, ["a.toml", "b.toml", "0.toml", "d.toml", "e.toml", "f.toml"]);
    }
}
