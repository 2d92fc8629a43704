//! A pipe that is read on a thread of its own, so that whoever waits for it can be woken.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How much is read at a time.
const STEP: usize = 256 * 1024;

/// A pipe that is silent for so long has paused.
const SILENCE: Duration = Duration::from_millis(150);

enum Chunk {
    Bytes(Vec<u8>),
    End,
    Wake,
}

/// The reading end.
pub(super) struct Piped {
    chunks: Receiver<Chunk>,
    chunk: Vec<u8>,
    done: usize,
}

/// Wakes a reader that waits.
pub(super) struct Wake(SyncSender<Chunk>);

impl Wake {
    /// The waiting read ends as if a signal had interrupted it.
    pub(super) fn wake(&self) {
        // A full channel means that nobody waits.
        let _ = self.0.try_send(Chunk::Wake);
    }
}

impl Piped {
    /// Starts reading.
    pub(super) fn new(mut pipe: Box<dyn Read + Send>) -> (Self, Wake) {
        let (sender, chunks) = sync_channel(4);
        let wake = Wake(sender.clone());
        thread::spawn(move || {
            let mut step = vec![0; STEP];
            loop {
                let chunk = match pipe.read(&mut step) {
                    Ok(0) => Chunk::End,
                    Ok(count) => Chunk::Bytes(step[..count].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(_) => Chunk::End,
                };
                let end = matches!(chunk, Chunk::End);
                // The sender for waking lives on, so the end has to be said.
                if sender.send(chunk).is_err() || end {
                    return;
                }
            }
        });
        (Self { chunks, chunk: Vec::new(), done: 0 }, wake)
    }
}

impl Read for Piped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.done == self.chunk.len() {
            match self.chunks.recv_timeout(SILENCE) {
                // Who shows what has come so far must hear that no more does for now.
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::WouldBlock.into()),
                Ok(Chunk::Bytes(bytes)) => (self.chunk, self.done) = (bytes, 0),
                Ok(Chunk::Wake) => return Err(io::ErrorKind::Interrupted.into()),
                Ok(Chunk::End) | Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
        let left = &self.chunk[self.done..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.done += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_on_everything_and_ends() {
        let bytes: Vec<u8> = (0..=255).cycle().take(STEP + 1000).collect();
        let (mut piped, _wake) = Piped::new(Box::new(io::Cursor::new(bytes.clone())));
        let mut read = Vec::new();
        piped.read_to_end(&mut read).expect("no error");
        assert_eq!(read, bytes);
    }

    #[test]
    fn a_silent_pipe_can_be_woken() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let (mut piped, wake) = Piped::new(Box::new(reader));
        let error = piped.read(&mut [0; 8]).expect_err("silent");
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        wake.wake();
        let error = piped.read(&mut [0; 8]).expect_err("woken");
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        drop(writer);
        assert_eq!(piped.read(&mut [0; 8]).expect("the end"), 0);
    }
}
