//! Several responses, one line each, and how often which code occurs.
//!
//! ```text
//! │ ▌ ✗ FAILED   404  Acme    1001  stdin:1   Not found    │
//! │   ✓ SUCCESS  200  Acme          stdin:2   no errors    │
//! ├ by code ───────────────────────────────────────────────┤
//! │   acme 1001  3                                         │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::{Clean, width};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::view::list::{self, List};

/// Rows of the counts, frame included.
const COUNTS: u16 = 6;

pub(super) fn draw(model: &Model, list: &List, pen: &mut Pen<'_>, area: Rect) {
    let upper = self::area(area);
    let with_counts = upper.height < area.height;
    let shown = list.shown(&model.readings);
    let right = if list.problems_only { "p all" } else { "p only problems" };
    let frame = Frame {
        title: Clean::ours("Responses"),
        right: right.to_owned(),
        below: pane::position(&list.cursor, shown.len()),
        bar: Some((list.cursor.top(), shown.len())),
        focused: true,
        ..Frame::default()
    };
    let inside = pane::frame(pen, upper, &frame);
    let from = list.cursor.top();
    let rows: Vec<_> = shown.iter().skip(from).take(usize::from(inside.height)).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .filter_map(|at| model.readings.get(*at))
        .map(|reading| list::row(reading, model.secrets))
        .collect();
    let column = |text: fn(&list::ListRow) -> &Clean| {
        let most = rows.iter().map(|row| width(text(row))).max().unwrap_or(0);
        u16::try_from(most.min(18)).unwrap_or(0)
    };
    let (vendor, code, source) = (column(|row| &row.vendor), column(|row| &row.code), column(|row| &row.source));
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
        for (text, room, style) in [(&row.vendor, vendor, name), (&row.code, code, bold), (&row.source, source, dim)] {
            if room > 0 {
                pen.clean(x, y, inside.right().min(x + room), text, style);
                x += room + 2;
            }
        }
        pen.clean(x, y, inside.right(), &row.summary, text);
    }
    if with_counts {
        counts(model, pen, Rect { y: upper.bottom(), height: COUNTS, ..area });
    }
}

/// Where the list itself is: above the counts, where there is room for them.
pub(in crate::tui) fn area(body: Rect) -> Rect {
    let counts = if body.height >= 16 { COUNTS } else { 0 };
    Rect { height: body.height.saturating_sub(counts), ..body }
}

fn counts(model: &Model, pen: &mut Pen<'_>, area: Rect) {
    let frame = Frame { title: Clean::ours("By code"), ..Frame::default() };
    let inside = pane::frame(pen, area, &frame);
    let (bold, text) = (pen.style(Role::Code), pen.style(Role::Text));
    // Columns of equal width: many kinds in few rows.
    let wide: u16 = 32;
    for (at, count) in list::counts(&model.readings).iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let (column, row) = (at / inside.height.max(1), at % inside.height.max(1));
        let x = inside.x.saturating_add(2).saturating_add(column.saturating_mul(wide));
        if x.saturating_add(wide) > inside.right() && column > 0 {
            return;
        }
        let y = inside.y + row;
        let end = pen.put(x, y, (x + wide - 2).min(inside.right()), &format!("{:>5}  ", count.count), bold);
        pen.clean(end, y, (x + wide - 2).min(inside.right()), &count.name, text);
    }
}
