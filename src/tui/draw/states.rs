//! Screens without a response: too small, still reading.

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::view::human;

/// There is no room for anything.
pub(super) fn too_small(pen: &mut Pen<'_>, area: Rect) {
    let style = pen.style(Role::Text);
    let y = area.y + area.height / 2;
    let text = "terminal too small";
    let x = area.x + area.width.saturating_sub(18) / 2;
    pen.put(x, y, area.right(), text, style);
}

/// Bytes are coming, slowly.
pub(super) fn loading(model: &Model, pen: &mut Pen<'_>, area: Rect) {
    let (bold, dim) = (pen.style(Role::Title), pen.style(Role::Dim));
    let bytes = model.loading.unwrap_or(0);
    let y = area.y + area.height / 3;
    pen.put(area.x + 3, y, area.right(), &format!("reading: {} so far", human::size(bytes)), bold);
    pen.put(area.x + 3, y + 2, area.right(), "^c stops reading and shows what arrived", dim);
}
