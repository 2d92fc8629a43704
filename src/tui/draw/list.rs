//! Several responses, one line each, and how often which code occurs.
//!
//! ```text
//! │ ▌ ✗ FAILED   404  Acme    1001  :1   Not found         │
//! │   ✓ SUCCESS  200  Acme          :2   no errors         │
//! ├ by code ───────────────────────────────────────────────┤
//! │   acme 1001  3                                         │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::{Clean, clean, width};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::view::list::{self, List};

pub(super) fn draw(model: &Model, list: &List, pen: &mut Pen<'_>, area: Rect) {
    let (upper, lower) = layout::list(area);
    let mut right = if list.problems_only() { "p all".to_owned() } else { "p only problems".to_owned() };
    if !list.words().is_empty() {
        right = format!("filter: {}", clean(list.words()));
    }
    let len = list.len(&model.readings);
    let frame = Frame {
        title: match list.origin() {
            Some(source) => Clean::ours("Responses  ").with(&source.cut_start(28)),
            None => Clean::ours("Responses"),
        },
        right,
        below: pane::position(&list.cursor, len),
        bar: Some((list.cursor.top(), len)),
        focused: true,
        ..Frame::default()
    };
    let inside = pane::frame(pen, upper, &frame);
    let from = list.cursor.top();
    let rows: Vec<_> = list.rows().take(usize::from(inside.height)).collect();
    let column = |text: fn(&list::ListRow) -> &Clean| {
        let most = rows.iter().map(|row| width(text(row))).max().unwrap_or(0);
        u16::try_from(most.min(18)).unwrap_or(0)
    };
    // One name for all of them stands in the title.
    let place = |row: &list::ListRow| match list.origin() {
        Some(_) => row.line.clone(),
        None => row.source.clone().with(&row.line),
    };
    let places: Vec<Clean> = rows.iter().map(|row| place(row)).collect();
    let source = places.iter().map(|place| width(place)).max().unwrap_or(0).min(18) as u16;
    let (vendor, code) = (column(|row| &row.vendor), column(|row| &row.code));
    for (offset, row) in rows.iter().enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let (x, chosen) = pane::row(pen, inside, y, from + offset == list.cursor.at(), true);
        let style = |pen: &Pen<'_>, role| chosen.unwrap_or_else(|| pen.style(role));
        let mark = style(pen, Role::Status(row.mark));
        pen.put(x, y, inside.right(), &format!("{} {}", row.mark.glyph(pen.theme.ascii), row.mark.headline()), mark);
        let text = style(pen, Role::Text);
        let status = row.status.map_or(String::new(), |status| status.to_string());
        let mut x = pen.put(x + 11, y, inside.right(), &format!("{status:<5}"), text);
        let (name, bold, dim) = (style(pen, Role::Name), style(pen, Role::Code), style(pen, Role::Dim));
        // Of a path and a line the end says most.
        let columns = [
            (&row.vendor, vendor, name),
            (&row.code, code, bold),
            (&places[offset].cut_start(usize::from(source)), source, dim),
        ];
        for (text, room, style) in columns {
            if room > 0 {
                pen.clean(x, y, inside.right().min(x + room), text, style);
                x += room + 2;
            }
        }
        pen.clean(x, y, inside.right(), &row.summary, text);
    }
    if let Some(lower) = lower {
        counts(model, pen, lower);
    }
}

fn counts(model: &Model, pen: &mut Pen<'_>, area: Rect) {
    let frame = Frame { title: Clean::ours("By vendor and code"), ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let (bold, text) = (pen.style(Role::Code), pen.style(Role::Text));
    // Columns of equal width: many kinds in few rows.
    let wide: u16 = 32;
    let mut kinds: Vec<_> = model.readings.kinds().iter().filter(|kind| kind.count > 0).collect();
    kinds.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    for (at, count) in kinds.into_iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let (column, row) = (at / inside.height.max(1), at % inside.height.max(1));
        let x = inside.x.saturating_add(2).saturating_add(column.saturating_mul(wide));
        if x.saturating_add(wide) > inside.right() && column > 0 {
            return;
        }
        let y = inside.y + row;
        let end = pen.put(x, y, (x + wide - 2).min(inside.right()), &format!("{:>7}  ", count.count), bold);
        pen.clean(end, y, (x + wide - 2).min(inside.right()), &count.name, text);
    }
}
