//! What workers are given, and what comes of it.

use std::sync::Arc;

use crate::exit::Exit;
use crate::input::stream::Layout;
use crate::input::{NoteKind, Response};

/// Something to work on.
pub(super) struct Job {
    pub(super) number: usize,
    /// The number that its first response has within its source, as far as one can tell while others are under way.
    pub(super) base: usize,
    pub(super) work: Work,
    /// An empty buffer for what is to be written.
    pub(super) buffer: Vec<u8>,
}

/// What it is about.
pub(super) enum Work {
    Block(Block),
    Responses(Vec<Response>),
}

/// Whole pieces of a source.
pub(in crate::run) struct Block {
    pub(in crate::run) name: Arc<str>,
    pub(in crate::run) bytes: Vec<u8>,
    pub(in crate::run) layout: Layout,
    /// Whether the source begins with it.
    pub(in crate::run) first: bool,
    /// Line of its first byte.
    pub(in crate::run) line: usize,
    /// Why the source ended here, where that was not its end.
    pub(in crate::run) ended_by: Option<NoteKind>,
}

/// That nothing could be understood, and what to try.
pub(in crate::run) type Silence = (String, &'static str);

/// What came of a job.
#[derive(Default)]
pub(in crate::run) struct Done {
    /// The job's number, and that of its first response as it was thought to be.
    pub(super) number: usize,
    pub(in crate::run) base: usize,
    /// What is to be written.
    pub(in crate::run) bytes: Vec<u8>,
    /// Where in it a response's number within its source stands, and that number: counted from the base, which was a guess.
    pub(in crate::run) numbers: Vec<(usize, usize)>,
    /// How many responses there were.
    pub(in crate::run) responses: usize,
    pub(in crate::run) understood: bool,
    /// Why the first response that says nothing does not.
    pub(in crate::run) silence: Option<Silence>,
    pub(in crate::run) exit: Option<Exit>,
}

impl Done {
    /// For what comes of a job, to be written into a buffer.
    pub(in crate::run) fn new(number: usize, base: usize, buffer: Vec<u8>) -> Self {
        Self { number, base, bytes: buffer, ..Self::default() }
    }

    /// The place of the next response among all of the run; what comes first has the lower one.
    pub(in crate::run) fn place(&self) -> u64 {
        // A block has far fewer responses than 2^32.
        (self.number as u64) << 32 | self.responses as u64
    }
}
