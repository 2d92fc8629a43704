//! One small record for every 4 KiB: enough to find parents, siblings and ends by passing over blocks.
//!
//! In: the bytes, in their order. Out: which block holds a bracket or comma of some depth. It knows brackets, commas and
//! strings of JSON and nothing else of it.

use super::scan::{LANES, Marks, Scanner};

/// Bytes that share a record.
pub(super) const BLOCK: usize = if cfg!(test) { 128 } else { 4096 };
/// Blocks that share a record one level up: a gigabyte is 4096 of those.
const GROUP: usize = if cfg!(test) { 4 } else { 64 };

/// The depth that bytes are taken to begin at while nobody knows: as far from the least as from the most.
const UNKNOWN: u32 = 1 << 31;

/// What is known of a run of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    /// Open containers before it.
    depth: u32,
    /// The fewest at any place in it.
    min: u32,
    /// Commas at that depth.
    commas: u32,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    record: Record,
    /// The scanner before it.
    scanner: u8,
    /// Whether no string begins or ends in it.
    quiet: bool,
}

/// A bracket or a comma outside strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The depth behind it.
    Open(u32),
    /// The depth behind it.
    Close(u32),
    /// The depth it stands at.
    Comma(u32),
}

/// The records of what has been indexed by now.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    blocks: Vec<Block>,
    groups: Vec<Record>,
    /// Bytes indexed.
    len: usize,
    scanner: Scanner,
    depth: u32,
}

impl Index {
    /// How many bytes are indexed: whole blocks, until the end is.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// An index of some whole blocks out of the middle, for [`Index::append`]: by a guess of what stands before them.
    pub(super) fn ahead(bytes: &[u8]) -> Self {
        let mut index = Self { scanner: Scanner::guess(bytes), depth: UNKNOWN, ..Self::default() };
        bytes.chunks(BLOCK).for_each(|block| index.push(block));
        index
    }

    /// Takes the blocks that come next, indexed [ahead](Self::ahead); tells whether that could be. If the guess was wrong
    /// they have to be pushed, and so they have where they close what nobody opened.
    pub(super) fn append(&mut self, ahead: &Self) -> bool {
        let begins_as = ahead.blocks.first().map(|block| block.scanner);
        let least = ahead.groups.iter().map(|group| group.min).min().unwrap_or(UNKNOWN);
        if begins_as != Some(self.scanner.pack()) || self.depth < UNKNOWN - least {
            return false;
        }
        let base = self.depth;
        let there = |depth: u32| base.wrapping_add(depth.wrapping_sub(UNKNOWN));
        for block in &ahead.blocks {
            let Record { depth, min, commas } = block.record;
            self.add(Block { record: Record { depth: there(depth), min: there(min), commas }, ..*block });
        }
        (self.scanner, self.depth) = (ahead.scanner, there(ahead.depth));
        self.len += ahead.len;
        true
    }

