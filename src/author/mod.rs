//! For the authors of packs: a pack checked as a whole, and first drafts of one.
//!
//! In: texts of packs, a response, a vendor's list of codes. Out: [`Finding`]s, and TOML. It reads no files.

mod check;
mod date;
mod draft;
mod roles;
mod table;
mod toml;

pub use self::check::{Checked, Finding, check};
pub use self::date::today;
pub use self::draft::{Draft, DraftError, draft};
pub use self::table::{Columns, Listed, TableError, list};
pub use self::toml::addition;
