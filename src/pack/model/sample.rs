//! A pack's own tests.

use serde::{Deserialize, Serialize};

use super::Outcome;

/// A response of which the pack says how it must be decoded: the pack's own test.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sample {
    /// The body; for `file` its content.
    pub body: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The request's method.
    pub method: Option<String>,
    /// Where the request went, for packs that are known by their host.
    pub url: Option<String>,
    /// Headers, name and value.
    pub headers: Vec<(String, String)>,
    /// What must come out.
    pub expect: Expect,
}

/// What must come out of a sample; what is not set is not tested.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Expect {
    /// The shape's name.
    pub shape: Option<String>,
    /// How it went.
    pub outcome: Option<Outcome>,
    /// `table/code` of every code, general to specific.
    pub codes: Option<Vec<String>>,
    /// The id of the message rule that matched.
    pub message: Option<String>,
    /// Captures of the message.
    pub values: Vec<(String, String)>,
    /// Label and outcome of every item.
    pub items: Option<Vec<(String, Outcome)>>,
}
