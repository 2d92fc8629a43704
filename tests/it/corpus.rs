//! The fuzz targets without a fuzzer: the corpus is replayed, every prefix of every fixture and random mutations go
//! through all of them.
//!
//! `ERRVIEW_MUTATIONS` sets how many mutations (400; the scheduled workflow asks for 100,000).

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/checks.rs"]
mod checks;
use super::oracle;

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// Inputs that people wrote: what the cases, the demos and the tests of the readers are made of.
fn fixtures() -> Vec<Vec<u8>> {
    let inputs = ["tests/cases", "tests/fixtures", "assets/demos"].into_iter().flat_map(files);
    let inputs = inputs.filter(|path| path.file_stem().is_none_or(|stem| stem != "expected" && stem != "args"));
    let all: Vec<_> = inputs.map(|path| fs::read(path).expect("a fixture")).filter(|body| !body.is_empty()).collect();
    assert!(all.len() > 50);
    all
}

#[test]
fn the_corpus_is_replayed() {
    for (name, check) in checks::ALL {
        let corpus = files(&format!("fuzz/corpus/{name}"));
        assert!(!corpus.is_empty(), "{name} has a corpus");
        for path in corpus {
            let bytes = fs::read(&path).expect("a corpus file");
            assert!(bytes.len() < 16 * 1024, "{}: a corpus in a repository is small", path.display());
            let run = std::panic::catch_unwind(|| check(&bytes));
            assert!(run.is_ok(), "{} breaks {name}", path.display());
        }
    }
}

/// Otherwise the target for packs would never get to see one that is used.
#[test]
fn the_corpus_has_packs_that_load() {
    for name in ["shape", "items", "table", "message"] {
        let part = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/pack").join(name));
        assert_eq!(checks::load(checks::whole_pack(&part.expect("a part of a pack"))), [], "{name}");
    }
}

#[test]
fn every_prefix_of_every_fixture_is_read_and_reported() {
    for body in fixtures() {
        // Long ones in steps; the ends of both kinds are in all of them.
        let step = 1 + body.len() / 12;
        for end in (0..body.len()).step_by(step).chain([body.len()]) {
            checks::decode_and_report(&body[..end]);
        }
    }
}

#[test]
fn every_byte_of_a_small_fixture_may_be_the_last() {
    let small = fixtures().into_iter().filter(|body| body.len() < 220);
    for body in small.take(3) {
        for end in 0..body.len() {
            checks::decode_and_report(&body[..end]);
            checks::screen(&[&[50, 60, 3, b'n', b'3', b'4'], &body[..end]].concat());
        }
    }
}

/// A generator of numbers that a failure can name.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // xorshift64*: good enough to be unpredictable to the reader.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end.max(1)
    }

    fn mutate(&mut self, body: &mut Vec<u8>, others: &[Vec<u8>]) {
        let at = self.below(body.len());
        let to = (at + 1 + self.below(12)).min(body.len());
        match self.below(7) {
            0 if at < body.len() => body[at] ^= 1 << self.below(8),
            1 => drop(body.drain(at..to)),
            2 => body.truncate(at),
            3 => {
                let piece = body[at..to].to_vec();
                body.splice(at..at, piece.repeat(1 + self.below(4)));
            }
            4 => {
                let odd = [
                    "\u{202e}",
                    "\x1b]0;x\x07",
                    "\0",
                    "\"",
                    "{",
                    "]",
                    "\\u",
                    "1e999",
                    "\u{feff}",
                    "é",
                    "HTTP/1.1 ",
                    "<",
                    "\n",
                ];
                body.splice(at..at, odd[self.below(odd.len())].bytes());
            }
            5 => {
                let other = &others[self.below(others.len())];
                let from = self.below(other.len());
                body.splice(at..to, other[from..(from + 40).min(other.len())].iter().copied());
            }
            _ => body.swap(at, to.saturating_sub(1)),
        }
        if body.is_empty() {
            body.push(b'{');
        }
    }
}

#[test]
fn random_mutations_are_read_reported_and_drawn() {
    let count = std::env::var("ERRVIEW_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(400_u64);
    let all = fixtures();
    for seed in 1..=count {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut body = all[dice.below(all.len())].clone();
        for _ in 0..=dice.below(6) {
            dice.mutate(&mut body, &all);
        }
        let screen: Vec<u8> = [dice.below(100), dice.below(100), 4].map(|byte| byte as u8).to_vec();
        let keys: Vec<u8> = (0..4).map(|_| dice.below(128) as u8).collect();
        let run = std::panic::catch_unwind(|| {
            oracle::check(&body);
            checks::decode_and_report(&body);
            checks::screen(&[&screen[..], &keys, &body].concat());
        });
        assert!(run.is_ok(), "seed {seed} with keys {keys:?}: {}", body.escape_ascii());
    }
}
