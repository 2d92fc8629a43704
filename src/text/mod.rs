//! Text that nobody vetted, and how it becomes fit for a terminal: sanitising, width, cutting, wrapping.
//!
//! The lowest layer: it knows no response, no vendor and no terminal. What came from a response or from a
//! pack file is [`Untrusted`]; it has no `Display`, so it cannot be printed, painted or copied. [`Untrusted::clean`]
//! makes it [`Clean`], which can.

mod bytes;
mod digits;
mod link;
mod parameter;
mod sanitise;
mod untrusted;
mod width;

pub use bytes::every;
pub use digits::Digits;
pub use link::{Address, Doubt};
pub use parameter::parameter;
pub use sanitise::{Clean, clean, is_clean, stands_alone};
pub use untrusted::Untrusted;
pub use width::{cut, cut_start, pad, plural, several, width, wrap};
