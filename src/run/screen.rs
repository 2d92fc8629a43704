//! The terminal program as one more way to show responses: when it is possible, and what it is handed.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::piped::{Piped, Wake};
use super::{Failure, Run, secrets};
use crate::cli::{Form, Output};
use crate::exit::Exit;
use crate::input::{Arrived, Gathered, Part, at_once};
use crate::pack::Catalog;
use crate::text::plural;
use crate::tui::{self, Load, Settings, Stage, Start};
use crate::view::Reading;
use crate::{decode, input};

/// Between two words about progress.
const PROGRESS: Duration = Duration::from_millis(60);

impl Run<'_> {
    /// Whether to show screens: asked for, or stdout is a terminal that can; and there is one to read keys from.
    pub(super) fn on_screen(&self, output: &Output) -> bool {
        let asked = output.form() == Form::Tui;
        let fit = self.terminal.stdout && self.set("TERM") != Some("dumb");
        let quiet = output.quiet || output.summary;
        (asked || (output.form() == Form::Auto && fit && !quiet)) && tui::is_possible()
    }

    /// Shows what these files hold; `-` is stdin. No file: the start screen.
    pub(super) fn show_files(
        &mut self,
        catalog: &Arc<Catalog>,
        files: Vec<OsString>,
        options: input::Options,
        output: &Output,
        vendor: Option<String>,
    ) -> Result<Exit, Failure> {
        if files.is_empty() {
            return self.show(catalog, Start::Empty, options, output, vendor, Vec::new());
        }
        let on_disk: Vec<PathBuf> = files.iter().filter(|file| *file != "-").map(PathBuf::from).collect();
        // While a pipe's other end starts.
        let settings = self.screen_settings(catalog, options.clone(), output, vendor, on_disk);
        let mut ahead = Ahead { stage: Stage::new(settings), options: &options, decoded: None };
        let mut begun = Vec::new();
        if let [file] = files.as_slice() {
            match self.at_once(file, options.max_size, |bytes| ahead.go_on(bytes)) {
                Ok(gathered) => {
                    let start = ahead.start(gathered);
                    return self.play(ahead.stage, start, output);
                }
                Err(bytes) => begun = bytes,
            }
        }
        let stage = ahead.stage;
        let (sender, loads) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let (asked, splitting, before) = (Arc::clone(&stop), options.clone(), stage.curtain());
        // A terminal at stdin is read for keys, and by nobody else.
        let mut stdin = files.iter().any(|file| file == "-").then(|| self.stdin.take()).flatten();
        let in_file = stdin.is_some() && input::is_stdin_large();
        let (mut piped, wake) = stdin.take_if(|_| !in_file).map(Piped::new).unzip();
        let stop_reading = Box::new(move || {
            stop.store(true, Ordering::Relaxed);
            // A read that waits for a silent pipe looks at the flag when it is woken.
            wake.iter().for_each(|wake: &Wake| wake.wake());
        });
        thread::spawn(move || {
            for file in files {
                let mut told = Instant::now();
                let mut progress = |bytes: usize| {
                    if told.elapsed() > PROGRESS {
                        told = Instant::now();
                        drop(sender.send(Load::Progress(bytes as u64)));
                    }
                };
                let mut hand = |part| {
                    drop(sender.send(match part {
                        Part::Large(response) => Load::Large(response),
                        Part::Lot(lot) => Load::Lot(lot),
                    }));
                    // The rest is read when the first of it is to be seen.
                    before.wait();
                };
                let gathered = if file == "-" {
                    Ok(match (piped.take(), stdin.take()) {
                        (Some(pipe), _) => {
                            let pipe = io::Cursor::new(std::mem::take(&mut begun)).chain(pipe);
                            input::arrive(pipe, &splitting, &asked, progress, hand)
                        }
                        (None, Some(file)) => input::arrive_stdin(&splitting, &asked, &mut progress, &mut hand)
                            .unwrap_or_else(|| input::arrive(file, &splitting, &asked, progress, hand)),
                        // A second `-` finds the pipe at its end, as with cat.
                        (None, None) => input::arrive(io::empty(), &splitting, &asked, progress, hand),
                    })
                } else {
                    input::arrive_file(Path::new(&file), &splitting, &asked, progress, hand)
                };
                let load = match gathered {
                    Ok(Arrived::Whole(gathered)) => Load::Responses(super::view::responses(gathered, &splitting)),
                    Ok(Arrived::HandedOn(Some(why))) => Load::Failed(why.message().to_owned()),
                    Ok(Arrived::HandedOn(None)) => continue,
                    Err(error) => Load::Failed(error.to_string()),
                };
                if sender.send(load).is_err() {
                    return;
                }
            }
        });
        self.play(stage, Start::Loading(loads, stop_reading), output)
    }

    /// What a source holds, if it is small, no longer than `max`, and there at once; else what has been read of it.
    fn at_once(&mut self, file: &OsString, max: usize, meanwhile: impl FnMut(&[u8])) -> Result<Gathered, Vec<u8>> {
        if file != "-" {
            return at_once::file(Path::new(file), max).ok_or_else(Vec::new);
        }
        match &mut self.stdin {
            Some(stdin) => at_once::stdin(stdin, max, meanwhile),
            None => Err(Vec::new()),
        }
    }

    /// Runs the terminal program to its end.
    pub(super) fn show(
        &mut self,
        catalog: &Arc<Catalog>,
        start: Start,
        input: input::Options,
        output: &Output,
        vendor: Option<String>,
        files: Vec<PathBuf>,
    ) -> Result<Exit, Failure> {
        let settings = self.screen_settings(catalog, input, output, vendor, files);
        self.play(Stage::new(settings), start, output)
    }

    fn screen_settings(
        &mut self,
        catalog: &Arc<Catalog>,
        input: input::Options,
        output: &Output,
        vendor: Option<String>,
        files: Vec<PathBuf>,
    ) -> Settings {
        let (theme, mut told) = self.theme(output);
        let (keymap, clashes) = self.keymap();
        told.extend(clashes);
        self.warn(&told);
        let notice = (!told.is_empty())
            .then(|| format!("{} with keys or theme: `errview doctor` tells", plural(told.len(), "problem")));
        Settings {
            catalog: Arc::clone(catalog),
            judge: super::reporter::end,
            files,
            decode: decode::Options { vendor, now: self.now, ..decode::Options::default() },
            input,
            colors: self.color(output),
            keymap,
            theme,
            mouse: self.config.mouse.unwrap_or(true),
            notice,
            ascii: output.ascii || !self.utf8(),
            secrets: secrets(output),
            env: tui::Env::read(|name| self.env.get(name).cloned()),
        }
    }

    fn play(&mut self, stage: Stage, start: Start, output: &Output) -> Result<Exit, Failure> {
        let end = match stage.show(start) {
            Ok(end) => end,
            Err(error) => {
                self.error(&error.to_string(), Some("`-o text` needs no terminal"));
                return Ok(Exit::Unreadable);
            }
        };
        if let Some(text) = end.print {
            self.out.write_all(text.trim_end().as_bytes())?;
            self.out.write_all(b"\n")?;
        }
        if let Some(notice) = end.notice {
            let _ = writeln!(self.talk, "{notice}");
        }
        if let Some(signal) = end.signal {
            return Ok(Exit::Signal(signal));
        }
        Ok(if output.exit_status {
            worst(&end.readings).worst(end.rest.unwrap_or(Exit::Success))
        } else {
            Exit::Success
        })
    }
}

