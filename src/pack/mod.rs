//! What errview knows: one pack a vendor or standard. Types, loading, checking, look-up.

mod catalog;
pub mod model;
pub mod template;

pub use catalog::{Answer, Ask, Catalog, Entry, Pack};
pub use model::{Confidence, Lifecycle, Outcome, Rank, Retry, Severity, Table, Who};
