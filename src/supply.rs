//! Bytes of one source, some of which may still be on their way: what a pipe has brought so far, or the windows of a file.
//!
//! In: pushes of a reader, or a file. Out: [`Piece`]s at positions. A pipe is kept once; a file is read where somebody looks
//! and only some windows of it are kept, so memory does not follow its size, and a file that shrinks is merely shorter:
//! a mapped one would end the program. Nothing here knows what the bytes say.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Bytes of a file that are read at once.
const WINDOW: usize = 64 * 1024;
/// Windows that are kept: those around a screen, around its containers' edges, and some to spare.
const KEPT: usize = 64;
/// Smaller pushes are joined: a source that drips must not cost a piece a drop.
const SMALL: usize = 4096;

/// A run of bytes and where it begins.
#[derive(Clone)]
pub struct Piece {
    /// Position of the first byte.
    pub start: usize,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

/// How many bytes, not which: nobody can read a gigabyte, and it is somebody's data.
impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Piece({}..{})", self.start, self.end())
    }
}

impl Piece {
    /// One past the last byte's position.
    pub fn end(&self) -> usize {
        self.start + self.bytes.len()
    }

    /// The bytes from a position on; nothing where it lies outside.
    pub fn from(&self, at: usize) -> &[u8] {
        at.checked_sub(self.start).and_then(|skip| self.bytes.get(skip..)).unwrap_or_default()
    }
}

/// Bytes that may still be arriving. Cheap to clone; all clones see what arrives.
#[derive(Clone, Debug)]
pub struct Supply {
    store: Arc<Store>,
    /// Where in the store this one begins: what stands before is somebody else's.
    from: usize,
}

#[derive(Debug)]
struct Store {
    kind: Kind,
    len: AtomicUsize,
    ended: AtomicBool,
}

#[derive(Debug)]
enum Kind {
    Pipe(RwLock<Vec<Piece>>),
    File(File, Mutex<Vec<Piece>>),
}

impl Supply {
    /// Of a pipe that has brought nothing yet.
    pub fn pipe() -> Self {
        Self::over(Kind::Pipe(RwLock::default()), 0, false)
    }

    /// Of a file as long as it is now.
    pub fn file(file: File) -> io::Result<Self> {
        let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        Ok(Self::over(Kind::File(file, Mutex::default()), len, true))
    }

    /// Of bytes that are all there.
    pub fn whole(bytes: &[u8]) -> Self {
        let supply = Self::pipe();
        supply.push(bytes);
        supply.end();
        supply
    }

    fn over(kind: Kind, len: usize, ended: bool) -> Self {
        let store = Store { kind, len: AtomicUsize::new(len), ended: AtomicBool::new(ended) };
        Self { store: Arc::new(store), from: 0 }
    }

    /// The same bytes without the first ones.
    pub fn behind(&self, from: usize) -> Self {
        Self { store: Arc::clone(&self.store), from: self.from + from }
    }

    /// How many bytes there are by now.
    pub fn len(&self) -> usize {
        self.store.len.load(Ordering::Acquire).saturating_sub(self.from)
    }

    /// Whether there are none by now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no more will come.
    pub fn is_ended(&self) -> bool {
        self.store.ended.load(Ordering::Acquire)
    }

    /// Whether the bytes are read from a file each time.
    pub fn is_file(&self) -> bool {
        matches!(self.store.kind, Kind::File(..))
    }

    /// Adds what a pipe brought.
    pub fn push(&self, bytes: &[u8]) {
        let Kind::Pipe(pieces) = &self.store.kind else { return };
        if bytes.is_empty() {
            return;
        }
        let mut pieces = pieces.write().unwrap_or_else(PoisonError::into_inner);
        let len = self.store.len.load(Ordering::Acquire);
        match pieces.last_mut() {
            Some(last) if last.bytes.len() < SMALL && bytes.len() < SMALL => {
                last.bytes = [&last.bytes, bytes].concat().into();
            }
            _ => pieces.push(Piece { start: len, bytes: bytes.into() }),
        }
        self.store.len.store(len + bytes.len(), Ordering::Release);
    }

    /// Says that no more will come.
    pub fn end(&self) {
        self.store.ended.store(true, Ordering::Release);
    }

    /// The piece that holds a position, and more around it; nothing where there is no such byte (any more).
    pub fn piece(&self, at: usize) -> Option<Piece> {
        let at = at.checked_add(self.from)?;
        let mut piece = match &self.store.kind {
            Kind::Pipe(pieces) => {
                let pieces = pieces.read().unwrap_or_else(PoisonError::into_inner);
                let next = pieces.partition_point(|piece| piece.start <= at);
                pieces.get(next.checked_sub(1)?).filter(|piece| at < piece.end())?.clone()
            }
            Kind::File(file, kept) => window(file, kept, at)?,
        };
        if piece.start < self.from {
            piece.bytes = piece.from(self.from).into();
            piece.start = self.from;
        }
        piece.start -= self.from;
        Some(piece)
    }

