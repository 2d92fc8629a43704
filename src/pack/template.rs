//! Message templates: a vendor's sentence with holes, e.g. `You have reached your monthly limit of {n:int} uploads`.

use serde::{Deserialize, Serialize};

/// A compiled template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Template {
    source: String,
}
