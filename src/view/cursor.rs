//! A selection in a list of known length, and the part of the list that is on screen.

/// How a selection moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the previous row.
    Up,
    /// To the next row.
    Down,
    /// By half a screen towards the start.
    HalfUp,
    /// By half a screen towards the end.
    HalfDown,
    /// By a screen towards the start.
    PageUp,
    /// By a screen towards the end.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// Rows that stay visible above and below the selection, where the screen has room for them.
const MARGIN: usize = 2;

/// A selection and a scroll position; both always lie within the list that they were last fitted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    at: usize,
    top: usize,
}

impl Cursor {
    /// The selected row.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The first row on screen.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Selects a row.
    pub fn set(&mut self, at: usize) {
        self.at = at;
    }

    /// The selected row has another number now, and so have those around it: nothing moves on the screen.
    pub fn renumber(&mut self, at: usize) {
        self.top = at.saturating_sub(self.at.saturating_sub(self.top));
        self.at = at;
    }

    /// Selects a row far away: some of what stands before it is shown as well.
    pub fn jump(&mut self, at: usize) {
        self.at = at;
        self.top = at.saturating_sub(2 * MARGIN);
    }

    /// Moves within a list of `len` rows on a screen of `height`.
    pub fn go(&mut self, how: Move, len: usize, height: usize) {
        let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
        self.at = match how {
            Move::Up => self.at.saturating_sub(1),
            Move::Down => self.at.saturating_add(1),
            Move::HalfUp => self.at.saturating_sub(half),
            Move::HalfDown => self.at.saturating_add(half),
            Move::PageUp => self.at.saturating_sub(page),
            Move::PageDown => self.at.saturating_add(page),
            Move::First => 0,
            Move::Last => usize::MAX,
        };
        self.fit(len, height);
    }

    /// Moves the screen by some rows; the selection follows only as far as it must.
    pub fn scroll(&mut self, by: isize, len: usize, height: usize) {
        self.top = self.top.saturating_add_signed(by).min(len.saturating_sub(height));
        let last = self.top.saturating_add(height.saturating_sub(1));
        self.at = self.at.clamp(self.top, last.max(self.top)).min(len.saturating_sub(1));
    }

    /// Puts a row at the top of the screen, as far as the list goes.
    pub fn scroll_to(&mut self, top: usize, len: usize, height: usize) {
        self.top = top.min(len.saturating_sub(height));
        self.at = self.top;
    }

    /// Brings selection and screen into a list of `len` rows; the selection is on screen afterwards.
    pub fn fit(&mut self, len: usize, height: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        if height == 0 {
            return;
        }
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let lowest = self.at.saturating_add(margin + 1).saturating_sub(height);
        let highest = self.at.saturating_sub(margin);
        self.top = self.top.clamp(lowest.min(highest), highest).min(len.saturating_sub(height));
    }

    /// Brings the selection into the middle of the screen.
    pub fn centre(&mut self, len: usize, height: usize) {
        self.top = self.at.saturating_sub(height / 2);
        self.fit(len, height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_as_the_table_says() {
        for (from, how, to) in [
            (0, Move::Up, 0),
            (0, Move::Down, 1),
            (19, Move::Down, 19),
            (10, Move::HalfDown, 15),
            (10, Move::HalfUp, 5),
            (10, Move::PageDown, 19),
            (10, Move::PageUp, 1),
            (10, Move::First, 0),
            (10, Move::Last, 19),
        ] {
            let mut cursor = Cursor { at: from, top: 0 };
            cursor.go(how, 20, 10);
            assert_eq!(cursor.at(), to, "{how:?} from {from}");
        }
    }

    #[test]
    fn selection_is_always_on_screen() {
        for len in 0..12 {
            for height in 0..8 {
                for at in 0..14 {
                    for top in 0..14 {
                        let mut cursor = Cursor { at, top };
                        cursor.fit(len, height);
                        assert!(len == 0 || cursor.at < len);
                        if height > 0 && len > 0 {
                            assert!(cursor.top <= cursor.at, "{len} {height} {at} {top}");
                            assert!(cursor.at < cursor.top + height, "{len} {height} {at} {top}");
                        }
                        cursor.scroll(3, len, height);
                        cursor.scroll(-1, len, height);
                        assert!(len == 0 || cursor.at < len);
                    }
                }
            }
        }
    }

    #[test]
    fn the_last_screen_is_full() {
        let mut cursor = Cursor::default();
        cursor.go(Move::Last, 20, 10);
        assert_eq!(cursor.top(), 10);
    }
}
