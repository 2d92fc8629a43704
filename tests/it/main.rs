//! One integration binary, a module per subject.

mod document;
mod input;
mod packs;
mod cases;
mod cli;
mod program;
mod readme;
mod rules;
mod samples;
mod schema;
mod seeds;
