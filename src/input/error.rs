//! Why a source cannot be read, and what to try instead.

use std::io;
use std::path::Path;

use crate::text::Untrusted;

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// Nothing has that name.
    #[error("no such file: `{}`", .path.clean())]
    NotFound {
        /// The path as given.
        path: Untrusted<'static>,
        /// A file name in the same folder that is nearly the same.
        near: Option<Untrusted<'static>>,
    },
    /// The path names a folder.
    #[error("`{}` is a directory", .path.clean())]
    IsDirectory {
        /// The path as given.
        path: Untrusted<'static>,
    },
    /// The file may not be read.
    #[error("permission denied for `{}`", .path.clean())]
    Permission {
        /// The path as given.
        path: Untrusted<'static>,
    },
    /// Anything else.
    #[error("cannot read `{}`: {}", .path.clean(), reason(.source))]
    Other {
        /// The path as given.
        path: Untrusted<'static>,
        /// What the system says.
        source: io::Error,
    },
}

impl InputError {
    /// Sorts an error of the system; looks into the folder for a name that was meant.
    pub(crate) fn new(path: &Path, error: io::Error) -> Self {
        let shown = Untrusted::from(path.to_string_lossy().into_owned());
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound { near: nearest(path).map(Into::into), path: shown },
            io::ErrorKind::IsADirectory => Self::IsDirectory { path: shown },
            // Windows refuses to open a folder with "permission denied".
            io::ErrorKind::PermissionDenied if path.is_dir() => Self::IsDirectory { path: shown },
            io::ErrorKind::PermissionDenied => Self::Permission { path: shown },
            _ => Self::Other { path: shown, source: error },
        }
    }

    /// The line of `Display` and, where there is one, a `hint:` line below it.
    pub fn in_full(&self) -> String {
        match self.hint() {
            Some(hint) => format!("{self}\nhint: {hint}"),
            None => self.to_string(),
        }
    }

    /// What to try instead, for a `hint:` line.
    pub fn hint(&self) -> Option<String> {
        let (Self::NotFound { path, .. }
        | Self::IsDirectory { path }
        | Self::Permission { path }
        | Self::Other { path, .. }) = self;
        if is_url(path.source()) {
            return Some("errview does not fetch; use `curl -si URL | errview`".into());
        }
        match self {
            Self::NotFound { near: Some(near), .. } => Some(format!("did you mean `{}`?", near.clean())),
            Self::NotFound { near: None, .. } if path.is_empty() => Some("name a file, or `-` for stdin".into()),
            Self::NotFound { near: None, .. } => None,
            Self::IsDirectory { .. } => Some("name the files in it, for example `errview folder/*.json`".into()),
            Self::Permission { .. } => Some("check who may read it with `ls -l`".into()),
            Self::Other { .. } => None,
        }
    }
}

/// The system's words without the capital and the number that `io::Error` adds.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    Untrusted::from(text.to_lowercase()).clean().into_string()
}

fn is_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http:", "https:", "ftp:", "ws:", "wss:"].iter().any(|scheme| lower.starts_with(scheme))
        || lower.starts_with("www.")
}

/// The name in the same folder that is at most a third of its letters away.
fn nearest(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?;
    // A folder of a million files must not delay an error message.
    let names = entries.take(10_000).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let limit = (wanted.chars().count() / 3).clamp(1, 4);
    let near = names.map(|name| (distance(wanted, &name, limit), name)).filter(|(far, _)| *far <= limit).min()?;
    Some(path.with_file_name(near.1).to_string_lossy().into_owned())
}

/// How many letters to change, add, drop or swap; anything above the limit is `limit + 1`.
fn distance(one: &str, other: &str, limit: usize) -> usize {
    let one: Vec<char> = one.to_lowercase().chars().collect();
    let other: Vec<char> = other.to_lowercase().chars().collect();
    if one.len().abs_diff(other.len()) > limit || one.len() > 255 {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut here = vec![row + 1];
        for (column, b) in other.iter().enumerate() {
            let change = above[column] + usize::from(a != b);
            let mut best = change.min(above[column + 1] + 1).min(here[column] + 1);
            if row > 0 && column > 0 && *a == other[column - 1] && one[row - 1] == *b {
                best = best.min(before[column - 1] + 1);
            }
            here.push(best);
        }
        before = std::mem::replace(&mut above, here);
    }
    above[other.len()].min(limit + 1)
}

/// A word of the command line that says nothing about an input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// No HTTP status.
    #[error("`{}` is no HTTP status; it has three digits, 100 to 999", .text.clean())]
    Status {
        /// The word as given.
        text: Untrusted<'static>,
    },
    /// No size.
    #[error("`{}` is no size; write bytes or a whole number with K, M or G, as in `64MiB`", .text.clean())]
    Size {
        /// The word as given.
        text: Untrusted<'static>,
    },
    /// More than this machine can count.
    #[error("`{}` is too big for a size", .text.clean())]
    SizeTooBig {
        /// The word as given.
        text: Untrusted<'static>,
    },
    /// Nothing would be read.
    #[error("a size of `0` reads nothing; give at least 1")]
    SizeZero,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("a", "a", 0),
            ("error.json", "eror.json", 1),
            ("error.json", "errro.json", 1),
            ("error.json", "ERROR.JSON", 0),
            ("abc", "xyz", 3),
            ("abc", "abcdefgh", 4),
        ] {
            assert_eq!(distance(one, other, 3), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_url_gets_the_curl_hint() {
        for path in ["https://api.example.com/v1", "http://x", "HTTPS://X", "www.example.com"] {
            let error = InputError::new(Path::new(path), io::ErrorKind::NotFound.into());
            assert!(error.hint().expect("a hint").contains("curl -si URL | errview"), "{path}");
        }
    }

    #[test]
    fn messages_are_clean_and_lower_case() {
        let error = InputError::new(Path::new("a\u{1b}[31m"), io::ErrorKind::NotFound.into());
        assert_eq!(error.to_string(), "no such file: `a␛[31m`");
        let error = InputError::new(Path::new("a"), io::Error::other("Disk On Fire (os error 5)"));
        assert_eq!(error.to_string(), "cannot read `a`: disk on fire");
    }
}
