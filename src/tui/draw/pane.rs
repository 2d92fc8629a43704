//! The frame of a pane.
//!
//! ```text
//! ┌ title ───────────────── right ┐
//! │▌ row                          │
//! └──────────────────────── below ┘
//! ```

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::Pen;
use crate::text::Clean;
use crate::tui::theme::Role;
use crate::view::Cursor;

/// What stands around a pane.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) title: Clean,
    pub(super) right: String,
    pub(super) below: String,
    /// The first row on screen and how many there are, for the bar that shows how far one is.
    pub(super) bar: Option<(usize, usize)>,
    pub(super) focused: bool,
    /// Whether the upper edge belongs to the pane above as well.
    pub(super) hangs: bool,
    /// Whether the lower edge is left to the pane below.
    pub(super) open_below: bool,
}

/// Draws the frame; gives the inside.
pub(super) fn frame(pen: &mut Pen<'_>, area: Rect, frame: &Frame) -> Rect {
    if area.width < 2 || area.height < 2 {
        return Rect::default();
    }
    let style = pen.style(if frame.focused { Role::Focus } else { Role::Border });
    let theme = pen.theme;
    let (flat, upright) = (theme.glyph("─", "-"), theme.glyph("│", "|"));
    let (left, right, bottom) = (area.x, area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    let rule = flat.repeat(usize::from(area.width.saturating_sub(2)));
    let corner = |round: &'static str, joint: &'static str| theme.glyph(if frame.hangs { joint } else { round }, "+");
    pen.put(left, area.y, right, corner("┌", "├"), style);
    pen.put(left + 1, area.y, right, &rule, style);
    pen.put(right, area.y, right + 1, corner("┐", "┤"), style);
    let last = if frame.open_below { area.bottom() } else { bottom };
    for y in area.y + 1..last {
        pen.put(left, y, right, upright, style);
        pen.put(right, y, right + 1, upright, style);
    }
    if !frame.open_below {
        pen.put(left, bottom, right, theme.glyph("└", "+"), style);
        pen.put(left + 1, bottom, right, &rule, style);
        pen.put(right, bottom, right + 1, theme.glyph("┘", "+"), style);
        around(pen, left + 2, bottom, right.saturating_sub(1), &frame.below, style);
    }
    let title = pen.style(Role::Title);
    let x = pen.put(left + 1, area.y, right, " ", style);
    // The title gives way to what stands on the right only where both cannot be.
    let room =
        right.saturating_sub(u16::try_from(crate::text::width(&frame.right)).unwrap_or(u16::MAX)).saturating_sub(4);
    let enough = room > x + 8;
    let x = pen.clean(x, area.y, if enough { room } else { right.saturating_sub(1) }, &frame.title, title);
    let x = pen.put(x, area.y, right, " ", style);
    if enough {
        around(pen, x, area.y, right.saturating_sub(1), &frame.right, style);
    }
    let height = area.height.saturating_sub(if frame.open_below { 1 } else { 2 });
    if let Some((top, len)) = frame.bar {
        let thumb = theme.glyph("┃", "#");
        for offset in thumb_rows(top, len, height) {
            pen.put(right, area.y + 1 + offset, right + 1, thumb, style);
        }
    }
    Rect { x: left + 1, y: area.y + 1, width: area.width.saturating_sub(2), height }
}

/// The rows of the bar's thumb on a pane of that height; none where everything is on screen.
fn thumb_rows(top: usize, len: usize, height: u16) -> std::ops::Range<u16> {
    let high = usize::from(height);
    if high < 2 || len <= high {
        return 0..0;
    }
    let thumb = (high * high / len).clamp(1, high - 1);
    // In 128 bits: a list may be as long as memory has bytes.
    let start = (top as u128 * (high - thumb) as u128).div_ceil((len - high) as u128);
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(high - thumb);
    let row = |at: usize| u16::try_from(at).unwrap_or(height);
    row(start)..row(start + thumb)
}

/// How many lines are out of sight below: `↓ 5 more`.
pub(super) fn below(top: usize, height: usize, len: usize, pen: &Pen<'_>) -> String {
    match len.saturating_sub(top + height) {
        0 => String::new(),
        more => format!("{} {more} more", pen.theme.glyph("↓", "v")),
    }
}

/// Text at the right end of an edge, with a blank on both sides.
fn around(pen: &mut Pen<'_>, left: u16, y: u16, right: u16, text: &str, style: Style) {
    if !text.is_empty() {
        pen.put_end(left, y, right, &format!(" {text} "), style);
    }
}

/// `5 of 13`, or where more is below a short pane: what is out of sight.
pub(super) fn position(cursor: &Cursor, len: usize) -> String {
    if len == 0 { String::new() } else { format!("{} of {len}", cursor.at() + 1) }
}

/// Prepares a row: the marker and the style of a selected one. Gives the cell where its text starts, and its style.
pub(super) fn row(pen: &mut Pen<'_>, area: Rect, y: u16, selected: bool, focused: bool) -> (u16, Option<Style>) {
    if !selected {
        return (area.x + 2, None);
    }
    let mut style = pen.style(Role::Selection);
    if !focused {
        style = style.remove_modifier(ratatui::style::Modifier::REVERSED);
    }
    pen.fill(Rect { y, height: 1, ..area }, style);
    let marker = pen.theme.glyph("▌", ">");
    pen.put(area.x, y, area.right(), marker, style);
    (area.x + 2, Some(style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumb_reaches_both_ends_and_no_farther() {
        for (len, height) in [(11, 10), (100, 10), (70_000, 3), (usize::MAX, 40)] {
            assert_eq!(thumb_rows(0, len, height).start, 0, "{len}");
            assert_eq!(thumb_rows(len - usize::from(height), len, height).end, height, "{len}");
            assert!(thumb_rows(1, len, height).start > 0, "{len}: one row down is not the top");
        }
        assert!(thumb_rows(0, 10, 10).is_empty() && thumb_rows(0, 5, 0).is_empty());
    }
}
