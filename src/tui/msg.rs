//! What comes into `update`, and what goes out of it for the loop to do.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::document::Document;
use crate::exit::Exit;
use crate::input::Response;
use crate::input::stream::Lot;
use crate::text::Clean;
use crate::view::shelf::Gist;
use crate::view::{Reading, Shelf};

/// Something that happened.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was clicked or its wheel turned.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// The terminal has another size, which is not told.
    Resized,
    /// So many bytes have arrived.
    Progress(u64),
    /// Responses were read and decoded; more may follow.
    Read(Vec<Reading>),
    /// Of more responses the gist is known.
    Listed {
        /// Where they are.
        lot: Arc<Lot>,
        /// The first one's number within its source.
        index: usize,
        /// What is known of each.
        gists: Vec<Gist>,
        /// How the worst of them ends a run.
        rest: Exit,
    },
    /// More of a large document is known.
    Known(Document),
    /// A large response was read to its end, and decoded again.
    Refined(Box<Reading>),
    /// What looked like one large body is something else: these responses.
    Replaced(Document, Vec<Reading>),
    /// Where words were found in a large document.
    Found {
        /// The document.
        document: Document,
        /// The place, if there is any.
        offset: Option<usize>,
    },
    /// A file was opened.
    Opened(PathBuf),
    /// A file was read again.
    Again {
        /// The file.
        file: PathBuf,
        /// What it holds now.
        readings: Shelf,
        /// How the worst of those that are not at hand ends a run.
        rest: Option<Exit>,
        /// Whether somebody asked for it.
        asked: bool,
    },
    /// A watched file changed.
    Changed(PathBuf),
    /// There is nothing more to come; the reason where reading failed.
    End(Option<String>),
    /// The short line has been read.
    Fade,
    /// How copying went, or what else is worth a line.
    Toast(Toast),
    /// A clipboard did not take this text.
    CopyFailed {
        /// The text.
        text: String,
        /// What it is.
        what: &'static str,
    },
    /// The job was stopped and goes on: the screen is somebody else's.
    Continued,
    /// A signal asks for the end.
    Signal(i32),
    /// The terminal went away.
    Gone,
}

/// A short line in the footer; it goes with the next key, or after some seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// The words.
    pub text: Clean,
    /// Whether something went wrong.
    pub bad: bool,
}

impl Toast {
    /// Good news.
    pub fn good(text: impl Into<Clean>) -> Self {
        Self { text: text.into(), bad: false }
    }

    /// Bad news.
    pub fn bad(text: impl Into<Clean>) -> Self {
        Self { text: text.into(), bad: true }
    }
}

/// Something to do outside the model.
#[derive(Debug)]
pub enum Effect {
    /// Copy this text, which is called so.
    Copy {
        /// The text.
        text: String,
        /// What it is: `explanation`.
        what: &'static str,
    },
    /// Ask the terminal to copy this text, because no clipboard did.
    CopyByTerminal {
        /// The text.
        text: String,
        /// What it is.
        what: &'static str,
    },
    /// Open an address in a browser.
    Open(String),
    /// Read a response from these bytes, called so.
    Load(String, Vec<u8>),
    /// Read a file.
    LoadFile(String),
    /// Read a file again; whether somebody asked for it.
    ReadAgain {
        /// The file.
        file: PathBuf,
        /// Whether somebody asked for it.
        asked: bool,
    },
    /// Watch these files from now on, and no others.
    Watch(Vec<PathBuf>),
    /// Read a built-in response.
    Demo,
    /// Show text in an editor.
    Edit(Vec<u8>),
    /// Stop until the shell continues the job.
    Suspend,
    /// Draw everything again.
    Redraw,
    /// Ask the terminal for clicks, or no longer.
    Mouse(bool),
    /// Search a large document.
    Search {
        /// The document.
        document: Document,
        /// What to look for.
        words: String,
        /// Where to begin.
        from: usize,
        /// In which direction.
        forward: bool,
    },
    /// Stop reading, keep what arrived.
    StopLoading,
    /// The end.
    Quit,
}

/// What the loader says while it reads.
#[derive(Debug)]
pub enum Load {
    /// So many bytes so far.
    Progress(u64),
    /// Responses in their order; more may follow.
    Responses(Vec<Response>),
    /// Responses in a row; more may follow.
    Lot(Lot),
    /// One large response, which may still be arriving.
    Large(Response),
    /// It cannot be read; one line.
    Failed(String),
}
