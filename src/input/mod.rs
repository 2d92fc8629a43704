//! Where bytes come from, and where one response ends and the next begins.
//!
//! ```text
//! Source ─ read ─> Gathered ─ split ─> [exchanges: heads, noise] ─> [bodies: values, lines, events] ─> Response
//! ```
//!
//! In: bytes of a pipe, a file, a paste. Out: [`Response`]s, each with its heads and its body in UTF-8 as far as it is text.
//! Nothing here knows a vendor or reads the body's meaning.

mod arrive;
#[cfg(feature = "tui")]
pub mod at_once;
mod bodies;
mod chunked;
mod error;
mod events;
mod exchanges;
mod extent;
mod har;
mod head;
mod heads;
mod options;
mod read;
mod response;
mod segments;
mod split;
pub mod stream;
mod unpack;
mod verbose;
mod write_out;

/// Responses of a source that has to be read as a whole: they take many times the memory of their bytes.
const MOST_RESPONSES: usize = if cfg!(test) { 1 << 18 } else { 1 << 20 };

pub use arrive::{AT_ONCE, Arrived, Part, arrive, arrive_file, arrive_stdin, is_stdin_large};
pub use error::{ArgumentError, InputError};
pub use head::{Head, Header};
pub use options::{DEFAULT_MAX_SIZE, Options, parse_header, parse_size, parse_status};
pub use read::{Gathered, Source, open, read, read_file};
pub use response::{Note, NoteKind, Origin, Request, Response};
pub use split::split;
