//! The explanation of the selection.
//!
//! ```text
//! ┌ second ────────────────────────────────── y copy ┐
//! │ ✗ FAILED on linkedin           /results/linkedin │
//! │ What happened  Your session has expired.         │
//! │                                 (server message) │
//! ```

use ratatui::layout::Rect;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::width;
use crate::tui::layout::Areas;
use crate::tui::model::{Browser, Pane};
use crate::tui::theme::Role;
use crate::view::Mark;
use crate::view::explain::{LABELS, Line, PartKind};

pub(super) fn draw(browser: &Browser, pen: &mut Pen<'_>, areas: &Areas) {
    let area = areas.explain;
    if area.area() == 0 {
        return;
    }
    let explanation = &browser.explanation;
    let room = usize::from(browser.explain_inside(areas).height.saturating_sub(1));
    let more = pane::below(browser.explain_top, room, browser.lines.len(), pen);
    let joined = areas.joined && areas.table.area() > 0;
    let frame = Frame {
        title: explanation.name.clone(),
        right: if joined && !more.is_empty() { more.clone() } else { "y copy".to_owned() },
        below: more,
        // The headline stands still and counts as a line.
        bar: Some((browser.explain_top, browser.lines.len() + 1)),
        focused: browser.focus == Pane::Explain,
        open_below: joined,
        ..Frame::default()
    };
    let inside = pane::frame(pen, area, &frame);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    headline(browser, pen, inside);
    for (offset, line) in browser.lines.iter().skip(browser.explain_top).take(room).enumerate() {
        draw_line(pen, line, inside, inside.y + 1 + u16::try_from(offset).unwrap_or(0));
    }
}

fn headline(browser: &Browser, pen: &mut Pen<'_>, inside: Rect) {
    if inside.height == 0 {
        return;
    }
    let explanation = &browser.explanation;
    let (y, right) = (inside.y, inside.right());
    let mut x = inside.x;
    if let Some(mark) = explanation.mark {
        let style = pen.theme.mark(mark).add_modifier(ratatui::style::Modifier::BOLD);
        let word = if mark == Mark::Warn { mark.word() } else { mark.headline() };
        x = pen.put(x, y, right, &format!("{} {word}", mark.glyph(pen.theme.ascii)), style) + 1;
    }
    let title = pen.style(Role::Title);
    x = pen.clean(x, y, right, &explanation.title, title);
    let room = usize::from(right.saturating_sub(x + 2));
    if room >= 12 && !explanation.pointer.is_empty() {
        let style = pen.style(Role::Dim);
        pen.clean_end(x + 2, y, right, &explanation.pointer.cut_start(room), style);
    }
}

/// One line of parts; also used for rows of tables.
pub(super) fn draw_line(pen: &mut Pen<'_>, line: &Line, inside: Rect, y: u16) {
    let beside = usize::from(inside.width) >= LABELS + 30;
    let label = pen.style(Role::Label);
    let right = inside.right();
    pen.put(inside.x, y, right, line.label, label);
    let x = if beside { inside.x + u16::try_from(LABELS).unwrap_or(0) } else { inside.x };
    let role = match line.kind {
        PartKind::Words => Role::Text,
        PartKind::Code => Role::Code,
        PartKind::Link => Role::Link,
        PartKind::Remark => Role::Text,
    };
    if !beside && !line.label.is_empty() {
        return;
    }
    let style = pen.style(role);
    let end = match &line.link {
        Some(to) => pen.link(x, y, right, &line.text, style, to),
        None => pen.clean(x, y, right, &line.text, style),
    };
    if let Some(by) = line.by {
        let mark = format!("({})", by.mark());
        let style = pen.style(Role::Mark);
        let from = if line.text.is_empty() { x } else { end + 1 };
        if usize::from(right.saturating_sub(from)) >= width(&mark) {
            pen.put_end(from, y, right, &mark, style);
        }
    }
}
