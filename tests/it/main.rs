//! One integration binary, a module per subject.

mod rules;
mod samples;
