//! Any number of responses as a stream: blocks of a source go to workers, what they write comes out in order.
//!
//! ```text
//! reader ──bytes──> main: cut into blocks ──jobs──> workers: pieces, decode, write ──done──> main: in order ──> stdout
//! ```
//!
//! Memory is bounded by the blocks under way, whatever the length of the source. What cannot be taken piece by piece
//! (heads, HAR) is read to its end first and then goes the same way.

mod job;

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub(super) use self::job::{Block, Done, Silence};
use self::job::{Job, Work};
use super::reporter::{Quick, Reporter};
use crate::detect::Index;
use crate::exit::Exit;
use crate::input::stream::{self, Layout, Start};
use crate::input::{self, DEFAULT_MAX_SIZE, Gathered, NoteKind};
use crate::pack::Catalog;
use crate::report::summary::Summary;
use crate::text::Digits;

/// How much is asked for at a time.
const STEP: usize = 256 << 10;
/// Bytes of a block, unless a single response is longer or the workers have nothing else to do.
const BLOCK: usize = 256 << 10;
/// Blocks under way for each worker: one that is worked on, one that waits.
const AHEAD: usize = 2;
/// Longest buffer that is kept for the next block; one response may say very much.
const MOST_KEPT: usize = 8 << 20;
/// Responses of a source that was read to its end that go to a worker together.
const TOGETHER: usize = 64;
/// A source that says nothing for so long is taken to have paused between two responses.
const SILENCE: Duration = Duration::from_millis(150);
/// A run that takes longer says how far it is.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it does.
const BEAT: Duration = Duration::from_millis(200);

/// What is kept of a pipe where nobody sets a limit and it cannot be taken piece by piece.
const ENDLESS: usize = 128 << 20;

/// A source that is open.
pub(super) struct Opened {
    pub(super) name: String,
    pub(super) reader: Box<dyn Read + Send>,
    /// Whether it may have no end, and no limit was set: some pipes have none, and memory has one.
    pub(super) endless: bool,
}

enum Event {
    /// Bytes of a source, which is numbered: one that was left early may still be sending.
    Bytes(usize, Vec<u8>),
    End(usize, Option<NoteKind>),
    Done(Box<Done>),
}

/// What a run over all sources came to.
pub(super) struct Total {
    pub(super) responses: usize,
    pub(super) understood: bool,
    pub(super) silence: Option<Silence>,
    pub(super) exit: Exit,
    /// What was counted, where that is asked for.
    pub(super) summary: Summary,
    /// Whether nobody reads what is written any more.
    pub(super) deaf: bool,
}

/// Where a run writes.
pub(super) struct Streams<'s, 'w> {
    pub(super) out: &'s mut (dyn Write + 'w),
    /// Where it says how far it is; `None` keeps quiet.
    pub(super) progress: Option<&'s mut (dyn Write + 'w)>,
}

/// Reads all sources and reports on every response. Ends early where nobody reads on, unless the exit code is wanted.
pub(super) fn run(
    catalog: &Catalog,
    reporter: &Reporter,
    options: &input::Options,
    sources: Vec<Opened>,
    streams: Streams<'_, '_>,
) -> io::Result<Total> {
    let threads = if reporter.in_order() { 0 } else { thread::available_parallelism().map_or(1, usize::from) };
    let index = OnceLock::new();
    let index = &index;
    let counted = &Mutex::new(Summary::default());
    let total = thread::scope(|scope| {
        let (events_in, events) = mpsc::channel();
        let (jobs_in, jobs) = mpsc::channel::<Job>();
        let jobs = Mutex::new(jobs);
        let jobs = Arc::new(jobs);
        let mut conductor = Conductor::new(catalog, reporter, options, streams, threads);
        conductor.hire = Some(Box::new({
            let events_in = events_in.clone();
            move || {
                for _ in 0..threads {
                    let (jobs, events_in, reporter) = (Arc::clone(&jobs), events_in.clone(), reporter.fresh());
                    scope.spawn(move || {
                        let summary = work(catalog, index, reporter, options, &jobs, &events_in);
                        counted.lock().unwrap_or_else(PoisonError::into_inner).merge(summary);
                    });
                }
                jobs_in.clone()
            }
        }));
        let mut sources = sources.into_iter().enumerate();
        let result = sources.try_for_each(|(at, source)| conductor.source(at, source, &events_in, &events));
        // The workers end when nobody can send them anything.
        drop(conductor.hire.take());
        drop(conductor.jobs.take());
        result.map(|()| Total { summary: conductor.own.summary(), ..conductor.total })
    });
    let counted = std::mem::take(&mut *counted.lock().unwrap_or_else(PoisonError::into_inner));
    total.map(|mut total| {
        total.summary.merge(counted);
        total
    })
}

