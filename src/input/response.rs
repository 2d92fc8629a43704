//! One response as it arrived, before anybody read its body.

use std::sync::Arc;

use super::Head;
use crate::supply::Supply;
use crate::text::Untrusted;

/// Where a response stood in what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `stdin`, `paste`, `clipboard`, `demo` or the file's name.
    pub name: Untrusted<'static>,
    /// The response's number within that source, from 0.
    pub index: usize,
    /// Line of its first byte, from 1.
    pub line: usize,
    /// Line of its body's first byte, from 1; the line of a problem in the body counts from here.
    pub body_line: usize,
}

/// What is known of the request, from options, `curl -v` noise, `-w '%{json}'` or a HAR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `DELETE`, in capitals.
    pub method: Option<Untrusted<'static>>,
    /// The URL; secrets in it are still there.
    pub url: Option<Untrusted<'static>>,
}

/// One response.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// Where it stood.
    pub origin: Origin,
    /// All heads in their order: interim answers, redirects, proxies; the last one is the response's own. Bodies under one
    /// head share it.
    pub heads: Arc<Vec<Head>>,
    /// What is known of the request; shared like the heads.
    pub request: Arc<Request>,
    /// The body: unpacked, in UTF-8 where it is text.
    pub body: Arc<[u8]>,
    /// A body too large to be held so, which may still be arriving; [`Response::body`] is empty then.
    pub supply: Option<Supply>,
    /// What had to be done or was noticed while finding it.
    pub notes: Vec<Note>,
}

impl Response {
    /// A body without a head.
    pub fn from_body(name: &str, body: impl Into<Arc<[u8]>>) -> Self {
        let origin = Origin { name: name.to_owned().into(), index: 0, line: 1, body_line: 1 };
        Self { origin, body: body.into(), ..Self::default() }
    }

    /// How long the body is, in bytes, as far as it has arrived.
    pub fn body_len(&self) -> usize {
        self.supply.as_ref().map_or(self.body.len(), Supply::len)
    }

    /// The response's own head, to be changed for this response alone; there is one afterwards.
    pub fn head_mut(&mut self) -> &mut Head {
        let heads = Arc::make_mut(&mut self.heads);
        if heads.is_empty() {
            heads.push(Head::default());
        }
        let last = heads.len() - 1;
        &mut heads[last]
    }

    /// The response's own head: the last one.
    pub fn head(&self) -> Option<&Head> {
        self.heads.last()
    }

    /// The HTTP status, where it is known.
    pub fn status(&self) -> Option<u16> {
        self.head().and_then(|head| head.status)
    }

    /// The first value of a header of the response's own head.
    pub fn header<'h>(&'h self, name: &'h str) -> Option<&'h Untrusted<'static>> {
        self.head().and_then(|head| head.value(name))
    }
}

/// Something that was done to, or noticed about, what arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// Line in the source, from 1.
    pub line: usize,
}

/// The kinds of notes; each tells the user something to do or to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// The body was gzip and has been unpacked.
    Unzipped,
    /// The body is gzip and could not be unpacked whole.
    BadGzip,
    /// Packed bodies hold more than is unpacked; the rest was left packed.
    UnpackLimit,
    /// The body was UTF-16 and has been converted.
    Utf16,
    /// `curl -v` lines were taken out.
    VerboseLines,
    /// A `-w` trailer was taken out.
    WriteOut,
    /// Chunked framing was taken out.
    Chunked,
    /// There was more than the size limit; the rest was not read.
    SizeLimit,
    /// There are more responses than are kept of a source that is read as a whole.
    ResponseLimit,
    /// Reading stopped before the end: a signal, or an error of the source.
    Interrupted,
}

impl NoteKind {
    /// The word for reports, in kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Unzipped => "unzipped",
            Self::BadGzip => "bad-gzip",
            Self::UnpackLimit => "unpack-limit",
            Self::Utf16 => "utf-16",
            Self::VerboseLines => "verbose-lines",
            Self::WriteOut => "write-out",
            Self::Chunked => "chunked",
            Self::SizeLimit => "size-limit",
            Self::ResponseLimit => "response-limit",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether something is missing; the others say what was done.
    pub fn is_grave(self) -> bool {
        matches!(self, Self::BadGzip | Self::UnpackLimit | Self::SizeLimit | Self::ResponseLimit | Self::Interrupted)
    }

    /// One sentence for people, with what to try.
    pub fn message(self) -> &'static str {
        match self {
            Self::Unzipped => "the body was gzip and has been unpacked; `curl --compressed` does that for you",
            Self::BadGzip => "the body is gzip and does not unpack; try `curl --compressed`",
            Self::UnpackLimit => {
                "the packed body is larger than errview unpacks; only the first part was, try `gunzip`"
            }
            Self::Utf16 => "the body was UTF-16 and is shown as UTF-8",
            Self::VerboseLines => "lines of `curl -v` were taken out; `curl -i` gives the head without them",
            Self::WriteOut => "the trailer of `curl -w` was taken out and its status used",
            Self::Chunked => "chunked framing was taken out; leave out `curl --raw`",
            Self::SizeLimit => "only the first part was read; `--max-size` raises the limit",
            Self::ResponseLimit => {
                "the last of 1,048,576 responses that are kept of one source; split it to see the others"
            }
            Self::Interrupted => "reading stopped before the end; what arrived is here",
        }
    }
}
