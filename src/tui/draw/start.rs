//! The start screen: nothing was piped in.
//!
//! ```text
//! │ curl -si URL | errview   says what the response means │
//! │ ▌ p  paste a response                                 │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::Clean;
use crate::tui::model::{Model, START};
use crate::tui::theme::Role;

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>, area: Rect, selected: usize) {
    let frame = Frame { title: Clean::ours("Start"), focused: true, ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let (key, text, dim) = (pen.style(Role::Key), pen.style(Role::Text), pen.style(Role::Dim));
    for (at, (_, label, words)) in START.iter().enumerate() {
        let y = inside.y + u16::try_from(at).unwrap_or(0);
        if y >= inside.bottom() {
            return;
        }
        let (x, chosen) = pane::row(pen, inside, y, at == selected, true);
        pen.put(x, y, inside.right(), label, chosen.unwrap_or(key));
        pen.put(x + 3, y, inside.right(), words, chosen.unwrap_or(text));
    }
    let known = model.catalog.packs().len();
    let lines = [
        "Next time: curl -si URL | errview".to_owned(),
        format!("{known} vendors and standards are known. Nothing leaves this machine."),
    ];
    let from = inside.y + u16::try_from(START.len()).unwrap_or(0) + 1;
    for (line, y) in lines.iter().zip(from..inside.bottom()) {
        pen.put(inside.x + 2, y, inside.right(), line, dim);
    }
}