/// Works until there is nothing more to do; what was counted.
fn work<'c>(
    catalog: &'c Catalog,
    index: &OnceLock<Option<Index<'c>>>,
    mut reporter: Reporter,
    options: &input::Options,
    jobs: &Mutex<Receiver<Job>>,
    events: &Sender<Event>,
) -> Summary {
    let mut quick: Option<Quick<'_, '_>> = None;
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { break };
        reporter.begin(job.number, job.base, job.buffer);
        if quick.is_none() && matches!(job.work, Work::Block(_)) {
            quick = index.get_or_init(|| Index::new(catalog)).as_ref().map(|index| Quick::new(index, &reporter));
        }
        let done = carry_out(catalog, &mut reporter, options, quick.as_mut(), job.work);
        if events.send(Event::Done(Box::new(done))).is_err() {
            break;
        }
    }
    if let Some(quick) = &mut quick {
        quick.count(&mut reporter);
    }
    reporter.summary()
}

fn carry_out(
    catalog: &Catalog,
    reporter: &mut Reporter,
    options: &input::Options,
    quick: Option<&mut Quick<'_, '_>>,
    work: Work,
) -> Done {
    match work {
        Work::Block(block) => reporter.block(catalog, options, quick, &block),
        Work::Responses(responses) => {
            reporter.many |= responses.len() > 1;
            for response in responses {
                reporter.next(catalog, &response);
            }
            reporter.take()
        }
    }
}

type Hire<'a> = Box<dyn FnOnce() -> Sender<Job> + 'a>;

/// Cuts sources into jobs and writes what comes back.
struct Conductor<'a, 'w> {
    catalog: &'a Catalog,
    options: &'a input::Options,
    streams: Streams<'a, 'w>,
    /// Works where there are no workers: because there is too little to do, or because one response's output needs to
    /// know of the one before.
    own: Reporter,
    threads: usize,
    hire: Option<Hire<'a>>,
    jobs: Option<Sender<Job>>,
    /// Jobs given out so far, and written so far.
    given: usize,
    written: usize,
    waiting: BTreeMap<usize, Done>,
    /// Buffers that were written, to be filled again.
    buffers: Vec<Vec<u8>>,
    /// A block with its numbers put in.
    page: Vec<u8>,
    /// Responses of this source that are written, and how many of them came of the last job.
    numbered: usize,
    usual: usize,
    total: Total,
    by_status: bool,
    began: Instant,
    spoke: Option<Instant>,
    read: usize,
}

/// A source as far as it has been read.
struct Source {
    name: Arc<str>,
    pending: Vec<u8>,
    /// Bytes of `pending` in which no boundary was found.
    looked: usize,
    start: Start,
    line: usize,
    first: bool,
    /// Bytes that came in all.
    read: usize,
    limit: usize,
    /// The same, where all of it has to be kept.
    limit_whole: usize,
    /// Empty buffers for the reader, as soon as there is room for more blocks.
    buffers: Vec<Vec<u8>>,
    /// Whether it paused, and what had come until then was looked at.
    paused: bool,
}

