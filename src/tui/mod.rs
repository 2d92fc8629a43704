//! The terminal program: messages in, a changed model, a drawn screen, effects out.
//!
//! In: responses, or a loader that brings them. Out: a screen, and on request a text for stdout after the end. It knows
//! `view` and `report`; the terminal libraries are named nowhere else.

mod action;
pub mod clipboard;
mod copy;
mod curtain;
mod draw;
mod events;
mod farm;
mod hyperlinks;
mod keymap;
mod layout;
mod many;
mod model;
mod msg;
mod paint;
mod terminal;
mod theme;
mod update;
mod work;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use crate::decode::Decoded;
use crate::exit::Exit as Ends;
use crate::input::Response;
use crate::pack::Catalog;
use crate::secrets::Secrets;
use crate::view::Reading;
use crate::{decode, input};

pub use curtain::Curtain;
pub use draw::{draw, draw_with_links};
pub use hyperlinks::Link;
pub use keymap::{Keymap, KeymapError};
pub use model::Model;
pub use msg::{Effect, Load, Msg, Toast};
pub use theme::{THEMES, Theme, ThemeError};
pub use update::update;

use model::Screen;
use terminal::Terminal;
use work::Worker;

/// How the program was started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// All packs.
    pub catalog: Arc<Catalog>,
    /// How responses are decoded.
    pub decode: decode::Options,
    /// How pasted and opened text becomes responses.
    pub input: input::Options,
    /// Whether there may be colours.
    pub colors: bool,
    /// The keys.
    pub keymap: Keymap,
    /// The colours.
    pub theme: Theme,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Whether credentials are masked.
    pub secrets: Secrets,
    /// Whether clicks and the wheel are asked for.
    pub mouse: bool,
    /// The files among the sources: they can be read again.
    pub files: Vec<PathBuf>,
    /// What the environment says.
    pub env: Env,
    /// A line to begin with, where something around the program is wrong.
    pub notice: Option<String>,
    /// How a response ends a run.
    pub judge: fn(&Decoded) -> Ends,
}

/// What the environment says, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    /// Inside tmux (`TMUX`).
    pub tmux: bool,
    /// Over SSH (`SSH_TTY`, `SSH_CONNECTION`).
    pub ssh: bool,
    /// There is a display: `DISPLAY`, `WAYLAND_DISPLAY`, or a system that always has one.
    pub display: bool,
    /// `VISUAL`, else `EDITOR`.
    pub editor: Option<String>,
    /// Whether the terminal may be told of links: it may, unless `ERRVIEW_NO_HYPERLINKS` says no or it is too simple.
    pub hyperlinks: bool,
}

impl Env {
    /// Reads it through a look-up of variables.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        Self {
            tmux: set("TMUX").is_some(),
            ssh: set("SSH_TTY").or_else(|| set("SSH_CONNECTION")).is_some(),
            display: cfg!(any(target_os = "macos", windows))
                || set("DISPLAY").or_else(|| set("WAYLAND_DISPLAY")).is_some(),
            editor: set("VISUAL").or_else(|| set("EDITOR")),
            hyperlinks: set("ERRVIEW_NO_HYPERLINKS").is_none()
                && (cfg!(windows) || set("TERM").is_some_and(|term| term != "dumb" && term != "linux")),
        }
    }
}

impl Settings {
    /// The usual settings over a catalog.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            decode: decode::Options::default(),
            input: input::Options::default(),
            colors: true,
            keymap: Keymap::builtin(),
            theme: Theme::named("ansi", true, false),
            ascii: false,
            secrets: Secrets::Masked,
            mouse: true,
            files: Vec::new(),
            env: Env::default(),
            notice: None,
            judge: |_| Ends::Success,
        }
    }
}

/// What there is to show.
pub enum Start {
    /// These responses.
    Responses(Vec<Response>),
    /// These responses, decoded.
    Read(Vec<Reading>),
    /// What a loader brings, until it hangs up. The function asks it to stop and hand over what it has.
    Loading(Receiver<Load>, Box<dyn Fn()>),
    /// Nothing: the start screen.
    Empty,
}

