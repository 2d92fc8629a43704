//! Bytes of a source, as many as arrive, are wanted and fit.
//!
//! In: a pipe, a file, a pasted text. Out: [`Gathered`]. It does not look at what the bytes say.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{InputError, Note, NoteKind, Options, Response, split};

/// How much is asked for at a time. Pipes hand out at most 64 KiB; a bigger step only helps files.
const STEP: usize = 256 * 1024;

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// Text pasted into the terminal.
    Paste(String),
    /// Text of the clipboard.
    Clipboard(String),
    /// A built-in response.
    Demo(Vec<u8>),
}

impl Source {
    /// The name that reports show: `stdin`, `paste`, `clipboard`, `demo` or the file's name.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "stdin".into(),
            Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Paste(_) => "paste".into(),
            Self::Clipboard(_) => "clipboard".into(),
            Self::Demo(_) => "demo".into(),
        }
    }

    /// Reads all of it, up to `max` bytes, until `stop` is set. `progress` is told how many bytes there are so far.
    pub fn read(self, max: usize, stop: &Arc<AtomicBool>, progress: impl FnMut(usize)) -> Result<Gathered, InputError> {
        let name = self.name();
        let mut gathered = match self {
            Self::Stdin => read(std::io::stdin().lock(), max, stop, progress),
            Self::File(path) => return read_file(&path, max, stop, progress),
            Self::Paste(text) | Self::Clipboard(text) => read(text.as_bytes(), max, stop, progress),
            Self::Demo(bytes) => read(bytes.as_slice(), max, stop, progress),
        };
        gathered.name = name;
        Ok(gathered)
    }
}

/// What a source gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// The source's name.
    pub name: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// [`NoteKind::SizeLimit`] or [`NoteKind::Interrupted`], where that is why there are no more.
    pub ended_by: Option<NoteKind>,
}

impl Gathered {
    /// The first `max` bytes, and that there were more.
    pub(super) fn within(mut self, max: usize) -> Self {
        if self.bytes.len() > max {
            self.bytes.truncate(max);
            self.ended_by = Some(NoteKind::SizeLimit);
        }
        self
    }

    /// The responses in it. The last one, which may be cut off, carries the note about the end.
    pub fn split(self, options: &Options) -> Vec<Response> {
        let mut responses = split(&self.name, self.bytes, options);
        if let (Some(kind), Some(last)) = (self.ended_by, responses.last_mut()) {
            let note = Note { kind, line: last.origin.line };
            if !last.notes.contains(&note) {
                last.notes.push(note);
            }
        }
        responses
    }
}

/// Reads until the end, `max` bytes, `stop` or an error, whichever comes first; what arrived is kept.
///
/// The flag is looked at between two reads. A read that waits for a silent pipe ends when a signal interrupts it or
/// the other side writes; who cannot wait leaves this on a thread of its own.
pub fn read(mut reader: impl Read, max: usize, stop: &Arc<AtomicBool>, mut progress: impl FnMut(usize)) -> Gathered {
    let mut bytes = Vec::new();
    let mut step = vec![0; STEP];
    let ended_by = loop {
        if stop.load(Ordering::Relaxed) {
            break Some(NoteKind::Interrupted);
        }
        match reader.read(&mut step) {
            Ok(0) => break None,
            Ok(count) => {
                let room = max - bytes.len();
                bytes.extend_from_slice(&step[..count.min(room).min(STEP)]);
                progress(bytes.len());
                // Exactly `max` bytes are no overrun: only a further byte is.
                if count > room {
                    break Some(NoteKind::SizeLimit);
                }
            }
            // Who has nothing to say now may have later.
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
            Err(_) => break Some(NoteKind::Interrupted),
        }
    };
    Gathered { name: "stdin".into(), bytes, ended_by }
}

/// Standard input as a file of its own, where it can be one.
pub(super) fn stdin_file() -> Option<File> {
    #[cfg(unix)]
    let held = std::os::fd::AsFd::as_fd(&std::io::stdin()).try_clone_to_owned();
    #[cfg(windows)]
    let held = std::os::windows::io::AsHandle::as_handle(&std::io::stdin()).try_clone_to_owned();
    held.ok().map(File::from)
}