impl<'a, 'w> Conductor<'a, 'w> {
    fn new(
        catalog: &'a Catalog,
        reporter: &Reporter,
        options: &'a input::Options,
        streams: Streams<'a, 'w>,
        threads: usize,
    ) -> Self {
        let total = Total {
            responses: 0,
            understood: false,
            silence: None,
            exit: Exit::Success,
            summary: Summary::default(),
            deaf: false,
        };
        Self {
            catalog,
            options,
            streams,
            own: reporter.fresh(),
            threads,
            hire: None,
            jobs: None,
            given: 0,
            written: 0,
            waiting: BTreeMap::new(),
            buffers: Vec::new(),
            page: Vec::new(),
            numbered: 0,
            usual: 0,
            total,
            by_status: reporter.by_status(),
            began: Instant::now(),
            spoke: None,
            read: 0,
        }
    }

    fn under_way(&self) -> usize {
        self.given - self.written
    }

    /// Takes one source to its end.
    fn source(
        &mut self,
        at: usize,
        source: Opened,
        sender: &Sender<Event>,
        events: &Receiver<Event>,
    ) -> io::Result<()> {
        // The reader may wait for a pipe for ever; the run must be able to end without it.
        let (buffers, wanted) = mpsc::sync_channel(AHEAD);
        let to_main = sender.clone();
        let (reader, endless) = (source.reader, source.endless && self.options.max_size == DEFAULT_MAX_SIZE);
        thread::spawn(move || read(at, reader, &wanted, &to_main));
        let limit = if self.options.max_size == DEFAULT_MAX_SIZE { usize::MAX } else { self.options.max_size };
        let mut source = Source {
            name: source.name.into(),
            pending: Vec::new(),
            looked: 0,
            start: Start::Unclear,
            line: 1,
            first: true,
            read: 0,
            limit,
            limit_whole: if endless { ENDLESS } else { self.options.max_size },
            buffers: vec![Vec::new(); 2],
            paused: false,
        };
        (self.numbered, self.usual) = (0, 0);
        loop {
            self.feed(&mut source, &buffers);
            let quiet = self.under_way() == 0 && !source.pending.is_empty() && !source.paused;
            let event = if quiet {
                events.recv_timeout(SILENCE)
            } else {
                events.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            let ended = match event {
                Ok(Event::Bytes(from, bytes)) if from == at => self.bytes(&mut source, bytes)?,
                Ok(Event::End(from, by)) if from == at => self.end(&mut source, by).map(|()| true)?,
                Ok(Event::Bytes(..) | Event::End(..)) => false,
                Ok(Event::Done(done)) => {
                    self.done(*done)?;
                    self.advance(&mut source, false).map(|()| false)?
                }
                Err(RecvTimeoutError::Timeout) => {
                    source.paused = true;
                    self.advance(&mut source, true).map(|()| false)?
                }
                Err(RecvTimeoutError::Disconnected) => true,
            };
            if ended || self.is_over() {
                break;
            }
            self.tell();
        }
        while self.under_way() > 0 && !self.is_over() {
            let Ok(event) = events.recv() else { break };
            // Other events are those of a reader that was left behind.
            if let Event::Done(done) = event {
                self.done(*done)?;
            }
            self.tell();
        }
        self.hush();
        Ok(())
    }

    /// Whether nobody wants to know any more.
    fn is_over(&self) -> bool {
        self.total.deaf && !self.by_status
    }

    /// Lets the reader go on where there is room.
    fn feed(&self, source: &mut Source, buffers: &SyncSender<Vec<u8>>) {
        let room = self.under_way() < AHEAD * self.threads.max(1);
        while room && let Some(buffer) = source.buffers.pop() {
            if buffers.try_send(buffer).is_err() {
                break;
            }
        }
    }

    /// Takes bytes in; tells whether enough came.
    fn bytes(&mut self, source: &mut Source, bytes: Vec<u8>) -> io::Result<bool> {
        let limit = if source.start == Start::Whole { source.limit_whole } else { source.limit };
        let room = limit - source.read.min(limit);
        source.pending.extend_from_slice(&bytes[..bytes.len().min(room)]);
        source.read += bytes.len();
        self.read += bytes.len();
        source.buffers.push(bytes);
        source.paused = false;
        // Exactly the limit is no overrun: only a further byte is.
        if source.read > limit {
            return self.end(source, Some(NoteKind::SizeLimit)).map(|()| true);
        }
        self.advance(source, false).map(|()| false)
    }

    /// Gives out what is whole.
    fn advance(&mut self, source: &mut Source, silent: bool) -> io::Result<()> {
        if source.start == Start::Unclear {
            source.start = stream::start(&source.pending, silent);
        }
        let Start::Stream(layout) = source.start else { return Ok(()) };
        if source.pending.len() < BLOCK && self.under_way() > 0 {
            return Ok(());
        }
        // The boundary may need the first bytes that came after what was looked through.
        let from = source.looked.saturating_sub(2);
        match stream::cut(&source.pending, from, layout, silent) {
            None => {
                source.looked = source.pending.len();
                Ok(())
            }
            Some(end) => {
                // With room for the next block: growing would copy it.
                let mut rest = Vec::with_capacity(BLOCK + STEP);
                rest.extend_from_slice(&source.pending[end..]);
                let mut bytes = std::mem::replace(&mut source.pending, rest);
                bytes.truncate(end);
                source.looked = 0;
                self.give_block(source, bytes, layout, None)
            }
        }
    }

    /// The source is over: the rest goes out.
    fn end(&mut self, source: &mut Source, ended_by: Option<NoteKind>) -> io::Result<()> {
        let bytes = std::mem::take(&mut source.pending);
        match source.start {
            Start::Stream(_) if bytes.is_empty() && ended_by.is_none() => Ok(()),
            Start::Stream(layout) => self.give_block(source, bytes, layout, ended_by),
            Start::Unclear | Start::Whole => {
                let gathered = Gathered { name: source.name.to_string(), bytes, ended_by };
                let mut responses = super::view::responses(gathered, self.options).into_iter().peekable();
                let first: Vec<_> = responses.by_ref().take(TOGETHER).collect();
                if responses.peek().is_none() {
                    return self.do_it(Work::Responses(first));
                }
                self.give(Work::Responses(first))?;
                while responses.peek().is_some() {
                    let more = responses.by_ref().take(TOGETHER).collect();
                    self.give(Work::Responses(more))?;
                }
                Ok(())
            }
        }
    }

    fn give_block(
        &mut self,
        source: &mut Source,
        bytes: Vec<u8>,
        layout: Layout,
        ended_by: Option<NoteKind>,
    ) -> io::Result<()> {
        let lines = memchr::memchr_iter(b'\n', &bytes).count();
        let block =
            Block { name: Arc::clone(&source.name), bytes, layout, first: source.first, line: source.line, ended_by };
        source.line += lines;
        source.first = false;
        self.give(Work::Block(block))
    }

    fn give(&mut self, work: Work) -> io::Result<()> {
        if self.threads == 0 {
            return self.do_it(work);
        }
        if self.jobs.is_none() {
            self.jobs = self.hire.take().map(|hire| hire());
        }
        let (base, buffer) = (self.base(&work), self.buffers.pop().unwrap_or_default());
        let job = Job { number: self.given, base, work, buffer };
        let sent = self.jobs.as_ref().map(|jobs| jobs.send(job));
        match sent {
            Some(Ok(())) => self.given += 1,
            Some(Err(mpsc::SendError(job))) => return self.do_it(job.work),
            None => {}
        }
        Ok(())
    }

    /// The number of the first response of some work: those under way are as many as there were last time.
    fn base(&self, work: &Work) -> usize {
        match work {
            Work::Block(_) => self.numbered + self.under_way() * self.usual,
            Work::Responses(responses) => responses.first().map_or(0, |first| first.origin.index),
        }
    }

    /// Works without a worker.
    fn do_it(&mut self, work: Work) -> io::Result<()> {
        self.own.begin(self.given, self.base(&work), Vec::new());
        self.given += 1;
        let done = carry_out(self.catalog, &mut self.own, self.options, None, work);
        self.done(done)
    }

    /// Takes back what a worker did, and writes as far as the order allows.
    fn done(&mut self, done: Done) -> io::Result<()> {
        self.waiting.insert(done.number, done);
        while let Some(done) = self.waiting.remove(&self.written) {
            self.written += 1;
            self.write(done)?;
        }
        Ok(())
    }

    fn write(&mut self, mut done: Done) -> io::Result<()> {
        if !self.total.deaf {
            let result = self.put(&mut done);
            match result {
                // Nobody reads on.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => self.total.deaf = true,
                other => other?,
            }
        }
        self.numbered += done.responses;
        self.usual = done.responses;
        self.total.responses += done.responses;
        self.total.understood |= done.understood;
        self.total.silence = self.total.silence.take().or(done.silence);
        self.total.exit = done.exit.map_or(self.total.exit, |exit| self.total.exit.worst(exit));
        if self.buffers.len() < self.threads && done.bytes.capacity() <= MOST_KEPT {
            done.bytes.clear();
            self.buffers.push(done.bytes);
        }
        Ok(())
    }

    fn put(&mut self, done: &mut Done) -> io::Result<()> {
        if !done.bytes.is_empty() {
            self.hush();
        }
        let out = &mut self.streams.out;
        let really = |number: usize| number + self.numbered - done.base;
        let length = |number: usize| Digits::of(number).as_bytes().len();
        if done.base == self.numbered {
            out.write_all(&done.bytes)?;
        } else if done.numbers.iter().all(|(_, number)| length(*number) == length(really(*number))) {
            for (place, number) in &done.numbers {
                let digits = Digits::of(really(*number));
                done.bytes[*place..][..digits.as_bytes().len()].copy_from_slice(digits.as_bytes());
            }
            out.write_all(&done.bytes)?;
        } else {
            // The guess was wrong where numbers get longer.
            let (page, mut from) = (&mut self.page, 0);
            page.clear();
            for (place, number) in &done.numbers {
                page.extend_from_slice(&done.bytes[from..*place]);
                page.extend_from_slice(Digits::of(really(*number)).as_bytes());
                from = place + length(*number);
            }
            page.extend_from_slice(&done.bytes[from..]);
            out.write_all(page)?;
            if page.capacity() > MOST_KEPT {
                *page = Vec::new();
            }
        }
        out.flush()
    }

    /// Says how far it is, where somebody is waiting.
    fn tell(&mut self) {
        let Some(talk) = &mut self.streams.progress else { return };
        let now = Instant::now();
        let due = self.spoke.map_or(self.began + PATIENCE, |last| last + BEAT);
        if now < due {
            return;
        }
        self.spoke = Some(now);
        let seconds = now.duration_since(self.began).as_secs_f64();
        let megabytes = self.read as f64 / 1e6;
        let speed = megabytes / seconds;
        let count = self.total.responses;
        // What stderr makes of it is nothing to stop for.
        let _ = write!(talk, "\r{count} responses · {megabytes:.0} MB · {speed:.0} MB/s\x1b[K");
        let _ = talk.flush();
    }

    /// Wipes that away.
    fn hush(&mut self) {
        if let (Some(talk), Some(_)) = (&mut self.streams.progress, self.spoke.take()) {
            let _ = write!(talk, "\r\x1b[K");
            let _ = talk.flush();
            self.began = Instant::now();
        }
    }
}

/// Reads until the end, as long as buffers come.
fn read(at: usize, mut reader: Box<dyn Read + Send>, wanted: &Receiver<Vec<u8>>, events: &Sender<Event>) {
    while let Ok(mut buffer) = wanted.recv() {
        match buffer.capacity() {
            // Fresh pages are zero already, and those that are not needed are never touched.
            0 => buffer = vec![0; STEP],
            _ => buffer.resize(STEP, 0),
        }
        let event = loop {
            match reader.read(&mut buffer) {
                Ok(0) => break Event::End(at, None),
                Ok(count) => {
                    buffer.truncate(count);
                    break Event::Bytes(at, buffer);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break Event::End(at, Some(NoteKind::Interrupted)),
            }
        };
        let ended = matches!(event, Event::End(..));
        if events.send(event).is_err() || ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
