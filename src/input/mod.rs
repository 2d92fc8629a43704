//! Where bytes come from, and where one response ends and the next begins.
//!
//! In: bytes of a pipe, a file, a paste. Out: [`Response`]s, each with its heads and its body in UTF-8 as far as it is text.
//! Nothing here knows a vendor or reads the body's meaning.

mod head;
mod response;

pub use head::{Head, Header};
pub use response::{Note, NoteKind, Origin, Request, Response};
