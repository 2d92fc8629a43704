//! One integration binary, a module per subject.

mod cases;
mod cli;
mod document;
mod input;
mod program;
mod readme;
mod rules;
mod samples;
mod schema;
