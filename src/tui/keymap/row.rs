//! The key map as it stands in its file. Also compiled into the build script, which stores the built-in one packed:
//! reading TOML took a tenth of the time to the first screen.

use serde::{Deserialize, Serialize};

/// All rows, with texts of their own, or of the packed bytes that they were read from.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File<T> {
    /// In the order of the file.
    pub(crate) key: Vec<Row<T>>,
}

/// One binding.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row<T> {
    /// The group in the help screen.
    pub(crate) group: T,
    /// Names of keys, blanks between.
    pub(crate) keys: T,
    /// The action's name.
    pub(crate) action: T,
    /// Names of screens, blanks between; `any`.
    #[serde(rename = "in")]
    pub(crate) contexts: T,
    /// The words in the help screen.
    pub(crate) help: T,
    /// The word in the footer.
    pub(crate) hint: Option<T>,
    /// What stands before it.
    pub(crate) label: Option<T>,
}
