//! Sources that are small and there at once, which are read where they are needed: threads that wait for a slow pipe or read
//! ahead in a large file would take longer to start than it takes to read these.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Gathered;
#[cfg(unix)]
use super::read;

/// What counts as small, in bytes.
pub const SMALL: usize = super::arrive::ENOUGH;

/// A regular file that is small, and no longer than `max`. Nothing where it is anything else or cannot be read: who reads it
/// another way will say.
pub fn file(path: &Path, max: usize) -> Option<Gathered> {
    let most = max.min(SMALL);
    let file = File::open(path).ok()?;
    let about = file.metadata().ok()?;
    if !about.is_file() || about.len() > most as u64 {
        return None;
    }
    let mut bytes = Vec::with_capacity(about.len() as usize + 1);
    // It may grow while it is read.
    file.take(most as u64 + 1).read_to_end(&mut bytes).ok()?;
    let name = path.to_string_lossy().into_owned();
    (bytes.len() <= most).then_some(Gathered { name, bytes, ended_by: None })
}

/// Standard input, if it comes to its end within moments and has not brought much until then, nor more than `max`; else what
/// it has brought. Whenever there is nothing to read for now, `meanwhile` is told of what there is so far.
#[cfg(unix)]
pub fn stdin(reader: &mut dyn Read, max: usize, mut meanwhile: impl FnMut(&[u8])) -> Result<Gathered, Vec<u8>> {
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// Longer than `cat` takes to start, shorter than anybody notices.
    const MOMENT: Duration = Duration::from_millis(20);
    /// Room for most of what is small: to make more would cost more than reading. Not less, or standard input would read
    /// ahead, and nobody could see that.
    const STEP: usize = 8192;

    let most = max.min(SMALL);
    let stdin = std::io::stdin();
    let mut bytes = Vec::new();
    // It is read where it is: bytes that were taken out of a large file would be missing.
    if read::stdin_file_is_longer(most) {
        return Err(bytes);
    }
    let mut step = [0; STEP];
    let until = Instant::now() + MOMENT;
    let comes_within = |time: Duration| {
        let time = Timespec::try_from(time).ok();
        matches!(poll(&mut [PollFd::new(&stdin, PollFlags::IN)], time.as_ref()), Ok(1..))
    };
    while bytes.len() <= most {
        if !comes_within(Duration::ZERO) {
            meanwhile(&bytes);
            if !comes_within(until.saturating_duration_since(Instant::now())) {
                break;
            }
        }
        match reader.read(&mut step) {
            Ok(0) => return Ok(Gathered { name: "stdin".into(), bytes, ended_by: None }),
            Ok(count) => bytes.extend_from_slice(&step[..count]),
            Err(_) => break,
        }
    }
    Err(bytes)
}

/// Standard input cannot be asked without waiting for it here.
#[cfg(not(unix))]
pub fn stdin(_: &mut dyn Read, _: usize, _: impl FnMut(&[u8])) -> Result<Gathered, Vec<u8>> {
    Err(Vec::new())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn only_small_files_are_read_at_once() {
        let mut small = tempfile::NamedTempFile::new().expect("a file");
        small.write_all(b"{}").expect("written");
        let read = file(small.path(), usize::MAX).expect("small");
        assert_eq!((read.bytes.as_slice(), read.ended_by), (b"{}".as_slice(), None));
        assert!(file(small.path(), 2).is_some());
        assert!(file(small.path(), 1).is_none(), "who limits the size wants to hear that there is more");
        small.write_all(&vec![b' '; SMALL]).expect("written");
        assert!(file(small.path(), usize::MAX).is_none());
        assert!(file(Path::new("/"), usize::MAX).is_none());
        assert!(file(Path::new("no such file"), usize::MAX).is_none());
    }
}
