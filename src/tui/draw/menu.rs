//! Boxes on top of a screen: keys to choose from, the same code elsewhere.
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
use crate::tui::keymap::{Binding, Context};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::view::Cursor;

/// A box in the lower right corner: it hides least of what is being copied or folded.
pub(super) fn keys(model: &Model, context: Context, pen: &mut Pen<'_>, body: Rect) {
    let (all, rows) = (choices(model, context).len(), rows(model, context, body));
    let frame = Frame {
        title: Clean::ours(if context == Context::Copy { "copy" } else { "fold" }),
        right: "Esc leaves".to_owned(),
        // Their keys work all the same.
        below: pane::below(0, rows.len(), all, pen),
        focused: true,
        ..Frame::default()
    };
    open(pen, area(all, body), frame);
    let (key, text) = (pen.style(Role::Key), pen.style(Role::Text));
    for (place, binding) in rows {
        let label = super::footer::label(&binding.label, pen.theme.ascii);
        pen.put(place.x + 1, place.y, place.right(), &label, key);
        pen.put(place.x + 7, place.y, place.right(), &binding.help, text);
    }
}

/// The choices of a menu, each where it is drawn and can be clicked.
pub(in crate::tui) fn rows(model: &Model, context: Context, body: Rect) -> Vec<(Rect, &Binding)> {
    let all = choices(model, context);
    let inside = layout::inside(area(all.len(), body));
    let row = |y| Rect { y, height: 1, ..inside };
    (inside.y..inside.bottom()).map(row).zip(all).collect()
}

fn choices(model: &Model, context: Context) -> Vec<&Binding> {
    model.keymap.on(context).filter(|binding| binding.group != "prompt").collect()
}

fn area(rows: usize, body: Rect) -> Rect {
    let wide = 40.min(body.width);
    let high = u16::try_from(rows + 2).unwrap_or(u16::MAX).min(body.height);
    Rect { x: body.right() - wide, y: body.bottom() - high, width: wide, height: high }
}

/// The same code at other vendors.
pub(super) fn elsewhere(code: &Clean, entries: &[Entry], cursor: &Cursor, pen: &mut Pen<'_>, body: Rect) {
    let frame = Frame {
        title: code.clone().with(&Clean::ours(" elsewhere: other vendors, other meanings")),
        below: pane::position(cursor, entries.len()),
        bar: Some((cursor.top(), entries.len())),
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