    /// Takes the next block; only the last of all may be short.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut block = Block {
            record: Record { depth: self.depth, min: self.depth, commas: 0 },
            scanner: self.scanner.pack(),
            quiet: true,
        };
        let (steps, rest) = bytes.as_chunks::<LANES>();
        for step in steps {
            self.step(step, &mut block);
        }
        if !rest.is_empty() {
            let mut last = [b' '; LANES];
            last[..rest.len()].copy_from_slice(rest);
            self.step(&last, &mut block);
        }
        self.add(block);
        self.len += bytes.len();
    }

    fn add(&mut self, block: Block) {
        match self.groups.last_mut() {
            Some(group) if !self.blocks.len().is_multiple_of(GROUP) => group.join(block.record),
            _ => self.groups.push(block.record),
        }
        self.blocks.push(block);
    }

    #[inline]
    fn step(&mut self, bytes: &[u8; LANES], block: &mut Block) {
        let Marks { open, close, comma, quote } = self.scanner.step(bytes);
        block.quiet &= quote == 0;
        let record = &mut block.record;
        let closing = close.count_ones();
        // It cannot get down to the fewest: neither they nor their commas change.
        if self.depth > record.min + closing {
            self.depth = self.depth + open.count_ones() - closing;
            return;
        }
        // Commas between two brackets are counted at once, and only where they count.
        let (mut brackets, mut ahead) = (open | close, comma);
        while brackets != 0 {
            let bit = brackets & brackets.wrapping_neg();
            brackets ^= bit;
            if self.depth == record.min {
                record.commas += (ahead & (bit - 1)).count_ones();
            }
            ahead &= !(bit - 1);
            if open & bit != 0 {
                self.depth += 1;
                continue;
            }
            self.depth = self.depth.saturating_sub(1);
            if self.depth < record.min {
                (record.min, record.commas) = (self.depth, 0);
            }
        }
        if self.depth == record.min {
            record.commas += ahead.count_ones();
        }
    }

    /// The first block behind `block` that gets down to a depth.
    pub(super) fn down_to(&self, depth: u32, block: usize) -> Option<usize> {
        self.next(block, |record| record.min <= depth)
    }

    /// The last block before `block` that is less deep somewhere.
    pub(super) fn below_before(&self, depth: u32, block: usize) -> Option<usize> {
        self.previous(block, |record| record.min < depth)
    }

    /// The last block before `block` with a comma of a depth or an opening bracket to it.
    pub(super) fn separator_before(&self, depth: u32, block: usize) -> Option<usize> {
        self.previous(block, |record| record.min < depth || (record.min == depth && record.commas > 0))
    }

    /// The first block behind `block` where a string begins or ends.
    pub(super) fn quote_behind(&self, block: usize) -> Option<usize> {
        let behind = self.blocks.get(block + 1..)?;
        behind.iter().position(|block| !block.quiet).map(|skipped| block + 1 + skipped)
    }

    /// Commas of a depth in the blocks from `from` up to `to`, none of which is less deep.
    pub(super) fn commas(&self, depth: u32, from: usize, to: usize) -> usize {
        let mut count = 0;
        self.pass(depth, from, to, |_, commas| {
            count += commas;
            true
        });
        count
    }

    /// The block from `from` up to `to` that holds the comma number `nth` (from 0) of a depth, and how many stand before it.
    pub(super) fn nth_comma(&self, depth: u32, nth: usize, from: usize, to: usize) -> Option<(usize, usize)> {
        let (mut before, mut found) = (0, None);
        self.pass(depth, from, to, |at, commas| {
            if before + commas <= nth {
                before += commas;
                return true;
            }
            found = Some(at);
            false
        });
        let start = found?;
        // What was found may be a group.
        let mut at = start;
        while at < to {
            let commas = self.blocks.get(at)?.record.commas_at(depth);
            if before + commas > nth {
                return Some((at, before));
            }
            before += commas;
            at += 1;
        }
        None
    }

    /// Tells of each block or whole group from `from` up to `to` where it begins and its commas of a depth.
    fn pass(&self, depth: u32, from: usize, to: usize, mut tell: impl FnMut(usize, usize) -> bool) {
        let to = to.min(self.blocks.len());
        let mut at = from;
        while at < to {
            let (record, next) = match at.is_multiple_of(GROUP) && at + GROUP <= to {
                true => (self.groups[at / GROUP], at + GROUP),
                false => (self.blocks[at].record, at + 1),
            };
            if !tell(at, record.commas_at(depth)) {
                return;
            }
            at = next;
        }
    }

    fn next(&self, block: usize, fits: impl Fn(&Record) -> bool) -> Option<usize> {
        let mut at = block + 1;
        while at < self.blocks.len() {
            if at.is_multiple_of(GROUP) && !fits(self.groups.get(at / GROUP)?) {
                at += GROUP;
            } else if fits(&self.blocks[at].record) {
                return Some(at);
            } else {
                at += 1;
            }
        }
        None
    }

    fn previous(&self, block: usize, fits: impl Fn(&Record) -> bool) -> Option<usize> {
        let mut at = block.min(self.blocks.len());
        while at > 0 {
            if at.is_multiple_of(GROUP) && !fits(self.groups.get(at / GROUP - 1)?) {
                at -= GROUP;
            } else if fits(&self.blocks[at - 1].record) {
                return Some(at - 1);
            } else {
                at -= 1;
            }
        }
        None
    }

    /// Tells of each mark of a block where it stands, until told to stop. `bytes` is the block.
    pub(super) fn marks(&self, block: usize, bytes: &[u8], mut tell: impl FnMut(usize, Mark) -> bool) {
        let Some(record) = self.blocks.get(block) else { return };
        let mut scanner = Scanner::unpack(record.scanner);
        let mut depth = record.record.depth;
        let (steps, rest) = bytes.as_chunks::<LANES>();
        let mut last = [b' '; LANES];
        last[..rest.len()].copy_from_slice(rest);
        for (step, bytes) in steps.iter().chain(std::iter::once(&last)).enumerate() {
            let Marks { open, close, comma, .. } = scanner.step(bytes);
            let mut all = open | close | comma;
            while all != 0 {
                let bit = all & all.wrapping_neg();
                all ^= bit;
                let at = block * BLOCK + step * LANES + bit.trailing_zeros() as usize;
                let mark = if comma & bit != 0 {
                    Mark::Comma(depth)
                } else if open & bit != 0 {
                    depth += 1;
                    Mark::Open(depth)
                } else {
                    depth = depth.saturating_sub(1);
                    Mark::Close(depth)
                };
                if !tell(at, mark) {
                    return;
                }
            }
        }
    }

    /// Open containers before a block.
    pub(super) fn depth_before(&self, block: usize) -> u32 {
        self.blocks.get(block).map_or(self.depth, |block| block.record.depth)
    }

    /// Whether a block begins in a string, and whether its first byte is escaped there.
    pub(super) fn begins_in_string(&self, block: usize) -> Option<bool> {
        let scanner = self.blocks.get(block)?.scanner;
        Scanner::unpack(scanner).in_string().then_some(scanner & 2 != 0)
    }
}

