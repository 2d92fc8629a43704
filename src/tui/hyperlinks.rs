//! Links that a terminal can open (OSC 8), laid over what was drawn.
//!
//! The drawing library knows no links and writes only cells that changed. So links are written behind it, each time something
//! was drawn: first what was a link and is none any more, as plain cells, then every link on screen with its address around
//! its cells. Addresses are plain ASCII ([`Address::link`](crate::text::Address::link)), so nothing in them ends the sequence early.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::paint::Painter;
use crate::text::width;

/// Cells of one row that lead to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The cells.
    pub area: Rect,
    /// The address.
    pub to: String,
}

/// A cell and where it is.
type Placed = (u16, u16, Cell);

/// What is to be written for links.
pub(super) struct Overlay {
    pieces: Vec<Piece>,
}

/// Cells, and the address around them where they are a link.
struct Piece {
    to: Option<String>,
    cells: Vec<Placed>,
}

impl Overlay {
    /// Compares the links on screen with those before; the buffer holds what is drawn now.
    pub(super) fn of(before: &[Link], now: &[Link], buffer: &Buffer) -> Self {
        let piece = |link: &Link, to| Piece { to, cells: cells(link.area, buffer) };
        let gone = before.iter().filter(|link| !now.contains(link)).map(|link| piece(link, None));
        let here = now.iter().map(|link| piece(link, Some(link.to.clone())));
        Self { pieces: gone.chain(here).collect() }
    }

    /// Writes it.
    pub(super) fn write<W: Write>(&self, backend: &mut Painter<W>) -> io::Result<()> {
        for Piece { to, cells } in &self.pieces {
            if let Some(to) = to {
                // Pieces of one link on several rows belong together.
                let id = self.pieces.iter().position(|piece| piece.to.as_ref() == Some(to)).unwrap_or(0);
                write!(backend, "\x1b]8;id=errview{id};{to}\x1b\\")?;
            }
            backend.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
            if to.is_some() {
                write!(backend, "\x1b]8;;\x1b\\")?;
            }
        }
        Ok(())
    }
}

/// The cells of an area; those that a wide character before them covers are not written.
fn cells(area: Rect, buffer: &Buffer) -> Vec<Placed> {
    let area = area.intersection(buffer.area);
    let mut cells = Vec::new();
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let Some(cell) = buffer.cell((x, y)) else { break };
            cells.push((x, y, cell.clone()));
            x = x.saturating_add(u16::try_from(width(cell.symbol())).unwrap_or(1).max(1));
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    fn written(before: &[Link], now: &[Link], buffer: &Buffer) -> String {
        let mut out = Vec::new();
        Overlay::of(before, now, buffer).write(&mut Painter::new(&mut out)).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn links_come_and_go() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(2, 0, "https://a.example", Style::new());
        buffer.set_string(0, 1, "日本 plain", Style::new());
        let link = Link { area: Rect::new(2, 0, 17, 1), to: "https://a.example".into() };
        let here = written(&[], std::slice::from_ref(&link), &buffer);
        let address = here.find("\x1b]8;id=errview0;https://a.example\x1b\\").expect("the address");
        let end = here.find("\x1b]8;;\x1b\\").expect("its end");
        assert!(here[address..end].contains("https://a.example"), "{here:?}");
        let again = written(std::slice::from_ref(&link), std::slice::from_ref(&link), &buffer);
        assert_eq!(again, here, "what is drawn over it by chance gets it back");
        let gone = written(&[Link { area: Rect::new(0, 1, 10, 1), ..link }], &[], &buffer);
        assert!(!gone.contains("]8;"), "{gone:?}");
        assert!(["日", "本", " plain"].iter().all(|text| gone.contains(text)), "wide characters are not cut: {gone:?}");
    }
}
