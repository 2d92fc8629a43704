//! One integration binary, a module per subject.

mod document;
mod input;
mod rules;
mod samples;
