//! Keys, signals and a terminal that goes away, each from a thread of its own, as messages.

use std::sync::mpsc::{Sender, SyncSender, sync_channel};
use std::thread;

use crossterm::event::{Event, read};

use super::msg::Msg;

/// Starts reading keys. After each event the thread waits for a word through the sender that is given back: so it never
/// reads what belongs to an editor or to the shell while the program is paused.
pub(super) fn keys(messages: Sender<Msg>) -> SyncSender<()> {
    let (go_on, wait) = sync_channel(1);
    thread::spawn(move || {
        loop {
            let msg = match read() {
                Ok(Event::Key(event)) => Msg::Key(event),
                Ok(Event::Mouse(event)) => Msg::Mouse(event),
                Ok(Event::Paste(text)) => Msg::Paste(text),
                Ok(Event::Resize(width, height)) => Msg::Resize(width, height),
                Ok(Event::FocusGained | Event::FocusLost) => continue,
                Err(_) => Msg::Gone,
            };
            let over = matches!(msg, Msg::Gone);
            if messages.send(msg).is_err() || over || wait.recv().is_err() {
                return;
            }
        }
    });
    go_on
}

/// Signals that came and were not told yet.
#[cfg(unix)]
pub(super) struct Signals(signal_hook::iterator::Signals);

/// Catches signals that end the program, and those after which it has to be drawn again. The thread that reads keys hears of
/// a new size as well, but only from its first read on, and the size may change before.
#[cfg(unix)]
pub(super) fn catch() -> std::io::Result<Signals> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
    signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCONT, SIGWINCH]).map(Signals)
}

/// Starts telling of signals, those that came before first.
#[cfg(unix)]
pub(super) fn signals(Signals(mut signals): Signals, messages: Sender<Msg>) {
    use signal_hook::consts::{SIGCONT, SIGWINCH};
    thread::spawn(move || {
        for signal in signals.forever() {
            let msg = match signal {
                SIGCONT => Msg::Continued,
                SIGWINCH => Msg::Resized,
                signal => Msg::Signal(signal),
            };
            if messages.send(msg).is_err() {
                return;
            }
        }
    });
}

/// Starts watching for a terminal that goes away without a signal: reading from it would spin for ever.
#[cfg(unix)]
pub(super) fn hangup(messages: Sender<Msg>) {
    use rustix::event::{PollFd, PollFlags, poll};
    thread::spawn(move || {
        let Ok(terminal) = std::fs::File::open("/dev/tty") else { return };
        // No event is asked for: hanging up is reported without, and keys do not wake this thread.
        let mut fds = [PollFd::new(&terminal, PollFlags::empty())];
        loop {
            match poll(&mut fds, None) {
                Ok(_) => break,
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
        let _ = messages.send(Msg::Gone);
    });
}

/// Stops the whole job, as the terminal itself does on ^Z, until the shell continues it.
#[cfg(unix)]
pub(super) fn stop() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
pub(super) fn catch() -> std::io::Result<Signals> {
    Ok(Signals)
}

#[cfg(not(unix))]
pub(super) fn signals(_signals: Signals, _messages: Sender<Msg>) {}

#[cfg(not(unix))]
pub(super) fn hangup(_messages: Sender<Msg>) {}

#[cfg(not(unix))]
pub(super) fn stop() {}
