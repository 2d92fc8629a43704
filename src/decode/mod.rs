//! A document read with a pack's eyes: how it went, why, what to do.
//!
//! In: a response, its document and the ranked candidates of `detect`. Out: [`Decoded`], which reports and the view show.

mod model;

pub use model::*;

use crate::document::Document;
use crate::input::Response;
use crate::pack::Catalog;

/// What the user says about a response; it beats what the response says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--vendor`: the pack's id.
    pub vendor: Option<String>,
    /// Seconds since 1970 now, for "resets in 42 s"; `None` leaves such words out (reports that must not change from day to day).
    pub now: Option<u64>,
}

/// Detects and decodes one response.
pub fn decode(_catalog: &Catalog, response: &Response, document: &Document, _options: &Options) -> Decoded {
    Decoded::undecided(response, document)
}
