//! The reference table beside the explanation, at the row that applies.
//!
//! ```text
//! ├ Acme · error codes ──────────────────── row 7 of 12 ─┤
//! │   401  Invalid API key        credential not accepted │
//! │ ▌ 429  Monthly limit reached  the quota is used up    │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::{Clean, width};
use crate::tui::layout::Areas;
use crate::tui::model::{Browser, Model, Pane};
use crate::tui::theme::Role;
use crate::view::table::TableRow;

pub(super) fn draw(model: &Model, browser: &Browser, pen: &mut Pen<'_>, areas: &Areas) {
    let (area, Some(table)) = (areas.table, &browser.reference) else { return };
    if area.area() == 0 {
        return;
    }
    let len = table.len(&model.catalog);
    let right = match (&table.missing, table.applies()) {
        (Some(missing), _) => missing.as_str().to_owned(),
        (None, Some(row)) => format!("{} of {len}", row + 1),
        (None, None) => format!("{len} rows"),
    };
    let focused = browser.focus == Pane::Table;
    let more = pane::below(table.cursor.top(), usize::from(area.height.saturating_sub(2)), len, pen);
    let frame = Frame {
        title: table.title(&model.catalog),
        right,
        below: more,
        bar: Some((table.cursor.top(), len)),
        focused,
        hangs: areas.joined,
        ..Frame::default()
    };
    let inside = pane::frame(pen, area, &frame);
    let from = table.cursor.top();
    let rows: Vec<TableRow> =
        (from..from + usize::from(inside.height)).map_while(|at| table.row(&model.catalog, at)).collect();
    let columns = columns(rows.iter().map(|row| (&row.code, &row.title)), inside.width);
    for (offset, row) in rows.iter().enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        // Without the focus the marker shows the row that applies, with it the selection.
        let at = from + offset;
        let here = if focused { at == table.cursor.at() } else { row.applies };
        let (x, chosen) = pane::row(pen, inside, y, here, focused);
        let style = |pen: &Pen<'_>, role| match (chosen, row.applies) {
            (Some(style), _) if focused => style,
            (_, true) => pen.style(Role::Applies),
            _ => pen.style(role),
        };
        let (code, title, meaning) = (style(pen, Role::Code), style(pen, Role::Text), style(pen, Role::Dim));
        cells(pen, inside, (x, y), columns, [(&row.code, code), (&row.title, title), (&row.meaning, meaning)]);
    }
}

/// The widths of the columns for code and title.
pub(super) fn columns<'r>(rows: impl Iterator<Item = (&'r Clean, &'r Clean)>, room: u16) -> (u16, u16) {
    let (mut code, mut title) = (3, 0);
    for (one, two) in rows {
        code = code.max(width(one));
        title = title.max(width(two));
    }
    let code = u16::try_from(code).unwrap_or(u16::MAX).min((room / 4).max(12));
    let left = room.saturating_sub(code + 4);
    (code, u16::try_from(title).unwrap_or(u16::MAX).min((left / 2).max(24).min(left)))
}

/// Puts code, title and meaning into their columns; the code keeps to the right edge of its column.
pub(super) fn cells(
    pen: &mut Pen<'_>,
    area: Rect,
    (x, y): (u16, u16),
    (code, title): (u16, u16),
    cells: [(&Clean, ratatui::style::Style); 3],
) {
    let right = area.right();
    let [first, second, third] = cells;
    pen.clean(x, y, (x + code).min(right), first.0, first.1);
    let x = x + code + 2;
    pen.clean(x, y, (x + title).min(right), second.0, second.1);
    let x = x + title + 2;
    if right > x + 8 {
        pen.clean(x, y, right, third.0, third.1);
    }
}
