//! How much of a response is taken apart: an answer has a few of everything, and millions of them must not become millions
//! of look-ups. What is left out is said, and the tree has it all the same.
//!
//! One room is shared by a response and the bodies that stand in its strings.

use std::cell::Cell;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Item,
    /// An id of one item.
    Id,
    Code,
    Message,
    Link,
    /// A rate limit.
    Limit,
}

impl Piece {
    const ALL: [Self; 6] = [Self::Item, Self::Id, Self::Code, Self::Message, Self::Link, Self::Limit];

    /// How many one response may have.
    fn most(self) -> usize {
        match self {
            Self::Item | Self::Code | Self::Message | Self::Link => 10_000,
            // Of ids there are so many for each item.
            Self::Id => usize::MAX,
            Self::Limit => 1_000,
        }
    }

    /// That there were more.
    fn more(self) -> &'static str {
        match self {
            Self::Item => "more than 10,000 items; the first ones are decoded, the tree has them all",
            Self::Id => "more than 32 ids at one item; the first ones are listed, the tree has them all",
            Self::Code => "more codes than are looked up; the first ones are, the tree has them all",
            Self::Message => "more than 10,000 messages; the first ones are decoded, the tree has them all",
            Self::Link => "more than 10,000 links; the first ones are listed, the tree and the headers have them all",
            Self::Limit => "more than 1,000 rate limits; the first ones are listed, the headers have them all",
        }
    }
}

/// What of a response may still be taken apart.
#[derive(Debug, Default)]
pub(super) struct Room {
    taken: [Cell<usize>; Piece::ALL.len()],
    lacking: [Cell<bool>; Piece::ALL.len()],
}

impl Room {
    /// Whether there is room for one more, which then is taken.
    pub(super) fn take(&self, piece: Piece) -> bool {
        let taken = &self.taken[piece as usize];
        if taken.get() >= piece.most() {
            self.lack(piece);
            return false;
        }
        taken.set(taken.get() + 1);
        true
    }

    /// Notes that something is left out.
    pub(super) fn lack(&self, piece: Piece) {
        self.lacking[piece as usize].set(true);
    }

    /// What is to be said of what was left out.
    pub(super) fn left_out(&self) -> impl Iterator<Item = &'static str> {
        Piece::ALL.into_iter().filter(|piece| self.lacking[*piece as usize].get()).map(Piece::more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_said_once() {
        let room = Room::default();
        assert_eq!((0..1_005).filter(|_| room.take(Piece::Limit)).count(), 1_000);
        assert!(room.take(Piece::Item));
        assert_eq!(room.left_out().collect::<Vec<_>>(), [Piece::Limit.more()]);
        // Each piece has its own place.
        assert!(Piece::ALL.into_iter().enumerate().all(|(at, piece)| piece as usize == at));
    }
}
