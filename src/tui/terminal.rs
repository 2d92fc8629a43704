//! The terminal itself: taken over, given back whatever happens, drawn on.
//!
//! It is given back on drop, on a panic of the drawing thread, before the job stops and before a child gets it. Drawing goes
//! to stdout where that is a terminal, else to the controlling one, so that stdout stays free for data.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue, style};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::draw::paint;
use super::hyperlinks::{Link, Overlay};
use super::model::Model;
use super::paint::{Painter, written};

/// Clicks and the wheel in decimal coordinates; crossterm's own command asks for every motion as well.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// Where drawing goes.
fn output() -> io::Result<Box<dyn Write + Send>> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        return Ok(Box::new(stdout));
    }
    #[cfg(unix)]
    return Ok(Box::new(std::fs::OpenOptions::new().write(true).open("/dev/tty")?));
    #[cfg(not(unix))]
    Err(io::Error::other("stdout is no terminal"))
}

/// Columns and rows of the terminal. Asked of stdout where that is it: crossterm opens the controlling one each time, which
/// takes many times as long.
pub(super) fn size() -> io::Result<(u16, u16)> {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((width, height)) => Ok((width.0, height.0)),
        None => crossterm::terminal::size(),
    }
}

/// All of it.
fn area() -> io::Result<Rect> {
    size().map(|(width, height)| Rect::new(0, 0, width, height))
}

/// The way to the terminal. What is written waits for a flush, and during a frame for its end: a frame is one write, or it
/// would be shown in parts, each of which wakes whoever shows it. The way can be cut: after that, what is written goes
/// nowhere and never fails. That is for a panic of ours: what the unwinding still writes would be painted over the shell's
/// screen.
struct Line {
    to: Box<dyn Write + Send>,
    waiting: Vec<u8>,
    /// Whether a frame is being drawn.
    framing: Arc<AtomicBool>,
    cut: Arc<AtomicBool>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.cut.load(Ordering::Relaxed) {
            self.waiting.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.cut.load(Ordering::Relaxed) || self.framing.load(Ordering::Relaxed) {
            return Ok(());
        }
        let written = self.to.write_all(&self.waiting);
        self.waiting.clear();
        written.and_then(|()| self.to.flush())
    }
}

type Hook = dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync;

/// The terminal while it is ours. The library's own one compares the first frame with an empty screen that it makes for that:
/// as much work as drawing it.
pub(super) struct Terminal {
    out: Painter<Line>,
    /// What is on screen, where that is known.
    shown: Option<Buffer>,
    /// Where the next frame is drawn.
    next: Buffer,
    active: bool,
    mouse: bool,
    hook: Arc<Hook>,
    framing: Arc<AtomicBool>,
    cut: Arc<AtomicBool>,
    hyperlinks: bool,
    /// Those on screen.
    links: Vec<Link>,
}

impl Terminal {
    /// Takes the terminal over.
    pub(super) fn enter(mouse: bool, hyperlinks: bool) -> io::Result<Self> {
        // The colour policy is the theme's. Left to itself crossterm would turn colours into resets under NO_COLOR, and
        // the selection would disappear.
        style::force_color_output(true);
        let cut = Arc::new(AtomicBool::new(false));
        let framing = Arc::new(AtomicBool::new(false));
        let line = Line { to: output()?, waiting: Vec::new(), framing: Arc::clone(&framing), cut: Arc::clone(&cut) };
        let hook: Arc<Hook> = Arc::from(std::panic::take_hook());
        let (before, here, cutting) = (Arc::clone(&hook), std::thread::current().id(), Arc::clone(&cut));
        std::panic::set_hook(Box::new(move |info| {
            // A worker's panic is reported by who started it; text in the middle of the screen helps nobody.
            if std::thread::current().id() == here {
                cutting.store(true, Ordering::Relaxed);
                if let Ok(mut out) = output() {
                    let _ = give_back(&mut out);
                }
                before(info);
            }
        }));
        let (out, next) = (Painter::new(line), Buffer::default());
        let mut terminal =
            Self { out, shown: None, next, active: false, mouse, hook, framing, cut, hyperlinks, links: Vec::new() };
        terminal.resume()?;
        Ok(terminal)
    }

    /// Takes the terminal over again.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        self.active = true;
        // Nothing of this is seen before the next frame, which begins with an empty screen.
        self.framing.store(true, Ordering::Relaxed);
        queue!(self.out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        self.ask_for_mouse(self.mouse)?;
        self.links.clear();
        self.shown = None;
        // New memory takes time, of which there may be some now.
        self.next.resize(area()?);
        Ok(())
    }

    /// Gives the terminal back for a while.
    pub(super) fn pause(&mut self) -> io::Result<()> {
        self.active = false;
        self.framing.store(false, Ordering::Relaxed);
        give_back(&mut self.out)
    }

    /// Asks for clicks and the wheel, or no longer.
    pub(super) fn ask_for_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        self.write(if mouse { MOUSE_ON } else { MOUSE_OFF }.as_bytes())
    }

    /// Sends bytes that draw nothing.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// Draws the model, in one go where the terminal can do that.
    pub(super) fn draw(&mut self, model: &Model) -> io::Result<()> {
        let area = area()?;
        let mut next = std::mem::take(&mut self.next);
        next.reset();
        next.resize(area);
        let links = paint(model, area, &mut next);
        self.framing.store(true, Ordering::Relaxed);
        queue!(self.out, BeginSynchronizedUpdate)?;
        match self.shown.take().filter(|shown| shown.area == area) {
            Some(shown) => {
                self.out.draw(shown.diff_iter(&next))?;
                self.next = shown;
            }
            None => {
                queue!(self.out, Clear(ClearType::All))?;
                self.out.draw(written(&next))?;
            }
        }
        if self.hyperlinks {
            Overlay::of(&self.links, &links, &next).write(&mut self.out)?;
            self.links = links;
        }
        self.shown = Some(next);
        self.framing.store(false, Ordering::Relaxed);
        execute!(self.out, EndSynchronizedUpdate)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.active {
            let _ = self.pause();
        }
        self.cut.store(true, Ordering::Relaxed);
        // The hook of a panicking thread cannot be changed, and need not be.
        if !std::thread::panicking() {
            let hook = Arc::clone(&self.hook);
            std::panic::set_hook(Box::new(move |info| hook(info)));
        }
    }
}

/// Undoes everything, in the reverse order. A terminal that is gone cannot be helped.
fn give_back(out: &mut impl Write) -> io::Result<()> {
    let written = out.write_all(MOUSE_OFF.as_bytes());
    let left = execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    disable_raw_mode()?;
    written.and(left)
}
