//! What takes time or leaves the program: splitting and decoding, files, the browser, the editor. Each on a thread of its own,
//! answering by message; a panic there is a message as well.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::Settings;
use super::curtain::Curtain;
use super::farm::Farm;
use super::many::{Gister, Many};
use super::msg::{Load, Msg, Toast};
use crate::document::{Document, Indexed, Regular};
use crate::exit::Exit;
use crate::input::{self, Arrived, Part, Response};
use crate::view::{Reading, Shelf};
use crate::{decode, demo};

/// Responses that are decoded before the screen hears of them again.
const BATCH: usize = 64;

/// How long to wait for a pipe that has nothing to say.
const DRIP: Duration = Duration::from_millis(1);
/// Between two looks at a watched file.
const LOOK: Duration = Duration::from_secs(1);
/// Between two words about progress.
const TELL: Duration = Duration::from_millis(60);
/// What is no JSON throughout is read as a whole up to this size; a node for each value is the price.
const READ_WHOLE: usize = 64 << 20;

/// Starts work.
#[derive(Clone)]
pub(super) struct Worker {
    settings: Arc<Settings>,
    messages: Sender<Msg>,
    curtain: Curtain,
    demo: usize,
    /// Whether the present watch goes on.
    watching: Arc<AtomicBool>,
}

impl Worker {
    /// `curtain` is that before the first screen.
    pub(super) fn new(settings: &Settings, messages: Sender<Msg>, curtain: Curtain) -> Self {
        Self { settings: Arc::new(settings.clone()), messages, curtain, demo: 0, watching: Arc::default() }
    }

    /// Decodes responses where it is called.
    pub(super) fn decode_here(&self, responses: Vec<Response>) -> Vec<Reading> {
        let Settings { catalog, decode, .. } = &*self.settings;
        responses.into_iter().map(|response| Reading::new(catalog, response, decode)).collect()
    }

    /// Decodes responses.
    pub(super) fn decode(&self, responses: Vec<Response>) {
        self.spawn(move |worker| {
            worker.read(responses);
            None
        });
    }

    /// Decodes what a loader brings.
    pub(super) fn follow(&self, loads: Receiver<Load>) {
        self.spawn(move |worker| {
            let mut failure = None;
            let (settings, catalog, index) = (&*worker.settings, &*worker.settings.catalog, OnceLock::new());
            let gister = || Gister::new(catalog, settings, &index);
            let mut many = Many::new(gister());
            thread::scope(|scope| {
                let mut farm = None;
                for load in loads {
                    if let (Load::Lot(lot), Some(index)) = (&load, many.is_full()) {
                        let start = || Farm::start(scope, index, gister, |msg| worker.tell(msg));
                        farm.get_or_insert_with(start).read(lot.clone());
                        continue;
                    }
                    if let (Some(farm), false) = (&farm, matches!(load, Load::Progress(_))) {
                        Farm::wait(farm);
                    }
                    match load {
                        Load::Progress(bytes) => worker.tell(Msg::Progress(bytes)),
                        Load::Responses(responses) => worker.read(responses),
                        Load::Lot(lot) => many.read(lot, |msg| worker.tell(msg)),
                        Load::Large(response) => worker.large(response),
                        Load::Failed(words) => failure = Some(words),
                    }
                }
            });
            failure
        });
    }

    /// Splits text into responses and decodes them.
    pub(super) fn split(&self, name: String, bytes: Vec<u8>) {
        self.spawn(move |worker| {
            let responses = input::split(&name, bytes, &worker.settings.input);
            let empty = responses.is_empty();
            worker.read(responses);
            empty.then(|| format!("nothing in the {name}"))
        });
    }

    /// Reads a file.
    pub(super) fn file(&self, name: String) {
        self.spawn(move |worker| {
            let path = match (name.strip_prefix("~/"), std::env::var_os("HOME")) {
                (Some(rest), Some(home)) => std::path::PathBuf::from(home).join(rest),
                _ => name.into(),
            };
            let stop = Arc::new(AtomicBool::new(false));
            let progress = |bytes: usize| worker.tell(Msg::Progress(bytes as u64));
            match input::read_file(&path, worker.settings.input.max_size, &stop, progress) {
                Ok(gathered) => {
                    worker.read(gathered.split(&worker.settings.input));
                    worker.tell(Msg::Opened(path));
                    None
                }
                Err(error) => Some(error.to_string()),
            }
        });
    }

