//! In full what a row had no room for, on top of a screen.
//!
//! ```text
//! ┌ x-request-id ─────────────────────────── Esc closes ┐
//! │ 6d84e126-0000-4000-8000-00000000d3f0                │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::tui::layout;
use crate::tui::model::Whole;
use crate::tui::theme::Role;
use crate::view::explain::lines;

/// Where its text stands, for the body of a screen.
pub(in crate::tui) fn inside(body: Rect) -> Rect {
    let inside = layout::inside(body);
    Rect { x: inside.x.saturating_add(1), width: inside.width.saturating_sub(2), ..inside }
}

pub(super) fn draw(whole: &Whole, pen: &mut Pen<'_>, body: Rect) {
    let inside = inside(body);
    let lines = lines(&whole.parts, usize::from(inside.width));
    let height = usize::from(inside.height);
    let frame = Frame {
        title: whole.title.clone(),
        right: "Esc closes".to_owned(),
        below: super::pane::below(whole.top, height, lines.len(), pen),
        bar: Some((whole.top, lines.len())),
        focused: true,
        ..Frame::default()
    };
    let text = pen.style(Role::Text);
    pen.fill(body, text);
    pane::frame(pen, body, &frame);
    for (line, y) in lines.iter().skip(whole.top).zip(inside.y..inside.bottom()) {
        super::explain::draw_line(pen, line, inside, y);
    }
}
