//! Boxes on top of a screen: keys to choose from, vendors, the same code elsewhere.
//!
//! ```text
//!        ┌ copy ────────────────┐
//!        │  y e  explanation    │
//!        │  c    code           │
//!        └──────────────────────┘
//! ```

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::decode::Entry;
use crate::text::Clean;
use crate::tui::keymap::Context;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::view::Cursor;

/// A box in the lower right corner: it hides least of what is being copied or folded.
pub(super) fn keys(model: &Model, context: Context, pen: &mut Pen<'_>, body: Rect) {
    let rows: Vec<_> = model.keymap.on(context).filter(|binding| binding.group != "prompt").collect();
    let wide = 40.min(body.width);
    let high = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX).min(body.height);
    let area = Rect { x: body.right() - wide, y: body.bottom() - high, width: wide, height: high };
    let title = if context == Context::Copy { "copy" } else { "fold" };
    let inside = open(pen, area, Frame { title: Clean::ours(title), focused: true, ..Frame::default() });
    let (key, text) = (pen.style(Role::Key), pen.style(Role::Text));
    for (binding, y) in rows.iter().zip(inside.y..inside.bottom()) {
        let label = super::footer::label(&binding.label, pen.theme.ascii);
        pen.put(inside.x + 1, y, inside.right(), &label, key);
        pen.put(inside.x + 7, y, inside.right(), &binding.help, text);
    }
}

/// The vendors to choose from.
pub(super) fn vendors(model: &Model, cursor: &Cursor, pen: &mut Pen<'_>, body: Rect) {
    let packs = model.catalog.packs();
    let frame = Frame {
        title: Clean::ours("read it as"),
        below: pane::position(cursor, packs.len()),
        focused: true,
        ..Frame::default()
    };
    let inside = open(pen, body, frame);
    for (offset, pack) in packs.iter().skip(cursor.top()).take(usize::from(inside.height)).enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let (x, chosen) = pane::row(pen, inside, y, cursor.top() + offset == cursor.at(), true);
        let (id, name) = styles(pen, chosen);
        pen.put(x, y, x + 18, pack.id(), id);
        pen.clean(x + 20, y, inside.right(), &pack.head().name.clean(), name);
    }
}

/// The same code at other vendors.
pub(super) fn elsewhere(code: &Clean, entries: &[Entry], cursor: &Cursor, pen: &mut Pen<'_>, body: Rect) {
    let frame = Frame {
        title: code.clone().with(&Clean::ours(" elsewhere: other vendors, other meanings")),
        below: pane::position(cursor, entries.len()),
        focused: true,
        ..Frame::default()
    };
    let inside = open(pen, body, frame);
    for (offset, entry) in entries.iter().skip(cursor.top()).take(usize::from(inside.height)).enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let (x, chosen) = pane::row(pen, inside, y, cursor.top() + offset == cursor.at(), true);
        let (vendor, text) = styles(pen, chosen);
        pen.clean(x, y, x + 18, &entry.pack_name.clean(), vendor);
        let (_, title, meaning) = crate::view::table::columns(entry);
        let end = pen.clean(x + 20, y, inside.right(), &title, text);
        pen.clean(end + 2, y, inside.right(), &meaning, text);
    }
}

fn styles(pen: &Pen<'_>, chosen: Option<Style>) -> (Style, Style) {
    (chosen.unwrap_or_else(|| pen.style(Role::Name)), chosen.unwrap_or_else(|| pen.style(Role::Text)))
}

/// Empties the place of a box and frames it.
fn open(pen: &mut Pen<'_>, area: Rect, frame: Frame) -> Rect {
    let style = pen.style(Role::Text);
    pen.fill(area, style);
    pane::frame(pen, area, &frame)
}
