//! All tables of all vendors, the selected row explained beside or below.
//!
//! ```text
//! ┌ Codes ───────────── / search ┐┌ Acme 1001 ───────┐
//! │   Acme · error codes         ││ What it means …  │
//! │ ▌ 1001  Not found            ││                  │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use super::table;
use crate::decode::Entry;
use crate::text::Clean;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::view::codes::{Codes, CodesRow};
use crate::view::explain::{explain_entry, lines};

pub(super) fn draw(model: &Model, codes: &Codes, pen: &mut Pen<'_>, area: Rect) {
    let (list, detail) = split(area);
    let right = match codes.query() {
        "" => "/ search".to_owned(),
        query => format!("/{}", crate::text::clean(query)),
    };
    let frame = Frame {
        title: Clean::ours("Codes"),
        right,
        below: pane::position(&codes.cursor, codes.len()),
        bar: Some((codes.cursor.top(), codes.len())),
        focused: true,
        ..Frame::default()
    };
    let inside = pane::frame(pen, list, &frame);
    if codes.is_empty() && inside.height > 0 {
        let style = pen.style(Role::Dim);
        pen.put(inside.x + 2, inside.y, inside.right(), "no table has this; Esc shows everything again", style);
    }
    let from = codes.cursor.top();
    let rows: Vec<CodesRow> =
        (from..from + usize::from(inside.height)).map_while(|at| codes.row(&model.catalog, at)).collect();
    let columns = table::columns(
        rows.iter().filter_map(|row| match row {
            CodesRow::Entry { code, title, .. } => Some((code, title)),
            CodesRow::Title(_) => None,
        }),
        inside.width,
    );
    for (offset, row) in rows.iter().enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let (x, chosen) = pane::row(pen, inside, y, from + offset == codes.cursor.at(), true);
        let style = |pen: &Pen<'_>, role| chosen.unwrap_or_else(|| pen.style(role));
        match row {
            CodesRow::Title(title) => {
                let style = style(pen, Role::Focus);
                pen.clean(x, y, inside.right(), title, style);
            }
            CodesRow::Entry { vendor, code, title, meaning, .. } => {
                let (one, two, three) = (style(pen, Role::Code), style(pen, Role::Text), style(pen, Role::Dim));
                // Where rows of many vendors stand together, the vendor says more than the meaning.
                let third = if vendor.is_empty() { meaning } else { vendor };
                table::cells(pen, inside, (x, y), columns, [(code, one), (title, two), (third, three)]);
            }
        }
    }
    if let (Some(entry), true) = (codes.selected(&model.catalog), detail.area() > 0) {
        entry_pane(model, &entry, pen, detail);
    }
}

/// The row in full, and the same code at other vendors.
fn entry_pane(model: &Model, entry: &Entry, pen: &mut Pen<'_>, area: Rect) {
    let mut title = entry.pack_name.clean();
    title.push(&Clean::ours(" "));
    title.push(&entry.code.clean());
    let frame = Frame { title, right: "y copy".to_owned(), ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let bold = pen.style(Role::Title);
    let mut y = inside.y;
    if let Some(words) = &entry.title {
        pen.clean(inside.x, y, inside.right(), &words.clean(), bold);
        y += 1;
    }
    for line in lines(&explain_entry(entry), usize::from(inside.width)) {
        if y >= inside.bottom() {
            return;
        }
        super::explain::draw_line(pen, &line, inside, y);
        y += 1;
    }
    let code = entry.code.clean();
    let also = model.catalog.same_code(&code, Some(&entry.pack));
    if also.is_empty() || y + 1 >= inside.bottom() {
        return;
    }
    let (label, dim) = (pen.style(Role::Label), pen.style(Role::Text));
    pen.put(inside.x, y + 1, inside.right(), "The same code elsewhere (x goes there)", label);
    for (other, y) in also.iter().zip(y + 2..inside.bottom()) {
        let x = pen.clean(inside.x, y, inside.right(), &other.pack_name.clean(), label);
        let words = other.title.as_ref().or(other.meaning.as_ref()).map(|words| words.clean()).unwrap_or_default();
        pen.clean((inside.x + 16).max(x + 2), y, inside.right(), &words, dim);
    }
}

/// List and detail: side by side on wide screens, on top of each other on tall ones, else the list only.
pub(in crate::tui) fn split(area: Rect) -> (Rect, Rect) {
    if area.width >= 100 {
        let left = area.width * 55 / 100;
        return (Rect { width: left, ..area }, Rect { x: area.x + left, width: area.width - left, ..area });
    }
    if area.height >= 16 {
        let top = area.height / 2;
        return (Rect { height: top, ..area }, Rect { y: area.y + top, height: area.height - top, ..area });
    }
    (area, Rect::default())
}
