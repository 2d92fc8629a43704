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
use crate::tui::model::{Help, Model};
use crate::tui::theme::Role;

enum Row<'k> {
    Group(&'k str),
    Binding(&'k Binding),
}

/// The rows that hold the words; of a group that is named so, all.
fn rows<'k>(keymap: &'k Keymap, query: &str) -> Vec<Row<'k>> {
    let query = query.to_lowercase();
    let mut rows = Vec::new();
    let mut group = "";
    for binding in keymap.all() {
        let holds = |text: &str| text.to_lowercase().contains(&query);
        if !(holds(&binding.group) || holds(&binding.help) || holds(&binding.pressed())) {
            continue;
        }
        if binding.group != group {
            group = &binding.group;
            rows.push(Row::Group(group));
        }
        rows.push(Row::Binding(binding));
    }
    rows
}

/// How many rows the help has.
pub(in crate::tui) fn len(keymap: &Keymap, query: &str) -> usize {
    rows(keymap, query).len()
}

pub(super) fn draw(model: &Model, help: &Help, pen: &mut Pen<'_>, area: Rect) {
    let (rows, top) = (rows(&model.keymap, &help.query), help.cursor.top());
    let last = (top + usize::from(area.height.saturating_sub(2))).min(rows.len());
    let below = if rows.is_empty() { String::new() } else { format!("{last} of {}", rows.len()) };
    let right = match help.query.as_str() {
        "" => "/ filter  Esc closes".to_owned(),
        query => format!("/{}", crate::text::clean(query)),
    };
    let bar = Some((top, rows.len()));
    let frame = Frame { title: Clean::ours("Keys"), right, below, bar, focused: true, ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let (group, key, text) = (pen.style(Role::Focus), pen.style(Role::Key), pen.style(Role::Text));
    if rows.is_empty() {
        let dim = pen.style(Role::Dim);
        pen.put(inside.x + 1, inside.y, inside.right(), "no key does that; Esc shows all again", dim);
    }
    for (row, y) in rows.iter().skip(top).zip(inside.y..inside.bottom()) {
        match row {
            Row::Group(name) => {
                pen.put(inside.x + 1, y, inside.right(), name, group);
            }
            Row::Binding(binding) => {
                let label = super::footer::label(&binding.pressed(), pen.theme.ascii);
                let x = pen.put(inside.x + 3, y, inside.right(), &label, key);
                pen.put((inside.x + 18).max(x + 2), y, inside.right(), &binding.help, text);
            }
        }
    }
}
