//! One integration binary, a module per subject.

mod author;
mod cases;
mod cli;
#[cfg(all(unix, feature = "tui"))]
mod clipboard;
mod deletions;
mod document;
#[cfg(all(unix, feature = "tui"))]
mod faults;
mod input;
mod packs;
mod program;
#[cfg(all(unix, feature = "tui"))]
mod pty;
mod readme;
mod rules;
mod samples;
mod schema;
mod seeds;
#[cfg(unix)]
mod tutorial;