/// How it ended.
#[derive(Debug, Default)]
pub struct Exit {
    /// The responses that were read in full.
    pub readings: Vec<Reading>,
    /// How the worst of all others ends the run.
    pub rest: Option<Ends>,
    /// What the user asked to print on stdout.
    pub print: Option<String>,
    /// A line for stderr.
    pub notice: Option<String>,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

/// Why it could not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no terminal, or it failed.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}

/// Whether there is a terminal to read keys from, and it is large enough.
pub fn is_possible() -> bool {
    let readable = !cfg!(unix) || std::fs::File::open("/dev/tty").is_ok();
    readable && terminal::size().is_ok_and(|(width, height)| layout::form(width, height) != layout::Form::TooSmall)
}

/// Columns and rows of the terminal, where there is one.
pub fn size() -> Option<(u16, u16)> {
    terminal::size().ok()
}

/// How long the first screen waits for something to show: a fast pipe never shows progress.
const PATIENCE: Duration = Duration::from_millis(150);

/// Sizes come in storms while a window is dragged: the first is drawn at once, then no more than one in this time.
const STORM: Duration = Duration::from_millis(40);

/// The terminal program before there is something to show. What a response has no say in can be done while that is awaited.
pub struct Stage {
    worker: Worker,
    model: Model,
    sender: Sender<Msg>,
    messages: Receiver<Msg>,
    curtain: Curtain,
    taken: Option<Taken>,
}

/// What is taken from the system until the end: signals, and the terminal.
type Taken = (events::Signals, Terminal);

impl Stage {
    /// One that has taken nothing yet.
    pub fn new(settings: Settings) -> Self {
        let (sender, messages) = channel();
        let curtain = Curtain::default();
        let worker = Worker::new(&settings, sender.clone(), curtain.clone());
        Self { worker, model: Model::new(settings, (80, 24)), sender, messages, curtain, taken: None }
    }

    /// What tells others when the first screen is up.
    pub fn curtain(&self) -> Curtain {
        self.curtain.clone()
    }

    /// Decodes a few small responses at once: a thread would take longer to start.
    pub fn decode(&self, responses: Vec<Response>) -> Vec<Reading> {
        self.worker.decode_here(responses)
    }

    /// Takes the terminal over. Nothing is seen of that before the first screen.
    pub fn set(&mut self) -> Result<(), Error> {
        if self.taken.is_none() {
            self.taken = Some(self.take()?);
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Taken, Error> {
        let signals = events::catch()?;
        let terminal = Terminal::enter(self.model.mouse, self.model.env().hyperlinks)?;
        self.model.size = terminal::size()?;
        self.model.settle();
        Ok((signals, terminal))
    }

    /// Runs until the user quits.
    pub fn show(mut self, start: Start) -> Result<Exit, Error> {
        let small = |all: &[Response]| all.iter().map(Response::body_len).sum::<usize>() <= input::at_once::SMALL;
        let (mut stop, mut read) = (None, None);
        if !matches!(start, Start::Empty) {
            self.model.screens = vec![Screen::Loading];
        }
        match start {
            Start::Empty => {}
            Start::Read(readings) => read = Some(readings),
            Start::Responses(responses) if small(&responses) => read = Some(self.decode(responses)),
            Start::Responses(responses) => self.worker.decode(responses),
            Start::Loading(loads, stop_loading) => {
                self.model.loading = Some(0);
                self.worker.follow(loads);
                stop = Some(stop_loading);
            }
        }
        // Others read and decode meanwhile.
        let taken = match self.taken.take() {
            Some(taken) => taken,
            None => self.take()?,
        };
        if let Some(readings) = read {
            let msg = if readings.is_empty() { Msg::End(None) } else { Msg::Read(readings) };
            drop(update(msg, &mut self.model));
        }
        // What is there at once is shown at once, without a screen of progress before it.
        let until = Instant::now() + PATIENCE;
        while let Some(Screen::Loading) = self.model.top() {
            match self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(msg) => drop(update(msg, &mut self.model)),
                Err(_) => break,
            }
        }
        self.play(taken, stop)
    }

    /// Shows the model and does what keys and messages ask for, until the end.
    fn play(self, (signals, mut terminal): Taken, stop: Option<Box<dyn Fn()>>) -> Result<Exit, Error> {
        let Self { worker, mut model, sender, messages, curtain, taken: _ } = self;
        let mut signals = Some(signals);
        let mut outside = Outside { worker, stop, clipboard: clipboard::Clipboard::new(model.env(), sender.clone()) };
        let mut go_on = None;
        let mut exit = Exit::default();
        let mut toast = Fading::default();
        let mut resized = None;
        let mut is_new = true;
        'run: loop {
            if let Ok(size) = terminal::size()
                && size != model.size
            {
                update(Msg::Resize(size.0, size.1), &mut model);
                (resized, is_new) = (Some(Instant::now()), true);
            }
            model.now = model.now.map(|before| clock().unwrap_or(before));
            // A terminal that takes no more has gone; that its signal has not come yet makes no other end of it.
            if std::mem::take(&mut is_new) && terminal.draw(&model).is_err() {
                exit.signal = exit.signal.or(Some(HANGUP));
                break;
            }
            // Not before there is something to look at: keys that come earlier wait in the terminal.
            let go_on = go_on.get_or_insert_with(|| {
                curtain.rise();
                signals.take().into_iter().for_each(|caught| events::signals(caught, sender.clone()));
                events::hangup(sender.clone());
                events::keys(sender.clone())
            });
            let first = match toast.until(&model) {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(until) => messages.recv_timeout(until.saturating_duration_since(Instant::now())),
            };
            let first = match first {
                Ok(first) => first,
                Err(RecvTimeoutError::Timeout) => Msg::Fade,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            // Everything that has come in the meantime costs one drawing.
            let mut next = Some(first);
            let mut storm = None;
            while let Some(msg) = next {
                let from_keys = matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Paste(_) | Msg::Resize(..));
                // Only the last size counts, and that one is asked for before drawing.
                let msg = if matches!(msg, Msg::Resize(..)) { Msg::Resized } else { msg };
                // A new size is told twice, by the keys' thread and by the signal.
                let is_old = matches!(msg, Msg::Resized) && terminal::size().is_ok_and(|size| size == model.size);
                is_new |= !is_old;
                if matches!(msg, Msg::Resized) && !is_old {
                    storm = storm.or(resized.map(|last| last + STORM));
                }
                if let Msg::Signal(signal) = msg {
                    exit.signal = Some(signal);
                }
                if matches!(msg, Msg::Gone) {
                    exit.signal = exit.signal.or(Some(HANGUP));
                }
                for effect in update(msg, &mut model) {
                    match outside.perform(effect, &mut terminal, &mut model) {
                        Ok(false) => {}
                        Ok(true) => break 'run,
                        Err(_) => {
                            exit.signal = exit.signal.or(Some(HANGUP));
                            break 'run;
                        }
                    }
                }
                if from_keys {
                    let _ = go_on.try_send(());
                }
                next = match storm {
                    Some(end) => messages.recv_timeout(end.saturating_duration_since(Instant::now())).ok(),
                    None => messages.try_recv().ok(),
                };
            }
        }
        drop(terminal);
        exit.notice = outside.clipboard.close();
        exit.print = model.print;
        exit.readings = model.readings.at_hand().cloned().collect();
        exit.rest = model.rest.into_values().reduce(Ends::worst);
        Ok(exit)
    }
}

/// Seconds since 1970.
fn clock() -> Option<u64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.ok().map(|since| since.as_secs())
}

