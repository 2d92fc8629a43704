//! The key map as it stands in its file. Also compiled into the build script, which stores the built-in one packed:
//! reading TOML took a tenth of the time to the first screen.

use serde::{Deserialize, Serialize};

/// All rows.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// In the order of the file.
    pub(crate) key: Vec<Row>,
}

/// One binding.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// The group in the help screen.
    pub(crate) group: String,
    /// Names of keys, blanks between.
    pub(crate) keys: String,
    /// The action's name.
    pub(crate) action: String,
    /// Names of screens, blanks between; `any`.
    #[serde(rename = "in")]
    pub(crate) contexts: String,
    /// The words in the help screen.
    pub(crate) help: String,
    /// The word in the footer.
    pub(crate) hint: Option<String>,
    /// What stands before it.
    pub(crate) label: Option<String>,
}