impl Record {
    fn commas_at(&self, depth: u32) -> usize {
        if self.min == depth { self.commas as usize } else { 0 }
    }

    fn join(&mut self, next: Self) {
        match next.min.cmp(&self.min) {
            std::cmp::Ordering::Less => (self.min, self.commas) = (next.min, next.commas),
            std::cmp::Ordering::Equal => self.commas += next.commas,
            std::cmp::Ordering::Greater => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(bytes: &[u8]) -> Index {
        let mut index = Index::default();
        bytes.chunks(BLOCK).for_each(|block| index.push(block));
        index
    }

    #[test]
    fn what_was_indexed_ahead_is_as_if_it_had_been_in_turn() {
        // Strings with brackets and escapes in them, and more brackets that close than that open.
        let parts: [&[u8]; 7] = [b"{\"a\":[", b"\"x \\\" [{,\",", b"1,", b"]", b"},", b"\"\\\\\":", b"[[],{}],"];
        let mut seed = 3_u64;
        let (mut taken, mut refused) = (0, 0);
        for _ in 0..200 {
            let mut bytes = Vec::new();
            while bytes.len() < 20 * BLOCK {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                bytes.extend_from_slice(parts[(seed >> 40) as usize % parts.len()]);
            }
            let mut index = Index::default();
            for run in bytes.chunks(3 * BLOCK) {
                if index.append(&Index::ahead(run)) {
                    taken += 1;
                } else {
                    refused += 1;
                    run.chunks(BLOCK).for_each(|block| index.push(block));
                }
            }
            assert_eq!(format!("{index:?}"), format!("{:?}", pushed(&bytes)), "{}", bytes.escape_ascii());
        }
        assert!(taken > refused && refused > 0, "{taken} taken, {refused} refused");
    }
}
