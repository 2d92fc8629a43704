//! The heads of the response.
//!
//! ```text
//! │   HTTP/2 429                                        │
//! │ ▌ retry-after   30                                  │
//! │   x-request-id  6d84e126   the id to quote          │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::{Clean, width};
use crate::tui::model::{Browser, Model};
use crate::tui::theme::Role;
use crate::view::{Reading, headers};

pub(super) fn draw(model: &Model, browser: &Browser, reading: &Reading, pen: &mut Pen<'_>, area: Rect) {
    let list = &browser.headers;
    let len = list.len(reading);
    let frame = Frame {
        title: Clean::ours("Headers"),
        right: "y copy".to_owned(),
        below: pane::position(&list.cursor, len),
        bar: Some((list.cursor.top(), len)),
        focused: true,
        ..Frame::default()
    };
    let inside = pane::frame(pen, area, &frame);
    if len == 0 {
        let text = pen.style(Role::Dim);
        let room = usize::from(inside.width.saturating_sub(4));
        for (line, y) in headers::missing().lines.iter().flat_map(|line| crate::text::wrap(line, room)).zip(inside.y..)
        {
            if y < inside.bottom() {
                pen.put(inside.x + 2, y, inside.right(), &line, text);
            }
        }
        return;
    }
    let from = list.cursor.top();
    let rows: Vec<_> =
        (from..from + usize::from(inside.height)).map_while(|at| list.row(reading, at, model.eye())).collect();
    let names = rows.iter().map(|row| width(&row.name)).max().unwrap_or(0);
    let names = u16::try_from(names).unwrap_or(u16::MAX).min(inside.width / 2);
    for (offset, row) in rows.iter().enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let (x, chosen) = pane::row(pen, inside, y, from + offset == list.cursor.at(), true);
        let style = |pen: &Pen<'_>, role| chosen.unwrap_or_else(|| pen.style(role));
        let (name, text, dim) = (style(pen, Role::Name), style(pen, Role::Text), style(pen, Role::Dim));
        let end = if row.is_status {
            let title = style(pen, Role::Title);
            pen.clean(x, y, inside.right(), &row.value, title)
        } else {
            pen.clean(x, y, x + names, &row.name, name);
            pen.clean(x + names + 2, y, inside.right(), &row.value, text)
        };
        if let Some(words) = &row.words {
            pen.clean(end + 3, y, inside.right(), words, dim);
        }
    }
}
