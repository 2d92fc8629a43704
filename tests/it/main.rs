//! One integration binary, a module per subject.

mod input;
mod rules;
mod samples;