/// Whether standard input is a file of more than so many bytes.
pub(super) fn stdin_file_is_longer(than: usize) -> bool {
    let about = stdin_file().and_then(|file| file.metadata().ok());
    about.is_some_and(|about| about.is_file() && about.len() > than as u64)
}

/// Reads a file like [`read`]; the error says why it cannot be opened.
pub fn read_file(
    path: &Path,
    max: usize,
    stop: &Arc<AtomicBool>,
    progress: impl FnMut(usize),
) -> Result<Gathered, InputError> {
    let mut gathered = read(open(path)?, max, stop, progress);
    gathered.name = path.to_string_lossy().into_owned();
    Ok(gathered)
}

/// Opens a file for reading; the error says why it cannot be.
pub fn open(path: &Path) -> Result<File, InputError> {
    let fail = |error| InputError::new(path, error);
    let file = File::open(path).map_err(fail)?;
    // Opening a folder succeeds on Unix; reading it does not.
    if file.metadata().map_err(fail)?.is_dir() {
        return Err(fail(ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn never() -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(false))
    }

    /// Hands out one piece a read; `None` is an error.
    struct Pieces(Vec<Option<&'static [u8]>>, Arc<AtomicBool>);

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            match self.0.remove(0) {
                Some(b"stop") => {
                    self.1.store(true, Ordering::Relaxed);
                    Err(ErrorKind::Interrupted.into())
                }
                Some(piece) => {
                    into[..piece.len()].copy_from_slice(piece);
                    Ok(piece.len())
                }
                None => Err(ErrorKind::ConnectionReset.into()),
            }
        }
    }

    #[test]
    fn what_arrived_is_kept() {
        type Row = (Vec<Option<&'static [u8]>>, usize, &'static [u8], Option<NoteKind>);
        let table: [Row; 6] = [
            (vec![], 9, b"", None),
            (vec![Some(b"ab"), Some(b"cd")], 9, b"abcd", None),
            (vec![Some(b"ab"), Some(b"cd")], 4, b"abcd", None),
            (vec![Some(b"ab"), Some(b"cd")], 3, b"abc", Some(NoteKind::SizeLimit)),
            (vec![Some(b"ab"), None, Some(b"cd")], 9, b"ab", Some(NoteKind::Interrupted)),
            (vec![Some(b"ab"), Some(b"stop"), Some(b"cd")], 9, b"ab", Some(NoteKind::Interrupted)),
        ];
        for (pieces, max, bytes, ended_by) in table {
            let stop = never();
            let gathered = read(Pieces(pieces.clone(), stop.clone()), max, &stop, |_| {});
            assert_eq!((gathered.bytes.as_slice(), gathered.ended_by), (bytes, ended_by), "{pieces:?} {max}");
        }
    }

    #[test]
    fn progress_counts_bytes() {
        let mut seen = Vec::new();
        let stop = never();
        read(Pieces(vec![Some(b"ab"), Some(b"cd")], stop.clone()), 9, &stop, |bytes| seen.push(bytes));
        assert_eq!(seen, [2, 4]);
    }

    #[test]
    fn the_end_is_noted_on_the_last_response() {
        let gathered =
            Gathered { name: "stdin".into(), bytes: b"{}\n{\"a".to_vec(), ended_by: Some(NoteKind::SizeLimit) };
        let responses = gathered.split(&Options::default());
        assert_eq!(responses.len(), 2);
        assert!(responses[0].notes.is_empty());
        assert_eq!(responses[1].notes, [Note { kind: NoteKind::SizeLimit, line: 2 }]);
    }

    #[test]
    fn files_that_cannot_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("error.json"), "{}").expect("a file");
        let read = |path: &Path| read_file(path, 99, &never(), |_| {});

        let gathered = read(&folder.path().join("error.json")).expect("readable");
        assert_eq!(gathered.bytes, b"{}");
        assert!(gathered.name.ends_with("error.json"));

        let error = read(&folder.path().join("eror.json")).expect_err("no such file");
        assert!(matches!(error, InputError::NotFound { .. }), "{error}");
        assert!(error.hint().expect("a hint").contains("error.json`"), "{error}");

        let error = read(folder.path()).expect_err("a folder");
        assert!(matches!(error, InputError::IsDirectory { .. }), "{error}");
        assert!(error.hint().is_some());

        let error = read(&folder.path().join("nothing-like-it")).expect_err("no such file");
        assert_eq!(error.hint(), None);
    }
}
