//! Message templates: a vendor's sentence with holes, e.g. `You have reached your monthly limit of {n:int} uploads`.

use serde::{Deserialize, Serialize};

/// A compiled template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Template {
    source: String,
}

impl Template {
    /// The captures, if the text fits.
    pub fn matches(&self, _text: &str) -> Option<Vec<(String, String)>> {
        self.source.is_empty().then(Vec::new)
    }
}
