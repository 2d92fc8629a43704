//! The help screen, made from the key map.
//!
//! ```text
//! │ move                          │
//! │   j ↓        next row         │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::Clean;
use crate::tui::keymap::{Binding, Keymap};
use crate::tui::model::Model;
use crate::tui::theme::Role;

enum Row<'k> {
    Group(&'k str),
    Binding(&'k Binding),
}

fn rows(keymap: &Keymap) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut group = "";
    for binding in keymap.all() {
        if binding.group != group {
            group = &binding.group;
            rows.push(Row::Group(group));
        }
        rows.push(Row::Binding(binding));
    }
    rows
}

/// How many rows the help has.
pub(in crate::tui) fn len(keymap: &Keymap) -> usize {
    rows(keymap).len()
}

pub(super) fn draw(model: &Model, top: usize, pen: &mut Pen<'_>, area: Rect) {
    let rows = rows(&model.keymap);
    let last = (top + usize::from(area.height.saturating_sub(2))).min(rows.len());
    let below = format!("{last} of {}", rows.len());
    let frame =
        Frame { title: Clean::ours("Keys"), right: "Esc closes".to_owned(), below, focused: true, ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let (group, key, text) = (pen.style(Role::Focus), pen.style(Role::Key), pen.style(Role::Text));
    for (row, y) in rows.iter().skip(top).zip(inside.y..inside.bottom()) {
        match row {
            Row::Group(name) => {
                pen.put(inside.x + 1, y, inside.right(), name, group);
            }
            Row::Binding(binding) => {
                let label = super::footer::label(&binding.label, pen.theme.ascii);
                // The keys of a menu are pressed after the key that opens it.
                let before = match binding.contexts() {
                    [crate::tui::keymap::Context::Copy] => "y ",
                    [crate::tui::keymap::Context::Fold] => "z ",
                    _ => "",
                };
                let label = if before.is_empty() {
                    label
                } else {
                    format!("{before}{}", label.replace(' ', &format!("  {before}")))
                };
                let x = pen.put(inside.x + 3, y, inside.right(), &label, key);
                pen.put((inside.x + 18).max(x + 2), y, inside.right(), &binding.help, text);
            }
        }
    }
}
