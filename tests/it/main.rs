//! One integration binary, a module per subject.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tests tell figures, and what they skipped")]

mod author;
mod cases;
mod cli;
#[cfg(all(unix, feature = "tui"))]
mod clipboard;
#[cfg(feature = "tui")]
mod corpus;
mod deletions;
mod document;
#[cfg(all(unix, feature = "tui"))]
mod faults;
mod input;
#[cfg(all(unix, feature = "tui"))]
mod large;
mod left_out;
mod oracle;
mod packs;
mod program;
mod promises;
#[cfg(all(unix, feature = "tui"))]
mod pty;
mod readme;
mod rules;
mod samples;
#[cfg(unix)]
mod scale;
mod schema;
mod secrets;
mod seeds;
mod settings;
#[cfg(unix)]
mod tutorial;