/// How long a short line stays; one about trouble stays longer.
const READ: Duration = Duration::from_secs(6);
const READ_TROUBLE: Duration = Duration::from_secs(12);

/// The line in the footer, and when it has been read. Without one nothing wakes the program.
#[derive(Default)]
struct Fading {
    toast: Option<(Toast, Instant)>,
}

impl Fading {
    fn until(&mut self, model: &Model) -> Option<Instant> {
        let same = matches!((&self.toast, &model.toast), (Some((shown, _)), Some(toast)) if shown == toast);
        if !same {
            let end = |toast: &Toast| Instant::now() + if toast.bad { READ_TROUBLE } else { READ };
            self.toast = model.toast.clone().map(|toast| (toast.clone(), end(&toast)));
        }
        self.toast.as_ref().map(|(_, until)| *until)
    }
}

/// SIGHUP by its number, which is the same everywhere.
const HANGUP: i32 = 1;

/// What effects reach: everything beside the model.
struct Outside {
    worker: Worker,
    stop: Option<Box<dyn Fn()>>,
    clipboard: clipboard::Clipboard,
}

impl Outside {
    /// Does what `update` asked for; tells whether it is the end.
    fn perform(&mut self, effect: Effect, terminal: &mut Terminal, model: &mut Model) -> io::Result<bool> {
        match effect {
            Effect::Quit => return Ok(true),
            Effect::Copy { text, what } => {
                if let Some(bytes) = self.clipboard.copy(text, what) {
                    terminal.write(&bytes)?;
                }
            }
            Effect::CopyByTerminal { text, what } => {
                self.clipboard.give_up();
                let bytes = self.clipboard.by_terminal(&text, what);
                terminal.write(&bytes)?;
            }
            Effect::Open(address) => self.worker.open(address),
            Effect::Search { document, words, from, forward } => self.worker.search(document, words, from, forward),
            Effect::Load(name, bytes) => self.worker.split(name, bytes),
            Effect::LoadFile(name) => self.worker.file(name),
            Effect::ReadAgain { file, asked } => self.worker.read_again(file, asked),
            Effect::Watch(files) => self.worker.watch(files),
            Effect::Demo => self.worker.demo(),
            Effect::Edit(body) => {
                terminal.pause()?;
                let edited = work::edit(&body, model.env().editor.as_deref());
                terminal.resume()?;
                if let Err(error) = edited {
                    model.toast = Some(Toast::bad(format!("no editor: {error}")));
                }
            }
            Effect::Suspend => {
                terminal.pause()?;
                events::stop();
                terminal.resume()?;
            }
            Effect::Redraw => terminal.resume()?,
            Effect::Mouse(mouse) => terminal.ask_for_mouse(mouse)?,
            Effect::StopLoading => {
                if let Some(stop) = &self.stop {
                    stop();
                }
            }
        }
        Ok(false)
    }
}