/// What is done before a pipe has come to its end.
struct Ahead<'o> {
    stage: Stage,
    options: &'o input::Options,
    /// What has been decoded, and of how many bytes: if no more come, that is all.
    decoded: Option<(usize, Vec<Reading>)>,
}

impl Ahead<'_> {
    /// Goes on while nothing can be read: before the first byte with the stage, then with a body that may be whole. The
    /// writer takes as long to end as it takes to decode one.
    fn go_on(&mut self, bytes: &[u8]) {
        let known = self.decoded.as_ref().is_some_and(|(length, _)| *length == bytes.len());
        if bytes.is_empty() {
            // What fails is tried again, and told, when there is something to show.
            let _ = self.stage.set();
        } else if !known && matches!(bytes.trim_ascii_end(), [.., b'}' | b']' | b'>']) {
            let gathered = Gathered { name: "stdin".into(), bytes: bytes.to_vec(), ended_by: None };
            let responses = super::view::responses(gathered, self.options);
            self.decoded = Some((bytes.len(), self.stage.decode(responses)));
        }
    }

    /// What to show of a source that is small.
    fn start(&mut self, gathered: Gathered) -> Start {
        match self.decoded.take() {
            Some((length, readings)) if length == gathered.bytes.len() => Start::Read(readings),
            _ => Start::Responses(super::view::responses(gathered, self.options)),
        }
    }
}

/// The worst end of the responses that are at hand.
fn worst(readings: &[Reading]) -> Exit {
    let ends = readings.iter().map(|reading| super::reporter::end(&reading.decoded));
    ends.fold(Exit::Success, Exit::worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decoded_ahead_counts_if_nothing_more_came() {
        let options = input::Options::default();
        let whole = |bytes: &[u8]| Gathered { name: "stdin".into(), bytes: bytes.to_vec(), ended_by: None };
        let after = |seen: &[&[u8]], all: &[u8]| {
            let stage = Stage::new(Settings::new(Arc::new(Catalog::builtin())));
            let mut ahead = Ahead { stage, options: &options, decoded: None };
            seen.iter().for_each(|bytes| ahead.go_on(bytes));
            match ahead.start(whole(all)) {
                Start::Read(readings) => (true, readings.len()),
                Start::Responses(responses) => (false, responses.len()),
                Start::Loading(..) | Start::Empty => panic!("it is all there"),
            }
        };
        assert_eq!(after(&[b"{\"a\":1}"], b"{\"a\":1}"), (true, 1));
        assert_eq!(after(&[b"{\"a\":1}"], b"{\"a\":1}\n{\"a\":2}"), (false, 2));
        assert_eq!(after(&[b"{\"a\":1}\n", b"{\"a\":1}\n{\"a\":2}"], b"{\"a\":1}\n{\"a\":2}"), (true, 2));
        assert_eq!(after(&[b"{\"a\":"], b"{\"a\":1}"), (false, 1), "half a body is not worth it");
    }
}
