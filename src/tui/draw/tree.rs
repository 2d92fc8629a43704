//! The response tree.
//!
//! ```text
//! │  ▾ Response           ✗ 1  ✓ 2                │
//! │    ▾ results                                  │
//! │      ▸ first          ✓ OK    PUBLISH_SUCCESS │
//! │ ▌    ▾ second         ✗ FAIL  session expired │
//! │          success      false                   │
//! ```

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::{Clean, clean, width};
use crate::tui::model::{Ask, Browser, Model, Pane, Screen};
use crate::tui::theme::Role;
use crate::view::changes::Change;
use crate::view::tree::{Kind, TreeRow};
use crate::view::{Mark, Reading};

/// Cells of the column for marks: the longest word with its glyph and a gap.
const MARKS: u16 = 9;
/// Deeper levels are not indented further: the names would leave the pane.
const DEEPEST: usize = 16;

pub(super) fn draw(model: &Model, browser: &Browser, reading: &Reading, pen: &mut Pen<'_>, area: Rect) {
    let tree = &browser.tree;
    let typing = matches!(model.top(), Some(Screen::Prompt(prompt)) if prompt.ask == Ask::Filter);
    let right = match tree.query() {
        Some(query) => format!("/{} {}", crate::text::clean(query), crate::text::plural(tree.hits().len(), "hit")),
        None if typing => "/".to_owned(),
        None => "/ filter".to_owned(),
    };
    let mut title = Clean::ours("Response");
    if let Some(changes) = &browser.changes {
        let words = if area.width < 70 { clean(&changes.signs()) } else { changes.words() };
        title = title.with(&Clean::ours("  ")).with(&words);
    }
    let frame = Frame {
        title,
        right,
        below: tree.position(reading),
        bar: (!reading.document.is_large()).then(|| (tree.cursor.top(), tree.len())),
        focused: browser.focus == Pane::Tree,
        ..Frame::default()
    };
    let inside = pane::frame(pen, area, &frame);
    if tree.is_empty() && inside.height > 0 {
        let style = pen.style(Role::Dim);
        pen.put(inside.x + 2, inside.y, inside.right(), "no match; Esc shows everything again", style);
    }
    let from = tree.cursor.top();
    let rows: Vec<TreeRow> =
        (from..from + usize::from(inside.height)).map_while(|at| tree.row(reading, at, model.eye())).collect();
    let longest = rows.iter().map(|row| indent(row) + width(&row.name)).max().unwrap_or(0);
    let names = u16::try_from(longest + 2).unwrap_or(u16::MAX).min(inside.width / 2);
    let marks = if rows.iter().any(|row| row.mark.is_some()) { MARKS } else { 0 };
    for (offset, row) in rows.iter().enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let selected = from + offset == tree.cursor.at();
        let (x, chosen) = pane::row(pen, inside, y, selected, frame.focused);
        sign(browser, row, pen, (inside.x + 1, y), chosen);
        draw_row(pen, row, Columns { x, y, right: inside.right(), text: x + names, marks }, chosen);
    }
}

/// What happened to a row since the response before; that of rows out of sight stands at what hides them.
fn sign(browser: &Browser, row: &TreeRow, pen: &mut Pen<'_>, (x, y): (u16, u16), chosen: Option<Style>) {
    let change = browser.changes.as_ref().and_then(|changes| changes.at(row.node));
    let Some(change) = change.filter(|change| *change != Change::Within || row.open == Some(false)) else { return };
    let style = chosen.unwrap_or_else(|| pen.style(Role::Applies));
    pen.put(x, y, x + 1, change.sign(), style);
}

#[derive(Clone, Copy)]
struct Columns {
    x: u16,
    y: u16,
    right: u16,
    text: u16,
    marks: u16,
}

fn indent(row: &TreeRow) -> usize {
    row.depth.min(DEEPEST) * 2 + 2
}

fn draw_row(pen: &mut Pen<'_>, row: &TreeRow, columns: Columns, chosen: Option<Style>) {
    let Columns { x, y, right, text, marks } = columns;
    let style = |pen: &Pen<'_>, role| chosen.unwrap_or_else(|| pen.style(role));
    let fold = match row.open {
        Some(true) => pen.theme.glyph("▾", "v"),
        Some(false) => pen.theme.glyph("▸", ">"),
        None => " ",
    };
    let name_x = x + u16::try_from(indent(row)).unwrap_or(0);
    let dim = style(pen, Role::Dim);
    pen.put(name_x.saturating_sub(2), y, text, fold, dim);
    let role = match (row.found, row.plain_name) {
        (true, _) => Role::Found,
        (false, true) => Role::Text,
        (false, false) => Role::Name,
    };
    let name = style(pen, role);
    let name = if row.mark.is_some() { name.add_modifier(ratatui::style::Modifier::BOLD) } else { name };
    pen.clean(name_x, y, text.saturating_sub(1), &row.name, name);

    let mut at = text;
    if let Some(mark) = row.mark {
        let status = style(pen, Role::Status(mark));
        let end = pen.put(at, y, right, &format!("{} {}", mark.glyph(pen.theme.ascii), mark.word()), status);
        at = (at + marks).max(end + 1);
    } else if !row.counts.is_empty() {
        for (mark, count) in &row.counts {
            let status = style(pen, Role::Status(*mark));
            at = pen.put(at, y, right, &format!("{} {count}", mark.glyph(pen.theme.ascii)), status) + 2;
        }
    }
    let words = row.words.as_ref().filter(|words| !words.is_empty());
    let value = match row.kind {
        Kind::String => Role::String,
        Kind::Number => Role::Number,
        Kind::Literal => Role::Literal,
        Kind::Container => Role::Dim,
    };
    let is_container = row.kind == Kind::Container;
    let needs_value = if is_container { words.is_none() && row.counts.is_empty() } else { true };
    if needs_value && (row.mark.is_none() || !is_container) {
        let style = style(pen, value);
        at = match &row.link {
            Some(to) => pen.link(at, y, right, &row.value, style, to),
            None => pen.clean(at, y, right, &row.value, style),
        } + 2;
    }
    if let Some(words) = words {
        let role = if matches!(row.mark, Some(Mark::Fail | Mark::Warn)) { Role::Text } else { Role::Dim };
        let style = style(pen, if is_container { Role::Text } else { role });
        pen.clean(at, y, right, words, style);
    }
}