    /// Reads a file again. Only what lies on a disk can be: a pipe has been emptied.
    pub(super) fn read_again(&self, file: PathBuf, asked: bool) {
        self.spawn(move |worker| {
            let name = crate::text::clean(&file.to_string_lossy());
            match std::fs::metadata(&file) {
                Ok(kind) if kind.is_file() => {}
                Ok(_) => return Some(format!("{name} cannot be read again: it is no regular file")),
                Err(error) => return Some(format!("{name} cannot be read again: {error}")),
            }
            let stop = Arc::new(AtomicBool::new(false));
            let Settings { catalog, decode, input, .. } = &*worker.settings;
            let index = OnceLock::new();
            let (mut many, mut readings, mut rest) =
                (Many::new(Gister::new(catalog, &worker.settings, &index)), Shelf::default(), None);
            let read = |response| Reading::new(catalog, response, decode);
            let hand = |part| match part {
                Part::Large(response) => match read(response) {
                    reading if reading.document.is_large() => readings.push(reading),
                    other => worker.as_whole(&other.response).into_iter().for_each(|one| readings.push(read(one))),
                },
                Part::Lot(lot) => many.read(lot, |msg| collect(msg, &mut readings, &mut rest)),
            };
            match input::arrive_file(&file, input, &stop, |_| {}, hand) {
                Ok(Arrived::Whole(gathered)) => {
                    gathered.split(input).into_iter().for_each(|response| readings.push(read(response)));
                }
                Ok(Arrived::HandedOn(_)) => {}
                Err(error) => return Some(error.to_string()),
            }
            let large: Vec<_> = readings.at_hand().filter(|reading| reading.document.is_large()).cloned().collect();
            worker.tell(Msg::Again { file, readings, rest, asked });
            large.into_iter().for_each(|reading| worker.learn_behind(reading.document, reading.response));
            None
        });
    }

    /// Watches files, and no longer those that were watched before. Without files nothing runs; with some, one look at each
    /// a second, which costs less than what a system offers for telling would to carry along.
    pub(super) fn watch(&mut self, files: Vec<PathBuf>) {
        self.watching.store(false, Ordering::Relaxed);
        if files.is_empty() {
            return;
        }
        let on = Arc::new(AtomicBool::new(true));
        self.watching = Arc::clone(&on);
        let messages = self.messages.clone();
        let look = |file: &PathBuf| std::fs::metadata(file).ok().map(|now| (now.modified().ok(), now.len()));
        let mut known: Vec<_> = files.iter().map(look).collect();
        thread::spawn(move || {
            let mut last = known.clone();
            while on.load(Ordering::Relaxed) {
                thread::sleep(LOOK);
                let now: Vec<_> = files.iter().map(look).collect();
                for (at, file) in files.iter().enumerate() {
                    // Whoever writes may not be done: it is read when it has rested, and not while it is away.
                    if now[at].is_some() && now[at] != known[at] && now[at] == last[at] {
                        known[at] = now[at];
                        if on.load(Ordering::Relaxed) && messages.send(Msg::Changed(file.clone())).is_err() {
                            return;
                        }
                    }
                }
                last = now;
            }
        });
    }

    /// Reads a built-in response, the next one each time.
    pub(super) fn demo(&mut self) {
        let demo = demo::ALL[self.demo % demo::ALL.len()];
        self.demo += 1;
        self.split(format!("demo {}", demo.name), demo.bytes.to_vec());
    }

