//! The source text, the selection's span marked.
//!
//! ```text
//! │ 1 {                                  │
//! │ 2   "success": [true],               │
//! ```

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::Clean;
use crate::tui::model::{Browser, Model};
use crate::tui::theme::Role;
use crate::view::Reading;
use crate::view::raw::Raw;

/// Cells of the column of line numbers.
const NUMBERS: u16 = 7;

/// Cells of text on a screen of that width.
pub(in crate::tui) fn text_width(width: u16) -> usize {
    usize::from(width.saturating_sub(NUMBERS + 3).max(1))
}

pub(super) fn draw(model: &Model, browser: &Browser, raw: &Raw, reading: &Reading, pen: &mut Pen<'_>, area: Rect) {
    let node = browser.tree.selected();
    let mut title = Clean::ours("Raw ");
    if let Some(node) = node {
        title.push(&reading.pointer(node));
    }
    let right = match (browser.wrap, raw.shifted()) {
        (true, _) => "wrapped".to_owned(),
        (false, 0) => "w wrap".to_owned(),
        (false, shifted) => format!("from column {}", shifted + 1),
    };
    let bar = (!reading.document.is_large()).then(|| (raw.cursor.top(), raw.len()));
    let frame = Frame { title, right, below: raw.position(reading), bar, focused: true, ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let width = text_width(area.width);
    let from = raw.cursor.top();
    let number = pen.style(Role::Dim);
    for offset in 0..inside.height {
        let at = from + usize::from(offset);
        let Some(row) = raw.row(reading, at, width, node.map(|node| node.outer), model.secrets) else { break };
        let y = inside.y + offset;
        let line = row.line.map_or(String::new(), |line| line.to_string());
        let marker = if at == raw.cursor.at() { pen.theme.glyph("▌", ">") } else { " " };
        pen.put(inside.x, y, inside.right(), marker, number);
        pen.put_end(inside.x + 1, y, inside.x + NUMBERS - 1, &line, number);
        let text = pen.style(Role::Text);
        let marked = pen.style(Role::Applies).add_modifier(Modifier::BOLD);
        let mut x = inside.x + NUMBERS;
        for (part, style) in row.parts.iter().zip([text, marked, text]) {
            x = pen.clean(x, y, inside.right(), part, style);
        }
    }
}
