//! One integration binary, a module per subject.

mod document;
mod input;
mod packs;
mod rules;
mod samples;
