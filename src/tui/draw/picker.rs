//! What fits the letters that are typed, the best first.
//!
//! ```text
//! ┌ find ──────────────────────────────────────── 3 of 120 ┐
//! │ ▌ /results/linkedin/error    "Your LinkedIn session…"  │
//! │   /results/linkedin          ✗ FAIL                    │
//! ```

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{self, Frame};
use super::pen::Pen;
use crate::text::{Clean, width};
use crate::tui::model::Ask;
use crate::tui::theme::Role;
use crate::view::fuzzy;
use crate::view::picker::{Choice, Picker};

pub(super) fn draw(ask: Ask, picker: &Picker, pen: &mut Pen<'_>, body: Rect) {
    let vendors = ask == Ask::Vendor;
    let all = picker.total();
    let of = if picker.is_partial { format!("the first {all}") } else { all.to_string() };
    let frame = Frame {
        title: Clean::ours(if vendors { "read it as" } else { "find: names, values, pointers, codes" }),
        right: format!("{} of {of}", picker.len()),
        below: pane::position(&picker.cursor, picker.len()),
        bar: Some((picker.cursor.top(), picker.len())),
        focused: true,
        ..Frame::default()
    };
    let text = pen.style(Role::Text);
    pen.fill(body, text);
    let inside = pane::frame(pen, body, &frame);
    if picker.is_empty() && inside.height > 0 {
        let dim = pen.style(Role::Dim);
        let words = if vendors { "no vendor has these letters" } else { "nothing has these letters in this order" };
        pen.put(inside.x + 2, inside.y, inside.right(), words, dim);
    }
    let from = picker.cursor.top();
    let rows: Vec<&Choice> = (from..from + usize::from(inside.height)).map_while(|at| picker.row(at)).collect();
    let names = rows.iter().map(|row| width(&row.name)).max().unwrap_or(0);
    let names = u16::try_from(names).unwrap_or(u16::MAX).clamp(12, (inside.width * 3 / 5).max(12));
    for (offset, row) in rows.iter().enumerate() {
        let y = inside.y + u16::try_from(offset).unwrap_or(0);
        let (x, chosen) = pane::row(pen, inside, y, from + offset == picker.cursor.at(), true);
        let name = chosen.unwrap_or_else(|| pen.style(Role::Name));
        let found = chosen.unwrap_or_default().patch(pen.style(Role::Found));
        let right = (x + names).min(inside.right());
        if row.name.is_empty() {
            pen.put(x, y, right, "Response", name);
        } else {
            letters(pen, (x, y), right, &row.name, picker.typed(), (name, found));
        }
        let words = chosen.unwrap_or_else(|| pen.style(Role::Text));
        pen.clean(x + names + 2, y, inside.right(), &row.words, words);
    }
}

/// A name with the letters that were typed marked. A name that is cut is drawn without: its end says most.
fn letters(pen: &mut Pen<'_>, (x, y): (u16, u16), right: u16, name: &Clean, typed: &str, styles: (Style, Style)) {
    let room = usize::from(right.saturating_sub(x));
    if width(name) > room {
        pen.clean(x, y, right, &name.cut_start(room), styles.0);
        return;
    }
    pen.clean(x, y, right, name, styles.0);
    // Letters of the name alone; a word that is found elsewhere marks nothing here.
    let fits = typed.split_whitespace().filter_map(|word| fuzzy::fit(word, name));
    for at in fits.flat_map(|fit| fit.chars) {
        let Some((start, c)) = name.char_indices().nth(at) else { continue };
        let before = u16::try_from(width(&name[..start])).unwrap_or(u16::MAX);
        pen.restyle(
            Rect::new(x.saturating_add(before), y, u16::try_from(width(c.encode_utf8(&mut [0; 4]))).unwrap_or(1), 1),
            styles.1,
        );
    }
}
