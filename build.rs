//! Prepares the built-in packs.
fn main() {}
