//! The floor for End and for searches: one pass over the bytes of a file or a pipe, and nothing else.
//!
//! ```text
//! cargo bench --bench pass -- FILE [WORDS] [RUNS]      cat FILE | cargo bench --bench pass -- - [WORDS]
//! ```
//!
//! Without WORDS it looks for the last line's end as `wc -l` would (`memchr`), with WORDS for them (`memmem`). The time is
//! in-process, from the first read to the last byte, the median of the runs: neither the start of a program nor a terminal
//! is in it. Bytes are read 256 KiB at a time and not kept.

#![expect(clippy::print_stdout, reason = "a figure on stdout is all that it is for")]

use std::fs::File;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use memchr::memmem::Finder;

/// How much is read at a time.
const STEP: usize = 256 * 1024;

fn main() {
    // Cargo adds a flag of its own.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(source) = words.next() else {
        println!("pass: needs a FILE or -");
        return;
    };
    let needle = words.next().filter(|needle| !needle.is_empty());
    let runs = words.next().and_then(|runs| runs.parse().ok()).filter(|_| source != "-").unwrap_or(1);
    let mut times: Vec<Duration> = Vec::new();
    let mut last = (0, 0);
    for _ in 0..runs {
        let reader: Box<dyn Read> = match source.as_str() {
            "-" => Box::new(io::stdin()),
            file => Box::new(File::open(file).expect("a file")),
        };
        let start = Instant::now();
        last = pass(reader, needle.as_deref());
        times.push(start.elapsed());
    }
    times.sort();
    let (bytes, found) = last;
    let what = if needle.is_some() { "memmem" } else { "memchr" };
    println!("{what}: {:.2} ms, {bytes} bytes, {found} found", times[runs / 2].as_secs_f64() * 1000.0);
}

/// How many bytes there are, and how many line ends or places of the words.
fn pass(mut reader: impl Read, needle: Option<&str>) -> (usize, usize) {
    let finder = needle.map(Finder::new);
    let overlap = needle.map_or(0, |needle| needle.len() - 1);
    let mut room = vec![0; STEP + overlap];
    let (mut held, mut bytes, mut found) = (0, 0, 0);
    loop {
        let count = reader.read(&mut room[held..held + STEP]).expect("readable");
        if count == 0 {
            return (bytes, found);
        }
        bytes += count;
        let there = &room[..held + count];
        found += match &finder {
            Some(finder) => finder.find_iter(there).count(),
            None => memchr::memchr_iter(b'\n', there).count(),
        };
        // Words may lie across two reads.
        let keep = overlap.min(there.len());
        let from = there.len() - keep;
        room.copy_within(from..from + keep, 0);
        held = keep;
    }
}
