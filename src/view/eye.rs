//! Who looks: what is hidden from them, and what time it is for them.

use crate::secrets::Secrets;

/// How values are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eye {
    /// Whether credentials are masked.
    pub secrets: Secrets,
    /// Seconds since 1970, for "3 days ago"; `None` leaves such words out.
    pub now: Option<u64>,
}