    /// Opens an address in the browser. It is one argument of a program, never a line for a shell.
    pub(super) fn open(&self, address: String) {
        let messages = self.messages.clone();
        thread::spawn(move || {
            let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
            let mut command = if cfg!(windows) { Command::new("explorer") } else { Command::new(opener) };
            command.arg(&address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let toast = match command.status() {
                Ok(_) => Toast::good(format!("handed to the browser: {address}")),
                Err(_) => Toast::bad(format!("no browser; the address is {address}")),
            };
            let _ = messages.send(Msg::Toast(toast));
        });
    }

    /// Shows a large response by what its beginning says, and learns the rest behind it.
    fn large(&self, response: Response) {
        let reading = Reading::new(&self.settings.catalog, response, &self.settings.decode);
        if let (false, Some(supply)) = (reading.document.is_large(), &reading.response.supply) {
            // It begins as JSON does and is not of the strict form, which only who has all of it can read.
            while !supply.is_ended() {
                self.tell(Msg::Progress(supply.len() as u64));
                thread::sleep(TELL);
            }
            return self.read(self.as_whole(&reading.response));
        }
        let (document, response) = (reading.document.clone(), reading.response.clone());
        self.tell(Msg::Read(vec![reading]));
        self.learn_behind(document, response);
    }

    /// Learns the rest of a large response.
    fn learn_behind(&self, document: Document, response: Response) {
        let worker = self.clone();
        thread::spawn(move || {
            let learnt = catch_unwind(AssertUnwindSafe(|| worker.learn(&document, &response)));
            if learnt.is_err() {
                worker.tell(Msg::Toast(Toast::bad("a fault in errview: only the beginning could be read")));
            }
        });
    }

    fn learn(&self, document: &Document, response: &Response) {
        self.curtain.wait();
        let mut told = Instant::now();
        loop {
            match document.index_more() {
                Indexed::More => {}
                Indexed::Waiting => thread::sleep(DRIP),
                Indexed::Whole => break,
            }
            if told.elapsed() > TELL {
                self.tell(Msg::Known(document.clone()));
                told = Instant::now();
            }
        }
        if document.source_len() <= input::AT_ONCE {
            return self.replace(document, response);
        }
        self.tell(Msg::Known(document.clone()));
        let decode = |document: Document| {
            let decoded = decode::decode(&self.settings.catalog, response, &document, &self.settings.decode);
            self.tell(Msg::Refined(Box::new(Reading::from_parts(response.clone(), document, decoded))));
        };
        decode(document.clone());
        match document.check(|_| true) {
            Some(Regular::Until(_)) if document.source_len() <= READ_WHOLE => self.replace(document, response),
            Some(Regular::Until(at)) => decode(document.until(at)),
            Some(Regular::Yes) if !document.problems().is_empty() => decode(document.clone()),
            Some(Regular::Yes) | None => {}
        }
    }

    /// Reads as a whole what was taken for a large document: it is none, or not that large.
    fn replace(&self, document: &Document, response: &Response) {
        let read = |response| Reading::new(&self.settings.catalog, response, &self.settings.decode);
        let readings = self.as_whole(response).into_iter().map(read).collect();
        self.tell(Msg::Replaced(document.clone(), readings));
    }

    /// The responses in what was handed on as one.
    fn as_whole(&self, response: &Response) -> Vec<Response> {
        let all = response.supply.as_ref().map(|supply| supply.copy(0, usize::MAX)).unwrap_or_default();
        let mut responses = input::split(response.origin.name.source(), all, &self.settings.input);
        if let Some(first) = responses.first_mut().filter(|first| first.heads.is_empty()) {
            first.heads.clone_from(&response.heads);
        }
        responses
    }

    /// Searches a large document.
    pub(super) fn search(&self, document: Document, words: String, from: usize, forward: bool) {
        let worker = self.clone();
        thread::spawn(move || {
            let wait = || {
                thread::sleep(DRIP);
                true
            };
            let offset = document.find(&words, from, forward, wait);
            // The row can be found when the index has come that far.
            while offset.is_some_and(|at| document.extent().is_some_and(|extent| !extent.whole && extent.known <= at)) {
                thread::sleep(DRIP);
            }
            worker.tell(Msg::Found { document, offset });
        });
    }

    fn read(&self, responses: Vec<Response>) {
        let mut batch = Vec::new();
        let mut told = Instant::now();
        for response in responses {
            batch.push(Reading::new(&self.settings.catalog, response, &self.settings.decode));
            if batch.len() >= BATCH && told.elapsed() > TELL {
                self.tell(Msg::Read(std::mem::take(&mut batch)));
                told = Instant::now();
            }
        }
        self.tell(Msg::Read(batch));
    }

    fn tell(&self, msg: Msg) {
        // Nobody listens any more only at the end of the program.
        let _ = self.messages.send(msg);
    }

    /// Runs work that ends with a reason why it failed, if it did.
    fn spawn(&self, work: impl FnOnce(&Self) -> Option<String> + Send + 'static) {
        let worker = self.clone();
        thread::spawn(move || {
            let end = catch_unwind(AssertUnwindSafe(|| work(&worker)));
            let failure = end.unwrap_or_else(|_| Some("a fault in errview: this input could not be read".to_owned()));
            worker.tell(Msg::End(failure));
        });
    }
}

/// Keeps what was read of a file for when all of it was.
pub(super) fn collect(msg: Msg, shelf: &mut Shelf, ends: &mut Option<Exit>) {
    match msg {
        Msg::Read(readings) => readings.into_iter().for_each(|reading| shelf.push(reading)),
        Msg::Listed { lot, index, gists, rest } => {
            shelf.shelve(&lot, index, gists);
            *ends = Some(ends.map_or(rest, |known| known.worst(rest)));
        }
        _ => {}
    }
}

/// Shows text in the user's editor and waits for its end. The copy is gone afterwards.
pub(super) fn edit(body: &[u8], editor: Option<&str>) -> io::Result<()> {
    let path = std::env::temp_dir().join(format!("errview-{}.txt", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Err(error) = options.open(&path)?.write_all(body) {
        // Half a copy is nothing to look at, and nothing to leave behind.
        std::fs::remove_file(&path)?;
        return Err(error);
    }
    let mut words = editor.unwrap_or("vi").split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("vi"));
    command.args(words).arg(&path);
    // Our stdin may be the pipe that the response came from.
    #[cfg(unix)]
    if let Ok(terminal) = std::fs::File::open("/dev/tty") {
        command.stdin(terminal);
    }
    let status = command.status();
    let removed = std::fs::remove_file(&path);
    status.and(removed)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::pack::Catalog;
    use crate::supply::Supply;
    use crate::view::Mark;

    /// What the screen hears until reading is over.
    fn heard(body: &str, from_file: bool) -> Vec<Msg> {
        let supply = if from_file {
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(body.as_bytes()).expect("written");
            Supply::file(file).expect("a supply")
        } else {
            Supply::whole(body.as_bytes())
        };
        let (sender, messages) = channel();
        let worker = Worker::new(&Settings::new(Arc::new(Catalog::builtin())), sender, Curtain::default());
        let response = Response { supply: Some(supply), ..Response::from_body("stdin", Vec::new()) };
        worker.large(response);
        drop(worker);
        messages.iter().collect()
    }

    fn long(items: usize, end: &str) -> String {
        format!("{{\"type\":\"about:blank\",\"list\":[{}0],{end}", "{\"a\":[1,2]},".repeat(items))
    }

    /// So many items are more than is read at once.
    const MANY: usize = input::AT_ONCE / 12;

    fn readings(heard: &[Msg]) -> Vec<&Reading> {
        heard
            .iter()
            .flat_map(|msg| match msg {
                Msg::Read(readings) | Msg::Replaced(_, readings) => readings.iter().collect(),
                Msg::Refined(reading) => vec![&**reading],
                _ => Vec::new(),
            })
            .collect()
    }

    #[test]
    fn what_stands_at_the_end_is_decoded_when_it_is_known() {
        for from_file in [false, true] {
            let heard = heard(&long(MANY, "\"title\":\"Gone\",\"status\":410}"), from_file);
            let readings = readings(&heard);
            assert_eq!(readings.len(), 2);
            assert!(readings[0].mark() != Mark::Fail && readings[1].mark() == Mark::Fail);
            assert!(readings[1].document.extent().is_some_and(|extent| extent.whole));
            assert!(heard.iter().any(|msg| matches!(msg, Msg::Known(_))));
        }
    }

    #[test]
    fn a_body_that_is_cut_says_so() {
        let heard = heard(&long(MANY, "\"title\":\"Go"), false);
        let last = readings(&heard).pop().cloned().expect("a reading");
        assert!(last.decoded.problems.iter().any(|trouble| trouble.grave), "{:?}", last.decoded.problems);
    }

    #[test]
    fn what_turns_out_to_be_small_is_read_as_a_whole() {
        let heard = heard(&long(10_000, "\"title\":\"Gone\",\"status\":410}"), false);
        let [first, last] = readings(&heard)[..] else { panic!("{heard:?}") };
        assert!(first.document.is_large() && first.mark() != Mark::Fail);
        assert!(!last.document.is_large() && last.mark() == Mark::Fail);
        assert!(last.response.supply.is_none() && last.document.problems().is_empty());
    }

    #[test]
    fn what_only_begins_like_json_is_read_as_a_whole() {
        let body = format!("{{'type':'about:blank','status':410,'list':[{}0]}}", "1,".repeat(50_000));
        for from_file in [false, true] {
            let heard = heard(&body, from_file);
            let [reading] = readings(&heard)[..] else { panic!("{heard:?}") };
            assert!(!reading.document.is_large());
            assert_eq!((reading.document.len(), reading.mark()), (50_005, Mark::Fail));
        }
    }

    #[test]
    fn what_turns_out_to_be_no_json_is_read_as_a_whole() {
        let heard = heard(&long(MANY, "\"b\":1}\n{\"second\":2}\n"), false);
        let replaced = heard.iter().find_map(|msg| match msg {
            Msg::Replaced(_, readings) => Some(readings),
            _ => None,
        });
        assert_eq!(replaced.expect("replaced").len(), 2);
    }
}
