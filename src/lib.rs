//! errview reads an API response and says what happened.
//!
//! ```text
//! bytes ──> input ──> document ──> detect ──> decode ──┬──> report ──> stdout
//!                                     │         │      └──> view ──> tui ──> terminal
//!                                     └── pack ─┘
//! ```
//!
//! Data moves one way: a module imports only modules to its left, and [`text`]. All knowledge about a vendor is data
//! in `assets/packs`; no vendor's name occurs in the code.

pub mod text;

pub mod supply;

pub mod input;

pub mod document;

pub mod pack;

pub mod detect;

pub mod decode;

pub mod author;

pub mod report;

pub mod view;

#[cfg(feature = "tui")]
pub mod tui;

pub mod cli;
pub mod config;
pub mod demo;
mod exit;
mod fault;
mod run;
pub mod secrets;

pub use exit::Exit;
pub use fault::apologise;
pub use run::{Io, Terminal, is_stdout_lost, run};
