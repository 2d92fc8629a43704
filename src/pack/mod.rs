//! What errview knows: one pack a vendor or standard. Types, loading, checking, look-up.
//!
//! In: TOML texts (built-in ones were compiled by the build script through the same [`source`]). Out: a [`Catalog`]
//! that answers what a code means. It reads no files and knows no response.

pub mod alike;
mod catalog;
pub mod check;
pub mod code;
pub mod fold;
pub mod gate;
pub mod model;
pub mod source;
pub mod template;

pub use catalog::{Answer, Ask, Catalog, Entry, Hit, Match, Pack};
pub use model::{Confidence, Lifecycle, Outcome, Rank, Retry, Severity, Table, Who};
pub use source::{Compiled, PackError, PackErrorKind};
