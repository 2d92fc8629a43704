//! Text into cells. Everything that is drawn passes through here, so that nothing leaves its region and a control that was
//! replaced never looks like letters of the source.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::text::{Clean, cut, width};
use crate::tui::hyperlinks::Link;
use crate::tui::theme::{Role, Theme};

/// A buffer and the colours to use in it.
pub(super) struct Pen<'b> {
    buffer: &'b mut Buffer,
    screen: Rect,
    pub(super) theme: &'b Theme,
    /// What was drawn as a link.
    pub(super) links: Vec<Link>,
}

impl<'b> Pen<'b> {
    pub(super) fn new(buffer: &'b mut Buffer, theme: &'b Theme, screen: Rect) -> Self {
        Self { screen: screen.intersection(buffer.area), buffer, theme, links: Vec::new() }
    }

    /// The style of a role.
    pub(super) fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Puts text into the cells from `x` up to `right`, cut with an ellipsis; gives the cell behind it.
    pub(super) fn put(&mut self, x: u16, y: u16, right: u16, text: &str, style: Style) -> u16 {
        let right = right.min(self.screen.right());
        if y < self.screen.y || y >= self.screen.bottom() || x >= right || x < self.screen.x {
            return x;
        }
        let room = usize::from(right - x);
        if text.chars().all(is_plain) {
            return self.put_plain(x, y, room, text, style);
        }
        // Ours and the summaries' punctuation; other words of a response stay as they are.
        let text = if self.theme.ascii { text.replace('·', "-").replace('…', "~") } else { text.to_owned() };
        let text = text.as_str();
        let shown = if width(text) > room { self.ellipsis(cut(text, room)) } else { text.to_owned() };
        self.buffer.set_stringn(x, y, &shown, room, style);
        x.saturating_add(u16::try_from(width(&shown).min(room)).unwrap_or(0))
    }

    /// Puts text of one cell for each character: most of a screen, and much faster than text that may be anything.
    fn put_plain(&mut self, x: u16, y: u16, room: usize, text: &str, style: Style) -> u16 {
        let length = if text.is_ascii() { text.len() } else { text.chars().count() };
        let cut = (length > room).then_some('…');
        let shown = text.chars().take(if cut.is_some() { room - 1 } else { room }).chain(cut);
        let mut at = x;
        for char in shown {
            let char = match char {
                '·' if self.theme.ascii => '-',
                '…' if self.theme.ascii => '~',
                char => char,
            };
            if let Some(cell) = self.buffer.cell_mut((at, y)) {
                cell.set_char(char).set_style(style);
            }
            at += 1;
        }
        at
    }

    /// Puts clean text; what stands for something that cannot be shown is styled apart.
    pub(super) fn clean(&mut self, x: u16, y: u16, right: u16, text: &Clean, style: Style) -> u16 {
        let shown = self.apart(style);
        let text = &text.cut(usize::from(right.min(self.screen.right()).saturating_sub(x)));
        let mut at = x;
        let mut done = 0;
        for range in text.shown() {
            at = self.put(at, y, right, text.get(done..range.start).unwrap_or_default(), style);
            at = self.put(at, y, right, text.get(range.clone()).unwrap_or_default(), shown);
            done = range.end;
        }
        self.put(at, y, right, text.get(done..).unwrap_or_default(), style)
    }

    /// Puts clean text that leads to an address.
    pub(super) fn link(&mut self, x: u16, y: u16, right: u16, text: &Clean, style: Style, to: &str) -> u16 {
        let end = self.clean(x, y, right, text, style);
        let area = Rect::new(x, y, end.saturating_sub(x), 1).intersection(self.screen);
        if area.area() > 0 {
            self.links.push(Link { area, to: to.to_owned() });
        }
        end
    }

    /// Puts clean text so that it ends before `right`; gives the cell where it starts.
    pub(super) fn clean_end(&mut self, left: u16, y: u16, right: u16, text: &Clean, style: Style) -> u16 {
        let x = right.saturating_sub(u16::try_from(width(text)).unwrap_or(u16::MAX)).max(left);
        self.clean(x, y, right, text, style);
        x
    }

    /// The style that tells what was put in place of a control from letters beside it. Where they look like that already,
    /// as a selected row without colours does, the other way round.
    fn apart(&self, style: Style) -> Style {
        let shown = style.patch(self.style(Role::Shown));
        if shown == style { style.remove_modifier(Modifier::REVERSED) } else { shown }
    }

    /// Puts text so that it ends before `right`; gives the cell where it starts.
    pub(super) fn put_end(&mut self, left: u16, y: u16, right: u16, text: &str, style: Style) -> u16 {
        let x = right.saturating_sub(u16::try_from(width(text)).unwrap_or(u16::MAX)).max(left);
        self.put(x, y, right, text, style);
        x
    }

    /// Gives cells another style and leaves what stands in them.
    pub(super) fn restyle(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.screen);
        self.buffer.set_style(area, style);
    }

    /// Gives cells of a row a style and empties them.
    pub(super) fn fill(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.screen);
        self.links.retain(|link| !link.area.intersects(area));
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }

    fn ellipsis(&self, text: String) -> String {
        match text.strip_suffix('…') {
            Some(start) if self.theme.ascii => format!("{start}~"),
            _ => text,
        }
    }
}

/// Whether a character takes one cell whatever stands beside it: printable ASCII, the lines and blocks of frames, and a few
/// marks of ours.
fn is_plain(char: char) -> bool {
    matches!(char, ' '..='~' | '\u{2500}'..='\u{259f}' | '·' | '…' | '▸' | '▾')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ratatui makes of the same text.
    fn drawn(text: &str, room: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        let shown = if width(text) > usize::from(room) { cut(text, room.into()) } else { text.to_owned() };
        buffer.set_stringn(0, 0, shown, room.into(), Style::new());
        buffer
    }

    #[test]
    fn plain_text_is_drawn_like_any_other() {
        let theme = Theme::named("ansi", true, false);
        for text in ["", "a", "abc def", "abcdefghijkl", "abcdefghijklm", "─│┌▌█", "1 · 2 …", "▸ x ▾ y and more of it"]
        {
            assert!(text.chars().all(is_plain) && text.chars().all(|char| width(char.encode_utf8(&mut [0; 4])) == 1));
            for room in 1..=12 {
                let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
                let area = buffer.area;
                let end = Pen::new(&mut buffer, &theme, area).put(0, 0, room, text, Style::new());
                assert_eq!(buffer, drawn(text, room), "{text} in {room}");
                assert_eq!(usize::from(end), width(text).min(room.into()), "{text} in {room}");
            }
        }
    }
}
