//! One integration binary, a module per subject.

mod document;
mod rules;
mod samples;