    /// The bytes of a range, as far as they are there.
    pub fn copy(&self, start: usize, end: usize) -> Vec<u8> {
        let end = end.min(self.len());
        let mut all = Vec::with_capacity(end.saturating_sub(start));
        if let Kind::File(file, _) = &self.store.kind
            && end.saturating_sub(start) > WINDOW
        {
            all.resize(end - start, 0);
            let read = read_at(file, &mut all, self.from + start);
            all.truncate(read);
            return all;
        }
        let mut at = start;
        while at < end {
            let Some(piece) = self.piece(at) else { break };
            let bytes = piece.from(at);
            all.extend_from_slice(&bytes[..bytes.len().min(end - at)]);
            at = piece.end();
        }
        all
    }

    /// Hands on what follows a position, at most `room` bytes, without keeping windows: for who reads everything once.
    /// `room` must not be empty. Nothing: no more is there by now.
    pub fn pass<'r>(&self, at: usize, room: &'r mut [u8], held: &'r mut Option<Piece>) -> Option<&'r [u8]> {
        match &self.store.kind {
            Kind::Pipe(_) => {
                let piece = held.insert(self.piece(at)?);
                Some(piece.from(at)).filter(|bytes| !bytes.is_empty())
            }
            Kind::File(file, _) => {
                let read = read_at(file, room, self.from + at);
                (read > 0).then(|| &room[..read])
            }
        }
    }
}

/// The window of a file around a position; the most recent ones are kept.
fn window(file: &File, kept: &Mutex<Vec<Piece>>, at: usize) -> Option<Piece> {
    let start = at - at % WINDOW;
    let mut windows = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = windows.iter().rposition(|window| window.start == start) {
        let window = windows.remove(found);
        windows.push(window.clone());
        return (at < window.end()).then_some(window);
    }
    let mut bytes = vec![0; WINDOW];
    let read = read_at(file, &mut bytes, start);
    let window = Piece { start, bytes: bytes[..read].into() };
    if windows.len() >= KEPT {
        windows.remove(0);
    }
    windows.push(window.clone());
    (at < window.end()).then_some(window)
}

/// Fills as much of a buffer as the file has there; an error is an end.
fn read_at(file: &File, into: &mut [u8], at: usize) -> usize {
    let mut filled = 0;
    while filled < into.len() {
        match read_once(file, &mut into[filled..], (at + filled) as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    filled
}

#[cfg(unix)]
fn read_once(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn read_once(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn pieces_of_a_pipe() {
        let supply = Supply::pipe();
        assert!(supply.piece(0).is_none());
        for part in ["ab", "cd", "e"] {
            supply.push(part.as_bytes());
        }
        supply.push(&[b'x'; 2 * SMALL]);
        assert_eq!(supply.len(), 5 + 2 * SMALL);
        assert!(!supply.is_ended());
        supply.end();
        assert!(supply.is_ended());
        assert_eq!(supply.copy(1, 6), b"bcdex");
        assert_eq!(supply.copy(1, usize::MAX).len(), 4 + 2 * SMALL);
        assert_eq!(supply.piece(4).expect("there").from(4), b"e");
        let behind = supply.behind(3);
        assert_eq!((behind.len(), behind.copy(0, 3)), (2 + 2 * SMALL, b"dex".to_vec()));
        assert_eq!(behind.piece(1).expect("there").start, 0);
    }

    #[test]
    fn windows_of_a_file_that_shrinks() {
        let mut file = tempfile::tempfile().expect("a file");
        let bytes: Vec<u8> = (0..WINDOW * (KEPT + 3)).map(|at| (at / 7) as u8).collect();
        file.write_all(&bytes).expect("written");
        let supply = Supply::file(file.try_clone().expect("a handle")).expect("a supply");
        assert!(supply.is_ended() && supply.is_file());
        assert_eq!(supply.len(), bytes.len());
        for at in (0..bytes.len()).step_by(WINDOW / 2 + 1) {
            assert_eq!(supply.piece(at).expect("there").from(at)[0], bytes[at]);
        }
        assert_eq!(supply.copy(5, 3 * WINDOW), bytes[5..3 * WINDOW]);
        file.set_len(10).expect("shorter");
        assert_eq!(supply.copy(5, 2 * WINDOW), bytes[5..10]);
        let mut room = [0; 64];
        assert_eq!(supply.pass(4, &mut room, &mut None), Some(&bytes[4..10]));
        assert_eq!(supply.pass(10, &mut room, &mut None), None);
    }
}
