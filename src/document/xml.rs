//! Reading XML into the same tree as JSON.
