//! Changed cells to the bytes that show them.
//!
//! In: cells and their places. Out: moves, styles and text. The library's own way formats each command for itself, which
//! costs as much as everything else of a first frame's drawing.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::text::width;

/// What each modifier is called, in the order of their bits.
const MODIFIERS: [(Modifier, u16); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// A terminal that cells are painted on.
pub(super) struct Painter<W: Write> {
    to: W,
    bytes: Vec<u8>,
}

impl<W: Write> Painter<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, bytes: Vec::new() }
    }

    /// Paints cells where they stand.
    pub(super) fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let mut last = None;
        let plain = (Color::Reset, Color::Reset, Modifier::empty());
        let mut style = plain;
        for (x, y, cell) in content {
            // Behind a wide character the terminal may think otherwise of where it is.
            if last.is_none_or(|last| last != (x.wrapping_sub(1), y)) {
                self.place(x, y);
            }
            last = Some((x, y));
            if style != (cell.fg, cell.bg, cell.modifier) {
                style = (cell.fg, cell.bg, cell.modifier);
                self.style(style);
            }
            self.bytes.extend_from_slice(cell.symbol().as_bytes());
        }
        if style != plain {
            self.style(plain);
        }
        let written = self.to.write_all(&self.bytes);
        self.bytes.clear();
        written
    }

    fn number(&mut self, number: u16) {
        let tens = number / 10;
        if tens > 0 {
            self.number(tens);
        }
        self.bytes.push(b'0' + (number % 10) as u8);
    }

    /// One more parameter of a sequence.
    fn also(&mut self, number: u16) {
        self.bytes.push(b';');
        self.number(number);
    }

    fn place(&mut self, x: u16, y: u16) {
        self.bytes.extend_from_slice(b"\x1b[");
        self.number(y.saturating_add(1));
        self.also(x.saturating_add(1));
        self.bytes.push(b'H');
    }

    /// A style from scratch: what was before does not matter.
    fn style(&mut self, (fg, bg, modifier): (Color, Color, Modifier)) {
        self.bytes.extend_from_slice(b"\x1b[0");
        for (one, number) in MODIFIERS {
            if modifier.contains(one) {
                self.also(number);
            }
        }
        self.color(38, fg);
        self.color(48, bg);
        self.bytes.push(b'm');
    }

    fn color(&mut self, ground: u16, color: Color) {
        let index = match color {
            Color::Reset => return,
            Color::Rgb(red, green, blue) => {
                return [ground, 2, red.into(), green.into(), blue.into()].into_iter().for_each(|one| self.also(one));
            }
            Color::Indexed(index) => index,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        [ground, 5, index.into()].into_iter().for_each(|one| self.also(one));
    }
}

impl<W: Write> Write for Painter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// What stands on a screen that shows a buffer and was empty before.
pub(super) fn written(buffer: &Buffer) -> impl Iterator<Item = (u16, u16, &Cell)> {
    let mut covered = 0;
    buffer.content.iter().enumerate().filter_map(move |(at, cell)| {
        // A wide character covers the cells behind it.
        if covered > 0 {
            covered -= 1;
            return None;
        }
        covered = width(cell.symbol()).saturating_sub(1);
        let (x, y) = buffer.pos_of(at);
        (*cell != Cell::EMPTY).then_some((x, y, cell))
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const ROWS: NonZero<u16> = NonZero::new(6).expect("some");
    const COLUMNS: NonZero<u16> = NonZero::new(40).expect("some");

    /// What a terminal shows: contents and looks of its cells.
    fn shown(write: impl FnOnce(&mut Vec<u8>)) -> Vec<String> {
        let mut bytes = Vec::new();
        write(&mut bytes);
        let mut terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
        terminal.process(&bytes);
        let cells = (0..6).flat_map(|y| (0..40).map(move |x| (x, y)));
        cells
            .filter_map(|(x, y)| terminal.screen().cell(y, x))
            .map(|cell| format!("{} {cell:?}", cell.contents()))
            .collect()
    }

    /// The library's own way is the one to compare with.
    #[test]
    fn cells_look_as_the_library_paints_them() {
        crossterm::style::force_color_output(true);
        let mut colors = vec![Color::Reset, Color::Rgb(1, 20, 255), Color::Indexed(0), Color::Indexed(200)];
        colors.extend([
            Color::Black,
            Color::Red,
            Color::Green,
            Color::Yellow,
            Color::Blue,
            Color::Magenta,
            Color::Cyan,
        ]);
        colors.extend([Color::Gray, Color::DarkGray, Color::LightRed, Color::LightGreen, Color::LightYellow]);
        colors.extend([Color::LightBlue, Color::LightMagenta, Color::LightCyan, Color::White]);
        let modifiers = [Modifier::empty(), Modifier::BOLD, Modifier::DIM | Modifier::UNDERLINED, Modifier::REVERSED];
        for (nth, color) in colors.iter().enumerate() {
            for modifier in modifiers {
                let (before, mut after) =
                    (Buffer::empty(Rect::new(0, 0, 40, 6)), Buffer::empty(Rect::new(0, 0, 40, 6)));
                let other = colors[(nth * 7 + 3) % colors.len()];
                after.set_string(1, 1, "plain", Style::new());
                after.set_string(6, 1, "styled", Style::new().fg(*color).bg(other).add_modifier(modifier));
                after.set_string(12, 1, "日本 wide", Style::new().fg(other));
                after.set_string(35, 4, "edge", Style::new().bg(*color).add_modifier(modifier));
                after.set_string(0, 5, "end", Style::new().add_modifier(modifier));
                let changes = before.diff(&after);
                let ours = shown(|bytes| Painter::new(bytes).draw(changes.iter().copied()).expect("painted"));
                let theirs =
                    shown(|bytes| CrosstermBackend::new(bytes).draw(changes.iter().copied()).expect("painted"));
                assert_eq!(ours, theirs, "{color:?} {modifier:?}");
                assert!(ours.iter().any(|cell| cell.contains('日')));
                // A style on the second half of a wide character is not seen.
                after.set_style(Rect::new(13, 1, 1, 1), Style::new().bg(*color).add_modifier(modifier));
                let from_nothing = shown(|bytes| Painter::new(bytes).draw(written(&after)).expect("painted"));
                assert_eq!(from_nothing, theirs, "{color:?} {modifier:?}");
            }
        }
    }

    #[test]
    fn nothing_is_left_on() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 6));
        let before = buffer.clone();
        buffer.set_string(0, 0, "bold", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
        let cells = shown(|bytes| {
            let mut painter = Painter::new(bytes);
            painter.draw(before.diff(&buffer).into_iter()).expect("painted");
            painter.write_all(b"x").expect("written");
        });
        assert_eq!(cells[4], shown(|bytes| bytes.extend_from_slice(b"    x"))[4], "what follows is plain");
    }
}
