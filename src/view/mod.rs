//! What was decoded, as rows to show: folding, moving, searching, and which row of which table applies.
//!
//! In: a [`Reading`] (response, document, decoded) and the catalog. Out: rows of clean text for whatever draws them. Pure
//! state: nothing here knows a terminal, a colour or a key, and `report` is not known either.

pub mod changes;
pub mod codes;
pub mod copy;
mod cursor;
pub mod explain;
mod eye;
mod far;
pub mod fuzzy;
pub mod headers;
pub mod human;
pub mod list;
mod mark;
mod node;
mod notes;
pub mod picker;
pub mod raw;
mod reading;
pub mod shelf;
pub mod table;
pub mod tree;

pub use changes::Changes;
pub use cursor::{Cursor, Move};
pub use explain::Explanation;
pub use eye::Eye;
pub use mark::Mark;
pub use node::Node;
pub use notes::{ItemPath, Note, Notes};
pub use reading::{Known, Reading};
pub use shelf::Shelf;
pub use table::Reference;
pub use tree::Tree;
